//! Raising and catching. A handler is an entry; its address stands, tagged, in a slot of the frame,
//! where the runtime finds it.

use beamlet_code::abi::{self, Helper, RaiseKind, context};
use beamlet_code::inst::{Inst, Label, Source, Y};
use cranelift_codegen::ir::{InstBuilder, condcodes::IntCC};

use crate::entry::Entry;
use crate::link::Shared;

pub fn function_clause(entry: &mut Entry) -> Result<(), String> {
    entry.store_site();
    let arity = u64::from(entry.function().arity);
    entry.e.store_context_word(context::LIVE, arity);
    entry.e.go_shared_x(Shared::FunctionClause);
    Ok(())
}

pub fn raise(entry: &mut Entry, inst: &Inst) -> Result<(), String> {
    let (kind, value) = match inst {
        Inst::TryCaseEnd(value) => (RaiseKind::TryClause, *value),
        Inst::Badmatch(value) => (RaiseKind::Badmatch, *value),
        Inst::CaseEnd(value) => (RaiseKind::CaseClause, *value),
        Inst::Badrecord(value) => (RaiseKind::Badrecord, *value),
        _ => (RaiseKind::IfClause, Source::Nil),
    };
    let value = entry.value(value);
    entry.raise(kind, value);
    Ok(())
}

pub fn reraise(entry: &mut Entry, trace: Source, value: Source) -> Result<(), String> {
    let (trace, value) = (entry.value(trace), entry.value(value));
    let site = entry.site();
    let site = entry.e.site_address(site);
    entry.e.go_shared(Shared::Reraise, &[trace, value, site]);
    Ok(())
}

pub fn raw_raise(entry: &mut Entry) -> Result<(), String> {
    entry.store_site();
    let value = entry.e.builds(Helper::RawRaise, &[], abi::live(Helper::RawRaise));
    entry.e.resume_unless(value);
    entry.e.set_x(0, value);
    Ok(())
}

pub fn build_stacktrace(entry: &mut Entry) -> Result<(), String> {
    let live = abi::live(Helper::BuildStacktrace);
    let value = entry.e.builds(Helper::BuildStacktrace, &[], live);
    entry.e.set_x(0, value);
    Ok(())
}

pub fn try_(entry: &mut Entry, y: Y, label: Label) -> Result<(), String> {
    let address = entry.label_address(label);
    let shift = entry.e.word(u64::from(abi::CATCH_SHIFT));
    let shifted = entry.e.b.ins().ishl(address, shift);
    let term = entry.e.add(shifted, abi::TAG_CATCH as i64);
    entry.set_y(y, term);
    Ok(())
}

pub fn try_end(entry: &mut Entry, y: Y) -> Result<(), String> {
    let nil = entry.e.word(abi::NIL);
    entry.set_y(y, nil);
    Ok(())
}

pub fn try_case(entry: &mut Entry, y: Y) -> Result<(), String> {
    try_end(entry, y)?;
    for register in 0..3 {
        let value = entry.e.x(register + 1);
        entry.e.set_x(register, value);
    }
    Ok(())
}

/// X0 is the value of the expression, or no value: then an exception is in X1 to X3.
pub fn catch_end(entry: &mut Entry, y: Y) -> Result<(), String> {
    try_end(entry, y)?;
    let value = entry.e.x(0);
    let caught = entry.e.compare(IntCC::Equal, value, abi::NO_VALUE);
    let (done, result) = entry.e.join_block();
    let make = entry.e.cold_block();
    entry.e.b.ins().brif(caught, make, &[], done, &[value.into()]);
    entry.e.b.switch_to_block(make);
    entry.e.b.seal_block(make);
    // All four are scanned if there is a collection.
    let nil = entry.e.word(abi::NIL);
    entry.e.set_x(0, nil);
    let made = entry.e.builds(Helper::CatchEnd, &[], abi::live(Helper::CatchEnd));
    entry.e.jump_with(done, made);
    entry.e.b.switch_to_block(done);
    entry.e.b.seal_block(done);
    entry.e.set_x(0, result);
    Ok(())
}
