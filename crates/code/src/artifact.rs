//! The machine code of a module, as data: position-independent, without an absolute address, so
//! that it can be stored, mapped and shared by any number of isolates.
//!
//! ```text
//! | slots, one word each, filled in by the linker | machine code, 16-byte aligned functions |
//! 0                                    code_offset
//! ```
//!
//! Slots are reached relative to the program counter; a mapping of an artifact therefore has its
//! own slots beside code whose pages are shared.

pub mod file;

use crate::module::Mfa;

/// What the linker puts into a slot.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Slot {
    /// The atom of that text, a term.
    Atom(String),
    /// The literal, a term: an index into `literals`.
    Literal(u32),
    /// Offset in bytes of the export in the isolate's table of exports.
    Export(Mfa),
    /// An index into `lambdas`: the isolate's number for it, as a small.
    Lambda(u32),
    /// The number of a BIF.
    Bif(Mfa),
}

/// An address that can stand on a stack, or in `Context::site`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    /// Of a return point: offset of its code, relative to the start of the mapping. Of a site: the
    /// number of the site (sites are addressed as start of the mapping + number, below `code_offset`).
    pub offset: u32,
    /// An index into `functions`.
    pub function: u32,
    /// Index of the source file, and line; 0 is "not known".
    pub file: u32,
    pub line: u32,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub function: String,
    pub arity: u8,
    /// Relative to the start of the mapping.
    pub offset: u32,
    pub exported: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LambdaEntry {
    pub offset: u32,
    pub function: String,
    pub total_arity: u8,
    pub free: u8,
    pub index: u32,
    pub old_uniq: u32,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Artifact {
    pub module: String,
    pub slots: Vec<Slot>,
    /// Bytes from the start of the mapping to the first function: the slots, then room for sites,
    /// up to a whole page.
    pub code_offset: u32,
    pub code: Vec<u8>,
    /// In the order of the module.
    pub functions: Vec<Entry>,
    pub lambdas: Vec<LambdaEntry>,
    /// Sorted by offset.
    pub returns: Vec<Point>,
    /// By number.
    pub sites: Vec<Point>,
    /// The module's literals, and those that the compiler added: external term format.
    pub literals: Vec<Box<[u8]>>,
    pub files: Vec<String>,
    pub attributes: Box<[u8]>,
    pub compile_info: Box<[u8]>,
    pub md5: [u8; 16],
    /// Offset of the function that `-on_load` names.
    pub on_load: Option<u32>,
}

/// The pieces of machine code that belong to no module.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stubs {
    pub code: Vec<u8>,
    /// Offset of the code that calls the BIF of that number, as an Erlang function.
    pub bifs: Vec<u32>,
    /// Returns to the scheduler with `Status::Exited`: the return address below the first frame.
    pub exited: u32,
    /// Returns to the scheduler with `Status::Yield` (what is in the context stays).
    pub yielded: u32,
    /// Returns to the scheduler with `Status::Wait`.
    pub waiting: u32,
    /// Pops a return address and goes on there with X0 of the context: how a trap ends.
    pub returned: u32,
}
