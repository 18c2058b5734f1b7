//! Which entries a module has, their numbers, and which label leads to which.

use beamlet_code::inst::Label;
use beamlet_code::verify::Verified;

use crate::emit::X_PARAMS;
use crate::flow::{BlockIndex, Flow, Kind};

#[derive(Clone, Copy, Debug)]
pub struct EntryRow {
    /// In the order of the machine code.
    pub number: u32,
    /// Index in `Module::functions`.
    pub function: usize,
    pub block: BlockIndex,
    /// X registers that come in.
    pub x: usize,
}

#[derive(Debug)]
pub struct Plan {
    /// By function.
    pub flows: Vec<Flow>,
    pub entries: Vec<EntryRow>,
    /// By function: its first entry in `entries`.
    firsts: Vec<usize>,
    /// By function: does the runtime have it itself?
    natives: Vec<bool>,
    /// By label: the entry of the function that has it as its entry label.
    functions: Vec<Option<u32>>,
}

impl Plan {
    /// `native` says which functions are only a way to their export.
    pub fn of(verified: &Verified, native: impl Fn(usize) -> bool) -> Plan {
        let module = &verified.module;
        let mut plan = Plan {
            flows: Vec::with_capacity(module.functions.len()),
            entries: Vec::new(),
            firsts: Vec::new(),
            natives: Vec::new(),
            functions: vec![None; module.label_count as usize],
        };
        for (number, function) in module.functions.iter().enumerate() {
            let flow = Flow::of(module, function, &verified.facts[number]);
            let native = native(number);
            plan.firsts.push(plan.entries.len());
            plan.natives.push(native);
            let entry = flow.block_of(function.entry).expect("it is an entry in every case");
            for (index, block) in flow.blocks.iter().enumerate() {
                let Some(kind) = block.kind else { continue };
                if block.owner != Some(index) || (native && index != entry) {
                    continue;
                }
                let x = match kind {
                    Kind::Function => usize::from(function.arity).min(X_PARAMS),
                    Kind::Return => 1,
                    Kind::Handler | Kind::Label => X_PARAMS,
                };
                let row = EntryRow {
                    number: plan.entries.len() as u32,
                    function: number,
                    block: index,
                    x,
                };
                if index == entry {
                    plan.functions[function.entry as usize] = Some(row.number);
                }
                plan.entries.push(row);
            }
            plan.flows.push(flow);
        }
        plan
    }

    /// The entry of a function's block, which must be one.
    pub fn entry_of_block(&self, function: usize, block: BlockIndex) -> EntryRow {
        let first = self.firsts[function];
        let end = self.firsts.get(function + 1).copied().unwrap_or(self.entries.len());
        let place = self.entries[first..end]
            .binary_search_by_key(&block, |row| row.block)
            .expect("the block is an entry: `Flow` has made it one");
        self.entries[first + place]
    }

    /// The entry of the function that is called by that label.
    pub fn entry_of_label(&self, label: Label) -> Option<EntryRow> {
        let number = (*self.functions.get(label as usize)?)?;
        Some(self.entries[number as usize])
    }

    pub fn is_native(&self, function: usize) -> bool {
        self.natives[function]
    }
}
