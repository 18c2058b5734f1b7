//! Proves a module safe, function by function, before it is compiled.
//!
//! There's quite a lot to hold at once, so here is the whole of it.
//!
//! **What is proven.** That no run of the code reads a register that was not set, builds more on
//! the heap than was set aside, leaves a frame or a catch tag behind, jumps to where it must not,
//! or lets a match context out of the registers; and that each cycle counts reductions. What an
//! operand *is* may stay open: [`Facts`] has the type of each, and where the type does not suffice,
//! compiled code checks it and gives the isolate up.
//!
//! **How.** [`structure`] checks what needs no control flow. Then blocks (from one label to the
//! next) are run over [`state::State`] by [`step`], each from the join of the states with which it
//! is reached, until nothing changes any more. All functions of the module are one such system: a
//! local call joins the types of its arguments into those of the function's parameters, and a
//! return joins into the type of the function's result, on which the blocks that call it wait. A
//! function that nobody calls is never reached. Exported functions and funs take any terms.
//!
//! **What compiled code checks**, where [`Facts`] do not prove it, by `Helper::Refuse`; what comes
//! after relies on it:
//!
//! | instruction | operand |
//! |---|---|
//! | `GetTupleElement`, `SetTupleElement`, `UpdateRecord` | a tuple with the element ([`reach`]; `size`) |
//! | `GetList`, `GetHd`, `GetTl` | a cons |
//! | `GetMapElements`, `HasMapFields` | a map |
//! | `FmoveIn` | a float |
//! | `BsStartMatch` without fail label | a bitstring or a match context |
//! | the other `Bs…` that read a context | a match context |
//!
//! `TestArity` and `SelectTupleArity` fail for what is no tuple. The runtime's part: a guard BIF
//! succeeds only for arguments of the kinds that [`results`] names, `BsStartMatch` finds no value
//! only for what is neither bitstring nor context, and receive markers, raw traces and positions
//! may be any terms.
//!
//! The analysis is optimistic: it starts with nothing known to be reached, and every step can only
//! add to what is possible. So a reason to refuse, once found, stays one.

mod flow;
mod reason;
mod results;
mod state;
mod step;
mod structure;

use std::collections::{BTreeSet, HashSet};

use crate::Module;
use crate::bif;
use crate::inst::{Inst, Label, MarkerOp, Register, Source};
use crate::types::{Kinds, Type};

pub(crate) use flow::for_labels;
pub use flow::{ends, for_branches, never_returns, reach};
pub use reason::Reason;

use state::{State, Tag, TagKind, Widen};
use step::Flow;
use structure::Structure;

/// Slots of a frame.
pub const FRAME_SLOTS_MAX: u16 = 1023;
/// Words, floats or funs that one instruction sets aside.
pub const HEAP_NEED_MAX: u32 = 1 << 20;
/// Bits of a unit in the bit syntax.
pub const SEGMENT_UNIT_MAX: u16 = 256;
/// Instructions run and registers touched while a module is verified.
pub const WORK_MAX: u64 = 1_000_000_000;
/// Registers in the states that are kept, one for each label.
pub const STATE_CELLS_MAX: usize = 1 << 22;
/// How often a state may change before sizes of tuples are no longer followed.
const CHANGES_BEFORE_WIDENING: u32 = 12;

/// A module whose code is proven, with what the proof found out.
#[derive(Debug)]
pub struct Verified {
    pub module: Module,
    /// By function, as in `module.functions`.
    pub facts: Vec<Facts>,
}

/// What is known about a function's instructions.
#[derive(Debug, Default)]
pub struct Facts {
    /// By instruction of the body: is it reached at all?
    pub reached: Vec<bool>,
    /// By instruction: where the types of its sources begin in `types`.
    pub starts: Vec<u32>,
    /// Types of the sources of each instruction, in the order of `Inst::sources`.
    pub types: Vec<Type>,
    /// The runtime may put a native in place of the body, as OTP would: it begins with `nif_start`,
    /// or first of all calls `erlang:nif_error` or its own export. Of no other function may it, as
    /// its callers rely on the body.
    pub native: bool,
}

impl Facts {
    /// The type of source number `source` of instruction number `inst`, before it runs.
    pub fn source(&self, inst: usize, source: usize) -> Type {
        self.types[self.starts[inst] as usize + source]
    }
}

/// A module that is not compiled, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub module: String,
    /// Name and arity; none if it is about the module's tables.
    pub function: Option<(String, u8)>,
    /// In the chunk `Code`.
    pub offset: Option<u32>,
    pub reason: Reason,
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        write!(f, "module {} is refused", self.module)?;
        if let Some((function, arity)) = &self.function {
            write!(f, ": {function}/{arity}")?;
        }
        if let Some(offset) = self.offset {
            write!(f, ", byte {offset} of the code")?;
        }
        write!(f, ": {}", self.reason)
    }
}

impl std::error::Error for Refusal {}

/// Proves the module, or says why not.
pub fn verify(module: Module) -> Result<Verified, Refusal> {
    match structure::check(&module).and_then(|structure| run(&module, &structure)) {
        Ok(facts) => Ok(Verified { module, facts }),
        Err((place, reason)) => Err(refusal(&module, place, reason)),
    }
}

fn refusal(module: &Module, place: Option<(usize, Option<usize>)>, reason: Reason) -> Refusal {
    let atom = |index: u32| module.atoms.get(index as usize).cloned().unwrap_or_default();
    let function = place.and_then(|(function, _)| module.functions.get(function));
    Refusal {
        module: atom(module.name),
        function: function.map(|function| (atom(function.name), function.arity)),
        offset: match (function, place) {
            (Some(function), Some((_, Some(inst)))) => function.offsets.get(inst).copied(),
            _ => None,
        },
        reason,
    }
}

/// A function as its callers see it.
#[derive(Clone, Debug)]
struct Summary {
    /// No kinds: it does not return, as far as is known.
    result: Type,
    changes: u32,
    /// The blocks that go on with the result: function and place of the label.
    waiting: HashSet<(u32, u32)>,
}

/// What is known at a label.
#[derive(Clone, Debug)]
struct Known {
    state: State,
    changes: u32,
}

/// The whole system of a module, while it is solved.
struct Verifier<'a> {
    module: &'a Module,
    structure: &'a Structure,
    enders: Vec<bool>,
    setelements: Vec<bool>,
    summaries: Vec<Summary>,
    facts: Vec<Facts>,
    /// By label.
    known: Vec<Option<Known>>,
    /// By function: places of labels whose blocks must run (again).
    dirty: Vec<BTreeSet<u32>>,
    /// Functions with dirty blocks; the last first.
    stack: Vec<u32>,
    stacked: Vec<bool>,
    work: u64,
    cells: usize,
    // Where it is:
    function: usize,
    block: u32,
}

type Refused = structure::Refused;

fn run(module: &Module, structure: &Structure) -> Result<Vec<Facts>, Refused> {
    let count = module.functions.len();
    let mut verifier = Verifier {
        module,
        structure,
        enders: flow::enders(module),
        setelements: module
            .imports
            .iter()
            .map(|import| named(module, import, "setelement") && import.arity == 3)
            .collect(),
        summaries: module
            .functions
            .iter()
            .map(|_| Summary { result: Type::of(Kinds::NONE), changes: 0, waiting: HashSet::new() })
            .collect(),
        facts: facts(module),
        known: vec![None; module.label_count as usize],
        dirty: vec![BTreeSet::new(); count],
        stack: Vec::new(),
        stacked: vec![false; count],
        work: WORK_MAX,
        cells: STATE_CELLS_MAX,
        function: 0,
        block: 0,
    };
    verifier.roots().map_err(|reason| (None, reason))?;
    verifier.solve()?;
    Ok(verifier.facts)
}

fn named(module: &Module, import: &crate::Import, function: &str) -> bool {
    module.atom(import.module) == "erlang" && module.atom(import.function) == function
}

/// Facts about functions of which nothing is reached yet.
fn facts(module: &Module) -> Vec<Facts> {
    let of = |function: &crate::Function| {
        let mut starts = Vec::with_capacity(function.body.len());
        let mut count = 0;
        for inst in &function.body {
            starts.push(count);
            count += inst.sources().len() as u32;
        }
        let is_native = |import: &u32| {
            let import = &module.imports[*import as usize];
            let own = import.arity == function.arity
                && module.atom(import.function) == module.atom(function.name)
                && module.atom(import.module) == module.module_name();
            own || named(module, import, "nif_error")
        };
        Facts {
            reached: vec![false; function.body.len()],
            starts,
            types: vec![Type::of(Kinds::NONE); count as usize],
            // Only what calls it whatever the arguments are: OTP's own functions that have no body.
            native: function
                .body
                .iter()
                .skip_while(|inst| **inst != Inst::Label(function.entry))
                .skip(1)
                .find_map(|inst| match inst {
                    Inst::NifStart => Some(true),
                    Inst::CallExt { import, .. }
                    | Inst::CallExtLast { import, .. }
                    | Inst::CallExtOnly { import, .. } => Some(is_native(import)),
                    Inst::Line(_)
                    | Inst::Move { .. }
                    | Inst::Allocate { .. }
                    | Inst::InitYregs(_)
                    | Inst::TestHeap { .. }
                    | Inst::PutList { .. }
                    | Inst::PutTuple { .. } => None,
                    _ => Some(false),
                })
                .unwrap_or(false),
        }
    };
    module.functions.iter().map(of).collect()
}

impl Verifier<'_> {
    /// What others may call: exports, funs (which may come from elsewhere, as terms), and what the
    /// loader calls.
    fn roots(&mut self) -> Result<(), Reason> {
        for export in &self.module.exports {
            self.enter(export.label, &vec![Type::TERM; usize::from(export.arity)])?;
        }
        for lambda in &self.module.lambdas {
            self.enter(lambda.label, &vec![Type::TERM; usize::from(lambda.total_arity)])?;
        }
        if let Some(label) = self.module.on_load {
            self.enter(label, &[])?;
        }
        for function in 0..self.module.functions.len() {
            if self.facts[function].native {
                self.function = function;
                self.returns(Type::TERM);
            }
        }
        Ok(())
    }

    fn solve(&mut self) -> Result<(), Refused> {
        while let Some(function) = self.stack.last().copied() {
            let Some(block) = self.dirty[function as usize].pop_first() else {
                self.stack.pop();
                self.stacked[function as usize] = false;
                continue;
            };
            (self.function, self.block) = (function as usize, block);
            self.run_block()
                .map_err(|(inst, reason)| (Some((function as usize, Some(inst))), reason))?;
        }
        Ok(())
    }

    fn mark(&mut self, function: u32, block: u32) {
        self.dirty[function as usize].insert(block);
        if !self.stacked[function as usize] {
            self.stacked[function as usize] = true;
            self.stack.push(function);
        }
    }

    fn spend(&mut self, work: usize) -> Result<(), Reason> {
        self.work = self.work.checked_sub(work as u64).ok_or(Reason::Work)?;
        Ok(())
    }

    /// From a label to the next, or to where control ends.
    fn run_block(&mut self) -> Result<(), (usize, Reason)> {
        let start = self.block as usize;
        let module = self.module;
        let body = &module.functions[self.function].body;
        let Inst::Label(label) = body[start] else { unreachable!("blocks begin at labels") };
        let known = self.known[label as usize].as_ref().expect("a dirty block has a state");
        let mut state = known.state.clone();
        self.spend(state.cells()).map_err(|reason| (start, reason))?;
        self.facts[self.function].reached[start] = true;
        for (place, inst) in body.iter().enumerate().skip(start + 1) {
            if let Inst::Label(label) = inst {
                return self.branch(*label, &state).map_err(|reason| (place, reason));
            }
            self.facts[self.function].reached[place] = true;
            match self.step(&mut state, place).map_err(|reason| (place, reason))? {
                Flow::Next => {}
                Flow::Stop => return Ok(()),
            }
        }
        Err((body.len() - 1, Reason::End))
    }

    /// Control comes to `label` with `state`.
    fn branch(&mut self, label: Label, state: &State) -> Result<(), Reason> {
        let cost = match &self.known[label as usize] {
            Some(known) => known.state.join_cost(state),
            None => state.cells(),
        };
        self.spend(cost)?;
        let place = self.structure.place(label).expect("labels are checked");
        match &mut self.known[label as usize] {
            Some(known) => {
                let widen = match known.changes {
                    CHANGES_BEFORE_WIDENING.. => Widen::Sizes,
                    _ => Widen::No,
                };
                let before = (!known.state.mixed && known.state.tags != state.tags)
                    .then(|| known.state.clone());
                let changed = known.state.join(state, widen);
                known.changes += u32::from(changed);
                if known.state.mixed {
                    // Which handler an exception goes to will not be known from here on: each that
                    // it may go to learns of it now.
                    for state in before.iter().chain([state]) {
                        match state.tags.last().copied() {
                            // It would end a tag that is not there on every way.
                            Some(tag) if tag.handler == label => {
                                return Err(Reason::NotInnermost(tag.y));
                            }
                            Some(tag) => self.raise(tag, state)?,
                            None => {}
                        }
                    }
                }
                if !changed {
                    return Ok(());
                }
            }
            slot @ None => {
                self.cells = self.cells.checked_sub(state.cells()).ok_or(Reason::Work)?;
                let mut state = state.clone();
                state.fresh = None;
                *slot = Some(Known { state, changes: 0 });
            }
        }
        self.mark(place.function, place.inst);
        Ok(())
    }

    /// An exception comes to the handler of `tag` out of `state`.
    fn raise(&mut self, tag: Tag, state: &State) -> Result<(), Reason> {
        let mut state = state.clone();
        state.keep_xs(0);
        state.heap = Default::default();
        state.floats = 0;
        let class = match tag.kind {
            // X0 is no value then, which `CatchEnd`, the handler's first instruction, knows.
            TagKind::Catch => Type::TERM,
            TagKind::Try => Type::of(Kinds::ATOM),
        };
        state.set(Register::X(0), class)?;
        for x in 1..4 {
            state.set(Register::X(x), Type::TERM)?;
        }
        self.branch(tag.handler, &state)
    }

    /// The function whose entry is `label` is called with such arguments.
    fn enter(&mut self, label: Label, parameters: &[Type]) -> Result<(), Reason> {
        let place = self.structure.place(label).expect("entries are checked");
        let state = State::entry(self.structure.xs[place.function as usize], parameters);
        self.branch(label, &state)
    }

    /// The block that is being run calls the function at `label`. Returns what is known of the
    /// result, and runs again when more is.
    fn pass(&mut self, label: Label, parameters: &[Type]) -> Result<Type, Reason> {
        self.enter(label, parameters)?;
        let place = self.structure.place(label).expect("entries are checked");
        let summary = &mut self.summaries[place.function as usize];
        summary.waiting.insert((self.function as u32, self.block));
        Ok(summary.result)
    }

    /// The function that is being run returns such a term.
    fn returns(&mut self, result: Type) {
        if result.kinds == Kinds::NONE {
            return;
        }
        let summary = &mut self.summaries[self.function];
        let widen = match summary.changes {
            CHANGES_BEFORE_WIDENING.. => Widen::Sizes,
            _ => Widen::No,
        };
        let joined = match summary.result.kinds {
            Kinds::NONE => result,
            _ => widen.apply(summary.result, summary.result.join(result)),
        };
        if joined == summary.result {
            return;
        }
        summary.result = joined;
        summary.changes += 1;
        let waiting: Vec<(u32, u32)> = summary.waiting.iter().copied().collect();
        for (function, block) in waiting {
            self.mark(function, block);
        }
    }

    /// The number of the guard BIF that an import is.
    fn guard(&self, import: u32) -> u32 {
        self.structure.guards[import as usize].expect("guard BIFs are checked")
    }

    fn is_setelement(&self, import: u32) -> bool {
        self.setelements[import as usize]
    }

    fn constant(&self, source: Source) -> Type {
        match source {
            Source::Small(_) => Type::of(Kinds::SMALL),
            Source::Atom(_) => Type::of(Kinds::ATOM),
            Source::Nil => Type::of(Kinds::NIL),
            Source::Literal(literal) => self.structure.literals[literal as usize],
            Source::X(_) | Source::Y(_) => Type::ANY,
        }
    }

    /// Reads the sources of an instruction: each is set, and no match context but where it may be.
    fn sources(&mut self, state: &State, place: usize, inst: &Inst) -> Result<Vec<Type>, Reason> {
        let mut types = Vec::new();
        for (number, source) in inst.sources().into_iter().enumerate() {
            let register = match source {
                Source::X(x) => Register::X(x),
                Source::Y(y) => Register::Y(y),
                constant => {
                    types.push(self.constant(constant));
                    continue;
                }
            };
            // A marker that is reserved is set, not read.
            if let Inst::RecvMarker { op: MarkerOp::Reserve, .. } = inst {
                types.push(Type::TERM);
                continue;
            }
            let of = state.get(register)?;
            let context = match inst {
                Inst::Move { .. } | Inst::Swap { .. } | Inst::BsStartMatch { .. } => true,
                Inst::BsGet { .. }
                | Inst::BsSkip { .. }
                | Inst::BsTestTail { .. }
                | Inst::BsTestUnit { .. }
                | Inst::BsEnsure { .. }
                | Inst::BsMatchString { .. }
                | Inst::BsGetUtf { .. }
                | Inst::BsGetTail { .. }
                | Inst::BsGetPosition { .. }
                | Inst::BsSetPosition { .. } => number == 0,
                Inst::Bif { import, .. } => bif::takes_context(self.guard(*import)),
                _ => false,
            };
            if !context && of.kinds.may_be(Kinds::CONTEXT) {
                return Err(Reason::Context(source));
            }
            types.push(of);
        }
        // Each of them may be looked for among all registers.
        self.spend((1 + types.len()) * (1 + state.cells() / 64))?;
        let facts = &mut self.facts[self.function];
        let start = facts.starts[place] as usize;
        facts.types[start..start + types.len()].copy_from_slice(&types);
        Ok(types)
    }
}
