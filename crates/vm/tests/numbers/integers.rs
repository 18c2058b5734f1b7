//! Integers against stock `erl`: thousands of operands, most of them at edges of limbs.

use beamlet_vm::integer::{self, Bitwise, ByteOrder, Error, Integer, Sign, Signedness, View};

use crate::oracle::{Random, compare, hex, unhex};

fn read(word: &str) -> Integer {
    integer::from_text(word.as_bytes(), 16, &mut integer::never()).expect("a hexadecimal integer")
}

fn show(result: Result<Integer, Error>) -> String {
    match result {
        Ok(value) => {
            let text = integer::to_text(value.view(), 16, &mut integer::never()).unwrap();
            String::from_utf8(text).unwrap()
        }
        Err(Error::DivisionByZero) => "badarith".into(),
        Err(Error::SystemLimit) => "system_limit".into(),
        Err(_) => "badarg".into(),
    }
}

fn order(order: std::cmp::Ordering) -> String {
    format!("{order:?}").to_lowercase()
}

/// A magnitude of `limbs` limbs at most: random, sparse, runs of ones, next to powers of two.
fn magnitude(random: &mut Random, limbs: u64) -> Vec<u64> {
    let mut row: Vec<u64> = (0..=random.below(limbs)).map(|_| random.next()).collect();
    match random.below(8) {
        0 => row.fill(u64::MAX),
        1 => {
            row.fill(0);
            *row.last_mut().unwrap() = 1 << random.below(64);
        }
        2 => {
            row.iter_mut().for_each(|limb| *limb = [0, u64::MAX, 1, 1 << 63][(*limb % 4) as usize])
        }
        3 => *row.last_mut().unwrap() = 1 + random.below(3),
        4 => row[0] = [0, 1, u64::MAX][random.below(3) as usize],
        5 => {
            let top = row.last_mut().unwrap();
            *top >>= random.below(64);
        }
        _ => {}
    }
    row
}

fn operand(random: &mut Random, limbs: u64) -> Integer {
    let sign = [Sign::Positive, Sign::Negative][random.below(2) as usize];
    // Zero, smalls and their edge in OTP, then any.
    match random.below(16) {
        0 => Integer::zero(),
        1 => Integer::from(random.next() as i64 >> random.below(64)),
        2 => Integer::from((1i64 << 59) - 1 + random.below(3) as i64),
        3 => Integer::from(-(1i64 << 59) - 1 + random.below(3) as i64),
        _ => Integer::new(sign, magnitude(random, limbs)).unwrap(),
    }
}

fn hexadecimal(value: &Integer) -> String {
    show(Ok(value.clone()))
}

fn ours(words: &[&str]) -> String {
    let poll = &mut integer::never();
    let (a, b) = match words {
        [
            "from_text"
            | "match_big_unsigned"
            | "match_big_signed"
            | "match_little_unsigned"
            | "match_little_signed",
            text,
            b,
        ] => {
            let (text, b) = (unhex(text), read(b).view().to_u64().unwrap() as usize);
            let (order, signedness) = match words[0] {
                "from_text" => return show(integer::from_text(&text, b as u32, poll)),
                "match_big_unsigned" => (ByteOrder::Big, Signedness::Unsigned),
                "match_big_signed" => (ByteOrder::Big, Signedness::Signed),
                "match_little_unsigned" => (ByteOrder::Little, Signedness::Unsigned),
                _ => (ByteOrder::Little, Signedness::Signed),
            };
            return show(integer::from_segment(&text, b, order, signedness));
        }
        ["cmp_float", a, b] => {
            let float = f64::from_bits(u64::from_str_radix(b, 16).unwrap());
            return order(integer::compare_float(read(a).view(), float));
        }
        [_, a] => (read(a), Integer::zero()),
        [_, a, b] => (read(a), read(b)),
        _ => unreachable!("one operand or two"),
    };
    let (a, b) = (a.view(), b.view());
    let segment = |order| {
        let bits = b.to_u64().unwrap() as usize;
        let mut out = vec![0xAA; bits.div_ceil(8)];
        integer::to_segment(&mut out, order, bits, a);
        hex(&out)
    };
    show(match words[0] {
        "add" => integer::add(a, b),
        "sub" => integer::sub(a, b),
        "mul" => integer::mul(a, b, poll),
        "div" => integer::div(a, b, poll),
        "rem" => integer::rem(a, b, poll),
        "band" => integer::bitwise(Bitwise::And, a, b),
        "bor" => integer::bitwise(Bitwise::Or, a, b),
        "bxor" => integer::bitwise(Bitwise::Xor, a, b),
        "bnot" => integer::not(a),
        "bsl" => integer::shift(a, b.to_i64_saturating()),
        "bsr" => integer::shift(a, b.to_i64_saturating().saturating_neg()),
        "neg" => Ok(a.negated().to_integer()),
        "abs" => Ok(a.absolute().to_integer()),
        "cmp" => return order(a.cmp(&b)),
        "float" => {
            return match integer::to_float(a) {
                Ok(float) => format!("{:X}", float.to_bits()),
                Err(_) => "badarg".into(),
            };
        }
        "to_text" => {
            let text = integer::to_text(a, b.to_u64().unwrap() as u32, poll).unwrap();
            return String::from_utf8(text).unwrap();
        }
        "segment_big" => return segment(ByteOrder::Big),
        "segment_little" => return segment(ByteOrder::Little),
        "external" => return external(a),
        other => unreachable!("{other} is asked but not answered"),
    })
}

/// `term_to_binary/1` of an integer that is no small there.
fn external(a: View) -> String {
    let mut magnitude = vec![0; integer::byte_length(a)];
    integer::to_magnitude(&mut magnitude, ByteOrder::Little, a);
    let mut out = match u8::try_from(magnitude.len()) {
        Ok(length) => vec![131, 110, length],
        Err(_) => {
            let mut out = vec![131, 111];
            out.extend((magnitude.len() as u32).to_be_bytes());
            out
        }
    };
    out.push(u8::from(a.is_negative()));
    out.extend(&magnitude);
    let again = integer::from_magnitude(a.sign(), ByteOrder::Little, &magnitude).unwrap();
    assert_eq!(again.view(), a);
    hex(&out)
}

#[test]
fn arithmetic_is_that_of_erl() {
    let mut random = Random::seeded(1);
    let mut questions = Vec::new();
    for round in 0..3_000 {
        let limbs = [1, 2, 3, 5, 8, 20, 40, 70, 140, 300][round % 10];
        let a = operand(&mut random, limbs);
        let shorter = 1 + random.below(limbs);
        let mut b = operand(&mut random, shorter);
        if random.below(8) == 0 {
            // Quotients next to a whole number, where a guessed limb is off.
            b = integer::add(a.view(), Integer::from(random.below(3) as i64 - 1).view()).unwrap();
        }
        let (a, b) = (hexadecimal(&a), hexadecimal(&b));
        for operation in ["add", "sub", "mul", "div", "rem", "band", "bor", "bxor", "cmp"] {
            questions.push(format!("{operation} {a} {b}"));
        }
        for operation in ["bnot", "neg", "abs"] {
            questions.push(format!("{operation} {a}"));
        }
    }
    compare(&questions, ours);
}

#[test]
fn long_operands_are_multiplied_and_divided_as_erl_does() {
    let mut random = Random::seeded(2);
    let mut questions = Vec::new();
    // Both sides of each threshold, balanced and not.
    for (left, right) in [
        (64, 64),
        (65, 63),
        (128, 127),
        (200, 31),
        (500, 130),
        (1000, 999),
        (3_000, 64),
        (4_500, 4_500),
        (4_600, 4_499),
        (5_000, 4_505),
        (9_100, 4_510),
        (9_000, 2_000),
    ] {
        for _ in 0..3 {
            let mut long = magnitude(&mut random, 1);
            while long.len() < left {
                long.extend(magnitude(&mut random, left as u64));
            }
            long.truncate(left);
            let mut short = magnitude(&mut random, 1);
            while short.len() < right {
                short.extend(magnitude(&mut random, right as u64));
            }
            short.truncate(right);
            let a = hexadecimal(&Integer::new(Sign::Positive, long).unwrap());
            let b = hexadecimal(&Integer::new(Sign::Negative, short).unwrap());
            for operation in ["mul", "div", "rem"] {
                questions.push(format!("{operation} {a} {b}"));
            }
        }
    }
    compare(&questions, ours);
}

#[test]
fn shifts_are_those_of_erl() {
    let mut random = Random::seeded(3);
    let mut questions = Vec::new();
    for _ in 0..2_000 {
        let a = hexadecimal(&operand(&mut random, 6));
        let by = match random.below(4) {
            0 => Integer::from((random.below(9) * 64) as i64 - 256),
            1 => Integer::from(random.below(1_000) as i64 - 500),
            2 => Integer::from((random.below(9) * 64) as i64 - 256 + random.below(3) as i64 - 1),
            _ => Integer::from(random.below(130) as i64 - 65),
        };
        let by = hexadecimal(&by);
        questions.push(format!("bsl {a} {by}"));
        questions.push(format!("bsr {a} {by}"));
    }
    for a in ["0", "1", "-1", "123456789ABCDEF0123456789", "-123456789ABCDEF0123456789"] {
        for far in ["10000000000", "7FFFFFFFFFFFFFFF", "8000000000000000", "FFFFFFFFFFFFFFFFFF"] {
            questions.push(format!("bsr {a} {far}"));
            questions.push(format!("bsl {a} -{far}"));
            questions.push(format!("bsl {a} {far}"));
        }
    }
    compare(&questions, ours);
}

#[test]
fn floats_and_integers_meet_as_in_erl() {
    let mut random = Random::seeded(4);
    let mut questions = Vec::new();
    for round in 0..6_000 {
        let limbs = [1, 1, 2, 3, 16, 17][round % 6];
        let mut a = operand(&mut random, limbs);
        let mut float = f64::from_bits(random.next());
        match random.below(4) {
            0 if float.is_finite() => a = integer::from_float(float).unwrap(),
            1 | 2 => float = integer::to_float(a.view()).unwrap_or(1.5),
            _ => {}
        }
        match random.below(4) {
            0 => float = f64::from_bits(float.to_bits().wrapping_add(1)),
            1 => float += 0.5,
            2 => {
                let step = Integer::from(random.below(3) as i64 - 1);
                a = integer::add(a.view(), step.view()).unwrap();
            }
            _ => {}
        }
        let a = hexadecimal(&a);
        questions.push(format!("float {a}"));
        if float.is_finite() {
            questions.push(format!("cmp_float {a} {:X}", float.to_bits()));
        }
    }
    compare(&questions, ours);
}

#[test]
fn text_is_that_of_erl() {
    let mut random = Random::seeded(5);
    let mut questions = Vec::new();
    for round in 0..4_000 {
        let limbs = [1, 2, 4, 20, 31, 64][round % 6];
        let a = operand(&mut random, limbs);
        let radix = 2 + random.below(35) as u32;
        questions.push(format!("to_text {} {radix:X}", hexadecimal(&a)));
        let mut text = integer::to_text(a.view(), radix, &mut integer::never()).unwrap();
        match random.below(8) {
            0 => text.make_ascii_lowercase(),
            1 => text.insert(0, b"+-0 "[random.below(4) as usize]),
            2 => {
                let at = random.below(text.len() as u64) as usize;
                text[at] = random.below(128) as u8;
            }
            3 => text.splice(0..0, std::iter::repeat_n(b'0', 70)).for_each(drop),
            _ => {}
        }
        questions.push(format!("from_text {} {radix:X}", hex(&text)));
    }
    for text in ["", "-", "+", "--1", "+-1", "0", "-0", "+0", "1_0", " 1", "1 ", "\0"] {
        questions.push(format!("from_text {} A", hex(text.as_bytes())));
    }
    for limbs in [500, 1_200, 4_000] {
        let a = Integer::new(Sign::Negative, (0..limbs).map(|_| random.next()).collect()).unwrap();
        for radix in [3, 10, 36] {
            questions.push(format!("to_text {} {radix:X}", hexadecimal(&a)));
            let text = integer::to_text(a.view(), radix, &mut integer::never()).unwrap();
            questions.push(format!("from_text {} {radix:X}", hex(&text)));
        }
    }
    compare(&questions, ours);
}

#[test]
fn bytes_are_those_of_erl() {
    let mut random = Random::seeded(6);
    let mut questions = Vec::new();
    for round in 0..3_000 {
        let limbs = [1, 2, 3, 5][round % 4];
        let a = operand(&mut random, limbs);
        let bits = match random.below(3) {
            0 => random.below(400),
            1 => random.below(40) * 8,
            _ => random.below(6) * 64 + random.below(3),
        };
        let hexadecimal = hexadecimal(&a);
        questions.push(format!("segment_big {hexadecimal} {bits:X}"));
        questions.push(format!("segment_little {hexadecimal} {bits:X}"));
        let mut bytes: Vec<u8> = (0..bits.div_ceil(8)).map(|_| random.next() as u8).collect();
        match random.below(4) {
            0 => bytes.fill(0xFF),
            1 => bytes.fill(0),
            _ => {}
        }
        let bytes = hex(&bytes);
        for way in ["big_unsigned", "big_signed", "little_unsigned", "little_signed"] {
            questions.push(format!("match_{way} {bytes} {bits:X}"));
        }
        if integer::bit_length(a.view()) > 32 {
            questions.push(format!("external {hexadecimal}"));
        }
    }
    let long = Integer::new(Sign::Negative, (0..40).map(|_| random.next()).collect()).unwrap();
    questions.push(format!("external {}", hexadecimal(&long)));
    compare(&questions, ours);
}
