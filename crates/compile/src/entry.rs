//! One entry of a BEAM function becomes one function of machine code: its blocks in order, each
//! instruction by its family (`op`).

use std::collections::HashMap;

use beamlet_code::abi::{self, RaiseKind, Refusal, context};
use beamlet_code::artifact::Slot;
use beamlet_code::inst::{Inst, Label, Register, Source, Y};
use beamlet_code::types::{Kinds, Type};
use beamlet_code::verify::Facts;
use beamlet_code::{Function, Module, atom};
use cranelift_codegen::ir::{self, Value};

use crate::emit::{Emit, Region};
use crate::flow::{BlockIndex, Flow, Kind};
use crate::link::Shared;
use crate::op;
use crate::plan::Plan;

/// Where an instruction goes if it fails.
#[derive(Clone, Copy, Debug)]
pub enum Fail {
    Label(Label),
    /// Raises the exception that the helper left pending.
    Raise,
}

impl From<Option<Label>> for Fail {
    fn from(label: Option<Label>) -> Fail {
        label.map_or(Fail::Raise, Fail::Label)
    }
}

pub struct Entry<'a, 'b> {
    pub e: Emit<'b>,
    pub module: &'a Module,
    pub plan: &'a Plan,
    /// Index in `module.functions`.
    number: usize,
    function: &'a Function,
    facts: &'a Facts,
    flow: &'a Flow,
    /// The entry's block.
    root: BlockIndex,
    blocks: HashMap<BlockIndex, ir::Block>,
    /// Blocks that leave for other entries, to be filled at the end.
    leaving: Vec<(ir::Block, BlockIndex)>,
    /// Blocks that raise what is pending, by site.
    raising: HashMap<u32, ir::Block>,
    refusing: Vec<(ir::Block, Refusal, u32)>,
    current: BlockIndex,
    /// Index of the current instruction in the body.
    pub at: usize,
    /// Index into `Module::lines`.
    line: u32,
}

impl<'a, 'b> Entry<'a, 'b> {
    pub fn new(
        e: Emit<'b>,
        module: &'a Module,
        plan: &'a Plan,
        facts: &'a Facts,
        number: usize,
        root: BlockIndex,
    ) -> Self {
        Entry {
            e,
            module,
            plan,
            number,
            function: &module.functions[number],
            facts,
            flow: &plan.flows[number],
            root,
            blocks: HashMap::new(),
            leaving: Vec::new(),
            raising: HashMap::new(),
            refusing: Vec::new(),
            current: root,
            at: 0,
            line: 0,
        }
    }

    /// Emits the whole function.
    pub fn emit(mut self) -> Result<(), String> {
        if self.flow.blocks[self.root].kind == Some(Kind::Function) {
            self.count_reduction();
        }
        let owned = (0..self.flow.blocks.len())
            .filter(|&block| self.flow.blocks[block].owner == Some(self.root));
        // The entry's own block comes first: it is open already.
        let order: Vec<BlockIndex> =
            std::iter::once(self.root).chain(owned.filter(|&block| block != self.root)).collect();
        for block in order {
            if block != self.root {
                let open = self.block(block);
                self.e.b.switch_to_block(open);
            }
            self.e.ended = false;
            self.emit_block(block)?;
        }
        self.emit_ways_out();
        self.e.finish();
        Ok(())
    }

    fn emit_block(&mut self, index: BlockIndex) -> Result<(), String> {
        let block = &self.flow.blocks[index];
        self.current = index;
        // Lines are not repeated at a cut or a return point.
        self.line = block.line;
        if block.start == block.end {
            let refuse = self.refusal(Refusal::NoCode);
            self.e.jump(refuse);
            return Ok(());
        }
        for at in block.start..block.end {
            self.at = at;
            if let Inst::Line(line) = self.function.body[at] {
                self.line = line;
                continue;
            }
            op::emit(self, &self.function.body[at])?;
            if self.e.ended {
                return Ok(());
            }
        }
        let next = match self.flow.next(index) {
            Some(next) => self.block(next),
            None => self.refusal(Refusal::NoCode),
        };
        self.e.jump(next);
        self.e.ended = true;
        Ok(())
    }

    fn count_reduction(&mut self) {
        let yields = self.e.count_reduction();
        let here = self.e.b.current_block().expect("a block is open");
        self.e.b.switch_to_block(yields);
        let address = self.block_address(self.root);
        self.yield_at(address, u64::from(self.function.arity));
        self.e.b.switch_to_block(here);
        self.e.ended = false;
    }

    /// Yields; the process goes on at that address with `live` X registers.
    pub fn yield_at(&mut self, address: Value, live: u64) {
        self.e.store_context(context::NEXT, address);
        self.e.store_context_word(context::LIVE, live);
        self.e.go_shared_x(Shared::Yield);
    }

    /// The address of an entry's block.
    pub fn block_address(&mut self, block: BlockIndex) -> Value {
        let entry = self.plan.entry_of_block(self.number, block);
        self.e.entry_address(entry.number, entry.x)
    }

    // Where control goes. A label whose block there is not is one that the verifier knows to be
    // never reached.

    /// The address of a label that is an entry.
    pub fn label_address(&mut self, label: Label) -> Value {
        match self.flow.block_of(label) {
            Some(block) => self.block_address(block),
            None => self.e.shared_address(Shared::NoCode),
        }
    }

    pub fn label(&mut self, label: Label) -> ir::Block {
        match self.flow.block_of(label) {
            Some(block) => self.block(block),
            None => self.refusal(Refusal::NoCode),
        }
    }

    /// Cranelift's block of a block of this entry, or one that leaves for its entry.
    pub fn block(&mut self, index: BlockIndex) -> ir::Block {
        if let Some(&block) = self.blocks.get(&index) {
            return block;
        }
        let block = self.e.b.create_block();
        self.blocks.insert(index, block);
        if self.flow.blocks[index].kind.is_some() {
            self.leaving.push((block, index));
        }
        block
    }

    fn emit_ways_out(&mut self) {
        for (block, to) in std::mem::take(&mut self.leaving) {
            self.e.b.switch_to_block(block);
            let entry = self.plan.entry_of_block(self.number, to);
            self.e.go(entry.number, entry.x);
        }
        let mut raising: Vec<(u32, ir::Block)> = self.raising.drain().collect();
        raising.sort_unstable_by_key(|&(site, _)| site);
        for (site, block) in raising {
            self.e.b.switch_to_block(block);
            let site = self.e.site_address(site);
            self.e.go_shared(Shared::RaisePending, &[site]);
        }
        for (block, reason, site) in std::mem::take(&mut self.refusing) {
            self.e.b.switch_to_block(block);
            let reason = self.e.word(reason as u64);
            let site = self.e.site_address(site);
            self.e.go_shared(Shared::Refuse, &[reason, site]);
        }
    }

    pub fn fail(&mut self, fail: Fail) -> ir::Block {
        match fail {
            Fail::Label(label) => self.label(label),
            Fail::Raise => {
                let site = self.site();
                if let Some(&block) = self.raising.get(&site) {
                    return block;
                }
                let block = self.e.cold_block();
                self.raising.insert(site, block);
                block
            }
        }
    }

    /// The number of this place in the source.
    pub fn site(&mut self) -> u32 {
        let line = self.module.lines.get(self.line as usize).copied();
        let (file, line) = line.map_or((0, 0), |line| (line.file, line.line));
        self.e.link.site(self.number as u32, file, line)
    }

    pub fn store_site(&mut self) {
        let site = self.site();
        let address = self.e.site_address(site);
        self.e.store_context(context::SITE, address);
    }

    pub fn raise(&mut self, kind: RaiseKind, value: Value) {
        let kind = self.e.word(kind as u64);
        let site = self.site();
        let site = self.e.site_address(site);
        self.e.go_shared(Shared::Raise, &[kind, value, site]);
    }

    /// Refuses the module if what it claims is not so.
    pub fn require(&mut self, condition: Value, reason: Refusal) {
        let block = self.refusal(reason);
        self.e.unless(condition, block);
    }

    pub fn refusal(&mut self, reason: Refusal) -> ir::Block {
        let site = self.site();
        let known =
            self.refusing.iter().find(|&&(_, known, place)| known == reason && place == site);
        if let Some(&(block, ..)) = known {
            return block;
        }
        let block = self.e.cold_block();
        self.refusing.push((block, reason, site));
        block
    }

    /// Where the call that is the current instruction returns to.
    pub fn next_block(&self) -> BlockIndex {
        // A call ends its block, and is followed by one.
        self.current + 1
    }

    pub fn function(&self) -> &'a Function {
        self.function
    }

    pub fn instruction(&self) -> usize {
        self.at
    }

    // Operands.

    pub fn value(&mut self, source: Source) -> Value {
        match source {
            Source::X(x) => self.e.x(usize::from(x)),
            Source::Y(y) => self.y(y),
            Source::Small(number) => self.e.word(small(number)),
            Source::Atom(index) => self.atom(index),
            Source::Nil => self.e.word(abi::NIL),
            Source::Literal(index) => self.slot(Slot::Literal(index)),
        }
    }

    pub fn values(&mut self, sources: &[Source]) -> Vec<Value> {
        sources.iter().map(|&source| self.value(source)).collect()
    }

    pub fn slot(&mut self, slot: Slot) -> Value {
        let number = self.e.link.slots.number(slot);
        self.e.slot(number)
    }

    pub fn atom(&mut self, index: u32) -> Value {
        let text = self.module.atom(index);
        match fixed_atom(text) {
            Some(term) => self.e.word(term),
            None => self.slot(Slot::Atom(text.to_owned())),
        }
    }

    pub fn y(&mut self, y: Y) -> Value {
        let sp = self.e.sp();
        self.e.load(Region::Stack, sp, 8 * i32::from(y))
    }

    pub fn set_y(&mut self, y: Y, value: Value) {
        let sp = self.e.sp();
        self.e.store(Region::Stack, value, sp, 8 * i32::from(y));
    }

    pub fn set(&mut self, register: Register, value: Value) {
        match register {
            Register::X(x) => self.e.set_x(usize::from(x), value),
            Register::Y(y) => self.set_y(y, value),
        }
    }

    /// What is known of an operand: its place in `Inst::sources`.
    pub fn known(&self, operand: usize, source: Source) -> Type {
        match source {
            Source::Small(_) => Type::of(Kinds::SMALL),
            Source::Atom(_) => Type::of(Kinds::ATOM),
            Source::Nil => Type::of(Kinds::NIL),
            _ => self.facts.source(self.at, operand),
        }
    }

    /// How many elements the check of the current `get_tuple_element` has to cover.
    pub fn reach(&self) -> u32 {
        beamlet_code::verify::reach(&self.function.body, self.at)
    }

    pub fn is(&self, operand: usize, source: Source, kinds: Kinds) -> bool {
        self.known(operand, source).kinds.is_within(kinds)
    }
}

pub fn small(number: i64) -> u64 {
    ((number as u64) << abi::SMALL_SHIFT) | abi::TAG_SMALL
}

pub fn atom_term(number: u32) -> u64 {
    (u64::from(number) << abi::ATOM_SHIFT) | abi::TAG_ATOM
}

/// The term of an atom whose number is fixed.
pub fn fixed_atom(text: &str) -> Option<u64> {
    atom::FIXED.iter().position(|&fixed| fixed == text).map(|number| atom_term(number as u32))
}
