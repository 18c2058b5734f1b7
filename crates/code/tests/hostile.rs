//! Modules made by hand that must not get past the verifier: one row for each rule, refused with
//! the reason of that rule. A row that is accepted is a hole in memory safety.

use beamlet_code::inst::Inst::*;
use beamlet_code::inst::{
    Extract, FloatOp, Inst, MarkerOp, Need, PutMap as Put, Register, SegmentFlags, SegmentSize,
    Source, Test as Is,
};
use beamlet_code::types::Type;
use beamlet_code::verify::verify;
use beamlet_code::{Export, Function, Import, Lambda, Line as LineRow, Module};

const ATOMS: &[&str] =
    &["m", "f", "g", "erlang", "setelement", "error", "hd", "+", "lists", "reverse", "k"];
const SETELEMENT: u32 = 0;
const ERROR: u32 = 1;
const HD: u32 = 2;
const PLUS: u32 = 3;
const REVERSE: u32 = 4;

/// A module with the exported function `f` and the local function `g`; the labels of a body that
/// belong to no head begin at 10.
fn module(f_arity: u8, f: Vec<Inst>, g_arity: u8, g: Vec<Inst>) -> Module {
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
fn quiet() -> Vec<Inst> {
    vec![mv(Source::Nil, x(0)), Return]
}

fn reason(module: Module) -> String {
    match verify(module) {
        Ok(_) => "accepted".to_owned(),
        Err(refusal) => refusal.reason.to_string(),
    }
}

/// `f` of two arguments with such a body is refused for a reason that contains `expected`.
#[track_caller]
fn refused(expected: &str, body: Vec<Inst>) {
    let actual = reason(module(2, body.clone(), 1, quiet()));
    assert!(actual.contains(expected), "{actual}\ninstead of: {expected}\nfor {body:#?}");
}

#[track_caller]
fn accepted(body: Vec<Inst>) {
    let actual = reason(module(2, body.clone(), 1, quiet()));
    assert_eq!(actual, "accepted", "for {body:#?}");
}

/// The same with `g`, which `f` calls.
#[track_caller]
fn refused_both(expected: &str, f: Vec<Inst>, g: Vec<Inst>) {
    let actual = reason(module(2, f, 1, g));
    assert!(actual.contains(expected), "{actual}\ninstead of: {expected}");
}

fn x(index: u16) -> Register {
    Register::X(index)
}
fn y(index: u16) -> Register {
    Register::Y(index)
}
fn sx(index: u16) -> Source {
    Source::X(index)
}
fn sy(index: u16) -> Source {
    Source::Y(index)
}
fn mv(src: Source, dst: Register) -> Inst {
    Move { src, dst }
}
fn words(words: u32) -> Need {
    Need { words, ..Need::default() }
}
fn frame(slots: u16) -> Inst {
    Allocate { slots, need: Need::default(), live: 2 }
}
fn start_match(dst: u16) -> Inst {
    BsStartMatch { fail: Some(1), src: sx(0), live: 2, dst: x(dst) }
}
fn hd(src: Source) -> Inst {
    Bif { import: HD, args: vec![src], dst: x(0), fail: None, live: None }
}

#[test]
fn the_builder_makes_modules_that_are_accepted() {
    accepted(vec![Return]);
    accepted(vec![
        frame(1),
        InitYregs(vec![0]),
        Call { arity: 1, label: 4 },
        Deallocate { slots: 1 },
        Return,
    ]);
    accepted(vec![CallOnly { arity: 1, label: 4 }]);
}

#[test]
fn a_register_must_be_set_before_it_is_read() {
    refused("X2 is read", vec![mv(sx(2), x(0)), Return]);
    refused("X900 is read", vec![mv(sx(900), x(0)), Return]);
    refused("Y0 is read", vec![frame(1), mv(sy(0), x(0)), Deallocate { slots: 1 }, Return]);
    refused("X2 is read", vec![Swap { a: x(2), b: x(0) }, Return]);
    refused("X2 is read", vec![GetList { src: sx(2), head: x(0), tail: x(1) }, Return]);
    refused("X2 is read", vec![Badmatch(sx(2))]);
    refused(
        "X2 is read",
        vec![
            TestHeap { need: words(3), live: 2 },
            PutTuple { dst: x(0), elements: vec![sx(1), sx(2)] },
            Return,
        ],
    );
    refused(
        "X2 is read",
        vec![GetMapElements { fail: 1, src: sx(0), pairs: vec![(sx(2), x(0))] }, Return],
    );
    // Only on one of the ways.
    refused(
        "X2 is read",
        vec![
            Test { test: Is::IsAtom, fail: 10, args: vec![sx(0)] },
            mv(Source::Nil, x(2)),
            Label(10),
            mv(sx(2), x(0)),
            Return,
        ],
    );
}

#[test]
fn an_instruction_that_may_collect_leaves_only_the_live_registers() {
    refused("X2 is not set", vec![TestHeap { need: words(2), live: 3 }, Return]);
    refused("X1 is read", vec![TestHeap { need: words(2), live: 1 }, mv(sx(1), x(0)), Return]);
    refused(
        "X1 is read",
        vec![
            Bif { import: PLUS, args: vec![sx(0), sx(1)], dst: x(0), fail: None, live: Some(1) },
            mv(sx(1), x(0)),
            Return,
        ],
    );
    // Where it fails, too.
    refused(
        "X1 is read",
        vec![
            Bif {
                import: PLUS,
                args: vec![sx(0), sx(1)],
                dst: x(0),
                fail: Some(10),
                live: Some(1),
            },
            Return,
            Label(10),
            mv(sx(1), x(0)),
            Return,
        ],
    );
    refused(
        "X1 is read",
        vec![
            Inst::PutMap {
                kind: Put::Assoc,
                fail: None,
                src: sx(0),
                dst: x(0),
                live: 1,
                pairs: vec![],
            },
            mv(sx(1), x(0)),
            Return,
        ],
    );
    refused(
        "Y0 is not set",
        vec![frame(1), TestHeap { need: words(2), live: 0 }, Deallocate { slots: 1 }, Return],
    );
    refused(
        "may build",
        vec![
            TestHeap { need: words(2), live: 2 },
            Bif { import: PLUS, args: vec![sx(0), sx(1)], dst: x(0), fail: None, live: None },
            Return,
        ],
    );
}

#[test]
fn a_call_needs_its_arguments_and_a_whole_frame_and_leaves_x0() {
    refused("X2 is not set", vec![frame(0), CallFun { arity: 2 }, Deallocate { slots: 0 }, Return]);
    refused("X3 is not set", vec![frame(0), mv(Source::Nil, x(2)), Apply { arity: 2 }]);
    refused(
        "Y0 is not set",
        vec![frame(1), Call { arity: 1, label: 4 }, Deallocate { slots: 1 }, Return],
    );
    refused("Y0 is not set", vec![frame(1), Send, Deallocate { slots: 1 }, Return]);
    refused(
        "X1 is read",
        vec![
            frame(0),
            Call { arity: 1, label: 4 },
            mv(sx(1), x(0)),
            Deallocate { slots: 0 },
            Return,
        ],
    );
    refused("X1 is read", vec![Send, mv(sx(1), x(0)), Return]);
    refused("needs a frame", vec![Call { arity: 1, label: 4 }, Return]);
    refused("needs a frame", vec![CallExt { arity: 1, import: REVERSE }, Return]);
    refused("needs a frame", vec![Apply { arity: 0 }, Return]);
}

#[test]
fn a_call_goes_to_an_entry_with_that_arity() {
    refused("label 3 is not the entry", vec![CallOnly { arity: 1, label: 3 }]);
    refused("label 4 is not the entry of a function of 2", vec![CallOnly { arity: 2, label: 4 }]);
    refused("label 29 is not the entry", vec![CallOnly { arity: 1, label: 29 }]);
    refused("not that of the import", vec![CallExtOnly { arity: 2, import: REVERSE }]);
    refused("no import number 99", vec![CallExtOnly { arity: 1, import: 99 }]);
    refused(
        "lists:reverse/1 is not a guard BIF",
        vec![
            Bif { import: REVERSE, args: vec![sx(0)], dst: x(0), fail: None, live: Some(2) },
            Return,
        ],
    );
    refused(
        "not that of the import",
        vec![
            Bif { import: HD, args: vec![sx(0), sx(1)], dst: x(0), fail: None, live: None },
            Return,
        ],
    );
}

#[test]
fn a_match_context_stays_in_registers() {
    let with = |rest: Vec<Inst>| [vec![start_match(2)], rest].concat();
    refused("match context could be in X0", with(vec![mv(sx(2), x(0)), Return]));
    refused(
        "could get out of X2",
        with(vec![
            TestHeap { need: words(3), live: 3 },
            PutTuple { dst: x(0), elements: vec![sx(1), sx(2)] },
            Return,
        ]),
    );
    refused(
        "could get out of X2",
        with(vec![
            TestHeap { need: words(2), live: 3 },
            PutList { head: sx(2), tail: Source::Nil, dst: x(0) },
            Return,
        ]),
    );
    refused(
        "could get out of X2",
        with(vec![
            TestHeap { need: words(9), live: 3 },
            MakeFun { lambda: 0, dst: x(0), free: vec![sx(2)] },
            Return,
        ]),
    );
    refused(
        "could get out of X2",
        with(vec![
            Inst::PutMap {
                kind: Put::Assoc,
                fail: None,
                src: sx(0),
                dst: x(0),
                live: 3,
                pairs: vec![(sx(1), sx(2))],
            },
            Return,
        ]),
    );
    refused(
        "could be in X0",
        with(vec![mv(sx(2), x(0)), CallExtOnly { arity: 1, import: REVERSE }]),
    );
    refused("could be in X1", with(vec![mv(sx(2), x(1)), Send, Return]));
    refused(
        "could be in X1",
        with(vec![
            Allocate { slots: 0, need: Need::default(), live: 3 },
            mv(sx(2), x(1)),
            CallFun { arity: 1 },
            Deallocate { slots: 0 },
            Return,
        ]),
    );
    refused("could get out of X2", with(vec![Badmatch(sx(2))]));
    refused("could get out of X2", with(vec![hd(sx(2)), Return]));
    refused(
        "could get out of X2",
        with(vec![Test { test: Is::IsAtom, fail: 1, args: vec![sx(2)] }, Return]),
    );
    refused(
        "could get out of X2",
        with(vec![GetTupleElement { src: sx(2), index: 0, dst: x(0) }, Return]),
    );
    refused(
        "could get out of X2",
        with(vec![BsSetPosition { context: x(2), position: sx(2) }, Return]),
    );
    // The function clause's arguments become an exception.
    refused("could be in X0", with(vec![mv(sx(2), x(0)), Jump(1)]));
    accepted(with(vec![mv(sx(2), x(0)), CallOnly { arity: 1, label: 4 }]));
}

#[test]
fn a_context_that_a_caller_passes_does_not_get_out_either() {
    let pass = vec![start_match(0), CallOnly { arity: 1, label: 4 }];
    refused_both("could be in X0", pass.clone(), vec![Return]);
    refused_both("could be in X0", pass.clone(), vec![CallExtOnly { arity: 1, import: REVERSE }]);
    // Only one of two callers does.
    let both = vec![
        Test { test: Is::IsAtom, fail: 10, args: vec![sx(0)] },
        CallOnly { arity: 1, label: 4 },
        Label(10),
        start_match(0),
        CallOnly { arity: 1, label: 4 },
    ];
    refused_both("could be in X0", both, vec![Return]);
    // A fun's free variables are terms.
    refused_both(
        "could get out of X0",
        vec![
            start_match(0),
            TestHeap { need: words(9), live: 1 },
            MakeFun { lambda: 0, dst: x(0), free: vec![sx(0)] },
            Return,
        ],
        vec![Return],
    );
}

#[test]
fn a_fun_or_a_native_may_come_with_any_terms() {
    // Somebody may have the fun without this module making it.
    let narrow = vec![
        TestHeap { need: words(2), live: 2 },
        PutTuple { dst: x(0), elements: vec![Source::Nil] },
        CallOnly { arity: 1, label: 4 },
    ];
    let verified = verify(module(
        2,
        narrow,
        1,
        vec![GetTupleElement { src: sx(0), index: 0, dst: x(0) }, Return],
    ))
    .unwrap();
    assert_eq!(verified.facts[1].source(3, 0), Type::TERM);
    // The body of a native is not what runs.
    refused_both(
        "could be in X0",
        vec![start_match(0), CallOnly { arity: 1, label: 4 }],
        vec![NifStart, mv(Source::Nil, x(0)), Return],
    );
    let verified = verify(module(
        2,
        vec![
            frame(0),
            Call { arity: 1, label: 4 },
            mv(sx(0), x(1)),
            Deallocate { slots: 0 },
            Return,
        ],
        1,
        vec![NifStart, mv(Source::Nil, x(0)), Return],
    ))
    .unwrap();
    assert_eq!(verified.facts[0].source(5, 0), Type::TERM);
    assert!(verified.facts[1].native && !verified.facts[0].native);
}

#[test]
fn no_more_is_built_than_was_set_aside() {
    let tuple = PutTuple { dst: x(0), elements: vec![Source::Nil] };
    let cons = PutList { head: Source::Nil, tail: Source::Nil, dst: x(0) };
    refused("more is built", vec![tuple.clone(), Return]);
    refused(
        "more is built",
        vec![TestHeap { need: words(2), live: 2 }, tuple.clone(), tuple.clone(), Return],
    );
    refused(
        "more is built",
        vec![TestHeap { need: words(2), live: 2 }, cons.clone(), cons.clone(), Return],
    );
    refused(
        "more is built",
        vec![
            TestHeap { need: Need { words: 0, floats: 0, funs: 1 }, live: 2 },
            MakeFun { lambda: 0, dst: x(0), free: vec![Source::Nil] },
            Return,
        ],
    );
    refused(
        "more is built",
        vec![
            TestHeap { need: words(9), live: 2 },
            Bif { import: PLUS, args: vec![sx(0), sx(1)], dst: x(0), fail: None, live: Some(1) },
            cons.clone(),
            Return,
        ],
    );
    refused(
        "more is built",
        vec![TestHeap { need: words(9), live: 2 }, Send, cons.clone(), Return],
    );
    refused(
        "more is built",
        vec![
            TestHeap { need: words(9), live: 2 },
            frame(0),
            cons.clone(),
            Deallocate { slots: 0 },
            Return,
        ],
    );
    // One way to the label has set less aside.
    refused(
        "more is built",
        vec![
            TestHeap { need: words(4), live: 2 },
            Test { test: Is::IsAtom, fail: 10, args: vec![sx(0)] },
            cons.clone(),
            Label(10),
            cons.clone(),
            cons.clone(),
            Return,
        ],
    );
    refused(
        "more is built",
        vec![Fconv { src: sx(0), dst: 0 }, FmoveOut { src: 0, dst: x(0) }, Return],
    );
    refused("out of its range", vec![TestHeap { need: words(u32::MAX), live: 2 }, Return]);
    accepted(vec![
        TestHeap { need: Need { words: 1, floats: 1, funs: 1 }, live: 2 },
        Fconv { src: sx(0), dst: 0 },
        FmoveOut { src: 0, dst: x(1) },
        MakeFun { lambda: 0, dst: x(0), free: vec![sx(1)] },
        Return,
    ]);
}

#[test]
fn floating_point_registers_must_be_set() {
    refused(
        "floating-point register 1",
        vec![Fconv { src: sx(0), dst: 0 }, Farith { op: FloatOp::Add, a: 0, b: 1, dst: 0 }, Return],
    );
    refused("floating-point register 0", vec![Fnegate { src: 0, dst: 0 }, Return]);
    refused(
        "floating-point register 0",
        vec![TestHeap { need: words(2), live: 2 }, FmoveOut { src: 0, dst: x(0) }, Return],
    );
    refused("out of its range", vec![Fconv { src: sx(0), dst: 16 }, Return]);
    // A call keeps none.
    refused(
        "floating-point register 0",
        vec![
            frame(0),
            Fconv { src: sx(0), dst: 0 },
            Call { arity: 1, label: 4 },
            Fnegate { src: 0, dst: 0 },
            Deallocate { slots: 0 },
            Return,
        ],
    );
}

#[test]
fn a_frame_is_given_back_exactly() {
    refused("a frame already", vec![frame(1), InitYregs(vec![0]), frame(1), Return]);
    refused("a frame already", vec![frame(0), Return]);
    refused("not the size", vec![frame(2), Deallocate { slots: 1 }, Return]);
    refused("needs a frame", vec![Deallocate { slots: 0 }, Return]);
    refused("a frame already", vec![frame(0), CallOnly { arity: 1, label: 4 }]);
    refused("not the size", vec![frame(2), CallLast { arity: 1, label: 4, dealloc: 3 }]);
    refused("not the size", vec![frame(2), CallExtLast { arity: 1, import: REVERSE, dealloc: 0 }]);
    refused("not the size", vec![frame(2), ApplyLast { arity: 0, dealloc: 3 }]);
    refused("not the size", vec![frame(2), Trim { slots: 1, remaining: 2 }, Return]);
    refused("Y2 is outside", vec![frame(2), mv(Source::Nil, y(2)), Return]);
    refused(
        "Y1 is outside",
        vec![frame(2), Trim { slots: 1, remaining: 1 }, mv(Source::Nil, y(1)), Return],
    );
    refused("Y0 is outside", vec![mv(Source::Nil, y(0)), Return]);
    refused("out of its range", vec![frame(1024), Return]);
    refused("a frame already", vec![frame(0), Jump(1)]);
    // Two sizes at one label: then it cannot be given back.
    let two_sizes = |rest: Vec<Inst>| {
        [
            vec![
                Test { test: Is::IsAtom, fail: 10, args: vec![sx(0)] },
                frame(1),
                InitYregs(vec![0]),
                Jump(11),
                Label(10),
                frame(2),
                InitYregs(vec![0, 1]),
                Label(11),
            ],
            rest,
        ]
        .concat()
    };
    refused("not the size", two_sizes(vec![Deallocate { slots: 1 }, Return]));
    refused("not the size", two_sizes(vec![CallLast { arity: 1, label: 4, dealloc: 2 }]));
    refused("not the size", two_sizes(vec![Trim { slots: 0, remaining: 1 }, Return]));
    refused("Y1 is outside", two_sizes(vec![Badmatch(sy(1))]));
    refused("a frame already", two_sizes(vec![Return]));
    accepted(two_sizes(vec![Badmatch(sy(0))]));
}

#[test]
fn what_raises_needs_a_stack_that_can_be_searched() {
    refused("Y0 is not set", vec![frame(1), hd(sx(0)), Deallocate { slots: 1 }, Return]);
    refused("Y0 is not set", vec![frame(1), Badmatch(sx(0))]);
    refused("Y0 is not set", vec![frame(1), CallExt { arity: 1, import: ERROR }]);
    refused(
        "is not set",
        vec![
            Test { test: Is::IsAtom, fail: 10, args: vec![sx(0)] },
            frame(1),
            Jump(11),
            Label(10),
            frame(2),
            Label(11),
            IfEnd,
        ],
    );
}

#[test]
fn catch_tags_stay_where_they_are_and_end_in_order() {
    let body = |rest: Vec<Inst>| {
        [
            vec![frame(2), InitYregs(vec![0, 1]), Try { y: 1, label: 10 }],
            rest,
            vec![
                TryEnd { y: 1 },
                Deallocate { slots: 2 },
                Return,
                Label(10),
                TryCase { y: 1 },
                Deallocate { slots: 2 },
                Return,
            ],
        ]
        .concat()
    };
    accepted(body(vec![]));
    refused("Y1 holds a catch tag", body(vec![mv(sy(1), x(0))]));
    refused("Y1 holds a catch tag", body(vec![mv(Source::Nil, y(1))]));
    refused("Y1 holds a catch tag", body(vec![InitYregs(vec![1])]));
    refused("Y1 holds a catch tag", body(vec![Swap { a: y(0), b: y(1) }]));
    refused("Y1 holds a catch tag", body(vec![Try { y: 1, label: 10 }]));
    refused("catch tag is still there", body(vec![Deallocate { slots: 2 }, Return]));
    refused("catch tag is still there", body(vec![CallLast { arity: 1, label: 4, dealloc: 2 }]));
    refused("catch tag is still there", body(vec![Trim { slots: 2, remaining: 0 }, Return]));
    refused("does not hold the innermost", body(vec![CatchEnd { y: 1 }]));
    refused("does not hold the innermost", body(vec![TryEnd { y: 0 }]));
    refused("does not hold the innermost", body(vec![TryEnd { y: 1 }]));
    refused(
        "Y2 is outside",
        vec![
            frame(2),
            InitYregs(vec![0, 1]),
            Try { y: 2, label: 10 },
            Return,
            Label(10),
            TryCase { y: 2 },
            Return,
        ],
    );

    let nested = |inner: u16, outer: u16, rest: Vec<Inst>| {
        [
            vec![
                frame(2),
                InitYregs(vec![0, 1]),
                Try { y: outer, label: 10 },
                Try { y: inner, label: 11 },
            ],
            rest,
            vec![
                Deallocate { slots: 2 },
                Return,
                Label(11),
                TryCase { y: inner },
                TryEnd { y: outer },
                Deallocate { slots: 2 },
                Return,
                Label(10),
                TryCase { y: outer },
                Deallocate { slots: 2 },
                Return,
            ],
        ]
        .concat()
    };
    accepted(nested(0, 1, vec![TryEnd { y: 0 }, TryEnd { y: 1 }]));
    refused("does not hold the innermost", nested(0, 1, vec![TryEnd { y: 1 }, TryEnd { y: 0 }]));
    refused("is not below the outer", nested(1, 0, vec![TryEnd { y: 1 }, TryEnd { y: 0 }]));
    // On one of the ways only.
    refused(
        "different catch tags",
        vec![
            frame(1),
            InitYregs(vec![0]),
            Test { test: Is::IsAtom, fail: 11, args: vec![sx(0)] },
            Try { y: 0, label: 10 },
            Label(11),
            TryEnd { y: 0 },
            Deallocate { slots: 1 },
            Return,
            Label(10),
            TryCase { y: 0 },
            Deallocate { slots: 1 },
            Return,
        ],
    );
}

#[test]
fn a_handler_ends_its_own_tag_and_finds_only_what_is_set_at_every_exception() {
    refused(
        "does not begin with",
        vec![
            frame(1),
            Try { y: 0, label: 10 },
            TryEnd { y: 0 },
            Deallocate { slots: 1 },
            Return,
            Label(10),
            Return,
        ],
    );
    refused(
        "does not begin with",
        vec![
            frame(1),
            Try { y: 0, label: 10 },
            TryEnd { y: 0 },
            Deallocate { slots: 1 },
            Return,
            Label(10),
            CatchEnd { y: 0 },
            Return,
        ],
    );
    refused(
        "does not begin with",
        vec![frame(2), Try { y: 0, label: 10 }, Return, Label(10), TryCase { y: 1 }, Return],
    );
    refused("does not begin with", vec![frame(1), Catch { y: 0, label: 2 }, Return]);
    let handler = |rest: Vec<Inst>| {
        [
            vec![
                frame(2),
                InitYregs(vec![0]),
                mv(Source::Nil, y(0)),
                Try { y: 1, label: 10 },
                mv(Source::Nil, x(5)),
                hd(sx(0)),
                TryEnd { y: 1 },
                Deallocate { slots: 2 },
                Return,
                Label(10),
                TryCase { y: 1 },
            ],
            rest,
        ]
        .concat()
    };
    accepted(handler(vec![mv(sx(2), x(0)), mv(sy(0), x(1)), Deallocate { slots: 2 }, Return]));
    refused("X3 is read", handler(vec![mv(sx(3), x(0)), Deallocate { slots: 2 }, Return]));
    refused("X5 is read", handler(vec![mv(sx(5), x(0)), Deallocate { slots: 2 }, Return]));
    // Nothing is set aside there any more.
    refused(
        "more is built",
        vec![
            frame(1),
            InitYregs(vec![0]),
            Try { y: 0, label: 10 },
            TestHeap { need: words(9), live: 2 },
            hd(sx(0)),
            TryEnd { y: 0 },
            Deallocate { slots: 1 },
            Return,
            Label(10),
            TryCase { y: 0 },
            PutList { head: sx(0), tail: Source::Nil, dst: x(0) },
            Deallocate { slots: 1 },
            Return,
        ],
    );
    // A slot that holds a context is one in the handler too.
    refused(
        "could be in X0",
        vec![
            Allocate { slots: 2, need: Need::default(), live: 2 },
            InitYregs(vec![0, 1]),
            BsStartMatch { fail: None, src: sx(0), live: 2, dst: y(0) },
            Try { y: 1, label: 10 },
            hd(sx(1)),
            TryEnd { y: 1 },
            Deallocate { slots: 2 },
            Return,
            Label(10),
            TryCase { y: 1 },
            mv(sy(0), x(0)),
            Deallocate { slots: 2 },
            Return,
        ],
    );
}

#[test]
fn control_comes_to_the_handler_of_a_try_with_what_it_reads() {
    // A jump to it, past any exception, with X2 not set.
    refused(
        "X2 is not set",
        vec![
            frame(1),
            Try { y: 0, label: 10 },
            Jump(10),
            Label(10),
            TryCase { y: 0 },
            mv(sx(2), x(0)),
            Deallocate { slots: 1 },
            Return,
        ],
    );
    refused(
        "X0 is not set",
        vec![
            frame(1),
            Catch { y: 0, label: 10 },
            LoopRec { fail: 10, dst: x(1) },
            Label(10),
            CatchEnd { y: 0 },
            Deallocate { slots: 1 },
            Return,
        ],
    );
}

#[test]
fn set_tuple_element_only_changes_what_nobody_else_can_have() {
    let made = |rest: Vec<Inst>| {
        [
            vec![
                frame(1),
                mv(sx(1), y(0)),
                mv(sx(1), x(2)),
                CallExt { arity: 3, import: SETELEMENT },
            ],
            rest,
            vec![Deallocate { slots: 1 }, Return],
        ]
        .concat()
    };
    let set = |value, tuple| SetTupleElement { value, tuple, index: 0 };
    accepted(made(vec![set(Source::Nil, sx(0)), set(sy(0), sx(0))]));
    accepted(made(vec![mv(sx(0), x(1)), set(Source::Nil, sx(1))]));
    refused("set_tuple_element", vec![set(Source::Nil, sx(0)), Return]);
    refused("set_tuple_element", made(vec![set(Source::Nil, sy(0))]));
    // A term that holds itself has no end.
    refused("set_tuple_element", made(vec![set(sx(0), sx(0))]));
    refused("set_tuple_element", made(vec![mv(sx(0), x(1)), set(sx(1), sx(0))]));
    refused("set_tuple_element", made(vec![mv(sx(0), y(0)), set(sy(0), sx(0))]));
    // Another term could hold it by then.
    refused(
        "set_tuple_element",
        made(vec![
            TestHeap { need: words(2), live: 1 },
            PutList { head: sx(0), tail: Source::Nil, dst: x(1) },
            set(sx(1), sx(0)),
        ]),
    );
    refused(
        "set_tuple_element",
        made(vec![mv(sx(0), y(0)), Call { arity: 1, label: 4 }, set(Source::Nil, sy(0))]),
    );
    refused("set_tuple_element", made(vec![Jump(10), Label(10), set(Source::Nil, sx(0))]));
    refused(
        "set_tuple_element",
        made(vec![TestHeap { need: words(0), live: 1 }, set(Source::Nil, sx(0))]),
    );
}

#[test]
fn no_cycle_of_jumps_is_free() {
    refused("a cycle of jumps", vec![Label(10), Jump(10)]);
    refused(
        "a cycle of jumps",
        vec![
            Label(10),
            Test { test: Is::IsAtom, fail: 11, args: vec![sx(0)] },
            Jump(10),
            Label(11),
            Jump(10),
        ],
    );
    refused(
        "a cycle of jumps",
        vec![Label(10), SelectVal { value: sx(0), fail: 10, cases: vec![] }],
    );
    refused("a cycle of jumps", vec![Jump(2)]);
    // Through an exception.
    refused(
        "a cycle of jumps",
        vec![
            frame(1),
            InitYregs(vec![0]),
            Label(10),
            Try { y: 0, label: 11 },
            IfEnd,
            Label(11),
            TryCase { y: 0 },
            Jump(10),
        ],
    );
    // Through the fail label of what only looks.
    refused(
        "a cycle of jumps",
        vec![Label(10), LoopRec { fail: 10, dst: x(0) }, RemoveMessage, Return],
    );
    accepted(vec![
        Label(10),
        LoopRec { fail: 11, dst: x(0) },
        RemoveMessage,
        Return,
        Label(11),
        Wait { label: 10 },
    ]);
}

#[test]
fn labels_are_there_and_in_the_function() {
    refused("label 4 is not in this function", vec![Jump(4)]);
    refused("label 29 is not in this function", vec![Jump(29)]);
    refused("label 4000000 is not in this function", vec![Jump(4_000_000)]);
    refused("label 0 is not in this function", vec![Jump(0)]);
    refused(
        "label 3 is not in this function",
        vec![Test { test: Is::IsAtom, fail: 3, args: vec![sx(0)] }, Return],
    );
    refused("label 2 is defined twice", vec![Return, Label(2), Return]);
    refused("label 3 is defined twice", vec![Return, Label(3), Return]);
    refused("label 30 is not in this function", vec![Return, Label(30), Return]);
}

#[test]
fn control_never_runs_off_the_end() {
    refused("runs off the end", vec![mv(Source::Nil, x(0))]);
    refused("runs off the end", vec![]);
    refused("runs off the end", vec![Jump(10), Label(10)]);
    refused("runs off the end", vec![frame(0), Call { arity: 1, label: 4 }]);
    accepted(vec![CallExt { arity: 1, import: ERROR }]);
}

#[test]
fn receiving_keeps_no_registers() {
    refused(
        "X0 is read",
        vec![
            LoopRec { fail: 10, dst: x(1) },
            mv(sx(0), x(2)),
            Return,
            Label(10),
            Wait { label: 11 },
            Label(11),
            Return,
        ],
    );
    refused(
        "X0 is not set",
        vec![WaitTimeout { label: 10, time: sx(0) }, Return, Label(10), Wait { label: 10 }],
    );
    refused("X0 is not set", vec![Wait { label: 10 }, Label(10), Return]);
    refused("X0 is not set", vec![LoopRecEnd { label: 10 }, Label(10), Return]);
    refused("Y0 is not set", vec![frame(1), Wait { label: 10 }, Label(10), IfEnd]);
    refused(
        "X5 is read",
        vec![RecvMarker { op: MarkerOp::Bind, marker: x(5), reference: Some(x(0)) }, Return],
    );
}

#[test]
fn operands_are_within_their_tables_and_ranges() {
    refused("no atom number 99", vec![mv(Source::Atom(99), x(0)), Return]);
    refused("no literal number 7", vec![mv(Source::Literal(7), x(0)), Return]);
    refused("small integer", vec![mv(Source::Small(1 << 60), x(0)), Return]);
    refused("no fun number 3", vec![MakeFun { lambda: 3, dst: x(0), free: vec![] }, Return]);
    refused(
        "fun 0 is not",
        vec![
            TestHeap { need: words(9), live: 2 },
            MakeFun { lambda: 0, dst: x(0), free: vec![] },
            Return,
        ],
    );
    refused("no line number 5", vec![Line(5), Return]);
    refused("register", vec![mv(Source::Nil, x(1023)), Return]);
    refused("arguments of a test", vec![Test { test: Is::Lt, fail: 1, args: vec![sx(0)] }, Return]);
    refused("case of a select", vec![SelectVal { value: sx(0), fail: 1, cases: vec![(sx(1), 1)] }]);
    refused(
        "case of a select",
        vec![SelectVal { value: sx(0), fail: 1, cases: vec![(Source::Literal(0), 1)] }],
    );
    refused(
        "bits of a string",
        vec![
            start_match(2),
            BsMatchString { fail: 1, context: x(2), bits: 9, bytes: Box::from([1]) },
            Return,
        ],
    );
    let get = |unit| BsGet {
        kind: Extract::Integer,
        fail: 1,
        context: x(2),
        live: 3,
        size: SegmentSize::Of(Source::Small(8)),
        unit,
        flags: SegmentFlags::default(),
        dst: x(0),
    };
    refused("unit of a segment", vec![start_match(2), get(0), Return]);
    refused("unit of a segment", vec![start_match(2), get(257), Return]);
    refused(
        "unit of a segment",
        vec![start_match(2), BsTestUnit { fail: 1, context: x(2), unit: 0 }, Return],
    );
    refused(
        "elements of a tuple",
        vec![PutTuple { dst: x(0), elements: vec![Source::Nil; 5000] }, Return],
    );
}

#[test]
fn tables_agree_with_the_functions() {
    let edited = |edit: &dyn Fn(&mut Module)| {
        let mut module = module(2, vec![Return], 1, quiet());
        edit(&mut module);
        reason(module)
    };
    let rows: &[(&str, &dyn Fn(&mut Module))] = &[
        ("the export f/2 is not", &|m| m.exports[0].label = 4),
        ("the export f/2 is not", &|m| m.exports[0].label = 1),
        ("the export g/2 is not", &|m| m.exports[0].function = 2),
        ("the export f/1 is not", &|m| m.exports[0].arity = 1),
        ("fun 0 is not", &|m| m.lambdas[0].label = 3),
        ("fun 0 is not", &|m| m.lambdas[0].free = 2),
        ("on_load", &|m| m.on_load = Some(2)),
        ("the same name and arity", &|m| (m.functions[1].name, m.functions[1].arity) = (1, 2)),
        ("a function begins with", &|m| m.functions[1].entry = 3),
        ("a function begins with", &|m| m.functions[1].body.clear()),
        ("a function begins with", &|m| m.functions[1].body.insert(3, FuncInfo)),
        ("the table of functions", &|m| m.functions[1].name = 99),
        ("the table of exports", &|m| m.exports[0].function = 99),
        ("the table of names", &|m| m.name = 99),
        ("the table of files", &|m| m.lines[0].file = 9),
        ("literal 0: bytes follow", &|m| m.literals[0] = Box::from([131, 106, 106])),
        ("literal 0: the term ends", &|m| m.attributes = Box::from([131])),
    ];
    for (expected, edit) in rows {
        let actual = edited(edit);
        assert!(actual.contains(expected), "{actual}\ninstead of: {expected}");
    }
}

#[test]
fn what_is_too_entangled_is_refused_and_not_worked_at_forever() {
    // As many labels, each with as many registers as there can be.
    let mut body: Vec<Inst> = (2..1022).map(|index| mv(Source::Nil, x(index))).collect();
    for label in 10..60_000 {
        body.push(Test { test: Is::IsAtom, fail: label, args: vec![sx(0)] });
        body.push(Label(label));
    }
    body.push(Return);
    let mut module = module(2, body, 1, quiet());
    module.label_count = 60_000;
    assert!(reason(module).contains("too large or too entangled"));
}

#[test]
fn a_refusal_says_where() {
    let mut module = module(2, vec![mv(sx(7), x(0)), Return], 1, quiet());
    module.functions[0].offsets[3] = 77;
    let refusal = verify(module).unwrap_err();
    assert_eq!(
        refusal.to_string(),
        "module m is refused: f/2, byte 77 of the code: X7 is read, which no instruction has set"
    );
}
