//! Compiled code runs: small functions, made by stock `erlc`, on a machine of this test.

mod machine;

use std::process::Command;

use beamlet_code::{Compiler, abi, atom};
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
    let folder = tempfile::tempdir().expect("a folder");
    let source = folder.path().join("m.erl");
    let text = format!("-module(m).\n-compile([export_all, nowarn_export_all]).\n{functions}\n");
    std::fs::write(&source, text).expect("a file");
    let erlc = Command::new("erlc").arg("-o").arg(folder.path()).arg(&source).output();
    let output = erlc.expect("erlc is installed");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    let bytes = std::fs::read(folder.path().join("m.beam")).expect("erlc made it");
    let module = beamlet_code::read::read(&bytes).expect("erlc's files are read");
    let verified = beamlet_code::verify::verify(module).expect("erlc's code is proven");
    let compiler = Cranelift::new(Options { checked: Checked::Off }).expect("this machine");
    let artifact = compiler.compile(&verified, &|_, _, _| false).expect("it is compiled");
    Machine::new(&compiler, artifact)
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
