//! Binaries: matching on contexts, and construction, by the runtime; positions are compared here.

use beamlet_code::abi::{self, Helper, Refusal, context, kind, segment};
use beamlet_code::inst::{
    Extract, Inst, Label, Need, Register, Segment, SegmentFlags, SegmentKind, SegmentSize, Source,
    Utf,
};
use beamlet_code::types::Kinds;
use cranelift_codegen::ir::{Block, InstBuilder, Value, condcodes::IntCC};

use crate::entry::{Entry, Fail, small};

use super::bits::{self, END, OFFSET};
use super::frame;
use super::map::kind_in;

/// Bytes of a string that are compared here.
const STRING_BYTES_MAX: usize = 16;

/// A segment of `bs_create_bin` takes three operands.
const SEGMENT_OPERANDS: usize = 3;

pub fn start_match(
    entry: &mut Entry,
    fail: Option<Label>,
    src: Source,
    live: u16,
    dst: Register,
) -> Result<(), String> {
    let term = entry.value(src);
    if entry.is(0, src, Kinds::CONTEXT) {
        entry.set(dst, term);
        return Ok(());
    }
    let other = entry.e.b.create_block();
    let (done, context) = entry.e.join_block();
    if entry.known(0, src).kinds.may_be(Kinds::CONTEXT) {
        // Positions are taken and set by instructions of their own: a context goes on as it is.
        let boxed = entry.e.is_boxed(term);
        entry.e.unless(boxed, other);
        let header = entry.e.boxed_word(term, 0);
        let is_context = kind_in(entry, header, kind::CONTEXT, kind::CONTEXT);
        entry.e.b.ins().brif(is_context, done, &[term.into()], other, &[]);
    } else {
        entry.e.jump(other);
    }
    entry.e.b.switch_to_block(other);
    entry.e.b.seal_block(other);
    let made = entry.e.builds(Helper::BsStartMatch, &[term], u64::from(live));
    let fail = match fail {
        Some(label) => entry.label(label),
        None => entry.refusal(Refusal::Binary),
    };
    entry.e.unless(made, fail);
    entry.e.jump_with(done, made);
    entry.e.b.switch_to_block(done);
    entry.e.b.seal_block(done);
    entry.set(dst, context);
    Ok(())
}

/// The match context in a register; refuses what is none.
fn context_of(entry: &mut Entry, register: Register) -> Value {
    let source = Source::from(register);
    let value = entry.value(source);
    if !entry.is(0, source, Kinds::CONTEXT) {
        let boxed = entry.e.is_boxed(value);
        entry.require(boxed, Refusal::Context);
        let header = entry.e.boxed_word(value, 0);
        let is_context = kind_in(entry, header, kind::CONTEXT, kind::CONTEXT);
        entry.require(is_context, Refusal::Context);
    }
    value
}

fn flags_word(flags: SegmentFlags) -> u64 {
    // Both targets are little-endian.
    let little = if flags.little || flags.native { segment::LITTLE } else { 0 };
    little | if flags.signed { segment::SIGNED } else { 0 }
}

/// The packed kind of a segment that is matched, and its size.
fn how(
    entry: &mut Entry,
    kind: Extract,
    size: SegmentSize,
    unit: u16,
    flags: SegmentFlags,
) -> (Value, Value) {
    let kind = match kind {
        Extract::Integer => segment::INTEGER,
        Extract::Float => segment::FLOAT,
        Extract::Binary => segment::BINARY,
    };
    let mut word = kind | flags_word(flags) | u64::from(unit) << segment::UNIT_SHIFT;
    let size = match size {
        SegmentSize::All => {
            word |= segment::ALL;
            entry.e.word(small(0))
        }
        SegmentSize::None => entry.e.word(small(0)),
        SegmentSize::Of(source) => entry.value(source),
    };
    (entry.e.word(word), size)
}

pub fn get(entry: &mut Entry, inst: &Inst) -> Result<(), String> {
    let Inst::BsGet { kind, fail, context, size, unit, flags, dst, .. } = inst else {
        return Err("no segment".to_owned());
    };
    let context = context_of(entry, *context);
    let fail = entry.label(*fail);
    let bits = constant_bits(*size, *unit).filter(|&bits| bits::reads_integer(bits));
    let (Extract::Integer, Some(bits)) = (*kind, bits) else {
        let value = ask(entry, context, inst, fail);
        entry.set(*dst, value);
        return Ok(());
    };
    let slow = entry.e.cold_block();
    let (done, result) = entry.e.join_block();
    let value = bits::integer(entry, context, bits, *flags, fail, slow);
    entry.e.jump_with(done, value);
    entry.e.b.switch_to_block(slow);
    entry.e.b.seal_block(slow);
    let value = ask(entry, context, inst, fail);
    entry.e.jump_with(done, value);
    entry.e.b.switch_to_block(done);
    entry.e.b.seal_block(done);
    entry.set(*dst, result);
    Ok(())
}

/// The size of a segment in bits, if it is known now.
fn constant_bits(size: SegmentSize, unit: u16) -> Option<u64> {
    match size {
        SegmentSize::Of(Source::Small(number)) => {
            u64::try_from(number).ok()?.checked_mul(u64::from(unit)).filter(|&bits| bits < 1 << 32)
        }
        _ => None,
    }
}

/// The runtime reads a segment.
fn ask(entry: &mut Entry, context: Value, inst: &Inst, fail: Block) -> Value {
    let Inst::BsGet { kind, live, size, unit, flags, .. } = inst else {
        unreachable!("`get` has looked");
    };
    let (how, size) = how(entry, *kind, *size, *unit, *flags);
    let value = entry.e.builds(Helper::BsGet, &[context, how, size], u64::from(*live));
    entry.e.unless(value, fail);
    value
}

pub fn skip(
    entry: &mut Entry,
    fail: Label,
    context: Register,
    size: SegmentSize,
    unit: u16,
    flags: SegmentFlags,
) -> Result<(), String> {
    let context = context_of(entry, context);
    let fail = entry.label(fail);
    if let Some(bits) = constant_bits(size, unit) {
        let (_, next) = bits::step(entry, context, bits, fail);
        bits::set_offset(entry, context, next);
        return Ok(());
    }
    let (how, size) = how(entry, Extract::Binary, size, unit, flags);
    let fits = entry.e.reads(Helper::BsSkip, &[context, how, size]);
    entry.e.unless(fits, fail);
    Ok(())
}

/// What is left in a context, in bits, times 16.
fn rest(entry: &mut Entry, context: Value) -> Value {
    let offset = entry.e.boxed_word(context, OFFSET);
    let end = entry.e.boxed_word(context, END);
    entry.e.b.ins().isub(end, offset)
}

pub fn test_tail(
    entry: &mut Entry,
    fail: Label,
    context: Register,
    bits: u32,
) -> Result<(), String> {
    let context = context_of(entry, context);
    let rest = rest(entry, context);
    let same = entry.e.compare(IntCC::Equal, rest, u64::from(bits) << abi::SMALL_SHIFT);
    let fail = entry.label(fail);
    entry.e.unless(same, fail);
    Ok(())
}

pub fn test_unit(
    entry: &mut Entry,
    fail: Label,
    context: Register,
    unit: u16,
) -> Result<(), String> {
    let context = context_of(entry, context);
    let rest = rest(entry, context);
    multiple(entry, fail, rest, unit)
}

/// At least so many bits, and behind them a multiple of the unit.
pub fn ensure(
    entry: &mut Entry,
    fail: Label,
    context: Register,
    bits: u32,
    unit: u16,
) -> Result<(), String> {
    let context = context_of(entry, context);
    let rest = rest(entry, context);
    let bits = u64::from(bits) << abi::SMALL_SHIFT;
    let enough = entry.e.compare(IntCC::UnsignedGreaterThanOrEqual, rest, bits);
    let label = entry.label(fail);
    entry.e.unless(enough, label);
    if unit == 1 {
        return Ok(());
    }
    let behind = entry.e.add(rest, -(bits as i64));
    multiple(entry, fail, behind, unit)
}

/// Fails if what `rest` made is no multiple of the unit.
fn multiple(entry: &mut Entry, fail: Label, rest: Value, unit: u16) -> Result<(), String> {
    if unit == 0 {
        return Err("a unit of 0".to_owned());
    }
    let unit = u64::from(unit) << abi::SMALL_SHIFT;
    let remainder = if unit.is_power_of_two() {
        let mask = entry.e.word(unit - 1);
        entry.e.b.ins().band(rest, mask)
    } else {
        let unit = entry.e.word(unit);
        entry.e.b.ins().urem(rest, unit)
    };
    let none = entry.e.compare(IntCC::Equal, remainder, 0);
    let fail = entry.label(fail);
    entry.e.unless(none, fail);
    Ok(())
}

/// A binary in the external term format.
fn binary_literal(bytes: &[u8]) -> Box<[u8]> {
    const VERSION: u8 = 131;
    const BINARY: u8 = 109;
    let mut term = vec![VERSION, BINARY];
    term.extend((bytes.len() as u32).to_be_bytes());
    term.extend(bytes);
    term.into()
}

fn bytes(entry: &mut Entry, bytes: &[u8]) -> Value {
    let slot = entry.e.link.literal_slot(binary_literal(bytes));
    entry.e.slot(slot)
}

pub fn match_string(
    entry: &mut Entry,
    fail: Label,
    context: Register,
    bits: u32,
    string: &[u8],
) -> Result<(), String> {
    let context = context_of(entry, context);
    let fail = entry.label(fail);
    let done = entry.e.b.create_block();
    if bits as usize == 8 * string.len() && string.len() <= STRING_BYTES_MAX {
        let slow = entry.e.cold_block();
        bits::bytes(entry, context, string, fail, slow);
        entry.e.jump(done);
        entry.e.b.switch_to_block(slow);
        entry.e.b.seal_block(slow);
    }
    let bits = entry.e.word(u64::from(bits));
    let literal = bytes(entry, string);
    let same = entry.e.reads(Helper::BsMatchString, &[context, bits, literal]);
    entry.e.b.ins().brif(same, done, &[], fail, &[]);
    entry.e.b.switch_to_block(done);
    entry.e.b.seal_block(done);
    Ok(())
}

pub fn get_utf(
    entry: &mut Entry,
    utf: Utf,
    fail: Label,
    context: Register,
    flags: SegmentFlags,
    dst: Option<Register>,
) -> Result<(), String> {
    const LITTLE: u64 = 4;
    let context = context_of(entry, context);
    let how = match utf {
        Utf::Utf8 => 0,
        Utf::Utf16 => 1,
        Utf::Utf32 => 2,
    };
    let little = if flags.little || flags.native { LITTLE } else { 0 };
    let fail = entry.label(fail);
    let (done, value) = entry.e.join_block();
    if utf == Utf::Utf8 {
        let slow = entry.e.b.create_block();
        let ascii = bits::ascii(entry, context, slow);
        entry.e.jump_with(done, ascii);
        entry.e.b.switch_to_block(slow);
        entry.e.b.seal_block(slow);
    }
    let how = entry.e.word(how + little);
    let point = entry.e.reads(Helper::BsGetUtf, &[context, how]);
    entry.e.unless(point, fail);
    entry.e.jump_with(done, point);
    entry.e.b.switch_to_block(done);
    entry.e.b.seal_block(done);
    if let Some(dst) = dst {
        entry.set(dst, value);
    }
    Ok(())
}

pub fn get_tail(
    entry: &mut Entry,
    context: Register,
    dst: Register,
    live: u16,
) -> Result<(), String> {
    let context = context_of(entry, context);
    let value = entry.e.builds(Helper::BsGetTail, &[context], u64::from(live));
    entry.set(dst, value);
    Ok(())
}

pub fn get_position(entry: &mut Entry, context: Register, dst: Register) -> Result<(), String> {
    let context = context_of(entry, context);
    let offset = entry.e.boxed_word(context, OFFSET);
    entry.set(dst, offset);
    Ok(())
}

pub fn set_position(entry: &mut Entry, context: Register, position: Source) -> Result<(), String> {
    let context = context_of(entry, context);
    let value = entry.value(position);
    if !entry.is(1, position, Kinds::SMALL) {
        let is_small = entry.e.is_small(value);
        entry.require(is_small, Refusal::Position);
    }
    // Without sign, a negative position is beyond every end.
    let end = entry.e.boxed_word(context, END);
    let inside = entry.e.b.ins().icmp(IntCC::UnsignedLessThanOrEqual, value, end);
    entry.require(inside, Refusal::Position);
    bits::set_offset(entry, context, value);
    Ok(())
}

pub fn init_writable(entry: &mut Entry) -> Result<(), String> {
    let live = abi::live(Helper::BsInitWritable);
    entry.store_site();
    let value = entry.e.builds(Helper::BsInitWritable, &[], live);
    entry.e.resume_unless(value);
    entry.e.set_x(0, value);
    Ok(())
}

pub fn create(
    entry: &mut Entry,
    fail: Option<Label>,
    need: Need,
    live: u16,
    dst: Register,
    segments: &[Segment],
) -> Result<(), String> {
    let count = SEGMENT_OPERANDS * segments.len();
    if count > abi::ARGS_MAX {
        return Err(format!("a binary of {} segments", segments.len()));
    }
    for (place, segment) in segments.iter().enumerate() {
        let value = match &segment.kind {
            SegmentKind::Bytes(string) => bytes(entry, string),
            _ => entry.value(segment.value),
        };
        let size = match segment.size {
            SegmentSize::Of(source) => entry.value(source),
            SegmentSize::All | SegmentSize::None => entry.e.word(small(0)),
        };
        let how = entry.e.word(packed(segment));
        let at = context::ARGS + 8 * (SEGMENT_OPERANDS * place) as i32;
        for (operand, value) in [how, value, size].into_iter().enumerate() {
            entry.e.store_context(at + 8 * operand as i32, value);
        }
    }
    entry.e.store_context_word(context::ARGS_LIVE, count as u64);
    let number = entry.e.word(segments.len() as u64);
    let need = entry.e.word(frame::words(need));
    let value = entry.e.builds(Helper::BsCreateBin, &[number, need], u64::from(live));
    let fail = entry.fail(Fail::from(fail));
    entry.e.unless(value, fail);
    entry.set(dst, value);
    Ok(())
}

/// What stands for a segment in `Context::args`, as a small.
fn packed(segment: &Segment) -> u64 {
    let kind = match segment.kind {
        SegmentKind::Integer => segment::CREATE_INTEGER,
        SegmentKind::Float => segment::CREATE_FLOAT,
        SegmentKind::Binary => segment::CREATE_BINARY,
        SegmentKind::Append => segment::CREATE_APPEND,
        SegmentKind::PrivateAppend => segment::CREATE_PRIVATE_APPEND,
        SegmentKind::Utf8 => segment::CREATE_UTF8,
        SegmentKind::Utf16 => segment::CREATE_UTF16,
        SegmentKind::Utf32 => segment::CREATE_UTF32,
        SegmentKind::Bytes(_) => segment::CREATE_BYTES,
    };
    let all = if segment.size == SegmentSize::All { segment::ALL } else { 0 };
    let word = kind << segment::CREATE_SHIFT
        | flags_word(segment.flags)
        | all
        | u64::from(segment.unit) << segment::UNIT_SHIFT
        | u64::from(segment.number) << segment::NUMBER_SHIFT;
    small(word as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_binary_literal_is_in_the_external_term_format() {
        assert_eq!(&*binary_literal(b"ab"), [131, 109, 0, 0, 0, 2, b'a', b'b']);
    }
}
