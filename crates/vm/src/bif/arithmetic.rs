//! Arithmetic natives.

use crate::call::{BADARG, BADARITH, Call, Leave};
use crate::term::{Term, View};
use crate::work::{Done, INTEGER_WORDS_64};

use super::{Row, row};

pub const ROWS: &[Row] = &[
    row("erlang", "+", 1, |call| unary(call, |a| Some(a), |a| a)),
    row("erlang", "-", 1, |call| unary(call, |a| a.checked_neg(), |a| -a)),
    row("erlang", "bnot", 1, |call| bits(call, |a, _| Some(!a))),
    row("erlang", "+", 2, |call| binary(call, |a, b| a.checked_add(b), |a, b| a + b)),
    row("erlang", "-", 2, |call| binary(call, |a, b| a.checked_sub(b), |a, b| a - b)),
    row("erlang", "*", 2, |call| binary(call, |a, b| a.checked_mul(b), |a, b| a * b)),
    row("erlang", "/", 2, divide),
    row("erlang", "div", 2, |call| bits(call, |a, b| a.checked_div(b))),
    row("erlang", "rem", 2, |call| bits(call, |a, b| a.checked_rem(b))),
    row("erlang", "band", 2, |call| bits(call, |a, b| Some(a & b))),
    row("erlang", "bor", 2, |call| bits(call, |a, b| Some(a | b))),
    row("erlang", "bxor", 2, |call| bits(call, |a, b| Some(a ^ b))),
    row("erlang", "bsl", 2, |call| bits(call, |a, b| a.checked_shl(b as u32))),
    row("erlang", "bsr", 2, |call| bits(call, |a, b| a.checked_shr(b as u32))),
    row("erlang", "abs", 1, |call| unary(call, |a| a.checked_abs(), f64::abs)),
    row("erlang", "float", 1, float),
    row("erlang", "round", 1, |call| rounded(call, f64::round)),
    row("erlang", "trunc", 1, |call| rounded(call, f64::trunc)),
    row("erlang", "ceil", 1, |call| rounded(call, f64::ceil)),
    row("erlang", "floor", 1, |call| rounded(call, f64::floor)),
];

/// Any number as a float; `None` for what is none, or is too large for one.
pub fn number_to_float(term: Term) -> Option<f64> {
    match term.view() {
        View::Small(value) => Some(value as f64),
        View::Float(value) => Some(value),
        _ => None,
    }
}

fn signed(call: &mut Call, value: Option<i64>) -> Result<Done, Leave> {
    let value = value.ok_or(BADARITH)?;
    Ok(call.reserve(INTEGER_WORDS_64).signed(value).done())
}

fn real(call: &mut Call, value: f64) -> Result<Done, Leave> {
    if !value.is_finite() {
        return Err(BADARITH);
    }
    Ok(call.reserve(2).float(value).done())
}

fn unary(
    call: &mut Call,
    int: fn(i64) -> Option<i64>,
    float: fn(f64) -> f64,
) -> Result<Done, Leave> {
    match call.arg(0).view() {
        View::Small(value) => signed(call, int(value)),
        View::Float(value) => real(call, float(value)),
        _ => Err(BADARITH),
    }
}

fn binary(
    call: &mut Call,
    int: fn(i64, i64) -> Option<i64>,
    float: fn(f64, f64) -> f64,
) -> Result<Done, Leave> {
    match (call.arg(0).view(), call.arg(1).view()) {
        (View::Small(a), View::Small(b)) => signed(call, int(a, b)),
        _ => {
            let a = number_to_float(call.arg(0)).ok_or(BADARITH)?;
            let b = number_to_float(call.arg(1)).ok_or(BADARITH)?;
            real(call, float(a, b))
        }
    }
}

fn divide(call: &mut Call) -> Result<Done, Leave> {
    let a = number_to_float(call.arg(0)).ok_or(BADARITH)?;
    let b = number_to_float(call.arg(1)).ok_or(BADARITH)?;
    real(call, a / b)
}

fn bits(call: &mut Call, operator: fn(i64, i64) -> Option<i64>) -> Result<Done, Leave> {
    let a = call.arg(0).as_small().ok_or(BADARITH)?;
    let b = call.arg(1).as_small().ok_or(BADARITH)?;
    signed(call, operator(a, b))
}

fn float(call: &mut Call) -> Result<Done, Leave> {
    let value = number_to_float(call.arg(0)).ok_or(BADARG)?;
    real(call, value)
}

fn rounded(call: &mut Call, operator: fn(f64) -> f64) -> Result<Done, Leave> {
    match call.arg(0).view() {
        View::Small(value) => signed(call, Some(value)),
        View::Float(value) => signed(call, Some(operator(value) as i64)),
        _ => Err(BADARG),
    }
}
