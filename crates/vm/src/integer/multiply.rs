//! Multiplication. Three ways, by the length of the shorter operand:
//!
//! ```text
//!   below KARATSUBA_MIN    row by row                  n²       limb steps
//!   below TRANSFORM_MIN    Karatsuba                   n^1.58
//!   from there on          number-theoretic transform  n log n  (transform.rs)
//! ```
//!
//! An operand much longer than the other is cut into pieces as long as that. 2 Mbit by 2 Mbit, the
//! largest product there is, takes 26 ms; Karatsuba alone would take 65.

use std::cmp::Ordering;

use super::transform;
use super::{BITS_MAX, Error, Integer, POLL_STEPS, Poll, View, Written, bit_length, limbs};

/// Limbs from which Karatsuba is faster than rows.
const KARATSUBA_MIN: usize = 32;
/// Limbs from which the transform is faster than Karatsuba, or as fast: its time doubles where the
/// length of the product passes a power of two.
const TRANSFORM_MIN: usize = 4500;
/// Limbs below which a product is not worth a poll of its own.
const POLL_MIN: usize = 128;

/// Limbs that [`mul_into`] needs; the limit is known before anything is computed, but for a
/// product that is a bit longer than it may be.
#[inline]
pub fn mul_room(a: View, b: View) -> Result<usize, Error> {
    let limbs = a.limbs().len() + b.limbs().len();
    if limbs * 64 > BITS_MAX && bit_length(a) + bit_length(b) > BITS_MAX + 1 {
        return Err(Error::SystemLimit);
    }
    Ok(limbs)
}

/// `a * b`.
#[inline]
pub fn mul_into(out: &mut [u64], a: View, b: View, poll: &mut Poll) -> Result<Written, Error> {
    if a.is_zero() || b.is_zero() {
        return Ok(Written { sign: super::Sign::Positive, limbs: 0 });
    }
    let out = &mut out[..mul_room(a, b)?];
    product(out, a.limbs(), b.limbs(), poll);
    Written::bounded(a.sign().times(b.sign()), out)
}

pub fn mul(a: View, b: View, poll: &mut Poll) -> Result<Integer, Error> {
    Integer::build(mul_room(a, b)?, |out| mul_into(out, a, b, poll))
}

/// `out = a * b` where `out` is as long as both together.
pub(super) fn product(out: &mut [u64], a: &[u64], b: &[u64], poll: &mut Poll) {
    let (long, short) = if a.len() >= b.len() { (a, b) } else { (b, a) };
    if short.len() < KARATSUBA_MIN {
        rows(out, long, short, poll);
    } else if long.len() > 2 * short.len()
        || (long.len() > short.len() && short.len() < TRANSFORM_MIN)
    {
        pieces(out, long, short, poll);
    } else if short.len() >= TRANSFORM_MIN {
        transform::product(out, long, short, poll);
    } else {
        let mut scratch = vec![0; karatsuba_scratch(short.len())];
        karatsuba(out, long, short, &mut scratch, poll);
    }
}

/// Row by row; `short` must not be empty.
#[inline]
fn rows(out: &mut [u64], long: &[u64], short: &[u64], poll: &mut Poll) {
    let Some((first, rest)) = short.split_first() else {
        out.fill(0);
        return;
    };
    out[long.len()] = limbs::mul_limb(out, long, *first);
    for (at, factor) in rest.iter().enumerate() {
        let row = &mut out[at + 1..];
        row[long.len()] = limbs::add_product(row, long, *factor);
        if long.len() >= POLL_STEPS / 64 {
            poll();
        }
    }
}

/// `long` in pieces as long as `short`.
fn pieces(out: &mut [u64], long: &[u64], short: &[u64], poll: &mut Poll) {
    let mut part = vec![0; 2 * short.len()];
    out.fill(0);
    for (index, piece) in long.chunks(short.len()).enumerate() {
        let part = &mut part[..piece.len() + short.len()];
        product(part, piece, short, poll);
        poll();
        let carry = limbs::add_assign(&mut out[index * short.len()..], part);
        debug_assert!(!carry, "a product is no longer than its factors together");
    }
}

/// Limbs of scratch for [`karatsuba`] at `n` limbs: `2h` for a product of the halves, then either
/// as much as a half needs, or `2h + 1` for a sum, with `h = ceil(n / 2)`.
fn karatsuba_scratch(n: usize) -> usize {
    4 * n + 64
}

/// `out = a * b` for operands of one length `n`, `out` of `2n`:
/// with `a = a1·X + a0`, `b = b1·X + b0`,
/// `a·b = a1·b1·X² + (a1·b1 + a0·b0 - (a0 - a1)·(b0 - b1))·X + a0·b0`.
fn karatsuba(out: &mut [u64], a: &[u64], b: &[u64], scratch: &mut [u64], poll: &mut Poll) {
    let n = a.len();
    if n < KARATSUBA_MIN {
        rows(out, a, b, poll);
        return;
    }
    if n >= POLL_MIN {
        poll();
    }
    let h = n.div_ceil(2);
    let (a0, a1) = a.split_at(h);
    let (b0, b1) = b.split_at(h);
    let (cross, scratch) = scratch.split_at_mut(2 * h);

    // The differences stand in `out` until it is needed.
    let a_order = difference(&mut out[..h], a0, a1);
    let b_order = difference(&mut out[h..2 * h], b0, b1);
    karatsuba(cross, &out[..h], &out[h..2 * h], scratch, poll);

    let (low, high) = out.split_at_mut(2 * h);
    karatsuba(low, a0, b0, scratch, poll);
    karatsuba(high, a1, b1, scratch, poll);

    let middle = &mut scratch[..2 * h + 1];
    middle[2 * h] = u64::from(limbs::add(middle, low, high));
    if a_order == b_order {
        limbs::sub_assign(middle, cross);
    } else {
        limbs::add_assign(middle, cross);
    }
    let carry = limbs::add_assign(&mut out[h..], limbs::trimmed(middle));
    debug_assert!(!carry, "a product is no longer than its factors together");
}

/// `out = |a - b|`, where `b` may be a limb shorter; tells which was greater, `Less` or not.
fn difference(out: &mut [u64], a: &[u64], b: &[u64]) -> Ordering {
    let (low, high) = a.split_at(b.len());
    if high.iter().all(|limb| *limb == 0) && limbs::compare_equally_long(low, b).is_lt() {
        limbs::sub(out, b, low);
        out[b.len()..].fill(0);
        return Ordering::Less;
    }
    limbs::sub(out, a, b);
    Ordering::Greater
}
