//! The process dictionary.
#![allow(unsafe_code)] // Makes terms of the dictionary's words.

use crate::atoms::Atom;
use crate::call::{Call, Leave};
use crate::order;
use crate::term::Term;
use crate::work::{Done, Room};

use super::{Row, row};

pub const ROWS: &[Row] = &[
    row("erlang", "get", 0, |call| {
        let words = call.work.proc.dictionary.entries().len() * 5;
        Ok(entries(&mut call.reserve(words)).done())
    }),
    row("erlang", "get", 1, |call| {
        stored(call.work.proc.dictionary.get(call.work.arg(0), call.work.env))
    }),
    row("erlang", "put", 2, |call| {
        let (key, value) = (call.arg(0).word(), call.arg(1).word());
        stored(call.work.proc.dictionary.put_words(key, value, call.work.env))
    }),
    row("erlang", "erase", 0, |call| {
        let words = call.work.proc.dictionary.entries().len() * 5;
        let all = entries(&mut call.reserve(words)).done();
        call.work.proc.dictionary.clear();
        Ok(all)
    }),
    row("erlang", "erase", 1, |call| {
        let key = call.arg(0).word();
        stored(call.work.proc.dictionary.erase_word(key, call.work.env))
    }),
    row("erlang", "get_keys", 0, |call| {
        let count = call.work.proc.dictionary.entries().len();
        let mut room = call.reserve(2 * count);
        let keys: Vec<Term> = pairs(&room).into_iter().map(|[key, _]| key).collect();
        Ok(room.list(keys, Term::NIL).done())
    }),
    row("erlang", "get_keys", 1, keys_of),
];

/// A word of the dictionary as a result.
fn stored(word: Option<u64>) -> Result<Done, Leave> {
    Ok(word.map_or_else(|| Term::atom(Atom::UNDEFINED).done(), Done))
}

fn pairs<'r>(room: &Room<'r>) -> Vec<[Term<'r>; 2]> {
    let entries = room.proc.dictionary.entries();
    // SAFETY: the dictionary holds terms of the process, which nothing moves while there is a room.
    entries.iter().map(|entry| entry.map(|word| unsafe { Term::from_word(word) })).collect()
}

/// `[{Key, Value}]`, 5 words each.
pub(super) fn entries<'r>(room: &mut Room<'r>) -> Term<'r> {
    let mut list = Term::NIL;
    for pair in pairs(room) {
        let pair = room.tuple(&pair);
        list = room.cons(pair, list);
    }
    list
}

/// The keys whose value is `=:=` the argument.
fn keys_of(call: &mut Call) -> Result<Done, Leave> {
    let count = call.work.proc.dictionary.entries().len();
    let mut room = call.reserve(2 * count);
    let (value, env) = (room.arg(0), room.env);
    let keys: Vec<Term> = pairs(&room)
        .into_iter()
        .filter(|[_, other]| order::equal_exact(value, *other, env))
        .map(|[key, _]| key)
        .collect();
    Ok(room.list(keys, Term::NIL).done())
}
