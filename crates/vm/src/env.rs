//! What everything within an isolate may see: its atoms, its account of memory, its limits, the
//! stop word. Shared by reference count, changed through cells: an isolate has one thread.

use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::atoms::Atoms;
use crate::funs::Funs;

/// A named bound of an isolate.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Limit {
    /// Bytes that the isolate holds: heaps, binaries, messages, tables, code.
    Memory,
    /// Wall time.
    Time,
    Reductions,
    Processes,
    Atoms,
    Timers,
    Tables,
}

impl Limit {
    pub const fn name(self) -> &'static str {
        match self {
            Limit::Memory => "memory",
            Limit::Time => "time",
            Limit::Reductions => "reductions",
            Limit::Processes => "processes",
            Limit::Atoms => "atoms",
            Limit::Timers => "timers",
            Limit::Tables => "tables",
        }
    }
}

#[derive(Clone, Debug)]
pub struct Limits {
    pub memory_bytes: usize,
    pub reductions: u64,
    pub processes: usize,
    /// Atoms that the isolate makes beyond those of deployed code.
    pub atoms: usize,
    pub timers: usize,
    /// ETS tables.
    pub tables: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            memory_bytes: 4 << 30,
            reductions: u64::MAX,
            processes: 262_144,
            atoms: 1_048_576,
            timers: 1_048_576,
            tables: 8_192,
        }
    }
}

/// Bytes that the isolate holds.
pub struct Account {
    held: Cell<usize>,
    peak: Cell<usize>,
    max: usize,
    exceeded: Cell<Option<Limit>>,
}

impl Account {
    fn new(max: usize) -> Account {
        Account { held: Cell::new(0), peak: Cell::new(0), max, exceeded: Cell::new(None) }
    }

    /// Counts `bytes` more. Abandons the isolate when they are too many: call it before the memory
    /// is taken.
    pub fn add_bytes(&self, bytes: usize) {
        let held = self.held.get().saturating_add(bytes);
        if held > self.max {
            self.abandon(Limit::Memory);
        }
        self.held.set(held);
        self.peak.set(self.peak.get().max(held));
    }

    pub fn remove_bytes(&self, bytes: usize) {
        self.held.set(self.held.get() - bytes);
    }

    pub fn held_bytes(&self) -> usize {
        self.held.get()
    }

    pub fn peak_bytes(&self) -> usize {
        self.peak.get()
    }

    fn abandon(&self, limit: Limit) -> ! {
        self.exceeded.set(Some(limit));
        std::panic::resume_unwind(Box::new(Abandon))
    }
}

/// Unwinds a helper whose isolate is given up; which limit it was is in the environment.
pub struct Abandon;

pub struct Env {
    pub atoms: Atoms,
    /// Names of the funs of the isolate, which `Code` writes.
    pub funs: Rc<Funs>,
    pub account: Account,
    pub limits: Limits,
    /// Set from outside (a watchdog) when the isolate's time is over.
    stop: Arc<AtomicBool>,
    references: Cell<u64>,
    /// A collection at every `reserve`: finds terms that are held across one.
    pub collect_always: bool,
}

impl Env {
    pub fn new(limits: Limits, stop: Arc<AtomicBool>) -> Rc<Env> {
        Rc::new(Env {
            atoms: Atoms::new(limits.atoms),
            funs: Rc::default(),
            account: Account::new(limits.memory_bytes),
            limits,
            stop,
            references: Cell::new(0),
            collect_always: std::env::var_os("BEAMLET_COLLECT_ALWAYS").is_some(),
        })
    }

    /// Every loop over guest-sized data calls this at least once a millisecond. Does not return
    /// when the isolate is to stop.
    pub fn poll(&self) {
        if self.stop.load(Ordering::Relaxed) {
            self.abandon(Limit::Time);
        }
    }

    pub fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// Gives the isolate up: unwinds to the helper's wrapper.
    pub fn abandon(&self, limit: Limit) -> ! {
        self.account.abandon(limit)
    }

    /// The limit that was passed.
    pub fn exceeded(&self) -> Option<Limit> {
        self.account.exceeded.get()
    }

    pub fn exceed(&self, limit: Limit) {
        self.account.exceeded.set(Some(limit));
    }

    /// A number that no other reference of the isolate has.
    pub fn next_reference(&self) -> u64 {
        self.references.set(self.references.get() + 1);
        self.references.get()
    }
}

/// Calls `Env::poll` once in a while: cheap enough for the innermost loop.
pub struct Poll<'e> {
    env: &'e Env,
    left: u32,
}

impl<'e> Poll<'e> {
    /// Steps between two looks at the stop word: some 10 to 100 µs of work.
    const STEPS: u32 = 10_000;

    pub fn new(env: &'e Env) -> Poll<'e> {
        Poll { env, left: Self::STEPS }
    }

    pub fn step(&mut self) {
        self.steps(1);
    }

    pub fn steps(&mut self, count: u32) {
        match self.left.checked_sub(count) {
            Some(left) => self.left = left,
            None => {
                self.left = Self::STEPS;
                self.env.poll();
            }
        }
    }

    pub fn env(&self) -> &'e Env {
        self.env
    }
}
