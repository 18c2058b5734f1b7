//! `.beam` files: finding them, and taking out of them what running them does not need.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::otp::Installed;

/// The files below a folder with this ending: `beam`, `app`.
pub fn files(folder: &Path, ending: &str, found: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            files(&path, ending, found)?;
        } else if path.extension().is_some_and(|own| own == ending) {
            found.push(path);
        }
    }
    Ok(())
}

/// Strips files in place, in one run of `erl`. They are left uncompressed: the zip compresses
/// them better, and a compressed one has its time in it.
pub fn strip_files(installed: &Installed, files: &[PathBuf]) -> Result<()> {
    let list = tempfile::NamedTempFile::new()?;
    let names: Vec<String> = files.iter().map(|path| path.display().to_string()).collect();
    fs::write(list.path(), names.join("\n"))?;
    let script = format!(
        "{{ok, List}} = file:read_file(\"{}\"), \
         lists:foreach(fun(Name) -> \
             {{ok, Beam}} = file:read_file(Name), \
             {{ok, {{_, Stripped}}}} = beam_lib:strip(Beam), \
             Plain = case Stripped of <<\"FOR1\", _/binary>> -> Stripped; \
                 _ -> zlib:gunzip(Stripped) end, \
             ok = file:write_file(Name, Plain) end, \
         binary:split(List, <<\"\\n\">>, [global, trim_all])), halt().",
        list.path().display()
    );
    let output = Command::new(installed.root.join("bin/erl"))
        .args(["-noshell", "-noinput", "-eval", &script])
        .output()
        .context("erl cannot be started")?;
    if !output.status.success() {
        bail!("a .beam file cannot be stripped: {}", String::from_utf8_lossy(&output.stdout));
    }
    Ok(())
}
