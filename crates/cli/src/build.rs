//! `beamlet build`: a project's own tool compiles, and the result becomes a zip.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use clap::{Args, ValueEnum};
use sha2::{Digest, Sha256};

use crate::archive::Archive;
use crate::beams::{self, strip_files};
use crate::diagnostics::with_source;
use crate::otp::{self, Installed, cache};
use crate::project::{Project, Tool};
use crate::{bundle, terminal};

#[derive(Args, Clone)]
#[command(after_help = "Examples:
  beamlet build                        build the project in this folder
  beamlet build --target aws           a zip for AWS Lambda's provided.al2023
  beamlet build -o hello.zip && aws lambda update-function-code \\
      --function-name hello --zip-file fileb://hello.zip")]
pub struct Build {
    /// Folder of the project
    #[arg(default_value = ".")]
    pub folder: PathBuf,
    /// Where the package goes [default: _build/beamlet/package.zip in the project]
    #[arg(short, long)]
    pub output: Option<PathBuf>,
    /// What the package is for
    #[arg(long, value_enum, default_value_t = For::Beamlet)]
    pub target: For,
    /// Print what was built as JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum For {
    /// Runtimes erlang and erlang-otp: code alone
    Beamlet,
    /// provided.al2023 on AWS Lambda: with bootstrap, client and a minimal Erlang/OTP
    Aws,
}

/// A package that was built.
pub struct Package {
    pub zip: Vec<u8>,
}

impl Package {
    /// AWS's CodeSha256.
    pub fn sha256(&self) -> String {
        STANDARD.encode(Sha256::digest(&self.zip))
    }
}

pub fn run(arguments: &Build) -> Result<()> {
    let project = Project::find(&arguments.folder)?;
    let default = match arguments.target {
        For::Beamlet => "_build/beamlet/package.zip",
        For::Aws => "_build/beamlet/package-aws.zip",
    };
    let output = arguments.output.clone().unwrap_or_else(|| project.folder.join(default));
    let package = package(&project, arguments.target)?;
    if let Some(parent) = output.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        fs::create_dir_all(parent).with_context(|| format!("{}", parent.display()))?;
    }
    fs::write(&output, &package.zip).with_context(|| format!("{}", output.display()))?;
    if arguments.json {
        let built = serde_json::json!({
            "Path": output, "CodeSize": package.zip.len(), "CodeSha256": package.sha256(),
        });
        println!("{built}");
    } else {
        println!("{}", output.display());
        let kb = package.zip.len().div_ceil(1024);
        terminal::step("built", &format!("{kb} KB, CodeSha256 {}", package.sha256()));
    }
    Ok(())
}

/// Compiles a project and zips it.
pub fn package(project: &Project, target: For) -> Result<Package> {
    let installed = otp::installed()?;
    let staging = tempfile::tempdir()?;
    let stage = staging.path();
    compile(project, &installed, stage)?;
    strip(&installed, stage)?;
    let mut archive = Archive::default();
    archive.add_folder("", stage)?;
    if target == For::Aws {
        bundle::add(&mut archive, &installed, stage)?;
    }
    Ok(Package { zip: archive.finish()? })
}

/// Leaves `ebin/…` or `lib/APP/ebin/…` in the staging folder.
fn compile(project: &Project, installed: &Installed, stage: &Path) -> Result<()> {
    let folder = &project.folder;
    match project.tool {
        Tool::Erlc => erlc(project, installed, stage),
        Tool::Rebar3 => {
            let client = installed.compile_client(&cache()?)?;
            tool(
                Command::new("rebar3")
                    .args(["as", "prod", "compile"])
                    .env("ERL_LIBS", libs(&client)),
                folder,
                "rebar3",
                "apt-get install rebar3",
            )?;
            applications(&folder.join("_build/prod/lib"), stage)
        }
        Tool::Mix => {
            let client = installed.compile_client(&cache()?)?;
            tool(
                Command::new("mix")
                    .arg("compile")
                    .env("MIX_ENV", "prod")
                    .env("ERL_LIBS", libs(&client)),
                folder,
                "mix",
                "apt-get install elixir",
            )?;
            applications(&folder.join("_build/prod/lib"), stage)?;
            elixir(stage)
        }
        Tool::Gleam => {
            tool(
                Command::new("gleam").args(["export", "erlang-shipment"]),
                folder,
                "gleam",
                "see https://gleam.run/getting-started/installing",
            )?;
            applications(&folder.join("build/erlang-shipment"), stage)
        }
    }
}

/// The folder of libraries that has the client in it.
fn libs(client: &Path) -> PathBuf {
    client.ancestors().nth(2).unwrap_or(client).to_owned()
}

/// Runs a build tool; what it complains of is the error.
fn tool(command: &mut Command, folder: &Path, name: &str, install: &str) -> Result<()> {
    let output = command.current_dir(folder).output().with_context(|| {
        format!("{name} builds this project and cannot be started: install it ({install})")
    })?;
    let mut text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.push_str(&String::from_utf8_lossy(&output.stderr));
    if !output.status.success() {
        bail!("{name} failed:\n{}", with_source(&text, folder).trim_end());
    }
    if text.contains("arning") {
        terminal::note(with_source(&text, folder).trim_end());
    }
    Ok(())
}

/// A bare project: `erlc` over `src/*.erl`.
fn erlc(project: &Project, installed: &Installed, stage: &Path) -> Result<()> {
    let source = project.folder.join("src");
    let mut files: Vec<PathBuf> = fs::read_dir(&source)
        .with_context(|| format!("{} has no folder src", project.folder.display()))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|ending| ending == "erl"))
        .collect();
    if files.is_empty() {
        bail!("{} has no .erl file", source.display());
    }
    files.sort();
    // Behaviours and parse transforms come before those who use them.
    files.sort_by_key(|path| {
        let text = fs::read_to_string(path).unwrap_or_default();
        !(text.contains("-callback") || text.contains("parse_transform/2"))
    });
    let relative = files.iter().map(|path| path.strip_prefix(&project.folder).unwrap_or(path));
    let client = installed.compile_client(&cache()?)?;
    let ebin = stage.join("ebin");
    fs::create_dir(&ebin)?;
    let mut command = installed.erlc();
    command.args(["+deterministic", "+brief", "-I", "include", "-pa"]).arg(&client);
    command.arg("-pa").arg(&ebin).arg("-o").arg(&ebin).args(relative);
    tool(&mut command, &project.folder, "erlc", "apt-get install erlang-base")?;
    for entry in fs::read_dir(&source)?.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if let Some(name) = name.strip_suffix(".src").filter(|name| name.ends_with(".app")) {
            fs::copy(entry.path(), ebin.join(name))?;
        }
    }
    let private = project.folder.join("priv");
    if private.is_dir() {
        copy(&private, &stage.join("priv"))?;
    }
    Ok(())
}

/// Copies the applications below a build tool's folder of libraries.
fn applications(libraries: &Path, stage: &Path) -> Result<()> {
    let entries = fs::read_dir(libraries).with_context(|| format!("{}", libraries.display()))?;
    for entry in entries {
        let path = entry?.path();
        if !path.join("ebin").is_dir() {
            continue;
        }
        let name = path.file_name().unwrap_or_default();
        for part in ["ebin", "priv"] {
            let from = path.join(part);
            if from.is_dir() {
                copy(&from, &stage.join("lib").join(name).join(part))?;
            }
        }
    }
    Ok(())
}

/// Elixir's own libraries, which an Erlang/OTP installation does not have.
fn elixir(stage: &Path) -> Result<()> {
    let output = Command::new("elixir")
        .args(["-e", "IO.puts(:code.lib_dir(:elixir))"])
        .output()
        .context("elixir cannot be started: install it (apt-get install elixir)")?;
    let folder = PathBuf::from(String::from_utf8_lossy(&output.stdout).trim());
    for name in ["elixir", "logger", "eex"] {
        let ebin = folder.parent().unwrap_or(&folder).join(name).join("ebin");
        if ebin.is_dir() {
            copy(&ebin, &stage.join("lib").join(name).join("ebin"))?;
        }
    }
    Ok(())
}

/// Copies a folder; links are followed, so that nothing in a package points outside of it.
fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from).with_context(|| format!("{}", from.display()))? {
        let path = entry?.path();
        let target = to.join(path.file_name().unwrap_or_default());
        if path.is_dir() {
            copy(&path, &target)?;
        } else {
            fs::copy(&path, &target).with_context(|| format!("{}", path.display()))?;
        }
    }
    Ok(())
}

/// Takes out of `.beam` files what running them does not need: it names this machine's folders,
/// and would make the bytes depend on them.
fn strip(installed: &Installed, stage: &Path) -> Result<()> {
    let mut files = Vec::new();
    beams::files(stage, "beam", &mut files)?;
    strip_files(installed, &files)
}
