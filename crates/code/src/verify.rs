//! Proves a module safe, function by function, before it is compiled.

use crate::Module;
use crate::types::Type;

/// A module whose code is proven, with what the proof found out.
#[derive(Debug)]
pub struct Verified {
    pub module: Module,
    /// By function, as in `module.functions`.
    pub facts: Vec<Facts>,
}

/// What is known about a function's instructions.
#[derive(Debug, Default)]
pub struct Facts {
    /// By instruction of the body: is it reached at all?
    pub reached: Vec<bool>,
    /// By instruction: where the types of its sources begin in `types`.
    pub starts: Vec<u32>,
    /// Types of the sources of each instruction, in the order of `Inst::sources`.
    pub types: Vec<Type>,
}

impl Facts {
    /// The type of source number `source` of instruction number `inst`, before it runs.
    pub fn source(&self, inst: usize, source: usize) -> Type {
        self.types[self.starts[inst] as usize + source]
    }
}
