//! Matching of bits without the runtime: integers of whole bytes at a whole byte, steps of a known
//! size, ASCII in UTF-8. A match context that stands elsewhere, and all else, is the runtime's.
//!
//! Position and end of a context are smalls: bits times 16, plus 15. One bit is 16 there, one byte
//! 128, and the tags of two cancel when they are compared or subtracted.

use beamlet_code::abi::{self, kind};
use beamlet_code::inst::SegmentFlags;
use cranelift_codegen::ir::{
    Block, InstBuilder, MemFlagsData, Type, Value,
    condcodes::IntCC,
    types::{I8, I16, I32, I64},
};

use crate::emit::Region;
use crate::entry::Entry;

use super::map::kind_in;

/// Words of a match context.
pub const BINARY: u32 = 1;
pub const OFFSET: u32 = 2;
pub const END: u32 = 3;

/// Integers of that many bits and less are small whatever their bits are.
const INTEGER_BITS_MAX: u64 = 56;
const BYTE: u64 = 8;

/// Can an integer of that size be read here?
pub fn reads_integer(bits: u64) -> bool {
    bits.is_multiple_of(BYTE) && (BYTE..=INTEGER_BITS_MAX).contains(&bits)
}

/// The position `bits` bits on, if the context has them; else control goes to `fail`.
pub fn step(entry: &mut Entry, context: Value, bits: u64, fail: Block) -> (Value, Value) {
    let offset = entry.e.boxed_word(context, OFFSET);
    let end = entry.e.boxed_word(context, END);
    let next = entry.e.add(offset, (bits << abi::SMALL_SHIFT) as i64);
    let inside = entry.e.b.ins().icmp(IntCC::UnsignedLessThanOrEqual, next, end);
    entry.e.unless(inside, fail);
    (offset, next)
}

pub fn set_offset(entry: &mut Entry, context: Value, offset: Value) {
    let at = 8 * OFFSET as i32 - abi::TAG_BOXED as i32;
    entry.e.store(Region::Heap, offset, context, at);
}

/// The address of the byte at a position; goes to `other` if that is within a byte.
fn byte_address(entry: &mut Entry, context: Value, offset: Value, other: Block) -> Value {
    let whole = entry.e.has_tag(offset, (BYTE - 1) << abi::SMALL_SHIFT, 0);
    entry.e.unless(whole, other);
    let binary = entry.e.boxed_word(context, BINARY);
    let header = entry.e.boxed_word(binary, 0);
    let on_heap = kind_in(entry, header, kind::HEAP_BINARY, kind::HEAP_BINARY);
    // Of either kind, what follows the size: the bytes, or where they are.
    let shared = entry.e.b.create_block();
    let (found, bytes) = entry.e.join_block();
    entry.e.unless(on_heap, shared);
    let inside = entry.e.add(binary, 16 - abi::TAG_BOXED as i64);
    entry.e.jump_with(found, inside);
    entry.e.b.switch_to_block(shared);
    entry.e.b.seal_block(shared);
    let refc = kind_in(entry, header, kind::REFC_BINARY, kind::REFC_BINARY);
    entry.e.unless(refc, other);
    let outside = entry.e.boxed_word(binary, 2);
    entry.e.jump_with(found, outside);
    entry.e.b.switch_to_block(found);
    entry.e.b.seal_block(found);
    let shift = entry.e.word(u64::from(abi::SMALL_SHIFT) + 3);
    let number = entry.e.b.ins().ushr(offset, shift);
    entry.e.b.ins().iadd(bytes, number)
}

/// Bytes of a binary never change while a context is on it, and lie where no term is.
fn load(entry: &mut Entry, of: Type, address: Value, offset: i32) -> Value {
    let flags = MemFlagsData::new().with_notrap();
    let value = entry.e.b.ins().load(of, flags, address, offset);
    if of == I64 { value } else { entry.e.b.ins().uextend(I64, value) }
}

/// Reads an integer of `bits` bits: its term, and where the position is after it.
///
/// Control goes to `fail` if there are not so many, to `slow` if they do not begin at a byte.
pub fn integer(
    entry: &mut Entry,
    context: Value,
    bits: u64,
    flags: SegmentFlags,
    fail: Block,
    slow: Block,
) -> Value {
    let (offset, next) = step(entry, context, bits, fail);
    let address = byte_address(entry, context, offset, slow);
    let little = flags.little || flags.native;
    let mut left = bits / BYTE;
    let mut place = 0;
    let mut sum: Option<Value> = None;
    for (of, size) in [(I32, 4), (I16, 2), (I8, 1)] {
        if left < size {
            continue;
        }
        let mut part = load(entry, of, address, place);
        if !little && size > 1 {
            let swapped = entry.e.b.ins().bswap(part);
            let shift = entry.e.word(64 - BYTE * size);
            part = entry.e.b.ins().ushr(swapped, shift);
        }
        sum = Some(match sum {
            None => part,
            Some(before) if little => {
                let shift = entry.e.word(BYTE * place as u64);
                let high = entry.e.b.ins().ishl(part, shift);
                entry.e.b.ins().bor(before, high)
            }
            Some(before) => {
                let shift = entry.e.word(BYTE * size);
                let high = entry.e.b.ins().ishl(before, shift);
                entry.e.b.ins().bor(high, part)
            }
        });
        left -= size;
        place += size as i32;
    }
    let value = sum.unwrap_or_else(|| entry.e.word(0));
    set_offset(entry, context, next);
    // To the top, so that the sign comes down with it.
    let up = entry.e.word(64 - bits);
    let top = entry.e.b.ins().ishl(value, up);
    let down = entry.e.word(64 - bits - u64::from(abi::SMALL_SHIFT));
    let number = if flags.signed {
        entry.e.b.ins().sshr(top, down)
    } else {
        entry.e.b.ins().ushr(top, down)
    };
    let tag = entry.e.word(abi::TAG_SMALL);
    entry.e.b.ins().bor(number, tag)
}

/// A code point of one byte; anything else goes to `slow`.
pub fn ascii(entry: &mut Entry, context: Value, slow: Block) -> Value {
    let (offset, next) = step(entry, context, BYTE, slow);
    let address = byte_address(entry, context, offset, slow);
    let byte = load(entry, I8, address, 0);
    let one = entry.e.compare(IntCC::UnsignedLessThan, byte, 0x80);
    entry.e.unless(one, slow);
    set_offset(entry, context, next);
    let shift = entry.e.word(u64::from(abi::SMALL_SHIFT));
    let number = entry.e.b.ins().ishl(byte, shift);
    entry.e.add(number, abi::TAG_SMALL as i64)
}

/// Compares up to 8 bytes with those at the position and steps over them.
pub fn bytes(entry: &mut Entry, context: Value, expected: &[u8], fail: Block, slow: Block) {
    let (offset, next) = step(entry, context, BYTE * expected.len() as u64, fail);
    let address = byte_address(entry, context, offset, slow);
    let mut place = 0;
    for (of, size) in [(I64, 8), (I32, 4), (I16, 2), (I8, 1)] {
        while expected.len() - place >= size {
            let found = load(entry, of, address, place as i32);
            let mut word = [0; 8];
            word[..size].copy_from_slice(&expected[place..place + size]);
            let same = entry.e.compare(IntCC::Equal, found, u64::from_le_bytes(word));
            entry.e.unless(same, fail);
            place += size;
        }
    }
    set_offset(entry, context, next);
}
