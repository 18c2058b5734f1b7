//! Rows of limbs: the loops that everything else is made of. Magnitudes only, no sign, no limit.
//! Lengths are the caller's promise: a slice that is too short panics.

use std::cmp::Ordering;

/// `row` without its leading zero limbs.
#[inline]
pub fn trimmed(row: &[u64]) -> &[u64] {
    let mut len = row.len();
    while len > 0 && row[len - 1] == 0 {
        len -= 1;
    }
    &row[..len]
}

/// Compares two magnitudes without leading zeros.
#[inline]
pub fn compare(a: &[u64], b: &[u64]) -> Ordering {
    a.len().cmp(&b.len()).then_with(|| compare_equally_long(a, b))
}

/// Compares two rows of one length, leading zeros or not.
#[inline]
pub fn compare_equally_long(a: &[u64], b: &[u64]) -> Ordering {
    debug_assert_eq!(a.len(), b.len());
    for (x, y) in a.iter().rev().zip(b.iter().rev()) {
        if x != y {
            return x.cmp(y);
        }
    }
    Ordering::Equal
}

/// `out = a + b` where `a` is not shorter than `b` and `out` is as long as `a`; returns the carry.
#[inline]
pub fn add(out: &mut [u64], a: &[u64], b: &[u64]) -> bool {
    let (out_low, out_high) = out[..a.len()].split_at_mut(b.len());
    let (a_low, a_high) = a.split_at(b.len());
    let mut carry = false;
    for ((o, x), y) in out_low.iter_mut().zip(a_low).zip(b) {
        (*o, carry) = x.carrying_add(*y, carry);
    }
    for (o, x) in out_high.iter_mut().zip(a_high) {
        (*o, carry) = x.carrying_add(0, carry);
    }
    carry
}

/// `out = a - b` where `a` is not shorter than `b` and `out` is as long as `a`; returns the borrow.
#[inline]
pub fn sub(out: &mut [u64], a: &[u64], b: &[u64]) -> bool {
    let (out_low, out_high) = out[..a.len()].split_at_mut(b.len());
    let (a_low, a_high) = a.split_at(b.len());
    let mut borrow = false;
    for ((o, x), y) in out_low.iter_mut().zip(a_low).zip(b) {
        (*o, borrow) = x.borrowing_sub(*y, borrow);
    }
    for (o, x) in out_high.iter_mut().zip(a_high) {
        (*o, borrow) = x.borrowing_sub(0, borrow);
    }
    borrow
}

/// `a += b` where `a` is not shorter than `b`; returns the carry.
#[inline]
pub fn add_assign(a: &mut [u64], b: &[u64]) -> bool {
    let (low, high) = a.split_at_mut(b.len());
    let mut carry = false;
    for (x, y) in low.iter_mut().zip(b) {
        (*x, carry) = x.carrying_add(*y, carry);
    }
    carry && increment(high)
}

/// `a -= b` where `a` is not shorter than `b`; returns the borrow.
#[inline]
pub fn sub_assign(a: &mut [u64], b: &[u64]) -> bool {
    let (low, high) = a.split_at_mut(b.len());
    let mut borrow = false;
    for (x, y) in low.iter_mut().zip(b) {
        (*x, borrow) = x.borrowing_sub(*y, borrow);
    }
    borrow && decrement(high)
}

/// `a += 1`; returns the carry.
#[inline]
pub fn increment(a: &mut [u64]) -> bool {
    for x in a {
        *x = x.wrapping_add(1);
        if *x != 0 {
            return false;
        }
    }
    true
}

/// `a -= 1`; returns the borrow.
#[inline]
pub fn decrement(a: &mut [u64]) -> bool {
    for x in a {
        let was = *x;
        *x = was.wrapping_sub(1);
        if was != 0 {
            return false;
        }
    }
    true
}

/// `out = a * factor` where `out` is as long as `a`; returns the limb carried out.
#[inline]
pub fn mul_limb(out: &mut [u64], a: &[u64], factor: u64) -> u64 {
    let mut carry = 0;
    for (o, x) in out[..a.len()].iter_mut().zip(a) {
        (*o, carry) = x.carrying_mul(factor, carry);
    }
    carry
}

/// `a = a * factor + carry`; returns the limb carried out.
#[inline]
pub fn mul_add_limb(a: &mut [u64], factor: u64, mut carry: u64) -> u64 {
    for x in a {
        (*x, carry) = x.carrying_mul(factor, carry);
    }
    carry
}

/// `out += a * factor` where `out` is as long as `a`; returns the limb carried out.
#[inline]
pub fn add_product(out: &mut [u64], a: &[u64], factor: u64) -> u64 {
    let mut carry = 0;
    for (o, x) in out[..a.len()].iter_mut().zip(a) {
        (*o, carry) = x.carrying_mul_add(factor, *o, carry);
    }
    carry
}

/// `out -= a * factor` where `out` is as long as `a`; returns the limb borrowed.
#[inline]
pub fn sub_product(out: &mut [u64], a: &[u64], factor: u64) -> u64 {
    let mut carry = 0;
    for (o, x) in out[..a.len()].iter_mut().zip(a) {
        let (low, high) = x.carrying_mul(factor, carry);
        let (difference, borrow) = o.overflowing_sub(low);
        *o = difference;
        carry = high + u64::from(borrow);
    }
    carry
}

/// `out = a << by` for `by` below 64, where `out` is as long as `a`; returns the bits shifted out.
#[inline]
pub fn shift_left(out: &mut [u64], a: &[u64], by: u32) -> u64 {
    if by == 0 {
        out[..a.len()].copy_from_slice(a);
        return 0;
    }
    let mut carry = 0;
    for (o, x) in out[..a.len()].iter_mut().zip(a) {
        *o = x << by | carry;
        carry = x >> (64 - by);
    }
    carry
}

/// `out = a >> by` for `by` below 64, where `out` is as long as `a`.
#[inline]
pub fn shift_right(out: &mut [u64], a: &[u64], by: u32) {
    if by == 0 {
        out[..a.len()].copy_from_slice(a);
        return;
    }
    let mut carry = 0;
    for (o, x) in out[..a.len()].iter_mut().zip(a).rev() {
        *o = x >> by | carry;
        carry = x << (64 - by);
    }
}

/// `a >>= by` for `by` below 64.
#[inline]
pub fn shift_right_in_place(a: &mut [u64], by: u32) {
    if by == 0 {
        return;
    }
    let mut carry = 0;
    for x in a.iter_mut().rev() {
        let was = *x;
        *x = was >> by | carry;
        carry = was << (64 - by);
    }
}
