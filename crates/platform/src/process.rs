//! The process engine: one confined host process for each execution environment.
//!
//! ```text
//!  start ─┬─ provided ──────────────► Node::boot ──► bootstrap ─────────────┐
//!         └─ erlang ─┬─ pool empty ─► Node::boot ──► erl, client ───────────┼─► first `next`
//!                    └─ pool ───────► a booted node: link code, variables ──┘
//! ```
//!
//! Each node has a Runtime API of its own on a port of its own; whoever serves it takes the
//! [`Endpoint`]s from a channel.

pub mod environment;
mod journal;
mod node;
mod pool;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use bytes::Bytes;
use futures::FutureExt;
use futures::future::BoxFuture;
use tokio::sync::mpsc;

use crate::confine::Confinement;
use crate::engine::{Engine, Environment, EnvironmentId, FunctionError, InitFailure, InitKind};
use crate::function::{Account, FunctionVersion, Runtime as RuntimeKind};
use crate::logs::Logs;
use crate::package::link_tree;
use crate::process::environment::{
    Attempt, INIT_MS_MAX, PROVISIONED_INIT_MS_MAX, ProcessEnvironment,
};
use crate::process::node::{Boot, Node, OwnSystem};
use crate::process::pool::Pool;
use crate::runtime::Runtime;

/// What the process engine needs of the server.
#[derive(Clone, Debug)]
pub struct Settings {
    pub account: Account,
    /// The data directory.
    pub data: PathBuf,
    /// The installed Erlang/OTP, if there is one.
    pub otp: Option<Otp>,
    /// Booted nodes that wait for a function, at most.
    pub pool_max: usize,
}

impl Settings {
    /// The folder of the client's `.beam` files.
    pub(crate) fn client(&self) -> Option<&Path> {
        self.otp.as_ref().map(|otp| otp.client.as_path())
    }
}

/// An Erlang/OTP installation, and Beamlet's client compiled for it.
#[derive(Clone, Debug)]
pub struct Otp {
    /// `code:root_dir()`.
    pub root: PathBuf,
    /// The folder of the runtime system's programs, `erts-*/bin`.
    pub binaries: PathBuf,
    pub release: String,
    /// The folder of the client's `.beam` files.
    pub client: PathBuf,
}

/// The Runtime API of one environment, to be served on its listener.
#[derive(Debug)]
pub struct Endpoint {
    pub listener: std::net::TcpListener,
    pub runtime: Runtime,
    /// Only programs of this user may use it.
    pub user: u32,
}

/// How long after an init phase the pool is refilled.
const REFILL_PAUSE_MS: u64 = 100;

/// How long a shutdown waits for the end of nodes that are just booting.
const BOOT_MS_AT_SHUTDOWN: u64 = 5_000;

/// A handle of the process engine.
#[derive(Clone)]
pub struct ProcessEngine {
    pub(crate) shared: Arc<Shared>,
}

pub(crate) struct Shared {
    settings: Settings,
    confinement: Confinement,
    logs: Logs,
    endpoints: mpsc::UnboundedSender<Endpoint>,
    pool: Pool,
    next_node: AtomicU64,
}

impl ProcessEngine {
    /// Sweeps what a dead server left and starts to fill the pool.
    pub fn start(
        settings: Settings,
        confinement: Confinement,
        logs: Logs,
        endpoints: mpsc::UnboundedSender<Endpoint>,
    ) -> std::io::Result<ProcessEngine> {
        confinement.sweep();
        let folder = settings.data.join("environments");
        match fs::remove_dir_all(&folder) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        for name in ["environments", "code"] {
            fs::create_dir_all(settings.data.join(name))?;
        }
        let pool = Pool::new(if settings.otp.is_some() { settings.pool_max } else { 0 });
        let shared =
            Shared { settings, confinement, logs, endpoints, pool, next_node: AtomicU64::new(1) };
        let engine = ProcessEngine { shared: Arc::new(shared) };
        engine.refill();
        Ok(engine)
    }

    /// Nodes that are booted and wait for a function.
    pub fn pooled(&self) -> usize {
        self.shared.pool.ready()
    }

    /// Ends the nodes that are too many, one for each quiet minute, or all but a few when the
    /// machine runs out of memory.
    pub(crate) async fn trim_pool(&self) {
        let surplus = self.shared.pool.trim(pool::memory());
        futures::future::join_all(surplus.iter().map(|node| node.end())).await;
        self.refill();
    }

    /// Boots nodes until the pool has what it should.
    fn refill(&self) {
        while self.shared.pool.begin_boot(pool::memory()) {
            let engine = self.clone();
            tokio::spawn(async move {
                let node = match engine.boot(None).await {
                    Ok(node) => node,
                    Err(error) => {
                        tracing::error!(%error, "a node for the pool could not be started");
                        return engine.shared.pool.boot_failed();
                    }
                };
                let ready = tokio::select! {
                    ready = node.runtime.pooled() => ready,
                    _ = node.process.wait() => false,
                    () = engine.shared.pool.closed() => {
                        node.end().await;
                        return engine.shared.pool.boot_failed();
                    }
                    () = tokio::time::sleep(std::time::Duration::from_millis(INIT_MS_MAX)) => false,
                };
                if !ready {
                    let log = node.end().await;
                    tracing::error!(
                        output = %String::from_utf8_lossy(&log),
                        "a node for the pool did not boot"
                    );
                    return engine.shared.pool.boot_failed();
                }
                match engine.shared.pool.booted(node) {
                    Some(unwanted) => {
                        unwanted.end().await;
                    }
                    // Fewer boot at a time than may be wanted.
                    None => engine.refill(),
                }
            });
        }
    }

    /// Starts a host process: with a function's program, or as a node for the pool.
    async fn boot(
        &self,
        version: Option<(&FunctionVersion, InitKind, &str)>,
    ) -> Result<Arc<Node>, node::Error> {
        let shared = &self.shared;
        let number = shared.next_node.fetch_add(1, Ordering::Relaxed);
        let name = format!("{}-{number}", std::process::id());
        let folder = shared.settings.data.join("environments").join(&name);
        Node::boot(Boot {
            name,
            folder,
            version,
            settings: &shared.settings,
            confinement: &shared.confinement,
            endpoints: &shared.endpoints,
        })
        .await
    }

    /// AWS: an init phase that fails is run once more as part of the invocation, with the
    /// function's timeout; that one's failure is the answer.
    async fn start_environment(
        self,
        version: Arc<FunctionVersion>,
        kind: InitKind,
    ) -> Result<Arc<dyn Environment>, InitFailure> {
        let begun = Instant::now();
        let limit_ms = match kind {
            InitKind::OnDemand => INIT_MS_MAX,
            InitKind::Provisioned => version.timeout_ms().max(PROVISIONED_INIT_MS_MAX),
        };
        let first = Attempt { begun, since: begun, limit_ms, phase: "init" };
        let failure = match self.attempt(&version, kind, first).await? {
            Ok(environment) => return Ok(environment),
            Err(failure) if kind == InitKind::Provisioned => return Err(failure),
            Err(failure) => failure,
        };
        tracing::debug!(
            function = &*version.function,
            error = failure.error.error_type,
            "an init phase failed; it is run once more"
        );
        let limit_ms = version.timeout_ms();
        let second = Attempt { begun, since: Instant::now(), limit_ms, phase: "invoke" };
        self.attempt(&version, kind, second).await?
    }

    /// Starts an environment and waits for the end of its init phase; the outer failure is one of
    /// the platform's, which another try would not mend.
    async fn attempt(
        &self,
        version: &Arc<FunctionVersion>,
        kind: InitKind,
        attempt: Attempt,
    ) -> Result<Result<Arc<dyn Environment>, InitFailure>, InitFailure> {
        let failed = |message: String| InitFailure {
            error: FunctionError::new("Runtime.InitError", &message),
            duration_us: attempt.begun.elapsed().as_micros() as u64,
            log_tail: Bytes::new(),
        };
        let uses_pool = version.runtime == RuntimeKind::Erlang && !self.has_own_system(version);
        let taken = if uses_pool { self.shared.pool.take() } else { None };
        let _refill = uses_pool.then(|| RefillLater(self.clone()));
        let pooled = taken.is_some();
        let stream = self.shared.logs.stream(&version.log_group, &log_stream_name(version));
        let node = match taken {
            Some(node) => node,
            None => {
                let booted = self.boot(Some((version, kind, stream.name()))).await;
                booted.map_err(|error| failed(error.to_string()))?
            }
        };
        node.journal.open(stream.clone()).await;
        let signal = node.take_signal();
        if pooled {
            let given = self.give(&node, version, kind, stream.name());
            if let Err(error) = given {
                node.end().await;
                return Err(failed(format!("a booted node could not take the function: {error}")));
            }
        }
        let init = ProcessEnvironment::init(version.clone(), node, signal, attempt, pooled).await;
        Ok(init.map(|environment| Arc::new(environment) as Arc<dyn Environment>))
    }

    /// Makes a booted node a function's: its code, its memory limit, its variables.
    fn give(
        &self,
        node: &Node,
        version: &FunctionVersion,
        kind: InitKind,
        stream: &str,
    ) -> std::io::Result<()> {
        let shared = &self.shared;
        link_code(&shared.settings.data, version, &node.folder)?;
        node.process.set_memory_limit(memory_bytes(version))?;
        let paths = shared.confinement.paths(&node.folder, shared.settings.client());
        let variables = node::variables(&shared.settings, version, kind, stream, &paths);
        let variables: serde_json::Map<_, _> =
            variables.into_iter().map(|(name, value)| (name, value.into())).collect();
        let message = serde_json::json!({ "environment": variables });
        node.runtime.assign(Bytes::from(message.to_string()));
        Ok(())
    }

    /// A package with a runtime system or VM arguments of its own is not for a pooled node.
    fn has_own_system(&self, version: &FunctionVersion) -> bool {
        let code = code_folder(&self.shared.settings.data, &version.code_sha256);
        code.join("vm.args").exists() || OwnSystem::find(&code).is_some()
    }
}

/// Refills the pool a little after the init phase that it lives for: a node that boots takes a
/// core for a tenth of a second, and that one is just wanted.
struct RefillLater(ProcessEngine);

impl Drop for RefillLater {
    fn drop(&mut self) {
        let engine = self.0.clone();
        tokio::spawn(async move {
            tokio::time::sleep(std::time::Duration::from_millis(REFILL_PAUSE_MS)).await;
            engine.refill();
        });
    }
}

impl Engine for ProcessEngine {
    fn start(
        &self,
        _id: EnvironmentId,
        version: Arc<FunctionVersion>,
        kind: InitKind,
    ) -> BoxFuture<'static, Result<Arc<dyn Environment>, InitFailure>> {
        self.clone().start_environment(version, kind).boxed()
    }

    fn shutdown(&self) -> BoxFuture<'static, ()> {
        let engine = self.clone();
        async move {
            let nodes = engine.shared.pool.close();
            futures::future::join_all(nodes.iter().map(|node| node.end())).await;
            // A node that boots is ended as well; one that cannot be is swept.
            let limit = std::time::Duration::from_millis(BOOT_MS_AT_SHUTDOWN);
            let _ = tokio::time::timeout(limit, engine.shared.pool.quiet()).await;
            let confinement = engine.shared.confinement.clone();
            let folder = engine.shared.settings.data.join("environments");
            let _ = tokio::task::spawn_blocking(move || {
                confinement.remove();
                for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
                    let _ = fs::remove_dir_all(entry.path());
                }
            })
            .await;
        }
        .boxed()
    }
}

/// The limit that is enforced: the function's memory and what the helpers around it take.
pub(crate) fn memory_bytes(version: &FunctionVersion) -> u64 {
    (u64::from(version.memory_mb) + node::OVERHEAD_MB) * 1024 * 1024
}

/// Where a package lies unpacked.
pub fn code_folder(data: &Path, sha256: &str) -> PathBuf {
    data.join("code").join(sha256)
}

/// Links a version's code and layers into an environment's folder.
fn link_code(data: &Path, version: &FunctionVersion, folder: &Path) -> std::io::Result<()> {
    link_tree(&code_folder(data, &version.code_sha256), &folder.join("task"))?;
    for layer in &version.layers {
        link_tree(&code_folder(data, &layer.code_sha256), &folder.join("opt"))?;
    }
    Ok(())
}

/// AWS: `2026/11/23/[$LATEST]0123456789abcdef0123456789abcdef`.
fn log_stream_name(version: &FunctionVersion) -> String {
    let day = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
    format!(
        "{:04}/{:02}/{:02}/[{}]{}",
        day.year(),
        day.month(),
        day.day(),
        version.version,
        uuid::Uuid::new_v4().simple()
    )
}
