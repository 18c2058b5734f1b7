//! Sizes of terms, in the words that OTP 25 keeps them in: what `erts_debug:flat_size/1` and
//! `size_shared/1` promise to programs that measure themselves.

use std::collections::HashSet;

use beamlet_code::abi::kind;

use crate::env::{Env, Poll};
use crate::heap::heap_binary_words;
use crate::term::{ExternalKind, Term, View, header_kind};

/// A reference-counted binary on the heap.
const SHARED_BINARY_WORDS: usize = 6;
/// A part of a binary.
const SUB_BINARY_WORDS: usize = 5;
/// A fun without its free variables.
const FUN_WORDS: usize = 5;
const REFERENCE_WORDS: usize = 3;

/// Every part as often as it is pointed to.
pub fn flat(term: Term, env: &Env) -> usize {
    count(term, env, |_| true)
}

/// Every part once.
pub fn shared(term: Term, env: &Env) -> usize {
    let mut seen = HashSet::new();
    count(term, env, |word| seen.insert(word))
}

fn count(term: Term, env: &Env, mut is_new: impl FnMut(u64) -> bool) -> usize {
    let mut poll = Poll::new(env);
    let mut stack = vec![term];
    let mut words = 0;
    while let Some(term) = stack.pop() {
        poll.step();
        if term.is_immediate() || !is_new(term.word()) {
            continue;
        }
        if let Some(node) = term.as_node() {
            words += 1 + node.children.len();
            stack.extend(node.children);
            continue;
        }
        words += match term.view() {
            View::Cons(cell) => {
                stack.push(cell.head);
                stack.push(cell.tail);
                2
            }
            View::Tuple([]) => 0,
            View::Tuple(elements) => {
                stack.extend(elements);
                1 + elements.len()
            }
            View::FlatMap(map) => {
                stack.push(map.keys_tuple);
                stack.extend(map.values);
                3 + map.values.len()
            }
            View::HashMap(map) => {
                stack.extend(map.root.children);
                2 + map.root.children.len()
            }
            View::Float(_) => 2,
            View::Big(big) => 1 + big.limbs.len(),
            View::Fun(fun) => {
                stack.extend(fun.free);
                FUN_WORDS + fun.free.len()
            }
            View::Export(_) => FUN_WORDS,
            View::Reference(_) => REFERENCE_WORDS,
            View::External(external) => match external.kind {
                ExternalKind::Pid | ExternalKind::Port => 4,
                ExternalKind::Reference => 3 + 1 + external.numbers.len() / 2,
            },
            View::Bits(bits) => {
                let bytes = bits.byte_count();
                let whole = term.whole_binary().and_then(Term::boxed_header).map(header_kind);
                let whole_words = match whole {
                    Some(kind::HEAP_BINARY) => heap_binary_words(bytes),
                    _ if bytes <= crate::heap::HEAP_BINARY_BYTES_MAX
                        && term.boxed_header().map(header_kind) == Some(kind::SUB_BINARY) =>
                    {
                        heap_binary_words(bytes)
                    }
                    _ => SHARED_BINARY_WORDS,
                };
                let aligned = bits.offset.is_multiple_of(8) && bits.is_binary();
                if aligned { whole_words } else { whole_words + SUB_BINARY_WORDS }
            }
            View::Small(_) | View::Atom(_) | View::Nil | View::Pid(_) | View::Port(_) => 0,
            View::Context(_) => 0,
        };
    }
    words
}
