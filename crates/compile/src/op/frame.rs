//! Frames on the process's stack, and room on its heap.

use beamlet_code::abi::{self, Helper};
use beamlet_code::inst::{Need, Y};
use cranelift_codegen::ir::{InstBuilder, condcodes::IntCC};

use crate::entry::Entry;

/// Words that a need is.
pub fn words(need: Need) -> u64 {
    u64::from(need.words)
        + u64::from(need.floats) * u64::from(abi::FLOAT_WORDS)
        + u64::from(need.funs) * u64::from(abi::FUN_WORDS)
}

pub fn allocate(entry: &mut Entry, slots: u16, need: Need, live: u16) -> Result<(), String> {
    room(entry, u64::from(slots) + words(need), live);
    let sp = entry.e.sp();
    let sp = entry.e.add(sp, -8 * i64::from(slots));
    entry.e.set_sp(sp);
    Ok(())
}

pub fn test_heap(entry: &mut Entry, need: Need, live: u16) -> Result<(), String> {
    room(entry, words(need), live);
    Ok(())
}

/// Makes sure that so many words are free, beyond the reserve.
fn room(entry: &mut Entry, words: u64, live: u16) {
    let (sp, hp) = (entry.e.sp(), entry.e.hp());
    // Both are addresses of user space: no sum of them overflows.
    let wanted = 8 * (words + u64::from(abi::STACK_RESERVE));
    let end = entry.e.add(hp, wanted as i64);
    let enough = entry.e.b.ins().icmp(IntCC::UnsignedLessThanOrEqual, end, sp);
    let collect = entry.e.cold_block();
    let go_on = entry.e.b.create_block();
    entry.e.b.ins().brif(enough, go_on, &[], collect, &[]);
    entry.e.b.switch_to_block(collect);
    entry.e.b.seal_block(collect);
    let number = entry.e.word(words);
    entry.e.builds(Helper::Collect, &[number], u64::from(live));
    entry.e.jump(go_on);
    entry.e.b.switch_to_block(go_on);
    entry.e.b.seal_block(go_on);
}

/// What a slot holds that has no value yet.
pub fn init(entry: &mut Entry, slots: &[Y]) -> Result<(), String> {
    let nil = entry.e.word(abi::NIL);
    for &slot in slots {
        entry.set_y(slot, nil);
    }
    Ok(())
}

pub fn deallocate(entry: &mut Entry, slots: u16) -> Result<(), String> {
    let sp = entry.e.sp();
    let sp = entry.e.add(sp, 8 * i64::from(slots));
    entry.e.set_sp(sp);
    Ok(())
}
