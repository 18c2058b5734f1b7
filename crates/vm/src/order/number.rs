//! Numbers: integers and floats by their exact values, without rounding either.

use std::cmp::Ordering;

use super::Mode;
use crate::term::{Big, View};

/// Two numbers that are not both small.
pub fn compare(a: View, b: View, mode: Mode) -> Ordering {
    match (a, b) {
        (View::Float(a), View::Float(b)) => floats(a, b),
        (View::Float(_), _) if mode == Mode::Exact => Ordering::Greater,
        (_, View::Float(_)) if mode == Mode::Exact => Ordering::Less,
        (View::Small(a), View::Float(b)) => small_float(a, b),
        (View::Float(a), View::Small(b)) => small_float(b, a).reverse(),
        (View::Big(a), View::Float(b)) => big_float(a, b),
        (View::Float(a), View::Big(b)) => big_float(b, a).reverse(),
        (View::Big(a), View::Big(b)) => bigs(a, b),
        (View::Small(_), View::Big(b)) => sign(b).reverse(),
        (View::Big(a), View::Small(_)) => sign(a),
        _ => unreachable!("both are numbers, and not both small"),
    }
}

/// No float is a NaN; both zeros are one.
pub fn floats(a: f64, b: f64) -> Ordering {
    a.partial_cmp(&b).expect("a float of Erlang is a number")
}

fn sign(big: Big) -> Ordering {
    if big.negative { Ordering::Less } else { Ordering::Greater }
}

fn bigs(a: Big, b: Big) -> Ordering {
    if a.negative != b.negative {
        return sign(a);
    }
    let magnitudes = a
        .limbs
        .len()
        .cmp(&b.limbs.len())
        .then_with(|| a.limbs.iter().rev().cmp(b.limbs.iter().rev()));
    if a.negative { magnitudes.reverse() } else { magnitudes }
}

/// 2^63: from here on a float is larger than any small.
const OVER: f64 = 9_223_372_036_854_775_808.0;

fn small_float(a: i64, b: f64) -> Ordering {
    if b >= OVER {
        return Ordering::Less;
    }
    if b < -OVER {
        return Ordering::Greater;
    }
    let whole = b.trunc();
    a.cmp(&(whole as i64)).then_with(|| floats(whole, b))
}

fn big_float(a: Big, b: f64) -> Ordering {
    if a.negative != (b < 0.0) {
        return sign(a);
    }
    let magnitudes = magnitude_float(a.limbs, b.abs());
    if a.negative { magnitudes.reverse() } else { magnitudes }
}

/// A magnitude of at least 2^59 against a float that is not negative.
fn magnitude_float(limbs: &[u64], float: f64) -> Ordering {
    const MANTISSA_BITS: u32 = 52;
    let (top, below) = limbs.split_last().expect("a big integer has limbs");
    let length = limbs.len() as i64 * 64 - i64::from(top.leading_zeros());
    if float < 1.0 {
        return Ordering::Greater;
    }
    let bits = float.to_bits();
    let exponent = (bits >> MANTISSA_BITS) as i64 - 1023;
    if length - 1 != exponent {
        return (length - 1).cmp(&exponent);
    }
    // Both have their highest bit at the same place: brought to the top of 64 bits, then what is
    // below those, of which the float has nothing.
    let mantissa = (bits | 1 << MANTISSA_BITS) << 11;
    let shift = top.leading_zeros();
    let (next, below) = below.split_last().map_or((0, below), |(next, below)| (*next, below));
    let highest = if shift == 0 { *top } else { top << shift | next >> (64 - shift) };
    let rest_of_next = if shift == 0 { next } else { next << shift };
    highest.cmp(&mantissa).then_with(|| {
        let more = rest_of_next != 0 || below.iter().any(|limb| *limb != 0);
        if more { Ordering::Greater } else { Ordering::Equal }
    })
}
