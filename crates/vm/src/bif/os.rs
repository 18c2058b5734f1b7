//! Module `os`: the environment that the host shows, which a program may change for itself.

use std::collections::BTreeMap;

use crate::call::{BADARG, Call, Leave};
use crate::term::Term;
use crate::work::Done;

use super::{Row, row};

pub const ROWS: &[Row] = &[
    row("os", "env", 0, env),
    row("os", "getenv", 1, getenv),
    row("os", "putenv", 2, putenv),
    row("os", "unsetenv", 1, unsetenv),
    row("os", "getpid", 0, |call| Ok(call.reserve(2).string("1").done())),
    row("os", "set_signal", 2, |_| Ok(Term::atom(crate::atoms::Atom::OK).done())),
    row("file", "native_name_encoding", 0, |call| Ok(Term::atom(call.intern("utf8")).done())),
];

/// Bytes of all variables that a program sets, at most.
const ENVIRONMENT_BYTES_MAX: usize = 1 << 20;

/// The variables as the program sees them; read from the host when they are first asked for.
#[derive(Default)]
struct Variables {
    known: Option<BTreeMap<String, String>>,
}

fn variables<'c>(call: &'c mut Call) -> &'c mut BTreeMap<String, String> {
    let shown = match call.iso.extensions.get::<Variables>().known {
        Some(_) => None,
        None => Some(call.iso.host.environment().into_iter().collect()),
    };
    let variables = call.iso.extensions.get::<Variables>();
    if shown.is_some() {
        variables.known = shown;
    }
    variables.known.get_or_insert_default()
}

/// Characters of a list or bytes of a binary.
pub(super) fn text(call: &Call, term: Term) -> Result<String, Leave> {
    if let Some(bits) = term.as_bits() {
        let bytes = bits.to_bytes().ok_or(BADARG)?;
        return String::from_utf8(bytes.into_owned()).map_err(|_| BADARG);
    }
    let mut list = term.list();
    let mut poll = crate::env::Poll::new(call.work.env);
    let mut text = String::new();
    for point in list.by_ref() {
        poll.step();
        let point = point.as_size().and_then(|point| u32::try_from(point).ok());
        text.push(point.and_then(char::from_u32).ok_or(BADARG)?);
    }
    if list.rest.is_nil() { Ok(text) } else { Err(BADARG) }
}

fn string(call: &mut Call, text: &str) -> Done {
    call.reserve(2 * text.chars().count()).string(text).done()
}

fn env(call: &mut Call) -> Result<Done, Leave> {
    let all: Vec<(String, String)> =
        variables(call).iter().map(|(name, value)| (name.clone(), value.clone())).collect();
    let words = |text: &str| 2 * text.chars().count();
    let total = all.iter().map(|(name, value)| 5 + words(name) + words(value)).sum();
    let mut room = call.reserve(total);
    let mut list = Term::NIL;
    for (name, value) in all.iter().rev() {
        let name = room.string(name);
        let value = room.string(value);
        let pair = room.tuple(&[name, value]);
        list = room.cons(pair, list);
    }
    Ok(list.done())
}

fn getenv(call: &mut Call) -> Result<Done, Leave> {
    let name = text(call, call.arg(0))?;
    if name.contains(['=', '\0']) {
        return Err(BADARG);
    }
    match variables(call).get(&name).cloned() {
        Some(value) => Ok(string(call, &value)),
        None => Ok(Term::boolean(false).done()),
    }
}

fn putenv(call: &mut Call) -> Result<Done, Leave> {
    let name = text(call, call.arg(0))?;
    let value = text(call, call.arg(1))?;
    if name.is_empty() || name.contains(['=', '\0']) || value.contains('\0') {
        return Err(BADARG);
    }
    let variables = variables(call);
    let held: usize = variables.iter().map(|(name, value)| name.len() + value.len()).sum();
    if held + name.len() + value.len() > ENVIRONMENT_BYTES_MAX {
        return Err(BADARG);
    }
    variables.insert(name, value);
    Ok(Term::boolean(true).done())
}

fn unsetenv(call: &mut Call) -> Result<Done, Leave> {
    let name = text(call, call.arg(0))?;
    if name.is_empty() || name.contains(['=', '\0']) {
        return Err(BADARG);
    }
    variables(call).remove(&name);
    Ok(Term::boolean(true).done())
}
