//! Maps: up to 32 keys a sorted tuple with values beside it; beyond that a trie by the hash of the
//! keys, with OTP's hash and OTP's walk, so that the order in which they are read out is OTP's.
//!
//! ```text
//! [size][bitmap][child]...                 the root: 4 bits of the hash choose the child
//!          |        \
//!          |         cons of key and value
//!          [bitmap][child]...              an inner node: the next 4 bits
//! ```
//!
//! After 8 levels the bits of a hash are used up; from there on keys go by another hash, salted with
//! the depth. A trie is what its keys are: how it came to be leaves no trace in it.
//!
//! | file | is |
//! |---|---|
//! | `walk.rs` | the leaves in order, and the way to one |
//! | `bulk.rs` | a map of many keys at once |
//! | `edit.rs` | a map with one key put into it or taken out of it |
//! | `merge.rs` | two tries in one |

use crate::atoms::Atom;
use crate::call::{Call, Leave};
use crate::env::Env;
use crate::order;
use crate::term::{Cons, FlatMap, HashMap, Term, View, header};
use crate::work::{Done, Room};
use beamlet_code::abi::kind;

mod bulk;
mod edit;
mod merge;
mod walk;

pub use bulk::Plan;
pub use edit::{Taken, put, put_all, remove};
pub use merge::merge;
pub use walk::{Digits, Leaves, leaves, leaves_of};

/// Keys of a flat map, at most (OTP: `MAP_SMALL_MAP_LIMIT`).
pub const FLAT_KEYS_MAX: usize = 32;

/// Words of a flat map without its tuple of keys.
pub const fn flat_words(keys: usize) -> usize {
    3 + keys
}

/// A flat map of a tuple of keys in the order of terms, and their values: [`flat_words`].
pub fn flat<'r>(room: &mut Room<'r>, keys: Term<'r>, values: &[Term<'r>]) -> Term<'r> {
    flat_from(room, keys, values.len(), values.iter().copied())
}

pub(crate) fn flat_from<'r>(
    room: &mut Room<'r>,
    keys: Term<'r>,
    count: usize,
    values: impl IntoIterator<Item = Term<'r>>,
) -> Term<'r> {
    let parts = [Term::size(count), keys].into_iter().chain(values);
    room.object(header(kind::FLAT_MAP, 2 + count), parts)
}

/// Bytes beside the heap that it takes to make a map of each key: the key, its value and its hash,
/// before and after room is made.
pub const BYTES_OF_KEY: usize = 56;

/// A map of either kind.
#[derive(Clone, Copy)]
pub enum Map<'t> {
    Flat(FlatMap<'t>),
    Hash(HashMap<'t>),
}

impl<'t> Map<'t> {
    pub fn of(term: Term<'t>) -> Option<Map<'t>> {
        match term.view() {
            View::FlatMap(map) => Some(Map::Flat(map)),
            View::HashMap(map) => Some(Map::Hash(map)),
            _ => None,
        }
    }

    pub fn size(&self) -> usize {
        match self {
            Map::Flat(map) => map.keys.len(),
            Map::Hash(map) => map.size,
        }
    }

    pub fn get(&self, key: Term, env: &Env) -> Option<Term<'t>> {
        match self {
            Map::Flat(map) => flat_index(map.keys, key, env).map(|index| map.values[index]),
            Map::Hash(map) => walk::find(map.root, key, env).map(|leaf| leaf.tail),
        }
    }

    /// Keys and values in the order in which they are read out.
    pub fn entries(&self) -> Entries<'t> {
        match *self {
            Map::Flat(map) => Entries::Flat(map, 0),
            Map::Hash(map) => Entries::Hash(leaves_of(map.root)),
        }
    }
}

pub enum Entries<'t> {
    Flat(FlatMap<'t>, usize),
    Hash(Leaves<'t>),
}

impl<'t> Iterator for Entries<'t> {
    type Item = (Term<'t>, Term<'t>);

    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Entries::Flat(map, index) => {
                let entry = (*map.keys.get(*index)?, map.values[*index]);
                *index += 1;
                Some(entry)
            }
            Entries::Hash(leaves) => leaves.next().map(|Cons { head, tail }| (head, tail)),
        }
    }
}

/// Where in the keys of a flat map the key is.
fn flat_index(keys: &[Term], key: Term, env: &Env) -> Option<usize> {
    if key.is_immediate() {
        return keys.iter().position(|other| other.word() == key.word());
    }
    keys.iter().position(|other| order::equal_exact(*other, key, env))
}

/// The value of a key. `None` if it is not there, or if the first term is no map.
pub fn get<'a>(map: Term<'a>, key: Term, env: &Env) -> Option<Term<'a>> {
    Map::of(map)?.get(key, env)
}

/// `{badmap, Term}`.
pub fn bad_map(call: &mut Call, term: crate::work::RootSource) -> Leave {
    call.raise_tagged(Atom::BADMAP, term)
}

/// Source, then `count - 1` keys and values, as operands: the map with them put into it. `exact`:
/// the keys must be there already.
pub fn put_operands(call: &mut Call, count: usize, exact: bool) -> Result<Done, Leave> {
    let env = call.work.env;
    let Some(map) = Map::of(call.arg(0)) else {
        let term = call.arg(0).keep();
        return Err(bad_map(call, term));
    };
    if exact {
        let mut keys = (1..count).step_by(2).map(|index| call.arg(index));
        if let Some(missing) = keys.find(|key| map.get(*key, env).is_none()) {
            let missing = missing.keep();
            return Err(call.raise_tagged(Atom::BADKEY, missing));
        }
    }
    match map {
        Map::Flat(_) => edit::put_flat(call, count),
        Map::Hash(_) => {
            let source = call.arg(0).keep();
            let mut map = call.work.root(source);
            for index in (1..count).step_by(2) {
                let (key, value) = (call.arg(index).keep(), call.arg(index + 1).keep());
                let (key, value) = (call.work.root(key), call.work.root(value));
                map = put(call, map, key, value);
            }
            Ok(call.work.rooted(map).done())
        }
    }
}
