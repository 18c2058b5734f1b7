//! The functions that compiled code calls: one for each `beamlet_code::abi::Helper`.
//!
//! A helper never unwinds into compiled code: its body runs behind [`guard`], which catches panics
//! (our own faults, and abandoned isolates) and then leaves straight to the entry frame.
#![allow(unsafe_code)] // Takes the context from compiled code.

use std::panic::{AssertUnwindSafe, catch_unwind};

use beamlet_code::abi::{self, Helper, RaiseKind};

use crate::atoms::Atom;
use crate::call::{Call, Leave};
use crate::context::Context;
use crate::entry;
use crate::env::{Abandon, Env};
use crate::exception::{self, Raised};
use crate::order;
use crate::process::{Class, Pending};
use crate::run::Running;
use crate::term::{Term, View};
use crate::work::{Args, Done, Work};

mod binary;
mod create;
mod fun;
mod receive;

pub(crate) use fun::prepare as prepare_fun;

/// Addresses by the helpers' numbers.
pub fn table() -> Box<[usize]> {
    Helper::ALL.iter().map(|helper| address(*helper)).collect()
}

type H0 = unsafe extern "C" fn(*mut Context) -> u64;
type H1 = unsafe extern "C" fn(*mut Context, u64) -> u64;
type H2 = unsafe extern "C" fn(*mut Context, u64, u64) -> u64;
type H3 = unsafe extern "C" fn(*mut Context, u64, u64, u64) -> u64;
type H4 = unsafe extern "C" fn(*mut Context, u64, u64, u64, u64) -> u64;

fn address(helper: Helper) -> usize {
    // The type of each is checked against the arity that compiled code calls it with.
    let h0 = |f: H0| (f as *const ()).expose_provenance();
    let h1 = |f: H1| (f as *const ()).expose_provenance();
    let h2 = |f: H2| (f as *const ()).expose_provenance();
    let h3 = |f: H3| (f as *const ()).expose_provenance();
    let h4 = |f: H4| (f as *const ()).expose_provenance();
    match helper {
        Helper::Collect => h2(collect),
        Helper::CallBif => h1(call_bif),
        Helper::GuardBif => h2(guard_bif),
        Helper::RaisePending => h0(raise_pending),
        Helper::Raise => h2(raise),
        Helper::FunctionClause => h1(function_clause),
        Helper::Reraise => h2(reraise),
        Helper::RawRaise => h0(raw_raise),
        Helper::Refuse => h1(refuse),
        Helper::Compare => h2(compare),
        Helper::Equal => h2(equal),
        Helper::EqualExact => h2(equal_exact),
        Helper::IsFunctionArity => h2(fun::is_function_arity),
        Helper::IsKind => h2(is_kind),
        Helper::MapGet => h2(map_get),
        Helper::PutMap => h2(put_map),
        Helper::PutTuple => h1(put_tuple),
        Helper::CallFun => h2(fun::call_fun),
        Helper::Apply => h1(fun::apply),
        Helper::Send => h0(receive::send),
        Helper::LoopRec => h0(receive::loop_rec),
        Helper::LoopRecEnd => h0(receive::loop_rec_end),
        Helper::RemoveMessage => h0(receive::remove_message),
        Helper::WaitTimeout => h1(receive::wait_timeout),
        Helper::Timeout => h0(receive::timeout),
        Helper::Wait => h0(receive::wait),
        Helper::RecvMarker => h3(receive::recv_marker),
        Helper::CatchEnd => h0(catch_end),
        Helper::BuildStacktrace => h0(build_stacktrace),
        Helper::Fconv => h2(fconv),
        Helper::BsStartMatch => h2(binary::start_match),
        Helper::BsGet => h4(binary::get),
        Helper::BsSkip => h3(binary::skip),
        Helper::BsMatchString => h3(binary::match_string),
        Helper::BsGetUtf => h2(binary::get_utf),
        Helper::BsGetTail => h2(binary::get_tail),
        Helper::BsInitWritable => h0(create::init_writable),
        Helper::BsCreateBin => h3(create::create),
        Helper::CheckAccess => h2(check_access),
    }
}

/// Runs the body of a helper with the call that it stands for.
///
/// # Safety
///
/// Called from compiled code that `run` has entered, with its context, its registers stored.
unsafe fn guard<R>(context: *mut Context, args: Args, body: impl FnOnce(&mut Call) -> R) -> R {
    let result = catch_unwind(AssertUnwindSafe(|| {
        // SAFETY: `run` has put the isolate and the process behind `running` and does not touch
        // them before compiled code is back; helpers do not nest.
        let (isolate, process, context) = unsafe {
            let running: &Running =
                &*std::ptr::with_exposed_provenance((*context).running as usize);
            (&mut *running.isolate, &mut *running.process, &mut *context)
        };
        process.heap.sp = context.sp as usize;
        process.heap.hp = context.hp as usize;
        let env: *const Env = &raw const *isolate.env;
        // SAFETY: the isolate keeps its environment as long as it exists.
        let env = unsafe { &*env };
        let mut call = Call { work: Work { proc: process, context, env, args }, iso: isolate };
        let result = body(&mut call);
        let Work { proc, context, .. } = &mut call.work;
        context.sp = proc.heap.sp as u64;
        context.hp = proc.heap.hp as u64;
        proc.roots.clear();
        context.args_live = 0;
        result
    }));
    match result {
        Ok(result) => result,
        // SAFETY: as the contract says; the closure's values were dropped when it unwound.
        Err(payload) => unsafe { abandon(context, payload) },
    }
}

/// Runs the body of a helper that only reads.
///
/// # Safety
///
/// As for `guard`; registers need not be stored.
unsafe fn read<R>(context: *mut Context, body: impl FnOnce(&Env) -> R) -> R {
    let result = catch_unwind(AssertUnwindSafe(|| {
        // SAFETY: as in `guard`.
        let env = unsafe {
            let running: &Running =
                &*std::ptr::with_exposed_provenance((*context).running as usize);
            &*(*running.isolate).env
        };
        body(env)
    }));
    match result {
        Ok(result) => result,
        // SAFETY: as in `guard`.
        Err(payload) => unsafe { abandon(context, payload) },
    }
}

/// # Safety
///
/// As for `guard`, with nothing left to drop but the payload.
#[cold]
unsafe fn abandon(context: *mut Context, payload: Box<dyn std::any::Any + Send>) -> ! {
    if !payload.is::<Abandon>() {
        let text = match payload.downcast_ref::<String>() {
            Some(text) => text.clone(),
            None => payload.downcast_ref::<&str>().map_or("a fault", |text| text).to_owned(),
        };
        // SAFETY: as in `guard`; the body has unwound.
        unsafe {
            let running: &Running =
                &*std::ptr::with_exposed_provenance((*context).running as usize);
            let isolate = &mut *running.isolate;
            if isolate.refused.is_none() {
                isolate.fault = Some(text);
            }
        }
    }
    drop(payload);
    // SAFETY: the frames between here and `enter` are this one, the helper's, whose values are
    // dropped, and compiled code's.
    unsafe { entry::abandon(context) }
}

/// The order of a packed segment's bytes.
fn byte_order(how: u64) -> crate::integer::ByteOrder {
    if how & abi::segment::LITTLE != 0 {
        crate::integer::ByteOrder::Little
    } else {
        crate::integer::ByteOrder::Big
    }
}

/// A term that compiled code has handed over.
///
/// # Safety
///
/// `word` is a term of the running process, and nothing collects during `'a`.
unsafe fn term<'a>(word: u64) -> Term<'a> {
    // SAFETY: by the contract.
    unsafe { Term::from_word(word) }
}

/// Turns the end of a native that was called like a function into a word.
fn finish(call: &mut Call, bif: u32, result: Result<Done, Leave>) -> u64 {
    match result {
        Ok(done) => done.0,
        Err(Leave::Trap) => abi::NO_VALUE,
        Err(leave) => {
            let mfa = call.iso.bif_mfa(bif);
            let silent = call.iso.bifs.row(bif).silent();
            exception::prepare(call, &leave, (!silent).then_some(mfa));
            let raised = if silent { Raised::Silent } else { Raised::Native(mfa) };
            exception::dispatch(call, raised);
            abi::NO_VALUE
        }
    }
}

unsafe extern "C" fn collect(context: *mut Context, words: u64, live: u64) -> u64 {
    // SAFETY: compiled code calls with the context, registers stored, `live` of them terms.
    unsafe {
        guard(context, Args::X, |call| {
            call.work.context.live = live;
            call.work.collect(words as usize);
            0
        })
    }
}

unsafe extern "C" fn call_bif(context: *mut Context, bif: u64) -> u64 {
    // SAFETY: as in `collect`; the verifier has seen that the arguments are terms.
    unsafe {
        guard(context, Args::X, |call| {
            let bif = bif as u32;
            let row = call.iso.bifs.row(bif);
            let run = row.run;
            call.work.context.live = if bif == call.iso.bifs.undefined() {
                let called = (call.work.context.called / 8) as u32;
                u64::from(call.iso.code.export_mfa(called).arity)
            } else {
                u64::from(row.arity)
            };
            let result = run(call);
            finish(call, bif, result)
        })
    }
}

unsafe extern "C" fn guard_bif(context: *mut Context, bif: u64, live: u64) -> u64 {
    // SAFETY: as in `collect`; the operands are in `args`.
    unsafe {
        guard(context, Args::Operands, |call| {
            // Where the live registers are not known, the natives that stand there build nothing.
            call.work.context.live = if live == abi::LIVE_ALL { 0 } else { live };
            let row = call.iso.bifs.row(bif as u32);
            let run = row.run;
            match run(call) {
                Ok(done) => done.0,
                Err(leave) => {
                    // Made whole here, where the operands still are; a guard that fails drops it.
                    let mfa = call.iso.bif_mfa(bif as u32);
                    let framed = !crate::bif::is_frameless(bif as u32);
                    call.work.proc.deferred = Some(crate::process::Deferred::new(
                        leave,
                        framed.then_some(mfa),
                        &call.work.context.args[..usize::from(mfa.arity)],
                    ));
                    abi::NO_VALUE
                }
            }
        })
    }
}

unsafe extern "C" fn raise_pending(context: *mut Context) -> u64 {
    // SAFETY: as in `collect`.
    unsafe {
        guard(context, Args::Operands, |call| {
            call.work.context.live = 0;
            let native = call.work.proc.deferred.take().and_then(|deferred| {
                let native = deferred.native;
                for (index, word) in deferred.args.iter().enumerate() {
                    call.work.context.args[index] = *word;
                }
                call.work.context.args_live = deferred.args.len() as u64;
                exception::prepare(call, &deferred.leave, native);
                native
            });
            let raised = match native {
                Some(native) => Raised::NativeAtSite(native),
                None => Raised::Site,
            };
            exception::dispatch(call, raised);
            0
        })
    }
}

unsafe extern "C" fn raise(context: *mut Context, kind: u64, value: u64) -> u64 {
    // SAFETY: as in `collect`; `value` is a term where the kind has one.
    unsafe {
        guard(context, Args::X, |call| {
            call.work.context.live = 0;
            let tag = match kind {
                k if k == RaiseKind::Badmatch as u64 => Some(Atom::BADMATCH),
                k if k == RaiseKind::CaseClause as u64 => Some(Atom::CASE_CLAUSE),
                k if k == RaiseKind::TryClause as u64 => Some(Atom::TRY_CLAUSE),
                k if k == RaiseKind::Badrecord as u64 => Some(Atom::BADRECORD),
                k if k == RaiseKind::Badmap as u64 => Some(Atom::BADMAP),
                _ => None,
            };
            let leave = match tag {
                Some(tag) => call.raise_tagged(tag, term(value).keep()),
                None if kind == RaiseKind::IfClause as u64 => Leave::Error(Atom::IF_CLAUSE),
                None if kind == RaiseKind::Badarith as u64 => Leave::Error(Atom::BADARITH),
                None if kind == RaiseKind::SystemLimit as u64 => Leave::Error(Atom::SYSTEM_LIMIT),
                None => Leave::Error(Atom::BADARG),
            };
            exception::prepare(call, &leave, None);
            exception::dispatch(call, Raised::Site);
            0
        })
    }
}

unsafe extern "C" fn function_clause(context: *mut Context, arity: u64) -> u64 {
    // SAFETY: as in `collect`; the first `arity` X registers are terms.
    unsafe {
        guard(context, Args::X, |call| {
            call.work.context.live = arity;
            exception::prepare(call, &Leave::Error(Atom::FUNCTION_CLAUSE), None);
            exception::dispatch(call, Raised::Clause(arity as usize));
            0
        })
    }
}

/// Raises again, in the class that stands in the raw trace.
unsafe extern "C" fn reraise(context: *mut Context, trace: u64, value: u64) -> u64 {
    // SAFETY: as in `collect`.
    unsafe {
        guard(context, Args::X, |call| {
            call.work.context.live = 0;
            let class = exception::class_of(term(trace));
            call.work.proc.pending = Some(Pending {
                class,
                reason: value,
                trace,
                info: abi::NO_VALUE,
                args: abi::NO_VALUE,
            });
            exception::dispatch(call, Raised::Site);
            0
        })
    }
}

unsafe extern "C" fn raw_raise(context: *mut Context) -> u64 {
    // SAFETY: as in `collect`; X0 to X2 are terms.
    unsafe {
        guard(context, Args::X, |call| {
            call.work.context.live = 3;
            let Some(class) = call.arg(0).as_atom().and_then(Class::of) else {
                // OTP: a class that there is not makes `badarg` the value of the expression.
                call.work.context.x[0] = Term::atom(Atom::BADARG).word();
                return Term::atom(Atom::BADARG).word();
            };
            let (reason, trace) = (call.arg(1).word(), call.arg(2).word());
            call.work.proc.pending =
                Some(Pending { class, reason, trace, info: abi::NO_VALUE, args: abi::NO_VALUE });
            exception::dispatch(call, Raised::Site);
            abi::NO_VALUE
        })
    }
}

unsafe extern "C" fn refuse(context: *mut Context, reason: u64) -> u64 {
    // SAFETY: as in `collect`.
    unsafe {
        guard(context, Args::X, |call| {
            let at = call.iso.code.function_at(call.work.context.site);
            let name = at.map(|mfa| call.iso.mfa_text(mfa)).unwrap_or_default();
            call.iso.refused = Some(format!("{name}: a check of the code failed ({reason})"));
            std::panic::resume_unwind(Box::new(Abandon))
        })
    }
}

unsafe extern "C" fn compare(context: *mut Context, a: u64, b: u64) -> u64 {
    // SAFETY: both are terms; nothing collects here.
    unsafe { read(context, |env| order::compare(term(a), term(b), env) as i64 as u64) }
}

unsafe extern "C" fn equal(context: *mut Context, a: u64, b: u64) -> u64 {
    // SAFETY: as in `compare`.
    unsafe { read(context, |env| u64::from(order::equal(term(a), term(b), env))) }
}

unsafe extern "C" fn equal_exact(context: *mut Context, a: u64, b: u64) -> u64 {
    // SAFETY: as in `compare`.
    unsafe { read(context, |env| u64::from(order::equal_exact(term(a), term(b), env))) }
}

unsafe extern "C" fn is_kind(context: *mut Context, word: u64, kinds: u64) -> u64 {
    use beamlet_code::types::Kinds;
    // SAFETY: as in `compare`.
    unsafe {
        read(context, |_| {
            let kind = match term(word).view() {
                View::Small(_) => Kinds::SMALL,
                View::Big(_) => Kinds::BIG,
                View::Float(_) => Kinds::FLOAT,
                View::Atom(_) => Kinds::ATOM,
                View::Nil => Kinds::NIL,
                View::Cons(_) => Kinds::CONS,
                View::Tuple(_) => Kinds::TUPLE,
                View::FlatMap(_) | View::HashMap(_) => Kinds::MAP,
                View::Bits(_) => Kinds::BITSTRING,
                View::Fun(_) | View::Export(_) => Kinds::FUN,
                View::Pid(_) => Kinds::PID,
                View::Port(_) => Kinds::PORT,
                View::Reference(_) => Kinds::REFERENCE,
                View::Context(_) => Kinds::CONTEXT,
                View::External(external) => match external.kind {
                    crate::term::ExternalKind::Pid => Kinds::PID,
                    crate::term::ExternalKind::Port => Kinds::PORT,
                    crate::term::ExternalKind::Reference => Kinds::REFERENCE,
                },
            };
            u64::from(kind.is_within(Kinds(kinds as u16)))
        })
    }
}

unsafe extern "C" fn map_get(context: *mut Context, map: u64, key: u64) -> u64 {
    // SAFETY: as in `compare`; the first is a map.
    unsafe {
        read(context, |env| {
            crate::map::get(term(map), term(key), env).map_or(abi::NO_VALUE, Term::word)
        })
    }
}

unsafe extern "C" fn put_map(context: *mut Context, kind: u64, live: u64) -> u64 {
    // SAFETY: as in `collect`; source and pairs are in `args`.
    unsafe {
        guard(context, Args::Operands, |call| {
            call.work.context.live = live;
            let count = call.work.context.args_live as usize;
            let result = crate::map::put_operands(call, count, kind == 1);
            match result {
                Ok(done) => done.0,
                Err(leave) => {
                    exception::prepare(call, &leave, None);
                    abi::NO_VALUE
                }
            }
        })
    }
}

unsafe extern "C" fn put_tuple(context: *mut Context, live: u64) -> u64 {
    // SAFETY: as in `collect`; the elements are in `args`.
    unsafe {
        guard(context, Args::Operands, |call| {
            call.work.context.live = live;
            let count = call.work.context.args_live as usize;
            let mut room = call.work.reserve(count + 1);
            let elements: Vec<Term> = (0..count).map(|index| room.arg(index)).collect();
            room.tuple(&elements).word()
        })
    }
}

/// Class, value and trace in X1 to X3: the value of a `catch` that caught.
unsafe extern "C" fn catch_end(context: *mut Context) -> u64 {
    // SAFETY: as in `collect`; the registers are as the handler got them.
    unsafe {
        guard(context, Args::X, |call| {
            call.work.context.live = 4;
            match call.arg(1).as_atom().and_then(Class::of) {
                Some(Class::Throw) => call.arg(2).word(),
                Some(Class::Exit) => {
                    let mut room = call.work.reserve(3);
                    let reason = room.arg(2);
                    room.tuple(&[Term::atom(Atom::EXIT), reason]).word()
                }
                Some(Class::Error) | None => {
                    let trace = call.arg(3).keep();
                    let trace = call.work.root(trace);
                    let list = exception::build(call, trace);
                    let mut room = call.work.reserve(6);
                    let (reason, list) = (room.arg(2), room.rooted(list));
                    let pair = room.tuple(&[reason, list]);
                    room.tuple(&[Term::atom(Atom::EXIT), pair]).word()
                }
            }
        })
    }
}

unsafe extern "C" fn build_stacktrace(context: *mut Context) -> u64 {
    // SAFETY: as in `collect`; X0 is a raw trace, or any term of a stranger's making.
    unsafe {
        guard(context, Args::X, |call| {
            call.work.context.live = call.work.context.live.max(1);
            let trace = call.arg(0).keep();
            let trace = call.work.root(trace);
            let list = exception::build(call, trace);
            call.work.rooted(list).word()
        })
    }
}

unsafe extern "C" fn fconv(context: *mut Context, value: u64, register: u64) -> u64 {
    // SAFETY: as in `compare`; the register is below 16.
    unsafe {
        let value = read(context, |_| crate::bif::number_to_float(term(value)));
        match value {
            Some(value) => {
                (*context).floats[register as usize] = value;
                1
            }
            None => guard(context, Args::X, |call| {
                exception::prepare(call, &Leave::Error(Atom::BADARITH), None);
                0
            }),
        }
    }
}

/// The compiler's checked mode: is the address within the isolate's memory?
unsafe extern "C" fn check_access(context: *mut Context, address: u64, write: u64) -> u64 {
    // SAFETY: only looks at where the areas lie; the registers are not stored, so that the heap's
    // own idea of its tops is not used.
    unsafe {
        let ok = catch_unwind(AssertUnwindSafe(|| {
            let running: &Running =
                &*std::ptr::with_exposed_provenance((*context).running as usize);
            crate::check::may_access(
                &*running.process,
                &*running.isolate,
                address as usize,
                write == 1,
            )
        }));
        match ok {
            Ok(true) => 1,
            _ => abandon(context, Box::new(format!("compiled code reached for {address:#x}"))),
        }
    }
}
