//! The order of two large maps of one size: that of the lists of their keys in ascending order, and
//! then that of the values in the order of their keys. Decided by the least key that only one of
//! them has, else by the least key whose values differ, so that nothing needs to be sorted.

use std::cmp::Ordering;

use super::Mode;
use crate::env::Poll;
use crate::map::leaves;
use crate::term::{Cons, HashMap, Node, Term};

enum Outcome<'t> {
    /// The key is in one map only.
    Known(Ordering),
    /// The order of the values.
    Values(Term<'t>, Term<'t>),
}

/// What the last pair that was handed out was for.
enum Asked {
    Nothing,
    /// How do the values compare?
    Values,
    /// Is the key less than the least one so far? If so, this is the outcome.
    Key(Ordering),
}

pub struct Least<'t> {
    candidates: Vec<(Term<'t>, Outcome<'t>)>,
    at: usize,
    asked: Asked,
    best: Option<(Term<'t>, Ordering)>,
}

impl<'t> Least<'t> {
    pub fn new(a: HashMap<'t>, b: HashMap<'t>, poll: &mut Poll) -> Least<'t> {
        let mut difference = Difference { alone: Vec::new(), common: Vec::new() };
        let mut nodes = vec![(a.root, b.root)];
        while let Some((a, b)) = nodes.pop() {
            difference.nodes(a, b, &mut nodes, poll);
        }
        let candidates =
            if difference.alone.is_empty() { difference.common } else { difference.alone };
        Least { candidates, at: 0, asked: Asked::Nothing, best: None }
    }

    /// Takes the outcome of the pair that it asked for last; returns the next one, or what the
    /// outcome for the maps is.
    pub fn next(
        &mut self,
        ordering: Ordering,
        mode: Mode,
    ) -> Result<(Term<'t>, Term<'t>, Mode), Ordering> {
        match std::mem::replace(&mut self.asked, Asked::Nothing) {
            Asked::Nothing => {}
            Asked::Values if ordering.is_eq() => self.at += 1,
            Asked::Values => {
                if let Some(pair) = self.candidate(ordering) {
                    return Ok(pair);
                }
            }
            Asked::Key(outcome) => {
                if ordering.is_lt() {
                    self.best = Some((self.candidates[self.at].0, outcome));
                }
                self.at += 1;
            }
        }
        while let Some((_, outcome)) = self.candidates.get(self.at) {
            match *outcome {
                Outcome::Known(outcome) => {
                    if let Some(pair) = self.candidate(outcome) {
                        return Ok(pair);
                    }
                }
                Outcome::Values(a, b) => {
                    self.asked = Asked::Values;
                    return Ok((a, b, mode));
                }
            }
        }
        Err(self.best.map_or(Ordering::Equal, |(_, outcome)| outcome))
    }

    /// The key at hand would decide: is it the least so far?
    fn candidate(&mut self, outcome: Ordering) -> Option<(Term<'t>, Term<'t>, Mode)> {
        let key = self.candidates[self.at].0;
        match self.best {
            None => {
                self.best = Some((key, outcome));
                self.at += 1;
                None
            }
            Some((best, _)) => {
                self.asked = Asked::Key(outcome);
                Some((key, best, Mode::Exact))
            }
        }
    }
}

/// Keys that one of the maps has alone, and those that both have with values that may differ.
struct Difference<'t> {
    alone: Vec<(Term<'t>, Outcome<'t>)>,
    common: Vec<(Term<'t>, Outcome<'t>)>,
}

impl<'t> Difference<'t> {
    fn nodes(
        &mut self,
        a: Node<'t>,
        b: Node<'t>,
        nodes: &mut Vec<(Node<'t>, Node<'t>)>,
        poll: &mut Poll,
    ) {
        let (mut children_a, mut children_b) = (a.children.iter(), b.children.iter());
        let next = |bitmap: u16, bit: u16, children: &mut std::slice::Iter<'t, Term<'t>>| {
            (bitmap & bit != 0).then(|| *children.next().expect("a child for each bit"))
        };
        for index in 0..16 {
            let bit = 1 << index;
            let child_a = next(a.bitmap, bit, &mut children_a);
            let child_b = next(b.bitmap, bit, &mut children_b);
            match (child_a, child_b) {
                (Some(a), Some(b)) if a.word() == b.word() => {}
                (Some(a), Some(b)) => match (a.as_node(), b.as_node()) {
                    (Some(a), Some(b)) => nodes.push((a, b)),
                    _ => self.children(a, b, poll),
                },
                (Some(a), None) => self.alone(a, Ordering::Less, poll),
                (None, Some(b)) => self.alone(b, Ordering::Greater, poll),
                (None, None) => {}
            }
        }
    }

    fn alone(&mut self, child: Term<'t>, outcome: Ordering, poll: &mut Poll) {
        for leaf in leaves(child) {
            poll.step();
            self.alone.push((leaf.head, Outcome::Known(outcome)));
        }
    }

    /// Two children of which one is a leaf at least.
    fn children(&mut self, a: Term<'t>, b: Term<'t>, poll: &mut Poll) {
        let (leaf, others, flipped) = match a.as_cons() {
            Some(leaf) => (leaf, b, false),
            None => (b.as_cons().expect("one of them is a leaf"), a, true),
        };
        let side = |ordering: Ordering| if flipped { ordering.reverse() } else { ordering };
        let mut found = false;
        for Cons { head: key, tail: value } in leaves(others) {
            poll.step();
            if !found && super::equal_exact(key, leaf.head, poll.env()) {
                found = true;
                let (a, b) = if flipped { (value, leaf.tail) } else { (leaf.tail, value) };
                self.common.push((key, Outcome::Values(a, b)));
            } else {
                self.alone.push((key, Outcome::Known(side(Ordering::Greater))));
            }
        }
        if !found {
            self.alone.push((leaf.head, Outcome::Known(side(Ordering::Less))));
        }
    }
}
