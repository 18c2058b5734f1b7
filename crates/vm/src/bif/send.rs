//! Sending, and references.

use crate::atoms::Atom;
use crate::call::{BADARG, Call, Leave};
use crate::mailbox::Message;
use crate::process::Alias;
use crate::term::{ExternalKind, Pid, Port, Reference, Term, View};
use crate::work::Done;

use super::{Row, row};

pub const ROWS: &[Row] = &[
    row("erlang", "send", 2, send),
    row("erlang", "!", 2, send),
    row("erlang", "send", 3, send_with_options),
    row("erlang", "make_ref", 0, |call| {
        let number = call.work.env.next_reference();
        Ok(call.reserve(3).reference(number).done())
    }),
    row("erlang", "alias", 1, alias),
    row("erlang", "unalias", 1, unalias),
];

/// Who a message is for.
enum Receiver {
    Process(Pid),
    Port(Port),
    Alias(u64),
    /// Nobody who is here: the message goes nowhere.
    Nobody,
}

fn receiver(call: &Call, to: Term) -> Result<Receiver, Leave> {
    let named = |name| match call.iso.registered(name) {
        Some(pid) => Some(Receiver::Process(pid)),
        None => super::port::named(call.iso, name).map(Receiver::Port),
    };
    match to.view() {
        View::Pid(pid) => Ok(Receiver::Process(pid)),
        View::Port(port) => Ok(Receiver::Port(port)),
        View::Atom(name) => named(name).ok_or(BADARG),
        View::Reference(Reference { number, .. }) => Ok(Receiver::Alias(number)),
        View::Tuple([name, node]) => match (name.as_atom(), node.as_atom()) {
            (Some(name), Some(Atom::NONODE_NOHOST)) => Ok(named(name).unwrap_or(Receiver::Nobody)),
            (Some(_), Some(_)) => Ok(Receiver::Nobody),
            _ => Err(BADARG),
        },
        View::External(external) if external.kind != ExternalKind::Port => Ok(Receiver::Nobody),
        _ => Err(BADARG),
    }
}

/// `To ! Message`
pub(crate) fn send(call: &mut Call) -> Result<Done, Leave> {
    match receiver(call, call.arg(0))? {
        Receiver::Process(pid) => to_process(call, pid),
        Receiver::Port(port) => super::port::command(call, port)?,
        Receiver::Alias(number) => to_alias(call, number),
        Receiver::Nobody => {}
    }
    Ok(call.arg(1).done())
}

fn to_process(call: &mut Call, pid: Pid) {
    if pid == call.work.pid() {
        let word = call.arg(1).word();
        call.work.proc.mailbox.push(Message { word, fragment: None });
    } else {
        call.iso.deliver_copy(pid, call.work.arg(1));
    }
}

fn to_alias(call: &mut Call, number: u64) {
    let Some(pid) = call.iso.aliases.get(&number).copied() else { return };
    to_process(call, pid);
    let owner = if pid == call.work.pid() {
        Some(&mut *call.work.proc)
    } else {
        call.iso.processes.get_mut(pid)
    };
    let Some(owner) = owner else { return };
    let alias = owner.aliases.get(&number).copied();
    if !matches!(alias, Some(Alias::Reply | Alias::ReplyOrMonitor)) {
        return;
    }
    owner.aliases.remove(&number);
    call.iso.aliases.remove(&number);
    if alias == Some(Alias::ReplyOrMonitor) {
        let monitored = owner.monitors.remove(&number);
        if let Some(tag) = owner.monitor_tags.remove(&number) {
            tag.free(&call.work.env.account);
        }
        super::monitor::forget_watcher(call, monitored, number);
    }
}

/// Options: `nosuspend`, `noconnect`; nothing ever suspends a sender here.
fn send_with_options(call: &mut Call) -> Result<Done, Leave> {
    let mut options = call.arg(2).list();
    let known = options.by_ref().all(|option| {
        option
            .as_atom()
            .is_some_and(|atom| matches!(call.work.env.atoms.text(atom), "nosuspend" | "noconnect"))
    });
    if !known || !options.rest.is_nil() {
        return Err(BADARG);
    }
    send(call)?;
    Ok(Term::atom(Atom::OK).done())
}

fn alias(call: &mut Call) -> Result<Done, Leave> {
    let mut kind = Alias::Explicit;
    let mut options = call.arg(0).list();
    for option in options.by_ref() {
        kind = match call.work.env.atoms.text(option.as_atom().ok_or(BADARG)?) {
            "explicit_unalias" => Alias::Explicit,
            "reply" => Alias::Reply,
            _ => return Err(BADARG),
        };
    }
    if !options.rest.is_nil() {
        return Err(BADARG);
    }
    let number = call.work.env.next_reference();
    call.work.proc.aliases.insert(number, kind);
    call.iso.aliases.insert(number, call.work.proc.pid);
    Ok(call.reserve(3).reference(number).done())
}

fn unalias(call: &mut Call) -> Result<Done, Leave> {
    let number = call.arg(0).as_reference().ok_or(BADARG)?.number;
    let was = call.work.proc.aliases.remove(&number).is_some();
    if was {
        call.iso.aliases.remove(&number);
    }
    Ok(Term::boolean(was).done())
}
