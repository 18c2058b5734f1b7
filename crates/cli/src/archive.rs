//! Zips whose bytes depend on nothing but what is in them.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use anyhow::{Context, Result};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// Files on their way into a zip, by name.
#[derive(Default)]
pub struct Archive {
    files: BTreeMap<String, (Vec<u8>, Mode)>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    Plain,
    Executable,
}

impl Archive {
    pub fn add(&mut self, name: impl Into<String>, bytes: impl Into<Vec<u8>>, mode: Mode) {
        self.files.insert(name.into(), (bytes.into(), mode));
    }

    /// Adds a file under a name, with its own mode.
    pub fn add_file(&mut self, name: impl Into<String>, path: &Path) -> Result<()> {
        let bytes = fs::read(path).with_context(|| format!("{}", path.display()))?;
        let executable = fs::metadata(path)?.permissions().mode() & 0o111 != 0;
        let mode = if executable { Mode::Executable } else { Mode::Plain };
        self.add(name, bytes, mode);
        Ok(())
    }

    /// Adds the files below a folder; links are followed.
    pub fn add_folder(&mut self, prefix: &str, folder: &Path) -> Result<()> {
        let entries = fs::read_dir(folder).with_context(|| format!("{}", folder.display()))?;
        for entry in entries {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let name = if prefix.is_empty() { name } else { format!("{prefix}/{name}") };
            if path.is_dir() {
                self.add_folder(&name, &path)?;
            } else {
                self.add_file(name, &path)?;
            }
        }
        Ok(())
    }

    /// The zip: in the order of names, all of one time.
    pub fn finish(self) -> Result<Vec<u8>> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, (bytes, mode)) in self.files {
            let options = SimpleFileOptions::default()
                .compression_method(CompressionMethod::Deflated)
                .compression_level(Some(9))
                .last_modified_time(DateTime::default())
                .unix_permissions(if mode == Mode::Executable { 0o755 } else { 0o644 });
            writer.start_file(name, options)?;
            writer.write_all(&bytes)?;
        }
        Ok(writer.finish()?.into_inner())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bytes_depend_on_the_content_alone() {
        let make = |order: [&str; 2]| {
            let mut archive = Archive::default();
            for name in order {
                archive.add(name, name.as_bytes(), Mode::Plain);
            }
            archive.finish().unwrap()
        };
        assert_eq!(make(["a", "b/c"]), make(["b/c", "a"]));
    }
}
