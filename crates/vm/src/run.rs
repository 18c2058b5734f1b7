//! The scheduler of an isolate: turns of processes, timers, and the end of both.
#![allow(unsafe_code)] // Enters compiled code.

use std::rc::Rc;

use beamlet_code::abi::{Status, TURN_REDUCTIONS};

use crate::context::Context;
use crate::entry;
use crate::env::Limit;
use crate::isolate::Isolate;
use crate::process::{Process, State};
use crate::term::Pid;
use crate::timers::{Action, Destination};

/// What a helper finds behind `Context::running`.
pub(crate) struct Running {
    pub isolate: *mut Isolate,
    pub process: *mut Process,
}

/// Where a run has stopped.
#[derive(Debug, PartialEq, Eq)]
pub enum Stopped {
    /// The process that was watched has ended; its reason is with the isolate.
    Ended,
    /// `erlang:halt`, with its status.
    Halted(i32),
    /// Nothing to do before a message comes from outside or the time of a timer, on the host's
    /// monotonic clock.
    Idle { until_ns: Option<u64> },
    /// Turns are used up.
    Yielded,
    /// A limit was passed: the isolate is abandoned.
    Exceeded(Limit),
    /// Compiled code claimed what a check found wrong: the isolate is abandoned.
    Refused(String),
    /// A fault of ours: the isolate is abandoned.
    Fault(String),
}

/// The machine that an isolate runs on: its registers.
pub struct Machine {
    pub isolate: Isolate,
    context: Box<Context>,
    helpers: Box<[usize]>,
    /// Reductions of a turn; 1 finds what is not saved across a yield.
    turn: i64,
    abandoned: bool,
}

impl Machine {
    pub fn new(isolate: Isolate) -> Machine {
        Machine {
            isolate,
            context: Context::new(),
            helpers: crate::helper::table(),
            turn: if std::env::var_os("BEAMLET_ONE_REDUCTION").is_some() {
                1
            } else {
                TURN_REDUCTIONS
            },
            abandoned: false,
        }
    }

    /// Runs at most `turns` turns of processes.
    pub fn run(&mut self, turns: u64) -> Stopped {
        if self.abandoned {
            return Stopped::Fault("the isolate was abandoned before".to_owned());
        }
        for turn in 0..turns {
            if turn % 16 == 0 || self.isolate.queue.is_empty() {
                self.isolate.fire_timers();
            }
            if let Some(status) = self.isolate.halted {
                return Stopped::Halted(status);
            }
            if matches!(self.isolate.watched, Some((_, Some(_)))) {
                return Stopped::Ended;
            }
            let Some(pid) = self.isolate.queue.pop() else {
                let until_ns = self.isolate.timers.next_due_ns();
                return Stopped::Idle { until_ns };
            };
            if let Some(stopped) = self.turn(pid) {
                self.abandoned = true;
                return stopped;
            }
        }
        Stopped::Yielded
    }

    /// One turn of a process. `Some` if the isolate is to be abandoned.
    fn turn(&mut self, pid: Pid) -> Option<Stopped> {
        let mut process = self.isolate.processes.take(pid)?;
        if process.state == State::Exited {
            self.isolate.end(process);
            return None;
        }
        if process.state != State::Runnable {
            // It was queued twice, or suspended meanwhile.
            self.isolate.processes.put(process);
            return None;
        }
        if process.suspend_count > 0 {
            process.state = State::Suspended;
            self.isolate.processes.put(process);
            return None;
        }
        process.state = State::Running;
        let status = self.enter(&mut process);
        if status == Status::Abandoned {
            return Some(self.abandon());
        }
        let used = self.turn - self.context.reductions.min(self.turn);
        process.reductions += used as u64;
        self.isolate.reductions += used as u64;
        if status == Status::Exited && process.state != State::Exited {
            // The first function has returned, with its value in X0.
            process.state = State::Exited;
            self.isolate.returned(&process, self.context.x[0]);
        }
        if process.state == State::Exited {
            self.isolate.end(process);
        } else {
            self.leave(&mut process, status);
            let runnable = process.state == State::Runnable;
            let priority = process.priority;
            self.isolate.processes.put(process);
            if runnable {
                self.isolate.queue.push(pid, priority);
            }
        }
        if self.isolate.env.stopped() {
            self.isolate.exceed(Limit::Time);
            return Some(Stopped::Exceeded(Limit::Time));
        }
        if self.isolate.reductions > self.isolate.env.limits.reductions {
            self.isolate.exceed(Limit::Reductions);
            return Some(Stopped::Exceeded(Limit::Reductions));
        }
        None
    }

    fn enter(&mut self, process: &mut Process) -> Status {
        let context = &mut *self.context;
        self.isolate.refresh_tables(context);
        context.helpers = self.helpers.as_ptr().addr() as u64;
        context.sp = process.heap.sp as u64;
        context.hp = process.heap.hp as u64;
        context.reductions = self.turn;
        context.next = process.next;
        context.called = process.called;
        context.live = process.saved.len() as u64;
        context.args_live = 0;
        context.own_pid = crate::term::Term::pid(process.pid).word();
        context.x[..process.saved.len()].copy_from_slice(&process.saved);
        process.saved.clear();
        let mut running = Running { isolate: &raw mut self.isolate, process: &raw mut *process };
        context.running = (&raw mut running).expose_provenance() as u64;
        // SAFETY: the registers are those that the process was stopped with; helpers alone use the
        // isolate and the process meanwhile, through `running`, one at a time.
        let status = unsafe { entry::enter(&raw mut *context) };
        context.running = 0;
        status
    }

    /// Takes the registers out of the context.
    fn leave(&mut self, process: &mut Process, status: Status) {
        let context = &mut *self.context;
        process.heap.sp = context.sp as usize;
        process.heap.hp = context.hp as usize;
        process.called = context.called;
        if !std::mem::take(&mut process.hibernating) {
            process.next = context.next;
        }
        match status {
            Status::Yield => {
                let live = self.isolate.live(context);
                process.saved.extend_from_slice(&context.x[..live]);
                if process.state == State::Running {
                    process.state = State::Runnable;
                }
            }
            Status::Wait => {
                if process.state == State::Running {
                    process.state = if process.mailbox.has_unseen() || process.timed_out {
                        State::Runnable
                    } else {
                        State::Waiting
                    };
                }
            }
            Status::Exited | Status::Abandoned => unreachable!("handled before"),
        }
    }

    fn abandon(&mut self) -> Stopped {
        if let Some(reason) = self.isolate.refused.take() {
            return Stopped::Refused(reason);
        }
        if let Some(fault) = self.isolate.fault.take() {
            return Stopped::Fault(fault);
        }
        let limit = self.isolate.env.exceeded();
        Stopped::Exceeded(limit.expect("an isolate is abandoned for a reason"))
    }

    /// The function that ran when the isolate was abandoned.
    pub fn running_function(&self) -> Option<crate::code::Mfa> {
        let code = &self.isolate.code;
        code.function_at(self.context.site).or_else(|| code.function_at(self.context.next))
    }
}

impl Isolate {
    /// Keeps the value that the process which the host watches has returned.
    fn returned(&mut self, process: &Process, word: u64) {
        if matches!(&self.watched, Some((pid, _)) if *pid == process.pid) {
            // SAFETY: X0 is a term of the process, whose heap is still there.
            let value = unsafe { crate::term::Term::from_word(word) };
            self.value = Some(crate::heap::Fragment::new(value, &self.env));
        }
    }

    /// X registers in use at a yield: a stub of a BIF says which BIF it is, whose arity counts.
    pub(crate) fn live(&self, context: &Context) -> usize {
        let live = context.live;
        if live <= beamlet_code::abi::X_MAX as u64 {
            return live as usize;
        }
        let bif = (u64::MAX - 1 - live) as u32;
        if bif == self.bifs.undefined() {
            return usize::from(self.code.export_mfa((context.called / 8) as u32).arity);
        }
        usize::from(self.bifs.row(bif).arity)
    }

    /// Does what the timers whose time has come are for.
    pub(crate) fn fire_timers(&mut self) {
        if self.timers.is_empty() {
            return;
        }
        let now_ns = self.host.monotonic_ns();
        while let Some((_, timer)) = self.timers.expired(now_ns) {
            match timer.action {
                Action::Receive(pid) => {
                    if let Some(process) = self.processes.get_mut(pid) {
                        process.receive_timer = None;
                        process.timed_out = true;
                        self.wake(pid);
                    }
                }
                Action::Send { to, message } => {
                    let pid = match to {
                        Destination::Pid(pid) => Some(pid),
                        Destination::Name(name) => self.registered(name),
                    };
                    match pid {
                        Some(pid) => self.deliver(pid, message),
                        None => {
                            let env = Rc::clone(&self.env);
                            message.free(&env.account);
                        }
                    }
                }
            }
        }
    }
}
