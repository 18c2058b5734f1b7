//! The memory of a process: one area for its young heap and its stack, one for its old heap, and
//! fragments that came with messages. `collect.rs` moves terms between them.
//!
//! ```text
//! young:  start ......... high ........... hp →      ← sp .......... end
//!         | survived once | new terms      | free    | stack         |
//! old:    start ......... top → ........ end
//! ```
#![allow(unsafe_code)] // Raw heap words: bump allocation within an area.

use std::mem::MaybeUninit;

use beamlet_code::abi::{self, kind};

use crate::env::{Account, Env};
use crate::shared::{self, SharedKind};
use crate::term::{Term, header, header_kind, header_words};

pub const WORD_BYTES: usize = 8;
/// Words of a new process's young area (OTP: 233).
pub const HEAP_WORDS_MIN: usize = 233;
/// Binaries of more bytes are outside of the heap (OTP: `ERL_ONHEAP_BIN_LIMIT`).
pub const HEAP_BINARY_BYTES_MAX: usize = 64;
/// Bytes outside of the heap, taken since the last collection, that make for another one.
const OFF_HEAP_BYTES_MIN: usize = 256 * 1024;

/// Uninitialised words at an address that does not change.
pub struct Area {
    words: Box<[MaybeUninit<u64>]>,
}

impl Area {
    pub fn new(words: usize, account: &Account) -> Area {
        account.add_bytes(words * WORD_BYTES);
        let mut words = Box::new_uninit_slice(words);
        // Terms are addresses: they are turned back into pointers with this provenance.
        words.as_mut_ptr().expose_provenance();
        Area { words }
    }

    pub fn start(&self) -> usize {
        self.words.as_ptr().addr()
    }

    pub fn end(&self) -> usize {
        self.start() + self.words.len() * WORD_BYTES
    }

    pub fn words(&self) -> usize {
        self.words.len()
    }

    pub fn contains(&self, address: usize) -> bool {
        (self.start()..self.end()).contains(&address)
    }

    /// To be called once, when it is dropped: an area does not keep the account.
    pub fn leave(&self, account: &Account) {
        account.remove_bytes(self.words.len() * WORD_BYTES);
    }
}

/// The word at an address of the heap.
///
/// # Safety
///
/// The address lies in an area that is alive, 8-byte aligned, and was written to.
pub unsafe fn read(address: usize) -> u64 {
    // SAFETY: by the contract.
    unsafe { std::ptr::with_exposed_provenance::<u64>(address).read() }
}

/// # Safety
///
/// The address lies in an area that is alive, 8-byte aligned, and no reference to it is held.
pub unsafe fn write(address: usize, word: u64) {
    // SAFETY: by the contract.
    unsafe { std::ptr::with_exposed_provenance_mut::<u64>(address).write(word) }
}

/// # Safety
///
/// As `read` for the `words` from `from`, as `write` for those from `to`; they do not overlap.
pub unsafe fn copy(from: usize, to: usize, words: usize) {
    // SAFETY: by the contract.
    unsafe {
        std::ptr::copy_nonoverlapping(
            std::ptr::with_exposed_provenance::<u64>(from),
            std::ptr::with_exposed_provenance_mut::<u64>(to),
            words,
        );
    }
}

/// The kind of shared value that an object of this header points to.
pub fn shared_kind(header: u64) -> Option<SharedKind> {
    match header_kind(header) {
        kind::REFC_BINARY => Some(SharedKind::Bytes),
        kind::REFERENCE => Some(SharedKind::Magic),
        _ => None,
    }
}

/// Words behind a header that hold no terms: all of them, or none.
pub fn is_opaque(header: u64) -> bool {
    matches!(
        header_kind(header),
        kind::BIG_POSITIVE
            | kind::BIG_NEGATIVE
            | kind::FLOAT
            | kind::HEAP_BINARY
            | kind::REFC_BINARY
            | kind::REFERENCE
    )
}

/// Addresses of objects that count something shared: what a dead area has to release.
#[derive(Default)]
pub struct OffHeap {
    objects: Vec<usize>,
}

impl OffHeap {
    pub fn push(&mut self, address: usize) {
        self.objects.push(address);
    }

    pub fn take(&mut self) -> Vec<usize> {
        std::mem::take(&mut self.objects)
    }

    /// Releases what all of them count.
    ///
    /// # Safety
    ///
    /// The objects are whole (not moved by a collection), and are not used again.
    pub unsafe fn release(&mut self, account: &Account) {
        for address in self.objects.drain(..) {
            // SAFETY: by the contract; the third word of both kinds is the shared value's.
            unsafe {
                let kind = shared_kind(read(address)).expect("only such objects are noted");
                shared::release(kind, read(address + 16), account);
            }
        }
    }
}

/// A term with memory of its own: a message, an entry of a table, an exit reason.
pub struct Fragment {
    area: Area,
    pub(crate) root: u64,
    pub(crate) off_heap: OffHeap,
}

impl Fragment {
    /// Copies `term` as it is, literals excepted, which are shared.
    pub fn new(term: Term, env: &Env) -> Fragment {
        let words = crate::copy::words(term, env);
        let area = Area::new(words, &env.account);
        let mut off_heap = OffHeap::default();
        // SAFETY: the area has the words that the copy takes.
        let (root, top) = unsafe { crate::copy::copy(term, area.start(), &mut off_heap, env) };
        debug_assert_eq!(top, area.end(), "the copy takes what was counted");
        Fragment { area, root, off_heap }
    }

    pub fn term(&self) -> Term<'_> {
        // SAFETY: the area is part of `self`, and nothing changes it.
        unsafe { Term::from_word(self.root) }
    }

    pub fn words(&self) -> usize {
        self.area.words()
    }

    pub(crate) fn contains(&self, address: usize) -> bool {
        self.area.contains(address)
    }

    /// Gives the memory back. (Dropping a fragment without this is for abandoned isolates only:
    /// the account dies with them, but shared bytes would stay.)
    pub fn free(mut self, account: &Account) {
        // SAFETY: the objects of a fragment are never moved while it exists.
        unsafe { self.off_heap.release(account) };
        self.area.leave(account);
    }
}

pub struct Heap {
    pub(crate) young: Area,
    /// Where the next term goes; while the process runs, compiled code has it in a register.
    pub hp: usize,
    pub sp: usize,
    /// What lies below has survived a collection.
    pub(crate) high: usize,
    pub(crate) old: Option<Area>,
    pub(crate) old_top: usize,
    pub(crate) off_heap: OffHeap,
    pub(crate) off_heap_old: OffHeap,
    /// Memory that messages came with and that terms point into until the next collection.
    pub(crate) fragments: Vec<Fragment>,
    /// Bytes outside of the heap that were taken since the last collection.
    pub(crate) off_heap_bytes: usize,
    pub(crate) off_heap_bytes_max: usize,
    pub collections: u64,
    pub(crate) minor_collections: u32,
    pub words_min: usize,
    pub full_sweep_after: u32,
}

impl Heap {
    pub fn new(words: usize, account: &Account) -> Heap {
        let young = Area::new(words.max(HEAP_WORDS_MIN), account);
        Heap {
            hp: young.start(),
            sp: young.end(),
            high: young.start(),
            young,
            old: None,
            old_top: 0,
            off_heap: OffHeap::default(),
            off_heap_old: OffHeap::default(),
            fragments: Vec::new(),
            off_heap_bytes: 0,
            off_heap_bytes_max: OFF_HEAP_BYTES_MIN,
            collections: 0,
            minor_collections: 0,
            words_min: words.max(HEAP_WORDS_MIN),
            full_sweep_after: 65_535,
        }
    }

    /// The next collection is one of everything.
    pub fn next_is_full(&mut self) {
        self.minor_collections = self.full_sweep_after;
    }

    pub fn free_words(&self) -> usize {
        (self.sp - self.hp) / WORD_BYTES
    }

    pub fn stack_words(&self) -> usize {
        (self.young.end() - self.sp) / WORD_BYTES
    }

    /// Words of young heap in use, without the stack.
    pub fn young_words(&self) -> usize {
        (self.hp - self.young.start()) / WORD_BYTES
    }

    pub fn old_words(&self) -> usize {
        self.old.as_ref().map_or(0, |old| (self.old_top - old.start()) / WORD_BYTES)
    }

    /// Words of all areas.
    pub fn total_words(&self) -> usize {
        self.young.words()
            + self.old.as_ref().map_or(0, Area::words)
            + self.fragments.iter().map(Fragment::words).sum::<usize>()
    }

    /// Is there room for `words`, and no reason to collect?
    pub fn has_room(&self, words: usize) -> bool {
        self.free_words() >= words + abi::STACK_RESERVE as usize
            && self.off_heap_bytes <= self.off_heap_bytes_max
    }

    /// Hands out `words` of the free space.
    pub(crate) fn bump(&mut self, words: usize) -> usize {
        assert!(self.free_words() >= words, "room was reserved before it is built in");
        let address = self.hp;
        self.hp += words * WORD_BYTES;
        address
    }

    /// Pushes a word on the stack of a process that does not run.
    pub fn push(&mut self, word: u64) {
        assert!(self.free_words() > 0, "the stack has its reserve");
        self.sp -= WORD_BYTES;
        // SAFETY: the address is within the young area, between heap and stack.
        unsafe { write(self.sp, word) };
    }

    /// Forgets the whole stack: the process begins anew.
    pub fn drop_stack(&mut self) {
        self.sp = self.young.end();
    }

    /// The stack, the newest word first.
    pub fn stack(&self) -> &[u64] {
        // SAFETY: all words between `sp` and the end were pushed.
        unsafe {
            std::slice::from_raw_parts(
                std::ptr::with_exposed_provenance(self.sp),
                self.stack_words(),
            )
        }
    }

    /// Takes the memory of a received message over: terms of it are in use until a collection has
    /// copied them.
    pub fn adopt(&mut self, fragment: Fragment) {
        self.fragments.push(fragment);
    }

    /// Notes bytes that were taken outside of the heap.
    pub(crate) fn note_off_heap(&mut self, object: usize, bytes: usize) {
        self.off_heap.push(object);
        self.off_heap_bytes += bytes;
    }

    /// Gives all memory back, at the end of the process.
    pub fn free(&mut self, account: &Account) {
        // SAFETY: the process has ended: nothing of its heap is used again, and outside of a
        // collection all objects are whole.
        unsafe {
            self.off_heap.release(account);
            self.off_heap_old.release(account);
        }
        for fragment in self.fragments.drain(..) {
            fragment.free(account);
        }
        self.young.leave(account);
        if let Some(old) = self.old.take() {
            old.leave(account);
        }
        let empty: Box<[MaybeUninit<u64>]> = Box::new([]);
        self.young = Area { words: empty };
        (self.hp, self.sp, self.high) =
            (self.young.start(), self.young.start(), self.young.start());
    }
}

/// Bytes of a heap binary, in words: header, size, payload.
pub const fn heap_binary_words(bytes: usize) -> usize {
    2 + bytes.div_ceil(WORD_BYTES)
}

/// The header of a heap binary of that many bytes.
pub const fn heap_binary_header(bytes: usize) -> u64 {
    header(kind::HEAP_BINARY, heap_binary_words(bytes) - 1)
}

/// Words of the object whose header this is.
pub const fn object_words(header: u64) -> usize {
    header_words(header) + 1
}
