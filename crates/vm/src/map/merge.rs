//! Two tries in one. Nodes that only one of them has, and those that the other adds nothing to, are
//! shared with it.
//!
//! Both are walked together twice: for the words that it may take, and, in room for those, to build.

use super::edit::{Top, set_apart, words_apart};
use super::walk::{apart, place, way};
use crate::call::Call;
use crate::env::{Env, Poll};
use crate::order;
use crate::term::{HashMap, Node, Term, View};
use crate::work::{Room, Root};

/// The keys of two large maps, with the values of the second where both have one.
pub fn merge(call: &mut Call, a: Root, b: Root) -> Root {
    let (trie_a, trie_b) = (trie(call.work.rooted(a)), trie(call.work.rooted(b)));
    let sizes = trie_a.size + trie_b.size;
    let words = words(trie_a.root, trie_b.root, call.work.env);
    let mut room = call.work.reserve(words);
    let (a, b) = (room.rooted(a), room.rooted(b));
    let merged = Merge::new(a, b, room.env).run(&mut room, sizes).keep();
    call.work.root(merged)
}

fn trie(term: Term) -> HashMap {
    match term.view() {
        View::HashMap(trie) => trie,
        _ => unreachable!("the caller has seen two large maps"),
    }
}

/// Both children of a digit.
struct Both<'t> {
    a: Option<Term<'t>>,
    b: Option<Term<'t>>,
}

impl<'t> Both<'t> {
    fn of(a: Node<'t>, b: Node<'t>, digit: u16) -> Both<'t> {
        let child = |node: Node<'t>| match place(node.bitmap, digit) {
            (index, true) => Some(node.children[index]),
            _ => None,
        };
        Both { a: child(a), b: child(b) }
    }
}

/// Words that the merged trie takes, at most.
fn words(a: Node, b: Node, env: &Env) -> usize {
    let mut poll = Poll::new(env);
    let mut words = 1;
    let mut stack = vec![(a, b, 0)];
    while let Some((a, b, level)) = stack.pop() {
        words += 2 + (a.bitmap | b.bitmap).count_ones() as usize;
        for digit in 0..16 {
            poll.step();
            let Both { a: Some(a), b: Some(b) } = Both::of(a, b, digit) else { continue };
            if a.word() == b.word() {
                continue;
            }
            words += match (a.as_node(), b.as_node()) {
                (Some(a), Some(b)) => {
                    stack.push((a, b, level + 1));
                    0
                }
                (Some(node), None) => {
                    let key = b.as_cons().expect("a child is a leaf or a node").head;
                    way(node, level + 1, key, env).words_to_put()
                }
                (None, Some(node)) => {
                    let key = a.as_cons().expect("a child is a leaf or a node").head;
                    way(node, level + 1, key, env).words_to_put()
                }
                (None, None) => {
                    let [a, b] = [a, b].map(|leaf| leaf.as_cons().expect("a leaf").head);
                    if order::equal_exact(a, b, env) {
                        0
                    } else {
                        words_apart(apart(a, b, level + 1, env).0.len())
                    }
                }
            };
        }
    }
    words
}

/// A pair of nodes whose children are being merged.
struct Frame<'r> {
    nodes: (Node<'r>, Node<'r>),
    /// The nodes as terms: the result, if it is no other.
    terms: (Term<'r>, Term<'r>),
    digit: u16,
    bitmap: u16,
    /// Where the merged children begin.
    start: usize,
    /// So far, all children are those of the first node, of the second one.
    same: (bool, bool),
}

struct Merge<'r> {
    frames: Vec<Frame<'r>>,
    children: Vec<Term<'r>>,
    /// Keys that both have.
    common: usize,
    env: &'r Env,
}

impl<'r> Merge<'r> {
    fn new(a: Term<'r>, b: Term<'r>, env: &'r Env) -> Merge<'r> {
        let mut merge = Merge { frames: Vec::new(), children: Vec::new(), common: 0, env };
        merge.open((trie(a).root, trie(b).root), (a, b));
        merge
    }

    fn open(&mut self, nodes: (Node<'r>, Node<'r>), terms: (Term<'r>, Term<'r>)) {
        let start = self.children.len();
        let frame = Frame { nodes, terms, digit: 0, bitmap: 0, start, same: (true, true) };
        self.frames.push(frame);
    }

    /// `sizes` is the sum of those of both.
    fn run(mut self, room: &mut Room<'r>, sizes: usize) -> Term<'r> {
        let mut poll = Poll::new(self.env);
        loop {
            poll.step();
            let level = self.frames.len() as u32;
            let frame = self.frames.last_mut().expect("the root is open to the end");
            if frame.digit == 16 {
                let node = self.close(room, sizes);
                if self.frames.is_empty() {
                    return node;
                }
                self.child(node);
                continue;
            }
            match Both::of(frame.nodes.0, frame.nodes.1, frame.digit) {
                Both { a: None, b: None } => frame.digit += 1,
                Both { a: Some(child), b: None } | Both { a: None, b: Some(child) } => {
                    self.child(child);
                }
                Both { a: Some(a), b: Some(b) } => match (a.as_node(), b.as_node()) {
                    (Some(node_a), Some(node_b)) if a.word() != b.word() => {
                        self.open((node_a, node_b), (a, b));
                    }
                    nodes => {
                        let child = self.merged(room, (a, b), nodes, level);
                        self.child(child);
                    }
                },
            }
        }
    }

    /// The child of the digit at hand.
    fn child(&mut self, child: Term<'r>) {
        let frame = self.frames.last_mut().expect("a node is open");
        let both = Both::of(frame.nodes.0, frame.nodes.1, frame.digit);
        let is = |own: Option<Term>| own.is_some_and(|own| own.word() == child.word());
        frame.same.0 &= is(both.a);
        frame.same.1 &= is(both.b);
        frame.bitmap |= 1 << frame.digit;
        frame.digit += 1;
        self.children.push(child);
    }

    fn close(&mut self, room: &mut Room<'r>, sizes: usize) -> Term<'r> {
        let frame = self.frames.pop().expect("a node is open");
        let children = &self.children[frame.start..];
        let node = match frame.same {
            (true, _) => frame.terms.0,
            (_, true) => frame.terms.1,
            _ => {
                let is_root = self.frames.is_empty();
                let top = if is_root { Top::Root(sizes - self.common) } else { Top::Inner };
                top.node(room, frame.bitmap, children.len(), children.iter().copied())
            }
        };
        self.children.truncate(frame.start);
        node
    }

    /// Two children of which one is a leaf, or that are one and the same.
    fn merged(
        &mut self,
        room: &mut Room<'r>,
        (a, b): (Term<'r>, Term<'r>),
        nodes: (Option<Node<'r>>, Option<Node<'r>>),
        level: u32,
    ) -> Term<'r> {
        let key = |leaf: Term<'r>| leaf.as_cons().expect("a child is a leaf or a node").head;
        match nodes {
            _ if a.word() == b.word() => {
                let mut poll = Poll::new(self.env);
                self.common += super::leaves(a).inspect(|_| poll.step()).count();
                a
            }
            (Some(node), None) => {
                let way = way(node, level, key(b), self.env);
                if let super::walk::End::Leaf = way.end {
                    self.common += 1;
                }
                way.put(room, node, b, Top::Inner)
            }
            (None, Some(node)) => {
                let way = way(node, level, key(a), self.env);
                if let super::walk::End::Leaf = way.end {
                    self.common += 1;
                    return b;
                }
                way.put(room, node, a, Top::Inner)
            }
            _ => {
                if order::equal_exact(key(a), key(b), self.env) {
                    self.common += 1;
                    let [value_a, value_b] =
                        [a, b].map(|leaf| leaf.as_cons().expect("a leaf").tail);
                    return if value_a.word() == value_b.word() { a } else { b };
                }
                let (common, digits) = apart(key(a), key(b), level, self.env);
                set_apart(room, (&common, digits), (a, b))
            }
        }
    }
}
