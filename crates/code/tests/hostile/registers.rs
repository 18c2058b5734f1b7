//! Registers: set before they are read, gone after what may collect, and match contexts that stay in
//! them.

use crate::builder::*;

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
    // OTP 26 asks how much is left.
    accepted(with(vec![
        Bif { import: BYTE_SIZE, args: vec![sx(2)], dst: x(0), fail: None, live: Some(1) },
        Return,
    ]));
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
