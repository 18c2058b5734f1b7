//! `==` and `=:=`, which need no order and so leave at the first difference in size or shape.

use super::{Mode, bits, number};
use crate::env::{Env, Poll};
use crate::term::{Bits, Node, Term, View};

enum Rest<'t> {
    Pair(Term<'t>, Term<'t>, Mode),
    Slices(&'t [Term<'t>], &'t [Term<'t>], Mode),
    Nodes(Node<'t>, Node<'t>, Mode),
}

pub fn equal<'t>(a: Term<'t>, b: Term<'t>, mode: Mode, env: &Env) -> bool {
    if a.word() == b.word() {
        return true;
    }
    // An immediate equals no other word, but a float may be the number.
    if (a.is_immediate() || b.is_immediate())
        && (mode == Mode::Exact || !(a.is_small() || b.is_small()))
    {
        return false;
    }
    let mut equality = Equality { stack: Vec::new(), poll: Poll::new(env) };
    equality.stack.push(Rest::Pair(a, b, mode));
    equality.run()
}

struct Equality<'t, 'e> {
    stack: Vec<Rest<'t>>,
    poll: Poll<'e>,
}

impl<'t> Equality<'t, '_> {
    fn run(&mut self) -> bool {
        while let Some(rest) = self.stack.pop() {
            let equal = match rest {
                Rest::Pair(a, b, mode) => self.pair(a, b, mode),
                Rest::Slices(a, b, mode) => self.slices(a, b, mode),
                Rest::Nodes(a, b, mode) => self.nodes(a, b, mode),
            };
            if !equal {
                return false;
            }
        }
        true
    }

    /// False if their lengths differ; the first pair that may differ, and the rest, are next.
    fn slices(&mut self, a: &'t [Term<'t>], b: &'t [Term<'t>], mode: Mode) -> bool {
        if a.len() != b.len() {
            return false;
        }
        let Some(index) = a.iter().zip(b).position(|(a, b)| a.word() != b.word()) else {
            return true;
        };
        self.poll.steps(index as u32);
        if index + 1 < a.len() {
            self.stack.push(Rest::Slices(&a[index + 1..], &b[index + 1..], mode));
        }
        self.stack.push(Rest::Pair(a[index], b[index], mode));
        true
    }

    /// False if the terms differ; what is still to be seen goes on the stack.
    fn pair(&mut self, mut a: Term<'t>, mut b: Term<'t>, mode: Mode) -> bool {
        loop {
            self.poll.step();
            if a.word() == b.word() {
                return true;
            }
            let (Some(cell_a), Some(cell_b)) = (a.as_cons(), b.as_cons()) else { break };
            if cell_a.head.word() != cell_b.head.word() {
                if cell_a.head.is_immediate() && cell_b.head.is_immediate() {
                    return false;
                }
                self.stack.push(Rest::Pair(cell_a.tail, cell_b.tail, mode));
                (a, b) = (cell_a.head, cell_b.head);
            } else {
                (a, b) = (cell_a.tail, cell_b.tail);
            }
        }
        match (a.view(), b.view()) {
            (View::Tuple(a), View::Tuple(b)) => self.slices(a, b, mode),
            (View::Big(a), View::Big(b)) => a.negative == b.negative && a.limbs == b.limbs,
            (View::Float(a), View::Float(b)) => a == b,
            (View::Float(_), View::Small(_) | View::Big(_))
            | (View::Small(_) | View::Big(_), View::Float(_)) => {
                mode == Mode::Value && number::compare(a.view(), b.view(), mode).is_eq()
            }
            (View::Bits(a), View::Bits(b)) => self.bits(a, b),
            (View::FlatMap(a), View::FlatMap(b)) => {
                if a.keys.len() != b.keys.len() {
                    return false;
                }
                self.stack.push(Rest::Slices(a.values, b.values, mode));
                self.slices(a.keys, b.keys, Mode::Exact)
            }
            (View::HashMap(a), View::HashMap(b)) => {
                a.size == b.size && self.nodes(a.root, b.root, mode)
            }
            (View::Fun(a), View::Fun(b)) => {
                a.lambda == b.lambda && self.slices(a.free, b.free, mode)
            }
            (View::Export(a), View::Export(b)) => a == b,
            (View::Reference(a), View::Reference(b)) => a.number == b.number,
            (View::External(x), View::External(y)) => {
                x.kind == y.kind
                    && x.node == y.node
                    && x.creation == y.creation
                    && super::compare_exact(a, b, self.poll.env()).is_eq()
            }
            _ => false,
        }
    }

    fn bits(&mut self, a: Bits, b: Bits) -> bool {
        a.size == b.size && bits::compare_bits(a, b, &mut self.poll).is_eq()
    }

    /// Maps of the same keys have tries of the same shape.
    fn nodes(&mut self, a: Node<'t>, b: Node<'t>, mode: Mode) -> bool {
        if a.bitmap != b.bitmap {
            return false;
        }
        for (a, b) in a.children.iter().zip(b.children) {
            if a.word() == b.word() {
                continue;
            }
            if let (Some(a), Some(b)) = (a.as_cons(), b.as_cons()) {
                self.stack.push(Rest::Pair(a.tail, b.tail, mode));
                self.stack.push(Rest::Pair(a.head, b.head, Mode::Exact));
            } else if let (Some(a), Some(b)) = (a.as_node(), b.as_node()) {
                self.stack.push(Rest::Nodes(a, b, mode));
            } else {
                return false;
            }
        }
        true
    }
}
