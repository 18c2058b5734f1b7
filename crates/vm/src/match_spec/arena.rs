//! Memory for the terms that evaluation makes: it grows in chunks that do not move, and is given
//! back all at once. The terms may point to whatever lives as long as the arena is borrowed.
#![allow(unsafe_code)] // Builds terms out of raw words.

use std::cell::{Cell, RefCell};

use beamlet_code::abi::{self, kind};

use crate::env::Env;
use crate::heap::{Area, WORD_BYTES, write};
use crate::map::{Digits, FLAT_KEYS_MAX};
use crate::order;
use crate::term::{Term, header};

/// Words of the first chunk; each one after it is twice as large.
const WORDS_MIN: usize = 256;
/// Words that are kept from one term to the next.
const WORDS_KEPT: usize = 64 * 1024;

pub struct Arena<'e> {
    env: &'e Env,
    chunks: RefCell<Vec<Area>>,
    top: Cell<usize>,
    end: Cell<usize>,
}

impl<'e> Arena<'e> {
    pub fn new(env: &'e Env) -> Arena<'e> {
        Arena { env, chunks: RefCell::default(), top: Cell::new(0), end: Cell::new(0) }
    }

    pub fn env(&self) -> &'e Env {
        self.env
    }

    /// Forgets all terms: none is borrowed any more.
    pub fn clear(&mut self) {
        let chunks = self.chunks.get_mut();
        let keep = chunks.last().is_some_and(|last| last.words() <= WORDS_KEPT);
        let last = if keep { chunks.pop() } else { None };
        for chunk in chunks.drain(..) {
            chunk.leave(&self.env.account);
        }
        (self.top, self.end) = match &last {
            Some(last) => (Cell::new(last.start()), Cell::new(last.end())),
            None => (Cell::new(0), Cell::new(0)),
        };
        chunks.extend(last);
    }

    fn take(&self, words: usize) -> usize {
        if self.end.get() - self.top.get() < words * WORD_BYTES {
            let mut chunks = self.chunks.borrow_mut();
            let last = chunks.last().map_or(WORDS_MIN / 2, Area::words);
            let chunk = Area::new(words.max(last * 2), &self.env.account);
            self.top.set(chunk.start());
            self.end.set(chunk.end());
            chunks.push(chunk);
        }
        let address = self.top.get();
        self.top.set(address + words * WORD_BYTES);
        address
    }

    /// A header and the words behind it.
    fn object(&self, header: u64, words: impl ExactSizeIterator<Item = u64>) -> Term<'_> {
        debug_assert_eq!(crate::term::header_words(header), words.len(), "a header says the size");
        let address = self.take(1 + words.len());
        // SAFETY: the words have just been taken, and are nobody else's.
        unsafe { write(address, header) };
        for (index, word) in words.enumerate() {
            // SAFETY: as above.
            unsafe { write(address + (1 + index) * WORD_BYTES, word) };
        }
        // SAFETY: the object is whole; the callers' terms live as long as the arena is borrowed,
        // which nothing moves or clears meanwhile.
        unsafe { Term::from_word(address as u64 | abi::TAG_BOXED) }
    }

    pub fn tuple<'a>(&'a self, elements: &[Term<'a>]) -> Term<'a> {
        self.object(header(kind::TUPLE, elements.len()), elements.iter().map(|term| term.word()))
    }

    pub fn cons<'a>(&'a self, head: Term<'a>, tail: Term<'a>) -> Term<'a> {
        let address = self.take(2);
        // SAFETY: as in `object`.
        unsafe {
            write(address, head.word());
            write(address + WORD_BYTES, tail.word());
            Term::from_word(address as u64 | abi::TAG_CONS)
        }
    }

    pub fn float(&self, value: f64) -> Term<'_> {
        self.object(header(kind::FLOAT, 1), [value.to_bits()].into_iter())
    }

    /// An integer by its limbs, the least significant first; leading zeros are allowed.
    pub fn integer(&self, negative: bool, limbs: &[u64]) -> Term<'_> {
        let len = limbs.iter().rposition(|limb| *limb != 0).map_or(0, |last| last + 1);
        if let [] | [_] = &limbs[..len] {
            let magnitude = i128::from(limbs[..len].first().copied().unwrap_or(0));
            let value = if negative { -magnitude } else { magnitude };
            if let Some(term) = i64::try_from(value).ok().and_then(Term::small) {
                return term;
            }
        }
        let kind = if negative { kind::BIG_NEGATIVE } else { kind::BIG_POSITIVE };
        self.object(header(kind, len), limbs[..len].iter().copied())
    }

    /// Bits of a binary, without copying them.
    pub fn part<'a>(&'a self, binary: Term<'a>, offset: usize, size: usize) -> Option<Term<'a>> {
        let bits = binary.as_bits()?;
        let whole = binary.whole_binary()?;
        let parts = [whole, Term::size(bits.offset + offset), Term::size(size)];
        Some(self.object(header(kind::SUB_BINARY, 3), parts.iter().map(|term| term.word())))
    }
}

impl Drop for Arena<'_> {
    fn drop(&mut self) {
        for chunk in self.chunks.get_mut().drain(..) {
            chunk.leave(&self.env.account);
        }
    }
}

/// A map of keys and values that stand in turns; of equal keys the last one counts.
pub fn map<'a>(arena: &'a Arena, parts: &[Term<'a>]) -> Term<'a> {
    let env = arena.env();
    let mut pairs: Vec<(Term, Term)> =
        parts.as_chunks::<2>().0.iter().map(|[key, value]| (*key, *value)).collect();
    pairs.reverse();
    pairs.sort_by(|(a, _), (b, _)| order::compare_exact(*a, *b, env));
    pairs.dedup_by(|(next, _), (kept, _)| order::equal_exact(*next, *kept, env));
    if pairs.len() <= FLAT_KEYS_MAX {
        let keys: Vec<Term> = pairs.iter().map(|(key, _)| *key).collect();
        let words: Vec<u64> = [Term::size(pairs.len()).word(), arena.tuple(&keys).word()]
            .into_iter()
            .chain(pairs.iter().map(|(_, value)| value.word()))
            .collect();
        return arena.object(header(kind::FLAT_MAP, words.len()), words.into_iter());
    }
    let size = pairs.len();
    let leaves = pairs
        .into_iter()
        .map(|(key, value)| (Digits::new(key, env), arena.cons(key, value)))
        .collect();
    node(arena, leaves, Some(size))
}

/// A node of the leaves that have come together so far. Goes down as far as the hashes of two keys
/// are the same, which 4 bits a level end soon.
fn node<'a>(arena: &'a Arena, leaves: Leaves<'a, '_>, size_of_root: Option<usize>) -> Term<'a> {
    let mut children: [Leaves; 16] = std::array::from_fn(|_| Vec::new());
    for (mut digits, leaf) in leaves {
        children[usize::from(digits.next())].push((digits, leaf));
    }
    let bitmap = children.iter().enumerate().filter(|(_, leaves)| !leaves.is_empty());
    let bitmap = bitmap.fold(0, |bitmap, (digit, _)| bitmap | 1_usize << digit);
    let mut words: Vec<u64> =
        size_of_root.map(|size| Term::size(size).word()).into_iter().collect();
    words.push(Term::size(bitmap).word());
    for mut leaves in children.into_iter().filter(|leaves| !leaves.is_empty()) {
        words.push(match leaves.len() {
            1 => leaves.remove(0).1.word(),
            _ => node(arena, leaves, None).word(),
        });
    }
    let kind = if size_of_root.is_some() { kind::HASH_MAP } else { kind::HASH_NODE };
    arena.object(header(kind, words.len()), words.into_iter())
}

type Leaves<'a, 'e> = Vec<(Digits<'a, 'e>, Term<'a>)>;
