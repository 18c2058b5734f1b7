//! Compiled modules on disk, under the hash of their bytes and of everything else that machine code
//! depends on. A file is written aside and renamed; what cannot be read is made again.

use std::path::PathBuf;

use anyhow::Result;
use beamlet_code::Compiler;
use beamlet_code::artifact::Artifact;
use beamlet_code::artifact::file::{self, Key};
use beamlet_vm::bif::Bifs;

pub struct Cache {
    folder: PathBuf,
    /// Names the compiler and its settings.
    fingerprint: String,
    /// Names and arities of what the runtime has itself.
    natives: Vec<(String, u8)>,
}

impl Cache {
    pub fn new(compiler: &dyn Compiler, natives: &Bifs) -> Result<Cache> {
        let natives = natives.rows();
        Ok(Cache {
            folder: crate::otp::cache()?.join("code"),
            fingerprint: format!("{} {}", env!("CARGO_PKG_VERSION"), compiler.fingerprint()),
            natives: natives
                .map(|(_, row)| (format!("{}:{}", row.module, row.name), row.arity))
                .collect(),
        })
    }

    pub fn key(&self, beam: &[u8]) -> Key {
        let natives = self.natives.iter().map(|(name, arity)| (name.as_str(), *arity));
        Key::of(beam, &self.fingerprint, natives)
    }

    fn path(&self, key: &Key) -> PathBuf {
        let name = key.hex();
        self.folder.join(&name[..2]).join(&name[2..])
    }

    pub fn get(&self, key: &Key) -> Option<Artifact> {
        let bytes = std::fs::read(self.path(key)).ok()?;
        file::decode(&bytes, key).ok()
    }

    /// A cache that cannot be written to is slow, not wrong: errors are left alone.
    pub fn put(&self, key: &Key, artifact: &Artifact) {
        use std::io::Write;
        use std::os::unix::fs::DirBuilderExt;
        let path = self.path(key);
        let Some(folder) = path.parent() else { return };
        let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder);
        if made.is_err() {
            return;
        }
        let Ok(mut aside) = tempfile::NamedTempFile::new_in(folder) else { return };
        if aside.write_all(&file::encode(artifact, key)).is_ok() {
            let _ = aside.persist(path);
        }
    }
}
