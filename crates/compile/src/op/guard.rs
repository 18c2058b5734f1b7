//! Guard BIFs: those with a fast path here, all others by their number. The slow path of every one
//! is the runtime's, so that there is one definition of what they do.

use beamlet_code::abi::{self, Helper, kind};
use beamlet_code::bif;
use beamlet_code::inst::{ImportIndex, Label, Register, Source};
use beamlet_code::types::Kinds;
use cranelift_codegen::ir::{Block, InstBuilder, Value, condcodes::IntCC};

use crate::entry::{Entry, Fail};

use super::{arith, compare, map, test, tuple};

/// A call of a guard BIF.
pub struct Guard<'a> {
    number: u32,
    pub args: &'a [Source],
    pub fail: Fail,
    live: Option<u16>,
}

pub fn bif(
    entry: &mut Entry,
    import: ImportIndex,
    args: &[Source],
    dst: Register,
    fail: Option<Label>,
    live: Option<u16>,
) -> Result<(), String> {
    let module = entry.module;
    let import = module.imports[import as usize];
    let (of, name) = (module.atom(import.module), module.atom(import.function));
    let number = bif::number(of, name, args.len() as u8)
        .ok_or_else(|| format!("{of}:{name}/{} is no guard BIF", args.len()))?;
    let guard = Guard { number, args, fail: fail.into(), live };
    let value = fast(entry, name, &guard)?;
    entry.set(dst, value);
    Ok(())
}

fn fast(entry: &mut Entry, name: &str, guard: &Guard) -> Result<Value, String> {
    use beamlet_code::inst::Test::*;
    let args = guard.args;
    if let Some(test) = test_of(name, args.len()) {
        return test::value(entry, test, args);
    }
    match (name, args.len()) {
        ("self", 0) => Ok(entry.e.load_context(abi::context::SELF)),
        ("<", 2) => compare::ordered(entry, IntCC::SignedLessThan, args),
        (">", 2) => compare::ordered(entry, IntCC::SignedGreaterThan, args),
        ("=<", 2) => compare::ordered(entry, IntCC::SignedLessThanOrEqual, args),
        (">=", 2) => compare::ordered(entry, IntCC::SignedGreaterThanOrEqual, args),
        ("==", 2) => test::value(entry, Eq, args),
        ("/=", 2) => test::value(entry, Ne, args),
        ("=:=", 2) => test::value(entry, EqExact, args),
        ("=/=", 2) => test::value(entry, NeExact, args),
        ("+" | "-" | "*" | "div" | "rem" | "band" | "bor" | "bxor" | "bsl" | "bsr", 2)
        | ("-" | "bnot", 1) => arith::arith(entry, name, guard),
        ("hd", 1) => part(entry, guard, |entry, list| entry.e.head(list)),
        ("tl", 1) => part(entry, guard, |entry, list| entry.e.tail(list)),
        ("tuple_size", 1) => tuple_size(entry, guard),
        ("element", 2) => element(entry, guard),
        ("map_size", 1) => map_size(entry, guard),
        ("byte_size", 1) => byte_size(entry, guard),
        ("min", 2) => lesser_or_greater(entry, IntCC::SignedLessThan, guard),
        ("max", 2) => lesser_or_greater(entry, IntCC::SignedGreaterThan, guard),
        ("map_get", 2) => map_get(entry, guard),
        ("is_map_key", 2) => is_map_key(entry, guard),
        ("not", 1) => not(entry, guard),
        ("and" | "or", 2) => logic(entry, name, guard),
        _ => slow(entry, guard),
    }
}

fn test_of(name: &str, arity: usize) -> Option<beamlet_code::inst::Test> {
    use beamlet_code::inst::Test::*;
    Some(match (name, arity) {
        ("is_atom", 1) => IsAtom,
        ("is_binary", 1) => IsBinary,
        ("is_bitstring", 1) => IsBitstring,
        ("is_boolean", 1) => IsBoolean,
        ("is_float", 1) => IsFloat,
        ("is_function", 1) => IsFunction,
        ("is_integer", 1) => IsInteger,
        ("is_list", 1) => IsList,
        ("is_map", 1) => IsMap,
        ("is_number", 1) => IsNumber,
        ("is_pid", 1) => IsPid,
        ("is_port", 1) => IsPort,
        ("is_reference", 1) => IsReference,
        ("is_tuple", 1) => IsTuple,
        _ => return None,
    })
}

/// Calls the runtime's BIF in the current block.
pub fn slow(entry: &mut Entry, guard: &Guard) -> Result<Value, String> {
    map::operands(entry, guard.args.iter().copied());
    let number = entry.e.word(u64::from(guard.number));
    let live = guard.live.map_or(abi::LIVE_ALL, u64::from);
    let value = entry.e.builds(Helper::GuardBif, &[number], live);
    let fail = entry.fail(guard.fail);
    entry.e.unless(value, fail);
    Ok(value)
}

/// Where the ways of a guard BIF meet.
pub struct Ways {
    pub slow: Block,
    done: Block,
    result: Value,
}

impl Ways {
    pub fn open(entry: &mut Entry) -> Ways {
        let slow = entry.e.cold_block();
        let (done, result) = entry.e.join_block();
        Ways { slow, done, result }
    }

    /// Ends the fast path, makes the slow one, goes on behind both.
    pub fn close(self, entry: &mut Entry, fast: Value, guard: &Guard) -> Result<Value, String> {
        entry.e.jump_with(self.done, fast);
        self.close_slow(entry, guard)
    }

    pub fn close_slow(self, entry: &mut Entry, guard: &Guard) -> Result<Value, String> {
        entry.e.b.switch_to_block(self.slow);
        entry.e.b.seal_block(self.slow);
        let value = slow(entry, guard)?;
        entry.e.jump_with(self.done, value);
        entry.e.b.switch_to_block(self.done);
        entry.e.b.seal_block(self.done);
        Ok(self.result)
    }
}

/// `hd` and `tl`.
fn part(
    entry: &mut Entry,
    guard: &Guard,
    take: impl Fn(&mut Entry, Value) -> Value,
) -> Result<Value, String> {
    let list = entry.value(guard.args[0]);
    if entry.is(0, guard.args[0], Kinds::CONS) {
        return Ok(take(entry, list));
    }
    let ways = Ways::open(entry);
    let cons = entry.e.is_cons(list);
    entry.e.unless(cons, ways.slow);
    let value = take(entry, list);
    ways.close(entry, value, guard)
}

fn tuple_size(entry: &mut Entry, guard: &Guard) -> Result<Value, String> {
    let value = entry.value(guard.args[0]);
    let ways = Ways::open(entry);
    let head = tuple_header(entry, guard.args[0], 0, value, ways.slow);
    // The header of a tuple is its size times 64; a small is its number times 16.
    let shift = entry.e.word(u64::from(abi::HEADER_SHIFT - abi::SMALL_SHIFT));
    let size = entry.e.b.ins().ushr(head, shift);
    let size = entry.e.add(size, abi::TAG_SMALL as i64);
    ways.close(entry, size, guard)
}

fn tuple_header(
    entry: &mut Entry,
    source: Source,
    operand: usize,
    value: Value,
    other: Block,
) -> Value {
    let head = tuple::header_or(entry, operand, source, value, other);
    if !entry.is(operand, source, Kinds::TUPLE) {
        let mask = abi::HEADER_KIND_MASK | abi::TAG_MASK;
        let is_tuple = entry.e.has_tag(head, mask, abi::kind::TUPLE);
        entry.e.unless(is_tuple, other);
    }
    head
}

fn element(entry: &mut Entry, guard: &Guard) -> Result<Value, String> {
    let (index, tuple) = (entry.value(guard.args[0]), entry.value(guard.args[1]));
    let ways = Ways::open(entry);
    if !entry.is(0, guard.args[0], Kinds::SMALL) {
        let small = entry.e.is_small(index);
        entry.e.unless(small, ways.slow);
    }
    let head = tuple_header(entry, guard.args[1], 1, tuple, ways.slow);
    // From 1 to the size: one comparison without sign of what is one less.
    let shift = entry.e.word(u64::from(abi::SMALL_SHIFT));
    let number = entry.e.b.ins().sshr(index, shift);
    let before = entry.e.add(number, -1);
    let shift = entry.e.word(u64::from(abi::HEADER_SHIFT));
    let size = entry.e.b.ins().ushr(head, shift);
    let inside = entry.e.b.ins().icmp(IntCC::UnsignedLessThan, before, size);
    entry.e.unless(inside, ways.slow);
    let shift = entry.e.word(3);
    let offset = entry.e.b.ins().ishl(number, shift);
    let address = entry.e.b.ins().iadd(tuple, offset);
    let value = entry.e.load(crate::emit::Region::Heap, address, -(abi::TAG_BOXED as i32));
    ways.close(entry, value, guard)
}

/// Goes to `other` if the operand is no map.
fn check_map(entry: &mut Entry, operand: usize, source: Source, value: Value, other: Block) {
    if !entry.is(operand, source, Kinds::MAP) {
        let boxed = entry.e.is_boxed(value);
        entry.e.unless(boxed, other);
        let is_map = map::is_map_header(entry, value);
        entry.e.unless(is_map, other);
    }
}

/// The slow path is for the exception.
fn map_get(entry: &mut Entry, guard: &Guard) -> Result<Value, String> {
    let (key, map) = (entry.value(guard.args[0]), entry.value(guard.args[1]));
    let ways = Ways::open(entry);
    check_map(entry, 1, guard.args[1], map, ways.slow);
    let value = entry.e.reads(Helper::MapGet, &[map, key]);
    entry.e.unless(value, ways.slow);
    ways.close(entry, value, guard)
}

fn is_map_key(entry: &mut Entry, guard: &Guard) -> Result<Value, String> {
    let (key, map) = (entry.value(guard.args[0]), entry.value(guard.args[1]));
    let ways = Ways::open(entry);
    check_map(entry, 1, guard.args[1], map, ways.slow);
    let is_key = test::as_term(entry, |entry, answer| {
        let value = entry.e.reads(Helper::MapGet, &[map, key]);
        answer.by(entry, value);
        Ok(())
    })?;
    ways.close(entry, is_key, guard)
}

fn map_size(entry: &mut Entry, guard: &Guard) -> Result<Value, String> {
    let value = entry.value(guard.args[0]);
    let ways = Ways::open(entry);
    check_map(entry, 0, guard.args[0], value, ways.slow);
    // Of either kind of map, the word behind the header.
    let size = entry.e.boxed_word(value, 1);
    ways.close(entry, size, guard)
}

fn byte_size(entry: &mut Entry, guard: &Guard) -> Result<Value, String> {
    let value = entry.value(guard.args[0]);
    let ways = Ways::open(entry);
    let boxed = entry.e.is_boxed(value);
    entry.e.unless(boxed, ways.slow);
    let header = entry.e.boxed_word(value, 0);
    let part = entry.e.b.create_block();
    let whole = map::kind_in(entry, header, kind::REFC_BINARY, kind::HEAP_BINARY);
    entry.e.unless(whole, part);
    let bytes = entry.e.boxed_word(value, 1);
    let shift = entry.e.word(u64::from(abi::SMALL_SHIFT));
    let size = entry.e.b.ins().ishl(bytes, shift);
    let size = entry.e.add(size, abi::TAG_SMALL as i64);
    entry.e.jump_with(ways.done, size);

    entry.e.b.switch_to_block(part);
    entry.e.b.seal_block(part);
    let is_part = map::kind_in(entry, header, kind::SUB_BINARY, kind::SUB_BINARY);
    entry.e.unless(is_part, ways.slow);
    // Bits, a small; of whole bytes, its tag is all that falls out of a shift by three.
    let bits = entry.e.boxed_word(value, 3);
    let whole = entry.e.has_tag(bits, 7 << abi::SMALL_SHIFT, 0);
    entry.e.unless(whole, ways.slow);
    let shift = entry.e.word(3);
    let size = entry.e.b.ins().ushr(bits, shift);
    let tag = entry.e.word(abi::TAG_SMALL);
    let size = entry.e.b.ins().bor(size, tag);
    ways.close(entry, size, guard)
}

/// `min` and `max`: of two that are the same, either.
fn lesser_or_greater(entry: &mut Entry, order: IntCC, guard: &Guard) -> Result<Value, String> {
    let (a, b) = (entry.value(guard.args[0]), entry.value(guard.args[1]));
    let ways = Ways::open(entry);
    let both = entry.e.are_small(a, b);
    entry.e.unless(both, ways.slow);
    let first = entry.e.b.ins().icmp(order, a, b);
    let value = entry.e.b.ins().select(first, a, b);
    ways.close(entry, value, guard)
}

/// The bit in which `true` and `false` differ.
const BOOLEAN_BIT: u64 = 1 << abi::ATOM_SHIFT;

fn not(entry: &mut Entry, guard: &Guard) -> Result<Value, String> {
    let value = entry.value(guard.args[0]);
    let ways = Ways::open(entry);
    let boolean = test::is_boolean(entry, value);
    entry.e.unless(boolean, ways.slow);
    let bit = entry.e.word(BOOLEAN_BIT);
    let value = entry.e.b.ins().bxor(value, bit);
    ways.close(entry, value, guard)
}

fn logic(entry: &mut Entry, name: &str, guard: &Guard) -> Result<Value, String> {
    let (a, b) = (entry.value(guard.args[0]), entry.value(guard.args[1]));
    let ways = Ways::open(entry);
    for value in [a, b] {
        let boolean = test::is_boolean(entry, value);
        entry.e.unless(boolean, ways.slow);
    }
    let value = if name == "and" { entry.e.b.ins().band(a, b) } else { entry.e.b.ins().bor(a, b) };
    ways.close(entry, value, guard)
}
