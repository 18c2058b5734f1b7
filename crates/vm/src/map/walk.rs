//! Ways through a trie: all leaves in order, and the way to the leaf of a key.

use crate::env::{Env, Poll};
use crate::hash;
use crate::order;
use crate::term::{Cons, Node, Term};

/// Levels that one hash has bits for.
pub const LEVELS_OF_HASH: u32 = 8;

/// The hash of a key as a walk down the levels uses it up, four bits each.
pub struct Digits<'k, 'e> {
    key: Term<'k>,
    hash: u32,
    level: u32,
    env: &'e Env,
}

impl<'k, 'e> Digits<'k, 'e> {
    pub fn new(key: Term<'k>, env: &'e Env) -> Digits<'k, 'e> {
        Digits { key, hash: hash::internal(key, env), level: 0, env }
    }

    /// From a level on.
    pub fn from(key: Term<'k>, level: u32, env: &'e Env) -> Digits<'k, 'e> {
        let hash = hash::of_depth(key, level / LEVELS_OF_HASH, env);
        Digits { key, hash: hash >> (4 * (level % LEVELS_OF_HASH)), level, env }
    }

    /// The digit of this level; steps to the next one.
    #[expect(clippy::should_implement_trait, reason = "it never ends: it is no iterator")]
    pub fn next(&mut self) -> u16 {
        let digit = (self.hash & 0xf) as u16;
        self.level += 1;
        self.hash = match self.level % LEVELS_OF_HASH {
            0 => hash::of_depth(self.key, self.level / LEVELS_OF_HASH, self.env),
            _ => self.hash >> 4,
        };
        digit
    }

    pub fn level(&self) -> u32 {
        self.level
    }
}

/// Where among the children the one of a digit is, and whether it is there.
pub fn place(bitmap: u16, digit: u16) -> (usize, bool) {
    let below = bitmap & ((1 << digit) - 1);
    (below.count_ones() as usize, bitmap & 1 << digit != 0)
}

/// The leaf of a key.
pub fn find<'t>(root: Node<'t>, key: Term, env: &Env) -> Option<Cons<'t>> {
    let mut digits = Digits::new(key, env);
    let mut node = root;
    loop {
        let (index, there) = place(node.bitmap, digits.next());
        if !there {
            return None;
        }
        let child = node.children[index];
        match child.as_cons() {
            Some(leaf) => return order::equal_exact(leaf.head, key, env).then_some(leaf),
            None => node = child.as_node().expect("a child is a leaf or a node"),
        }
    }
}

/// What a walk to a key has found.
pub struct Way {
    /// The child that was taken in each node; the last one is where it ended.
    pub indices: Vec<u8>,
    /// Words of the nodes on the way.
    pub words: usize,
    pub end: End,
}

pub enum End {
    /// The key's leaf.
    Leaf,
    /// The last node has no child for the digit; the index is where it would go.
    Free { digit: u16 },
    /// The leaf of another key, from which the key goes apart only further down: the digits that
    /// both have in common below the last node, and the two that tell them apart.
    Other { common: Vec<u16>, digits: (u16, u16) },
}

/// The way to a key from a node of a level.
pub fn way(top: Node, level: u32, key: Term, env: &Env) -> Way {
    let mut poll = Poll::new(env);
    let mut digits = Digits::from(key, level, env);
    let mut node = top;
    let mut way = Way { indices: Vec::with_capacity(8), words: 1, end: End::Leaf };
    loop {
        poll.step();
        let digit = digits.next();
        let (index, there) = place(node.bitmap, digit);
        way.indices.push(index as u8);
        way.words += 2 + node.children.len();
        if !there {
            way.end = End::Free { digit };
            return way;
        }
        let child = node.children[index];
        let Some(leaf) = child.as_cons() else {
            node = child.as_node().expect("a child is a leaf or a node");
            continue;
        };
        if !order::equal_exact(leaf.head, key, env) {
            let (common, digits) = apart(key, leaf.head, digits.level(), env);
            way.end = End::Other { common, digits };
        }
        return way;
    }
}

/// The digits that two keys have in common from a level on, and the two that tell them apart.
pub fn apart(a: Term, b: Term, level: u32, env: &Env) -> (Vec<u16>, (u16, u16)) {
    let mut poll = Poll::new(env);
    let (mut a, mut b) = (Digits::from(a, level, env), Digits::from(b, level, env));
    let mut common = Vec::new();
    loop {
        poll.step();
        match (a.next(), b.next()) {
            (a, b) if a == b => common.push(a),
            digits => return (common, digits),
        }
    }
}

/// The leaves below a child (a leaf or a node), in order.
pub fn leaves(child: Term) -> Leaves {
    match child.as_cons() {
        Some(leaf) => Leaves { leaf: Some(leaf), nodes: Vec::new() },
        None => leaves_of(child.as_node().expect("a child is a leaf or a node")),
    }
}

/// The leaves of a trie, in order.
pub fn leaves_of(root: Node) -> Leaves {
    Leaves { leaf: None, nodes: vec![root.children] }
}

#[derive(Clone)]
pub struct Leaves<'t> {
    leaf: Option<Cons<'t>>,
    /// Children that are still to come, the deepest last.
    nodes: Vec<&'t [Term<'t>]>,
}

impl<'t> Iterator for Leaves<'t> {
    type Item = Cons<'t>;

    fn next(&mut self) -> Option<Cons<'t>> {
        if self.leaf.is_some() {
            return self.leaf.take();
        }
        loop {
            let children = self.nodes.last_mut()?;
            let Some((child, rest)) = children.split_first() else {
                self.nodes.pop();
                continue;
            };
            *children = rest;
            match child.as_cons() {
                Some(leaf) => return Some(leaf),
                None => {
                    let node = child.as_node().expect("a child is a leaf or a node");
                    self.nodes.push(node.children);
                }
            }
        }
    }
}
