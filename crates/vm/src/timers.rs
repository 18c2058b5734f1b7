//! The timers of an isolate: a heap of times and a table of what is to happen. A timer that is
//! cancelled leaves its time behind, which is thrown out when such times are the larger part.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use crate::atoms::Atom;
use crate::heap::Fragment;
use crate::term::Pid;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Destination {
    Pid(Pid),
    /// Looked up when the time has come.
    Name(Atom),
}

pub enum Action {
    /// The time of a `receive ... after` is over.
    Receive(Pid),
    /// The message of `send_after` or `start_timer`, whole.
    Send { to: Destination, message: Fragment },
}

pub struct Timer {
    /// On the host's monotonic clock.
    pub due_ns: u64,
    pub action: Action,
}

#[derive(Default)]
pub struct Timers {
    times: BinaryHeap<Reverse<(u64, u64, u64)>>,
    timers: HashMap<u64, (u64, Timer)>,
    sequence: u64,
}

impl Timers {
    pub fn len(&self) -> usize {
        self.timers.len()
    }

    pub fn is_empty(&self) -> bool {
        self.timers.is_empty()
    }

    /// `id` is the number of a reference: no two timers have the same.
    pub fn start(&mut self, id: u64, timer: Timer) {
        self.sequence += 1;
        self.times.push(Reverse((timer.due_ns, self.sequence, id)));
        self.timers.insert(id, (self.sequence, timer));
    }

    pub fn get(&self, id: u64) -> Option<&Timer> {
        self.timers.get(&id).map(|(_, timer)| timer)
    }

    pub fn cancel(&mut self, id: u64) -> Option<Timer> {
        let (_, timer) = self.timers.remove(&id)?;
        if self.times.len() > 2 * self.timers.len() + 64 {
            let timers = &self.timers;
            self.times.retain(|Reverse((_, sequence, id))| {
                timers.get(id).is_some_and(|(current, _)| current == sequence)
            });
        }
        Some(timer)
    }

    /// The time of the next one.
    pub fn next_due_ns(&mut self) -> Option<u64> {
        loop {
            let Reverse((due_ns, sequence, id)) = *self.times.peek()?;
            match self.timers.get(&id) {
                Some((current, _)) if *current == sequence => return Some(due_ns),
                _ => {
                    self.times.pop();
                }
            }
        }
    }

    /// Takes a timer whose time has come.
    pub fn expired(&mut self, now_ns: u64) -> Option<(u64, Timer)> {
        if self.next_due_ns()? > now_ns {
            return None;
        }
        let Reverse((_, _, id)) = self.times.pop()?;
        self.timers.remove(&id).map(|(_, timer)| (id, timer))
    }

    /// All that are set; in no order.
    pub fn iter(&self) -> impl Iterator<Item = (u64, &Timer)> {
        self.timers.iter().map(|(id, (_, timer))| (*id, timer))
    }
}
