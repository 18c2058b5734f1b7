//! Tests of what a term is.

use beamlet_code::abi::{self, Helper, kind};
use beamlet_code::inst::{Label, Source, Test};
use beamlet_code::types::Kinds;
use cranelift_codegen::ir::{InstBuilder, Value, condcodes::IntCC, types::I8};

use crate::entry::{Entry, atom_term};

use super::compare;
use super::map::kind_in;

pub fn test(entry: &mut Entry, test: Test, fail: Label, args: &[Source]) -> Result<(), String> {
    let fail = entry.label(fail);
    let condition = condition(entry, test, args)?;
    entry.e.unless(condition, fail);
    Ok(())
}

/// The kinds of which a test is true, if it is true of all of each.
fn kinds(test: Test) -> Option<Kinds> {
    Some(match test {
        Test::IsInteger => Kinds::INTEGER,
        Test::IsFloat => Kinds::FLOAT,
        Test::IsNumber => Kinds::NUMBER,
        Test::IsAtom => Kinds::ATOM,
        Test::IsPid => Kinds::PID,
        Test::IsPort => Kinds::PORT,
        Test::IsReference => Kinds::REFERENCE,
        Test::IsNil => Kinds::NIL,
        Test::IsList => Kinds::LIST,
        Test::IsNonemptyList => Kinds::CONS,
        Test::IsTuple => Kinds::TUPLE,
        Test::IsMap => Kinds::MAP,
        Test::IsBitstring => Kinds::BITSTRING,
        Test::IsFunction => Kinds::FUN,
        _ => return None,
    })
}

/// A condition: not zero if the test holds.
pub fn condition(entry: &mut Entry, test: Test, args: &[Source]) -> Result<Value, String> {
    if matches!(test, Test::IsFunctionArity) {
        let &[fun, arity] = args else { return Err("is_function/2 has two operands".to_owned()) };
        let (fun, arity) = (entry.value(fun), entry.value(arity));
        let answer = entry.e.helper(Helper::IsFunctionArity, &[fun, arity]);
        return Ok(entry.e.compare(IntCC::NotEqual, answer, 0));
    }
    let &[source] = args else { return compare::condition(entry, test, args) };
    if let Some(kinds) = kinds(test) {
        let known = entry.known(0, source).kinds;
        if known.is_within(kinds) || !known.may_be(kinds) {
            return Ok(constant(entry, known.is_within(kinds)));
        }
    }
    let value = entry.value(source);
    let e = &mut entry.e;
    Ok(match test {
        Test::IsAtom => e.has_tag(value, abi::IMMEDIATE2_MASK, abi::TAG_ATOM),
        Test::IsBoolean => is_boolean(entry, value),
        Test::IsNil => e.compare(IntCC::Equal, value, abi::NIL),
        Test::IsNonemptyList => e.is_cons(value),
        Test::IsList => {
            let cons = e.is_cons(value);
            let nil = e.compare(IntCC::Equal, value, abi::NIL);
            e.b.ins().bor(cons, nil)
        }
        Test::IsInteger => small_or(entry, value, kind::BIG_POSITIVE, kind::BIG_NEGATIVE),
        Test::IsFloat => boxed(entry, value, kind::FLOAT, kind::FLOAT),
        Test::IsNumber => number(entry, value),
        Test::IsTuple => boxed(entry, value, kind::TUPLE, kind::TUPLE),
        Test::IsMap => boxed(entry, value, kind::FLAT_MAP, kind::HASH_MAP),
        Test::IsBitstring => boxed(entry, value, kind::REFC_BINARY, kind::SUB_BINARY),
        Test::IsBinary => binary(entry, value),
        Test::IsFunction => function(entry, value),
        Test::IsPid => local_or_asked(entry, value, abi::TAG_PID, Kinds::PID),
        Test::IsPort => local_or_asked(entry, value, abi::TAG_PORT, Kinds::PORT),
        Test::IsReference => reference(entry, value),
        _ => return Err("a test without its operands".to_owned()),
    })
}

/// A condition that is known now.
fn constant(entry: &mut Entry, holds: bool) -> Value {
    entry.e.b.ins().iconst(I8, i64::from(holds))
}

pub fn is_boolean(entry: &mut Entry, value: Value) -> Value {
    // `false` and `true` are atoms number 0 and 1.
    let mask = !(1 << abi::ATOM_SHIFT);
    entry.e.has_tag(value, mask, atom_term(beamlet_code::atom::FALSE))
}

/// A block that ends a test, with its condition.
struct Answer {
    done: cranelift_codegen::ir::Block,
    condition: Value,
}

impl Answer {
    fn open(entry: &mut Entry) -> Answer {
        let done = entry.e.b.create_block();
        let condition = entry.e.b.append_block_param(done, I8);
        Answer { done, condition }
    }

    /// Answers `answer` if `condition` holds, else goes on.
    fn when(&self, entry: &mut Entry, condition: Value, answer: bool) {
        let answer = constant(entry, answer);
        let next = entry.e.b.create_block();
        entry.e.b.ins().brif(condition, self.done, &[answer.into()], next, &[]);
        entry.e.b.switch_to_block(next);
        entry.e.b.seal_block(next);
    }

    /// Answers no unless `condition` holds.
    fn unless(&self, entry: &mut Entry, condition: Value) {
        let answer = constant(entry, false);
        let next = entry.e.b.create_block();
        entry.e.b.ins().brif(condition, next, &[], self.done, &[answer.into()]);
        entry.e.b.switch_to_block(next);
        entry.e.b.seal_block(next);
    }

    fn close(self, entry: &mut Entry, last: Value) -> Value {
        entry.e.b.ins().jump(self.done, &[last.into()]);
        entry.e.b.switch_to_block(self.done);
        entry.e.b.seal_block(self.done);
        self.condition
    }
}

/// Boxed, of a kind from `first` to `last`.
fn boxed(entry: &mut Entry, value: Value, first: u64, last: u64) -> Value {
    let answer = Answer::open(entry);
    let boxed = entry.e.is_boxed(value);
    answer.unless(entry, boxed);
    let header = entry.e.boxed_word(value, 0);
    let holds = kind_in(entry, header, first, last);
    answer.close(entry, holds)
}

fn small_or(entry: &mut Entry, value: Value, first: u64, last: u64) -> Value {
    let answer = Answer::open(entry);
    let small = entry.e.is_small(value);
    answer.when(entry, small, true);
    let boxed = entry.e.is_boxed(value);
    answer.unless(entry, boxed);
    let header = entry.e.boxed_word(value, 0);
    let holds = kind_in(entry, header, first, last);
    answer.close(entry, holds)
}

fn number(entry: &mut Entry, value: Value) -> Value {
    let answer = Answer::open(entry);
    let small = entry.e.is_small(value);
    answer.when(entry, small, true);
    let boxed = entry.e.is_boxed(value);
    answer.unless(entry, boxed);
    let header = entry.e.boxed_word(value, 0);
    let big = kind_in(entry, header, kind::BIG_POSITIVE, kind::BIG_NEGATIVE);
    let float = kind_in(entry, header, kind::FLOAT, kind::FLOAT);
    let holds = entry.e.b.ins().bor(big, float);
    answer.close(entry, holds)
}

fn function(entry: &mut Entry, value: Value) -> Value {
    let answer = Answer::open(entry);
    let boxed = entry.e.is_boxed(value);
    answer.unless(entry, boxed);
    let header = entry.e.boxed_word(value, 0);
    let fun = kind_in(entry, header, kind::FUN, kind::FUN);
    let export = kind_in(entry, header, kind::EXPORT, kind::EXPORT);
    let holds = entry.e.b.ins().bor(fun, export);
    answer.close(entry, holds)
}

/// A bitstring of whole bytes: a part of a binary may have others.
fn binary(entry: &mut Entry, value: Value) -> Value {
    let answer = Answer::open(entry);
    let boxed = entry.e.is_boxed(value);
    answer.unless(entry, boxed);
    let header = entry.e.boxed_word(value, 0);
    let whole = kind_in(entry, header, kind::REFC_BINARY, kind::HEAP_BINARY);
    answer.when(entry, whole, true);
    let part = kind_in(entry, header, kind::SUB_BINARY, kind::SUB_BINARY);
    answer.unless(entry, part);
    let bits = entry.e.boxed_word(value, 3);
    // The size is a small.
    let holds = entry.e.has_tag(bits, 7 << abi::SMALL_SHIFT, 0);
    answer.close(entry, holds)
}

/// What is local is an immediate; what is of another node only the runtime tells apart.
fn local_or_asked(entry: &mut Entry, value: Value, tag: u64, kinds: Kinds) -> Value {
    let answer = Answer::open(entry);
    let local = entry.e.has_tag(value, abi::IMMEDIATE_MASK, tag);
    answer.when(entry, local, true);
    let boxed = entry.e.is_boxed(value);
    answer.unless(entry, boxed);
    ask(entry, answer, value, kinds)
}

fn ask(entry: &mut Entry, answer: Answer, value: Value, kinds: Kinds) -> Value {
    let header = entry.e.boxed_word(value, 0);
    let external = kind_in(entry, header, kind::EXTERNAL, kind::EXTERNAL);
    answer.unless(entry, external);
    let kinds = entry.e.word(u64::from(kinds.0));
    let is_kind = entry.e.helper(Helper::IsKind, &[value, kinds]);
    let holds = entry.e.compare(IntCC::NotEqual, is_kind, 0);
    answer.close(entry, holds)
}

fn reference(entry: &mut Entry, value: Value) -> Value {
    let answer = Answer::open(entry);
    let boxed = entry.e.is_boxed(value);
    answer.unless(entry, boxed);
    let header = entry.e.boxed_word(value, 0);
    let local = kind_in(entry, header, kind::REFERENCE, kind::REFERENCE);
    answer.when(entry, local, true);
    ask(entry, answer, value, Kinds::REFERENCE)
}
