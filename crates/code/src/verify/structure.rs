//! What can be said of a module without following control: indices are within their tables,
//! operands within their ranges, labels defined once and branched to within their function, calls,
//! exports and funs go to entries. What comes after relies on it and does not ask again.

use std::collections::HashSet;

use crate::abi::{ARGS_MAX, FLOAT_REGISTERS, X_MAX};
use crate::bif;
use crate::inst::{Inst, Label, Need, Register, SegmentKind, SegmentSize, Source};
use crate::literal;
use crate::module::Module;
use crate::read;
use crate::types::{Kinds, Type};

use super::flow;
use super::reason::Reason;
use super::{FRAME_SLOTS_MAX, HEAP_NEED_MAX, SEGMENT_UNIT_MAX};

/// Where a label is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub function: u32,
    pub inst: u32,
}

pub struct Structure {
    /// By label; `None` if it is not defined.
    pub places: Vec<Option<Place>>,
    /// Types of the literals.
    pub literals: Vec<Type>,
    /// By import: the number of the guard BIF that it is.
    pub guards: Vec<Option<u32>>,
    /// By function: X registers that it may mention.
    pub xs: Vec<u16>,
}

impl Structure {
    pub fn place(&self, label: Label) -> Option<Place> {
        self.places.get(label as usize).copied().flatten()
    }

    /// The function whose entry the label is.
    pub fn entry(&self, module: &Module, label: Label, arity: u8) -> Result<u32, Reason> {
        self.place(label)
            .map(|place| place.function)
            .filter(|function| {
                let function = &module.functions[*function as usize];
                function.entry == label && function.arity == arity
            })
            .ok_or(Reason::NotAnEntry(label, arity))
    }
}

/// Function, instruction, reason; of a module's tables only the reason.
pub type Refused = (Option<(usize, Option<usize>)>, Reason);

fn of_module(reason: Reason) -> Refused {
    (None, reason)
}

pub fn check(module: &Module) -> Result<Structure, Refused> {
    limits(module).map_err(of_module)?;
    let mut structure = Structure {
        places: places(module)?,
        literals: literals(module).map_err(of_module)?,
        guards: module
            .imports
            .iter()
            .map(|import| {
                bif::number(module.atom(import.module), module.atom(import.function), import.arity)
            })
            .collect(),
        xs: Vec::new(),
    };
    tables(module, &structure).map_err(of_module)?;
    let mut checker = Checker { module, structure: &structure, function: 0, xs: 0 };
    let mut all_xs = Vec::new();
    for (index, function) in module.functions.iter().enumerate() {
        // Class, value and trace of an exception are in up to four registers.
        checker.xs = u16::from(function.arity).max(4);
        checker.function = index as u32;
        for (place, inst) in function.body.iter().enumerate() {
            checker.inst(inst).map_err(|reason| (Some((index, Some(place))), reason))?;
        }
        flow::check_cycles(function, |label| {
            structure.place(label).expect("labels are checked").inst as usize
        })
        .map_err(|(place, reason)| (Some((index, Some(place))), reason))?;
        all_xs.push(checker.xs);
    }
    structure.xs = all_xs;
    Ok(structure)
}

fn limits(module: &Module) -> Result<(), Reason> {
    let counts = [
        ("atoms", module.atoms.len(), read::ATOMS_MAX),
        ("labels", module.label_count as usize, read::LABELS_MAX),
        ("functions", module.functions.len(), read::FUNCTIONS_MAX),
        ("imports", module.imports.len(), read::IMPORTS_MAX),
        ("exports", module.exports.len(), read::EXPORTS_MAX),
        ("funs", module.lambdas.len(), read::LAMBDAS_MAX),
        ("literals", module.literals.len(), read::LITERALS_MAX),
        ("lines", module.lines.len(), read::LINES_MAX),
    ];
    for (what, count, limit) in counts {
        if count > limit {
            return Err(Reason::TooMany { what, limit });
        }
    }
    for function in &module.functions {
        if function.body.len() > read::FUNCTION_OPS_MAX {
            return Err(Reason::TooMany {
                what: "instructions of a function",
                limit: read::FUNCTION_OPS_MAX,
            });
        }
    }
    Ok(())
}

fn literals(module: &Module) -> Result<Vec<Type>, Reason> {
    let types = module.literals.iter().enumerate().map(|(literal, term)| {
        literal::check(term).map_err(|error| Reason::Literal { literal, error })
    });
    for term in [&module.attributes, &module.compile_info] {
        if !term.is_empty() {
            literal::check(term).map_err(|error| Reason::Literal { literal: 0, error })?;
        }
    }
    types.collect()
}

/// Where each label is, and that each function has its head.
fn places(module: &Module) -> Result<Vec<Option<Place>>, Refused> {
    let mut places: Vec<Option<Place>> = vec![None; module.label_count as usize];
    for (index, function) in module.functions.iter().enumerate() {
        let refused = |place, reason| (Some((index, place)), reason);
        let lines = function.body.iter().skip(1).take_while(|inst| matches!(inst, Inst::Line(_)));
        let info = 1 + lines.count();
        let head = (function.body.first(), function.body.get(info), function.body.get(info + 1));
        match head {
            (Some(Inst::Label(_)), Some(Inst::FuncInfo), Some(Inst::Label(entry)))
                if *entry == function.entry => {}
            _ => return Err(refused(None, Reason::Head)),
        }
        for (place, inst) in function.body.iter().enumerate() {
            match inst {
                Inst::Label(label) => {
                    let slot = places.get_mut(*label as usize).filter(|_| *label != 0);
                    match slot {
                        Some(slot @ None) => {
                            *slot = Some(Place { function: index as u32, inst: place as u32 });
                        }
                        Some(Some(_)) => {
                            return Err(refused(Some(place), Reason::LabelTwice(*label)));
                        }
                        None => {
                            return Err(refused(Some(place), Reason::LabelElsewhere(*label)));
                        }
                    }
                }
                Inst::FuncInfo if place != info => {
                    return Err(refused(Some(place), Reason::Head));
                }
                _ => {}
            }
        }
    }
    Ok(places)
}

fn tables(module: &Module, structure: &Structure) -> Result<(), Reason> {
    let atom = |table, index: u32| match (index as usize) < module.atoms.len() {
        true => Ok(()),
        false => Err(Reason::Table { table, index }),
    };
    atom("names", module.name)?;
    let mut seen = HashSet::new();
    for function in &module.functions {
        atom("functions", function.name)?;
        if !seen.insert((module.atom(function.name), function.arity)) {
            return Err(Reason::FunctionTwice);
        }
    }
    for line in &module.lines {
        if line.file as usize >= module.files.len().max(1) {
            return Err(Reason::Table { table: "files", index: line.file });
        }
    }
    for export in &module.exports {
        atom("exports", export.function)?;
        let named = structure.entry(module, export.label, export.arity).is_ok_and(|function| {
            let name = module.functions[function as usize].name;
            module.atom(name) == module.atom(export.function)
        });
        if !named {
            let function = module.atom(export.function).to_owned();
            return Err(Reason::Export { function, arity: export.arity });
        }
    }
    for (lambda, row) in module.lambdas.iter().enumerate() {
        atom("funs", row.function)?;
        let entry = structure.entry(module, row.label, row.total_arity);
        if entry.is_err() || row.free > row.total_arity {
            return Err(Reason::Lambda { lambda: lambda as u32 });
        }
    }
    if let Some(label) = module.on_load {
        structure.entry(module, label, 0).map_err(|_| Reason::OnLoad)?;
    }
    Ok(())
}

/// Checks the operands of the instructions of one function.
struct Checker<'a> {
    module: &'a Module,
    structure: &'a Structure,
    function: u32,
    xs: u16,
}

impl Checker<'_> {
    fn inst(&mut self, inst: &Inst) -> Result<(), Reason> {
        use Inst::*;
        let mut elsewhere = None;
        flow::for_labels(inst, |label| {
            if self.structure.place(label).is_none_or(|place| place.function != self.function) {
                elsewhere = Some(label);
            }
        });
        if let Some(label) = elsewhere {
            return Err(Reason::LabelElsewhere(label));
        }
        for source in inst.sources() {
            self.source(source)?;
        }
        match inst {
            Line(line) => {
                within("line", *line, self.module.lines.len().max(1))?;
            }
            Call { arity, label } | CallLast { arity, label, .. } | CallOnly { arity, label } => {
                self.structure.entry(self.module, *label, *arity)?;
                self.args(u16::from(*arity));
            }
            CallExt { arity, import }
            | CallExtLast { arity, import, .. }
            | CallExtOnly { arity, import } => {
                within("import", *import, self.module.imports.len())?;
                if self.module.imports[*import as usize].arity != *arity {
                    return Err(Reason::ImportArity);
                }
                self.args(u16::from(*arity));
            }
            CallFun { arity } => self.args(u16::from(*arity) + 1),
            CallFun2 { arity, .. } => self.args(u16::from(*arity)),
            Apply { arity } | ApplyLast { arity, .. } => self.args(u16::from(*arity) + 2),
            Bif { import, args, dst, live, .. } => {
                within("import", *import, self.module.imports.len())?;
                let of = self.module.imports[*import as usize];
                if usize::from(of.arity) != args.len() {
                    return Err(Reason::ImportArity);
                }
                let name = || {
                    let (module, function) =
                        (self.module.atom(of.module), self.module.atom(of.function));
                    format!("{module}:{function}/{}", of.arity)
                };
                match self.structure.guards[*import as usize] {
                    None => return Err(Reason::NotAGuardBif(name())),
                    Some(bif) if live.is_none() && bif::builds(bif) => {
                        return Err(Reason::Builds(name()));
                    }
                    Some(_) => {}
                }
                self.register(*dst)?;
            }
            Allocate { slots, need, .. } => {
                range("frame", *slots <= FRAME_SLOTS_MAX)?;
                heap(need)?;
            }
            TestHeap { need, .. } => heap(need)?,
            Catch { .. } | Try { .. } => self.handler(inst)?,
            LoopRec { dst, .. } => self.register(*dst)?,
            RecvMarker { marker, reference, .. } => {
                self.register(*marker)?;
                if let Some(reference) = reference {
                    self.register(*reference)?;
                }
            }
            Test { test, args, .. } => {
                use crate::inst::Test::*;
                let count = match test {
                    Lt | Ge | Eq | Ne | EqExact | NeExact | IsFunctionArity => 2,
                    _ => 1,
                };
                range("arguments of a test", args.len() == count)?;
            }
            IsTaggedTuple { tag, arity, .. } => {
                range("arity of a tuple", *arity > 0)?;
                within("atom", *tag, self.module.atoms.len())?;
            }
            GetTupleElement { index, dst, .. } => {
                range("index of an element", *index < literal::TUPLE_ARITY_MAX)?;
                self.register(*dst)?;
            }
            SetTupleElement { index, .. } => {
                range("index of an element", *index < literal::TUPLE_ARITY_MAX)?;
            }
            SelectVal { cases, .. } => {
                for (value, _) in cases {
                    self.source(*value)?;
                    let constant = match value {
                        Source::Small(_) | Source::Atom(_) => true,
                        Source::Literal(literal) => {
                            let kinds = self.structure.literals[*literal as usize].kinds;
                            kinds.is_within(Kinds::NUMBER)
                        }
                        _ => false,
                    };
                    range("case of a select", constant)?;
                }
            }
            Swap { a, b } => {
                self.register(*a)?;
                self.register(*b)?;
            }
            Move { dst, .. }
            | GetHd { dst, .. }
            | GetTl { dst, .. }
            | PutList { dst, .. }
            | BsStartMatch { dst, .. }
            | BsGetTail { dst, .. }
            | BsGetPosition { dst, .. } => self.register(*dst)?,
            GetList { head, tail, .. } => {
                self.register(*head)?;
                self.register(*tail)?;
            }
            PutTuple { dst, elements } => {
                range("elements of a tuple", elements.len() < ARGS_MAX)?;
                self.register(*dst)?;
            }
            UpdateRecord { size, dst, updates, .. } => {
                range("elements of a tuple", (*size as usize) < ARGS_MAX)?;
                range("updates of a record", updates.len() < ARGS_MAX)?;
                let inside = updates.iter().all(|(index, _)| index < size);
                range("index of an element", *size > 0 && inside)?;
                self.register(*dst)?;
            }
            MakeFun { lambda, dst, free } => {
                within("fun", *lambda, self.module.lambdas.len())?;
                let row = &self.module.lambdas[*lambda as usize];
                if usize::from(row.free) != free.len() {
                    return Err(Reason::Lambda { lambda: *lambda });
                }
                self.register(*dst)?;
            }
            PutMap { dst, pairs, .. } => {
                range("pairs of a map", pairs.len() < ARGS_MAX / 2)?;
                self.register(*dst)?;
            }
            HasMapFields { keys, .. } => range("keys of a map", keys.len() < ARGS_MAX)?,
            GetMapElements { pairs, .. } => {
                range("keys of a map", pairs.len() < ARGS_MAX)?;
                for (_, dst) in pairs {
                    self.register(*dst)?;
                }
            }
            FmoveIn { dst, .. } | Fconv { dst, .. } => floats(&[*dst])?,
            FmoveOut { src, dst } => {
                floats(&[*src])?;
                self.register(*dst)?;
            }
            Farith { a, b, dst, .. } => floats(&[*a, *b, *dst])?,
            Fnegate { src, dst } => floats(&[*src, *dst])?,
            BsGet { size, unit, dst, .. } => {
                segment_unit(*unit)?;
                range("size of a segment", *size != SegmentSize::None)?;
                self.register(*dst)?;
            }
            BsSkip { unit, size, .. } => {
                segment_unit(*unit)?;
                range("size of a segment", *size != SegmentSize::None)?;
            }
            BsTestUnit { unit, .. } | BsEnsure { unit, .. } => segment_unit(*unit)?,
            BsMatchString { bits, bytes, .. } => {
                range("bits of a string", bits.div_ceil(8) as usize == bytes.len())?;
            }
            BsGetUtf { dst: Some(dst), .. } => self.register(*dst)?,
            BsCreateBin { need, unit, dst, segments, .. } => {
                heap(need)?;
                range("unit of a segment", *unit <= SEGMENT_UNIT_MAX)?;
                range("segments of a binary", segments.len() < ARGS_MAX / 3)?;
                for (place, segment) in segments.iter().enumerate() {
                    range("unit of a segment", segment.unit <= SEGMENT_UNIT_MAX)?;
                    let appends =
                        matches!(segment.kind, SegmentKind::Append | SegmentKind::PrivateAppend);
                    range("segment to append to", !appends || place == 0)?;
                }
                self.register(*dst)?;
            }
            _ => {}
        }
        Ok(())
    }

    /// The handler's first instruction ends the tag of this `catch` or `try`.
    fn handler(&self, inst: &Inst) -> Result<(), Reason> {
        let (label, y, catch) = match inst {
            Inst::Catch { y, label } => (*label, *y, true),
            Inst::Try { y, label } => (*label, *y, false),
            _ => return Ok(()),
        };
        let body = &self.module.functions[self.function as usize].body;
        let place = self.structure.place(label).expect("labels are checked").inst as usize;
        // At most a line stands between; many tries may have one handler.
        let mut behind = body[place + 1..].iter().take(2);
        let first = behind.find(|inst| !matches!(inst, Inst::Line(_)));
        match first {
            Some(Inst::CatchEnd { y: of }) if catch && *of == y => Ok(()),
            Some(Inst::TryCase { y: of }) if !catch && *of == y => Ok(()),
            _ => Err(Reason::Handler(label)),
        }
    }

    fn args(&mut self, xs: u16) {
        self.xs = self.xs.max(xs);
    }

    fn source(&mut self, source: Source) -> Result<(), Reason> {
        match source {
            Source::X(x) => self.register(Register::X(x)),
            Source::Y(y) => self.register(Register::Y(y)),
            Source::Small(value) => {
                let small = (crate::abi::SMALL_MIN..=crate::abi::SMALL_MAX).contains(&value);
                range("small integer", small)
            }
            Source::Nil => Ok(()),
            Source::Atom(index) => within("atom", index, self.module.atoms.len()),
            Source::Literal(index) => within("literal", index, self.module.literals.len()),
        }
    }

    fn register(&mut self, register: Register) -> Result<(), Reason> {
        let index = match register {
            Register::X(x) => {
                self.xs = self.xs.max(x.saturating_add(1));
                x
            }
            Register::Y(y) => y,
        };
        range("register", usize::from(index) < X_MAX - 1)
    }
}

fn range(what: &'static str, holds: bool) -> Result<(), Reason> {
    if holds { Ok(()) } else { Err(Reason::Operand(what)) }
}

fn within(what: &'static str, index: u32, count: usize) -> Result<(), Reason> {
    match (index as usize) < count {
        true => Ok(()),
        false => Err(Reason::NoSuch { what, index }),
    }
}

fn heap(need: &Need) -> Result<(), Reason> {
    let parts = [need.words, need.floats, need.funs];
    range("words to set aside", parts.iter().all(|part| *part <= HEAP_NEED_MAX))
}

fn floats(registers: &[u8]) -> Result<(), Reason> {
    let holds = registers.iter().all(|f| usize::from(*f) < FLOAT_REGISTERS);
    range("floating-point register", holds)
}

fn segment_unit(unit: u16) -> Result<(), Reason> {
    range("unit of a segment", (1..=SEGMENT_UNIT_MAX).contains(&unit))
}
