//! What a package for AWS Lambda carries beside its code: `bootstrap`, the runtime client, and
//! the part of Erlang/OTP that it needs, stripped.
//!
//! ```text
//!  bootstrap            starts otp/erts-*/bin/erlexec
//!  otp/beamlet/ebin     the runtime client
//!  otp/bin, otp/erts-*  the boot file and the emulator
//!  otp/lib/APP-*        kernel, stdlib, and what the code's applications name
//!  otp/so               shared libraries that Amazon Linux does not have
//! ```

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::archive::{Archive, Mode};
use crate::beams::{self, strip_files};
use crate::otp::{Installed, cache};

/// Programs of the emulator that a node without distribution and ports to the shell needs.
const PROGRAMS: &[&str] = &["beam.smp", "erlexec", "erl_child_setup", "inet_gethost"];

/// Shared libraries that every Amazon Linux has (glibc's).
const PRESENT: &[&str] = &[
    "libc.so.6",
    "libm.so.6",
    "libdl.so.2",
    "libpthread.so.0",
    "librt.so.1",
    "libutil.so.1",
    "ld-linux-x86-64.so.2",
    "ld-linux-aarch64.so.1",
];

/// Adds all of it to a package whose code lies in `stage`.
pub fn add(archive: &mut Archive, installed: &Installed, stage: &Path) -> Result<()> {
    let staging = tempfile::tempdir()?;
    let root = staging.path().join("otp");
    let programs = root.join(format!("erts-{}/bin", installed.erts));
    fs::create_dir_all(&programs)?;
    let mut shared = BTreeSet::new();
    for program in PROGRAMS {
        let from = installed.binaries().join(program);
        if !from.exists() {
            continue;
        }
        fs::copy(&from, programs.join(program)).with_context(|| format!("{}", from.display()))?;
        shared_libraries(&from, &mut shared)?;
    }
    fs::create_dir_all(root.join("bin"))?;
    for boot in ["start_clean.boot", "no_dot_erlang.boot"] {
        let from = installed.root.join("bin").join(boot);
        if from.exists() {
            fs::copy(&from, root.join("bin").join(boot))?;
        }
    }
    for (name, folder) in applications(installed, stage)? {
        let to = root.join("lib").join(name);
        copy_application(&folder, &to, &mut shared)?;
    }
    let client = installed.compile_client(&cache()?)?;
    let to = root.join("beamlet/ebin");
    fs::create_dir_all(&to)?;
    for entry in fs::read_dir(&client)? {
        let path = entry?.path();
        fs::copy(&path, to.join(path.file_name().unwrap_or_default()))?;
    }
    for library in shared {
        fs::create_dir_all(root.join("so"))?;
        let name = library.file_name().unwrap_or_default().to_owned();
        fs::copy(&library, root.join("so").join(name))?;
    }
    let mut files = Vec::new();
    beams::files(&root, "beam", &mut files)?;
    strip_files(installed, &files)?;
    archive.add_folder("otp", &root)?;
    archive.add("bootstrap", bootstrap(installed), Mode::Executable);
    Ok(())
}

/// The script that AWS starts. One scheduler, since a function has a part of a core below
/// 1,769 MB, and no busy waiting.
fn bootstrap(installed: &Installed) -> String {
    format!(
        "#!/bin/sh\n\
         # Starts the Erlang/OTP in this package with Beamlet's runtime client.\n\
         export ROOTDIR=\"$LAMBDA_TASK_ROOT/otp\"\n\
         export BINDIR=\"$ROOTDIR/erts-{erts}/bin\" EMU=beam PROGNAME=erl\n\
         export LD_LIBRARY_PATH=\"$ROOTDIR/so:$LD_LIBRARY_PATH\"\n\
         export HOME=\"${{HOME:-/tmp}}\" ERL_CRASH_DUMP_SECONDS=0\n\
         cd \"$LAMBDA_TASK_ROOT\"\n\
         [ -f vm.args ] && set -- -args_file vm.args\n\
         exec \"$BINDIR/erlexec\" +S 1:1 +SDcpu 1:1 +SDio 1 +A 1 +sbwt none +sbwtdcpu none \\\n\
         \x20 +sbwtdio none -noshell -noinput -boot \"$ROOTDIR/bin/start_clean\" \\\n\
         \x20 -pa \"$ROOTDIR/beamlet/ebin\" \"$@\" -s beamlet_runtime main\n",
        erts = installed.erts
    )
}

/// The applications of OTP that the code's `.app` files name, with what those need.
fn applications(installed: &Installed, stage: &Path) -> Result<Vec<(String, PathBuf)>> {
    let mut wanted: Vec<String> = vec!["kernel".into(), "stdlib".into()];
    let mut own = Vec::new();
    beams::files(stage, "app", &mut own)?;
    for file in &own {
        wanted.extend(needs(file)?);
    }
    let mut found: Vec<(String, PathBuf)> = Vec::new();
    let mut seen = BTreeSet::new();
    while let Some(name) = wanted.pop() {
        if !seen.insert(name.clone()) || own.iter().any(|file| is_app(file, &name)) {
            continue;
        }
        let prefix = format!("{name}-");
        let library = fs::read_dir(installed.root.join("lib"))?
            .flatten()
            .find(|entry| entry.file_name().to_string_lossy().starts_with(&prefix));
        let Some(library) = library else {
            bail!("the code needs the application {name}, which this Erlang/OTP does not have");
        };
        let folder = library.path();
        wanted.extend(needs(&folder.join(format!("ebin/{name}.app")))?);
        found.push((library.file_name().to_string_lossy().into_owned(), folder));
    }
    Ok(found)
}

fn is_app(file: &Path, name: &str) -> bool {
    file.file_stem().is_some_and(|stem| stem == name)
}

/// The names in `{applications, […]}` of an application file.
fn needs(file: &Path) -> Result<Vec<String>> {
    let text = fs::read_to_string(file).with_context(|| format!("{}", file.display()))?;
    let list = regex::Regex::new(r"(?s)\{\s*applications\s*,\s*\[(.*?)\]").expect("it is one");
    let names = list.captures(&text).map(|found| found[1].to_owned()).unwrap_or_default();
    let names = names.split(',').map(|name| name.trim().trim_matches('\'').to_owned());
    Ok(names.filter(|name| !name.is_empty()).collect())
}

/// An application's `ebin` and what `priv` has of native code.
fn copy_application(from: &Path, to: &Path, shared: &mut BTreeSet<PathBuf>) -> Result<()> {
    let ebin = to.join("ebin");
    fs::create_dir_all(&ebin)?;
    for entry in fs::read_dir(from.join("ebin"))? {
        let path = entry?.path();
        let ending = path.extension().and_then(|ending| ending.to_str());
        if matches!(ending, Some("beam" | "app")) {
            fs::copy(&path, ebin.join(path.file_name().unwrap_or_default()))?;
        }
    }
    let native = from.join("priv/lib");
    if native.is_dir() {
        let target = to.join("priv/lib");
        fs::create_dir_all(&target)?;
        for entry in fs::read_dir(&native)? {
            let path = entry?.path();
            if path.extension().is_some_and(|ending| ending == "so") {
                fs::copy(&path, target.join(path.file_name().unwrap_or_default()))?;
                shared_libraries(&path, shared)?;
            }
        }
    }
    Ok(())
}

/// The shared libraries of a program that Amazon Linux may not have.
fn shared_libraries(program: &Path, found: &mut BTreeSet<PathBuf>) -> Result<()> {
    let output = Command::new("ldd").arg(program).output().context("ldd cannot be started")?;
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let Some((name, rest)) = line.trim().split_once(" => ") else { continue };
        let path = rest.split_whitespace().next().unwrap_or_default();
        if !PRESENT.contains(&name) && path.starts_with('/') {
            found.insert(PathBuf::from(path));
        }
    }
    Ok(())
}
