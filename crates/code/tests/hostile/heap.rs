//! What is built and changed on the heap, and the operands of what does.

use crate::builder::*;

#[test]
fn no_more_is_built_than_was_set_aside() {
    let tuple = PutTuple { dst: x(0), elements: vec![Source::Nil] };
    let cons = PutList { head: Source::Nil, tail: Source::Nil, dst: x(0) };
    refused("more is built", vec![tuple.clone(), Return]);
    refused(
        "more is built",
        vec![
            TestHeap { need: words(3), live: 2 },
            UpdateRecord { size: 3, src: sx(0), dst: x(0), updates: vec![(1, sx(1))] },
            Return,
        ],
    );
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
        "index of an element",
        vec![
            UpdateRecord { size: 2, src: sx(0), dst: x(0), updates: vec![(2, Source::Nil)] },
            Return,
        ],
    );
    refused(
        "elements of a tuple",
        vec![UpdateRecord { size: 5000, src: sx(0), dst: x(0), updates: vec![] }, Return],
    );
    refused(
        "unit of a segment",
        vec![start_match(2), BsEnsure { fail: 1, context: x(2), bits: 8, unit: 0 }, Return],
    );
    refused(
        "elements of a tuple",
        vec![PutTuple { dst: x(0), elements: vec![Source::Nil; 5000] }, Return],
    );
}
