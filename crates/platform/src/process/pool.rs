//! The pool: booted Erlang nodes without a function.
//!
//! Its size follows demand: it grows when somebody found it empty, and shrinks by one for each
//! [`SHRINK_MS`] without a taker, down to one. It never holds more than its maximum, which the
//! server derives from the machine's memory, and nothing while memory is [`Memory::Scarce`].

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::sync::Notify;

use crate::process::node::Node;

/// After so long without a taker the pool is too large by one.
const SHRINK_MS: u64 = 60_000;

/// Boots at the same time: more would only take each other's CPU.
const BOOTS_MAX: usize = 2;

/// Boots that failed in a row, after which the pool waits for the next taker.
const FAILURES_MAX: usize = 3;

/// Of the machine's memory, the part in percent that must be free for a pool to be worth it.
const FREE_PERCENT_MIN: u64 = 5;

/// Whether the machine has memory for nodes that only wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Memory {
    Enough,
    Scarce,
}

/// The machine's memory, as the kernel estimates what is available without swapping.
pub(super) fn memory() -> Memory {
    memory_of(&std::fs::read_to_string("/proc/meminfo").unwrap_or_default())
}

fn memory_of(meminfo: &str) -> Memory {
    let kb = |name: &str| {
        let line = meminfo.lines().find_map(|line| line.strip_prefix(name))?;
        line.split_whitespace().next()?.parse::<u64>().ok()
    };
    match (kb("MemTotal:"), kb("MemAvailable:")) {
        (Some(total), Some(free)) if free * 100 < total * FREE_PERCENT_MIN => Memory::Scarce,
        _ => Memory::Enough,
    }
}

/// The nodes and the size they should have.
pub(super) struct Pool {
    state: Mutex<State>,
    /// A boot has ended, one way or the other.
    boot_ended: Notify,
    closing: Notify,
}

struct State {
    nodes: VecDeque<Arc<Node>>,
    booting: usize,
    target: Target,
    failures: usize,
    closed: bool,
}

/// How many nodes there should be; pure.
#[derive(Debug)]
struct Target {
    wanted: usize,
    max: usize,
    last_taken: Instant,
}

impl Target {
    fn taken(&mut self, now: Instant, was_empty: bool) {
        self.shrink(now);
        self.last_taken = now;
        if was_empty {
            self.wanted = (self.wanted * 2).clamp(1, self.max.max(1));
        }
    }

    fn shrink(&mut self, now: Instant) {
        let quiet = now.duration_since(self.last_taken);
        let steps = (quiet.as_millis() / u128::from(SHRINK_MS)) as usize;
        if steps > 0 {
            self.wanted = self.wanted.saturating_sub(steps).max(1);
            self.last_taken += Duration::from_millis(SHRINK_MS) * steps as u32;
        }
    }

    fn size(&self) -> usize {
        self.wanted.min(self.max)
    }
}

impl Pool {
    pub(super) fn new(max: usize) -> Pool {
        let target = Target { wanted: 2, max, last_taken: Instant::now() };
        let state =
            State { nodes: VecDeque::new(), booting: 0, target, failures: 0, closed: false };
        Pool { state: Mutex::new(state), boot_ended: Notify::new(), closing: Notify::new() }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().expect("nothing panics under this lock")
    }

    pub(super) fn ready(&self) -> usize {
        self.lock().nodes.len()
    }

    /// Takes a node; the pool is to be refilled afterwards.
    pub(super) fn take(&self) -> Option<Arc<Node>> {
        let mut state = self.lock();
        state.failures = 0;
        let found = loop {
            match state.nodes.pop_front() {
                Some(node) if node.has_ended() => {}
                other => break other,
            }
        };
        state.target.taken(Instant::now(), found.is_none());
        found
    }

    /// Whether another node is to be booted; the caller then boots it.
    pub(super) fn begin_boot(&self, memory: Memory) -> bool {
        let mut state = self.lock();
        let wanted = !state.closed
            && memory == Memory::Enough
            && state.failures < FAILURES_MAX
            && state.booting < BOOTS_MAX
            && state.nodes.len() + state.booting < state.target.size();
        state.booting += usize::from(wanted);
        wanted
    }

    /// Takes a booted node in; gives back one that is too many.
    pub(super) fn booted(&self, node: Arc<Node>) -> Option<Arc<Node>> {
        let mut state = self.lock();
        state.booting -= 1;
        self.boot_ended.notify_waiters();
        state.failures = 0;
        state.target.shrink(Instant::now());
        if state.closed {
            return Some(node);
        }
        state.nodes.push_back(node);
        if state.nodes.len() > state.target.size() { state.nodes.pop_front() } else { None }
    }

    pub(super) fn boot_failed(&self) {
        let mut state = self.lock();
        state.booting -= 1;
        self.boot_ended.notify_waiters();
        state.failures += 1;
    }

    /// Takes out the nodes that are more than there should be; the caller ends them.
    pub(super) fn trim(&self, memory: Memory) -> Vec<Arc<Node>> {
        let mut state = self.lock();
        state.target.shrink(Instant::now());
        let kept = if memory == Memory::Scarce { 0 } else { state.target.size() };
        let surplus = state.nodes.len().saturating_sub(kept);
        state.nodes.drain(..surplus).collect()
    }

    /// Resolves when nothing is booting.
    pub(super) async fn quiet(&self) {
        self.wait(&self.boot_ended, |state| state.booting == 0).await;
    }

    /// Resolves when the pool has ended: who boots a node for it need not go on.
    pub(super) async fn closed(&self) {
        self.wait(&self.closing, |state| state.closed).await;
    }

    async fn wait(&self, told: &Notify, there: impl Fn(&State) -> bool) {
        loop {
            let told = told.notified();
            tokio::pin!(told);
            told.as_mut().enable();
            if there(&self.lock()) {
                return;
            }
            told.await;
        }
    }

    /// Ends the pool; the nodes are the caller's to end.
    pub(super) fn close(&self) -> Vec<Arc<Node>> {
        let mut state = self.lock();
        state.closed = true;
        self.closing.notify_waiters();
        state.nodes.drain(..).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pool_grows_when_it_was_empty_and_shrinks_when_it_is_quiet() {
        let start = Instant::now();
        let mut target = Target { wanted: 2, max: 6, last_taken: start };
        target.taken(start, false);
        assert_eq!(target.size(), 2);
        target.taken(start, true);
        target.taken(start, true);
        assert_eq!(target.size(), 6, "never above its maximum");
        target.shrink(start + Duration::from_millis(SHRINK_MS * 3));
        assert_eq!(target.size(), 3);
        target.shrink(start + Duration::from_millis(SHRINK_MS * 100));
        assert_eq!(target.size(), 1);
    }

    #[test]
    fn memory_is_scarce_when_little_of_it_is_free() {
        let meminfo = |free_kb: u64| {
            memory_of(&format!("MemTotal: 1000000 kB\nMemFree: 1 kB\nMemAvailable: {free_kb} kB\n"))
        };
        assert_eq!(meminfo(50_000), Memory::Enough);
        assert_eq!(meminfo(49_999), Memory::Scarce);
        assert_eq!(memory_of(""), Memory::Enough, "a machine that does not say");
    }
}
