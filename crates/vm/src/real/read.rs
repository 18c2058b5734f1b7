//! `list_to_float/1` and `binary_to_float/1`: OTP's strict syntax, correctly rounded.
//!
//! ```text
//!   [+-] digits (. | ,) digits [ (e | E) [+-] digits ]
//! ```

use crate::integer::Poll;

/// Significant digits that decide how a text is rounded: the longest midpoint between two floats
/// has 767. What follows only tells whether the rest is zero.
const SIGNIFICANT_MAX: usize = 800;
/// Bytes between two calls of a poll.
const POLL_BYTES: usize = 1 << 16;
/// Texts up to this length go to the standard library as they are.
const SHORT_MAX: usize = 64;
/// An exponent beyond which nothing changes any more: no text is so long that it makes up for it.
const EXPONENT_MAX: i64 = 1 << 56;

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not the text of a float, or outside the range of floats")]
pub struct NotAFloat;

/// The float that `text` is. Too small is zero, too large is an error. A byte of zero ends the
/// text: OTP hands it to C, and reads `"1.0\0rest"` as 1.0.
pub fn read(text: &[u8], poll: &mut Poll) -> Result<f64, NotAFloat> {
    let text = prefix(text, poll, |byte| byte != 0);
    let (negative, unsigned) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        rest => (false, rest),
    };
    let (whole, rest) = digits(unsigned, poll)?;
    let [b'.' | b',', rest @ ..] = rest else { return Err(NotAFloat) };
    let (fraction, rest) = digits(rest, poll)?;
    let (exponent_negative, exponent) = match rest {
        [] => (false, &[][..]),
        [b'e' | b'E', b'-', rest @ ..] => (true, rest),
        [b'e' | b'E', b'+', rest @ ..] => (false, rest),
        [b'e' | b'E', rest @ ..] => (false, rest),
        _ => return Err(NotAFloat),
    };
    if !rest.is_empty() && !digits(exponent, poll)?.1.is_empty() {
        return Err(NotAFloat);
    }

    let magnitude = if unsigned.len() <= SHORT_MAX {
        let mut plain = [0; SHORT_MAX];
        let plain = &mut plain[..unsigned.len()];
        plain.copy_from_slice(unsigned);
        plain[whole.len()] = b'.';
        parse(plain)
    } else {
        parse(&shortened(whole, fraction, exponent_negative, exponent, poll))
    };
    if magnitude.is_infinite() {
        return Err(NotAFloat);
    }
    Ok(if negative { -magnitude } else { magnitude })
}

fn parse(text: &[u8]) -> f64 {
    std::str::from_utf8(text)
        .ok()
        .and_then(|text| text.parse().ok())
        .expect("OTP's syntax is one that the standard library reads")
}

/// The longest prefix of bytes that are `wanted`.
fn prefix<'t>(text: &'t [u8], poll: &mut Poll, wanted: impl Fn(u8) -> bool) -> &'t [u8] {
    for (index, run) in text.chunks(POLL_BYTES).enumerate() {
        if let Some(at) = run.iter().position(|byte| !wanted(*byte)) {
            return &text[..index * POLL_BYTES + at];
        }
        poll();
    }
    text
}

/// One digit or more, and what follows.
fn digits<'t>(text: &'t [u8], poll: &mut Poll) -> Result<(&'t [u8], &'t [u8]), NotAFloat> {
    let digits = prefix(text, poll, |byte| byte.is_ascii_digit());
    if digits.is_empty() { Err(NotAFloat) } else { Ok((digits, &text[digits.len()..])) }
}

/// The same number, or one that is rounded to the same float, in a text of bounded length.
fn shortened(
    whole: &[u8],
    fraction: &[u8],
    exponent_negative: bool,
    exponent: &[u8],
    poll: &mut Poll,
) -> Vec<u8> {
    let mut kept: Vec<u8> = Vec::with_capacity(SIGNIFICANT_MAX + 32);
    let mut dropped = 0i64;
    let mut sticky = b'0';
    for (index, digit) in whole.iter().chain(fraction).enumerate() {
        if kept.len() < SIGNIFICANT_MAX {
            if !kept.is_empty() || *digit != b'0' {
                kept.push(*digit);
            }
        } else {
            dropped += 1;
            if *digit != b'0' {
                sticky = b'1';
            }
        }
        if index.is_multiple_of(POLL_BYTES) {
            poll();
        }
    }
    let mut power = 0i64;
    for (index, digit) in exponent.iter().enumerate() {
        power = (power * 10 + i64::from(digit - b'0')).min(EXPONENT_MAX);
        if index.is_multiple_of(POLL_BYTES) {
            poll();
        }
    }
    if exponent_negative {
        power = -power;
    }
    // One digit more for the rest.
    let power = power - fraction.len() as i64 + dropped - 1;
    kept.push(sticky);
    kept.extend(format!(".0e{power}").bytes());
    kept
}
