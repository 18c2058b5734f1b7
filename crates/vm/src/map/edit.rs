//! A map with one key put into it or taken out of it. What does not change is shared with the map
//! that it comes from: a flat map's tuple of keys, the nodes beside the way to the key.

use super::walk::{End, Way, way};
use super::{FLAT_KEYS_MAX, Map, Plan, flat_from, flat_index, flat_words};
use crate::call::{Call, Leave};
use crate::env::Env;
use crate::order;
use crate::term::{HashMap, Node, Term, View, header};
use crate::work::{Done, Room, Root};
use beamlet_code::abi::kind;

/// The map with the key put into it.
pub fn put(call: &mut Call, map: Root, key: Root, value: Root) -> Root {
    let env = call.work.env;
    let source = call.work.rooted(map);
    match Map::of(source).expect("the caller has seen a map") {
        Map::Flat(flat) => put_one_flat(call, map, key, value, {
            FlatPlace::of(flat.keys, call.work.rooted(key), env)
        }),
        Map::Hash(trie) => {
            let way = way(trie.root, 0, call.work.rooted(key), env);
            if let End::Leaf = way.end
                && value_at(trie.root, &way).word() == call.work.rooted(value).word()
            {
                return map;
            }
            let mut room = call.work.reserve(way.words_to_put());
            let View::HashMap(trie) = room.rooted(map).view() else { unreachable!("as above") };
            let (key, value) = (room.rooted(key), room.rooted(value));
            let (key, size) = match way.end {
                // The key that is there stays.
                End::Leaf => (child_at(trie.root, &way).as_cons().expect("a leaf").head, trie.size),
                _ => (key, trie.size + 1),
            };
            let leaf = room.cons(key, value);
            let term = way.put(&mut room, trie.root, leaf, Top::Root(size)).keep();
            call.work.root(term)
        }
    }
}

/// All pairs in turn.
pub fn put_all(call: &mut Call, mut map: Root, pairs: &[(Root, Root)]) -> Root {
    for (key, value) in pairs {
        map = put(call, map, *key, *value);
    }
    map
}

/// Where a key is, or would be, among the sorted ones.
enum FlatPlace {
    There(usize),
    New(usize),
}

impl FlatPlace {
    fn of(keys: &[Term], key: Term, env: &Env) -> FlatPlace {
        match flat_index(keys, key, env) {
            Some(index) => FlatPlace::There(index),
            None => FlatPlace::New(
                keys.partition_point(|other| order::compare_exact(*other, key, env).is_lt()),
            ),
        }
    }
}

fn put_one_flat(call: &mut Call, map: Root, key: Root, value: Root, place: FlatPlace) -> Root {
    let env = call.work.env;
    let View::FlatMap(flat) = call.work.rooted(map).view() else { unreachable!("it is flat") };
    let size = flat.keys.len();
    let term = match place {
        FlatPlace::There(index) => {
            if flat.values[index].word() == call.work.rooted(value).word() {
                return map;
            }
            let mut room = call.work.reserve(flat_words(size));
            let View::FlatMap(flat) = room.rooted(map).view() else { unreachable!("it is flat") };
            let value = room.rooted(value);
            let values = replaced(flat.values, index, value);
            flat_from(&mut room, flat.keys_tuple, size, values).keep()
        }
        FlatPlace::New(_) if size == FLAT_KEYS_MAX => {
            let mut keys = flat.keys.to_vec();
            keys.push(call.work.rooted(key));
            let plan = Plan::new(&keys, env);
            let mut room = call.work.reserve(plan.words());
            let mut entries: Vec<_> =
                Map::of(room.rooted(map)).expect("it is a map").entries().collect();
            entries.push((room.rooted(key), room.rooted(value)));
            plan.build(&mut room, &entries).keep()
        }
        FlatPlace::New(index) => {
            let mut room = call.work.reserve(flat_words(size + 1) + 1 + size + 1);
            let View::FlatMap(flat) = room.rooted(map).view() else { unreachable!("it is flat") };
            let (key, value) = (room.rooted(key), room.rooted(value));
            let keys = room.tuple_from(size + 1, with(flat.keys, index, key));
            flat_from(&mut room, keys, size + 1, with(flat.values, index, value)).keep()
        }
    };
    call.work.root(term)
}

/// The terms with one more at an index.
fn with<'t>(terms: &'t [Term<'t>], index: usize, term: Term<'t>) -> impl Iterator<Item = Term<'t>> {
    let (before, after) = terms.split_at(index);
    before.iter().copied().chain([term]).chain(after.iter().copied())
}

/// The terms without the one at an index.
fn without<'t>(terms: &'t [Term<'t>], index: usize) -> impl Iterator<Item = Term<'t>> {
    let (before, after) = terms.split_at(index);
    before.iter().chain(&after[1..]).copied()
}

/// The flat map in operand 0 with the keys and values of the operands up to `count` put into it.
pub(super) fn put_flat(call: &mut Call, count: usize) -> Result<Done, Leave> {
    let env = call.work.env;
    let View::FlatMap(flat) = call.arg(0).view() else { unreachable!("the caller has seen it") };
    let size = flat.keys.len();
    // Of each entry to be: the operand of its key (if it is new), and that of its value.
    let mut keys: Vec<Term> = flat.keys.to_vec();
    let mut from: Vec<(Option<usize>, usize)> = (0..size).map(|index| (None, index)).collect();
    let mut values: Vec<Option<usize>> = vec![None; size];
    for operand in (1..count).step_by(2) {
        match FlatPlace::of(&keys, call.arg(operand), env) {
            FlatPlace::There(index) => values[index] = Some(operand + 1),
            FlatPlace::New(index) => {
                keys.insert(index, call.arg(operand));
                from.insert(index, (Some(operand), 0));
                values.insert(index, Some(operand + 1));
            }
        }
    }
    let plan = (keys.len() > FLAT_KEYS_MAX).then(|| Plan::new(&keys, env));
    let total = keys.len();
    let words = match &plan {
        Some(plan) => plan.words(),
        None if total == size => flat_words(size),
        None => flat_words(total) + 1 + total,
    };
    let mut room = call.work.reserve(words);
    let View::FlatMap(flat) = room.arg(0).view() else { unreachable!("as above") };
    let entries: Vec<(Term, Term)> = from
        .iter()
        .zip(&values)
        .map(|((new, old), value)| {
            let key = new.map_or_else(|| flat.keys[*old], |operand| room.arg(operand));
            let value = value.map_or_else(|| flat.values[*old], |operand| room.arg(operand));
            (key, value)
        })
        .collect();
    if let Some(plan) = plan {
        return Ok(plan.build(&mut room, &entries).done());
    }
    let keys = if total == size {
        flat.keys_tuple
    } else {
        room.tuple_from(total, entries.iter().map(|(key, _)| *key))
    };
    Ok(flat_from(&mut room, keys, total, entries.iter().map(|(_, value)| *value)).done())
}

/// The node at the end of a way, and all before it.
fn nodes_on<'t>(root: Node<'t>, way: &Way) -> Vec<Node<'t>> {
    let mut nodes = Vec::with_capacity(way.indices.len());
    nodes.push(root);
    for index in &way.indices[..way.indices.len() - 1] {
        let child = nodes[nodes.len() - 1].children[usize::from(*index)];
        nodes.push(child.as_node().expect("the way leads through nodes"));
    }
    nodes
}

fn child_at<'t>(root: Node<'t>, way: &Way) -> Term<'t> {
    let mut child = None;
    for index in &way.indices {
        let node = child.map_or(root, |child: Term| child.as_node().expect("as above"));
        child = Some(node.children[usize::from(*index)]);
    }
    child.expect("a way has one step at least")
}

fn value_at<'t>(root: Node<'t>, way: &Way) -> Term<'t> {
    child_at(root, way).as_cons().expect("the way has ended at a leaf").tail
}

/// What the first node of a way is.
#[derive(Clone, Copy)]
pub(super) enum Top {
    /// The root of a map of so many keys.
    Root(usize),
    Inner,
}

impl Top {
    /// A node like it: 3 words and one for each child at most.
    pub(super) fn node<'r>(
        self,
        room: &mut Room<'r>,
        bitmap: u16,
        count: usize,
        children: impl IntoIterator<Item = Term<'r>>,
    ) -> Term<'r> {
        match self {
            Top::Root(size) => root(room, size, bitmap, count, children),
            Top::Inner => inner(room, bitmap, count, children),
        }
    }
}

/// Words of the nodes that tell two leaves apart which have so many digits in common.
pub(super) const fn words_apart(common: usize) -> usize {
    3 * common + 4
}

/// A node in which two leaves are told apart: as far down as they have digits in common.
pub(super) fn set_apart<'r>(
    room: &mut Room<'r>,
    (common, digits): (&[u16], (u16, u16)),
    leaves: (Term<'r>, Term<'r>),
) -> Term<'r> {
    let pair = if digits.0 < digits.1 { [leaves.0, leaves.1] } else { [leaves.1, leaves.0] };
    let mut node = inner(room, 1 << digits.0 | 1 << digits.1, 2, pair);
    for digit in common.iter().rev() {
        node = inner(room, 1 << digit, 1, [node]);
    }
    node
}

impl Way {
    /// Words of the leaf, of copies of the nodes on the way, and of new nodes.
    pub(super) fn words_to_put(&self) -> usize {
        2 + self.words
            + match &self.end {
                End::Leaf => 0,
                End::Free { .. } => 1,
                End::Other { common, .. } => words_apart(common.len()),
            }
    }

    /// The node that the way begins at, with the leaf put at its end.
    pub(super) fn put<'r>(
        &self,
        room: &mut Room<'r>,
        from: Node<'r>,
        leaf: Term<'r>,
        top: Top,
    ) -> Term<'r> {
        let nodes = nodes_on(from, self);
        let mut child = match &self.end {
            End::Leaf | End::Free { .. } => leaf,
            End::Other { common, digits } => {
                set_apart(room, (common, *digits), (leaf, child_at(from, self)))
            }
        };
        for (depth, (node, index)) in nodes.iter().zip(&self.indices).enumerate().rev() {
            let (index, count) = (usize::from(*index), node.children.len());
            let kind = if depth == 0 { top } else { Top::Inner };
            child = match self.end {
                End::Free { digit } if depth + 1 == nodes.len() => {
                    let children = with(node.children, index, child);
                    kind.node(room, node.bitmap | 1 << digit, count + 1, children)
                }
                _ => kind.node(room, node.bitmap, count, replaced(node.children, index, child)),
            };
        }
        child
    }
}

fn replaced<'t>(
    terms: &'t [Term<'t>],
    index: usize,
    term: Term<'t>,
) -> impl Iterator<Item = Term<'t>> {
    let (before, after) = terms.split_at(index);
    before.iter().copied().chain([term]).chain(after[1..].iter().copied())
}

/// An inner node: 2 words and one for each child.
pub(super) fn inner<'r>(
    room: &mut Room<'r>,
    bitmap: u16,
    count: usize,
    children: impl IntoIterator<Item = Term<'r>>,
) -> Term<'r> {
    let parts = [Term::size(usize::from(bitmap))].into_iter().chain(children);
    room.object(header(kind::HASH_NODE, 1 + count), parts)
}

/// The root of a trie: 3 words and one for each child.
pub(super) fn root<'r>(
    room: &mut Room<'r>,
    size: usize,
    bitmap: u16,
    count: usize,
    children: impl IntoIterator<Item = Term<'r>>,
) -> Term<'r> {
    let parts = [Term::size(size), Term::size(usize::from(bitmap))].into_iter().chain(children);
    room.object(header(kind::HASH_MAP, 2 + count), parts)
}

/// What was taken out of a map, and what is left of it.
pub struct Taken {
    pub value: Root,
    pub map: Root,
}

/// The map without the key; `None` if it is not there.
pub fn remove(call: &mut Call, map: Root, key: Root) -> Option<Taken> {
    let env = call.work.env;
    let source = Map::of(call.work.rooted(map)).expect("the caller has seen a map");
    match source {
        Map::Flat(flat) => {
            let index = flat_index(flat.keys, call.work.rooted(key), env)?;
            let value = flat.values[index].keep();
            let value = call.work.root(value);
            let View::FlatMap(flat) = call.work.rooted(map).view() else { unreachable!("flat") };
            let size = flat.keys.len() - 1;
            let mut room = call.work.reserve(flat_words(size) + 1 + size);
            let View::FlatMap(flat) = room.rooted(map).view() else { unreachable!("flat") };
            let keys = room.tuple_from(size, without(flat.keys, index));
            let left = flat_from(&mut room, keys, size, without(flat.values, index)).keep();
            Some(Taken { value, map: call.work.root(left) })
        }
        Map::Hash(trie) => {
            let way = way(trie.root, 0, call.work.rooted(key), env);
            let End::Leaf = way.end else { return None };
            let size = trie.size;
            let value = value_at(trie.root, &way).keep();
            let value = call.work.root(value);
            let left = if size == FLAT_KEYS_MAX + 1 {
                flatten_without(call, map, key)
            } else {
                let mut room = call.work.reserve(way.words);
                let View::HashMap(trie) = room.rooted(map).view() else { unreachable!("a trie") };
                let left = way.remove(&mut room, trie).keep();
                call.work.root(left)
            };
            Some(Taken { value, map: left })
        }
    }
}

/// A trie that is one key too small after the key is gone.
fn flatten_without(call: &mut Call, map: Root, key: Root) -> Root {
    let env = call.work.env;
    let entries = Map::of(call.work.rooted(map)).expect("it is a map").entries();
    let keys: Vec<Term> = entries.map(|(key, _)| key).collect();
    let gone = flat_index(&keys, call.work.rooted(key), env).expect("it has been found");
    let keys: Vec<Term> = without(&keys, gone).collect();
    let plan = Plan::new(&keys, env);
    let mut room = call.work.reserve(plan.words());
    let entries = Map::of(room.rooted(map)).expect("it is a map").entries().enumerate();
    let left: Vec<_> = entries.filter(|(at, _)| *at != gone).map(|(_, entry)| entry).collect();
    let left = plan.build(&mut room, &left).keep();
    call.work.root(left)
}

impl Way {
    /// The trie without the leaf at the end. A node that has nothing but one leaf left gives it to
    /// its parent.
    fn remove<'r>(&self, room: &mut Room<'r>, map: HashMap<'r>) -> Term<'r> {
        let nodes = nodes_on(map.root, self);
        // What the child on the way becomes: nothing, or another one.
        let mut child: Option<Term> = None;
        for (depth, (node, index)) in nodes.iter().zip(&self.indices).enumerate().rev() {
            let index = usize::from(*index);
            let (bitmap, children): (u16, Vec<Term>) = match child {
                Some(child) => (node.bitmap, replaced(node.children, index, child).collect()),
                None => {
                    let mut digits = (0..16).filter(|digit| node.bitmap & 1_u16 << digit != 0);
                    let bit = 1_u16 << digits.nth(index).expect("each child has a bit");
                    (node.bitmap & !bit, without(node.children, index).collect())
                }
            };
            child = Some(match children[..] {
                [only] if depth > 0 && only.is_cons() => only,
                _ if depth == 0 => root(room, map.size - 1, bitmap, children.len(), children),
                _ => inner(room, bitmap, children.len(), children),
            });
        }
        child.expect("a way has one step at least")
    }
}
