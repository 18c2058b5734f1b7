//! Order and equality. Small integers are ordered as their words are; a term that is one word is
//! exactly equal to that word only.

use beamlet_code::abi::{self, Helper};
use beamlet_code::inst::{Source, Test};
use beamlet_code::types::Kinds;
use cranelift_codegen::ir::{InstBuilder, Value, condcodes::IntCC, types::I8};

use crate::entry::Entry;

/// A comparison as a term.
pub fn value(entry: &mut Entry, test: Test, args: &[Source]) -> Result<Value, String> {
    let condition = condition(entry, test, args)?;
    Ok(entry.e.boolean(condition))
}

pub fn ordered(entry: &mut Entry, order: IntCC, args: &[Source]) -> Result<Value, String> {
    let condition = order_condition(entry, order, args)?;
    Ok(entry.e.boolean(condition))
}

/// A condition: not zero if it holds.
pub fn condition(entry: &mut Entry, test: Test, args: &[Source]) -> Result<Value, String> {
    match test {
        Test::Lt => order_condition(entry, IntCC::SignedLessThan, args),
        Test::Ge => order_condition(entry, IntCC::SignedGreaterThanOrEqual, args),
        Test::Eq => equal(entry, Helper::Equal, args),
        Test::EqExact => equal(entry, Helper::EqualExact, args),
        Test::Ne => {
            let same = equal(entry, Helper::Equal, args)?;
            Ok(not(entry, same))
        }
        Test::NeExact => {
            let same = equal(entry, Helper::EqualExact, args)?;
            Ok(not(entry, same))
        }
        _ => Err("no comparison".to_owned()),
    }
}

fn not(entry: &mut Entry, condition: Value) -> Value {
    let zero = entry.e.b.ins().iconst(I8, 0);
    entry.e.b.ins().icmp(IntCC::Equal, condition, zero)
}

fn pair(args: &[Source]) -> Result<(Source, Source), String> {
    match args {
        &[a, b] => Ok((a, b)),
        _ => Err(format!("a comparison of {} terms", args.len())),
    }
}

/// A block with one parameter of the type of a condition.
fn condition_block(entry: &mut Entry) -> (cranelift_codegen::ir::Block, Value) {
    let block = entry.e.b.create_block();
    let value = entry.e.b.append_block_param(block, I8);
    (block, value)
}

fn order_condition(entry: &mut Entry, order: IntCC, args: &[Source]) -> Result<Value, String> {
    let (first, second) = pair(args)?;
    let (a, b) = (entry.value(first), entry.value(second));
    let (a_small, b_small) = (entry.is(0, first, Kinds::SMALL), entry.is(1, second, Kinds::SMALL));
    if a_small && b_small {
        return Ok(entry.e.b.ins().icmp(order, a, b));
    }
    let both = match (a_small, b_small) {
        (true, _) => entry.e.is_small(b),
        (_, true) => entry.e.is_small(a),
        _ => entry.e.are_small(a, b),
    };
    let slow = entry.e.cold_block();
    entry.e.unless(both, slow);
    let (done, result) = condition_block(entry);
    let fast = entry.e.b.ins().icmp(order, a, b);
    entry.e.b.ins().jump(done, &[fast.into()]);
    entry.e.b.switch_to_block(slow);
    entry.e.b.seal_block(slow);
    let sign = entry.e.helper(Helper::Compare, &[a, b]);
    let holds = entry.e.compare(order, sign, 0);
    entry.e.b.ins().jump(done, &[holds.into()]);
    entry.e.b.switch_to_block(done);
    entry.e.b.seal_block(done);
    Ok(result)
}

/// `helper` decides when neither operand does by its word alone.
fn equal(entry: &mut Entry, helper: Helper, args: &[Source]) -> Result<Value, String> {
    let (first, second) = pair(args)?;
    let (a, b) = (entry.value(first), entry.value(second));
    let same = entry.e.b.ins().icmp(IntCC::Equal, a, b);
    let exact = helper == Helper::EqualExact;
    // Kinds whose terms are one word, and equal to no other term. (A pid may be of another node.)
    let words = Kinds::ATOM.union(Kinds::NIL);
    let words = if exact { words.union(Kinds::SMALL) } else { words };
    let both_small = entry.is(0, first, Kinds::SMALL) && entry.is(1, second, Kinds::SMALL);
    if both_small || entry.is(0, first, words) || entry.is(1, second, words) {
        return Ok(same);
    }
    let (done, result) = condition_block(entry);
    let yes = entry.e.b.ins().iconst(I8, 1);
    let no = entry.e.b.ins().iconst(I8, 0);
    let differ = entry.e.b.create_block();
    entry.e.b.ins().brif(same, done, &[yes.into()], differ, &[]);
    entry.e.b.switch_to_block(differ);
    entry.e.b.seal_block(differ);
    // Both are not immediate: only then can different words be equal. 1 == 1.0 has one that is.
    let ask = entry.e.b.create_block();
    let immediate = if exact {
        let a_is = entry.e.is_immediate(a);
        let b_is = entry.e.is_immediate(b);
        entry.e.b.ins().bor(a_is, b_is)
    } else {
        let bits = entry.e.b.ins().band(a, b);
        entry.e.has_tag(bits, abi::TAG_MASK, abi::TAG_IMMEDIATE)
    };
    entry.e.b.ins().brif(immediate, done, &[no.into()], ask, &[]);
    entry.e.b.switch_to_block(ask);
    entry.e.b.seal_block(ask);
    let answer = entry.e.helper(helper, &[a, b]);
    let holds = entry.e.compare(IntCC::NotEqual, answer, 0);
    entry.e.b.ins().jump(done, &[holds.into()]);
    entry.e.b.switch_to_block(done);
    entry.e.b.seal_block(done);
    Ok(result)
}
