//! The natives of OTP's `prim_file`, over the host's virtual root: files are read whole when they
//! are opened; only what the host allows is ever written.

use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use crate::atoms::Atom;
use crate::call::{BADARG, Call, Leave};
use crate::host::{FileError, FileInfo, FileKind, Links};
use crate::term::{Term, View};
use crate::work::{Done, INTEGER_WORDS_64, binary_words};

use super::{Row, row};

pub const ROWS: &[Row] = &[
    row("prim_file", "internal_name2native", 1, name_to_native),
    row("prim_file", "internal_native2name", 1, native_to_name),
    row("prim_file", "internal_normalize_utf8", 1, normalize),
    row("prim_file", "is_translatable", 1, |_| Ok(Term::boolean(true).done())),
    row("prim_file", "read_file_nif", 1, read_file),
    row("prim_file", "list_dir_nif", 1, list_dir),
    row("prim_file", "read_info_nif", 2, read_info),
    row("prim_file", "read_handle_info_nif", 1, read_handle_info),
    row("prim_file", "read_link_nif", 1, read_link),
    row("prim_file", "get_cwd_nif", 0, get_cwd),
    row("prim_file", "get_device_cwd_nif", 1, |call| failed(call, FileError("enotsup"))),
    row("prim_file", "set_cwd_nif", 1, |call| failed(call, FileError("eacces"))),
    row("prim_file", "altname_nif", 1, |call| failed(call, FileError("enotsup"))),
    row("prim_file", "open_nif", 2, open),
    row("prim_file", "close_nif", 1, close),
    row("prim_file", "delayed_close_nif", 1, close),
    row("prim_file", "read_nif", 2, read),
    row("prim_file", "pread_nif", 3, pread),
    row("prim_file", "write_nif", 2, write),
    row("prim_file", "pwrite_nif", 3, pwrite),
    row("prim_file", "seek_nif", 3, seek),
    row("prim_file", "truncate_nif", 1, truncate),
    row("prim_file", "sync_nif", 2, sync),
    row("prim_file", "advise_nif", 4, |_| Ok(Term::atom(Atom::OK).done())),
    row("prim_file", "allocate_nif", 3, |call| failed(call, FileError("enotsup"))),
    row("prim_file", "get_handle_nif", 1, |call| failed(call, FileError("enotsup"))),
    row("prim_file", "file_desc_to_ref_nif", 1, |call| failed(call, FileError("enotsup"))),
    row("prim_file", "ipread_s32bu_p32bu_nif", 3, ipread),
    row("prim_file", "make_dir_nif", 1, |call| change(call, |path| std::fs::create_dir(path))),
    row("prim_file", "del_file_nif", 1, |call| change(call, |path| std::fs::remove_file(path))),
    row("prim_file", "del_dir_nif", 1, |call| change(call, |path| std::fs::remove_dir(path))),
    row("prim_file", "rename_nif", 2, |call| {
        change_two(call, |from, to| std::fs::rename(from, to))
    }),
    row("prim_file", "make_hard_link_nif", 2, |call| {
        change_two(call, |from, to| std::fs::hard_link(from, to))
    }),
    row("prim_file", "make_soft_link_nif", 2, |call| {
        // A link could lead out of what was allowed.
        failed(call, FileError("eperm"))
    }),
    row("prim_file", "set_permissions_nif", 2, set_permissions),
    row("prim_file", "set_owner_nif", 3, |call| failed(call, FileError("eperm"))),
    row("prim_file", "set_time_nif", 4, |call| {
        change(call, |path| std::fs::metadata(path).map(drop))
    }),
];

/// Bytes of a name, at most.
const NAME_BYTES_MAX: usize = 4096;
/// Bytes that one read returns, at most.
const READ_BYTES_MAX: usize = 1 << 30;

/// A file that a program has opened.
enum OpenFile {
    /// Read whole; a file of the virtual root.
    Contents {
        bytes: Vec<u8>,
        position: usize,
        info: FileInfo,
    },
    /// In a folder that the host allows.
    Real(std::fs::File),
    Closed,
}

fn failed(call: &mut Call, error: FileError) -> Result<Done, Leave> {
    let reason = call.intern(error.0);
    Ok(call.reserve(3).tuple(&[Term::atom(Atom::ERROR), Term::atom(reason)]).done())
}

/// The POSIX name of an error of the operating system.
pub fn io_error(error: &std::io::Error) -> FileError {
    use std::io::ErrorKind::*;
    FileError(match error.kind() {
        NotFound => "enoent",
        PermissionDenied => "eacces",
        AlreadyExists => "eexist",
        NotADirectory => "enotdir",
        IsADirectory => "eisdir",
        DirectoryNotEmpty => "eexist",
        StorageFull => "enospc",
        ReadOnlyFilesystem => "erofs",
        InvalidInput => "einval",
        CrossesDevices => "exdev",
        _ => "eio",
    })
}

fn posix(result: std::io::Result<()>) -> Result<(), FileError> {
    result.map_err(|error| io_error(&error))
}

/// A name as it comes from Erlang: characters, nested lists of them, an atom, or bytes; then a zero.
fn name_to_native(call: &mut Call) -> Result<Done, Leave> {
    let mut bytes = Vec::new();
    if let Some(bits) = call.arg(0).as_bits() {
        bytes.extend_from_slice(&bits.to_bytes().ok_or(BADARG)?);
    } else {
        let mut stack = vec![call.arg(0)];
        while let Some(term) = stack.pop() {
            if bytes.len() > NAME_BYTES_MAX {
                return Err(BADARG);
            }
            match term.view() {
                View::Nil => {}
                View::Cons(cons) => {
                    stack.push(cons.tail);
                    stack.push(cons.head);
                }
                View::Atom(atom) => {
                    bytes.extend_from_slice(call.work.env.atoms.text(atom).as_bytes())
                }
                View::Small(point) => {
                    let point = u32::try_from(point).ok().and_then(char::from_u32).ok_or(BADARG)?;
                    let mut buffer = [0; 4];
                    bytes.extend_from_slice(point.encode_utf8(&mut buffer).as_bytes());
                }
                _ => return Err(BADARG),
            }
        }
    }
    bytes.push(0);
    Ok(call.reserve(binary_words(bytes.len())).binary(&bytes).done())
}

fn native_to_name(call: &mut Call) -> Result<Done, Leave> {
    let bytes = call.arg(0).as_bits().and_then(|bits| bits.to_bytes()).ok_or(BADARG)?;
    match String::from_utf8(bytes.into_owned()) {
        Ok(name) => Ok(call.reserve(2 * name.len()).string(&name).done()),
        // A raw name stays a binary.
        Err(_) => Ok(call.arg(0).done()),
    }
}

fn normalize(call: &mut Call) -> Result<Done, Leave> {
    native_to_name(call)
}

/// A name that `internal_name2native` has made.
fn path(call: &Call, index: usize) -> Result<PathBuf, Leave> {
    let bytes = call.arg(index).as_bits().and_then(|bits| bits.to_bytes()).ok_or(BADARG)?;
    let name = bytes.strip_suffix(&[0]).unwrap_or(&bytes);
    if name.contains(&0) || name.len() > NAME_BYTES_MAX {
        return Err(BADARG);
    }
    use std::os::unix::ffi::OsStrExt;
    Ok(PathBuf::from(std::ffi::OsStr::from_bytes(name)))
}

/// `{ok, Binary}`
fn ok_bytes(call: &mut Call, bytes: Vec<u8>) -> Result<Done, Leave> {
    let mut room = call.reserve(3 + binary_words(bytes.len()));
    let binary = room.binary_from(bytes);
    Ok(room.tuple(&[Term::atom(Atom::OK), binary]).done())
}

fn read_file(call: &mut Call) -> Result<Done, Leave> {
    let path = path(call, 0)?;
    match call.iso.host.files().read(&path) {
        Ok(bytes) => ok_bytes(call, bytes),
        Err(error) => failed(call, error),
    }
}

fn list_dir(call: &mut Call) -> Result<Done, Leave> {
    use std::os::unix::ffi::OsStrExt;
    let path = path(call, 0)?;
    let entries = match call.iso.host.files().list(&path) {
        Ok(entries) => entries,
        Err(error) => return failed(call, error),
    };
    let words: usize = entries.iter().map(|entry| 2 + binary_words(entry.as_os_str().len())).sum();
    let mut room = call.reserve(3 + words);
    let mut list = Term::NIL;
    for entry in &entries {
        let name = room.binary(entry.as_os_str().as_bytes());
        list = room.cons(name, list);
    }
    Ok(room.tuple(&[Term::atom(Atom::OK), list]).done())
}

/// `#file_info{}` without its name in front, as `prim_file` wants it from its native.
fn info(call: &mut Call, info: &FileInfo, access: &str) -> Result<Done, Leave> {
    let record = call.intern("file_info");
    let kind = call.intern(match info.kind {
        FileKind::Regular => "regular",
        FileKind::Directory => "directory",
        FileKind::Symlink => "symlink",
        FileKind::Other => "other",
    });
    let access = call.intern(access);
    let mut room = call.reserve(15 + 12 * INTEGER_WORDS_64);
    let parts = [
        Term::atom(record),
        room.unsigned(info.size),
        Term::atom(kind),
        Term::atom(access),
        room.signed(info.accessed),
        room.signed(info.modified),
        room.signed(info.changed),
        room.unsigned(u64::from(info.mode)),
        room.unsigned(u64::from(info.links)),
        Term::size(0),
        Term::size(0),
        room.unsigned(info.inode),
        room.unsigned(u64::from(info.uid)),
        room.unsigned(u64::from(info.gid)),
    ];
    Ok(room.tuple(&parts).done())
}

fn read_info(call: &mut Call) -> Result<Done, Leave> {
    let path = path(call, 0)?;
    let follow = match call.arg(1).view() {
        View::Small(value) => value != 0,
        _ => call.arg(1).as_boolean().ok_or(BADARG)?,
    };
    let links = if follow { Links::Follow } else { Links::Show };
    let files = call.iso.host.files();
    let access = if files.writable(&path).is_ok() { "read_write" } else { "read" };
    match files.info(&path, links) {
        Ok(found) => info(call, &found, access),
        Err(error) => failed(call, error),
    }
}

fn read_link(call: &mut Call) -> Result<Done, Leave> {
    use std::os::unix::ffi::OsStrExt;
    let path = path(call, 0)?;
    match call.iso.host.files().read_link(&path) {
        Ok(target) => ok_bytes(call, target.as_os_str().as_bytes().to_vec()),
        Err(error) => failed(call, error),
    }
}

fn get_cwd(call: &mut Call) -> Result<Done, Leave> {
    use std::os::unix::ffi::OsStrExt;
    let folder = call.iso.host.files().working_folder();
    ok_bytes(call, folder.as_os_str().as_bytes().to_vec())
}

#[derive(Default)]
struct Modes {
    write: bool,
    append: bool,
    exclusive: bool,
    read: bool,
    directory: bool,
}

fn modes(call: &Call, list: Term) -> Result<Modes, Leave> {
    let mut modes = Modes::default();
    let mut list = list.list();
    for mode in list.by_ref() {
        match call.work.env.atoms.text(mode.as_atom().ok_or(BADARG)?) {
            "read" => modes.read = true,
            "write" => modes.write = true,
            "append" => modes.append = true,
            "exclusive" => modes.exclusive = true,
            "directory" => modes.directory = true,
            _ => {}
        }
    }
    if list.rest.is_nil() { Ok(modes) } else { Err(BADARG) }
}

fn open(call: &mut Call) -> Result<Done, Leave> {
    let path = path(call, 0)?;
    let modes = modes(call, call.arg(1))?;
    let file = match open_file(call, &path, &modes) {
        Ok(file) => file,
        Err(error) => return failed(call, error),
    };
    let mut room = call.reserve(6);
    let reference = room.magic(Box::new(file));
    Ok(room.tuple(&[Term::atom(Atom::OK), reference]).done())
}

fn open_file(call: &Call, path: &Path, modes: &Modes) -> Result<OpenFile, FileError> {
    let files = call.iso.host.files();
    if modes.write || modes.append || modes.exclusive {
        let real = files.writable(path)?;
        let file = std::fs::OpenOptions::new()
            .read(modes.read || !modes.append)
            .write(true)
            .append(modes.append)
            .create(!modes.exclusive)
            .create_new(modes.exclusive)
            .truncate(modes.write && !modes.read && !modes.append)
            .open(real);
        return file.map(OpenFile::Real).map_err(|error| io_error(&error));
    }
    let info = files.info(path, Links::Follow)?;
    if info.kind == FileKind::Directory {
        return if modes.directory {
            Ok(OpenFile::Contents { bytes: Vec::new(), position: 0, info })
        } else {
            Err(FileError("eisdir"))
        };
    }
    let bytes = files.read(path)?;
    Ok(OpenFile::Contents { bytes, position: 0, info })
}

/// Works with the file behind argument 0.
fn with_file<R>(
    call: &Call,
    work: impl FnOnce(&mut OpenFile) -> Result<R, FileError>,
) -> Result<Result<R, FileError>, Leave> {
    let reference = call.arg(0).as_reference().ok_or(BADARG)?;
    let mut value = reference.magic.ok_or(BADARG)?.value.borrow_mut();
    let file = value.downcast_mut::<OpenFile>().ok_or(BADARG)?;
    if matches!(file, OpenFile::Closed) {
        return Ok(Err(FileError("einval")));
    }
    Ok(work(file))
}

fn done(call: &mut Call, result: Result<(), FileError>) -> Result<Done, Leave> {
    match result {
        Ok(()) => Ok(Term::atom(Atom::OK).done()),
        Err(error) => failed(call, error),
    }
}

fn close(call: &mut Call) -> Result<Done, Leave> {
    let result = with_file(call, |file| {
        *file = OpenFile::Closed;
        Ok(())
    })?;
    done(call, result)
}

fn bytes_result(call: &mut Call, result: Result<Vec<u8>, FileError>) -> Result<Done, Leave> {
    match result {
        Ok(bytes) if bytes.is_empty() => Ok(Term::atom(call.intern("eof")).done()),
        Ok(bytes) => ok_bytes(call, bytes),
        Err(error) => failed(call, error),
    }
}

fn size_arg(call: &Call, index: usize) -> Result<usize, Leave> {
    call.arg(index).as_size().ok_or(BADARG)
}

fn read(call: &mut Call) -> Result<Done, Leave> {
    let size = size_arg(call, 1)?.min(READ_BYTES_MAX);
    let result = with_file(call, |file| match file {
        OpenFile::Contents { bytes, position, .. } => {
            let begin = (*position).min(bytes.len());
            let end = begin.saturating_add(size).min(bytes.len());
            *position = end;
            Ok(bytes[begin..end].to_vec())
        }
        OpenFile::Real(real) => {
            let mut bytes = Vec::new();
            real.take(size as u64).read_to_end(&mut bytes).map_err(|error| io_error(&error))?;
            Ok(bytes)
        }
        OpenFile::Closed => Err(FileError("einval")),
    })?;
    if size == 0 {
        return ok_bytes(call, Vec::new());
    }
    bytes_result(call, result)
}

fn read_at(file: &mut OpenFile, offset: usize, size: usize) -> Result<Vec<u8>, FileError> {
    use std::os::unix::fs::FileExt;
    match file {
        OpenFile::Contents { bytes, .. } => {
            let begin = offset.min(bytes.len());
            Ok(bytes[begin..begin.saturating_add(size).min(bytes.len())].to_vec())
        }
        OpenFile::Real(real) => {
            let mut bytes = vec![0; size];
            let mut done = 0;
            while done < size {
                let at = (offset + done) as u64;
                match real.read_at(&mut bytes[done..], at).map_err(|error| io_error(&error))? {
                    0 => break,
                    count => done += count,
                }
            }
            bytes.truncate(done);
            Ok(bytes)
        }
        OpenFile::Closed => Err(FileError("einval")),
    }
}

fn pread(call: &mut Call) -> Result<Done, Leave> {
    let (offset, size) = (size_arg(call, 1)?, size_arg(call, 2)?.min(READ_BYTES_MAX));
    let result = with_file(call, |file| read_at(file, offset, size))?;
    bytes_result(call, result)
}

/// A size and a position of 32 bits each at `offset`, then that part of the file (`dets`).
fn ipread(call: &mut Call) -> Result<Done, Leave> {
    let (offset, size_max) = (size_arg(call, 1)?, size_arg(call, 2)?);
    let result = with_file(call, |file| {
        let head = read_at(file, offset, 8)?;
        let Ok(head) = <[u8; 8]>::try_from(head) else { return Ok(None) };
        let size = u32::from_be_bytes([head[0], head[1], head[2], head[3]]) as usize;
        let position = u32::from_be_bytes([head[4], head[5], head[6], head[7]]) as usize;
        if size > size_max {
            return Ok(None);
        }
        Ok(Some((size, position, read_at(file, position, size)?)))
    })?;
    match result {
        Err(error) => failed(call, error),
        Ok(None) => Ok(Term::atom(call.intern("eof")).done()),
        Ok(Some((size, position, bytes))) => {
            let eof = call.intern("eof");
            let mut room = call.reserve(7 + binary_words(bytes.len()));
            let data = if bytes.is_empty() { Term::atom(eof) } else { room.binary_from(bytes) };
            let inner = room.tuple(&[Term::size(size), Term::size(position), data]);
            Ok(room.tuple(&[Term::atom(Atom::OK), inner]).done())
        }
    }
}

/// What `write_nif` gets: a list of binaries.
fn write_bytes(call: &Call, index: usize) -> Result<Vec<u8>, Leave> {
    super::bytes::collected(call, call.arg(index)).ok_or(BADARG)
}

fn write(call: &mut Call) -> Result<Done, Leave> {
    let bytes = write_bytes(call, 1)?;
    let result = with_file(call, |file| match file {
        OpenFile::Real(real) => posix(real.write_all(&bytes)),
        OpenFile::Contents { .. } => Err(FileError("ebadf")),
        OpenFile::Closed => Err(FileError("einval")),
    })?;
    done(call, result)
}

fn pwrite(call: &mut Call) -> Result<Done, Leave> {
    use std::os::unix::fs::FileExt;
    let offset = size_arg(call, 1)?;
    let bytes = write_bytes(call, 2)?;
    let result = with_file(call, |file| match file {
        OpenFile::Real(real) => posix(real.write_all_at(&bytes, offset as u64)),
        OpenFile::Contents { .. } => Err(FileError("ebadf")),
        OpenFile::Closed => Err(FileError("einval")),
    })?;
    done(call, result)
}

fn seek(call: &mut Call) -> Result<Done, Leave> {
    let whence = call.arg(1).as_atom().ok_or(BADARG)?;
    let whence = call.work.env.atoms.text(whence).to_owned();
    let offset = call.arg(2).as_small().ok_or(BADARG)?;
    let result = with_file(call, |file| match file {
        OpenFile::Contents { bytes, position, .. } => {
            let base = match whence.as_str() {
                "bof" => 0,
                "cur" => *position as i64,
                _ => bytes.len() as i64,
            };
            let to = base.checked_add(offset).filter(|to| *to >= 0).ok_or(FileError("einval"))?;
            *position = to as usize;
            Ok(to)
        }
        OpenFile::Real(real) => {
            let to = match whence.as_str() {
                "bof" => SeekFrom::Start(u64::try_from(offset).map_err(|_| FileError("einval"))?),
                "cur" => SeekFrom::Current(offset),
                _ => SeekFrom::End(offset),
            };
            real.seek(to).map(|to| to as i64).map_err(|error| io_error(&error))
        }
        OpenFile::Closed => Err(FileError("einval")),
    })?;
    match result {
        Ok(to) => {
            let mut room = call.reserve(3 + INTEGER_WORDS_64);
            let to = room.signed(to);
            Ok(room.tuple(&[Term::atom(Atom::OK), to]).done())
        }
        Err(error) => failed(call, error),
    }
}

fn truncate(call: &mut Call) -> Result<Done, Leave> {
    let result = with_file(call, |file| match file {
        OpenFile::Real(real) => {
            let position = real.stream_position().map_err(|error| io_error(&error))?;
            posix(real.set_len(position))
        }
        OpenFile::Contents { .. } => Err(FileError("ebadf")),
        OpenFile::Closed => Err(FileError("einval")),
    })?;
    done(call, result)
}

fn sync(call: &mut Call) -> Result<Done, Leave> {
    let result = with_file(call, |file| match file {
        OpenFile::Real(real) => posix(real.sync_all()),
        _ => Ok(()),
    })?;
    done(call, result)
}

fn read_handle_info(call: &mut Call) -> Result<Done, Leave> {
    let result = with_file(call, |file| match file {
        OpenFile::Contents { info, .. } => Ok(info.clone()),
        OpenFile::Real(real) => {
            let metadata = real.metadata().map_err(|error| io_error(&error))?;
            Ok(FileInfo::of(&metadata))
        }
        OpenFile::Closed => Err(FileError("einval")),
    })?;
    match result {
        Ok(found) => info(call, &found, "read"),
        Err(error) => failed(call, error),
    }
}

fn change(call: &mut Call, work: fn(&Path) -> std::io::Result<()>) -> Result<Done, Leave> {
    let path = path(call, 0)?;
    let result = match call.iso.host.files().writable(&path) {
        Ok(real) => posix(work(&real)),
        Err(error) => Err(error),
    };
    done(call, result)
}

fn change_two(
    call: &mut Call,
    work: fn(&Path, &Path) -> std::io::Result<()>,
) -> Result<Done, Leave> {
    let (from, to) = (path(call, 0)?, path(call, 1)?);
    let files = call.iso.host.files();
    let result = match (files.writable(&from), files.writable(&to)) {
        (Ok(from), Ok(to)) => posix(work(&from, &to)),
        (Err(error), _) | (_, Err(error)) => Err(error),
    };
    done(call, result)
}

fn set_permissions(call: &mut Call) -> Result<Done, Leave> {
    use std::os::unix::fs::PermissionsExt;
    let path = path(call, 0)?;
    let mode = call.arg(1).as_size().and_then(|mode| u32::try_from(mode).ok()).ok_or(BADARG)?;
    let result = match call.iso.host.files().writable(&path) {
        Ok(real) => {
            posix(std::fs::set_permissions(real, std::fs::Permissions::from_mode(mode & 0o777)))
        }
        Err(error) => Err(error),
    };
    done(call, result)
}
