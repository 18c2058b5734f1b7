//! One generic op with its operands to one instruction (rarely to more), by number.
//!
//! What is not what OTP 25 or later emits is refused by name. Operands of ops of OTP 26 to 28 that
//! have no instruction of their own are taken apart in [`super::newer`].

use crate::inst::{
    AtomIndex, Extract, FloatOp, Inst, MarkerOp, Need, PutMap, Register, Segment, SegmentFlags,
    SegmentKind, SegmentSize, Source, Test, Utf,
};

use super::Error;
use super::operands::Operands;
use super::ops::{self, number as op};

/// What was read.
pub enum Step {
    /// Instructions.
    Next,
    /// A `func_info`.
    Function {
        name: AtomIndex,
        arity: u8,
    },
    OnLoad,
    End,
}

impl Operands<'_, '_> {
    /// Reads the next op; instructions are put behind `out`.
    pub fn next(&mut self, out: &mut Vec<Inst>) -> Result<Step, Error> {
        let offset = self.offset();
        let number = self.op()?;
        if self.newer(number, out)? {
            return Ok(Step::Next);
        }
        let inst = match number {
            op::INT_CODE_END => return Ok(Step::End),
            op::ON_LOAD => return Ok(Step::OnLoad),
            op::FUNC_INFO => {
                let _module = self.atom()?;
                let (name, arity) = (self.atom()?, self.arity()?);
                return Ok(Step::Function { name, arity });
            }
            op::ALLOCATE_ZERO | op::ALLOCATE_HEAP_ZERO => {
                let slots = self.u16()?;
                let need = match number {
                    op::ALLOCATE_ZERO => Default::default(),
                    _ => self.need()?,
                };
                out.push(Inst::Allocate { slots, need, live: self.u16()? });
                self.charge(usize::from(slots))?;
                Inst::InitYregs((0..slots).collect())
            }
            op::MAKE_FUN2 => {
                // It finds its own room, and keeps no register but those of its free variables.
                let lambda = self.lambda()?;
                let free = u16::from(self.lambda_free(lambda));
                self.charge(usize::from(free))?;
                let need = Need { words: u32::from(free), funs: 1, floats: 0 };
                out.push(Inst::TestHeap { need, live: free });
                Inst::MakeFun {
                    lambda,
                    dst: Register::X(0),
                    free: (0..free).map(Source::X).collect(),
                }
            }
            _ => match self.family(number)? {
                Some(inst) => inst,
                None => {
                    return Err(match ops::name(number) {
                        Some(op) => Error::Unsupported { op, offset },
                        None => Error::UnknownOp { number, offset },
                    });
                }
            },
        };
        out.push(inst);
        Ok(Step::Next)
    }

    /// The instruction, by the family that knows the op.
    fn family(&mut self, number: u8) -> Result<Option<Inst>, Error> {
        for family in [Self::call, Self::control, Self::data, Self::binary, Self::older] {
            let inst = family(self, number)?;
            if inst.is_some() {
                return Ok(inst);
            }
        }
        Ok(None)
    }

    /// Calls and guard BIFs.
    fn call(&mut self, number: u8) -> Result<Option<Inst>, Error> {
        Ok(Some(match number {
            op::CALL => Inst::Call { arity: self.arity()?, label: self.label()? },
            op::CALL_LAST => {
                Inst::CallLast { arity: self.arity()?, label: self.label()?, dealloc: self.u16()? }
            }
            op::CALL_ONLY => Inst::CallOnly { arity: self.arity()?, label: self.label()? },
            op::CALL_EXT => Inst::CallExt { arity: self.arity()?, import: self.import()? },
            op::CALL_EXT_LAST => {
                let (arity, import, dealloc) = (self.arity()?, self.import()?, self.u16()?);
                match self.never_returns(import) {
                    true => Inst::CallExt { arity, import },
                    false => Inst::CallExtLast { arity, import, dealloc },
                }
            }
            op::CALL_EXT_ONLY => {
                let (arity, import) = (self.arity()?, self.import()?);
                match self.never_returns(import) {
                    true => Inst::CallExt { arity, import },
                    false => Inst::CallExtOnly { arity, import },
                }
            }
            op::CALL_FUN => Inst::CallFun { arity: self.arity()? },
            op::CALL_FUN2 => {
                // Which fun the compiler believes it to be.
                self.skip()?;
                Inst::CallFun2 { arity: self.arity()?, fun: self.source()? }
            }
            op::APPLY => Inst::Apply { arity: self.arity()? },
            op::APPLY_LAST => Inst::ApplyLast { arity: self.arity()?, dealloc: self.u16()? },
            op::RETURN => Inst::Return,
            op::BIF0 => Inst::Bif {
                import: self.import()?,
                args: Vec::new(),
                dst: self.register()?,
                fail: None,
                live: None,
            },
            op::BIF1 | op::BIF2 => {
                let (fail, import) = (self.fail()?, self.import()?);
                let args = self.sources(usize::from(number - op::BIF0))?;
                Inst::Bif { import, args, dst: self.register()?, fail, live: None }
            }
            op::GC_BIF1 | op::GC_BIF2 | op::GC_BIF3 => {
                let (fail, live, import) = (self.fail()?, self.u16()?, self.import()?);
                let args = self.sources(match number {
                    op::GC_BIF1 => 1,
                    op::GC_BIF2 => 2,
                    _ => 3,
                })?;
                Inst::Bif { import, args, dst: self.register()?, fail, live: Some(live) }
            }
            _ => return Ok(None),
        }))
    }

    /// Labels, the frame, tests, messages, exceptions.
    fn control(&mut self, number: u8) -> Result<Option<Inst>, Error> {
        if let Some((test, args)) = test(number) {
            let fail = self.label()?;
            return Ok(Some(Inst::Test { test, fail, args: self.sources(args)? }));
        }
        Ok(Some(match number {
            op::LABEL => Inst::Label(self.u32()?),
            op::LINE => Inst::Line(self.line()?),
            op::NIF_START => Inst::NifStart,
            op::ALLOCATE => {
                Inst::Allocate { slots: self.u16()?, need: Default::default(), live: self.u16()? }
            }
            op::ALLOCATE_HEAP => {
                Inst::Allocate { slots: self.u16()?, need: self.need()?, live: self.u16()? }
            }
            op::TEST_HEAP => Inst::TestHeap { need: self.need()?, live: self.u16()? },
            op::INIT => Inst::InitYregs(vec![self.y()?]),
            op::INIT_YREGS => {
                let count = self.list()?;
                let mut slots = Vec::new();
                for _ in 0..count {
                    slots.push(self.y()?);
                }
                Inst::InitYregs(slots)
            }
            op::DEALLOCATE => Inst::Deallocate { slots: self.u16()? },
            op::TRIM => Inst::Trim { slots: self.u16()?, remaining: self.u16()? },

            op::SEND => Inst::Send,
            op::REMOVE_MESSAGE => Inst::RemoveMessage,
            op::TIMEOUT => Inst::Timeout,
            op::LOOP_REC => Inst::LoopRec { fail: self.label()?, dst: self.register()? },
            op::LOOP_REC_END => Inst::LoopRecEnd { label: self.label()? },
            op::WAIT => Inst::Wait { label: self.label()? },
            op::WAIT_TIMEOUT => Inst::WaitTimeout { label: self.label()?, time: self.source()? },
            op::RECV_MARKER_BIND => {
                let marker = self.register()?;
                let reference = Some(self.register()?);
                Inst::RecvMarker { op: MarkerOp::Bind, marker, reference }
            }
            op::RECV_MARKER_CLEAR | op::RECV_MARKER_RESERVE | op::RECV_MARKER_USE => {
                let op = match number {
                    op::RECV_MARKER_CLEAR => MarkerOp::Clear,
                    op::RECV_MARKER_RESERVE => MarkerOp::Reserve,
                    _ => MarkerOp::Use,
                };
                Inst::RecvMarker { op, marker: self.register()?, reference: None }
            }

            op::TEST_ARITY => {
                Inst::TestArity { fail: self.label()?, tuple: self.source()?, arity: self.u32()? }
            }
            op::IS_TAGGED_TUPLE => Inst::IsTaggedTuple {
                fail: self.label()?,
                tuple: self.source()?,
                arity: self.u32()?,
                tag: self.atom()?,
            },
            op::SELECT_VAL => {
                let (value, fail) = (self.source()?, self.label()?);
                let mut cases = Vec::new();
                for _ in 0..self.pairs()? {
                    cases.push((self.source()?, self.label()?));
                }
                Inst::SelectVal { value, fail, cases }
            }
            op::SELECT_TUPLE_ARITY => {
                let (tuple, fail) = (self.source()?, self.label()?);
                let mut cases = Vec::new();
                for _ in 0..self.pairs()? {
                    cases.push((self.u32()?, self.label()?));
                }
                Inst::SelectTupleArity { tuple, fail, cases }
            }
            op::JUMP => Inst::Jump(self.label()?),

            op::CATCH => Inst::Catch { y: self.y()?, label: self.label()? },
            op::CATCH_END => Inst::CatchEnd { y: self.y()? },
            op::TRY => Inst::Try { y: self.y()?, label: self.label()? },
            op::TRY_END => Inst::TryEnd { y: self.y()? },
            op::TRY_CASE => Inst::TryCase { y: self.y()? },
            op::TRY_CASE_END => Inst::TryCaseEnd(self.source()?),
            op::BADMATCH => Inst::Badmatch(self.source()?),
            op::CASE_END => Inst::CaseEnd(self.source()?),
            op::IF_END => Inst::IfEnd,
            op::BADRECORD => Inst::Badrecord(self.source()?),
            op::RAISE => Inst::Raise { trace: self.source()?, value: self.source()? },
            op::RAW_RAISE => Inst::RawRaise,
            op::BUILD_STACKTRACE => Inst::BuildStacktrace,
            _ => return Ok(None),
        }))
    }

    /// Terms and floating point.
    fn data(&mut self, number: u8) -> Result<Option<Inst>, Error> {
        Ok(Some(match number {
            op::MOVE => Inst::Move { src: self.source()?, dst: self.register()? },
            op::SWAP => Inst::Swap { a: self.register()?, b: self.register()? },
            op::GET_LIST => Inst::GetList {
                src: self.source()?,
                head: self.register()?,
                tail: self.register()?,
            },
            op::GET_HD => Inst::GetHd { src: self.source()?, dst: self.register()? },
            op::GET_TL => Inst::GetTl { src: self.source()?, dst: self.register()? },
            op::GET_TUPLE_ELEMENT => Inst::GetTupleElement {
                src: self.source()?,
                index: self.u32()?,
                dst: self.register()?,
            },
            op::SET_TUPLE_ELEMENT => Inst::SetTupleElement {
                value: self.source()?,
                tuple: self.source()?,
                index: self.u32()?,
            },
            op::PUT_LIST => {
                Inst::PutList { head: self.source()?, tail: self.source()?, dst: self.register()? }
            }
            op::PUT_TUPLE2 => {
                let dst = self.register()?;
                let count = self.list()?;
                Inst::PutTuple { dst, elements: self.sources(count)? }
            }
            op::MAKE_FUN3 => {
                let (lambda, dst) = (self.lambda()?, self.register()?);
                let count = self.list()?;
                Inst::MakeFun { lambda, dst, free: self.sources(count)? }
            }
            op::PUT_MAP_ASSOC | op::PUT_MAP_EXACT => {
                let kind = match number {
                    op::PUT_MAP_ASSOC => PutMap::Assoc,
                    _ => PutMap::Exact,
                };
                let (fail, src) = (self.fail()?, self.source()?);
                let (dst, live) = (self.register()?, self.u16()?);
                let mut pairs = Vec::new();
                for _ in 0..self.pairs()? {
                    pairs.push((self.source()?, self.source()?));
                }
                Inst::PutMap { kind, fail, src, dst, live, pairs }
            }
            op::HAS_MAP_FIELDS => {
                let (fail, src) = (self.label()?, self.source()?);
                let count = self.list()?;
                Inst::HasMapFields { fail, src, keys: self.sources(count)? }
            }
            op::GET_MAP_ELEMENTS => {
                let (fail, src) = (self.label()?, self.source()?);
                let mut pairs = Vec::new();
                for _ in 0..self.pairs()? {
                    pairs.push((self.source()?, self.register()?));
                }
                Inst::GetMapElements { fail, src, pairs }
            }

            op::FMOVE => match self.float_or_source()? {
                Ok(src) => Inst::FmoveOut { src, dst: self.register()? },
                Err(src) => Inst::FmoveIn { src, dst: self.float()? },
            },
            op::FCONV => Inst::Fconv { src: self.source()?, dst: self.float()? },
            op::FADD | op::FSUB | op::FMUL | op::FDIV => {
                self.no_fail()?;
                let op = match number {
                    op::FADD => FloatOp::Add,
                    op::FSUB => FloatOp::Sub,
                    op::FMUL => FloatOp::Mul,
                    _ => FloatOp::Div,
                };
                Inst::Farith { op, a: self.float()?, b: self.float()?, dst: self.float()? }
            }
            op::FNEGATE => {
                self.no_fail()?;
                Inst::Fnegate { src: self.float()?, dst: self.float()? }
            }
            _ => return Ok(None),
        }))
    }

    /// Binaries.
    fn binary(&mut self, number: u8) -> Result<Option<Inst>, Error> {
        Ok(Some(match number {
            op::BS_START_MATCH3 => {
                let (fail, src) = (self.fail()?, self.source()?);
                Inst::BsStartMatch { fail, src, live: self.u16()?, dst: self.register()? }
            }
            op::BS_START_MATCH4 => {
                let (fail, live) = (self.fail_or_claim()?, self.u16()?);
                Inst::BsStartMatch { fail, src: self.source()?, live, dst: self.register()? }
            }
            op::BS_GET_INTEGER2 | op::BS_GET_FLOAT2 | op::BS_GET_BINARY2 => {
                let kind = match number {
                    op::BS_GET_INTEGER2 => Extract::Integer,
                    op::BS_GET_FLOAT2 => Extract::Float,
                    _ => Extract::Binary,
                };
                Inst::BsGet {
                    kind,
                    fail: self.label()?,
                    context: self.register()?,
                    live: self.u16()?,
                    size: self.segment_size()?,
                    unit: self.u16()?,
                    flags: self.flags()?,
                    dst: self.register()?,
                }
            }
            op::BS_SKIP_BITS2 => Inst::BsSkip {
                fail: self.label()?,
                context: self.register()?,
                size: self.segment_size()?,
                unit: self.u16()?,
                flags: self.flags()?,
            },
            op::BS_TEST_TAIL2 => {
                let (fail, context) = (self.label()?, self.register()?);
                match self.u32_or_more()? {
                    Some(bits) => Inst::BsTestTail { fail, context, bits },
                    // No binary has so many.
                    None => Inst::Jump(fail),
                }
            }
            op::BS_TEST_UNIT => Inst::BsTestUnit {
                fail: self.label()?,
                context: self.register()?,
                unit: self.u16()?,
            },
            op::BS_MATCH_STRING => {
                let (fail, context, bits) = (self.label()?, self.register()?, self.u32()?);
                let at = self.u32()?;
                let bytes = self.string(at, bits.div_ceil(8) as usize)?;
                Inst::BsMatchString { fail, context, bits, bytes }
            }
            op::BS_GET_UTF8 | op::BS_GET_UTF16 | op::BS_GET_UTF32 => {
                let utf = match number {
                    op::BS_GET_UTF8 => Utf::Utf8,
                    op::BS_GET_UTF16 => Utf::Utf16,
                    _ => Utf::Utf32,
                };
                Inst::BsGetUtf {
                    utf,
                    fail: self.label()?,
                    context: self.register()?,
                    live: self.u16()?,
                    flags: self.flags()?,
                    dst: Some(self.register()?),
                }
            }
            op::BS_SKIP_UTF8 | op::BS_SKIP_UTF16 | op::BS_SKIP_UTF32 => {
                let utf = match number {
                    op::BS_SKIP_UTF8 => Utf::Utf8,
                    op::BS_SKIP_UTF16 => Utf::Utf16,
                    _ => Utf::Utf32,
                };
                Inst::BsGetUtf {
                    utf,
                    fail: self.label()?,
                    context: self.register()?,
                    live: self.u16()?,
                    flags: self.flags()?,
                    dst: None,
                }
            }
            op::BS_GET_TAIL => Inst::BsGetTail {
                context: self.register()?,
                dst: self.register()?,
                live: self.u16()?,
            },
            op::BS_GET_POSITION => Inst::BsGetPosition {
                context: self.register()?,
                dst: self.register()?,
                live: self.u16()?,
            },
            op::BS_SET_POSITION => {
                Inst::BsSetPosition { context: self.register()?, position: self.source()? }
            }
            op::BS_INIT_WRITABLE => Inst::BsInitWritable,
            op::BS_CREATE_BIN => {
                let (fail, need, live) = (self.fail()?, self.need()?, self.u16()?);
                let (unit, dst) = (self.u16()?, self.register()?);
                let count = self.list()?;
                if count % 6 != 0 {
                    return Err(self.error("a segment has six operands"));
                }
                let mut segments = Vec::new();
                for _ in 0..count / 6 {
                    segments.push(self.segment()?);
                }
                Inst::BsCreateBin { fail, need, live, unit, dst, segments }
            }
            _ => return Ok(None),
        }))
    }

    /// A segment that `bs_create_bin` builds.
    fn segment(&mut self) -> Result<Segment, Error> {
        let kind = self.atom()?;
        let kind = match self.atom_text(kind) {
            "integer" => SegmentKind::Integer,
            "float" => SegmentKind::Float,
            "binary" => SegmentKind::Binary,
            "append" => SegmentKind::Append,
            "private_append" => SegmentKind::PrivateAppend,
            "utf8" => SegmentKind::Utf8,
            "utf16" => SegmentKind::Utf16,
            "utf32" => SegmentKind::Utf32,
            "string" => SegmentKind::Bytes(Box::default()),
            _ => return Err(self.error("a segment of an unknown type")),
        };
        let (number, unit, flags) = (self.u32()?, self.u16()?, self.named_flags()?);
        if let SegmentKind::Bytes(_) = kind {
            let (at, count) = (self.u32()?, self.u32()?);
            return Ok(Segment {
                kind: SegmentKind::Bytes(self.string(at, count as usize)?),
                unit: 8,
                flags: SegmentFlags::default(),
                value: Source::Nil,
                size: SegmentSize::None,
                number,
            });
        }
        Ok(Segment { kind, unit, flags, value: self.source()?, size: self.segment_size()?, number })
    }
}

/// The tests that are only a fail label and terms, with how many.
fn test(number: u8) -> Option<(Test, usize)> {
    Some(match number {
        op::IS_LT => (Test::Lt, 2),
        op::IS_GE => (Test::Ge, 2),
        op::IS_EQ => (Test::Eq, 2),
        op::IS_NE => (Test::Ne, 2),
        op::IS_EQ_EXACT => (Test::EqExact, 2),
        op::IS_NE_EXACT => (Test::NeExact, 2),
        op::IS_INTEGER => (Test::IsInteger, 1),
        op::IS_FLOAT => (Test::IsFloat, 1),
        op::IS_NUMBER => (Test::IsNumber, 1),
        op::IS_ATOM => (Test::IsAtom, 1),
        op::IS_BOOLEAN => (Test::IsBoolean, 1),
        op::IS_PID => (Test::IsPid, 1),
        op::IS_PORT => (Test::IsPort, 1),
        op::IS_REFERENCE => (Test::IsReference, 1),
        op::IS_NIL => (Test::IsNil, 1),
        op::IS_LIST => (Test::IsList, 1),
        op::IS_NONEMPTY_LIST => (Test::IsNonemptyList, 1),
        op::IS_TUPLE => (Test::IsTuple, 1),
        op::IS_MAP => (Test::IsMap, 1),
        op::IS_BINARY => (Test::IsBinary, 1),
        op::IS_BITSTR => (Test::IsBitstring, 1),
        op::IS_FUNCTION => (Test::IsFunction, 1),
        op::IS_FUNCTION2 => (Test::IsFunctionArity, 2),
        _ => return None,
    })
}
