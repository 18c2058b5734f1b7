//! Tuples: tests of their size and tag, and their elements.

use beamlet_code::abi::{self, Refusal, kind};
use beamlet_code::inst::{AtomIndex, Label, Register, Source};
use beamlet_code::types::Kinds;
use cranelift_codegen::ir::{Block, InstBuilder, Value, condcodes::IntCC};

use crate::emit::Region;
use crate::entry::Entry;

use super::build::header;

/// Goes to `fail` if the operand is no tuple; its header.
pub fn header_or(
    entry: &mut Entry,
    operand: usize,
    source: Source,
    tuple: Value,
    fail: Block,
) -> Value {
    if entry.is(operand, source, Kinds::TUPLE) {
        return entry.e.boxed_word(tuple, 0);
    }
    let boxed = entry.e.is_boxed(tuple);
    entry.e.unless(boxed, fail);
    entry.e.boxed_word(tuple, 0)
}

pub fn test_arity(entry: &mut Entry, fail: Label, tuple: Source, arity: u32) -> Result<(), String> {
    let value = entry.value(tuple);
    let fail = entry.label(fail);
    let head = header_or(entry, 0, tuple, value, fail);
    let same = entry.e.compare(IntCC::Equal, head, header(kind::TUPLE, arity as usize));
    entry.e.unless(same, fail);
    Ok(())
}

pub fn is_tagged(
    entry: &mut Entry,
    fail: Label,
    tuple: Source,
    arity: u32,
    tag: AtomIndex,
) -> Result<(), String> {
    test_arity(entry, fail, tuple, arity)?;
    let fail = entry.label(fail);
    if arity == 0 {
        // No element that could be the tag.
        entry.e.jump(fail);
        entry.e.ended = true;
        return Ok(());
    }
    let value = entry.value(tuple);
    let first = entry.e.boxed_word(value, 1);
    let tag = entry.atom(tag);
    let same = entry.e.b.ins().icmp(IntCC::Equal, first, tag);
    entry.e.unless(same, fail);
    Ok(())
}

/// Elements of a tuple; the offset of the last one is a number of 32 bits.
const ARITY_MAX: u32 = (1 << 24) - 1;

/// Refuses what is no tuple with an element of that index (from 0). If that must be checked, it is
/// checked that there is an element `reach`, which instructions after this one rely on.
fn require(
    entry: &mut Entry,
    operand: usize,
    source: Source,
    tuple: Value,
    index: u32,
    reach: u32,
) -> Result<(), String> {
    if reach >= ARITY_MAX {
        return Err(format!("element {reach} of a tuple"));
    }
    let known = entry.known(operand, source);
    if known.kinds.is_within(Kinds::TUPLE) && known.arity_min > index {
        return Ok(());
    }
    let refuse = entry.refusal(Refusal::Tuple);
    let head = header_or(entry, operand, source, tuple, refuse);
    if !known.kinds.is_within(Kinds::TUPLE) {
        let mask = abi::HEADER_KIND_MASK | abi::TAG_MASK;
        let is_tuple = entry.e.has_tag(head, mask, kind::TUPLE);
        entry.require(is_tuple, Refusal::Tuple);
    }
    let least = header(kind::TUPLE, reach as usize + 1);
    let enough = entry.e.compare(IntCC::UnsignedGreaterThanOrEqual, head, least);
    entry.require(enough, Refusal::Tuple);
    Ok(())
}

pub fn get(entry: &mut Entry, src: Source, index: u32, dst: Register) -> Result<(), String> {
    let tuple = entry.value(src);
    let reach = entry.reach();
    require(entry, 0, src, tuple, index, reach)?;
    let element = entry.e.boxed_word(tuple, index + 1);
    entry.set(dst, element);
    Ok(())
}

/// A copy of a record with some of its elements replaced.
pub fn update(
    entry: &mut Entry,
    size: u32,
    src: Source,
    dst: Register,
    updates: &[(u32, Source)],
) -> Result<(), String> {
    let Some(last) = size.checked_sub(1) else {
        return super::build::tuple(entry, &[], dst);
    };
    let old = entry.value(src);
    require(entry, 0, src, old, last, last)?;
    let header = entry.e.word(header(kind::TUPLE, size as usize));
    let hp = entry.e.hp();
    entry.e.store(Region::Heap, header, hp, 0);
    for index in 0..size {
        // Of several for one index the last counts.
        let value = match updates.iter().rev().find(|(at, _)| *at == index) {
            Some((_, value)) => entry.value(*value),
            None => entry.e.boxed_word(old, index + 1),
        };
        entry.e.store(Region::Heap, value, hp, 8 * (index as i32 + 1));
    }
    let term = entry.e.add(hp, abi::TAG_BOXED as i64);
    let next = entry.e.add(hp, 8 * (i64::from(size) + 1));
    entry.e.set_hp(next);
    entry.set(dst, term);
    Ok(())
}

pub fn set(entry: &mut Entry, value: Source, tuple: Source, index: u32) -> Result<(), String> {
    let source = tuple;
    let (value, tuple) = (entry.value(value), entry.value(tuple));
    require(entry, 1, source, tuple, index, index)?;
    let offset = 8 * (index as i32 + 1) - abi::TAG_BOXED as i32;
    entry.e.store(Region::Heap, value, tuple, offset);
    Ok(())
}
