//! Encodes a term: OTP 25's bytes, under each of its options.

use super::sink::Sink;
use super::stack::Stack;
use super::tag;
use crate::atoms::Atom;
use crate::env::{Env, Poll};
use crate::heap::HEAP_BINARY_BYTES_MAX;
use crate::held::Held;
use crate::order::{self, reference_words};
use crate::term::{Bits, Cons, External, ExternalKind, Fun, Node, Term, View};

/// Bytes of a list that is written as a string, at most.
const STRING_MAX: usize = 65_535;

/// What `term_to_binary/2` can ask for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Options {
    pub minor_version: MinorVersion,
    pub map_order: MapOrder,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MinorVersion {
    /// Floats as text.
    TextFloats,
    /// OTP 25's own choice: atoms in Latin-1, where they have no other characters.
    Latin1Atoms,
    Utf8Atoms,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MapOrder {
    /// As they come.
    Any,
    /// Large maps by their keys: `deterministic`.
    Keys,
}

impl Default for Options {
    fn default() -> Options {
        Options { minor_version: MinorVersion::Latin1Atoms, map_order: MapOrder::Any }
    }
}

enum Next<'t> {
    Term(Term<'t>),
    Terms(&'t [Term<'t>]),
    /// The elements of a list, and its end.
    List(Term<'t>),
    Pairs(&'t [Term<'t>], &'t [Term<'t>]),
    /// Children of a trie's node, the last one first.
    Children(&'t [Term<'t>]),
    /// A fun that began there is whole.
    Fun(usize),
}

/// Writes the term, without the version before it.
pub fn encode(term: Term, options: Options, sink: &mut impl Sink, env: &Env) {
    let mut encoder = Encoder { options, sink, poll: Poll::new(env), stack: Stack::new(env) };
    encoder.stack.push(Next::Term(term));
    while let Some(next) = encoder.stack.pop() {
        encoder.poll.step();
        match next {
            Next::Term(term) => encoder.term(term),
            Next::Terms([first, rest @ ..]) => {
                if !rest.is_empty() {
                    encoder.stack.push(Next::Terms(rest));
                }
                encoder.term(*first);
            }
            Next::Terms([]) => {}
            Next::List(list) => match list.as_cons() {
                Some(cell) => {
                    encoder.stack.push(Next::List(cell.tail));
                    encoder.term(cell.head);
                }
                None => encoder.term(list),
            },
            Next::Pairs([key, keys @ ..], [value, values @ ..]) => {
                encoder.stack.push(Next::Pairs(keys, values));
                encoder.stack.push(Next::Term(*value));
                encoder.term(*key);
            }
            Next::Pairs(..) => {}
            Next::Children([rest @ .., child]) => {
                encoder.stack.push(Next::Children(rest));
                match child.as_cons() {
                    Some(leaf) => {
                        encoder.stack.push(Next::Term(leaf.tail));
                        encoder.term(leaf.head);
                    }
                    None => {
                        let node = child.as_node().expect("a child is a leaf or a node");
                        encoder.stack.push(Next::Children(node.children));
                    }
                }
            }
            Next::Children([]) => {}
            Next::Fun(at) => {
                let size = encoder.sink.len() - at;
                encoder.sink.patch(at, size as u32);
            }
        }
    }
}

struct Encoder<'t, 's, 'e, S> {
    options: Options,
    sink: &'s mut S,
    poll: Poll<'e>,
    stack: Stack<'e, Next<'t>>,
}

impl<'t, S: Sink> Encoder<'t, '_, '_, S> {
    fn tag(&mut self, tag: u8) {
        self.sink.put(&[tag]);
    }

    fn u8(&mut self, value: usize) {
        self.sink.put(&[value as u8]);
    }

    fn u16(&mut self, value: usize) {
        self.sink.put(&(value as u16).to_be_bytes());
    }

    fn u32(&mut self, value: usize) {
        self.sink.put(&(value as u32).to_be_bytes());
    }

    fn term(&mut self, term: Term<'t>) {
        match term.view() {
            View::Small(small) => self.small(small),
            View::Atom(atom) => self.atom(atom),
            View::Nil => self.tag(tag::NIL),
            View::Cons(_) => self.list(term),
            View::Tuple(elements) => {
                if let Ok(arity) = u8::try_from(elements.len()) {
                    self.sink.put(&[tag::SMALL_TUPLE, arity]);
                } else {
                    self.tag(tag::LARGE_TUPLE);
                    self.u32(elements.len());
                }
                self.stack.push(Next::Terms(elements));
            }
            View::Bits(bits) => self.bits(term, bits),
            View::Big(big) => self.big(big.negative, big.limbs),
            View::Float(float) => self.float(float),
            View::FlatMap(map) => {
                self.tag(tag::MAP);
                self.u32(map.keys.len());
                self.stack.push(Next::Pairs(map.keys, map.values));
            }
            View::HashMap(map) => {
                self.tag(tag::MAP);
                self.u32(map.size);
                match self.options.map_order {
                    MapOrder::Any => self.stack.push(Next::Children(map.root.children)),
                    MapOrder::Keys => self.sorted(map.root, map.size),
                }
            }
            View::Pid(pid) => self.pid(pid.0),
            View::Port(port) => {
                self.tag(tag::NEW_PORT);
                self.atom(Atom::NONODE_NOHOST);
                self.u32(port.0 as usize);
                self.u32(0);
            }
            View::Reference(reference) => {
                let words = reference_words(reference.number);
                self.reference(Atom::NONODE_NOHOST, 0, words.into_iter());
            }
            View::External(external) => self.external(external),
            View::Fun(fun) => self.fun(fun),
            View::Export(number) => {
                let mfa = self.poll.env().funs.export(number);
                self.tag(tag::EXPORT);
                self.atom(mfa.module);
                self.atom(mfa.function);
                self.small(i64::from(mfa.arity));
            }
            View::Context(_) => panic!("a match context is no term that can be encoded"),
        }
    }

    fn small(&mut self, small: i64) {
        if let Ok(byte) = u8::try_from(small) {
            self.sink.put(&[tag::SMALL_INTEGER, byte]);
        } else if let Ok(integer) = i32::try_from(small) {
            self.tag(tag::INTEGER);
            self.sink.put(&integer.to_be_bytes());
        } else {
            self.big(small < 0, &[small.unsigned_abs()]);
        }
    }

    fn big(&mut self, negative: bool, limbs: &[u64]) {
        let (top, _) = limbs.split_last().expect("a big integer has limbs");
        let size = limbs.len() * 8 - top.leading_zeros() as usize / 8;
        if size < 256 {
            self.tag(tag::SMALL_BIG);
            self.u8(size);
        } else {
            self.tag(tag::LARGE_BIG);
            self.u32(size);
        }
        self.u8(usize::from(negative));
        let mut left = size;
        for limb in limbs {
            self.poll.step();
            self.sink.put(&limb.to_le_bytes()[..left.min(8)]);
            left = left.saturating_sub(8);
        }
    }

    fn float(&mut self, float: f64) {
        if self.options.minor_version != MinorVersion::TextFloats {
            self.tag(tag::NEW_FLOAT);
            self.sink.put(&float.to_bits().to_be_bytes());
            return;
        }
        // As C prints it: a sign and two digits at least in the exponent.
        let text = format!("{float:.20e}");
        let (digits, exponent) = text.split_once('e').expect("the format has an exponent");
        let exponent: i32 = exponent.parse().expect("it is a number");
        let sign = if exponent < 0 { '-' } else { '+' };
        let text = format!("{digits}e{sign}{:02}", exponent.abs());
        self.tag(tag::FLOAT);
        let mut field = [0; 31];
        field[..text.len()].copy_from_slice(text.as_bytes());
        self.sink.put(&field);
    }

    fn atom(&mut self, atom: Atom) {
        let text = self.poll.env().atoms.text(atom);
        let in_latin1 = self.options.minor_version != MinorVersion::Utf8Atoms
            && text.chars().all(|character| u32::from(character) < 256);
        if in_latin1 {
            let bytes: arrayvec::ArrayVec<u8, { crate::atoms::ATOM_CHARACTERS_MAX }> =
                text.chars().map(|character| character as u8).collect();
            self.tag(tag::ATOM);
            self.u16(bytes.len());
            self.sink.put(&bytes);
        } else {
            match u8::try_from(text.len()) {
                Ok(size) => self.sink.put(&[tag::SMALL_ATOM_UTF8, size]),
                Err(_) => {
                    self.tag(tag::ATOM_UTF8);
                    self.u16(text.len());
                }
            }
            self.sink.put(text.as_bytes());
        }
    }

    fn list(&mut self, list: Term<'t>) {
        let mut cells = list.list();
        let mut length = 0_usize;
        let mut bytes = Vec::new();
        for element in cells.by_ref() {
            self.poll.step();
            // As long as it may be a string.
            if bytes.len() == length
                && length < STRING_MAX
                && let Some(byte) = element.as_small().and_then(|small| u8::try_from(small).ok())
            {
                bytes.push(byte);
            }
            length += 1;
        }
        if bytes.len() == length && cells.rest.is_nil() {
            self.tag(tag::STRING);
            self.u16(length);
            self.sink.put(&bytes);
        } else {
            self.tag(tag::LIST);
            self.u32(length);
            self.stack.push(Next::List(list));
        }
    }

    fn bits(&mut self, term: Term<'t>, bits: Bits) {
        if bits.is_binary() {
            self.tag(tag::BINARY);
            self.u32(bits.byte_count());
        } else {
            self.tag(tag::BIT_BINARY);
            self.u32(bits.byte_count());
            self.u8(bits.size % 8);
        }
        let bytes = bits.size / 8;
        if bytes > HEAP_BINARY_BYTES_MAX
            && bits.offset.is_multiple_of(8)
            && term.shared_bytes().is_some()
            && self.sink.share(term)
        {
            if !bits.is_binary() {
                self.u8(usize::from(bits.byte(bytes)));
            }
            return;
        }
        if let Some(bytes) = bits.as_bytes() {
            for chunk in bytes.chunks(1 << 20) {
                self.poll.steps(chunk.len() as u32 / 64);
                self.sink.put(chunk);
            }
            return;
        }
        for index in 0..bits.byte_count() {
            self.poll.step();
            self.u8(usize::from(bits.byte(index)));
        }
    }

    fn sorted(&mut self, root: Node<'t>, size: usize) {
        let env = self.poll.env();
        let _held = Held::new(size * size_of::<Cons>(), env);
        let mut leaves: Vec<Cons> = crate::map::leaves_of(root).collect();
        leaves.sort_unstable_by(|a, b| order::compare_exact(a.head, b.head, env));
        for leaf in leaves.into_iter().rev() {
            self.poll.step();
            self.stack.push(Next::Term(leaf.tail));
            self.stack.push(Next::Term(leaf.head));
        }
    }

    fn pid(&mut self, number: u32) {
        self.tag(tag::NEW_PID);
        self.atom(Atom::NONODE_NOHOST);
        self.u32(number as usize);
        self.u32(0);
        self.u32(0);
    }

    fn reference(&mut self, node: Atom, creation: u32, words: impl ExactSizeIterator<Item = u32>) {
        self.tag(tag::NEWER_REFERENCE);
        self.u16(words.len());
        self.atom(node);
        self.u32(creation as usize);
        for word in words {
            self.u32(word as usize);
        }
    }

    fn external(&mut self, external: External<'t>) {
        let External { node, creation, kind, numbers } = external;
        let creation = creation as u32;
        let number = |term: &Term| term.as_small().expect("they are smalls") as u32;
        match kind {
            ExternalKind::Reference => self.reference(node, creation, numbers.iter().map(number)),
            ExternalKind::Pid => {
                self.tag(tag::NEW_PID);
                self.atom(node);
                self.u32(number(&numbers[0]) as usize);
                self.u32(number(&numbers[1]) as usize);
                self.u32(creation as usize);
            }
            ExternalKind::Port => {
                let (low, high) = (number(&numbers[0]), number(&numbers[1]));
                // Numbers of more bits than the old tag had.
                if high == 0 && low >> super::build::PID_NUMBER_BITS == 0 {
                    self.tag(tag::NEW_PORT);
                    self.atom(node);
                } else {
                    self.tag(tag::V4_PORT);
                    self.atom(node);
                    self.u32(high as usize);
                }
                self.u32(low as usize);
                self.u32(creation as usize);
            }
        }
    }

    fn fun(&mut self, fun: Fun<'t>) {
        let lambda = self.poll.env().funs.lambda(fun.lambda);
        self.tag(tag::NEW_FUN);
        self.stack.push(Next::Fun(self.sink.len()));
        self.u32(0);
        self.u8(usize::from(lambda.arity));
        self.sink.put(&lambda.uniq);
        self.u32(lambda.index as usize);
        self.u32(fun.free.len());
        self.atom(lambda.module);
        for number in [lambda.index, lambda.old_uniq] {
            let before = self.sink.len();
            self.small(i64::from(number));
            let written = self.sink.len() - before;
            // `external_size/1` takes both for integers of 32 bits.
            self.sink.overcount(5_usize.saturating_sub(written));
        }
        self.stack.push(Next::Terms(fun.free));
        self.stack.push(Next::Term(fun.creator));
    }
}
