//! Where literals live: one reserved range of addresses for all isolates, so that "not mine, do not
//! move, do not copy" is one comparison.
#![allow(unsafe_code)] // Reserves address space.

use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{LazyLock, Mutex};

use rustix::mm::{MapFlags, ProtFlags};

use crate::copy;
use crate::env::Env;
use crate::heap::{OffHeap, WORD_BYTES};
use crate::shared::{Bytes, SharedKind};
use crate::term::Term;

/// Address space for literals, of which pages are taken as they are written to.
const RANGE_BYTES: usize = 1 << 38;
const PAGE_BYTES: usize = 4096;

pub struct Literals {
    range: Range<usize>,
    next: AtomicUsize,
    /// Areas that were given back: start and bytes.
    free: Mutex<Vec<(usize, usize)>>,
}

static LITERALS: LazyLock<Literals> = LazyLock::new(|| {
    // SAFETY: an anonymous mapping at a place of the kernel's choice touches nothing that is there.
    let start = unsafe {
        rustix::mm::mmap_anonymous(
            std::ptr::null_mut(),
            RANGE_BYTES,
            ProtFlags::READ | ProtFlags::WRITE,
            MapFlags::PRIVATE | MapFlags::NORESERVE,
        )
    }
    .expect("address space without memory can be had")
    .expose_provenance();
    Literals {
        range: start..start + RANGE_BYTES,
        next: AtomicUsize::new(start),
        free: Mutex::default(),
    }
});

impl Literals {
    pub fn range() -> Range<usize> {
        LITERALS.range.clone()
    }
}

/// Words for literals, zero at first. Given back when it is dropped: whoever owns the code that
/// names them owns them, too.
pub struct LiteralArea {
    start: usize,
    bytes: usize,
}

impl LiteralArea {
    pub fn new(words: usize) -> LiteralArea {
        let bytes = (words * WORD_BYTES).next_multiple_of(PAGE_BYTES).max(PAGE_BYTES);
        let mut free = LITERALS.free.lock().expect("nothing panics while it holds the list");
        if let Some(index) = free.iter().position(|(_, size)| *size == bytes) {
            return LiteralArea { start: free.swap_remove(index).0, bytes };
        }
        drop(free);
        let start = LITERALS.next.fetch_add(bytes, Ordering::Relaxed);
        assert!(start + bytes <= LITERALS.range.end, "the range is larger than all code");
        LiteralArea { start, bytes }
    }

    pub fn start(&self) -> usize {
        self.start
    }

    pub fn bytes(&self) -> usize {
        self.bytes
    }
}

impl Drop for LiteralArea {
    fn drop(&mut self) {
        let start = std::ptr::with_exposed_provenance_mut(self.start);
        // SAFETY: the area is this one's alone, and nothing points into it any more; the pages are
        // given back and read as zeros when they are used again.
        let given_back =
            unsafe { rustix::mm::madvise(start, self.bytes, rustix::mm::Advice::LinuxDontNeed) };
        if given_back.is_ok()
            && let Ok(mut free) = LITERALS.free.lock()
        {
            free.push((self.start, self.bytes));
        }
    }
}

/// Copies terms to an area that has room for all of them; what they point to outside of heaps is
/// immortal from now on. Returns their words.
pub fn place(area: &LiteralArea, terms: &[Term], env: &Env) -> Vec<u64> {
    let mut top = area.start();
    let mut off_heap = OffHeap::default();
    let placed = terms
        .iter()
        .map(|term| {
            let words = copy::words(*term, env);
            assert!(
                top + words * WORD_BYTES <= area.start() + area.bytes(),
                "the area has room for its literals"
            );
            // SAFETY: the words are free, as has just been seen, and the area is the caller's.
            let (word, end) = unsafe { copy::copy(*term, top, &mut off_heap, env) };
            top = end;
            word
        })
        .collect();
    for object in off_heap.take() {
        // SAFETY: the object has just been copied there, and counts what it points to. What is behind
        // a reference simply stays counted.
        unsafe {
            let header = crate::heap::read(object);
            if crate::heap::shared_kind(header) == Some(SharedKind::Bytes) {
                Bytes::at(crate::heap::read(object + 2 * WORD_BYTES)).make_immortal();
            }
        }
    }
    placed
}
