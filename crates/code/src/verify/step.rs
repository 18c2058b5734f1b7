//! One instruction: what it needs of the state before it, and the state that it leaves.
//!
//! Where an operand's type is not proven, compiled code has a check; what comes after relies on it.

use crate::inst::{Inst, Label, MarkerOp, Need, Register, SegmentSize, Source, Test};
use crate::types::{Kinds, Type};

use super::Verifier;
use super::reason::Reason;
use super::state::{State, Tag, TagKind};
use super::{flow, results};

/// Whether control goes on at the next instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    Next,
    Stop,
}

/// What both say.
pub fn meet(a: Type, b: Type) -> Type {
    let kinds = a.kinds.intersection(b.kinds);
    let arity_min = if kinds.may_be(Kinds::TUPLE) { a.arity_min.max(b.arity_min) } else { 0 };
    Type { kinds, arity_min }
}

fn without(of: Type, kinds: Kinds) -> Type {
    let kinds = of.kinds.without(kinds);
    Type { kinds, arity_min: if kinds.may_be(Kinds::TUPLE) { of.arity_min } else { 0 } }
}

/// The kinds that a test lets through, and those that certainly do not fail it.
fn tested(test: Test) -> Option<(Kinds, Kinds)> {
    let exactly = |kinds| Some((kinds, kinds));
    match test {
        Test::IsInteger => exactly(Kinds::INTEGER),
        Test::IsFloat => exactly(Kinds::FLOAT),
        Test::IsNumber => exactly(Kinds::NUMBER),
        Test::IsAtom => exactly(Kinds::ATOM),
        Test::IsBoolean => Some((Kinds::ATOM, Kinds::NONE)),
        Test::IsPid => exactly(Kinds::PID),
        Test::IsPort => exactly(Kinds::PORT),
        Test::IsReference => exactly(Kinds::REFERENCE),
        Test::IsNil => exactly(Kinds::NIL),
        Test::IsList => exactly(Kinds::LIST),
        Test::IsNonemptyList => exactly(Kinds::CONS),
        Test::IsTuple => exactly(Kinds::TUPLE),
        Test::IsMap => exactly(Kinds::MAP),
        Test::IsBinary => Some((Kinds::BITSTRING, Kinds::NONE)),
        Test::IsBitstring => exactly(Kinds::BITSTRING),
        Test::IsFunction => exactly(Kinds::FUN),
        Test::IsFunctionArity => Some((Kinds::FUN, Kinds::NONE)),
        Test::Lt | Test::Ge | Test::Eq | Test::Ne | Test::EqExact | Test::NeExact => None,
    }
}

impl Verifier<'_> {
    /// A branch to `label`, with what the branch proves of `source`.
    fn branch_refined(
        &mut self,
        label: Label,
        state: &State,
        source: Source,
        of: Type,
    ) -> Result<(), Reason> {
        if of.kinds == Kinds::NONE {
            return Ok(());
        }
        let mut branch = state.clone();
        if branch.refine(source, of) { self.branch(label, &branch) } else { Ok(()) }
    }

    /// What an instruction that may collect leaves: `live` X registers, nothing set aside.
    fn collect(&mut self, state: &mut State, live: u16, heap: Need) -> Result<(), Reason> {
        state.need_xs(live)?;
        state.need_ys()?;
        state.keep_xs(live);
        state.heap = heap;
        Ok(())
    }

    /// What a call leaves: X0.
    fn called(&mut self, state: &mut State, result: Type) -> Result<(), Reason> {
        state.need_ys()?;
        state.keep_xs(0);
        state.heap = Need::default();
        state.floats = 0;
        state.set(Register::X(0), result)
    }

    fn give_back(&self, state: &mut State, dealloc: Option<u16>) -> Result<(), Reason> {
        match dealloc {
            Some(slots) => state.deallocate(slots),
            None => state.need_no_frame(),
        }
    }

    /// Arguments of a local call: match contexts too.
    fn call_local(&mut self, state: &State, arity: u8, label: Label) -> Result<Type, Reason> {
        let place = self.structure.place(label).expect("entries are checked");
        if self.facts[place.function as usize].native {
            state.need_terms(u16::from(arity))?;
        }
        state.need_xs(u16::from(arity))?;
        let parameters: Vec<Type> =
            (0..u16::from(arity)).map(|x| state.x(x).expect("they are set")).collect();
        self.pass(label, &parameters)
    }

    pub(super) fn step(&mut self, state: &mut State, place: usize) -> Result<Flow, Reason> {
        let module = self.module;
        let inst = &module.functions[self.function].body[place];
        use Inst::{
            GetHd, GetList, GetTl, GetTupleElement, Line, Move, SetTupleElement, Swap, Trim,
        };
        match inst {
            Line(_) | Move { .. } | Swap { .. } | SetTupleElement { .. } | Trim { .. } => {}
            GetTupleElement { .. } | GetHd { .. } | GetTl { .. } | GetList { .. } => {}
            _ => state.fresh = None,
        }
        let types = self.sources(state, place, inst)?;
        let types = types.as_slice();
        let raises = match inst {
            Inst::Bif { fail: None, import, args, .. } => {
                !results::succeeds(self.guard(*import), args, types)
            }
            _ => flow::may_raise(inst),
        };
        if raises {
            // The stack is searched for a catch tag, word by word.
            state.need_ys()?;
            if let Some(tag) = state.tags.last().copied() {
                self.raise(tag, state)?;
            }
        }
        self.inst(state, inst, place, types)
    }

    fn inst(
        &mut self,
        state: &mut State,
        inst: &Inst,
        place: usize,
        types: &[Type],
    ) -> Result<Flow, Reason> {
        use Inst::*;
        match inst {
            Label(_) | Line(_) | NifStart | OnLoad => {}
            FuncInfo => {
                state.need_no_frame()?;
                let arity = self.module.functions[self.function].arity;
                state.need_terms(u16::from(arity))?;
                return Ok(Flow::Stop);
            }

            Call { arity, label } => {
                state.need_frame()?;
                let result = self.call_local(state, *arity, *label)?;
                self.called(state, result)?;
                // Nothing is known yet of what the function returns: as if it did not.
                if result.kinds == Kinds::NONE {
                    return Ok(Flow::Stop);
                }
            }
            CallLast { arity, label, .. } | CallOnly { arity, label } => {
                let result = self.call_local(state, *arity, *label)?;
                let dealloc =
                    if let CallLast { dealloc, .. } = inst { Some(*dealloc) } else { None };
                self.give_back(state, dealloc)?;
                self.returns(result);
                return Ok(Flow::Stop);
            }
            CallExt { arity, import } => {
                state.need_terms(u16::from(*arity))?;
                if self.enders[*import as usize] {
                    return Ok(Flow::Stop);
                }
                state.need_frame()?;
                if self.is_setelement(*import) {
                    // As large as the tuple that it is a copy of.
                    let size = state.x(1).map_or(0, |tuple| tuple.arity_min);
                    self.called(state, Type::tuple(size.max(1)))?;
                    state.is_made();
                } else {
                    self.called(state, Type::TERM)?;
                }
            }
            CallExtLast { arity, .. } | CallExtOnly { arity, .. } => {
                state.need_terms(u16::from(*arity))?;
                let dealloc =
                    if let CallExtLast { dealloc, .. } = inst { Some(*dealloc) } else { None };
                self.give_back(state, dealloc)?;
                self.returns(Type::TERM);
                return Ok(Flow::Stop);
            }
            CallFun { .. } | CallFun2 { .. } | Apply { .. } => {
                state.need_frame()?;
                state.need_terms(match inst {
                    CallFun { arity } => u16::from(*arity) + 1,
                    Apply { arity } => u16::from(*arity) + 2,
                    CallFun2 { arity, .. } => u16::from(*arity),
                    _ => unreachable!("the three of this arm"),
                })?;
                self.called(state, Type::TERM)?;
            }
            ApplyLast { arity, dealloc } => {
                state.need_terms(u16::from(*arity) + 2)?;
                state.deallocate(*dealloc)?;
                self.returns(Type::TERM);
                return Ok(Flow::Stop);
            }
            Return => {
                state.need_terms(1)?;
                self.give_back(state, None)?;
                self.returns(state.x(0).expect("X0 is set"));
                return Ok(Flow::Stop);
            }

            Bif { import, args, dst, fail, live } => {
                if let Some(live) = live {
                    self.collect(state, *live, Need::default())?;
                }
                let bif = self.guard(*import);
                if let Some(fail) = fail
                    && !results::succeeds(bif, args, types)
                {
                    self.branch(*fail, state)?;
                }
                for (place, arg) in args.iter().enumerate() {
                    if let Some(of) = results::argument(bif, args, place)
                        && !state.refine(*arg, meet(types[place], of))
                    {
                        return Ok(Flow::Stop);
                    }
                }
                state.set(*dst, results::result(bif, args, types))?;
            }

            Allocate { slots, need, live } => {
                self.collect(state, *live, *need)?;
                state.allocate(*slots)?;
            }
            TestHeap { need, live } => self.collect(state, *live, *need)?,
            InitYregs(slots) => {
                for y in slots {
                    state.set(Register::Y(*y), Type::of(Kinds::NIL))?;
                }
            }
            Deallocate { slots } => state.deallocate(*slots)?,
            Trim { slots, remaining } => state.trim(*slots, *remaining)?,

            Send => {
                state.need_terms(2)?;
                self.called(state, Type::TERM)?;
            }
            // These keep what is set aside on the heap.
            RemoveMessage | Timeout => {}
            LoopRec { fail, dst } => {
                state.need_ys()?;
                state.keep_xs(0);
                state.heap = Need::default();
                self.branch(*fail, state)?;
                state.set(*dst, Type::TERM)?;
            }
            LoopRecEnd { label } | Wait { label } => {
                state.need_ys()?;
                state.keep_xs(0);
                state.heap = Need::default();
                state.floats = 0;
                self.branch(*label, state)?;
                return Ok(Flow::Stop);
            }
            WaitTimeout { label, .. } => {
                state.need_ys()?;
                state.keep_xs(0);
                state.heap = Need::default();
                state.floats = 0;
                self.branch(*label, state)?;
            }
            RecvMarker { op, marker, .. } => {
                if *op == MarkerOp::Reserve {
                    state.set(*marker, Type::TERM)?;
                }
            }

            Test { test, fail, args } => return self.test(state, *test, *fail, args, types),
            TestArity { fail, tuple, arity } => {
                // What is no tuple fails too.
                self.branch(*fail, state)?;
                if !state.refine(*tuple, meet(types[0], Type::tuple(*arity))) {
                    return Ok(Flow::Stop);
                }
            }
            IsTaggedTuple { fail, tuple, arity, .. } => {
                self.branch(*fail, state)?;
                if !state.refine(*tuple, meet(types[0], Type::tuple(*arity))) {
                    return Ok(Flow::Stop);
                }
            }
            SelectVal { value, fail, cases } => {
                for (constant, label) in cases {
                    let of = meet(types[0], self.constant(*constant));
                    self.branch_refined(*label, state, *value, of)?;
                }
                self.branch(*fail, state)?;
                return Ok(Flow::Stop);
            }
            SelectTupleArity { tuple, fail, cases } => {
                for (arity, label) in cases {
                    let of = meet(types[0], Type::tuple(*arity));
                    self.branch_refined(*label, state, *tuple, of)?;
                }
                self.branch(*fail, state)?;
                return Ok(Flow::Stop);
            }
            Jump(label) => {
                self.branch(*label, state)?;
                return Ok(Flow::Stop);
            }

            Catch { y, label } => {
                state.push_tag(Tag { y: *y, handler: *label, kind: TagKind::Catch })?;
            }
            Try { y, label } => {
                state.push_tag(Tag { y: *y, handler: *label, kind: TagKind::Try })?;
            }
            TryEnd { y } => state.pop_tag(*y, TagKind::Try)?,
            TryCase { y } => {
                state.need_terms(3)?;
                state.keep_xs(3);
                state.heap = Need::default();
                state.pop_tag(*y, TagKind::Try)?;
                state.need_ys()?;
            }
            CatchEnd { y } => {
                state.need_terms(1)?;
                state.pop_tag(*y, TagKind::Catch)?;
                self.called(state, Type::TERM)?;
            }
            TryCaseEnd(_) | Badmatch(_) | CaseEnd(_) | IfEnd | Badrecord(_) | Raise { .. } => {
                return Ok(Flow::Stop);
            }
            RawRaise => {
                state.need_terms(3)?;
                self.called(state, Type::TERM)?;
            }
            BuildStacktrace => {
                state.need_terms(1)?;
                self.called(state, Type::TERM)?;
            }

            Move { src, dst } => match super::state::register(*src) {
                Some(src) => state.copy(src, *dst)?,
                None => state.set(*dst, types[0])?,
            },
            Swap { a, b } => state.swap(*a, *b)?,
            GetList { src, head, tail } => {
                if !state.refine(*src, meet(types[0], Type::of(Kinds::CONS))) {
                    return Ok(Flow::Stop);
                }
                state.set(*head, Type::TERM)?;
                state.set(*tail, Type::TERM)?;
            }
            GetHd { src, dst } | GetTl { src, dst } => {
                if !state.refine(*src, meet(types[0], Type::of(Kinds::CONS))) {
                    return Ok(Flow::Stop);
                }
                state.set(*dst, Type::TERM)?;
            }
            GetTupleElement { src, index, dst } => {
                let proven = types[0].kinds == Kinds::TUPLE && types[0].arity_min > *index;
                let body = &self.module.functions[self.function].body;
                let least = if proven { *index } else { flow::reach(body, place) } + 1;
                if !state.refine(*src, meet(types[0], Type::tuple(least))) {
                    return Ok(Flow::Stop);
                }
                state.set(*dst, Type::TERM)?;
            }
            SetTupleElement { value, tuple, index } => {
                // A tuple that held itself would be a term without an end.
                if !state.is_fresh(*tuple) || state.is_fresh(*value) {
                    return Err(Reason::SetTupleElement);
                }
                if !state.refine(*tuple, meet(types[1], Type::tuple(index.saturating_add(1)))) {
                    return Ok(Flow::Stop);
                }
            }
            PutList { dst, .. } => {
                state.build(2)?;
                state.set(*dst, Type::of(Kinds::CONS))?;
            }
            PutTuple { dst, elements } => {
                let arity = elements.len() as u32;
                state.build(1 + arity)?;
                state.set(*dst, Type::tuple(arity))?;
            }
            UpdateRecord { size, src, dst, .. } => {
                if !state.refine(*src, meet(types[0], Type::tuple(*size))) {
                    return Ok(Flow::Stop);
                }
                state.build(1 + *size)?;
                state.set(*dst, Type::tuple(*size))?;
            }
            MakeFun { dst, free, .. } => {
                state.build_fun(free.len() as u32)?;
                state.set(*dst, Type::of(Kinds::FUN))?;
            }
            PutMap { fail, dst, live, .. } => {
                self.collect(state, *live, Need::default())?;
                if let Some(fail) = fail {
                    self.branch(*fail, state)?;
                }
                state.set(*dst, Type::of(Kinds::MAP))?;
            }
            HasMapFields { fail, src, .. } => {
                let of = meet(types[0], Type::of(Kinds::MAP));
                self.branch_refined(*fail, state, *src, of)?;
                if !state.refine(*src, of) {
                    return Ok(Flow::Stop);
                }
            }
            GetMapElements { fail, src, pairs } => {
                if !state.refine(*src, meet(types[0], Type::of(Kinds::MAP))) {
                    return Ok(Flow::Stop);
                }
                // Where it fails, some of the values may be there already.
                let mut failed = state.clone();
                for (_, dst) in pairs {
                    if failed.get(*dst).is_ok() {
                        failed.set(*dst, Type::TERM)?;
                    }
                    state.set(*dst, Type::TERM)?;
                }
                self.branch(*fail, &failed)?;
            }

            FmoveIn { src, dst } => {
                if !state.refine(*src, meet(types[0], Type::of(Kinds::FLOAT))) {
                    return Ok(Flow::Stop);
                }
                state.set_float(*dst);
            }
            FmoveOut { src, dst } => {
                state.need_float(*src)?;
                state.build_float()?;
                state.set(*dst, Type::of(Kinds::FLOAT))?;
            }
            Fconv { src, dst } => {
                if !state.refine(*src, meet(types[0], Type::of(Kinds::NUMBER))) {
                    return Ok(Flow::Stop);
                }
                state.set_float(*dst);
            }
            Farith { a, b, dst, .. } => {
                state.need_float(*a)?;
                state.need_float(*b)?;
                state.set_float(*dst);
            }
            Fnegate { src, dst } => {
                state.need_float(*src)?;
                state.set_float(*dst);
            }

            _ => return self.binary(state, inst, types),
        }
        Ok(Flow::Next)
    }

    fn test(
        &mut self,
        state: &mut State,
        test: Test,
        fail: Label,
        args: &[Source],
        types: &[Type],
    ) -> Result<Flow, Reason> {
        if let Some((passes, certain)) = tested(test) {
            self.branch_refined(fail, state, args[0], without(types[0], certain))?;
            return Ok(match state.refine(args[0], meet(types[0], Type::of(passes))) {
                true => Flow::Next,
                false => Flow::Stop,
            });
        }
        let equal = meet(types[0], types[1]);
        match test {
            Test::EqExact => {
                self.branch(fail, state)?;
                Ok(match state.refine(args[0], equal) && state.refine(args[1], equal) {
                    true => Flow::Next,
                    false => Flow::Stop,
                })
            }
            Test::NeExact => {
                let mut same = state.clone();
                if same.refine(args[0], equal) && same.refine(args[1], equal) {
                    self.branch(fail, &same)?;
                }
                Ok(Flow::Next)
            }
            _ => {
                self.branch(fail, state)?;
                Ok(Flow::Next)
            }
        }
    }

    fn binary(&mut self, state: &mut State, inst: &Inst, types: &[Type]) -> Result<Flow, Reason> {
        use Inst::*;
        let context = Type::of(Kinds::CONTEXT);
        match inst {
            BsStartMatch { fail, src, live, dst } => {
                self.collect(state, *live, Need::default())?;
                let matched = Kinds::BITSTRING.union(Kinds::CONTEXT);
                if let Some(fail) = fail {
                    self.branch_refined(*fail, state, *src, without(types[0], matched))?;
                }
                if !state.refine(*src, meet(types[0], Type::of(matched))) {
                    return Ok(Flow::Stop);
                }
                state.set(*dst, context)?;
                return Ok(Flow::Next);
            }
            BsInitWritable => {
                state.need_terms(1)?;
                self.called(state, Type::of(Kinds::BITSTRING))?;
                return Ok(Flow::Next);
            }
            BsCreateBin { fail, need, live, dst, .. } => {
                self.collect(state, *live, Need::default())?;
                if let Some(fail) = fail {
                    self.branch(*fail, state)?;
                }
                state.heap = *need;
                state.set(*dst, Type::of(Kinds::BITSTRING))?;
                return Ok(Flow::Next);
            }
            _ => {}
        }

        // What is left reads a context.
        let (BsGet { context: register, .. }
        | BsSkip { context: register, .. }
        | BsTestTail { context: register, .. }
        | BsTestUnit { context: register, .. }
        | BsEnsure { context: register, .. }
        | BsMatchString { context: register, .. }
        | BsGetUtf { context: register, .. }
        | BsGetTail { context: register, .. }
        | BsGetPosition { context: register, .. }
        | BsSetPosition { context: register, .. }) = inst
        else {
            unreachable!("every other instruction is handled before");
        };
        if !state.refine((*register).into(), meet(types[0], context)) {
            return Ok(Flow::Stop);
        }
        match inst {
            BsGet { kind, fail, live, size, unit, dst, .. } => {
                self.collect(state, *live, Need::default())?;
                self.branch(*fail, state)?;
                state.set(*dst, extracted(*kind, *size, *unit))?;
            }
            BsSkip { fail, .. }
            | BsTestTail { fail, .. }
            | BsTestUnit { fail, .. }
            | BsEnsure { fail, .. }
            | BsMatchString { fail, .. } => self.branch(*fail, state)?,
            BsGetUtf { fail, live, dst, .. } => {
                self.collect(state, *live, Need::default())?;
                self.branch(*fail, state)?;
                if let Some(dst) = dst {
                    state.set(*dst, Type::of(Kinds::SMALL))?;
                }
            }
            BsGetTail { dst, live, .. } => {
                self.collect(state, *live, Need::default())?;
                state.set(*dst, Type::of(Kinds::BITSTRING))?;
            }
            BsGetPosition { dst, live, .. } => {
                self.collect(state, *live, Need::default())?;
                state.set(*dst, Type::of(Kinds::INTEGER))?;
            }
            _ => {}
        }
        Ok(Flow::Next)
    }
}

/// What a segment becomes.
fn extracted(kind: crate::inst::Extract, size: SegmentSize, unit: u16) -> Type {
    use crate::inst::Extract::*;
    Type::of(match kind {
        Integer => match size {
            SegmentSize::Of(Source::Small(size))
                if size.saturating_mul(i64::from(unit))
                    < i64::from(64 - crate::abi::SMALL_SHIFT) =>
            {
                Kinds::SMALL
            }
            _ => Kinds::INTEGER,
        },
        Float => Kinds::FLOAT,
        Binary => Kinds::BITSTRING,
    })
}
