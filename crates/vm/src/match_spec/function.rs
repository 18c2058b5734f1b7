//! The functions that guards and bodies may call: OTP's list, which leaves out some guards of the
//! language (`tuple_size`, `is_boolean`, `ceil`, ...).

use std::cmp::Ordering;

use super::arena::Arena;
use crate::atoms::Atom;
use crate::bif::number_to_float;
use crate::env::{Env, Poll};
use crate::integer::{self, Bitwise, Integer};
use crate::map::Map;
use crate::order;
use crate::real;
use crate::term::{ExternalKind, Pid, Term, View};

/// What is evaluated has failed: the guard does not hold, or the value is `'EXIT'`.
#[derive(Debug)]
pub struct Failed;

/// What functions see besides their arguments.
#[derive(Clone, Copy)]
pub struct Surroundings<'m> {
    pub arena: &'m Arena<'m>,
    pub pid: Pid,
}

impl<'m> Surroundings<'m> {
    pub fn env(self) -> &'m Env {
        self.arena.env()
    }
}

type Run = for<'m> fn(&[Term<'m>], Surroundings<'m>) -> Result<Term<'m>, Failed>;

/// A function, by its place in the table.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Function(u8);

impl Function {
    pub fn find(name: &str, arity: usize) -> Option<Function> {
        let index = FUNCTIONS.iter().position(|row| row.name == name && row.arity == arity);
        index.map(|index| Function(index as u8))
    }

    /// In the dialect of traced calls there are more; nothing is traced here, so that they have a
    /// value and no effect.
    pub fn find_traced(name: &str, arity: usize) -> Option<Function> {
        Function::find(name, arity).or_else(|| {
            let index = TRACED.iter().position(|row| row.name == name && row.arity == arity)?;
            Some(Function((FUNCTIONS.len() + index) as u8))
        })
    }

    /// The name, if a function of that name is one of traced calls alone.
    pub fn of_traces(name: &str) -> Option<&'static str> {
        TRACED.iter().find(|row| row.name == name).map(|row| row.name)
    }

    fn row(self) -> &'static Row {
        let index = usize::from(self.0);
        FUNCTIONS.get(index).unwrap_or_else(|| &TRACED[index - FUNCTIONS.len()])
    }

    pub fn arity(self) -> usize {
        self.row().arity
    }

    pub fn run<'m>(self, args: &[Term<'m>], around: Surroundings<'m>) -> Result<Term<'m>, Failed> {
        (self.row().run)(args, around)
    }
}

struct Row {
    name: &'static str,
    arity: usize,
    run: Run,
}

const fn row(name: &'static str, arity: usize, run: Run) -> Row {
    Row { name, arity, run }
}

const FUNCTIONS: &[Row] = &[
    row("==", 2, |args, around| compare(args, around, |ordering| ordering == Ordering::Equal)),
    row("/=", 2, |args, around| compare(args, around, |ordering| ordering != Ordering::Equal)),
    row("<", 2, |args, around| compare(args, around, |ordering| ordering == Ordering::Less)),
    row(">", 2, |args, around| compare(args, around, |ordering| ordering == Ordering::Greater)),
    row("=<", 2, |args, around| compare(args, around, |ordering| ordering != Ordering::Greater)),
    row(">=", 2, |args, around| compare(args, around, |ordering| ordering != Ordering::Less)),
    row("=:=", 2, |args, around| {
        Ok(Term::boolean(order::equal_exact(args[0], args[1], around.env())))
    }),
    row("=/=", 2, |args, around| {
        Ok(Term::boolean(!order::equal_exact(args[0], args[1], around.env())))
    }),
    row("+", 1, |args, _| if args[0].is_number() { Ok(args[0]) } else { Err(Failed) }),
    row("-", 1, |args, around| match args[0].view() {
        View::Float(value) => Ok(around.arena.float(-value)),
        _ => with_integer(args[0], |value| Ok(integer(around, &value.negated().to_integer()))),
    }),
    row("+", 2, |args, around| sum(args, around, i64::checked_add, integer::add, |a, b| a + b)),
    row("-", 2, |args, around| sum(args, around, i64::checked_sub, integer::sub, |a, b| a - b)),
    row("*", 2, times),
    row("/", 2, |args, around| {
        let (a, b) = (float_of(args[0])?, float_of(args[1])?);
        float(around, a / b)
    }),
    row("div", 2, |args, around| quotient(args, around, i64::checked_div, integer::div)),
    row("rem", 2, |args, around| quotient(args, around, i64::checked_rem, integer::rem)),
    row("band", 2, |args, around| bitwise(args, around, Bitwise::And)),
    row("bor", 2, |args, around| bitwise(args, around, Bitwise::Or)),
    row("bxor", 2, |args, around| bitwise(args, around, Bitwise::Xor)),
    row("bnot", 1, |args, around| {
        with_integer(args[0], |value| Ok(integer(around, &integer::not(value)?)))
    }),
    row("bsl", 2, |args, around| shift(args, around, |by| by)),
    row("bsr", 2, |args, around| shift(args, around, i64::saturating_neg)),
    row("abs", 1, |args, around| match args[0].view() {
        View::Float(value) => Ok(around.arena.float(value.abs())),
        _ => with_integer(args[0], |value| Ok(integer(around, &value.absolute().to_integer()))),
    }),
    row("float", 1, |args, around| float(around, float_of(args[0])?)),
    row("round", 1, |args, around| rounded(args, around, real::round)),
    row("trunc", 1, |args, around| rounded(args, around, real::trunc)),
    row("not", 1, |args, _| Ok(Term::boolean(!truth(args[0])?))),
    row("xor", 2, |args, _| Ok(Term::boolean(truth(args[0])? ^ truth(args[1])?))),
    row("element", 2, |args, _| {
        let elements = args[1].as_tuple().ok_or(Failed)?;
        let index = args[0].as_size().and_then(|index| index.checked_sub(1)).ok_or(Failed)?;
        elements.get(index).copied().ok_or(Failed)
    }),
    row("hd", 1, |args, _| Ok(args[0].as_cons().ok_or(Failed)?.head)),
    row("tl", 1, |args, _| Ok(args[0].as_cons().ok_or(Failed)?.tail)),
    row("length", 1, |args, around| {
        let mut poll = Poll::new(around.env());
        let mut list = args[0].list();
        let mut count = 0;
        while list.next().is_some() {
            poll.step();
            count += 1;
        }
        if list.rest.is_nil() { Ok(Term::size(count)) } else { Err(Failed) }
    }),
    row("size", 1, |args, _| match args[0].view() {
        View::Tuple(elements) => Ok(Term::size(elements.len())),
        View::Bits(bits) => Ok(Term::size(bits.size / 8)),
        _ => Err(Failed),
    }),
    row("bit_size", 1, |args, _| Ok(Term::size(args[0].as_bits().ok_or(Failed)?.size))),
    row("byte_size", 1, |args, _| Ok(Term::size(args[0].as_bits().ok_or(Failed)?.byte_count()))),
    row("binary_part", 2, |args, around| match args[1].as_tuple() {
        Some([from, length]) => part(args[0], *from, *length, around),
        _ => Err(Failed),
    }),
    row("binary_part", 3, |args, around| part(args[0], args[1], args[2], around)),
    row("map_size", 1, |args, _| Ok(Term::size(Map::of(args[0]).ok_or(Failed)?.size()))),
    row("map_get", 2, |args, around| {
        let map = Map::of(args[1]).ok_or(Failed)?;
        map.get(args[0], around.env()).ok_or(Failed)
    }),
    row("is_map_key", 2, |args, around| {
        let map = Map::of(args[1]).ok_or(Failed)?;
        Ok(Term::boolean(map.get(args[0], around.env()).is_some()))
    }),
    row("node", 0, |_, _| Ok(Term::atom(Atom::NONODE_NOHOST))),
    row("node", 1, |args, _| match args[0].view() {
        View::Pid(_) | View::Port(_) | View::Reference(_) => Ok(Term::atom(Atom::NONODE_NOHOST)),
        View::External(external) => Ok(Term::atom(external.node)),
        _ => Err(Failed),
    }),
    row("self", 0, |_, around| Ok(Term::pid(around.pid))),
    row("is_atom", 1, |args, _| test(args, |view| matches!(view, View::Atom(_)))),
    row("is_float", 1, |args, _| test(args, |view| matches!(view, View::Float(_)))),
    row("is_integer", 1, |args, _| {
        test(args, |view| matches!(view, View::Small(_) | View::Big(_)))
    }),
    row("is_number", 1, |args, _| {
        test(args, |view| matches!(view, View::Small(_) | View::Big(_) | View::Float(_)))
    }),
    row("is_list", 1, |args, _| test(args, |view| matches!(view, View::Nil | View::Cons(_)))),
    row("is_tuple", 1, |args, _| test(args, |view| matches!(view, View::Tuple(_)))),
    row("is_map", 1, |args, _| {
        test(args, |view| matches!(view, View::FlatMap(_) | View::HashMap(_)))
    }),
    row("is_binary", 1, |args, _| {
        test(args, |view| matches!(view, View::Bits(bits) if bits.is_binary()))
    }),
    row("is_function", 1, |args, _| {
        test(args, |view| matches!(view, View::Fun(_) | View::Export(_)))
    }),
    row("is_pid", 1, |args, _| {
        test(args, |view| match view {
            View::Pid(_) => true,
            View::External(external) => external.kind == ExternalKind::Pid,
            _ => false,
        })
    }),
    row("is_port", 1, |args, _| {
        test(args, |view| match view {
            View::Port(_) => true,
            View::External(external) => external.kind == ExternalKind::Port,
            _ => false,
        })
    }),
    row("is_reference", 1, |args, _| {
        test(args, |view| match view {
            View::Reference(_) => true,
            View::External(external) => external.kind == ExternalKind::Reference,
            _ => false,
        })
    }),
    row("is_record", 3, |args, around| {
        let (Some(_), Some(size)) = (args[1].as_atom(), args[2].as_small()) else {
            return Err(Failed);
        };
        let record = args[0].as_tuple().is_some_and(|elements| {
            elements.len() as i64 == size
                && elements
                    .first()
                    .is_some_and(|tag| order::equal_exact(*tag, args[1], around.env()))
        });
        Ok(Term::boolean(record))
    }),
];

/// What only traced calls have.
const TRACED: &[Row] = &[
    row("message", 1, |_, _| Ok(Term::boolean(true))),
    row("return_trace", 0, |_, _| Ok(Term::boolean(true))),
    row("exception_trace", 0, |_, _| Ok(Term::boolean(true))),
    row("display", 1, |_, _| Ok(Term::boolean(true))),
    row("silent", 1, |_, _| Ok(Term::boolean(true))),
    row("enable_trace", 1, |_, _| Ok(Term::boolean(true))),
    row("enable_trace", 2, |_, _| Ok(Term::boolean(true))),
    row("disable_trace", 1, |_, _| Ok(Term::boolean(true))),
    row("disable_trace", 2, |_, _| Ok(Term::boolean(true))),
    row("trace", 2, |_, _| Ok(Term::boolean(true))),
    row("trace", 3, |_, _| Ok(Term::boolean(true))),
    row("set_seq_token", 2, |_, _| Ok(Term::boolean(false))),
    row("get_seq_token", 0, |_, _| Ok(Term::NIL)),
    row("is_seq_trace", 0, |_, _| Ok(Term::boolean(false))),
    row("process_dump", 0, |_, _| Ok(Term::boolean(true))),
    row("caller", 0, |_, _| Ok(Term::atom(Atom::UNDEFINED))),
    row("get_tcw", 0, |_, _| Ok(Term::size(0))),
    row("set_tcw", 1, |args, _| Ok(args[0])),
];

/// A truth value, which is an atom.
pub fn truth(term: Term) -> Result<bool, Failed> {
    term.as_boolean().ok_or(Failed)
}

impl From<integer::Error> for Failed {
    fn from(_: integer::Error) -> Failed {
        Failed
    }
}

fn test<'m>(args: &[Term<'m>], holds: fn(View) -> bool) -> Result<Term<'m>, Failed> {
    Ok(Term::boolean(holds(args[0].view())))
}

fn compare<'m>(
    args: &[Term<'m>],
    around: Surroundings<'m>,
    holds: fn(Ordering) -> bool,
) -> Result<Term<'m>, Failed> {
    Ok(Term::boolean(holds(order::compare(args[0], args[1], around.env()))))
}

fn float_of(term: Term) -> Result<f64, Failed> {
    number_to_float(term).ok_or(Failed)
}

fn float<'m>(around: Surroundings<'m>, value: f64) -> Result<Term<'m>, Failed> {
    Ok(around.arena.float(real::finite(value).ok_or(Failed)?))
}

fn integer<'m>(around: Surroundings<'m>, value: &Integer) -> Term<'m> {
    around.arena.integer(value.view().is_negative(), value.view().limbs())
}

fn with_integer<'m>(
    term: Term,
    run: impl FnOnce(integer::View) -> Result<Term<'m>, Failed>,
) -> Result<Term<'m>, Failed> {
    let mut cell = 0;
    run(crate::bif::int(term, &mut cell).ok_or(Failed)?)
}

fn with_two<'m>(
    args: &[Term],
    run: impl FnOnce(integer::View, integer::View) -> Result<Term<'m>, Failed>,
) -> Result<Term<'m>, Failed> {
    with_integer(args[0], |a| with_integer(args[1], |b| run(a, b)))
}

fn sum<'m>(
    args: &[Term<'m>],
    around: Surroundings<'m>,
    small: fn(i64, i64) -> Option<i64>,
    large: fn(integer::View, integer::View) -> Result<Integer, integer::Error>,
    real: fn(f64, f64) -> f64,
) -> Result<Term<'m>, Failed> {
    if let (Some(a), Some(b)) = (args[0].as_small(), args[1].as_small())
        && let Some(sum) = small(a, b).and_then(Term::small)
    {
        return Ok(sum);
    }
    if args[0].is_integer() && args[1].is_integer() {
        return with_two(args, |a, b| Ok(integer(around, &large(a, b)?)));
    }
    let (a, b) = (float_of(args[0])?, float_of(args[1])?);
    float(around, real(a, b))
}

fn times<'m>(args: &[Term<'m>], around: Surroundings<'m>) -> Result<Term<'m>, Failed> {
    if args[0].is_integer() && args[1].is_integer() {
        let env = around.env();
        return with_two(args, |a, b| {
            Ok(integer(around, &integer::mul(a, b, &mut || env.poll())?))
        });
    }
    let (a, b) = (float_of(args[0])?, float_of(args[1])?);
    float(around, a * b)
}

type Quotient =
    fn(integer::View, integer::View, &mut integer::Poll) -> Result<Integer, integer::Error>;

fn quotient<'m>(
    args: &[Term<'m>],
    around: Surroundings<'m>,
    small: fn(i64, i64) -> Option<i64>,
    large: Quotient,
) -> Result<Term<'m>, Failed> {
    if let (Some(a), Some(b)) = (args[0].as_small(), args[1].as_small())
        && let Some(quotient) = small(a, b).and_then(Term::small)
    {
        return Ok(quotient);
    }
    let env = around.env();
    with_two(args, |a, b| Ok(integer(around, &large(a, b, &mut || env.poll())?)))
}

fn bitwise<'m>(
    args: &[Term<'m>],
    around: Surroundings<'m>,
    operation: Bitwise,
) -> Result<Term<'m>, Failed> {
    with_two(args, |a, b| Ok(integer(around, &integer::bitwise(operation, a, b)?)))
}

fn shift<'m>(
    args: &[Term<'m>],
    around: Surroundings<'m>,
    direction: fn(i64) -> i64,
) -> Result<Term<'m>, Failed> {
    with_two(args, |a, by| {
        Ok(integer(around, &integer::shift(a, direction(by.to_i64_saturating()))?))
    })
}

fn rounded<'m>(
    args: &[Term<'m>],
    around: Surroundings<'m>,
    operation: fn(f64) -> Result<Integer, integer::Error>,
) -> Result<Term<'m>, Failed> {
    match args[0].view() {
        View::Small(_) | View::Big(_) => Ok(args[0]),
        View::Float(value) => Ok(integer(around, &operation(value)?)),
        _ => Err(Failed),
    }
}

/// A part of a binary; a negative length ends where it begins.
fn part<'m>(
    binary: Term<'m>,
    from: Term,
    length: Term,
    around: Surroundings<'m>,
) -> Result<Term<'m>, Failed> {
    let bits = binary.as_bits().filter(|bits| bits.is_binary()).ok_or(Failed)?;
    let size = (bits.size / 8) as i64;
    let (from, length) = (from.as_small().ok_or(Failed)?, length.as_small().ok_or(Failed)?);
    let end = from.checked_add(length).ok_or(Failed)?;
    let (begin, end) = (from.min(end), from.max(end));
    if begin < 0 || end > size {
        return Err(Failed);
    }
    around.arena.part(binary, begin as usize * 8, (end - begin) as usize * 8).ok_or(Failed)
}
