//! The contract between compiled code and the runtime: how terms look, what the context holds at
//! which offset, which helpers there are, and how control passes between the two.
//!
//! Defined here once, by rows; `vm` pins each offset with an `offset_of!` assert, and `compile`
//! takes every number from here. [`hash`] changes when any of it does, and is part of the key of
//! every artifact.
//!
//! # A term is one word
//!
//! ```text
//! .... .... .... ..00   header (only behind a boxed pointer), or a return address on the stack
//! pppp .... pppp pp01   cons: address of [head][tail], 8-byte aligned
//! pppp .... pppp pp10   boxed: address of [header][...]
//! nnnn .... nnnn 0011   pid         nnnn .... nnnn 0111   port
//! nnnn .... nnnn 1111   small integer, 60 bits
//! iiii .... ii00 1011   atom        aaaa .... aa01 1011   catch handler (stack only)
//! 0000 .... 0011 1011   []
//! 0                     no value: never a term; what a helper returns that did not return
//!
//! header: aaaa .... aaaa kkkk 00    a: words behind the header, k: kind
//! ```
//!
//! The tags are those of OTP, because its hash of terms, and so the order of large maps, reads them.
//!
//! # Registers
//!
//! Compiled functions have the calling convention Tail and six parameters: stack pointer, heap
//! pointer, reductions left, X0, X1, X2. The context is in the pinned register. The stack grows
//! down from the end of the process's memory to the heap, which grows up:
//!
//! ```text
//! heap start                hp →            ← sp                        stack end
//! | terms ................. | free .......... | Y0 Y1 .. Yn-1 | return | Y0 .. | return |
//! ```
//!
//! On x86-64 that is: rdi, rsi, rdx, rcx, r8, r9; the context in r15; the [`Status`] in rax. rbx,
//! rbp and r12 to r14 are preserved, all others are not; the native stack is aligned as for C. (On
//! AArch64: x2 to x7, context in x21, status in x0.) A function reads no more of X0 to X2 than it
//! has arguments, a return point X0 alone; who enters from outside sets all six.
//!
//! All compiled functions run on one native frame, which is there when control comes to any of
//! them: who enters from outside does what a call and the first two instructions of a function
//! would do (`push` of a return address, `push rbp`, `mov rbp, rsp`) and jumps. Status in rax, they
//! return to that address with rbp and rsp as they were before.
//!
//! `sp[0]` is Y0. Whoever calls pushes the return address; `return` pops it and jumps there. At
//! least [`STACK_RESERVE`] words are free at any time beyond what an instruction has set aside.
//!
//! # Ways out
//!
//! A compiled function leaves for the scheduler by an ordinary return with a [`Status`]. A helper
//! that returns no value has put where to go on into `Context::next`, with stack pointer, heap
//! pointer, reductions and X registers in the context.

/// The lowest two bits.
pub const TAG_MASK: u64 = 0b11;
pub const TAG_HEADER: u64 = 0b00;
pub const TAG_CONS: u64 = 0b01;
pub const TAG_BOXED: u64 = 0b10;
pub const TAG_IMMEDIATE: u64 = 0b11;
/// The lowest four bits of an immediate.
pub const IMMEDIATE_MASK: u64 = 0b1111;
pub const TAG_PID: u64 = 0b0011;
pub const TAG_PORT: u64 = 0b0111;
pub const TAG_SMALL: u64 = 0b1111;
pub const SMALL_SHIFT: u32 = 4;
pub const SMALL_MAX: i64 = (1 << 59) - 1;
pub const SMALL_MIN: i64 = -(1 << 59);
/// The lowest six bits of the rest.
pub const IMMEDIATE2_MASK: u64 = 0b11_1111;
pub const TAG_ATOM: u64 = 0b00_1011;
pub const ATOM_SHIFT: u32 = 6;
/// The handler's address, which is 16-byte aligned, shifted left by 2.
pub const TAG_CATCH: u64 = 0b01_1011;
pub const CATCH_SHIFT: u32 = 2;
pub const NIL: u64 = 0b11_1011;
/// What is no term.
pub const NO_VALUE: u64 = 0;

pub const HEADER_SHIFT: u32 = 6;
pub const HEADER_KIND_MASK: u64 = 0b11_1100;

/// The kind in a header, already shifted to its place.
pub mod kind {
    /// `[header][element]...`; the header of an empty tuple is alone.
    pub const TUPLE: u64 = 0 << 2;
    /// `[header][binary: heap, refc or literal][offset in bits][end in bits]`: a match context. The
    /// offset and the end are smalls; the offset is changed in place.
    pub const CONTEXT: u64 = 1 << 2;
    /// `[header][limb, least significant first]...`, no leading zero limb.
    pub const BIG_POSITIVE: u64 = 2 << 2;
    pub const BIG_NEGATIVE: u64 = 3 << 2;
    /// `[header][number][data]`: both raw words; data is 0 or the address of a shared value.
    pub const REFERENCE: u64 = 4 << 2;
    /// `[header][index into the isolate's lambdas, a small][creator][free variable]...`
    pub const FUN: u64 = 5 << 2;
    /// `[header][f64]`
    pub const FLOAT: u64 = 6 << 2;
    /// `[header][index into the isolate's exports, a small]`
    pub const EXPORT: u64 = 7 << 2;
    /// `[header][size in bytes][address of the shared bytes]`: both raw words.
    pub const REFC_BINARY: u64 = 8 << 2;
    /// `[header][size in bytes, raw][bytes, padded]...`
    pub const HEAP_BINARY: u64 = 9 << 2;
    /// `[header][binary: heap or refc][offset in bits][size in bits]`: both smalls.
    pub const SUB_BINARY: u64 = 10 << 2;
    /// `[header][size, a small][keys: a tuple in term order][value]...`, at most 32 keys.
    pub const FLAT_MAP: u64 = 11 << 2;
    /// The root of a trie: `[header][size, a small][bitmap, a small][child]...`.
    pub const HASH_MAP: u64 = 12 << 2;
    /// An inner node: `[header][bitmap, a small][child]...`.
    pub const HASH_NODE: u64 = 13 << 2;
    /// `[header][node name, an atom][creation, a small][kind of it, a small][numbers, smalls]...`: a
    /// pid, port or reference of another node.
    pub const EXTERNAL: u64 = 14 << 2;
}

/// Words of a fun before its free variables, and what `Need::funs` counts.
pub const FUN_WORDS: u32 = 3;
pub const FLOAT_WORDS: u32 = 2;
pub const CONTEXT_WORDS: u32 = 4;
/// Words that are always free between heap and stack, for return addresses and traps.
pub const STACK_RESERVE: u32 = 8;
/// X registers; the instruction set has 1,023.
pub const X_MAX: usize = 1024;
/// Operands of one instruction that stand in the context (`Context::args`).
pub const ARGS_MAX: usize = 2048;
pub const FLOAT_REGISTERS: usize = 16;
/// Reductions of one turn of a process (OTP: `CONTEXT_REDS`).
pub const TURN_REDUCTIONS: i64 = 4000;

/// How a compiled function comes back to the scheduler.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u64)]
pub enum Status {
    /// Reductions are used up: goes on at `next` with `live` X registers.
    Yield = 1,
    /// Waits for a message (or a timeout): goes on at `next` without X registers.
    Wait = 2,
    /// The process is at its end; how is in the process.
    Exited = 3,
    /// The isolate is abandoned; why is in the isolate.
    Abandoned = 4,
}

macro_rules! offsets {
    ($($(#[$doc:meta])* $name:ident = $offset:expr;)*) => {
        /// Offsets in bytes into the runtime's context.
        pub mod context {
            $($(#[$doc])* pub const $name: i32 = $offset;)*
        }
    };
}

offsets! {
    /// Stack pointer of the process, while it is not in its register.
    SP = 0;
    /// Heap pointer.
    HP = 8;
    /// Reductions left in this turn.
    REDUCTIONS = 16;
    /// Where compiled code goes on.
    NEXT = 24;
    /// Native stack pointer of the entry frame.
    ENTRY_SP = 32;
    /// Address of the table of helpers, [`super::Helper`] by number.
    HELPERS = 40;
    /// Address of the table of exports: one code address each.
    EXPORTS = 48;
    /// Address of the table of lambdas: [`super::LAMBDA_ENTRY_BYTES`] each.
    LAMBDAS = 56;
    /// The site that called a helper that raised; see `artifact::Point`.
    SITE = 64;
    /// How many X registers hold terms when control is not in compiled code. `u64::MAX - 1 - n`: as
    /// many as BIF number n has arguments; see also [`super::LIVE_ALL`].
    LIVE = 72;
    /// How many words of `args` hold terms.
    ARGS_LIVE = 80;
    /// The export that was called last, for when its code is not there: its offset in bytes in the
    /// table.
    CALLED = 88;
    /// The pid of the running process, a term.
    SELF = 96;
    /// Operands of the helper that compiled code is about to call, up to three words: where one
    /// shared piece of code calls it for many. No terms outlive the call there.
    OPERANDS = 104;
    /// Floating-point registers.
    FLOATS = 128;
    /// X registers.
    X = 256;
    /// Operands of instructions that have many.
    ARGS = 256 + 8 * super::X_MAX as i32;
}

/// One row of the table of lambdas: code address, then arity of the fun (u32) and number of free
/// variables (u32).
pub const LAMBDA_ENTRY_BYTES: i32 = 16;

macro_rules! helpers {
    ($($(#[$doc:meta])* $name:ident = $kind:ident($($arg:ident),*);)*) => {
        /// A function of the runtime that compiled code calls, by its number in the table. All take
        /// the context first, have the C calling convention, and return a word.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u16)]
        pub enum Helper { $($(#[$doc])* $name,)* }

        impl Helper {
            pub const ALL: &'static [Helper] = &[$(Helper::$name,)*];
            /// Arguments beside the context.
            pub const fn arity(self) -> usize {
                match self { $(Helper::$name => { const ARGS: &[&str] = &[$(stringify!($arg)),*]; ARGS.len() })* }
            }
            pub const fn effect(self) -> Effect {
                match self { $(Helper::$name => Effect::$kind,)* }
            }
            pub const fn name(self) -> &'static str {
                match self { $(Helper::$name => stringify!($name),)* }
            }
        }
    };
}

/// What a helper does to the registers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Neither heap nor stack nor X registers change.
    Reads,
    /// Builds, may collect: stack pointer, heap pointer, reductions and the live X registers are in
    /// the context before and after. `Context::LIVE` says how many are live: the operand `live` of
    /// those that have one; [`live`] of the others; [`LIVE_ALL`]: must not collect.
    Builds,
    /// Goes on at `Context::next` whatever it does. Stack pointer, heap pointer and reductions are
    /// in the context; X registers count as dead, those of `FunctionClause` aside.
    Leaves,
}

/// `Context::LIVE` of a guard BIF that stands where nothing may be collected, as the number of
/// live X registers is not known there.
pub const LIVE_ALL: u64 = u64::MAX;

/// X registers that a helper without an operand `live` finds in the context, its arguments. All
/// others are dead after it. (A BIF's: its arity. `Apply`: two more than its operand.)
pub const fn live(helper: Helper) -> u64 {
    match helper {
        Helper::BuildStacktrace | Helper::BsInitWritable => 1,
        Helper::Send => 2,
        Helper::RawRaise => 3,
        // X0 is [] there.
        Helper::CatchEnd => 4,
        _ => 0,
    }
}

/// Why compiled code calls `Helper::Refuse`: what its module claimed and is not so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u64)]
pub enum Refusal {
    /// Not a tuple, or too few elements.
    Tuple = 1,
    Cons,
    Map,
    Float,
    /// Not a match context.
    Context,
    /// A position beyond the end of a match context.
    Position,
    /// Not a binary where the code says that matching starts without fail.
    Binary,
    /// Control came to where no code is: behind a call that never returns, or to a function that
    /// nobody calls.
    NoCode,
}

helpers! {
    /// Makes room for `words` (beyond the reserve); keeps `live` X registers.
    Collect = Builds(words, live);
    /// The BIF number `bif`, its arguments in X0 up to its arity. No value: go on at `next`.
    CallBif = Builds(bif);
    /// A guard BIF, its `ARGS_LIVE` arguments in `args`. No value: it failed; in a body,
    /// `RaisePending` is next.
    GuardBif = Builds(bif, live);
    /// The exception that a helper has left pending.
    RaisePending = Leaves();
    /// `kind` is a `RaiseKind`, `value` what is wrong.
    Raise = Leaves(kind, value);
    /// `function_clause`, the arguments in the first `arity` X registers.
    FunctionClause = Leaves(arity);
    /// Re-raises with the raw trace.
    Reraise = Leaves(trace, value);
    /// Class, reason and trace in X0 to X2. No value: go on at `next`; else it was no class, and the
    /// value is what becomes of X0.
    RawRaise = Builds();
    /// A check of the compiler failed: the code claimed what is not so.
    Refuse = Leaves(reason);

    /// −1, 0 or 1 by the order of terms.
    Compare = Reads(a, b);
    /// 1 if `==`.
    Equal = Reads(a, b);
    /// 1 if `=:=`.
    EqualExact = Reads(a, b);
    /// 1 if a fun of that arity (a term).
    IsFunctionArity = Reads(fun, arity);
    /// 1 if the term is of one of the `Kinds`, for those that need more than the header.
    IsKind = Reads(term, kinds);

    /// The value of a key, or no value.
    MapGet = Reads(map, key);
    /// Source, then pairs, in `args`; `kind` 0 for `=>`, 1 for `:=`. No value: pending exception.
    PutMap = Builds(kind, live);
    /// A list of words is in `args`: builds a tuple that is too large to be built inline.
    PutTuple = Builds(live);

    /// The code address for a call of the fun with `arity` arguments in X0 up; its free variables
    /// are put behind them. No value: go on at `next`.
    CallFun = Builds(arity, fun);
    /// The code address for module X[arity], function X[arity + 1]. No value: go on at `next`.
    Apply = Builds(arity);

    /// Destination X0, message X1; the result. No value: go on at `next`.
    Send = Builds();
    /// The message at the save pointer, or no value.
    LoopRec = Builds();
    /// Steps the save pointer to the next message.
    LoopRecEnd = Builds();
    /// Takes the message at the save pointer out of the mailbox. (X registers live on across it,
    /// across `Timeout` and `RecvMarker`: the message was made a term of the heap by `LoopRec`.)
    RemoveMessage = Reads();
    /// Sets the timeout: 0: wait; 1: it is over already; 2: a bad value, exception pending.
    WaitTimeout = Builds(time);
    /// The timeout has come: the save pointer returns to the first message.
    Timeout = Reads();
    /// The process waits: from where on it looks when it goes on is its own matter.
    Wait = Builds();
    /// A receive marker: `op` as in `inst::MarkerOp`; returns what the marker register becomes.
    RecvMarker = Reads(op, marker, reference);

    /// Class, value and trace in X1 to X3: what `catch` makes of them.
    CatchEnd = Builds();
    /// Raw trace in X0 to a list.
    BuildStacktrace = Builds();

    /// Any number to the float register. 0: pending exception.
    Fconv = Reads(value, register);

    /// A match context on a binary (or the context that it is already), or no value.
    BsStartMatch = Builds(term, live);
    /// `how` is a packed `BsGet`; `size` a term. The value, or no value.
    BsGet = Builds(context, how, size, live);
    /// 1, or 0 if it does not fit.
    BsSkip = Reads(context, how, size);
    /// Compares bits with a literal binary and steps over them: 1 or 0.
    BsMatchString = Reads(context, bits, literal);
    /// A code point as a small, or no value. `how`: `inst::Utf`, + 4 for little-endian.
    BsGetUtf = Reads(context, how);
    BsGetTail = Builds(context, live);
    /// X0: a size in bits. No value: go on at `next`.
    BsInitWritable = Builds();
    /// Triples (packed segment, value, size) in `args`. No value: pending exception.
    BsCreateBin = Builds(segments, live, need);

    /// Panics of the compiler's checked mode: an access outside of the isolate's memory.
    CheckAccess = Reads(address, write);
}

/// The second operand of `Helper::Raise`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u64)]
pub enum RaiseKind {
    Badmatch,
    CaseClause,
    IfClause,
    TryClause,
    Badrecord,
    Badmap,
    Badarith,
    SystemLimit,
    Badarg,
}

/// How a segment is read, packed into the operand `how` of `BsGet` and `BsSkip`:
/// kind (0 integer, 1 float, 2 binary) | little << 2 | signed << 3 | all << 4 | unit << 8.
pub mod segment {
    pub const KIND_MASK: u64 = 0b11;
    pub const INTEGER: u64 = 0;
    pub const FLOAT: u64 = 1;
    pub const BINARY: u64 = 2;
    pub const LITTLE: u64 = 1 << 2;
    pub const SIGNED: u64 = 1 << 3;
    /// The size is `all`.
    pub const ALL: u64 = 1 << 4;
    pub const UNIT_SHIFT: u32 = 8;

    // For `BsCreateBin` (a small in `args`): the kind is in bits 24 to 27, the number of the
    // segment in the source from bit 28 on.
    pub const CREATE_SHIFT: u32 = 24;
    pub const CREATE_INTEGER: u64 = 0;
    pub const CREATE_FLOAT: u64 = 1;
    pub const CREATE_BINARY: u64 = 2;
    pub const CREATE_APPEND: u64 = 3;
    pub const CREATE_PRIVATE_APPEND: u64 = 4;
    pub const CREATE_UTF8: u64 = 5;
    pub const CREATE_UTF16: u64 = 6;
    pub const CREATE_UTF32: u64 = 7;
    /// The value is a literal binary.
    pub const CREATE_BYTES: u64 = 8;
    pub const NUMBER_SHIFT: u32 = 28;
}

/// A number that is another whenever an artifact of before cannot run with the runtime of now.
pub fn hash() -> u64 {
    // Everything that this file defines is in its text, as are the fixed atoms in theirs.
    let text = concat!(
        include_str!("abi.rs"),
        include_str!("atom.rs"),
        include_str!("bif.rs"),
        include_str!("artifact.rs"),
        include_str!("artifact/file.rs")
    );
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
    })
}
