//! An isolate in which OTP's kernel and stdlib run, and calls into it.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use beamlet_compile::{Checked, Cranelift, Options};
use beamlet_vm::bif::PRELOADED;
use beamlet_vm::env::Limit;
use beamlet_vm::heap::Fragment;
use beamlet_vm::host::Host;
use beamlet_vm::isolate::{Isolate, LoadError, Spawn};
use beamlet_vm::process::Class;
use beamlet_vm::run::{Machine, Stopped};
use beamlet_vm::term::Pid;

use super::host::{Figures, Program};
use super::{Bounds, Run};

/// Turns between two looks at what is to be done besides.
const TURNS: u64 = 1 << 20;

/// How the program came to its end, if not by returning.
pub enum Ended {
    /// By an exception, which has been told.
    Raised,
    Halted(i32),
    Exceeded(String),
    Refused(String),
    /// A fault of ours, or of the installation.
    Failed(String),
}

impl From<LoadError> for Ended {
    fn from(error: LoadError) -> Ended {
        Ended::Failed(error.to_string())
    }
}

/// A term to be made in the isolate.
pub enum Term {
    Atom(String),
    String(String),
    Binary(Vec<u8>),
    List(Vec<Term>),
    Pair(Box<[Term; 2]>),
    /// One that was made before.
    Made(Fragment),
}

impl Term {
    pub fn string(text: &str) -> Term {
        Term::String(text.to_owned())
    }

    pub fn list(terms: Vec<Term>) -> Term {
        Term::List(terms)
    }

    fn words(&self) -> usize {
        match self {
            Term::Atom(_) => 0,
            Term::String(text) => 2 * text.chars().count(),
            Term::Binary(bytes) => beamlet_vm::work::binary_words(bytes.len()),
            Term::List(terms) => terms.iter().map(|term| 2 + term.words()).sum(),
            Term::Pair(parts) => 3 + parts.iter().map(Term::words).sum::<usize>(),
            Term::Made(fragment) => fragment.words(),
        }
    }

    fn build<'r>(&self, room: &mut beamlet_vm::work::Room<'r>) -> beamlet_vm::term::Term<'r> {
        use beamlet_vm::term::Term as Built;
        match self {
            Term::Atom(text) => {
                Built::atom(room.env.atoms.intern(text).expect("few atoms are made here"))
            }
            Term::String(text) => room.string(text),
            Term::Binary(bytes) => room.binary(bytes),
            Term::List(terms) => {
                let mut list = Built::NIL;
                for term in terms.iter().rev() {
                    let head = term.build(room);
                    list = room.cons(head, list);
                }
                list
            }
            Term::Pair(parts) => {
                let built = [parts[0].build(room), parts[1].build(room)];
                room.tuple(&built)
            }
            Term::Made(fragment) => room.copy(fragment),
        }
    }
}

pub struct Node {
    machine: Machine,
    root: PathBuf,
    paths: Vec<PathBuf>,
    stop: Arc<AtomicBool>,
    bounds: String,
    figures: Figures,
    booted: Duration,
    pub ran: Duration,
}

impl Node {
    pub fn new(run: &Run, bounds: &Bounds) -> Result<Node> {
        let root = match &run.otp {
            Some(root) => {
                root.canonicalize().with_context(|| format!("--otp {}", root.display()))?
            }
            None => crate::otp::root()?,
        };
        let checked = if run.checked { Checked::On } else { Checked::Off };
        let compiler = Cranelift::new(Options { checked })?;
        let mut paths = Vec::new();
        for path in &run.path {
            let real = path.canonicalize().with_context(|| format!("--path {}", path.display()))?;
            paths.push(real);
        }
        let mut allowed = Vec::new();
        for path in &run.allow_files {
            let real =
                path.canonicalize().with_context(|| format!("--allow-files {}", path.display()))?;
            allowed.push(real);
        }
        let figures = Figures::default();
        let compiler = Arc::new(compiler);
        let host = Program::new(&root, &paths, &allowed, Arc::clone(&compiler), figures.clone())?;
        let stop = Arc::new(AtomicBool::new(false));
        let host: Box<dyn Host> = Box::new(host);
        let isolate = Isolate::new(bounds.limits.clone(), host, &*compiler, Arc::clone(&stop))?;
        let names: Vec<&str> = run.limits.iter().map(String::as_str).collect();
        Ok(Node {
            machine: Machine::new(isolate),
            root,
            paths,
            stop,
            bounds: names.join(", "),
            figures,
            booted: Duration::ZERO,
            ran: Duration::ZERO,
        })
    }

    /// Loads what OTP has in its emulator, and boots kernel and stdlib by OTP's own boot script.
    pub fn boot(&mut self) -> Result<(), Ended> {
        let begun = std::time::Instant::now();
        let folder = self.preloaded().map_err(|error| Ended::Failed(format!("{error:#}")))?;
        for name in PRELOADED {
            // Sockets come through the host, later.
            if matches!(*name, "prim_socket" | "prim_net" | "socket_registry") {
                continue;
            }
            let path = folder.join(format!("{name}.beam"));
            let bytes = std::fs::read(&path)
                .map_err(|error| Ended::Failed(format!("{}: {error}", path.display())))?;
            self.machine.isolate.load(&bytes)?;
        }
        let args = self.boot_arguments();
        // OTP's first processes, in its order: init is number 0.
        self.spawn("erl_init", "start", &[Term::Atom("init".to_owned()), args])?;
        self.spawn("erts_code_purger", "start", &[])?;
        self.settle()?;
        self.booted = begun.elapsed();
        let user = self.machine.isolate.env.atoms.existing("user");
        if user.and_then(|name| self.machine.isolate.registered(name)).is_none() {
            return Err(Ended::Failed("OTP did not boot: no process is registered as user".into()));
        }
        // Standard output takes UTF-8, whatever the environment says, which the isolate does not see.
        let atom = |text: &str| Term::Atom(text.to_owned());
        let encoding = Term::Pair(Box::new([atom("encoding"), atom("unicode")]));
        let set = self.call("io", "setopts", &[atom("user"), Term::List(vec![encoding])])?;
        set.map(drop).map_err(|_| Ended::Failed("the process user takes no options".into()))
    }

    fn preloaded(&self) -> Result<PathBuf> {
        let lib = self.root.join("lib");
        let entries = std::fs::read_dir(&lib).with_context(|| format!("{}", lib.display()))?;
        let mut found: Vec<PathBuf> = entries
            .flatten()
            .filter(|entry| entry.file_name().to_string_lossy().starts_with("erts-"))
            .map(|entry| entry.path().join("ebin"))
            .filter(|path| path.join("erlang.beam").exists())
            .collect();
        found.sort();
        match found.pop() {
            Some(folder) => Ok(folder),
            None => bail!("{}: no erts-*/ebin is there; {}", lib.display(), crate::otp::INSTALL),
        }
    }

    /// As `erlexec` hands them to the emulator.
    fn boot_arguments(&self) -> Term {
        let home = std::env::var("HOME").unwrap_or_else(|_| "/".to_owned());
        let root = self.root.display().to_string();
        let bindir = format!("{root}/bin");
        let mut words: Vec<String> =
            ["-root", &root, "-bindir", &bindir, "-progname", "erl", "--", "-home", &home, "--"]
                .map(str::to_owned)
                .to_vec();
        words.extend(["-noshell", "-noinput", "-boot", "no_dot_erlang"].map(str::to_owned));
        for path in &self.paths {
            words.extend(["-pa".to_owned(), path.display().to_string()]);
        }
        Term::List(words.into_iter().map(|word| Term::Binary(word.into_bytes())).collect())
    }

    fn fragment(&mut self, term: &Term) -> Fragment {
        self.machine.isolate.fragment(term.words(), |room| term.build(room))
    }

    fn spawn(&mut self, module: &str, function: &str, args: &[Term]) -> Result<Pid, Ended> {
        let isolate = &mut self.machine.isolate;
        let atom = |text: &str| isolate.env.atoms.intern(text);
        let (Ok(module), Ok(function)) = (atom(module), atom(function)) else {
            return Err(Ended::Exceeded("limit atoms was passed before the program ran".into()));
        };
        let words = args.iter().map(|term| 2 + term.words()).sum();
        let list = isolate.fragment(words, |room| {
            let mut list = beamlet_vm::term::Term::NIL;
            for term in args.iter().rev() {
                let head = term.build(room);
                list = room.cons(head, list);
            }
            list
        });
        let parent = Pid(0);
        let pid = isolate.spawn((module, function), &list, &Spawn::by(parent));
        pid.ok_or_else(|| {
            Ended::Exceeded("limit processes was passed before the program ran".into())
        })
    }

    /// Calls a function in a process of its own and waits for its end.
    pub fn call(
        &mut self,
        module: &str,
        function: &str,
        args: &[Term],
    ) -> Result<Result<Term, (Class, Term)>, Ended> {
        let pid = self.spawn(module, function, args)?;
        let isolate = &mut self.machine.isolate;
        let user = isolate.env.atoms.existing("user").and_then(|name| isolate.registered(name));
        if let Some(user) = user {
            isolate.set_group_leader(pid, user);
        }
        isolate.watch(pid);
        loop {
            match self.machine.run(TURNS) {
                Stopped::Ended => break,
                Stopped::Yielded => {}
                Stopped::Idle { until_ns } => self.sleep(until_ns)?,
                other => return Err(self.ended(other)),
            }
        }
        let isolate = &mut self.machine.isolate;
        if let Some(value) = isolate.value.take() {
            return Ok(Ok(Term::Made(value)));
        }
        match isolate.raised.take() {
            Some((class, reason)) => Ok(Err((class, Term::Made(reason)))),
            None => {
                let reason = isolate.take_exit_reason();
                let reason = reason.map_or(Term::Atom("normal".to_owned()), Term::Made);
                Ok(Err((Class::Exit, reason)))
            }
        }
    }

    /// Runs until there is nothing to do.
    fn settle(&mut self) -> Result<(), Ended> {
        loop {
            match self.machine.run(TURNS) {
                Stopped::Idle { .. } => return Ok(()),
                Stopped::Yielded | Stopped::Ended => {}
                other => return Err(self.ended(other)),
            }
        }
    }

    fn sleep(&mut self, until_ns: Option<u64>) -> Result<(), Ended> {
        let now_ns = self.machine.isolate.host.monotonic_ns();
        let left = until_ns.map(|until_ns| Duration::from_nanos(until_ns.saturating_sub(now_ns)));
        // A watchdog ends a sleep that is longer than the program's time.
        let longest = Duration::from_millis(50);
        match left {
            Some(left) => std::thread::park_timeout(left.min(longest)),
            None if self.stop.load(Ordering::Relaxed) => {}
            None if self.time_is_bounded() => std::thread::park_timeout(longest),
            None => {
                return Err(Ended::Failed(
                    "the program waits for a message that nobody can send".to_owned(),
                ));
            }
        }
        if self.stop.load(Ordering::Relaxed) {
            return Err(self.ended(Stopped::Exceeded(Limit::Time)));
        }
        Ok(())
    }

    fn time_is_bounded(&self) -> bool {
        self.bounds.contains("time=")
    }

    /// From now on the program has this much time.
    pub fn limit_time(&mut self, time: Duration) {
        let stop = Arc::clone(&self.stop);
        std::thread::spawn(move || {
            std::thread::park_timeout(time);
            stop.store(true, Ordering::Relaxed);
        });
    }

    fn ended(&self, stopped: Stopped) -> Ended {
        match stopped {
            Stopped::Halted(status) => Ended::Halted(status),
            Stopped::Exceeded(limit) => {
                let at = self.machine.running_function();
                let at = at.map(|mfa| format!(" in {}", self.machine.isolate.mfa_text(mfa)));
                let name = limit.name();
                let given = self.bounds.split(", ").find(|bound| bound.starts_with(name));
                let given = given.map(|bound| format!(" ({bound})")).unwrap_or_default();
                Ended::Exceeded(format!("limit {name}{given} was passed{}", at.unwrap_or_default()))
            }
            Stopped::Refused(reason) => Ended::Refused(reason),
            Stopped::Fault(fault) => {
                let at = self.machine.running_function();
                let at = at.map(|mfa| format!(" in {}", self.machine.isolate.mfa_text(mfa)));
                Ended::Failed(format!("a fault of Beamlet{}: {fault}", at.unwrap_or_default()))
            }
            Stopped::Ended | Stopped::Idle { .. } | Stopped::Yielded => {
                unreachable!("handled by the caller")
            }
        }
    }

    /// An argument: an Erlang term as text.
    pub fn parse(&mut self, text: &str) -> Result<Term, Ended> {
        let wrong = || Ended::Failed(format!("{text}: not an Erlang term"));
        let scanned = self.call("erl_scan", "string", &[Term::String(format!("{text}."))])?;
        let Ok(Term::Made(scanned)) = scanned else { return Err(wrong()) };
        let env = std::rc::Rc::clone(&self.machine.isolate.env);
        let tokens = match scanned.term().as_tuple() {
            Some([_, tokens, _]) => Fragment::new(*tokens, &env),
            _ => return Err(wrong()),
        };
        let parsed = self.call("erl_parse", "parse_term", &[Term::Made(tokens)])?;
        let Ok(Term::Made(parsed)) = parsed else { return Err(wrong()) };
        match parsed.term().as_tuple() {
            Some([ok, term]) if ok.is(beamlet_vm::atoms::Atom::OK) => {
                Ok(Term::Made(Fragment::new(*term, &env)))
            }
            _ => Err(wrong()),
        }
    }

    /// Prints an uncaught exception as the shell does.
    pub fn explain(&mut self, class: Class, reason: Term) -> Result<(), Ended> {
        let name = Term::Atom(super::class_name(class).to_owned());
        let env = std::rc::Rc::clone(&self.machine.isolate.env);
        let Term::Made(reason) = reason else { return Ok(()) };
        let (reason, stack) = match (class, reason.term().as_tuple()) {
            (Class::Error, Some([reason, stack])) => {
                (Fragment::new(*reason, &env), Fragment::new(*stack, &env))
            }
            (Class::Throw, Some([nocatch, stack])) => match nocatch.as_tuple() {
                Some([_, reason]) => (Fragment::new(*reason, &env), Fragment::new(*stack, &env)),
                _ => return Ok(()),
            },
            _ => {
                let empty = self.fragment(&Term::List(Vec::new()));
                (reason, empty)
            }
        };
        let formatted = self.call(
            "erl_error",
            "format_exception",
            &[name, Term::Made(reason), Term::Made(stack)],
        )?;
        if let Ok(text) = formatted {
            let line = Term::string("~ts~n");
            let _ = self.call("io", "format", &[line, Term::List(vec![text])])?;
        }
        Ok(())
    }

    /// Timings and figures, as JSON.
    pub fn figures(&self, total: Duration) -> serde_json::Value {
        let isolate = &self.machine.isolate;
        let code = self.figures.get();
        let ms = |duration: Duration| duration.as_secs_f64() * 1e3;
        serde_json::json!({
            "load_ms": ms(code.load),
            "verify_ms": ms(code.verify),
            "compile_ms": ms(code.compile),
            "init_ms": ms(self.booted),
            "run_ms": ms(self.ran),
            "total_ms": ms(total),
            "modules": code.modules,
            "modules_compiled": code.compiled,
            "reductions": isolate.reductions,
            "peak_memory_bytes": isolate.env.account.peak_bytes(),
            "collections": isolate.collections,
        })
    }
}
