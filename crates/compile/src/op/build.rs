//! Lists, tuples and funs: made in room that is set aside already.

use beamlet_code::abi::{self, Refusal, context, kind};
use beamlet_code::artifact::Slot;
use beamlet_code::inst::{LambdaIndex, Register, Source};
use beamlet_code::types::Kinds;

use crate::entry::Entry;

/// A header with that many words behind it.
pub fn header(kind: u64, words: usize) -> u64 {
    ((words as u64) << abi::HEADER_SHIFT) | kind
}

pub fn list(entry: &mut Entry, head: Source, tail: Source, dst: Register) -> Result<(), String> {
    let words = [entry.value(head), entry.value(tail)];
    let list = entry.e.build(abi::TAG_CONS, &words);
    entry.set(dst, list);
    Ok(())
}

pub fn tuple(entry: &mut Entry, elements: &[Source], dst: Register) -> Result<(), String> {
    let header = entry.e.word(header(kind::TUPLE, elements.len()));
    let hp = entry.e.hp();
    entry.e.store(crate::emit::Region::Heap, header, hp, 0);
    // One after the other: a large tuple must not hold its elements in registers.
    for (place, &element) in elements.iter().enumerate() {
        let value = entry.value(element);
        entry.e.store(crate::emit::Region::Heap, value, hp, 8 * (place as i32 + 1));
    }
    let term = entry.e.add(hp, abi::TAG_BOXED as i64);
    let next = entry.e.add(hp, 8 * (elements.len() as i64 + 1));
    entry.e.set_hp(next);
    entry.set(dst, term);
    Ok(())
}

pub fn fun(
    entry: &mut Entry,
    lambda: LambdaIndex,
    free: &[Source],
    dst: Register,
) -> Result<(), String> {
    let head = abi::FUN_WORDS as usize - 1;
    let mut words = vec![entry.e.word(header(kind::FUN, head + free.len()))];
    words.push(entry.slot(Slot::Lambda(lambda)));
    words.push(entry.e.load_context(context::SELF));
    words.extend(entry.values(free));
    let fun = entry.e.build(abi::TAG_BOXED, &words);
    entry.set(dst, fun);
    Ok(())
}

pub fn get_list(
    entry: &mut Entry,
    src: Source,
    head: Option<Register>,
    tail: Option<Register>,
) -> Result<(), String> {
    let list = entry.value(src);
    if !entry.is(0, src, Kinds::CONS) {
        let cons = entry.e.is_cons(list);
        entry.require(cons, Refusal::Cons);
    }
    let first = head.map(|_| entry.e.head(list));
    let rest = tail.map(|_| entry.e.tail(list));
    for (register, value) in head.into_iter().zip(first).chain(tail.into_iter().zip(rest)) {
        entry.set(register, value);
    }
    Ok(())
}
