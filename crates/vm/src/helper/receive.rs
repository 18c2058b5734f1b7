//! Sending and receiving.
#![allow(unsafe_code)] // Called from compiled code.

use beamlet_code::abi;
use beamlet_code::inst::MarkerOp;

use crate::atoms::Atom;
use crate::call::Leave;
use crate::context::Context;
use crate::exception;
use crate::mailbox::{MARKS_MAX, Mark};
use crate::term::{Term, View};
use crate::timers::{Action, Timer};
use crate::work::Args;

use super::{guard, term};

/// `X0 ! X1`
pub(super) unsafe extern "C" fn send(context: *mut Context) -> u64 {
    // SAFETY: compiled code calls with its registers stored; X0 and X1 are terms.
    unsafe {
        guard(context, Args::X, |call| {
            call.work.context.live = 2;
            let result = crate::bif::send(call);
            let bif = call.iso.bifs.send();
            match result {
                Ok(done) => done.0,
                Err(Leave::Trap) => abi::NO_VALUE,
                Err(leave) => {
                    let mfa = call.iso.bif_mfa(bif);
                    exception::prepare(call, &leave, Some(mfa));
                    exception::dispatch(call, exception::Raised::NativeAtSite(mfa));
                    abi::NO_VALUE
                }
            }
        })
    }
}

pub(super) unsafe extern "C" fn loop_rec(context: *mut Context) -> u64 {
    // SAFETY: as in `send`.
    unsafe {
        guard(context, Args::X, |call| call.work.proc.mailbox.peek().unwrap_or(abi::NO_VALUE))
    }
}

pub(super) unsafe extern "C" fn loop_rec_end(context: *mut Context) -> u64 {
    // SAFETY: as in `send`.
    unsafe {
        guard(context, Args::X, |call| {
            call.work.proc.mailbox.skip();
            call.work.charge(1);
            0
        })
    }
}

pub(super) unsafe extern "C" fn remove_message(context: *mut Context) -> u64 {
    // SAFETY: as in `send`.
    unsafe {
        guard(context, Args::X, |call| {
            let process = &mut *call.work.proc;
            if let Some(message) = process.mailbox.take()
                && let Some(fragment) = message.fragment
            {
                process.heap.adopt(fragment);
            }
            process.timed_out = false;
            if let Some(timer) = process.receive_timer.take() {
                call.iso.timers.cancel(timer);
            }
            0
        })
    }
}

pub(super) unsafe extern "C" fn wait_timeout(context: *mut Context, time: u64) -> u64 {
    // SAFETY: as in `send`; `time` is a term.
    unsafe {
        guard(context, Args::X, |call| {
            let process = &mut *call.work.proc;
            if process.timed_out {
                return 1;
            }
            let time_ms = match term(time).view() {
                View::Small(0) => return 1,
                View::Small(time_ms @ 1..=0xffff_ffff) => time_ms as u64,
                View::Atom(Atom::INFINITY) => return 0,
                _ => {
                    let error = Leave::Error(Atom::TIMEOUT_VALUE);
                    exception::prepare(call, &error, None);
                    return 2;
                }
            };
            if process.receive_timer.is_none() {
                let id = call.work.env.next_reference();
                let due_ns = call.iso.host.monotonic_ns() + time_ms * 1_000_000;
                let action = Action::Receive(process.pid);
                call.iso.timers.start(id, Timer { due_ns, action });
                process.receive_timer = Some(id);
            }
            0
        })
    }
}

pub(super) unsafe extern "C" fn timeout(context: *mut Context) -> u64 {
    // SAFETY: as in `send`.
    unsafe {
        guard(context, Args::X, |call| {
            let process = &mut *call.work.proc;
            process.mailbox.rewind();
            process.timed_out = false;
            if let Some(timer) = process.receive_timer.take() {
                call.iso.timers.cancel(timer);
            }
            0
        })
    }
}

pub(super) unsafe extern "C" fn wait(context: *mut Context) -> u64 {
    // SAFETY: as in `send`.
    unsafe { guard(context, Args::X, |_| 0) }
}

/// Markers let a receive that waits for a reference begin behind the messages that were there
/// before the reference was made. A marker register holds `[]`, the number of a mark, or the
/// reference that it is bound to.
pub(super) unsafe extern "C" fn recv_marker(
    context: *mut Context,
    op: u64,
    marker: u64,
    reference: u64,
) -> u64 {
    // SAFETY: as in `send`; the operands are terms (0 where there is none).
    unsafe {
        guard(context, Args::X, |call| {
            let next = call.work.proc.mailbox.next_number();
            let mailbox = &mut call.work.proc.mailbox;
            if op == MarkerOp::Reserve as u64 {
                let id = call.work.env.next_reference();
                if mailbox.marks.len() == MARKS_MAX {
                    mailbox.marks.remove(0);
                }
                mailbox.marks.push(Mark { id, reference: 0, from: next });
                return Term::size(id as usize).word();
            }
            if op == MarkerOp::Bind as u64 {
                if let (Some(id), Some(reference)) =
                    (term(marker).as_size(), term(reference).as_reference())
                    && let Some(mark) = mailbox.marks.iter_mut().find(|mark| mark.id == id as u64)
                {
                    mark.reference = reference.number;
                }
                return Term::NIL.word();
            }
            let bound = term(marker).as_reference().map(|reference| reference.number);
            if op == MarkerOp::Use as u64 {
                if let Some(mark) = mailbox.marks.iter().find(|mark| Some(mark.reference) == bound)
                {
                    let from = mark.from;
                    mailbox.look_from(from);
                }
            } else {
                let id = term(marker).as_size().map(|id| id as u64);
                mailbox.marks.retain(|mark| Some(mark.reference) != bound && Some(mark.id) != id);
            }
            marker
        })
    }
}
