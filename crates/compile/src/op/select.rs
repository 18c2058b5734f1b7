//! Selections: constants whose words are known now by a search or a table, others one by one.

use beamlet_code::abi::{self, Helper, kind};
use beamlet_code::inst::{Label, Source};
use beamlet_code::types::Kinds;
use cranelift_codegen::ir::{InstBuilder, condcodes::IntCC};
use cranelift_frontend::Switch;

use crate::entry::Entry;

use super::build::header;
use super::tuple;

/// Up to this many cases are compared one after the other.
const CHAIN_MAX: usize = 4;

pub fn value(
    entry: &mut Entry,
    source: Source,
    fail: Label,
    cases: &[(Source, Label)],
) -> Result<(), String> {
    let value = entry.value(source);
    let smalls: Vec<(i64, Label)> = cases
        .iter()
        .filter_map(|&(case, label)| match case {
            Source::Small(number) => Some((number, label)),
            _ => None,
        })
        .collect();
    let others = cases.iter().filter(|(case, _)| !matches!(case, Source::Small(_)));
    for &(case, label) in others {
        let to = entry.label(label);
        let constant = entry.value(case);
        let same = entry.e.b.ins().icmp(IntCC::Equal, value, constant);
        entry.e.when(same, to);
        if let Source::Literal(_) = case {
            // A float or a big integer: another word may be the same number.
            let next = entry.e.b.create_block();
            let immediate = entry.e.is_immediate(value);
            entry.e.when(immediate, next);
            let answer = entry.e.reads(Helper::EqualExact, &[value, constant]);
            let same = entry.e.compare(IntCC::NotEqual, answer, 0);
            entry.e.b.ins().brif(same, to, &[], next, &[]);
            entry.e.b.switch_to_block(next);
            entry.e.b.seal_block(next);
        }
    }
    let fail = entry.label(fail);
    if smalls.len() <= CHAIN_MAX {
        for (number, label) in smalls {
            let to = entry.label(label);
            let same = entry.e.compare(IntCC::Equal, value, crate::entry::small(number));
            entry.e.when(same, to);
        }
        entry.e.jump(fail);
    } else {
        if !entry.is(0, source, Kinds::SMALL) {
            let small = entry.e.is_small(value);
            entry.e.unless(small, fail);
        }
        let shift = entry.e.word(u64::from(abi::SMALL_SHIFT));
        let number = entry.e.b.ins().sshr(value, shift);
        let mut switch = Switch::new();
        let mut seen = std::collections::HashSet::new();
        for (case, label) in smalls {
            // Of a case that stands twice, the first counts.
            if seen.insert(case) {
                let to = entry.label(label);
                switch.set_entry(u128::from(case as u64), to);
            }
        }
        switch.emit(&mut entry.e.b, number, fail);
    }
    entry.e.ended = true;
    Ok(())
}

pub fn arity(
    entry: &mut Entry,
    source: Source,
    fail: Label,
    cases: &[(u32, Label)],
) -> Result<(), String> {
    let value = entry.value(source);
    let fail = entry.label(fail);
    let head = tuple::header_or(entry, 0, source, value, fail);
    for &(arity, label) in cases {
        let to = entry.label(label);
        let same = entry.e.compare(IntCC::Equal, head, header(kind::TUPLE, arity as usize));
        entry.e.when(same, to);
    }
    entry.e.jump(fail);
    entry.e.ended = true;
    Ok(())
}
