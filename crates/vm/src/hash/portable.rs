//! `erlang:phash2`: the same number for the same term in every node and release.

use super::{ByteRun, atom, bits, constant, float_bits, round, round64};
use crate::env::{Env, Poll};
use crate::order::reference_words;
use crate::term::{ExternalKind, Node, Term, View};

/// Integers of so many bits are hashed in the way of the 32-bit machines of old.
const OLD_SMALL_BITS: u32 = 28;
const NIL_FIRST: u32 = 3_468_870_702;
const NIL_LATER: u32 = 2;

enum Next<'t> {
    Term(Term<'t>),
    /// A leaf of a trie, or an inner node.
    Child(Term<'t>),
    /// A key and its value have been hashed.
    Pair,
    /// All pairs have been: back to the hash of what is around the map, and to the pairs of the map
    /// that it is a part of.
    Map {
        hash: u32,
        pairs: u32,
    },
}

/// All 32 bits of it.
pub fn hash(term: Term, env: &Env) -> u32 {
    let mut portable =
        Portable { hash: 0, pairs: 0, stack: vec![Next::Term(term)], poll: Poll::new(env) };
    while let Some(next) = portable.stack.pop() {
        portable.poll.step();
        match next {
            Next::Term(term) => portable.term(term),
            Next::Child(child) => portable.child(child),
            Next::Pair => {
                portable.pairs ^= portable.hash;
                portable.hash = 0;
            }
            Next::Map { hash, pairs } => {
                portable.hash = round(hash, portable.pairs, 0, 19);
                portable.pairs = pairs;
            }
        }
    }
    portable.hash
}

struct Portable<'t, 'e> {
    hash: u32,
    /// The hashes of the pairs of a map, each of its own, together: their order must not count.
    pairs: u32,
    stack: Vec<Next<'t>>,
    poll: Poll<'e>,
}

impl<'t> Portable<'t, '_> {
    fn round(&mut self, x: u32, y: u32, index: u32) {
        self.hash = round(self.hash, x, y, index);
    }

    fn term(&mut self, term: Term<'t>) {
        let env = self.poll.env();
        match term.view() {
            View::Small(small) => self.small(small),
            View::Atom(text) if self.hash == 0 => self.hash = atom(text, env),
            View::Atom(text) => self.round(atom(text, env), 0, 3),
            View::Nil if self.hash == 0 => self.hash = NIL_FIRST,
            View::Nil => self.round(NIL_LATER, 0, 2),
            View::Pid(pid) => self.round(pid.0, 0, 5),
            View::Port(port) => self.round(port.0, 0, 6),
            View::Cons(_) => self.list(term),
            View::Tuple(elements) => {
                self.round(elements.len() as u32, 0, 9);
                self.stack.extend(elements.iter().rev().map(|element| Next::Term(*element)));
            }
            View::Bits(of) => self.hash = bits(of, self.hash, &mut self.poll),
            View::Big(big) => {
                for limb in big.limbs {
                    self.hash = round64(self.hash, *limb, if big.negative { 10 } else { 11 });
                }
                self.poll.steps(big.limbs.len() as u32 / 4);
            }
            View::Float(float) => {
                let bits = float_bits(float);
                self.round((bits >> 32) as u32, bits as u32, 12);
            }
            View::Reference(reference) => {
                self.round(reference_words(reference.number)[0], 0, 7);
            }
            View::External(external) => {
                let number = |index: usize| {
                    external.numbers.get(index).and_then(|number| number.as_small()).unwrap_or(0)
                };
                match external.kind {
                    ExternalKind::Pid => self.round(number(0) as u32, 0, 5),
                    ExternalKind::Port => self.round(number(0) as u32, number(1) as u32, 6),
                    ExternalKind::Reference => self.round(number(0) as u32, 0, 7),
                }
            }
            View::Fun(fun) => {
                let name = env.funs.lambda(fun.lambda);
                self.round(fun.free.len() as u32, atom(name.module, env), 1);
                self.round(name.index, name.old_uniq, 1);
                self.stack.extend(fun.free.iter().rev().map(|term| Next::Term(*term)));
            }
            View::Export(number) => {
                let mfa = env.funs.export(number);
                self.round(u32::from(mfa.arity), atom(mfa.module, env), 1);
                self.round(atom(mfa.function, env), 0, 14);
            }
            View::FlatMap(map) => {
                if self.map(map.keys.len()) {
                    for (key, value) in map.keys.iter().zip(map.values) {
                        self.pair(*key, *value);
                    }
                }
            }
            View::HashMap(map) => {
                if self.map(map.size) {
                    self.node(map.root);
                }
            }
            View::Context(_) => panic!("a match context is no term that can be hashed"),
        }
    }

    fn small(&mut self, small: i64) {
        let limit = 1 << (OLD_SMALL_BITS - 1);
        if (-limit..limit).contains(&small) {
            // A negative number is mixed twice.
            if small < 0 {
                self.round(small.unsigned_abs() as u32, 0, 1);
            }
            self.round(small as u32, 0, 1);
        } else {
            let index = if small < 0 { 10 } else { 11 };
            self.hash = round64(self.hash, small.unsigned_abs(), index);
        }
    }

    /// Begins a map; false if it is empty.
    fn map(&mut self, size: usize) -> bool {
        self.round(size as u32, 0, 16);
        if size > 0 {
            self.stack.push(Next::Map { hash: self.hash, pairs: self.pairs });
            (self.hash, self.pairs) = (0, 0);
        }
        size > 0
    }

    fn pair(&mut self, key: Term<'t>, value: Term<'t>) {
        self.stack.extend([Next::Pair, Next::Term(value), Next::Term(key)]);
    }

    fn node(&mut self, node: Node<'t>) {
        self.stack.extend(node.children.iter().map(|child| Next::Child(*child)));
    }

    fn child(&mut self, child: Term<'t>) {
        match child.as_cons() {
            Some(leaf) => self.pair(leaf.head, leaf.tail),
            None => self.node(child.as_node().expect("a child is a leaf or a node")),
        }
    }

    /// The first elements together, as long as they are bytes; then one element, the rest later.
    fn list(&mut self, list: Term<'t>) {
        let mut run = ByteRun { rest: list };
        let (mut bytes, mut count) = run.word(&mut self.poll);
        while count == 4 {
            self.round(bytes, 0, 4);
            (bytes, count) = run.word(&mut self.poll);
        }
        let rest = run.rest;
        if count > 0 {
            self.round(bytes, 0, 4);
        }
        match rest.as_cons() {
            Some(cell) => {
                self.stack.push(Next::Term(cell.tail));
                self.stack.push(Next::Term(cell.head));
            }
            None => self.stack.push(Next::Term(rest)),
        }
    }
}

// The rounds' constants begin with the golden ratio.
const _: () = assert!(constant(1) == 0x9e37_79b9);
