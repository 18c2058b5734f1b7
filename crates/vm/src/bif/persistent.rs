//! Module `persistent_term`: terms in literal areas, read without copying. A replaced or erased term
//! stays in memory until the isolate ends, as processes may hold it; what all of them take is
//! counted.
#![allow(unsafe_code)] // Reads terms of literal areas.

use std::rc::Rc;

use hashbrown::HashTable;

use crate::atoms::Atom;
use crate::call::{BADARG, Call, Leave};
use crate::copy;
use crate::literals::{self, LiteralArea};
use crate::order;
use crate::term::Term;
use crate::work::Done;

use super::{Row, row};

pub const ROWS: &[Row] = &[
    row("persistent_term", "put", 2, put),
    row("persistent_term", "get", 0, all),
    row("persistent_term", "get", 1, |call| match find(call, 0) {
        Some(word) => Ok(Done(word)),
        None => Err(BADARG),
    }),
    row("persistent_term", "get", 2, |call| match find(call, 0) {
        Some(word) => Ok(Done(word)),
        None => Ok(call.arg(1).done()),
    }),
    row("persistent_term", "erase", 1, erase),
    row("persistent_term", "info", 0, info),
    row("erts_internal", "erase_persistent_terms", 0, |call| {
        let terms = call.iso.extensions.get::<Terms>();
        terms.table.clear();
        Ok(Term::atom(Atom::OK).done())
    }),
];

#[derive(Default)]
struct Terms {
    table: HashTable<Entry>,
    areas: Vec<LiteralArea>,
    bytes: usize,
}

#[derive(Clone, Copy)]
struct Entry {
    hash: u32,
    key: u64,
    value: u64,
}

impl Entry {
    fn key(&self) -> Term<'_> {
        // SAFETY: areas of persistent terms stay as long as the isolate.
        unsafe { Term::from_word(self.key) }
    }

    fn value(&self) -> Term<'_> {
        // SAFETY: as above.
        unsafe { Term::from_word(self.value) }
    }
}

fn find(call: &mut Call, index: usize) -> Option<u64> {
    let env = call.work.env;
    let key = call.work.arg(index);
    let hash = crate::hash::internal(key, env);
    let terms = call.iso.extensions.get::<Terms>();
    let found = terms.table.find(u64::from(hash), |entry| {
        entry.hash == hash && order::equal_exact(key, entry.key(), env)
    });
    found.map(|entry| entry.value)
}

fn put(call: &mut Call) -> Result<Done, Leave> {
    let env = Rc::clone(&call.iso.env);
    let (key, value) = (call.work.arg(0), call.work.arg(1));
    let hash = crate::hash::internal(key, &env);
    let terms = call.iso.extensions.get::<Terms>();
    let same = |entry: &Entry| entry.hash == hash && order::equal_exact(key, entry.key(), &env);
    if let Some(entry) = terms.table.find(u64::from(hash), same)
        && order::equal_exact(value, entry.value(), &env)
    {
        return Ok(Term::atom(Atom::OK).done());
    }
    let words = copy::words(key, &env) + copy::words(value, &env);
    env.account.add_bytes(words * 8);
    let area = LiteralArea::new(words);
    let placed = literals::place(&area, &[key, value], &env);
    terms.areas.push(area);
    terms.bytes += words * 8;
    let entry = Entry { hash, key: placed[0], value: placed[1] };
    match terms.table.find_mut(u64::from(hash), same) {
        Some(before) => *before = entry,
        None => {
            terms.table.insert_unique(u64::from(hash), entry, |entry| u64::from(entry.hash));
        }
    }
    Ok(Term::atom(Atom::OK).done())
}

fn erase(call: &mut Call) -> Result<Done, Leave> {
    let env = call.work.env;
    let key = call.work.arg(0);
    let hash = crate::hash::internal(key, env);
    let terms = call.iso.extensions.get::<Terms>();
    let found = terms.table.find_entry(u64::from(hash), |entry| {
        entry.hash == hash && order::equal_exact(key, entry.key(), env)
    });
    let was = match found {
        Ok(entry) => {
            entry.remove();
            true
        }
        Err(_) => false,
    };
    Ok(Term::boolean(was).done())
}

fn all(call: &mut Call) -> Result<Done, Leave> {
    let entries: Vec<Entry> = call.iso.extensions.get::<Terms>().table.iter().copied().collect();
    let mut room = call.work.reserve(5 * entries.len());
    let mut list = Term::NIL;
    for entry in &entries {
        // SAFETY: as in `Entry::key`.
        let pair = unsafe { [Term::from_word(entry.key), Term::from_word(entry.value)] };
        let pair = room.tuple(&pair);
        list = room.cons(pair, list);
    }
    Ok(list.done())
}

fn info(call: &mut Call) -> Result<Done, Leave> {
    let terms = call.iso.extensions.get::<Terms>();
    let (count, bytes) = (terms.table.len(), terms.bytes);
    let names = ["count", "memory"].map(|name| Term::atom(call.intern(name)));
    let mut room = call.reserve(3 + 5);
    let keys = room.tuple(&names);
    Ok(crate::map::flat(&mut room, keys, &[Term::size(count), Term::size(bytes)]).done())
}
