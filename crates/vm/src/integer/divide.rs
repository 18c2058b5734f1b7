//! Division, truncating, with the remainder's sign that of the dividend (Erlang: `div`, `rem`).
//!
//! Short divisors go limb by limb of the quotient (Knuth's algorithm D), each by a precomputed
//! reciprocal of the divisor's two top limbs, so that no division instruction is in the loop
//! (Möller and Granlund, "Improved division by invariant integers", 2011). Long ones recursively
//! (Burnikel and Ziegler, "Fast recursive division", 1998), so that a division costs a few
//! multiplications of its length: 4 Mbit by 2 Mbit take 110 ms.

use std::cmp::Ordering;

use super::{Error, Integer, POLL_STEPS, Poll, View, Written, limbs, multiply};

/// Limbs of divisor and quotient from which the recursive way is faster.
const RECURSIVE_MIN: usize = 64;
/// Limbs of workspace that stand on the native stack.
const STACK_LIMBS: usize = 96;

/// Limbs that [`div_into`] needs.
pub fn div_room(a: View, b: View) -> usize {
    (a.limbs().len() + 1).saturating_sub(b.limbs().len())
}

/// Limbs that [`rem_into`] needs.
pub fn rem_room(a: View, b: View) -> usize {
    a.limbs().len().min(b.limbs().len())
}

/// `a div b`.
pub fn div_into(out: &mut [u64], a: View, b: View, poll: &mut Poll) -> Result<Written, Error> {
    let sign = a.sign().times(b.sign());
    let out = &mut out[..div_room(a, b)];
    match b.limbs() {
        [] => return Err(Error::DivisionByZero),
        [divisor] => {
            out.copy_from_slice(a.limbs());
            div_limb_in_place(out, *divisor);
        }
        divisor => match limbs::compare(a.limbs(), divisor) {
            Ordering::Less => out.fill(0),
            _ => with_workspace(a.limbs(), divisor, |work, _| {
                let (dividend, rest) = work.split_at_mut(a.limbs().len() + 1);
                let divisor = normalised(dividend, rest, a.limbs(), divisor).1;
                divide(out, dividend, divisor, poll);
            }),
        },
    }
    Written::bounded(sign, out)
}

/// `a rem b`.
pub fn rem_into(out: &mut [u64], a: View, b: View, poll: &mut Poll) -> Result<Written, Error> {
    let out = &mut out[..rem_room(a, b)];
    match b.limbs() {
        [] => return Err(Error::DivisionByZero),
        [divisor] => {
            if let [limb] = out {
                *limb = rem_limb(a.limbs(), *divisor);
            }
        }
        divisor => match limbs::compare(a.limbs(), divisor) {
            Ordering::Less => out.copy_from_slice(a.limbs()),
            _ => with_workspace(a.limbs(), divisor, |work, quotient| {
                let (dividend, rest) = work.split_at_mut(a.limbs().len() + 1);
                let (shift, divisor) = normalised(dividend, rest, a.limbs(), divisor);
                divide(quotient, dividend, divisor, poll);
                limbs::shift_right(out, &dividend[..divisor.len()], shift);
            }),
        },
    }
    Written::bounded(a.sign(), out)
}

pub fn div(a: View, b: View, poll: &mut Poll) -> Result<Integer, Error> {
    Integer::build(div_room(a, b), |out| div_into(out, a, b, poll))
}

pub fn rem(a: View, b: View, poll: &mut Poll) -> Result<Integer, Error> {
    Integer::build(rem_room(a, b), |out| rem_into(out, a, b, poll))
}

/// Room for a dividend, a divisor and a quotient: on the native stack where it is short.
fn with_workspace(a: &[u64], b: &[u64], act: impl FnOnce(&mut [u64], &mut [u64])) {
    let (operands, quotient) = (a.len() + 1 + b.len(), a.len() + 1 - b.len());
    if operands + quotient <= STACK_LIMBS {
        let mut room = [0; STACK_LIMBS];
        let (work, rest) = room.split_at_mut(operands);
        act(work, &mut rest[..quotient]);
    } else {
        act(&mut vec![0; operands], &mut vec![0; quotient]);
    }
}

/// Both shifted left until the divisor's top bit is set.
fn normalised<'w>(
    dividend: &mut [u64],
    divisor: &'w mut [u64],
    a: &[u64],
    b: &[u64],
) -> (u32, &'w [u64]) {
    let shift = b[b.len() - 1].leading_zeros();
    dividend[a.len()] = limbs::shift_left(dividend, a, shift);
    limbs::shift_left(divisor, b, shift);
    (shift, &divisor[..b.len()])
}

/// `quotient = a / b`, and the remainder left in the low limbs of `a`, where `b` is normalised and
/// of two limbs at least, the top limb of `a` is below that of `b`, and the quotient is as long as
/// `a` is longer than `b`.
pub(super) fn divide(quotient: &mut [u64], a: &mut [u64], b: &[u64], poll: &mut Poll) {
    let divisor = Divisor::new(b);
    if b.len() < RECURSIVE_MIN || quotient.len() < RECURSIVE_MIN {
        rows(quotient, a, &divisor, poll);
        return;
    }
    let mut scratch = vec![0; b.len()];
    let mut at = quotient.len();
    while at > 0 {
        let low = at.saturating_sub(b.len());
        recursive(&mut quotient[low..at], &mut a[low..at + b.len()], b, &mut scratch, poll);
        at = low;
    }
}

/// A divisor with the reciprocal of its two top limbs.
struct Divisor<'a> {
    limbs: &'a [u64],
    top: u128,
    reciprocal: u64,
}

impl<'a> Divisor<'a> {
    fn new(limbs: &'a [u64]) -> Divisor<'a> {
        let [.., d0, d1] = *limbs else { unreachable!("one limb has its own way") };
        Divisor { limbs, top: wide(d1, d0), reciprocal: reciprocal_of_two(d1, d0) }
    }
}

fn wide(high: u64, low: u64) -> u128 {
    u128::from(high) << 64 | u128::from(low)
}

/// Limb by limb of the quotient; the contract is [`divide`]'s.
fn rows(quotient: &mut [u64], a: &mut [u64], divisor: &Divisor, poll: &mut Poll) {
    let n = divisor.limbs.len();
    let low = &divisor.limbs[..n - 2];
    for at in (0..quotient.len()).rev() {
        let row = &mut a[at..=at + n];
        let top = wide(row[n], row[n - 1]);
        if top == divisor.top {
            // The quotient would not fit a limb if it were more, and cannot be less.
            quotient[at] = u64::MAX;
            let borrow = limbs::sub_product(row, divisor.limbs, u64::MAX);
            row[n] = row[n].wrapping_sub(borrow);
        } else {
            let (mut digit, rest) = divide_three_by_two(top, row[n - 2], divisor);
            let borrow = limbs::sub_product(row, low, digit);
            let (rest, below) = rest.overflowing_sub(u128::from(borrow));
            (row[n - 2], row[n - 1], row[n]) = (rest as u64, (rest >> 64) as u64, 0);
            if below {
                digit -= 1;
                limbs::add_assign(&mut row[..n], divisor.limbs);
            }
            quotient[at] = digit;
        }
        if n >= POLL_STEPS / 64 || at.is_multiple_of(POLL_STEPS / 64) {
            poll();
        }
    }
}

/// [`divide`] where the quotient is no longer than the divisor, and the top of `a`, as long as the
/// divisor, is below the divisor. `scratch` is as long as the divisor.
fn recursive(quotient: &mut [u64], a: &mut [u64], b: &[u64], scratch: &mut [u64], poll: &mut Poll) {
    let (n, s) = (b.len(), quotient.len());
    if s < RECURSIVE_MIN {
        rows(quotient, a, &Divisor::new(b), poll);
        return;
    }
    poll();
    if s == n {
        let half = n / 2;
        recursive(&mut quotient[half..], &mut a[half..], b, scratch, poll);
        recursive(&mut quotient[..half], &mut a[..n + half], b, scratch, poll);
        return;
    }

    // Guess by the top `s` limbs of the divisor, then subtract what its low part adds.
    let low = n - s;
    let (b_low, b_high) = b.split_at(low);
    let top = &mut a[low..];
    if limbs::compare_equally_long(&top[s..], b_high) == Ordering::Less {
        recursive(quotient, top, b_high, scratch, poll);
    } else {
        // Equal, as the whole is below the divisor: the largest quotient, one divisor remains.
        quotient.fill(u64::MAX);
        top[s..].fill(0);
        if limbs::add_assign(&mut top[..s], b_high) {
            top[s] = 1;
        }
    }
    let correction = &mut scratch[..n];
    multiply::product(correction, quotient, b_low, poll);
    let mut below = limbs::sub_assign(&mut a[..=n], correction);
    while below {
        limbs::decrement(quotient);
        below = !limbs::add_assign(&mut a[..=n], b);
    }
}

/// `(2^128 - 1) / d - 2^64` for `d` with its top bit set.
fn reciprocal(d: u64) -> u64 {
    (wide(!d, u64::MAX) / u128::from(d)) as u64
}

/// `(2^192 - 1) / d - 2^64` for the two limbs `d`, the top bit set.
fn reciprocal_of_two(d1: u64, d0: u64) -> u64 {
    let mut v = reciprocal(d1);
    let mut p = d1.wrapping_mul(v).wrapping_add(d0);
    if p < d0 {
        v = v.wrapping_sub(1);
        if p >= d1 {
            v = v.wrapping_sub(1);
            p = p.wrapping_sub(d1);
        }
        p = p.wrapping_sub(d1);
    }
    let product = u128::from(v) * u128::from(d0);
    let (sum, carry) = p.overflowing_add((product >> 64) as u64);
    if carry {
        v = v.wrapping_sub(1);
        if wide(sum, product as u64) >= wide(d1, d0) {
            v = v.wrapping_sub(1);
        }
    }
    v
}

/// Quotient and remainder of two limbs by one, `high < d`, `d` normalised, `v` its reciprocal.
#[inline(always)]
fn divide_two_by_one(high: u64, low: u64, d: u64, v: u64) -> (u64, u64) {
    let guess = (u128::from(v) * u128::from(high)).wrapping_add(wide(high, low));
    let (mut q, q_low) = (((guess >> 64) as u64).wrapping_add(1), guess as u64);
    let mut r = low.wrapping_sub(q.wrapping_mul(d));
    if r > q_low {
        q = q.wrapping_sub(1);
        r = r.wrapping_add(d);
    }
    if r >= d {
        q = q.wrapping_add(1);
        r -= d;
    }
    (q, r)
}

/// Quotient and remainder of three limbs by the divisor's top two, where the upper two of them are
/// below those.
#[inline(always)]
fn divide_three_by_two(top: u128, low: u64, divisor: &Divisor) -> (u64, u128) {
    let (u2, u1) = ((top >> 64) as u64, top as u64);
    let (d1, d0) = ((divisor.top >> 64) as u64, divisor.top as u64);
    let guess = (u128::from(divisor.reciprocal) * u128::from(u2)).wrapping_add(top);
    let (mut q, q_low) = ((guess >> 64) as u64, guess as u64);
    let r1 = u1.wrapping_sub(q.wrapping_mul(d1));
    let mut r =
        wide(r1, low).wrapping_sub(u128::from(d0) * u128::from(q)).wrapping_sub(divisor.top);
    q = q.wrapping_add(1);
    if (r >> 64) as u64 >= q_low {
        q = q.wrapping_sub(1);
        r = r.wrapping_add(divisor.top);
    }
    if r >= divisor.top {
        q = q.wrapping_add(1);
        r -= divisor.top;
    }
    (q, r)
}

/// `a /= divisor`; returns the remainder.
pub(super) fn div_limb_in_place(a: &mut [u64], divisor: u64) -> u64 {
    if let [limb] = a {
        let rest = *limb % divisor;
        *limb /= divisor;
        return rest;
    }
    let shift = divisor.leading_zeros();
    let (d, v) = (divisor << shift, reciprocal(divisor << shift));
    let mut rest = limbs_top(a, shift);
    for at in (0..a.len()).rev() {
        (a[at], rest) = divide_two_by_one(rest, shifted_limb(a, at, shift), d, v);
    }
    rest >> shift
}

fn rem_limb(a: &[u64], divisor: u64) -> u64 {
    if let [limb] = a {
        return limb % divisor;
    }
    let shift = divisor.leading_zeros();
    let (d, v) = (divisor << shift, reciprocal(divisor << shift));
    let mut rest = limbs_top(a, shift);
    for at in (0..a.len()).rev() {
        rest = divide_two_by_one(rest, shifted_limb(a, at, shift), d, v).1;
    }
    rest >> shift
}

/// What a shift to the left carries out of the top.
#[inline(always)]
fn limbs_top(a: &[u64], shift: u32) -> u64 {
    match a.last() {
        Some(limb) if shift > 0 => limb >> (64 - shift),
        _ => 0,
    }
}

/// Limb `at` of `a` shifted left.
#[inline(always)]
fn shifted_limb(a: &[u64], at: usize, shift: u32) -> u64 {
    match at {
        _ if shift == 0 => a[at],
        0 => a[0] << shift,
        _ => a[at] << shift | a[at - 1] >> (64 - shift),
    }
}
