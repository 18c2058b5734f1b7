//! What a process tells of another: `process_info`.
#![allow(unsafe_code)] // Copies terms of a process that does not run.

use crate::atoms::Atom;
use crate::call::{BADARG, Call, Leave};
use crate::code::Mfa;
use crate::copy;
use crate::process::{Monitored, Process, State};
use crate::term::{Pid, Term};
use crate::work::{Done, Room, Root};

use super::process::{MAX_HEAP_WORDS, max_heap, max_heap_keys};
use super::{Row, row};

pub const ROWS: &[Row] = &[
    row("erlang", "process_info", 1, all),
    row("erlang", "process_info", 2, some),
    row("erts_internal", "is_system_process", 1, is_system_process),
    row("erts_internal", "process_display", 2, |_| Err(BADARG)),
];

/// Items of `process_info/1`, in OTP's order.
const DEFAULT: &[&str] = &[
    "registered_name",
    "current_function",
    "initial_call",
    "status",
    "message_queue_len",
    "links",
    "dictionary",
    "trap_exit",
    "error_handler",
    "priority",
    "group_leader",
    "total_heap_size",
    "heap_size",
    "stack_size",
    "reductions",
    "garbage_collection",
    "suspending",
];

/// Runs `read` on a process, the running one or another.
fn with<R>(call: &mut Call, pid: Pid, read: impl FnOnce(&mut Call, &Process) -> R) -> Option<R> {
    if pid == call.work.pid() {
        // The running process is looked at through a pointer: `call` is used beside it.
        let process: *const Process = &raw const *call.work.proc;
        // SAFETY: what `read` does with the call builds on the scratch heap only.
        return Some(read(call, unsafe { &*process }));
    }
    let process = call.iso.processes.take(pid)?;
    let result = (process.state != State::Exited).then(|| read(call, &process));
    call.iso.processes.put(process);
    result
}

fn all(call: &mut Call) -> Result<Done, Leave> {
    let pid = call.arg(0).as_pid().ok_or(BADARG)?;
    if !super::process::is_alive(call, pid) {
        return Ok(Term::atom(Atom::UNDEFINED).done());
    }
    let mut pairs = Vec::new();
    for name in DEFAULT {
        let item = call.intern(name);
        if let Some(root) = item_of(call, pid, item, name, Unnamed::Skip)? {
            pairs.push(root);
        }
    }
    list(call, &pairs)
}

fn list(call: &mut Call, roots: &[Root]) -> Result<Done, Leave> {
    let mut room = call.reserve(2 * roots.len());
    let mut list = Term::NIL;
    for root in roots.iter().rev() {
        let head = room.rooted(*root);
        list = room.cons(head, list);
    }
    Ok(list.done())
}

fn some(call: &mut Call) -> Result<Done, Leave> {
    let Some(pid) = call.arg(0).as_pid() else { return Err(BADARG) };
    if let Some(item) = call.arg(1).as_atom() {
        let name = call.work.env.atoms.text(item).to_owned();
        known(&name)?;
        if !super::process::is_alive(call, pid) {
            return Ok(Term::atom(Atom::UNDEFINED).done());
        }
        return match item_of(call, pid, item, &name, Unnamed::Skip)? {
            Some(root) => Ok(call.work.rooted(root).done()),
            None => Ok(Term::NIL.done()),
        };
    }
    let mut items = Vec::new();
    let mut given = call.arg(1).list();
    for item in given.by_ref() {
        let item = item.as_atom().ok_or(BADARG)?;
        known(call.work.env.atoms.text(item))?;
        items.push(item);
    }
    if !given.rest.is_nil() {
        return Err(BADARG);
    }
    if !super::process::is_alive(call, pid) {
        return Ok(Term::atom(Atom::UNDEFINED).done());
    }
    let mut pairs = Vec::new();
    for item in items {
        let name = call.work.env.atoms.text(item).to_owned();
        pairs.extend(item_of(call, pid, item, &name, Unnamed::Show)?);
    }
    list(call, &pairs)
}

/// Without a name, `registered_name` is left out, or `[]` when a list of items was asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Unnamed {
    Skip,
    Show,
}

const ITEMS: &[&str] = &[
    "registered_name",
    "current_function",
    "current_location",
    "current_stacktrace",
    "initial_call",
    "status",
    "messages",
    "message_queue_len",
    "message_queue_data",
    "links",
    "monitors",
    "monitored_by",
    "suspending",
    "dictionary",
    "trap_exit",
    "error_handler",
    "heap_size",
    "stack_size",
    "memory",
    "garbage_collection",
    "garbage_collection_info",
    "group_leader",
    "reductions",
    "priority",
    "trace",
    "binary",
    "sequential_trace_token",
    "catchlevel",
    "backtrace",
    "last_calls",
    "total_heap_size",
    "min_heap_size",
    "min_bin_vheap_size",
    "max_heap_size",
    "magic_ref",
    "fullsweep_after",
    "parent",
];

fn known(name: &str) -> Result<(), Leave> {
    if ITEMS.contains(&name) { Ok(()) } else { Err(BADARG) }
}

/// `{Item, Value}`; `None` where there is nothing to show.
fn item_of(
    call: &mut Call,
    pid: Pid,
    item: Atom,
    name: &str,
    unnamed: Unnamed,
) -> Result<Option<Root>, Leave> {
    if name == "registered_name" {
        let registered = with(call, pid, |_, process| process.name).flatten();
        let value = match (registered, unnamed) {
            (Some(registered), _) => Term::atom(registered),
            // OTP: without a name, `[]` alone, not a pair.
            (None, Unnamed::Skip) => return Ok(None),
            (None, Unnamed::Show) => Term::NIL,
        };
        return pair(call, item, 0, |_| value).map(Some);
    }
    let value = with(call, pid, |call, process| value(call, process, name)).ok_or(BADARG)??;
    let words = value.words();
    let root = pair(call, item, words, |room| room.copy(&value))?;
    value.free(&call.work.env.account);
    Ok(Some(root))
}

fn pair<F>(call: &mut Call, item: Atom, words: usize, value: F) -> Result<Root, Leave>
where
    F: for<'r> FnOnce(&mut Room<'r>) -> Term<'r>,
{
    let mut room = call.work.reserve(3 + words);
    let value = value(&mut room);
    let pair = room.tuple(&[Term::atom(item), value]).keep();
    Ok(call.work.root(pair))
}

/// The value of an item, with memory of its own.
fn value(call: &mut Call, process: &Process, name: &str) -> Result<crate::heap::Fragment, Leave> {
    let atom = |call: &Call, text: &str| Term::atom(call.intern(text));
    let immediate = |call: &mut Call, term: Term<'static>| Ok(call.iso.fragment(0, |_| term));
    let number = |call: &mut Call, value: usize| immediate(call, Term::size(value));
    let running = process.pid == call.work.pid();
    match name {
        "status" => {
            let status = match process.state {
                State::Running => "running",
                State::Runnable => "runnable",
                State::Waiting => "waiting",
                State::Suspended => "suspended",
                State::Exited => "exiting",
            };
            let status = if process.suspend_count > 0 && !running { "suspended" } else { status };
            let status = atom(call, status);
            immediate(call, status)
        }
        "message_queue_len" => number(call, process.mailbox.len()),
        "message_queue_data" => {
            let data = if process.message_queue_off_heap { "off_heap" } else { "on_heap" };
            let data = atom(call, data);
            immediate(call, data)
        }
        "trap_exit" => immediate(call, Term::boolean(process.trap_exit)),
        "error_handler" => immediate(call, Term::atom(process.error_handler)),
        "priority" => {
            let priority = atom(call, super::process::priority_name(process.priority));
            immediate(call, priority)
        }
        "parent" => {
            let parent = process.parent;
            let term =
                if parent == process.pid { Term::atom(Atom::UNDEFINED) } else { Term::pid(parent) };
            immediate(call, term)
        }
        "group_leader" => {
            // SAFETY: a group leader is a pid.
            let leader = unsafe { Term::from_word(process.group_leader) };
            Ok(crate::heap::Fragment::new(leader, call.work.env))
        }
        "reductions" => {
            let used = if running {
                (beamlet_code::abi::TURN_REDUCTIONS - call.work.context.reductions).max(0) as u64
            } else {
                0
            };
            number(call, (process.reductions + used) as usize)
        }
        "heap_size" => number(call, process.heap.young_words()),
        "total_heap_size" => number(call, process.total_words()),
        "stack_size" => number(call, process.heap.stack_words()),
        "memory" => number(call, process.total_words() * 8 + std::mem::size_of::<Process>()),
        "min_heap_size" => number(call, process.heap.words_min),
        "min_bin_vheap_size" => number(call, 46_422),
        "fullsweep_after" => number(call, process.heap.full_sweep_after as usize),
        "catchlevel" => {
            let is_catch = |word: &&u64| {
                **word & beamlet_code::abi::IMMEDIATE2_MASK == beamlet_code::abi::TAG_CATCH
            };
            number(call, process.heap.stack().iter().filter(is_catch).count())
        }
        "suspending" | "sequential_trace_token" | "binary" | "magic_ref" => {
            immediate(call, Term::NIL)
        }
        "trace" => number(call, 0),
        "last_calls" => immediate(call, Term::boolean(false)),
        "backtrace" => Ok(call.iso.fragment(4, |room| room.binary(b""))),
        "links" => {
            let links: Vec<Pid> = process.links.iter().copied().collect();
            Ok(call.iso.fragment(2 * links.len(), |room| {
                room.list(links.into_iter().map(Term::pid), Term::NIL)
            }))
        }
        "monitored_by" => {
            let watchers: Vec<Pid> = process.watchers.values().copied().collect();
            Ok(call.iso.fragment(2 * watchers.len(), |room| {
                room.list(watchers.into_iter().map(Term::pid), Term::NIL)
            }))
        }
        "monitors" => {
            let monitors: Vec<Monitored> = process.monitors.values().cloned().collect();
            Ok(call.iso.fragment(8 * monitors.len(), |room| {
                let mut list = Term::NIL;
                for monitored in monitors.into_iter().rev() {
                    let what = match monitored {
                        Monitored::Process(pid) => Term::pid(pid),
                        Monitored::Name(name, _) => {
                            room.tuple(&[Term::atom(name), Term::atom(Atom::NONODE_NOHOST)])
                        }
                        Monitored::Nothing => continue,
                    };
                    let pair = room.tuple(&[Term::atom(Atom::PROCESS), what]);
                    list = room.cons(pair, list);
                }
                list
            }))
        }
        "initial_call" => {
            let (module, function, arity) = process.initial_call;
            Ok(mfa(call, Some(Mfa { module, function, arity })))
        }
        "current_function" => {
            let current = places(call, process).first().map(|place| place.mfa);
            Ok(mfa(call, current))
        }
        "current_location" => {
            let list = trace(call, process, 1);
            let first = list.term().as_cons().map(|cons| cons.head);
            let first = first.map(|frame| crate::heap::Fragment::new(frame, call.work.env));
            match first {
                Some(frame) => {
                    list.free(&call.work.env.account);
                    Ok(frame)
                }
                None => Ok(list),
            }
        }
        "current_stacktrace" => Ok(trace(call, process, 8)),
        "dictionary" => {
            let entries = process.dictionary.entries();
            // SAFETY: the dictionary holds terms of the process, which does not run meanwhile.
            let terms: Vec<[Term; 2]> = entries
                .iter()
                .map(|entry| entry.map(|word| unsafe { Term::from_word(word) }))
                .collect();
            let env = call.work.env;
            let sizes: Vec<[usize; 2]> =
                terms.iter().map(|pair| pair.map(|term| copy::words(term, env))).collect();
            let words = sizes.iter().map(|[key, value]| key + value + 5).sum();
            Ok(call.iso.fragment(words, |room| {
                let mut list = Term::NIL;
                for (pair, sizes) in terms.iter().zip(&sizes).rev() {
                    let key = room.copy_term(pair[0], sizes[0]);
                    let value = room.copy_term(pair[1], sizes[1]);
                    let pair = room.tuple(&[key, value]);
                    list = room.cons(pair, list);
                }
                list
            }))
        }
        "messages" => {
            // SAFETY: as above.
            let terms: Vec<Term> =
                process.mailbox.words().map(|word| unsafe { Term::from_word(word) }).collect();
            let env = call.work.env;
            let sizes: Vec<usize> = terms.iter().map(|term| copy::words(*term, env)).collect();
            let words = sizes.iter().map(|words| words + 2).sum();
            Ok(call.iso.fragment(words, |room| {
                let mut list = Term::NIL;
                for (term, words) in terms.iter().zip(&sizes).rev() {
                    let copy = room.copy_term(*term, *words);
                    list = room.cons(copy, list);
                }
                list
            }))
        }
        "max_heap_size" => {
            let keys = max_heap_keys(call);
            let words = process.max_heap_words;
            Ok(call.iso.fragment(MAX_HEAP_WORDS, |room| max_heap(room, keys, words)))
        }
        "garbage_collection" | "garbage_collection_info" => {
            let pairs = [
                ("max_heap_size", process.max_heap_words),
                ("min_bin_vheap_size", 46_422),
                ("min_heap_size", process.heap.words_min),
                ("fullsweep_after", process.heap.full_sweep_after as usize),
                ("minor_gcs", process.heap.minor_collections as usize),
            ]
            .map(|(key, value)| (atom(call, key), value));
            let keys = max_heap_keys(call);
            Ok(call.iso.fragment(5 * pairs.len() + MAX_HEAP_WORDS, |room| {
                let mut list = Term::NIL;
                for (index, (key, value)) in pairs.into_iter().enumerate().rev() {
                    let value =
                        if index == 0 { max_heap(room, keys, value) } else { Term::size(value) };
                    let pair = room.tuple(&[key, value]);
                    list = room.cons(pair, list);
                }
                list
            }))
        }
        _ => Err(BADARG),
    }
}

fn mfa(call: &mut Call, mfa: Option<Mfa>) -> crate::heap::Fragment {
    call.iso.fragment(4, |room| match mfa {
        Some(Mfa { module, function, arity }) => {
            room.tuple(&[Term::atom(module), Term::atom(function), Term::size(usize::from(arity))])
        }
        None => Term::atom(Atom::UNDEFINED),
    })
}

/// Where a process is and was called from, the newest first.
fn places(call: &Call, process: &Process) -> Vec<crate::code::Place> {
    let code = &call.iso.code;
    let mut places = Vec::new();
    let running = process.pid == call.work.pid();
    if running {
        let native = Mfa {
            module: Atom::ERLANG,
            function: call.intern("process_info"),
            arity: call.work.context.live as u8,
        };
        places.push(crate::code::Place { mfa: native, file: None, line: 0 });
    } else if let Some(mfa) = code.function_at(process.next) {
        places.push(code.place(process.next).unwrap_or(crate::code::Place {
            mfa,
            file: None,
            line: 0,
        }));
    }
    let mut last = 0;
    for word in process.heap.stack() {
        if *word & beamlet_code::abi::TAG_MASK == beamlet_code::abi::TAG_HEADER && *word != last {
            last = *word;
            places.extend(code.place(*word));
        }
    }
    places
}

fn trace(call: &mut Call, process: &Process, frames: usize) -> crate::heap::Fragment {
    let mut places = places(call, process);
    places.truncate(frames);
    let words: usize = places.iter().map(crate::exception::frame_words).sum();
    call.iso.fragment(words, |room| {
        let mut list = Term::NIL;
        for place in places.iter().rev() {
            let arity = Term::size(usize::from(place.mfa.arity));
            let frame = crate::exception::frame(room, place, arity, None);
            list = room.cons(frame, list);
        }
        list
    })
}

fn is_system_process(call: &mut Call) -> Result<Done, Leave> {
    call.arg(0).as_pid().ok_or(BADARG)?;
    Ok(Term::boolean(false).done())
}
