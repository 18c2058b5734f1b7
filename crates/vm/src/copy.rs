//! Copies a term, as it goes from one process to another, into a table, or into a literal area.
//!
//! Shared parts are copied once for each way to them, as OTP does; the work is polled, and the
//! memory counted before it is taken, so that a term that is small and means a large one hurts
//! nobody. Literals stay where they are.
#![allow(unsafe_code)] // Writes raw heap words.

use beamlet_code::abi;

use crate::env::{Env, Poll};
use crate::heap::{Heap, OffHeap, WORD_BYTES, is_opaque, object_words, read, shared_kind, write};
use crate::literals::Literals;
use crate::shared;
use crate::term::Term;

/// Words that a copy takes.
pub fn words(term: Term, env: &Env) -> usize {
    let literals = Literals::range();
    let mut poll = Poll::new(env);
    let mut stack = vec![term.word()];
    let mut words = 0_usize;
    // What a copy would take beyond the limit is not worth counting to its end.
    let words_max = env.limits.memory_bytes / WORD_BYTES;
    while let Some(mut word) = stack.pop() {
        loop {
            poll.step();
            if words > words_max {
                env.abandon(crate::env::Limit::Memory);
            }
            let address = (word & !abi::TAG_MASK) as usize;
            match word & abi::TAG_MASK {
                abi::TAG_CONS if !literals.contains(&address) => {
                    words += 2;
                    // SAFETY: a cell holds two terms.
                    let (head, tail) = unsafe { (read(address), read(address + WORD_BYTES)) };
                    if head & abi::TAG_MASK != abi::TAG_IMMEDIATE {
                        stack.push(head);
                    }
                    word = tail;
                }
                abi::TAG_BOXED if !literals.contains(&address) => {
                    // SAFETY: the pointer leads to a whole object.
                    let header = unsafe { read(address) };
                    words += object_words(header);
                    if !is_opaque(header) {
                        for index in 1..object_words(header) {
                            // SAFETY: as above.
                            let word = unsafe { read(address + index * WORD_BYTES) };
                            if word & abi::TAG_MASK != abi::TAG_IMMEDIATE {
                                stack.push(word);
                            }
                        }
                    }
                    break;
                }
                _ => break,
            }
        }
    }
    words
}

/// Copies to the words from `to` on. Returns the copy's word and the end of what was written.
///
/// # Safety
///
/// As many words as `words` says are free at `to`, and belong to the caller.
pub unsafe fn copy(term: Term, to: usize, off_heap: &mut OffHeap, env: &Env) -> (u64, usize) {
    let mut copier = Copier {
        top: to,
        off_heap,
        literals: Literals::range(),
        poll: Poll::new(env),
        work: Vec::new(),
    };
    let mut root = 0;
    copier.work.push((term.word(), Target::Root));
    while let Some((mut word, mut place)) = copier.work.pop() {
        // A list is followed along its tails, so that its length costs no memory.
        while let Some((next, next_place)) = copier.start(word, place, &mut root) {
            (word, place) = (next, next_place);
        }
    }
    (root, copier.top)
}

#[derive(Clone, Copy)]
enum Target {
    Root,
    At(usize),
}

struct Copier<'c, 'e> {
    top: usize,
    off_heap: &'c mut OffHeap,
    literals: std::ops::Range<usize>,
    poll: Poll<'e>,
    work: Vec<(u64, Target)>,
}

impl Copier<'_, '_> {
    fn put(word: u64, target: Target, root: &mut u64) {
        match target {
            Target::Root => *root = word,
            // SAFETY: a target is a word of an object that was placed in the caller's memory.
            Target::At(address) => unsafe { write(address, word) },
        }
    }

    /// Copies one object. Its parts become work, but the tail of a cons, which is returned.
    fn start(&mut self, word: u64, target: Target, root: &mut u64) -> Option<(u64, Target)> {
        self.poll.step();
        let address = (word & !abi::TAG_MASK) as usize;
        match word & abi::TAG_MASK {
            abi::TAG_CONS if !self.literals.contains(&address) => {
                let place = self.top;
                self.top += 2 * WORD_BYTES;
                Self::put(place as u64 | abi::TAG_CONS, target, root);
                // SAFETY: a cell holds two terms; the place was counted.
                let tail = unsafe {
                    let head = read(address);
                    if head & abi::TAG_MASK == abi::TAG_IMMEDIATE {
                        write(place, head);
                    } else {
                        self.work.push((head, Target::At(place)));
                    }
                    read(address + WORD_BYTES)
                };
                let target = Target::At(place + WORD_BYTES);
                Some((tail, target))
            }
            abi::TAG_BOXED if !self.literals.contains(&address) => {
                // SAFETY: the pointer leads to a whole object; the place was counted.
                unsafe {
                    let header_word = read(address);
                    let words = object_words(header_word);
                    let place = self.top;
                    self.top += words * WORD_BYTES;
                    Self::put(place as u64 | abi::TAG_BOXED, target, root);
                    write(place, header_word);
                    if is_opaque(header_word) {
                        for index in 1..words {
                            write(place + index * WORD_BYTES, read(address + index * WORD_BYTES));
                        }
                        self.poll.steps(words as u32 / 8);
                        if let Some(kind) = shared_kind(header_word) {
                            let shared_word = read(address + 2 * WORD_BYTES);
                            if shared_word != 0 {
                                shared::retain(kind, shared_word);
                                self.off_heap.push(place);
                            }
                        }
                    } else {
                        for index in 1..words {
                            let word = read(address + index * WORD_BYTES);
                            if word & abi::TAG_MASK == abi::TAG_IMMEDIATE {
                                write(place + index * WORD_BYTES, word);
                            } else {
                                self.work.push((word, Target::At(place + index * WORD_BYTES)));
                            }
                        }
                    }
                }
                None
            }
            _ => {
                Self::put(word, target, root);
                None
            }
        }
    }
}

/// Copies a term of another process to the free space of a heap that has room for its `words`.
pub fn to_heap(term: Term, words: usize, heap: &mut Heap, env: &Env) -> u64 {
    let address = heap.bump(words);
    let mut off_heap = OffHeap::default();
    // SAFETY: the words have just been taken, and are as many as the term needs.
    let (word, top) = unsafe { copy(term, address, &mut off_heap, env) };
    assert_eq!(top, heap.hp, "a copy takes what was counted");
    for object in off_heap.take() {
        heap.off_heap.push(object);
    }
    word
}
