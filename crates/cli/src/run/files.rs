//! The files that an isolate sees: OTP's installation and the folders of `--path`, to read; those
//! of `--allow-files`, to read and write. Nothing else is there.

use std::path::{Component, Path, PathBuf};

use beamlet_vm::bif::io_error;
use beamlet_vm::host::{FileError, FileInfo, Files, Links};

/// Bytes of a file that is read whole, at most.
const FILE_BYTES_MAX: u64 = 1 << 30;

pub struct Root {
    /// Real paths of folders.
    readable: Vec<PathBuf>,
    writable: Vec<PathBuf>,
    working: PathBuf,
}

impl Root {
    pub fn new(readable: Vec<PathBuf>, writable: Vec<PathBuf>) -> Root {
        let working = std::env::current_dir().unwrap_or_else(|_| PathBuf::from("/"));
        Root { readable, writable, working }
    }

    fn absolute(&self, path: &Path) -> PathBuf {
        self.working.join(path)
    }

    fn within(folders: &[PathBuf], path: &Path) -> bool {
        folders.iter().any(|folder| path.starts_with(folder))
    }

    /// The real path, if it lies in a folder that may be read. What is outside is not there.
    fn real(&self, path: &Path) -> Result<PathBuf, FileError> {
        let real = self.absolute(path).canonicalize().map_err(|error| {
            // Whether it is there outside of what may be read is nobody's business.
            match io_error(&error) {
                FileError("enotdir") => FileError("enotdir"),
                _ => FileError("enoent"),
            }
        })?;
        if Self::within(&self.readable, &real) || Self::within(&self.writable, &real) {
            Ok(real)
        } else {
            Err(FileError("enoent"))
        }
    }
}

impl Files for Root {
    fn read(&self, path: &Path) -> Result<Vec<u8>, FileError> {
        let real = self.real(path)?;
        let metadata = std::fs::metadata(&real).map_err(|error| io_error(&error))?;
        if metadata.is_dir() {
            return Err(FileError("eisdir"));
        }
        if metadata.len() > FILE_BYTES_MAX {
            return Err(FileError("efbig"));
        }
        std::fs::read(&real).map_err(|error| io_error(&error))
    }

    fn list(&self, path: &Path) -> Result<Vec<PathBuf>, FileError> {
        let entries = std::fs::read_dir(self.real(path)?).map_err(|error| io_error(&error))?;
        Ok(entries.flatten().map(|entry| PathBuf::from(entry.file_name())).collect())
    }

    fn info(&self, path: &Path, links: Links) -> Result<FileInfo, FileError> {
        let real = match links {
            Links::Follow => self.real(path)?,
            Links::Show => {
                let path = self.absolute(path);
                match (path.parent(), path.file_name()) {
                    (Some(parent), Some(name)) => self.real(parent).map(|parent| parent.join(name)),
                    _ => self.real(&path),
                }
                .or_else(|_| self.real(&path))?
            }
        };
        let metadata = match links {
            Links::Follow => std::fs::metadata(real),
            Links::Show => std::fs::symlink_metadata(real),
        };
        metadata.map(|metadata| FileInfo::of(&metadata)).map_err(|error| io_error(&error))
    }

    fn read_link(&self, path: &Path) -> Result<PathBuf, FileError> {
        self.info(path, Links::Show)?;
        std::fs::read_link(self.absolute(path)).map_err(|error| io_error(&error))
    }

    fn working_folder(&self) -> PathBuf {
        self.working.clone()
    }

    fn writable(&self, path: &Path) -> Result<PathBuf, FileError> {
        let path = self.absolute(path);
        if path.components().any(|part| part == Component::ParentDir) {
            return Err(FileError("eacces"));
        }
        let real = match path.canonicalize() {
            Ok(real) => real,
            Err(_) => {
                // A file that is to be made: its folder is there.
                let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else {
                    return Err(FileError("enoent"));
                };
                parent.canonicalize().map_err(|error| io_error(&error))?.join(name)
            }
        };
        if Self::within(&self.writable, &real) { Ok(real) } else { Err(FileError("eacces")) }
    }
}
