//! The dispatcher: carries out what admission and placement decide.
//!
//! Both cores stand behind one lock, which is held for the microsecond of a `step` and never
//! across a wait. Each invocation is a task of its own, so that a caller who hangs up does not
//! end it; each environment has a task that waits for its end.
//!
//! ```text
//!  invoke ──► admission ──► placement ──┬─ Assign ──► Environment::invoke ──► answer
//!                │              │       └─ Start ───► Engine::start ──► Ready ─┐
//!             throttle       waiting ◄─────────────────────────────────────────┘
//! ```

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use bytes::Bytes;
use tokio::sync::{Notify, oneshot};

use crate::admission::{self, Admission, Lease, Throttle};
use crate::engine::{
    Aftermath, Completion, Engine, Environment, EnvironmentId, InitFailure, InitKind, Invocation,
    Outcome, ResponseMode, Stream,
};
use crate::function::{FunctionVersion, VersionId};
use crate::placement::{self, Census, Decision, Millis, Placement, Ticket};

/// An invocation as it is asked for.
#[derive(Debug)]
pub struct Request {
    pub version: Arc<FunctionVersion>,
    pub request_id: Arc<str>,
    pub function_arn: Arc<str>,
    pub payload: Bytes,
    pub trace_id: Arc<str>,
    pub client_context: Option<String>,
    pub identity: Option<String>,
    pub mode: ResponseMode,
}

/// The answer to a request that was admitted.
#[derive(Debug)]
pub enum Answer {
    Complete(Finished),
    /// The head is there; `rest` resolves after the last chunk.
    Streaming {
        stream: Stream,
        rest: oneshot::Receiver<Result<Finished, Throttle>>,
    },
}

/// What provisioned concurrency has come to.
#[derive(Clone, Copy, Debug, Default)]
pub struct Allocation {
    pub ready: u32,
    /// Fewer than were asked for when the init phase of some failed.
    pub kept: u32,
}

/// An invocation that has ended.
#[derive(Debug)]
pub struct Finished {
    pub outcome: Outcome,
    /// Resolves when the log of the invocation is complete.
    pub aftermath: oneshot::Receiver<Aftermath>,
}

/// What the meter and the metrics are told of every invocation, in this order for each.
pub trait Ledger: Send + Sync + 'static {
    fn throttled(&self, version: &FunctionVersion, why: Throttle);
    fn initialised(&self, version: &FunctionVersion, start: StartReport);
    fn finished(&self, version: &FunctionVersion, report: &FinishReport);
}

/// How an environment's start went.
#[derive(Clone, Copy, Debug)]
pub struct StartReport {
    pub duration_us: u64,
    pub pooled: bool,
    pub provisioned: bool,
    pub failed: bool,
}

/// What an invocation cost.
#[derive(Clone, Copy, Debug)]
pub struct FinishReport {
    /// Time the function ran.
    pub duration_us: u64,
    /// Init time that is billed with it.
    pub init_us: Option<u64>,
    /// Whole milliseconds, init included (AWS since 2025-08).
    pub billed_ms: u64,
    pub cpu_us: u64,
    pub error: bool,
}

/// Whole milliseconds that are billed for an invocation: init and duration, rounded up.
pub fn billed_ms(duration_us: u64, init_us: Option<u64>) -> u64 {
    (duration_us + init_us.unwrap_or(0)).div_ceil(1000).max(1)
}

/// The handle of the dispatcher.
#[derive(Clone)]
pub struct Dispatcher {
    shared: Arc<Shared>,
}

struct Shared {
    core: Mutex<Core>,
    engine: Arc<dyn Engine>,
    ledger: Arc<dyn Ledger>,
    /// The time of the next tick has come nearer.
    sooner: Notify,
    /// Something has ended.
    ended: Notify,
    origin: Instant,
}

struct Core {
    admission: Admission,
    placement: Placement,
    tickets: HashMap<Ticket, oneshot::Sender<Placed>>,
    environments: HashMap<EnvironmentId, Arc<dyn Environment>>,
    versions: HashMap<VersionId, Arc<FunctionVersion>>,
    /// Why a start failed, for the step that says whom it fails.
    failures: HashMap<EnvironmentId, InitFailure>,
    next_ticket: u64,
    decisions: Vec<Decision>,
    /// When the ticking task will wake up.
    wakes_at: Millis,
    closing: bool,
}

/// Where an invocation has got to.
enum Placed {
    Environment { environment: Arc<dyn Environment>, id: EnvironmentId, fresh: bool },
    Failed(InitFailure),
    Throttled(Throttle),
}

impl Dispatcher {
    /// Starts the task that keeps the dispatcher's time, too.
    pub fn start(
        engine: Arc<dyn Engine>,
        ledger: Arc<dyn Ledger>,
        account_concurrency: u32,
        settings: placement::Settings,
    ) -> Dispatcher {
        let shared = Arc::new(Shared {
            core: Mutex::new(Core {
                admission: Admission::new(account_concurrency),
                placement: Placement::new(settings),
                tickets: HashMap::new(),
                environments: HashMap::new(),
                versions: HashMap::new(),
                failures: HashMap::new(),
                next_ticket: 1,
                decisions: Vec::new(),
                wakes_at: Millis::MAX,
                closing: false,
            }),
            engine,
            ledger,
            sooner: Notify::new(),
            ended: Notify::new(),
            origin: Instant::now(),
        });
        tokio::spawn(keep_time(shared.clone()));
        Dispatcher { shared }
    }

    /// Runs an invocation; resolves when its answer, or the head of it, is there.
    pub async fn invoke(&self, request: Request) -> Result<Answer, Throttle> {
        let lease = self.shared.admit(&request.version)?;
        let (early, stream) = oneshot::channel();
        let (done, mut end) = oneshot::channel();
        tokio::spawn(run(self.shared.clone(), lease, request, early, done));
        tokio::select! {
            biased;
            Ok(stream) = stream => Ok(Answer::Streaming { stream, rest: end }),
            // A task that is gone without a word was caught in a shutdown.
            end = &mut end => end.unwrap_or(Err(Throttle::Capacity)).map(Answer::Complete),
        }
    }

    /// Reserves concurrency for a function, or takes the reservation back.
    pub fn reserve(&self, function: Arc<str>, concurrency: Option<u32>) {
        let observation = admission::Observation::Reserved { function, concurrency };
        self.shared.lock().admission.step(observation);
    }

    /// Keeps `count` environments of a version ready.
    pub fn provision(&self, version: &Arc<FunctionVersion>, count: u32) {
        let mut core = self.shared.lock();
        core.versions.insert(version.id, version.clone());
        let slots = version.concurrency_per_environment;
        let observation = placement::Observation::Provision { version: version.id, count, slots };
        self.shared.observe(core, observation);
    }

    /// Environments of a version that run or can run invocations, and how many are kept ready.
    pub fn allocation(&self, version: VersionId) -> Allocation {
        let core = self.shared.lock();
        Allocation {
            ready: core.placement.ready_of(version),
            kept: core.placement.provisioned_of(version),
        }
    }

    /// Ends the environments of a version as they become idle; nothing new is sent to them.
    pub fn drain(&self, version: VersionId) {
        self.shared.observe(self.shared.lock(), placement::Observation::Drain { version });
    }

    pub fn census(&self) -> Census {
        self.shared.lock().placement.census()
    }

    /// Invocations that hold a lease: of one function, or of all.
    pub fn running(&self, function: Option<&str>) -> u32 {
        let core = self.shared.lock();
        match function {
            Some(function) => core.admission.running(function),
            None => core.admission.running_total(),
        }
    }

    /// Takes no more invocations, lets the running ones end for `grace`, then ends every
    /// environment. Resolves when none is left.
    pub async fn shutdown(&self, grace: Duration) {
        self.shared.lock().closing = true;
        let deadline = tokio::time::Instant::now() + grace;
        loop {
            let ended = self.shared.ended.notified();
            tokio::pin!(ended);
            ended.as_mut().enable();
            if self.running(None) == 0 {
                break;
            }
            if tokio::time::timeout_at(deadline, ended).await.is_err() {
                tracing::warn!(running = self.running(None), "invocations cut off by the shutdown");
                break;
            }
        }
        let environments: Vec<_> = self.shared.lock().environments.values().cloned().collect();
        futures::future::join_all(environments.iter().map(|e| e.shutdown())).await;
        self.shared.engine.shutdown().await;
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Core> {
        self.core.lock().expect("no step of the cores panics")
    }

    fn now(&self) -> Millis {
        self.origin.elapsed().as_millis() as Millis
    }

    fn admit(&self, version: &FunctionVersion) -> Result<Lease, Throttle> {
        let mut core = self.lock();
        if core.closing {
            return Err(Throttle::Capacity);
        }
        let function = version.function.clone();
        match core.admission.step(admission::Observation::Requested { function }) {
            admission::Decision::Admit(lease) => Ok(lease),
            admission::Decision::Throttle(why) => {
                drop(core);
                self.ledger.throttled(version, why);
                Err(why)
            }
            admission::Decision::Noted => unreachable!("a request is admitted or throttled"),
        }
    }

    /// Tells placement something and carries out what it decides.
    fn observe(
        self: &Arc<Self>,
        mut core: MutexGuard<'_, Core>,
        observation: placement::Observation,
    ) {
        let now = self.now();
        let core_ref = &mut *core;
        let mut decisions = std::mem::take(&mut core_ref.decisions);
        core_ref.placement.step(now, observation, &mut decisions);
        for decision in decisions.drain(..) {
            match decision {
                Decision::Assign { ticket, environment, fresh } => {
                    let Some(sender) = core_ref.tickets.remove(&ticket) else {
                        continue;
                    };
                    let id = environment;
                    let environment = core_ref.environments[&id].clone();
                    let _ = sender.send(Placed::Environment { environment, id, fresh });
                }
                Decision::Fail { ticket, environment } => {
                    let Some(sender) = core_ref.tickets.remove(&ticket) else {
                        continue;
                    };
                    let failure = core_ref.failures.remove(&environment);
                    let _ = sender.send(Placed::Failed(failure.expect("noted before the step")));
                }
                Decision::Throttle { ticket, why } => {
                    let Some(sender) = core_ref.tickets.remove(&ticket) else {
                        continue;
                    };
                    let _ = sender.send(Placed::Throttled(why));
                }
                Decision::Start { environment, version, provisioned } => {
                    let version = core_ref.versions[&version].clone();
                    let kind = if provisioned { InitKind::Provisioned } else { InitKind::OnDemand };
                    tokio::spawn(start(self.clone(), environment, version, kind));
                }
                Decision::Stop { environment } => {
                    if let Some(found) = core_ref.environments.get(&environment).cloned() {
                        tokio::spawn(async move { found.shutdown().await });
                    }
                }
            }
        }
        core_ref.decisions = decisions;
        let wakes_at = core_ref.placement.next_tick(now).unwrap_or(Millis::MAX);
        if wakes_at < core_ref.wakes_at {
            core_ref.wakes_at = wakes_at;
            self.sooner.notify_one();
        }
    }
}

/// One invocation, from its lease to the moment its environment is free again.
async fn run(
    shared: Arc<Shared>,
    lease: Lease,
    request: Request,
    early: oneshot::Sender<Stream>,
    done: oneshot::Sender<Result<Finished, Throttle>>,
) {
    let version = request.version.clone();
    let placed = shared.place(&version).await;
    let (environment, id, fresh) = match placed {
        Placed::Environment { environment, id, fresh } => (environment, id, fresh),
        Placed::Failed(failure) => {
            shared.release(lease, None);
            let report = FinishReport {
                duration_us: 0,
                init_us: Some(failure.duration_us),
                billed_ms: billed_ms(0, Some(failure.duration_us)),
                cpu_us: 0,
                error: true,
            };
            shared.ledger.finished(&version, &report);
            let (sender, aftermath) = oneshot::channel();
            let _ = sender.send(Aftermath { log_tail: failure.log_tail, ..Aftermath::default() });
            let _ = done.send(Ok(Finished { outcome: Outcome::Raised(failure.error), aftermath }));
            return;
        }
        Placed::Throttled(why) => {
            shared.release(lease, None);
            shared.ledger.throttled(&version, why);
            let _ = done.send(Err(why));
            return;
        }
    };
    let init_us = fresh.then(|| environment.init().duration_us);
    let completion = environment
        .invoke(Invocation {
            request_id: request.request_id,
            function_arn: request.function_arn,
            payload: request.payload,
            trace_id: request.trace_id,
            client_context: request.client_context,
            identity: request.identity,
            mode: request.mode,
            init_duration_us: init_us,
            early,
        })
        .await;
    let Completion { outcome, duration_us, aftermath } = completion;
    // The lease goes back before the caller can ask again.
    shared.release(lease, Some(id));
    let error = !matches!(outcome, Outcome::Returned(_));
    let (sender, receiver) = oneshot::channel();
    let _ = done.send(Ok(Finished { outcome, aftermath: receiver }));
    if environment.settled().await {
        shared.observe(shared.lock(), placement::Observation::Settled { environment: id });
    }
    let aftermath = aftermath.await.unwrap_or_default();
    let report = FinishReport {
        duration_us,
        init_us,
        billed_ms: billed_ms(duration_us, init_us),
        cpu_us: aftermath.cpu_us,
        error,
    };
    shared.ledger.finished(&version, &report);
    let _ = sender.send(aftermath);
}

impl Shared {
    async fn place(self: &Arc<Self>, version: &Arc<FunctionVersion>) -> Placed {
        let (sender, placed) = oneshot::channel();
        {
            let mut core = self.lock();
            let ticket = Ticket(core.next_ticket);
            core.next_ticket += 1;
            core.tickets.insert(ticket, sender);
            core.versions.entry(version.id).or_insert_with(|| version.clone());
            let slots = version.concurrency_per_environment;
            let (function, version) = (version.function.clone(), version.id);
            let arrived = placement::Observation::Arrived { ticket, function, version, slots };
            self.observe(core, arrived);
        }
        placed.await.unwrap_or(Placed::Throttled(Throttle::Capacity))
    }

    /// Gives a lease back, and tells placement that the environment has answered.
    fn release(self: &Arc<Self>, lease: Lease, environment: Option<EnvironmentId>) {
        let mut core = self.lock();
        core.admission.step(admission::Observation::Ended { lease });
        if let Some(environment) = environment {
            self.observe(core, placement::Observation::Answered { environment });
        }
        self.ended.notify_waiters();
    }
}

/// The life of one environment, from its start to its end.
async fn start(
    shared: Arc<Shared>,
    id: EnvironmentId,
    version: Arc<FunctionVersion>,
    kind: InitKind,
) {
    let provisioned = kind == InitKind::Provisioned;
    let environment = match shared.engine.start(id, version.clone(), kind).await {
        Ok(environment) => environment,
        Err(failure) => {
            let report = StartReport {
                duration_us: failure.duration_us,
                pooled: false,
                provisioned,
                failed: true,
            };
            shared.ledger.initialised(&version, report);
            let mut core = shared.lock();
            core.failures.insert(id, failure);
            shared.observe(core, placement::Observation::Failed { environment: id });
            shared.lock().failures.remove(&id);
            return;
        }
    };
    let init = environment.init();
    let report = StartReport {
        duration_us: init.duration_us,
        pooled: init.pooled,
        provisioned,
        failed: false,
    };
    shared.ledger.initialised(&version, report);
    let closing = {
        let mut core = shared.lock();
        core.environments.insert(id, environment.clone());
        let closing = core.closing && provisioned;
        shared.observe(core, placement::Observation::Ready { environment: id });
        closing
    };
    if closing {
        environment.shutdown().await;
    }
    environment.ended().await;
    let mut core = shared.lock();
    core.environments.remove(&id);
    shared.observe(core, placement::Observation::Gone { environment: id });
}

/// Ticks when placement's next time has come; sleeps while there is none.
async fn keep_time(shared: Arc<Shared>) {
    loop {
        let wakes_at = shared.lock().wakes_at;
        let until = shared.origin + Duration::from_millis(wakes_at.min(u64::from(u32::MAX)));
        let sooner = shared.sooner.notified();
        tokio::select! {
            () = sooner => {}
            () = tokio::time::sleep_until(until.into()) => {
                let mut core = shared.lock();
                core.wakes_at = Millis::MAX;
                let Core { versions, placement, .. } = &mut *core;
                versions.retain(|version, _| placement.knows(*version));
                shared.observe(core, placement::Observation::Tick);
            }
        }
    }
}
