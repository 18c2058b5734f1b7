//! Making a table; its owner, heir and name.

use crate::atoms::Atom;
use crate::call::{BADARG, Call, Leave, SYSTEM_LIMIT};
use crate::env::Env;
use crate::ets::hash::HashTable;
use crate::ets::tree::Tree;
use crate::ets::{
    Access, Heir, Identity, Kind, Options, Protection, Store, Table, Tables, WriteConcurrency,
    transfer_message,
};
use crate::heap::Fragment;
use crate::process::State;
use crate::term::{Pid, Term};
use crate::work::Done;

use super::{cause, of, table, truth};

/// What an option says of the heir.
enum HeirOption<'t> {
    None,
    /// Pid and data.
    Some(Pid, Term<'t>),
}

fn protection(text: &str) -> Option<Protection> {
    match text {
        "public" => Some(Protection::Public),
        "protected" => Some(Protection::Protected),
        "private" => Some(Protection::Private),
        _ => None,
    }
}

/// `{heir, none}` or `{heir, Pid, Data}`.
fn heir_option<'t>(option: &[Term<'t>], env: &Env) -> Option<HeirOption<'t>> {
    match option {
        [_, none] if none.as_atom().is_some_and(|atom| env.atoms.text(atom) == "none") => {
            Some(HeirOption::None)
        }
        [_, pid, data] => Some(HeirOption::Some(pid.as_pid()?, *data)),
        _ => None,
    }
}

/// Reads the list of options; `None` if one is wrong.
fn options<'t>(list: Term<'t>, env: &Env) -> Option<(Options, HeirOption<'t>)> {
    let mut options = Options {
        kind: Kind::Set,
        protection: Protection::Protected,
        position: 1,
        named: false,
        write_concurrency: WriteConcurrency::Off,
        read_concurrency: false,
        decentralized_counters: false,
        compressed: false,
    };
    let mut heir = HeirOption::None;
    let mut decentralized = None;
    let mut elements = list.list();
    for option in elements.by_ref() {
        if let Some(atom) = option.as_atom() {
            match env.atoms.text(atom) {
                "set" => options.kind = Kind::Set,
                "ordered_set" => options.kind = Kind::OrderedSet,
                "bag" => options.kind = Kind::Bag,
                "duplicate_bag" => options.kind = Kind::DuplicateBag,
                "named_table" => options.named = true,
                "compressed" => options.compressed = true,
                text => options.protection = protection(text)?,
            }
            continue;
        }
        let parts = option.as_tuple()?;
        let name = env.atoms.text(parts.first()?.as_atom()?);
        if name == "heir" {
            heir = heir_option(parts, env)?;
            continue;
        }
        let [_, value] = parts else { return None };
        match name {
            "keypos" => options.position = value.as_size().filter(|position| *position > 0)?,
            "write_concurrency" => {
                options.write_concurrency = match value.as_boolean() {
                    Some(true) => WriteConcurrency::On,
                    Some(false) => WriteConcurrency::Off,
                    None if env.atoms.text(value.as_atom()?) == "auto" => WriteConcurrency::Auto,
                    None => return None,
                }
            }
            "read_concurrency" => options.read_concurrency = value.as_boolean()?,
            "decentralized_counters" => decentralized = Some(value.as_boolean()?),
            _ => return None,
        }
    }
    if !elements.rest.is_nil() {
        return None;
    }
    // As OTP decides where nothing is said.
    options.decentralized_counters = match (options.write_concurrency, decentralized) {
        (WriteConcurrency::Off, _) => false,
        (_, Some(given)) => given,
        (WriteConcurrency::Auto, None) => true,
        (WriteConcurrency::On, None) => options.kind == Kind::OrderedSet,
    };
    Some((options, heir))
}

fn heir(option: HeirOption, env: &Env) -> Option<Heir> {
    match option {
        HeirOption::None => None,
        HeirOption::Some(pid, data) => Some(Heir { pid, data: Fragment::new(data, env) }),
    }
}

pub fn new(call: &mut Call) -> Result<Done, Leave> {
    let env = call.work.env;
    let name = call.arg(0).as_atom().ok_or(BADARG)?;
    let (options, _) = options(call.arg(1), env).ok_or(BADARG)?;
    let tables = call.iso.extensions.get::<Tables>();
    if tables.len() >= env.limits.tables {
        return Err(SYSTEM_LIMIT);
    }
    if options.named && tables.named(name).is_some() {
        return Err(cause(call, "already_exists"));
    }
    let heir = {
        let (_, option) = self::options(call.arg(1), env).ok_or(BADARG)?;
        heir(option, env)
    };
    let named = options.named;
    let reference = {
        let mut room = call.work.reserve(3);
        let reference = room.magic(Box::new(Identity));
        Fragment::new(reference, env)
    };
    let store = match options.kind {
        Kind::OrderedSet => Store::Tree(Tree::new(options.position)),
        kind => Store::Hash(HashTable::new(kind, options.position, env)),
    };
    let number = reference.term().as_reference().expect("it has just been made").number;
    let owner = call.work.pid();
    let table = Table { number, name, reference, options, owner, heir, store, fixation: None };
    call.iso.extensions.get::<Tables>().add(table);
    if named {
        return Ok(Term::atom(name).done());
    }
    identifier(call, number)
}

/// What programs name a table by.
fn identifier(call: &mut Call, number: u64) -> Result<Done, Leave> {
    let (work, iso) = (&mut call.work, &mut *call.iso);
    let table = super::of_tables(iso.extensions.get::<Tables>(), number);
    if table.options.named {
        return Ok(Term::atom(table.name).done());
    }
    let mut room = work.reserve(table.reference.words());
    Ok(room.copy(&table.reference).done())
}

pub fn rename(call: &mut Call) -> Result<Done, Leave> {
    let number = table(call, 0, Access::Write)?;
    let name = call.arg(1).as_atom().ok_or(BADARG)?;
    let tables = call.iso.extensions.get::<Tables>();
    let named = super::of_tables(tables, number).options.named;
    if named && tables.named(name).is_some() {
        return Err(BADARG);
    }
    tables.rename(number, name);
    identifier(call, number)
}

pub fn whereis(call: &mut Call) -> Result<Done, Leave> {
    let name = call.arg(0).as_atom().ok_or(BADARG)?;
    let Some(number) = call.iso.extensions.get::<Tables>().named(name) else {
        return Ok(Term::atom(Atom::UNDEFINED).done());
    };
    let (work, iso) = (&mut call.work, &mut *call.iso);
    let table = super::of_tables(iso.extensions.get::<Tables>(), number);
    let mut room = work.reserve(table.reference.words());
    Ok(room.copy(&table.reference).done())
}

fn is_alive(call: &Call, pid: Pid) -> bool {
    call.iso.processes.get(pid).is_some_and(|process| process.state != State::Exited)
}

/// `give_away(Table, Pid, Data)`: only its owner may, and not to itself.
pub fn give_away(call: &mut Call) -> Result<Done, Leave> {
    let number = table(call, 0, Access::Write)?;
    let own = call.work.pid();
    let Some(to) = call.arg(1).as_pid() else { return Err(BADARG) };
    if of(call, number).owner != own {
        return Err(cause(call, "not_owner"));
    }
    if to == own {
        return Err(cause(call, "owner"));
    }
    if !is_alive(call, to) {
        return Err(BADARG);
    }
    let env = call.work.env;
    let message = {
        let tables = call.iso.extensions.get::<Tables>();
        tables.give(own, to, number);
        transfer_message(super::of_tables(tables, number), own, call.work.arg(2), env)
    };
    call.iso.deliver(to, message);
    truth()
}

/// `{heir, ...}`, `{protection, ...}`, or a list of them.
pub fn setopts(call: &mut Call) -> Result<Done, Leave> {
    let number = table(call, 0, Access::Write)?;
    let env = call.work.env;
    let own = call.work.pid();
    let given = call.arg(1);
    let mut list = given.list();
    let options: Vec<Term> = if given.is_list() { list.by_ref().collect() } else { vec![given] };
    if given.is_list() && !list.rest.is_nil() {
        return Err(BADARG);
    }
    let mut new_protection = None;
    let mut new_heir = None;
    for option in options {
        let parts = option.as_tuple().ok_or(BADARG)?;
        let name = parts.first().and_then(|name| name.as_atom()).ok_or(BADARG)?;
        match (env.atoms.text(name), parts) {
            ("heir", _) if new_heir.is_none() => {
                new_heir = Some(heir_option(parts, env).ok_or(BADARG)?);
            }
            ("protection", [_, value]) if new_protection.is_none() => {
                let value = env.atoms.text(value.as_atom().ok_or(BADARG)?);
                new_protection = Some(protection(value).ok_or(BADARG)?);
            }
            _ => return Err(BADARG),
        }
    }
    let new_heir = new_heir.map(|option| heir(option, env));
    let found = of(call, number);
    if found.owner != own {
        if let Some(Some(heir)) = new_heir {
            heir.data.free(&env.account);
        }
        return Err(cause(call, "not_owner"));
    }
    if let Some(protection) = new_protection {
        found.options.protection = protection;
    }
    if let Some(new) = new_heir {
        let old = std::mem::replace(&mut found.heir, new);
        if let Some(old) = old {
            old.data.free(&env.account);
        }
    }
    truth()
}
