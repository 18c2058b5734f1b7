//! Bitstrings: bit by bit, and what is a beginning of the other is less.

use std::cmp::Ordering;

use crate::env::Poll;
use crate::term::Bits;

/// Bytes that are compared between two looks at the stop word.
const CHUNK_BYTES: usize = 1 << 20;

pub fn compare_bits(a: Bits, b: Bits, poll: &mut Poll) -> Ordering {
    if let Some((a, b)) = super::aligned(a, b) {
        for (a, b) in a.chunks(CHUNK_BYTES).zip(b.chunks(CHUNK_BYTES)) {
            poll.steps((a.len() / 64) as u32);
            let common = a.len().min(b.len());
            let ordering = a[..common].cmp(&b[..common]);
            if ordering.is_ne() {
                return ordering;
            }
        }
        return a.len().cmp(&b.len());
    }
    let common = a.size.min(b.size);
    // The last byte of each part is filled up with zeros, at the same place.
    let (part_a, part_b) = (a.part(0, common), b.part(0, common));
    for index in 0..part_a.byte_count() {
        poll.step();
        let ordering = part_a.byte(index).cmp(&part_b.byte(index));
        if ordering.is_ne() {
            return ordering;
        }
    }
    a.size.cmp(&b.size)
}
