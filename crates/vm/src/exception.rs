//! Exceptions: from a pending one to its handler, and from a raw trace to the list that programs see.
//!
//! A raw trace is a term, made where the exception is raised and turned into frames only when
//! somebody asks for them:
//!
//! ```text
//! {Class, Head, Args, Info, Addresses}
//!   Class      of the exception that it belongs to
//!   Head       [] | {Module, Function, Args}: a native, or an undefined function, that raised
//!   Args       [] | [Args]: the arguments of the first frame of Addresses
//!   Info       [] | the map under error_info
//!   Addresses  a binary of addresses of compiled code, the newest first
//! ```
//!
//! What `erlang:raise/3` was given is a list already: `{Class, List}`.
#![allow(unsafe_code)] // Makes terms of words of the process; reads its stack.

use beamlet_code::abi;

use crate::atoms::Atom;
use crate::call::{Call, Leave};
use crate::code::{Mfa, Place};
use crate::heap::Fragment;
use crate::process::{Class, Pending, State};
use crate::term::Term;
use crate::work::{Room, Root, binary_words};

/// Frames of a trace (OTP: `backtrace_depth`).
const FRAMES_MAX: usize = 8;

/// Where an exception was raised.
pub enum Raised {
    /// In compiled code, at `Context::site`.
    Site,
    /// In a native that compiled code called at `Context::site`.
    NativeAtSite(Mfa),
    /// In a native that was called like a function: its caller is on the stack.
    Native(Mfa),
    /// By a function that is not there, called like one: its arguments are the X registers.
    Undefined(Mfa),
    /// At `Context::site`, whose function has its arguments in the X registers.
    Clause(usize),
    /// By a native that names no frame of its own, as `error/1` does; its caller is on the stack.
    Silent,
}

/// Leads control to the handler of the pending exception, or to the end of the process.
pub fn dispatch(call: &mut Call, raised: Raised) {
    let pending = call.work.proc.pending.as_ref().expect("an exception is pending");
    let trace_given = pending.trace != abi::NO_VALUE;
    let trace = if trace_given { classed(call) } else { capture(call, raised) };
    call.work.proc.pending.as_mut().expect("it still is").trace = trace;
    let work = &mut call.work;
    let heap = &mut work.proc.heap;
    match find_handler(heap.stack()) {
        Some((words, handler)) => {
            heap.sp += words * 8;
            let pending = work.proc.pending.take().expect("it still is");
            work.context.next = handler;
            work.context.x[0] = abi::NO_VALUE;
            work.context.x[1] = Term::atom(pending.class.atom()).word();
            work.context.x[2] = pending.reason;
            work.context.x[3] = pending.trace;
            // X0 is no value; a collection leaves it alone.
            work.context.live = 4;
        }
        None => end_process(call),
    }
}

/// The handler that the stack leads to, and how many words lie above its frame.
fn find_handler(stack: &[u64]) -> Option<(usize, u64)> {
    let mut frame = 0;
    for (index, word) in stack.iter().enumerate() {
        if *word & abi::IMMEDIATE2_MASK == abi::TAG_CATCH {
            return Some((frame, (*word & !abi::IMMEDIATE2_MASK) >> abi::CATCH_SHIFT));
        }
        if *word & abi::TAG_MASK == abi::TAG_HEADER {
            frame = index + 1;
        }
    }
    None
}

/// The process ends by its pending exception.
fn end_process(call: &mut Call) {
    let class = call.work.proc.pending.as_ref().expect("an exception is pending").class;
    let env = call.work.env;
    let reason = match class {
        // SAFETY: the reason is a term of the process.
        Class::Exit => unsafe { Term::from_word(pending(call).reason) }.keep(),
        Class::Error | Class::Throw => {
            let trace = pending(call).trace;
            // SAFETY: as above.
            let trace = unsafe { Term::from_word(trace) }.keep();
            let trace = call.work.root(trace);
            let list = build(call, trace);
            let mut room = call.work.reserve(6);
            // SAFETY: as above.
            let mut reason = unsafe { Term::from_word(room.proc.pending_ref().reason) };
            if class == Class::Throw {
                reason = room.tuple(&[Term::atom(Atom::NOCATCH), reason]);
            }
            let list = room.rooted(list);
            room.tuple(&[reason, list]).keep()
        }
    };
    let root = call.work.root(reason);
    let fragment = Fragment::new(call.work.rooted(root), env);
    if call.iso.is_watched(call.work.pid()) {
        call.iso.raised = Some((class, Fragment::new(call.work.rooted(root), env)));
    }
    if class != Class::Exit {
        crate::bif::report_crash(call, &fragment);
    }
    let process = &mut *call.work.proc;
    process.pending = None;
    process.exit_reason = Some(fragment);
    process.state = State::Exited;
    call.work.context.live = 0;
    call.work.context.next = call.iso.code.exited();
}

fn pending<'a>(call: &'a Call) -> &'a Pending {
    call.work.proc.pending.as_ref().expect("an exception is pending")
}

/// The trace that the pending exception came with, with its class in front.
fn classed(call: &mut Call) -> u64 {
    let class = Term::atom(pending(call).class.atom());
    let mut room = call.work.reserve(6);
    // SAFETY: a term of the process, which nothing moves while the room is there.
    let trace = unsafe { Term::from_word(room.proc.pending_ref().trace) };
    match trace.as_tuple() {
        Some([before, ..]) if before.word() == class.word() => trace.word(),
        Some([_, list]) => room.tuple(&[class, *list]).word(),
        Some([_, head, args, info, addresses]) => {
            room.tuple(&[class, *head, *args, *info, *addresses]).word()
        }
        _ => room.tuple(&[class, trace]).word(),
    }
}

/// Makes the raw trace of the pending exception.
fn capture(call: &mut Call, raised: Raised) -> u64 {
    let mut addresses = Vec::with_capacity(FRAMES_MAX * 8);
    let mut last = 0;
    let mut note = |address: u64| {
        if address != last && addresses.len() < FRAMES_MAX * 8 {
            last = address;
            addresses.extend_from_slice(&address.to_ne_bytes());
        }
    };
    let (head, head_args, clause) = match raised {
        Raised::Site => (None, 0, 0),
        Raised::NativeAtSite(mfa) | Raised::Native(mfa) => (Some(mfa), usize::from(mfa.arity), 0),
        Raised::Undefined(mfa) => (Some(mfa), usize::from(mfa.arity), 0),
        Raised::Clause(arity) => (None, 0, arity),
        Raised::Silent => (None, 0, 0),
    };
    let at_site = matches!(raised, Raised::Site | Raised::NativeAtSite(_) | Raised::Clause(_));
    if at_site {
        note(call.work.context.site);
    }
    for word in call.work.proc.heap.stack() {
        if *word & abi::TAG_MASK == abi::TAG_HEADER {
            note(*word);
        }
    }
    let is_clause = matches!(raised, Raised::Clause(_));
    let own_args = pending(call).args != abi::NO_VALUE;
    let words = binary_words(addresses.len()) + 6 + 4 + 2 * (head_args + clause) + 2;
    let mut room = call.work.reserve(words);
    let args = |room: &mut crate::work::Room<'_>, count: usize| {
        let mut list = Term::NIL.word();
        for index in (0..count).rev() {
            let head = room.arg(index);
            // SAFETY: the list was made in this room.
            list = room.cons(head, unsafe { Term::from_word(list) }).word();
        }
        list
    };
    let head = match head {
        None => Term::NIL.word(),
        Some(mfa) => {
            let list = args(&mut room, head_args);
            // SAFETY: as above.
            let list = unsafe { Term::from_word(list) };
            room.tuple(&[Term::atom(mfa.module), Term::atom(mfa.function), list]).word()
        }
    };
    let first = if own_args {
        // SAFETY: a term of the process.
        let given = unsafe { Term::from_word(room.proc.pending_ref().args) };
        room.cons(given, Term::NIL).word()
    } else if is_clause {
        let list = args(&mut room, clause);
        // SAFETY: as above.
        room.cons(unsafe { Term::from_word(list) }, Term::NIL).word()
    } else {
        Term::NIL.word()
    };
    let info = match room.proc.pending_ref().info {
        abi::NO_VALUE => Term::NIL.word(),
        info => info,
    };
    let addresses = room.binary(&addresses);
    let class = Term::atom(room.proc.pending_ref().class.atom());
    // SAFETY: all are terms of the process, made in this room or kept in `pending`.
    let parts = unsafe {
        [class, Term::from_word(head), Term::from_word(first), Term::from_word(info), addresses]
    };
    room.tuple(&parts).word()
}

/// Turns a raw trace into the list of frames. Anything else is left as it is.
pub fn build(call: &mut Call, trace: Root) -> Root {
    let (head, first, info, addresses) = match call.work.rooted(trace).as_tuple() {
        Some([_, list]) => {
            let list = list.keep();
            return call.work.root(list);
        }
        Some([_, head, first, info, addresses]) => (head, first, info, addresses),
        _ => return trace,
    };
    let has_head = !head.is_nil();
    let has_first = !first.is_nil();
    let has_info = !info.is_nil();
    let addresses: Vec<u64> = addresses
        .as_bytes()
        .unwrap_or_default()
        .chunks_exact(8)
        .map(|bytes| u64::from_ne_bytes(bytes.try_into().expect("eight bytes")))
        .collect();
    let places: Vec<_> =
        addresses.iter().filter_map(|address| call.iso.code.place(*address)).collect();
    // A frame: cons 2, tuple 5, location: two pairs, each 2 + 3, info 2 + 3, and the file's name.
    let words: usize = places.iter().map(frame_words).sum::<usize>() + 16;
    let mut room = call.work.reserve(words);
    let Some([_, head, first, info, _]) = room.rooted(trace).as_tuple() else {
        unreachable!("it was of that shape");
    };
    let mut list = Term::NIL;
    for (index, place) in places.iter().enumerate().rev() {
        let own_info = (index == 0 && has_info && !has_head).then_some(*info);
        let arity = match first.as_cons() {
            Some(given) if index == 0 && has_first => given.head,
            _ => Term::size(usize::from(place.mfa.arity)),
        };
        let frame = frame(&mut room, place, arity, own_info);
        list = room.cons(frame, list);
    }
    if has_head {
        let mut location = Term::NIL;
        if has_info {
            let pair = room.tuple(&[Term::atom(Atom::ERROR_INFO), *info]);
            location = room.cons(pair, location);
        }
        if let Some([module, function, args]) = head.as_tuple() {
            let frame = room.tuple(&[*module, *function, *args, location]);
            list = room.cons(frame, list);
        }
    }
    let list = list.keep();
    call.work.root(list)
}

/// Words of a frame in a list of frames: a cons, a tuple of four, and its location.
pub fn frame_words(place: &Place) -> usize {
    2 + 5 + 15 + place.file.as_ref().map_or(0, |file| 2 * file.chars().count())
}

/// `{Module, Function, Arity | Args, [{file, File}, {line, Line}, {error_info, Info}]}`
pub fn frame<'r>(
    room: &mut Room<'r>,
    place: &Place,
    arity: Term<'r>,
    info: Option<Term<'r>>,
) -> Term<'r> {
    let mut location = Term::NIL;
    if let Some(info) = info {
        let pair = room.tuple(&[Term::atom(Atom::ERROR_INFO), info]);
        location = room.cons(pair, location);
    }
    if let Some(file) = &place.file {
        let line = room.tuple(&[Term::atom(Atom::LINE), Term::size(place.line as usize)]);
        location = room.cons(line, location);
        let name = room.string(file);
        let file = room.tuple(&[Term::atom(Atom::FILE), name]);
        location = room.cons(file, location);
    }
    let (module, function) = (Term::atom(place.mfa.module), Term::atom(place.mfa.function));
    room.tuple(&[module, function, arity, location])
}

/// Takes up how a native has left: prepares the exception that `Leave::Error` stands for.
pub fn prepare(call: &mut Call, leave: &Leave, native: Option<Mfa>) {
    // Whatever a guard has left before was for a guard: it is not what is raised now.
    call.work.proc.deferred = None;
    let (reason, cause) = match leave {
        Leave::Error(reason) => (*reason, None),
        Leave::Cause(reason, cause) => (*reason, Some(*cause)),
        Leave::Argument(tag, index) => {
            let argument = call.arg(*index).keep();
            let raised = call.raise_tagged(*tag, argument);
            return prepare(call, &raised, native);
        }
        Leave::Raised => {
            if let Some(native) = native
                && pending(call).info == abi::NO_VALUE
                && pending(call).class == Class::Error
            {
                let info = error_info(call, native, None);
                call.work.proc.pending.as_mut().expect("it still is").info = info;
            }
            return;
        }
        Leave::Trap => unreachable!("a trap is no exception"),
    };
    let info = match native {
        Some(native) => error_info(call, native, cause),
        None => abi::NO_VALUE,
    };
    call.work.proc.pending = Some(Pending {
        class: Class::Error,
        reason: Term::atom(reason).word(),
        trace: abi::NO_VALUE,
        info,
        args: abi::NO_VALUE,
    });
}

/// `#{module => Formatter, cause => Cause}` for a native of a module that has a formatter.
fn error_info(call: &mut Call, native: Mfa, cause: Option<Atom>) -> u64 {
    let formatter = match call.work.env.atoms.text(native.module) {
        "erlang" | "atomics" | "counters" | "persistent_term" | "erts_internal" => {
            Atom::ERL_ERTS_ERRORS
        }
        "ets" | "lists" | "maps" | "math" | "re" | "binary" | "unicode" | "io" => {
            Atom::ERL_STDLIB_ERRORS
        }
        "os" => Atom::ERL_KERNEL_ERRORS,
        _ => return abi::NO_VALUE,
    };
    let mut room = call.work.reserve(8);
    let module_key = Term::atom(Atom::MODULE);
    let map = match cause {
        // The keys of a map stand in the order of their texts: cause, module.
        Some(cause) => {
            let keys = room.tuple(&[Term::atom(Atom::CAUSE), module_key]);
            crate::map::flat(&mut room, keys, &[Term::atom(cause), Term::atom(formatter)])
        }
        None => {
            let keys = room.tuple(&[module_key]);
            crate::map::flat(&mut room, keys, &[Term::atom(formatter)])
        }
    };
    map.word()
}

/// The class of the exception that a caught raw trace belongs to: what `raise` raises again.
pub fn class_of(trace: Term) -> Class {
    let class = trace.as_tuple().and_then(|parts| parts.first().copied());
    class.and_then(Term::as_atom).and_then(Class::of).unwrap_or(Class::Error)
}
