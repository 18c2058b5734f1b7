//! The logs of functions: groups of streams of lines, in files that are only ever appended to.
//!
//! ```text
//!  logs/<group, escaped>/<first timestamp>.log     one JSON line per event, oldest file first
//! ```
//!
//! A file that has reached [`SEGMENT_BYTES`] is followed by another; the oldest ones are deleted
//! whole when the group is over its cap or they are over their age. A last line that a crash cut
//! is left out. Writing never makes an invocation wait: lines go through a bounded channel to one
//! thread, and what a function writes beyond its rate is dropped and counted in the log itself.

use std::collections::{BTreeMap, HashMap};
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc as blocking;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

/// A file is followed by another beyond this.
pub const SEGMENT_BYTES: u64 = 8 * 1024 * 1024;

/// Bytes of one group; the oldest segment goes when there are more.
pub const GROUP_BYTES_MAX: u64 = 128 * 1024 * 1024;

/// Lines that wait for the writing thread; beyond that they are dropped and counted.
const LINES_WAITING_MAX: usize = 65_536;

/// What a group may write in the long run, in bytes a second.
const RATE_BYTES_PER_S: u64 = 10 * 1024 * 1024;

/// What it may write at once.
const BURST_BYTES: u64 = 50 * 1024 * 1024;

/// How long a line stays in memory before it is written.
const GATHER_MS: u64 = 20;

/// Days that a log is kept where nothing else is set.
pub const RETENTION_DAYS: u64 = 14;

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
    pub fn open(data: &Path) -> io::Result<Logs> {
        let folder = data.join("logs");
        fs::create_dir_all(&folder)?;
        let (lines, receiver) = blocking::sync_channel(LINES_WAITING_MAX);
        let writer = Writer { folder: folder.clone(), open: HashMap::new() };
        let thread = std::thread::Builder::new().name("logs".into());
        let writer = thread.spawn(move || writer.run(&receiver))?.thread().clone();
        // Unix milliseconds times 1,000: above every number of an earlier run.
        let number = std::sync::atomic::AtomicU64::new(unix_ms() * 1000);
        let meters = Mutex::new(HashMap::new());
        Ok(Logs { shared: Arc::new(Shared { folder, lines, writer, meters, number }) })
    }

    /// A stream to write to; it appears with its first line.
    pub fn stream(&self, group: &str, stream: &str) -> LogStream {
        let group: Arc<str> = group.into();
        let mut meters = self.shared.meters.lock().expect("nothing panics under this lock");
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
        let segments = segments(&self.shared.folder.join(escape(group)))?;
        for (at, (_, path)) in segments.iter().enumerate() {
            // Nothing in it is younger than the first line of the next.
            if segments.get(at + 1).is_some_and(|(next_ms, _)| *next_ms < from_ms) {
                continue;
            }
            let mut reader = BufReader::new(File::open(path)?);
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

/// The thread that writes.
struct Writer {
    folder: PathBuf,
    open: HashMap<Arc<str>, Segment>,
}

struct Segment {
    file: BufWriter<File>,
    bytes: u64,
}

impl Writer {
    /// Takes what has come, and then leaves the senders alone for a moment: a thread that waits
    /// for each line costs each line a wake-up.
    fn run(mut self, lines: &blocking::Receiver<Message>) {
        while let Ok(first) = lines.recv() {
            self.take(first);
            let until = Instant::now() + Duration::from_millis(GATHER_MS);
            loop {
                let mut flushed = false;
                while let Ok(message) = lines.try_recv() {
                    flushed |= matches!(message, Message::Flush(_));
                    self.take(message);
                }
                let left = until.saturating_duration_since(Instant::now());
                if left.is_zero() || flushed {
                    break;
                }
                // Whoever wants to read unparks it.
                std::thread::park_timeout(left);
            }
            self.flush();
        }
        self.flush();
    }

    fn take(&mut self, message: Message) {
        match message {
            Message::Line { group, event } => {
                if let Err(error) = self.write(&group, &event) {
                    tracing::error!(%error, %group, "a log line could not be written");
                }
            }
            Message::Flush(done) => {
                self.flush();
                let _ = done.send(());
            }
        }
    }

    fn flush(&mut self) {
        for (group, segment) in &mut self.open {
            if let Err(error) = segment.file.flush() {
                tracing::error!(%error, %group, "a log could not be written");
            }
        }
    }

    fn write(&mut self, group: &Arc<str>, event: &LogEvent) -> io::Result<()> {
        if self.open.get(group).is_some_and(|segment| segment.bytes >= SEGMENT_BYTES) {
            self.open.remove(group);
        }
        if !self.open.contains_key(group) {
            let segment = self.segment(group, event.timestamp_ms)?;
            self.open.insert(group.clone(), segment);
        }
        let segment = self.open.get_mut(group).expect("it is open");
        let mut line = serde_json::to_vec(event)?;
        line.push(b'\n');
        segment.bytes += line.len() as u64;
        segment.file.write_all(&line)
    }

    /// Opens the newest segment of a group, or a new one, and deletes what is too much.
    fn segment(&self, group: &str, now_ms: u64) -> io::Result<Segment> {
        let folder = self.folder.join(escape(group));
        fs::create_dir_all(&folder)?;
        let mut segments = segments(&folder)?;
        let fits = segments.last().is_some_and(|(_, path)| size(path) < SEGMENT_BYTES);
        if !fits {
            segments.push((now_ms, folder.join(format!("{now_ms:015}.log"))));
        }
        let oldest_ms = now_ms.saturating_sub(RETENTION_DAYS * 24 * 3_600_000);
        let mut bytes: u64 = segments.iter().map(|(_, path)| size(path)).sum();
        while segments.len() > 1 && (bytes > GROUP_BYTES_MAX || segments[1].0 < oldest_ms) {
            let (_, path) = segments.remove(0);
            bytes -= size(&path);
            fs::remove_file(path)?;
        }
        let (_, path) = segments.last().expect("there is one");
        let mut file = OpenOptions::new().create(true).append(true).read(true).open(path)?;
        // A line that a crash cut short ends here.
        let bytes = file.metadata()?.len();
        if bytes > 0 {
            use std::os::unix::fs::FileExt;
            let mut last = [0];
            file.read_exact_at(&mut last, bytes - 1)?;
            if last != *b"\n" {
                file.write_all(b"\n")?;
            }
        }
        Ok(Segment { file: BufWriter::new(file), bytes })
    }
}

/// The segments of a group, oldest first, with the time of their first line.
fn segments(folder: &Path) -> io::Result<Vec<(u64, PathBuf)>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut found = Vec::new();
    for entry in entries {
        let path = entry?.path();
        let first = path.file_stem().and_then(|name| name.to_str()).and_then(|s| s.parse().ok());
        found.extend(first.map(|first_ms| (first_ms, path)));
    }
    found.sort();
    Ok(found)
}

fn size(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |found| found.len())
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
    use super::*;

    fn messages(logs: &Logs, group: &str) -> Vec<String> {
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
        let logs = Logs::open(folder.path()).unwrap();
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
        fs::write(
            path.join("000000000000001.log"),
            "{\"t\":1,\"s\":\"s\",\"n\":1,\"m\":\"whole\"}\n{\"t\":1,\"s\":\"s\",",
        )
        .unwrap();
        let logs = Logs::open(folder.path()).unwrap();
        assert_eq!(messages(&logs, "g"), ["whole"]);
        logs.stream("g", "s").append("next");
        assert_eq!(messages(&logs, "g"), ["whole", "next"]);
    }

    #[test]
    fn a_function_that_logs_too_fast_loses_lines_and_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let logs = Logs::open(folder.path()).unwrap();
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
