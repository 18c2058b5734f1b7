//! Natives that say of which kind a term is, and that compare.

use std::cmp::Ordering;

use crate::atoms::Atom;
use crate::call::{BADARG, Call, Leave};
use crate::order;
use crate::term::{ExternalKind, Term, View};
use crate::work::Done;

use super::{Row, row};

pub const ROWS: &[Row] = &[
    row("erlang", "==", 2, |call| compare(call, |ordering| ordering == Ordering::Equal)),
    row("erlang", "/=", 2, |call| compare(call, |ordering| ordering != Ordering::Equal)),
    row("erlang", "<", 2, |call| compare(call, |ordering| ordering == Ordering::Less)),
    row("erlang", ">", 2, |call| compare(call, |ordering| ordering == Ordering::Greater)),
    row("erlang", "=<", 2, |call| compare(call, |ordering| ordering != Ordering::Greater)),
    row("erlang", ">=", 2, |call| compare(call, |ordering| ordering != Ordering::Less)),
    row("erlang", "=:=", 2, |call| {
        let equal = order::equal_exact(call.arg(0), call.arg(1), call.work.env);
        Ok(Term::boolean(equal).done())
    }),
    row("erlang", "=/=", 2, |call| {
        let equal = order::equal_exact(call.arg(0), call.arg(1), call.work.env);
        Ok(Term::boolean(!equal).done())
    }),
    row("erlang", "min", 2, |call| {
        let (a, b) = (call.arg(0), call.arg(1));
        Ok(if order::compare(a, b, call.work.env).is_gt() { b } else { a }.done())
    }),
    row("erlang", "max", 2, |call| {
        let (a, b) = (call.arg(0), call.arg(1));
        Ok(if order::compare(a, b, call.work.env).is_lt() { b } else { a }.done())
    }),
    row("erlang", "is_atom", 1, |call| test(call, |view| matches!(view, View::Atom(_)))),
    row("erlang", "is_binary", 1, |call| {
        test(call, |view| matches!(view, View::Bits(bits) if bits.is_binary()))
    }),
    row("erlang", "is_bitstring", 1, |call| test(call, |view| matches!(view, View::Bits(_)))),
    row("erlang", "is_boolean", 1, |call| {
        test(call, |view| matches!(view, View::Atom(Atom::TRUE | Atom::FALSE)))
    }),
    row("erlang", "is_float", 1, |call| test(call, |view| matches!(view, View::Float(_)))),
    row("erlang", "is_function", 1, |call| {
        test(call, |view| matches!(view, View::Fun(_) | View::Export(_)))
    }),
    row("erlang", "is_function", 2, is_function),
    row("erlang", "is_integer", 1, |call| {
        test(call, |view| matches!(view, View::Small(_) | View::Big(_)))
    }),
    row("erlang", "is_list", 1, |call| {
        test(call, |view| matches!(view, View::Nil | View::Cons(_)))
    }),
    row("erlang", "is_map", 1, |call| {
        test(call, |view| matches!(view, View::FlatMap(_) | View::HashMap(_)))
    }),
    row("erlang", "is_number", 1, |call| {
        test(call, |view| matches!(view, View::Small(_) | View::Big(_) | View::Float(_)))
    }),
    row("erlang", "is_pid", 1, |call| {
        test(call, |view| match view {
            View::Pid(_) => true,
            View::External(external) => external.kind == ExternalKind::Pid,
            _ => false,
        })
    }),
    row("erlang", "is_port", 1, |call| {
        test(call, |view| match view {
            View::Port(_) => true,
            View::External(external) => external.kind == ExternalKind::Port,
            _ => false,
        })
    }),
    row("erlang", "is_record", 2, |call| is_record(call, None)),
    row("erlang", "is_record", 3, |call| {
        // A size below 0 is one that no tuple has.
        let View::Small(size) = call.arg(2).view() else { return Err(BADARG) };
        is_record(call, Some(size))
    }),
    row("erlang", "is_reference", 1, |call| {
        test(call, |view| match view {
            View::Reference(_) => true,
            View::External(external) => external.kind == ExternalKind::Reference,
            _ => false,
        })
    }),
    row("erlang", "is_tuple", 1, |call| test(call, |view| matches!(view, View::Tuple(_)))),
    row("erlang", "not", 1, |call| {
        let value = call.arg(0).as_boolean().ok_or(BADARG)?;
        Ok(Term::boolean(!value).done())
    }),
    row("erlang", "and", 2, |call| logic(call, |a, b| a & b)),
    row("erlang", "or", 2, |call| logic(call, |a, b| a | b)),
    row("erlang", "xor", 2, |call| logic(call, |a, b| a ^ b)),
];

fn compare(call: &mut Call, holds: fn(Ordering) -> bool) -> Result<Done, Leave> {
    let ordering = order::compare(call.arg(0), call.arg(1), call.work.env);
    Ok(Term::boolean(holds(ordering)).done())
}

fn test(call: &mut Call, holds: fn(View) -> bool) -> Result<Done, Leave> {
    Ok(Term::boolean(holds(call.arg(0).view())).done())
}

fn logic(call: &mut Call, operator: fn(bool, bool) -> bool) -> Result<Done, Leave> {
    let a = call.arg(0).as_boolean().ok_or(BADARG)?;
    let b = call.arg(1).as_boolean().ok_or(BADARG)?;
    Ok(Term::boolean(operator(a, b)).done())
}

/// A tuple whose first element is that atom, of that size if one is asked for.
fn is_record(call: &mut Call, size: Option<i64>) -> Result<Done, Leave> {
    let View::Atom(tag) = call.arg(1).view() else { return Err(BADARG) };
    let is = match call.arg(0).view() {
        View::Tuple(elements) => {
            size.is_none_or(|size| size == elements.len() as i64)
                && elements.first().is_some_and(|first| match first.view() {
                    View::Atom(atom) => atom == tag,
                    _ => false,
                })
        }
        _ => false,
    };
    Ok(Term::boolean(is).done())
}

/// `is_function(Term, Arity)`: `badarg` unless the arity is an integer that is not negative.
fn is_function(call: &mut Call) -> Result<Done, Leave> {
    let arity = match call.arg(1).view() {
        View::Small(arity) if arity >= 0 => Some(arity),
        View::Big(big) if !big.negative => None,
        _ => return Err(BADARG),
    };
    let of_fun = match call.arg(0).view() {
        View::Fun(fun) => call.iso.code.lambda(fun.lambda).arity,
        View::Export(number) => call.iso.code.export_mfa(number).arity,
        _ => return Ok(Term::boolean(false).done()),
    };
    Ok(Term::boolean(arity == Some(i64::from(of_fun))).done())
}
