//! One execution environment of the process engine: a host process and its Runtime API.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use futures::FutureExt;
use futures::future::BoxFuture;
use tokio::sync::oneshot;

use crate::confine::Exit;
use crate::dispatch::billed_ms;
use crate::engine::{
    Completion, Environment, FunctionError, InitFailure, InitReport, Invocation, Outcome, Response,
};
use crate::function::FunctionVersion;
use crate::process::journal::Report;
use crate::process::node::Node;
use crate::runtime::{Event, InitSignal, Reply};

/// AWS: the init phase is limited to 10 seconds.
pub const INIT_MS_MAX: u64 = 10_000;

/// AWS: with provisioned concurrency it has 130 seconds, or the function's timeout if that is more.
pub const PROVISIONED_INIT_MS_MAX: u64 = 130_000;

/// One try at the init phase.
#[derive(Clone, Copy, Debug)]
pub struct Attempt {
    /// When the first try began: all of it is billed.
    pub begun: Instant,
    /// When this try began.
    pub since: Instant,
    pub limit_ms: u64,
    /// As INIT_REPORT says it: `init`, or `invoke` for the second try.
    pub phase: &'static str,
}

/// An environment after its init phase.
pub struct ProcessEnvironment {
    version: Arc<FunctionVersion>,
    node: Arc<Node>,
    init: InitReport,
}

impl ProcessEnvironment {
    /// Waits for the end of the init phase of a node that has its function.
    pub async fn init(
        version: Arc<FunctionVersion>,
        node: Arc<Node>,
        signal: oneshot::Receiver<InitSignal>,
        attempt: Attempt,
        pooled: bool,
    ) -> Result<ProcessEnvironment, InitFailure> {
        let Attempt { begun, since, limit_ms, phase } = attempt;
        let limit = tokio::time::sleep_until((since + Duration::from_millis(limit_ms)).into());
        let error = tokio::select! {
            biased;
            Ok(signal) = signal => match signal {
                InitSignal::Ready => None,
                InitSignal::Failed(error) => Some((error, "error")),
            },
            exit = node.process.wait() => Some((exit_error(&exit, None), "error")),
            () = limit => Some((
                FunctionError::new(
                    "Sandbox.Timedout",
                    &format!("Error: Init timed out after {:.2} seconds", limit_ms as f64 / 1000.0),
                ),
                "timeout",
            )),
        };
        let duration_us = begun.elapsed().as_micros() as u64;
        let Some((error, status)) = error else {
            let init = InitReport { duration_us, pooled };
            return Ok(ProcessEnvironment { version, node, init });
        };
        node.journal
            .line(format!(
                "INIT_REPORT Init Duration: {:.2} ms\tPhase: {phase}\tStatus: {status}\tError Type: {}",
                duration_us as f64 / 1000.0,
                error.error_type
            ))
            .await;
        let log_tail = node.end().await;
        Err(InitFailure { error, duration_us, log_tail })
    }
}

impl Environment for ProcessEnvironment {
    fn invoke(&self, invocation: Invocation) -> BoxFuture<'static, Completion> {
        invoke(self.version.clone(), self.node.clone(), invocation).boxed()
    }

    fn settled(&self) -> BoxFuture<'static, bool> {
        let runtime = self.node.runtime.clone();
        async move { runtime.settled().await }.boxed()
    }

    fn ended(&self) -> BoxFuture<'static, ()> {
        let node = self.node.clone();
        async move {
            node.process.wait().await;
            node.end().await;
        }
        .boxed()
    }

    fn shutdown(&self) -> BoxFuture<'static, ()> {
        let node = self.node.clone();
        async move {
            node.end().await;
        }
        .boxed()
    }

    fn init(&self) -> InitReport {
        self.init
    }
}

async fn invoke(
    version: Arc<FunctionVersion>,
    node: Arc<Node>,
    invocation: Invocation,
) -> Completion {
    let Node { runtime, journal, process, .. } = &*node;
    let Invocation { request_id, trace_id, mode, early, init_duration_us, .. } = invocation;
    journal.start_invocation(&request_id, &version.version).await;
    let begun = Instant::now();
    let limit_ms = version.timeout_ms();
    let event = Event {
        request_id: request_id.clone(),
        function_arn: invocation.function_arn,
        payload: invocation.payload,
        trace_id,
        client_context: invocation.client_context,
        identity: invocation.identity,
        deadline_ms: unix_ms() + limit_ms,
    };
    let reply = runtime.hand(event, mode, early);
    let limit = tokio::time::sleep_until((begun + Duration::from_millis(limit_ms)).into());
    let outcome = tokio::select! {
        biased;
        Ok(reply) = reply => match reply {
            Reply::Complete(Ok(response)) => Outcome::Returned(response),
            Reply::Streamed(Ok(())) => {
                Outcome::Returned(Response { content_type: String::new(), body: Default::default() })
            }
            Reply::Complete(Err(error)) | Reply::Streamed(Err(error)) => {
                if error.error_type == TIMED_OUT { Outcome::Exceeded(error) } else { Outcome::Raised(error) }
            }
        },
        exit = process.wait() => {
            let error = exit_error(&exit, Some(&request_id));
            if matches!(exit, Exit::OutOfMemory) { Outcome::Exceeded(error) } else { Outcome::Raised(error) }
        }
        () = limit => {
            runtime.close();
            Outcome::Exceeded(FunctionError::new(
                TIMED_OUT,
                &format!(
                    "RequestId: {request_id} Error: Task timed out after {:.2} seconds",
                    limit_ms as f64 / 1000.0
                ),
            ))
        }
    };
    let duration_us = begun.elapsed().as_micros() as u64;
    let status = match &outcome {
        Outcome::Returned(_) => None,
        Outcome::Exceeded(error) if error.error_type == TIMED_OUT => {
            Some(("timeout", String::new()))
        }
        Outcome::Raised(error) | Outcome::Exceeded(error) => {
            Some(("error", error.error_type.clone()))
        }
    };
    let report = Report {
        request_id,
        duration_us,
        init_us: init_duration_us,
        billed_ms: billed_ms(duration_us, init_duration_us),
        memory_mb: version.memory_mb,
        status,
    };
    let aftermath = journal.end_invocation(report).await;
    if !matches!(outcome, Outcome::Returned(_)) && runtime.is_closed() {
        let node = node.clone();
        tokio::spawn(async move { node.end().await });
    }
    Completion { outcome, duration_us, aftermath }
}

/// The error type of an invocation that ran out of time.
const TIMED_OUT: &str = "Sandbox.Timedout";

/// AWS's words for a program that ended by itself.
fn exit_error(exit: &Exit, request_id: Option<&str>) -> FunctionError {
    let (error_type, reason) = match exit {
        Exit::Code(0) => ("Runtime.ExitError", "Runtime exited without providing a reason".into()),
        Exit::Code(code) => {
            ("Runtime.ExitError", format!("Runtime exited with error: exit status {code}"))
        }
        Exit::Signal(signal) => {
            ("Runtime.ExitError", format!("Runtime exited with error: signal: {signal}"))
        }
        Exit::OutOfMemory => {
            ("Runtime.OutOfMemory", "Runtime exited with error: signal: killed".into())
        }
    };
    let message = match request_id {
        Some(request_id) => format!("RequestId: {request_id} Error: {reason}"),
        None => format!("Error: {reason}"),
    };
    FunctionError::new(error_type, &message)
}

fn unix_ms() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis() as u64
}
