//! The process dictionary: keys and values on the process's own heap, found by the hash of the key.
#![allow(unsafe_code)] // Makes terms of words that the collector keeps up to date.

use hashbrown::HashTable;

use crate::env::Env;
use crate::order;
use crate::term::Term;

#[derive(Default)]
pub struct Dictionary {
    /// Key and value; the order is that of insertion, but a removed entry's place is taken by the
    /// last one.
    entries: Vec<[u64; 2]>,
    table: HashTable<u32>,
}

impl Dictionary {
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The entries' words: key, value.
    pub(crate) fn entries(&self) -> &[[u64; 2]] {
        &self.entries
    }

    fn find(&self, key: Term, env: &Env) -> Option<usize> {
        let hash = u64::from(crate::hash::internal(key, env));
        self.table
            .find(hash, |index| {
                // SAFETY: entries are terms of the process's heap, which collections move.
                let other = unsafe { Term::from_word(self.entries[*index as usize][0]) };
                order::equal_exact(key, other, env)
            })
            .map(|index| *index as usize)
    }

    pub(crate) fn get(&self, key: Term, env: &Env) -> Option<u64> {
        self.find(key, env).map(|index| self.entries[index][1])
    }

    /// Key and value are terms of the process. Returns the value before.
    pub(crate) fn put(&mut self, key: Term, value: Term, env: &Env) -> Option<u64> {
        if let Some(index) = self.find(key, env) {
            return Some(std::mem::replace(&mut self.entries[index][1], value.word()));
        }
        let hash = u64::from(crate::hash::internal(key, env));
        let index = self.entries.len() as u32;
        self.entries.push([key.word(), value.word()]);
        let entries = &self.entries;
        self.table.insert_unique(hash, index, |index| {
            // SAFETY: as in `find`.
            let key = unsafe { Term::from_word(entries[*index as usize][0]) };
            u64::from(crate::hash::internal(key, env))
        });
        None
    }

    pub(crate) fn put_words(&mut self, key: u64, value: u64, env: &Env) -> Option<u64> {
        // SAFETY: terms of the process, which the caller has just read.
        let (key, value) = unsafe { (Term::from_word(key), Term::from_word(value)) };
        self.put(key, value, env)
    }

    pub(crate) fn erase_word(&mut self, key: u64, env: &Env) -> Option<u64> {
        // SAFETY: a term of the process, which the caller has just read.
        self.erase(unsafe { Term::from_word(key) }, env)
    }

    pub(crate) fn erase(&mut self, key: Term, env: &Env) -> Option<u64> {
        let index = self.find(key, env)?;
        let hash_of = |word: u64| {
            // SAFETY: as in `find`.
            u64::from(crate::hash::internal(unsafe { Term::from_word(word) }, env))
        };
        let hash = hash_of(self.entries[index][0]);
        if let Ok(entry) = self.table.find_entry(hash, |at| *at as usize == index) {
            entry.remove();
        }
        let last = self.entries.len() - 1;
        if last != index {
            let hash = hash_of(self.entries[last][0]);
            if let Some(at) = self.table.find_mut(hash, |at| *at as usize == last) {
                *at = index as u32;
            }
        }
        Some(self.entries.swap_remove(index)[1])
    }

    pub(crate) fn clear(&mut self) {
        self.entries.clear();
        self.table.clear();
    }

    pub(crate) fn roots(&mut self, visit: &mut dyn FnMut(&mut u64)) {
        for [key, value] in &mut self.entries {
            visit(key);
            visit(value);
        }
    }
}
