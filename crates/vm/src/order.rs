//! The total order of terms, `==`, and `=:=`.
//!
//! ```text
//! number < atom < reference < fun < port < pid < tuple < map < [] < list < bitstring
//! ```
//!
//! Whatever the depth of a term, the native stack does not grow: what is still to be compared
//! stands in a vector. The keys of maps are compared *exactly*: there an integer is less than any
//! float, and no integer equals a float.

use std::cmp::Ordering;

use crate::atoms::Atom;
use crate::env::{Env, Poll};
use crate::term::{Bits, External, ExternalKind, Reference, Term, View};

mod bits;
mod equal;
mod least;
mod number;

use bits::compare_bits;
use least::Least;

/// `==` and the order of the language (`Value`), or `=:=` and the order of keys in maps (`Exact`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    Value,
    Exact,
}

pub fn compare(a: Term, b: Term, env: &Env) -> Ordering {
    compare_as(a, b, Mode::Value, env)
}

/// The order of keys in maps: an integer is less than any float.
pub fn compare_exact(a: Term, b: Term, env: &Env) -> Ordering {
    compare_as(a, b, Mode::Exact, env)
}

pub fn equal(a: Term, b: Term, env: &Env) -> bool {
    equal::equal(a, b, Mode::Value, env)
}

pub fn equal_exact(a: Term, b: Term, env: &Env) -> bool {
    equal::equal(a, b, Mode::Exact, env)
}

/// What is compared when all before was equal.
struct Frame<'t> {
    mode: Mode,
    rest: Rest<'t>,
}

enum Rest<'t> {
    Pair(Term<'t>, Term<'t>),
    /// Of one length.
    Slices(&'t [Term<'t>], &'t [Term<'t>]),
    /// Waits for the outcome, whatever it is.
    Least(Box<Least<'t>>),
}

/// What a look at two terms has shown.
enum Look<'t> {
    Known(Ordering),
    /// The outcome is that of this pair, and of what has been put on the stack.
    Descend(Term<'t>, Term<'t>, Mode),
    /// The outcome is that of what has been put on the stack.
    Pushed,
}

fn compare_as(a: Term, b: Term, mode: Mode, env: &Env) -> Ordering {
    if a.word() == b.word() {
        return Ordering::Equal;
    }
    if let (Some(a), Some(b)) = (a.as_small(), b.as_small()) {
        return a.cmp(&b);
    }
    let mut comparison = Comparison { stack: Vec::new(), poll: Poll::new(env) };
    comparison.run(a, b, mode)
}

struct Comparison<'t, 'e> {
    stack: Vec<Frame<'t>>,
    poll: Poll<'e>,
}

impl<'t> Comparison<'t, '_> {
    fn run(&mut self, mut a: Term<'t>, mut b: Term<'t>, mut mode: Mode) -> Ordering {
        loop {
            self.poll.step();
            let ordering = match self.look(a, b, mode) {
                Look::Known(ordering) => ordering,
                Look::Descend(next_a, next_b, next_mode) => {
                    (a, b, mode) = (next_a, next_b, next_mode);
                    continue;
                }
                Look::Pushed => Ordering::Equal,
            };
            match self.resume(ordering) {
                Ok(next) => (a, b, mode) = next,
                Err(ordering) => return ordering,
            }
        }
    }

    /// Goes on with what is on the stack: the next pair, or the outcome of all.
    fn resume(&mut self, mut ordering: Ordering) -> Result<(Term<'t>, Term<'t>, Mode), Ordering> {
        while let Some(frame) = self.stack.pop() {
            match frame.rest {
                Rest::Least(mut least) => match least.next(ordering, frame.mode) {
                    Ok(pair) => {
                        self.stack.push(Frame { mode: frame.mode, rest: Rest::Least(least) });
                        return Ok(pair);
                    }
                    Err(outcome) => ordering = outcome,
                },
                _ if ordering.is_ne() => {}
                Rest::Pair(a, b) => return Ok((a, b, frame.mode)),
                Rest::Slices(a, b) => {
                    if let Some((a, b)) = self.first_difference(a, b, frame.mode) {
                        return Ok((a, b, frame.mode));
                    }
                }
            }
        }
        Err(ordering)
    }

    /// The first pair that is not the same word; what is behind it goes on the stack.
    fn first_difference(
        &mut self,
        a: &'t [Term<'t>],
        b: &'t [Term<'t>],
        mode: Mode,
    ) -> Option<(Term<'t>, Term<'t>)> {
        let index = a.iter().zip(b).position(|(a, b)| a.word() != b.word())?;
        self.poll.steps(index as u32);
        if index + 1 < a.len() {
            let rest = Rest::Slices(&a[index + 1..], &b[index + 1..]);
            self.stack.push(Frame { mode, rest });
        }
        Some((a[index], b[index]))
    }

    fn look(&mut self, a: Term<'t>, b: Term<'t>, mode: Mode) -> Look<'t> {
        if a.word() == b.word() {
            return Look::Known(Ordering::Equal);
        }
        let env = self.poll.env();
        let (view_a, view_b) = (a.view(), b.view());
        let ordering = match (view_a, view_b) {
            (View::Small(a), View::Small(b)) => a.cmp(&b),
            (View::Atom(a), View::Atom(b)) => compare_atoms(a, b, env),
            (View::Pid(a), View::Pid(b)) => a.cmp(&b),
            (View::Port(a), View::Port(b)) => a.cmp(&b),
            (View::Cons(_), View::Cons(_)) => return self.lists(a, b, mode),
            (View::Tuple(a), View::Tuple(b)) => match a.len().cmp(&b.len()) {
                Ordering::Equal => return self.slices(a, b, mode),
                ordering => ordering,
            },
            (View::Bits(a), View::Bits(b)) => compare_bits(a, b, &mut self.poll),
            (View::FlatMap(a), View::FlatMap(b)) => match a.keys.len().cmp(&b.keys.len()) {
                Ordering::Equal => {
                    self.stack.push(Frame { mode, rest: Rest::Slices(a.values, b.values) });
                    return Look::Descend(a.keys_tuple, b.keys_tuple, Mode::Exact);
                }
                ordering => ordering,
            },
            (View::HashMap(a), View::HashMap(b)) => match a.size.cmp(&b.size) {
                Ordering::Equal => {
                    let least = Box::new(Least::new(a, b, &mut self.poll));
                    self.stack.push(Frame { mode, rest: Rest::Least(least) });
                    return Look::Pushed;
                }
                ordering => ordering,
            },
            (View::FlatMap(_), View::HashMap(_)) => Ordering::Less,
            (View::HashMap(_), View::FlatMap(_)) => Ordering::Greater,
            (View::Fun(a), View::Fun(b)) => {
                let order =
                    compare_lambdas(a.lambda, b.lambda, env).then(a.free.len().cmp(&b.free.len()));
                match order {
                    Ordering::Equal => return self.slices(a.free, b.free, mode),
                    ordering => ordering,
                }
            }
            (View::Export(a), View::Export(b)) => compare_exports(a, b, env),
            (View::Fun(_), View::Export(_)) => Ordering::Less,
            (View::Export(_), View::Fun(_)) => Ordering::Greater,
            _ => self.look_further(view_a, view_b, mode),
        };
        Look::Known(ordering)
    }

    /// Numbers of two kinds, what another node may have made, and terms of different types.
    fn look_further(&mut self, a: View, b: View, mode: Mode) -> Ordering {
        let env = self.poll.env();
        let (rank_a, rank_b) = (rank(a), rank(b));
        if rank_a != rank_b {
            return rank_a.cmp(&rank_b);
        }
        match rank_a {
            Rank::Number => number::compare(a, b, mode),
            Rank::Pid => {
                let (a, b) = (Identity::of(a), Identity::of(b));
                a.numbers.iter().rev().cmp(b.numbers.iter().rev()).then_with(|| a.node(&b, env))
            }
            Rank::Port => {
                let (a, b) = (Identity::of(a), Identity::of(b));
                a.node(&b, env).then_with(|| a.numbers.iter().rev().cmp(b.numbers.iter().rev()))
            }
            Rank::Reference => {
                let (a, b) = (Identity::of(a), Identity::of(b));
                a.node(&b, env).then_with(|| a.numbers.iter().rev().cmp(b.numbers.iter().rev()))
            }
            Rank::Context => panic!("a match context is no term that can be compared"),
            _ => unreachable!("two terms of the rank {rank_a:?} were compared before"),
        }
    }

    fn slices(&mut self, a: &'t [Term<'t>], b: &'t [Term<'t>], mode: Mode) -> Look<'t> {
        match self.first_difference(a, b, mode) {
            Some((a, b)) => Look::Descend(a, b, mode),
            None => Look::Known(Ordering::Equal),
        }
    }

    /// Two lists: follows both as long as the elements are the same words.
    fn lists(&mut self, mut a: Term<'t>, mut b: Term<'t>, mode: Mode) -> Look<'t> {
        while let (Some(cell_a), Some(cell_b)) = (a.as_cons(), b.as_cons()) {
            self.poll.step();
            if cell_a.head.word() != cell_b.head.word() {
                if let (Some(a), Some(b)) = (cell_a.head.as_small(), cell_b.head.as_small()) {
                    return Look::Known(a.cmp(&b));
                }
                let rest = Rest::Pair(cell_a.tail, cell_b.tail);
                self.stack.push(Frame { mode, rest });
                return Look::Descend(cell_a.head, cell_b.head, mode);
            }
            (a, b) = (cell_a.tail, cell_b.tail);
            if a.word() == b.word() {
                return Look::Known(Ordering::Equal);
            }
        }
        Look::Descend(a, b, mode)
    }
}

/// Types in their order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Rank {
    Number,
    Atom,
    Reference,
    Fun,
    Port,
    Pid,
    Tuple,
    Map,
    Nil,
    List,
    Bits,
    Context,
}

fn rank(view: View) -> Rank {
    match view {
        View::Small(_) | View::Big(_) | View::Float(_) => Rank::Number,
        View::Atom(_) => Rank::Atom,
        View::Reference(_) => Rank::Reference,
        View::Fun(_) | View::Export(_) => Rank::Fun,
        View::Port(_) => Rank::Port,
        View::Pid(_) => Rank::Pid,
        View::Tuple(_) => Rank::Tuple,
        View::FlatMap(_) | View::HashMap(_) => Rank::Map,
        View::Nil => Rank::Nil,
        View::Cons(_) => Rank::List,
        View::Bits(_) => Rank::Bits,
        View::Context(_) => Rank::Context,
        View::External(external) => match external.kind {
            ExternalKind::Pid => Rank::Pid,
            ExternalKind::Port => Rank::Port,
            ExternalKind::Reference => Rank::Reference,
        },
    }
}

/// By text, as OTP 25 does: UTF-8 orders as code points do.
fn compare_atoms(a: Atom, b: Atom, env: &Env) -> Ordering {
    env.atoms.text(a).cmp(env.atoms.text(b))
}

fn compare_lambdas(a: u32, b: u32, env: &Env) -> Ordering {
    if a == b {
        return Ordering::Equal;
    }
    let (name_a, name_b) = (env.funs.lambda(a), env.funs.lambda(b));
    compare_atoms(name_a.module, name_b.module, env)
        .then(name_a.index.cmp(&name_b.index))
        .then(name_a.old_uniq.cmp(&name_b.old_uniq))
        // Two versions of a module whose funs differ in nothing but its checksum.
        .then(a.cmp(&b))
}

fn compare_exports(a: u32, b: u32, env: &Env) -> Ordering {
    let (a, b) = (env.funs.export(a), env.funs.export(b));
    compare_atoms(a.module, b.module, env)
        .then_with(|| compare_atoms(a.function, b.function, env))
        .then(a.arity.cmp(&b.arity))
}

/// A pid, port or reference, of whichever node.
struct Identity {
    node: Atom,
    creation: i64,
    /// The least significant one first, without zeros at the end.
    numbers: arrayvec::ArrayVec<u64, REFERENCE_WORDS_MAX>,
}

/// Words of a reference, at most (OTP: `ERTS_MAX_REF_NUMBERS`).
pub const REFERENCE_WORDS_MAX: usize = 5;

/// The three words that OTP's references have, of 18 and twice 32 bits, the least significant first.
pub const fn reference_words(number: u64) -> [u32; 3] {
    [(number & 0x3_ffff) as u32, (number >> 18) as u32, (number >> 50) as u32]
}

/// The number of a reference of this node by its words.
pub const fn reference_number(words: [u32; 3]) -> u64 {
    words[0] as u64 | (words[1] as u64) << 18 | (words[2] as u64) << 50
}

impl Identity {
    fn of(view: View) -> Identity {
        let mut identity = match view {
            View::Pid(pid) => Identity::own(&[u64::from(pid.0)]),
            View::Port(port) => Identity::own(&[u64::from(port.0)]),
            View::Reference(Reference { number, .. }) => {
                Identity::own(&reference_words(number).map(u64::from))
            }
            View::External(External { node, creation, numbers, .. }) => Identity {
                node,
                creation,
                numbers: numbers
                    .iter()
                    .map(|number| number.as_small().expect("they are smalls") as u64)
                    .collect(),
            },
            _ => unreachable!("only pids, ports and references have an identity"),
        };
        if let View::External(External { kind: ExternalKind::Pid, .. }) | View::Pid(_) = view {
            // Number and serial, always both.
            while identity.numbers.len() < 2 {
                identity.numbers.push(0);
            }
        } else {
            while identity.numbers.len() < REFERENCE_WORDS_MAX {
                identity.numbers.push(0);
            }
        }
        identity
    }

    fn own(numbers: &[u64]) -> Identity {
        Identity {
            node: Atom::NONODE_NOHOST,
            creation: 0,
            numbers: numbers.iter().copied().collect(),
        }
    }

    fn node(&self, other: &Identity, env: &Env) -> Ordering {
        compare_atoms(self.node, other.node, env).then(self.creation.cmp(&other.creation))
    }
}

/// Bits that begin at a whole byte and end at one, of both.
fn aligned<'b>(a: Bits<'b>, b: Bits<'b>) -> Option<(&'b [u8], &'b [u8])> {
    Some((a.as_bytes()?, b.as_bytes()?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::env::Limits;
    use crate::external::{Decode, decode, tag};
    use crate::hash;
    use crate::testing::{isolate, term_bytes};

    /// What holds between the three terms of a list.
    fn laws(terms: [Vec<u8>; 3]) -> Result<(), TestCaseError> {
        let [a, b, c] = terms;
        // Near each other, so that more than their types is compared.
        let bytes = [vec![tag::VERSION, tag::SMALL_TUPLE, 3], a, b, c].concat();
        isolate(Limits::default()).scratch(|call| {
            let env = call.work.env;
            let Ok(root) = decode(call, &bytes, Decode::Any) else { return Ok(()) };
            let Some(&[a, b, c]) = call.work.rooted(root).as_tuple() else { unreachable!() };
            for order in [compare, compare_exact] {
                prop_assert!(order(a, a, env).is_eq());
                prop_assert_eq!(order(a, b, env), order(b, a, env).reverse());
                if order(a, b, env).is_le() && order(b, c, env).is_le() {
                    prop_assert!(order(a, c, env).is_le());
                }
            }
            prop_assert_eq!(equal(a, b, env), compare(a, b, env).is_eq());
            prop_assert_eq!(equal_exact(a, b, env), compare_exact(a, b, env).is_eq());
            if equal_exact(a, b, env) {
                prop_assert_eq!(hash::internal(a, env), hash::internal(b, env));
                prop_assert_eq!(hash::portable::hash(a, env), hash::portable::hash(b, env));
                prop_assert_eq!(hash::old::hash(a, env), hash::old::hash(b, env));
            }
            Ok(())
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

        #[test]
        fn the_order_is_total(a in term_bytes(), b in term_bytes(), c in term_bytes()) {
            laws([a, b, c])?;
        }

        #[test]
        fn the_order_is_total_among_terms_that_differ_in_little(
            term in term_bytes(),
            changes in prop::array::uniform2((any::<prop::sample::Index>(), any::<u8>())),
        ) {
            let near = changes.map(|(index, byte)| {
                let mut near = term.clone();
                let at = index.index(near.len());
                near[at] = byte;
                near
            });
            let [b, c] = near;
            laws([term, b, c])?;
        }
    }
}
