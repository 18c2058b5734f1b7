//! Natives that start processes, and what they are while they run: flags, names, the end.

use crate::atoms::Atom;
use crate::call::{BADARG, Call, Leave};
use crate::code::Mfa;
use crate::env::Limit;
use crate::heap::Fragment;
use crate::isolate::Spawn;
use crate::process::{Monitored, Priority, State};
use crate::signal::ExitSignal;
use crate::term::{Pid, Term, View};
use crate::work::{Done, Room};

use super::{Row, frameless, row};

pub const ROWS: &[Row] = &[
    row("erlang", "self", 0, |call| Ok(Term::pid(call.work.pid()).done())),
    row("erlang", "node", 0, |_| Ok(Term::atom(Atom::NONODE_NOHOST).done())),
    row("erlang", "node", 1, node),
    row("erlang", "apply", 2, apply_fun),
    row("erlang", "apply", 3, apply),
    row("erlang", "spawn", 3, |call| spawn(call, None)),
    row("erlang", "spawn_link", 3, |call| spawn(call, Some(Bond::Link))),
    row("erlang", "spawn_opt", 4, spawn_opt),
    row("erts_internal", "spawn_request", 4, spawn_request),
    row("erlang", "spawn_request_abandon", 1, |_| Ok(Term::boolean(false).done())),
    row("erts_internal", "spawn_system_process", 3, |call| spawn(call, None)),
    row("erlang", "process_flag", 2, process_flag),
    row("erts_internal", "process_flag", 3, process_flag_of),
    row("erlang", "register", 2, register),
    row("erlang", "unregister", 1, unregister),
    row("erlang", "whereis", 1, whereis),
    row("erlang", "registered", 0, registered),
    row("erlang", "group_leader", 0, group_leader),
    row("erts_internal", "group_leader", 2, set_group_leader),
    row("erts_internal", "group_leader", 3, set_group_leader),
    row("erlang", "is_process_alive", 1, is_process_alive),
    row("erlang", "processes", 0, processes),
    row("erlang", "exit", 2, exit),
    row("erlang", "exit_signal", 2, exit),
    frameless("erlang", "hibernate", 3, hibernate),
    row("erlang", "bump_reductions", 1, bump_reductions),
    row("erts_internal", "suspend_process", 2, suspend_process),
    row("erlang", "resume_process", 1, resume_process),
    row("erlang", "halt", 2, halt),
];

fn node(call: &mut Call) -> Result<Done, Leave> {
    match call.arg(0).view() {
        View::Pid(_) | View::Port(_) | View::Reference(_) => {
            Ok(Term::atom(Atom::NONODE_NOHOST).done())
        }
        View::External(external) => Ok(Term::atom(external.node).done()),
        _ => Err(BADARG),
    }
}

/// Words of a list that is to become arguments.
fn arguments(list: Term) -> Option<Vec<u64>> {
    let mut list = list.list();
    let words: Vec<u64> = list.by_ref().take(256).map(Term::word).collect();
    (list.rest.is_nil() && words.len() <= 255).then_some(words)
}

fn apply(call: &mut Call) -> Result<Done, Leave> {
    let (Some(module), Some(function)) = (call.arg(0).as_atom(), call.arg(1).as_atom()) else {
        return Err(BADARG);
    };
    let args = arguments(call.arg(2)).ok_or(BADARG)?;
    call.work.context.x[..args.len()].copy_from_slice(&args);
    Err(call.trap(module, function, args.len() as u8))
}

fn apply_fun(call: &mut Call) -> Result<Done, Leave> {
    let args = arguments(call.arg(1)).ok_or(BADARG)?;
    let fun = call.arg(0).word();
    if !matches!(call.arg(0).view(), View::Fun(_) | View::Export(_)) {
        let fun = call.arg(0).keep();
        return Err(call.raise_tagged(Atom::BADFUN, fun));
    }
    call.work.context.x[..args.len()].copy_from_slice(&args);
    call.work.context.live = args.len() as u64;
    match crate::helper::prepare_fun(call, args.len(), fun) {
        Some(address) => {
            call.work.context.next = address;
            Err(Leave::Trap)
        }
        None => Err(Leave::Raised),
    }
}

/// How a new process is tied to the one that starts it.
enum Bond {
    Link,
}

fn mfa(call: &Call) -> Result<(Atom, Atom), Leave> {
    let (Some(module), Some(function)) = (call.arg(0).as_atom(), call.arg(1).as_atom()) else {
        return Err(BADARG);
    };
    if arguments(call.arg(2)).is_none() {
        return Err(BADARG);
    }
    Ok((module, function))
}

/// Starts a process with module, function and arguments of the first three arguments.
fn start(call: &mut Call, options: &Spawn) -> Result<Pid, Leave> {
    let (module, function) = mfa(call)?;
    let args = Fragment::new(call.arg(2), call.work.env);
    let pid = call.iso.spawn((module, function), &args, options);
    args.free(&call.work.env.account);
    let Some(pid) = pid else { call.work.env.abandon(Limit::Processes) };
    if let Some(process) = call.iso.processes.get_mut(pid) {
        process.group_leader = call.work.proc.group_leader;
    }
    call.iso.refresh_tables(call.work.context);
    Ok(pid)
}

fn link_new(call: &mut Call, pid: Pid) {
    let own = call.work.pid();
    if let Some(process) = call.iso.processes.get_mut(pid) {
        process.links.insert(own);
    }
    call.work.proc.links.insert(pid);
}

fn spawn(call: &mut Call, bond: Option<Bond>) -> Result<Done, Leave> {
    let options = Spawn::by(call.work.pid());
    let pid = start(call, &options)?;
    if matches!(bond, Some(Bond::Link)) {
        link_new(call, pid);
    }
    Ok(Term::pid(pid).done())
}

/// What the options of `spawn_opt` ask for.
struct Options {
    spawn: Spawn,
    link: bool,
    monitor: Option<super::monitor::Options>,
    reply: Reply,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Reply {
    Yes,
    No,
    ErrorOnly,
    SuccessOnly,
}

fn options(call: &Call, list: Term) -> Result<Options, Leave> {
    let text = |atom| call.work.env.atoms.text(atom);
    let mut options = Options {
        spawn: Spawn::by(call.work.pid()),
        link: false,
        monitor: None,
        reply: Reply::Yes,
    };
    let mut list = list.list();
    for option in list.by_ref() {
        if let Some(atom) = option.as_atom() {
            match text(atom) {
                "link" => options.link = true,
                "monitor" => options.monitor = Some(options.monitor.unwrap_or_default()),
                _ => return Err(BADARG),
            }
            continue;
        }
        let Some([key, value]) = option.as_tuple() else { return Err(BADARG) };
        match (text(key.as_atom().ok_or(BADARG)?), value.as_size()) {
            ("priority", _) => options.spawn.priority = priority(call, *value)?,
            ("min_heap_size", Some(words)) => options.spawn.heap_words = words,
            ("min_bin_vheap_size", Some(_)) => {}
            ("fullsweep_after", Some(count)) => {
                options.spawn.full_sweep_after = count.min(u32::MAX as usize) as u32;
            }
            ("max_heap_size", _) => options.spawn.max_heap_words = max_heap_words(call, *value)?,
            ("message_queue_data", _) => {
                options.spawn.message_queue_off_heap = match text(value.as_atom().ok_or(BADARG)?) {
                    "off_heap" => true,
                    "on_heap" => false,
                    _ => return Err(BADARG),
                };
            }
            ("monitor", _) => options.monitor = Some(super::monitor::options(call, *value)?),
            ("reply", _) => {
                options.reply = match text(value.as_atom().ok_or(BADARG)?) {
                    "yes" => Reply::Yes,
                    "no" => Reply::No,
                    "error_only" => Reply::ErrorOnly,
                    "success_only" => Reply::SuccessOnly,
                    _ => return Err(BADARG),
                };
            }
            ("reply_tag" | "scheduler" | "async_dist", _) => {}
            _ => return Err(BADARG),
        }
    }
    if list.rest.is_nil() { Ok(options) } else { Err(BADARG) }
}

fn priority(call: &Call, term: Term) -> Result<Priority, Leave> {
    match call.work.env.atoms.text(term.as_atom().ok_or(BADARG)?) {
        "low" => Ok(Priority::Low),
        "normal" => Ok(Priority::Normal),
        "high" => Ok(Priority::High),
        "max" => Ok(Priority::Max),
        _ => Err(BADARG),
    }
}

/// Words of `max_heap_size`, which is a number or a map with the key `size`.
fn max_heap_words(call: &Call, term: Term) -> Result<usize, Leave> {
    if let Some(words) = term.as_size() {
        return Ok(words);
    }
    if !term.is_map() {
        return Err(BADARG);
    }
    let size = call.work.env.atoms.existing("size").ok_or(BADARG)?;
    let words = crate::map::get(term, Term::atom(size), call.work.env);
    words.and_then(Term::as_size).ok_or(BADARG)
}

fn spawn_opt(call: &mut Call) -> Result<Done, Leave> {
    let options = options(call, call.arg(3))?;
    let (pid, monitor) = start_with(call, options)?;
    match monitor {
        None => Ok(Term::pid(pid).done()),
        Some(number) => {
            let mut room = call.reserve(6);
            let reference = room.reference(number);
            Ok(room.tuple(&[Term::pid(pid), reference]).done())
        }
    }
}

fn start_with(call: &mut Call, options: Options) -> Result<(Pid, Option<u64>), Leave> {
    let pid = start(call, &options.spawn)?;
    if options.link {
        link_new(call, pid);
    }
    let own = call.work.pid();
    let number = options.monitor.map(|watch| {
        let number = call.work.env.next_reference();
        call.work.proc.monitors.insert(number, Monitored::Process(pid));
        if let Some(process) = call.iso.processes.get_mut(pid) {
            process.watchers.insert(number, own);
        }
        if let Some(alias) = watch.alias {
            call.work.proc.aliases.insert(number, alias);
            call.iso.aliases.insert(number, own);
        }
        if let Some(tag) = watch.tag {
            call.work.proc.monitor_tags.insert(number, tag);
        }
        number
    });
    Ok((pid, number))
}

/// The request is answered at once, by a message: `{spawn_reply, Reference, ok, Pid}`.
fn spawn_request(call: &mut Call) -> Result<Done, Leave> {
    let options = match options(call, call.arg(3)) {
        Ok(options) if mfa(call).is_ok() => options,
        _ => return Err(BADARG),
    };
    let reply = options.reply;
    let (pid, monitor) = start_with(call, options)?;
    let number = monitor.unwrap_or_else(|| call.work.env.next_reference());
    let tag = reply_tag(call);
    if matches!(reply, Reply::Yes | Reply::SuccessOnly) {
        let mut room = call.reserve(3 + 5);
        let reference = room.reference(number);
        let tag = match tag {
            Some(place) => nth_option(room.arg(3), place),
            None => Term::atom(room.env.atoms.existing("spawn_reply").unwrap_or(Atom::OK)),
        };
        let message = room.tuple(&[tag, reference, Term::atom(Atom::OK), Term::pid(pid)]).word();
        call.work.proc.mailbox.push(crate::mailbox::Message { word: message, fragment: None });
    }
    Ok(call.reserve(3).reference(number).done())
}

/// The place of the option `{reply_tag, _}`.
fn reply_tag(call: &Call) -> Option<usize> {
    call.intern("spawn_reply");
    call.arg(3).list().position(|option| {
        matches!(option.as_tuple(), Some([key, _])
            if key.as_atom().is_some_and(|key| call.work.env.atoms.text(key) == "reply_tag"))
    })
}

fn nth_option(list: Term<'_>, place: usize) -> Term<'_> {
    match list.list().nth(place).and_then(Term::as_tuple) {
        Some([_, value]) => *value,
        _ => unreachable!("it was found there"),
    }
}

fn process_flag(call: &mut Call) -> Result<Done, Leave> {
    // `monitor_nodes`, with options or without: there are no other nodes to hear of.
    let name = call.arg(0).as_tuple().and_then(|parts| parts.first().copied());
    let name = name.unwrap_or(call.arg(0)).as_atom();
    if name.is_some_and(|name| call.work.env.atoms.text(name) == "monitor_nodes") {
        call.arg(1).as_boolean().ok_or(BADARG)?;
        return Ok(Term::size(0).done());
    }
    let flag = call.arg(0).as_atom().ok_or(BADARG)?;
    let flag = call.work.env.atoms.text(flag).to_owned();
    let value = call.arg(1);
    match flag.as_str() {
        "trap_exit" => {
            let value = value.as_boolean().ok_or(BADARG)?;
            Ok(Term::boolean(std::mem::replace(&mut call.work.proc.trap_exit, value)).done())
        }
        "priority" => {
            let value = priority(call, value)?;
            let before = std::mem::replace(&mut call.work.proc.priority, value);
            Ok(Term::atom(call.intern(priority_name(before))).done())
        }
        "error_handler" => {
            let value = value.as_atom().ok_or(BADARG)?;
            Ok(Term::atom(std::mem::replace(&mut call.work.proc.error_handler, value)).done())
        }
        "min_heap_size" => {
            let value = value.as_size().ok_or(BADARG)?;
            Ok(Term::size(std::mem::replace(&mut call.work.proc.heap.words_min, value)).done())
        }
        "min_bin_vheap_size" => {
            value.as_size().ok_or(BADARG)?;
            Ok(Term::size(46_422).done())
        }
        "fullsweep_after" => {
            let value = value.as_size().ok_or(BADARG)?.min(u32::MAX as usize) as u32;
            let before = std::mem::replace(&mut call.work.proc.heap.full_sweep_after, value);
            Ok(Term::size(before as usize).done())
        }
        "max_heap_size" => {
            let value = max_heap_words(call, value)?;
            let before = std::mem::replace(&mut call.work.proc.max_heap_words, value);
            max_heap_map(call, before)
        }
        "message_queue_data" => {
            let value = match call.work.env.atoms.text(value.as_atom().ok_or(BADARG)?) {
                "off_heap" => true,
                "on_heap" => false,
                _ => return Err(BADARG),
            };
            let before = std::mem::replace(&mut call.work.proc.message_queue_off_heap, value);
            Ok(Term::atom(call.intern(if before { "off_heap" } else { "on_heap" })).done())
        }
        "sensitive" => {
            let value = value.as_boolean().ok_or(BADARG)?;
            Ok(Term::boolean(std::mem::replace(&mut call.work.proc.sensitive, value)).done())
        }
        "save_calls" => {
            value.as_size().filter(|count| *count <= 10_000).ok_or(BADARG)?;
            Ok(Term::size(0).done())
        }
        _ => Err(BADARG),
    }
}

pub(super) const fn priority_name(priority: Priority) -> &'static str {
    match priority {
        Priority::Max => "max",
        Priority::High => "high",
        Priority::Normal => "normal",
        Priority::Low => "low",
    }
}

/// `#{error_logger => true, kill => true, size => Words}`
pub(super) fn max_heap_map(call: &mut Call, words: usize) -> Result<Done, Leave> {
    let keys = max_heap_keys(call);
    Ok(max_heap(&mut call.reserve(MAX_HEAP_WORDS), keys, words).done())
}

/// Words of that map.
pub(super) const MAX_HEAP_WORDS: usize = 4 + 6;

/// Its keys, in the order of their texts.
pub(super) fn max_heap_keys(call: &Call) -> [Term<'static>; 3] {
    ["error_logger", "kill", "size"].map(|key| Term::atom(call.intern(key)))
}

pub(super) fn max_heap<'r>(
    room: &mut Room<'r>,
    keys: [Term<'static>; 3],
    words: usize,
) -> Term<'r> {
    let keys = room.tuple(&keys);
    let values = [Term::boolean(true), Term::boolean(true), Term::size(words)];
    crate::map::flat(room, keys, &values)
}

/// `process_flag(Pid, save_calls, N)`: the only flag that others may set; nothing is saved here.
fn process_flag_of(call: &mut Call) -> Result<Done, Leave> {
    let flag = call.arg(1).as_atom().ok_or(BADARG)?;
    call.arg(0).as_pid().filter(|pid| call.iso.processes.contains(*pid)).ok_or(BADARG)?;
    if call.work.env.atoms.text(flag) != "save_calls" || call.arg(2).as_size().is_none() {
        return Err(BADARG);
    }
    Ok(Term::size(0).done())
}

fn register(call: &mut Call) -> Result<Done, Leave> {
    let name = call.arg(0).as_atom().filter(|name| *name != Atom::UNDEFINED).ok_or(BADARG)?;
    if let Some(port) = call.arg(1).as_port() {
        return super::port::register(call, name, port);
    }
    let pid = call.arg(1).as_pid().ok_or(BADARG)?;
    if call.iso.names.contains_key(&name) || super::port::named(call.iso, name).is_some() {
        return Err(Leave::Cause(Atom::BADARG, call.intern("registered_name")));
    }
    let process = if pid == call.work.pid() {
        &mut *call.work.proc
    } else {
        let process = call.iso.processes.get_mut(pid);
        process
            .filter(|process| process.state != State::Exited)
            .ok_or(Leave::Cause(Atom::BADARG, Atom::NOPROC))?
    };
    if process.name.is_some() {
        return Err(BADARG);
    }
    process.name = Some(name);
    call.iso.names.insert(name, pid);
    Ok(Term::boolean(true).done())
}

fn unregister(call: &mut Call) -> Result<Done, Leave> {
    let name = call.arg(0).as_atom().ok_or(BADARG)?;
    let Some(pid) = call.iso.names.remove(&name) else {
        return super::port::unregister(call, name);
    };
    if pid == call.work.pid() {
        call.work.proc.name = None;
    } else if let Some(process) = call.iso.processes.get_mut(pid) {
        process.name = None;
    }
    Ok(Term::boolean(true).done())
}

fn whereis(call: &mut Call) -> Result<Done, Leave> {
    let name = call.arg(0).as_atom().ok_or(BADARG)?;
    let running = call.work.pid();
    let alive = call.iso.registered(name).filter(|pid| *pid == running || is_alive(call, *pid));
    Ok(match (alive, super::port::named(call.iso, name)) {
        (Some(pid), _) => Term::pid(pid),
        (None, Some(port)) => Term::port(port),
        (None, None) => Term::atom(Atom::UNDEFINED),
    }
    .done())
}

fn registered(call: &mut Call) -> Result<Done, Leave> {
    let names: Vec<Atom> =
        call.iso.names.keys().copied().chain(super::port::names(call.iso)).collect();
    let mut room = call.reserve(2 * names.len());
    Ok(room.list(names.into_iter().map(Term::atom), Term::NIL).done())
}

fn group_leader(call: &mut Call) -> Result<Done, Leave> {
    Ok(Done(call.work.proc.group_leader))
}

/// `group_leader(Leader, Pid [, Reference])`: with a reference, the answer is a message.
fn set_group_leader(call: &mut Call) -> Result<Done, Leave> {
    let leader = call.arg(0).as_pid().ok_or(BADARG)?;
    let pid = call.arg(1).as_pid().ok_or(BADARG)?;
    if pid == call.work.pid() {
        call.work.proc.group_leader = Term::pid(leader).word();
        return Ok(Term::boolean(true).done());
    }
    match call.iso.processes.get_mut(pid) {
        Some(process) if process.state != State::Exited => {
            process.group_leader = Term::pid(leader).word();
            Ok(Term::boolean(true).done())
        }
        _ => Err(BADARG),
    }
}

pub(super) fn is_alive(call: &Call, pid: Pid) -> bool {
    pid == call.work.pid()
        || call.iso.processes.get(pid).is_some_and(|process| process.state != State::Exited)
}

fn is_process_alive(call: &mut Call) -> Result<Done, Leave> {
    let pid = call.arg(0).as_pid().ok_or(BADARG)?;
    Ok(Term::boolean(is_alive(call, pid)).done())
}

fn processes(call: &mut Call) -> Result<Done, Leave> {
    let mut pids = call.iso.processes.pids();
    pids.retain(|pid| is_alive(call, *pid));
    let mut room = call.reserve(2 * pids.len());
    Ok(room.list(pids.into_iter().map(Term::pid), Term::NIL).done())
}

fn exit(call: &mut Call) -> Result<Done, Leave> {
    match call.arg(0).view() {
        View::Pid(pid) if pid == call.work.pid() => exit_self(call),
        View::Pid(pid) => {
            let own = call.work.pid();
            call.iso.exit_signal(own, pid, call.work.arg(1), ExitSignal::Sent);
            Ok(Term::boolean(true).done())
        }
        View::Port(port) => super::port::exit(call, port),
        View::External(_) => Ok(Term::boolean(true).done()),
        View::Reference(_) => Ok(Term::boolean(true).done()),
        _ => Err(BADARG),
    }
}

fn exit_self(call: &mut Call) -> Result<Done, Leave> {
    let reason = Fragment::new(call.arg(1), call.work.env);
    let Call { work, iso } = call;
    if iso.exit_signal_to_running(work.proc, reason, ExitSignal::Sent) {
        work.context.next = iso.code.exited();
        return Err(Leave::Trap);
    }
    Ok(Term::boolean(true).done())
}

/// Forgets the stack, shrinks the heap to what is alive, and goes on when there is a message.
fn hibernate(call: &mut Call) -> Result<Done, Leave> {
    let (module, function) = mfa(call)?;
    let args = arguments(call.arg(2)).ok_or(BADARG)?;
    let number = call.iso.code.export(Mfa { module, function, arity: args.len() as u8 });
    call.iso.refresh_tables(call.work.context);
    let process = &mut *call.work.proc;
    process.heap.drop_stack();
    process.heap.push(call.iso.code.exited());
    call.work.context.x[..args.len()].copy_from_slice(&args);
    call.work.context.live = args.len() as u64;
    call.work.collect(0);
    let context = &mut *call.work.context;
    call.work.proc.saved = context.x[..args.len()].to_vec();
    call.work.proc.hibernating = true;
    context.called = u64::from(number) * 8;
    // The scheduler takes `next` from the context when the process waits, and finds the registers
    // saved; the address is looked up then, as the code may be another by that time.
    context.live = 0;
    context.next = call.iso.code.waiting();
    call.work.proc.next = call.iso.code.export_address(number);
    call.work.proc.mailbox.rewind();
    Err(Leave::Trap)
}

fn bump_reductions(call: &mut Call) -> Result<Done, Leave> {
    let count = call.arg(0).as_size().filter(|count| *count > 0).ok_or(BADARG)?;
    call.work.charge(count.min(4000));
    Ok(Term::boolean(true).done())
}

/// `suspend_process(Pid, Options)`: the process gets no turn until it is resumed as often.
fn suspend_process(call: &mut Call) -> Result<Done, Leave> {
    let pid = call.arg(0).as_pid().filter(|pid| *pid != call.work.pid()).ok_or(BADARG)?;
    match call.iso.processes.get_mut(pid) {
        Some(process) if process.state != State::Exited => {
            process.suspend_count += 1;
            Ok(Term::boolean(true).done())
        }
        _ => Err(BADARG),
    }
}

fn resume_process(call: &mut Call) -> Result<Done, Leave> {
    let pid = call.arg(0).as_pid().ok_or(BADARG)?;
    let process = call.iso.processes.get_mut(pid).filter(|process| process.suspend_count > 0);
    let process = process.ok_or(BADARG)?;
    process.suspend_count -= 1;
    if process.suspend_count == 0 && process.state == State::Suspended {
        process.state = State::Runnable;
        let priority = process.priority;
        call.iso.queue.push(pid, priority);
    }
    Ok(Term::boolean(true).done())
}

/// `halt(Status, Options)` ends the isolate, never more.
fn halt(call: &mut Call) -> Result<Done, Leave> {
    let status = match call.arg(0).view() {
        View::Small(status) if status >= 0 => status as i32,
        View::Atom(_) => 134,
        _ if call.arg(0).is_list() => 1,
        _ => return Err(BADARG),
    };
    call.iso.halted = Some(status);
    call.work.context.live = 0;
    call.work.context.next = call.iso.code.waiting();
    Err(Leave::Trap)
}
