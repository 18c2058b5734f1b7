//! What is known of a table.

use crate::atoms::Atom;
use crate::call::{BADARG, Call, Leave};
use crate::ets::{Access, Store, Table, Tables, WriteConcurrency};
use crate::process::State;
use crate::term::{Pid, Term};
use crate::work::{Done, Room};

use super::{cause, find, names_a_table, of_tables};

/// Items of `info/1`, in OTP's order.
const ITEMS: &[&str] = &[
    "id",
    "decentralized_counters",
    "read_concurrency",
    "write_concurrency",
    "compressed",
    "memory",
    "owner",
    "heir",
    "name",
    "size",
    "node",
    "named_table",
    "type",
    "keypos",
    "protection",
];

/// What a value is made of.
enum Value {
    Atom(Atom),
    Number(usize),
    Pid(Pid),
    /// The reference of the table.
    Id,
}

/// A value without memory of its own, or a number.
fn value(call: &Call, table: &Table, item: &str) -> Option<Value> {
    let boolean = |value| Value::Atom(if value { Atom::TRUE } else { Atom::FALSE });
    let options = &table.options;
    Some(match item {
        "id" => Value::Id,
        "decentralized_counters" => boolean(options.decentralized_counters),
        "read_concurrency" => boolean(options.read_concurrency),
        "write_concurrency" => match options.write_concurrency {
            WriteConcurrency::Off => boolean(false),
            WriteConcurrency::On => boolean(true),
            WriteConcurrency::Auto => Value::Atom(call.intern("auto")),
        },
        "compressed" => boolean(options.compressed),
        "memory" => Value::Number(table.words()),
        "owner" => Value::Pid(table.owner),
        "heir" => {
            let alive = |pid: &Pid| {
                *pid == call.work.pid()
                    || call
                        .iso
                        .processes
                        .get(*pid)
                        .is_some_and(|process| process.state != State::Exited)
            };
            match table.heir.as_ref().map(|heir| heir.pid).filter(alive) {
                Some(pid) => Value::Pid(pid),
                None => Value::Atom(call.intern("none")),
            }
        }
        "name" => Value::Atom(table.name),
        "size" => Value::Number(table.len()),
        "node" => Value::Atom(Atom::NONODE_NOHOST),
        "named_table" => boolean(options.named),
        "type" => Value::Atom(call.intern(options.kind.name())),
        "keypos" => Value::Number(options.position),
        "protection" => Value::Atom(call.intern(options.protection.name())),
        "fixed" => boolean(table.is_fixed()),
        _ => return None,
    })
}

fn built<'r>(room: &mut Room<'r>, value: &Value, table: &Table) -> Term<'r> {
    match value {
        Value::Atom(atom) => Term::atom(*atom),
        Value::Number(number) => Term::size(*number),
        Value::Pid(pid) => Term::pid(*pid),
        Value::Id => room.copy(&table.reference),
    }
}

/// The number of the table of the first argument; `None`: there is none of that name, or no more.
fn known(call: &mut Call) -> Result<Option<u64>, Leave> {
    match find(call, 0) {
        Ok(number) => Ok(Some(number)),
        Err(_) if names_a_table(call.arg(0)) => Ok(None),
        Err(leave) => Err(leave),
    }
}

/// Takes the table out of the register while what is known of it is read beside the call.
fn read<R>(call: &mut Call, number: u64, read: impl FnOnce(&Call, &Table) -> R) -> R {
    let table = call.iso.extensions.get::<Tables>().lend(number);
    let result = read(call, &table);
    call.iso.extensions.get::<Tables>().give_back(table);
    result
}

pub fn all(call: &mut Call) -> Result<Done, Leave> {
    let Some(number) = known(call)? else { return Ok(Term::atom(Atom::UNDEFINED).done()) };
    let values: Vec<(Atom, Value)> = read(call, number, |call, table| {
        let item = |item: &&str| Some((call.intern(item), value(call, table, item)?));
        ITEMS.iter().filter_map(item).collect()
    });
    let (work, iso) = (&mut call.work, &mut *call.iso);
    let table = of_tables(iso.extensions.get::<Tables>(), number);
    let mut room = work.reserve(5 * values.len() + table.reference.words());
    let mut list = Term::NIL;
    for (item, value) in values.iter().rev() {
        let value = built(&mut room, value, table);
        let pair = room.tuple(&[Term::atom(*item), value]);
        list = room.cons(pair, list);
    }
    Ok(list.done())
}

pub fn item(call: &mut Call) -> Result<Done, Leave> {
    let known = known(call)?;
    let item = call.arg(1).as_atom().ok_or(BADARG)?;
    let text = call.work.env.atoms.text(item).to_owned();
    let Some(number) = known else { return Ok(Term::atom(Atom::UNDEFINED).done()) };
    match text.as_str() {
        "stats" => return stats(call, number),
        "safe_fixed" | "safe_fixed_monotonic_time" => return fixations(call, number, &text),
        "binary" => return Ok(Term::NIL.done()),
        _ => {}
    }
    let value = read(call, number, |call, table| value(call, table, &text)).ok_or(BADARG)?;
    let (work, iso) = (&mut call.work, &mut *call.iso);
    let table = of_tables(iso.extensions.get::<Tables>(), number);
    let mut room = work.reserve(table.reference.words());
    Ok(built(&mut room, &value, table).done())
}

/// `{Since, [{Pid, Count}]}`, or `false`.
fn fixations(call: &mut Call, number: u64, item: &str) -> Result<Done, Leave> {
    let now = (call.iso.host.monotonic_ns(), call.iso.host.system_ns());
    let (work, iso) = (&mut call.work, &mut *call.iso);
    let table = of_tables(iso.extensions.get::<Tables>(), number);
    let Some(fixation) = &table.fixation else { return Ok(Term::boolean(false).done()) };
    let mut room = work.reserve(4 + 3 + 2 + 5 * fixation.counts.len());
    let since = if item == "safe_fixed" {
        let micros = (now.1 as u64 - now.0.saturating_sub(fixation.since_ns)) / 1_000;
        let part = |value: u64| Term::size(value as usize);
        room.tuple(&[
            part(micros / 1_000_000_000_000),
            part(micros / 1_000_000 % 1_000_000),
            part(micros % 1_000_000),
        ])
    } else {
        room.signed(fixation.since_ns as i64)
    };
    let mut list = Term::NIL;
    for (pid, count) in fixation.counts.iter().rev() {
        let pair = room.tuple(&[Term::pid(*pid), Term::size(*count)]);
        list = room.cons(pair, list);
    }
    Ok(room.tuple(&[since, list]).done())
}

/// `{Buckets, Average, Deviation, Expected, Shortest, Longest, 0, Fixations}` of a hash table.
fn stats(call: &mut Call, number: u64) -> Result<Done, Leave> {
    let (work, iso) = (&mut call.work, &mut *call.iso);
    let table = of_tables(iso.extensions.get::<Tables>(), number);
    let Store::Hash(hash) = &table.store else { return Ok(Term::boolean(false).done()) };
    let lengths = hash.chain_lengths(work.env);
    let count = lengths.len() as f64;
    let average = lengths.iter().sum::<usize>() as f64 / count;
    let squares: f64 = lengths.iter().map(|length| (*length as f64 - average).powi(2)).sum();
    let deviation = (squares / (count - 1.0)).sqrt();
    let expected = (average * (1.0 - 1.0 / count)).sqrt();
    let shortest = lengths.iter().min().copied().unwrap_or(0);
    let longest = lengths.iter().max().copied().unwrap_or(0);
    let mut room = work.reserve(9 + 3 * 2);
    let floats = [average, deviation, expected].map(|value| room.float(value));
    let [average, deviation, expected] = floats;
    Ok(room
        .tuple(&[
            Term::size(lengths.len()),
            average,
            deviation,
            expected,
            Term::size(shortest),
            Term::size(longest),
            Term::size(0),
            Term::size(1),
        ])
        .done())
}

/// References of all tables (`ets:all/0`): sent as `{Reference, Tables}`, as the schedulers of
/// OTP do, of which there is one.
pub fn request_all(call: &mut Call) -> Result<Done, Leave> {
    let (work, iso) = (&mut call.work, &mut *call.iso);
    let number = work.env.next_reference();
    let tables = iso.extensions.get::<Tables>();
    let all: Vec<&Table> =
        tables.numbers().into_iter().filter_map(|number| tables.get(number)).collect();
    let mut room = work.reserve(3 + 3 + 5 * all.len());
    let reference = room.reference(number);
    let mut list = Term::NIL;
    for table in all {
        let identifier = match table.options.named {
            true => Term::atom(table.name),
            false => room.copy(&table.reference),
        };
        list = room.cons(identifier, list);
    }
    let message = room.tuple(&[reference, list]).keep();
    let message = call.work.root(message);
    let word = call.work.rooted(message).word();
    call.work.proc.mailbox.push(crate::mailbox::Message { word, fragment: None });
    let Some([reference, ..]) = call.work.rooted(message).as_tuple() else {
        unreachable!("the message is a tuple")
    };
    Ok(reference.done())
}

/// Binaries of objects are not told of.
pub fn lookup_binaries(call: &mut Call) -> Result<Done, Leave> {
    super::table(call, 0, Access::Read)?;
    Ok(Term::NIL.done())
}

/// A debugger may read tables that are private: not here.
pub fn super_user(call: &mut Call) -> Result<Done, Leave> {
    call.arg(0).as_boolean().ok_or_else(|| cause(call, "access"))?;
    Ok(Term::atom(Atom::OK).done())
}
