//! Integers and floats: conversion and comparison as OTP does them.

use std::cmp::Ordering;

use super::{Error, Integer, Sign, View, Written};

const TWO_TO_64: f64 = 18_446_744_073_709_551_616.0;
/// No finite float has more limbs.
pub const FLOAT_LIMBS_MAX: usize = 1024 / 64;

/// The float next to `a`, or [`Error::OutsideFloat`].
///
/// OTP sums limb by limb in floats (`big_to_double`), so that an integer of two limbs and more is
/// rounded more than once and now and then lands on the neighbour of the nearest float. Programs
/// see the difference, so the same sum is made here. `float(1 bsl 1024 - 1)` is outside, as the sum
/// is infinite.
pub fn to_float(a: View) -> Result<f64, Error> {
    if a.limbs().len() > FLOAT_LIMBS_MAX {
        return Err(Error::OutsideFloat);
    }
    let magnitude = a.limbs().iter().rev().fold(0.0, |sum, limb| sum * TWO_TO_64 + *limb as f64);
    if !magnitude.is_finite() {
        return Err(Error::OutsideFloat);
    }
    Ok(if a.is_negative() { -magnitude } else { magnitude })
}

/// `value` without its fraction (`trunc/1`). No integer is infinite or not a number: those are
/// [`Error::OutsideFloat`].
pub fn from_float_into(out: &mut [u64; FLOAT_LIMBS_MAX], value: f64) -> Result<Written, Error> {
    if !value.is_finite() {
        return Err(Error::OutsideFloat);
    }
    let view = truncated(out, value);
    Ok(Written { sign: view.sign(), limbs: view.limbs().len() })
}

pub fn from_float(value: f64) -> Result<Integer, Error> {
    let mut limbs = [0; FLOAT_LIMBS_MAX];
    from_float_into(&mut limbs, value).map(|written| written.view(&limbs).to_integer())
}

fn truncated(limbs: &mut [u64; FLOAT_LIMBS_MAX], value: f64) -> View<'_> {
    limbs.fill(0);
    let sign = if value < 0.0 { Sign::Negative } else { Sign::Positive };
    let bits = value.to_bits();
    let exponent = (bits >> 52 & 0x7FF) as usize;
    let fraction = bits & ((1 << 52) - 1) | 1 << 52;
    match exponent {
        0..1023 => {}
        1023..=1075 => limbs[0] = fraction >> (1075 - exponent),
        _ => {
            let (whole, part) = ((exponent - 1075) / 64, (exponent - 1075) % 64);
            let shifted = u128::from(fraction) << part;
            limbs[whole] = shifted as u64;
            if let Some(high) = limbs.get_mut(whole + 1) {
                *high = (shifted >> 64) as u64;
            }
        }
    }
    View::new(sign, limbs)
}

/// Compares by value, exactly: no rounding makes two different numbers equal. Erlang has no
/// infinity; here one is beyond every integer, and what is not a number counts as positive.
///
/// OTP: `==` and `<` convert the integer below 2^53 and the float from there on, which is exact
/// either way.
pub fn compare_float(a: View, b: f64) -> Ordering {
    if !b.is_finite() {
        return if b == f64::NEG_INFINITY { Ordering::Greater } else { Ordering::Less };
    }
    let mut limbs = [0; FLOAT_LIMBS_MAX];
    a.cmp(&truncated(&mut limbs, b)).then_with(|| {
        0.0.partial_cmp(&b.fract()).expect("the fraction of a finite float is a number")
    })
}
