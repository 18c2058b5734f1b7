//! Module `math`, on the system's libm.

use crate::call::{BADARG, BADARITH, Call, Leave};
use crate::real::math;
use crate::work::Done;

use super::{Row, number_to_float, row};

macro_rules! functions {
    ($($name:literal / $arity:tt => $function:ident,)*) => {
        pub const ROWS: &[Row] = &[
            $(row("math", $name, $arity, |call| functions!(@ $arity call, math::$function)),)*
            row("math", "ceil", 1, |call| one(call, |x| Some(x.ceil()))),
            row("math", "floor", 1, |call| one(call, |x| Some(x.floor()))),
        ];
    };
    (@ 1 $call:ident, $function:expr) => { one($call, $function) };
    (@ 2 $call:ident, $function:expr) => { two($call, $function) };
}

functions! {
    "acos" / 1 => acos, "acosh" / 1 => acosh, "asin" / 1 => asin, "asinh" / 1 => asinh,
    "atan" / 1 => atan, "atan2" / 2 => atan2, "atanh" / 1 => atanh, "cos" / 1 => cos,
    "cosh" / 1 => cosh, "erf" / 1 => erf, "erfc" / 1 => erfc, "exp" / 1 => exp,
    "fmod" / 2 => fmod, "log" / 1 => log, "log2" / 1 => log2, "log10" / 1 => log10,
    "pow" / 2 => pow, "sin" / 1 => sin, "sinh" / 1 => sinh, "sqrt" / 1 => sqrt,
    "tan" / 1 => tan, "tanh" / 1 => tanh,
}

fn argument(call: &Call, index: usize) -> Result<f64, Leave> {
    let term = call.arg(index);
    if !term.is_number() {
        return Err(BADARG);
    }
    number_to_float(term).ok_or(BADARITH)
}

fn result(call: &mut Call, value: Option<f64>) -> Result<Done, Leave> {
    let value = value.ok_or(BADARITH)?;
    Ok(call.reserve(2).float(value).done())
}

fn one(call: &mut Call, function: fn(f64) -> Option<f64>) -> Result<Done, Leave> {
    let value = function(argument(call, 0)?);
    result(call, value)
}

fn two(call: &mut Call, function: fn(f64, f64) -> Option<f64>) -> Result<Done, Leave> {
    let value = function(argument(call, 0)?, argument(call, 1)?);
    result(call, value)
}
