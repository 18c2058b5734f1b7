//! Natives of processes: starting, sending, names.

use crate::atoms::Atom;
use crate::call::{BADARG, Call, Leave};
use crate::env::Limit;
use crate::heap::Fragment;
use crate::isolate::Spawn;
use crate::mailbox::Message;
use crate::term::{Pid, Term, View};
use crate::work::Done;

use super::{Row, row};

pub const ROWS: &[Row] = &[
    row("erlang", "self", 0, |call| Ok(Term::pid(call.work.pid()).done())),
    row("erlang", "node", 0, |_| Ok(Term::atom(Atom::NONODE_NOHOST).done())),
    row("erlang", "node", 1, node),
    row("erlang", "get", 1, get),
    row("erlang", "put", 2, put),
    row("erlang", "spawn", 3, spawn),
    row("erlang", "send", 2, send),
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

/// A word of the process's dictionary as a result.
fn stored(word: Option<u64>) -> Result<Done, Leave> {
    Ok(word.map_or_else(|| Term::atom(Atom::UNDEFINED).done(), Done))
}

fn get(call: &mut Call) -> Result<Done, Leave> {
    stored(call.work.proc.dictionary.get(call.work.arg(0), call.work.env))
}

fn put(call: &mut Call) -> Result<Done, Leave> {
    let Call { work, .. } = call;
    let (key, value) = (work.arg(0).keep(), work.arg(1).keep());
    stored(work.proc.dictionary.put_words(key.word(), value.word(), work.env))
}

fn spawn(call: &mut Call) -> Result<Done, Leave> {
    let (Some(module), Some(function)) = (call.arg(0).as_atom(), call.arg(1).as_atom()) else {
        return Err(BADARG);
    };
    if call.arg(2).list_length().is_none_or(|arity| arity > 255) {
        return Err(BADARG);
    }
    let args = Fragment::new(call.arg(2), call.work.env);
    let options = Spawn::by(call.work.pid());
    let pid = call.iso.spawn((module, function), &args, &options);
    args.free(&call.work.env.account);
    let Some(pid) = pid else { call.work.env.abandon(Limit::Processes) };
    if let Some(process) = call.iso.processes.get_mut(pid) {
        process.group_leader = call.work.proc.group_leader;
    }
    call.iso.refresh_tables(call.work.context);
    Ok(Term::pid(pid).done())
}

/// Who a message is for.
enum Receiver {
    Process(Pid),
    /// Nobody who is here: the message goes nowhere.
    Nobody,
}

fn receiver(call: &Call, to: Term) -> Result<Receiver, Leave> {
    match to.view() {
        View::Pid(pid) => Ok(Receiver::Process(pid)),
        View::Atom(name) => call.iso.registered(name).map(Receiver::Process).ok_or(BADARG),
        View::Reference(reference) => Ok(call
            .iso
            .aliases
            .get(&reference.number)
            .map_or(Receiver::Nobody, |pid| Receiver::Process(*pid))),
        View::Tuple([name, node]) => match (name.as_atom(), node.as_atom()) {
            (Some(name), Some(Atom::NONODE_NOHOST)) => {
                Ok(call.iso.registered(name).map_or(Receiver::Nobody, Receiver::Process))
            }
            (Some(_), Some(_)) => Ok(Receiver::Nobody),
            _ => Err(BADARG),
        },
        View::External(external) if external.kind != crate::term::ExternalKind::Port => {
            Ok(Receiver::Nobody)
        }
        _ => Err(BADARG),
    }
}

/// `To ! Message`
pub(crate) fn send(call: &mut Call) -> Result<Done, Leave> {
    let message = call.arg(1).word();
    if let Receiver::Process(pid) = receiver(call, call.arg(0))? {
        if pid == call.work.pid() {
            call.work.proc.mailbox.push(Message { word: message, fragment: None });
        } else {
            call.iso.deliver_copy(pid, call.work.arg(1));
        }
    }
    Ok(call.arg(1).done())
}
