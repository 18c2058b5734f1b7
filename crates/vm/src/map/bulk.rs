//! A map of many keys at once: first a plan, made of the keys alone, then, in room for it, the map.
//!
//! A plan names entries by their number, so that it stands while a collection moves them. Of equal
//! keys the last entry counts.
//!
//! The trie is built from its leaves in the order of their digits. How many digits a leaf shares
//! with its neighbours says how deep it stands, and which nodes are whole after it:
//!
//! ```text
//! digits    shared with next    level of the leaf = the larger of the two
//! 3 1 ...        1                1      opens the node below 3
//! 3 4 ...        0                1      the node below 3 is whole
//! 7 0 ...        -                0
//! ```

use std::cmp::Ordering;

use super::walk::{Digits, LEVELS_OF_HASH};
use super::{FLAT_KEYS_MAX, flat_from, flat_words};
use crate::env::{Env, Poll};
use crate::hash;
use crate::order;
use crate::term::{Term, header};
use crate::work::Room;
use beamlet_code::abi::kind;

/// A map to be.
pub struct Plan {
    /// Numbers of the entries that count: in the order of keys (flat), or of digits.
    order: Vec<u32>,
    shape: Shape,
}

enum Shape {
    Flat,
    /// Digits that each leaf shares with the next, and how many nodes there are beside the root.
    Trie {
        hashes: Vec<u32>,
        shared: Vec<u32>,
        nodes: usize,
    },
}

/// The digits in the order of their weight: the lowest first.
const fn path_of(hash: u32) -> u32 {
    let nibbles = (hash & 0x0f0f_0f0f) << 4 | (hash & 0xf0f0_f0f0) >> 4;
    nibbles.swap_bytes()
}

impl Plan {
    pub fn new(keys: &[Term], env: &Env) -> Plan {
        if keys.len() <= FLAT_KEYS_MAX {
            return Plan {
                order: sorted(keys, (0..keys.len() as u32).collect(), env),
                shape: Shape::Flat,
            };
        }
        let mut poll = Poll::new(env);
        let mut leaves: Vec<(u32, u32)> = Vec::with_capacity(keys.len());
        for (number, key) in keys.iter().enumerate() {
            poll.step();
            leaves.push((path_of(hash::internal(*key, env)), number as u32));
        }
        leaves.sort_unstable();
        let leaves = distinct(keys, leaves, env);
        if leaves.len() <= FLAT_KEYS_MAX {
            let numbers = leaves.into_iter().map(|(_, number)| number).collect();
            return Plan { order: sorted(keys, numbers, env), shape: Shape::Flat };
        }
        let mut shared = Vec::with_capacity(leaves.len());
        for pair in leaves.windows(2) {
            poll.step();
            shared.push(match pair[0].0 ^ pair[1].0 {
                0 => shared_deeper(keys[pair[0].1 as usize], keys[pair[1].1 as usize], env),
                differing => differing.leading_zeros() / 4,
            });
        }
        shared.push(0);
        let mut nodes = 0;
        let mut before = 0;
        for next in &shared {
            nodes += (*next).max(before) - before;
            before = *next;
        }
        let (hashes, order) =
            leaves.into_iter().map(|(path, number)| (path_of(path), number)).unzip();
        Plan { order, shape: Shape::Trie { hashes, shared, nodes: nodes as usize } }
    }

    /// Keys of the map.
    pub fn size(&self) -> usize {
        self.order.len()
    }

    /// Words that it takes.
    pub fn words(&self) -> usize {
        let size = self.size();
        match &self.shape {
            Shape::Flat => flat_words(size) + 1 + size,
            // The root has a header, the size and a bitmap; a node a header and a bitmap, and a
            // word in its parent; a leaf two words and one in its parent.
            Shape::Trie { nodes, .. } => 3 + 3 * nodes + 3 * size,
        }
    }

    /// The map of these entries, whose keys the plan was made of.
    pub fn build<'r>(&self, room: &mut Room<'r>, entries: &[(Term<'r>, Term<'r>)]) -> Term<'r> {
        self.build_sharing(room, entries, None)
    }

    /// The same, with the tuple of keys of a flat map that has just these.
    pub fn build_sharing<'r>(
        &self,
        room: &mut Room<'r>,
        entries: &[(Term<'r>, Term<'r>)],
        keys: Option<Term<'r>>,
    ) -> Term<'r> {
        let ordered = self.order.iter().map(|number| entries[*number as usize]);
        match &self.shape {
            Shape::Flat => {
                let own = ordered.clone().map(|(key, _)| key);
                let keys = keys.unwrap_or_else(|| room.tuple_from(self.size(), own));
                flat_from(room, keys, self.size(), ordered.map(|(_, value)| value))
            }
            Shape::Trie { hashes, shared, .. } => {
                let mut builder = Builder { open: Vec::new(), children: Vec::new() };
                builder.open.push(Open { bitmap: 0, children: 0 });
                let mut poll = Poll::new(room.env);
                let mut before = 0;
                for (index, (key, value)) in ordered.enumerate() {
                    poll.step();
                    let next = shared[index];
                    let leaf = room.cons(key, value);
                    builder.leaf(room, key, leaf, hashes[index], before.max(next), next);
                    before = next;
                }
                let root = builder.open.pop().expect("the root is open to the end");
                let parts = [Term::size(self.size()), Term::size(usize::from(root.bitmap))];
                let words = 2 + builder.children.len();
                room.object(
                    header(kind::HASH_MAP, words),
                    parts.into_iter().chain(builder.children),
                )
            }
        }
    }
}

/// A node whose children are still coming.
struct Open {
    bitmap: u16,
    /// Where its children begin.
    children: usize,
}

struct Builder<'r> {
    open: Vec<Open>,
    children: Vec<Term<'r>>,
}

impl<'r> Builder<'r> {
    /// A leaf at a level; nodes further down than `next` are whole after it.
    fn leaf(
        &mut self,
        room: &mut Room<'r>,
        key: Term<'r>,
        leaf: Term<'r>,
        hash: u32,
        level: u32,
        next: u32,
    ) {
        let env = room.env;
        let digit = |level: u32| {
            if level < LEVELS_OF_HASH {
                (hash >> (4 * level) & 0xf) as u16
            } else {
                Digits::from(key, level, env).next()
            }
        };
        while self.open.len() <= level as usize {
            self.open.push(Open { bitmap: 0, children: self.children.len() });
        }
        self.children.push(leaf);
        self.open[level as usize].bitmap |= 1 << digit(level);
        while self.open.len() > next as usize + 1 {
            let node = self.open.pop().expect("the root stays open");
            let children = self.children.drain(node.children..);
            let words = 1 + children.len();
            let parts = [Term::size(usize::from(node.bitmap))].into_iter().chain(children);
            let node = room.object(header(kind::HASH_NODE, words), parts);
            self.children.push(node);
            let parent = self.open.len() - 1;
            self.open[parent].bitmap |= 1 << digit(parent as u32);
        }
    }
}

/// The entries in the order of their keys, the last of each.
fn sorted(keys: &[Term], mut numbers: Vec<u32>, env: &Env) -> Vec<u32> {
    let key = |number: u32| keys[number as usize];
    numbers.sort_unstable_by(|a, b| {
        order::compare_exact(key(*a), key(*b), env).then_with(|| b.cmp(a))
    });
    numbers.dedup_by(|next, kept| order::equal_exact(key(*next), key(*kept), env));
    numbers
}

/// Leaves in the order of their digits, the last of each key. They come in the order of their first
/// eight digits.
fn distinct(keys: &[Term], leaves: Vec<(u32, u32)>, env: &Env) -> Vec<(u32, u32)> {
    let mut poll = Poll::new(env);
    let mut kept = Vec::with_capacity(leaves.len());
    for same in leaves.chunk_by(|a, b| a.0 == b.0) {
        poll.step();
        if let [leaf] = same {
            kept.push(*leaf);
            continue;
        }
        let path = same[0].0;
        let mut numbers = sorted(keys, same.iter().map(|(_, number)| *number).collect(), env);
        numbers.sort_by(|a, b| order_deeper(keys[*a as usize], keys[*b as usize], env));
        kept.extend(numbers.into_iter().map(|number| (path, number)));
    }
    kept
}

/// The order of two keys whose first hashes are the same.
fn order_deeper(a: Term, b: Term, env: &Env) -> Ordering {
    if order::equal_exact(a, b, env) {
        return Ordering::Equal;
    }
    let (mut a, mut b) =
        (Digits::from(a, LEVELS_OF_HASH, env), Digits::from(b, LEVELS_OF_HASH, env));
    let mut poll = Poll::new(env);
    loop {
        poll.step();
        let ordering = a.next().cmp(&b.next());
        if ordering.is_ne() {
            return ordering;
        }
    }
}

/// Digits that two keys share whose first hashes are the same.
fn shared_deeper(a: Term, b: Term, env: &Env) -> u32 {
    let (mut a, mut b) =
        (Digits::from(a, LEVELS_OF_HASH, env), Digits::from(b, LEVELS_OF_HASH, env));
    let mut poll = Poll::new(env);
    let mut shared = LEVELS_OF_HASH;
    while a.next() == b.next() {
        poll.step();
        shared += 1;
    }
    shared
}
