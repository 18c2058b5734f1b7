//! Natives that raise.

use beamlet_code::abi;

use crate::atoms::Atom;
use crate::call::{Call, Leave};
use crate::code::Mfa;
use crate::exception;
use crate::process::{Class, Pending};
use crate::term::Term;
use crate::work::Done;

use super::{Row, frameless, row};

pub const ROWS: &[Row] = &[
    frameless("erlang", "error", 1, error_1),
    frameless("erlang", "error", 2, error_2),
    frameless("erlang", "error", 3, error_3),
    frameless("erlang", "exit", 1, exit),
    frameless("erlang", "throw", 1, throw),
    frameless("erlang", "raise", 3, raise),
    row("erlang", "nif_error", 1, error_1),
    row("erlang", "nif_error", 2, error_2),
];

fn error_1(call: &mut Call) -> Result<Done, Leave> {
    let reason = call.arg(0).keep();
    Err(call.raise(Class::Error, reason))
}

fn error_2(call: &mut Call) -> Result<Done, Leave> {
    let (reason, args) = (call.arg(0).keep(), call.arg(1));
    let args = if args.is_list() { args.word() } else { abi::NO_VALUE };
    let leave = call.raise(Class::Error, reason);
    call.work.proc.pending.as_mut().expect("just raised").args = args;
    Err(leave)
}

/// `error(Reason, Args, Options)`: the option `error_info` goes into the trace.
fn error_3(call: &mut Call) -> Result<Done, Leave> {
    let mut info = abi::NO_VALUE;
    let mut options = call.arg(2).list();
    for option in options.by_ref() {
        match option.as_tuple() {
            Some([key, map]) if key.is(Atom::ERROR_INFO) && map.is_map() => info = map.word(),
            _ => {}
        }
    }
    let (reason, args) = (call.arg(0).keep(), call.arg(1));
    let args = if args.is_list() { args.word() } else { abi::NO_VALUE };
    let leave = call.raise(Class::Error, reason);
    let pending = call.work.proc.pending.as_mut().expect("just raised");
    pending.args = args;
    pending.info = info;
    Err(leave)
}

fn exit(call: &mut Call) -> Result<Done, Leave> {
    let reason = call.arg(0).keep();
    Err(call.raise(Class::Exit, reason))
}

fn throw(call: &mut Call) -> Result<Done, Leave> {
    let reason = call.arg(0).keep();
    Err(call.raise(Class::Throw, reason))
}

/// `raise(Class, Reason, Trace)`: `badarg`, as a value, if one of them is none.
fn raise(call: &mut Call) -> Result<Done, Leave> {
    let class = call.arg(0).as_atom().and_then(Class::of);
    let trace = call.arg(2);
    let (Some(class), true) = (class, is_trace(trace)) else {
        return Ok(Term::atom(Atom::BADARG).done());
    };
    let trace = trace.word();
    let reason = call.arg(1).keep();
    let leave = call.raise(class, reason);
    call.work.proc.pending.as_mut().expect("just raised").trace = trace;
    Err(leave)
}

/// `[{Module, Function, Arity | Args, Location} | {Fun, Args, Location} | {M, F, A} | {Fun, Args}]`
fn is_trace(trace: Term) -> bool {
    if trace.as_tuple().is_some() {
        // A raw trace that a `catch` clause hands on.
        return true;
    }
    let mut frames = trace.list();
    let whole = frames.by_ref().all(|frame| match frame.as_tuple() {
        Some([module, function, arity]) => {
            is_mfa(*module, *function, *arity) || module.as_atom().is_none() && arity.is_list()
        }
        Some([module, function, arity, location]) => {
            is_mfa(*module, *function, *arity) && location.is_list()
        }
        Some([_, args]) => args.is_list(),
        _ => false,
    });
    whole && frames.rest.is_nil()
}

fn is_mfa(module: Term, function: Term, arity: Term) -> bool {
    module.is_atom() && function.is_atom() && (arity.is_list() || arity.is_small())
}

/// `error:undef` with a frame of the function that is not there; its arguments are the X registers.
pub(super) fn undefined(call: &mut Call, mfa: Mfa) -> Leave {
    call.work.context.live = u64::from(mfa.arity);
    call.work.proc.pending = Some(Pending {
        class: Class::Error,
        reason: Term::atom(Atom::UNDEF).word(),
        trace: abi::NO_VALUE,
        info: abi::NO_VALUE,
        args: abi::NO_VALUE,
    });
    exception::dispatch(call, exception::Raised::Undefined(mfa));
    Leave::Trap
}
