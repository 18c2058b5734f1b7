//! Maps: through the runtime.

use beamlet_code::abi::{self, Helper, Refusal, context, kind};
use beamlet_code::inst::{Label, PutMap, Register, Source};
use beamlet_code::types::Kinds;
use cranelift_codegen::ir::{InstBuilder, Value, condcodes::IntCC};

use crate::entry::{Entry, Fail};

pub fn put(
    entry: &mut Entry,
    how: PutMap,
    fail: Option<Label>,
    src: Source,
    dst: Register,
    live: u16,
    pairs: &[(Source, Source)],
) -> Result<(), String> {
    let kind = match how {
        PutMap::Assoc => 0,
        PutMap::Exact => 1,
    };
    let fail = entry.fail(Fail::from(fail));
    let mut map = entry.value(src);
    // A large map is made in steps: the operands of each have their place.
    for pairs in pairs.chunks(PAIRS_MAX) {
        entry.e.store_context(context::ARGS, map);
        let operands = pairs.iter().flat_map(|&(key, value)| [key, value]);
        more_operands(entry, 1, operands);
        let kind = entry.e.word(kind);
        map = entry.e.builds(Helper::PutMap, &[kind], u64::from(live));
        entry.e.unless(map, fail);
    }
    entry.set(dst, map);
    Ok(())
}

/// Pairs that have room among the operands, behind the map.
const PAIRS_MAX: usize = (abi::ARGS_MAX - 1) / 2;

/// Puts the operands of an instruction into `Context::args`.
pub fn operands(entry: &mut Entry, sources: impl Iterator<Item = Source>) {
    more_operands(entry, 0, sources);
}

/// Puts operands behind the first `count`, which are there.
fn more_operands(entry: &mut Entry, mut count: i32, sources: impl Iterator<Item = Source>) {
    for source in sources {
        let value = entry.value(source);
        entry.e.store_context(context::ARGS + 8 * count, value);
        count += 1;
    }
    entry.e.store_context_word(context::ARGS_LIVE, count as u64);
}

/// Refuses what is no map.
fn require(entry: &mut Entry, src: Source, map: Value) {
    if entry.is(0, src, Kinds::MAP) {
        return;
    }
    let boxed = entry.e.is_boxed(map);
    entry.require(boxed, Refusal::Map);
    let is_map = is_map_header(entry, map);
    entry.require(is_map, Refusal::Map);
}

/// Of a boxed term: is it a map?
pub fn is_map_header(entry: &mut Entry, boxed: Value) -> Value {
    let header = entry.e.boxed_word(boxed, 0);
    kind_in(entry, header, kind::FLAT_MAP, kind::HASH_MAP)
}

/// Is the kind in a header one of those from `first` to `last`?
pub fn kind_in(entry: &mut Entry, header: Value, first: u64, last: u64) -> Value {
    let mask = entry.e.word(abi::HEADER_KIND_MASK | abi::TAG_MASK);
    let bits = entry.e.b.ins().band(header, mask);
    if first == last {
        return entry.e.compare(IntCC::Equal, bits, first);
    }
    let distance = entry.e.add(bits, -(first as i64));
    entry.e.compare(IntCC::UnsignedLessThanOrEqual, distance, last - first)
}

pub fn has(entry: &mut Entry, fail: Label, src: Source, keys: &[Source]) -> Result<(), String> {
    let map = entry.value(src);
    require(entry, src, map);
    let fail = entry.label(fail);
    for &key in keys {
        let map = entry.value(src);
        let key = entry.value(key);
        let value = entry.e.reads(Helper::MapGet, &[map, key]);
        entry.e.unless(value, fail);
    }
    Ok(())
}

/// All or none: registers change only when every key is there. Until then the values stand where
/// operands do, so that none lives across the call for the next.
pub fn get(
    entry: &mut Entry,
    fail: Label,
    src: Source,
    pairs: &[(Source, Register)],
) -> Result<(), String> {
    if pairs.len() > abi::ARGS_MAX {
        return Err(format!("{} keys of a map at once", pairs.len()));
    }
    let map = entry.value(src);
    require(entry, src, map);
    let fail = entry.label(fail);
    for (place, &(key, register)) in pairs.iter().enumerate() {
        let map = entry.value(src);
        let key = entry.value(key);
        let value = entry.e.reads(Helper::MapGet, &[map, key]);
        entry.e.unless(value, fail);
        if let [_] = pairs {
            entry.set(register, value);
            return Ok(());
        }
        entry.e.store_context(context::ARGS + 8 * place as i32, value);
    }
    for (place, &(_, register)) in pairs.iter().enumerate() {
        let value = entry.e.load_context(context::ARGS + 8 * place as i32);
        entry.set(register, value);
    }
    Ok(())
}
