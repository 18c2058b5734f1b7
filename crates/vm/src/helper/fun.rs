//! Calls of funs, and of functions by their names.
#![allow(unsafe_code)] // Called from compiled code.

use beamlet_code::abi;

use crate::atoms::Atom;
use crate::call::{Call, Leave};
use crate::code::Mfa;
use crate::context::Context;
use crate::exception::{self, Raised};
use crate::process::Class;
use crate::term::{Term, View};
use crate::work::Args;

use super::{guard, term};

pub(super) unsafe extern "C" fn is_function_arity(
    context: *mut Context,
    fun: u64,
    arity: u64,
) -> u64 {
    // SAFETY: both are terms; nothing collects here.
    unsafe {
        guard(context, Args::X, |call| {
            let arity = term(arity).as_size();
            let matches = match term(fun).view() {
                View::Fun(fun) => {
                    Some(usize::from(call.iso.code.lambda(fun.lambda).arity)) == arity
                }
                View::Export(number) => {
                    Some(usize::from(call.iso.code.export_mfa(number).arity)) == arity
                }
                _ => false,
            };
            u64::from(matches)
        })
    }
}

/// Puts the free variables behind the arguments; the address to go on at.
pub(super) unsafe extern "C" fn call_fun(context: *mut Context, arity: u64, fun: u64) -> u64 {
    // SAFETY: compiled code calls with its registers stored: `arity` X registers and the fun.
    unsafe {
        guard(context, Args::X, |call| {
            call.work.context.live = arity;
            match prepare(call, arity as usize, term(fun).keep().word()) {
                Some(address) => address,
                None => {
                    exception::dispatch(call, Raised::Site);
                    abi::NO_VALUE
                }
            }
        })
    }
}

/// Where a call of the fun goes on; its free variables are put into X registers. `None`: an
/// exception is pending.
pub(crate) fn prepare(call: &mut Call, arity: usize, fun: u64) -> Option<u64> {
    // SAFETY: a term of the process; nothing collects before its last use.
    let fun = unsafe { Term::from_word(fun) };
    match fun.view() {
        View::Fun(view) => {
            let lambda = call.iso.code.lambda(view.lambda);
            if usize::from(lambda.arity) != arity {
                bad_arity(call, arity, fun.word());
                return None;
            }
            for (index, free) in view.free.iter().enumerate() {
                call.work.context.x[arity + index] = free.word();
            }
            call.work.context.live = (arity + view.free.len()) as u64;
            // For the stub that finds the module not to be there.
            call.work.context.called = u64::from(view.lambda);
            Some(call.iso.code.lambda_address(view.lambda))
        }
        View::Export(number) => {
            if usize::from(call.iso.code.export_mfa(number).arity) != arity {
                bad_arity(call, arity, fun.word());
                return None;
            }
            call.work.context.called = u64::from(number) * 8;
            Some(call.iso.code.export_address(number))
        }
        _ => {
            let value = fun.keep();
            let leave = call.raise_tagged(Atom::BADFUN, value);
            exception::prepare(call, &leave, None);
            None
        }
    }
}

/// `error:{badarity, {Fun, Args}}`
fn bad_arity(call: &mut Call, arity: usize, fun: u64) {
    // SAFETY: a term of the process, rooted before anything collects.
    let fun = unsafe { Term::from_word(fun) }.keep();
    let fun = call.work.root(fun);
    let mut room = call.work.reserve(2 * arity + 6);
    let mut args = Term::NIL;
    for index in (0..arity).rev() {
        let head = room.arg(index);
        args = room.cons(head, args);
    }
    let fun = room.rooted(fun);
    let pair = room.tuple(&[fun, args]);
    let reason = room.tuple(&[Term::atom(Atom::BADARITY), pair]).keep();
    let leave = call.raise(Class::Error, reason);
    exception::prepare(call, &leave, None);
}

/// Module in X[arity], function in X[arity + 1].
pub(super) unsafe extern "C" fn apply(context: *mut Context, arity: u64) -> u64 {
    // SAFETY: as in `call_fun`.
    unsafe {
        guard(context, Args::X, |call| {
            call.work.context.live = arity + 2;
            let arity = arity as usize;
            let (module, function) = (call.arg(arity), call.arg(arity + 1));
            match (module.as_atom(), function.as_atom()) {
                (Some(module), Some(function)) => {
                    let number = call.iso.code.export(Mfa { module, function, arity: arity as u8 });
                    call.iso.refresh_tables(call.work.context);
                    call.work.context.called = u64::from(number) * 8;
                    call.work.context.live = arity as u64;
                    call.iso.code.export_address(number)
                }
                _ => {
                    bad_apply(call, arity);
                    abi::NO_VALUE
                }
            }
        })
    }
}

/// `badarg` of `erlang:apply/3` with the arguments of the call as a list.
fn bad_apply(call: &mut Call, arity: usize) {
    let mut room = call.work.reserve(2 * arity);
    let mut args = Term::NIL;
    for index in (0..arity).rev() {
        let head = room.arg(index);
        args = room.cons(head, args);
    }
    let args = args.keep();
    let args = call.work.root(args);
    let (module, function) = (call.arg(arity).word(), call.arg(arity + 1).word());
    let args = call.work.rooted(args).word();
    let context = &mut *call.work.context;
    (context.x[0], context.x[1], context.x[2]) = (module, function, args);
    context.live = 3;
    let mfa = Mfa { module: Atom::ERLANG, function: Atom::APPLY, arity: 3 };
    exception::prepare(call, &Leave::Error(Atom::BADARG), Some(mfa));
    exception::dispatch(call, Raised::NativeAtSite(mfa));
}
