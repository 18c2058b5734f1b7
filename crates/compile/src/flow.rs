//! Cuts a BEAM function into blocks, and its blocks among entries: each entry becomes one function
//! of machine code.
//!
//! ```text
//!   f/1 ──► A ──► B ◄──┐        f/1, R and H are entries from the start: what is called, returned
//!           │     ▲    │        to, raised to. C is reached from two of them, so it is an entry as
//!           ▼     │    │        well; A and B belong to f/1, D to R.
//!           C ◄── D ◄─ R ...    H
//! ```
//!
//! A block belongs to the entry from which alone it is reached. What is too large is cut further.

use beamlet_code::inst::{Inst, Label};
use beamlet_code::verify::{Facts, ends, for_branches};
use beamlet_code::{Function, Module};

/// Operations (operands counted) of one function of machine code: Cranelift's time and memory grow
/// faster than its input.
pub const ENTRY_WEIGHT_MAX: usize = 2_000;
/// What one instruction may make an entry weigh all the same: a selection among thousands of cases.
pub const INSTRUCTION_WEIGHT_MAX: usize = 20_000;
/// A stretch without label or call is cut into blocks of about this weight.
const BLOCK_WEIGHT_MAX: usize = 1_000;

pub type BlockIndex = usize;

/// How an entry is reached, and so which X registers come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Counts a reduction.
    Function,
    /// X0 alone.
    Return,
    /// X0 to X3: exceptions arrive here, or what falls through.
    Handler,
    /// Control of the function itself, or a process that waited.
    Label,
}

#[derive(Clone, Debug)]
pub struct Block {
    /// Instructions: from `start` to before `end`. None: control never comes here; the block is
    /// where a call that does not return would.
    pub start: usize,
    pub end: usize,
    /// The line that holds at its start: an index into `Module::lines`.
    pub line: u32,
    /// If it is an entry.
    pub kind: Option<Kind>,
    /// The entry's block; itself if it is one. `None`: not reached.
    pub owner: Option<BlockIndex>,
}

#[derive(Debug, Default)]
pub struct Flow {
    pub blocks: Vec<Block>,
    /// Sorted by label.
    labels: Vec<(Label, BlockIndex)>,
    /// Of the entry that weighs the most.
    pub weight_max: usize,
}

/// Does control come back to the next instruction by a return?
pub fn returns(inst: &Inst) -> bool {
    use Inst::*;
    matches!(inst, Call { .. } | CallExt { .. } | CallFun { .. } | CallFun2 { .. } | Apply { .. })
}

fn never_returns(module: &Module, inst: &Inst) -> bool {
    let Inst::CallExt { import, .. } = inst else { return false };
    let import = module.imports[*import as usize];
    let (of, name) = (module.atom(import.module), module.atom(import.function));
    beamlet_code::verify::never_returns(of, name, import.arity)
}

/// The frame that a call of a fun gives back, if nothing but a return comes after it: OTP's loader
/// makes one instruction of these, so that such a call takes no stack.
pub fn tail(body: &[Inst], at: usize) -> Option<u16> {
    let (Inst::CallFun { .. } | Inst::CallFun2 { .. }) = body[at] else { return None };
    match body.get(at + 1..at + 3)? {
        [Inst::Deallocate { slots }, Inst::Return] => Some(*slots),
        _ => None,
    }
}

/// A label that is entered from outside of its function's control, and how.
fn entered(inst: &Inst) -> Option<(Label, Kind)> {
    use Inst::*;
    match inst {
        Catch { label, .. } | Try { label, .. } => Some((*label, Kind::Handler)),
        LoopRecEnd { label } | Wait { label } | WaitTimeout { label, .. } => {
            Some((*label, Kind::Label))
        }
        _ => None,
    }
}

/// What an instruction counts for against the limits.
fn weight(inst: &Inst) -> usize {
    let more = match inst {
        Inst::SelectVal { cases, .. } => cases.len(),
        Inst::SelectTupleArity { cases, .. } => cases.len(),
        Inst::InitYregs(all) => all.len() / 4,
        Inst::Label(_) | Inst::Line(_) => return 0,
        Inst::PutTuple { .. } | Inst::MakeFun { .. } => inst.sources().len() / 2,
        Inst::UpdateRecord { size, .. } => *size as usize,
        Inst::PutMap { .. } | Inst::BsCreateBin { .. } => inst.sources().len(),
        Inst::HasMapFields { keys, .. } => keys.len(),
        Inst::GetMapElements { pairs, .. } => 2 * pairs.len(),
        _ => 0,
    };
    1 + more
}

impl Flow {
    pub fn of(module: &Module, function: &Function, facts: &Facts) -> Flow {
        let mut flow = Flow::default();
        flow.cut_into_blocks(module, function, facts);
        if flow.block_of(function.entry).is_none() {
            return Flow::never_called(function.entry);
        }
        flow.mark_entries(function);
        let successors = flow.successors(function);
        let weights: Vec<usize> = flow
            .blocks
            .iter()
            .map(|block| function.body[block.start..block.end].iter().map(weight).sum())
            .collect();
        flow.own(&successors);
        while flow.cut_large_entries(&weights) {
            flow.own(&successors);
        }
        flow
    }

    /// A function that nobody calls.
    fn never_called(entry: Label) -> Flow {
        let kind = Some(Kind::Function);
        let block = Block { start: 0, end: 0, line: 0, kind, owner: Some(0) };
        Flow { blocks: vec![block], labels: vec![(entry, 0)], weight_max: 0 }
    }

    pub fn block_of(&self, label: Label) -> Option<BlockIndex> {
        self.labels
            .binary_search_by_key(&label, |&(label, _)| label)
            .ok()
            .map(|place| self.labels[place].1)
    }

    /// Blocks of instructions that are reached, in their order.
    fn cut_into_blocks(&mut self, module: &Module, function: &Function, facts: &Facts) {
        let mut open: Option<(usize, u32)> = None;
        // Only labels and lines so far: further labels name the same block.
        let mut empty = true;
        let mut size = 0;
        let mut line = 0;
        let body = &function.body;
        for (at, inst) in body.iter().enumerate() {
            if let Inst::Line(number) = inst {
                line = *number;
            }
            if !facts.reached[at] {
                self.close(&mut open, at);
                continue;
            }
            let label = if let Inst::Label(label) = inst { Some(*label) } else { None };
            if (label.is_some() && !empty) || size >= BLOCK_WEIGHT_MAX {
                self.close(&mut open, at);
            }
            if open.is_none() {
                open = Some((at, line));
                empty = true;
                size = 0;
            }
            if let Some(label) = label {
                self.labels.push((label, self.blocks.len()));
            }
            size += weight(inst);
            empty &= matches!(inst, Inst::Label(_) | Inst::Line(_));
            if ends(inst) || returns(inst) {
                self.close(&mut open, at + 1);
            }
            if returns(inst) && tail(body, at).is_none() {
                let comes = facts.reached.get(at + 1) == Some(&true);
                if !comes || never_returns(module, inst) {
                    self.blocks.push(Block {
                        start: at + 1,
                        end: at + 1,
                        line,
                        kind: Some(Kind::Return),
                        owner: None,
                    });
                }
            }
        }
        self.close(&mut open, body.len());
        self.labels.sort_unstable();
    }

    fn close(&mut self, open: &mut Option<(usize, u32)>, end: usize) {
        if let Some((start, line)) = open.take() {
            self.blocks.push(Block { start, end, line, kind: None, owner: None });
        }
    }

    fn mark_entries(&mut self, function: &Function) {
        for index in 0..self.blocks.len() {
            let (start, end) = (self.blocks[index].start, self.blocks[index].end);
            for inst in &function.body[start..end] {
                if let Some((label, kind)) = entered(inst)
                    && let Some(block) = self.block_of(label)
                {
                    // A handler takes what a label takes, and more.
                    if self.blocks[block].kind != Some(Kind::Handler) {
                        self.blocks[block].kind = Some(kind);
                    }
                }
            }
            if start == end {
                continue;
            }
            let calls = returns(&function.body[end - 1]) && tail(&function.body, end - 1).is_none();
            if calls {
                // Behind every call is a block: `cut_into_blocks` has seen to it.
                let next = &mut self.blocks[index + 1];
                next.kind = match next.kind {
                    None | Some(Kind::Return) => Some(Kind::Return),
                    // Both ways in: what takes the most.
                    Some(_) => Some(Kind::Label),
                };
            }
        }
        // The label that callers use; without it the function is never called.
        if let Some(block) = self.block_of(function.entry) {
            self.blocks[block].kind = Some(Kind::Function);
        }
    }

    /// Where control goes from each block, as far as the verifier knows it to.
    fn successors(&self, function: &Function) -> Vec<Vec<BlockIndex>> {
        let of = |(index, block): (usize, &Block)| {
            let mut to = Vec::new();
            for inst in &function.body[block.start..block.end] {
                for_branches(inst, |label| to.extend(self.block_of(label)));
            }
            let last = function.body[block.start..block.end].last();
            if last.is_some_and(|last| !ends(last) && !returns(last)) {
                to.extend(self.next(index));
            }
            to.sort_unstable();
            to.dedup();
            to
        };
        self.blocks.iter().enumerate().map(of).collect()
    }

    /// The block that control falls into behind that one.
    pub fn next(&self, block: BlockIndex) -> Option<BlockIndex> {
        let next = self.blocks.get(block + 1)?;
        (next.start == self.blocks[block].end && next.start < next.end).then_some(block + 1)
    }

    /// Gives each block the one entry from which it is reached; a block that is reached from more
    /// becomes an entry.
    ///
    /// Between entries there are no cycles: the verifier has seen to it that each cycle counts
    /// reductions, and where that is done an entry is next. So one pass in topological order
    /// suffices; another follows only if there is a cycle all the same.
    fn own(&mut self, successors: &[Vec<BlockIndex>]) {
        loop {
            for block in &mut self.blocks {
                block.owner = None;
            }
            let mut again = false;
            let mut done = vec![false; self.blocks.len()];
            for &block in self.postorder(successors).iter().rev() {
                if self.blocks[block].kind.is_some() {
                    self.blocks[block].owner = Some(block);
                }
                done[block] = true;
                let owner = self.blocks[block].owner;
                for &next in &successors[block] {
                    let to = &mut self.blocks[next];
                    if to.kind.is_some() {
                        continue;
                    }
                    if to.owner.is_none() {
                        to.owner = owner;
                    } else if to.owner != owner {
                        to.kind = Some(Kind::Label);
                        again |= done[next];
                    }
                }
            }
            if !again {
                return;
            }
        }
    }

    /// Blocks that are reached, each behind all those to which it leads without an entry between.
    fn postorder(&self, successors: &[Vec<BlockIndex>]) -> Vec<BlockIndex> {
        let mut seen: Vec<bool> = self.blocks.iter().map(|block| block.kind.is_some()).collect();
        let mut order = Vec::with_capacity(self.blocks.len());
        let mut stack: Vec<(BlockIndex, usize)> = Vec::new();
        for start in 0..self.blocks.len() {
            if self.blocks[start].kind.is_none() {
                continue;
            }
            stack.push((start, 0));
            while let Some((block, at)) = stack.last_mut() {
                let block = *block;
                if let Some(&next) = successors[block].get(*at) {
                    *at += 1;
                    if !seen[next] {
                        seen[next] = true;
                        stack.push((next, 0));
                    }
                } else {
                    order.push(block);
                    stack.pop();
                }
            }
        }
        order
    }

    /// Makes further entries where one weighs too much. Says whether there was such.
    fn cut_large_entries(&mut self, weights: &[usize]) -> bool {
        let mut sums = vec![0; self.blocks.len()];
        for (index, block) in self.blocks.iter().enumerate() {
            if let Some(owner) = block.owner {
                sums[owner] += weights[index];
            }
        }
        self.weight_max = sums.iter().copied().max().unwrap_or(0);
        let mut cut = false;
        let mut since = vec![0; self.blocks.len()];
        for (index, &weight) in weights.iter().enumerate() {
            let Some(owner) = self.blocks[index].owner else { continue };
            if sums[owner] <= ENTRY_WEIGHT_MAX {
                continue;
            }
            since[owner] += weight;
            if owner != index && since[owner] > ENTRY_WEIGHT_MAX / 2 {
                self.blocks[index].kind = Some(Kind::Label);
                since[owner] = weight;
                cut = true;
            }
        }
        cut
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use beamlet_code::inst::{Register, Source, Test};

    fn flow(body: Vec<Inst>) -> Flow {
        let facts = Facts { reached: vec![true; body.len()], ..Facts::default() };
        let function = Function { name: 0, arity: 1, entry: 2, offsets: Vec::new(), body };
        let module = Module {
            atoms: Vec::new(),
            name: 0,
            functions: Vec::new(),
            label_count: 0,
            imports: Vec::new(),
            exports: Vec::new(),
            lambdas: Vec::new(),
            literals: Vec::new(),
            lines: Vec::new(),
            files: Vec::new(),
            attributes: Box::default(),
            compile_info: Box::default(),
            md5: [0; 16],
            on_load: None,
        };
        Flow::of(&module, &function, &facts)
    }

    fn nil_or(fail: Label) -> Inst {
        Inst::Test { test: Test::IsNil, fail, args: vec![Source::X(0)] }
    }

    fn kind(flow: &Flow, label: Label) -> Option<Kind> {
        flow.blocks[flow.block_of(label).expect("a block")].kind
    }

    #[test]
    fn what_two_entries_lead_to_is_an_entry() {
        let flow = flow(vec![
            Inst::Label(2),
            nil_or(3),
            Inst::Call { arity: 1, label: 2 },
            nil_or(4),
            Inst::Return,
            Inst::Label(3),
            nil_or(4),
            Inst::Return,
            Inst::Label(4),
            Inst::Return,
        ]);
        assert_eq!(kind(&flow, 2), Some(Kind::Function));
        assert_eq!(kind(&flow, 3), None);
        assert_eq!(kind(&flow, 4), Some(Kind::Label));
        let entries = flow.blocks.iter().filter(|block| block.kind.is_some()).count();
        assert_eq!(entries, 3, "with the call's return point");
    }

    #[test]
    fn a_way_that_splits_and_meets_again_stays_in_its_entry() {
        let flow = flow(vec![
            Inst::Label(2),
            nil_or(3),
            Inst::Jump(4),
            Inst::Label(3),
            Inst::Jump(4),
            Inst::Label(4),
            Inst::Return,
        ]);
        assert_eq!(kind(&flow, 4), None);
        let entry = flow.block_of(2);
        assert!(flow.blocks.iter().all(|block| block.owner == entry));
    }

    #[test]
    fn no_entry_weighs_more_than_its_limit() {
        let moves =
            |count| (0..count).map(|_| Inst::Move { src: Source::Nil, dst: Register::X(0) });
        // One long stretch, then many short ones of which each can leave for the end.
        let mut body = vec![Inst::Label(2)];
        body.extend(moves(10 * ENTRY_WEIGHT_MAX));
        for label in 4..10_000 {
            body.extend([nil_or(3), Inst::Label(label)]);
        }
        body.extend([Inst::Label(3), Inst::Return]);
        let weights: Vec<usize> = body.iter().map(weight).collect();
        let flow = flow(body);
        let mut sums = vec![0; flow.blocks.len()];
        for block in &flow.blocks {
            let owner = block.owner.expect("every block is reached");
            assert!(flow.blocks[owner].kind.is_some());
            sums[owner] += weights[block.start..block.end].iter().sum::<usize>();
        }
        assert!(sums.iter().all(|&sum| sum <= ENTRY_WEIGHT_MAX), "{:?}", sums.iter().max());
    }
}
