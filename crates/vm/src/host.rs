//! What an isolate reaches of the machine: nothing but what its host hands it.

use std::path::PathBuf;

/// Kinds of files, as the file natives tell them apart.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FileKind {
    Regular,
    Directory,
    Symlink,
    Other,
}

#[derive(Clone, Debug)]
pub struct FileInfo {
    pub size: u64,
    pub kind: FileKind,
    /// Seconds since 1970.
    pub accessed: i64,
    pub modified: i64,
    pub changed: i64,
    pub mode: u32,
    pub links: u32,
    pub inode: u64,
    pub uid: u32,
    pub gid: u32,
}

/// Errors of files, by the POSIX names that Erlang's `file` uses (`enoent`, `eacces`, ...).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FileError(pub &'static str);

/// Where an isolate reads its files: a virtual root, read-only but for folders that were allowed.
pub trait Files {
    fn read(&self, path: &std::path::Path) -> Result<Vec<u8>, FileError>;
    fn list(&self, path: &std::path::Path) -> Result<Vec<PathBuf>, FileError>;
    /// `follow_links`: as `stat`, else as `lstat`.
    fn info(&self, path: &std::path::Path, links: Links) -> Result<FileInfo, FileError>;
    fn read_link(&self, path: &std::path::Path) -> Result<PathBuf, FileError>;
    fn working_folder(&self) -> PathBuf;
    /// May the file be changed? If so, its real path: the natives then work on it directly.
    fn writable(&self, path: &std::path::Path) -> Result<PathBuf, FileError>;
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Links {
    Follow,
    Show,
}

/// The host of an isolate.
pub trait Host {
    /// Nanoseconds on a clock that never goes back.
    fn monotonic_ns(&self) -> u64;
    /// Nanoseconds since 1970.
    fn system_ns(&self) -> i64;
    /// CPU time of the thread that runs the isolate, in nanoseconds.
    fn cpu_ns(&self) -> u64;
    /// Random bytes fit for keys.
    fn entropy(&self, bytes: &mut [u8]);
    /// What the isolate writes to its standard output.
    fn output(&mut self, bytes: &[u8]);
    /// A line for the log of the host (standard error of a program).
    fn log(&mut self, text: &str);
    fn files(&self) -> &dyn Files;
    /// Environment variables that the isolate sees.
    fn environment(&self) -> Vec<(String, String)>;
    /// Verified and compiled code of a module's bytes: from a cache, or made now.
    fn artifact(&self, beam: &[u8]) -> Result<beamlet_code::artifact::Artifact, CodeError>;
    /// The difference of local time to UTC at a time, in seconds.
    fn utc_offset_s(&self, system_s: i64) -> i32;
}

/// Why a module's bytes did not become code.
#[derive(Clone, Debug, thiserror::Error)]
pub enum CodeError {
    /// No `.beam` file, or a broken one.
    #[error("{0}")]
    Unreadable(String),
    /// Verified, and refused.
    #[error("{0}")]
    Refused(String),
}

impl FileInfo {
    pub fn of(metadata: &std::fs::Metadata) -> FileInfo {
        use std::os::unix::fs::MetadataExt;
        let kind = metadata.file_type();
        FileInfo {
            size: metadata.len(),
            kind: if kind.is_file() {
                FileKind::Regular
            } else if kind.is_dir() {
                FileKind::Directory
            } else if kind.is_symlink() {
                FileKind::Symlink
            } else {
                FileKind::Other
            },
            accessed: metadata.atime(),
            modified: metadata.mtime(),
            changed: metadata.ctime(),
            mode: metadata.mode(),
            links: metadata.nlink() as u32,
            inode: metadata.ino(),
            uid: metadata.uid(),
            gid: metadata.gid(),
        }
    }
}
