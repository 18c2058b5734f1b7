//! Links and monitors.

use crate::atoms::Atom;
use crate::call::{BADARG, Call, Leave};
use crate::heap::Fragment;
use crate::mailbox::Message;
use crate::process::{Alias, Monitored};
use crate::term::{ExternalKind, Pid, Term, View};
use crate::work::Done;

use super::process::is_alive;
use super::{Row, row};

pub const ROWS: &[Row] = &[
    row("erlang", "link", 1, link),
    row("erlang", "unlink", 1, unlink),
    row("erlang", "monitor", 2, |call| monitor(call, Options::default())),
    row("erlang", "monitor", 3, |call| {
        let options = options(call, call.arg(2))?;
        monitor(call, options)
    }),
    row("erlang", "demonitor", 1, |call| demonitor(call, &Demonitor::default())),
    row("erlang", "demonitor", 2, demonitor_with_options),
    row("erlang", "monitor_node", 2, |_| Ok(Term::boolean(true).done())),
    row("erlang", "monitor_node", 3, |_| Ok(Term::boolean(true).done())),
];

fn link(call: &mut Call) -> Result<Done, Leave> {
    let pid = match call.arg(0).view() {
        View::Pid(pid) => pid,
        View::Port(_) => return Ok(Term::boolean(true).done()),
        View::External(external) if external.kind != ExternalKind::Reference => {
            return Ok(Term::boolean(true).done());
        }
        _ => return Err(BADARG),
    };
    let own = call.work.pid();
    if pid == own {
        return Ok(Term::boolean(true).done());
    }
    if is_alive(call, pid) {
        call.work.proc.links.insert(pid);
        if let Some(process) = call.iso.processes.get_mut(pid) {
            process.links.insert(own);
        }
        return Ok(Term::boolean(true).done());
    }
    // An exit signal comes back, as from a process that has just ended.
    if !call.work.proc.trap_exit {
        return Err(Leave::Error(Atom::NOPROC));
    }
    let reason = Term::atom(Atom::NOPROC);
    let message =
        call.iso.fragment(4, |room| room.tuple(&[Term::atom(Atom::EXIT), Term::pid(pid), reason]));
    push(call, message);
    Ok(Term::boolean(true).done())
}

fn push(call: &mut Call, message: Fragment) {
    let word = message.root;
    call.work.proc.mailbox.push(Message { word, fragment: Some(message) });
}

fn unlink(call: &mut Call) -> Result<Done, Leave> {
    match call.arg(0).view() {
        View::Pid(pid) => {
            let own = call.work.pid();
            call.work.proc.links.remove(&pid);
            if let Some(process) = call.iso.processes.get_mut(pid) {
                process.links.remove(&own);
            }
            Ok(Term::boolean(true).done())
        }
        View::Port(_) => Ok(Term::boolean(true).done()),
        View::External(external) if external.kind != ExternalKind::Reference => {
            Ok(Term::boolean(true).done())
        }
        _ => Err(BADARG),
    }
}

/// What a monitor is asked for beside watching.
#[derive(Default)]
pub(super) struct Options {
    pub alias: Option<Alias>,
    /// Stands in place of `'DOWN'`.
    pub tag: Option<Fragment>,
}

/// The options `{alias, _}` and `{tag, _}`.
pub(super) fn options(call: &Call, list: Term) -> Result<Options, Leave> {
    let text = |atom| call.work.env.atoms.text(atom);
    let mut options = Options::default();
    let mut list = list.list();
    for option in list.by_ref() {
        let Some([key, value]) = option.as_tuple() else { return Err(BADARG) };
        match text(key.as_atom().ok_or(BADARG)?) {
            "alias" => {
                options.alias = Some(match text(value.as_atom().ok_or(BADARG)?) {
                    "explicit_unalias" => Alias::Explicit,
                    "demonitor" => Alias::WithMonitor,
                    "reply_demonitor" => Alias::ReplyOrMonitor,
                    _ => return Err(BADARG),
                });
            }
            "tag" => options.tag = Some(Fragment::new(*value, call.work.env)),
            _ => return Err(BADARG),
        }
    }
    if list.rest.is_nil() { Ok(options) } else { Err(BADARG) }
}

fn monitor(call: &mut Call, options: Options) -> Result<Done, Leave> {
    let kind = call.arg(0).as_atom().ok_or(BADARG)?;
    if kind == Atom::PORT || call.work.env.atoms.text(kind) == "time_offset" {
        return never(call, options);
    }
    if kind != Atom::PROCESS {
        return Err(BADARG);
    }
    let nobody = Pid(u32::MAX >> 4);
    let monitored = match call.arg(1).view() {
        View::Pid(pid) => Monitored::Process(pid),
        View::Atom(name) => Monitored::Name(name, call.iso.registered(name).unwrap_or(nobody)),
        View::Tuple([name, node]) => match (name.as_atom(), node.as_atom()) {
            (Some(name), Some(Atom::NONODE_NOHOST)) => {
                Monitored::Name(name, call.iso.registered(name).unwrap_or(nobody))
            }
            _ => return Err(BADARG),
        },
        View::External(external) if external.kind == ExternalKind::Pid => Monitored::Nothing,
        _ => return Err(BADARG),
    };
    let own = call.work.pid();
    let number = call.work.env.next_reference();
    if let Some(alias) = options.alias {
        call.work.proc.aliases.insert(number, alias);
        call.iso.aliases.insert(number, own);
    }
    let (Monitored::Process(pid) | Monitored::Name(_, pid)) = monitored else {
        let message = call.iso.down_message_of_nobody(
            number,
            options.tag,
            &monitored,
            nobody,
            Atom::NOCONNECTION,
        );
        push(call, message);
        return Ok(call.reserve(3).reference(number).done());
    };
    if pid == own {
        // A process that watches itself hears nothing.
        return Ok(call.reserve(3).reference(number).done());
    }
    if is_alive(call, pid) {
        if let Some(process) = call.iso.processes.get_mut(pid) {
            process.watchers.insert(number, own);
        }
        call.work.proc.monitors.insert(number, monitored);
        if let Some(tag) = options.tag {
            call.work.proc.monitor_tags.insert(number, tag);
        }
    } else {
        if matches!(options.alias, Some(Alias::WithMonitor | Alias::ReplyOrMonitor)) {
            call.work.proc.aliases.remove(&number);
            call.iso.aliases.remove(&number);
        }
        let message =
            call.iso.down_message_of_nobody(number, options.tag, &monitored, pid, Atom::NOPROC);
        push(call, message);
    }
    Ok(call.reserve(3).reference(number).done())
}

/// A monitor of what never ends while the isolate runs.
fn never(call: &mut Call, options: Options) -> Result<Done, Leave> {
    if let Some(tag) = options.tag {
        tag.free(&call.work.env.account);
    }
    let number = call.work.env.next_reference();
    call.work.proc.monitors.insert(number, Monitored::Nothing);
    Ok(call.reserve(3).reference(number).done())
}

/// The watched process forgets who watched it.
pub(super) fn forget_watcher(call: &mut Call, monitored: Option<Monitored>, number: u64) {
    if let Some(Monitored::Process(pid) | Monitored::Name(_, pid)) = monitored
        && let Some(process) = call.iso.processes.get_mut(pid)
    {
        process.watchers.remove(&number);
    }
}

#[derive(Default)]
struct Demonitor {
    flush: bool,
    info: bool,
}

fn demonitor_with_options(call: &mut Call) -> Result<Done, Leave> {
    let mut options = Demonitor::default();
    let mut list = call.arg(1).list();
    for option in list.by_ref() {
        match call.work.env.atoms.text(option.as_atom().ok_or(BADARG)?) {
            "flush" => options.flush = true,
            "info" => options.info = true,
            _ => return Err(BADARG),
        }
    }
    if !list.rest.is_nil() {
        return Err(BADARG);
    }
    demonitor(call, &options)
}

fn demonitor(call: &mut Call, options: &Demonitor) -> Result<Done, Leave> {
    let number = match call.arg(0).view() {
        View::Reference(reference) => reference.number,
        View::External(external) if external.kind == ExternalKind::Reference => {
            return Ok(Term::boolean(true).done());
        }
        _ => return Err(BADARG),
    };
    let monitored = call.work.proc.monitors.remove(&number);
    let was = monitored.is_some();
    if let Some(tag) = call.work.proc.monitor_tags.remove(&number) {
        tag.free(&call.work.env.account);
    }
    if matches!(
        call.work.proc.aliases.get(&number),
        Some(Alias::WithMonitor | Alias::ReplyOrMonitor)
    ) {
        call.work.proc.aliases.remove(&number);
        call.iso.aliases.remove(&number);
    }
    forget_watcher(call, monitored, number);
    if options.flush && !was {
        let env = call.work.env;
        call.work.proc.mailbox.remove_down(number, env);
    }
    Ok(Term::boolean(was || !options.info).done())
}
