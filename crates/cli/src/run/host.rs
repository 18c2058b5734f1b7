//! What an isolate of `beamlet run` reaches of the machine.

use std::cell::RefCell;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::Result;
use beamlet_code::artifact::Artifact;
use beamlet_code::{Compiler, read, verify};
use beamlet_compile::Cranelift;
use beamlet_vm::bif::Bifs;
use beamlet_vm::code::Natives;
use beamlet_vm::host::{CodeError, Files, Host};

use super::cache::Cache;
use super::files::Root;

/// What it took to get the code.
#[derive(Clone, Copy, Debug, Default)]
pub struct CodeFigures {
    pub load: Duration,
    pub verify: Duration,
    pub compile: Duration,
    pub modules: usize,
    pub compiled: usize,
}

/// Shared between the host, which counts, and who tells.
#[derive(Clone, Default)]
pub struct Figures(Rc<RefCell<CodeFigures>>);

impl Figures {
    pub fn get(&self) -> CodeFigures {
        *self.0.borrow()
    }
}

pub struct Program {
    otp: PathBuf,
    files: Root,
    compiler: Arc<Cranelift>,
    natives: Bifs,
    cache: Cache,
    figures: Figures,
    started: Instant,
}

impl Program {
    pub fn new(
        otp: &Path,
        paths: &[PathBuf],
        allowed: &[PathBuf],
        compiler: Arc<Cranelift>,
        figures: Figures,
    ) -> Result<Program> {
        let natives = Bifs::new();
        let cache = Cache::new(&*compiler, &natives)?;
        let mut readable = vec![otp.to_owned()];
        readable.extend_from_slice(paths);
        Ok(Program {
            otp: otp.to_owned(),
            files: Root::new(readable, allowed.to_vec()),
            compiler,
            natives,
            cache,
            figures,
            started: Instant::now(),
        })
    }

    fn compile(&self, beam: &[u8]) -> Result<Artifact, CodeError> {
        let begun = Instant::now();
        let module = read::read(beam).map_err(|error| CodeError::Unreadable(error.to_string()))?;
        let read = Instant::now();
        let verified =
            verify::verify(module).map_err(|refusal| CodeError::Refused(refusal.to_string()))?;
        let proven = Instant::now();
        let is_native = |module: &str, function: &str, arity| {
            self.natives.number(module, function, arity).is_some()
        };
        let artifact = self
            .compiler
            .compile(&verified, &is_native)
            .map_err(|error| CodeError::Refused(error.to_string()))?;
        let mut figures = self.figures.0.borrow_mut();
        figures.load += read - begun;
        figures.verify += proven - read;
        figures.compile += proven.elapsed();
        figures.compiled += 1;
        Ok(artifact)
    }
}

impl Host for Program {
    fn monotonic_ns(&self) -> u64 {
        self.started.elapsed().as_nanos() as u64
    }

    fn system_ns(&self) -> i64 {
        SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos() as i64)
    }

    fn cpu_ns(&self) -> u64 {
        let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
        time.tv_sec as u64 * 1_000_000_000 + time.tv_nsec as u64
    }

    fn entropy(&self, bytes: &mut [u8]) {
        rand::fill(bytes);
    }

    fn output(&mut self, bytes: &[u8]) {
        let mut out = std::io::stdout().lock();
        let _ = out.write_all(bytes).and_then(|()| out.flush());
    }

    fn log(&mut self, text: &str) {
        let _ = std::io::stderr().lock().write_all(text.as_bytes());
    }

    fn files(&self) -> &dyn Files {
        &self.files
    }

    fn environment(&self) -> Vec<(String, String)> {
        // What `erlexec` sets, and OTP's init wants; nothing of the real environment.
        let root = self.otp.display().to_string();
        [("ROOTDIR", root.clone()), ("BINDIR", format!("{root}/bin")), ("EMU", "beam".to_owned())]
            .map(|(name, value)| (name.to_owned(), value))
            .to_vec()
    }

    fn artifact(&self, beam: &[u8]) -> Result<Artifact, CodeError> {
        self.figures.0.borrow_mut().modules += 1;
        let key = self.cache.key(beam);
        let begun = Instant::now();
        if let Some(artifact) = self.cache.get(&key) {
            self.figures.0.borrow_mut().load += begun.elapsed();
            return Ok(artifact);
        }
        let artifact = self.compile(beam)?;
        self.cache.put(&key, &artifact);
        Ok(artifact)
    }

    fn utc_offset_s(&self, system_s: i64) -> i32 {
        let zone = jiff::tz::TimeZone::system();
        jiff::Timestamp::from_second(system_s).map_or(0, |at| zone.to_offset(at).seconds())
    }
}
