//! The pieces of code that stand once in each artifact: what [`Shared`] names.

use beamlet_code::abi::{self, Helper, LAMBDA_ENTRY_BYTES, Refusal, Status, context, kind};
use cranelift_codegen::ir::{InstBuilder, Value, condcodes::IntCC, types::I32, types::I64};

use crate::emit::{Emit, Region, X_PARAMS};
use crate::link::{Position, Shared};

/// Emits the piece; `e` has begun a function with its signature.
pub fn emit(e: &mut Emit, shared: Shared) {
    match shared {
        Shared::Resume => resume(e),
        Shared::Yield => {
            e.sync_state();
            e.sync_x(X_PARAMS);
            e.leave(Status::Yield);
        }
        Shared::Wait => {
            e.sync_state();
            e.leave(Status::Wait);
        }
        Shared::Raise => {
            let (kind, value, site) = (e.x(0), e.x(1), e.x(2));
            leaves(e, Helper::Raise, &[kind, value], site);
        }
        Shared::Reraise => {
            let (trace, value, site) = (e.x(0), e.x(1), e.x(2));
            leaves(e, Helper::Reraise, &[trace, value], site);
        }
        Shared::RaisePending => {
            let site = e.x(0);
            leaves(e, Helper::RaisePending, &[], site);
        }
        Shared::Refuse => {
            let (reason, site) = (e.x(0), e.x(1));
            leaves(e, Helper::Refuse, &[reason], site);
        }
        Shared::FunctionClause => {
            e.sync_state();
            e.sync_x(X_PARAMS);
            let arity = e.load_context(context::LIVE);
            e.helper(Helper::FunctionClause, &[arity]);
            resume(e);
        }
        Shared::NoCode => {
            let reason = e.word(Refusal::NoCode as u64);
            e.sync_state();
            e.helper(Helper::Refuse, &[reason]);
            resume(e);
        }
        Shared::Reads(helper, x) => reads(e, helper, usize::from(x)),
        Shared::Builds(helper, x) => builds(e, helper, usize::from(x)),
        Shared::CallFun(arity, position) => call_fun(e, arity, position),
        Shared::Apply(arity, position) => apply(e, arity, position),
    }
}

/// Goes on at `Context::next`.
pub fn resume(e: &mut Emit) {
    e.reload_state();
    e.reload_x(X_PARAMS);
    let next = e.load_context(context::NEXT);
    e.go_to_address(next, X_PARAMS);
}

fn leaves(e: &mut Emit, helper: Helper, operands: &[Value], site: Value) {
    e.store_context(context::SITE, site);
    e.sync_state();
    e.helper(helper, operands);
    resume(e);
}

/// Which operand of a helper that builds is the number of live X registers.
fn live_operand(helper: Helper) -> Option<usize> {
    match helper {
        Helper::Collect
        | Helper::GuardBif
        | Helper::PutMap
        | Helper::BsStartMatch
        | Helper::BsGetTail
        | Helper::BsCreateBin => Some(1),
        Helper::PutTuple => Some(0),
        Helper::BsGet => Some(3),
        _ => None,
    }
}

fn reads(e: &mut Emit, helper: Helper, x: usize) {
    let operands: Vec<Value> = (0..helper.arity())
        .map(|place| e.load_context(context::OPERANDS + 8 * place as i32))
        .collect();
    if helper == Helper::MapGet {
        map_get(e, operands[0], operands[1], x);
    }
    let value = e.helper(helper, &operands);
    e.give_back(value, x);
}

/// The value of a key that is one word, in a map whose keys stand in a row: gives it back, or none.
/// Goes on for other keys and maps.
fn map_get(e: &mut Emit, map: Value, key: Value, x: usize) {
    let other = e.b.create_block();
    let immediate = e.is_immediate(key);
    e.unless(immediate, other);
    let header = e.boxed_word(map, 0);
    let flat = e.has_tag(header, abi::HEADER_KIND_MASK | abi::TAG_MASK, kind::FLAT_MAP);
    e.unless(flat, other);
    let size = e.boxed_word(map, 1);
    let keys = e.boxed_word(map, 2);
    // A small is its number times 16; a word is 8 bytes.
    let shift = e.word(u64::from(abi::SMALL_SHIFT) - 3);
    let end = e.b.ins().ushr(size, shift);
    let mask = e.word(!0b111);
    let end = e.b.ins().band(end, mask);
    let (each, offset) = e.join_block();
    let start = e.word(0);
    e.jump_with(each, start);
    e.b.switch_to_block(each);
    let (absent, present, next) = (e.b.create_block(), e.b.create_block(), e.b.create_block());
    let more = e.b.ins().icmp(IntCC::UnsignedLessThan, offset, end);
    e.unless(more, absent);
    let at = e.b.ins().iadd(keys, offset);
    let found = e.boxed_word(at, 1);
    let same = e.b.ins().icmp(IntCC::Equal, found, key);
    e.b.ins().brif(same, present, &[], next, &[]);
    e.b.switch_to_block(next);
    let onward = e.add(offset, 8);
    e.jump_with(each, onward);
    e.b.switch_to_block(present);
    let at = e.b.ins().iadd(map, offset);
    let value = e.boxed_word(at, 3);
    e.give_back(value, x);
    e.b.switch_to_block(absent);
    let none = e.word(abi::NO_VALUE);
    e.give_back(none, x);
    e.b.switch_to_block(other);
    e.ended = false;
}

fn builds(e: &mut Emit, helper: Helper, x: usize) {
    e.sync_state();
    e.sync_x(x);
    let live_at = live_operand(helper);
    let mut operands = Vec::new();
    let mut place = 0;
    for operand in 0..helper.arity() {
        if Some(operand) == live_at {
            let live = e.load_context(context::LIVE);
            operands.push(live);
        } else {
            let value = e.load_context(context::OPERANDS + 8 * place);
            operands.push(value);
            place += 1;
        }
    }
    let value = e.helper(helper, &operands);
    e.reload_state();
    e.reload_x(x);
    e.give_back(value, x);
}

/// The fast path: a local fun of that arity. Its free variables go behind the arguments.
fn call_fun(e: &mut Emit, arity: u8, position: Position) {
    let arity = usize::from(arity);
    let fun = e.x(arity);
    let slow = e.cold_block();
    let boxed = e.is_boxed(fun);
    e.unless(boxed, slow);
    let header = e.boxed_word(fun, 0);
    let is_fun = e.has_tag(header, abi::HEADER_KIND_MASK | abi::TAG_MASK, kind::FUN);
    e.unless(is_fun, slow);
    let index = e.boxed_word(fun, 1);
    let table = e.load_context(context::LAMBDAS);
    // A small is its number times 16, and so is a row's offset.
    const _: () = assert!(LAMBDA_ENTRY_BYTES == 1 << abi::SMALL_SHIFT);
    let row = e.b.ins().iadd(table, index);
    let row = e.add(row, -(abi::TAG_SMALL as i64));
    let arity_of_fun = e.load_as(I32, Region::Tables, row, 8);
    let expected = e.b.ins().iconst(I32, arity as i64);
    let fits = e.b.ins().icmp(IntCC::Equal, arity_of_fun, expected);
    e.unless(fits, slow);
    let address = e.load(Region::Tables, row, 0);
    let free = e.load_as(I32, Region::Tables, row, 12);
    let free = e.b.ins().uextend(I64, free);
    let go = e.b.create_block();
    let none = e.compare(IntCC::Equal, free, 0);
    e.when(none, go);
    free_variables(e, fun, arity, free, go);
    e.b.switch_to_block(go);
    // Whatever the number of free variables: those that there are not are not read.
    e.go_to_address(address, X_PARAMS);

    e.b.switch_to_block(slow);
    e.ended = false;
    let back = pop_return(e, position);
    e.sync_state();
    e.sync_x(arity.min(X_PARAMS));
    e.store_context_word(context::LIVE, arity as u64);
    let number = e.word(arity as u64);
    let address = e.helper(Helper::CallFun, &[number, fun]);
    e.resume_unless(address);
    e.reload_state();
    e.reload_x(X_PARAMS);
    if let Some(back) = back {
        e.push_return(back);
    }
    e.go_to_address(address, X_PARAMS);
}

/// Moves the `free` words behind the head of a fun to the X registers from `first` on, and goes on
/// in `then`.
fn free_variables(
    e: &mut Emit,
    fun: Value,
    first: usize,
    free: Value,
    then: cranelift_codegen::ir::Block,
) {
    let mut taken = 0;
    for register in first..X_PARAMS {
        let value = e.boxed_word(fun, abi::FUN_WORDS + taken);
        e.set_x(register, value);
        taken += 1;
        let all = e.compare(IntCC::Equal, free, u64::from(taken));
        e.when(all, then);
    }
    let start = e.word(u64::from(taken));
    let (each, number) = e.join_block();
    e.jump_with(each, start);
    e.b.switch_to_block(each);
    let shift = e.word(3);
    let offset = e.b.ins().ishl(number, shift);
    let from = e.b.ins().iadd(fun, offset);
    let value = e.load(Region::Heap, from, 8 * abi::FUN_WORDS as i32 - abi::TAG_BOXED as i32);
    let context = e.context();
    let to = e.b.ins().iadd(context, offset);
    e.store(Region::Context, value, to, context::X + 8 * first as i32);
    let next = e.add(number, 1);
    let done = e.b.ins().icmp(IntCC::Equal, next, free);
    e.b.ins().brif(done, then, &[], each, &[next.into()]);
}

/// The return address of a call whose function is not found yet: if there is none, the caller's
/// frame is to be the topmost.
fn pop_return(e: &mut Emit, position: Position) -> Option<Value> {
    match position {
        Position::Tail => None,
        Position::Body => {
            let sp = e.sp();
            let address = e.load(Region::Stack, sp, 0);
            let above = e.add(sp, 8);
            e.set_sp(above);
            Some(address)
        }
    }
}

fn apply(e: &mut Emit, arity: u8, position: Position) {
    let back = pop_return(e, position);
    e.sync_state();
    let live = usize::from(arity) + 2;
    e.sync_x(live);
    e.store_context_word(context::LIVE, live as u64);
    let number = e.word(u64::from(arity));
    let address = e.helper(Helper::Apply, &[number]);
    e.resume_unless(address);
    e.reload_state();
    e.reload_x(X_PARAMS);
    if let Some(back) = back {
        e.push_return(back);
    }
    e.go_to_address(address, X_PARAMS);
}
