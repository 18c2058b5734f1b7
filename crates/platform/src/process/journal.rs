//! The journal of one environment: what its program prints, between the START, END and REPORT
//! lines of its invocations, in the order in which it happened.
//!
//! One task owns the program's output pipe. An invocation's end is a message to it, upon which it
//! first takes what the pipe still holds: what a function printed before it answered stands
//! before its END.

use std::collections::VecDeque;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use tokio::io::AsyncReadExt;
use tokio::net::unix::pipe;
use tokio::sync::{mpsc, oneshot};

use crate::confine::HostProcess;
use crate::engine::Aftermath;
use crate::logs::LogStream;

/// AWS: `LogType: Tail` gives the last 4 KB.
const TAIL_BYTES_MAX: usize = 4096;

/// AWS Lambda: a log event has at most 256 KB; a longer line is cut there.
const LINE_BYTES_MAX: usize = 256 * 1024;

/// Marks that wait for the task; each environment has only a few invocations at a time.
const MARKS_MAX: usize = 1024;

/// Where the journal is told what happens.
#[derive(Clone, Debug)]
pub struct Journal {
    marks: mpsc::Sender<Mark>,
}

#[derive(Debug)]
enum Mark {
    /// The stream from now on.
    Open(LogStream),
    Line(String),
    Start(String),
    Tail(oneshot::Sender<Bytes>),
    End {
        report: Report,
        sender: oneshot::Sender<Aftermath>,
    },
}

/// The numbers of a REPORT line.
#[derive(Clone, Debug)]
pub struct Report {
    pub request_id: Arc<str>,
    pub duration_us: u64,
    pub init_us: Option<u64>,
    pub billed_ms: u64,
    pub memory_mb: u32,
    /// `timeout`, `error`, and the error type, if it did not go well.
    pub status: Option<(&'static str, String)>,
}

impl Journal {
    /// Starts the task; it ends when the program has closed its output and every handle is gone.
    pub fn start(output: pipe::Receiver, process: HostProcess) -> Journal {
        let (marks, receiver) = mpsc::channel(MARKS_MAX);
        let writer = Writer {
            process,
            stream: None,
            early: Vec::new(),
            line: BytesMut::new(),
            tail: VecDeque::new(),
            cpu_us: 0,
        };
        tokio::spawn(writer.run(output, receiver));
        Journal { marks }
    }

    /// Names the stream that everything goes to, what was printed before included.
    pub async fn open(&self, stream: LogStream) {
        let _ = self.marks.send(Mark::Open(stream)).await;
    }

    /// Writes a line of the platform's own.
    pub async fn line(&self, line: String) {
        let _ = self.marks.send(Mark::Line(line)).await;
    }

    /// The last lines, as in the answer to `LogType: Tail`.
    pub async fn tail(&self) -> Bytes {
        let (sender, receiver) = oneshot::channel();
        let _ = self.marks.send(Mark::Tail(sender)).await;
        receiver.await.unwrap_or_default()
    }

    pub async fn start_invocation(&self, request_id: &str, version: &str) {
        let line = format!("START RequestId: {request_id} Version: {version}");
        let _ = self.marks.send(Mark::Start(line)).await;
    }

    /// Writes END and REPORT; the receiver gets what the invocation used.
    pub async fn end_invocation(&self, report: Report) -> oneshot::Receiver<Aftermath> {
        let (sender, receiver) = oneshot::channel();
        let _ = self.marks.send(Mark::End { report, sender }).await;
        receiver
    }
}

struct Writer {
    process: HostProcess,
    stream: Option<LogStream>,
    /// What came before the stream had a name: a pooled node's output.
    early: Vec<String>,
    line: BytesMut,
    tail: VecDeque<u8>,
    /// CPU time that earlier invocations have used.
    cpu_us: u64,
}

/// Lines that are kept of a node that has no function yet.
const EARLY_LINES_MAX: usize = 100;

impl Writer {
    async fn run(mut self, mut output: pipe::Receiver, mut marks: mpsc::Receiver<Mark>) {
        let mut open = true;
        let mut buffer = BytesMut::with_capacity(16 * 1024);
        loop {
            tokio::select! {
                biased;
                mark = marks.recv() => {
                    // What the pipe holds when a START comes may be that invocation's own.
                    if open && !matches!(mark, Some(Mark::Start(_))) { self.drain(&output); }
                    match mark {
                        Some(mark) => self.mark(mark),
                        None if open => { self.read_to_end(&mut output).await; break }
                        None => break,
                    }
                }
                read = output.read_buf(&mut buffer), if open => {
                    match read {
                        Ok(0) | Err(_) => open = false,
                        Ok(_) => { self.take(&buffer); buffer.clear(); }
                    }
                }
            }
        }
        self.finish_line();
    }

    /// Takes what the pipe holds now. The system is asked itself: what tokio knows of the pipe
    /// may be older than the response that this follows.
    fn drain(&mut self, output: &pipe::Receiver) {
        let mut buffer = [0; 8192];
        while let Ok(count @ 1..) = rustix::io::read(output, &mut buffer) {
            self.take(&buffer[..count]);
        }
    }

    async fn read_to_end(&mut self, output: &mut pipe::Receiver) {
        let mut buffer = [0; 8192];
        while let Ok(count @ 1..) = output.read(&mut buffer).await {
            self.take(&buffer[..count]);
        }
    }

    fn take(&mut self, mut bytes: &[u8]) {
        while let Some(at) = bytes.iter().position(|byte| *byte == b'\n') {
            self.line.extend_from_slice(&bytes[..at]);
            self.finish_line();
            bytes = &bytes[at + 1..];
        }
        self.line.extend_from_slice(bytes);
        while self.line.len() >= LINE_BYTES_MAX {
            let line = self.line.split_to(LINE_BYTES_MAX);
            self.write(&String::from_utf8_lossy(&line));
        }
    }

    fn finish_line(&mut self) {
        if !self.line.is_empty() {
            let line = self.line.split();
            self.write(&String::from_utf8_lossy(&line));
        }
    }

    fn write(&mut self, line: &str) {
        self.tail.extend(line.as_bytes());
        self.tail.push_back(b'\n');
        let excess = self.tail.len().saturating_sub(TAIL_BYTES_MAX);
        self.tail.drain(..excess);
        match &self.stream {
            Some(stream) => stream.append(line),
            None if self.early.len() < EARLY_LINES_MAX => self.early.push(line.to_owned()),
            None => {}
        }
    }

    fn mark(&mut self, mark: Mark) {
        match mark {
            Mark::Open(stream) => {
                for line in self.early.drain(..) {
                    stream.append(&line);
                }
                self.stream = Some(stream);
                self.cpu_us = self.process.cpu_time_us();
            }
            Mark::Line(line) => {
                self.finish_line();
                self.write(&line);
            }
            Mark::Start(line) => {
                self.finish_line();
                self.tail.clear();
                self.write(&line);
            }
            Mark::Tail(sender) => {
                self.finish_line();
                let _ = sender.send(Bytes::copy_from_slice(self.tail.make_contiguous()));
            }
            Mark::End { report, sender } => {
                self.finish_line();
                let max_memory_bytes = self.process.memory_peak_bytes();
                let cpu_total_us = self.process.cpu_time_us();
                let cpu_us = cpu_total_us.saturating_sub(self.cpu_us);
                self.cpu_us = cpu_total_us.max(self.cpu_us);
                self.write(&format!("END RequestId: {}", report.request_id));
                self.write(&report.line(max_memory_bytes));
                let log_tail = Bytes::copy_from_slice(self.tail.make_contiguous());
                let _ = sender.send(Aftermath { max_memory_bytes, cpu_us, log_tail });
            }
        }
    }
}

impl Report {
    /// As AWS words it, tabs included.
    fn line(&self, max_memory_bytes: u64) -> String {
        use std::fmt::Write as _;
        let mut line = format!(
            "REPORT RequestId: {}\tDuration: {:.2} ms\tBilled Duration: {} ms\tMemory Size: {} MB\t\
             Max Memory Used: {} MB",
            self.request_id,
            self.duration_us as f64 / 1000.0,
            self.billed_ms,
            self.memory_mb,
            max_memory_bytes.div_ceil(1024 * 1024).min(u64::from(self.memory_mb)),
        );
        if let Some(init_us) = self.init_us {
            let _ = write!(line, "\tInit Duration: {:.2} ms", init_us as f64 / 1000.0);
        }
        if let Some((status, error_type)) = &self.status {
            let _ = write!(line, "\tStatus: {status}");
            if !error_type.is_empty() {
                let _ = write!(line, "\tError Type: {error_type}");
            }
        }
        line
    }
}
