//! The run queue: who is next. Processes of a higher priority go first; low ones get a turn for
//! every eight that normal ones have had (OTP does the same), so that nobody starves them.

use std::collections::VecDeque;

use crate::process::Priority;
use crate::term::Pid;

/// Turns of normal processes between two of low ones.
const LOW_EVERY: u32 = 8;

#[derive(Default)]
pub struct RunQueue {
    queues: [VecDeque<Pid>; 4],
    since_low: u32,
}

impl RunQueue {
    pub fn push(&mut self, pid: Pid, priority: Priority) {
        self.queues[priority as usize].push_back(pid);
    }

    pub fn pop(&mut self) -> Option<Pid> {
        let [max, high, normal, low] = &mut self.queues;
        if let Some(pid) = max.pop_front().or_else(|| high.pop_front()) {
            return Some(pid);
        }
        if !low.is_empty() && (normal.is_empty() || self.since_low >= LOW_EVERY) {
            self.since_low = 0;
            return low.pop_front();
        }
        self.since_low += 1;
        normal.pop_front()
    }

    pub fn is_empty(&self) -> bool {
        self.queues.iter().all(VecDeque::is_empty)
    }

    pub fn len(&self) -> usize {
        self.queues.iter().map(VecDeque::len).sum()
    }
}
