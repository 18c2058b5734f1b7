//! The command `beamlet confine`: what runs between the server and the program.
//!
//! It is started by [`super::Confinement`] only, reads its order from standard input, and speaks
//! to the world through its exit status: the program's own, or 128 and the number of the signal
//! that ended it. What goes wrong before the program runs is printed where the program's output
//! would be, and ends with [`EXIT_NOT_STARTED`].

use std::fs;
use std::io::{self, Read, Write};
use std::os::fd::AsFd;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::PathBuf;
use std::process::{Command, ExitStatus, Stdio};

use super::order::Order;
use super::{cgroup, seccomp, view};
use nix::sched::{CloneFlags, unshare};
use nix::sys::resource::{Resource, setrlimit};

/// The exit status when the program could not be started; AWS's bootstrap gives the same.
pub const EXIT_NOT_STARTED: i32 = 127;

/// Open files of one environment (AWS: 1,024).
const FILES_MAX: u64 = 1024;

/// Processes and threads of one user id (AWS: 1,024).
const PROCESSES_MAX: u64 = 1024;

/// Generations of processes that are ended one after another.
const ORPHAN_ROUNDS_MAX: usize = 1000;

/// Runs the command; the result is the exit status.
pub fn main(arguments: &[String]) -> i32 {
    let result = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => guard(),
        ["--init"] => init(),
        ["--try", "view", folder] => try_view(folder.into()).map(|()| 0),
        ["--try", mechanism] => attempt(mechanism).map(|()| 0),
        _ => Err(io::Error::other("this command is for the server's own use")),
    };
    result.unwrap_or_else(|error| {
        let _ = writeln!(io::stderr(), "beamlet: the environment could not be confined: {error}");
        EXIT_NOT_STARTED
    })
}

fn named(what: &str) -> impl Fn(io::Error) -> io::Error {
    move |error| io::Error::new(error.kind(), format!("{what}: {error}"))
}

/// The outer helper: enters the cgroups and namespaces, and stands between process 1 and the
/// server.
fn guard() -> io::Result<i32> {
    let stdin = io::stdin();
    let line = read_line(&mut stdin.lock())?;
    let order: Order = serde_json::from_slice(&line)?;
    for file in &order.cgroups {
        fs::write(file, "0").map_err(named(&file.display().to_string()))?;
    }
    if order.namespaces {
        enter_namespaces()?;
    } else {
        // Nothing ends with process 1 then: orphans come to this helper, which ends them.
        let own = rustix::process::getpid();
        rustix::process::set_child_subreaper(Some(own))?;
    }
    let mut child = Command::new("/proc/self/exe")
        .args(["confine", "--init"])
        .stdin(Stdio::piped())
        .spawn()
        .map_err(named("process 1"))?;
    let mut orders = child.stdin.take().expect("it is piped");
    orders.write_all(&line)?;
    drop((orders, order, line));
    let pid = rustix::process::Pid::from_child(&child);
    let ended = rustix::process::pidfd_open(pid, rustix::process::PidfdFlags::empty())?;
    use rustix::event::{PollFd, PollFlags, poll};
    let mut fds = [
        PollFd::new(&ended, PollFlags::IN),
        // Nothing more is ever written to it: it closes when the server dies or wants an end.
        PollFd::from_borrowed_fd(stdin.as_fd(), PollFlags::HUP),
    ];
    loop {
        match poll(&mut fds, None) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
        if !fds[0].revents().is_empty() {
            let status = status_code(child.wait()?);
            end_orphans();
            return Ok(status);
        }
        if !fds[1].revents().is_empty() {
            child.kill()?;
            let status = status_code(child.wait()?);
            end_orphans();
            return Ok(status);
        }
    }
}

/// Kills whatever came to this helper because its parent ended, until nothing is left. Killing
/// one may bring its children here, so it is looked at again.
fn end_orphans() {
    let own = std::process::id();
    for _ in 0..ORPHAN_ROUNDS_MAX {
        let orphans = cgroup::family(own).into_iter().map(|(pid, _)| pid).filter(|pid| *pid != own);
        let orphans: Vec<u32> = orphans.collect();
        if orphans.is_empty() {
            return;
        }
        for pid in orphans {
            if let Some(pid) = rustix::process::Pid::from_raw(pid as i32) {
                let _ = rustix::process::kill_process(pid, rustix::process::Signal::KILL);
            }
        }
        while let Ok(Some(_)) = rustix::process::wait(rustix::process::WaitOptions::empty()) {}
    }
}

/// Reads up to a line's end and not a byte further, so that the pipe stays empty.
fn read_line(input: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut line = Vec::new();
    let mut byte = [0];
    let mut reader = io::BufReader::with_capacity(64 * 1024, input);
    while reader.read(&mut byte)? == 1 && byte[0] != b'\n' {
        line.push(byte[0]);
    }
    Ok(line)
}

fn status_code(status: ExitStatus) -> i32 {
    status.code().unwrap_or_else(|| 128 + status.signal().unwrap_or(9))
}

fn enter_namespaces() -> io::Result<()> {
    let root = rustix::process::geteuid().is_root();
    let (uid, gid) = (rustix::process::geteuid().as_raw(), rustix::process::getegid().as_raw());
    let mut flags = CloneFlags::CLONE_NEWPID | CloneFlags::CLONE_NEWNS | CloneFlags::CLONE_NEWIPC;
    if !root {
        flags |= CloneFlags::CLONE_NEWUSER;
    }
    unshare(flags).map_err(|error| named("unshare")(error.into()))?;
    if !root {
        fs::write("/proc/self/setgroups", "deny").map_err(named("setgroups"))?;
        fs::write("/proc/self/uid_map", format!("{uid} {uid} 1")).map_err(named("uid_map"))?;
        fs::write("/proc/self/gid_map", format!("{gid} {gid} 1")).map_err(named("gid_map"))?;
        keep_mounting()?;
    }
    Ok(())
}

/// Hands the right to mount on to process 1, which is another program: a user other than 0 loses
/// its capabilities when it starts one, unless they are ambient.
fn keep_mounting() -> io::Result<()> {
    use rustix::thread::{CapabilitySet, configure_capability_in_ambient_set, set_capabilities};
    let mut sets = rustix::thread::capabilities(None)?;
    sets.inheritable = CapabilitySet::SYS_ADMIN;
    set_capabilities(None, sets)?;
    configure_capability_in_ambient_set(CapabilitySet::SYS_ADMIN, true)?;
    Ok(())
}

/// Gives up what [`keep_mounting`] handed on.
fn stop_mounting() -> io::Result<()> {
    use rustix::thread::{CapabilitySet, CapabilitySets, set_capabilities};
    rustix::thread::clear_ambient_capability_set()?;
    let none = CapabilitySet::empty();
    set_capabilities(None, CapabilitySets { effective: none, permitted: none, inheritable: none })?;
    Ok(())
}

/// Process 1 of the environment.
fn init() -> io::Result<i32> {
    let mut line = Vec::new();
    io::stdin().read_to_end(&mut line)?;
    let order: Order = serde_json::from_slice(&line)?;
    drop(line);
    let (task, tmp) = if order.namespaces {
        view::build(&order)?;
        if order.user.is_none() {
            stop_mounting()?;
        }
        (PathBuf::from("/var/task"), PathBuf::from("/tmp"))
    } else {
        (order.folder.join("task"), order.folder.join("tmp"))
    };
    limit(&order)?;
    rustix::thread::set_no_new_privs(true)?;
    view::landlock(&order, &tmp)?;
    let [program, arguments @ ..] = &order.arguments[..] else {
        return Err(io::Error::other("no program was named"));
    };
    let mut command = Command::new(program);
    command
        .args(arguments)
        .env_clear()
        .envs(order.variables.iter().map(|(name, value)| (name, value)))
        .stdin(Stdio::null())
        .current_dir(task);
    if let Some(user) = order.user {
        // Standard library: a change of user by root also drops supplementary groups. The
        // capabilities go with it, since no-new-privs and the empty bounding set give none back.
        command.gid(user).uid(user);
        drop_bounding_set();
    }
    seccomp::apply()?;
    let mut child = command.spawn().map_err(named(program))?;
    let main = rustix::process::Pid::from_child(&child);
    drop((command, order));
    loop {
        // Orphans come to process 1; whoever does not wait for them keeps their entries.
        match rustix::process::wait(rustix::process::WaitOptions::empty()) {
            Ok(Some((pid, status))) if pid == main => {
                let code = status
                    .exit_status()
                    .unwrap_or_else(|| 128 + status.terminating_signal().unwrap_or(9));
                return Ok(code);
            }
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(_) => return Ok(status_code(child.wait()?)),
        }
    }
}

fn limit(order: &Order) -> io::Result<()> {
    let set = |resource, value| {
        setrlimit(resource, value, value).map_err(|error| named("limit")(error.into()))
    };
    set(Resource::RLIMIT_CORE, 0)?;
    set(Resource::RLIMIT_NOFILE, FILES_MAX)?;
    set(Resource::RLIMIT_FSIZE, order.file_bytes)?;
    if order.user.is_some() || order.namespaces {
        // Counted by user id, and in each user namespace of its own (Linux 5.14): without either
        // it would count the server's processes.
        set(Resource::RLIMIT_NPROC, PROCESSES_MAX)?;
    }
    Ok(())
}

/// No program started from here on can have a capability, whatever its file says.
fn drop_bounding_set() {
    for capability in 0..64 {
        let capability = rustix::thread::CapabilitySet::from_bits_retain(1 << capability);
        let _ = rustix::thread::remove_capability_from_bounding_set(capability);
    }
}

/// Tries one mechanism, to find out whether the machine allows it.
fn attempt(mechanism: &str) -> io::Result<()> {
    match mechanism {
        "namespaces" => {
            let folder = tempfile::tempdir()?;
            for name in ["task", "opt", "tmp"] {
                fs::create_dir(folder.path().join(name))?;
            }
            enter_namespaces()?;
            let child = Command::new("/proc/self/exe")
                .args(["confine", "--try", "view"])
                .arg(folder.path())
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .output()?;
            if child.status.success() {
                return Ok(());
            }
            Err(io::Error::other(String::from_utf8_lossy(&child.stderr).trim().to_owned()))
        }
        "landlock" => {
            rustix::thread::set_no_new_privs(true)?;
            view::try_landlock()
        }
        "seccomp" => {
            rustix::thread::set_no_new_privs(true)?;
            seccomp::apply()
        }
        other => Err(io::Error::other(format!("there is no mechanism {other}"))),
    }
}

fn try_view(folder: PathBuf) -> io::Result<()> {
    view::build(&Order {
        arguments: Vec::new(),
        variables: Vec::new(),
        folder,
        readable: Vec::new(),
        runtime: None,
        file_bytes: 0,
        namespaces: true,
        user: None,
        cgroups: Vec::new(),
    })
}
