//! Tables of type `set`, `bag` and `duplicate_bag`: linear hashing, with OTP's hash, OTP's order
//! within a bucket and OTP's times of growing, so that objects are met in OTP's order.
//!
//! ```text
//! buckets:  [ 3 ][ - ][ 0 ] ...          the number of the first node
//! nodes:    next · hash · object         a slab: what is free is chained, too
//! ```
//!
//! Objects of one key stand next to each other, the newest first. While a table is fixed, a deleted
//! object stays in its chain, marked dead, so that whoever steps through finds its way on.

use super::{Kind, key_of};
use crate::env::{Env, Poll};
use crate::hash;
use crate::heap::Fragment;
use crate::order;
use crate::term::Term;

const NONE: u32 = u32::MAX;
/// Buckets of an empty table.
const BUCKETS_MIN: usize = 256;
/// Buckets that OTP adds at once, which shows in when a table shrinks.
const SEGMENT: usize = 2048;
/// Buckets that one call makes or joins, at most.
const BUCKETS_AT_ONCE: usize = 5;

struct Node {
    next: u32,
    hash: u32,
    dead: bool,
    /// `None`: the node is free.
    object: Option<Fragment>,
}

pub struct HashTable {
    kind: Kind,
    position: usize,
    buckets: Vec<u32>,
    nodes: Vec<Node>,
    free: u32,
    live: usize,
    /// Nodes that are dead and still in their chains.
    dead: usize,
    /// Buckets in which they are; not more than there are buckets: then it may be any.
    dead_buckets: Vec<usize>,
    /// Words of all objects.
    words: usize,
    /// Bytes of the vectors, as they were counted last.
    counted: usize,
}

/// A place in a table: a bucket, and a node of its chain.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Place {
    pub bucket: usize,
    node: u32,
}

fn hash_of(key: Term, env: &Env) -> u32 {
    match key.as_atom() {
        Some(atom) => hash::atom(atom, env),
        None => hash::internal(key, env),
    }
}

impl HashTable {
    pub fn new(kind: Kind, position: usize, env: &Env) -> HashTable {
        let mut table = HashTable {
            kind,
            position,
            buckets: vec![NONE; BUCKETS_MIN],
            nodes: Vec::new(),
            free: NONE,
            live: 0,
            dead: 0,
            dead_buckets: Vec::new(),
            words: 0,
            counted: 0,
        };
        table.count_bytes(env);
        table
    }

    /// Counts what the vectors have grown or shrunk by.
    fn count_bytes(&mut self, env: &Env) {
        let bytes = self.nodes.capacity() * size_of::<Node>() + self.buckets.capacity() * 4;
        if bytes > self.counted {
            env.account.add_bytes(bytes - self.counted);
        } else {
            env.account.remove_bytes(self.counted - bytes);
        }
        self.counted = bytes;
    }

    pub fn len(&self) -> usize {
        self.live
    }

    pub fn buckets(&self) -> usize {
        self.buckets.len()
    }

    /// Words beside those of the objects.
    pub fn overhead_words(&self) -> usize {
        self.counted / 8
    }

    pub fn object_words(&self) -> usize {
        self.words
    }

    fn free_object(&mut self, object: Fragment, env: &Env) {
        self.words -= object.words();
        object.free(&env.account);
    }

    fn bucket(&self, hash: u32) -> usize {
        let mask = self.buckets.len().next_power_of_two() - 1;
        let index = hash as usize & mask;
        if index < self.buckets.len() { index } else { index & mask >> 1 }
    }

    fn node(&self, number: u32) -> &Node {
        &self.nodes[number as usize]
    }

    fn object(&self, number: u32) -> &Fragment {
        self.node(number).object.as_ref().expect("a node in a chain has an object")
    }

    fn has_key(&self, number: u32, hash: u32, key: Term, env: &Env) -> bool {
        self.node(number).hash == hash
            && order::equal_exact(key_of(self.object(number).term(), self.position), key, env)
    }

    /// The first node of a key, dead or not, and the link that leads to it: a node, or none if it
    /// is the bucket. The node is none where there is no such key; then the link is the last one.
    fn find(&self, hash: u32, key: Term, poll: &mut Poll) -> (u32, u32) {
        let env = poll.env();
        let mut before = NONE;
        let mut number = self.buckets[self.bucket(hash)];
        while number != NONE && !self.has_key(number, hash, key, env) {
            poll.step();
            before = number;
            number = self.node(number).next;
        }
        (before, number)
    }

    fn link(&mut self, bucket: usize, before: u32, to: u32) {
        match before {
            NONE => self.buckets[bucket] = to,
            before => self.nodes[before as usize].next = to,
        }
    }

    /// Nodes of a key that are not dead, the newest first.
    fn nodes_of<'t>(&'t self, key: Term<'t>, env: &'t Env) -> impl Iterator<Item = u32> + 't {
        let hash = hash_of(key, env);
        let mut poll = Poll::new(env);
        let mut number = self.find(hash, key, &mut poll).1;
        let first = number;
        let single = self.kind == Kind::Set;
        std::iter::from_fn(move || {
            while number != NONE {
                poll.step();
                let this = number;
                number = if single { NONE } else { self.node(this).next };
                if this != first && !self.has_key(this, hash, key, env) {
                    number = NONE;
                    break;
                }
                if !self.node(this).dead {
                    return Some(this);
                }
            }
            None
        })
    }

    /// Objects of a key, the newest first.
    pub fn lookup(&self, key: Term, env: &Env) -> Vec<&Fragment> {
        let nodes: Vec<u32> = self.nodes_of(key, env).collect();
        nodes.into_iter().map(|number| self.object(number)).collect()
    }

    /// The newest object of a key.
    pub fn get(&self, key: Term, env: &Env) -> Option<&Fragment> {
        let number = self.nodes_of(key, env).next()?;
        Some(self.object(number))
    }

    /// The places of the objects of a key, the newest first.
    pub fn places_of(&self, key: Term, env: &Env) -> Vec<Place> {
        let bucket = self.bucket(hash_of(key, env));
        self.nodes_of(key, env).map(|node| Place { bucket, node }).collect()
    }

    /// Puts an object in: into a set, in the place of the one of its key.
    pub fn insert(&mut self, object: Fragment, fixed: bool, env: &Env) {
        let mut poll = Poll::new(env);
        let (hash, before, found) = {
            let key = key_of(object.term(), self.position);
            let hash = hash_of(key, env);
            let (before, found) = self.find(hash, key, &mut poll);
            (hash, before, found)
        };
        if found != NONE {
            match self.kind {
                Kind::Bag => {
                    if self.revive_in_bag(&object, hash, before, found, &mut poll) {
                        object.free(&env.account);
                        return;
                    }
                }
                Kind::DuplicateBag => {}
                _ => {
                    let node = &mut self.nodes[found as usize];
                    if std::mem::take(&mut node.dead) {
                        self.dead -= 1;
                        self.live += 1;
                    }
                    self.words += object.words();
                    if let Some(old) = node.object.replace(object) {
                        self.free_object(old, env);
                    }
                    return;
                }
            }
        }
        let bucket = self.bucket(hash);
        self.words += object.words();
        let node = Node { next: found, hash, dead: false, object: Some(object) };
        let number = self.place_node(node, env);
        self.link(bucket, before, number);
        self.live += 1;
        if !fixed {
            self.grow(env, &mut poll);
        }
    }

    /// Is the object in the bag, among those of its key? A dead one comes back as the newest.
    fn revive_in_bag(
        &mut self,
        object: &Fragment,
        hash: u32,
        before: u32,
        found: u32,
        poll: &mut Poll,
    ) -> bool {
        let env = poll.env();
        let (mut last, mut number) = (before, found);
        while number != NONE
            && self.has_key(number, hash, key_of(object.term(), self.position), env)
        {
            poll.step();
            if order::equal_exact(self.object(number).term(), object.term(), env) {
                if std::mem::take(&mut self.nodes[number as usize].dead) {
                    self.dead -= 1;
                    self.live += 1;
                    if number != found {
                        let bucket = self.bucket(hash);
                        let next = self.node(number).next;
                        self.link(bucket, last, next);
                        self.nodes[number as usize].next = found;
                        self.link(bucket, before, number);
                    }
                }
                return true;
            }
            last = number;
            number = self.node(number).next;
        }
        false
    }

    fn place_node(&mut self, node: Node, env: &Env) -> u32 {
        if self.free == NONE {
            let number = self.nodes.len() as u32;
            if self.nodes.len() == self.nodes.capacity() {
                // Counted before it is taken.
                let more = self.nodes.capacity().max(8);
                env.account.add_bytes(more * size_of::<Node>());
                self.counted += more * size_of::<Node>();
                self.nodes.reserve_exact(more);
            }
            self.nodes.push(node);
            return number;
        }
        let number = self.free;
        self.free = self.node(number).next;
        self.nodes[number as usize] = node;
        number
    }

    /// Splits buckets until there are as many as objects.
    fn grow(&mut self, env: &Env, poll: &mut Poll) {
        for _ in 0..BUCKETS_AT_ONCE {
            if self.live <= self.buckets.len() {
                return;
            }
            let new = self.buckets.len();
            let capacity = self.buckets.capacity();
            self.buckets.push(NONE);
            if self.buckets.capacity() != capacity {
                self.count_bytes(env);
            }
            let mask = (new + 1).next_power_of_two() - 1;
            let from = new & mask >> 1;
            let (mut tail_old, mut tail_new) = (NONE, NONE);
            let mut number = std::mem::replace(&mut self.buckets[from], NONE);
            while number != NONE {
                poll.step();
                let next = std::mem::replace(&mut self.nodes[number as usize].next, NONE);
                let (bucket, tail) = match self.bucket(self.node(number).hash) == new {
                    true => (new, &mut tail_new),
                    false => (from, &mut tail_old),
                };
                let before = std::mem::replace(tail, number);
                self.link(bucket, before, number);
                number = next;
            }
        }
    }

    /// Joins the last buckets with those that they were split from, where the objects are few.
    fn shrink(&mut self, poll: &mut Poll) {
        for _ in 0..BUCKETS_AT_ONCE {
            let buckets = self.buckets.len();
            let slots = BUCKETS_MIN + (buckets - BUCKETS_MIN).next_multiple_of(SEGMENT);
            if slots < BUCKETS_MIN + 2 * SEGMENT || self.live >= (slots - SEGMENT) / 2 {
                return;
            }
            let last = buckets - 1;
            let chain = self.buckets.pop().expect("there are more than the least");
            let to = last & ((buckets.next_power_of_two() - 1) >> 1);
            let mut before = NONE;
            let mut number = self.buckets[to];
            while number != NONE {
                poll.step();
                before = number;
                number = self.node(number).next;
            }
            self.link(to, before, chain);
        }
    }

    /// Takes the node out of its chain, or marks it dead while the table is fixed. The object, if
    /// nobody needs it any more.
    fn remove_node(
        &mut self,
        bucket: usize,
        before: u32,
        number: u32,
        fixed: bool,
    ) -> Option<Fragment> {
        self.live -= 1;
        if fixed {
            self.nodes[number as usize].dead = true;
            self.dead += 1;
            if self.dead_buckets.len() < self.buckets.len() {
                self.dead_buckets.push(bucket);
            }
            return None;
        }
        let next = self.node(number).next;
        self.link(bucket, before, next);
        self.free_node(number)
    }

    fn free_node(&mut self, number: u32) -> Option<Fragment> {
        let node = &mut self.nodes[number as usize];
        let object = node.object.take();
        node.next = self.free;
        node.dead = false;
        self.free = number;
        object
    }

    /// Removes the objects of a key for which `wanted` holds.
    pub fn delete(
        &mut self,
        key: Term,
        fixed: bool,
        env: &Env,
        mut wanted: impl FnMut(&Fragment) -> bool,
    ) {
        let mut poll = Poll::new(env);
        let hash = hash_of(key, env);
        let bucket = self.bucket(hash);
        let (mut before, mut number) = self.find(hash, key, &mut poll);
        while number != NONE && self.has_key(number, hash, key, env) {
            poll.step();
            let next = self.node(number).next;
            if !self.node(number).dead && wanted(self.object(number)) {
                if let Some(object) = self.remove_node(bucket, before, number, fixed) {
                    self.free_object(object, env);
                } else {
                    before = number;
                }
            } else {
                before = number;
            }
            number = next;
        }
        if !fixed {
            self.shrink(&mut poll);
        }
    }

    /// Removes the objects at places that a walk has gathered, in its order.
    pub fn delete_places(&mut self, places: &[Place], fixed: bool, env: &Env) {
        let mut poll = Poll::new(env);
        // Where the last one was found: the next one of its bucket most often stands behind it.
        let (mut bucket, mut before) = (usize::MAX, NONE);
        for place in places {
            poll.step();
            if place.bucket != bucket {
                (bucket, before) = (place.bucket, NONE);
            }
            before = self
                .before(bucket, before, place.node, &mut poll)
                .or_else(|| self.before(bucket, NONE, place.node, &mut poll))
                .expect("the table has not changed since the walk");
            match self.remove_node(bucket, before, place.node, fixed) {
                Some(object) => self.free_object(object, env),
                None => before = place.node,
            }
        }
        if !fixed {
            self.shrink(&mut poll);
        }
    }

    /// The link that leads to a node, looked for from another link on.
    fn before(&self, bucket: usize, from: u32, node: u32, poll: &mut Poll) -> Option<u32> {
        let mut before = from;
        let mut number = match from {
            NONE => self.buckets[bucket],
            from => self.node(from).next,
        };
        while number != node {
            poll.step();
            if number == NONE {
                return None;
            }
            before = number;
            number = self.node(number).next;
        }
        Some(before)
    }

    /// Puts another object of the same key in the place of the one that is there.
    pub fn replace(&mut self, place: Place, object: Fragment, env: &Env) {
        self.words += object.words();
        let node = &mut self.nodes[place.node as usize];
        if let Some(old) = node.object.replace(object) {
            self.free_object(old, env);
        }
    }

    /// Throws the dead out: nobody steps through the table any more.
    pub fn unfix(&mut self, env: &Env) {
        if self.dead == 0 {
            return;
        }
        let mut poll = Poll::new(env);
        let mut buckets = std::mem::take(&mut self.dead_buckets);
        if buckets.len() >= self.buckets.len() {
            buckets = (0..self.buckets.len()).collect();
        }
        for bucket in buckets {
            poll.step();
            let (mut before, mut number) = (NONE, self.buckets[bucket]);
            while number != NONE && self.dead > 0 {
                poll.step();
                let next = self.node(number).next;
                if self.node(number).dead {
                    self.dead -= 1;
                    self.link(bucket, before, next);
                    if let Some(object) = self.free_node(number) {
                        self.free_object(object, env);
                    }
                } else {
                    before = number;
                }
                number = next;
            }
        }
    }

    /// The object at a place.
    pub fn at(&self, place: Place) -> &Fragment {
        self.object(place.node)
    }

    /// The first place in or behind a bucket.
    pub fn first_from(&self, bucket: usize, poll: &mut Poll) -> Option<Place> {
        for bucket in bucket..self.buckets.len() {
            poll.step();
            if let Some(node) = self.alive(self.buckets[bucket], poll) {
                return Some(Place { bucket, node });
            }
        }
        None
    }

    /// The node or the first one behind it that is not dead.
    fn alive(&self, mut number: u32, poll: &mut Poll) -> Option<u32> {
        while number != NONE {
            if !self.node(number).dead {
                return Some(number);
            }
            poll.step();
            number = self.node(number).next;
        }
        None
    }

    pub fn next(&self, place: Place, poll: &mut Poll) -> Option<Place> {
        poll.step();
        match self.alive(self.node(place.node).next, poll) {
            Some(node) => Some(Place { bucket: place.bucket, node }),
            None => self.first_from(place.bucket + 1, poll),
        }
    }

    /// The first place of the key that follows another key, which is there, or was when the table
    /// was fixed; `None` if it is not.
    pub fn next_key(&self, key: Term, env: &Env) -> Option<Option<Place>> {
        let mut poll = Poll::new(env);
        let hash = hash_of(key, env);
        let bucket = self.bucket(hash);
        let mut number = self.find(hash, key, &mut poll).1;
        if number == NONE {
            return None;
        }
        while number != NONE && (self.node(number).dead || self.has_key(number, hash, key, env)) {
            poll.step();
            number = self.node(number).next;
        }
        Some(match number {
            NONE => self.first_from(bucket + 1, &mut poll),
            node => Some(Place { bucket, node }),
        })
    }

    /// Objects in each bucket.
    pub fn chain_lengths(&self, env: &Env) -> Vec<usize> {
        let mut poll = Poll::new(env);
        let mut lengths = vec![0; self.buckets.len()];
        let mut place = self.first_from(0, &mut poll);
        while let Some(this) = place {
            lengths[this.bucket] += 1;
            place = self.next(this, &mut poll);
        }
        lengths
    }

    /// Removes all objects.
    pub fn clear(&mut self, fixed: bool, env: &Env) {
        let mut poll = Poll::new(env);
        if fixed {
            for node in &mut self.nodes {
                poll.step();
                if node.object.is_some() && !node.dead {
                    node.dead = true;
                    self.dead += 1;
                }
            }
            self.live = 0;
            self.dead_buckets = (0..self.buckets.len()).collect();
            return;
        }
        for node in self.nodes.drain(..) {
            poll.step();
            if let Some(object) = node.object {
                object.free(&env.account);
            }
        }
        self.nodes = Vec::new();
        self.buckets = vec![NONE; BUCKETS_MIN];
        self.dead_buckets = Vec::new();
        (self.free, self.live, self.dead, self.words) = (NONE, 0, 0, 0);
        self.count_bytes(env);
    }

    /// Gives all memory back.
    pub fn free(mut self, env: &Env) {
        self.clear(false, env);
        env.account.remove_bytes(self.counted);
    }
}
