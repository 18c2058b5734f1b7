//! Control groups of environments: memory by v2 or v1, killing by v2, CPU time by either.
//!
//! Each environment has a group below the server's own in every hierarchy that is used. A group
//! is found, never configured: mount points come from `/proc/self/mountinfo`.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::{Finding, MemoryControl, Wanted};

/// The hierarchies that this server uses.
#[derive(Clone, Debug, Default)]
pub struct Hierarchies {
    /// Our folder in the v2 hierarchy, if it is there.
    v2: Option<PathBuf>,
    /// v2 has the memory controller for us.
    v2_memory: bool,
    /// v2 kills.
    v2_kill: bool,
    v1_memory: Option<PathBuf>,
    v1_cpuacct: Option<PathBuf>,
    v1_pids: Option<PathBuf>,
}

/// Processes that one environment may have at a time (AWS: 1,024 processes and threads).
const TASKS_MAX: u32 = 1024;

impl Hierarchies {
    /// Finds out what may be used by making and removing a group.
    pub fn probe(
        name: &str,
        memory: MemoryControl,
        kill: Wanted,
        findings: &mut Vec<Finding>,
    ) -> Hierarchies {
        let mounts = fs::read_to_string("/proc/self/mountinfo").unwrap_or_default();
        let own = fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
        let folder = format!("beamlet-{name}");
        let mut found = Hierarchies::default();
        let mut why_no_v2 = "no cgroup v2 is mounted".to_owned();
        if let Some(parent) = v2_parent(&mounts, &own) {
            match make(&parent.join(&folder)) {
                Ok(ours) => {
                    found.v2_kill = kill == Wanted::Yes && ours.join("cgroup.kill").exists();
                    let _ = fs::write(parent.join("cgroup.subtree_control"), "+memory");
                    let _ = fs::write(parent.join("cgroup.subtree_control"), "+pids");
                    let _ = fs::write(ours.join("cgroup.subtree_control"), "+memory");
                    let _ = fs::write(ours.join("cgroup.subtree_control"), "+pids");
                    let probe = ours.join("probe");
                    found.v2_memory =
                        matches!(memory, MemoryControl::Auto | MemoryControl::CgroupV2)
                            && make(&probe).is_ok_and(|probe| probe.join("memory.max").exists());
                    let _ = fs::remove_dir(&probe);
                    why_no_v2 = "cgroup v2 has no memory controller here".into();
                    found.v2 = Some(ours);
                }
                Err(error) => why_no_v2 = format!("cgroup v2: {}: {error}", parent.display()),
            }
        }
        let v1 = |controller: &str| -> io::Result<PathBuf> {
            let parent = v1_parent(&mounts, &own, controller)
                .ok_or_else(|| io::Error::other(format!("no cgroup v1 {controller} is mounted")))?;
            make(&parent.join(&folder))
        };
        let mut why_no_v1 = String::new();
        if !found.v2_memory && matches!(memory, MemoryControl::Auto | MemoryControl::CgroupV1) {
            match v1("memory") {
                Ok(ours) => found.v1_memory = Some(ours),
                Err(error) => why_no_v1 = format!("; cgroup v1: {error}"),
            }
        }
        if memory != MemoryControl::Watch {
            found.v1_cpuacct = v1("cpuacct").ok();
            found.v1_pids = v1("pids").ok();
        }
        findings.push(Finding {
            mechanism: "memory limit",
            active: true,
            detail: if found.v2_memory {
                "by cgroup v2".into()
            } else if found.v1_memory.is_some() {
                format!("by cgroup v1 ({why_no_v2})")
            } else {
                format!("by watching resident memory ({why_no_v2}{why_no_v1})")
            },
        });
        findings.push(Finding {
            mechanism: "killing whole environments",
            active: found.v2_kill,
            detail: if found.v2_kill {
                "by cgroup v2's cgroup.kill".into()
            } else {
                "no cgroup.kill: by process 1 of the namespace".into()
            },
        });
        found
    }

    fn all(&self) -> impl Iterator<Item = &PathBuf> {
        [&self.v2, &self.v1_memory, &self.v1_cpuacct, &self.v1_pids].into_iter().flatten()
    }

    /// Makes the groups of one environment.
    pub fn create(&self, name: &str, memory_bytes: u64) -> io::Result<Cgroup> {
        let group = |parent: &Option<PathBuf>| -> io::Result<Option<PathBuf>> {
            parent.as_ref().map(|parent| make(&parent.join(name))).transpose()
        };
        let mut cgroup = Cgroup {
            v2: group(&self.v2)?,
            v2_memory: self.v2_memory,
            v2_kill: self.v2_kill,
            v1_memory: group(&self.v1_memory)?,
            v1_cpuacct: group(&self.v1_cpuacct)?,
            v1_pids: group(&self.v1_pids)?,
            memory_peak: None,
            cpu_time: None,
        };
        let open = |group: &Option<PathBuf>, name| File::open(group.as_ref()?.join(name)).ok();
        cgroup.memory_peak = match self.v2_memory {
            true => open(&cgroup.v2, "memory.peak"),
            false => open(&cgroup.v1_memory, "memory.max_usage_in_bytes"),
        };
        cgroup.cpu_time = match self.v1_cpuacct {
            Some(_) => open(&cgroup.v1_cpuacct, "cpuacct.usage"),
            None => open(&cgroup.v2, "cpu.stat"),
        };
        cgroup.set_memory_limit(memory_bytes)?;
        for pids in [&cgroup.v2, &cgroup.v1_pids].into_iter().flatten() {
            let file = pids.join("pids.max");
            if file.exists() {
                fs::write(file, TASKS_MAX.to_string())?;
            }
        }
        if cgroup.v2_memory {
            let v2 = cgroup.v2.as_ref().expect("it has the memory controller");
            fs::write(v2.join("memory.oom.group"), "1")?;
            let _ = fs::write(v2.join("memory.swap.max"), "0");
        }
        Ok(cgroup)
    }

    /// Kills and removes every group below ours.
    pub fn sweep(&self) {
        for ours in self.all() {
            let Ok(entries) = fs::read_dir(ours) else {
                continue;
            };
            for entry in entries.flatten().filter(|e| e.path().is_dir()) {
                kill_group(&entry.path());
                for _ in 0..100 {
                    if fs::remove_dir(entry.path()).is_ok() {
                        break;
                    }
                    kill_group(&entry.path());
                    std::thread::park_timeout(Duration::from_millis(10));
                }
            }
        }
    }
}

impl Hierarchies {
    /// Removes our own groups, when nothing is in them any more.
    pub fn remove(&self) {
        for ours in self.all() {
            let _ = fs::remove_dir(ours);
        }
    }
}

fn make(folder: &Path) -> io::Result<PathBuf> {
    match fs::create_dir(folder) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(folder.to_owned()),
    }
}

/// The mount point of a hierarchy and the path of our own group in it.
fn v2_parent(mounts: &str, own: &str) -> Option<PathBuf> {
    let mount = mounts.lines().find_map(|line| {
        let (left, right) = line.split_once(" - ")?;
        right.starts_with("cgroup2 ").then(|| left.split(' ').nth(4)).flatten()
    })?;
    let group = own.lines().find_map(|line| line.strip_prefix("0::"))?;
    existing(mount, group)
}

fn v1_parent(mounts: &str, own: &str, controller: &str) -> Option<PathBuf> {
    let mount = mounts.lines().find_map(|line| {
        let (left, right) = line.split_once(" - ")?;
        let mut words = right.split(' ');
        let (kind, options) = (words.next()?, words.nth(1)?);
        (kind == "cgroup" && options.split(',').any(|o| o == controller))
            .then(|| left.split(' ').nth(4))
            .flatten()
    })?;
    let group = own.lines().find_map(|line| {
        let mut words = line.splitn(3, ':').skip(1);
        words.next()?.split(',').any(|c| c == controller).then(|| words.next()).flatten()
    })?;
    existing(mount, group)
}

/// Our own group, or the root of the mount where a container shows only that.
fn existing(mount: &str, group: &str) -> Option<PathBuf> {
    let inside = Path::new(mount).join(group.trim_start_matches('/'));
    [inside, PathBuf::from(mount)].into_iter().find(|path| path.join("cgroup.procs").exists())
}

/// The groups of one environment.
#[derive(Debug)]
pub struct Cgroup {
    v2: Option<PathBuf>,
    v2_memory: bool,
    v2_kill: bool,
    v1_memory: Option<PathBuf>,
    v1_cpuacct: Option<PathBuf>,
    v1_pids: Option<PathBuf>,
    /// Read after every invocation, so they stay open: looking them up costs more than reading.
    memory_peak: Option<File>,
    cpu_time: Option<File>,
}

impl Cgroup {
    fn all(&self) -> impl Iterator<Item = &PathBuf> {
        [&self.v2, &self.v1_memory, &self.v1_cpuacct, &self.v1_pids].into_iter().flatten()
    }

    /// The files into which a process writes 0 to enter.
    pub fn process_files(&self) -> Vec<PathBuf> {
        self.all().map(|group| group.join("cgroup.procs")).collect()
    }

    pub fn limits_memory(&self) -> bool {
        self.v2_memory || self.v1_memory.is_some()
    }

    pub fn set_memory_limit(&self, bytes: u64) -> io::Result<()> {
        if self.v2_memory {
            fs::write(self.v2.as_ref().expect("of v2").join("memory.max"), bytes.to_string())?;
        } else if let Some(memory) = &self.v1_memory {
            fs::write(memory.join("memory.limit_in_bytes"), bytes.to_string())?;
        }
        Ok(())
    }

    pub fn memory_peak_bytes(&self) -> Option<u64> {
        with_text(self.memory_peak.as_ref()?, |text| text.trim().parse().ok())
    }

    pub fn cpu_time_us(&self) -> Option<u64> {
        let v1 = self.v1_cpuacct.is_some();
        with_text(self.cpu_time.as_ref()?, |text| {
            if v1 {
                return text.trim().parse::<u64>().ok().map(|ns| ns / 1000);
            }
            text.lines().find_map(|line| line.strip_prefix("usage_usec")?.trim().parse().ok())
        })
    }

    /// The kernel has killed a process of it for want of memory.
    pub fn out_of_memory(&self) -> bool {
        let kills = if self.v2_memory {
            self.v2.as_ref().and_then(|v2| field(&v2.join("memory.events"), "oom_kill"))
        } else {
            self.v1_memory.as_ref().and_then(|v1| field(&v1.join("memory.oom_control"), "oom_kill"))
        };
        kills.is_some_and(|kills| kills > 0)
    }

    /// Kills every process in it, if a group can.
    pub fn kill(&self) {
        if self.v2_kill {
            kill_group(self.v2.as_ref().expect("of v2"));
        } else if let Some(group) = self.all().next() {
            kill_members(group);
        }
    }

    /// Removes the groups as soon as their last process is gone.
    pub async fn remove(&self, limit_ms: u64) {
        let deadline = tokio::time::Instant::now() + Duration::from_millis(limit_ms);
        for group in self.all() {
            while let Err(error) = fs::remove_dir(group) {
                if error.kind() == io::ErrorKind::NotFound {
                    break;
                }
                if tokio::time::Instant::now() > deadline {
                    tracing::error!(group = %group.display(), %error, "a cgroup stays");
                    break;
                }
                self.kill();
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        }
    }
}

fn kill_group(group: &Path) {
    if fs::write(group.join("cgroup.kill"), "1").is_err() {
        kill_members(group);
    }
}

fn kill_members(group: &Path) {
    let members = fs::read_to_string(group.join("cgroup.procs")).unwrap_or_default();
    for pid in members.lines().filter_map(|line| line.parse().ok()) {
        if let Some(pid) = rustix::process::Pid::from_raw(pid) {
            let _ = rustix::process::kill_process(pid, rustix::process::Signal::KILL);
        }
    }
}

/// What a small file of the kernel says now; `None` when its group is gone.
fn with_text<T>(file: &File, read: impl FnOnce(&str) -> Option<T>) -> Option<T> {
    let mut buffer = [0; 512];
    let length = file.read_at(&mut buffer, 0).ok()?;
    read(std::str::from_utf8(&buffer[..length]).ok()?)
}

fn field(file: &Path, name: &str) -> Option<u64> {
    let text = fs::read_to_string(file).ok()?;
    text.lines().find_map(|line| line.strip_prefix(name)?.trim().parse().ok())
}

/// A process of an environment that no cgroup counts.
#[derive(Debug)]
pub struct Usage {
    pub resident_bytes: u64,
    pub cpu_us: u64,
}

/// The descendants of a process, and itself: without a cgroup these are the environment.
///
/// The kernel lists the children of each thread; where it does not (`CONFIG_PROC_CHILDREN`), all
/// processes of the machine are looked at for their parents.
pub fn tree(root: u32) -> Vec<Usage> {
    family(root).into_iter().map(|(_, usage)| usage).collect()
}

/// The same with their process ids, the root first.
pub fn family(root: u32) -> Vec<(u32, Usage)> {
    if !Path::new("/proc/thread-self/children").exists() {
        return scan(root);
    }
    let mut found = Vec::new();
    let mut waiting = vec![root];
    while let Some(pid) = waiting.pop() {
        let Some((_, usage)) = usage(pid) else { continue };
        found.push((pid, usage));
        let threads = fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten();
        for thread in threads {
            let children = fs::read_to_string(thread.path().join("children")).unwrap_or_default();
            waiting.extend(children.split_whitespace().filter_map(|pid| pid.parse::<u32>().ok()));
        }
    }
    found
}

/// The parent of a process, and what it uses.
fn usage(pid: u32) -> Option<(u32, Usage)> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name in parentheses may hold anything.
    let (_, rest) = stat.rsplit_once(") ")?;
    let words: Vec<&str> = rest.split(' ').collect();
    let word = |at: usize| words.get(at).and_then(|word| word.parse::<u64>().ok()).unwrap_or(0);
    let ticks_per_s = rustix::param::clock_ticks_per_second().max(1);
    let usage = Usage {
        resident_bytes: word(21) * rustix::param::page_size() as u64,
        cpu_us: (word(11) + word(12)) * 1_000_000 / ticks_per_s,
    };
    Some((word(1) as u32, usage))
}

fn scan(root: u32) -> Vec<(u32, Usage)> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    let pids = entries.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let processes: Vec<(u32, u32, Usage)> =
        pids.filter_map(|pid| usage(pid).map(|(parent, usage)| (pid, parent, usage))).collect();
    let mut family = std::collections::HashSet::from([root]);
    loop {
        let before = family.len();
        for (pid, parent, _) in &processes {
            if family.contains(parent) {
                family.insert(*pid);
            }
        }
        if family.len() == before {
            break;
        }
    }
    let ours = processes.into_iter().filter(|(pid, ..)| family.contains(pid));
    ours.map(|(pid, _, usage)| (pid, usage)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_find_a_process_and_its_children() {
        let mut child = std::process::Command::new("sleep").arg("60").spawn().unwrap();
        let own = std::process::id();
        let (walked, scanned) = (tree(own).len(), scan(own).len());
        let alone = tree(child.id()).len();
        child.kill().unwrap();
        child.wait().unwrap();
        // Other tests of this program may have children of their own.
        assert!(walked >= 2 && scanned >= 2, "{walked} {scanned}");
        assert_eq!(alone, 1);
    }
}
