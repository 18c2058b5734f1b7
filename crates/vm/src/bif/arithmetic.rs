//! Arithmetic natives: integers of any size, and floats. Compiled code does small integers itself.

use arrayvec::ArrayVec;

use crate::call::{BADARG, BADARITH, Call, Leave, SYSTEM_LIMIT};
use crate::env::Env;
use crate::integer::{self, Bitwise, Integer, Sign, View as Int};
use crate::real;
use crate::term::{Term, View};
use crate::work::{Done, INTEGER_WORDS_64};

use super::{Row, row};

pub const ROWS: &[Row] = &[
    row("erlang", "+", 1, |call| match call.arg(0).is_number() {
        true => Ok(call.arg(0).done()),
        false => Err(BADARITH),
    }),
    row("erlang", "-", 1, negate),
    row("erlang", "+", 2, |call| sum(call, i64::checked_add, integer::add_into, |a, b| a + b)),
    row("erlang", "-", 2, |call| sum(call, i64::checked_sub, integer::sub_into, |a, b| a - b)),
    row("erlang", "*", 2, times),
    row("erlang", "/", 2, |call| {
        let (a, b) = (float_arg(call, 0)?, float_arg(call, 1)?);
        real(call, a / b)
    }),
    row("erlang", "div", 2, |call| quotient(call, Part::Quotient)),
    row("erlang", "rem", 2, |call| quotient(call, Part::Remainder)),
    row("erlang", "band", 2, |call| bitwise(call, Bitwise::And)),
    row("erlang", "bor", 2, |call| bitwise(call, Bitwise::Or)),
    row("erlang", "bxor", 2, |call| bitwise(call, Bitwise::Xor)),
    row("erlang", "bnot", 1, not),
    row("erlang", "bsl", 2, |call| shift(call, Direction::Left)),
    row("erlang", "bsr", 2, |call| shift(call, Direction::Right)),
    row("erlang", "abs", 1, abs),
    row("erlang", "float", 1, |call| {
        let value = number_to_float(call.arg(0)).ok_or(BADARG)?;
        Ok(call.reserve(2).float(value).done())
    }),
    row("erlang", "round", 1, |call| rounded(call, real::round)),
    row("erlang", "trunc", 1, |call| rounded(call, real::trunc)),
    row("erlang", "ceil", 1, |call| rounded(call, real::ceil)),
    row("erlang", "floor", 1, |call| rounded(call, real::floor)),
];

/// Limbs of a result that is built without an allocation.
const LIMBS_INLINE: usize = 64;

/// Any number as a float; `None` for what is none, or is too large for one.
pub fn number_to_float(term: Term) -> Option<f64> {
    match term.view() {
        View::Small(value) => Some(value as f64),
        View::Float(value) => Some(value),
        View::Big(_) => integer::to_float(int(term, &mut 0)?).ok(),
        _ => None,
    }
}

/// The integer behind a term; the magnitude of a small one goes into `cell`.
pub fn int<'a>(term: Term<'a>, cell: &'a mut u64) -> Option<Int<'a>> {
    match term.view() {
        View::Small(value) => Some(Int::small(value, cell)),
        View::Big(big) => {
            let sign = if big.negative { Sign::Negative } else { Sign::Positive };
            Some(Int::new(sign, big.limbs))
        }
        _ => None,
    }
}

/// An operation's poll: looks at the isolate's stop word.
pub fn poll(env: &Env) -> impl FnMut() + '_ {
    || env.poll()
}

/// A failed operation as OTP raises it.
pub fn failure(error: integer::Error) -> Leave {
    match error {
        integer::Error::SystemLimit => SYSTEM_LIMIT,
        integer::Error::DivisionByZero | integer::Error::OutsideFloat => BADARITH,
        integer::Error::NotAnInteger | integer::Error::Radix => BADARG,
    }
}

fn real(call: &mut Call, value: f64) -> Result<Done, Leave> {
    let value = real::finite(value).ok_or(BADARITH)?;
    Ok(call.reserve(2).float(value).done())
}

fn float_arg(call: &Call, index: usize) -> Result<f64, Leave> {
    number_to_float(call.arg(index)).ok_or(BADARITH)
}

/// An integer as a term.
pub fn integer(call: &mut Call, value: Int) -> Done {
    let words = 1 + value.limbs().len();
    call.reserve(words).integer(value.is_negative(), value.limbs()).done()
}

/// The result of an operation that writes `room` limbs at most.
fn built(
    call: &mut Call,
    room: usize,
    operation: impl FnOnce(&Call, &mut [u64]) -> Result<integer::Written, integer::Error>,
) -> Result<Done, Leave> {
    let mut inline = ArrayVec::<u64, LIMBS_INLINE>::new();
    let mut large = Vec::new();
    let limbs: &mut [u64] = if room <= LIMBS_INLINE {
        inline.extend(std::iter::repeat_n(0, room));
        &mut inline
    } else {
        large.resize(room, 0);
        &mut large
    };
    let written = operation(call, limbs).map_err(failure)?;
    call.work.charge(room / 16);
    Ok(integer(call, written.view(limbs)))
}

/// Both operands, if both are integers.
fn two_integers(call: &Call) -> bool {
    call.arg(0).is_integer() && call.arg(1).is_integer()
}

/// Runs an operation on both operands, which are integers.
fn with_two<R>(call: &Call, operation: impl FnOnce(Int, Int) -> R) -> R {
    let (mut a, mut b) = (0, 0);
    let a = int(call.arg(0), &mut a).expect("it is an integer");
    let b = int(call.arg(1), &mut b).expect("it is an integer");
    operation(a, b)
}

type Into = fn(&mut [u64], Int, Int) -> Result<integer::Written, integer::Error>;

fn sum(
    call: &mut Call,
    small: fn(i64, i64) -> Option<i64>,
    large: Into,
    float: fn(f64, f64) -> f64,
) -> Result<Done, Leave> {
    if let (Some(a), Some(b)) = (call.arg(0).as_small(), call.arg(1).as_small()) {
        let value = small(a, b).expect("smalls have 60 bits");
        return Ok(call.reserve(INTEGER_WORDS_64).signed(value).done());
    }
    if two_integers(call) {
        let room = with_two(call, integer::add_room);
        return built(call, room, |call, out| with_two(call, |a, b| large(out, a, b)));
    }
    let (a, b) = (float_arg(call, 0)?, float_arg(call, 1)?);
    real(call, float(a, b))
}

fn times(call: &mut Call) -> Result<Done, Leave> {
    if two_integers(call) {
        let room = with_two(call, integer::mul_room).map_err(failure)?;
        return built(call, room, |call, out| {
            let env = call.work.env;
            with_two(call, |a, b| integer::mul_into(out, a, b, &mut poll(env)))
        });
    }
    let (a, b) = (float_arg(call, 0)?, float_arg(call, 1)?);
    real(call, a * b)
}

enum Part {
    Quotient,
    Remainder,
}

fn quotient(call: &mut Call, part: Part) -> Result<Done, Leave> {
    if !two_integers(call) || call.arg(1).as_small() == Some(0) {
        return Err(BADARITH);
    }
    let room = match part {
        Part::Quotient => with_two(call, integer::div_room),
        Part::Remainder => with_two(call, integer::rem_room),
    };
    built(call, room, |call, out| {
        let env = call.work.env;
        with_two(call, |a, b| match part {
            Part::Quotient => integer::div_into(out, a, b, &mut poll(env)),
            Part::Remainder => integer::rem_into(out, a, b, &mut poll(env)),
        })
    })
}

fn bitwise(call: &mut Call, operation: Bitwise) -> Result<Done, Leave> {
    if !two_integers(call) {
        return Err(BADARITH);
    }
    let room = with_two(call, integer::bitwise_room);
    built(call, room, |call, out| {
        with_two(call, |a, b| integer::bitwise_into(out, operation, a, b))
    })
}

fn not(call: &mut Call) -> Result<Done, Leave> {
    let value: Integer = {
        let mut cell = 0;
        let value = int(call.arg(0), &mut cell).ok_or(BADARITH)?;
        integer::not(value).map_err(failure)?
    };
    Ok(integer(call, value.view()))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Direction {
    Left,
    Right,
}

fn shift(call: &mut Call, direction: Direction) -> Result<Done, Leave> {
    if !two_integers(call) {
        return Err(BADARITH);
    }
    let by = with_two(call, |_, by| by.to_i64_saturating());
    let by = if direction == Direction::Left { by } else { by.saturating_neg() };
    let room = with_two(call, |a, _| integer::shift_room(a, by)).map_err(failure)?;
    built(call, room, |call, out| with_two(call, |a, _| integer::shift_into(out, a, by)))
}

fn negate(call: &mut Call) -> Result<Done, Leave> {
    match call.arg(0).view() {
        View::Small(value) => Ok(call.reserve(INTEGER_WORDS_64).signed(-value).done()),
        View::Float(value) => real(call, -value),
        View::Big(big) => {
            let limbs = big.limbs.len();
            signed_copy(call, limbs, |value| value.negated())
        }
        _ => Err(BADARITH),
    }
}

fn abs(call: &mut Call) -> Result<Done, Leave> {
    match call.arg(0).view() {
        View::Small(value) => Ok(call.reserve(INTEGER_WORDS_64).signed(value.abs()).done()),
        // Minus zero stays what it is.
        View::Float(value) => real(call, if value < 0.0 { -value } else { value }),
        View::Big(big) => {
            let limbs = big.limbs.len();
            signed_copy(call, limbs, |value| value.absolute())
        }
        _ => Err(BADARG),
    }
}

/// The big integer with another sign.
fn signed_copy(call: &mut Call, limbs: usize, sign: fn(Int) -> Int) -> Result<Done, Leave> {
    let mut room = call.reserve(1 + limbs);
    let mut cell = 0;
    let value = sign(int(room.arg(0), &mut cell).ok_or(BADARG)?);
    Ok(room.integer(value.is_negative(), value.limbs()).done())
}

fn rounded(
    call: &mut Call,
    operation: fn(f64) -> Result<Integer, integer::Error>,
) -> Result<Done, Leave> {
    match call.arg(0).view() {
        View::Small(_) | View::Big(_) => Ok(call.arg(0).done()),
        View::Float(value) => {
            let value = operation(value).map_err(failure)?;
            Ok(integer(call, value.view()))
        }
        _ => Err(BADARG),
    }
}
