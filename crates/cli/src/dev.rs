//! `beamlet dev`: a server for the project in this folder, and each change of it live at once.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use clap::Args;
use jiff::Timestamp;
use notify::{EventKind, RecursiveMode, Watcher};
use tokio::sync::mpsc;

use crate::client::{Client, Target};
use crate::deploy::{self, Deploy};
use crate::logs::{self, Reader};
use crate::project::{FILE, Project};
use crate::serve::{Running, Serve};
use crate::terminal;

/// Editors write a file in several steps; a change is taken up when they have been quiet so long.
const QUIET_MS: u64 = 40;

/// Folders whose changes are ours or the build tools'.
const IGNORED: &[&str] = &["_build", ".beamlet", ".git", "build", "deps", "node_modules"];

#[derive(Args, Clone)]
#[command(after_help = "Examples:
  beamlet dev
  beamlet dev --addr 127.0.0.1:4000 path/to/project")]
pub struct Dev {
    /// Folder of the project
    #[arg(default_value = ".")]
    pub folder: PathBuf,
    /// Address and port to listen on
    #[arg(long, default_value = "127.0.0.1:9099")]
    pub addr: std::net::SocketAddr,
}

pub async fn run(arguments: &Dev) -> Result<()> {
    let project = Project::find(&arguments.folder)?;
    let folder = project.folder.clone();
    let serve = Serve::for_dev(arguments.addr, folder.join(".beamlet"));
    let running = Running::start(&serve).await?;
    let endpoint = format!("http://{}", running.address);
    terminal::step("serving", &format!("{} at {endpoint}", folder.display()));
    let client = Client::local(&endpoint);
    let (changed, mut changes) = mpsc::channel(1);
    let _watcher = watch(&folder, changed)?;
    let mut readers: HashMap<String, Reader> = HashMap::new();
    let started_ms = Timestamp::now().as_millisecond();
    redeploy(&folder, &client).await;
    follow(&folder, &client, &mut readers, started_ms).await;
    let mut logs = tokio::time::interval(Duration::from_millis(200));
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    loop {
        tokio::select! {
            _ = tokio::signal::ctrl_c() => break,
            _ = terminate.recv() => break,
            Some(()) = changes.recv() => {
                while let Ok(Some(())) =
                    tokio::time::timeout(Duration::from_millis(QUIET_MS), changes.recv()).await
                {}
                redeploy(&folder, &client).await;
                follow(&folder, &client, &mut readers, Timestamp::now().as_millisecond()).await;
            }
            _ = logs.tick() => {
                for (name, reader) in &mut readers {
                    for event in reader.read(&client).await.unwrap_or_default() {
                        println!("{name}: {}", logs::line(&event));
                    }
                }
            }
        }
    }
    terminal::step("stopping", "");
    running.stop(Duration::from_secs(2)).await;
    Ok(())
}

/// Builds and deploys; an error is shown and the last good version stays.
async fn redeploy(folder: &Path, client: &Client) {
    let begun = Instant::now();
    let result = async {
        let project = Project::find(folder)?;
        let arguments = Deploy {
            functions: Vec::new(),
            project: folder.to_owned(),
            alias: None,
            canary: None,
            json: false,
            target: Target { endpoint_url: None, aws: false, region: None, profile: None },
        };
        deploy::deploy(&project, client, &arguments).await
    };
    match result.await {
        Ok(_) => terminal::step("live", &format!("after {} ms", begun.elapsed().as_millis())),
        Err(error) => terminal::error(&format!("{error:#}")),
    }
}

/// Reads the logs of the project's functions, from the start of each.
async fn follow(
    folder: &Path,
    client: &Client,
    readers: &mut HashMap<String, Reader>,
    from_ms: i64,
) {
    let Ok(project) = Project::find(folder) else { return };
    for name in project.settings.functions.keys() {
        if !readers.contains_key(name)
            && let Ok(group) = logs::group(client, name).await
        {
            readers.insert(name.clone(), Reader::new(group, from_ms, None));
        }
    }
}

fn watch(folder: &Path, changed: mpsc::Sender<()>) -> Result<notify::RecommendedWatcher> {
    let root = folder.to_owned();
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        let Ok(event) = event else { return };
        let written = matches!(
            event.kind,
            EventKind::Create(_) | EventKind::Modify(_) | EventKind::Remove(_)
        );
        let matters = event.paths.iter().any(|path| {
            let inside = path.strip_prefix(&root).unwrap_or(path);
            let first = inside.components().next().map(|part| part.as_os_str().to_string_lossy());
            !first.is_some_and(|first| IGNORED.contains(&&*first))
        });
        if written && matters {
            // One that waits is enough.
            let _ = changed.try_send(());
        }
    })?;
    watcher.watch(&folder.join(FILE), RecursiveMode::NonRecursive)?;
    for entry in std::fs::read_dir(folder).context("the project's folder")?.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if !IGNORED.contains(&name.as_str()) {
            let mode = RecursiveMode::Recursive;
            watcher.watch(&entry.path(), mode).with_context(|| format!("a watch on {name}"))?;
        }
    }
    Ok(watcher)
}
