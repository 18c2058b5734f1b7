//! The logs of functions: groups of streams of lines, in files that are only ever appended to.
//!
//! ```text
//!  logs/<group, escaped>/<first timestamp>.log     one JSON line per event, oldest file first
//! ```
//!
//! A file that has reached its size or its age is followed by another; the oldest ones are deleted
//! whole when the group would be over its cap, and when all of their lines are over their age, be
//! the group still written to or not. Lines over their age are not read, either. A last line that
//! a crash cut is left out. Writing never makes an invocation wait: lines go through a bounded
//! channel to one thread, and what a function writes beyond its rate is dropped and counted in the
//! log itself.

mod writer;

use std::collections::{BTreeMap, HashMap};
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::sync::mpsc as blocking;
use std::sync::{Arc, Mutex};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

pub use self::writer::{RETENTION_DAYS, Retention};
use self::writer::{Writer, segments, size};

/// Lines that wait for the writing thread; beyond that they are dropped and counted.
const LINES_WAITING_MAX: usize = 65_536;

/// What a group may write in the long run, in bytes a second.
const RATE_BYTES_PER_S: u64 = 10 * 1024 * 1024;

/// What it may write at once.
const BURST_BYTES: u64 = 50 * 1024 * 1024;

/// The longest name of a file.
const FILE_NAME_BYTES_MAX: usize = 255;

/// Groups whose rates are remembered though nothing writes to them.
const QUIET_RATES_MAX: usize = 10_000;

/// One line of a log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LogEvent {
    /// Unix time in milliseconds.
    #[serde(rename = "t")]
    pub timestamp_ms: u64,
    #[serde(rename = "s")]
    pub stream: Arc<str>,
    /// Counts up within the server's logs: the order of events of one millisecond.
    #[serde(rename = "n")]
    pub number: u64,
    #[serde(rename = "m")]
    pub message: String,
}

/// A stream and what is known of it.
#[derive(Clone, Debug, PartialEq)]
pub struct StreamInfo {
    pub name: Arc<str>,
    pub first_ms: u64,
    pub last_ms: u64,
    pub bytes: u64,
}

/// A group and what is known of it.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupInfo {
    pub name: String,
    pub created_ms: u64,
    pub bytes: u64,
}

/// A handle of the logs.
#[derive(Clone, Debug)]
pub struct Logs {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    folder: PathBuf,
    retention: Retention,
    lines: blocking::SyncSender<Message>,
    /// The thread that writes.
    writer: std::thread::Thread,
    meters: Mutex<HashMap<Arc<str>, Arc<Mutex<Rate>>>>,
    number: std::sync::atomic::AtomicU64,
}

#[derive(Debug)]
enum Message {
    Line { group: Arc<str>, event: LogEvent },
    Flush(blocking::SyncSender<()>),
}

/// The place where one environment writes.
#[derive(Clone, Debug)]
pub struct LogStream {
    logs: Logs,
    group: Arc<str>,
    stream: Arc<str>,
    rate: Arc<Mutex<Rate>>,
}

/// A token bucket of bytes.
#[derive(Debug)]
struct Rate {
    tokens: u64,
    at: Instant,
    dropped: u64,
}

impl Logs {
    /// Opens the logs of a data directory.
    pub fn open(data: &Path, retention: Retention) -> io::Result<Logs> {
        let folder = data.join("logs");
        fs::create_dir_all(&folder)?;
        let (lines, receiver) = blocking::sync_channel(LINES_WAITING_MAX);
        let writer = Writer::new(folder.clone(), retention);
        let thread = std::thread::Builder::new().name("logs".into());
        let writer = thread.spawn(move || writer.run(&receiver))?.thread().clone();
        // Unix milliseconds times 1,000: above every number of an earlier run.
        let number = std::sync::atomic::AtomicU64::new(unix_ms() * 1000);
        let meters = Mutex::new(HashMap::new());
        let shared = Shared { folder, retention, lines, writer, meters, number };
        Ok(Logs { shared: Arc::new(shared) })
    }

    /// Whether a group of this name can be kept: its file name has room for so much.
    pub fn accepts(group: &str) -> bool {
        escape(group).len() <= FILE_NAME_BYTES_MAX
    }

    /// A stream to write to; it appears with its first line.
    pub fn stream(&self, group: &str, stream: &str) -> LogStream {
        let group: Arc<str> = group.into();
        let mut meters = self.shared.meters.lock().expect("nothing panics under this lock");
        if meters.len() >= QUIET_RATES_MAX {
            meters.retain(|_, rate| Arc::strong_count(rate) > 1);
        }
        let rate = meters.entry(group.clone()).or_insert_with(|| {
            Arc::new(Mutex::new(Rate { tokens: BURST_BYTES, at: Instant::now(), dropped: 0 }))
        });
        LogStream { logs: self.clone(), group, stream: stream.into(), rate: rate.clone() }
    }

    /// Waits until everything that was appended before is readable.
    pub fn flush(&self) {
        let (done, wait) = blocking::sync_channel(1);
        if self.shared.lines.send(Message::Flush(done)).is_ok() {
            self.shared.writer.unpark();
            let _ = wait.recv();
        }
    }

    /// The groups whose names begin with `prefix`, by name.
    pub fn groups(&self, prefix: &str) -> io::Result<Vec<GroupInfo>> {
        let mut found = Vec::new();
        for entry in fs::read_dir(&self.shared.folder)? {
            let entry = entry?;
            let name = unescape(&entry.file_name().to_string_lossy());
            if !name.starts_with(prefix) {
                continue;
            }
            let segments = segments(&entry.path())?;
            let bytes = segments.iter().map(|(_, path)| size(path)).sum();
            let created_ms = segments.first().map_or(0, |(first_ms, _)| *first_ms);
            found.push(GroupInfo { name, created_ms, bytes });
        }
        found.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(found)
    }

    /// Calls `each` with the events of a group from `from_ms` on, in order, until it says stop.
    pub fn each(
        &self,
        group: &str,
        from_ms: u64,
        mut each: impl FnMut(LogEvent) -> Go,
    ) -> io::Result<()> {
        self.flush();
        let from_ms = from_ms.max(unix_ms().saturating_sub(self.shared.retention.age_ms_max));
        let segments = segments(&self.shared.folder.join(escape(group)))?;
        for (at, (_, path)) in segments.iter().enumerate() {
            // Nothing in it is younger than the first line of the next.
            if segments.get(at + 1).is_some_and(|(next_ms, _)| *next_ms < from_ms) {
                continue;
            }
            let file = match File::open(path) {
                // It has just become too old.
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                file => file?,
            };
            let mut reader = BufReader::new(file);
            let mut line = Vec::new();
            loop {
                line.clear();
                if reader.read_until(b'\n', &mut line)? == 0 || line.last() != Some(&b'\n') {
                    break;
                }
                let Ok(event) = serde_json::from_slice::<LogEvent>(&line) else {
                    continue;
                };
                if event.timestamp_ms >= from_ms && each(event) == Go::Stop {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// The streams of a group, by name.
    pub fn streams(&self, group: &str) -> io::Result<Vec<StreamInfo>> {
        let mut found: BTreeMap<Arc<str>, StreamInfo> = BTreeMap::new();
        self.each(group, 0, |event| {
            let info = found.entry(event.stream.clone()).or_insert_with(|| StreamInfo {
                name: event.stream.clone(),
                first_ms: event.timestamp_ms,
                last_ms: event.timestamp_ms,
                bytes: 0,
            });
            info.last_ms = event.timestamp_ms;
            info.bytes += event.message.len() as u64;
            Go::On
        })?;
        Ok(found.into_values().collect())
    }

    /// Whether anything was ever written to a group.
    pub fn has_group(&self, group: &str) -> bool {
        self.flush();
        self.shared.folder.join(escape(group)).exists()
    }
}

/// Whether to go on reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Go {
    On,
    Stop,
}

impl LogStream {
    pub fn name(&self) -> &str {
        &self.stream
    }

    /// Appends a line; never waits.
    pub fn append(&self, message: &str) {
        let dropped = {
            let mut rate = self.rate.lock().expect("nothing panics under this lock");
            let earned = rate.at.elapsed().as_millis() as u64 * RATE_BYTES_PER_S / 1000;
            if earned > 0 {
                rate.at = Instant::now();
                rate.tokens = (rate.tokens + earned).min(BURST_BYTES);
            }
            let cost = message.len() as u64 + 64;
            if rate.tokens < cost {
                rate.dropped += 1;
                return;
            }
            rate.tokens -= cost;
            std::mem::take(&mut rate.dropped)
        };
        if dropped > 0 {
            self.send(format!("beamlet: {dropped} lines were dropped: the function logs too fast"));
        }
        self.send(message.to_owned());
    }

    fn send(&self, message: String) {
        let shared = &self.logs.shared;
        let event = LogEvent {
            timestamp_ms: unix_ms(),
            stream: self.stream.clone(),
            number: shared.number.fetch_add(1, std::sync::atomic::Ordering::Relaxed),
            message,
        };
        let line = Message::Line { group: self.group.clone(), event };
        if shared.lines.try_send(line).is_err() {
            self.rate.lock().expect("nothing panics under this lock").dropped += 1;
        }
    }
}

/// A group's name as a file name.
fn escape(group: &str) -> String {
    use std::fmt::Write as _;
    let mut name = String::new();
    for byte in group.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => name.push(byte as char),
            _ => {
                let _ = write!(name, "%{byte:02X}");
            }
        }
    }
    name
}

fn unescape(name: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = name;
    while let Some((before, after)) = rest.split_once('%') {
        bytes.extend_from_slice(before.as_bytes());
        let (code, tail) = after.split_at_checked(2).unwrap_or(("", after));
        bytes.extend(u8::from_str_radix(code, 16).ok());
        rest = tail;
    }
    bytes.extend_from_slice(rest.as_bytes());
    String::from_utf8_lossy(&bytes).into_owned()
}

fn unix_ms() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis() as u64
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    pub(super) fn messages(logs: &Logs, group: &str) -> Vec<String> {
        let mut found = Vec::new();
        logs.each(group, 0, |event| {
            found.push(event.message);
            Go::On
        })
        .unwrap();
        found
    }

    #[test]
    fn lines_are_read_in_the_order_in_which_they_were_written() {
        let folder = tempfile::tempdir().unwrap();
        let logs = Logs::open(folder.path(), Retention::default()).unwrap();
        let stream = logs.stream("/aws/lambda/f", "2026/11/23/[$LATEST]0");
        stream.append("one");
        stream.append("zwei ü");
        assert_eq!(messages(&logs, "/aws/lambda/f"), ["one", "zwei ü"]);
        assert_eq!(messages(&logs, "/aws/lambda/g"), [""; 0]);
        assert_eq!(logs.groups("/aws").unwrap()[0].name, "/aws/lambda/f");
        assert_eq!(&*logs.streams("/aws/lambda/f").unwrap()[0].name, "2026/11/23/[$LATEST]0");
    }

    #[test]
    fn a_line_that_a_crash_cut_is_left_out() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("logs").join(escape("g"));
        fs::create_dir_all(&path).unwrap();
        let now_ms = unix_ms();
        let whole = format!("{{\"t\":{now_ms},\"s\":\"s\",\"n\":1,\"m\":\"whole\"}}\n");
        let cut = &whole[..whole.len() / 2];
        fs::write(path.join(format!("{now_ms:015}.log")), format!("{whole}{cut}")).unwrap();
        let logs = Logs::open(folder.path(), Retention::default()).unwrap();
        assert_eq!(messages(&logs, "g"), ["whole"]);
        logs.stream("g", "s").append("next");
        assert_eq!(messages(&logs, "g"), ["whole", "next"]);
    }

    #[test]
    fn a_function_that_logs_too_fast_loses_lines_and_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let logs = Logs::open(folder.path(), Retention::default()).unwrap();
        let stream = logs.stream("g", "s");
        stream.rate.lock().unwrap().tokens = 100;
        stream.rate.lock().unwrap().at = Instant::now() + Duration::from_secs(3600);
        stream.append("kept");
        stream.append("lost");
        stream.rate.lock().unwrap().tokens = 1000;
        stream.append("after");
        let found = messages(&logs, "g");
        assert_eq!(found[0], "kept");
        assert!(found[1].contains("1 lines were dropped"), "{found:?}");
        assert_eq!(found[2], "after");
    }
}
