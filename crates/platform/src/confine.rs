//! Confinement: one host process for one execution environment, with nothing of the machine but
//! what it is given.
//!
//! A program is never started by the server itself. The server runs its own binary once more as
//! a small helper, which takes rights away from itself step by step and then starts the program:
//!
//! ```text
//!  server ──spawn──► beamlet confine         enters the cgroups, unshares PID, mount and IPC
//!    │                   │                   namespaces (a user namespace if not root); waits
//!    │ stdin: the order, │
//!    │ then open as long │ spawn
//!    │ as the server     ▼
//!    │ lives         beamlet confine --init  process 1 of the namespace: builds the file view,
//!    │                   │                   takes limits, Landlock, seccomp; reaps orphans
//!    │                   │ spawn, as the environment's own user
//!    │                   ▼
//!    └◄──output──── the program
//! ```
//!
//! Each mechanism is tried when the server starts ([`Confinement::probe`]); what the machine does
//! not allow is left out and reported, never silently. Death spreads downwards: the server's end
//! closes the helper's standard input, the helper's kills process 1, process 1's kills everything
//! in its namespace.
//!
//! ```text
//!  what the program sees:  /var/task  its code, read-only     /tmp  its own, read and write
//!                          /opt       its layers, read-only   /usr /lib /etc …  read-only
//! ```

pub mod cgroup;
pub mod child;
mod order;
pub mod peer;
mod seccomp;
mod view;

use std::collections::BTreeSet;
use std::os::fd::OwnedFd;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::net::unix::pipe;
use tokio::process::{ChildStdin, Command};
use tokio::sync::watch;

use crate::confine::cgroup::{Cgroup, Hierarchies};
use crate::confine::order::Order;

/// Resident memory has the pages of a program's files, which a cgroup does not count against the
/// function: those of one runtime system are let pass.
const FILE_PAGES_BYTES: u64 = 16 * 1024 * 1024;

/// How often resident memory is looked at where no cgroup limits it.
const MEMORY_WATCH_MS: u64 = 100;

/// The helper and process 1, which come first in an environment's family.
const HELPERS: usize = 2;

/// How long the end of a killed environment may take before it is reported as stuck.
const KILL_MS_MAX: u64 = 5_000;

/// User ids for environments, one each: this many, from [`Options::user_base`] on.
const USERS_MAX: u32 = 16_384;

/// Takes as many files as this process may have: an environment holds about ten (pipes, its
/// listener and connections, cgroup files), and the usual soft limit of 1,024 is soon full.
///
/// Returns the limit that is in force.
pub fn raise_file_limit() -> u64 {
    use nix::sys::resource::{Resource, getrlimit, setrlimit};
    let Ok((soft, hard)) = getrlimit(Resource::RLIMIT_NOFILE) else { return 0 };
    match setrlimit(Resource::RLIMIT_NOFILE, hard, hard) {
        Ok(()) => hard,
        Err(_) => soft,
    }
}

/// What the server settles before any environment starts.
#[derive(Clone, Debug)]
pub struct Options {
    /// The binary that has the `confine` command; as a rule the server's own.
    pub binary: PathBuf,
    /// A word that tells this server's cgroups from another's.
    pub name: String,
    /// The first user id for environments, as root.
    pub user_base: u32,
    pub memory: MemoryControl,
    /// Use PID and mount namespaces where the machine allows.
    pub namespaces: Wanted,
    /// Use cgroup v2's `cgroup.kill` where it is there.
    pub cgroup_kill: Wanted,
}

/// Whether a mechanism is used where the machine has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    Yes,
    No,
}

/// How memory is limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemoryControl {
    /// cgroup v2, else v1, else a watch on resident memory.
    Auto,
    CgroupV2,
    CgroupV1,
    Watch,
}

/// One mechanism, and whether it is in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub mechanism: &'static str,
    /// What it does, or why it is not there.
    pub detail: String,
    pub active: bool,
}

/// A program to run in an environment of its own.
#[derive(Debug)]
pub struct Program {
    /// A word, unique among the living environments of this server.
    pub name: String,
    pub arguments: Vec<String>,
    /// All of its variables: none is inherited.
    pub variables: Vec<(String, String)>,
    /// The environment's folder, with `task`, `opt` and `tmp` in it.
    pub folder: PathBuf,
    /// Other folders that it may read, at their own paths.
    pub readable: Vec<PathBuf>,
    /// The folder that it sees as [`Paths::runtime`].
    pub runtime: Option<PathBuf>,
    pub memory_bytes: u64,
    /// No file that it writes grows beyond this.
    pub file_bytes: u64,
}

/// Where a program finds its folders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paths {
    pub task: PathBuf,
    pub opt: PathBuf,
    pub tmp: PathBuf,
    pub runtime: PathBuf,
}

/// How a host process ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Exit {
    Code(i32),
    Signal(i32),
    /// Its memory limit ended it.
    OutOfMemory,
}

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("no user id is free for another environment (of {USERS_MAX})")]
    NoUser,
    #[error("{what}: {source}")]
    Io {
        what: String,
        #[source]
        source: std::io::Error,
    },
}

fn io(what: impl Into<String>) -> impl FnOnce(std::io::Error) -> Error {
    let what = what.into();
    move |source| Error::Io { what, source }
}

/// The handle with which environments are confined.
#[derive(Clone, Debug)]
pub struct Confinement {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    options: Options,
    root: bool,
    namespaces: bool,
    hierarchies: Hierarchies,
    users: Mutex<BTreeSet<u32>>,
    findings: Vec<Finding>,
}

impl Confinement {
    /// Tries each mechanism in a throw-away child and keeps to those that work.
    pub async fn probe(options: Options) -> Confinement {
        let root = rustix::process::geteuid().is_root();
        let mut findings = Vec::new();
        let hierarchies =
            Hierarchies::probe(&options.name, options.memory, options.cgroup_kill, &mut findings);
        let namespaces = options.namespaces == Wanted::Yes && {
            let tried = try_mechanism(&options.binary, "namespaces").await;
            findings.push(Finding {
                mechanism: "PID and mount namespaces",
                active: tried.is_ok(),
                detail: match &tried {
                    Ok(()) if root => "own process table and file view".into(),
                    Ok(()) => "own process table and file view, in a user namespace".into(),
                    Err(why) => why.clone(),
                },
            });
            tried.is_ok()
        };
        findings.push(Finding {
            mechanism: "user id of its own",
            active: root,
            detail: if root {
                format!("{} to {}", options.user_base, options.user_base + USERS_MAX - 1)
            } else {
                "the server is not root: environments share its user id".into()
            },
        });
        for (mechanism, word, detail) in [
            ("Landlock", "landlock", "writes only under /tmp"),
            ("seccomp", "seccomp", "system calls that a function has no use for are refused"),
        ] {
            let tried = try_mechanism(&options.binary, word).await;
            findings.push(Finding {
                mechanism,
                active: tried.is_ok(),
                detail: tried.err().unwrap_or_else(|| detail.into()),
            });
        }
        let shared = Shared {
            options,
            root,
            namespaces,
            hierarchies,
            users: Mutex::new(BTreeSet::new()),
            findings,
        };
        Confinement { shared: Arc::new(shared) }
    }

    /// What is in force, for `doctor` and the start-up log.
    pub fn findings(&self) -> &[Finding] {
        &self.shared.findings
    }

    /// Kills and removes what a server of the same name left behind.
    pub fn sweep(&self) {
        self.shared.hierarchies.sweep();
    }

    /// Sweeps, and takes away what [`Confinement::probe`] made; no environment starts after that.
    pub fn remove(&self) {
        self.shared.hierarchies.sweep();
        self.shared.hierarchies.remove();
    }

    /// Where a program with this folder, and this runtime client, will find its files.
    pub fn paths(&self, folder: &Path, runtime: Option<&Path>) -> Paths {
        if self.shared.namespaces {
            let [task, opt, tmp, runtime] =
                ["/var/task", "/opt", "/tmp", "/var/runtime"].map(PathBuf::from);
            return Paths { task, opt, tmp, runtime };
        }
        let runtime = runtime.unwrap_or(Path::new("/var/runtime")).to_owned();
        let [task, opt, tmp] = ["task", "opt", "tmp"].map(|name| folder.join(name));
        Paths { task, opt, tmp, runtime }
    }

    /// Starts a program; it runs when this returns, or soon after.
    pub async fn spawn(&self, program: Program) -> Result<(HostProcess, pipe::Receiver), Error> {
        let shared = &self.shared;
        let user = self.take_user()?;
        let cgroup = shared
            .hierarchies
            .create(&program.name, program.memory_bytes)
            .map_err(io(format!("cgroup of {}", program.name)))?;
        for folder in ["task", "opt", "tmp"] {
            let folder = program.folder.join(folder);
            std::fs::create_dir_all(&folder).map_err(io(format!("folder {}", folder.display())))?;
        }
        let tmp = program.folder.join("tmp");
        if let Some(user) = user.id {
            std::os::unix::fs::chown(&tmp, Some(user), Some(user))
                .map_err(io(format!("owner of {}", tmp.display())))?;
        }
        let (output, receiver) = pipe::pipe().map_err(io("output pipe"))?;
        let output = output.into_blocking_fd().map_err(io("output pipe"))?;
        let errors = output.try_clone().map_err(io("output pipe"))?;
        let order = Order {
            arguments: program.arguments,
            variables: program.variables,
            folder: program.folder,
            readable: program.readable,
            runtime: program.runtime,
            file_bytes: program.file_bytes,
            namespaces: shared.namespaces,
            user: user.id,
            cgroups: cgroup.process_files(),
        };
        let mut line = serde_json::to_vec(&order).expect("an order is JSON");
        line.push(b'\n');
        let mut child = Command::new(&shared.options.binary)
            .arg("confine")
            .env_clear()
            .stdin(Stdio::piped())
            .stdout::<OwnedFd>(output)
            .stderr::<OwnedFd>(errors)
            .kill_on_drop(false)
            .spawn()
            .map_err(io(format!("start of {}", shared.options.binary.display())))?;
        let mut stdin = child.stdin.take().expect("it is piped");
        stdin.write_all(&line).await.map_err(io("order to the helper"))?;
        let (exit, _) = watch::channel(None);
        let process = HostProcess {
            inner: Arc::new(Inner {
                pid: child.id().unwrap_or(0),
                user,
                cgroup,
                alive: Mutex::new(Some(stdin)),
                exit,
                memory_bytes: std::sync::atomic::AtomicU64::new(program.memory_bytes),
                over: std::sync::atomic::AtomicBool::new(false),
                peak: std::sync::atomic::AtomicU64::new(0),
                cpu_us: std::sync::atomic::AtomicU64::new(0),
            }),
        };
        tokio::spawn(reap(process.clone(), child));
        if !process.inner.cgroup.limits_memory() {
            tokio::spawn(watch_memory(process.clone()));
        }
        Ok((process, receiver))
    }

    fn take_user(&self) -> Result<User, Error> {
        if !self.shared.root {
            return Ok(User { id: None, confinement: self.clone() });
        }
        let mut users = self.shared.users.lock().expect("nothing panics under this lock");
        let base = self.shared.options.user_base;
        // The id after the highest in use, so that an id rests before it is used again.
        let next = users.last().map_or(base, |last| last + 1);
        let id = if next < base + USERS_MAX {
            next
        } else {
            (base..base + USERS_MAX).find(|id| !users.contains(id)).ok_or(Error::NoUser)?
        };
        users.insert(id);
        Ok(User { id: Some(id), confinement: self.clone() })
    }
}

/// Runs the helper with one mechanism and nothing else.
async fn try_mechanism(binary: &Path, word: &str) -> Result<(), String> {
    let output = Command::new(binary)
        .args(["confine", "--try", word])
        .env_clear()
        .stdin(Stdio::null())
        .output()
        .await
        .map_err(|error| format!("{}: {error}", binary.display()))?;
    if output.status.success() {
        return Ok(());
    }
    Err(String::from_utf8_lossy(&output.stderr).trim().to_owned())
}

/// A user id that goes back when it is dropped.
#[derive(Debug)]
struct User {
    id: Option<u32>,
    confinement: Confinement,
}

impl Drop for User {
    fn drop(&mut self) {
        if let Some(id) = self.id {
            let mut users = self.confinement.shared.users.lock().expect("nothing panics");
            users.remove(&id);
        }
    }
}

/// A handle of a confined program.
#[derive(Clone, Debug)]
pub struct HostProcess {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    pid: u32,
    user: User,
    cgroup: Cgroup,
    /// Open while the environment may live.
    alive: Mutex<Option<ChildStdin>>,
    exit: watch::Sender<Option<Exit>>,
    memory_bytes: std::sync::atomic::AtomicU64,
    /// The watch found it over its limit.
    over: std::sync::atomic::AtomicBool,
    /// The most that the watch has seen.
    peak: std::sync::atomic::AtomicU64,
    /// CPU time when it ended.
    cpu_us: std::sync::atomic::AtomicU64,
}

use std::sync::atomic::Ordering::Relaxed;

impl HostProcess {
    /// The user id that its connections come from; the server's own if it is not root.
    pub fn user(&self) -> u32 {
        self.inner.user.id.unwrap_or_else(|| rustix::process::geteuid().as_raw())
    }

    /// Changes the memory limit of the living environment.
    pub fn set_memory_limit(&self, bytes: u64) -> std::io::Result<()> {
        self.inner.memory_bytes.store(bytes, Relaxed);
        self.inner.cgroup.set_memory_limit(bytes)
    }

    /// The most memory that it has held.
    pub fn memory_peak_bytes(&self) -> u64 {
        match self.inner.cgroup.memory_peak_bytes() {
            Some(bytes) => bytes,
            None if self.inner.exit.borrow().is_some() => self.inner.peak.load(Relaxed),
            None => {
                let now = self.resident_bytes();
                self.inner.peak.fetch_max(now, Relaxed).max(now)
            }
        }
    }

    /// CPU time of all its processes, the dead ones included, where a cgroup counts it.
    pub fn cpu_time_us(&self) -> u64 {
        match self.inner.cgroup.cpu_time_us() {
            Some(us) => us,
            None if self.inner.exit.borrow().is_some() => self.inner.cpu_us.load(Relaxed),
            None => cgroup::tree(self.inner.pid).iter().map(|p| p.cpu_us).sum(),
        }
    }

    /// Of the program and what it started; the two helpers above it are not the function's.
    fn resident_bytes(&self) -> u64 {
        let family = cgroup::family(self.inner.pid);
        family.iter().skip(HELPERS).map(|(_, usage)| usage.resident_bytes).sum()
    }

    /// Resolves when it has ended and nothing of it is left.
    pub async fn wait(&self) -> Exit {
        let mut exit = self.inner.exit.subscribe();
        let found = exit.wait_for(Option::is_some).await.expect("the sender is in this handle");
        found.clone().expect("waited for")
    }

    /// Kills everything in the environment; resolves when nothing of it is left.
    pub async fn kill(&self) {
        self.kill_now();
        if tokio::time::timeout(Duration::from_millis(KILL_MS_MAX), self.wait()).await.is_err() {
            tracing::error!(pid = self.inner.pid, "an environment does not end");
        }
    }

    fn kill_now(&self) {
        // The helper ends when this closes; the cgroup is quicker and knows no way out.
        drop(self.inner.alive.lock().expect("nothing panics under this lock").take());
        self.inner.cgroup.kill();
    }
}

/// Waits for the helper's end and clears up after it.
async fn reap(process: HostProcess, mut child: tokio::process::Child) {
    let status = child.wait().await;
    let inner = &process.inner;
    // The helper is gone; make sure that nothing else is left.
    process.kill_now();
    // The cgroup takes its counts with it.
    inner.peak.fetch_max(inner.cgroup.memory_peak_bytes().unwrap_or(0), Relaxed);
    inner.cpu_us.store(inner.cgroup.cpu_time_us().unwrap_or(0), Relaxed);
    let out_of_memory = inner.over.load(Relaxed) || inner.cgroup.out_of_memory();
    inner.cgroup.remove(KILL_MS_MAX).await;
    let exit = match status {
        _ if out_of_memory => Exit::OutOfMemory,
        Ok(status) => match (status.code(), status.signal()) {
            (Some(code @ 129..=192), _) => Exit::Signal(code - 128),
            (Some(code), _) => Exit::Code(code),
            (None, signal) => Exit::Signal(signal.unwrap_or(9)),
        },
        Err(_) => Exit::Signal(9),
    };
    inner.exit.send_replace(Some(exit));
}

/// Where no cgroup limits memory: looks at it again and again.
async fn watch_memory(process: HostProcess) {
    let mut ticks = tokio::time::interval(Duration::from_millis(MEMORY_WATCH_MS));
    loop {
        tokio::select! {
            _ = process.wait() => return,
            _ = ticks.tick() => {}
        }
        let resident = process.resident_bytes();
        process.inner.peak.fetch_max(resident, Relaxed);
        if resident > process.inner.memory_bytes.load(Relaxed) + FILE_PAGES_BYTES {
            process.inner.over.store(true, Relaxed);
            process.kill_now();
            return;
        }
    }
}
