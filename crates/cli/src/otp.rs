//! The installed Erlang/OTP, and Beamlet's runtime client compiled for it.
//!
//! The client's source is part of the binary; it is compiled once for each OTP release and each
//! version of the source, into a folder named by both.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use anyhow::{Context, Result, bail};
use beamlet_platform::process::Otp;
use sha2::{Digest, Sha256};

/// The files of `erlang/src`.
pub const CLIENT: &[(&str, &str)] = &[
    ("beamlet_error.erl", include_str!("../../../erlang/src/beamlet_error.erl")),
    ("beamlet_function.erl", include_str!("../../../erlang/src/beamlet_function.erl")),
    ("beamlet_http.erl", include_str!("../../../erlang/src/beamlet_http.erl")),
    ("beamlet_json.erl", include_str!("../../../erlang/src/beamlet_json.erl")),
    ("beamlet_runtime.erl", include_str!("../../../erlang/src/beamlet_runtime.erl")),
];

/// The application file of the client.
pub const CLIENT_APP: &str = include_str!("../../../erlang/src/beamlet.app.src");

/// How to get what is missing, for messages.
pub const INSTALL: &str = "install Erlang/OTP 25 or later (on Debian: apt-get install erlang-base)";

/// An installation, as `erl` describes itself.
#[derive(Clone, Debug)]
pub struct Installed {
    pub root: PathBuf,
    pub release: String,
    pub erts: String,
}

/// The `erl` on the path; asked once, since asking it takes as long as a build.
pub fn installed() -> Result<Installed> {
    static FOUND: OnceLock<Installed> = OnceLock::new();
    if let Some(found) = FOUND.get() {
        return Ok(found.clone());
    }
    let found = find(None)?;
    Ok(FOUND.get_or_init(|| found).clone())
}

/// Asks the `erl` on the path, or the one at `erl`, what it is.
pub fn find(erl: Option<&Path>) -> Result<Installed> {
    let program = erl.unwrap_or(Path::new("erl"));
    let asked = "io:format(\"~ts~n~ts~n~ts~n\", [code:root_dir(), \
                 erlang:system_info(otp_release), erlang:system_info(version)]), halt().";
    let output = Command::new(program)
        .args(["-noshell", "-noinput", "-eval", asked])
        .output()
        .with_context(|| format!("{} cannot be started: {INSTALL}", program.display()))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut lines = text.lines();
    match (lines.next(), lines.next(), lines.next()) {
        (Some(root), Some(release), Some(erts)) => {
            Ok(Installed { root: root.into(), release: release.to_owned(), erts: erts.to_owned() })
        }
        _ => bail!("{} did not say where it is installed: {text}", program.display()),
    }
}

/// Where OTP is installed, found by where `erl` is, without starting it.
pub fn root() -> Result<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    for folder in std::env::split_paths(&path) {
        // .../bin/erl, or a link to it.
        let Ok(erl) = folder.join("erl").canonicalize() else { continue };
        if let Some(root) = erl.parent().and_then(Path::parent)
            && root.join("lib").is_dir()
            && root.join("bin/start_clean.boot").exists()
        {
            return Ok(root.to_owned());
        }
    }
    // Installed in some other way, it knows itself.
    installed().map(|installed| installed.root)
}

/// Where compiled clients are kept between builds.
pub fn cache() -> Result<PathBuf> {
    let base = std::env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .or_else(|| std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache")));
    Ok(base.unwrap_or_else(std::env::temp_dir).join("beamlet"))
}

impl Installed {
    /// `erlc` of this installation.
    pub fn erlc(&self) -> Command {
        let mut command = Command::new(self.binaries().join("erlc"));
        // The program looks for its emulator beside itself, or here.
        command.env("ERLC_EMULATOR", self.root.join("bin/erl"));
        command
    }

    pub fn binaries(&self) -> PathBuf {
        self.root.join(format!("erts-{}/bin", self.erts))
    }

    /// Compiles the client below `folder`, unless it is there, and returns its `ebin`.
    pub fn compile_client(&self, folder: &Path) -> Result<PathBuf> {
        let mut hash = Sha256::new();
        hash.update(&self.release);
        for (name, source) in CLIENT {
            hash.update(name);
            hash.update(source);
        }
        let digest = hex::encode(hash.finalize());
        let target = folder.join(format!("otp{}-{}/beamlet", self.release, &digest[..16]));
        let ebin = target.join("ebin");
        if ebin.exists() {
            return Ok(ebin);
        }
        let folder = target.parent().expect("it was joined");
        fs::create_dir_all(folder).with_context(|| format!("{}", folder.display()))?;
        let staging = tempfile::tempdir_in(folder)?;
        let source = staging.path().join("src");
        let staged = staging.path().join("ebin");
        fs::create_dir(&source)?;
        fs::create_dir(&staged)?;
        for (name, text) in CLIENT {
            fs::write(source.join(name), text)?;
        }
        let output = self
            .erlc()
            .args(["+deterministic", "-o"])
            .arg(&staged)
            .args(CLIENT.iter().map(|(name, _)| source.join(name)))
            .output()
            .context("erlc cannot be started")?;
        if !output.status.success() {
            bail!(
                "Beamlet's runtime client does not compile with OTP {}: {}{}",
                self.release,
                String::from_utf8_lossy(&output.stdout),
                String::from_utf8_lossy(&output.stderr)
            );
        }
        fs::write(staged.join("beamlet.app"), CLIENT_APP)?;
        let staged = staging.keep();
        fs::set_permissions(&staged, fs::Permissions::from_mode(0o755))?;
        match fs::rename(&staged, &target) {
            // Somebody else was quicker.
            Err(_) if ebin.exists() => fs::remove_dir_all(&staged)?,
            result => result?,
        }
        Ok(ebin)
    }

    /// What the server needs to start nodes.
    pub fn for_server(&self, data: &Path) -> Result<Otp> {
        let client = self.compile_client(&data.join("runtime"))?;
        Ok(Otp {
            root: self.root.clone(),
            binaries: self.binaries(),
            release: self.release.clone(),
            client: client.canonicalize()?,
        })
    }
}
