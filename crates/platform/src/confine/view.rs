//! What an environment sees of the file system: a root of its own, and Landlock upon it.

use std::fs;
use std::io;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use landlock::{
    ABI, Access, AccessFs, CompatLevel, Compatible, PathBeneath, PathFd, Ruleset, RulesetAttr,
    RulesetCreatedAttr, RulesetStatus, Scope,
};
use nix::mount::{MntFlags, MsFlags, mount, umount2};
use nix::unistd::pivot_root;

use super::order::Order;

/// Folders of the machine that programs need: libraries, tools, certificates, time zones.
const SYSTEM: &[&str] =
    &["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/etc", "/opt/erlang"];

/// Devices that every program may use.
const DEVICES: &[&str] = &["null", "zero", "full", "random", "urandom"];

/// Room in the root and in `/dev/shm`, which are in memory.
const SHM_OPTIONS: &str = "size=16m,mode=1777";

fn at<'a>(what: &'a Path) -> impl Fn(nix::Error) -> io::Error + 'a {
    move |error| {
        let error = io::Error::from(error);
        io::Error::new(error.kind(), format!("mount of {}: {error}", what.display()))
    }
}

fn none() -> Option<&'static Path> {
    None
}

/// Binds a folder or file of the machine into the new root.
fn bind(from: &Path, to: &Path, read_only: ReadOnly) -> io::Result<()> {
    if from.is_dir() {
        fs::create_dir_all(to)?;
    } else {
        fs::write(to, "")?;
    }
    let flags = MsFlags::MS_BIND | MsFlags::MS_REC;
    mount(Some(from), to, none(), flags, none()).map_err(at(to))?;
    if read_only == ReadOnly::Yes {
        // A user namespace may not drop flags that the mount had; it may add these.
        let kept = locked_flags(to);
        let flags = MsFlags::MS_BIND | MsFlags::MS_REMOUNT | MsFlags::MS_RDONLY | kept;
        mount(none(), to, none(), flags | MsFlags::MS_NOSUID, none()).map_err(at(to))?;
    }
    Ok(())
}

/// Flags of an existing mount that a remount must repeat.
fn locked_flags(path: &Path) -> MsFlags {
    use nix::sys::statvfs::{FsFlags, statvfs};
    let Ok(found) = statvfs(path) else {
        return MsFlags::empty();
    };
    let mut flags = MsFlags::empty();
    for (bit, flag) in [
        (FsFlags::ST_NOSUID, MsFlags::MS_NOSUID),
        (FsFlags::ST_NODEV, MsFlags::MS_NODEV),
        (FsFlags::ST_NOEXEC, MsFlags::MS_NOEXEC),
        (FsFlags::ST_NOATIME, MsFlags::MS_NOATIME),
        (FsFlags::ST_NODIRATIME, MsFlags::MS_NODIRATIME),
        (FsFlags::ST_RELATIME, MsFlags::MS_RELATIME),
    ] {
        if found.flags().contains(bit) {
            flags |= flag;
        }
    }
    flags
}

#[derive(PartialEq)]
enum ReadOnly {
    Yes,
    No,
}

/// Builds the root and goes there; the machine's own is gone afterwards.
pub fn build(order: &Order) -> io::Result<()> {
    let slash = Path::new("/");
    mount(none(), slash, none(), MsFlags::MS_REC | MsFlags::MS_PRIVATE, none())
        .map_err(at(slash))?;
    // Any folder will do as the place of the new root: nobody else sees it there.
    let root = order.folder.clone();
    let folder = |name: &str| order.folder.join(name);
    // Held open, since the new root covers the folder it lies in.
    let sources = [(folder("task"), "var/task"), (folder("opt"), "opt"), (folder("tmp"), "tmp")];
    let held =
        sources.iter().map(|(path, _)| fs::File::open(path)).collect::<io::Result<Vec<_>>>()?;
    let tmpfs = Some(Path::new("tmpfs"));
    mount(tmpfs, &root, tmpfs, MsFlags::MS_NOSUID, Some("size=1m,mode=755")).map_err(at(&root))?;
    for path in SYSTEM.iter().map(Path::new) {
        let inside = root.join(path.strip_prefix("/").expect("it is absolute"));
        match fs::symlink_metadata(path) {
            Ok(found) if found.is_symlink() => symlink(fs::read_link(path)?, inside)?,
            Ok(_) => bind(path, &inside, ReadOnly::Yes)?,
            Err(_) => {}
        }
    }
    for ((_, to), file) in sources.iter().zip(&held) {
        use std::os::fd::AsRawFd;
        let from = PathBuf::from(format!("/proc/self/fd/{}", file.as_raw_fd()));
        let read_only = if *to == "tmp" { ReadOnly::No } else { ReadOnly::Yes };
        bind(&from, &root.join(to), read_only)?;
    }
    drop(held);
    // After /tmp, which may be where one of them lies.
    for path in &order.readable {
        if SYSTEM.iter().any(|system| path.starts_with(system)) {
            continue;
        }
        bind(path, &root.join(path.strip_prefix("/").unwrap_or(path)), ReadOnly::Yes)?;
    }
    if let Some(runtime) = &order.runtime {
        bind(runtime, &root.join("var/runtime"), ReadOnly::Yes)?;
    }
    devices(&root)?;
    let proc = root.join("proc");
    fs::create_dir(&proc)?;
    let flags = MsFlags::MS_NOSUID | MsFlags::MS_NODEV | MsFlags::MS_NOEXEC;
    mount(Some(Path::new("proc")), &proc, Some(Path::new("proc")), flags, none())
        .map_err(at(&proc))?;
    std::env::set_current_dir(&root)?;
    pivot_root(".", ".").map_err(at(&root))?;
    umount2(".", MntFlags::MNT_DETACH).map_err(at(slash))?;
    std::env::set_current_dir("/")?;
    let flags = MsFlags::MS_REMOUNT | MsFlags::MS_BIND | MsFlags::MS_RDONLY | MsFlags::MS_NOSUID;
    mount(none(), slash, none(), flags, none()).map_err(at(slash))
}

fn devices(root: &Path) -> io::Result<()> {
    let dev = root.join("dev");
    fs::create_dir(&dev)?;
    for device in DEVICES {
        bind(&Path::new("/dev").join(device), &dev.join(device), ReadOnly::No)?;
    }
    for (name, to) in
        [("fd", "/proc/self/fd"), ("stdin", "fd/0"), ("stdout", "fd/1"), ("stderr", "fd/2")]
    {
        symlink(to, dev.join(name))?;
    }
    let shm = dev.join("shm");
    fs::create_dir(&shm)?;
    let tmpfs = Some(Path::new("tmpfs"));
    let flags = MsFlags::MS_NOSUID | MsFlags::MS_NODEV;
    mount(tmpfs, &shm, tmpfs, flags, Some(SHM_OPTIONS)).map_err(at(&shm))
}

/// The newest set of rights that this code knows; a kernel that knows fewer takes those.
const LANDLOCK: ABI = ABI::V6;

/// Writing only below `tmp` and to harmless devices; without a file view of its own, reading
/// only what the environment needs.
pub fn landlock(order: &Order, tmp: &Path) -> io::Result<()> {
    let read = AccessFs::from_read(LANDLOCK);
    let all = AccessFs::from_all(LANDLOCK);
    let mut readable: Vec<PathBuf> = Vec::new();
    if order.namespaces {
        readable.push("/".into());
    } else {
        readable.extend(SYSTEM.iter().map(PathBuf::from));
        readable.extend(["/proc", "/dev"].map(PathBuf::from));
        readable.extend(order.readable.iter().cloned());
        readable.extend(order.runtime.iter().cloned());
        readable.extend([order.folder.join("task"), order.folder.join("opt")]);
    }
    let writable = [tmp.to_owned(), "/dev/shm".into()];
    let devices = DEVICES.iter().map(|name| Path::new("/dev").join(name));
    let rules = (readable.into_iter().map(|path| (path, read)))
        .chain(writable.into_iter().map(|path| (path, all)))
        .chain(devices.map(|path| (path, AccessFs::from_file(LANDLOCK))));
    let mut ruleset = Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(all)
        .and_then(|ruleset| ruleset.scope(Scope::from_all(LANDLOCK)))
        .and_then(|ruleset| ruleset.create())
        .map_err(io::Error::other)?;
    for (path, access) in rules {
        // What is not on this machine needs no rule.
        let Ok(file) = PathFd::new(&path) else {
            continue;
        };
        ruleset = ruleset.add_rule(PathBeneath::new(file, access)).map_err(io::Error::other)?;
    }
    ruleset.restrict_self().map_err(io::Error::other)?;
    Ok(())
}

/// Whether the kernel knows Landlock at all.
pub fn try_landlock() -> io::Result<()> {
    let status = Ruleset::default()
        .handle_access(AccessFs::from_all(LANDLOCK))
        .and_then(|ruleset| ruleset.create())
        .and_then(|ruleset| ruleset.restrict_self())
        .map_err(io::Error::other)?;
    match status.ruleset {
        RulesetStatus::NotEnforced => Err(io::Error::other("the kernel has no Landlock")),
        _ => Ok(()),
    }
}
