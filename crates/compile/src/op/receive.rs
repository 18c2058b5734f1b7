//! Messages. A process that waits leaves for the scheduler and comes back to the loop's label,
//! which is an entry: X registers do not live across.

use beamlet_code::abi::{self, Helper, context};
use beamlet_code::inst::{Label, MarkerOp, Register, Source};
use cranelift_codegen::ir::condcodes::IntCC;

use crate::entry::{Entry, Fail};
use crate::link::Shared;

pub fn send(entry: &mut Entry) -> Result<(), String> {
    entry.store_site();
    let value = entry.e.builds(Helper::Send, &[], abi::live(Helper::Send));
    entry.e.resume_unless(value);
    entry.e.set_x(0, value);
    Ok(())
}

pub fn remove_message(entry: &mut Entry) -> Result<(), String> {
    entry.e.reads(Helper::RemoveMessage, &[]);
    Ok(())
}

pub fn timeout(entry: &mut Entry) -> Result<(), String> {
    entry.e.reads(Helper::Timeout, &[]);
    Ok(())
}

pub fn loop_rec(entry: &mut Entry, fail: Label, dst: Register) -> Result<(), String> {
    let message = entry.e.builds(Helper::LoopRec, &[], abi::live(Helper::LoopRec));
    let none = entry.label(fail);
    entry.e.unless(message, none);
    entry.set(dst, message);
    Ok(())
}

/// Counts a reduction: a mailbox may be long.
pub fn loop_rec_end(entry: &mut Entry, label: Label) -> Result<(), String> {
    entry.e.builds(Helper::LoopRecEnd, &[], abi::live(Helper::LoopRecEnd));
    let yields = entry.e.count_reduction();
    let loops = entry.label(label);
    entry.e.jump(loops);
    entry.e.b.switch_to_block(yields);
    let address = entry.label_address(label);
    entry.yield_at(address, 0);
    Ok(())
}

pub fn wait(entry: &mut Entry, label: Label) -> Result<(), String> {
    entry.e.builds(Helper::Wait, &[], abi::live(Helper::Wait));
    leave_waiting(entry, label)
}

fn leave_waiting(entry: &mut Entry, label: Label) -> Result<(), String> {
    let address = entry.label_address(label);
    entry.e.store_context(context::NEXT, address);
    entry.e.store_context_word(context::LIVE, 0);
    entry.e.go_shared(Shared::Wait, &[]);
    Ok(())
}

/// 0: wait. 1: the time is over; what waited comes here again by the loop, as no message fits, and
/// then hears this. 2: not a time.
pub fn wait_timeout(entry: &mut Entry, label: Label, time: Source) -> Result<(), String> {
    let time = entry.value(time);
    let live = abi::live(Helper::WaitTimeout);
    let answer = entry.e.builds(Helper::WaitTimeout, &[time], live);
    let waits = entry.e.b.create_block();
    let bad = entry.fail(Fail::Raise);
    entry.e.unless(answer, waits);
    let is_over = entry.e.compare(IntCC::Equal, answer, 1);
    entry.e.unless(is_over, bad);
    let over = entry.e.b.current_block().expect("a block is open");
    entry.e.b.switch_to_block(waits);
    leave_waiting(entry, label)?;
    entry.e.ended = false;
    entry.e.b.switch_to_block(over);
    Ok(())
}

pub fn marker(
    entry: &mut Entry,
    op: MarkerOp,
    marker: Register,
    reference: Option<Register>,
) -> Result<(), String> {
    let old = match op {
        // Nothing is in the register yet.
        MarkerOp::Reserve => entry.e.word(abi::NIL),
        _ => entry.value(marker.into()),
    };
    let reference = match reference {
        Some(register) => entry.value(register.into()),
        None => entry.e.word(abi::NIL),
    };
    let number = entry.e.word(match op {
        MarkerOp::Bind => 0,
        MarkerOp::Clear => 1,
        MarkerOp::Reserve => 2,
        MarkerOp::Use => 3,
    });
    let value = entry.e.reads(Helper::RecvMarker, &[number, old, reference]);
    if op == MarkerOp::Reserve {
        entry.set(marker, value);
    }
    Ok(())
}
