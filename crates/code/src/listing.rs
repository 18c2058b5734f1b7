//! A module as text, one line for each instruction, for people and for golden files.
//!
//! With facts, `?` stands before an instruction that is never reached, and behind an operand its
//! type where that is less than any term.

use std::fmt::{Display, Formatter, Result, Write};

use crate::inst::{Inst, Need, Register, SegmentFlags, SegmentKind, SegmentSize, Source};
use crate::module::Module;
use crate::types::{Kinds, Type};
use crate::verify::{Facts, Verified};

pub struct Listing<'a> {
    module: &'a Module,
    facts: Option<&'a [Facts]>,
}

impl<'a> Listing<'a> {
    pub fn of(module: &'a Module) -> Listing<'a> {
        Listing { module, facts: None }
    }

    pub fn with_facts(verified: &'a Verified) -> Listing<'a> {
        Listing { module: &verified.module, facts: Some(&verified.facts) }
    }
}

impl Display for Listing<'_> {
    fn fmt(&self, f: &mut Formatter) -> Result {
        let module = self.module;
        writeln!(f, "module {}", module.module_name())?;
        for (index, function) in module.functions.iter().enumerate() {
            let exported = module.exports.iter().any(|export| export.label == function.entry);
            let name = module.atoms.get(function.name as usize).map_or("?", String::as_str);
            write!(f, "\n{name}/{}", function.arity)?;
            writeln!(f, "{}", if exported { " exported" } else { "" })?;
            let facts = self.facts.and_then(|facts| facts.get(index));
            for (place, inst) in function.body.iter().enumerate() {
                let line = Line { module, inst, facts: facts.map(|facts| (facts, place)) };
                match inst {
                    Inst::Line(_) => {}
                    Inst::Label(_) => writeln!(f, " {line}")?,
                    _ => writeln!(f, "    {line}")?,
                }
            }
        }
        Ok(())
    }
}

/// The kinds of a type, and of a tuple how many elements it has at least.
impl Display for Type {
    fn fmt(&self, f: &mut Formatter) -> Result {
        const NAMES: [(Kinds, &str); 16] = [
            (Kinds::ANY, "any"),
            (Kinds::TERM, "term"),
            (Kinds::NUMBER, "number"),
            (Kinds::INTEGER, "integer"),
            (Kinds::LIST, "list"),
            (Kinds::SMALL, "small"),
            (Kinds::BIG, "big"),
            (Kinds::FLOAT, "float"),
            (Kinds::ATOM, "atom"),
            (Kinds::NIL, "nil"),
            (Kinds::CONS, "cons"),
            (Kinds::MAP, "map"),
            (Kinds::BITSTRING, "bitstring"),
            (Kinds::FUN, "fun"),
            (Kinds::CONTEXT, "context"),
            (Kinds::TUPLE, "tuple"),
        ];
        const REST: [(Kinds, &str); 3] =
            [(Kinds::PID, "pid"), (Kinds::PORT, "port"), (Kinds::REFERENCE, "reference")];
        let mut left = self.kinds;
        let mut first = true;
        for (kinds, name) in NAMES.into_iter().chain(REST) {
            if !kinds.is_within(left) {
                continue;
            }
            left = left.without(kinds);
            if !std::mem::take(&mut first) {
                f.write_char('|')?;
            }
            f.write_str(name)?;
            if kinds == Kinds::TUPLE && self.arity_min > 0 {
                write!(f, "({})", self.arity_min)?;
            }
        }
        if first { f.write_str("none") } else { Ok(()) }
    }
}

struct Line<'a> {
    module: &'a Module,
    inst: &'a Inst,
    facts: Option<(&'a Facts, usize)>,
}

impl Line<'_> {
    fn atom(&self, index: u32) -> &str {
        self.module.atoms.get(index as usize).map_or("?", String::as_str)
    }

    fn source(&self, source: Source) -> String {
        match source {
            Source::X(x) => format!("x{x}"),
            Source::Y(y) => format!("y{y}"),
            Source::Small(value) => value.to_string(),
            Source::Atom(index) => format!("'{}'", self.atom(index)),
            Source::Nil => "[]".to_owned(),
            Source::Literal(index) => format!("literal{index}"),
        }
    }

    fn import(&self, index: u32) -> String {
        self.module.imports.get(index as usize).map_or("?".to_owned(), |import| {
            let (module, function) = (self.atom(import.module), self.atom(import.function));
            format!("{module}:{function}/{}", import.arity)
        })
    }

    fn fail(label: &Option<u32>) -> String {
        label.map_or(" raise".to_owned(), |label| format!(" L{label}"))
    }

    /// The types of the operands, where they say more than that it is a term.
    fn types(&self, f: &mut Formatter) -> Result {
        let Some((facts, place)) = self.facts else { return Ok(()) };
        if !facts.reached[place] {
            return Ok(());
        }
        let mut separator = "  % ";
        for (number, source) in self.inst.sources().into_iter().enumerate() {
            let of = facts.source(place, number);
            let register = matches!(source, Source::X(_) | Source::Y(_));
            if register && of != Type::TERM && !matches!(self.inst, Inst::Move { .. }) {
                write!(f, "{separator}{}: {of}", self.source(source))?;
                separator = ", ";
            }
        }
        Ok(())
    }
}

fn register(register: Register) -> String {
    match register {
        Register::X(x) => format!("x{x}"),
        Register::Y(y) => format!("y{y}"),
    }
}

struct Live(u16, Need);

impl Display for Live {
    fn fmt(&self, f: &mut Formatter) -> Result {
        let Live(live, need) = self;
        for (count, unit) in [(need.words, "words"), (need.floats, "floats"), (need.funs, "funs")] {
            if count > 0 {
                write!(f, " {count} {unit}")?;
            }
        }
        write!(f, " live {live}")
    }
}

fn flags(flags: SegmentFlags) -> String {
    let mut text = String::new();
    for (set, name) in
        [(flags.little, " little"), (flags.signed, " signed"), (flags.native, " native")]
    {
        if set {
            text.push_str(name);
        }
    }
    text
}

impl Display for Line<'_> {
    fn fmt(&self, f: &mut Formatter) -> Result {
        use Inst::*;
        if self.facts.is_some_and(|(facts, place)| !facts.reached[place]) {
            f.write_str("? ")?;
        }
        let s = |source: &Source| self.source(*source);
        let r = |of: &Register| register(*of);
        let all = |sources: &[Source]| {
            sources.iter().map(|source| format!(" {}", s(source))).collect::<String>()
        };
        let size = |size: &SegmentSize| match size {
            SegmentSize::All => "all".to_owned(),
            SegmentSize::None => "-".to_owned(),
            SegmentSize::Of(source) => s(source),
        };
        match self.inst {
            Label(label) => write!(f, "L{label}:")?,
            Line(line) => write!(f, "line {line}")?,
            FuncInfo => write!(f, "func_info")?,
            Call { arity, label } => write!(f, "call L{label}/{arity}")?,
            CallLast { arity, label, dealloc } => {
                write!(f, "call_last L{label}/{arity} deallocate {dealloc}")?;
            }
            CallOnly { arity, label } => write!(f, "call_only L{label}/{arity}")?,
            CallExt { import, .. } => write!(f, "call_ext {}", self.import(*import))?,
            CallExtLast { import, dealloc, .. } => {
                write!(f, "call_ext_last {} deallocate {dealloc}", self.import(*import))?;
            }
            CallExtOnly { import, .. } => write!(f, "call_ext_only {}", self.import(*import))?,
            CallFun { arity } => write!(f, "call_fun x{arity}/{arity}")?,
            CallFun2 { arity, fun } => write!(f, "call_fun {}/{arity}", s(fun))?,
            Apply { arity } => write!(f, "apply {arity}")?,
            ApplyLast { arity, dealloc } => {
                write!(f, "apply_last {arity} deallocate {dealloc}")?;
            }
            Return => write!(f, "return")?,
            Bif { import, args, dst, fail, live } => {
                write!(f, "bif {}{} -> {}", self.import(*import), all(args), r(dst))?;
                f.write_str(&Self::fail(fail))?;
                if let Some(live) = live {
                    write!(f, " live {live}")?;
                }
            }
            Allocate { slots, need, live } => write!(f, "allocate {slots}{}", Live(*live, *need))?,
            TestHeap { need, live } => write!(f, "test_heap{}", Live(*live, *need))?,
            InitYregs(slots) => {
                write!(f, "init")?;
                slots.iter().try_for_each(|y| write!(f, " y{y}"))?;
            }
            Deallocate { slots } => write!(f, "deallocate {slots}")?,
            Trim { slots, remaining } => write!(f, "trim {slots} remaining {remaining}")?,
            Send => write!(f, "send")?,
            RemoveMessage => write!(f, "remove_message")?,
            Timeout => write!(f, "timeout")?,
            LoopRec { fail, dst } => write!(f, "loop_rec L{fail} -> {}", r(dst))?,
            LoopRecEnd { label } => write!(f, "loop_rec_end L{label}")?,
            Wait { label } => write!(f, "wait L{label}")?,
            WaitTimeout { label, time } => write!(f, "wait_timeout L{label} {}", s(time))?,
            RecvMarker { op, marker, reference } => {
                write!(f, "recv_marker_{} {}", format!("{op:?}").to_lowercase(), r(marker))?;
                if let Some(reference) = reference {
                    write!(f, " {}", r(reference))?;
                }
            }
            Test { test, fail, args } => {
                write!(f, "test {test:?}{} else L{fail}", all(args))?;
            }
            TestArity { fail, tuple, arity } => {
                write!(f, "test_arity {} {arity} else L{fail}", s(tuple))?;
            }
            IsTaggedTuple { fail, tuple, arity, tag } => {
                let tag = self.atom(*tag);
                write!(f, "is_tagged_tuple {} {arity} '{tag}' else L{fail}", s(tuple))?;
            }
            SelectVal { value, fail, cases } => {
                write!(f, "select_val {}", s(value))?;
                cases.iter().try_for_each(|(of, label)| write!(f, " {}: L{label}", s(of)))?;
                write!(f, " else L{fail}")?;
            }
            SelectTupleArity { tuple, fail, cases } => {
                write!(f, "select_tuple_arity {}", s(tuple))?;
                cases.iter().try_for_each(|(of, label)| write!(f, " {of}: L{label}"))?;
                write!(f, " else L{fail}")?;
            }
            Jump(label) => write!(f, "jump L{label}")?,
            Catch { y, label } => write!(f, "catch y{y} L{label}")?,
            CatchEnd { y } => write!(f, "catch_end y{y}")?,
            Try { y, label } => write!(f, "try y{y} L{label}")?,
            TryEnd { y } => write!(f, "try_end y{y}")?,
            TryCase { y } => write!(f, "try_case y{y}")?,
            TryCaseEnd(source) => write!(f, "try_case_end {}", s(source))?,
            Badmatch(source) => write!(f, "badmatch {}", s(source))?,
            CaseEnd(source) => write!(f, "case_end {}", s(source))?,
            IfEnd => write!(f, "if_end")?,
            Badrecord(source) => write!(f, "badrecord {}", s(source))?,
            Raise { trace, value } => write!(f, "raise {} {}", s(trace), s(value))?,
            RawRaise => write!(f, "raw_raise")?,
            BuildStacktrace => write!(f, "build_stacktrace")?,
            Move { src, dst } => write!(f, "move {} -> {}", s(src), r(dst))?,
            Swap { a, b } => write!(f, "swap {} {}", r(a), r(b))?,
            GetList { src, head, tail } => {
                write!(f, "get_list {} -> {} {}", s(src), r(head), r(tail))?;
            }
            GetHd { src, dst } => write!(f, "get_hd {} -> {}", s(src), r(dst))?,
            GetTl { src, dst } => write!(f, "get_tl {} -> {}", s(src), r(dst))?,
            GetTupleElement { src, index, dst } => {
                write!(f, "get_tuple_element {} {index} -> {}", s(src), r(dst))?;
            }
            SetTupleElement { value, tuple, index } => {
                write!(f, "set_tuple_element {} {} {index}", s(value), s(tuple))?;
            }
            PutList { head, tail, dst } => {
                write!(f, "put_list {} {} -> {}", s(head), s(tail), r(dst))?;
            }
            PutTuple { dst, elements } => write!(f, "put_tuple{} -> {}", all(elements), r(dst))?,
            UpdateRecord { size, src, dst, updates } => {
                write!(f, "update_record {} {size}", s(src))?;
                updates.iter().try_for_each(|(index, of)| write!(f, " {index}: {}", s(of)))?;
                write!(f, " -> {}", r(dst))?;
            }
            MakeFun { lambda, dst, free } => {
                let row = self.module.lambdas.get(*lambda as usize);
                let name = row.map_or("?", |row| self.atom(row.function));
                write!(f, "make_fun '{name}'{} -> {}", all(free), r(dst))?;
            }
            PutMap { kind, fail, src, dst, live, pairs } => {
                write!(f, "put_map_{} {}", format!("{kind:?}").to_lowercase(), s(src))?;
                pairs.iter().try_for_each(|(key, value)| write!(f, " {}: {}", s(key), s(value)))?;
                write!(f, " -> {}{} live {live}", r(dst), Self::fail(fail))?;
            }
            HasMapFields { fail, src, keys } => {
                write!(f, "has_map_fields {}{} else L{fail}", s(src), all(keys))?;
            }
            GetMapElements { fail, src, pairs } => {
                write!(f, "get_map_elements {}", s(src))?;
                pairs.iter().try_for_each(|(key, dst)| write!(f, " {}: {}", s(key), r(dst)))?;
                write!(f, " else L{fail}")?;
            }
            FmoveIn { src, dst } => write!(f, "fmove {} -> f{dst}", s(src))?,
            FmoveOut { src, dst } => write!(f, "fmove f{src} -> {}", r(dst))?,
            Fconv { src, dst } => write!(f, "fconv {} -> f{dst}", s(src))?,
            Farith { op, a, b, dst } => {
                write!(f, "f{} f{a} f{b} -> f{dst}", format!("{op:?}").to_lowercase())?;
            }
            Fnegate { src, dst } => write!(f, "fnegate f{src} -> f{dst}")?,
            BsStartMatch { fail, src, live, dst } => {
                write!(f, "bs_start_match {} -> {}{}", s(src), r(dst), Self::fail(fail))?;
                write!(f, " live {live}")?;
            }
            BsGet { kind, fail, context, live, size: of, unit, flags: set, dst } => {
                let kind = format!("{kind:?}").to_lowercase();
                write!(f, "bs_get_{kind} {} {} * {unit}{}", r(context), size(of), flags(*set))?;
                write!(f, " -> {} else L{fail} live {live}", r(dst))?;
            }
            BsSkip { fail, context, size: of, unit, .. } => {
                write!(f, "bs_skip {} {} * {unit} else L{fail}", r(context), size(of))?;
            }
            BsTestTail { fail, context, bits } => {
                write!(f, "bs_test_tail {} {bits} else L{fail}", r(context))?;
            }
            BsTestUnit { fail, context, unit } => {
                write!(f, "bs_test_unit {} {unit} else L{fail}", r(context))?;
            }
            BsEnsure { fail, context, bits, unit } => {
                write!(f, "bs_ensure {} {bits} then * {unit} else L{fail}", r(context))?;
            }
            BsMatchString { fail, context, bits, bytes } => {
                write!(f, "bs_match_string {} {bits} bits of {bytes:?} else L{fail}", r(context))?;
            }
            BsGetUtf { utf, fail, context, live, flags: set, dst } => {
                let utf = format!("{utf:?}").to_lowercase();
                write!(f, "bs_get_{utf} {}{}", r(context), flags(*set))?;
                if let Some(dst) = dst {
                    write!(f, " -> {}", r(dst))?;
                }
                write!(f, " else L{fail} live {live}")?;
            }
            BsGetTail { context, dst, live } => {
                write!(f, "bs_get_tail {} -> {} live {live}", r(context), r(dst))?;
            }
            BsGetPosition { context, dst, live } => {
                write!(f, "bs_get_position {} -> {} live {live}", r(context), r(dst))?;
            }
            BsSetPosition { context, position } => {
                write!(f, "bs_set_position {} {}", r(context), s(position))?;
            }
            BsInitWritable => write!(f, "bs_init_writable")?,
            BsCreateBin { fail, need, live, unit, dst, segments } => {
                write!(f, "bs_create_bin unit {unit}")?;
                for segment in segments {
                    match &segment.kind {
                        SegmentKind::Bytes(bytes) => write!(f, " [bytes {bytes:?}]")?,
                        kind => {
                            let kind = format!("{kind:?}").to_lowercase();
                            let (value, of) = (s(&segment.value), size(&segment.size));
                            write!(f, " [{kind} {value} {of} * {}", segment.unit)?;
                            write!(f, "{}]", flags(segment.flags))?;
                        }
                    }
                }
                write!(f, " -> {}{}{}", r(dst), Self::fail(fail), Live(*live, *need))?;
            }
            NifStart => write!(f, "nif_start")?,
            OnLoad => write!(f, "on_load")?,
        }
        self.types(f)
    }
}
