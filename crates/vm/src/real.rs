//! Floats as OTP writes and reads them. Knows no term.
//!
//! A float of Erlang is finite: what would be infinite or not a number is `badarith`, which is
//! `None` here ([`finite`], [`math`]). [`write()`] is `float_to_list/2`, [`read()`] `list_to_float/1`,
//! and [`round`] with its kin make integers of floats.

mod libm;
pub mod math;
mod read;
mod write;

use crate::integer::{Error, Integer, from_float};

pub use read::{NotAFloat, read};
pub use write::{
    DIGITS_DEFAULT, Notation, TEXT_BYTES_MAX, Text, TooLong, Zeros, write, write_default,
};

/// A float of Erlang, or `None` for `badarith`.
#[inline]
pub fn finite(value: f64) -> Option<f64> {
    value.is_finite().then_some(value)
}

/// `round/1`: the nearest integer, a half away from zero.
pub fn round(value: f64) -> Result<Integer, Error> {
    from_float(value.round())
}

/// `trunc/1`: towards zero.
pub fn trunc(value: f64) -> Result<Integer, Error> {
    from_float(value)
}

/// `floor/1`: the next integer below.
pub fn floor(value: f64) -> Result<Integer, Error> {
    from_float(value.floor())
}

/// `ceil/1`: the next integer above.
pub fn ceil(value: f64) -> Result<Integer, Error> {
    from_float(value.ceil())
}
