//! Atoms: those of deployed code are global and live as long as the host; those that an isolate
//! makes at run time are its own and die with it.
//!
//! An isolate knows the global atoms below its watermark, taken when it starts, and numbers its own
//! from there on: one text never has two numbers within an isolate.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::{LazyLock, RwLock};

use beamlet_code::atom as fixed;
use elsa::FrozenVec;

/// Characters of an atom's text, at most (OTP: `MAX_ATOM_CHARACTERS`).
pub const ATOM_CHARACTERS_MAX: usize = 255;

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Atom(pub u32);

macro_rules! names {
    ($($name:ident)*) => { impl Atom { $(pub const $name: Atom = Atom(fixed::$name);)* } };
}
names! {
    FALSE TRUE UNDEFINED OK ERROR EXIT_CLASS THROW EXIT DOWN NORMAL KILL KILLED NOPROC NOCONNECTION
    INFINITY PROCESS PORT EMPTY BADARG BADARITH BADMATCH CASE_CLAUSE IF_CLAUSE TRY_CLAUSE
    FUNCTION_CLAUSE BADFUN BADARITY BADMAP BADKEY BADRECORD UNDEF SYSTEM_LIMIT TIMEOUT_VALUE NOCATCH
    NOT_LOADED NOTALIVE NOTSUP BADTYPE BADOPT ERROR_INFO CAUSE MODULE FILE LINE ERL_ERTS_ERRORS
    ERL_STDLIB_ERRORS ERL_KERNEL_ERRORS ERLANG ERROR_HANDLER UNDEFINED_FUNCTION UNDEFINED_LAMBDA
    APPLY INIT MODULE_INFO LINK MONITOR ALIAS NONODE_NOHOST NODE FUN INTEGER FLOAT BINARY BITSTRING
    ATOM TUPLE LIST MAP PID REFERENCE NIL BOOLEAN
}

#[derive(Default)]
struct Global {
    texts: Vec<&'static str>,
    numbers: HashMap<&'static str, u32>,
}

static GLOBAL: LazyLock<RwLock<Global>> = LazyLock::new(|| {
    let mut global = Global::default();
    for text in fixed::FIXED {
        let number = global.texts.len() as u32;
        assert!(
            global.numbers.insert(text, number).is_none(),
            "the fixed atom {text} is there twice"
        );
        global.texts.push(text);
    }
    RwLock::new(global)
});

/// Makes atoms of deployed code: their texts are kept for good, so the caller bounds them (a
/// module has at most `read::ATOMS_MAX`).
pub fn intern_global(texts: impl IntoIterator<Item = impl AsRef<str>>) {
    let mut global = GLOBAL.write().expect("nothing panics while it holds the atoms");
    for text in texts {
        let text = text.as_ref();
        if !global.numbers.contains_key(text) {
            let number = global.texts.len() as u32;
            let text: &'static str = Box::leak(text.to_owned().into_boxed_str());
            global.texts.push(text);
            global.numbers.insert(text, number);
        }
    }
}

/// More atoms than the isolate may have.
#[derive(Debug)]
pub struct Full;

/// The atoms of an isolate.
pub struct Atoms {
    /// A copy of the global texts below the watermark: read without a lock.
    global: Vec<&'static str>,
    texts: FrozenVec<Box<str>>,
    numbers: RefCell<HashMap<Box<str>, u32>>,
    /// Atoms that the isolate may make.
    own_max: usize,
}

impl Atoms {
    pub fn new(own_max: usize) -> Atoms {
        let global = GLOBAL.read().expect("nothing panics while it holds the atoms").texts.clone();
        Atoms { global, texts: FrozenVec::new(), numbers: RefCell::default(), own_max }
    }

    pub fn text(&self, atom: Atom) -> &str {
        let number = atom.0 as usize;
        match self.global.get(number) {
            Some(text) => text,
            None => &self.texts[number - self.global.len()],
        }
    }

    /// The atom, if it is there already.
    pub fn existing(&self, text: &str) -> Option<Atom> {
        if let Some(number) = self.numbers.borrow().get(text) {
            return Some(Atom(*number));
        }
        let global = GLOBAL.read().expect("nothing panics while it holds the atoms");
        global
            .numbers
            .get(text)
            .filter(|number| (**number as usize) < self.global.len())
            .map(|number| Atom(*number))
    }

    /// The atom; made if need be. The caller has checked its length.
    pub fn intern(&self, text: &str) -> Result<Atom, Full> {
        if let Some(atom) = self.existing(text) {
            return Ok(atom);
        }
        if self.texts.len() >= self.own_max {
            return Err(Full);
        }
        let number = (self.global.len() + self.texts.len()) as u32;
        self.texts.push(text.into());
        self.numbers.borrow_mut().insert(text.into(), number);
        Ok(Atom(number))
    }

    /// Atoms that there are: global ones below the watermark, and the isolate's own.
    pub fn count(&self) -> usize {
        self.global.len() + self.texts.len()
    }
}
