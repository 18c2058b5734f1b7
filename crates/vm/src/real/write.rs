//! `float_to_list/2` and `float_to_binary/2`, to the letter of OTP 25.
//!
//! Digits come from the standard library, whose `{:e}` is the shortest text that reads back and
//! whose `{:.n}` is exact with ties to even, as C's `printf` is. What is ours is OTP's choice of
//! notation, its own rounding of short fixed text, and its buffer, which is a limit that programs
//! meet (`badarg`).

use std::fmt::{self, Write};

/// Bytes of the longest text: OTP's buffer, less C's end of string.
pub const TEXT_BYTES_MAX: usize = 255;
/// Digits of `float_to_list/1`.
pub const DIGITS_DEFAULT: i64 = 20;

/// From so many decimals on OTP leaves the fixed notation to C.
const OWN_DECIMALS_MAX: usize = 19;
/// And from this magnitude on.
const OWN_MAGNITUDE_MAX: f64 = 9_007_199_254_740_992.0;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notation {
    /// Option `short`: the fewest digits that read back, in the shorter of both notations.
    Short,
    /// Option `{decimals, N}`.
    Fixed,
    /// Option `{scientific, N}`, and no option at all.
    Scientific,
}

/// What becomes of zeros at the end of a fixed notation: option `compact` drops them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Zeros {
    Keep,
    Drop,
}

/// The text would not fit OTP's buffer, or the number of decimals is negative: `badarg`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the float's text is longer than 255 bytes, or its decimals are fewer than none")]
pub struct TooLong;

/// A float's text, ASCII.
#[derive(Clone)]
pub struct Text {
    bytes: [u8; TEXT_BYTES_MAX],
    length: usize,
}

impl Text {
    fn new() -> Text {
        Text { bytes: [0; TEXT_BYTES_MAX], length: 0 }
    }

    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.length]
    }

    /// Up to the last digit that is no zero, and one zero behind a point. As OTP does, this cuts
    /// zeros of a whole number too where there is no point: `float_to_list(1.0e20,
    /// [{decimals, 0}, compact])` is `"1"`.
    fn drop_zeros(&mut self) {
        let kept = self.as_bytes().iter().rposition(|byte| *byte != b'0').map_or(0, |at| at + 1);
        self.length = if self.bytes[kept - 1] == b'.' { kept + 1 } else { kept };
    }
}

impl Write for Text {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let room = self.bytes.get_mut(self.length..self.length + text.len()).ok_or(fmt::Error)?;
        room.copy_from_slice(text.as_bytes());
        self.length += text.len();
        Ok(())
    }
}

impl From<fmt::Error> for TooLong {
    fn from(_: fmt::Error) -> TooLong {
        TooLong
    }
}

/// `float_to_list(Value)`.
pub fn write_default(value: f64) -> Result<Text, TooLong> {
    write(value, Notation::Scientific, DIGITS_DEFAULT, Zeros::Keep)
}

/// The text of `value`. `digits` are those behind the point, [`DIGITS_DEFAULT`] where no option
/// gave another, and mean nothing to [`Notation::Short`]. As in OTP, they are cut to 32 bits, and
/// a negative number of them is C's default of 6 in scientific notation.
pub fn write(value: f64, notation: Notation, digits: i64, zeros: Zeros) -> Result<Text, TooLong> {
    let mut text = Text::new();
    let digits = usize::try_from(digits as i32);
    match notation {
        Notation::Short => short(&mut text, value)?,
        Notation::Scientific => scientific(&mut text, value, digits.unwrap_or(6))?,
        Notation::Fixed => fixed(&mut text, value, digits.map_err(|_| TooLong)?, zeros)?,
    }
    Ok(text)
}

/// C's `%.*e`: the exponent has a sign and two digits at least.
fn scientific(text: &mut Text, value: f64, digits: usize) -> Result<(), TooLong> {
    // No precision beyond the buffer: the standard library counts it in 16 bits.
    if digits > TEXT_BYTES_MAX {
        return Err(TooLong);
    }
    let mut plain = Text::new();
    write!(plain, "{value:.digits$e}")?;
    let (mantissa, exponent) = parts(&plain);
    write!(text, "{mantissa}e{exponent:+03}")?;
    Ok(())
}

/// Mantissa and exponent of what `{:e}` wrote.
fn parts(text: &Text) -> (&str, i32) {
    let (mantissa, exponent) = std::str::from_utf8(text.as_bytes())
        .ok()
        .and_then(|text| text.split_once('e'))
        .expect("a finite float in scientific notation has an exponent");
    (mantissa, exponent.parse().expect("an exponent is a small integer"))
}

fn fixed(text: &mut Text, value: f64, decimals: usize, zeros: Zeros) -> Result<(), TooLong> {
    if decimals > TEXT_BYTES_MAX {
        return Err(TooLong);
    }
    let magnitude = value.abs();
    if magnitude > OWN_MAGNITUDE_MAX || decimals >= OWN_DECIMALS_MAX {
        write!(text, "{value:.decimals$}")?;
        if zeros == Zeros::Drop {
            text.drop_zeros();
        }
        return Ok(());
    }

    // OTP rounds the fraction by a multiplication, half away from zero: not always what the exact
    // value of the float asks for.
    let sign = if value.is_sign_negative() { "-" } else { "" };
    if decimals == 0 {
        write!(text, "{sign}{}", magnitude.round() as u64)?;
        return Ok(());
    }
    let scale = 10f64.powi(decimals as i32);
    let mut whole = magnitude.floor();
    let mut fraction = ((magnitude - whole) * scale).round();
    if fraction >= scale {
        whole += 1.0;
        fraction = 0.0;
    }
    write!(text, "{sign}{}.{:0decimals$}", whole as u64, fraction as u64)?;
    if zeros == Zeros::Drop {
        text.drop_zeros();
    }
    Ok(())
}

/// Shortest digits. Fixed where that text is not longer than the scientific one, and the value is
/// no integer of 2^53 or more, whose last digits would be made up.
fn short(text: &mut Text, value: f64) -> Result<(), TooLong> {
    if value == 0.0 {
        text.write_str(if value.is_sign_negative() { "-0.0" } else { "0.0" })?;
        return Ok(());
    }
    let plain = shortest(value.abs())?;
    let (mantissa, scientific_exponent) = parts(&plain);
    let (first, rest) = mantissa.split_at(1);
    let rest = rest.strip_prefix('.').unwrap_or_default();
    let length = 1 + rest.len() as i32;
    if value < 0.0 {
        text.write_char('-')?;
    }

    // The value is `first``rest` times ten to the power of this.
    let exponent = scientific_exponent - rest.len() as i32;
    let (lowest, highest) = match length {
        1 => (-4, 2),
        _ if scientific_exponent >= 10 => (-(length + 2), 2),
        _ => (-(length + 2), 1),
    };
    let exact = exponent < 0 || value.abs() < OWN_MAGNITUDE_MAX;
    if !(lowest..=highest).contains(&exponent) || !exact {
        let rest = if rest.is_empty() { "0" } else { rest };
        write!(text, "{first}.{rest}e{scientific_exponent}")?;
        return Ok(());
    }
    if exponent >= 0 {
        write!(text, "{first}{rest}{:0<1$}.0", "", exponent as usize)?;
    } else if scientific_exponent >= 0 {
        let (whole, fraction) = rest.split_at(scientific_exponent as usize);
        write!(text, "{first}{whole}.{fraction}")?;
    } else {
        let zeros = (-scientific_exponent - 1) as usize;
        write!(text, "0.{:0<zeros$}{first}{rest}", "")?;
    }
    Ok(())
}

/// The shortest text that reads back as `magnitude`, in scientific notation, and of those the next
/// to it. Where two are equally near, OTP takes the even one and the standard library the upper:
/// 1561320001432672.25 ends in `.2`. That takes two decimals which differ in their last digit only
/// and read back as one float, so 15 digits and more.
fn shortest(magnitude: f64) -> Result<Text, TooLong> {
    let mut upper = Text::new();
    write!(upper, "{magnitude:e}")?;
    let digits = parts(&upper).0.len() - 1;
    if digits < 15 {
        return Ok(upper);
    }
    let mut even = Text::new();
    write!(even, "{magnitude:.0$e}", digits - 1)?;
    let reads_back =
        std::str::from_utf8(even.as_bytes()).is_ok_and(|text| text.parse() == Ok(magnitude));
    Ok(if reads_back { even } else { upper })
}
