//! Matching binaries: the context, and what is taken out of it. Building them is in `create.rs`.
#![allow(unsafe_code)] // Called from compiled code; moves the context's offset in place.

use beamlet_code::abi::{self, kind, segment};

use crate::bits;
use crate::call::Call;
use crate::context::Context;
use crate::heap::{self, HEAP_BINARY_BYTES_MAX, WORD_BYTES};
use crate::integer::{self, ByteOrder, Signedness};
use crate::term::{Bits, Context as Match, Term, View, header};
use crate::work::{Args, Root, binary_words};

use super::{guard, read, term};

/// What a match context shows, and where it stands.
struct Position<'a> {
    context: Term<'a>,
    whole: Bits<'a>,
    offset: usize,
    end: usize,
}

impl<'a> Position<'a> {
    fn of(context: Term<'a>) -> Position<'a> {
        let View::Context(Match { binary, offset, end }) = context.view() else {
            unreachable!("the code was verified or has checked that it is a context");
        };
        let whole = binary.as_bits().expect("a context is on a binary");
        Position { context, whole, offset, end }
    }

    fn left(&self) -> usize {
        self.end - self.offset
    }

    fn step(&self, bits: usize) {
        debug_assert!(bits <= self.left(), "callers have looked");
        let address = (self.context.word() & !abi::TAG_MASK) as usize;
        // SAFETY: the context is on the heap of the running process; its offset is the one word
        // that changes, and no reference to it is held.
        unsafe {
            heap::write(address + 2 * WORD_BYTES, Term::size(self.offset + bits).word());
        }
    }
}

/// The size of a segment in bits; `None` if it cannot match.
fn size_bits(how: u64, size: u64, left: usize) -> Option<usize> {
    let unit = (how >> segment::UNIT_SHIFT & 0xffff) as usize;
    if how & segment::ALL != 0 {
        return (unit != 0 && left.is_multiple_of(unit)).then_some(left);
    }
    // SAFETY: an immediate, or a term that is only looked at as one.
    let size = unsafe { Term::from_word(size) }.as_size()?;
    size.checked_mul(unit).filter(|bits| *bits <= left)
}

pub(super) unsafe extern "C" fn start_match(context: *mut Context, word: u64, live: u64) -> u64 {
    // SAFETY: compiled code calls with its registers stored; `word` is a term.
    unsafe {
        guard(context, Args::X, |call| {
            call.work.context.live = live;
            match term(word).view() {
                View::Context(_) => return word,
                View::Bits(_) => {}
                _ => return abi::NO_VALUE,
            }
            let root = call.work.root(term(word).keep());
            let mut room = call.work.reserve(abi::CONTEXT_WORDS as usize);
            let binary = room.rooted(root);
            let bits = binary.as_bits().expect("it was a binary");
            let whole = binary.whole_binary().expect("a binary has a whole");
            let end = Term::size(bits.offset + bits.size);
            let parts = [whole, Term::size(bits.offset), end];
            room.object(header(kind::CONTEXT, 3), parts).word()
        })
    }
}

pub(super) unsafe extern "C" fn get(
    context: *mut Context,
    matched: u64,
    how: u64,
    size: u64,
    live: u64,
) -> u64 {
    // SAFETY: as in `start_match`; `matched` is a context, and `how` a packed segment.
    unsafe {
        guard(context, Args::X, |call| {
            call.work.context.live = live;
            let position = Position::of(term(matched));
            let Some(bits) = size_bits(how, size, position.left()) else { return abi::NO_VALUE };
            let order = super::byte_order(how);
            let signed = how & segment::SIGNED != 0;
            let (bytes, offset) = (position.whole.bytes, position.offset);
            match how & segment::KIND_MASK {
                segment::INTEGER if bits <= 56 => {
                    position.step(bits);
                    small_integer(bytes, offset, bits, order, signed).word()
                }
                segment::INTEGER => {
                    let mut aside = vec![0; bits.div_ceil(8)];
                    bits::Writer::new(&mut aside, 0).put_bits(bytes, offset, bits);
                    let signedness = if signed { Signedness::Signed } else { Signedness::Unsigned };
                    // What is beyond the largest integer does not match.
                    let Ok(value) = integer::from_segment(&aside, bits, order, signedness) else {
                        return abi::NO_VALUE;
                    };
                    position.step(bits);
                    crate::bif::integer(call, value.view()).0
                }
                segment::FLOAT => match float(bytes, offset, bits, order) {
                    Some(value) => {
                        position.step(bits);
                        call.work.reserve(2).float(value).word()
                    }
                    None => abi::NO_VALUE,
                },
                _ => {
                    let root = call.work.root(position.context.keep());
                    part(call, root, bits)
                }
            }
        })
    }
}

fn small_integer(
    bytes: &[u8],
    offset: usize,
    bits: usize,
    order: ByteOrder,
    signed: bool,
) -> Term<'static> {
    let mut value = match order {
        ByteOrder::Big => bits::read(bytes, offset, bits),
        ByteOrder::Little => {
            let (mut value, mut done) = (0, 0);
            while done < bits {
                let step = (bits - done).min(8);
                value |= bits::read(bytes, offset + done, step) << done;
                done += step;
            }
            value
        }
    };
    if signed && bits > 0 && value >> (bits - 1) == 1 {
        value |= u64::MAX << bits;
    }
    Term::small(value as i64).expect("56 bits are small")
}

/// `None`: no such size, or no number.
fn float(bytes: &[u8], offset: usize, bits: usize, order: ByteOrder) -> Option<f64> {
    let mut value = match bits {
        16 | 32 | 64 => bits::read(bytes, offset, bits),
        _ => return None,
    };
    if order == ByteOrder::Little {
        value = value.swap_bytes() >> (64 - bits);
    }
    let value = match bits {
        16 => half::f16::from_bits(value as u16).to_f64(),
        32 => f64::from(f32::from_bits(value as u32)),
        _ => f64::from_bits(value),
    };
    value.is_finite().then_some(value)
}

/// The next `bits` of the context as a binary: a copy if they are few, else a part of the whole.
fn part(call: &mut Call, context: Root, bits: usize) -> u64 {
    let position = Position::of(call.work.rooted(context));
    let offset = position.offset;
    position.step(bits);
    let bytes = bits / 8;
    let copied = bytes <= HEAP_BINARY_BYTES_MAX && bits.is_multiple_of(8);
    let mut room = call.work.reserve(if copied { binary_words(bytes) } else { 4 });
    let View::Context(Match { binary, .. }) = room.rooted(context).view() else {
        unreachable!("a root keeps its kind");
    };
    let whole = binary.as_bits().expect("a context is on a binary");
    let shown = Bits { bytes: whole.bytes, offset, size: bits };
    if !copied {
        return room.bits_of(binary, shown).word();
    }
    let mut small = [0; HEAP_BINARY_BYTES_MAX];
    bits::Writer::new(&mut small, 0).put_bits(shown.bytes, offset, bits);
    room.binary(&small[..bytes]).word()
}

pub(super) unsafe extern "C" fn skip(
    context: *mut Context,
    matched: u64,
    how: u64,
    size: u64,
) -> u64 {
    // SAFETY: as in `get`; nothing is built.
    unsafe {
        read(context, |_| {
            let position = Position::of(term(matched));
            match size_bits(how, size, position.left()) {
                Some(bits) => {
                    position.step(bits);
                    1
                }
                None => 0,
            }
        })
    }
}

pub(super) unsafe extern "C" fn match_string(
    context: *mut Context,
    matched: u64,
    bits: u64,
    literal: u64,
) -> u64 {
    // SAFETY: as in `skip`; `literal` is a binary of at least as many bits.
    unsafe {
        read(context, |_| {
            let position = Position::of(term(matched));
            let bits = bits as usize;
            if position.left() < bits {
                return 0;
            }
            let wanted = term(literal).as_bits().expect("the compiler's literal is a binary");
            let mut done = 0;
            while done < bits {
                let step = (bits - done).min(56);
                if bits::read(position.whole.bytes, position.offset + done, step)
                    != bits::read(wanted.bytes, wanted.offset + done, step)
                {
                    return 0;
                }
                done += step;
            }
            position.step(bits);
            1
        })
    }
}

pub(super) unsafe extern "C" fn get_utf(context: *mut Context, matched: u64, how: u64) -> u64 {
    // SAFETY: as in `skip`.
    unsafe {
        read(context, |_| {
            let position = Position::of(term(matched));
            let little = how & 4 != 0;
            let decoded = match how & 3 {
                0 => utf8(&position),
                1 => utf16(&position, little),
                _ => utf32(&position, little),
            };
            match decoded {
                Some((point, bits)) if char::from_u32(point).is_some() => {
                    position.step(bits);
                    Term::size(point as usize).word()
                }
                _ => abi::NO_VALUE,
            }
        })
    }
}

impl Position<'_> {
    /// `bits` from `from` bits behind the position on.
    fn look(&self, from: usize, bits: usize) -> Option<u32> {
        (self.left() >= from + bits)
            .then(|| bits::read(self.whole.bytes, self.offset + from, bits) as u32)
    }
}

/// A code point and the bits that it took; overlong forms are none.
fn utf8(position: &Position) -> Option<(u32, usize)> {
    let first = position.look(0, 8)?;
    let (count, mut point, least) = match first {
        0..=0x7f => return Some((first, 8)),
        0xc2..=0xdf => (1, first & 0x1f, 0x80),
        0xe0..=0xef => (2, first & 0x0f, 0x800),
        0xf0..=0xf4 => (3, first & 0x07, 0x1_0000),
        _ => return None,
    };
    for index in 1..=count {
        let byte = position.look(index * 8, 8)?;
        if byte & 0xc0 != 0x80 {
            return None;
        }
        point = point << 6 | byte & 0x3f;
    }
    (point >= least).then_some((point, (count + 1) * 8))
}

fn utf16(position: &Position, little: bool) -> Option<(u32, usize)> {
    let unit = |from| {
        let unit = position.look(from, 16)? as u16;
        Some(u32::from(if little { unit.swap_bytes() } else { unit }))
    };
    let first = unit(0)?;
    if !(0xd800..0xe000).contains(&first) {
        return Some((first, 16));
    }
    let second = unit(16)?;
    if first >= 0xdc00 || !(0xdc00..0xe000).contains(&second) {
        return None;
    }
    Some((0x1_0000 + ((first & 0x3ff) << 10 | second & 0x3ff), 32))
}

fn utf32(position: &Position, little: bool) -> Option<(u32, usize)> {
    let point = position.look(0, 32)?;
    Some((if little { point.swap_bytes() } else { point }, 32))
}

pub(super) unsafe extern "C" fn get_tail(context: *mut Context, matched: u64, live: u64) -> u64 {
    // SAFETY: as in `get`.
    unsafe {
        guard(context, Args::X, |call| {
            call.work.context.live = live;
            let position = Position::of(term(matched));
            let (left, offset) = (position.left(), position.offset);
            let root = call.work.root(position.context.keep());
            let word = part(call, root, left);
            // The tail is looked at, not taken.
            let position = Position::of(call.work.rooted(root));
            let back = Position { offset, ..position };
            back.step(0);
            word
        })
    }
}
