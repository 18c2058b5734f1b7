//! Frames, catch tags and handlers.

use crate::builder::*;

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
}

#[test]
fn an_end_in_and_out_of_a_try_only_raises() {
    let shared = |rest: Vec<Inst>| {
        [
            vec![
                frame(2),
                InitYregs(vec![0, 1]),
                Test { test: Is::IsAtom, fail: 11, args: vec![sx(0)] },
                Try { y: 0, label: 10 },
                Label(11),
            ],
            rest,
            vec![Label(10), TryCase { y: 0 }, Deallocate { slots: 2 }, Return],
        ]
        .concat()
    };
    accepted(shared(vec![IfEnd]));
    accepted(shared(vec![mv(sy(1), x(0)), Badmatch(sx(0))]));
    refused("does not hold the innermost", shared(vec![TryEnd { y: 0 }, IfEnd]));
    refused("catch tag is still there", shared(vec![Deallocate { slots: 2 }, Return]));
    refused("catch tag is still there", shared(vec![Trim { slots: 0, remaining: 2 }, IfEnd]));
    refused("Y1 holds a catch tag", shared(vec![mv(Source::Nil, y(1)), IfEnd]));
    refused("Y1 holds a catch tag", shared(vec![Swap { a: y(1), b: x(0) }, IfEnd]));
    refused("Y0 holds a catch tag", shared(vec![mv(sy(0), x(0)), IfEnd]));
    refused("does not hold the innermost", shared(vec![Jump(10)]));
    // The handler learns of what the shared end leaves: Y1 is not set on one of the ways.
    refused(
        "Y1 is not set",
        vec![
            frame(2),
            InitYregs(vec![0]),
            Test { test: Is::IsAtom, fail: 11, args: vec![sx(0)] },
            Try { y: 0, label: 10 },
            Label(11),
            IfEnd,
            Label(10),
            TryCase { y: 0 },
            Deallocate { slots: 2 },
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
