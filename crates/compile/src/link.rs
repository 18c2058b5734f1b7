//! What the functions of one artifact share: slots, sites, literals, pieces of code, and the names
//! by which one piece of machine code refers to another until all have their places.

use std::collections::HashMap;
use std::hash::Hash;

use beamlet_code::abi::Helper;
use beamlet_code::artifact::{Point, Slot};
use cranelift_codegen::ir::Signature;

use crate::emit::{called_signature, signature};

/// Namespaces of Cranelift's external names.
pub const SPACE_ENTRY: u32 = 0;
/// The start of the mapping.
pub const SPACE_BASE: u32 = 1;
pub const SPACE_SHARED: u32 = 2;

/// A piece of code that stands once in an artifact, because what it does is rare or large.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Shared {
    /// Goes on at `Context::next` with everything from the context.
    Resume,
    /// Reductions are used up: `next` and `live` are in the context already.
    Yield,
    /// Returns `Status::Wait`; `next` is in the context.
    Wait,
    /// Kind and value in X0 and X1, site in X2.
    Raise,
    /// Trace and value in X0 and X1, site in X2.
    Reraise,
    /// The site in X0.
    RaisePending,
    /// The reason in X0, the site in X1.
    Refuse,
    /// Arity and site are in the context.
    FunctionClause,
    /// Where the address of code is wanted that is never reached.
    NoCode,
    /// Called, not jumped to, with so many X registers: calls a helper that reads, whose operands
    /// are in the context (`OPERANDS`), and keeps the registers.
    Reads(Helper, u8),
    /// Called, not jumped to, with so many X registers: puts all into the context for a helper that
    /// builds, and takes them from there again. Operands are in the context (`OPERANDS`, `LIVE`).
    Builds(Helper, u8),
    /// Calls the fun in X[arity]; the site is in the context.
    CallFun(u8, Position),
    /// Calls function X[arity + 1] of module X[arity]; the site is in the context.
    Apply(u8, Position),
}

impl Shared {
    /// X registers (or values in their place) that it takes.
    pub fn x_params(self) -> usize {
        match self {
            Shared::Resume | Shared::Wait | Shared::NoCode => 0,
            Shared::RaisePending => 1,
            Shared::Refuse => 2,
            Shared::Yield | Shared::Raise | Shared::Reraise | Shared::FunctionClause => 3,
            Shared::Reads(_, x) | Shared::Builds(_, x) => usize::from(x),
            Shared::CallFun(arity, _) => (usize::from(arity) + 1).min(3),
            Shared::Apply(arity, _) => (usize::from(arity) + 2).min(3),
        }
    }

    pub fn signature(self) -> Signature {
        match self {
            Shared::Reads(..) | Shared::Builds(..) => called_signature(self.x_params()),
            _ => signature(self.x_params()),
        }
    }
}

/// Where a call stands in its function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Position {
    /// The return address is on the stack already.
    Body,
    Tail,
}

/// Numbers for things, in the order in which they are first asked for.
#[derive(Debug)]
pub struct Interner<T> {
    pub all: Vec<T>,
    numbers: HashMap<T, u32>,
}

impl<T> Default for Interner<T> {
    fn default() -> Self {
        Interner { all: Vec::new(), numbers: HashMap::new() }
    }
}

impl<T: Clone + Eq + Hash> Interner<T> {
    pub fn number(&mut self, thing: T) -> u32 {
        if let Some(&number) = self.numbers.get(&thing) {
            return number;
        }
        let number = self.all.len() as u32;
        self.all.push(thing.clone());
        self.numbers.insert(thing, number);
        number
    }
}

#[derive(Debug, Default)]
pub struct Link {
    pub slots: Interner<Slot>,
    pub shared: Interner<Shared>,
    /// Behind the module's own, whose number is `literals_before`.
    pub literals: Interner<Box<[u8]>>,
    pub literals_before: u32,
    pub sites: Vec<Point>,
    site_numbers: HashMap<(u32, u32, u32), u32>,
}

impl Link {
    pub fn new(literals_before: u32) -> Link {
        Link { literals_before, ..Link::default() }
    }

    /// The slot of a literal that the module itself does not have.
    pub fn literal_slot(&mut self, term: Box<[u8]>) -> u32 {
        let number = self.literals_before + self.literals.number(term);
        self.slots.number(Slot::Literal(number))
    }

    /// The number of a place in the source.
    pub fn site(&mut self, function: u32, file: u32, line: u32) -> u32 {
        *self.site_numbers.entry((function, file, line)).or_insert_with(|| {
            let offset = self.sites.len() as u32;
            self.sites.push(Point { offset, function, file, line });
            offset
        })
    }
}
