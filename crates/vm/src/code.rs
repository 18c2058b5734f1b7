//! Code of an isolate: its modules, and the tables through which compiled code finds functions,
//! funs, atoms and literals.
//!
//! Machine code is mapped once and shared; exports and lambdas have numbers of the isolate, whose
//! tables a clone copies.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use beamlet_code::artifact::{Artifact, Point, Slot, Stubs};

use crate::atoms::Atom;
use crate::env::Env;
use crate::funs::Funs;
use crate::literals::LiteralArea;
use crate::pages::{self, Pages};
use crate::term::Term;

/// A function by name: what an export is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Mfa {
    pub module: Atom,
    pub function: Atom,
    pub arity: u8,
}

/// What funs of one kind have in common.
#[derive(Clone, Debug)]
pub struct Lambda {
    pub module: Atom,
    pub function: Atom,
    /// Arity of the fun.
    pub arity: u8,
    pub free: u8,
    pub index: u32,
    pub old_uniq: u32,
    /// MD5 of the module (`fun_info(_, new_uniq)`).
    pub uniq: [u8; 16],
}

/// Which kind of fun it is. Arity and number of free variables are part of it: a fun that came as
/// bytes and claims other ones than the module's must not lead to the module's code.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct LambdaKey {
    module: Atom,
    index: u32,
    uniq: [u8; 16],
    arity: u8,
    free: u8,
}

impl Lambda {
    fn key(&self) -> LambdaKey {
        LambdaKey {
            module: self.module,
            index: self.index,
            uniq: self.uniq,
            arity: self.arity,
            free: self.free,
        }
    }
}

/// A module whose machine code is in memory.
pub struct Loaded {
    pub name: Atom,
    pub artifact: Artifact,
    pages: Pages,
    /// Where the module's literals are; kept for as long as the code.
    _literals: LiteralArea,
    /// Atoms of the functions, by their place in `artifact.functions`.
    pub functions: Vec<Atom>,
}

impl Loaded {
    fn address(&self, offset: u32) -> u64 {
        (self.pages.start() + offset as usize) as u64
    }

    pub fn native_bytes(&self) -> usize {
        self.pages.bytes()
    }
}

/// Where an address of compiled code belongs.
#[derive(Clone, Debug)]
pub struct Place {
    pub mfa: Mfa,
    pub file: Option<String>,
    pub line: u32,
}

/// Which native runs, by number.
pub trait Natives {
    fn number(&self, module: &str, function: &str, arity: u8) -> Option<u32>;
}

pub struct Code {
    modules: HashMap<Atom, Rc<Loaded>>,
    /// The version before, until it is purged.
    old: HashMap<Atom, Rc<Loaded>>,
    /// Linked modules whose `-on_load` function has not run yet.
    waiting: HashMap<Atom, Rc<Loaded>>,
    /// All that is mapped, purged code too: by start. Freed with the isolate.
    mapped: BTreeMap<usize, Rc<Loaded>>,
    exports: Vec<Mfa>,
    export_numbers: HashMap<Mfa, u32>,
    /// By export number: an address of compiled code.
    addresses: Vec<u64>,
    lambdas: Vec<Lambda>,
    lambda_numbers: HashMap<LambdaKey, u32>,
    lambda_rows: Vec<[u64; 2]>,
    stubs: Stubs,
    stub_pages: Pages,
    /// The stub that undefined exports lead to.
    undefined: u32,
    /// The stub that funs lead to whose module is not there.
    undefined_lambda: u32,
    /// The names of exports and lambdas, for those who see only the environment.
    names: Rc<Funs>,
}

impl Code {
    /// `undefined` and `undefined_lambda` are numbers of BIFs.
    pub fn new(
        stubs: Stubs,
        undefined: u32,
        undefined_lambda: u32,
        names: Rc<Funs>,
    ) -> Result<Code, pages::Error> {
        let stub_pages = Pages::new(&[], 0, &stubs.code)?;
        Ok(Code {
            modules: HashMap::new(),
            old: HashMap::new(),
            waiting: HashMap::new(),
            mapped: BTreeMap::new(),
            exports: Vec::new(),
            export_numbers: HashMap::new(),
            addresses: Vec::new(),
            lambdas: Vec::new(),
            lambda_numbers: HashMap::new(),
            lambda_rows: Vec::new(),
            stubs,
            stub_pages,
            undefined,
            undefined_lambda,
            names,
        })
    }

    pub fn stub(&self, bif: u32) -> u64 {
        (self.stub_pages.start() + self.stubs.bifs[bif as usize] as usize) as u64
    }

    pub fn exited(&self) -> u64 {
        (self.stub_pages.start() + self.stubs.exited as usize) as u64
    }

    pub fn yielded(&self) -> u64 {
        (self.stub_pages.start() + self.stubs.yielded as usize) as u64
    }

    pub fn waiting(&self) -> u64 {
        (self.stub_pages.start() + self.stubs.waiting as usize) as u64
    }

    pub fn returned(&self) -> u64 {
        (self.stub_pages.start() + self.stubs.returned as usize) as u64
    }

    /// Addresses of the tables, for the context. They change when code is loaded.
    pub fn tables(&self) -> (u64, u64) {
        (self.addresses.as_ptr().addr() as u64, self.lambda_rows.as_ptr().addr() as u64)
    }

    /// The number of an export; made if it is new, leading to nothing yet.
    pub fn export(&mut self, mfa: Mfa) -> u32 {
        if let Some(number) = self.export_numbers.get(&mfa) {
            return *number;
        }
        let number = self.exports.len() as u32;
        self.exports.push(mfa);
        self.names.push_export(mfa);
        self.addresses.push(self.stub(self.undefined));
        self.export_numbers.insert(mfa, number);
        number
    }

    pub fn export_mfa(&self, number: u32) -> Mfa {
        self.exports[number as usize]
    }

    pub fn export_address(&self, number: u32) -> u64 {
        self.addresses[number as usize]
    }

    /// Is there code behind the export?
    pub fn is_defined(&self, number: u32) -> bool {
        self.addresses[number as usize] != self.stub(self.undefined)
    }

    pub fn defined(&self, mfa: Mfa) -> Option<u32> {
        self.export_numbers.get(&mfa).copied().filter(|number| self.is_defined(*number))
    }

    /// Leads an export to a native.
    pub fn define_native(&mut self, mfa: Mfa, bif: u32) {
        let number = self.export(mfa);
        self.addresses[number as usize] = self.stub(bif);
    }

    pub fn lambda(&self, number: u32) -> &Lambda {
        &self.lambdas[number as usize]
    }

    pub fn lambda_address(&self, number: u32) -> u64 {
        self.lambda_rows[number as usize][0]
    }

    /// The number of a fun's kind, by what the external term format says of it.
    pub fn lambda_number(&mut self, lambda: Lambda) -> u32 {
        let key = lambda.key();
        if let Some(number) = self.lambda_numbers.get(&key).copied() {
            // What came as bytes knows no name; the module does.
            if lambda.function != Atom::EMPTY {
                self.names.set_lambda(number, lambda.clone());
                self.lambdas[number as usize] = lambda;
            }
            return number;
        }
        let number = self.lambdas.len() as u32;
        let row = [
            self.stub(self.undefined_lambda),
            u64::from(lambda.arity) | u64::from(lambda.free) << 32,
        ];
        self.names.push_lambda(lambda.clone());
        self.lambdas.push(lambda);
        self.lambda_rows.push(row);
        self.lambda_numbers.insert(key, number);
        number
    }

    pub fn module(&self, name: Atom) -> Option<&Rc<Loaded>> {
        self.modules.get(&name)
    }

    pub fn old_module(&self, name: Atom) -> Option<&Rc<Loaded>> {
        self.old.get(&name)
    }

    pub fn modules(&self) -> impl Iterator<Item = &Rc<Loaded>> {
        self.modules.values()
    }

    /// Maps a module and fills its slots in. `literals` are its literals, in an area of their own.
    /// Its functions are not called before [`Code::install`].
    pub fn link(
        &mut self,
        artifact: Artifact,
        literals: (LiteralArea, Vec<u64>),
        natives: &dyn Natives,
        env: &Env,
    ) -> Result<Rc<Loaded>, LinkError> {
        let atom = |text: &str| env.atoms.intern(text).map_err(|_| LinkError::Atoms);
        let name = atom(&artifact.module)?;
        let mut functions = Vec::with_capacity(artifact.functions.len());
        for entry in &artifact.functions {
            functions.push(atom(&entry.function)?);
        }
        let (area, literal_words) = literals;
        let mut slots = Vec::with_capacity(artifact.slots.len());
        for slot in &artifact.slots {
            slots.push(match slot {
                Slot::Atom(text) => Term::atom(atom(text)?).word(),
                Slot::Literal(index) => literal_words[*index as usize],
                Slot::Export(mfa) => {
                    let mfa = Mfa {
                        module: atom(&mfa.module)?,
                        function: atom(&mfa.function)?,
                        arity: mfa.arity,
                    };
                    u64::from(self.export(mfa)) * 8
                }
                Slot::Lambda(index) => {
                    let entry = &artifact.lambdas[*index as usize];
                    let lambda = Lambda {
                        module: name,
                        function: atom(&entry.function)?,
                        arity: entry.total_arity - entry.free,
                        free: entry.free,
                        index: entry.index,
                        old_uniq: entry.old_uniq,
                        uniq: artifact.md5,
                    };
                    Term::size(self.lambda_number(lambda) as usize).word()
                }
                Slot::Bif(mfa) => {
                    let number = natives
                        .number(&mfa.module, &mfa.function, mfa.arity)
                        .ok_or_else(|| LinkError::Native(mfa.to_string()))?;
                    u64::from(number)
                }
            });
        }
        let pages = Pages::new(&slots, artifact.code_offset as usize, &artifact.code)?;
        let loaded = Rc::new(Loaded { name, pages, _literals: area, functions, artifact });
        env.account.add_bytes(loaded.native_bytes());
        Ok(loaded)
    }

    /// Makes a linked module the current one; what was current becomes old.
    pub fn install(&mut self, loaded: &Rc<Loaded>) {
        self.mapped.insert(loaded.pages.start(), Rc::clone(loaded));
        self.unexport(loaded.name);
        for (entry, function) in loaded.artifact.functions.iter().zip(&loaded.functions) {
            let mfa = Mfa { module: loaded.name, function: *function, arity: entry.arity };
            if entry.exported {
                let number = self.export(mfa) as usize;
                let stubs =
                    self.stub_pages.start()..self.stub_pages.start() + self.stub_pages.bytes();
                let at = self.addresses[number];
                // A native stands in the export already: it replaces the function.
                if at == self.stub(self.undefined) || !stubs.contains(&(at as usize)) {
                    self.addresses[number] = loaded.address(entry.offset);
                }
            }
        }
        for entry in &loaded.artifact.lambdas {
            let key = LambdaKey {
                module: loaded.name,
                index: entry.index,
                uniq: loaded.artifact.md5,
                arity: entry.total_arity - entry.free,
                free: entry.free,
            };
            if let Some(number) = self.lambda_numbers.get(&key) {
                self.lambda_rows[*number as usize][0] = loaded.address(entry.offset);
            }
        }
        if let Some(before) = self.modules.insert(loaded.name, Rc::clone(loaded)) {
            self.old.insert(loaded.name, before);
        }
    }

    /// The module's exports lead to nothing again; natives stay.
    fn unexport(&mut self, module: Atom) {
        let Some(loaded) = self.modules.get(&module).cloned() else { return };
        let undefined = self.stub(self.undefined);
        for (entry, function) in loaded.artifact.functions.iter().zip(&loaded.functions) {
            let mfa = Mfa { module, function: *function, arity: entry.arity };
            if let Some(number) = self.export_numbers.get(&mfa)
                && loaded.pages.contains(self.addresses[*number as usize] as usize)
            {
                self.addresses[*number as usize] = undefined;
            }
        }
    }

    /// The current version becomes the old one. False if there is an old one already.
    pub fn delete(&mut self, module: Atom) -> Option<bool> {
        if !self.modules.contains_key(&module) {
            return None;
        }
        if self.old.contains_key(&module) {
            return Some(false);
        }
        self.unexport(module);
        let loaded = self.modules.remove(&module).expect("it is there");
        self.old.insert(module, loaded);
        Some(true)
    }

    /// Forgets the old version. Its memory stays until the isolate ends: terms may name its
    /// literals.
    pub fn purge(&mut self, module: Atom) -> bool {
        let Some(loaded) = self.old.remove(&module) else { return false };
        let undefined = self.stub(self.undefined_lambda);
        for row in &mut self.lambda_rows {
            if loaded.pages.contains(row[0] as usize) {
                row[0] = undefined;
            }
        }
        true
    }

    /// Keeps a linked module until its `-on_load` function has run.
    pub fn await_on_load(&mut self, loaded: Rc<Loaded>) {
        self.mapped.insert(loaded.pages.start(), Rc::clone(&loaded));
        self.waiting.insert(loaded.name, loaded);
    }

    /// The address of the function that a waiting module names with `-on_load`.
    pub fn on_load_of(&self, module: Atom) -> Option<u64> {
        let loaded = self.waiting.get(&module)?;
        loaded.artifact.on_load.map(|offset| loaded.address(offset))
    }

    pub fn take_on_load(&mut self, module: Atom) -> Option<Rc<Loaded>> {
        self.waiting.remove(&module)
    }

    /// The module whose code, old and purged included, the address lies in.
    pub fn loaded_at(&self, address: u64) -> Option<&Rc<Loaded>> {
        let (_, loaded) = self.mapped.range(..=address as usize).next_back()?;
        loaded.pages.contains(address as usize).then_some(loaded)
    }

    /// Function and line of a return address or a site.
    pub fn place(&self, address: u64) -> Option<Place> {
        let loaded = self.loaded_at(address)?;
        let offset = (address as usize - loaded.pages.start()) as u32;
        let artifact = &loaded.artifact;
        let point: &Point = if offset < artifact.code_offset {
            artifact.sites.get(offset as usize)?
        } else {
            let index =
                artifact.returns.binary_search_by_key(&offset, |point| point.offset).ok()?;
            &artifact.returns[index]
        };
        let entry = artifact.functions.get(point.function as usize)?;
        let mfa = Mfa {
            module: loaded.name,
            function: *loaded.functions.get(point.function as usize)?,
            arity: entry.arity,
        };
        let file =
            (point.line != 0).then(|| artifact.files.get(point.file as usize).cloned()).flatten();
        Some(Place { mfa, file, line: point.line })
    }

    /// The function whose entry or body the address of compiled code lies in (`process_info`,
    /// messages of limits): the last one that begins at or before it.
    pub fn function_at(&self, address: u64) -> Option<Mfa> {
        if let Some(place) = self.place(address) {
            return Some(place.mfa);
        }
        let loaded = self.loaded_at(address)?;
        let offset = (address as usize - loaded.pages.start()) as u32;
        let entries = loaded.artifact.functions.iter().zip(&loaded.functions);
        entries
            .filter(|(entry, _)| entry.offset <= offset)
            .max_by_key(|(entry, _)| entry.offset)
            .map(|(entry, function)| Mfa {
                module: loaded.name,
                function: *function,
                arity: entry.arity,
            })
    }
}

#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    #[error("the isolate has no room for the module's atoms")]
    Atoms,
    #[error("the code calls {0}, which the runtime does not have")]
    Native(String),
    #[error(transparent)]
    Memory(#[from] pages::Error),
}
