//! `beamlet serve`: the server.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use beamlet_gateway::server;
use beamlet_gateway::sigv4::Credentials;
use beamlet_gateway::{Edge, Links, runtime_api};
use beamlet_platform::confine::{self, Confinement, MemoryControl, Options, Wanted};
use beamlet_platform::function::Account;
use beamlet_platform::platform::{Platform, Settings};
use beamlet_platform::{events, placement};
use clap::{Args, ValueEnum};
use sha2::{Digest, Sha256};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use crate::otp;

/// What a booted node without a function takes, in MB; the pool gets a part of the machine.
const POOLED_NODE_MB: u64 = 40;
const POOL_PART: u64 = 20;

/// The least that an environment takes, in MB: what the machine's memory is divided by.
const ENVIRONMENT_MB: u64 = 24;

/// Files that an environment holds, and as many again for those who wait for it.
const FILES_PER_ENVIRONMENT: u64 = 20;

#[derive(Args, Clone)]
pub struct Serve {
    /// Address and port to listen on; port 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:9099", env = "BEAMLET_ADDR")]
    pub addr: SocketAddr,
    /// Data directory: functions, events, logs, the bill
    #[arg(long, default_value = "beamlet-data", env = "BEAMLET_DATA")]
    pub data: PathBuf,
    /// Account id in ARNs
    #[arg(long, default_value = "123456789012", value_parser = account)]
    pub account: String,
    /// Region in ARNs
    #[arg(long, default_value = "us-east-1")]
    pub region: String,
    /// Access key id that callers sign with; needed to listen beyond this machine
    #[arg(long, env = "BEAMLET_ACCESS_KEY_ID", requires = "secret_access_key")]
    pub access_key_id: Option<String>,
    /// Secret access key that callers sign with (better in BEAMLET_SECRET_ACCESS_KEY)
    #[arg(
        long,
        env = "BEAMLET_SECRET_ACCESS_KEY",
        hide_env_values = true,
        requires = "access_key_id"
    )]
    pub secret_access_key: Option<String>,
    /// Object store that Code.S3Bucket is read from, such as http://127.0.0.1:9000
    #[arg(long)]
    pub s3_endpoint: Option<String>,
    /// Concurrent invocations of the whole account
    #[arg(long, default_value_t = 1000)]
    pub concurrency: u32,
    /// Seconds after which an idle environment ends
    #[arg(long, default_value_t = 600, value_name = "SECONDS")]
    pub idle: u64,
    /// Execution environments at a time [default: what the machine's memory holds]
    #[arg(long)]
    pub environments: Option<usize>,
    /// Booted Erlang nodes kept for cold starts, at most [default: by the machine's memory]
    #[arg(long)]
    pub pool: Option<usize>,
    /// Seconds that running invocations have when the server stops
    #[arg(long, default_value_t = 30, value_name = "SECONDS")]
    pub grace: u64,
    /// The erl to use [default: the one on the path]
    #[arg(long)]
    pub erl: Option<PathBuf>,
    /// How the memory of environments is limited
    #[arg(long, value_enum, default_value_t = Memory::Auto)]
    pub memory_control: Memory,
    /// Do without PID and mount namespaces
    #[arg(long, hide = true)]
    pub no_namespaces: bool,
    /// Do without cgroup v2's kill
    #[arg(long, hide = true)]
    pub no_cgroup_kill: bool,
    /// Milliseconds before the first and the second retry of an event (AWS: 1 and 2 minutes)
    #[arg(long, hide = true, num_args = 2, value_names = ["FIRST", "SECOND"])]
    pub retry_ms: Option<Vec<u64>>,
    /// New environments of one function in 10 s (AWS: 1,000)
    #[arg(long, hide = true)]
    pub burst: Option<u32>,
    /// Form of the server's own log
    #[arg(long, value_enum, default_value_t = LogForm::Json)]
    pub log: LogForm,
}

impl Serve {
    /// The defaults, for a server of one project.
    pub fn for_dev(addr: SocketAddr, data: PathBuf) -> Serve {
        use clap::Parser;
        #[derive(Parser)]
        struct Defaults {
            #[command(flatten)]
            serve: Serve,
        }
        let defaults = Defaults::parse_from(["beamlet"]).serve;
        // It listens on this machine only, and its own command talks to it.
        Serve { addr, data, access_key_id: None, secret_access_key: None, ..defaults }
    }
}

#[derive(Clone, Copy, ValueEnum)]
pub enum Memory {
    /// cgroup v2, else v1, else the watch
    Auto,
    CgroupV2,
    CgroupV1,
    /// A look at resident memory ten times a second
    Watch,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogForm {
    Json,
    Text,
    Off,
}

fn account(written: &str) -> Result<String, String> {
    if written.len() == 12 && written.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(written.to_owned());
    }
    Err("an account id has 12 digits".into())
}

/// Runs the server until it is told to stop.
pub async fn run(arguments: &Serve) -> Result<()> {
    start_log(arguments.log);
    let running = Running::start(arguments).await?;
    let address = running.address;
    tracing::info!(%address, data = %arguments.data.display(), "serving");
    if arguments.log != LogForm::Json {
        println!("serving on http://{address}");
    }
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    tracing::info!("stopping: no new requests; running invocations may end");
    running.stop(Duration::from_secs(arguments.grace)).await;
    tracing::info!("stopped");
    Ok(())
}

fn start_log(form: LogForm) {
    let filter = tracing_subscriber::EnvFilter::try_from_env("BEAMLET_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info"));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match form {
        LogForm::Json => builder.json().flatten_event(true).init(),
        LogForm::Text => {
            let ansi = std::io::IsTerminal::is_terminal(&std::io::stderr());
            builder.with_target(false).with_ansi(ansi).init();
        }
        LogForm::Off => {}
    }
}

/// A server that answers.
pub struct Running {
    pub address: SocketAddr,
    platform: Platform,
    stop: tokio::sync::oneshot::Sender<()>,
    served: tokio::task::JoinHandle<()>,
}

impl Running {
    /// Opens the data directory, starts every part, and listens.
    pub async fn start(arguments: &Serve) -> Result<Running> {
        let credentials = match (&arguments.access_key_id, &arguments.secret_access_key) {
            (Some(id), Some(secret)) => {
                Some(Credentials { access_key_id: id.clone(), secret_access_key: secret.clone() })
            }
            _ => None,
        };
        if credentials.is_none() && !arguments.addr.ip().is_loopback() {
            bail!(
                "{} is reachable from other machines, and the server has no credentials: set \
                 BEAMLET_ACCESS_KEY_ID and BEAMLET_SECRET_ACCESS_KEY, or listen on 127.0.0.1",
                arguments.addr
            );
        }
        if let Some(endpoint) = &arguments.s3_endpoint
            && !endpoint.starts_with("http://")
            && !endpoint.starts_with("https://")
        {
            bail!("--s3-endpoint {endpoint} should begin with http:// or https://");
        }
        let listener = TcpListener::bind(arguments.addr)
            .await
            .with_context(|| format!("{} cannot be listened on", arguments.addr))?;
        let address = listener.local_addr()?;
        std::fs::create_dir_all(&arguments.data)
            .with_context(|| format!("the data directory {}", arguments.data.display()))?;
        let data = arguments.data.canonicalize()?;
        let confinement = probe(arguments, &data).await?;
        for finding in confinement.findings() {
            let (mechanism, detail) = (finding.mechanism, &finding.detail);
            match finding.active {
                true => tracing::info!(mechanism, detail, "confinement"),
                false => tracing::warn!(mechanism, detail, "confinement: not on this machine"),
            }
        }
        let otp = match otp::find(arguments.erl.as_deref()) {
            Ok(installed) => Some(installed.for_server(&data)?),
            Err(error) => {
                tracing::warn!(%error, "Erlang functions cannot run; provided ones can");
                None
            }
        };
        if let Some(otp) = &otp {
            tracing::info!(release = otp.release, root = %otp.root.display(), "Erlang/OTP");
        }
        let memory_mb = total_memory_mb();
        let files = confine::raise_file_limit();
        // Ten for each environment, and some for callers.
        let environments_by_files = (files / FILES_PER_ENVIRONMENT).max(4) as usize;
        let defaults = placement::Settings::default();
        let placement = placement::Settings {
            burst_max: arguments.burst.unwrap_or(defaults.burst_max),
            idle_ms: arguments.idle.saturating_mul(1000),
            environments_max: arguments
                .environments
                .unwrap_or((memory_mb / ENVIRONMENT_MB).clamp(4, 10_000) as usize)
                .min(environments_by_files),
            ..defaults
        };
        let pool = (memory_mb / POOL_PART / POOLED_NODE_MB).clamp(1, 32) as usize;
        let mut events = events::Settings::default();
        if let Some([first, second]) = arguments.retry_ms.as_deref() {
            events.retry_ms = [*first, *second];
        }
        let settings = Settings {
            account: Account { id: arguments.account.clone(), region: arguments.region.clone() },
            data,
            otp,
            pool_max: arguments.pool.unwrap_or(pool),
            account_concurrency: arguments.concurrency,
            placement,
            events,
        };
        let (platform, endpoints) = Platform::start(settings, confinement)?;
        tokio::spawn(runtime_api::serve(endpoints));
        let edge = Arc::new(Edge {
            platform: platform.clone(),
            credentials,
            s3: arguments.s3_endpoint.clone(),
            links: Links::new(),
        });
        let (stop, stopped) = tokio::sync::oneshot::channel();
        let served = tokio::spawn(server::serve(listener, edge, async {
            let _ = stopped.await;
        }));
        Ok(Running { address, platform, stop, served })
    }

    /// Ends it: requests first, then environments; what is durable is on the disk.
    pub async fn stop(self, grace: Duration) {
        let _ = self.stop.send(());
        self.platform.shutdown(grace).await;
        let _ = tokio::time::timeout(Duration::from_secs(5), self.served).await;
    }
}

/// Finds out how environments can be confined here.
pub async fn probe(arguments: &Serve, data: &Path) -> Result<Confinement> {
    let digest = Sha256::digest(data.as_os_str().as_encoded_bytes());
    let number = u32::from_be_bytes([0, 0, digest[0], digest[1]]);
    let wanted = |without: bool| if without { Wanted::No } else { Wanted::Yes };
    Ok(Confinement::probe(Options {
        binary: std::env::current_exe().context("the server's own binary")?,
        // The same for the same data directory: the next server sweeps what this one left.
        name: hex::encode(&digest[..6]),
        // Servers of two data directories have user ids of their own.
        user_base: 1_000_000 + number * 16_384,
        memory: match arguments.memory_control {
            Memory::Auto => MemoryControl::Auto,
            Memory::CgroupV2 => MemoryControl::CgroupV2,
            Memory::CgroupV1 => MemoryControl::CgroupV1,
            Memory::Watch => MemoryControl::Watch,
        },
        namespaces: wanted(arguments.no_namespaces),
        cgroup_kill: wanted(arguments.no_cgroup_kill),
    })
    .await)
}

/// The machine's memory.
fn total_memory_mb() -> u64 {
    let text = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let kb = text.lines().find_map(|line| line.strip_prefix("MemTotal:"));
    let kb = kb.and_then(|rest| rest.split_whitespace().next()?.parse::<u64>().ok());
    kb.unwrap_or(2 * 1024 * 1024) / 1024
}
