//! Ports: the one kind that there is, `{fd, 0, 1}` and its kin, through which OTP's `user` process
//! writes to standard output. Every other one is refused: an isolate starts no program.

use std::collections::BTreeMap;

use crate::atoms::Atom;
use crate::call::{BADARG, Call, Leave};
use crate::isolate::Isolate;
use crate::mailbox::Message;
use crate::term::{Pid, Port, Term};
use crate::work::Done;

use super::{Row, row};

pub const ROWS: &[Row] = &[
    row("erts_internal", "open_port", 2, open),
    row("erts_internal", "port_command", 3, port_command),
    row("erts_internal", "port_connect", 2, connect),
    row("erts_internal", "port_close", 1, close),
    row("erts_internal", "port_control", 3, |_| Err(BADARG)),
    row("erts_internal", "port_call", 3, |_| Err(BADARG)),
    row("erts_internal", "port_info", 1, port_info),
    row("erts_internal", "port_info", 2, port_info_item),
    row("erlang", "ports", 0, ports),
    row("erlang", "port_to_list", 1, port_to_list),
];

/// Ports of an isolate, at most.
const PORTS_MAX: usize = 64;

#[derive(Default)]
struct Ports {
    open: BTreeMap<u32, OpenPort>,
    next: u32,
}

struct OpenPort {
    owner: Pid,
    name: Option<Atom>,
}

fn state(isolate: &mut Isolate) -> &mut Ports {
    isolate.extensions.get::<Ports>()
}

fn peek(isolate: &Isolate) -> Option<&Ports> {
    isolate.extensions.peek::<Ports>()
}

/// The port registered under the name.
pub(super) fn named(isolate: &Isolate, name: Atom) -> Option<Port> {
    let ports = peek(isolate)?;
    ports.open.iter().find(|(_, port)| port.name == Some(name)).map(|(number, _)| Port(*number))
}

pub(super) fn names(isolate: &Isolate) -> impl Iterator<Item = Atom> + '_ {
    peek(isolate).into_iter().flat_map(|ports| ports.open.values().filter_map(|port| port.name))
}

pub(super) fn register(call: &mut Call, name: Atom, port: Port) -> Result<Done, Leave> {
    if call.iso.names.contains_key(&name) || named(call.iso, name).is_some() {
        return Err(BADARG);
    }
    let port = state(call.iso).open.get_mut(&port.0).filter(|port| port.name.is_none());
    port.ok_or(BADARG)?.name = Some(name);
    Ok(Term::boolean(true).done())
}

pub(super) fn unregister(call: &mut Call, name: Atom) -> Result<Done, Leave> {
    let port = state(call.iso).open.values_mut().find(|port| port.name == Some(name));
    port.ok_or(BADARG)?.name = None;
    Ok(Term::boolean(true).done())
}

/// `open_port(Name, Settings)`: an atom is the reason why not, as `erlang:open_port/2` takes it.
fn open(call: &mut Call) -> Result<Done, Leave> {
    let is_fd = match call.arg(0).as_tuple() {
        Some([kind, input, output]) => {
            kind.as_atom().is_some_and(|kind| call.work.env.atoms.text(kind) == "fd")
                && input.as_size().is_some()
                && output.as_size().is_some()
        }
        _ => false,
    };
    if !is_fd {
        // Drivers are not there, which is what `prim_inet` and its kin expect of a system without
        // them; programs are never started.
        let driver = matches!(call.arg(0).as_tuple(), Some([kind, _])
            if kind.as_atom().is_some_and(|kind| call.work.env.atoms.text(kind) == "spawn_driver"));
        return Ok(Term::atom(if driver { Atom::BADARG } else { Atom::NOTSUP }).done());
    }
    let owner = call.work.pid();
    let ports = state(call.iso);
    if ports.open.len() >= PORTS_MAX {
        return Ok(Term::atom(Atom::SYSTEM_LIMIT).done());
    }
    ports.next += 1;
    let number = ports.next;
    ports.open.insert(number, OpenPort { owner, name: None });
    Ok(Term::port(Port(number)).done())
}

/// What a message to a port asks for: `{Owner, {command, Data}}`, `{Owner, close}`,
/// `{Owner, {connect, Pid}}`.
pub(super) fn command(call: &mut Call, port: Port) -> Result<(), Leave> {
    let Some([owner, request]) = call.arg(1).as_tuple() else { return Err(BADARG) };
    let owner = owner.as_pid().ok_or(BADARG)?;
    let text = |term: &Term| term.as_atom().map(|atom| call.work.env.atoms.text(atom).to_owned());
    let is_open = peek(call.iso).is_some_and(|ports| ports.open.contains_key(&port.0));
    if !is_open {
        return Ok(());
    }
    match request.as_tuple() {
        Some([key, data]) if text(key).as_deref() == Some("command") => {
            if let Some(bytes) = super::bytes::collected(call, *data) {
                call.iso.host.output(&bytes);
            }
        }
        Some([key, pid]) if text(key).as_deref() == Some("connect") => {
            let pid = pid.as_pid().ok_or(BADARG)?;
            if let Some(port) = state(call.iso).open.get_mut(&port.0) {
                port.owner = pid;
            }
            reply(call, owner, port, "connected");
        }
        _ if text(request).as_deref() == Some("close") => {
            state(call.iso).open.remove(&port.0);
            reply(call, owner, port, "closed");
        }
        _ => return Err(BADARG),
    }
    Ok(())
}

/// `{Port, Atom}` to the owner.
fn reply(call: &mut Call, owner: Pid, port: Port, what: &str) {
    let what = call.intern(what);
    let message = call.iso.fragment(3, |room| room.tuple(&[Term::port(port), Term::atom(what)]));
    if owner == call.work.pid() {
        let word = message.root;
        call.work.proc.mailbox.push(Message { word, fragment: Some(message) });
    } else {
        call.iso.deliver(owner, message);
    }
}

/// The open port that a term names.
fn port_of(call: &Call, term: Term) -> Result<Port, Leave> {
    let port = match term.as_atom() {
        Some(name) => named(call.iso, name),
        None => term.as_port(),
    };
    port.filter(|port| peek(call.iso).is_some_and(|ports| ports.open.contains_key(&port.0)))
        .ok_or(BADARG)
}

fn port_command(call: &mut Call) -> Result<Done, Leave> {
    port_of(call, call.arg(0))?;
    let bytes = super::bytes::collected(call, call.arg(1)).ok_or(BADARG)?;
    call.iso.host.output(&bytes);
    Ok(Term::boolean(true).done())
}

fn connect(call: &mut Call) -> Result<Done, Leave> {
    let port = port_of(call, call.arg(0))?;
    let pid = call.arg(1).as_pid().ok_or(BADARG)?;
    if let Some(port) = state(call.iso).open.get_mut(&port.0) {
        port.owner = pid;
    }
    Ok(Term::boolean(true).done())
}

fn close(call: &mut Call) -> Result<Done, Leave> {
    let port = port_of(call, call.arg(0))?;
    state(call.iso).open.remove(&port.0);
    Ok(Term::boolean(true).done())
}

/// An exit signal to a port closes it.
pub(super) fn exit(call: &mut Call, port: Port) -> Result<Done, Leave> {
    state(call.iso).open.remove(&port.0);
    Ok(Term::boolean(true).done())
}

fn port_info(call: &mut Call) -> Result<Done, Leave> {
    let Ok(port) = port_of(call, call.arg(0)) else {
        return Ok(Term::atom(Atom::UNDEFINED).done());
    };
    let owner = state(call.iso).open.get(&port.0).map(|port| port.owner).ok_or(BADARG)?;
    let connected = call.intern("connected");
    let mut room = call.reserve(5);
    let pair = room.tuple(&[Term::atom(connected), Term::pid(owner)]);
    Ok(room.cons(pair, Term::NIL).done())
}

fn port_info_item(call: &mut Call) -> Result<Done, Leave> {
    let item = call.arg(1).as_atom().ok_or(BADARG)?;
    let Ok(port) = port_of(call, call.arg(0)) else {
        return Ok(Term::atom(Atom::UNDEFINED).done());
    };
    let (owner, name) =
        state(call.iso).open.get(&port.0).map(|port| (port.owner, port.name)).ok_or(BADARG)?;
    let item_text = call.work.env.atoms.text(item).to_owned();
    let value = match item_text.as_str() {
        "connected" => Term::pid(owner),
        "id" => Term::size(port.0 as usize),
        "os_pid" => Term::atom(Atom::UNDEFINED),
        "registered_name" => match name {
            Some(name) => Term::atom(name),
            None => return Ok(Term::NIL.done()),
        },
        "links" | "monitors" | "monitored_by" => Term::NIL,
        "input" | "output" | "queue_size" | "memory" => Term::size(0),
        _ => return Err(BADARG),
    };
    Ok(call.reserve(3).tuple(&[Term::atom(item), value]).done())
}

fn ports(call: &mut Call) -> Result<Done, Leave> {
    let open: Vec<u32> = state(call.iso).open.keys().copied().collect();
    let mut room = call.reserve(2 * open.len());
    Ok(room.list(open.into_iter().map(|number| Term::port(Port(number))), Term::NIL).done())
}

fn port_to_list(call: &mut Call) -> Result<Done, Leave> {
    let port = call.arg(0).as_port().ok_or(BADARG)?;
    let text = format!("#Port<0.{}>", port.0);
    Ok(call.reserve(2 * text.len()).string(&text).done())
}
