//! Packages: what a zip must be to be deployed, and where it lies unpacked.
//!
//! A package is checked whole before anything of it is kept, so that what a user did wrong is
//! said at deploy time. Unpacked packages are shared by all environments and never written to.

use std::fs;
use std::io::{self, Cursor, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::{Component, Path, PathBuf};

use zip::ZipArchive;

use crate::function::Runtime;

/// AWS: a package is at most 50 MB zipped when it is uploaded directly.
pub const ZIPPED_BYTES_MAX: usize = 50 * 1024 * 1024;

/// AWS: and at most 250 MB unzipped, layers included.
pub const UNZIPPED_BYTES_MAX: u64 = 250 * 1024 * 1024;

/// Files and folders of one package.
const ENTRIES_MAX: usize = 100_000;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the package is not a zip file that can be read: {0}")]
    NotAZip(String),
    #[error("the package's entry {0:?} leaves its folder")]
    Escapes(String),
    #[error("the package is larger than {UNZIPPED_BYTES_MAX} bytes unzipped")]
    TooLarge,
    #[error("the package has more than {ENTRIES_MAX} entries")]
    TooMany,
    #[error(
        "the handler {handler:?} is not of the form module:function; an Erlang handler names both"
    )]
    Handler { handler: String },
    #[error(
        "the handler's module {module} is not in the package: {module}.beam was looked for at the \
         top, under ebin/ and under lib/*/ebin/"
    )]
    NoModule { module: String },
    #[error("the package has no file bootstrap at its top, which a provided runtime starts")]
    NoBootstrap,
    #[error("the package's bootstrap is not executable: zip it with its mode, as in chmod +x")]
    NotExecutable,
    #[error("{path}: {source}")]
    Io {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
}

/// The module and function of an Erlang handler: `module:function`, or `module.function`.
pub fn handler(handler: &str) -> Result<(&str, &str), Error> {
    handler
        .split_once(':')
        .or_else(|| handler.rsplit_once('.'))
        .filter(|(module, function)| !module.is_empty() && !function.is_empty())
        .ok_or_else(|| Error::Handler { handler: handler.to_owned() })
}

/// A zip that was read and found in order.
pub struct Package<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
}

impl<'a> Package<'a> {
    /// Reads the directory of a zip and refuses what must not be unpacked.
    pub fn read(bytes: &'a [u8]) -> Result<Package<'a>, Error> {
        let bad = |error: zip::result::ZipError| Error::NotAZip(error.to_string());
        let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(bad)?;
        if archive.len() > ENTRIES_MAX {
            return Err(Error::TooMany);
        }
        let mut total = 0_u64;
        for at in 0..archive.len() {
            let entry = archive.by_index_raw(at).map_err(bad)?;
            within(&entry.name().map_err(bad)?)?;
            total = entry.size().saturating_add(total);
            if total > UNZIPPED_BYTES_MAX {
                return Err(Error::TooLarge);
            }
        }
        Ok(Package { archive })
    }

    /// Whether the package has what its runtime starts from; `layered`: it may come from a layer.
    pub fn check(&mut self, runtime: Runtime, handled: &str, layered: bool) -> Result<(), Error> {
        match runtime {
            Runtime::Provided => {
                let found = match self.archive.by_name("bootstrap") {
                    Ok(entry) => Some(entry.unix_mode().unwrap_or(0o644)),
                    Err(_) => None,
                };
                match found {
                    Some(mode) if mode & 0o111 == 0 => Err(Error::NotExecutable),
                    None if !layered => Err(Error::NoBootstrap),
                    _ => Ok(()),
                }
            }
            Runtime::Erlang => {
                let (module, _) = handler(handled)?;
                let file = format!("{module}.beam");
                let there = self.archive.file_names().any(|name| {
                    let Ok(name) = name else { return false };
                    let folders = name.strip_suffix(&file);
                    folders.is_some_and(|folders| {
                        folders.is_empty()
                            || folders == "ebin/"
                            || (folders.starts_with("lib/")
                                && folders.ends_with("/ebin/")
                                && folders.matches('/').count() == 3)
                    })
                });
                if there || layered {
                    return Ok(());
                }
                Err(Error::NoModule { module: module.to_owned() })
            }
        }
    }

    /// Unpacks everything into `folder`, which appears whole or not at all.
    pub fn unpack(&mut self, folder: &Path) -> Result<(), Error> {
        if folder.exists() {
            return Ok(());
        }
        let parent = folder.parent().expect("a folder of the data directory");
        let io = |source| Error::Io { path: folder.to_owned(), source };
        fs::create_dir_all(parent).map_err(io)?;
        let staging = tempfile::tempdir_in(parent).map_err(io)?;
        let mut left = UNZIPPED_BYTES_MAX;
        for at in 0..self.archive.len() {
            let mut entry =
                self.archive.by_index(at).map_err(|error| Error::NotAZip(error.to_string()))?;
            let name = entry.name().map_err(|e| Error::NotAZip(e.to_string()))?.into_owned();
            let path = staging.path().join(within(&name)?);
            if entry.is_dir() {
                fs::create_dir_all(&path).map_err(io)?;
                continue;
            }
            if let Some(parent) = path.parent() {
                fs::create_dir_all(parent).map_err(io)?;
            }
            if entry.is_symlink() {
                let mut target = String::new();
                entry.read_to_string(&mut target).map_err(io)?;
                // Relative to its own folder, and never above the package.
                let base = Path::new(&name).parent().unwrap_or(Path::new(""));
                within(&base.join(&target).to_string_lossy())?;
                std::os::unix::fs::symlink(target, &path).map_err(io)?;
                continue;
            }
            let mode = entry.unix_mode().unwrap_or(0o644);
            let mut file = fs::File::create(&path).map_err(io)?;
            // What the directory says of sizes is a claim.
            let copied = io::copy(&mut entry.by_ref().take(left + 1), &mut file)
                .map_err(|error| Error::NotAZip(error.to_string()))?;
            left = left.checked_sub(copied).ok_or(Error::TooLarge)?;
            let mode = if mode & 0o111 == 0 { 0o644 } else { 0o755 };
            file.set_permissions(fs::Permissions::from_mode(mode)).map_err(io)?;
        }
        let staged = staging.keep();
        fs::set_permissions(&staged, fs::Permissions::from_mode(0o755)).map_err(io)?;
        match fs::rename(&staged, folder) {
            // Another deploy of the same bytes was quicker.
            Err(_) if folder.exists() => fs::remove_dir_all(&staged).map_err(io),
            result => result.map_err(io),
        }
    }
}

/// The path of an entry, if it stays in its folder.
fn within(name: &str) -> Result<PathBuf, Error> {
    let mut depth = 0i32;
    let mut path = PathBuf::new();
    for component in Path::new(name).components() {
        match component {
            Component::Normal(part) => {
                depth += 1;
                path.push(part);
            }
            Component::CurDir => {}
            Component::ParentDir if depth > 0 => {
                depth -= 1;
                path.pop();
            }
            _ => return Err(Error::Escapes(name.to_owned())),
        }
    }
    if name.contains('\0') || name.contains('\\') {
        return Err(Error::Escapes(name.to_owned()));
    }
    Ok(path)
}

/// Hard-links the files below `from` into `to`, file by file; folders are made.
pub fn link_tree(from: &Path, to: &Path) -> io::Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            match fs::create_dir(&target) {
                Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
                _ => {}
            }
            link_tree(&entry.path(), &target)?;
        } else {
            match fs::hard_link(entry.path(), &target) {
                // A later layer covers an earlier one.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                    fs::remove_file(&target)?;
                    fs::hard_link(entry.path(), &target)?;
                }
                result => result?,
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;
    use zip::write::SimpleFileOptions;

    fn zipped(entries: &[(&str, u32, &str)]) -> Vec<u8> {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, mode, text) in entries {
            let options = SimpleFileOptions::default().unix_permissions(*mode);
            writer.start_file(*name, options).unwrap();
            writer.write_all(text.as_bytes()).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    #[test]
    fn a_module_is_found_where_packages_have_it() {
        for path in ["hello.beam", "ebin/hello.beam", "lib/hello-1.0/ebin/hello.beam"] {
            let bytes = zipped(&[(path, 0o644, "x")]);
            let mut package = Package::read(&bytes).unwrap();
            package.check(Runtime::Erlang, "hello:handle", false).unwrap();
            package.check(Runtime::Erlang, "hello.handle", false).unwrap();
            let missing = package.check(Runtime::Erlang, "other:handle", false);
            assert!(matches!(missing, Err(Error::NoModule { module }) if module == "other"));
        }
        let bytes = zipped(&[("src/hello.beam", 0o644, "x"), ("xhello.beam", 0o644, "x")]);
        assert!(
            Package::read(&bytes).unwrap().check(Runtime::Erlang, "hello:handle", false).is_err()
        );
    }

    #[test]
    fn a_bootstrap_must_be_executable() {
        let check = |mode| {
            let bytes = zipped(&[("bootstrap", mode, "#!/bin/sh")]);
            Package::read(&bytes).unwrap().check(Runtime::Provided, "x", false)
        };
        check(0o755).unwrap();
        assert!(matches!(check(0o644), Err(Error::NotExecutable)));
    }

    #[test]
    fn a_path_that_leaves_its_folder_is_refused() {
        for name in ["../x", "/etc/passwd", "a/../../x", "a\\..\\x"] {
            let bytes = zipped(&[(name, 0o644, "x")]);
            assert!(matches!(Package::read(&bytes), Err(Error::Escapes(_))), "{name}");
        }
    }

    #[test]
    fn bytes_that_are_no_zip_are_refused() {
        assert!(matches!(Package::read(b"PK nonsense"), Err(Error::NotAZip(_))));
        let mut bytes = zipped(&[("a", 0o644, "text")]);
        bytes.truncate(bytes.len() - 10);
        assert!(Package::read(&bytes).is_err());
    }

    #[test]
    fn unpacking_keeps_modes_and_makes_folders() {
        let folder = tempfile::tempdir().unwrap();
        let bytes = zipped(&[("bin/run", 0o755, "x"), ("text", 0o600, "y")]);
        let to = folder.path().join("code");
        Package::read(&bytes).unwrap().unpack(&to).unwrap();
        let mode = |name| fs::metadata(to.join(name)).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode("bin/run"), mode("text")), (0o755, 0o644));
    }
}
