//! Atoms whose number is fixed, so that compiled code and the runtime can name them.
//!
//! Their order is part of the ABI (`abi::hash`). Add at the end of the list.

macro_rules! atoms {
    ($($name:ident = $text:literal,)*) => {
        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        enum Number { $($name,)* }
        $(pub const $name: u32 = Number::$name as u32;)*
        /// Their texts, by number.
        pub const FIXED: &[&str] = &[$($text,)*];
    };
}

atoms! {
    FALSE = "false", TRUE = "true", UNDEFINED = "undefined", OK = "ok", ERROR = "error",
    EXIT_CLASS = "exit", THROW = "throw", EXIT = "EXIT", DOWN = "DOWN", NORMAL = "normal",
    KILL = "kill", KILLED = "killed", NOPROC = "noproc", NOCONNECTION = "noconnection",
    INFINITY = "infinity", PROCESS = "process", PORT = "port", EMPTY = "",
    BADARG = "badarg", BADARITH = "badarith", BADMATCH = "badmatch", CASE_CLAUSE = "case_clause",
    IF_CLAUSE = "if_clause", TRY_CLAUSE = "try_clause", FUNCTION_CLAUSE = "function_clause",
    BADFUN = "badfun", BADARITY = "badarity", BADMAP = "badmap", BADKEY = "badkey",
    BADRECORD = "badrecord", UNDEF = "undef", SYSTEM_LIMIT = "system_limit",
    TIMEOUT_VALUE = "timeout_value", NOCATCH = "nocatch", NOT_LOADED = "not_loaded",
    NOTALIVE = "notalive", NOTSUP = "notsup", BADTYPE = "badtype", BADOPT = "badopt",
    ERROR_INFO = "error_info", CAUSE = "cause", MODULE = "module", FILE = "file", LINE = "line",
    ERL_ERTS_ERRORS = "erl_erts_errors", ERL_STDLIB_ERRORS = "erl_stdlib_errors",
    ERL_KERNEL_ERRORS = "erl_kernel_errors",
    ERLANG = "erlang", ERROR_HANDLER = "error_handler", UNDEFINED_FUNCTION = "undefined_function",
    UNDEFINED_LAMBDA = "undefined_lambda", APPLY = "apply", INIT = "init", MODULE_INFO = "module_info",
    PLUS = "+", MINUS = "-", TIMES = "*", DIVIDE = "/", DIV = "div", REM = "rem",
    BAND = "band", BOR = "bor", BXOR = "bxor", BNOT = "bnot", BSL = "bsl", BSR = "bsr",
    AND = "and", OR = "or", XOR = "xor", NOT = "not",
    LT = "<", GT = ">", LE = "=<", GE = ">=", EQ = "==", NE = "/=", EQ_EXACT = "=:=", NE_EXACT = "=/=",
    LINK = "link", MONITOR = "monitor", ALIAS = "alias", NONODE_NOHOST = "nonode@nohost",
    NODE = "node", FUN = "fun", INTEGER = "integer", FLOAT = "float", BINARY = "binary",
    BITSTRING = "bitstring", ATOM = "atom", TUPLE = "tuple", LIST = "list", MAP = "map", PID = "pid",
    REFERENCE = "reference", NIL = "nil", BOOLEAN = "boolean",
}
