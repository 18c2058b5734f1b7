//! The objects that a match specification has to be run on: all of a table, or, where the
//! specification says what the key must be, only those that may match.

use std::cmp::Ordering;
use std::ops::ControlFlow;

use super::{Store, Table, hash, tree};
use crate::env::{Env, Poll};
use crate::heap::Fragment;
use crate::match_spec::KeyBound;
use crate::order;
use crate::term::{Term, View};

/// Where an object is, as long as the table does not change.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Position {
    Hash(hash::Place),
    Tree(tree::Place),
}

/// Of an ordered set: from the first key to the last, or back.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Direction {
    Forward,
    Backward,
}

impl Direction {
    pub const fn reversed(self) -> Direction {
        match self {
            Direction::Forward => Direction::Backward,
            Direction::Backward => Direction::Forward,
        }
    }
}

/// Where a key is beside those that begin with a prefix: before, among, or behind them.
fn beside(key: Term, arity: usize, prefix: &[Term], env: &Env) -> Ordering {
    let Some(elements) = key.as_tuple() else {
        // What is no tuple stands on the same side of all of them.
        return match key.view() {
            View::FlatMap(_) | View::HashMap(_) | View::Nil | View::Cons(_) | View::Bits(_) => {
                Ordering::Greater
            }
            _ => Ordering::Less,
        };
    };
    elements.len().cmp(&arity).then_with(|| {
        elements
            .iter()
            .zip(prefix)
            .map(|(a, b)| order::compare(*a, *b, env))
            .find(|ordering| ordering.is_ne())
            .unwrap_or(Ordering::Equal)
    })
}

/// The places of an ordered set from which to which a scan goes, the second one excluded.
fn range(tree: &tree::Tree, bound: &KeyBound, env: &Env) -> (tree::Place, tree::Place) {
    match bound {
        KeyBound::Prefix(arity, prefix) => (
            tree.lower(|key| beside(key, *arity, prefix, env) == Ordering::Less),
            tree.lower(|key| beside(key, *arity, prefix, env) != Ordering::Greater),
        ),
        _ => (tree.first(), tree.end()),
    }
}

impl Table {
    /// Visits the objects that may match, until `visit` breaks off. A scan of an ordered set goes
    /// on behind the key `after`, in its direction.
    pub fn scan(
        &self,
        bound: &KeyBound,
        direction: Direction,
        after: Option<Term>,
        env: &Env,
        visit: &mut dyn FnMut(Position, &Fragment) -> ControlFlow<()>,
    ) {
        let _ = match &self.store {
            Store::Hash(table) => scan_hash(table, bound, env, visit),
            Store::Tree(tree) => scan_tree(tree, bound, direction, after, env, visit),
        };
    }

    /// The object at a position of a table that has not changed since.
    pub fn at(&self, position: Position) -> Option<&Fragment> {
        match (&self.store, position) {
            (Store::Hash(table), Position::Hash(place)) => Some(table.at(place)),
            (Store::Tree(tree), Position::Tree(place)) => tree.get(place),
            _ => None,
        }
    }

    /// Removes the objects at positions that a forward scan has found, in its order.
    pub fn delete_positions(&mut self, positions: &[Position], env: &Env) {
        let fixed = self.is_fixed();
        match &mut self.store {
            Store::Hash(table) => {
                let places: Vec<hash::Place> = positions
                    .iter()
                    .filter_map(|position| match position {
                        Position::Hash(place) => Some(*place),
                        Position::Tree(_) => None,
                    })
                    .collect();
                table.delete_places(&places, fixed, env);
            }
            Store::Tree(tree) => {
                let mut places: Vec<tree::Place> = positions
                    .iter()
                    .filter_map(|position| match position {
                        Position::Tree(place) => Some(*place),
                        Position::Hash(_) => None,
                    })
                    .collect();
                places.sort_unstable();
                tree.remove_places(&places, env);
            }
        }
    }

    /// Puts an object of the same key in the place of the one that is there.
    pub fn replace(&mut self, position: Position, object: Fragment, env: &Env) {
        match (&mut self.store, position) {
            (Store::Hash(table), Position::Hash(place)) => table.replace(place, object, env),
            (Store::Tree(tree), Position::Tree(place)) => tree.replace(place, object, env),
            _ => unreachable!("a position is one of the table's own kind"),
        }
    }
}

fn scan_hash(
    table: &hash::HashTable,
    bound: &KeyBound,
    env: &Env,
    visit: &mut dyn FnMut(Position, &Fragment) -> ControlFlow<()>,
) -> ControlFlow<()> {
    if let KeyBound::Keys(keys) = bound {
        for key in keys {
            for place in table.places_of(*key, env) {
                visit(Position::Hash(place), table.at(place))?;
            }
        }
        return ControlFlow::Continue(());
    }
    let mut poll = Poll::new(env);
    let mut next = table.first_from(0, &mut poll);
    while let Some(place) = next {
        visit(Position::Hash(place), table.at(place))?;
        next = table.next(place, &mut poll);
    }
    ControlFlow::Continue(())
}

fn scan_tree(
    tree: &tree::Tree,
    bound: &KeyBound,
    direction: Direction,
    after: Option<Term>,
    env: &Env,
    visit: &mut dyn FnMut(Position, &Fragment) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let (mut from, mut to) = range(tree, bound, env);
    match (after, direction) {
        (Some(key), Direction::Forward) => from = from.max(tree.behind(key, env)),
        (Some(key), Direction::Backward) => {
            to = to.min(tree.find(key, env).unwrap_or_else(|place| place));
        }
        (None, _) => {}
    }
    let mut at = |place| {
        let object = tree.get(place).expect("a place within the bounds has an object");
        visit(Position::Tree(place), object)
    };
    if let KeyBound::Keys(keys) = bound {
        let mut places: Vec<tree::Place> =
            keys.iter().filter_map(|key| tree.find(*key, env).ok()).collect();
        places.sort_unstable();
        places.dedup();
        places.retain(|place| (from..to).contains(place));
        if direction == Direction::Backward {
            places.reverse();
        }
        return places.into_iter().try_for_each(at);
    }
    let mut poll = Poll::new(env);
    match direction {
        Direction::Forward => {
            while from < to {
                poll.step();
                at(from)?;
                from = tree.next(from);
            }
        }
        Direction::Backward => {
            while let Some(place) = tree.previous(to).filter(|place| *place >= from) {
                poll.step();
                at(place)?;
                to = place;
            }
        }
    }
    ControlFlow::Continue(())
}
