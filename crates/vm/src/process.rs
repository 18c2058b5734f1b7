//! A process: its memory, mailbox, links and monitors, and where it goes on.

use std::collections::BTreeMap;

use crate::atoms::Atom;
use crate::collect::Roots;
use crate::dictionary::Dictionary;
use crate::env::Env;
use crate::heap::{Fragment, Heap};
use crate::mailbox::Mailbox;
use crate::term::{Pid, Term};

#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord)]
pub enum Priority {
    Max,
    High,
    Normal,
    Low,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    /// In the run queue.
    Runnable,
    Running,
    /// Until a message, an exit signal, or the timeout of its receive.
    Waiting,
    /// Until it is resumed (`erlang:suspend_process/1`).
    Suspended,
    /// Has ended; what is left of it goes when the scheduler gets to it.
    Exited,
}

/// What a monitor watches.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Monitored {
    Process(Pid),
    /// By name: the `DOWN` message says the name and the node.
    Name(Atom, Pid),
    /// A monitor on what is not there (another node): only `demonitor` ends it.
    Nothing,
}

/// How an alias of a process ends (`erlang:monitor/3`, `erlang:alias/1`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Alias {
    /// Only by `unalias/1`.
    Explicit,
    /// Also with the monitor: `demonitor` or `DOWN`.
    WithMonitor,
    /// Also with the first message through it.
    ReplyOrMonitor,
    /// With the first message through it.
    Reply,
}

/// An exception on its way to its handler; also why a process ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Class {
    Error,
    Exit,
    Throw,
}

impl Class {
    pub const fn atom(self) -> Atom {
        match self {
            Class::Error => Atom::ERROR,
            Class::Exit => Atom::EXIT_CLASS,
            Class::Throw => Atom::THROW,
        }
    }

    pub const fn of(atom: Atom) -> Option<Class> {
        match atom {
            Atom::ERROR => Some(Class::Error),
            Atom::EXIT_CLASS => Some(Class::Exit),
            Atom::THROW => Some(Class::Throw),
            _ => None,
        }
    }
}

/// What a helper has raised, and its caller has not taken up yet.
pub struct Pending {
    pub class: Class,
    pub(crate) reason: u64,
    /// A list (of `erlang:raise/3`), a raw trace, or `NO_VALUE`: to be made where it is taken up.
    pub(crate) trace: u64,
    /// Error info for OTP's formatters: the map under `error_info`, or `NO_VALUE`.
    pub(crate) info: u64,
    /// Arguments beside those of the BIF, if the exception is to name other ones (`erlang:error/2`):
    /// a list, or `NO_VALUE`.
    pub(crate) args: u64,
}

/// How a guard BIF has failed: made whole only if it was called in a body.
pub struct Deferred {
    pub(crate) leave: crate::call::Leave,
    /// The native, if it gets a frame of its own.
    pub(crate) native: Option<crate::code::Mfa>,
    /// Its arguments; nothing collects before they are used.
    pub(crate) args: arrayvec::ArrayVec<u64, 3>,
}

impl Deferred {
    pub(crate) fn new(
        leave: crate::call::Leave,
        native: Option<crate::code::Mfa>,
        args: &[u64],
    ) -> Deferred {
        Deferred { leave, native, args: args.iter().copied().collect() }
    }
}

pub struct Process {
    pub pid: Pid,
    pub heap: Heap,
    pub mailbox: Mailbox,
    pub dictionary: Dictionary,
    pub state: State,
    pub priority: Priority,
    pub name: Option<Atom>,
    pub links: std::collections::BTreeSet<Pid>,
    /// Monitors of this process on others, by the number of their reference.
    pub monitors: BTreeMap<u64, Monitored>,
    /// Tags that stand in place of `'DOWN'` (option `{tag, Term}`), by the same number.
    pub monitor_tags: BTreeMap<u64, Fragment>,
    /// Monitors of others on this process: by the number of their reference, who watches.
    pub watchers: BTreeMap<u64, Pid>,
    pub aliases: BTreeMap<u64, Alias>,
    pub trap_exit: bool,
    pub parent: Pid,
    /// Module, function, arity: where it began.
    pub initial_call: (Atom, Atom, u8),
    /// The group leader: a term without memory of its own, or a root.
    pub(crate) group_leader: u64,
    /// Where compiled code goes on, and the X registers it needs there.
    pub next: u64,
    pub saved: Vec<u64>,
    /// The export that a yielded call was for (`Context::called`).
    pub called: u64,
    /// Terms that BIFs keep across collections.
    pub(crate) roots: Vec<u64>,
    pub pending: Option<Pending>,
    pub(crate) deferred: Option<Deferred>,
    /// Why it ended: set once, when its code comes to its end or an exit signal ends it.
    pub exit_reason: Option<Fragment>,
    /// The timer of the receive that is waited in.
    pub receive_timer: Option<u64>,
    /// The time of that receive is over.
    pub timed_out: bool,
    pub reductions: u64,
    pub suspend_count: u32,
    pub max_heap_words: usize,
    pub message_queue_off_heap: bool,
    pub sensitive: bool,
    /// Hibernates: its stack is empty, and a message begins the continuation.
    pub hibernating: bool,
    /// What was saved for `erlang:process_flag(error_handler)`.
    pub error_handler: Atom,
    /// Results of natives that take several turns: owned by the process, dropped with it.
    pub state_slot: Option<Box<dyn std::any::Any>>,
}

impl Process {
    pub fn new(pid: Pid, parent: Pid, heap_words: usize, env: &Env) -> Process {
        Process {
            pid,
            heap: Heap::new(heap_words, &env.account),
            mailbox: Mailbox::default(),
            dictionary: Dictionary::default(),
            state: State::Runnable,
            priority: Priority::Normal,
            name: None,
            links: Default::default(),
            monitors: BTreeMap::new(),
            monitor_tags: BTreeMap::new(),
            watchers: BTreeMap::new(),
            aliases: BTreeMap::new(),
            trap_exit: false,
            parent,
            initial_call: (Atom::UNDEFINED, Atom::UNDEFINED, 0),
            group_leader: Term::pid(pid).word(),
            next: 0,
            saved: Vec::new(),
            called: 0,
            roots: Vec::new(),
            pending: None,
            deferred: None,
            exit_reason: None,
            receive_timer: None,
            timed_out: false,
            reductions: 0,
            suspend_count: 0,
            max_heap_words: 0,
            message_queue_off_heap: false,
            sensitive: false,
            hibernating: false,
            error_handler: Atom::ERROR_HANDLER,
            state_slot: None,
        }
    }

    /// Collects, with the registers that `registers` visits as further roots.
    pub fn collect(&mut self, words: usize, env: &Env, registers: &mut Roots) {
        for fragment in self.mailbox.take_fragments() {
            self.heap.fragments.push(fragment);
        }
        let Process { heap, mailbox, dictionary, roots, pending, saved, group_leader, .. } = self;
        heap.collect(
            words,
            &mut |visit| {
                registers(visit);
                saved.iter_mut().for_each(&mut *visit);
                roots.iter_mut().for_each(&mut *visit);
                visit(group_leader);
                mailbox.roots(visit);
                dictionary.roots(visit);
                if let Some(pending) = pending {
                    visit(&mut pending.reason);
                    visit(&mut pending.trace);
                    visit(&mut pending.info);
                    visit(&mut pending.args);
                }
            },
            env,
        );
    }

    /// The group leader, if it is a process of this isolate.
    pub(crate) fn group_leader_pid(&self) -> Option<Pid> {
        use beamlet_code::abi::{IMMEDIATE_MASK, TAG_PID};
        let word = self.group_leader;
        (word & IMMEDIATE_MASK == TAG_PID).then_some(Pid((word >> 4) as u32))
    }

    pub(crate) fn pending_ref(&self) -> &Pending {
        self.pending.as_ref().expect("an exception is pending")
    }

    /// Gives the memory back; the process has ended.
    pub fn free(&mut self, env: &Env) {
        self.mailbox.free(env);
        for (_, tag) in std::mem::take(&mut self.monitor_tags) {
            tag.free(&env.account);
        }
        self.heap.free(&env.account);
        if let Some(reason) = self.exit_reason.take() {
            reason.free(&env.account);
        }
    }

    /// Words that it holds, as `process_info(_, total_heap_size)` counts them.
    pub fn total_words(&self) -> usize {
        self.heap.total_words()
    }
}
