//! `bs_private_append` of OTP 24 says nothing of the X registers in use, and `bs_create_bin`, which
//! takes its place, must: as many as are set there, from X0 on, by one look through the function.
//!
//! Too few would only make the verifier refuse what reads one of the others.

use std::collections::HashMap;

use crate::inst::{Inst, Label, Register};
use crate::module::Function;
use crate::verify::{ends, for_labels};

/// What stands for the number until it is known.
pub const UNKNOWN: u16 = u16::MAX;

/// X registers that are set: the first 128, as bits.
type Set = u128;

fn first(count: u16) -> Set {
    if count < 128 { (1 << count) - 1 } else { Set::MAX }
}

pub fn settle(function: &mut Function) {
    let is_open = |inst: &Inst| matches!(inst, Inst::BsCreateBin { live: UNKNOWN, .. });
    if !function.body.iter().any(is_open) {
        return;
    }
    let mut at_labels: HashMap<Label, Set> = HashMap::new();
    at_labels.insert(function.entry, first(function.arity.into()));
    // Nothing, where control does not come to the next instruction.
    let mut set: Option<Set> = None;
    for inst in &mut function.body {
        if let Inst::Label(label) = inst {
            set = match (set, at_labels.get(label)) {
                (Some(set), Some(other)) => Some(set & other),
                (set, other) => set.or(other.copied()),
            };
            continue;
        }
        let now = set.get_or_insert(0);
        if let Inst::BsCreateBin { live, .. } = inst
            && *live == UNKNOWN
        {
            *live = now.trailing_ones() as u16;
        }
        *now &= first(left(inst));
        for_labels(inst, |label| {
            at_labels.entry(label).and_modify(|set| *set &= *now).or_insert(*now);
        });
        for_set(inst, |register| {
            if let Register::X(x @ 0..128) = register {
                *now |= 1 << x;
            }
        });
        if ends(inst) {
            set = None;
        }
    }
}

/// How many X registers the instruction leaves, before it sets any.
fn left(inst: &Inst) -> u16 {
    use Inst::*;
    match inst {
        Bif { live: Some(live), .. }
        | Allocate { live, .. }
        | TestHeap { live, .. }
        | PutMap { live, .. }
        | BsStartMatch { live, .. }
        | BsGet { live, .. }
        | BsGetUtf { live, .. }
        | BsGetTail { live, .. }
        | BsGetPosition { live, .. }
        | BsCreateBin { live, .. } => *live,
        TryCase { .. } => 3,
        Call { .. }
        | CallExt { .. }
        | CallFun { .. }
        | CallFun2 { .. }
        | Apply { .. }
        | Send
        | CatchEnd { .. }
        | RawRaise
        | BuildStacktrace
        | BsInitWritable
        | LoopRec { .. }
        | LoopRecEnd { .. }
        | Wait { .. }
        | WaitTimeout { .. }
        | Catch { .. }
        | Try { .. } => 0,
        _ => u16::MAX,
    }
}

fn for_set(inst: &Inst, mut each: impl FnMut(Register)) {
    use Inst::*;
    match inst {
        Bif { dst, .. }
        | LoopRec { dst, .. }
        | Move { dst, .. }
        | GetHd { dst, .. }
        | GetTl { dst, .. }
        | GetTupleElement { dst, .. }
        | PutList { dst, .. }
        | PutTuple { dst, .. }
        | MakeFun { dst, .. }
        | UpdateRecord { dst, .. }
        | PutMap { dst, .. }
        | FmoveOut { dst, .. }
        | BsStartMatch { dst, .. }
        | BsGet { dst, .. }
        | BsGetUtf { dst: Some(dst), .. }
        | BsGetTail { dst, .. }
        | BsGetPosition { dst, .. }
        | BsCreateBin { dst, .. } => each(*dst),
        GetList { head, tail, .. } => [*head, *tail].into_iter().for_each(each),
        GetMapElements { pairs, .. } => pairs.iter().for_each(|(_, dst)| each(*dst)),
        TryCase { .. } => (0..3).for_each(|x| each(Register::X(x))),
        Call { .. }
        | CallExt { .. }
        | CallFun { .. }
        | CallFun2 { .. }
        | Apply { .. }
        | Send
        | CatchEnd { .. }
        | RawRaise
        | BuildStacktrace
        | BsInitWritable => each(Register::X(0)),
        _ => {}
    }
}
