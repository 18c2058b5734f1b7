//! Order and equality. Small integers are ordered as their words are; a term that is one word is
//! exactly equal to that word only.

use beamlet_code::abi::{self, Helper};
use beamlet_code::inst::{Source, Test};
use beamlet_code::types::Kinds;
use cranelift_codegen::ir::{InstBuilder, Value, condcodes::IntCC};

use crate::entry::Entry;

use super::test::{Ways, as_term};

/// A comparison of order as a term.
pub fn ordered(entry: &mut Entry, order: IntCC, args: &[Source]) -> Result<Value, String> {
    as_term(entry, |entry, ways| by_order(entry, order, args, ways))
}

/// Goes one way or the other.
pub fn branch(entry: &mut Entry, test: Test, args: &[Source], ways: Ways) -> Result<(), String> {
    match test {
        Test::Lt => by_order(entry, IntCC::SignedLessThan, args, ways),
        Test::Ge => by_order(entry, IntCC::SignedGreaterThanOrEqual, args, ways),
        Test::Eq => by_equality(entry, Helper::Equal, args, ways),
        Test::EqExact => by_equality(entry, Helper::EqualExact, args, ways),
        Test::Ne => by_equality(entry, Helper::Equal, args, ways.swapped()),
        Test::NeExact => by_equality(entry, Helper::EqualExact, args, ways.swapped()),
        _ => Err("no comparison".to_owned()),
    }
}

fn pair(args: &[Source]) -> Result<(Source, Source), String> {
    match args {
        &[a, b] => Ok((a, b)),
        _ => Err(format!("a comparison of {} terms", args.len())),
    }
}

fn by_order(entry: &mut Entry, order: IntCC, args: &[Source], ways: Ways) -> Result<(), String> {
    let (first, second) = pair(args)?;
    let (a, b) = (entry.value(first), entry.value(second));
    let a_small = entry.is(0, first, Kinds::SMALL);
    let b_small = entry.is(1, second, Kinds::SMALL);
    let slow = if a_small && b_small {
        None
    } else {
        let both = match (a_small, b_small) {
            (true, _) => entry.e.is_small(b),
            (_, true) => entry.e.is_small(a),
            _ => entry.e.are_small(a, b),
        };
        let slow = entry.e.cold_block();
        entry.e.unless(both, slow);
        Some(slow)
    };
    let holds = entry.e.b.ins().icmp(order, a, b);
    ways.by(entry, holds);
    if let Some(slow) = slow {
        entry.e.b.switch_to_block(slow);
        entry.e.b.seal_block(slow);
        let sign = entry.e.reads(Helper::Compare, &[a, b]);
        let holds = entry.e.compare(order, sign, 0);
        ways.by(entry, holds);
    }
    Ok(())
}

/// `helper` decides when neither operand does by its word alone.
fn by_equality(
    entry: &mut Entry,
    helper: Helper,
    args: &[Source],
    ways: Ways,
) -> Result<(), String> {
    let (first, second) = pair(args)?;
    let (a, b) = (entry.value(first), entry.value(second));
    let same = entry.e.b.ins().icmp(IntCC::Equal, a, b);
    let exact = helper == Helper::EqualExact;
    // Kinds whose terms are one word, and equal to no other term. (A pid may be of another node.)
    let words = Kinds::ATOM.union(Kinds::NIL);
    let words = if exact { words.union(Kinds::SMALL) } else { words };
    let both_small = entry.is(0, first, Kinds::SMALL) && entry.is(1, second, Kinds::SMALL);
    if both_small || entry.is(0, first, words) || entry.is(1, second, words) {
        ways.by(entry, same);
        return Ok(());
    }
    entry.e.when(same, ways.yes);
    // Different words are the same term only if both are not immediate, and equal only if one is
    // not: 1 == 1.0.
    if exact {
        for value in [a, b] {
            let immediate = entry.e.is_immediate(value);
            entry.e.when(immediate, ways.no);
        }
    } else {
        let bits = entry.e.b.ins().band(a, b);
        let immediate = entry.e.has_tag(bits, abi::TAG_MASK, abi::TAG_IMMEDIATE);
        entry.e.when(immediate, ways.no);
    }
    let answer = entry.e.reads(helper, &[a, b]);
    ways.by(entry, answer);
    Ok(())
}
