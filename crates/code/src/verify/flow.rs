//! Where control goes after an instruction, and the rule that no cycle of jumps is free: each must
//! pass an instruction that counts a reduction.

use crate::inst::{Inst, Label, Source};
use crate::module::{Function, Module};

use super::reason::Reason;

/// Labels to which the instruction may branch.
pub fn for_branches(inst: &Inst, mut each: impl FnMut(Label)) {
    use Inst::*;
    match inst {
        Test { fail, .. }
        | TestArity { fail, .. }
        | IsTaggedTuple { fail, .. }
        | LoopRec { fail, .. }
        | HasMapFields { fail, .. }
        | GetMapElements { fail, .. }
        | BsGet { fail, .. }
        | BsSkip { fail, .. }
        | BsTestTail { fail, .. }
        | BsTestUnit { fail, .. }
        | BsEnsure { fail, .. }
        | BsMatchString { fail, .. }
        | BsGetUtf { fail, .. } => each(*fail),
        Bif { fail, .. }
        | PutMap { fail, .. }
        | BsStartMatch { fail, .. }
        | BsCreateBin { fail, .. } => fail.iter().copied().for_each(each),
        SelectVal { fail, cases, .. } => {
            each(*fail);
            cases.iter().for_each(|(_, label)| each(*label));
        }
        SelectTupleArity { fail, cases, .. } => {
            each(*fail);
            cases.iter().for_each(|(_, label)| each(*label));
        }
        Jump(label) => each(*label),
        _ => {}
    }
}

/// All labels that the instruction names: those of [`for_branches`], the handler of a `catch` or
/// `try`, and where a receive goes on.
pub fn for_labels(inst: &Inst, mut each: impl FnMut(Label)) {
    use Inst::*;
    match inst {
        Catch { label, .. }
        | Try { label, .. }
        | LoopRecEnd { label }
        | Wait { label }
        | WaitTimeout { label, .. } => each(*label),
        _ => for_branches(inst, each),
    }
}

/// Control never comes to the next instruction. (It does not either after a call of one of
/// [`never_returns`].)
pub fn ends(inst: &Inst) -> bool {
    use Inst::*;
    matches!(
        inst,
        FuncInfo
            | CallLast { .. }
            | CallOnly { .. }
            | CallExtLast { .. }
            | CallExtOnly { .. }
            | ApplyLast { .. }
            | Return
            | LoopRecEnd { .. }
            | Wait { .. }
            | SelectVal { .. }
            | SelectTupleArity { .. }
            | Jump(_)
            | TryCaseEnd(_)
            | Badmatch(_)
            | CaseEnd(_)
            | IfEnd
            | Badrecord(_)
            | Raise { .. }
    )
}

/// Functions after whose call OTP's compiler emits no code, because they never return. Compiled
/// code has a trap there.
pub fn never_returns(module: &str, function: &str, arity: u8) -> bool {
    module == "erlang" && matches!((function, arity), ("error", 1..=3) | ("exit" | "throw", 1))
}

/// Counts a reduction, or ends the turn.
fn counts(inst: &Inst) -> bool {
    use Inst::*;
    matches!(
        inst,
        Call { .. }
            | CallExt { .. }
            | CallFun { .. }
            | CallFun2 { .. }
            | Apply { .. }
            | LoopRecEnd { .. }
            | Wait { .. }
            | WaitTimeout { .. }
    )
}

/// The exception goes to the innermost catch tag of the function, if there is one. (Whether a
/// guard BIF may raise is a matter of its arguments.)
pub fn may_raise(inst: &Inst) -> bool {
    use Inst::*;
    match inst {
        PutMap { fail, .. } | BsCreateBin { fail, .. } => fail.is_none(),
        FuncInfo
        | Call { .. }
        | CallExt { .. }
        | CallFun { .. }
        | CallFun2 { .. }
        | Apply { .. }
        | Send
        | WaitTimeout { .. }
        | TryCaseEnd(_)
        | Badmatch(_)
        | CaseEnd(_)
        | IfEnd
        | Badrecord(_)
        | Raise { .. }
        | RawRaise
        | Fconv { .. }
        | Farith { .. }
        | BsInitWritable => true,
        _ => false,
    }
}

/// How far a run of instructions that surely follow one another is looked at.
const RUN_MAX: usize = 64;

/// The largest index that is read of the tuple of the `get_tuple_element` at `place` before control
/// can go elsewhere. Where the tuple is not proven, compiled code checks once that it has so many
/// elements, and the verifier takes that as known: the two must agree.
pub fn reach(body: &[Inst], place: usize) -> u32 {
    let Inst::GetTupleElement { src: tuple, index, dst } = body[place] else { return 0 };
    let mut reach = index;
    let mut overwritten = Source::from(dst) == tuple;
    for inst in body[place + 1..].iter().take(RUN_MAX) {
        if overwritten {
            break;
        }
        let dst = match inst {
            Inst::Line(_) => continue,
            Inst::TestHeap { live, .. } => {
                overwritten = matches!(tuple, Source::X(x) if x >= *live);
                continue;
            }
            Inst::GetTupleElement { src, index, dst } => {
                if *src == tuple {
                    reach = reach.max(*index);
                }
                dst
            }
            Inst::Move { dst, .. } | Inst::PutTuple { dst, .. } | Inst::PutList { dst, .. } => dst,
            _ => break,
        };
        overwritten = Source::from(*dst) == tuple;
    }
    reach
}

/// Refuses a cycle of branches that passes nothing that counts. An exception counts nothing, so the
/// way from a `catch` or `try` to its handler is a branch too.
pub fn check_cycles(
    function: &Function,
    place_of: impl Fn(Label) -> usize,
) -> Result<(), (usize, Reason)> {
    // Blocks by the place of their label; edges that count nothing.
    let body = &function.body;
    let blocks: Vec<usize> =
        (0..body.len()).filter(|place| matches!(body[*place], Inst::Label(_))).collect();
    let mut block_at = vec![u32::MAX; body.len()];
    blocks.iter().enumerate().for_each(|(block, place)| block_at[*place] = block as u32);

    let mut edges: Vec<(u32, u32)> = Vec::new();
    for (block, start) in blocks.iter().enumerate() {
        let mut falls_through = true;
        for (place, inst) in body.iter().enumerate().skip(start + 1) {
            if let Inst::Label(_) = inst {
                if falls_through {
                    edges.push((block as u32, block_at[place]));
                }
                break;
            }
            if counts(inst) {
                break;
            }
            if falls_through {
                for_labels(inst, |label| edges.push((block as u32, block_at[place_of(label)])));
            }
            falls_through &= !ends(inst);
        }
    }

    // What can be taken away, one block without incoming edges after the other, is no cycle.
    edges.sort_unstable();
    edges.dedup();
    let mut incoming = vec![0u32; blocks.len()];
    let mut first = vec![0usize; blocks.len() + 1];
    for (from, to) in &edges {
        incoming[*to as usize] += 1;
        first[*from as usize + 1] += 1;
    }
    for block in 0..blocks.len() {
        first[block + 1] += first[block];
    }
    let mut ready: Vec<usize> = (0..blocks.len()).filter(|block| incoming[*block] == 0).collect();
    let mut left = blocks.len();
    while let Some(block) = ready.pop() {
        left -= 1;
        for (_, to) in &edges[first[block]..first[block + 1]] {
            incoming[*to as usize] -= 1;
            if incoming[*to as usize] == 0 {
                ready.push(*to as usize);
            }
        }
    }
    if left == 0 {
        return Ok(());
    }
    let block = incoming.iter().position(|count| *count > 0).expect("blocks are left");
    match &body[blocks[block]] {
        Inst::Label(label) => Err((blocks[block], Reason::Cycle(*label))),
        _ => unreachable!("blocks begin at labels"),
    }
}

/// The imports that [`never_returns`] is true of.
pub fn enders(module: &Module) -> Vec<bool> {
    let enders = module.imports.iter().map(|import| {
        never_returns(module.atom(import.module), module.atom(import.function), import.arity)
    });
    enders.collect()
}
