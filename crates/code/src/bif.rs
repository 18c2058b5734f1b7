//! The guard BIFs: what the ops `bif0` to `bif2` and `gc_bif1` to `gc_bif3` may name. Anything else
//! there is refused, as the runtime would have nothing to call. The place in the table is the
//! number that compiled code hands to `Helper::GuardBif`.
//!
//! Source: `bif.tab` of OTP's emulator (rows `ubif` and `get/1`), and `min/2` and `max/2`, which
//! are guard BIFs since OTP 26. The ops that have an instruction of their own (`erlang:raise/2`,
//! the arithmetic of float registers) are not here.

/// Module, name, arity.
pub const GUARD_BIFS: &[(&str, &str, u8)] = &[
    // Without arguments.
    ("erlang", "self", 0),
    ("erlang", "node", 0),
    // Arithmetic.
    ("erlang", "+", 1),
    ("erlang", "-", 1),
    ("erlang", "bnot", 1),
    ("erlang", "+", 2),
    ("erlang", "-", 2),
    ("erlang", "*", 2),
    ("erlang", "/", 2),
    ("erlang", "div", 2),
    ("erlang", "rem", 2),
    ("erlang", "band", 2),
    ("erlang", "bor", 2),
    ("erlang", "bxor", 2),
    ("erlang", "bsl", 2),
    ("erlang", "bsr", 2),
    ("erlang", "abs", 1),
    ("erlang", "float", 1),
    ("erlang", "round", 1),
    ("erlang", "trunc", 1),
    ("erlang", "ceil", 1),
    ("erlang", "floor", 1),
    ("erlang", "min", 2),
    ("erlang", "max", 2),
    // Logic and order.
    ("erlang", "not", 1),
    ("erlang", "and", 2),
    ("erlang", "or", 2),
    ("erlang", "xor", 2),
    ("erlang", "==", 2),
    ("erlang", "/=", 2),
    ("erlang", "=:=", 2),
    ("erlang", "=/=", 2),
    ("erlang", "<", 2),
    ("erlang", ">", 2),
    ("erlang", "=<", 2),
    ("erlang", ">=", 2),
    // Kinds.
    ("erlang", "is_atom", 1),
    ("erlang", "is_binary", 1),
    ("erlang", "is_bitstring", 1),
    ("erlang", "is_boolean", 1),
    ("erlang", "is_float", 1),
    ("erlang", "is_function", 1),
    ("erlang", "is_function", 2),
    ("erlang", "is_integer", 1),
    ("erlang", "is_list", 1),
    ("erlang", "is_map", 1),
    ("erlang", "is_number", 1),
    ("erlang", "is_pid", 1),
    ("erlang", "is_port", 1),
    ("erlang", "is_reference", 1),
    ("erlang", "is_tuple", 1),
    // Parts and sizes.
    ("erlang", "hd", 1),
    ("erlang", "tl", 1),
    ("erlang", "length", 1),
    ("erlang", "element", 2),
    ("erlang", "tuple_size", 1),
    ("erlang", "size", 1),
    ("erlang", "map_get", 2),
    ("erlang", "is_map_key", 2),
    ("erlang", "map_size", 1),
    ("erlang", "byte_size", 1),
    ("erlang", "bit_size", 1),
    ("erlang", "binary_part", 2),
    ("erlang", "binary_part", 3),
    // The process.
    ("erlang", "node", 1),
    ("erlang", "get", 1),
    // Emitted without optimisation only.
    ("erlang", "is_record", 2),
    ("erlang", "is_record", 3),
];

/// The number of a guard BIF.
pub fn number(module: &str, name: &str, arity: u8) -> Option<u32> {
    GUARD_BIFS
        .iter()
        .position(|&(m, n, a)| n == name && a == arity && m == module)
        .map(|place| place as u32)
}

/// Whether it may build a term, and so must say what is live (`gc_bif1` to `gc_bif3`). What builds
/// without would use up what is set aside on the heap.
pub fn builds(number: u32) -> bool {
    let (_, name, arity) = GUARD_BIFS[number as usize];
    !matches!(
        (name, arity),
        ("self" | "node", 0)
            | ("hd" | "tl" | "tuple_size" | "node" | "get" | "not", 1)
            | ("element" | "map_get" | "is_map_key" | "min" | "max" | "and" | "or" | "xor", 2)
            | ("==" | "/=" | "=:=" | "=/=" | "<" | ">" | "=<" | ">=", 2)
    ) && !name.starts_with("is_")
}

/// Whether its argument may be a match context, of which it takes what is left, as OTP 26 and later
/// rely on.
pub fn takes_context(number: u32) -> bool {
    matches!(GUARD_BIFS[number as usize], ("erlang", "byte_size" | "bit_size", 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_guard_bif_stands_once_in_the_table_and_is_found_by_its_number() {
        for (place, &(module, name, arity)) in GUARD_BIFS.iter().enumerate() {
            assert_eq!(number(module, name, arity), Some(place as u32), "{module}:{name}/{arity}");
        }
        assert_eq!(number("erlang", "setelement", 3), None);
        assert_eq!(number("lists", "hd", 1), None);
    }
}
