//! Calls: within the artifact directly, to other modules through the table of exports, of funs and
//! `apply` through shared code.

use beamlet_code::Mfa;
use beamlet_code::abi::context;
use beamlet_code::artifact::Slot;
use beamlet_code::inst::{ImportIndex, Label, Source};

use cranelift_codegen::ir::InstBuilder;

use crate::emit::{Emit, Region, X_PARAMS};
use crate::entry::Entry;
use crate::flow;
use crate::link::{Position, Shared};

use super::frame;

pub fn call(entry: &mut Entry, _arity: u8, label: Label) -> Result<(), String> {
    push_next(entry);
    go(entry, label)
}

pub fn call_last(entry: &mut Entry, _arity: u8, label: Label, dealloc: u16) -> Result<(), String> {
    frame::deallocate(entry, dealloc)?;
    go(entry, label)
}

fn go(entry: &mut Entry, label: Label) -> Result<(), String> {
    let to = entry
        .plan
        .entry_of_label(label)
        .ok_or_else(|| format!("label {label} is called, but is no function"))?;
    entry.e.go(to.number, to.x);
    Ok(())
}

/// The return address: what comes behind this instruction.
fn push_next(entry: &mut Entry) {
    let next = entry.next_block();
    let address = entry.block_address(next);
    entry.e.push_return(address);
}

pub fn call_ext(entry: &mut Entry, arity: u8, import: ImportIndex) -> Result<(), String> {
    push_next(entry);
    let mfa = mfa_of(entry, import);
    go_export(&mut entry.e, arity, mfa);
    Ok(())
}

pub fn call_ext_last(
    entry: &mut Entry,
    arity: u8,
    import: ImportIndex,
    dealloc: u16,
) -> Result<(), String> {
    frame::deallocate(entry, dealloc)?;
    let mfa = mfa_of(entry, import);
    go_export(&mut entry.e, arity, mfa);
    Ok(())
}

fn mfa_of(entry: &Entry, import: ImportIndex) -> Mfa {
    let module = entry.module;
    let import = module.imports[import as usize];
    Mfa {
        module: module.atom(import.module).to_owned(),
        function: module.atom(import.function).to_owned(),
        arity: import.arity,
    }
}

/// Goes to the code of an export, whatever it is now.
pub fn go_export(e: &mut Emit, arity: u8, mfa: Mfa) {
    let slot = e.link.slots.number(Slot::Export(mfa));
    let offset = e.slot(slot);
    e.store_context(context::CALLED, offset);
    let table = e.load_context(context::EXPORTS);
    let row = e.b.ins().iadd(table, offset);
    let address = e.load(Region::Tables, row, 0);
    e.go_to_address(address, usize::from(arity));
}

pub fn call_fun(entry: &mut Entry, arity: u8, fun: Source) -> Result<(), String> {
    let value = entry.value(fun);
    entry.store_site();
    // Behind the arguments, where no term can be that is still wanted.
    entry.e.set_x(usize::from(arity), value);
    let position = match flow::tail(&entry.function().body, entry.instruction()) {
        Some(dealloc) => {
            frame::deallocate(entry, dealloc)?;
            Position::Tail
        }
        None => {
            push_next(entry);
            Position::Body
        }
    };
    entry.e.go_shared_x(Shared::CallFun(arity, position));
    Ok(())
}

pub fn apply(entry: &mut Entry, arity: u8) -> Result<(), String> {
    entry.store_site();
    push_next(entry);
    go_apply(entry, arity, Position::Body);
    Ok(())
}

pub fn apply_last(entry: &mut Entry, arity: u8, dealloc: u16) -> Result<(), String> {
    entry.store_site();
    frame::deallocate(entry, dealloc)?;
    go_apply(entry, arity, Position::Tail);
    Ok(())
}

fn go_apply(entry: &mut Entry, arity: u8, position: Position) {
    debug_assert!(Shared::Apply(arity, position).x_params() <= X_PARAMS);
    entry.e.go_shared_x(Shared::Apply(arity, position));
}
