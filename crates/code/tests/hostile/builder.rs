//! Modules of one exported and one local function, and what is asserted of them.

pub use beamlet_code::inst::Inst::*;
pub use beamlet_code::inst::{
    Extract, FloatOp, Inst, MarkerOp, Need, PutMap as Put, Register, SegmentFlags, SegmentSize,
    Source, Test as Is,
};
pub use beamlet_code::types::{Kinds, Type};
pub use beamlet_code::verify::verify;
pub use beamlet_code::{Export, Function, Import, Lambda, Line as LineRow, Module};

pub const ATOMS: &[&str] =
    &["m", "f", "g", "erlang", "setelement", "error", "hd", "+", "lists", "reverse", "byte_size"];
pub const SETELEMENT: u32 = 0;
pub const ERROR: u32 = 1;
pub const HD: u32 = 2;
pub const PLUS: u32 = 3;
pub const REVERSE: u32 = 4;
pub const BYTE_SIZE: u32 = 5;

/// A module with the exported function `f` and the local function `g`; the labels of a body that
/// belong to no head begin at 10.
pub fn module(f_arity: u8, f: Vec<Inst>, g_arity: u8, g: Vec<Inst>) -> Module {
    let function = |name, arity, first, body: Vec<Inst>| {
        let mut all = vec![Label(first), FuncInfo, Label(first + 1)];
        all.extend(body);
        let offsets = (0..all.len() as u32).collect();
        Function { name, arity, entry: first + 1, body: all, offsets }
    };
    let import = |module, function, arity| Import { module, function, arity };
    Module {
        atoms: ATOMS.iter().map(|atom| atom.to_string()).collect(),
        name: 0,
        functions: vec![function(1, f_arity, 1, f), function(2, g_arity, 3, g)],
        label_count: 30,
        imports: vec![
            import(3, 4, 3),
            import(3, 5, 1),
            import(3, 6, 1),
            import(3, 7, 2),
            import(8, 9, 1),
            import(3, 10, 1),
        ],
        exports: vec![Export { function: 1, arity: f_arity, label: 2 }],
        lambdas: vec![Lambda {
            function: 2,
            total_arity: g_arity,
            label: 4,
            index: 0,
            free: g_arity.min(1),
            old_uniq: 0,
        }],
        literals: vec![Box::from([131, 106])],
        lines: vec![LineRow { file: 0, line: 0 }],
        files: vec!["m.erl".to_owned()],
        attributes: Box::default(),
        compile_info: Box::default(),
        md5: [0; 16],
        on_load: None,
    }
}

/// A local function that does nothing.
pub fn quiet() -> Vec<Inst> {
    vec![mv(Source::Nil, x(0)), Return]
}

pub fn reason(module: Module) -> String {
    match verify(module) {
        Ok(_) => "accepted".to_owned(),
        Err(refusal) => refusal.reason.to_string(),
    }
}

/// `f` of two arguments with such a body is refused for a reason that contains `expected`.
#[track_caller]
pub fn refused(expected: &str, body: Vec<Inst>) {
    let actual = reason(module(2, body.clone(), 1, quiet()));
    assert!(actual.contains(expected), "{actual}\ninstead of: {expected}\nfor {body:#?}");
}

#[track_caller]
pub fn accepted(body: Vec<Inst>) {
    let actual = reason(module(2, body.clone(), 1, quiet()));
    assert_eq!(actual, "accepted", "for {body:#?}");
}

/// The same with `g`, which `f` calls.
#[track_caller]
pub fn refused_both(expected: &str, f: Vec<Inst>, g: Vec<Inst>) {
    let actual = reason(module(2, f, 1, g));
    assert!(actual.contains(expected), "{actual}\ninstead of: {expected}");
}

pub fn x(index: u16) -> Register {
    Register::X(index)
}
pub fn y(index: u16) -> Register {
    Register::Y(index)
}
pub fn sx(index: u16) -> Source {
    Source::X(index)
}
pub fn sy(index: u16) -> Source {
    Source::Y(index)
}
pub fn mv(src: Source, dst: Register) -> Inst {
    Move { src, dst }
}
pub fn words(words: u32) -> Need {
    Need { words, ..Need::default() }
}
pub fn frame(slots: u16) -> Inst {
    Allocate { slots, need: Need::default(), live: 2 }
}
pub fn start_match(dst: u16) -> Inst {
    BsStartMatch { fail: Some(1), src: sx(0), live: 2, dst: x(dst) }
}
pub fn hd(src: Source) -> Inst {
    Bif { import: HD, args: vec![src], dst: x(0), fail: None, live: None }
}
