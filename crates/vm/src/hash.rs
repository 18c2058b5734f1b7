//! Hashes of terms: the internal one, which lays out large maps, and OTP's portable ones
//! (`phash2`, and the old `phash`).
//!
//! All are made of the same rounds (Bob Jenkins' mix of three words), fed in OTP's order, so that
//! the numbers are OTP's. Atoms of the internal hash are their numbers, as in OTP, where these
//! differ from run to run, too.

use crate::atoms::Atom;
use crate::env::{Env, Poll};
use crate::term::{Bits, ExternalKind, Node, Term, View};

pub mod old;
pub mod portable;

/// The golden ratio, and multiples of it: one for each kind of thing that is hashed.
pub(crate) const fn constant(index: u32) -> u32 {
    0x9e37_79b9_u32.wrapping_mul(index)
}

/// What the internal hash starts from, so that it differs from the portable one.
const INTERNAL_SALT: u32 = 3_432_918_353;

/// Reversible mixing of three words; the third is the hash.
pub(crate) const fn mix(mut a: u32, mut b: u32, mut c: u32) -> (u32, u32, u32) {
    a = a.wrapping_sub(b).wrapping_sub(c) ^ (c >> 13);
    b = b.wrapping_sub(c).wrapping_sub(a) ^ (a << 8);
    c = c.wrapping_sub(a).wrapping_sub(b) ^ (b >> 13);
    a = a.wrapping_sub(b).wrapping_sub(c) ^ (c >> 12);
    b = b.wrapping_sub(c).wrapping_sub(a) ^ (a << 16);
    c = c.wrapping_sub(a).wrapping_sub(b) ^ (b >> 5);
    a = a.wrapping_sub(b).wrapping_sub(c) ^ (c >> 3);
    b = b.wrapping_sub(c).wrapping_sub(a) ^ (a << 10);
    c = c.wrapping_sub(a).wrapping_sub(b) ^ (b >> 15);
    (a, b, c)
}

/// One round over two words, of the kind that `index` says.
pub(crate) const fn round(hash: u32, x: u32, y: u32, index: u32) -> u32 {
    let constant = constant(index);
    mix(constant.wrapping_add(x), constant.wrapping_add(y), hash).2
}

pub(crate) const fn round64(hash: u32, word: u64, index: u32) -> u32 {
    round(hash, word as u32, (word >> 32) as u32, index)
}

/// Rounds over the bytes of a block, twelve at a time; the length goes into the last one.
pub(crate) fn block(bytes: &[u8], hash: u32, poll: &mut Poll) -> u32 {
    let word =
        |bytes: &[u8]| bytes.iter().rev().fold(0_u32, |word, byte| word << 8 | u32::from(*byte));
    let (mut a, mut b, mut c) = (constant(1), constant(1), hash);
    let (chunks, rest) = bytes.as_chunks::<12>();
    for chunk in chunks {
        poll.step();
        a = a.wrapping_add(word(&chunk[..4]));
        b = b.wrapping_add(word(&chunk[4..8]));
        c = c.wrapping_add(word(&chunk[8..]));
        (a, b, c) = mix(a, b, c);
    }
    c = c.wrapping_add(bytes.len() as u32);
    a = a.wrapping_add(word(&rest[..rest.len().min(4)]));
    b = b.wrapping_add(word(rest.get(4..rest.len().min(8)).unwrap_or(&[])));
    // The lowest byte of the third word is the length's.
    c = c.wrapping_add(word(rest.get(8..).unwrap_or(&[])) << 8);
    mix(a, b, c).2
}

/// Of a bitstring: its whole bytes, and then the bits that are left.
pub(crate) fn bits(bits: Bits, hash: u32, poll: &mut Poll) -> u32 {
    let seed = constant(13).wrapping_add(hash);
    if bits.size == 0 {
        return seed;
    }
    let (bytes, left) = (bits.size / 8, bits.size % 8);
    let whole = bits.part(0, bytes * 8).to_bytes().expect("a whole number of bytes");
    let hash = block(&whole, seed, poll);
    if left == 0 {
        return hash;
    }
    round(hash, left as u32, u32::from(bits.byte(bytes) >> (8 - left)), 15)
}

/// The hash of an atom's text that both portable hashes take: PJW's, with the code points below 256
/// that UTF-8 writes as two bytes taken as one.
pub(crate) fn atom(atom: Atom, env: &Env) -> u32 {
    let mut bytes = env.atoms.text(atom).as_bytes();
    let mut hash = 0_u32;
    while let Some((byte, rest)) = bytes.split_first() {
        let (mut value, mut next) = (*byte, rest);
        if value & 0xfe == 0xc2
            && let Some((second, after)) = rest.split_first()
            && second & 0xc0 == 0x80
        {
            (value, next) = (value << 6 | second & 0x3f, after);
        }
        bytes = next;
        hash = (hash << 4).wrapping_add(u32::from(value));
        let high = hash & 0xf000_0000;
        hash ^= high >> 24 ^ high;
    }
    hash
}

/// Both zeros are one number, and so have one hash.
pub(crate) const fn float_bits(float: f64) -> u64 {
    if float == 0.0 { 0 } else { float.to_bits() }
}

/// OTP's internal hash, which lays out large maps.
pub fn internal(term: Term, env: &Env) -> u32 {
    salted(term, 0, env)
}

/// The internal hash that the levels of a map's trie from `8 * depth` on go by.
pub fn of_depth(term: Term, depth: u32, env: &Env) -> u32 {
    let salt = if depth == 0 { 0 } else { round(0, depth, 1, 22) };
    salted(term, salt, env)
}

enum Next<'t> {
    Term(Term<'t>),
    /// A leaf of a trie (a cons of key and value), or an inner node.
    Child(Term<'t>),
    /// What was hashed was the end of an improper list.
    Tail,
}

fn salted(term: Term, salt: u32, env: &Env) -> u32 {
    let hash = salt ^ INTERNAL_SALT;
    if term.is_immediate() {
        return round64(hash, term.word(), 1);
    }
    let mut internal = Internal { hash, stack: vec![Next::Term(term)], poll: Poll::new(env) };
    while let Some(next) = internal.stack.pop() {
        internal.poll.step();
        match next {
            Next::Term(term) => internal.term(term),
            Next::Child(child) => internal.child(child),
            Next::Tail => internal.mark(18),
        }
    }
    internal.hash
}

struct Internal<'t, 'e> {
    hash: u32,
    stack: Vec<Next<'t>>,
    poll: Poll<'e>,
}

impl<'t> Internal<'t, '_> {
    fn round(&mut self, x: u32, y: u32, index: u32) {
        self.hash = round(self.hash, x, y, index);
    }

    /// A light mixing of what kind of thing comes next.
    fn mark(&mut self, index: u32) {
        self.hash = (self.hash ^ constant(index)).rotate_left(17);
    }

    fn term(&mut self, term: Term<'t>) {
        match term.view() {
            View::Cons(_) => self.list(term),
            View::Tuple(elements) => {
                self.round(elements.len() as u32, 0, 9);
                self.stack.extend(elements.iter().rev().map(|element| Next::Term(*element)));
            }
            View::FlatMap(map) => {
                self.round(map.keys.len() as u32, 0, 16);
                for (key, value) in map.keys.iter().zip(map.values).rev() {
                    self.stack.push(Next::Term(*value));
                    self.stack.push(Next::Term(*key));
                }
            }
            View::HashMap(map) => {
                self.round(map.size as u32, 0, 16);
                self.node(map.root);
            }
            View::Fun(fun) => {
                let name = self.poll.env().funs.lambda(fun.lambda);
                let module = Term::atom(name.module).word();
                self.round(fun.free.len() as u32, module as u32, 20);
                self.round(name.index, name.old_uniq, 21);
                self.stack.extend(fun.free.iter().rev().map(|term| Next::Term(*term)));
            }
            // OTP hashes the address of the export: any number of its own will do.
            View::Export(number) => self.round(number, 0, 14),
            View::Bits(of) => self.hash = bits(of, self.hash, &mut self.poll),
            View::Big(big) => {
                for limb in big.limbs {
                    self.hash = round64(self.hash, *limb, if big.negative { 10 } else { 11 });
                }
                self.poll.steps(big.limbs.len() as u32 / 4);
            }
            View::Reference(reference) => {
                let [low, middle, high] = crate::order::reference_words(reference.number);
                self.round(low, 0, 7);
                self.round(middle, high, 8);
            }
            View::External(external)
                if external.kind == ExternalKind::Reference
                    && external.node == Atom::NONODE_NOHOST
                    && external.creation == 0 =>
            {
                // One of this node, whose number is larger than ours are.
                let word = |index: usize| {
                    let word = external.numbers.get(index).and_then(|word| word.as_small());
                    word.unwrap_or(0) as u32
                };
                self.round(word(0), 0, 7);
                self.round(word(1), word(2), 8);
            }
            View::External(external) => {
                // OTP hashes the address of the node: any number of its own will do.
                let node = Term::atom(external.node).word();
                self.hash = round64(self.hash, node ^ (external.creation as u64) << 32, 5);
                for number in external.numbers {
                    self.hash = round64(self.hash, number.word(), 5);
                }
            }
            View::Float(float) => self.hash = round64(self.hash, float_bits(float), 12),
            View::Small(_) | View::Atom(_) | View::Nil | View::Pid(_) | View::Port(_) => {
                self.hash = round64(self.hash, term.word(), 1);
            }
            View::Context(_) => panic!("a match context is no term that can be hashed"),
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
            self.round(bytes, count, 22);
        }
        match rest.as_cons() {
            Some(cell) => {
                self.mark(17);
                self.stack.push(Next::Term(cell.tail));
                if !cell.tail.is_cons() {
                    self.stack.push(Next::Tail);
                }
                self.stack.push(Next::Term(cell.head));
            }
            None => self.stack.push(Next::Term(rest)),
        }
    }

    /// OTP pushes the children in order, and so hashes the last one first.
    fn node(&mut self, node: Node<'t>) {
        self.stack.extend(node.children.iter().map(|child| Next::Child(*child)));
    }

    fn child(&mut self, child: Term<'t>) {
        match child.as_cons() {
            Some(leaf) => {
                self.stack.push(Next::Term(leaf.tail));
                self.stack.push(Next::Term(leaf.head));
            }
            None => self.node(child.as_node().expect("a child is a leaf or a node")),
        }
    }
}
/// The bytes that a list begins with, four to a word.
struct ByteRun<'t> {
    /// What has not been taken.
    rest: Term<'t>,
}

impl ByteRun<'_> {
    /// The next bytes, the first the most significant, and how many they are: fewer than four at
    /// the end of the run.
    fn word(&mut self, poll: &mut Poll) -> (u32, u32) {
        let (mut bytes, mut count) = (0, 0);
        while count < 4
            && let Some(cell) = self.rest.as_cons()
            && let Some(byte) = cell.head.as_small().and_then(|small| u8::try_from(small).ok())
        {
            poll.step();
            bytes = bytes << 8 | u32::from(byte);
            count += 1;
            self.rest = cell.tail;
        }
        (bytes, count)
    }
}
