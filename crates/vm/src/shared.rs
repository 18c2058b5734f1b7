//! Values outside of the heaps that terms point to: the bytes of large binaries, and the values
//! behind magic references. Counted by the objects that point to them, without atomics: they belong
//! to one isolate, or are literals, which are immortal.
#![allow(unsafe_code)] // Counted pointers that stand in heap words.

use std::any::Any;
use std::cell::{Cell, RefCell, UnsafeCell};

use crate::env::Account;

/// The count of what is never freed.
const IMMORTAL: usize = usize::MAX;

/// Bytes of a reference-counted binary.
///
/// ```text
///  0                    used (bits)          capacity
///  | seen by binaries .. | not seen by any .. |
/// ```
///
/// No binary reaches beyond `used`, so that who ends there may append in place: nobody sees it.
pub struct Bytes {
    count: Cell<usize>,
    used: Cell<usize>,
    storage: UnsafeCell<Vec<u8>>,
}

impl Bytes {
    /// Returns the word that goes into the object that is the first to count it.
    pub fn make(storage: Vec<u8>, used_bits: usize, account: &Account) -> u64 {
        debug_assert!(used_bits <= storage.len() * 8, "what is used is there");
        account.add_bytes(storage.len());
        let bytes = Bytes {
            count: Cell::new(1),
            used: Cell::new(used_bits),
            storage: UnsafeCell::new(storage),
        };
        Box::into_raw(Box::new(bytes)).expose_provenance() as u64
    }

    /// # Safety
    ///
    /// `word` was made by `make`, and what counts it stays during `'a`.
    pub unsafe fn at<'a>(word: u64) -> &'a Bytes {
        // SAFETY: by the contract; nothing takes a mutable reference to a `Bytes`.
        unsafe { &*std::ptr::with_exposed_provenance(word as usize) }
    }

    pub fn as_slice(&self) -> &[u8] {
        // SAFETY: `append_room` alone changes the vector, and its contract excludes slices.
        unsafe { &*self.storage.get() }
    }

    pub fn used(&self) -> usize {
        self.used.get()
    }

    /// Of storage that nothing else points to yet.
    pub fn set_used(&self, bits: usize) {
        debug_assert!(bits <= self.capacity() * 8, "what is used is there");
        self.used.set(bits);
    }

    pub fn capacity(&self) -> usize {
        self.as_slice().len()
    }

    fn retain(&self) {
        if self.count.get() != IMMORTAL {
            self.count.set(self.count.get() + 1);
        }
    }

    pub fn make_immortal(&self) {
        self.count.set(IMMORTAL);
        self.used.set(self.capacity() * 8);
    }

    /// Room for `bits` more behind `used`, which become used: the storage, to be written from the
    /// old `used` on. `None` for an immortal one. Doubles the storage when it grows.
    ///
    /// # Safety
    ///
    /// No slice of the storage is alive (it may move), and the caller writes no bit below the old
    /// `used`.
    #[expect(clippy::mut_from_ref, reason = "the contract makes the caller the only one")]
    pub unsafe fn append_room(&self, bits: usize, account: &Account) -> Option<&mut [u8]> {
        if self.count.get() == IMMORTAL {
            return None;
        }
        // SAFETY: by the contract there is no other reference into the storage.
        let storage = unsafe { &mut *self.storage.get() };
        let needed = (self.used.get() + bits).div_ceil(8);
        if needed > storage.len() {
            let larger = (needed * 2).max(256);
            account.add_bytes(larger - storage.len());
            storage.resize(larger, 0);
        }
        self.used.set(self.used.get() + bits);
        Some(storage)
    }
}

/// A value behind a reference.
pub struct Magic {
    count: Cell<usize>,
    pub value: RefCell<Box<dyn Any>>,
}

impl Magic {
    /// Returns the word that goes into the reference that is the first to count it.
    pub fn make(value: Box<dyn Any>) -> u64 {
        let magic = Magic { count: Cell::new(1), value: RefCell::new(value) };
        Box::into_raw(Box::new(magic)).expose_provenance() as u64
    }

    /// # Safety
    ///
    /// `word` is 0 or was made by `make`, and what counts it stays during `'a`.
    pub unsafe fn at<'a>(word: u64) -> Option<&'a Magic> {
        // SAFETY: by the contract; nothing takes a mutable reference to a `Magic`.
        (word != 0).then(|| unsafe { &*std::ptr::with_exposed_provenance(word as usize) })
    }
}

/// Which of the two an object points to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SharedKind {
    Bytes,
    Magic,
}

/// Counts one more object that points to it.
///
/// # Safety
///
/// `word` was made by `make` of that kind and is still counted.
pub unsafe fn retain(kind: SharedKind, word: u64) {
    match kind {
        // SAFETY: by the contract.
        SharedKind::Bytes => unsafe { Bytes::at(word) }.retain(),
        SharedKind::Magic => {
            // SAFETY: by the contract.
            if let Some(magic) = unsafe { Magic::at(word) } {
                magic.count.set(magic.count.get() + 1);
            }
        }
    }
}

/// An object that pointed to it is gone; frees it with the last one.
///
/// # Safety
///
/// `word` was made by `make` of that kind, and the object counted it until now.
pub unsafe fn release(kind: SharedKind, word: u64, account: &Account) {
    match kind {
        SharedKind::Bytes => {
            // SAFETY: by the contract.
            let bytes = unsafe { Bytes::at(word) };
            match bytes.count.get() {
                IMMORTAL => {}
                1 => {
                    account.remove_bytes(bytes.capacity());
                    // SAFETY: it was the last object, so nothing points there any more.
                    drop(unsafe {
                        Box::from_raw(std::ptr::with_exposed_provenance_mut::<Bytes>(word as usize))
                    });
                }
                count => bytes.count.set(count - 1),
            }
        }
        SharedKind::Magic => {
            // SAFETY: by the contract.
            let Some(magic) = (unsafe { Magic::at(word) }) else { return };
            if magic.count.get() > 1 {
                magic.count.set(magic.count.get() - 1);
            } else {
                // SAFETY: as above.
                drop(unsafe {
                    Box::from_raw(std::ptr::with_exposed_provenance_mut::<Magic>(word as usize))
                });
            }
        }
    }
}
