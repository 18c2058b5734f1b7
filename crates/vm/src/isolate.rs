//! An isolate: a virtual Erlang node with one thread. Owns everything that its processes share.

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use beamlet_code::Compiler;

use crate::atoms::Atom;
use crate::bif::Bifs;
use crate::call::Call;
use crate::code::{Code, LinkError, Loaded, Mfa};
use crate::context::Context;
use crate::copy;
use crate::env::{Env, Limit, Limits};
use crate::heap::Fragment;
use crate::host::{CodeError, Host};
use crate::literals::LiteralArea;
use crate::mailbox::Message;
use crate::process::{Priority, Process, State};
use crate::queue::RunQueue;
use crate::table::Processes;
use crate::term::{Pid, Term};
use crate::timers::Timers;
use crate::work::{Args, Room, Work};

pub struct Isolate {
    pub env: Rc<Env>,
    pub host: Box<dyn Host>,
    pub code: Code,
    pub bifs: Rc<Bifs>,
    pub processes: Processes,
    pub(crate) queue: RunQueue,
    pub timers: Timers,
    pub names: HashMap<Atom, Pid>,
    /// Aliases of processes, by the number of their reference.
    pub aliases: HashMap<u64, Pid>,
    /// What only natives of one family know, by type: tables, persistent terms, ...
    pub extensions: crate::extensions::Extensions,
    /// Reductions of processes that are gone, and of turns that are over.
    pub reductions: u64,
    pub collections: u64,
    pub started_ns: u64,
    /// Where terms are built that belong to no process yet.
    scratch: Option<Box<Process>>,
    pub(crate) scratch_context: Option<Box<Context>>,
    /// The result of a process that the host has asked to be told of.
    pub(crate) watched: Option<(Pid, Option<Fragment>)>,
    /// What that process has returned, if it came to its end.
    pub value: Option<Fragment>,
    /// Class and reason of the exception that ended it.
    pub raised: Option<(crate::process::Class, Fragment)>,
    /// Set by `halt`: the isolate ends with this status.
    pub halted: Option<i32>,
    /// A fault of ours that a helper has caught: the isolate is given up.
    pub(crate) fault: Option<String>,
    /// What the compiled code claimed and a check found to be wrong.
    pub(crate) refused: Option<String>,
}

/// Why a module was not loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    #[error(transparent)]
    Code(#[from] CodeError),
    #[error(transparent)]
    Link(#[from] LinkError),
    #[error("{module}: literal {index} is no term: {reason}")]
    Literal { module: String, index: usize, reason: String },
}

impl Isolate {
    pub fn new(
        limits: Limits,
        host: Box<dyn Host>,
        compiler: &dyn Compiler,
        stop: Arc<AtomicBool>,
    ) -> Result<Isolate, crate::pages::Error> {
        let env = Env::new(limits, stop);
        let bifs = Rc::new(Bifs::new());
        let stubs = compiler.stubs(bifs.count());
        let mut code =
            Code::new(stubs, bifs.undefined(), bifs.undefined_lambda(), Rc::clone(&env.funs))?;
        for (number, row) in bifs.rows() {
            let intern = |text| env.atoms.intern(text).map_err(|_| ()).expect("natives come first");
            let mfa =
                Mfa { module: intern(row.module), function: intern(row.name), arity: row.arity };
            code.define_native(mfa, number);
        }
        let scratch = Box::new(Process::new(Pid(u32::MAX >> 4), Pid(0), 0, &env));
        Ok(Isolate {
            started_ns: host.monotonic_ns(),
            env,
            host,
            code,
            bifs,
            processes: Processes::new(),
            queue: RunQueue::default(),
            timers: Timers::default(),
            names: HashMap::new(),
            aliases: HashMap::new(),
            extensions: Default::default(),
            reductions: 0,
            collections: 0,
            scratch: Some(scratch),
            scratch_context: Some(Context::new()),
            watched: None,
            value: None,
            raised: None,
            halted: None,
            fault: None,
            refused: None,
        })
    }

    /// Reads, verifies, compiles and links a module, and makes it current.
    pub fn load(&mut self, beam: &[u8]) -> Result<Rc<Loaded>, LoadError> {
        let loaded = self.prepare(beam)?;
        self.code.install(&loaded);
        Ok(loaded)
    }

    /// The same without making it current.
    pub fn prepare(&mut self, beam: &[u8]) -> Result<Rc<Loaded>, LoadError> {
        let artifact = self.host.artifact(beam)?;
        let literals = self.literals(&artifact.module, &artifact.literals)?;
        let bifs = Rc::clone(&self.bifs);
        let env = Rc::clone(&self.env);
        Ok(self.code.link(artifact, literals, &*bifs, &env)?)
    }

    fn literals(
        &mut self,
        module: &str,
        encoded: &[Box<[u8]>],
    ) -> Result<(LiteralArea, Vec<u64>), LoadError> {
        let env = Rc::clone(&self.env);
        let mut failed = None;
        let area = self.scratch(|call| {
            let mut roots = Vec::new();
            for (index, bytes) in encoded.iter().enumerate() {
                match crate::external::decode(call, bytes, crate::external::Decode::Trusted) {
                    Ok(term) => roots.push(term),
                    Err(error) => {
                        failed = Some((index, error.to_string()));
                        return None;
                    }
                }
            }
            let words: usize =
                roots.iter().map(|root| copy::words(call.work.rooted(*root), &env)).sum();
            let area = LiteralArea::new(words);
            let terms: Vec<Term> = roots.iter().map(|root| call.work.rooted(*root)).collect();
            let placed = crate::literals::place(&area, &terms, &env);
            Some((area, placed))
        });
        area.ok_or_else(|| {
            let (index, reason) = failed.expect("a literal has failed");
            LoadError::Literal { module: module.to_owned(), index, reason }
        })
    }

    /// Makes terms that belong to no process: `build` has a call on a heap that is empty again
    /// afterwards.
    pub fn scratch<R>(&mut self, build: impl FnOnce(&mut Call) -> R) -> R {
        let mut scratch = self.scratch.take().expect("scratch work is not nested");
        let mut context = self.scratch_context.take().expect("as above");
        // What the registers held before is no term of this heap.
        (context.live, context.args_live) = (0, 0);
        let env = Rc::clone(&self.env);
        let result = {
            let work = Work { proc: &mut scratch, context: &mut context, env: &env, args: Args::X };
            build(&mut Call { work, iso: self })
        };
        scratch.free(&env);
        scratch.roots.clear();
        scratch.heap = crate::heap::Heap::new(0, &env.account);
        self.scratch = Some(scratch);
        self.scratch_context = Some(context);
        result
    }

    /// A term with memory of its own, of `words` words.
    pub fn fragment(
        &mut self,
        words: usize,
        build: impl for<'r> FnOnce(&mut Room<'r>) -> Term<'r>,
    ) -> Fragment {
        self.scratch(|call| {
            let env = call.work.env;
            let mut room = call.work.reserve(words);
            let term = build(&mut room);
            Fragment::new(term, env)
        })
    }

    /// Puts the tables of code into the context after they may have grown.
    pub(crate) fn refresh_tables(&self, context: &mut Context) {
        (context.exports, context.lambdas) = self.code.tables();
    }

    /// Starts a process in `module:function(Args)`, the arguments being a list. `None`: the
    /// isolate has as many processes as it may have.
    pub fn spawn(&mut self, mfa: (Atom, Atom), args: &Fragment, options: &Spawn) -> Option<Pid> {
        if self.processes.count() >= self.env.limits.processes {
            return None;
        }
        let arity = args.term().list_length()?;
        let pid = self.processes.next_pid();
        let env = Rc::clone(&self.env);
        let words = args.words() + options.heap_words;
        let mut process = Box::new(Process::new(pid, options.parent, words, &env));
        process.initial_call = (mfa.0, mfa.1, arity as u8);
        process.priority = options.priority;
        process.heap.full_sweep_after = options.full_sweep_after;
        process.max_heap_words = options.max_heap_words;
        process.message_queue_off_heap = options.message_queue_off_heap;
        let number = self.code.export(Mfa { module: mfa.0, function: mfa.1, arity: arity as u8 });
        process.next = self.code.export_address(number);
        process.called = u64::from(number) * 8;
        process.heap.push(self.code.exited());
        let context = self.scratch_context.take();
        let mut context = context.unwrap_or_else(Context::new);
        {
            let mut work =
                Work { proc: &mut process, context: &mut context, env: &env, args: Args::X };
            let mut room = work.reserve(args.words());
            let list = room.copy(args);
            let saved: Vec<u64> = list.list().map(Term::word).collect();
            process.saved = saved;
        }
        self.scratch_context = Some(context);
        self.processes.insert(process);
        self.queue.push(pid, options.priority);
        Some(pid)
    }

    /// Delivers a message; the memory is the receiver's from now on. A receiver that is not there
    /// is none of the sender's business.
    pub fn deliver(&mut self, to: Pid, message: Fragment) {
        let env = Rc::clone(&self.env);
        match self.processes.get_mut(to) {
            Some(process) if process.state != State::Exited => {
                let word = message.root;
                process.mailbox.push(Message { word, fragment: Some(message) });
                self.wake(to);
            }
            _ => message.free(&env.account),
        }
    }

    /// Copies a term of another process into the receiver's mailbox.
    pub fn deliver_copy(&mut self, to: Pid, term: Term) {
        let env = Rc::clone(&self.env);
        let Some(process) = self.processes.get_mut(to) else { return };
        if process.state == State::Exited {
            return;
        }
        let words = copy::words(term, &env);
        let message = if !process.message_queue_off_heap && process.heap.has_room(words) {
            Message { word: copy::to_heap(term, words, &mut process.heap, &env), fragment: None }
        } else {
            let fragment = Fragment::new(term, &env);
            Message { word: fragment.root, fragment: Some(fragment) }
        };
        process.mailbox.push(message);
        self.wake(to);
    }

    pub(crate) fn is_watched(&self, pid: Pid) -> bool {
        matches!(&self.watched, Some((watched, _)) if *watched == pid)
    }

    /// The reason with which the watched process has ended.
    pub fn take_exit_reason(&mut self) -> Option<Fragment> {
        self.watched.take().and_then(|(_, reason)| reason)
    }

    pub fn set_group_leader(&mut self, pid: Pid, leader: Pid) {
        if let Some(process) = self.processes.get_mut(pid) {
            process.group_leader = Term::pid(leader).word();
        }
    }

    /// The host wants to hear of the end of this process: [`crate::run::Stopped::Ended`].
    pub fn watch(&mut self, pid: Pid) {
        self.watched = Some((pid, None));
        self.value = None;
        self.raised = None;
    }

    /// A process that waits becomes runnable.
    pub fn wake(&mut self, pid: Pid) {
        if let Some(process) = self.processes.get_mut(pid)
            && process.state == State::Waiting
        {
            process.state = State::Runnable;
            let priority = process.priority;
            self.queue.push(pid, priority);
        }
    }

    /// The process that is registered under the name.
    pub fn registered(&self, name: Atom) -> Option<Pid> {
        self.names.get(&name).copied()
    }

    pub(crate) fn exceed(&mut self, limit: Limit) {
        self.env.exceed(limit);
    }

    /// Counts the words of all processes, for `erlang:memory/0` and figures.
    pub fn heap_words(&self) -> usize {
        self.processes
            .pids()
            .into_iter()
            .filter_map(|pid| self.processes.get(pid))
            .map(Process::total_words)
            .sum()
    }
}

/// How a process is started.
#[derive(Clone, Debug)]
pub struct Spawn {
    pub parent: Pid,
    pub priority: Priority,
    pub heap_words: usize,
    pub full_sweep_after: u32,
    /// 0: none of its own.
    pub max_heap_words: usize,
    pub message_queue_off_heap: bool,
}

impl Spawn {
    pub const fn by(parent: Pid) -> Spawn {
        Spawn {
            parent,
            priority: Priority::Normal,
            heap_words: 0,
            full_sweep_after: 65_535,
            max_heap_words: 0,
            message_queue_off_heap: false,
        }
    }
}
