//! `erlang:phash`, the portable hash before `phash2`: byte after byte, a multiplication by a prime
//! for each.

use super::{atom, float_bits, portable};
use crate::env::{Env, Poll};
use crate::order::reference_words;
use crate::term::{Bits, ExternalKind, Term, View};

/// Primes above 2^28, by OTP's numbers for them.
const PRIMES: [u32; 14] = [
    268_440_163,
    268_439_161,
    268_435_459,
    268_436_141,
    268_438_633,
    268_437_017,
    268_438_039,
    268_437_511,
    268_439_627,
    268_440_479,
    268_440_577,
    268_440_581,
    268_440_593,
    268_440_611,
];

const fn prime(number: usize) -> u32 {
    PRIMES[number - 1]
}

enum Next<'t> {
    Term(Term<'t>),
    Terms(&'t [Term<'t>]),
    /// The elements of a tuple of this arity have been hashed.
    Tuple(u32),
    /// What is behind an element of a list.
    Tail(Term<'t>),
    /// The end of a list has been hashed.
    End,
}

/// All 32 bits of it.
pub fn hash(term: Term, env: &Env) -> u32 {
    let mut old = Old { hash: 0, stack: vec![Next::Term(term)], poll: Poll::new(env) };
    while let Some(next) = old.stack.pop() {
        old.poll.step();
        match next {
            Next::Term(term) => old.term(term),
            Next::Terms(terms) => {
                if let Some((term, rest)) = terms.split_first() {
                    old.stack.push(Next::Terms(rest));
                    old.term(*term);
                }
            }
            Next::Tuple(arity) => old.step(9, arity),
            Next::Tail(tail) if tail.is_cons() => old.list(tail),
            Next::Tail(tail) => {
                old.stack.push(Next::End);
                old.term(tail);
            }
            Next::End => old.hash = old.hash.wrapping_mul(prime(8)),
        }
    }
    old.hash
}

struct Old<'t, 'e> {
    hash: u32,
    stack: Vec<Next<'t>>,
    poll: Poll<'e>,
}

impl<'t> Old<'t, '_> {
    fn step(&mut self, number: usize, value: u32) {
        self.hash = self.hash.wrapping_mul(prime(number)).wrapping_add(value);
    }

    fn bytes(&mut self, number: usize, bytes: &[u8]) {
        for byte in bytes {
            self.step(number, u32::from(*byte));
        }
    }

    fn word(&mut self, number: usize, word: u32, then: usize) {
        self.bytes(number, &word.to_le_bytes());
        self.hash = self.hash.wrapping_mul(prime(then));
    }

    fn term(&mut self, term: Term<'t>) {
        let env = self.poll.env();
        match term.view() {
            View::Nil => self.step(3, 1),
            View::Atom(text) => self.step(1, atom(text, env)),
            View::Small(small) => self.integer(small < 0, &[small.unsigned_abs()]),
            View::Big(big) => self.integer(big.negative, big.limbs),
            View::Float(float) => {
                let bits = float_bits(float);
                self.step(6, bits as u32 ^ (bits >> 32) as u32);
            }
            View::Bits(bits) => self.bits(bits),
            View::Pid(pid) => self.word(5, pid.0, 6),
            View::Port(port) => self.word(9, port.0, 10),
            View::Reference(reference) => self.word(9, reference_words(reference.number)[0], 10),
            View::External(external) => {
                let number = |index: usize| {
                    let number = external.numbers.get(index).and_then(|number| number.as_small());
                    number.unwrap_or(0) as u32
                };
                match external.kind {
                    ExternalKind::Pid => self.word(5, number(0), 6),
                    ExternalKind::Reference => self.word(9, number(0), 10),
                    ExternalKind::Port => {
                        if number(1) != 0 {
                            self.bytes(11, &number(1).to_le_bytes());
                        }
                        self.word(9, number(0), 10);
                    }
                }
            }
            View::Cons(_) => self.list(term),
            View::Tuple(elements) => {
                self.stack.push(Next::Tuple(elements.len() as u32));
                self.stack.push(Next::Terms(elements));
            }
            View::FlatMap(_) | View::HashMap(_) => {
                let map = portable::hash(term, env);
                self.step(13, prime(14).wrapping_add(map));
            }
            View::Fun(fun) => {
                let name = env.funs.lambda(fun.lambda);
                self.step(10, fun.free.len() as u32);
                self.step(1, atom(name.module, env));
                self.step(2, name.index);
                self.step(2, name.old_uniq);
                self.stack.push(Next::Terms(fun.free));
            }
            View::Export(number) => {
                let mfa = env.funs.export(number);
                self.step(11, u32::from(mfa.arity));
                self.step(1, atom(mfa.module, env));
                self.step(1, atom(mfa.function, env));
            }
            View::Context(_) => panic!("a match context is no term that can be hashed"),
        }
    }

    /// Four bytes of the highest limb if these are all it has, else eight.
    fn integer(&mut self, negative: bool, limbs: &[u64]) {
        let (top, below) = limbs.split_last().expect("an integer has limbs");
        for limb in below {
            self.poll.step();
            self.bytes(2, &limb.to_le_bytes());
        }
        let bytes = top.to_le_bytes();
        self.bytes(2, if top >> 32 == 0 { &bytes[..4] } else { &bytes });
        self.hash = self.hash.wrapping_mul(prime(if negative { 4 } else { 3 }));
    }

    fn bits(&mut self, bits: Bits) {
        let (bytes, left) = (bits.size / 8, bits.size % 8);
        for index in 0..bytes {
            self.poll.step();
            self.step(1, u32::from(bits.byte(index)));
        }
        if left > 0 {
            self.step(1, u32::from(bits.byte(bytes) >> (8 - left)));
            self.step(12, left as u32);
        }
        self.step(4, bytes as u32);
    }

    fn list(&mut self, list: Term<'t>) {
        let mut cell = list.as_cons().expect("the caller has seen a list");
        while let Some(byte) = cell.head.as_small().and_then(|small| u8::try_from(small).ok()) {
            self.poll.step();
            self.step(2, u32::from(byte));
            match cell.tail.as_cons() {
                Some(next) => cell = next,
                None => {
                    self.stack.push(Next::End);
                    self.stack.push(Next::Term(cell.tail));
                    return;
                }
            }
        }
        self.stack.push(Next::Tail(cell.tail));
        self.stack.push(Next::Term(cell.head));
    }
}
