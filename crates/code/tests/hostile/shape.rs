//! Labels, calls, cycles, tables, and the limits of the verifier itself.

use crate::builder::*;

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
fn tables_agree_with_the_functions() {
    let edited = |edit: &dyn Fn(&mut Module)| {
        let mut module = module(2, vec![Return], 1, quiet());
        edit(&mut module);
        reason(module)
    };
    type Row = (&'static str, &'static dyn Fn(&mut Module));
    let rows: &[Row] = &[
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

#[test]
fn a_branch_proves_no_more_than_its_test() {
    let after_failure = |test: Inst| {
        let verified = verify(module(
            2,
            vec![
                test,
                Return,
                Label(10),
                GetTupleElement { src: sx(0), index: 0, dst: x(0) },
                Return,
            ],
            1,
            quiet(),
        ))
        .unwrap();
        verified.facts[0].source(6, 0)
    };
    let tests = [
        TestArity { fail: 10, tuple: sx(0), arity: 3 },
        IsTaggedTuple { fail: 10, tuple: sx(0), arity: 3, tag: 0 },
        Test { test: Is::IsFunctionArity, fail: 10, args: vec![sx(0), Source::Small(1)] },
        Test { test: Is::EqExact, fail: 10, args: vec![sx(0), Source::Nil] },
        Test { test: Is::IsBinary, fail: 10, args: vec![sx(0)] },
        Test { test: Is::IsBoolean, fail: 10, args: vec![sx(0)] },
        SelectTupleArity { tuple: sx(0), fail: 10, cases: vec![] },
        SelectVal { value: sx(0), fail: 10, cases: vec![] },
    ];
    for test in tests {
        assert_eq!(after_failure(test.clone()), Type::TERM, "{test:?}");
    }
    assert_eq!(
        after_failure(Test { test: Is::IsTuple, fail: 10, args: vec![sx(0)] }).kinds,
        Kinds::TERM.without(Kinds::TUPLE)
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
