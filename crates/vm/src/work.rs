//! What a BIF works with: the running process's terms ([`Work`]) and room for new ones ([`Room`]).
//!
//! Each BIF has one shape: read, measure, reserve, build.
//!
//! ```text
//! fn duplicate(call: &mut Call) -> Result<Done, Raise> {
//!     let list = call.arg(0);                          // read: borrows the call
//!     let count = list.list_length().ok_or(BADARG)?;   // measure
//!     let mut room = call.work.reserve(3 * count);     // may collect: `list` is gone
//!     let list = room.arg(0);                          // terms of the room live as long as it does
//!     Ok(room.tuple(&[list, list]).done())             // build: never collects
//! }
//! ```
//!
//! Only `reserve` (and what calls it) collects. A term is borrowed from the work or the room, so one
//! that is held across a collection does not compile. What must survive is a [`Root`].
#![allow(unsafe_code)] // Builds terms out of raw heap words.

use beamlet_code::abi::{self, kind};

use crate::atoms::Atom;
use crate::context::Context;
use crate::env::Env;
use crate::heap::{
    Fragment, HEAP_BINARY_BYTES_MAX, WORD_BYTES, heap_binary_header, heap_binary_words, write,
};
use crate::process::Process;
use crate::shared::{Bytes, Magic};
use crate::term::{Bits, ExternalKind, Term, header};

/// The running process, its registers, and the environment.
pub struct Work<'c> {
    pub proc: &'c mut Process,
    pub context: &'c mut Context,
    pub env: &'c Env,
    pub(crate) args: Args,
}

/// Where a BIF's arguments are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Args {
    X,
    Operands,
}

/// The result of a BIF: a term, made in the return expression. (It names no lifetime, so that a BIF
/// can return early with a term that it has read; nothing but the caller of the BIF reads it.)
#[derive(Debug)]
pub struct Done(pub(crate) u64);

impl Term<'_> {
    pub const fn done(self) -> Done {
        Done(self.word())
    }
}

/// A term that is kept, and moved, across collections until the BIF returns.
#[derive(Clone, Copy, Debug)]
pub struct Root(usize);

impl<'c> Work<'c> {
    pub fn arg(&self, index: usize) -> Term<'_> {
        let word = match self.args {
            Args::X => self.context.x[index],
            Args::Operands => self.context.args[index],
        };
        // SAFETY: the caller of the BIF has put terms there, which collections move; the heap does
        // not change while `self` is borrowed.
        unsafe { Term::from_word(word) }
    }

    /// Keeps a term across collections.
    pub fn root(&mut self, term: RootSource) -> Root {
        self.proc.roots.push(term.0);
        Root(self.proc.roots.len() - 1)
    }

    /// Keeps another term in its place.
    pub fn set_root(&mut self, root: Root, term: RootSource) {
        self.proc.roots[root.0] = term.0;
    }

    /// Keeps what another native has returned, before anything collects.
    pub(crate) fn root_done(&mut self, done: Done) -> Root {
        self.root(RootSource(done.0))
    }

    pub fn rooted(&self, root: Root) -> Term<'_> {
        // SAFETY: a root is a term that collections move.
        unsafe { Term::from_word(self.proc.roots[root.0]) }
    }

    /// Makes room to build `words` in.
    pub fn reserve(&mut self, words: usize) -> Room<'_> {
        if !self.proc.heap.has_room(words) || self.env.collect_always {
            self.collect(words);
        }
        Room {
            limit: self.proc.heap.hp + words * WORD_BYTES,
            proc: &mut *self.proc,
            context: &*self.context,
            env: self.env,
            args: self.args,
        }
    }

    pub fn collect(&mut self, words: usize) {
        let live = self.context.live as usize;
        let args_live = self.context.args_live as usize;
        let (x, args) = (&mut self.context.x, &mut self.context.args);
        self.proc.collect(words, self.env, &mut |visit| {
            x[..live].iter_mut().for_each(&mut *visit);
            args[..args_live].iter_mut().for_each(&mut *visit);
        });
    }

    /// Adds `words` of reductions to what the process has used: long BIFs charge by work done.
    pub fn charge(&mut self, reductions: usize) {
        self.context.reductions = self.context.reductions.saturating_sub(reductions as i64);
    }

    pub fn pid(&self) -> crate::term::Pid {
        self.proc.pid
    }
}

/// A term on its way to become a root: [`Term::keep`] makes it, so that the borrow of the work ends.
#[derive(Debug)]
pub struct RootSource(u64);

impl RootSource {
    pub(crate) const fn word(&self) -> u64 {
        self.0
    }

    /// Of what a native has returned.
    #[cfg(test)]
    pub(crate) const fn of(done: Done) -> RootSource {
        RootSource(done.0)
    }
}

impl Term<'_> {
    /// For [`Work::root`], at once.
    pub const fn keep(self) -> RootSource {
        RootSource(self.word())
    }
}

/// Room on the heap of the running process: builds terms, never collects.
pub struct Room<'r> {
    pub(crate) proc: &'r mut Process,
    context: &'r Context,
    pub env: &'r Env,
    args: Args,
    /// Where the reserved words end.
    limit: usize,
}

impl<'r> Room<'r> {
    pub fn arg(&self, index: usize) -> Term<'r> {
        let word = match self.args {
            Args::X => self.context.x[index],
            Args::Operands => self.context.args[index],
        };
        // SAFETY: as in `Work::arg`; nothing collects while the room borrows the process.
        unsafe { Term::from_word(word) }
    }

    pub fn rooted(&self, root: Root) -> Term<'r> {
        // SAFETY: a root is a term; nothing collects while the room borrows the process.
        unsafe { Term::from_word(self.proc.roots[root.0]) }
    }

    /// Words that are left of what was reserved.
    pub fn left(&self) -> usize {
        (self.limit - self.proc.heap.hp) / WORD_BYTES
    }

    /// Takes `words` of the room.
    fn take(&mut self, words: usize) -> usize {
        let address = self.proc.heap.bump(words);
        assert!(self.proc.heap.hp <= self.limit, "more is built than was reserved");
        address
    }

    fn put(&mut self, address: usize, index: usize, word: u64) {
        // SAFETY: callers write to words that they have just taken.
        unsafe { write(address + index * WORD_BYTES, word) }
    }

    fn boxed(&self, address: usize) -> Term<'r> {
        // SAFETY: callers have written the whole object there.
        unsafe { Term::from_word(address as u64 | abi::TAG_BOXED) }
    }

    /// 2 words.
    pub fn cons(&mut self, head: Term<'r>, tail: Term<'r>) -> Term<'r> {
        let address = self.take(2);
        self.put(address, 0, head.word());
        self.put(address, 1, tail.word());
        // SAFETY: the cell has just been written.
        unsafe { Term::from_word(address as u64 | abi::TAG_CONS) }
    }

    /// 1 word and one for each element.
    pub fn tuple(&mut self, elements: &[Term<'r>]) -> Term<'r> {
        self.tuple_from(elements.len(), elements.iter().copied())
    }

    /// A tuple of exactly `arity` elements, of which the iterator has as many.
    pub fn tuple_from(
        &mut self,
        arity: usize,
        elements: impl IntoIterator<Item = Term<'r>>,
    ) -> Term<'r> {
        self.object(header(kind::TUPLE, arity), elements)
    }

    /// A header and as many terms as it says.
    pub(crate) fn object(
        &mut self,
        header: u64,
        terms: impl IntoIterator<Item = Term<'r>>,
    ) -> Term<'r> {
        let words = crate::term::header_words(header);
        let address = self.take(words + 1);
        self.put(address, 0, header);
        let mut count = 0;
        for term in terms.into_iter().take(words) {
            count += 1;
            self.put(address, count, term.word());
        }
        assert_eq!(count, words, "an object has as many parts as its header says");
        self.boxed(address)
    }

    /// 2 words for each element. Builds from the end: the iterator is reversed.
    pub fn list<'t: 'r, I>(&mut self, elements: I, tail: Term<'r>) -> Term<'r>
    where
        I: IntoIterator<Item = Term<'t>>,
        I::IntoIter: DoubleEndedIterator,
    {
        let mut list = tail;
        for head in elements.into_iter().rev() {
            list = self.cons(head, list);
        }
        list
    }

    /// A list of small integers, code points or bytes: 2 words each.
    pub fn string(&mut self, characters: &str) -> Term<'r> {
        let mut list = Term::NIL;
        for character in characters.chars().rev() {
            list = self.cons(Term::size(character as usize), list);
        }
        list
    }

    /// 2 words.
    pub fn float(&mut self, value: f64) -> Term<'r> {
        let address = self.take(2);
        self.put(address, 0, header(kind::FLOAT, 1));
        self.put(address, 1, value.to_bits());
        self.boxed(address)
    }

    /// [`INTEGER_WORDS_64`] words at most.
    pub fn signed(&mut self, value: i64) -> Term<'r> {
        match Term::small(value) {
            Some(term) => term,
            None => self.integer(value < 0, &[value.unsigned_abs()]),
        }
    }

    pub fn unsigned(&mut self, value: u64) -> Term<'r> {
        match i64::try_from(value) {
            Ok(value) => self.signed(value),
            Err(_) => self.integer(false, &[value]),
        }
    }

    /// 1 word and one for each limb; small if it fits. Leading zeros are allowed.
    pub fn integer(&mut self, negative: bool, limbs: &[u64]) -> Term<'r> {
        let len = limbs.iter().rposition(|limb| *limb != 0).map_or(0, |last| last + 1);
        let limbs = &limbs[..len];
        if let [] | [_] = limbs {
            let magnitude = i128::from(limbs.first().copied().unwrap_or(0));
            let value = if negative { -magnitude } else { magnitude };
            if let Some(term) = i64::try_from(value).ok().and_then(Term::small) {
                return term;
            }
        }
        let address = self.take(1 + len);
        let kind = if negative { kind::BIG_NEGATIVE } else { kind::BIG_POSITIVE };
        self.put(address, 0, header(kind, len));
        for (index, limb) in limbs.iter().enumerate() {
            self.put(address, 1 + index, *limb);
        }
        self.boxed(address)
    }

    /// [`binary_words`] words.
    pub fn binary(&mut self, bytes: &[u8]) -> Term<'r> {
        if bytes.len() > HEAP_BINARY_BYTES_MAX {
            return self.binary_from(bytes.to_vec());
        }
        let words = heap_binary_words(bytes.len());
        let address = self.take(words);
        self.put(address, 0, heap_binary_header(bytes.len()));
        self.put(address, 1, bytes.len() as u64);
        for (index, chunk) in bytes.chunks(WORD_BYTES).enumerate() {
            let mut word = [0; WORD_BYTES];
            word[..chunk.len()].copy_from_slice(chunk);
            self.put(address, 2 + index, u64::from_ne_bytes(word));
        }
        self.boxed(address)
    }

    /// Like `binary`, without copying what is large.
    pub fn binary_from(&mut self, bytes: Vec<u8>) -> Term<'r> {
        if bytes.len() <= HEAP_BINARY_BYTES_MAX {
            return self.binary(&bytes);
        }
        let size = bytes.len();
        self.shared_binary(bytes, size)
    }

    /// A reference-counted binary of `size` bytes (3 words), whose storage may have more for
    /// appending.
    pub fn shared_binary(&mut self, storage: Vec<u8>, size: usize) -> Term<'r> {
        let capacity = storage.len();
        let word = Bytes::make(storage, size * 8, &self.env.account);
        self.shared_object(word, size, capacity)
    }

    fn shared_object(&mut self, bytes: u64, size: usize, capacity: usize) -> Term<'r> {
        let address = self.take(3);
        self.put(address, 0, header(kind::REFC_BINARY, 2));
        self.put(address, 1, size as u64);
        self.put(address, 2, bytes);
        self.proc.heap.note_off_heap(address, capacity);
        self.boxed(address)
    }

    /// Another reference-counted binary of the first `size` bytes of the same storage (3 words).
    pub(crate) fn share(&mut self, binary: Term<'r>, size: usize) -> Option<Term<'r>> {
        let bytes = binary.shared_bytes()?;
        assert!(size <= bytes.capacity(), "a binary ends within its storage");
        let word = std::ptr::from_ref(bytes).expose_provenance() as u64;
        // SAFETY: the word is that of a `Bytes`, which `binary` counts.
        unsafe { crate::shared::retain(crate::shared::SharedKind::Bytes, word) };
        Some(self.shared_object(word, size, 0))
    }

    /// A part of a binary, without copying: 4 words. `offset` is from the beginning of `binary`.
    pub fn sub_binary(
        &mut self,
        binary: Term<'r>,
        offset_bits: usize,
        size_bits: usize,
    ) -> Term<'r> {
        let bits = binary.as_bits().expect("a part is taken of a binary");
        assert!(offset_bits + size_bits <= bits.size, "a part is within its whole");
        let whole = binary.whole_binary().expect("a binary has a whole");
        self.object(
            header(kind::SUB_BINARY, 3),
            [whole, Term::size(bits.offset + offset_bits), Term::size(size_bits)],
        )
    }

    /// The bits that `bits` shows of `whole` (a heap or reference-counted binary): 4 words.
    pub(crate) fn bits_of(&mut self, whole: Term<'r>, bits: Bits) -> Term<'r> {
        self.object(
            header(kind::SUB_BINARY, 3),
            [whole, Term::size(bits.offset), Term::size(bits.size)],
        )
    }

    /// A bitstring of the first `size` bits of `bytes`: [`bitstring_words`] words.
    pub fn bitstring(&mut self, bytes: Vec<u8>, size: usize) -> Term<'r> {
        let whole = self.binary_from(bytes);
        if size.is_multiple_of(8) && whole.as_bits().is_some_and(|bits| bits.size == size) {
            return whole;
        }
        self.sub_binary(whole, 0, size)
    }

    /// 3 words.
    pub fn reference(&mut self, number: u64) -> Term<'r> {
        self.reference_object(number, 0)
    }

    /// A reference with a value behind it, which lives as long as the reference: 3 words.
    pub fn magic(&mut self, value: Box<dyn std::any::Any>) -> Term<'r> {
        let number = self.env.next_reference();
        self.reference_object(number, Magic::make(value))
    }

    fn reference_object(&mut self, number: u64, data: u64) -> Term<'r> {
        let address = self.take(3);
        self.put(address, 0, header(kind::REFERENCE, 2));
        self.put(address, 1, number);
        self.put(address, 2, data);
        if data != 0 {
            self.proc.heap.note_off_heap(address, 0);
        }
        self.boxed(address)
    }

    /// 3 words and one for each free variable.
    pub fn fun(&mut self, lambda: u32, creator: Term<'r>, free: &[Term<'r>]) -> Term<'r> {
        let parts = [Term::size(lambda as usize), creator].into_iter().chain(free.iter().copied());
        self.object(header(kind::FUN, 2 + free.len()), parts)
    }

    /// 2 words.
    pub fn export(&mut self, number: u32) -> Term<'r> {
        self.object(header(kind::EXPORT, 1), [Term::size(number as usize)])
    }

    /// 4 words and one for each number.
    pub fn external(
        &mut self,
        node: Atom,
        creation: i64,
        kind: ExternalKind,
        numbers: &[Term<'r>],
    ) -> Term<'r> {
        let creation = Term::small(creation).expect("a creation has 32 bits");
        let parts = [Term::atom(node), creation, Term::size(kind as usize)];
        self.object(
            header(abi::kind::EXTERNAL, 3 + numbers.len()),
            parts.into_iter().chain(numbers.iter().copied()),
        )
    }

    /// A copy of a term that has memory of its own: as many words as the fragment has.
    pub fn copy(&mut self, fragment: &Fragment) -> Term<'r> {
        self.copy_term(fragment.term(), fragment.words())
    }

    /// A copy of a term that is not of this process, of `words` words (`copy::words`).
    pub fn copy_term(&mut self, term: Term, words: usize) -> Term<'r> {
        let address = self.take(words);
        let mut off_heap = crate::heap::OffHeap::default();
        // SAFETY: the words have just been taken, and are as many as the term needs.
        let (word, top) = unsafe { crate::copy::copy(term, address, &mut off_heap, self.env) };
        assert_eq!(top, self.proc.heap.hp, "a copy takes what was counted");
        for object in off_heap.take() {
            self.proc.heap.off_heap.push(object);
        }
        // SAFETY: the copy is on this heap.
        unsafe { Term::from_word(word) }
    }
}

/// Words of any integer of 64 bits.
pub const INTEGER_WORDS_64: usize = 2;

/// Words of a binary of that many bytes.
pub const fn binary_words(bytes: usize) -> usize {
    if bytes <= HEAP_BINARY_BYTES_MAX { heap_binary_words(bytes) } else { 3 }
}

/// Words of a bitstring of that many bits.
pub const fn bitstring_words(bits: usize) -> usize {
    binary_words(bits.div_ceil(8)) + 4
}
