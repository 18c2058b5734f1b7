//! The Runtime API of one environment, without HTTP: what the program asks and what it is given.
//!
//! The gateway serves it on the environment's own port; the process engine stands on the other
//! side, hands events in and waits for their responses.
//!
//! ```text
//!            engine                         program (through the gateway)
//!              │                                 │ next  (its first one ends the init phase)
//!              ├─ hand(event) ──────────────────►│
//!              │                                 │
//!              │◄──────────── respond / fail ────┤
//!              │                                 │ next  (the environment is settled)
//! ```
//!
//! AWS: "Using the Lambda runtime API for custom runtimes".

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};

use bytes::Bytes;
use tokio::sync::{Notify, mpsc, oneshot};

use crate::engine::{FunctionError, Response, ResponseMode, Stream};

/// Chunks of a streamed response that wait for a slow caller.
const STREAM_CHUNKS_MAX: usize = 16;

/// AWS: 6 MB for a response that is not streamed.
pub const RESPONSE_BYTES_MAX: usize = 6 * 1024 * 1024;

/// AWS: 200 MB for a response that is streamed.
pub const STREAM_BYTES_MAX: usize = 200 * 1024 * 1024;

/// An event as the program gets it.
#[derive(Clone, Debug)]
pub struct Event {
    pub request_id: Arc<str>,
    pub function_arn: Arc<str>,
    pub payload: Bytes,
    pub trace_id: Arc<str>,
    pub client_context: Option<String>,
    pub identity: Option<String>,
    /// Unix time in milliseconds.
    pub deadline_ms: u64,
}

/// What the program's call of the Runtime API came to, when it was not in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("no invocation of this environment has that request id, or it was answered before")]
    UnknownRequest,
    #[error("the environment is shutting down")]
    Closed,
    #[error("this call belongs to the init phase, which is over")]
    NotInInit,
    #[error(
        "the response is longer than {RESPONSE_BYTES_MAX} bytes, or, streamed to a caller who takes \
         a stream, than {STREAM_BYTES_MAX}"
    )]
    TooLarge,
}

/// How the init phase ended, as far as the program says.
#[derive(Debug)]
pub enum InitSignal {
    /// It asked for its first event.
    Ready,
    Failed(FunctionError),
}

/// A response on its way: complete, or the head of a stream.
#[derive(Debug)]
pub enum Reply {
    Complete(Result<Response, FunctionError>),
    /// The caller took the head; the rest ends here.
    Streamed(Result<(), FunctionError>),
}

/// A handle of the Runtime API of one environment.
#[derive(Clone, Debug)]
pub struct Runtime {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    /// The program asked for an event, or the environment closed.
    asked: Notify,
}

#[derive(Debug)]
struct State {
    phase: Phase,
    /// Calls of `next` that wait, the first one first.
    pollers: VecDeque<oneshot::Sender<Event>>,
    /// Events that no `next` has fetched yet.
    queue: VecDeque<Event>,
    /// Events that were handed in and not answered.
    open: HashMap<Arc<str>, Open>,
    init: Option<oneshot::Sender<InitSignal>>,
    /// The call of a pooled node that waits for its function.
    assignment: Assignment,
}

#[derive(Debug)]
enum Assignment {
    None,
    Waiting(oneshot::Sender<Bytes>),
    /// Assigned before the node asked.
    Given(Bytes),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Init,
    Serving,
    Closed,
}

#[derive(Debug)]
struct Open {
    mode: ResponseMode,
    early: Option<oneshot::Sender<Stream>>,
    reply: oneshot::Sender<Reply>,
}

impl Runtime {
    /// A runtime in its init phase, and what resolves when that ends.
    pub fn new() -> (Runtime, oneshot::Receiver<InitSignal>) {
        let (init, signal) = oneshot::channel();
        let state = State {
            phase: Phase::Init,
            pollers: VecDeque::new(),
            queue: VecDeque::new(),
            open: HashMap::new(),
            init: Some(init),
            assignment: Assignment::None,
        };
        let shared = Shared { state: Mutex::new(state), asked: Notify::new() };
        (Runtime { shared: Arc::new(shared) }, signal)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.shared.state.lock().expect("nothing panics under this lock")
    }

    // The program's side.

    /// The next event; waits for one.
    pub async fn next(&self) -> Result<Event, Refusal> {
        let receiver = {
            let mut state = self.lock();
            match state.phase {
                Phase::Closed => return Err(Refusal::Closed),
                Phase::Init => {
                    state.phase = Phase::Serving;
                    if let Some(init) = state.init.take() {
                        let _ = init.send(InitSignal::Ready);
                    }
                }
                Phase::Serving => {}
            }
            if let Some(event) = state.queue.pop_front() {
                return Ok(event);
            }
            let (sender, receiver) = oneshot::channel();
            // A program that hung up on a call has no use for it any more.
            state.pollers.retain(|poller| !poller.is_closed());
            state.pollers.push_back(sender);
            receiver
        };
        self.shared.asked.notify_waiters();
        receiver.await.map_err(|_| Refusal::Closed)
    }

    /// The environment variables of the function that a pooled node is to become, as JSON.
    pub async fn assignment(&self) -> Result<Bytes, Refusal> {
        let receiver = {
            let mut state = self.lock();
            if state.phase != Phase::Init {
                return Err(Refusal::NotInInit);
            }
            match std::mem::replace(&mut state.assignment, Assignment::None) {
                Assignment::Given(variables) => return Ok(variables),
                Assignment::None | Assignment::Waiting(_) => {
                    let (sender, receiver) = oneshot::channel();
                    state.assignment = Assignment::Waiting(sender);
                    receiver
                }
            }
        };
        self.shared.asked.notify_waiters();
        receiver.await.map_err(|_| Refusal::Closed)
    }

    /// The complete response to an event.
    pub fn respond(&self, request_id: &str, response: Response) -> Result<(), Refusal> {
        let open = self.take(request_id)?;
        if response.body.len() > RESPONSE_BYTES_MAX {
            let error = FunctionError::new(
                "Function.ResponseSizeTooLarge",
                &format!(
                    "Response payload size exceeded maximum allowed payload size ({} bytes).",
                    RESPONSE_BYTES_MAX
                ),
            );
            let _ = open.reply.send(Reply::Complete(Err(error)));
            return Err(Refusal::TooLarge);
        }
        let _ = open.reply.send(Reply::Complete(Ok(response)));
        Ok(())
    }

    /// The head of a streamed response; the rest is written to what comes back.
    pub fn respond_streamed(
        &self,
        request_id: &str,
        content_type: String,
    ) -> Result<StreamWriter, Refusal> {
        let mut open = self.take(request_id)?;
        let early = open.early.take();
        let sink = match (open.mode, early) {
            (ResponseMode::Streamed, Some(early)) => {
                let (sender, chunks) = mpsc::channel(STREAM_CHUNKS_MAX);
                let _ = early.send(Stream { content_type, chunks });
                Sink::Caller(sender)
            }
            _ => Sink::Gathered { content_type, body: Vec::new() },
        };
        Ok(StreamWriter { sink, reply: Some(open.reply), bytes: 0 })
    }

    /// An event ended in an error of the function.
    pub fn fail(&self, request_id: &str, error: FunctionError) -> Result<(), Refusal> {
        let open = self.take(request_id)?;
        let _ = open.reply.send(Reply::Complete(Err(error)));
        Ok(())
    }

    /// The init phase ended in an error.
    pub fn fail_init(&self, error: FunctionError) -> Result<(), Refusal> {
        let mut state = self.lock();
        if state.phase != Phase::Init {
            return Err(Refusal::NotInInit);
        }
        let init = state.init.take().ok_or(Refusal::NotInInit)?;
        let _ = init.send(InitSignal::Failed(error));
        Ok(())
    }

    /// The program is ready to be restored (AWS: SnapStart). Nothing is snapshotted, so it goes on
    /// at once.
    pub fn restore_next(&self) -> Result<(), Refusal> {
        match self.lock().phase {
            Phase::Closed => Err(Refusal::Closed),
            Phase::Init => Ok(()),
            Phase::Serving => Err(Refusal::NotInInit),
        }
    }

    fn take(&self, request_id: &str) -> Result<Open, Refusal> {
        let mut state = self.lock();
        if state.phase == Phase::Closed {
            return Err(Refusal::Closed);
        }
        if state.queue.iter().any(|event| &*event.request_id == request_id) {
            // It cannot answer what it has not fetched.
            return Err(Refusal::UnknownRequest);
        }
        state.open.remove(request_id).ok_or(Refusal::UnknownRequest)
    }

    // The engine's side.

    /// Hands an event in; the receiver resolves when its response is complete, and is dropped
    /// when the environment closes before that.
    pub fn hand(
        &self,
        event: Event,
        mode: ResponseMode,
        early: oneshot::Sender<Stream>,
    ) -> oneshot::Receiver<Reply> {
        let (reply, receiver) = oneshot::channel();
        let mut state = self.lock();
        if state.phase == Phase::Closed {
            return receiver;
        }
        let open = Open { mode, early: Some(early), reply };
        state.open.insert(event.request_id.clone(), open);
        let mut event = event;
        while let Some(poller) = state.pollers.pop_front() {
            match poller.send(event) {
                Ok(()) => return receiver,
                Err(back) => event = back,
            }
        }
        state.queue.push_back(event);
        receiver
    }

    /// Gives a pooled node its function.
    pub fn assign(&self, variables: Bytes) {
        let mut state = self.lock();
        match std::mem::replace(&mut state.assignment, Assignment::None) {
            Assignment::Waiting(sender) => {
                if let Err(back) = sender.send(variables) {
                    state.assignment = Assignment::Given(back);
                }
            }
            Assignment::None | Assignment::Given(_) => {
                state.assignment = Assignment::Given(variables);
            }
        }
    }

    /// Resolves when a pooled node asks for its function; `false` if it closed before.
    pub async fn pooled(&self) -> bool {
        self.wait(|state| match state.phase {
            Phase::Init => matches!(state.assignment, Assignment::Waiting(_)).then_some(true),
            Phase::Serving | Phase::Closed => Some(false),
        })
        .await
    }

    /// Resolves when the program waits for an event: `true`; or when it closed: `false`.
    pub async fn settled(&self) -> bool {
        self.wait(|state| match state.phase {
            Phase::Closed => Some(false),
            _ => (!state.pollers.is_empty()).then_some(true),
        })
        .await
    }

    async fn wait<T>(&self, ready: impl Fn(&State) -> Option<T>) -> T {
        loop {
            let asked = self.shared.asked.notified();
            tokio::pin!(asked);
            asked.as_mut().enable();
            if let Some(found) = ready(&self.lock()) {
                return found;
            }
            asked.await;
        }
    }

    /// Resolves when the environment has closed.
    pub async fn closed(&self) {
        self.wait(|state| (state.phase == Phase::Closed).then_some(())).await;
    }

    pub fn is_closed(&self) -> bool {
        self.lock().phase == Phase::Closed
    }

    /// Ends it: every open call and every open event is dropped.
    pub fn close(&self) {
        {
            let mut state = self.lock();
            state.phase = Phase::Closed;
            state.pollers.clear();
            state.queue.clear();
            state.open.clear();
            state.init = None;
            state.assignment = Assignment::None;
        }
        self.shared.asked.notify_waiters();
    }
}

/// The rest of a streamed response.
#[derive(Debug)]
pub struct StreamWriter {
    sink: Sink,
    reply: Option<oneshot::Sender<Reply>>,
    bytes: usize,
}

#[derive(Debug)]
enum Sink {
    Caller(mpsc::Sender<Result<Bytes, FunctionError>>),
    /// The caller takes no stream: it gets the whole.
    Gathered {
        content_type: String,
        body: Vec<u8>,
    },
}

impl StreamWriter {
    /// The most that this response may have.
    pub fn bytes_max(&self) -> usize {
        match self.sink {
            Sink::Caller(_) => STREAM_BYTES_MAX,
            Sink::Gathered { .. } => RESPONSE_BYTES_MAX,
        }
    }

    /// Passes a chunk on; waits while the caller is slow.
    pub async fn write(&mut self, chunk: Bytes) -> Result<(), Refusal> {
        self.bytes += chunk.len();
        if self.bytes > self.bytes_max() {
            return Err(Refusal::TooLarge);
        }
        match &mut self.sink {
            // A caller who hung up does not end the function.
            Sink::Caller(sender) => {
                let _ = sender.send(Ok(chunk)).await;
            }
            Sink::Gathered { body, .. } => body.extend_from_slice(&chunk),
        }
        Ok(())
    }

    /// Ends the response; with an error, if one came midway.
    pub async fn end(mut self, result: Result<(), FunctionError>) {
        let Some(reply) = self.reply.take() else {
            return;
        };
        let last = match (self.sink, result) {
            (Sink::Caller(sender), result) => {
                if let Err(error) = &result {
                    let _ = sender.send(Err(error.clone())).await;
                }
                Reply::Streamed(result)
            }
            (Sink::Gathered { content_type, body }, Ok(())) => {
                Reply::Complete(Ok(Response { content_type, body: body.into() }))
            }
            (Sink::Gathered { .. }, Err(error)) => Reply::Complete(Err(error)),
        };
        let _ = reply.send(last);
    }
}
