//! Addition and subtraction with signs.

use std::cmp::Ordering;

use super::{Error, Integer, Sign, View, Written, limbs};

/// Limbs that [`add_into`] and [`sub_into`] need.
#[inline]
pub fn add_room(a: View, b: View) -> usize {
    a.limbs().len().max(b.limbs().len()) + 1
}

/// `a + b`.
#[inline]
pub fn add_into(out: &mut [u64], a: View, b: View) -> Result<Written, Error> {
    signed_sum(out, a, b.sign(), b.limbs())
}

/// `a - b`.
#[inline]
pub fn sub_into(out: &mut [u64], a: View, b: View) -> Result<Written, Error> {
    signed_sum(out, a, b.sign().flipped(), b.limbs())
}

pub fn add(a: View, b: View) -> Result<Integer, Error> {
    Integer::build(add_room(a, b), |out| add_into(out, a, b))
}

pub fn sub(a: View, b: View) -> Result<Integer, Error> {
    Integer::build(add_room(a, b), |out| sub_into(out, a, b))
}

#[inline]
fn signed_sum(out: &mut [u64], a: View, b_sign: Sign, b: &[u64]) -> Result<Written, Error> {
    let (a_sign, a) = (a.sign(), a.limbs());
    if a_sign == b_sign {
        let (long, short) = if a.len() >= b.len() { (a, b) } else { (b, a) };
        let carry = limbs::add(out, long, short);
        out[long.len()] = u64::from(carry);
        return Written::bounded(a_sign, &out[..=long.len()]);
    }
    match limbs::compare(a, b) {
        Ordering::Equal => Written::bounded(Sign::Positive, &[]),
        Ordering::Greater => {
            limbs::sub(out, a, b);
            Written::bounded(a_sign, &out[..a.len()])
        }
        Ordering::Less => {
            limbs::sub(out, b, a);
            Written::bounded(b_sign, &out[..b.len()])
        }
    }
}
