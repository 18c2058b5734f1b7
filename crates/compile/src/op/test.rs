//! Tests of what a term is, as branches: each way out is a jump of its own, so that no condition is
//! made only to be asked for again.

use beamlet_code::abi::{self, Helper, kind};
use beamlet_code::inst::{Label, Source, Test};
use beamlet_code::types::Kinds;
use cranelift_codegen::ir::{Block, Value, condcodes::IntCC};

use crate::entry::{Entry, atom_term};

use super::compare;
use super::map::kind_in;

/// Where a test goes.
#[derive(Clone, Copy)]
pub struct Ways {
    pub yes: Block,
    pub no: Block,
}

impl Ways {
    pub fn swapped(self) -> Ways {
        Ways { yes: self.no, no: self.yes }
    }

    /// Ends the test by a condition.
    pub fn by(self, entry: &mut Entry, condition: Value) {
        use cranelift_codegen::ir::InstBuilder;
        entry.e.b.ins().brif(condition, self.yes, &[], self.no, &[]);
    }

    fn known(self, entry: &mut Entry, holds: bool) {
        entry.e.jump(if holds { self.yes } else { self.no });
    }
}

pub fn test(entry: &mut Entry, test: Test, fail: Label, args: &[Source]) -> Result<(), String> {
    let no = entry.label(fail);
    let yes = entry.e.b.create_block();
    branch(entry, test, args, Ways { yes, no })?;
    entry.e.b.switch_to_block(yes);
    entry.e.b.seal_block(yes);
    Ok(())
}

/// The test as a term.
pub fn value(entry: &mut Entry, test: Test, args: &[Source]) -> Result<Value, String> {
    as_term(entry, |entry, ways| branch(entry, test, args, ways))
}

/// `true` or `false`, by a branch.
pub fn as_term(
    entry: &mut Entry,
    branch: impl FnOnce(&mut Entry, Ways) -> Result<(), String>,
) -> Result<Value, String> {
    let ways = Ways { yes: entry.e.b.create_block(), no: entry.e.b.create_block() };
    branch(entry, ways)?;
    let (done, value) = entry.e.join_block();
    for (block, atom) in
        [(ways.yes, beamlet_code::atom::TRUE), (ways.no, beamlet_code::atom::FALSE)]
    {
        entry.e.b.switch_to_block(block);
        entry.e.b.seal_block(block);
        let term = entry.e.word(atom_term(atom));
        entry.e.jump_with(done, term);
    }
    entry.e.b.switch_to_block(done);
    entry.e.b.seal_block(done);
    Ok(value)
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

/// Goes one way or the other.
pub fn branch(entry: &mut Entry, test: Test, args: &[Source], ways: Ways) -> Result<(), String> {
    if let Test::IsFunctionArity = test {
        let &[fun, arity] = args else { return Err("is_function/2 has two operands".to_owned()) };
        let (fun, arity) = (entry.value(fun), entry.value(arity));
        let answer = entry.e.reads(Helper::IsFunctionArity, &[fun, arity]);
        ways.by(entry, answer);
        return Ok(());
    }
    let &[source] = args else { return compare::branch(entry, test, args, ways) };
    let known = entry.known(0, source).kinds;
    if let Some(kinds) = kinds(test)
        && (known.is_within(kinds) || !known.may_be(kinds))
    {
        ways.known(entry, known.is_within(kinds));
        return Ok(());
    }
    let value = entry.value(source);
    match test {
        Test::IsAtom => {
            let atom = entry.e.has_tag(value, abi::IMMEDIATE2_MASK, abi::TAG_ATOM);
            ways.by(entry, atom);
        }
        Test::IsBoolean => {
            let boolean = is_boolean(entry, value);
            ways.by(entry, boolean);
        }
        Test::IsNil => nil(entry, value, ways),
        Test::IsNonemptyList => {
            let cons = entry.e.is_cons(value);
            ways.by(entry, cons);
        }
        Test::IsList => {
            let cons = entry.e.is_cons(value);
            entry.e.when(cons, ways.yes);
            nil(entry, value, ways);
        }
        Test::IsInteger => {
            let small = entry.e.is_small(value);
            entry.e.when(small, ways.yes);
            boxed(entry, value, &[(kind::BIG_POSITIVE, kind::BIG_NEGATIVE)], ways);
        }
        Test::IsNumber => {
            let small = entry.e.is_small(value);
            entry.e.when(small, ways.yes);
            let kinds = [(kind::BIG_POSITIVE, kind::BIG_NEGATIVE), (kind::FLOAT, kind::FLOAT)];
            boxed(entry, value, &kinds, ways);
        }
        Test::IsFloat => boxed(entry, value, &[(kind::FLOAT, kind::FLOAT)], ways),
        Test::IsTuple => boxed(entry, value, &[(kind::TUPLE, kind::TUPLE)], ways),
        Test::IsMap => boxed(entry, value, &[(kind::FLAT_MAP, kind::HASH_MAP)], ways),
        Test::IsBitstring => boxed(entry, value, &[(kind::REFC_BINARY, kind::SUB_BINARY)], ways),
        Test::IsFunction => {
            boxed(entry, value, &[(kind::FUN, kind::FUN), (kind::EXPORT, kind::EXPORT)], ways);
        }
        Test::IsBinary => binary(entry, value, ways),
        Test::IsPid => local_or_asked(entry, value, abi::TAG_PID, Kinds::PID, ways),
        Test::IsPort => local_or_asked(entry, value, abi::TAG_PORT, Kinds::PORT, ways),
        Test::IsReference => reference(entry, value, ways),
        _ => return Err("a test without its operands".to_owned()),
    }
    Ok(())
}

fn nil(entry: &mut Entry, value: Value, ways: Ways) {
    let nil = entry.e.compare(IntCC::Equal, value, abi::NIL);
    ways.by(entry, nil);
}

pub fn is_boolean(entry: &mut Entry, value: Value) -> Value {
    // `false` and `true` are atoms number 0 and 1.
    let mask = !(1 << abi::ATOM_SHIFT);
    entry.e.has_tag(value, mask, atom_term(beamlet_code::atom::FALSE))
}

fn header_or(entry: &mut Entry, value: Value, no: Block) -> Value {
    let boxed = entry.e.is_boxed(value);
    entry.e.unless(boxed, no);
    entry.e.boxed_word(value, 0)
}

/// Boxed, of a kind in one of the ranges.
fn boxed(entry: &mut Entry, value: Value, ranges: &[(u64, u64)], ways: Ways) {
    let header = header_or(entry, value, ways.no);
    for (place, &(first, last)) in ranges.iter().enumerate() {
        let holds = kind_in(entry, header, first, last);
        if place + 1 < ranges.len() {
            entry.e.when(holds, ways.yes);
        } else {
            ways.by(entry, holds);
        }
    }
}

/// A bitstring of whole bytes: a part of a binary may have others.
fn binary(entry: &mut Entry, value: Value, ways: Ways) {
    let header = header_or(entry, value, ways.no);
    let whole = kind_in(entry, header, kind::REFC_BINARY, kind::HEAP_BINARY);
    entry.e.when(whole, ways.yes);
    let part = kind_in(entry, header, kind::SUB_BINARY, kind::SUB_BINARY);
    entry.e.unless(part, ways.no);
    let bits = entry.e.boxed_word(value, 3);
    // The size is a small.
    let bytes = entry.e.has_tag(bits, 7 << abi::SMALL_SHIFT, 0);
    ways.by(entry, bytes);
}

/// What is local is an immediate; what is of another node only the runtime tells apart.
fn local_or_asked(entry: &mut Entry, value: Value, tag: u64, kinds: Kinds, ways: Ways) {
    let local = entry.e.has_tag(value, abi::IMMEDIATE_MASK, tag);
    entry.e.when(local, ways.yes);
    let header = header_or(entry, value, ways.no);
    ask(entry, value, header, kinds, ways);
}

fn ask(entry: &mut Entry, value: Value, header: Value, kinds: Kinds, ways: Ways) {
    let external = kind_in(entry, header, kind::EXTERNAL, kind::EXTERNAL);
    entry.e.unless(external, ways.no);
    let kinds = entry.e.word(u64::from(kinds.0));
    let is_kind = entry.e.reads(Helper::IsKind, &[value, kinds]);
    ways.by(entry, is_kind);
}

fn reference(entry: &mut Entry, value: Value, ways: Ways) {
    let header = header_or(entry, value, ways.no);
    let local = kind_in(entry, header, kind::REFERENCE, kind::REFERENCE);
    entry.e.when(local, ways.yes);
    ask(entry, value, header, Kinds::REFERENCE, ways);
}
