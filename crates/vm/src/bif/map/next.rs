//! `erts_internal:map_next/3`, which iterators and `maps:to_list/1` are made of.
//!
//! Where an iterator stands in a large map is a number: four bits for the child that is next in each
//! node, the root's the lowest.

use crate::call::{BADARG, Call, Leave};
use crate::env::Poll;
use crate::map::{FLAT_KEYS_MAX, Map};
use crate::term::{Cons, HashMap, Node, Term, View};
use crate::work::Done;

/// Entries that an iterator gets at once: few at first, for who wants no more.
const FIRST: usize = FLAT_KEYS_MAX;
const MORE: usize = 1000;
const NIBBLES_OF_LIMB: usize = 16;

/// `map_next(Path, Map, iterator | List)`.
pub fn map_next(call: &mut Call) -> Result<Done, Leave> {
    let Some(map) = Map::of(call.arg(1)) else { return Err(BADARG) };
    let iterator = call.intern("iterator");
    let as_iterator = call.arg(2).is(iterator);
    if !as_iterator && !call.arg(2).is_list() {
        return Err(BADARG);
    }
    match map {
        Map::Flat(flat) => {
            if call.arg(0).as_size().is_none_or(|from| from > flat.keys.len()) {
                return Err(BADARG);
            }
            let count = flat.keys.len();
            call.work.charge(count / 4);
            if as_iterator { flat_iterator(call, count) } else { flat_list(call, count) }
        }
        Map::Hash(trie) => {
            let path = path_of(call.arg(0)).ok_or(BADARG)?;
            Walk::new(trie, &path).ok_or(BADARG)?;
            if as_iterator { hash_iterator(call, &path) } else { hash_list(call, &path) }
        }
    }
}

fn flat_list(call: &mut Call, count: usize) -> Result<Done, Leave> {
    let mut room = call.work.reserve(5 * count);
    let View::FlatMap(flat) = room.arg(1).view() else { unreachable!("it was one before") };
    let mut list = room.arg(2);
    for (key, value) in flat.keys.iter().zip(flat.values).rev() {
        let pair = room.tuple(&[*key, *value]);
        list = room.cons(pair, list);
    }
    Ok(list.done())
}

fn flat_iterator(call: &mut Call, count: usize) -> Result<Done, Leave> {
    let none = call.intern("none");
    let mut room = call.work.reserve(4 * count);
    let View::FlatMap(flat) = room.arg(1).view() else { unreachable!("it was one before") };
    let mut next = Term::atom(none);
    for (key, value) in flat.keys.iter().zip(flat.values).rev() {
        next = room.tuple(&[*key, *value, next]);
    }
    Ok(next.done())
}

/// All that are left, the last one first, before the list that is there.
fn hash_list(call: &mut Call, path: &[u8]) -> Result<Done, Leave> {
    let View::HashMap(trie) = call.arg(1).view() else { unreachable!("it was one before") };
    let walk = Walk::new(trie, path).expect("the path was walked before");
    let mut poll = Poll::new(call.work.env);
    let count = walk.inspect(|_| poll.step()).count();
    call.work.charge(count / 4);
    let mut room = call.work.reserve(5 * count);
    let View::HashMap(trie) = room.arg(1).view() else { unreachable!("it was one before") };
    let mut list = room.arg(2);
    for leaf in Walk::new(trie, path).expect("the path was walked before") {
        let pair = room.tuple(&[leaf.head, leaf.tail]);
        list = room.cons(pair, list);
    }
    Ok(list.done())
}

/// `{K1, V1, {K2, V2, ... [Path | Map]}}`, or `none` at the end.
fn hash_iterator(call: &mut Call, path: &[u8]) -> Result<Done, Leave> {
    let none = call.intern("none");
    let View::HashMap(trie) = call.arg(1).view() else { unreachable!("it was one before") };
    let max = if path.iter().all(|index| *index == 0) { FIRST } else { MORE };
    let mut walk = Walk::new(trie, path).expect("the path was walked before");
    let count = walk.by_ref().take(max).count();
    let rest = walk.path();
    call.work.charge(count / 4);
    let limbs = rest.as_ref().map_or(0, |path| path.len().div_ceil(NIBBLES_OF_LIMB));
    let mut room = call.work.reserve(4 * count + 2 + 1 + limbs);
    let map = room.arg(1);
    let View::HashMap(trie) = map.view() else { unreachable!("it was one before") };
    let mut next = match rest {
        None => Term::atom(none),
        Some(path) => {
            let limbs: Vec<u64> = path
                .chunks(NIBBLES_OF_LIMB)
                .map(|limb| limb.iter().rev().fold(0, |word, index| word << 4 | u64::from(*index)))
                .collect();
            let path = room.integer(false, &limbs);
            room.cons(path, map)
        }
    };
    let walk = Walk::new(trie, path).expect("the path was walked before");
    let leaves: Vec<Cons> = walk.take(count).collect();
    for leaf in leaves.into_iter().rev() {
        next = room.tuple(&[leaf.head, leaf.tail, next]);
    }
    Ok(next.done())
}

/// The indices of a path; zeros go on for ever.
fn path_of(term: Term) -> Option<Vec<u8>> {
    let limbs = match term.view() {
        View::Small(path) => vec![u64::try_from(path).ok()?],
        View::Big(path) if !path.negative => path.limbs.to_vec(),
        _ => return None,
    };
    let nibbles =
        limbs.iter().flat_map(|limb| (0..16).map(move |at| (limb >> (4 * at) & 15) as u8));
    Some(nibbles.collect())
}

/// A walk over the leaves that knows where it stands.
struct Walk<'t> {
    /// The nodes on the way, and the child that is next in each.
    nodes: Vec<(Node<'t>, usize)>,
}

impl<'t> Walk<'t> {
    /// From the leaf on that a path leads to.
    fn new(trie: HashMap<'t>, path: &[u8]) -> Option<Walk<'t>> {
        let mut nodes = vec![];
        let mut node = trie.root;
        for level in 0.. {
            let index = usize::from(path.get(level).copied().unwrap_or(0));
            let child = node.children.get(index)?;
            match child.as_node() {
                Some(next) => {
                    nodes.push((node, index + 1));
                    node = next;
                }
                None => {
                    nodes.push((node, index));
                    break;
                }
            }
        }
        Some(Walk { nodes })
    }

    /// The path to the next leaf; `None` at the end.
    fn path(&mut self) -> Option<Vec<u8>> {
        while self.nodes.last().is_some_and(|(node, next)| *next == node.children.len()) {
            self.nodes.pop();
        }
        let (last, above) = self.nodes.split_last()?;
        // Above the last node, the child that was taken is the one before the next.
        let taken = above.iter().map(|(_, next)| next - 1);
        Some(taken.chain([last.1]).map(|index| index as u8).collect())
    }
}

impl<'t> Iterator for Walk<'t> {
    type Item = Cons<'t>;

    fn next(&mut self) -> Option<Cons<'t>> {
        loop {
            let (node, next) = self.nodes.last_mut()?;
            let Some(child) = node.children.get(*next) else {
                self.nodes.pop();
                continue;
            };
            *next += 1;
            match child.as_cons() {
                Some(leaf) => return Some(leaf),
                None => {
                    let node = child.as_node().expect("a child is a leaf or a node");
                    self.nodes.push((node, 0));
                }
            }
        }
    }
}
