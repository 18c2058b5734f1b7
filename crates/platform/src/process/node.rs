//! A node: a confined program with its Runtime API, its journal and its folder.

use std::fs;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use tokio::sync::{mpsc, oneshot};

use crate::confine::{self, Confinement, HostProcess, Paths, Program};
use crate::engine::InitKind;
use crate::function::{FunctionVersion, Runtime as RuntimeKind};
use crate::process::journal::Journal;
use crate::process::{Endpoint, Otp, Settings, link_code, memory_bytes};
use crate::runtime::{InitSignal, Runtime};

/// Memory around the program that is not the function's: the two helpers and the page tables.
pub(super) const OVERHEAD_MB: u64 = 8;

/// What a node may hold before it has a function.
const POOLED_MEMORY_BYTES: u64 = 128 * 1024 * 1024;

#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    #[error(
        "no Erlang/OTP was found on this machine: install it (on Debian, apt-get install \
         erlang-base) and start the server again"
    )]
    NoOtp,
    #[error(transparent)]
    Confine(#[from] confine::Error),
    #[error("{path}: {source}")]
    Io { path: PathBuf, source: std::io::Error },
}

pub(super) struct Boot<'a> {
    pub name: String,
    pub folder: PathBuf,
    /// The function, why it is started, and its log stream; `None` for the pool.
    pub version: Option<(&'a FunctionVersion, InitKind, &'a str)>,
    pub settings: &'a Settings,
    pub confinement: &'a Confinement,
    pub endpoints: &'a mpsc::UnboundedSender<Endpoint>,
}

pub struct Node {
    pub(super) process: HostProcess,
    pub(super) runtime: Runtime,
    pub(super) journal: Journal,
    pub(super) folder: PathBuf,
    signal: Mutex<Option<oneshot::Receiver<InitSignal>>>,
}

impl Node {
    pub(super) async fn boot(boot: Boot<'_>) -> Result<Arc<Node>, Error> {
        let Boot { name, folder, version, settings, confinement, endpoints } = boot;
        let io = |source| Error::Io { path: folder.clone(), source };
        for part in ["task", "opt", "tmp"] {
            fs::create_dir_all(folder.join(part)).map_err(io)?;
        }
        let function = version.map(|(version, ..)| version);
        if let Some(version) = function {
            link_code(&settings.data, version, &folder).map_err(io)?;
        }
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(io)?;
        listener.set_nonblocking(true).map_err(io)?;
        let address = listener.local_addr().map_err(io)?;
        let paths = confinement.paths(&folder, settings.client());
        let mut variables = match version {
            Some((version, kind, stream)) => variables(settings, version, kind, stream, &paths),
            None => base_variables(settings, &paths),
        };
        variables.push(("AWS_LAMBDA_RUNTIME_API".into(), address.to_string()));
        let (mut readable, mut runtime) = (Vec::new(), None);
        let arguments = match function.map(|version| version.runtime) {
            Some(RuntimeKind::Provided) => vec![paths.task.join("bootstrap").display().to_string()],
            kind => {
                let otp = settings.otp.as_ref().ok_or(Error::NoOtp)?;
                readable.push(otp.root.clone());
                runtime = Some(otp.client.clone());
                if kind.is_none() {
                    variables.push(("BEAMLET_POOL".into(), "1".into()));
                }
                erlang(otp, function, &folder, &paths, &mut variables)
            }
        };
        let (process, output) = confinement
            .spawn(Program {
                name,
                arguments,
                variables,
                folder: folder.clone(),
                readable,
                runtime,
                memory_bytes: function.map_or(POOLED_MEMORY_BYTES, memory_bytes),
                file_bytes: u64::from(function.map_or(512, |v| v.ephemeral_mb)) * 1024 * 1024,
            })
            .await?;
        let (runtime, signal) = Runtime::new();
        let endpoint = Endpoint { listener, runtime: runtime.clone(), user: process.user() };
        // Without anybody to serve it the node's first call is refused, and it ends.
        let _ = endpoints.send(endpoint);
        let journal = Journal::start(output, process.clone());
        let signal = Mutex::new(Some(signal));
        let node = Arc::new(Node { process, runtime, journal, folder, signal });
        // Whatever way it ends, its folder goes and its callers are told.
        let ending = node.clone();
        tokio::spawn(async move {
            ending.process.wait().await;
            ending.runtime.close();
            ending.remove_folder();
        });
        Ok(node)
    }

    /// What resolves at the end of the init phase; it can be taken once.
    pub(super) fn take_signal(&self) -> oneshot::Receiver<InitSignal> {
        let mut signal = self.signal.lock().expect("nothing panics under this lock");
        signal.take().unwrap_or_else(|| oneshot::channel().1)
    }

    pub(super) fn has_ended(&self) -> bool {
        self.runtime.is_closed()
    }

    /// Ends it; resolves to the end of its log when nothing of it is left.
    pub(super) async fn end(&self) -> Bytes {
        self.runtime.close();
        self.process.kill().await;
        self.remove_folder();
        self.journal.tail().await
    }

    fn remove_folder(&self) {
        match fs::remove_dir_all(&self.folder) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                tracing::warn!(folder = %self.folder.display(), %error, "a folder stays");
            }
            _ => {}
        }
    }
}

/// A runtime system that a package brings, as a release does: paths within the package.
pub(super) struct OwnSystem {
    binaries: PathBuf,
    /// The boot file, without its ending.
    boot: PathBuf,
}

impl OwnSystem {
    /// `erts-*/bin` with `bin/start_clean.boot` or `releases/*/start_clean.boot`.
    pub(super) fn find(package: &Path) -> Option<OwnSystem> {
        let names = |folder: &Path| -> Vec<String> {
            let entries = fs::read_dir(folder).into_iter().flatten().flatten();
            entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
        };
        let erts = names(package).into_iter().find(|name| name.starts_with("erts-"))?;
        let binaries = PathBuf::from(erts).join("bin");
        let releases = names(&package.join("releases"));
        let boots = releases.iter().map(|name| format!("releases/{name}/start_clean"));
        let boot = ["bin/start_clean".to_owned()]
            .into_iter()
            .chain(boots)
            .find(|boot| package.join(format!("{boot}.boot")).exists())?;
        let there = package.join(&binaries).join("erlexec").exists();
        there.then(|| OwnSystem { binaries, boot: boot.into() })
    }
}

/// The command that starts an Erlang node with Beamlet's client.
///
/// `erlexec` is called as the shell script `erl` calls it, which costs a shell less.
fn erlang(
    otp: &Otp,
    version: Option<&FunctionVersion>,
    folder: &Path,
    paths: &Paths,
    variables: &mut Vec<(String, String)>,
) -> Vec<String> {
    let own = version.and_then(|_| OwnSystem::find(&folder.join("task")));
    let (root, binaries, boot) = match own {
        Some(own) => {
            let inside = |path: PathBuf| paths.task.join(path);
            (paths.task.clone(), inside(own.binaries), inside(own.boot).display().to_string())
        }
        None => (otp.root.clone(), otp.binaries.clone(), "start_clean".into()),
    };
    variables.push(("ROOTDIR".into(), root.display().to_string()));
    variables.push(("BINDIR".into(), binaries.display().to_string()));
    variables.push(("EMU".into(), "beam".into()));
    variables.push(("PROGNAME".into(), "erl".into()));
    // One scheduler of each kind: an environment has a part of a core (AWS: 1,769 MB are one). No
    // busy waiting, since others share the core.
    let mut arguments = vec![binaries.join("erlexec").display().to_string()];
    let schedulers = version.map_or(1, |version| version.memory_mb.div_ceil(1769).max(1));
    arguments.extend(
        ["+S", &format!("{schedulers}:{schedulers}"), "+SDcpu", "1:1", "+SDio", "1", "+A", "1"]
            .map(String::from),
    );
    arguments.extend(["+sbwt", "none", "+sbwtdcpu", "none", "+sbwtdio", "none"].map(String::from));
    arguments.extend(["-noshell", "-noinput", "-boot", &boot].map(String::from));
    if version.is_some() && folder.join("task/vm.args").exists() {
        arguments.extend(["-args_file".into(), "vm.args".into()]);
    }
    arguments.extend(["-pa".into(), paths.runtime.display().to_string()]);
    arguments.extend(["-s", "beamlet_runtime", "main"].map(String::from));
    arguments
}

/// Variables that do not depend on the function.
fn base_variables(settings: &Settings, paths: &Paths) -> Vec<(String, String)> {
    let region = settings.account.region.clone();
    let tmp = paths.tmp.display().to_string();
    [
        ("PATH", "/usr/local/bin:/usr/bin:/bin:/opt/bin".to_owned()),
        ("LANG", "C.UTF-8".into()),
        ("TZ", ":UTC".into()),
        ("HOME", tmp.clone()),
        ("TMPDIR", tmp),
        ("LD_LIBRARY_PATH", format!("{}/lib:{}/lib", paths.task.display(), paths.opt.display())),
        ("LAMBDA_TASK_ROOT", paths.task.display().to_string()),
        ("LAMBDA_RUNTIME_DIR", paths.runtime.display().to_string()),
        ("BEAMLET_OPT", paths.opt.display().to_string()),
        ("AWS_REGION", region.clone()),
        ("AWS_DEFAULT_REGION", region),
        ("ERL_CRASH_DUMP_SECONDS", "0".into()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into()
}

/// All variables of a function's environment (AWS: "Defined runtime environment variables").
pub(super) fn variables(
    settings: &Settings,
    version: &FunctionVersion,
    kind: InitKind,
    log_stream: &str,
    paths: &Paths,
) -> Vec<(String, String)> {
    let kind = match kind {
        InitKind::OnDemand => "on-demand",
        InitKind::Provisioned => "provisioned-concurrency",
    };
    let mut variables = base_variables(settings, paths);
    // The function's own come first in this list, since of two the last one counts: what AWS
    // reserves cannot be set.
    variables.extend(version.environment.iter().map(|(name, value)| (name.clone(), value.clone())));
    variables.extend(
        [
            ("_HANDLER", version.handler.clone()),
            ("AWS_LAMBDA_FUNCTION_NAME", version.function.to_string()),
            ("AWS_LAMBDA_FUNCTION_VERSION", version.version.to_string()),
            ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", version.memory_mb.to_string()),
            ("AWS_LAMBDA_FUNCTION_TIMEOUT", version.timeout_s.to_string()),
            ("AWS_LAMBDA_LOG_GROUP_NAME", version.log_group.clone()),
            ("AWS_LAMBDA_LOG_STREAM_NAME", log_stream.to_owned()),
            ("AWS_LAMBDA_INITIALIZATION_TYPE", kind.into()),
            ("AWS_EXECUTION_ENV", format!("AWS_Lambda_{}", version.runtime_name)),
        ]
        .map(|(name, value)| (name.to_owned(), value)),
    );
    if version.concurrency_per_environment > 1 {
        let slots = version.concurrency_per_environment.to_string();
        variables.push(("AWS_LAMBDA_MAX_CONCURRENCY".into(), slots));
    }
    variables
}
