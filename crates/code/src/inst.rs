//! The instructions of a function, typed: what the reader makes of a `.beam` file's generic ops,
//! what the verifier proves, and what the compiler turns into machine code.
//!
//! One variant is one operation of OTP's generic instruction set (`beam_opcodes`), with operands
//! that can no longer be of a wrong kind. Numbers are as in the file: labels from 1, registers
//! from 0. Atoms, literals, imports and lambdas are indices into the tables of [`crate::Module`].

/// An X register: 0 to 1,022 (`X_MAX`).
pub type X = u16;
/// A slot of the function's frame, 0 to 1,022.
pub type Y = u16;
/// A label of the module: 1 to `Module::label_count` (exclusive).
pub type Label = u32;
/// An index into `Module::atoms` (from 0).
pub type AtomIndex = u32;
/// An index into `Module::literals`.
pub type LiteralIndex = u32;
/// An index into `Module::imports`.
pub type ImportIndex = u32;
/// An index into `Module::lambdas`.
pub type LambdaIndex = u32;

/// Where a term is taken from. An integer beyond a small one is a literal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Source {
    X(X),
    Y(Y),
    /// Within 60 bits: −2⁵⁹ to 2⁵⁹ − 1.
    Small(i64),
    Atom(AtomIndex),
    Nil,
    Literal(LiteralIndex),
}

/// Where a term is put.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Register {
    X(X),
    Y(Y),
}

impl From<Register> for Source {
    fn from(register: Register) -> Source {
        match register {
            Register::X(x) => Source::X(x),
            Register::Y(y) => Source::Y(y),
        }
    }
}

/// A floating-point register, 0 to 15, or, as an operand of `fmove` and `fconv`, a term.
pub type F = u8;

/// Words that an instruction sets aside on the heap. A fun takes `abi::FUN_WORDS`, a float
/// `abi::FLOAT_WORDS`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Need {
    pub words: u32,
    pub floats: u32,
    pub funs: u32,
}

/// A test of one to three operands that falls through or goes to its fail label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Test {
    Lt,
    Ge,
    Eq,
    Ne,
    EqExact,
    NeExact,
    IsInteger,
    IsFloat,
    IsNumber,
    IsAtom,
    IsBoolean,
    IsPid,
    IsPort,
    IsReference,
    IsNil,
    IsList,
    IsNonemptyList,
    IsTuple,
    IsMap,
    IsBinary,
    IsBitstring,
    IsFunction,
    /// The second operand is the arity.
    IsFunctionArity,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FloatOp {
    Add,
    Sub,
    Mul,
    Div,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Utf {
    Utf8,
    Utf16,
    Utf32,
}

/// Flags of a binary segment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SegmentFlags {
    pub little: bool,
    pub signed: bool,
    /// Little-endian on x86-64 and AArch64.
    pub native: bool,
}

/// The type of a segment that `bs_create_bin` builds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SegmentKind {
    Integer,
    Float,
    Binary,
    /// Only as the first: appends to a binary, in place where nothing after its end is used.
    Append,
    PrivateAppend,
    Utf8,
    Utf16,
    Utf32,
    /// Bytes of the module's string table.
    Bytes(Box<[u8]>),
}

/// The size operand of a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SegmentSize {
    /// `all`: the whole of a binary.
    All,
    /// `undefined`: the segment's type knows (UTF).
    None,
    /// Times the unit, in bits.
    Of(Source),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    pub kind: SegmentKind,
    pub unit: u16,
    pub flags: SegmentFlags,
    pub value: Source,
    pub size: SegmentSize,
    /// The place of the segment in the source, which error info names (0: not a source segment).
    pub number: u32,
}

/// What a segment of a match becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extract {
    Integer,
    Float,
    Binary,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PutMap {
    /// `=>`
    Assoc,
    /// `:=`: the key must be there.
    Exact,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarkerOp {
    Bind,
    Clear,
    Reserve,
    Use,
}

/// `fail: None` in an instruction that has one means that it raises instead.
#[derive(Clone, Debug, PartialEq)]
pub enum Inst {
    Label(Label),
    /// An index into `Module::lines`; 0 is "no line".
    Line(u32),
    /// Raises `function_clause` with the arguments of the function.
    FuncInfo,

    // Calls. `dealloc` words of frame are given back first.
    Call {
        arity: u8,
        label: Label,
    },
    CallLast {
        arity: u8,
        label: Label,
        dealloc: u16,
    },
    CallOnly {
        arity: u8,
        label: Label,
    },
    CallExt {
        arity: u8,
        import: ImportIndex,
    },
    CallExtLast {
        arity: u8,
        import: ImportIndex,
        dealloc: u16,
    },
    CallExtOnly {
        arity: u8,
        import: ImportIndex,
    },
    /// The fun is in X[arity].
    CallFun {
        arity: u8,
    },
    /// Like `CallFun` with the fun anywhere; hints of the tag operand are not believed.
    CallFun2 {
        arity: u8,
        fun: Source,
    },
    /// Module in X[arity], function in X[arity + 1].
    Apply {
        arity: u8,
    },
    ApplyLast {
        arity: u8,
        dealloc: u16,
    },
    Return,

    /// A guard BIF: `live: None` never collects (`bif0` to `bif2`), `Some` may (`gc_bif1` to 3).
    Bif {
        import: ImportIndex,
        args: Vec<Source>,
        dst: Register,
        fail: Option<Label>,
        live: Option<u16>,
    },

    // The frame and the heap.
    Allocate {
        slots: u16,
        need: Need,
        live: u16,
    },
    TestHeap {
        need: Need,
        live: u16,
    },
    InitYregs(Vec<Y>),
    Deallocate {
        slots: u16,
    },
    Trim {
        slots: u16,
        remaining: u16,
    },

    // Messages. `Send`: destination in X0, message in X1, result in X0.
    Send,
    RemoveMessage,
    Timeout,
    LoopRec {
        fail: Label,
        dst: Register,
    },
    LoopRecEnd {
        label: Label,
    },
    Wait {
        label: Label,
    },
    WaitTimeout {
        label: Label,
        time: Source,
    },
    /// `reference` is for `Bind` only.
    RecvMarker {
        op: MarkerOp,
        marker: Register,
        reference: Option<Register>,
    },

    // Tests and branches.
    Test {
        test: Test,
        fail: Label,
        args: Vec<Source>,
    },
    TestArity {
        fail: Label,
        tuple: Source,
        arity: u32,
    },
    IsTaggedTuple {
        fail: Label,
        tuple: Source,
        arity: u32,
        tag: AtomIndex,
    },
    /// Constants: small integers, atoms, float and big literals.
    SelectVal {
        value: Source,
        fail: Label,
        cases: Vec<(Source, Label)>,
    },
    SelectTupleArity {
        tuple: Source,
        fail: Label,
        cases: Vec<(u32, Label)>,
    },
    Jump(Label),

    // Exceptions.
    Catch {
        y: Y,
        label: Label,
    },
    CatchEnd {
        y: Y,
    },
    Try {
        y: Y,
        label: Label,
    },
    TryEnd {
        y: Y,
    },
    TryCase {
        y: Y,
    },
    TryCaseEnd(Source),
    Badmatch(Source),
    CaseEnd(Source),
    IfEnd,
    Badrecord(Source),
    /// `bif raise/2` and the `raise` op: re-raises `value` with the raw trace `trace`.
    Raise {
        trace: Source,
        value: Source,
    },
    /// Class in X0, reason in X1, raw trace in X2.
    RawRaise,
    /// X0: from a raw trace to the list of frames.
    BuildStacktrace,

    // Terms.
    Move {
        src: Source,
        dst: Register,
    },
    Swap {
        a: Register,
        b: Register,
    },
    GetList {
        src: Source,
        head: Register,
        tail: Register,
    },
    GetHd {
        src: Source,
        dst: Register,
    },
    GetTl {
        src: Source,
        dst: Register,
    },
    GetTupleElement {
        src: Source,
        index: u32,
        dst: Register,
    },
    /// Only on a tuple that `erlang:setelement/3` has just made.
    SetTupleElement {
        value: Source,
        tuple: Source,
        index: u32,
    },
    PutList {
        head: Source,
        tail: Source,
        dst: Register,
    },
    PutTuple {
        dst: Register,
        elements: Vec<Source>,
    },
    /// A copy of the first `size` elements of a tuple that has as many, but for those at the given
    /// indices (from 0). OTP 26.
    UpdateRecord {
        size: u32,
        src: Source,
        dst: Register,
        updates: Vec<(u32, Source)>,
    },
    MakeFun {
        lambda: LambdaIndex,
        dst: Register,
        free: Vec<Source>,
    },
    PutMap {
        kind: PutMap,
        fail: Option<Label>,
        src: Source,
        dst: Register,
        live: u16,
        pairs: Vec<(Source, Source)>,
    },
    HasMapFields {
        fail: Label,
        src: Source,
        keys: Vec<Source>,
    },
    GetMapElements {
        fail: Label,
        src: Source,
        pairs: Vec<(Source, Register)>,
    },

    // Floating point.
    /// A term that is a float to a register.
    FmoveIn {
        src: Source,
        dst: F,
    },
    /// A register to a new float on the heap.
    FmoveOut {
        src: F,
        dst: Register,
    },
    /// Any number to a register; raises `badarith`.
    Fconv {
        src: Source,
        dst: F,
    },
    Farith {
        op: FloatOp,
        a: F,
        b: F,
        dst: F,
    },
    Fnegate {
        src: F,
        dst: F,
    },

    // Binaries: matching. The context is a register.
    BsStartMatch {
        fail: Option<Label>,
        src: Source,
        live: u16,
        dst: Register,
    },
    BsGet {
        kind: Extract,
        fail: Label,
        context: Register,
        live: u16,
        size: SegmentSize,
        unit: u16,
        flags: SegmentFlags,
        dst: Register,
    },
    BsSkip {
        fail: Label,
        context: Register,
        size: SegmentSize,
        unit: u16,
        flags: SegmentFlags,
    },
    BsTestTail {
        fail: Label,
        context: Register,
        bits: u32,
    },
    BsTestUnit {
        fail: Label,
        context: Register,
        unit: u16,
    },
    /// At least so many bits are left, and what is left behind them is a multiple of the unit.
    /// OTP 26, a part of `bs_match`.
    BsEnsure {
        fail: Label,
        context: Register,
        bits: u32,
        unit: u16,
    },
    BsMatchString {
        fail: Label,
        context: Register,
        bits: u32,
        bytes: Box<[u8]>,
    },
    /// `dst: None` skips.
    BsGetUtf {
        utf: Utf,
        fail: Label,
        context: Register,
        live: u16,
        flags: SegmentFlags,
        dst: Option<Register>,
    },
    BsGetTail {
        context: Register,
        dst: Register,
        live: u16,
    },
    BsGetPosition {
        context: Register,
        dst: Register,
        live: u16,
    },
    BsSetPosition {
        context: Register,
        position: Source,
    },

    // Binaries: construction.
    /// X0: a size in bits to an empty binary with room for it.
    BsInitWritable,
    /// `need` words more are set aside, which instructions after it may use.
    BsCreateBin {
        fail: Option<Label>,
        need: Need,
        live: u16,
        unit: u16,
        dst: Register,
        segments: Vec<Segment>,
    },

    /// Where OTP's loader may put a native in place of the body.
    NifStart,
    /// The end of an `on_load` function's module attribute; has no effect.
    OnLoad,
}

impl Inst {
    /// The terms that the instruction reads beside the X registers of a call, in a fixed order: the
    /// order of its fields, lists element by element, pairs key first. Registers that are matched on
    /// (contexts, markers) count as sources.
    pub fn sources(&self) -> Vec<Source> {
        use Inst::*;
        let of = |size: &SegmentSize| match size {
            SegmentSize::Of(source) => Some(*source),
            SegmentSize::All | SegmentSize::None => None,
        };
        match self {
            CallFun2 { fun, .. } => vec![*fun],
            Bif { args, .. } | Test { args, .. } => args.clone(),
            WaitTimeout { time, .. } => vec![*time],
            RecvMarker { marker, reference, .. } => {
                let mut all = vec![Source::from(*marker)];
                all.extend(reference.map(Source::from));
                all
            }
            TestArity { tuple, .. }
            | IsTaggedTuple { tuple, .. }
            | SelectTupleArity { tuple, .. } => vec![*tuple],
            SelectVal { value, .. } => vec![*value],
            TryCaseEnd(source) | Badmatch(source) | CaseEnd(source) | Badrecord(source) => {
                vec![*source]
            }
            Raise { trace, value } => vec![*trace, *value],
            Move { src, .. } | GetList { src, .. } | GetHd { src, .. } | GetTl { src, .. } => {
                vec![*src]
            }
            GetTupleElement { src, .. } | FmoveIn { src, .. } | Fconv { src, .. } => vec![*src],
            Swap { a, b } => vec![(*a).into(), (*b).into()],
            SetTupleElement { value, tuple, .. } => vec![*value, *tuple],
            PutList { head, tail, .. } => vec![*head, *tail],
            PutTuple { elements, .. } => elements.clone(),
            UpdateRecord { src, updates, .. } => {
                let mut all = vec![*src];
                all.extend(updates.iter().map(|(_, value)| *value));
                all
            }
            MakeFun { free, .. } => free.clone(),
            PutMap { src, pairs, .. } => {
                let mut all = vec![*src];
                all.extend(pairs.iter().flat_map(|(key, value)| [*key, *value]));
                all
            }
            HasMapFields { src, keys, .. } => {
                let mut all = vec![*src];
                all.extend(keys);
                all
            }
            GetMapElements { src, pairs, .. } => {
                let mut all = vec![*src];
                all.extend(pairs.iter().map(|(key, _)| *key));
                all
            }
            BsStartMatch { src, .. } => vec![*src],
            BsGet { context, size, .. } | BsSkip { context, size, .. } => {
                let mut all = vec![Source::from(*context)];
                all.extend(of(size));
                all
            }
            BsTestTail { context, .. }
            | BsTestUnit { context, .. }
            | BsEnsure { context, .. }
            | BsMatchString { context, .. }
            | BsGetUtf { context, .. }
            | BsGetTail { context, .. }
            | BsGetPosition { context, .. } => vec![(*context).into()],
            BsSetPosition { context, position } => vec![(*context).into(), *position],
            BsCreateBin { segments, .. } => segments
                .iter()
                .flat_map(|segment| std::iter::once(segment.value).chain(of(&segment.size)))
                .collect(),
            _ => Vec::new(),
        }
    }
}
