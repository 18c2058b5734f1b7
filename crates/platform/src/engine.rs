//! The door between the platform and what runs functions.
//!
//! An engine starts execution environments; an environment runs invocations until it ends. The
//! platform sees no more of either than this, so that a process, an isolate and a test's script
//! stand behind the same door.

use std::sync::Arc;

use bytes::Bytes;
use futures::future::BoxFuture;
use tokio::sync::{mpsc, oneshot};

use crate::function::FunctionVersion;

/// One execution environment, unique while the server lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EnvironmentId(pub u64);

/// Starts execution environments.
pub trait Engine: Send + Sync + 'static {
    /// Runs the init phase to its end. Dropping the future abandons the environment.
    fn start(
        &self,
        id: EnvironmentId,
        version: Arc<FunctionVersion>,
        kind: InitKind,
    ) -> BoxFuture<'static, Result<Arc<dyn Environment>, InitFailure>>;

    /// Ends everything that the engine keeps in store.
    fn shutdown(&self) -> BoxFuture<'static, ()>;
}

/// Why an environment is started; AWS: `AWS_LAMBDA_INITIALIZATION_TYPE`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InitKind {
    OnDemand,
    Provisioned,
}

/// An execution environment after its init phase.
pub trait Environment: Send + Sync + 'static {
    /// Runs one invocation until its response is complete; the environment may still be busy
    /// after that, see [`Environment::settled`].
    ///
    /// A response that is streamed is announced through [`Invocation::early`].
    fn invoke(&self, invocation: Invocation) -> BoxFuture<'static, Completion>;

    /// Resolves when an invocation that was answered has left the environment: to `true` if
    /// another one can come, to `false` if the environment has ended.
    fn settled(&self) -> BoxFuture<'static, bool>;

    /// Resolves when the environment has ended, for whatever reason.
    fn ended(&self) -> BoxFuture<'static, ()>;

    /// The Shutdown phase; resolves when nothing of the environment is left.
    fn shutdown(&self) -> BoxFuture<'static, ()>;

    /// How long the init phase took, and whether a prepared environment served.
    fn init(&self) -> InitReport;
}

/// What the init phase cost.
#[derive(Clone, Copy, Debug, Default)]
pub struct InitReport {
    pub duration_us: u64,
    /// A prepared environment was taken.
    pub pooled: bool,
}

/// The init phase failed; the environment is gone.
#[derive(Clone, Debug)]
pub struct InitFailure {
    pub error: FunctionError,
    pub duration_us: u64,
    pub log_tail: Bytes,
}

/// One event on its way through an environment.
#[derive(Debug)]
pub struct Invocation {
    pub request_id: Arc<str>,
    /// The ARN as it was asked for, with its qualifier.
    pub function_arn: Arc<str>,
    pub payload: Bytes,
    /// The `X-Amzn-Trace-Id` that the function sees.
    pub trace_id: Arc<str>,
    /// JSON of the caller's client context.
    pub client_context: Option<String>,
    pub identity: Option<String>,
    /// Whether the caller takes a response while it is still being made.
    pub mode: ResponseMode,
    /// Init time that this invocation is billed for: its environment was started for it.
    pub init_duration_us: Option<u64>,
    /// Where the head of a streamed response goes as soon as it is there.
    pub early: oneshot::Sender<Stream>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResponseMode {
    Buffered,
    Streamed,
}

/// A response whose rest is still to come.
#[derive(Debug)]
pub struct Stream {
    pub content_type: String,
    /// Ends after the last chunk, or after an error that came midway.
    pub chunks: mpsc::Receiver<Result<Bytes, FunctionError>>,
}

/// The response of an invocation is complete.
#[derive(Debug)]
pub struct Completion {
    pub outcome: Outcome,
    pub duration_us: u64,
    /// What is known a little later, so that the caller does not wait for it.
    pub aftermath: oneshot::Receiver<Aftermath>,
}

/// What an invocation used and wrote, read after its response is on its way.
#[derive(Clone, Debug, Default)]
pub struct Aftermath {
    pub max_memory_bytes: u64,
    pub cpu_us: u64,
    /// The last 4 KB of its log (AWS: `LogType: Tail`).
    pub log_tail: Bytes,
}

/// How an invocation ended.
#[derive(Clone, Debug)]
pub enum Outcome {
    Returned(Response),
    /// The function answered with an error, or crashed.
    Raised(FunctionError),
    /// A limit ended it: time or memory.
    Exceeded(FunctionError),
}

/// What the function answered; the body is empty here if it was streamed.
#[derive(Clone, Debug)]
pub struct Response {
    pub content_type: String,
    pub body: Bytes,
}

/// An error of the function, not of the platform.
#[derive(Clone, Debug, PartialEq)]
pub struct FunctionError {
    /// `Runtime.ExitError`, `Sandbox.Timedout`, or what the function's runtime said.
    pub error_type: String,
    /// JSON for the caller: `{"errorMessage":…,"errorType":…}` and more.
    pub body: Bytes,
}

impl FunctionError {
    /// An error that the platform words itself.
    pub fn new(error_type: &str, message: &str) -> FunctionError {
        let body = serde_json::json!({ "errorMessage": message, "errorType": error_type });
        FunctionError { error_type: error_type.to_owned(), body: Bytes::from(body.to_string()) }
    }
}
