//! Floating point. The registers stand in the context; Cranelift keeps in machine registers what is
//! stored and loaded again. A result that is not finite raises `badarith`.

use beamlet_code::abi::{self, Helper, RaiseKind, Refusal, context, kind};
use beamlet_code::inst::{F, FloatOp, Register, Source};
use beamlet_code::types::Kinds;
use cranelift_codegen::ir::{InstBuilder, Value, condcodes::FloatCC, types::F64};

use crate::emit::Region;
use crate::entry::{Entry, Fail};

use super::build::header;
use super::map::kind_in;

/// Tag of a float in the external term format, behind the version.
const NEW_FLOAT: [u8; 2] = [131, 70];

fn register(entry: &mut Entry, register: F) -> Value {
    let context = entry.e.context();
    entry.e.load_as(F64, Region::Context, context, offset(register))
}

fn set(entry: &mut Entry, register: F, value: Value) {
    entry.e.store_context(offset(register), value);
}

fn offset(register: F) -> i32 {
    context::FLOATS + 8 * i32::from(register)
}

/// By its bits: a function has no constants behind its code.
fn constant(entry: &mut Entry, value: f64, dst: F) {
    let bits = entry.e.word(value.to_bits());
    set(entry, dst, bits);
}

/// The float in a term.
fn number(entry: &mut Entry, term: Value) -> Value {
    entry.e.load_as(F64, Region::Heap, term, 8 - abi::TAG_BOXED as i32)
}

pub fn load(entry: &mut Entry, src: Source, dst: F) -> Result<(), String> {
    if let Some(float) = literal(entry, src) {
        constant(entry, float, dst);
        return Ok(());
    }
    let term = entry.value(src);
    if !entry.is(0, src, Kinds::FLOAT) {
        let boxed = entry.e.is_boxed(term);
        entry.require(boxed, Refusal::Float);
        let header = entry.e.boxed_word(term, 0);
        let float = kind_in(entry, header, kind::FLOAT, kind::FLOAT);
        entry.require(float, Refusal::Float);
    }
    let value = number(entry, term);
    set(entry, dst, value);
    Ok(())
}

fn literal(entry: &Entry, src: Source) -> Option<f64> {
    let Source::Literal(index) = src else { return None };
    let bytes = entry.module.literal(index).strip_prefix(&NEW_FLOAT)?;
    Some(f64::from_be_bytes(bytes.try_into().ok()?))
}

pub fn store(entry: &mut Entry, src: F, dst: Register) -> Result<(), String> {
    let value = register(entry, src);
    let header = entry.e.word(header(kind::FLOAT, abi::FLOAT_WORDS as usize - 1));
    let term = entry.e.build(abi::TAG_BOXED, &[header, value]);
    entry.set(dst, term);
    Ok(())
}

pub fn convert(entry: &mut Entry, src: Source, dst: F) -> Result<(), String> {
    if let Source::Small(small) = src {
        constant(entry, small as f64, dst);
        return Ok(());
    }
    if let Some(float) = literal(entry, src) {
        constant(entry, float, dst);
        return Ok(());
    }
    let term = entry.value(src);
    let done = entry.e.b.create_block();
    let other = entry.e.b.create_block();
    if !entry.is(0, src, Kinds::SMALL) {
        let small = entry.e.is_small(term);
        entry.e.unless(small, other);
    }
    let shift = entry.e.word(u64::from(abi::SMALL_SHIFT));
    let integer = entry.e.b.ins().sshr(term, shift);
    let value = entry.e.b.ins().fcvt_from_sint(F64, integer);
    set(entry, dst, value);
    entry.e.jump(done);

    entry.e.b.switch_to_block(other);
    let ask = entry.e.cold_block();
    let boxed = entry.e.is_boxed(term);
    entry.e.unless(boxed, ask);
    let header = entry.e.boxed_word(term, 0);
    let float = kind_in(entry, header, kind::FLOAT, kind::FLOAT);
    entry.e.unless(float, ask);
    let value = number(entry, term);
    set(entry, dst, value);
    entry.e.jump(done);

    entry.e.b.switch_to_block(ask);
    let number = entry.e.word(u64::from(dst));
    let answer = entry.e.reads(Helper::Fconv, &[term, number]);
    let bad = entry.fail(Fail::Raise);
    entry.e.unless(answer, bad);
    entry.e.jump(done);
    entry.e.b.switch_to_block(done);
    Ok(())
}

pub fn arith(entry: &mut Entry, op: FloatOp, a: F, b: F, dst: F) -> Result<(), String> {
    let (a, b) = (register(entry, a), register(entry, b));
    let value = match op {
        FloatOp::Add => entry.e.b.ins().fadd(a, b),
        FloatOp::Sub => entry.e.b.ins().fsub(a, b),
        FloatOp::Mul => entry.e.b.ins().fmul(a, b),
        FloatOp::Div => entry.e.b.ins().fdiv(a, b),
    };
    // What is not finite is no number when it is subtracted from itself.
    let difference = entry.e.b.ins().fsub(value, value);
    let finite = entry.e.b.ins().fcmp(FloatCC::Equal, difference, difference);
    let bad = entry.e.cold_block();
    entry.e.unless(finite, bad);
    let here = entry.e.b.current_block().expect("a block is open");
    entry.e.b.switch_to_block(bad);
    let nil = entry.e.word(abi::NIL);
    entry.raise(RaiseKind::Badarith, nil);
    entry.e.ended = false;
    entry.e.b.switch_to_block(here);
    set(entry, dst, value);
    Ok(())
}

/// Never fails: a finite number's negative is finite.
pub fn negate(entry: &mut Entry, src: F, dst: F) -> Result<(), String> {
    const SIGN: u64 = 1 << 63;
    let bits = entry.e.load_context(offset(src));
    let sign = entry.e.word(SIGN);
    let bits = entry.e.b.ins().bxor(bits, sign);
    set(entry, dst, bits);
    Ok(())
}
