//! Natives of maps: the module `maps`, and the guards.

use std::collections::HashMap;

use crate::atoms::Atom;
use crate::call::{BADARG, Call, Leave};
use crate::env::Poll;
use crate::held::Held;
use crate::map::{self, FLAT_KEYS_MAX, Map, Plan};
use crate::order;
use crate::term::{Term, View};
use crate::work::{Done, Room};

use super::{Row, row};

mod next;

pub const ROWS: &[Row] = &[
    row("erlang", "map_size", 1, |call| {
        let size = map_of(call, 0)?.size();
        Ok(Term::size(size).done())
    }),
    row("erlang", "map_get", 2, get),
    row("erlang", "is_map_key", 2, is_key),
    row("maps", "get", 2, get),
    row("maps", "is_key", 2, is_key),
    row("maps", "find", 2, find),
    row("maps", "from_list", 1, from_list),
    row("maps", "from_keys", 2, from_keys),
    row("maps", "keys", 1, |call| parts(call, |(key, _)| key)),
    row("maps", "values", 1, |call| parts(call, |(_, value)| value)),
    row("maps", "merge", 2, merge),
    row("maps", "put", 3, put),
    row("maps", "update", 3, |call| {
        let map = map_of(call, 2)?;
        if map.get(call.arg(0), call.work.env).is_none() {
            return Err(Leave::Argument(Atom::BADKEY, 0));
        }
        put(call)
    }),
    row("maps", "remove", 2, remove),
    row("maps", "take", 2, take),
    row("erts_internal", "map_next", 3, next::map_next),
    row("erts_internal", "map_to_tuple_keys", 1, |call| match call.arg(0).view() {
        View::FlatMap(map) => Ok(map.keys_tuple.done()),
        View::HashMap(_) => Err(BADARG),
        _ => Err(Leave::Argument(Atom::BADMAP, 0)),
    }),
    row("erts_internal", "map_hashmap_children", 1, children),
    row("erts_internal", "cmp_term", 2, |call| {
        let ordering = order::compare_exact(call.arg(0), call.arg(1), call.work.env);
        Ok(Term::small(ordering as i64).expect("it is -1, 0 or 1").done())
    }),
    row("erts_debug", "map_info", 1, map_info),
];

/// The argument, if it is a map.
fn map_of<'a>(call: &'a Call, index: usize) -> Result<Map<'a>, Leave> {
    Map::of(call.arg(index)).ok_or(Leave::Argument(Atom::BADMAP, index))
}

fn get(call: &mut Call) -> Result<Done, Leave> {
    let value = map_of(call, 1)?.get(call.arg(0), call.work.env);
    Ok(value.ok_or(Leave::Argument(Atom::BADKEY, 0))?.done())
}

fn is_key(call: &mut Call) -> Result<Done, Leave> {
    let value = map_of(call, 1)?.get(call.arg(0), call.work.env);
    Ok(Term::boolean(value.is_some()).done())
}

fn find(call: &mut Call) -> Result<Done, Leave> {
    let Some(value) = map_of(call, 1)?.get(call.arg(0), call.work.env) else {
        return Ok(Term::atom(Atom::ERROR).done());
    };
    let value = value.keep();
    let value = call.work.root(value);
    let mut room = call.work.reserve(3);
    let value = room.rooted(value);
    Ok(room.tuple(&[Term::atom(Atom::OK), value]).done())
}

fn put(call: &mut Call) -> Result<Done, Leave> {
    map_of(call, 2)?;
    let [key, value, map] = [0, 1, 2].map(|index| {
        let term = call.arg(index).keep();
        call.work.root(term)
    });
    let map = map::put(call, map, key, value);
    Ok(call.work.rooted(map).done())
}

fn remove(call: &mut Call) -> Result<Done, Leave> {
    map_of(call, 1)?;
    let [key, map] = [0, 1].map(|index| {
        let term = call.arg(index).keep();
        call.work.root(term)
    });
    let left = map::remove(call, map, key).map_or(map, |taken| taken.map);
    Ok(call.work.rooted(left).done())
}

fn take(call: &mut Call) -> Result<Done, Leave> {
    map_of(call, 1)?;
    let [key, map] = [0, 1].map(|index| {
        let term = call.arg(index).keep();
        call.work.root(term)
    });
    let Some(taken) = map::remove(call, map, key) else {
        return Ok(Term::atom(Atom::ERROR).done());
    };
    let mut room = call.work.reserve(3);
    let (value, left) = (room.rooted(taken.value), room.rooted(taken.map));
    Ok(room.tuple(&[value, left]).done())
}

/// Elements of a list that are handled for one reduction.
const ELEMENTS_OF_REDUCTION: usize = 10;

/// Finds keys and values in two terms, of which the first is a proper list.
type Read = for<'t> fn(Term<'t>, Term<'t>) -> Option<Vec<(Term<'t>, Term<'t>)>>;

/// A map of the entries that `read` finds in argument 0, and argument `value`.
fn from(call: &mut Call, read: Read, value: usize) -> Result<Done, Leave> {
    let count = call.arg(0).list_length().ok_or(BADARG)?;
    let _held = Held::new(count * map::BYTES_OF_KEY, call.work.env);
    let entries = read(call.arg(0), call.arg(value)).ok_or(BADARG)?;
    let keys: Vec<Term> = entries.into_iter().map(|(key, _)| key).collect();
    let plan = Plan::new(&keys, call.work.env);
    call.work.charge(count / ELEMENTS_OF_REDUCTION);
    let mut room = call.work.reserve(plan.words());
    let entries = read(room.arg(0), room.arg(value)).expect("it was read before");
    Ok(plan.build(&mut room, &entries).done())
}

fn from_list(call: &mut Call) -> Result<Done, Leave> {
    from(
        call,
        |list, _| {
            let pairs = list.list().map(|element| match element.as_tuple() {
                Some([key, value]) => Some((*key, *value)),
                _ => None,
            });
            pairs.collect()
        },
        0,
    )
}

fn from_keys(call: &mut Call) -> Result<Done, Leave> {
    from(call, |list, value| Some(list.list().map(|key| (key, value)).collect()), 1)
}

/// The keys, or the values, as a list: of a large map in the reverse order of a walk.
fn parts(
    call: &mut Call,
    part: for<'t> fn((Term<'t>, Term<'t>)) -> Term<'t>,
) -> Result<Done, Leave> {
    let size = map_of(call, 0)?.size();
    call.work.charge(size / ELEMENTS_OF_REDUCTION);
    let mut room = call.work.reserve(2 * size);
    let map = Map::of(room.arg(0)).expect("it was one before");
    let list = match map {
        Map::Flat(flat) => {
            let entries = flat.keys.iter().copied().zip(flat.values.iter().copied());
            room.list(entries.map(part), Term::NIL)
        }
        Map::Hash(_) => {
            let mut poll = Poll::new(room.env);
            map.entries().fold(Term::NIL, |list, entry| {
                poll.step();
                room.cons(part(entry), list)
            })
        }
    };
    Ok(list.done())
}

/// A map so many times smaller is put into the other one key by key.
const SMALLER_BY: usize = 8;

/// The keys of both, with the values of the second where both have one.
fn merge(call: &mut Call) -> Result<Done, Leave> {
    let (size_a, size_b) = (map_of(call, 0)?.size(), map_of(call, 1)?.size());
    let same = call.arg(0).word() == call.arg(1).word();
    if same || size_b == 0 {
        return Ok(call.arg(0).done());
    }
    if size_a == 0 {
        return Ok(call.arg(1).done());
    }
    call.work.charge(size_a.min(size_b) / ELEMENTS_OF_REDUCTION);
    if size_a > FLAT_KEYS_MAX && size_b < size_a / SMALLER_BY {
        return merge_into(call, 0, 1);
    }
    if size_b > FLAT_KEYS_MAX && size_a < size_b / SMALLER_BY {
        return merge_into(call, 1, 0);
    }
    if size_a > FLAT_KEYS_MAX && size_b > FLAT_KEYS_MAX {
        let [a, b] = [0, 1].map(|index| {
            let map = call.arg(index).keep();
            call.work.root(map)
        });
        let merged = map::merge(call, a, b);
        return Ok(call.work.rooted(merged).done());
    }
    let _held = Held::new((size_a + size_b) * map::BYTES_OF_KEY, call.work.env);
    fn entries<'t>(a: Term<'t>, b: Term<'t>) -> Vec<(Term<'t>, Term<'t>)> {
        let entries = |term| Map::of(term).expect("it was seen to be a map").entries();
        entries(a).chain(entries(b)).collect()
    }
    let keys: Vec<Term> =
        entries(call.arg(0), call.arg(1)).into_iter().map(|(key, _)| key).collect();
    let plan = Plan::new(&keys, call.work.env);
    let mut room = call.work.reserve(plan.words());
    let entries = entries(room.arg(0), room.arg(1));
    // Where all keys are one map's, its tuple of keys serves.
    let shared = [0, 1].into_iter().find_map(|index| match room.arg(index).view() {
        View::FlatMap(map) if map.keys.len() == plan.size() => Some(map.keys_tuple),
        _ => None,
    });
    Ok(plan.build_sharing(&mut room, &entries, shared).done())
}

/// The second map's keys put into the first one; where both have one, the value is argument 1's.
fn merge_into(call: &mut Call, into: usize, from: usize) -> Result<Done, Leave> {
    let env = call.work.env;
    let large = map_of(call, into)?;
    // Where the second argument goes into, its own values stay.
    let missing: Vec<(crate::work::RootSource, crate::work::RootSource)> = map_of(call, from)?
        .entries()
        .filter(|(key, _)| into == 0 || large.get(*key, env).is_none())
        .map(|(key, value)| (key.keep(), value.keep()))
        .collect();
    let mut pairs = Vec::with_capacity(missing.len());
    for (key, value) in missing {
        pairs.push((call.work.root(key), call.work.root(value)));
    }
    let map = call.arg(into).keep();
    let map = call.work.root(map);
    let map = map::put_all(call, map, &pairs);
    Ok(call.work.rooted(map).done())
}

/// `erts_internal:map_hashmap_children(Map)`, from which `erts_debug:size/1` counts words: one for
/// each element of the list, and those of the elements. Nodes of a trie are no terms and must not be
/// seen; so the list has all leaves, and for each node two elements without words: its header, and
/// the word in its parent.
fn children(call: &mut Call) -> Result<Done, Leave> {
    let trie = match call.arg(0).view() {
        View::HashMap(trie) => trie,
        View::FlatMap(_) => return Err(BADARG),
        _ => return Err(Leave::Argument(Atom::BADMAP, 0)),
    };
    let mut poll = Poll::new(call.work.env);
    let mut nodes = 0;
    let mut stack = vec![trie.root];
    while let Some(node) = stack.pop() {
        poll.step();
        let inner = node.children.iter().filter_map(|child| child.as_node());
        let before = stack.len();
        stack.extend(inner);
        nodes += stack.len() - before;
    }
    let size = trie.size;
    let mut room = call.work.reserve(2 * (size + 2 * nodes));
    let View::HashMap(trie) = room.arg(0).view() else { unreachable!("it was one before") };
    let mut list = Term::NIL;
    for _ in 0..2 * nodes {
        list = room.cons(Term::NIL, list);
    }
    let mut stack = vec![trie.root];
    while let Some(node) = stack.pop() {
        for child in node.children {
            match child.as_node() {
                Some(node) => stack.push(node),
                None => list = room.cons(*child, list),
            }
        }
    }
    Ok(list.done())
}

/// How the trie of a large map is made up: depth, and how many children nodes of each size have.
fn map_info(call: &mut Call) -> Result<Done, Leave> {
    let trie = match call.arg(0).view() {
        View::HashMap(trie) => trie,
        View::FlatMap(_) => return Err(BADARG),
        _ => return Err(Leave::Argument(Atom::BADMAP, 0)),
    };
    let mut poll = Poll::new(call.work.env);
    let (mut leaves, mut nodes, mut arrays, mut depth) = ([0_usize; 16], [0_usize; 16], 0, 0);
    let mut stack = vec![(trie.root, 0_usize)];
    while let Some((node, level)) = stack.pop() {
        poll.step();
        if level == 0 && node.children.len() == 16 {
            arrays += 1;
        } else {
            nodes[node.children.len() - 1] += 1;
        }
        for child in node.children {
            depth = depth.max(level + 1);
            match child.as_node() {
                Some(node) => stack.push((node, level + 1)),
                None => leaves[(level + 1).min(15)] += 1,
            }
        }
    }
    let names: HashMap<&str, Atom> =
        ["depth", "arrays", "bitmaps", "leafs"].map(|text| (text, call.intern(text))).into();
    let mut room = call.work.reserve(4 * 2 + 3 + 3 * 4 + 2 * 17);
    fn row<'r>(room: &mut Room<'r>, name: Atom, count: usize, by_size: Term<'r>) -> Term<'r> {
        room.tuple(&[Term::atom(name), Term::size(count), by_size])
    }
    let by_size = room.tuple_from(16, leaves.iter().map(|count| Term::size(*count)));
    let leaf_row = row(&mut room, names["leafs"], leaves.iter().sum(), by_size);
    let by_size = room.tuple_from(16, nodes.iter().map(|count| Term::size(*count)));
    let node_row = row(&mut room, names["bitmaps"], nodes.iter().sum(), by_size);
    let array_row = row(&mut room, names["arrays"], arrays, Term::NIL);
    let depth_row = room.tuple(&[Term::atom(names["depth"]), Term::size(depth)]);
    Ok(room.list([depth_row, array_row, node_row, leaf_row], Term::NIL).done())
}

#[cfg(test)]
mod tests {
    #[test]
    fn natives_of_maps_make_of_thousands_of_calls_what_erl_makes() {
        crate::testing::check("maps_calls", include_str!("../testing/maps_calls.erl"));
    }
}
