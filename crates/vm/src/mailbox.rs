//! The messages of a process, in the order of their arrival, with a save pointer for the receive
//! that is looking through them.

#![allow(unsafe_code)] // Makes terms of the words of messages.

use std::collections::VecDeque;

use crate::env::Env;
use crate::heap::Fragment;
use crate::term::Term;

/// A message: a term on the receiver's heap, or in memory of its own until it is received or a
/// collection moves it.
pub struct Message {
    pub(crate) word: u64,
    pub(crate) fragment: Option<Fragment>,
}

#[derive(Default)]
pub struct Mailbox {
    messages: VecDeque<Message>,
    /// Messages before it did not match.
    save: usize,
    /// Messages that were taken out of the front since the process began: numbers messages for good.
    taken: u64,
    /// Marks set by `recv_marker_reserve`: the number of the next message at that time.
    pub(crate) marks: Vec<Mark>,
}

/// A receive marker: messages before `from` cannot hold `reference`.
pub struct Mark {
    pub id: u64,
    pub reference: u64,
    pub from: u64,
}

/// Marks that are kept at once; older ones are forgotten, which costs time only.
pub const MARKS_MAX: usize = 8;

impl Mailbox {
    pub fn len(&self) -> usize {
        self.messages.len()
    }

    pub fn is_empty(&self) -> bool {
        self.messages.is_empty()
    }

    pub fn push(&mut self, message: Message) {
        self.messages.push_back(message);
    }

    /// The term of the message at the save pointer.
    pub(crate) fn peek(&self) -> Option<u64> {
        self.messages.get(self.save).map(|message| message.word)
    }

    pub fn has_unseen(&self) -> bool {
        self.save < self.messages.len()
    }

    pub fn skip(&mut self) {
        self.save += 1;
    }

    pub fn rewind(&mut self) {
        self.save = 0;
    }

    /// Takes the message at the save pointer; the next receive begins at the first.
    pub fn take(&mut self) -> Option<Message> {
        let message = self.messages.remove(self.save);
        self.save = 0;
        if message.is_some() {
            self.taken += 1;
            // What follows the removed one has moved forward by one; numbers stay ascending.
            for mark in &mut self.marks {
                mark.from = mark.from.max(self.taken);
            }
        }
        message
    }

    /// The number that the next message to come will have.
    pub fn next_number(&self) -> u64 {
        self.taken + self.messages.len() as u64
    }

    /// Begins the receive at a message number.
    pub fn look_from(&mut self, number: u64) {
        self.save = (number.saturating_sub(self.taken) as usize).min(self.messages.len());
    }

    pub(crate) fn words(&self) -> impl Iterator<Item = u64> + '_ {
        self.messages.iter().map(|message| message.word)
    }

    pub(crate) fn roots(&mut self, visit: &mut dyn FnMut(&mut u64)) {
        for message in &mut self.messages {
            visit(&mut message.word);
        }
    }

    pub(crate) fn contains(&self, address: usize) -> bool {
        self.messages
            .iter()
            .filter_map(|message| message.fragment.as_ref())
            .any(|fragment| fragment.contains(address))
    }

    /// The memory that messages came with: a collection moves their terms to the heap.
    pub(crate) fn take_fragments(&mut self) -> impl Iterator<Item = Fragment> + '_ {
        self.messages.iter_mut().filter_map(|message| message.fragment.take())
    }

    /// Removes the first message `{_, Reference, _, _, _}`: what a monitor has sent.
    pub fn remove_down(&mut self, reference: u64, env: &Env) {
        let found = self.messages.iter().position(|message| {
            // SAFETY: messages are terms; nothing changes them meanwhile.
            let term = unsafe { Term::from_word(message.word) };
            matches!(term.as_tuple(), Some([_, second, _, _, _])
                if second.as_reference().is_some_and(|found| found.number == reference))
        });
        if let Some(message) = found.and_then(|index| self.messages.remove(index)) {
            if self.save > 0 {
                self.save = 0;
            }
            self.taken += 1;
            if let Some(fragment) = message.fragment {
                fragment.free(&env.account);
            }
        }
    }

    pub fn free(&mut self, env: &Env) {
        for message in self.messages.drain(..) {
            if let Some(fragment) = message.fragment {
                fragment.free(&env.account);
            }
        }
    }
}
