//! Integers of any size as slices of limbs: arithmetic, text, bits. Knows no term.
//!
//! An integer is a sign and a magnitude of 64-bit limbs, least significant first, without leading
//! zero limbs; zero is positive and empty. [`View`] borrows one (a heap's words, or one limb on the
//! stack for a small), [`Integer`] owns one. Each operation comes in two shapes:
//!
//! - `op_into(out, ..) -> Written`: writes into a slice of the caller's, who asked `op_room` how
//!   many limbs it needs; small operands allocate nothing. The shape for a BIF: read, measure,
//!   reserve, build.
//! - `op(..) -> Integer`: owns its result. The shape for tests and for what is rare.
//!
//! # Why our own
//!
//! Every loop over guest-sized data must poll the isolate's stop word, and a poll may unwind.
//! The crates looked at (`num-bigint`, `dashu-int`, `ibig`: MIT or Apache; `malachite` is LGPL)
//! have no place for a poll, and no operation of theirs can be cut into chunks from outside but
//! multiplication: their division at 4 Mbit runs 0.1 s to seconds in one call, as does their text
//! conversion. They own their limbs, so each operand would be copied from the heap and back. What
//! is needed is small: rows of limbs ([`limbs`]), multiplication by rows, Karatsuba and a
//! number-theoretic transform ([`multiply`], [`transform`]), recursive division ([`divide`]), and
//! text by divide and conquer over those ([`text`]).
//!
//! ```text
//!   text ──► divide ──► multiply ──► transform
//!     │         │           │            │
//!     └─────────┴───────────┴────────────┴──► limbs      bits, bytes, float: limbs only
//! ```
//!
//! # Polling
//!
//! What can take longer than about 100 µs takes a `poll: &mut Poll`. It is called at least every
//! [`POLL_STEPS`] limb steps and may unwind: all state is `Vec`s, results are written to a slice
//! that the caller abandons. What takes no `poll` is linear: 65,536 limbs are some 20 µs.

mod bits;
mod bytes;
mod divide;
mod float;
mod limbs;
mod multiply;
mod sum;
mod text;
mod transform;

use std::cmp::Ordering;

pub use bits::{
    Bitwise, bit_length, bitwise, bitwise_into, bitwise_room, not, shift, shift_into, shift_room,
};
pub use bytes::{
    ByteOrder, Signedness, byte_length, from_magnitude, from_segment, to_magnitude, to_segment,
};
pub use divide::{div, div_into, div_room, rem, rem_into, rem_room};
pub use float::{FLOAT_LIMBS_MAX, compare_float, from_float, from_float_into, to_float};
pub use multiply::{mul, mul_into, mul_room};
pub use sum::{add, add_into, add_room, sub, sub_into};
pub use text::{RADIX_MAX, RADIX_MIN, digits_prefix, from_text, text_room, to_text};

/// Bits of the largest magnitude. OTP 27: "System Limits", integers.
pub const BITS_MAX: usize = 4_194_304;
/// Limbs of the largest magnitude.
pub const LIMBS_MAX: usize = BITS_MAX / 64;
/// Limb steps (about a nanosecond each) between two calls of a poll.
const POLL_STEPS: usize = 1 << 16;

/// What an operation calls now and then; it unwinds to abandon the operation.
pub type Poll<'a> = dyn FnMut() + 'a;

/// A poll that never stops, for what has no isolate.
pub fn never() -> impl FnMut() {
    || ()
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    #[error("the integer would have more than 4194304 bits")]
    SystemLimit,
    #[error("division by zero")]
    DivisionByZero,
    #[error("the integer is larger than the largest float")]
    OutsideFloat,
    #[error("not an integer of this radix")]
    NotAnInteger,
    #[error("the radix is not one of 2 to 36")]
    Radix,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    Positive,
    Negative,
}

impl Sign {
    /// The sign of a product or quotient.
    pub fn times(self, other: Sign) -> Sign {
        if self == other { Sign::Positive } else { Sign::Negative }
    }

    pub fn flipped(self) -> Sign {
        match self {
            Sign::Positive => Sign::Negative,
            Sign::Negative => Sign::Positive,
        }
    }
}

/// A borrowed integer. The magnitude may be handed in with leading zero limbs; it is kept without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct View<'a> {
    sign: Sign,
    limbs: &'a [u64],
}

impl<'a> View<'a> {
    #[inline]
    pub fn new(sign: Sign, limbs: &'a [u64]) -> View<'a> {
        let limbs = limbs::trimmed(limbs);
        View { sign: if limbs.is_empty() { Sign::Positive } else { sign }, limbs }
    }

    /// `value`, with its magnitude kept in `cell`.
    #[inline]
    pub fn small(value: i64, cell: &'a mut u64) -> View<'a> {
        *cell = value.unsigned_abs();
        let sign = if value < 0 { Sign::Negative } else { Sign::Positive };
        let cell: &'a u64 = cell;
        View::new(sign, std::slice::from_ref(cell))
    }

    #[inline]
    pub fn sign(self) -> Sign {
        self.sign
    }

    #[inline]
    pub fn is_negative(self) -> bool {
        self.sign == Sign::Negative
    }

    #[inline]
    pub fn is_zero(self) -> bool {
        self.limbs.is_empty()
    }

    /// The magnitude.
    #[inline]
    pub fn limbs(self) -> &'a [u64] {
        self.limbs
    }

    pub fn negated(self) -> View<'a> {
        View::new(self.sign.flipped(), self.limbs)
    }

    pub fn absolute(self) -> View<'a> {
        View { sign: Sign::Positive, limbs: self.limbs }
    }

    #[inline]
    pub fn to_i64(self) -> Option<i64> {
        match (self.limbs, self.sign) {
            ([], _) => Some(0),
            ([limb], Sign::Positive) => i64::try_from(*limb).ok(),
            ([limb], Sign::Negative) => 0i64.checked_sub_unsigned(*limb),
            _ => None,
        }
    }

    /// The nearest `i64`: what a shift or a size far outside is as good as.
    pub fn to_i64_saturating(self) -> i64 {
        self.to_i64().unwrap_or(if self.is_negative() { i64::MIN } else { i64::MAX })
    }

    pub fn to_u64(self) -> Option<u64> {
        match (self.limbs, self.sign) {
            ([], _) => Some(0),
            ([limb], Sign::Positive) => Some(*limb),
            _ => None,
        }
    }

    pub fn to_i128(self) -> Option<i128> {
        let magnitude = match self.limbs {
            [] => 0,
            [low] => u128::from(*low),
            [low, high] => u128::from(*high) << 64 | u128::from(*low),
            _ => return None,
        };
        match self.sign {
            Sign::Positive => i128::try_from(magnitude).ok(),
            Sign::Negative => 0i128.checked_sub_unsigned(magnitude),
        }
    }

    pub fn to_integer(self) -> Integer {
        Integer { sign: self.sign, limbs: self.limbs.to_vec() }
    }
}

impl Ord for View<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self.sign, other.sign) {
            (Sign::Positive, Sign::Negative) => Ordering::Greater,
            (Sign::Negative, Sign::Positive) => Ordering::Less,
            (Sign::Positive, Sign::Positive) => limbs::compare(self.limbs, other.limbs),
            (Sign::Negative, Sign::Negative) => limbs::compare(other.limbs, self.limbs),
        }
    }
}

impl PartialOrd for View<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// What an `_into` operation wrote: the low `limbs` limbs of the caller's slice, without leading
/// zeros, and the sign. The rest of that slice has no meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub struct Written {
    pub sign: Sign,
    pub limbs: usize,
}

impl Written {
    /// What stands in `out`, or the limit that it breaks.
    #[inline]
    fn bounded(sign: Sign, out: &[u64]) -> Result<Written, Error> {
        let limbs = limbs::trimmed(out).len();
        if limbs > LIMBS_MAX {
            return Err(Error::SystemLimit);
        }
        Ok(Written { sign: if limbs == 0 { Sign::Positive } else { sign }, limbs })
    }

    pub fn view(self, out: &[u64]) -> View<'_> {
        View { sign: self.sign, limbs: &out[..self.limbs] }
    }
}

/// An owned integer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Integer {
    sign: Sign,
    limbs: Vec<u64>,
}

impl Integer {
    /// The result of an `_into` operation that gets a slice of `room` limbs.
    fn build(
        room: usize,
        into: impl FnOnce(&mut [u64]) -> Result<Written, Error>,
    ) -> Result<Integer, Error> {
        let mut limbs = vec![0; room];
        let written = into(&mut limbs)?;
        limbs.truncate(written.limbs);
        Ok(Integer { sign: written.sign, limbs })
    }

    /// Leading zero limbs are dropped.
    pub fn new(sign: Sign, mut limbs: Vec<u64>) -> Result<Integer, Error> {
        let written = Written::bounded(sign, &limbs)?;
        limbs.truncate(written.limbs);
        Ok(Integer { sign: written.sign, limbs })
    }

    pub fn zero() -> Integer {
        Integer { sign: Sign::Positive, limbs: Vec::new() }
    }

    pub fn view(&self) -> View<'_> {
        View { sign: self.sign, limbs: &self.limbs }
    }
}

impl From<u64> for Integer {
    fn from(value: u64) -> Integer {
        View::new(Sign::Positive, &[value]).to_integer()
    }
}

impl From<i64> for Integer {
    fn from(value: i64) -> Integer {
        View::small(value, &mut 0).to_integer()
    }
}

impl From<i128> for Integer {
    fn from(value: i128) -> Integer {
        let magnitude = value.unsigned_abs();
        let sign = if value < 0 { Sign::Negative } else { Sign::Positive };
        View::new(sign, &[magnitude as u64, (magnitude >> 64) as u64]).to_integer()
    }
}

impl Ord for Integer {
    fn cmp(&self, other: &Self) -> Ordering {
        self.view().cmp(&other.view())
    }
}

impl PartialOrd for Integer {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
