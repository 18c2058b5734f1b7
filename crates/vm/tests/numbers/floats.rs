//! Floats as text and as integers, against stock `erl`.

use beamlet_vm::integer::{self, Error, Integer};
use beamlet_vm::real::{self, Notation, Text, TooLong, Zeros};

use crate::oracle::{Random, compare, hex, unhex};

fn float(word: &str) -> f64 {
    f64::from_bits(u64::from_str_radix(word, 16).expect("the bits of a float"))
}

fn digits(word: &str) -> i64 {
    let digits = integer::from_text(word.as_bytes(), 16, &mut integer::never()).unwrap();
    digits.view().to_i64().unwrap()
}

fn text(result: Result<Text, TooLong>) -> String {
    match result {
        Ok(text) => String::from_utf8(text.as_bytes().to_vec()).unwrap(),
        Err(TooLong) => "badarg".into(),
    }
}

fn whole(result: Result<Integer, Error>) -> String {
    let text = integer::to_text(result.unwrap().view(), 16, &mut integer::never()).unwrap();
    String::from_utf8(text).unwrap()
}

fn ours(words: &[&str]) -> String {
    match *words {
        ["write", value] => text(real::write_default(float(value))),
        ["short", value] => text(real::write(float(value), Notation::Short, 20, Zeros::Keep)),
        ["scientific", value, n] => {
            text(real::write(float(value), Notation::Scientific, digits(n), Zeros::Keep))
        }
        ["decimals", value, n] => {
            text(real::write(float(value), Notation::Fixed, digits(n), Zeros::Keep))
        }
        ["decimals_compact", value, n] => {
            text(real::write(float(value), Notation::Fixed, digits(n), Zeros::Drop))
        }
        ["read", bytes] => match real::read(&unhex(bytes), &mut integer::never()) {
            Ok(value) => format!("{:X}", value.to_bits()),
            Err(_) => "badarg".into(),
        },
        ["trunc", value] => whole(real::trunc(float(value))),
        ["round", value] => whole(real::round(float(value))),
        ["floor", value] => whole(real::floor(float(value))),
        ["ceil", value] => whole(real::ceil(float(value))),
        _ => unreachable!("{words:?} is asked but not answered"),
    }
}

/// Finite floats of every kind: random bits, whole numbers, halves, short decimals, edges.
pub fn sample(random: &mut Random) -> f64 {
    let sign = if random.below(2) == 0 { 1.0 } else { -1.0 };
    let magnitude = match random.below(9) {
        0 => random.below(1 << 20) as f64,
        1 => random.below(1 << 12) as f64 / 8.0,
        2 => random.next() as f64,
        3 => random.below(1_000_000) as f64 / 10f64.powi(random.below(12) as i32),
        4 => random.below(1_000) as f64 * 10f64.powi(random.below(40) as i32 - 20),
        5 => {
            let power = 1u64 << (random.below(12) + 48);
            (power + random.below(9) - 4) as f64
        }
        6 => {
            let edges = [
                0.0,
                f64::MIN_POSITIVE,
                f64::MAX,
                5e-324,
                0.1,
                0.5,
                1.0,
                9_007_199_254_740_992.0,
                0.999_999_999_999_999_9,
                0.49999999999999994,
                1e15,
                1e16,
                1e21,
                1e22,
                1e23,
            ];
            edges[random.below(edges.len() as u64) as usize]
        }
        _ => loop {
            let any = f64::from_bits(random.next());
            if any.is_finite() {
                break any.abs();
            }
        },
    };
    sign * magnitude
}

#[test]
fn floats_are_written_as_erl_writes_them() {
    let mut random = Random::seeded(10);
    let mut questions = Vec::new();
    for _ in 0..30_000 {
        let bits = format!("{:X}", sample(&mut random).to_bits());
        questions.push(format!("short {bits}"));
        questions.push(format!("write {bits}"));
        let many = if random.below(8) == 0 { 260 } else { 22 };
        let n = random.below(many);
        for way in ["scientific", "decimals", "decimals_compact"] {
            questions.push(format!("{way} {bits} {n:X}"));
        }
    }
    for _ in 0..20_000 {
        // Fractions of a few bits: the shortest text is often as near as its neighbour.
        let value = (random.next() >> 11) as f64 / [1.0, 4.0, 8.0, 16.0][random.below(4) as usize];
        questions.push(format!("short {:X}", value.to_bits()));
    }
    // Where OTP's buffer ends, and numbers of decimals that C cuts.
    for value in [1.0, -1.0, 0.0, 123456.5, 1e20, -1e200, f64::MAX, f64::MIN_POSITIVE] {
        let bits = f64::to_bits(value);
        for n in (0..23).chain(40..50).chain(240..260) {
            for way in ["scientific", "decimals", "decimals_compact"] {
                questions.push(format!("{way} {bits:X} {n:X}"));
            }
        }
        for n in ["-1", "-5", "100000000", "100000003", "-FFFFFFFD", "80000000"] {
            for way in ["scientific", "decimals", "decimals_compact"] {
                questions.push(format!("{way} {bits:X} {n}"));
            }
        }
    }
    compare(&questions, ours);
    // The oracle dies of this one.
    for notation in [Notation::Scientific, Notation::Fixed] {
        let text = real::write(1.0, notation, i64::from(i32::MAX), Zeros::Keep);
        assert_eq!(text.map(drop), Err(TooLong));
    }
}

#[test]
fn halves_are_rounded_as_erl_rounds_them() {
    let mut random = Random::seeded(11);
    let mut questions = Vec::new();
    for _ in 0..20_000 {
        // A short decimal that ends in 5, and one fewer decimals: ties, exact or nearly.
        let decimals = random.below(10);
        let value = (random.below(1 << 24) * 10 + 5) as f64 / 10f64.powi(decimals as i32 + 1);
        let bits = format!("{:X}", value.to_bits());
        questions.push(format!("decimals {bits} {decimals:X}"));
        questions.push(format!("scientific {bits} {decimals:X}"));
    }
    compare(&questions, ours);
}

#[test]
fn text_is_read_as_erl_reads_it() {
    let mut random = Random::seeded(12);
    let mut questions = Vec::new();
    for _ in 0..10_000 {
        let value = sample(&mut random);
        let notation = [Notation::Short, Notation::Scientific][random.below(2) as usize];
        let written = real::write(value, notation, random.below(24) as i64, Zeros::Keep).unwrap();
        let mut text = written.as_bytes().to_vec();
        match random.below(6) {
            0 => {
                let at = random.below(text.len() as u64) as usize;
                text[at] = b"0123456789+-.,eE \0x"[random.below(19) as usize];
            }
            1 => drop(text.remove(random.below(text.len() as u64) as usize)),
            2 => text.insert(0, b"+-0"[random.below(3) as usize]),
            _ => {}
        }
        questions.push(format!("read {}", hex(&text)));
    }
    for text in [
        "",
        "1",
        "1.",
        ".1",
        "1.0",
        "-1.0",
        "+1.0",
        "--1.0",
        "1,0",
        "1.0e",
        "1.0e+",
        "1.0e5",
        "1.0E-5",
        "1e5",
        "1.0 ",
        " 1.0",
        "inf",
        "nan",
        "0x1.0",
        "1.0e400",
        "-1.0e400",
        "1.0e-400",
        "-1.0e-400",
        "0.0e999999999999999999999",
        "1.0e-999999999999999999999",
        "1.0e999999999999999999999",
        "1.7976931348623157e308",
        "1.7976931348623159e308",
        "4.9e-324",
        "2.4e-324",
        "2.5e-324",
        "1.0\0",
        "1.0\0e",
        "\x001.0",
        "1,5e3",
        "1.5.5",
        "1.5,5",
    ] {
        questions.push(format!("read {}", hex(text.as_bytes())));
    }
    // Texts longer than the digits that decide, some of them midpoints but for their last digit.
    let midpoint = "9007199254740993";
    for zeros in [0, 30, 700, 798, 799, 800, 801, 5_000] {
        let zeros = "0".repeat(zeros);
        for text in [
            format!("{midpoint}.{zeros}0"),
            format!("{midpoint}.{zeros}1"),
            format!("{midpoint}{zeros}.0e-{}", zeros.len()),
            format!("{midpoint}{zeros}.1e-{}", zeros.len()),
            format!("0.{zeros}{midpoint}e{}", zeros.len() + 16),
            format!("0.{zeros}{midpoint}0001e{}", zeros.len()),
            format!("{zeros}1.{zeros}e{zeros}5"),
            format!("1{zeros}.0"),
            format!("{zeros}{midpoint}.0"),
        ] {
            questions.push(format!("read {}", hex(text.as_bytes())));
        }
    }
    // The smallest midpoint: half of the smallest float, exactly and by its neighbours.
    let half = format!("{:.1075}", f64::from_bits(1));
    let digits = format!("{half}0");
    questions.push(format!("read {}", hex(digits.as_bytes())));
    for _ in 0..200 {
        let bits = random.next() & 0x001F_FFFF_FFFF_FFFF;
        let (low, high) = (f64::from_bits(bits), f64::from_bits(bits + 1));
        questions.push(format!("read {}", hex(format!("{low:.1080}").as_bytes())));
        questions.push(format!("read {}", hex(format!("{high:.770}").as_bytes())));
    }
    compare(&questions, ours);
}

#[test]
fn floats_become_the_integers_that_erl_makes_of_them() {
    let mut random = Random::seeded(13);
    let mut questions = Vec::new();
    for _ in 0..10_000 {
        let bits = format!("{:X}", sample(&mut random).to_bits());
        for way in ["trunc", "round", "floor", "ceil"] {
            questions.push(format!("{way} {bits}"));
        }
    }
    compare(&questions, ours);
}
