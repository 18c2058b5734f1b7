//! Compiled code runs: small functions, made by stock `erlc`, on a machine of this test.

mod machine;

use std::process::Command;

use beamlet_code::artifact::{Artifact, Slot};
use beamlet_code::inst::{Inst, Register, Source};
use beamlet_code::verify::Verified;
use beamlet_code::{Compiler, Module, abi, atom};
use beamlet_compile::{Checked, Cranelift, Options};
use machine::{Machine, Outcome};

fn small(number: i64) -> u64 {
    (number << abi::SMALL_SHIFT) as u64 | abi::TAG_SMALL
}

fn returned(number: i64) -> Outcome {
    Outcome::Returned(small(number))
}

fn fixed(number: u32) -> u64 {
    u64::from(number) << abi::ATOM_SHIFT | abi::TAG_ATOM
}

/// A module of these functions, all exported.
fn machine(functions: &str) -> Machine {
    checked(functions, Checked::Off)
}

fn checked(functions: &str, checked: Checked) -> Machine {
    let verified = verified(functions);
    let compiler = Cranelift::new(Options { checked }).expect("this machine");
    let artifact = compiler.compile(&verified, &|_, _, _| false).expect("it is compiled");
    Machine::new(&compiler, artifact)
}

fn verified(functions: &str) -> Verified {
    beamlet_code::verify::verify(module(functions)).expect("erlc's code is proven")
}

fn module(functions: &str) -> Module {
    let folder = tempfile::tempdir().expect("a folder");
    let source = folder.path().join("m.erl");
    let text = format!("-module(m).\n-compile([export_all, nowarn_export_all]).\n{functions}\n");
    std::fs::write(&source, text).expect("a file");
    let erlc = Command::new("erlc").arg("-o").arg(folder.path()).arg(&source).output();
    let output = erlc.expect("erlc is installed");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    let bytes = std::fs::read(folder.path().join("m.beam")).expect("erlc made it");
    beamlet_code::read::read(&bytes).expect("erlc's files are read")
}

const FIB: &str = "fib(N) when N < 2 -> N; fib(N) -> fib(N - 1) + fib(N - 2).";

#[test]
fn calls_return_and_frames_are_given_back() {
    let mut machine = machine(FIB);
    assert_eq!(machine.call("fib", &[small(20)]), returned(6765));
    assert_eq!(machine.stack_words(), 0);
}

#[test]
fn a_turn_of_one_reduction_goes_on_where_it_was() {
    let mut machine = machine(FIB);
    machine.reductions = 1;
    assert_eq!(machine.call("fib", &[small(15)]), returned(610));
    // fib(15) makes 1,973 calls.
    assert_eq!(machine.turns, 1973);
}

/// Prints how long it takes; what it ought to take stands in the benchmarks.
#[test]
fn fib_of_35_is_right() {
    let mut machine = machine(FIB);
    let took = (0..5).map(|_| {
        let start = std::time::Instant::now();
        assert_eq!(machine.call("fib", &[small(35)]), returned(9_227_465));
        start.elapsed()
    });
    println!("fib(35): {:?}", took.min());
}

/// No `erlc` here emits the instruction: it takes the place of another.
#[test]
fn a_record_is_copied_with_its_updates() {
    let mut module = module("update(A, B, C) -> update({A, B, C}). update(R) -> {R, 0, 0, 0, 0}.");
    let body = &mut module.functions[1].body;
    let place = body.iter().position(|inst| matches!(inst, Inst::PutTuple { .. }));
    body[place.expect("it builds a tuple")] = Inst::UpdateRecord {
        size: 3,
        src: Source::X(0),
        dst: Register::X(0),
        updates: vec![(2, Source::Small(8)), (1, Source::X(0)), (1, Source::Small(7))],
    };
    let verified = beamlet_code::verify::verify(module).expect("room is set aside for more");
    let compiler = Cranelift::new(Options { checked: Checked::On }).expect("this machine");
    let artifact = compiler.compile(&verified, &|_, _, _| false).expect("it is compiled");
    let mut machine = Machine::new(&compiler, artifact);
    let arguments = [1, 2, 3].map(small);
    let Outcome::Returned(tuple) = machine.call("update", &arguments) else { panic!("no value") };
    assert_eq!(machine.tuple(tuple), [1, 7, 8].map(small));
}

#[test]
fn a_loop_of_tail_calls_takes_no_stack_and_is_interrupted() {
    let mut machine =
        machine("loop(0, A, B, C) -> {A, B, C}; loop(N, A, B, C) -> loop(N - 1, B, C, A).");
    let arguments = [1_000_001, 1, 2, 3].map(small);
    let Outcome::Returned(tuple) = machine.call("loop", &arguments) else { panic!("no value") };
    assert_eq!(machine.tuple(tuple), [3, 1, 2].map(small));
    assert_eq!(machine.turns, 251);
}

#[test]
fn small_integers_calculate_as_integers_do() {
    let mut machine = machine(
        "add(A, B) -> A + B. sub(A, B) -> A - B. mul(A, B) -> A * B. quotient(A, B) -> A div B.
         remainder(A, B) -> A rem B. neg(A) -> -A.
         band_(A, B) -> A band B. bor_(A, B) -> A bor B. bxor_(A, B) -> A bxor B. bnot_(A) -> bnot A.
         bsl_(A, B) -> A bsl B. bsr_(A, B) -> A bsr B. halves(A) -> {A div 2, A rem 2, A div -1}.",
    );
    let numbers = [0, 1, -1, 2, -2, 7, -7, 15, 16, 1 << 30, -(1 << 31), (1 << 59) - 1, -(1 << 59)];
    let in_range = |number: i128| {
        (i128::from(abi::SMALL_MIN)..=i128::from(abi::SMALL_MAX))
            .contains(&number)
            .then_some(number as i64)
    };
    for a in numbers {
        for b in numbers {
            let (wide_a, wide_b) = (i128::from(a), i128::from(b));
            let shift = |left: bool| {
                let bits = if left { wide_b } else { -wide_b };
                match bits {
                    0..=60 => in_range(wide_a << bits),
                    // Far to the right is allowed to the runtime, not to the fast path.
                    -63..=-1 => in_range(wide_a >> -bits),
                    _ => None,
                }
            };
            let expected: [(&str, Option<i64>); 10] = [
                ("add", in_range(wide_a + wide_b)),
                ("sub", in_range(wide_a - wide_b)),
                ("mul", in_range(wide_a * wide_b)),
                ("quotient", if b == 0 || b == -1 { None } else { in_range(wide_a / wide_b) }),
                ("remainder", if b == 0 || b == -1 { None } else { in_range(wide_a % wide_b) }),
                ("band_", Some(a & b)),
                ("bor_", Some(a | b)),
                ("bxor_", Some(a ^ b)),
                ("bsl_", if b >= 0 { shift(true) } else { None }),
                ("bsr_", if (0..=63).contains(&b) { shift(false) } else { None }),
            ];
            for (function, expected) in expected {
                let got = machine.call(function, &[small(a), small(b)]);
                match expected {
                    Some(number) => assert_eq!(got, returned(number), "{function}({a}, {b})"),
                    // The slow path, which this machine does not have, may be right about it: never
                    // a wrong number.
                    None => assert!(
                        matches!(got, Outcome::Raised { kind: machine::PENDING, .. }),
                        "{function}({a}, {b}): {got:?}"
                    ),
                }
            }
        }
        let negative = machine.call("neg", &[small(a)]);
        if let Some(number) = in_range(-i128::from(a)) {
            assert_eq!(negative, returned(number), "-({a})");
        }
        assert_eq!(machine.call("bnot_", &[small(a)]), returned(!a));
    }
}

/// Every kind of instruction that needs no runtime, as its result shows.
const MANY: &str = "
    swap({A, B}) -> {B, A}; swap([A | B]) -> [B | A]; swap(A) -> [A].
    kind(A) when is_integer(A) -> 1; kind(A) when is_atom(A) -> 2; kind([]) -> 3;
    kind(A) when is_list(A) -> 4; kind(A) when is_tuple(A) -> 5; kind(A) when is_float(A) -> 6;
    kind(A) when is_function(A) -> 7; kind(A) when is_pid(A) -> 8; kind(_) -> 9.
    kinds() -> [kind(K) || K <- made(1)].
    made(N) -> [N, ok, other, [], [N], {N}, {N, N}, N + 0.5, fun() -> N end, self()].
    reverse(L) -> reverse(L, []).
    reverse([H | T], A) -> reverse(T, [H | A]); reverse([], A) -> A.
    map(F, [H | T]) -> [F(H) | map(F, T)]; map(_, []) -> [].
    adds(A, B, C, D) -> map(fun(X) -> X + A + B + C + D end, [A, B, C]).
    three(A) -> F = fun(X, Y, Z) -> {X, Y, Z, A} end, F(1, 2, 3).
    four(A, B) -> F = fun(W, X, Y, Z) -> {W, X, Y, Z, A, B} end, F(1, 2, 3, 4).
    none(A) -> F = fun() -> A end, F().
    select(1) -> 10; select(2) -> 20; select(3) -> 30; select(4) -> 40; select(5) -> 50;
    select(-9) -> 60; select(1000) -> 70; select(a) -> 80; select(true) -> 90; select(_) -> 0.
    width({_}) -> 1; width({_, _}) -> 2; width({_, _, _}) -> 3; width(_) -> 0.
    widths(A) -> {width({A}), width({A, A}), width({A, A, A}), width({A, A, A, A}), width(A), width([A])}.
    tagged({ok, V}) -> V; tagged({mine, V, _}) -> V; tagged(_) -> 0.
    taggeds(A) -> {tagged({ok, A}), tagged({mine, A, A}), tagged({mine, A}), tagged({A, A}), tagged(ok), tagged([ok, A])}.
    area(R) -> X = R * 1.0, Y = X * X - 0.25, -(Y / 2.0 + 1.0).
    both(A, B) -> {A andalso B, A orelse B, A and B, A or B, not A, A == B, A =:= B, A /= B}.
    part(T) -> {element(2, T), tuple_size(T), hd(element(1, T)), tl(element(1, T))}.
    xs(A, B, C, D, E, F) -> xs(F, E, D, C, B, A, 3).
    xs(A, B, C, D, E, F, 0) -> {A, B, C, D, E, F};
    xs(A, B, C, D, E, F, N) -> xs(B, C, D, E, F, A, N - 1).
    order(A, B) -> {A < B, A =< B, A > B, A >= B}.
    catches(A) -> try fails(A) of V -> {value, V} catch error:E -> {caught, E} end.
    fails(1) -> 1; fails(2) -> 1 = id(2); fails(3) -> case id(3) of 4 -> ok end;
    fails(4) -> if 4 < 1 -> ok end; fails(5) -> hd(id(5)); fails(6) -> id(6) + a.
    id(X) -> X.
    old(A) -> case catch id(A) of V -> {V, A} end.
    deep(0) -> 1 = id(0); deep(N) -> 1 + deep(N - 1).
    numbers(<<A:8, B:16, C:24, D:32/little, E:56, F:16/signed, G:40, H:24/little-signed, _/binary>>) ->
        {A, B, C, D, E, F, G, H};
    numbers(_) -> none.
    split(<<A:4, B:8, _/bits>>) -> {A, B}.
    fourth(<<_:24, X:8, _/binary>>) -> X; fourth(_) -> none.
    hello(<<\"hello, you\", X, _/binary>>) -> X; hello(_) -> none.
    point(<<C/utf8, _/binary>>) -> C.
    octets(B) -> byte_size(B).
    total(B) -> total(B, 0).
    total(<<X, Rest/binary>>, Sum) -> total(Rest, Sum + X); total(<<>>, Sum) -> Sum.
    from(N) -> try deep(N) catch error:{badmatch, V} -> V; error:V -> V end.
";

fn tuple(machine: &mut Machine, function: &str, arguments: &[u64]) -> Vec<u64> {
    match machine.call(function, arguments) {
        Outcome::Returned(term) => machine.tuple(term),
        other => panic!("{function}: {other:?}"),
    }
}

fn list(machine: &mut Machine, function: &str, arguments: &[u64]) -> Vec<u64> {
    match machine.call(function, arguments) {
        Outcome::Returned(term) => machine.list(term),
        other => panic!("{function}: {other:?}"),
    }
}

fn smalls<const N: usize>(numbers: [i64; N]) -> Vec<u64> {
    numbers.map(small).to_vec()
}

/// Runs the test on plain code, on checked code, and in turns of one reduction.
fn every_way(test: impl Fn(&mut Machine)) {
    test(&mut machine(MANY));
    test(&mut checked(MANY, Checked::On));
    let mut slow = machine(MANY);
    slow.reductions = 1;
    test(&mut slow);
}

#[test]
fn terms_are_built_told_apart_and_taken_apart() {
    every_way(|machine| {
        assert_eq!(list(machine, "kinds", &[]), smalls([1, 2, 2, 3, 4, 5, 5, 6, 7, 8]));
        for (from, to) in [
            (1, 10),
            (2, 20),
            (3, 30),
            (4, 40),
            (5, 50),
            (6, 0),
            (0, 0),
            (-9, 60),
            (1000, 70),
            (1001, 0),
        ] {
            assert_eq!(machine.call("select", &[small(from)]), returned(to), "{from}");
        }
        assert_eq!(machine.call("select", &[fixed(atom::TRUE)]), returned(90));
        assert_eq!(machine.call("select", &[fixed(atom::FALSE)]), returned(0));
        assert_eq!(tuple(machine, "widths", &[small(1)]), smalls([1, 2, 3, 0, 0, 0]));
        assert_eq!(tuple(machine, "taggeds", &[small(7)]), smalls([7, 7, 0, 0, 0, 0]));
        assert_eq!(list(machine, "swap", &[small(1)]), smalls([1]));
    });
}

#[test]
fn funs_find_their_free_variables_behind_their_arguments() {
    every_way(|machine| {
        assert_eq!(list(machine, "adds", &smalls([10, 20, 30, 40])), smalls([110, 120, 130]));
        assert_eq!(tuple(machine, "three", &smalls([9])), smalls([1, 2, 3, 9]));
        assert_eq!(tuple(machine, "four", &smalls([8, 9])), smalls([1, 2, 3, 4, 8, 9]));
        assert_eq!(machine.call("none", &smalls([7])), returned(7));
    });
}

#[test]
fn arguments_beyond_the_third_keep_their_places() {
    every_way(|machine| {
        let numbers = smalls([1, 2, 3, 4, 5, 6]);
        assert_eq!(tuple(machine, "xs", &numbers), smalls([3, 2, 1, 6, 5, 4]));
    });
}

#[test]
fn conditions_are_terms() {
    let truth = |all: [bool; 8]| all.map(|one| fixed(u32::from(one))).to_vec();
    every_way(|machine| {
        let (no, yes) = (fixed(atom::FALSE), fixed(atom::TRUE));
        let expected = truth([false, true, false, true, false, false, false, true]);
        assert_eq!(tuple(machine, "both", &[yes, no]), expected);
        let expected = truth([false, false, false, false, true, true, true, false]);
        assert_eq!(tuple(machine, "both", &[no, no]), expected);
        for (a, b) in [(1, 2), (2, 2), (3, 2), (-1, 1), (abi::SMALL_MIN, abi::SMALL_MAX)] {
            let expected = [a < b, a <= b, a > b, a >= b].map(|one| fixed(u32::from(one)));
            assert_eq!(tuple(machine, "order", &smalls([a, b])), expected);
        }
    });
}

#[test]
fn floats_calculate_as_floats_do() {
    every_way(|machine| {
        let Outcome::Returned(term) = machine.call("area", &[small(3)]) else { panic!("no value") };
        assert_eq!(machine.float(term), -((9.0 - 0.25) / 2.0 + 1.0));
    });
}

#[test]
fn whole_bytes_of_binaries_are_read_in_place() {
    every_way(|machine| {
        let bytes: Vec<u8> = (0..40).map(|byte| 0xf0_u8.wrapping_add(byte)).collect();
        let binary = machine.binary(&bytes);
        assert_eq!(
            tuple(machine, "numbers", &[binary]),
            smalls([
                0xf0,
                0xf1f2,
                0xf3_f4f5,
                0xf9f8_f7f6,
                0xfa_fbfc_fdfe_ff00,
                0x0102,
                0x03_0405_0607,
                0x0a_0908,
            ])
        );
        let negative = [&[0; 17][..], &[0xff, 0xfe], &[0; 5], &[1, 2, 0x80]].concat();
        let binary = machine.binary(&negative);
        let numbers = tuple(machine, "numbers", &[binary]);
        assert_eq!((numbers[5], numbers[7]), (small(-2), small(-0x7f_fdff)));
        let short = machine.binary(&negative[..26]);
        assert_ne!(machine.call("numbers", &[short]), returned(0));
        // Four bits: the runtime's, which leaves this context where it is.
        let binary = machine.binary(&bytes);
        let read = machine::READ_BY_THE_RUNTIME;
        assert_eq!(tuple(machine, "split", &[binary]), smalls([read, 0xf0]));
        assert_eq!(machine.call("fourth", &[binary]), returned(0xf3));
        for (text, expected) in [("hello, you!", Some(33)), ("hello, yoU!", None), ("hello", None)]
        {
            let binary = machine.binary(text.as_bytes());
            let found = machine.call("hello", &[binary]);
            match expected {
                Some(byte) => assert_eq!(found, returned(byte), "{text}"),
                None => assert!(matches!(found, Outcome::Returned(_)), "{text}"),
            }
        }
        let binary = machine.binary(b"A");
        assert_eq!(machine.call("point", &[binary]), returned(65));
        let binary = machine.binary(&bytes);
        assert_eq!(machine.call("octets", &[binary]), returned(40));
        let sum = bytes.iter().map(|&byte| i64::from(byte)).sum();
        assert_eq!(machine.call("total", &[binary]), returned(sum));
    });
}

#[test]
fn an_exception_arrives_in_its_handler_with_the_stack_of_its_frame() {
    every_way(|machine| {
        let caught = |machine: &mut Machine, which| tuple(machine, "catches", &[small(which)]);
        assert_eq!(caught(machine, 1)[1], small(1));
        // This machine hands the handler the bare value.
        assert_eq!(caught(machine, 2)[1], small(2));
        assert_eq!(caught(machine, 3)[1], small(3));
        for which in [4, 5, 6] {
            assert_eq!(caught(machine, which)[1], abi::NIL);
        }
        assert_eq!(machine.call("from", &[small(100)]), returned(0));
        assert_eq!(tuple(machine, "old", &[small(4)]), smalls([4, 4]));
        assert_eq!(machine.stack_words(), 0);
    });
}

#[test]
fn an_exception_that_nothing_catches_names_its_line() {
    let mut machine =
        machine("\n\nf(1) ->\n    1 = id(2);\nf(N) when N > 1 ->\n\n  hd(N).\nid(X) -> X.");
    let badmatch = abi::RaiseKind::Badmatch as u64;
    assert_eq!(
        machine.call("f", &[small(1)]),
        Outcome::Raised { kind: badmatch, value: small(2), line: 6 }
    );
    assert_eq!(
        machine.call("f", &[small(2)]),
        Outcome::Raised { kind: machine::PENDING, value: abi::NIL, line: 9 }
    );
    assert!(matches!(machine.call("f", &[small(0)]), Outcome::Raised { kind: 201, line: 5, .. }));
}

#[test]
fn a_function_that_the_runtime_has_is_a_way_to_its_export() {
    let verified = verified(
        "f(X) -> g(X). g(X) -> erlang:nif_error(X) + m:h(X). h(X) -> m:k(X) + 1. k(X) -> X.",
    );
    let compiler = Cranelift::new(Options::default()).expect("this machine");
    // Of what has a body of its own it is not believed: callers rely on that body.
    let native = |module: &str, function: &str, arity: u8| {
        module == "m" && ["g", "h"].contains(&function) && arity == 1
    };
    let artifact = compiler.compile(&verified, &native).expect("it is compiled");
    let exports = artifact.slots.iter().filter_map(|slot| match slot {
        Slot::Export(mfa) => Some(mfa.function.as_str()),
        _ => None,
    });
    let exports: Vec<&str> = exports.collect();
    assert!(exports.contains(&"g") && exports.contains(&"k"), "{exports:?}");
    // Its own body has two calls, which return.
    let of = |artifact: &Artifact| {
        let own = |name: &str| artifact.functions[0].function == name;
        assert!(own("f"));
        artifact.returns.iter().filter(|point| point.function == 1).count()
    };
    assert_eq!(of(&artifact), 0);
    assert_eq!(of(&compiler.compile(&verified, &|_, _, _| false).expect("it is compiled")), 2);
}
