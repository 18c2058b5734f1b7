//! Why code is refused, in the words that a person reads.

use crate::inst::{Label, Register, Source, Y};

/// What a refused instruction, function or module does that it must not.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    // The module's tables.
    #[error("literal {literal}: {error}")]
    Literal { literal: usize, error: crate::literal::Error },
    #[error("the table of {table} has an index that does not exist: {index}")]
    Table { table: &'static str, index: u32 },
    #[error("{what}: more than the limit of {limit}")]
    TooMany { what: &'static str, limit: usize },
    #[error("two functions have the same name and arity")]
    FunctionTwice,
    #[error("the export {function}/{arity} is not the entry of such a function")]
    Export { function: String, arity: u8 },
    #[error("fun {lambda} is not the entry of a function of its arity and free variables")]
    Lambda { lambda: u32 },
    #[error("on_load names no function without arguments")]
    OnLoad,

    // The shape of a function.
    #[error("a function begins with a label, func_info, and the label of its entry")]
    Head,
    #[error("label {0} is defined twice")]
    LabelTwice(Label),
    #[error("label {0} is not in this function")]
    LabelElsewhere(Label),
    #[error("label {0} is not the entry of a function of {1} arguments")]
    NotAnEntry(Label, u8),
    #[error("there is no {what} number {index}")]
    NoSuch { what: &'static str, index: u32 },
    #[error("the operand {0} is out of its range")]
    Operand(&'static str),
    #[error("the arity of the call is not that of the import")]
    ImportArity,
    #[error("{0} is not a guard BIF")]
    NotAGuardBif(String),
    #[error("{0} may build, and the instruction does not say which registers are live")]
    Builds(String),
    #[error("control runs off the end of the function")]
    End,
    #[error("a cycle of jumps through label {0} calls nothing and waits for nothing")]
    Cycle(Label),

    // Registers and the frame.
    #[error("{} is read, which no instruction has set", name(*.0))]
    Uninitialised(Source),
    #[error("X{0} is not set where it must be")]
    XUninitialised(u16),
    #[error("Y{0} is not set where the frame must be")]
    YUninitialised(Y),
    #[error("Y{0} is outside of the frame")]
    OutsideFrame(Y),
    #[error("Y{0} holds a catch tag")]
    CatchTag(Y),
    #[error("a match context could get out of {}", name(*.0))]
    Context(Source),
    #[error("a match context could be in X{0}")]
    XContext(u16),
    #[error("the instruction needs a frame")]
    NoFrame,
    #[error("there is a frame already")]
    Frame,
    #[error("the frame has not the size that the instruction says")]
    FrameSize,
    #[error("floating-point register {0} is not set")]
    Float(u8),
    #[error("more is built on the heap than was set aside")]
    Heap,
    #[error("set_tuple_element is not on a tuple that erlang:setelement/3 has just made")]
    SetTupleElement,

    // Exceptions.
    #[error("a catch tag is still there when the frame is given back")]
    CatchTagLeft,
    #[error("Y{0} does not hold the innermost catch tag of that kind")]
    NotInnermost(Y),
    #[error("the inner catch tag Y{0} is not below the outer one")]
    Nesting(Y),
    #[error("label {0} does not begin with the instruction that ends its catch tag")]
    Handler(Label),

    // Limits of the verifier itself.
    #[error("the code is too large or too entangled to be verified")]
    Work,
}

fn name(source: Source) -> String {
    match source {
        Source::X(x) => format!("X{x}"),
        Source::Y(y) => format!("Y{y}"),
        _ => "an operand".to_owned(),
    }
}

impl Reason {
    pub(super) fn uninitialised(register: Register) -> Reason {
        Reason::Uninitialised(register.into())
    }
}
