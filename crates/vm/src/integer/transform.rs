//! Multiplication of long magnitudes by a number-theoretic transform: a Fourier transform over the
//! integers modulo P = 2^64 - 2^32 + 1, which has roots of unity of order 2^32 and whose
//! remainders need shifts and additions only. Exact: no rounding, no error bound to argue about.
//!
//! A magnitude is cut into digits of 22 bits, a polynomial whose value at 2^22 it is. The product
//! of two polynomials is the inverse transform of the pointwise product of their transforms; a
//! coefficient of it is at most 2^17 · 2^44 = 2^61 at the lengths that occur here, below P.
//! The forward transform leaves its result in bit-reversed order and the inverse takes it so:
//! nothing is ever permuted.

use super::{POLL_STEPS, Poll};

const P: u64 = 0xFFFF_FFFF_0000_0001;
/// 2^64 modulo P.
const EPSILON: u64 = 0xFFFF_FFFF;
/// 7 generates all of the field, so this power has order 2^32.
const ROOT_OF_2_32: u64 = power(7, (P - 1) >> 32);
/// Bits of a digit.
const WIDTH: usize = 22;
const MASK: u64 = (1 << WIDTH) - 1;
/// Digits of the longest product; the shorter factor has half of them at most.
const DIGITS_MAX: usize = 1 << 18;

/// `out = a * b` where `out` is as long as both together.
pub fn product(out: &mut [u64], a: &[u64], b: &[u64], poll: &mut Poll) {
    poll();
    let length = (out.len() * 64).div_ceil(WIDTH).next_power_of_two();
    assert!(length <= DIGITS_MAX, "a product is bounded by the limit of integers");
    let roots = roots(length, poll);
    let mut left = spread(a, length);
    forward(&mut left, &roots, poll);
    if a == b {
        for (index, x) in left.iter_mut().enumerate() {
            *x = multiply(*x, *x);
            poll_at(index, poll);
        }
    } else {
        let mut right = spread(b, length);
        forward(&mut right, &roots, poll);
        for (index, (x, y)) in left.iter_mut().zip(&right).enumerate() {
            *x = multiply(*x, *y);
            poll_at(index, poll);
        }
    }
    inverse(&mut left, &roots, poll);
    gather(out, &left, poll);
}

fn poll_at(index: usize, poll: &mut Poll) {
    if index.is_multiple_of(POLL_STEPS / 4) {
        poll();
    }
}

fn spread(limbs: &[u64], length: usize) -> Vec<u64> {
    let mut digits = Vec::with_capacity(length);
    let (mut held, mut bits) = (0u128, 0);
    for limb in limbs {
        held |= u128::from(*limb) << bits;
        bits += 64;
        while bits >= WIDTH {
            digits.push(held as u64 & MASK);
            held >>= WIDTH;
            bits -= WIDTH;
        }
    }
    digits.push(held as u64);
    digits.resize(length, 0);
    digits
}

/// Carries the coefficients, still to be divided by the length, into limbs.
fn gather(out: &mut [u64], coefficients: &[u64], poll: &mut Poll) {
    let scale = inverse_of_length(coefficients.len());
    let (mut held, mut bits, mut carry) = (0u128, 0, 0);
    let mut limbs = out.iter_mut();
    for (index, coefficient) in coefficients.iter().enumerate() {
        poll_at(index, poll);
        let sum = canonical(multiply(*coefficient, scale)) + carry;
        carry = sum >> WIDTH;
        held |= u128::from(sum & MASK) << bits;
        bits += WIDTH;
        if bits >= 64 {
            let Some(limb) = limbs.next() else { return };
            *limb = held as u64;
            held >>= 64;
            bits -= 64;
        }
    }
    // The digits fill the limbs but for a part of the last one.
    if let Some(limb) = limbs.next() {
        *limb = held as u64;
    }
}

/// The roots of unity that each level needs, level by level: `[h..2h]` holds the powers of the
/// root of order `2h`, so that a level reads them in order.
fn roots(length: usize, poll: &mut Poll) -> Vec<u64> {
    let mut roots = vec![1; length];
    let mut half = 1;
    while half < length {
        let step = power(ROOT_OF_2_32, (1u64 << 32) / (2 * half as u64));
        for at in 1..half {
            roots[half + at] = multiply(roots[half + at - 1], step);
            poll_at(at, poll);
        }
        half *= 2;
    }
    roots
}

fn forward(values: &mut [u64], roots: &[u64], poll: &mut Poll) {
    let mut half = values.len() / 2;
    while half >= 1 {
        butterflies(values, half, &roots[half..2 * half], poll, |x, y, root| {
            (add(x, y), multiply(sub(x, y), root))
        });
        half /= 2;
    }
}

/// The inverse times the length. The inverse of a root `w^k` of order `2h` is `-w^(h-k)`: the same
/// table read backwards would do, but a transform by `w` instead of its inverse only reverses the
/// result (but for its first element), which is cheaper to undo once.
fn inverse(values: &mut [u64], roots: &[u64], poll: &mut Poll) {
    let mut half = 1;
    while half < values.len() {
        butterflies(values, half, &roots[half..2 * half], poll, |x, y, root| {
            let turned = multiply(y, root);
            (add(x, turned), sub(x, turned))
        });
        half *= 2;
    }
    values[1..].reverse();
}

#[inline(always)]
fn butterflies(
    values: &mut [u64],
    half: usize,
    roots: &[u64],
    poll: &mut Poll,
    pair: impl Fn(u64, u64, u64) -> (u64, u64),
) {
    const RUN: usize = POLL_STEPS / 8;
    let mut done = 0;
    for block in values.chunks_exact_mut(2 * half) {
        let (low, high) = block.split_at_mut(half);
        for ((low, high), roots) in
            low.chunks_mut(RUN).zip(high.chunks_mut(RUN)).zip(roots.chunks(RUN))
        {
            for ((x, y), root) in low.iter_mut().zip(high).zip(roots) {
                (*x, *y) = pair(*x, *y, *root);
            }
            done += roots.len();
            if done >= RUN {
                done = 0;
                poll();
            }
        }
    }
}

/// Elements are any `u64`: a residue and P more than it are the same. Only [`gather`] makes them
/// unique.
#[inline(always)]
const fn canonical(x: u64) -> u64 {
    if x >= P { x - P } else { x }
}

#[inline(always)]
fn add(x: u64, y: u64) -> u64 {
    let (sum, carry) = x.overflowing_add(y);
    let (sum, again) = sum.overflowing_add(if carry { EPSILON } else { 0 });
    if again { sum.wrapping_add(EPSILON) } else { sum }
}

#[inline(always)]
fn sub(x: u64, y: u64) -> u64 {
    let (difference, borrow) = x.overflowing_sub(y);
    let (difference, again) = difference.overflowing_sub(if borrow { EPSILON } else { 0 });
    if again { difference.wrapping_sub(EPSILON) } else { difference }
}

/// With `x·y = low + 2^64·middle + 2^96·high`, 2^64 = 2^32 - 1 and 2^96 = -1 modulo P.
#[inline(always)]
const fn multiply(x: u64, y: u64) -> u64 {
    let product = x as u128 * y as u128;
    let low = product as u64;
    let middle = (product >> 64) as u64 & EPSILON;
    let high = (product >> 96) as u64;
    let (mut result, borrow) = low.overflowing_sub(high);
    if borrow {
        result = result.wrapping_sub(EPSILON);
    }
    let (sum, carry) = result.overflowing_add(middle * EPSILON);
    if carry { sum.wrapping_add(EPSILON) } else { sum }
}

const fn power(mut base: u64, mut exponent: u64) -> u64 {
    let mut result = 1;
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = multiply(result, base);
        }
        base = multiply(base, base);
        exponent >>= 1;
    }
    result
}

fn inverse_of_length(length: usize) -> u64 {
    power(length as u64, P - 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_of_unity_has_the_order_it_is_named_for() {
        assert_eq!(canonical(power(ROOT_OF_2_32, 1 << 32)), 1);
        assert_eq!(canonical(power(ROOT_OF_2_32, 1 << 31)), P - 1);
    }

    #[test]
    fn arithmetic_modulo_p_agrees_with_wide_arithmetic_at_its_edges() {
        let edges = [0, 1, 2, EPSILON - 1, EPSILON, EPSILON + 1, P - 1, P, P + 1, u64::MAX];
        let wide = u128::from(P);
        for x in edges {
            for y in edges {
                let (wide_x, wide_y) = (u128::from(x), u128::from(y));
                assert_eq!(u128::from(canonical(add(x, y))), (wide_x + wide_y) % wide);
                assert_eq!(u128::from(canonical(sub(x, y))), (wide_x + 2 * wide - wide_y) % wide);
                assert_eq!(u128::from(canonical(multiply(x, y))), wide_x * wide_y % wide);
            }
        }
    }
}
