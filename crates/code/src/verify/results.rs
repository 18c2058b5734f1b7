//! What guard BIFs return, and what they prove of their arguments when they succeed.

use crate::bif::GUARD_BIFS;
use crate::inst::Source;
use crate::types::{Kinds, Type};

/// The type of the result of guard BIF number `bif`, if it succeeds.
pub fn result(bif: u32, args: &[Source], types: &[Type]) -> Type {
    let (_, name, _) = GUARD_BIFS[bif as usize];
    let both = || types.iter().fold(Kinds::NONE, |all, of| all.union(of.kinds));
    Type::of(match (name, args.len()) {
        ("self", 0) => Kinds::PID,
        ("node", _) => Kinds::ATOM,
        ("+" | "-", 1) | ("+" | "-" | "*", 2) | ("abs", 1) => arithmetic(types),
        ("bnot" | "rem" | "div" | "bor" | "bxor" | "bsl" | "bsr", _) => Kinds::INTEGER,
        // What a mask of a small number that is not negative lets through is one.
        ("band", 2) if args.iter().any(|arg| matches!(arg, Source::Small(mask) if *mask >= 0)) => {
            Kinds::SMALL
        }
        ("band", _) => Kinds::INTEGER,
        ("/" | "float", _) => Kinds::FLOAT,
        ("round" | "trunc" | "ceil" | "floor", 1) => Kinds::INTEGER,
        ("min" | "max", 2) => {
            let kinds = both();
            // One of them, as it is; a tuple keeps the smaller of the sizes.
            return Type { kinds, arity_min: types[0].join(types[1]).arity_min };
        }
        ("not", 1)
        | ("and" | "or" | "xor" | "==" | "/=" | "=:=" | "=/=" | "<" | ">" | "=<" | ">=", 2)
        | ("is_map_key", 2) => Kinds::ATOM,
        ("length" | "tuple_size" | "size" | "map_size" | "byte_size" | "bit_size", 1) => {
            Kinds::SMALL
        }
        ("binary_part", _) => Kinds::BITSTRING,
        (name, _) if name.starts_with("is_") => Kinds::ATOM,
        _ => Kinds::TERM,
    })
}

fn arithmetic(types: &[Type]) -> Kinds {
    let float = |of: &Type| of.kinds.intersection(Kinds::NUMBER) == Kinds::FLOAT;
    if types.iter().all(|of| !of.kinds.may_be(Kinds::FLOAT)) {
        Kinds::INTEGER
    } else if types.iter().any(float) {
        Kinds::FLOAT
    } else {
        Kinds::NUMBER
    }
}

/// What argument number `place` must be where the BIF succeeds.
pub fn argument(bif: u32, args: &[Source], place: usize) -> Option<Type> {
    let (_, name, _) = GUARD_BIFS[bif as usize];
    Some(Type::of(match (name, args.len(), place) {
        ("+" | "-" | "*" | "/" | "abs" | "float", _, _)
        | ("round" | "trunc" | "ceil" | "floor", 1, _) => Kinds::NUMBER,
        ("div" | "rem" | "band" | "bor" | "bxor" | "bsl" | "bsr" | "bnot", _, _) => Kinds::INTEGER,
        ("not" | "and" | "or" | "xor", _, _) => Kinds::ATOM,
        ("hd" | "tl", 1, 0) => Kinds::CONS,
        ("length", 1, 0) => Kinds::LIST,
        ("element", 2, 0) => Kinds::SMALL,
        ("element", 2, 1) => {
            return Some(match args[0] {
                Source::Small(index) => Type::tuple(u32::try_from(index).unwrap_or(0)),
                _ => Type::tuple(0),
            });
        }
        ("tuple_size", 1, 0) => Kinds::TUPLE,
        ("size", 1, 0) => Kinds::TUPLE.union(Kinds::BITSTRING),
        ("map_get" | "is_map_key", 2, 1) | ("map_size", 1, 0) => Kinds::MAP,
        ("byte_size" | "bit_size", 1, 0) => Kinds::BITSTRING.union(Kinds::CONTEXT),
        ("binary_part", _, 0) => Kinds::BITSTRING,
        _ => return None,
    }))
}

/// Guard BIF number `bif` cannot fail with such arguments.
pub fn succeeds(bif: u32, args: &[Source], types: &[Type]) -> bool {
    let (_, name, _) = GUARD_BIFS[bif as usize];
    let is = |place: usize, kinds| types[place].kinds.is_within(kinds);
    match (name, args.len()) {
        ("self" | "node", 0) | ("get", 1) => true,
        ("==" | "/=" | "=:=" | "=/=" | "<" | ">" | "=<" | ">=" | "min" | "max", 2) => true,
        ("hd" | "tl", 1) => is(0, Kinds::CONS),
        ("tuple_size", 1) => is(0, Kinds::TUPLE),
        ("map_size", 1) => is(0, Kinds::MAP),
        ("byte_size" | "bit_size", 1) => is(0, Kinds::BITSTRING.union(Kinds::CONTEXT)),
        ("is_map_key", 2) => is(1, Kinds::MAP),
        ("element", 2) => match args[0] {
            Source::Small(index @ 1..) => {
                is(1, Kinds::TUPLE) && index <= i64::from(types[1].arity_min)
            }
            _ => false,
        },
        (name, 1) => name.starts_with("is_"),
        _ => false,
    }
}
