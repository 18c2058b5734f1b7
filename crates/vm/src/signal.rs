//! The end of processes and what it does to others: exit signals, links, monitors.
//!
//! A signal takes effect at once: nothing else runs meanwhile. A process that an exit signal ends
//! is only marked; the scheduler buries it in its next turn, so that a chain of links needs no
//! recursion.

use std::rc::Rc;

use crate::atoms::Atom;
use crate::heap::Fragment;
use crate::isolate::Isolate;
use crate::process::{Alias, Monitored, Process, State};
use crate::term::{Pid, Term};

/// How an exit signal came about: one by a link kills with reason `kill` like with any other.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ExitSignal {
    /// `exit(Pid, Reason)`.
    Sent,
    /// The link's other end is gone.
    Link,
}

/// What an exit signal does to its receiver.
enum Effect {
    Nothing,
    Message,
    Death(Option<Atom>),
}

fn effect(process_traps: bool, from_self: bool, reason: Term, signal: ExitSignal) -> Effect {
    if signal == ExitSignal::Sent && reason.is(Atom::KILL) {
        return Effect::Death(Some(Atom::KILLED));
    }
    if process_traps {
        return Effect::Message;
    }
    if reason.is(Atom::NORMAL) && !(from_self && signal == ExitSignal::Sent) {
        return Effect::Nothing;
    }
    Effect::Death(None)
}

impl Isolate {
    /// Sends an exit signal to a process that does not run.
    pub fn exit_signal(&mut self, from: Pid, to: Pid, reason: Term, signal: ExitSignal) {
        let env = Rc::clone(&self.env);
        let Some(process) = self.processes.get_mut(to) else { return };
        if process.state == State::Exited {
            return;
        }
        match effect(process.trap_exit, from == to, reason, signal) {
            Effect::Nothing => {}
            Effect::Message => {
                let message = exit_message(self, from, reason);
                self.deliver(to, message);
            }
            Effect::Death(killed) => {
                let reason = match killed {
                    Some(atom) => Fragment::new(Term::atom(atom), &env),
                    None => Fragment::new(reason, &env),
                };
                process.exit_reason = Some(reason);
                process.state = State::Exited;
                let priority = process.priority;
                self.queue.push(to, priority);
            }
        }
    }

    /// The same to the running process, which has been taken out of the table. True if it ends.
    pub fn exit_signal_to_running(
        &mut self,
        process: &mut Process,
        reason: Fragment,
        signal: ExitSignal,
    ) -> bool {
        let env = Rc::clone(&self.env);
        match effect(process.trap_exit, true, reason.term(), signal) {
            Effect::Nothing => {
                reason.free(&env.account);
                false
            }
            Effect::Message => {
                let message = exit_message(self, process.pid, reason.term());
                reason.free(&env.account);
                let word = message.root;
                process.mailbox.push(crate::mailbox::Message { word, fragment: Some(message) });
                false
            }
            Effect::Death(killed) => {
                let reason = match killed {
                    Some(atom) => {
                        reason.free(&env.account);
                        Fragment::new(Term::atom(atom), &env)
                    }
                    None => reason,
                };
                process.exit_reason = Some(reason);
                process.state = State::Exited;
                true
            }
        }
    }

    /// Buries a process that has ended: it has been taken out of the table.
    pub(crate) fn end(&mut self, mut process: Box<Process>) {
        let pid = process.pid;
        let env = Rc::clone(&self.env);
        self.collections += process.heap.collections;
        let reason = process
            .exit_reason
            .take()
            .unwrap_or_else(|| Fragment::new(Term::atom(Atom::NORMAL), &env));
        if let Some(name) = process.name.take() {
            self.names.remove(&name);
        }
        if let Some(timer) = process.receive_timer.take() {
            self.timers.cancel(timer);
        }
        for number in process.aliases.keys() {
            self.aliases.remove(number);
        }
        self.processes.remove(pid);
        crate::bif::process_ended(self, pid);
        for (number, monitored) in std::mem::take(&mut process.monitors) {
            if let Monitored::Process(other) | Monitored::Name(_, other) = monitored
                && let Some(other) = self.processes.get_mut(other)
            {
                other.watchers.remove(&number);
            }
        }
        for (number, watcher) in std::mem::take(&mut process.watchers) {
            self.send_down(number, watcher, pid, reason.term());
        }
        for other in std::mem::take(&mut process.links) {
            if let Some(linked) = self.processes.get_mut(other) {
                linked.links.remove(&pid);
                self.exit_signal(pid, other, reason.term(), ExitSignal::Link);
            }
        }
        process.free(&env);
        match &mut self.watched {
            Some((watched, result)) if *watched == pid => *result = Some(reason),
            _ => reason.free(&env.account),
        }
    }

    /// `{'DOWN', Reference, process, Pid | {Name, Node}, Reason}` to who watches.
    fn send_down(&mut self, number: u64, watcher: Pid, ended: Pid, reason: Term) {
        let Some(process) = self.processes.get_mut(watcher) else { return };
        let Some(monitored) = process.monitors.remove(&number) else { return };
        if matches!(process.aliases.get(&number), Some(Alias::WithMonitor | Alias::ReplyOrMonitor))
        {
            process.aliases.remove(&number);
            self.aliases.remove(&number);
        }
        let tag = process.monitor_tags.remove(&number);
        let message = down_message(self, number, tag, &monitored, ended, reason);
        self.deliver(watcher, message);
    }

    /// The same at once, for a process that is not there when it is to be watched.
    pub fn down_message_of_nobody(
        &mut self,
        number: u64,
        tag: Option<Fragment>,
        monitored: &Monitored,
        ended: Pid,
        reason: Atom,
    ) -> Fragment {
        down_message(self, number, tag, monitored, ended, Term::atom(reason))
    }
}

fn exit_message(isolate: &mut Isolate, from: Pid, reason: Term) -> Fragment {
    let words = crate::copy::words(reason, &isolate.env);
    isolate.fragment(words + 4, |room| {
        let reason = room.copy_term(reason, words);
        room.tuple(&[Term::atom(Atom::EXIT), Term::pid(from), reason])
    })
}

fn down_message(
    isolate: &mut Isolate,
    number: u64,
    tag: Option<Fragment>,
    monitored: &Monitored,
    ended: Pid,
    reason: Term,
) -> Fragment {
    let words = crate::copy::words(reason, &isolate.env);
    let tag_words = tag.as_ref().map_or(0, Fragment::words);
    let message = isolate.fragment(words + tag_words + 6 + 3 + 3, |room| {
        let reason = room.copy_term(reason, words);
        let reference = room.reference(number);
        let tag_term = match &tag {
            Some(tag) => room.copy(tag),
            None => Term::atom(Atom::DOWN),
        };
        let what = match monitored {
            Monitored::Name(name, _) => {
                room.tuple(&[Term::atom(*name), Term::atom(Atom::NONODE_NOHOST)])
            }
            Monitored::Process(_) | Monitored::Nothing => Term::pid(ended),
        };
        room.tuple(&[tag_term, reference, Term::atom(Atom::PROCESS), what, reason])
    });
    if let Some(tag) = tag {
        let env = Rc::clone(&isolate.env);
        tag.free(&env.account);
    }
    message
}
