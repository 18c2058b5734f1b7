//! Tables of type `ordered_set`: blocks of objects in the order of their keys, under a vector of
//! blocks. A position shifts with what is put in or taken out before it, so that whoever comes
//! back later comes with a key.

use std::cmp::Ordering;

use super::key_of;
use crate::env::{Env, Poll};
use crate::heap::Fragment;
use crate::order;
use crate::term::Term;

/// Objects of a block.
const BLOCK_MAX: usize = 64;
/// A block with fewer is joined with the one behind it, if both fit into one.
const BLOCK_MIN: usize = BLOCK_MAX / 4;

pub struct Tree {
    position: usize,
    /// None is empty.
    blocks: Vec<Vec<Fragment>>,
    len: usize,
    /// Words of all objects.
    words: usize,
    /// Bytes of the vectors, as they were counted last.
    counted: usize,
}

/// The place of an object. Behind the last one: as many as there are blocks, 0.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Place {
    block: usize,
    index: usize,
}

const BLOCK_BYTES: usize = BLOCK_MAX * size_of::<Fragment>() + size_of::<Vec<Fragment>>();

impl Tree {
    pub fn new(position: usize) -> Tree {
        Tree { position, blocks: Vec::new(), len: 0, words: 0, counted: 0 }
    }

    pub fn len(&self) -> usize {
        self.len
    }

    pub fn overhead_words(&self) -> usize {
        self.counted / 8
    }

    pub fn object_words(&self) -> usize {
        self.words
    }

    /// Counts the blocks, before one is added or after one has gone.
    fn count_blocks(&mut self, blocks: usize, env: &Env) {
        let bytes = blocks * BLOCK_BYTES;
        if bytes > self.counted {
            env.account.add_bytes(bytes - self.counted);
        } else {
            env.account.remove_bytes(self.counted - bytes);
        }
        self.counted = bytes;
    }

    fn new_block() -> Vec<Fragment> {
        Vec::with_capacity(BLOCK_MAX)
    }

    fn key(&self, place: Place) -> Term<'_> {
        key_of(self.blocks[place.block][place.index].term(), self.position)
    }

    /// The first place whose key is not before what is looked for.
    pub fn lower(&self, before: impl Fn(Term) -> bool) -> Place {
        let block = self.blocks.partition_point(|block| {
            let last = block.last().expect("no block is empty");
            before(key_of(last.term(), self.position))
        });
        let index = self.blocks.get(block).map_or(0, |block| {
            block.partition_point(|object| before(key_of(object.term(), self.position)))
        });
        Place { block, index }
    }

    /// The place of a key, or the one where it would be.
    pub fn find(&self, key: Term, env: &Env) -> Result<Place, Place> {
        let place = self.lower(|other| order::compare(other, key, env) == Ordering::Less);
        match self.get(place) {
            Some(_) if order::compare(self.key(place), key, env).is_eq() => Ok(place),
            _ => Err(place),
        }
    }

    /// The first place behind a key.
    pub fn behind(&self, key: Term, env: &Env) -> Place {
        self.lower(|other| order::compare(other, key, env) != Ordering::Greater)
    }

    pub fn get(&self, place: Place) -> Option<&Fragment> {
        self.blocks.get(place.block)?.get(place.index)
    }

    pub fn first(&self) -> Place {
        Place { block: 0, index: 0 }
    }

    pub fn end(&self) -> Place {
        Place { block: self.blocks.len(), index: 0 }
    }

    pub fn next(&self, place: Place) -> Place {
        if place.index + 1 < self.blocks[place.block].len() {
            Place { index: place.index + 1, ..place }
        } else {
            Place { block: place.block + 1, index: 0 }
        }
    }

    pub fn previous(&self, place: Place) -> Option<Place> {
        if place.index > 0 {
            return Some(Place { index: place.index - 1, ..place });
        }
        let block = place.block.checked_sub(1)?;
        Some(Place { block, index: self.blocks[block].len() - 1 })
    }

    /// The place of the object of that number, counted from 0.
    pub fn nth(&self, mut number: usize, env: &Env) -> Place {
        let mut poll = Poll::new(env);
        for (block, objects) in self.blocks.iter().enumerate() {
            poll.step();
            if number < objects.len() {
                return Place { block, index: number };
            }
            number -= objects.len();
        }
        self.end()
    }

    /// Puts an object in, in the place of the one of its key.
    pub fn insert(&mut self, object: Fragment, env: &Env) {
        let found = self.find(key_of(object.term(), self.position), env);
        match found {
            Ok(place) => self.replace(place, object, env),
            Err(place) => self.insert_at(place, object, env),
        }
    }

    fn insert_at(&mut self, mut place: Place, object: Fragment, env: &Env) {
        self.len += 1;
        self.words += object.words();
        if place.block == self.blocks.len() {
            // Behind everything: fills the last block, so that ascending keys leave full ones.
            if self.blocks.last().is_some_and(|last| last.len() < BLOCK_MAX) {
                self.blocks.last_mut().expect("it is there").push(object);
                return;
            }
            self.count_blocks(self.blocks.len() + 1, env);
            let mut block = Self::new_block();
            block.push(object);
            self.blocks.push(block);
            return;
        }
        if self.blocks[place.block].len() == BLOCK_MAX {
            self.count_blocks(self.blocks.len() + 1, env);
            let mut upper = Self::new_block();
            upper.extend(self.blocks[place.block].drain(BLOCK_MAX / 2..));
            self.blocks.insert(place.block + 1, upper);
            if place.index > BLOCK_MAX / 2 {
                place = Place { block: place.block + 1, index: place.index - BLOCK_MAX / 2 };
            }
        }
        self.blocks[place.block].insert(place.index, object);
    }

    pub fn replace(&mut self, place: Place, object: Fragment, env: &Env) {
        self.words += object.words();
        let old = std::mem::replace(&mut self.blocks[place.block][place.index], object);
        self.words -= old.words();
        old.free(&env.account);
    }

    pub fn remove(&mut self, place: Place, env: &Env) {
        self.len -= 1;
        let object = self.blocks[place.block].remove(place.index);
        self.words -= object.words();
        object.free(&env.account);
        let left = self.blocks[place.block].len();
        if left >= BLOCK_MIN {
            return;
        }
        if left == 0 {
            self.blocks.remove(place.block);
        } else if let Some(next) = self.blocks.get(place.block + 1)
            && left + next.len() <= BLOCK_MAX
        {
            let next = self.blocks.remove(place.block + 1);
            self.blocks[place.block].extend(next);
        } else {
            return;
        }
        self.count_blocks(self.blocks.len(), env);
    }

    /// Removes the objects at these places, which are in ascending order.
    pub fn remove_places(&mut self, places: &[Place], env: &Env) {
        let mut poll = Poll::new(env);
        // From the end, so that no place moves before its turn: joining moves only what is behind.
        for place in places.iter().rev() {
            poll.steps(BLOCK_MAX as u32);
            self.remove(*place, env);
        }
    }

    pub fn clear(&mut self, env: &Env) {
        let mut poll = Poll::new(env);
        for object in self.blocks.drain(..).flatten() {
            poll.step();
            object.free(&env.account);
        }
        self.blocks = Vec::new();
        (self.len, self.words) = (0, 0);
        self.count_blocks(0, env);
    }
}
