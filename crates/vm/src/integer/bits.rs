//! Bit operations on infinite two's complement, which the sign and magnitude are turned into and
//! back limb by limb: `-m` is `!m + 1`.

use super::{BITS_MAX, Error, Integer, LIMBS_MAX, Sign, View, Written, limbs};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bitwise {
    And,
    Or,
    Xor,
}

impl Bitwise {
    #[inline(always)]
    fn apply(self, x: u64, y: u64) -> u64 {
        match self {
            Bitwise::And => x & y,
            Bitwise::Or => x | y,
            Bitwise::Xor => x ^ y,
        }
    }
}

/// Bits of the magnitude, 0 for zero.
#[inline]
pub fn bit_length(a: View) -> usize {
    match a.limbs().last() {
        None => 0,
        Some(top) => a.limbs().len() * 64 - top.leading_zeros() as usize,
    }
}

/// Limbs that [`bitwise_into`] needs: one for the sign of the two's complement.
#[inline]
pub fn bitwise_room(a: View, b: View) -> usize {
    a.limbs().len().max(b.limbs().len()) + 1
}

/// `a band b`, `a bor b`, `a bxor b`.
pub fn bitwise_into(
    out: &mut [u64],
    operation: Bitwise,
    a: View,
    b: View,
) -> Result<Written, Error> {
    let out = &mut out[..bitwise_room(a, b)];
    let (mut left, mut right) = (Complement::of(a), Complement::of(b));
    for limb in out.iter_mut() {
        *limb = operation.apply(left.next_limb(), right.next_limb());
    }
    // The top limb is all sign.
    if out.last().is_some_and(|top| *top >> 63 == 1) {
        negate(out);
        return Written::bounded(Sign::Negative, out);
    }
    Written::bounded(Sign::Positive, out)
}

pub fn bitwise(operation: Bitwise, a: View, b: View) -> Result<Integer, Error> {
    Integer::build(bitwise_room(a, b), |out| bitwise_into(out, operation, a, b))
}

/// `bnot a`, which is `-a - 1`.
pub fn not(a: View) -> Result<Integer, Error> {
    let one = View::new(Sign::Positive, &[1]);
    super::add(a, one).map(|sum| sum.view().negated().to_integer())
}

/// Limbs that [`shift_into`] needs. The limit of an integer is met here, before there is any room.
pub fn shift_room(a: View, by: i64) -> Result<usize, Error> {
    let distance = usize::try_from(by.unsigned_abs()).unwrap_or(usize::MAX);
    if a.is_zero() {
        Ok(0)
    } else if by >= 0 {
        if bit_length(a).saturating_add(distance) > BITS_MAX {
            return Err(Error::SystemLimit);
        }
        Ok((a.limbs().len() + distance / 64 + 1).min(LIMBS_MAX))
    } else {
        // A negative one rounds down, to -1 at least: a limb for that and for its carry.
        Ok(a.limbs().len().saturating_sub(distance / 64) + 1)
    }
}

/// `a bsl by`, and `a bsr -by` where `by` is negative (arithmetic: rounds down).
pub fn shift_into(out: &mut [u64], a: View, by: i64) -> Result<Written, Error> {
    let out = &mut out[..shift_room(a, by)?];
    if out.is_empty() {
        return Written::bounded(Sign::Positive, out);
    }
    let distance = usize::try_from(by.unsigned_abs()).unwrap_or(usize::MAX);
    let (whole, part) = (distance / 64, (distance % 64) as u32);
    if by >= 0 {
        let (low, high) = out.split_at_mut(whole);
        low.fill(0);
        let carry = limbs::shift_left(high, a.limbs(), part);
        if let Some(top) = high.get_mut(a.limbs().len()) {
            *top = carry;
        }
        return Written::bounded(a.sign(), out);
    }
    out.fill(0);
    let (lost, kept) = a.limbs().split_at(whole.min(a.limbs().len()));
    limbs::shift_right(out, kept, part);
    if a.is_negative() {
        let rest = kept.first().map_or(0, |limb| limb & ((1 << part) - 1));
        if rest != 0 || lost.iter().any(|limb| *limb != 0) {
            limbs::increment(out);
        }
    }
    Written::bounded(a.sign(), out)
}

pub fn shift(a: View, by: i64) -> Result<Integer, Error> {
    Integer::build(shift_room(a, by)?, |out| shift_into(out, a, by))
}

/// The limbs of a two's complement, without end.
pub(super) struct Complement<'a> {
    limbs: std::slice::Iter<'a, u64>,
    flip: u64,
    carry: bool,
}

impl<'a> Complement<'a> {
    pub(super) fn of(a: View<'a>) -> Complement<'a> {
        let flip = if a.is_negative() { u64::MAX } else { 0 };
        Complement { limbs: a.limbs().iter(), flip, carry: a.is_negative() }
    }

    #[inline(always)]
    pub(super) fn next_limb(&mut self) -> u64 {
        let limb = self.limbs.next().copied().unwrap_or(0) ^ self.flip;
        let (limb, carry) = limb.overflowing_add(u64::from(self.carry));
        self.carry = carry;
        limb
    }
}

/// The two's complement of the whole row.
pub(super) fn negate(row: &mut [u64]) {
    for limb in row.iter_mut() {
        *limb = !*limb;
    }
    limbs::increment(row);
}
