//! What is known of a value: the verifier's lattice, and what the compiler may rely on.

/// A set of kinds of terms.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Kinds(pub u16);

impl Kinds {
    pub const NONE: Kinds = Kinds(0);
    pub const SMALL: Kinds = Kinds(1);
    pub const BIG: Kinds = Kinds(1 << 1);
    pub const FLOAT: Kinds = Kinds(1 << 2);
    pub const ATOM: Kinds = Kinds(1 << 3);
    pub const NIL: Kinds = Kinds(1 << 4);
    pub const CONS: Kinds = Kinds(1 << 5);
    pub const TUPLE: Kinds = Kinds(1 << 6);
    pub const MAP: Kinds = Kinds(1 << 7);
    /// Binaries and bitstrings, of whatever representation.
    pub const BITSTRING: Kinds = Kinds(1 << 8);
    pub const FUN: Kinds = Kinds(1 << 9);
    pub const PID: Kinds = Kinds(1 << 10);
    pub const PORT: Kinds = Kinds(1 << 11);
    pub const REFERENCE: Kinds = Kinds(1 << 12);
    /// A match context: never leaves the function but as an argument.
    pub const CONTEXT: Kinds = Kinds(1 << 13);

    pub const INTEGER: Kinds = Kinds(0b11);
    pub const NUMBER: Kinds = Kinds(0b111);
    pub const LIST: Kinds = Kinds(0b11 << 4);
    /// Every term of the language.
    pub const TERM: Kinds = Kinds((1 << 13) - 1);
    /// Every term, and a match context too.
    pub const ANY: Kinds = Kinds((1 << 14) - 1);

    pub const fn union(self, other: Kinds) -> Kinds {
        Kinds(self.0 | other.0)
    }
    pub const fn intersection(self, other: Kinds) -> Kinds {
        Kinds(self.0 & other.0)
    }
    pub const fn without(self, other: Kinds) -> Kinds {
        Kinds(self.0 & !other.0)
    }
    /// Nothing but what `other` has.
    pub const fn is_within(self, other: Kinds) -> bool {
        self.0 & !other.0 == 0
    }
    pub const fn may_be(self, other: Kinds) -> bool {
        self.0 & other.0 != 0
    }
}

/// What is known of a term. If it is a tuple, it has at least `arity_min` elements.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Type {
    pub kinds: Kinds,
    pub arity_min: u32,
}

impl Type {
    pub const ANY: Type = Type { kinds: Kinds::ANY, arity_min: 0 };
    pub const TERM: Type = Type { kinds: Kinds::TERM, arity_min: 0 };

    pub const fn of(kinds: Kinds) -> Type {
        Type { kinds, arity_min: 0 }
    }

    pub const fn tuple(arity_min: u32) -> Type {
        Type { kinds: Kinds::TUPLE, arity_min }
    }

    /// The least type that covers both.
    pub fn join(self, other: Type) -> Type {
        let arity_min = match (self.kinds.may_be(Kinds::TUPLE), other.kinds.may_be(Kinds::TUPLE)) {
            (true, true) => self.arity_min.min(other.arity_min),
            (true, false) => self.arity_min,
            (false, _) => other.arity_min,
        };
        Type { kinds: self.kinds.union(other.kinds), arity_min }
    }
}
