//! Natives of tables: making them, putting objects in and taking them out.
//!
//! | file | is |
//! |---|---|
//! | `new.rs` | options of tables; owners, heirs, names |
//! | `info.rs` | what is known of a table |
//! | `update.rs` | changing elements of objects in place |
//! | `select.rs` | match specifications |
//! | `chunk.rs` | selecting in several calls |
//! | `spec.rs` | match specifications by themselves |

use crate::call::{BADARG, Call, Leave};
use crate::env::Poll;
use crate::ets::{Access, Identity, Kind, Store, Table, Tables, Unfix, tree};
use crate::heap::Fragment;
use crate::term::{Term, View};
use crate::work::Done;

use super::{Row, row};
use crate::atoms::Atom;

mod chunk;
mod info;
mod new;
mod select;
mod spec;
mod update;

pub const ROWS: &[Row] = &[
    row("ets", "new", 2, new::new),
    row("ets", "rename", 2, new::rename),
    row("ets", "give_away", 3, new::give_away),
    row("ets", "setopts", 2, new::setopts),
    row("ets", "whereis", 1, new::whereis),
    row("ets", "delete", 1, delete_table),
    row("ets", "info", 1, info::all),
    row("ets", "info", 2, info::item),
    row("ets", "internal_request_all", 0, info::request_all),
    row("ets", "insert", 2, |call| insert(call, Existing::Replace)),
    row("ets", "insert_new", 2, |call| insert(call, Existing::Refuse)),
    row("ets", "lookup", 2, lookup),
    row("erts_internal", "ets_lookup_binary_info", 2, info::lookup_binaries),
    row("erts_internal", "ets_super_user", 1, info::super_user),
    row("erts_internal", "ets_raw_first", 1, first),
    row("erts_internal", "ets_raw_next", 2, next),
    row("ets", "lookup_element", 3, lookup_element),
    row("ets", "member", 2, member),
    row("ets", "take", 2, take),
    row("ets", "delete", 2, delete_key),
    row("ets", "delete_object", 2, delete_object),
    row("ets", "internal_delete_all", 2, delete_all),
    row("ets", "safe_fixtable", 2, safe_fixtable),
    row("ets", "first", 1, first),
    row("ets", "last", 1, last),
    row("ets", "next", 2, next),
    row("ets", "prev", 2, previous),
    row("ets", "slot", 2, slot),
    row("ets", "update_counter", 3, update::counter),
    row("ets", "update_counter", 4, update::counter_with_default),
    row("ets", "update_element", 3, update::element),
    row("ets", "match", 1, chunk::next),
    row("ets", "match", 2, select::match_bindings),
    row("ets", "match", 3, chunk::match_bindings),
    row("ets", "match_object", 1, chunk::next),
    row("ets", "match_object", 2, select::match_objects),
    row("ets", "match_object", 3, chunk::match_objects),
    row("ets", "select", 1, chunk::next),
    row("ets", "select", 2, select::forward),
    row("ets", "select", 3, chunk::forward),
    row("ets", "select_reverse", 1, chunk::next),
    row("ets", "select_reverse", 2, select::backward),
    row("ets", "select_reverse", 3, chunk::backward),
    row("ets", "select_count", 2, select::count),
    row("ets", "internal_select_delete", 2, select::delete),
    row("ets", "select_replace", 2, select::replace),
    row("ets", "match_spec_compile", 1, spec::compile),
    row("ets", "match_spec_run_r", 3, spec::run),
    row("ets", "is_compiled_ms", 1, spec::is_compiled),
    row("erlang", "match_spec_test", 3, spec::test),
];

/// Objects that are looked at for one reduction.
const OBJECTS_OF_REDUCTION: usize = 4;

/// `badarg` with a cause that OTP's formatter knows.
fn cause(call: &Call, text: &str) -> Leave {
    Leave::Cause(Atom::BADARG, call.intern(text))
}

/// The number of the table that an argument names.
fn find(call: &mut Call, index: usize) -> Result<u64, Leave> {
    let tables = call.iso.extensions.get::<Tables>();
    let argument = call.work.arg(index);
    match tables.find(argument) {
        Some(table) => Ok(table.number),
        None if names_a_table(argument) => Err(cause(call, "id")),
        None => Err(cause(call, "type")),
    }
}

/// Could there be, or have been, a table of that name?
fn names_a_table(term: Term) -> bool {
    match term.view() {
        View::Atom(_) => true,
        View::Reference(reference) => {
            reference.magic.is_some_and(|magic| magic.value.borrow().is::<Identity>())
        }
        _ => false,
    }
}

/// The same, for a caller who wants to read or write.
fn table(call: &mut Call, index: usize, access: Access) -> Result<u64, Leave> {
    let pid = call.work.pid();
    let tables = call.iso.extensions.get::<Tables>();
    match tables.find(call.work.arg(index)) {
        Some(table) if table.may(pid, access) => Ok(table.number),
        Some(_) => Err(cause(call, "access")),
        None => find(call, index),
    }
}

/// The table of a number that was found.
fn of<'c>(call: &'c mut Call, number: u64) -> &'c mut Table {
    of_tables(call.iso.extensions.get::<Tables>(), number)
}

fn of_tables(tables: &mut Tables, number: u64) -> &mut Table {
    tables.get_mut(number).expect("the table was found in this call")
}

fn truth() -> Result<Done, Leave> {
    Ok(Term::boolean(true).done())
}

fn delete_table(call: &mut Call) -> Result<Done, Leave> {
    let number = table(call, 0, Access::Write)?;
    let count = of(call, number).len();
    call.work.charge(count / OBJECTS_OF_REDUCTION);
    call.iso.extensions.get::<Tables>().remove(number, call.work.env);
    truth()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Existing {
    Replace,
    Refuse,
}

/// Can it be put into a table whose key is there?
fn is_object(term: Term, position: usize) -> bool {
    term.as_tuple().is_some_and(|elements| elements.len() >= position)
}

/// One object, or a list of them. `insert_new` puts in all or none.
fn insert(call: &mut Call, existing: Existing) -> Result<Done, Leave> {
    let number = table(call, 0, Access::Write)?;
    let (work, iso) = (&mut call.work, &mut *call.iso);
    let env = work.env;
    let table = of_tables(iso.extensions.get::<Tables>(), number);
    let position = table.options.position;
    let given = work.arg(1);
    let mut poll = Poll::new(env);
    if !given.is_list() {
        if !is_object(given, position) {
            return Err(BADARG);
        }
        if existing == Existing::Refuse && table.get(table.key_of(given), env).is_some() {
            return Ok(Term::boolean(false).done());
        }
        table.insert(Fragment::new(given, env), env);
        return truth();
    }
    let mut objects = given.list();
    let mut count = 0;
    for object in objects.by_ref() {
        poll.step();
        if !is_object(object, position) {
            return Err(BADARG);
        }
        count += 1;
    }
    if !objects.rest.is_nil() {
        return Err(BADARG);
    }
    if existing == Existing::Refuse
        && given.list().any(|object| table.get(table.key_of(object), env).is_some())
    {
        return Ok(Term::boolean(false).done());
    }
    let is_bag = table.options.kind == Kind::Bag;
    let mut put = |object| {
        poll.step();
        table.insert(Fragment::new(object, env), env);
    };
    // A bag takes a list from its end, as OTP's does, which the order within a key shows.
    if is_bag {
        let objects: Vec<Term> = given.list().collect();
        objects.into_iter().rev().for_each(&mut put);
    } else {
        given.list().for_each(&mut put);
    }
    work.charge(count / OBJECTS_OF_REDUCTION);
    truth()
}

fn lookup(call: &mut Call) -> Result<Done, Leave> {
    let number = table(call, 0, Access::Read)?;
    let (work, iso) = (&mut call.work, &mut *call.iso);
    let table = of_tables(iso.extensions.get::<Tables>(), number);
    if table.options.kind.is_set() {
        let Some(object) = table.get(work.arg(1), work.env) else { return Ok(Term::NIL.done()) };
        let mut room = work.reserve(object.words() + 2);
        let object = room.copy(object);
        return Ok(room.cons(object, Term::NIL).done());
    }
    let objects = table.lookup(work.arg(1), work.env);
    work.charge(objects.len() / OBJECTS_OF_REDUCTION);
    Ok(list(work, &objects))
}

/// A list of copies of objects, the first one last.
fn list(work: &mut crate::work::Work, objects: &[&Fragment]) -> Done {
    let words: usize = objects.iter().map(|object| object.words() + 2).sum();
    let mut room = work.reserve(words);
    let mut list = Term::NIL;
    for object in objects {
        let object = room.copy(object);
        list = room.cons(object, list);
    }
    list.done()
}

fn lookup_element(call: &mut Call) -> Result<Done, Leave> {
    let number = table(call, 0, Access::Read)?;
    let position = call.arg(2).as_size().filter(|position| *position > 0).ok_or(BADARG)?;
    let (work, iso) = (&mut call.work, &mut *call.iso);
    let env = work.env;
    let table = of_tables(iso.extensions.get::<Tables>(), number);
    let objects = match table.options.kind.is_set() {
        true => table.get(work.arg(1), env).into_iter().collect(),
        false => table.lookup(work.arg(1), env),
    };
    if objects.is_empty() {
        return Err(cause(call, "badkey"));
    }
    let elements: Option<Vec<Term>> = objects
        .iter()
        .map(|object| object.term().as_tuple().and_then(|all| all.get(position - 1)).copied())
        .collect();
    let elements = elements.ok_or(BADARG)?;
    let words: Vec<usize> =
        elements.iter().map(|element| crate::copy::words(*element, env)).collect();
    if table.options.kind.is_set() {
        let mut room = work.reserve(words[0]);
        return Ok(room.copy_term(elements[0], words[0]).done());
    }
    let mut room = work.reserve(words.iter().sum::<usize>() + 2 * words.len());
    let mut list = Term::NIL;
    for (element, words) in elements.into_iter().zip(words) {
        let element = room.copy_term(element, words);
        list = room.cons(element, list);
    }
    Ok(list.done())
}

fn member(call: &mut Call) -> Result<Done, Leave> {
    let number = table(call, 0, Access::Read)?;
    let (work, iso) = (&mut call.work, &mut *call.iso);
    let table = of_tables(iso.extensions.get::<Tables>(), number);
    Ok(Term::boolean(table.get(work.arg(1), work.env).is_some()).done())
}

/// `lookup` and `delete` in one.
fn take(call: &mut Call) -> Result<Done, Leave> {
    let number = table(call, 0, Access::Write)?;
    let (work, iso) = (&mut call.work, &mut *call.iso);
    let table = of_tables(iso.extensions.get::<Tables>(), number);
    let objects = table.lookup(work.arg(1), work.env);
    let taken = list(work, &objects);
    let root = work.root_done(taken);
    table.delete(work.arg(1), work.env, |_| true);
    Ok(work.rooted(root).done())
}

fn delete_key(call: &mut Call) -> Result<Done, Leave> {
    let number = table(call, 0, Access::Write)?;
    let (work, iso) = (&mut call.work, &mut *call.iso);
    let table = of_tables(iso.extensions.get::<Tables>(), number);
    table.delete(work.arg(1), work.env, |_| true);
    truth()
}

fn delete_object(call: &mut Call) -> Result<Done, Leave> {
    let number = table(call, 0, Access::Write)?;
    let (work, iso) = (&mut call.work, &mut *call.iso);
    let table = of_tables(iso.extensions.get::<Tables>(), number);
    let object = work.arg(1);
    if !is_object(object, table.options.position) {
        return Err(BADARG);
    }
    table.delete_object(object, work.env);
    truth()
}

/// All objects, at once; the second argument is of OTP's way of doing it in several calls.
fn delete_all(call: &mut Call) -> Result<Done, Leave> {
    let number = table(call, 0, Access::Write)?;
    let env = call.work.env;
    let table = of(call, number);
    let count = table.len();
    table.clear(env);
    call.work.charge(count / OBJECTS_OF_REDUCTION);
    Ok(call.reserve(crate::work::INTEGER_WORDS_64).unsigned(count as u64).done())
}

fn safe_fixtable(call: &mut Call) -> Result<Done, Leave> {
    let number = table(call, 0, Access::Read)?;
    let fix = call.arg(1).as_boolean().ok_or(BADARG)?;
    let (pid, env) = (call.work.pid(), call.work.env);
    if fix {
        let now_ns = call.iso.host.monotonic_ns();
        of(call, number).fix(pid, now_ns);
        call.iso.extensions.get::<Tables>().hold(pid, number);
    } else {
        of(call, number).unfix(pid, Unfix::One, env);
    }
    truth()
}

/// The key of an object, or `'$end_of_table'`.
fn key(
    call: &mut Call,
    number: u64,
    find: impl FnOnce(&Table, &crate::work::Work) -> Found,
) -> Result<Done, Leave> {
    let end = call.intern("$end_of_table");
    let (work, iso) = (&mut call.work, &mut *call.iso);
    let env = work.env;
    let table = of_tables(iso.extensions.get::<Tables>(), number);
    let object = match find(table, work) {
        Found::Hash(place) => match &table.store {
            Store::Hash(hash) => hash.at(place),
            Store::Tree(_) => unreachable!("the place is of the table's kind"),
        },
        Found::Tree(place) => match &table.store {
            Store::Tree(tree) => match tree.get(place) {
                Some(object) => object,
                None => return Ok(Term::atom(end).done()),
            },
            Store::Hash(_) => unreachable!("the place is of the table's kind"),
        },
        Found::End => return Ok(Term::atom(end).done()),
        Found::NoKey => return Err(BADARG),
    };
    let key = table.key_of(object.term());
    let words = crate::copy::words(key, env);
    Ok(work.reserve(words).copy_term(key, words).done())
}

enum Found {
    Hash(crate::ets::hash::Place),
    Tree(tree::Place),
    End,
    NoKey,
}

fn first(call: &mut Call) -> Result<Done, Leave> {
    let number = table(call, 0, Access::Read)?;
    let env = call.work.env;
    key(call, number, |table, _| match &table.store {
        Store::Hash(hash) => {
            hash.first_from(0, &mut Poll::new(env)).map_or(Found::End, Found::Hash)
        }
        Store::Tree(tree) => Found::Tree(tree.first()),
    })
}

fn last(call: &mut Call) -> Result<Done, Leave> {
    let number = table(call, 0, Access::Read)?;
    if let Store::Tree(_) = of(call, number).store {
        return key(call, number, |table, _| match &table.store {
            Store::Tree(tree) => tree.previous(tree.end()).map_or(Found::End, Found::Tree),
            Store::Hash(_) => Found::End,
        });
    }
    first(call)
}

fn next(call: &mut Call) -> Result<Done, Leave> {
    let number = table(call, 0, Access::Read)?;
    let env = call.work.env;
    key(call, number, |table, work| match &table.store {
        Store::Hash(hash) => match hash.next_key(work.arg(1), env) {
            None => Found::NoKey,
            Some(place) => place.map_or(Found::End, Found::Hash),
        },
        Store::Tree(tree) => Found::Tree(tree.behind(work.arg(1), env)),
    })
}

fn previous(call: &mut Call) -> Result<Done, Leave> {
    let number = table(call, 0, Access::Read)?;
    let env = call.work.env;
    if let Store::Hash(_) = of(call, number).store {
        return next(call);
    }
    key(call, number, |table, work| match &table.store {
        Store::Tree(tree) => {
            let place = tree.find(work.arg(1), env).unwrap_or_else(|place| place);
            tree.previous(place).map_or(Found::End, Found::Tree)
        }
        Store::Hash(_) => Found::NoKey,
    })
}

/// The objects of a bucket, or the object of that number in an ordered set.
fn slot(call: &mut Call) -> Result<Done, Leave> {
    let number = table(call, 0, Access::Read)?;
    let slot = call.arg(1).as_size().ok_or(BADARG)?;
    let end = call.intern("$end_of_table");
    let (work, iso) = (&mut call.work, &mut *call.iso);
    let env = work.env;
    let table = of_tables(iso.extensions.get::<Tables>(), number);
    let slots = match &table.store {
        Store::Hash(hash) => hash.buckets(),
        Store::Tree(tree) => tree.len(),
    };
    if slot > slots {
        return Err(BADARG);
    }
    if slot == slots {
        return Ok(Term::atom(end).done());
    }
    let objects: Vec<&Fragment> = match &table.store {
        Store::Hash(hash) => {
            let mut poll = Poll::new(env);
            let mut place = hash.first_from(slot, &mut poll);
            std::iter::from_fn(|| {
                let this = place.filter(|place| place.bucket == slot)?;
                place = hash.next(this, &mut poll);
                Some(hash.at(this))
            })
            .collect()
        }
        Store::Tree(tree) => tree.get(tree.nth(slot, env)).into_iter().collect(),
    };
    Ok(list(work, &objects))
}

#[cfg(test)]
mod tests {
    #[test]
    fn natives_of_tables_make_of_thousands_of_calls_what_erl_makes() {
        crate::testing::check("ets_calls", include_str!("../testing/ets_calls.erl"));
    }
}
