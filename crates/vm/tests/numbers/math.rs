//! The module `math` against stock `erl`, to the last bit: both call the same libm.

use beamlet_vm::real::math;

use crate::floats::sample;
use crate::oracle::{Random, compare};

type Unary = fn(f64) -> Option<f64>;
type Binary = fn(f64, f64) -> Option<f64>;

const UNARY: &[(&str, Unary)] = &[
    ("acos", math::acos),
    ("acosh", math::acosh),
    ("asin", math::asin),
    ("asinh", math::asinh),
    ("atan", math::atan),
    ("atanh", math::atanh),
    ("ceil", math::ceil),
    ("cos", math::cos),
    ("cosh", math::cosh),
    ("erf", math::erf),
    ("erfc", math::erfc),
    ("exp", math::exp),
    ("floor", math::floor),
    ("log", math::log),
    ("log10", math::log10),
    ("log2", math::log2),
    ("sin", math::sin),
    ("sinh", math::sinh),
    ("sqrt", math::sqrt),
    ("tan", math::tan),
    ("tanh", math::tanh),
];

const BINARY: &[(&str, Binary)] =
    &[("atan2", math::atan2), ("fmod", math::fmod), ("pow", math::pow)];

fn ours(words: &[&str]) -> String {
    let name = words[0].strip_prefix("math_").expect("only functions of math are asked for");
    let arguments: Vec<f64> = words[1..]
        .iter()
        .map(|word| f64::from_bits(u64::from_str_radix(word, 16).unwrap()))
        .collect();
    let result = match arguments[..] {
        [x] => UNARY.iter().find(|row| row.0 == name).unwrap().1(x),
        [x, y] => BINARY.iter().find(|row| row.0 == name).unwrap().1(x, y),
        _ => unreachable!("one argument or two"),
    };
    result.map_or("badarith".into(), |value| format!("{:X}", value.to_bits()))
}

#[test]
fn math_is_that_of_erl_to_the_last_bit() {
    let mut random = Random::seeded(20);
    let mut questions = Vec::new();
    for _ in 0..4_500 {
        let ordinary = (random.next() >> 11) as f64 / (1u64 << 53) as f64;
        let (x, y) = match random.below(4) {
            0 => (sample(&mut random), sample(&mut random)),
            1 => (ordinary * 2.0 - 1.0, sample(&mut random)),
            2 => (ordinary * 40.0 - 20.0, random.below(40) as f64 - 20.0),
            _ => (ordinary * 1_600.0 - 800.0, ordinary * 5.0),
        };
        for (name, _) in UNARY {
            questions.push(format!("math_{name} {:X}", x.to_bits()));
        }
        for (name, _) in BINARY {
            questions.push(format!("math_{name} {:X} {:X}", x.to_bits(), y.to_bits()));
        }
    }
    for x in [0.0, -0.0, 1.0, -1.0] {
        for (name, _) in UNARY {
            questions.push(format!("math_{name} {:X}", f64::to_bits(x)));
        }
        for y in [0.0, -0.0, 1.0, -1.0, 0.5] {
            for (name, _) in BINARY {
                questions.push(format!("math_{name} {:X} {:X}", f64::to_bits(x), f64::to_bits(y)));
            }
        }
    }
    compare(&questions, ours);
}
