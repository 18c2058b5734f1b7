//! A module as it stands in its `.beam` file, with nothing believed but its shape.

use crate::inst::{AtomIndex, Inst, Label, LiteralIndex};

/// Module, function, arity.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Mfa {
    pub module: String,
    pub function: String,
    pub arity: u8,
}

impl std::fmt::Display for Mfa {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        write!(f, "{}:{}/{}", self.module, self.function, self.arity)
    }
}

/// An external function that the module names: indices of atoms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Import {
    pub module: AtomIndex,
    pub function: AtomIndex,
    pub arity: u8,
}

/// An exported function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Export {
    pub function: AtomIndex,
    pub arity: u8,
    pub label: Label,
}

/// A function from which funs are made (chunk `FunT`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lambda {
    /// The function's name in the module.
    pub function: AtomIndex,
    /// Arity of the function: that of the fun plus the number of free variables.
    pub total_arity: u8,
    pub label: Label,
    pub index: u32,
    pub free: u8,
    pub old_uniq: u32,
}

/// A line of the chunk `Line`: file 0 is the module's own `.erl`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    pub file: u32,
    pub line: u32,
}

#[derive(Clone, Debug)]
pub struct Function {
    pub name: AtomIndex,
    pub arity: u8,
    /// The label that callers use; the one before it belongs to `FuncInfo`.
    pub entry: Label,
    /// From the first label (that of `FuncInfo`) to the last instruction.
    pub body: Vec<Inst>,
    /// Offset in the chunk `Code` of each instruction of `body`, for messages.
    pub offsets: Vec<u32>,
}

#[derive(Clone, Debug)]
pub struct Module {
    pub atoms: Vec<String>,
    /// Index of the module's name.
    pub name: AtomIndex,
    pub functions: Vec<Function>,
    pub label_count: u32,
    pub imports: Vec<Import>,
    pub exports: Vec<Export>,
    pub lambdas: Vec<Lambda>,
    /// Each in the external term format, version byte included. Integers of the code that are not
    /// small are behind those of the chunk `LitT`.
    pub literals: Vec<Box<[u8]>>,
    /// Line 0 is "no line".
    pub lines: Vec<Line>,
    /// Names of source files; 0 is the module's own.
    pub files: Vec<String>,
    /// The chunks `Attr` and `CInf`, external term format as in the file.
    pub attributes: Box<[u8]>,
    pub compile_info: Box<[u8]>,
    /// MD5 of the essential chunks, as `beam_lib:md5/1` and `module_info(md5)` make it.
    pub md5: [u8; 16],
    /// Entry label of the function that `-on_load` names.
    pub on_load: Option<Label>,
}

impl Module {
    pub fn atom(&self, index: AtomIndex) -> &str {
        &self.atoms[index as usize]
    }

    pub fn module_name(&self) -> &str {
        self.atom(self.name)
    }

    pub fn literal(&self, index: LiteralIndex) -> &[u8] {
        &self.literals[index as usize]
    }

    pub fn mfa(&self, function: &Function) -> Mfa {
        Mfa {
            module: self.module_name().to_owned(),
            function: self.atom(function.name).to_owned(),
            arity: function.arity,
        }
    }
}
