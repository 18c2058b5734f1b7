//! Tables of terms (ETS): which there are, whose they are, and what is in them.
//!
//! Each object has memory of its own, counted in the isolate's account. A table is named by a
//! reference, whose number identifies it, or by an atom. Natives are in `bif/ets.rs`.
//!
//! | file | is |
//! |---|---|
//! | `hash.rs` | sets and bags |
//! | `tree.rs` | ordered sets |
//! | `scan.rs` | the objects that a match specification has to be run on |

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use crate::atoms::Atom;
use crate::env::Env;
use crate::extensions::Quick;
use crate::heap::Fragment;
use crate::isolate::Isolate;
use crate::match_spec::Arena;
use crate::order;
use crate::process::State;
use crate::term::{Pid, Term, View};

pub mod hash;
pub mod scan;
pub mod tree;

use hash::HashTable;
use tree::Tree;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Set,
    OrderedSet,
    Bag,
    DuplicateBag,
}

impl Kind {
    pub const fn name(self) -> &'static str {
        match self {
            Kind::Set => "set",
            Kind::OrderedSet => "ordered_set",
            Kind::Bag => "bag",
            Kind::DuplicateBag => "duplicate_bag",
        }
    }

    /// Has a key one object at most?
    pub const fn is_set(self) -> bool {
        matches!(self, Kind::Set | Kind::OrderedSet)
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Protection {
    Private,
    Protected,
    Public,
}

impl Protection {
    pub const fn name(self) -> &'static str {
        match self {
            Protection::Private => "private",
            Protection::Protected => "protected",
            Protection::Public => "public",
        }
    }
}

/// What a caller wants of a table.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Access {
    Read,
    Write,
}

/// The value behind the reference of a table: tells it from any other reference.
pub struct Identity;

/// How writers and readers of an OTP table get along: accepted and shown, without an effect on a
/// single thread.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum WriteConcurrency {
    Off,
    On,
    Auto,
}

#[derive(Clone, Debug)]
pub struct Options {
    pub kind: Kind,
    pub protection: Protection,
    /// Of the key in an object, from 1.
    pub position: usize,
    pub named: bool,
    pub write_concurrency: WriteConcurrency,
    pub read_concurrency: bool,
    pub decentralized_counters: bool,
    pub compressed: bool,
}

/// Who gets a table when its owner ends, and what the message says.
pub struct Heir {
    pub pid: Pid,
    pub data: Fragment,
}

pub enum Store {
    Hash(HashTable),
    Tree(Tree),
}

/// When a table was fixed, and how often by whom.
pub struct Fixation {
    pub since_ns: u64,
    pub counts: BTreeMap<Pid, usize>,
}

pub struct Table {
    pub number: u64,
    pub name: Atom,
    /// The reference, of which others are copies.
    pub reference: Fragment,
    pub options: Options,
    pub owner: Pid,
    pub heir: Option<Heir>,
    pub store: Store,
    pub fixation: Option<Fixation>,
}

/// The element of an object at `position`, from 1. Objects have been looked at before they are put
/// in.
pub fn key_of(object: Term, position: usize) -> Term {
    object.as_tuple().expect("an object is a tuple")[position - 1]
}

impl Table {
    pub fn len(&self) -> usize {
        match &self.store {
            Store::Hash(table) => table.len(),
            Store::Tree(tree) => tree.len(),
        }
    }

    /// What programs name it by: its name, or the reference.
    pub fn identifier(&self) -> Term<'_> {
        if self.options.named { Term::atom(self.name) } else { self.reference.term() }
    }

    pub fn is_fixed(&self) -> bool {
        self.fixation.is_some()
    }

    pub fn key_of<'t>(&self, object: Term<'t>) -> Term<'t> {
        key_of(object, self.options.position)
    }

    /// Words that it takes.
    pub fn words(&self) -> usize {
        let store = match &self.store {
            Store::Hash(table) => table.overhead_words() + table.object_words(),
            Store::Tree(tree) => tree.overhead_words() + tree.object_words(),
        };
        size_of::<Table>() / 8 + store
    }

    pub fn may(&self, pid: Pid, access: Access) -> bool {
        match (access, self.options.protection) {
            (_, Protection::Public) | (Access::Read, Protection::Protected) => true,
            _ => self.owner == pid,
        }
    }

    /// Objects of a key: in the order in which they were put in, reversed.
    pub fn lookup(&self, key: Term, env: &Env) -> Vec<&Fragment> {
        match &self.store {
            Store::Hash(table) => table.lookup(key, env),
            Store::Tree(tree) => {
                tree.find(key, env).ok().and_then(|place| tree.get(place)).into_iter().collect()
            }
        }
    }

    /// The newest object of a key.
    pub fn get(&self, key: Term, env: &Env) -> Option<&Fragment> {
        match &self.store {
            Store::Hash(table) => table.get(key, env),
            Store::Tree(tree) => tree.find(key, env).ok().and_then(|place| tree.get(place)),
        }
    }

    pub fn insert(&mut self, object: Fragment, env: &Env) {
        let fixed = self.is_fixed();
        let store = &mut self.store;
        match store {
            Store::Hash(table) => table.insert(object, fixed, env),
            Store::Tree(tree) => tree.insert(object, env),
        }
    }

    /// Removes the objects of a key for which `wanted` holds.
    pub fn delete(&mut self, key: Term, env: &Env, mut wanted: impl FnMut(&Fragment) -> bool) {
        let fixed = self.is_fixed();
        match &mut self.store {
            Store::Hash(table) => table.delete(key, fixed, env, wanted),
            Store::Tree(tree) => {
                if let Ok(place) = tree.find(key, env)
                    && wanted(tree.get(place).expect("it was found"))
                {
                    tree.remove(place, env);
                }
            }
        }
    }

    /// Removes the objects that are `=:=` to this one.
    pub fn delete_object(&mut self, object: Term, env: &Env) {
        let key = self.key_of(object);
        self.delete(key, env, |other| order::equal_exact(other.term(), object, env));
    }

    pub fn clear(&mut self, env: &Env) {
        let fixed = self.is_fixed();
        match &mut self.store {
            Store::Hash(table) => table.clear(fixed, env),
            Store::Tree(tree) => tree.clear(env),
        }
    }

    /// Notes that `pid` steps through the table; deleted objects stay in their chains.
    pub fn fix(&mut self, pid: Pid, now_ns: u64) {
        let fixation = self
            .fixation
            .get_or_insert_with(|| Fixation { since_ns: now_ns, counts: BTreeMap::new() });
        *fixation.counts.entry(pid).or_insert(0) += 1;
    }

    /// Takes one, or all, of the fixations of a process back.
    pub fn unfix(&mut self, pid: Pid, which: Unfix, env: &Env) {
        let Some(fixation) = &mut self.fixation else { return };
        let Some(count) = fixation.counts.get_mut(&pid) else { return };
        *count -= 1;
        if *count == 0 || which == Unfix::All {
            fixation.counts.remove(&pid);
        }
        if fixation.counts.is_empty() {
            self.fixation = None;
            if let Store::Hash(table) = &mut self.store {
                table.unfix(env);
            }
        }
    }

    fn free(self, env: &Env) {
        match self.store {
            Store::Hash(table) => table.free(env),
            Store::Tree(mut tree) => tree.clear(env),
        }
        self.reference.free(&env.account);
        if let Some(heir) = self.heir {
            heir.data.free(&env.account);
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unfix {
    One,
    All,
}

/// All tables of an isolate.
#[derive(Default)]
pub struct Tables {
    tables: HashMap<u64, Box<Table>, Quick>,
    names: HashMap<Atom, u64, Quick>,
    /// Tables that a process owns or has fixed.
    held: HashMap<Pid, Vec<u64>, Quick>,
}

impl Tables {
    pub fn len(&self) -> usize {
        self.tables.len()
    }

    pub fn get(&self, number: u64) -> Option<&Table> {
        self.tables.get(&number).map(|table| &**table)
    }

    pub fn get_mut(&mut self, number: u64) -> Option<&mut Table> {
        self.tables.get_mut(&number).map(|table| &mut **table)
    }

    /// The table that a term names.
    pub fn find(&self, term: Term) -> Option<&Table> {
        match term.view() {
            View::Atom(name) => self.get(self.named(name)?),
            View::Reference(reference) => self.get(reference.number),
            _ => None,
        }
    }

    /// Takes a table out for as long as something else of the isolate is looked at beside it.
    pub fn lend(&mut self, number: u64) -> Box<Table> {
        self.tables.remove(&number).expect("the table was found in this call")
    }

    pub fn give_back(&mut self, table: Box<Table>) {
        self.tables.insert(table.number, table);
    }

    pub fn named(&self, name: Atom) -> Option<u64> {
        self.names.get(&name).copied()
    }

    /// Numbers of all tables, in the order in which they were made.
    pub fn numbers(&self) -> Vec<u64> {
        let mut numbers: Vec<u64> = self.tables.keys().copied().collect();
        numbers.sort_unstable();
        numbers
    }

    pub fn add(&mut self, table: Table) {
        self.hold(table.owner, table.number);
        if table.options.named {
            self.names.insert(table.name, table.number);
        }
        self.tables.insert(table.number, Box::new(table));
    }

    /// Takes a table out of all registers.
    pub fn remove(&mut self, number: u64, env: &Env) {
        let Some(table) = self.tables.remove(&number) else { return };
        if table.options.named {
            self.names.remove(&table.name);
        }
        let mut holders = vec![table.owner];
        if let Some(fixation) = &table.fixation {
            holders.extend(fixation.counts.keys());
        }
        for pid in holders {
            if let Some(held) = self.held.get_mut(&pid) {
                held.retain(|other| *other != number);
            }
        }
        table.free(env);
    }

    /// Gives a named table another name.
    pub fn rename(&mut self, number: u64, name: Atom) {
        let table = self.tables.get_mut(&number).expect("the caller has found it");
        if table.options.named {
            self.names.remove(&table.name);
            self.names.insert(name, number);
        }
        table.name = name;
    }

    /// A table has another owner.
    pub fn give(&mut self, from: Pid, to: Pid, number: u64) {
        let table = self.tables.get_mut(&number).expect("the caller has found it");
        table.owner = to;
        let fixed = table.fixation.as_ref().is_some_and(|all| all.counts.contains_key(&from));
        if !fixed && let Some(held) = self.held.get_mut(&from) {
            held.retain(|other| *other != number);
        }
        self.hold(to, number);
    }

    /// The process hears of the table when it ends.
    pub fn hold(&mut self, pid: Pid, number: u64) {
        let held = self.held.entry(pid).or_default();
        if !held.contains(&number) {
            held.push(number);
        }
    }
}

/// `{'ETS-TRANSFER', Table, From, Data}`
pub fn transfer_message(table: &Table, from: Pid, data: Term, env: &Env) -> Fragment {
    let tag = env.atoms.intern("ETS-TRANSFER").expect("a fixed set of atoms comes first");
    let arena = Arena::new(env);
    let message = [Term::atom(tag), table.identifier(), Term::pid(from), data];
    Fragment::new(arena.tuple(&message), env)
}

/// Deletes the tables of a process that has ended, or hands them to their heirs, and takes its
/// fixations back.
pub fn process_ended(isolate: &mut Isolate, pid: Pid) {
    if isolate.extensions.peek::<Tables>().is_none_or(|tables| !tables.held.contains_key(&pid)) {
        return;
    }
    let env = Rc::clone(&isolate.env);
    let held = isolate.extensions.get::<Tables>().held.remove(&pid).unwrap_or_default();
    for number in held {
        let tables = isolate.extensions.get::<Tables>();
        let Some(table) = tables.get_mut(number) else { continue };
        table.unfix(pid, Unfix::All, &env);
        if table.owner != pid {
            continue;
        }
        let heir = table.heir.as_ref().map(|heir| heir.pid);
        let alive = |heir: &Pid| {
            *heir != pid
                && isolate
                    .processes
                    .get(*heir)
                    .is_some_and(|process| process.state != State::Exited)
        };
        let Some(heir) = heir.filter(alive) else {
            isolate.extensions.get::<Tables>().remove(number, &env);
            continue;
        };
        let tables = isolate.extensions.get::<Tables>();
        tables.give(pid, heir, number);
        let table = tables.get_mut(number).expect("it was there");
        let data = table.heir.as_ref().expect("it has one").data.term();
        let message = transfer_message(table, pid, data, &env);
        isolate.deliver(heir, message);
    }
}
