//! The collection of a process's heap: copying, in two generations.
//!
//! What is new is copied to a new young area; what has survived one collection already (below
//! `Heap::high`) to the old heap, which later collections leave alone until it is full. The copied
//! objects are the queue of what is still to be scanned (Cheney), so the depth of a term costs no
//! native stack.
//!
//! A moved object leaves its new address in its place: in its header if it is boxed (the tag tells
//! it from a header), in its tail, with no value as head, if it is a cons.
#![allow(unsafe_code)] // Moves raw heap words.

use beamlet_code::abi::{self, kind};

use crate::env::{Env, Poll};
use crate::heap::{
    Area, HEAP_WORDS_MIN, Heap, OffHeap, WORD_BYTES, copy, is_opaque, object_words, read, write,
};
use crate::literals::Literals;
use crate::shared;
use crate::term::header_kind;

/// Calls its argument with each root of a process that is not on its stack.
pub type Roots<'r> = dyn FnMut(&mut dyn FnMut(&mut u64)) + 'r;

impl Heap {
    /// Frees what no root leads to, and makes room for `need` words and the reserve.
    pub fn collect(&mut self, need: usize, roots: &mut Roots, env: &Env) {
        self.collections += 1;
        let mature = (self.high - self.young.start()) / WORD_BYTES;
        let full =
            self.old.as_ref().is_some_and(|old| old.end() - self.old_top < mature * WORD_BYTES)
                || self.minor_collections >= self.full_sweep_after
                || self.off_heap_bytes > self.off_heap_bytes_max
                    && self.minor_collections % 16 == 15;
        if full {
            self.collect_full(roots, env);
        } else {
            self.collect_young(mature, roots, env);
        }
        self.off_heap_bytes = 0;

        // The room that was asked for, and some to work in: a young area that is nearly full would
        // be collected again at once.
        let used = self.young_words() + self.stack_words() + need + abi::STACK_RESERVE as usize;
        if used * 4 > self.young.words() * 3 {
            self.resize(next_size(used * 2), roots, env);
        } else if self.young.words() > 16 * HEAP_WORDS_MIN && used * 8 < self.young.words() {
            self.resize(next_size((used * 3).max(self.words_min)), roots, env);
        }
    }

    /// A collection of everything.
    pub fn collect_full(&mut self, roots: &mut Roots, env: &Env) {
        let fragments: usize = self.fragments.iter().map(|fragment| fragment.words()).sum();
        let live_max = self.young_words() + self.old_words() + fragments;
        let words = next_size(live_max + self.stack_words() + abi::STACK_RESERVE as usize + 1);
        let to = Area::new(words, &env.account);
        let mut collector = Collector::new(to.start(), env);
        collector.run(self, &to, roots);
        let old = self.old.take();
        let mut off_heap = self.off_heap.take();
        off_heap.extend(self.off_heap_old.take());
        self.sweep(off_heap, None, env);
        if let Some(old) = old {
            old.leave(&env.account);
        }
        self.finish(to, collector.top, env);
        self.minor_collections = 0;
    }

    fn collect_young(&mut self, mature: usize, roots: &mut Roots, env: &Env) {
        self.minor_collections += 1;
        if mature > 0 && self.old.is_none() {
            let old = Area::new(next_size(mature * 2), &env.account);
            self.old_top = old.start();
            self.old = Some(old);
        }
        self.evacuate(self.young.words(), mature, roots, env);
    }

    /// Copies the young heap, without promoting anything, to an area of another size.
    fn resize(&mut self, words: usize, roots: &mut Roots, env: &Env) {
        self.evacuate(words, 0, roots, env);
    }

    fn evacuate(&mut self, words: usize, mature: usize, roots: &mut Roots, env: &Env) {
        let fragments: usize = self.fragments.iter().map(|fragment| fragment.words()).sum();
        let live_max = self.young_words() - mature + fragments;
        let needed = live_max + self.stack_words() + abi::STACK_RESERVE as usize + 1;
        let words = if needed > words { next_size(needed) } else { words };
        let to = Area::new(words, &env.account);
        let mut collector = Collector::new(to.start(), env);
        if let Some(old) = &self.old {
            collector.old = old.start()..old.end();
            collector.old_top = self.old_top;
            collector.mature = self.young.start()..self.young.start() + mature * WORD_BYTES;
        }
        collector.run(self, &to, roots);
        self.old_top = collector.old_top;
        let off_heap = self.off_heap.take();
        self.sweep(off_heap, Some(collector.old.clone()), env);
        self.finish(to, collector.top, env);
    }

    /// Of the objects that count something shared: keeps those that were moved, releases what the
    /// others count.
    fn sweep(&mut self, objects: Vec<usize>, old: Option<std::ops::Range<usize>>, env: &Env) {
        let mut fragment_objects: Vec<usize> = Vec::new();
        for fragment in &mut self.fragments {
            fragment_objects.extend(fragment.off_heap.take());
        }
        let mut kept = OffHeap::default();
        for address in objects.into_iter().chain(fragment_objects) {
            // SAFETY: from-space is still there, and the object's first words are either its own or
            // its new address.
            unsafe {
                let word = read(address);
                if word & abi::TAG_MASK != abi::TAG_HEADER {
                    let moved = (word & !abi::TAG_MASK) as usize;
                    if old.as_ref().is_some_and(|old| old.contains(&moved)) {
                        self.off_heap_old.push(moved);
                    } else {
                        kept.push(moved);
                    }
                } else {
                    let kind = crate::heap::shared_kind(word).expect("only such objects are noted");
                    shared::release(kind, read(address + 2 * WORD_BYTES), &env.account);
                }
            }
        }
        self.off_heap = kept;
    }

    fn finish(&mut self, to: Area, top: usize, env: &Env) {
        for fragment in self.fragments.drain(..) {
            fragment.free(&env.account);
        }
        let stack = self.stack_words();
        let sp = to.end() - stack * WORD_BYTES;
        // SAFETY: the stack is within the old area, and its place in the new one is beyond `top`.
        unsafe { copy(self.sp, sp, stack) };
        let from = std::mem::replace(&mut self.young, to);
        from.leave(&env.account);
        (self.hp, self.high, self.sp) = (top, top, sp);
    }
}

/// Areas grow by about the golden ratio, large ones by a fifth (OTP does the same), in steps that
/// keep the number of sizes small.
fn next_size(words: usize) -> usize {
    let mut size = HEAP_WORDS_MIN;
    while size < words {
        size += if size < 1 << 20 { size * 5 / 8 } else { size / 5 };
    }
    size
}

struct Collector<'e> {
    /// End of what was copied to the new young area.
    top: usize,
    old: std::ops::Range<usize>,
    old_top: usize,
    /// What goes to the old heap.
    mature: std::ops::Range<usize>,
    literals: std::ops::Range<usize>,
    poll: Poll<'e>,
}

impl<'e> Collector<'e> {
    fn new(top: usize, env: &'e Env) -> Collector<'e> {
        Collector {
            top,
            old: 0..0,
            old_top: 0,
            mature: 0..0,
            literals: Literals::range(),
            poll: Poll::new(env),
        }
    }

    fn run(&mut self, heap: &mut Heap, to: &Area, roots: &mut Roots) {
        let mut scanned_old = self.old_top;
        roots(&mut |word| *word = self.forward(*word));
        let mut address = heap.sp;
        while address < heap.young.end() {
            // SAFETY: the address is within the stack; return addresses have the tag of headers, and
            // `forward` leaves all that is no pointer alone.
            unsafe {
                let word = read(address);
                write(address, self.forward(word));
            }
            address += WORD_BYTES;
        }
        let mut scanned = to.start();
        while scanned < self.top || scanned_old < self.old_top {
            while scanned < self.top {
                scanned = self.scan(scanned);
            }
            while scanned_old < self.old_top {
                scanned_old = self.scan(scanned_old);
            }
        }
    }

    /// Forwards the word at the address of a copied object; where to go on.
    fn scan(&mut self, address: usize) -> usize {
        self.poll.step();
        // SAFETY: what was copied is whole and lies between the start of the area and its top.
        unsafe {
            let word = read(address);
            match word & abi::TAG_MASK {
                abi::TAG_HEADER if is_opaque(word) => address + object_words(word) * WORD_BYTES,
                abi::TAG_CONS | abi::TAG_BOXED => {
                    write(address, self.forward(word));
                    address + WORD_BYTES
                }
                _ => address + WORD_BYTES,
            }
        }
    }

    /// The word with its object, if it has one in from-space, moved.
    fn forward(&mut self, word: u64) -> u64 {
        match word & abi::TAG_MASK {
            abi::TAG_CONS => {
                let address = (word & !abi::TAG_MASK) as usize;
                if self.stays(address) {
                    return word;
                }
                // SAFETY: the pointer leads to a cell of from-space.
                unsafe {
                    if read(address) == abi::NO_VALUE {
                        return read(address + WORD_BYTES);
                    }
                    let moved = self.place(address, 2);
                    copy(address, moved, 2);
                    let moved = moved as u64 | abi::TAG_CONS;
                    write(address, abi::NO_VALUE);
                    write(address + WORD_BYTES, moved);
                    moved
                }
            }
            abi::TAG_BOXED => {
                let address = (word & !abi::TAG_MASK) as usize;
                if self.stays(address) {
                    return word;
                }
                // SAFETY: the pointer leads to a boxed object of from-space.
                unsafe {
                    let header = read(address);
                    if header & abi::TAG_MASK != abi::TAG_HEADER {
                        return header;
                    }
                    debug_assert!(
                        header_kind(header) <= kind::EXTERNAL,
                        "the kinds that there are"
                    );
                    let words = object_words(header);
                    let moved = self.place(address, words);
                    copy(address, moved, words);
                    self.poll.steps(words as u32 / 8);
                    let moved = moved as u64 | abi::TAG_BOXED;
                    write(address, moved);
                    moved
                }
            }
            _ => word,
        }
    }

    fn stays(&self, address: usize) -> bool {
        self.literals.contains(&address) || self.old.contains(&address)
    }

    fn place(&mut self, address: usize, words: usize) -> usize {
        if self.mature.contains(&address) {
            let place = self.old_top;
            self.old_top += words * WORD_BYTES;
            assert!(self.old_top <= self.old.end, "the old heap has room for what is mature");
            place
        } else {
            let place = self.top;
            self.top += words * WORD_BYTES;
            place
        }
    }
}
