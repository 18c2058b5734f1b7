//! The thread that writes the logs, and throws away what is too old or too much.

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc as blocking;
use std::time::{Duration, Instant, UNIX_EPOCH};

use super::{LogEvent, Message, escape, unix_ms};

/// What is kept of a log.
#[derive(Clone, Copy, Debug)]
pub struct Retention {
    /// Lines older than this are gone.
    pub age_ms_max: u64,
    /// Bytes of one group; the oldest segment goes when there would be more.
    pub group_bytes_max: u64,
    /// A segment is followed by another beyond this many bytes,
    pub segment_bytes: u64,
    /// or when its first line is so old.
    pub segment_ms: u64,
}

impl Default for Retention {
    fn default() -> Retention {
        Retention {
            age_ms_max: RETENTION_DAYS * DAY_MS,
            group_bytes_max: 128 * 1024 * 1024,
            segment_bytes: 8 * 1024 * 1024,
            segment_ms: DAY_MS,
        }
    }
}

/// Days that a log is kept.
pub const RETENTION_DAYS: u64 = 14;

const DAY_MS: u64 = 24 * 3_600_000;

/// How often segments that are too old are looked for.
const SWEEP_MS: u64 = 3_600_000;

/// Groups whose files are open at a time; the one that was written longest ago is closed.
const OPEN_MAX: usize = 256;

/// How long a line stays in memory before it is written.
const GATHER_MS: u64 = 20;

/// The thread that writes.
pub(super) struct Writer {
    folder: PathBuf,
    retention: Retention,
    open: HashMap<Arc<str>, Segment>,
    /// Counts writes, to know which segment was not written for longest.
    writes: u64,
}

struct Segment {
    file: BufWriter<File>,
    path: PathBuf,
    bytes: u64,
    /// The time of its first line.
    first_ms: u64,
    /// The number of its last write.
    written: u64,
}

impl Writer {
    pub(super) fn new(folder: PathBuf, retention: Retention) -> Writer {
        Writer { folder, retention, open: HashMap::new(), writes: 0 }
    }

    /// Takes what has come, and then leaves the senders alone for a moment: a thread that waits
    /// for each line costs each line a wake-up.
    pub(super) fn run(mut self, lines: &blocking::Receiver<Message>) {
        let mut sweep_at = Instant::now();
        loop {
            if Instant::now() >= sweep_at {
                self.sweep(unix_ms());
                sweep_at = Instant::now() + Duration::from_millis(SWEEP_MS);
            }
            let first = match lines.recv_timeout(sweep_at.saturating_duration_since(Instant::now()))
            {
                Ok(first) => first,
                Err(blocking::RecvTimeoutError::Timeout) => continue,
                Err(blocking::RecvTimeoutError::Disconnected) => break,
            };
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

    /// Deletes what is too old of every group, and groups of which nothing is left.
    fn sweep(&mut self, now_ms: u64) {
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        for entry in entries {
            if let Err(error) = self.sweep_group(&entry.path(), now_ms) {
                tracing::error!(%error, folder = %entry.path().display(), "old logs are not deleted");
            }
        }
    }

    fn sweep_group(&mut self, folder: &Path, now_ms: u64) -> io::Result<()> {
        let oldest_ms = now_ms.saturating_sub(self.retention.age_ms_max);
        let segments = segments(folder)?;
        for (at, (_, path)) in segments.iter().enumerate() {
            // Its last line is as old as the file, and no younger than the next one's first.
            let next_ms = segments.get(at + 1).map(|(next_ms, _)| *next_ms);
            if modified_ms(path)?.min(next_ms.unwrap_or(u64::MAX)) >= oldest_ms {
                break;
            }
            self.open.retain(|_, segment| segment.path != *path);
            fs::remove_file(path)?;
            if at + 1 == segments.len() {
                fs::remove_dir(folder)?;
            }
        }
        Ok(())
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
        let Retention { segment_bytes, segment_ms, .. } = self.retention;
        if self.open.get(group).is_some_and(|segment| {
            segment.bytes >= segment_bytes
                || event.timestamp_ms.saturating_sub(segment.first_ms) >= segment_ms
        }) {
            self.close(&group.clone());
        }
        if !self.open.contains_key(group) {
            if self.open.len() >= OPEN_MAX
                && let Some(quietest) = self.open.iter().min_by_key(|(_, s)| s.written)
            {
                self.close(&quietest.0.clone());
            }
            let segment = self.segment(group, event.timestamp_ms)?;
            self.open.insert(group.clone(), segment);
        }
        self.writes += 1;
        let segment = self.open.get_mut(group).expect("it is open");
        segment.written = self.writes;
        let mut line = serde_json::to_vec(event)?;
        line.push(b'\n');
        segment.bytes += line.len() as u64;
        segment.file.write_all(&line)
    }

    fn close(&mut self, group: &Arc<str>) {
        if let Some(mut segment) = self.open.remove(group)
            && let Err(error) = segment.file.flush()
        {
            tracing::error!(%error, %group, "a log could not be written");
        }
    }

    /// Opens the newest segment of a group, or a new one, and deletes what is too much.
    fn segment(&self, group: &str, now_ms: u64) -> io::Result<Segment> {
        let Retention { age_ms_max, group_bytes_max, segment_bytes, segment_ms } = self.retention;
        let folder = self.folder.join(escape(group));
        fs::create_dir_all(&folder)?;
        let mut segments = segments(&folder)?;
        let fits = segments.last().is_some_and(|(first_ms, path)| {
            size(path) < segment_bytes && now_ms.saturating_sub(*first_ms) < segment_ms
        });
        if !fits {
            // A clock that went back does not bring lines out of their order.
            let first_ms = segments.last().map_or(now_ms, |(last_ms, _)| now_ms.max(last_ms + 1));
            segments.push((first_ms, folder.join(format!("{first_ms:015}.log"))));
        }
        let oldest_ms = now_ms.saturating_sub(age_ms_max);
        // What the newest one may grow to is counted.
        let newest = size(&segments.last().expect("there is one").1);
        let grown = segment_bytes.saturating_sub(newest);
        let mut bytes: u64 = segments.iter().map(|(_, path)| size(path)).sum::<u64>() + grown;
        while segments.len() > 1 && (bytes > group_bytes_max || segments[1].0 < oldest_ms) {
            let (_, path) = segments.remove(0);
            bytes -= size(&path);
            fs::remove_file(path)?;
        }
        let (first_ms, path) = segments.pop().expect("there is one");
        let mut file = OpenOptions::new().create(true).append(true).read(true).open(&path)?;
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
        Ok(Segment { file: BufWriter::new(file), path, bytes, first_ms, written: 0 })
    }
}

/// The segments of a group, oldest first, with the time of their first line.
pub(super) fn segments(folder: &Path) -> io::Result<Vec<(u64, PathBuf)>> {
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

pub(super) fn size(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |found| found.len())
}

/// When a file was written to, in Unix milliseconds.
fn modified_ms(path: &Path) -> io::Result<u64> {
    let modified = fs::metadata(path)?.modified()?;
    Ok(modified.duration_since(UNIX_EPOCH).unwrap_or_default().as_millis() as u64)
}

#[cfg(test)]
mod tests {
    use super::super::Logs;
    use super::super::tests::messages;
    use super::*;

    /// A line as it stands in a segment.
    fn written(timestamp_ms: u64, message: &str) -> String {
        format!("{{\"t\":{timestamp_ms},\"s\":\"s\",\"n\":1,\"m\":\"{message}\"}}\n")
    }

    /// A segment of a server that ran before, last written to at `last_ms`.
    fn plant(data: &Path, group: &str, first_ms: u64, last_ms: u64, text: &str) -> PathBuf {
        let folder = data.join("logs").join(escape(group));
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join(format!("{first_ms:015}.log"));
        fs::write(&path, text).unwrap();
        let file = File::options().append(true).open(&path).unwrap();
        file.set_modified(UNIX_EPOCH + Duration::from_millis(last_ms)).unwrap();
        path
    }

    #[test]
    fn lines_are_gone_after_fourteen_days_written_to_or_not() {
        let folder = tempfile::tempdir().unwrap();
        let day = |days: u64| unix_ms() - days * DAY_MS;
        let kept = plant(folder.path(), "quiet", day(13), day(13), &written(day(13), "13 days"));
        plant(folder.path(), "gone", day(16), day(15), &written(day(15), "15 days"));
        let mixed = written(day(15), "15 days") + &written(day(13), "13 days");
        plant(folder.path(), "busy", day(16), day(15), &written(day(16), "16 days"));
        let half = plant(folder.path(), "busy", day(15), day(13), &mixed);
        let logs = Logs::open(folder.path(), Retention::default()).unwrap();
        logs.stream("busy", "s").append("today");
        assert_eq!(messages(&logs, "quiet"), ["13 days"]);
        assert_eq!(messages(&logs, "busy"), ["13 days", "today"], "what is too old is not read");
        let groups: Vec<String> =
            logs.groups("").unwrap().into_iter().map(|group| group.name).collect();
        assert_eq!(groups, ["busy", "quiet"], "a group that is too old as a whole is gone");
        assert!(kept.exists() && half.exists());
        let segments = segments(half.parent().unwrap()).unwrap();
        assert_eq!(segments.len(), 2, "a day's lines are followed by a segment of their own");
    }

    #[test]
    fn a_group_keeps_to_its_size_and_loses_its_oldest_lines() {
        let folder = tempfile::tempdir().unwrap();
        let retention = Retention {
            segment_bytes: 4 * 1024,
            group_bytes_max: 64 * 1024,
            ..Retention::default()
        };
        let logs = Logs::open(folder.path(), retention).unwrap();
        let stream = logs.stream("g", "s");
        let mut largest = 0;
        for number in 0..2000 {
            stream.append(&format!("{number} {}", "x".repeat(100)));
            if number % 100 == 99 {
                logs.flush();
                largest = largest.max(logs.groups("g").unwrap()[0].bytes);
            }
        }
        let line_bytes = 256;
        assert!(largest <= 64 * 1024 + line_bytes, "{largest} bytes of a group");
        assert!(largest > 48 * 1024, "{largest} bytes are far below the cap");
        let found = messages(&logs, "g");
        let numbers: Vec<u64> =
            found.iter().map(|m| m.split(' ').next().unwrap().parse().unwrap()).collect();
        let oldest = numbers[0];
        assert!(oldest > 1000, "the oldest lines went");
        assert_eq!(numbers, (oldest..2000).collect::<Vec<_>>(), "and only those");
    }

    #[test]
    fn more_groups_than_files_may_be_open() {
        let folder = tempfile::tempdir().unwrap();
        let logs = Logs::open(folder.path(), Retention::default()).unwrap();
        for round in 0..2 {
            for group in 0..OPEN_MAX + 50 {
                logs.stream(&format!("g{group}"), "s").append(&format!("round {round}"));
            }
        }
        for group in [0, 1, OPEN_MAX, OPEN_MAX + 49] {
            assert_eq!(messages(&logs, &format!("g{group}")), ["round 0", "round 1"]);
        }
        let open = fs::read_dir("/proc/self/fd").unwrap().flatten();
        let open = open.filter(|fd| {
            fs::read_link(fd.path()).is_ok_and(|path| path.starts_with(folder.path()))
        });
        assert!(open.count() <= OPEN_MAX);
    }
}
