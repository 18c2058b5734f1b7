//! Terms: one word each, valid as long as the memory behind it is borrowed.
//!
//! A `Term<'a>` can only be made from memory that is borrowed for `'a` (a process's heap, a
//! literal, a fragment); whatever may collect or free that memory needs it mutably, so a term held
//! across a collection does not compile. [`Term::view`] shows what a term is. The layout is drawn
//! in `beamlet_code::abi`.
#![allow(unsafe_code)] // Reads raw heap words; see the contract of `Term::from_word`.

use std::marker::PhantomData;

use beamlet_code::abi::{self, kind};

use crate::atoms::Atom;
use crate::shared::{Bytes, Magic};

#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct Term<'a>(u64, PhantomData<&'a [u64]>);

/// A process of this isolate: its number, which is never used twice.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Pid(pub u32);

/// A port of this isolate. Nothing opens one but the isolate itself.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Port(pub u32);

/// What a term is.
#[derive(Clone, Copy)]
pub enum View<'a> {
    Small(i64),
    Atom(Atom),
    Nil,
    Pid(Pid),
    Port(Port),
    Cons(Cons<'a>),
    Tuple(&'a [Term<'a>]),
    Big(Big<'a>),
    Float(f64),
    Fun(Fun<'a>),
    /// `fun M:F/A`: the number of the export.
    Export(u32),
    Reference(Reference<'a>),
    Bits(Bits<'a>),
    FlatMap(FlatMap<'a>),
    HashMap(HashMap<'a>),
    External(External<'a>),
    /// A match context: only in registers of compiled code.
    Context(Context<'a>),
}

#[derive(Clone, Copy)]
pub struct Cons<'a> {
    pub head: Term<'a>,
    pub tail: Term<'a>,
}

/// An integer that is not small.
#[derive(Clone, Copy)]
pub struct Big<'a> {
    pub negative: bool,
    /// Least significant first, no leading zero.
    pub limbs: &'a [u64],
}

#[derive(Clone, Copy)]
pub struct Fun<'a> {
    /// Its row in the isolate's table of lambdas.
    pub lambda: u32,
    pub creator: Term<'a>,
    pub free: &'a [Term<'a>],
}

#[derive(Clone, Copy)]
pub struct Reference<'a> {
    pub number: u64,
    /// The value behind it (atomics, a compiled regular expression, ...), if there is one.
    pub magic: Option<&'a Magic>,
}

/// A binary or bitstring: `size` bits from bit `offset` of `bytes`.
#[derive(Clone, Copy)]
pub struct Bits<'a> {
    pub bytes: &'a [u8],
    pub offset: usize,
    pub size: usize,
}

/// A map of at most 32 keys, in the order of terms.
#[derive(Clone, Copy)]
pub struct FlatMap<'a> {
    /// The tuple of the keys, which maps with the same keys share.
    pub keys_tuple: Term<'a>,
    pub keys: &'a [Term<'a>],
    pub values: &'a [Term<'a>],
}

/// A map of more than 32 keys: the root of a trie (see `map.rs`).
#[derive(Clone, Copy)]
pub struct HashMap<'a> {
    pub size: usize,
    pub root: Node<'a>,
}

/// A node of the trie: a bit for each child that is there. A child is a cons of key and value, or a
/// node.
#[derive(Clone, Copy)]
pub struct Node<'a> {
    pub bitmap: u16,
    pub children: &'a [Term<'a>],
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ExternalKind {
    Pid,
    Port,
    Reference,
}

/// A pid, port or reference of another node: data, as it came out of the external term format.
#[derive(Clone, Copy)]
pub struct External<'a> {
    pub node: Atom,
    pub creation: i64,
    pub kind: ExternalKind,
    /// Smalls: number and serial of a pid, the number of a port, the words of a reference.
    pub numbers: &'a [Term<'a>],
}

#[derive(Clone, Copy)]
pub struct Context<'a> {
    pub binary: Term<'a>,
    pub offset: usize,
    pub end: usize,
}

pub const fn header(kind: u64, words: usize) -> u64 {
    (words as u64) << abi::HEADER_SHIFT | kind
}

pub const fn header_words(header: u64) -> usize {
    (header >> abi::HEADER_SHIFT) as usize
}

pub const fn header_kind(header: u64) -> u64 {
    header & abi::HEADER_KIND_MASK
}

impl<'a> Term<'a> {
    pub const NIL: Term<'static> = Term(abi::NIL, PhantomData);

    /// # Safety
    ///
    /// `word` is a term whose boxed parts, if any, are whole, follow the layout of `abi`, and are
    /// neither moved nor freed during `'a`; of mutable parts only a match context's offset changes.
    pub unsafe fn from_word(word: u64) -> Term<'a> {
        debug_assert!(word != abi::NO_VALUE, "no value is not a term");
        Term(word, PhantomData)
    }

    pub const fn word(self) -> u64 {
        self.0
    }

    /// `None` beyond 60 bits.
    pub const fn small(value: i64) -> Option<Term<'static>> {
        if value < abi::SMALL_MIN || value > abi::SMALL_MAX {
            return None;
        }
        Some(Term((value << abi::SMALL_SHIFT) as u64 | abi::TAG_SMALL, PhantomData))
    }

    /// A size, index or count, which is always small.
    pub const fn size(value: usize) -> Term<'static> {
        match Term::small(value as i64) {
            Some(term) => term,
            None => panic!("a size is below 2^59"),
        }
    }

    pub const fn atom(atom: Atom) -> Term<'static> {
        Term((atom.0 as u64) << abi::ATOM_SHIFT | abi::TAG_ATOM, PhantomData)
    }

    pub const fn boolean(value: bool) -> Term<'static> {
        Term::atom(if value { Atom::TRUE } else { Atom::FALSE })
    }

    pub const fn pid(pid: Pid) -> Term<'static> {
        Term((pid.0 as u64) << 4 | abi::TAG_PID, PhantomData)
    }

    pub const fn port(port: Port) -> Term<'static> {
        Term((port.0 as u64) << 4 | abi::TAG_PORT, PhantomData)
    }

    pub const fn is_immediate(self) -> bool {
        self.0 & abi::TAG_MASK == abi::TAG_IMMEDIATE
    }

    pub const fn is_nil(self) -> bool {
        self.0 == abi::NIL
    }

    pub const fn is_cons(self) -> bool {
        self.0 & abi::TAG_MASK == abi::TAG_CONS
    }

    pub const fn is_list(self) -> bool {
        self.is_cons() || self.is_nil()
    }

    const fn is_boxed(self) -> bool {
        self.0 & abi::TAG_MASK == abi::TAG_BOXED
    }

    pub const fn is_small(self) -> bool {
        self.0 & abi::IMMEDIATE_MASK == abi::TAG_SMALL
    }

    pub const fn is_atom(self) -> bool {
        self.0 & abi::IMMEDIATE2_MASK == abi::TAG_ATOM
    }

    pub const fn as_small(self) -> Option<i64> {
        if self.is_small() { Some((self.0 as i64) >> abi::SMALL_SHIFT) } else { None }
    }

    /// A small that is not negative.
    pub fn as_size(self) -> Option<usize> {
        self.as_small().and_then(|value| usize::try_from(value).ok())
    }

    pub const fn as_atom(self) -> Option<Atom> {
        if self.is_atom() { Some(Atom((self.0 >> abi::ATOM_SHIFT) as u32)) } else { None }
    }

    pub const fn as_boolean(self) -> Option<bool> {
        match self.as_atom() {
            Some(Atom::TRUE) => Some(true),
            Some(Atom::FALSE) => Some(false),
            _ => None,
        }
    }

    pub fn is(self, atom: Atom) -> bool {
        self.0 == Term::atom(atom).0
    }

    pub const fn as_pid(self) -> Option<Pid> {
        if self.0 & abi::IMMEDIATE_MASK == abi::TAG_PID {
            Some(Pid((self.0 >> 4) as u32))
        } else {
            None
        }
    }

    pub const fn as_port(self) -> Option<Port> {
        if self.0 & abi::IMMEDIATE_MASK == abi::TAG_PORT {
            Some(Port((self.0 >> 4) as u32))
        } else {
            None
        }
    }

    /// The words of the cell or box behind the pointer.
    fn at(self, index: usize) -> u64 {
        debug_assert!(!self.is_immediate(), "an immediate has no words");
        let address = (self.0 & !abi::TAG_MASK) as usize;
        // SAFETY: by the contract of `from_word`, the pointer leads to a whole object, and all
        // callers stay within what its tag or header says.
        unsafe { std::ptr::with_exposed_provenance::<u64>(address).add(index).read() }
    }

    fn terms(self, from: usize, count: usize) -> &'a [Term<'a>] {
        let address = (self.0 & !abi::TAG_MASK) as usize;
        // SAFETY: as in `at`; `Term` is one word, and the objects that this is used on hold terms
        // there, which nothing changes during `'a`.
        unsafe {
            std::slice::from_raw_parts(
                std::ptr::with_exposed_provenance::<Term<'a>>(address).add(from),
                count,
            )
        }
    }

    fn raw(self, from: usize, count: usize) -> &'a [u64] {
        let address = (self.0 & !abi::TAG_MASK) as usize;
        // SAFETY: as in `at`; the words are not changed during `'a`.
        unsafe {
            std::slice::from_raw_parts(
                std::ptr::with_exposed_provenance::<u64>(address).add(from),
                count,
            )
        }
    }

    pub fn as_cons(self) -> Option<Cons<'a>> {
        if !self.is_cons() {
            return None;
        }
        // SAFETY: a cell holds two terms.
        let of = |word| unsafe { Term::from_word(word) };
        Some(Cons { head: of(self.at(0)), tail: of(self.at(1)) })
    }

    pub fn as_tuple(self) -> Option<&'a [Term<'a>]> {
        if !self.is_boxed() {
            return None;
        }
        let header = self.at(0);
        (header_kind(header) == kind::TUPLE).then(|| self.terms(1, header_words(header)))
    }

    /// A float, not an integer.
    pub fn as_float(self) -> Option<f64> {
        match self.view() {
            View::Float(value) => Some(value),
            _ => None,
        }
    }

    pub fn as_bits(self) -> Option<Bits<'a>> {
        match self.view() {
            View::Bits(bits) => Some(bits),
            _ => None,
        }
    }

    /// A binary of whole bytes that begins at a whole byte, without copying. A bitstring or an
    /// unaligned binary is `None`: see [`Bits::to_bytes`].
    pub fn as_bytes(self) -> Option<&'a [u8]> {
        self.as_bits().and_then(Bits::as_bytes)
    }

    pub fn as_reference(self) -> Option<Reference<'a>> {
        match self.view() {
            View::Reference(reference) => Some(reference),
            _ => None,
        }
    }

    pub fn is_map(self) -> bool {
        matches!(self.view(), View::FlatMap(_) | View::HashMap(_))
    }

    pub fn is_number(self) -> bool {
        self.is_small() || matches!(self.view(), View::Big(_) | View::Float(_))
    }

    pub fn is_integer(self) -> bool {
        self.is_small() || matches!(self.view(), View::Big(_))
    }

    /// The header of what a boxed pointer leads to.
    pub fn boxed_header(self) -> Option<u64> {
        self.is_boxed().then(|| self.at(0))
    }

    pub fn view(self) -> View<'a> {
        match self.0 & abi::TAG_MASK {
            abi::TAG_IMMEDIATE => self.view_immediate(),
            abi::TAG_CONS => View::Cons(self.as_cons().expect("the tag says so")),
            abi::TAG_BOXED => self.view_boxed(),
            _ => unreachable!("a term is no header"),
        }
    }

    fn view_immediate(self) -> View<'a> {
        match self.0 & abi::IMMEDIATE_MASK {
            abi::TAG_SMALL => View::Small((self.0 as i64) >> abi::SMALL_SHIFT),
            abi::TAG_PID => View::Pid(Pid((self.0 >> 4) as u32)),
            abi::TAG_PORT => View::Port(Port((self.0 >> 4) as u32)),
            _ if self.is_nil() => View::Nil,
            _ => View::Atom(self.as_atom().expect("what is left of the immediates")),
        }
    }

    fn view_boxed(self) -> View<'a> {
        let header = self.at(0);
        let words = header_words(header);
        // SAFETY: only used on words that hold terms.
        let term = |index| unsafe { Term::from_word(self.at(index)) };
        match header_kind(header) {
            kind::TUPLE => View::Tuple(self.terms(1, words)),
            kind::BIG_POSITIVE => View::Big(Big { negative: false, limbs: self.raw(1, words) }),
            kind::BIG_NEGATIVE => View::Big(Big { negative: true, limbs: self.raw(1, words) }),
            kind::FLOAT => View::Float(f64::from_bits(self.at(1))),
            kind::FUN => View::Fun(Fun {
                lambda: term(1).as_small().expect("a fun's number is small") as u32,
                creator: term(2),
                free: self.terms(3, words - 2),
            }),
            kind::EXPORT => {
                View::Export(term(1).as_small().expect("an export's number is small") as u32)
            }
            kind::REFERENCE => View::Reference(Reference {
                number: self.at(1),
                // SAFETY: the word is 0 or the address of a `Magic` that this object counts.
                magic: unsafe { Magic::at(self.at(2)) },
            }),
            kind::HEAP_BINARY | kind::REFC_BINARY => {
                let size = self.at(1) as usize;
                View::Bits(Bits { bytes: &self.storage()[..size], offset: 0, size: size * 8 })
            }
            kind::SUB_BINARY => View::Bits(Bits {
                bytes: term(1).storage(),
                offset: term(2).as_size().expect("an offset is small"),
                size: term(3).as_size().expect("a size is small"),
            }),
            kind::FLAT_MAP => {
                let keys_tuple = term(2);
                View::FlatMap(FlatMap {
                    keys_tuple,
                    keys: keys_tuple.as_tuple().expect("the keys are a tuple"),
                    values: self.terms(3, words - 2),
                })
            }
            kind::HASH_MAP => View::HashMap(HashMap {
                size: term(1).as_size().expect("a size is small"),
                root: Node {
                    bitmap: term(2).as_small().expect("a bitmap is small") as u16,
                    children: self.terms(3, words - 2),
                },
            }),
            kind::EXTERNAL => View::External(External {
                node: term(1).as_atom().expect("a node's name is an atom"),
                creation: term(2).as_small().expect("a creation is small"),
                kind: match term(3).as_small() {
                    Some(0) => ExternalKind::Pid,
                    Some(1) => ExternalKind::Port,
                    _ => ExternalKind::Reference,
                },
                numbers: self.terms(4, words - 3),
            }),
            kind::CONTEXT => View::Context(Context {
                binary: term(1),
                offset: term(2).as_size().expect("an offset is small"),
                end: term(3).as_size().expect("an end is small"),
            }),
            other => unreachable!("a header of kind {other:#x} is not a term's"),
        }
    }

    /// The inner node of a map's trie.
    pub fn as_node(self) -> Option<Node<'a>> {
        if !self.is_boxed() {
            return None;
        }
        let header = self.at(0);
        (header_kind(header) == kind::HASH_NODE).then(|| Node {
            bitmap: (self.at(1) >> abi::SMALL_SHIFT) as u16,
            children: self.terms(2, header_words(header) - 1),
        })
    }

    /// All bytes that the heap or reference-counted binary holds.
    fn storage(self) -> &'a [u8] {
        let header = self.at(0);
        match header_kind(header) {
            kind::HEAP_BINARY => {
                let words = self.raw(2, header_words(header) - 1);
                // SAFETY: any initialised words are bytes, eight to a word.
                unsafe { std::slice::from_raw_parts(words.as_ptr().cast(), words.len() * 8) }
            }
            // SAFETY: the object counts the bytes, so that they live as long as it does.
            kind::REFC_BINARY => unsafe { Bytes::at(self.at(2)).as_slice() },
            other => unreachable!("kind {other:#x} holds no bytes"),
        }
    }

    /// For a reference-counted binary, or a part of one: its shared bytes.
    pub(crate) fn shared_bytes(self) -> Option<&'a Bytes> {
        let header = self.boxed_header()?;
        match header_kind(header) {
            // SAFETY: as in `storage`.
            kind::REFC_BINARY => Some(unsafe { Bytes::at(self.at(2)) }),
            kind::SUB_BINARY => {
                // SAFETY: the word holds a term.
                unsafe { Term::from_word(self.at(1)) }.shared_bytes()
            }
            _ => None,
        }
    }

    /// Of a binary: the heap or reference-counted binary whose storage it is a part of.
    pub(crate) fn whole_binary(self) -> Option<Term<'a>> {
        let header = self.boxed_header()?;
        match header_kind(header) {
            kind::REFC_BINARY | kind::HEAP_BINARY => Some(self),
            // SAFETY: the word holds a term.
            kind::SUB_BINARY => Some(unsafe { Term::from_word(self.at(1)) }),
            _ => None,
        }
    }

    /// The elements of a list; what stands in the place of its end is [`List::rest`].
    pub const fn list(self) -> List<'a> {
        List { rest: self }
    }

    /// The length of a proper list.
    pub fn list_length(self) -> Option<usize> {
        let mut list = self.list();
        let count = list.by_ref().count();
        list.rest.is_nil().then_some(count)
    }
}

/// Steps through a list.
#[derive(Clone)]
pub struct List<'a> {
    /// What has not been stepped over. At the end: `[]`, or the tail of an improper list.
    pub rest: Term<'a>,
}

impl<'a> Iterator for List<'a> {
    type Item = Term<'a>;

    fn next(&mut self) -> Option<Term<'a>> {
        let cons = self.rest.as_cons()?;
        self.rest = cons.tail;
        Some(cons.head)
    }
}

impl<'a> Bits<'a> {
    /// The bytes, if they are whole and begin at a whole byte.
    pub fn as_bytes(self) -> Option<&'a [u8]> {
        (self.offset.is_multiple_of(8) && self.size.is_multiple_of(8))
            .then(|| &self.bytes[self.offset / 8..(self.offset + self.size) / 8])
    }

    pub const fn is_binary(self) -> bool {
        self.size.is_multiple_of(8)
    }

    /// Byte number `index` counted from the beginning, the last one filled up with zero bits.
    pub fn byte(self, index: usize) -> u8 {
        let begin = self.offset + index * 8;
        let left = self.size - index * 8;
        let shift = begin % 8;
        let mut byte = self.bytes[begin / 8] << shift;
        if shift != 0 && left > 8 - shift {
            byte |= self.bytes[begin / 8 + 1] >> (8 - shift);
        }
        if left < 8 { byte & !(0xff >> left) } else { byte }
    }

    /// Bytes needed to hold it.
    pub const fn byte_count(self) -> usize {
        self.size.div_ceil(8)
    }

    /// The bytes of a binary, copied only where they do not begin at a whole byte. `None` for a
    /// bitstring.
    pub fn to_bytes(self) -> Option<std::borrow::Cow<'a, [u8]>> {
        if let Some(bytes) = self.as_bytes() {
            return Some(bytes.into());
        }
        self.is_binary().then(|| {
            (0..self.byte_count()).map(|index| self.byte(index)).collect::<Vec<_>>().into()
        })
    }

    /// The part of `size` bits from bit `from` on. Panics if it is not within.
    pub fn part(self, from: usize, size: usize) -> Bits<'a> {
        assert!(from + size <= self.size, "a part is within its whole");
        Bits { bytes: self.bytes, offset: self.offset + from, size }
    }
}
