//! Asynchronous invocations: events that were accepted and are run later, at least once.
//!
//! An event is answered for when it is durable in the store's queue, and leaves the queue in the
//! same transaction that records what became of it. A crash in between runs it again.
//!
//! ```text
//!  accept ──► queue ──► invoke ─┬─ returned ──► destination on success, gone
//!               ▲               ├─ error ─────► retry after 1, then 2 minutes ─┐
//!               │               ├─ throttled ─► backoff, 1 s up to 5 minutes ──┤
//!               └───────────────┴──────────────────────────────────────────────┘
//!                      out of retries or too old ──► destination on failure, or `failed/`
//! ```
//!
//! What becomes of an event is decided in `fate.rs`, which has no clock.
//!
//! AWS: "Error handling for asynchronous invocations".

pub mod fate;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use tokio::sync::{Notify, Semaphore};

use crate::catalog::Catalog;
use crate::dispatch::{Answer, Dispatcher, Request};
use crate::engine::{FunctionError, Outcome, ResponseMode};
use crate::events::fate::{Attempt, Condition, Fate, Rules};
use crate::function::{Account, FunctionVersion, LATEST};
use crate::store::{self, Batch, Slot, Store};

/// How long an event waits when the store could not record what became of it.
const STORE_PAUSE_MS: u64 = 1_000;

/// Events that were given up lie below this, by time.
const FAILED: &str = "failed/";

/// Where the record of a request that was given up lies.
fn index_of(request_id: &str) -> String {
    format!("failed-id/{request_id}")
}

/// Events that run at a time; the others wait in the queue.
const RUNNING_MAX: usize = 1000;

/// Events in the queue.
pub const QUEUE_MAX: usize = 1_000_000;

/// Events kept after they were given up.
pub const FAILED_MAX: usize = 100_000;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the queue of events is full ({QUEUE_MAX})")]
    Full,
    #[error(transparent)]
    Store(#[from] store::Error),
    #[error("there is no failed event {0}")]
    NotFound(String),
}

/// An event as it lies in the queue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    pub request_id: String,
    pub function: String,
    pub qualifier: Option<String>,
    #[serde(with = "payload")]
    pub payload: Bytes,
    pub trace_id: String,
    pub client_context: Option<String>,
    pub accepted_ms: u64,
    /// Times the function has run for it.
    pub attempts: u32,
    /// Times it could not run.
    pub backoffs: u32,
}

/// The condition of an event that went well and whose destination Beamlet does not deliver to.
const SUCCESS: &str = "Success";

/// An event that was given up, or whose record could not be delivered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FailedEvent {
    pub event: Event,
    pub failed_ms: u64,
    /// A [`Condition`]'s name, or `Success`.
    pub condition: String,
    /// The last error of the function, as JSON.
    pub error: Option<String>,
    /// The destination or dead-letter target that Beamlet does not deliver to.
    pub undelivered_to: Option<String>,
}

mod payload {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(
        payload: &bytes::Bytes,
        out: S,
    ) -> Result<S::Ok, S::Error> {
        out.serialize_str(&STANDARD.encode(payload))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        input: D,
    ) -> Result<bytes::Bytes, D::Error> {
        let text = String::deserialize(input)?;
        STANDARD.decode(text).map(Into::into).map_err(serde::de::Error::custom)
    }
}

/// The delays of retries, which tests shorten.
#[derive(Clone, Debug)]
pub struct Settings {
    /// After the first and the second error (AWS: 1 and 2 minutes).
    pub retry_ms: [u64; 2],
}

impl Default for Settings {
    fn default() -> Settings {
        Settings { retry_ms: [60_000, 120_000] }
    }
}

/// A handle of the events.
#[derive(Clone)]
pub struct Events {
    shared: Arc<Shared>,
}

struct Shared {
    store: Store,
    catalog: Catalog,
    dispatcher: Dispatcher,
    account: Account,
    settings: Settings,
    waiting: Mutex<Waiting>,
    sooner: Notify,
    running: Semaphore,
    number: AtomicU64,
    /// Events that were given up and are kept.
    failed: AtomicUsize,
    /// One at a time, so that no event goes back into the queue twice.
    redriving: tokio::sync::Mutex<()>,
}

/// The events that wait.
#[derive(Default)]
struct Waiting {
    /// By the time at which they are due: when each was accepted.
    due: BTreeMap<Slot, u64>,
    /// The same by age.
    accepted: BTreeSet<(u64, Slot)>,
}

impl Waiting {
    fn insert(&mut self, slot: Slot, accepted_ms: u64) {
        self.due.insert(slot, accepted_ms);
        self.accepted.insert((accepted_ms, slot));
    }

    fn first(&self) -> Option<Slot> {
        self.due.keys().next().copied()
    }

    /// Takes one out; when it was accepted.
    fn remove(&mut self, slot: Slot) -> u64 {
        let accepted_ms = self.due.remove(&slot).unwrap_or(slot.due_ms);
        self.accepted.remove(&(accepted_ms, slot));
        accepted_ms
    }
}

/// What becomes of one event, all of it in one transaction.
#[derive(Default)]
struct Turn {
    batch: Batch,
    /// What it puts into the queue, and when that was accepted.
    queued: Vec<(Slot, u64)>,
}

impl Events {
    /// Takes up what the store holds, and starts the task that runs what is due.
    pub fn start(
        store: Store,
        catalog: Catalog,
        dispatcher: Dispatcher,
        account: Account,
        settings: Settings,
    ) -> Result<Events, store::Error> {
        let mut waiting = Waiting::default();
        let mut last = unix_ms() * 1000;
        store.each_queued(|slot, body| {
            last = last.max(slot.number);
            let event = serde_json::from_slice::<Event>(body);
            waiting.insert(slot, event.map_or(slot.due_ms, |event| event.accepted_ms));
        })?;
        let failed = store.count(FAILED)?;
        let shared = Shared {
            store,
            catalog,
            dispatcher,
            account,
            settings,
            waiting: Mutex::new(waiting),
            sooner: Notify::new(),
            running: Semaphore::new(RUNNING_MAX),
            number: AtomicU64::new(last + 1),
            failed: AtomicUsize::new(failed),
            redriving: tokio::sync::Mutex::default(),
        };
        let events = Events { shared: Arc::new(shared) };
        tokio::spawn(events.clone().run_due());
        Ok(events)
    }

    /// Accepts an event; it is durable when this returns.
    pub async fn accept(&self, event: Event) -> Result<(), Error> {
        if self.lock().due.len() >= QUEUE_MAX {
            return Err(Error::Full);
        }
        let slot = self.slot(unix_ms());
        let mut batch = Batch::default();
        batch.push(slot, body(&event));
        self.shared.store.commit(batch).await?;
        self.wait(slot, event.accepted_ms);
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.shared.waiting.lock().expect("nothing panics under this lock")
    }

    /// Events in the queue, and how long ago the oldest was accepted, in milliseconds.
    pub fn depth(&self) -> (usize, u64) {
        let waiting = self.lock();
        let oldest = waiting.accepted.first();
        let age_ms = oldest.map_or(0, |(accepted_ms, _)| unix_ms().saturating_sub(*accepted_ms));
        (waiting.due.len(), age_ms)
    }

    /// Events that were given up, the oldest first, each with its key; from behind `after` on.
    pub fn failed(
        &self,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<(String, FailedEvent)>, store::Error> {
        // Nothing of another prefix, whatever a caller says.
        let after = after.filter(|after| after.starts_with(FAILED));
        let records = self.shared.store.scan(FAILED, after, limit)?;
        let read = |(key, value): (String, Vec<u8>)| {
            serde_json::from_slice(&value).ok().map(|failed| (key, failed))
        };
        Ok(records.into_iter().filter_map(read).collect())
    }

    /// An event that was given up, by its request id.
    pub fn find_failed(&self, request_id: &str) -> Result<FailedEvent, Error> {
        self.failed_record(request_id).map(|(_, failed)| failed)
    }

    fn failed_record(&self, request_id: &str) -> Result<(String, FailedEvent), Error> {
        let store = &self.shared.store;
        let key = store.get(&index_of(request_id))?.and_then(|key| String::from_utf8(key).ok());
        let found = match key {
            Some(key) => store.get(&key)?.map(|value| (key, value)),
            None => None,
        };
        found
            .and_then(|(key, value)| Some((key, serde_json::from_slice(&value).ok()?)))
            .ok_or_else(|| Error::NotFound(request_id.to_owned()))
    }

    /// Puts an event that was given up back into the queue, as if it had just come.
    pub async fn redrive(&self, request_id: &str) -> Result<(), Error> {
        let _one = self.shared.redriving.lock().await;
        let (key, failed) = self.failed_record(request_id)?;
        let event = Event { accepted_ms: unix_ms(), attempts: 0, backoffs: 0, ..failed.event };
        let slot = self.slot(unix_ms());
        let mut batch = Batch::default();
        batch.delete(key).delete(index_of(request_id)).push(slot, body(&event));
        self.shared.store.commit(batch).await?;
        self.shared.failed.fetch_sub(1, Ordering::Relaxed);
        self.wait(slot, event.accepted_ms);
        Ok(())
    }

    fn slot(&self, due_ms: u64) -> Slot {
        Slot { due_ms, number: self.shared.number.fetch_add(1, Ordering::Relaxed) }
    }

    fn wait(&self, slot: Slot, accepted_ms: u64) {
        let mut waiting = self.lock();
        let first = waiting.first().is_none_or(|first| slot < first);
        waiting.insert(slot, accepted_ms);
        if first {
            self.shared.sooner.notify_one();
        }
    }

    async fn run_due(self) {
        loop {
            let first = self.lock().first();
            let wait_ms = first.map_or(u64::from(u32::MAX), |s| s.due_ms.saturating_sub(unix_ms()));
            if wait_ms > 0 {
                tokio::select! {
                    () = self.shared.sooner.notified() => {}
                    () = tokio::time::sleep(Duration::from_millis(wait_ms)) => {}
                }
                continue;
            }
            let Some(slot) = first else { continue };
            let accepted_ms = self.lock().remove(slot);
            let events = self.clone();
            let shared = self.shared.clone();
            let permit = shared.running.acquire().await.expect("it is never closed");
            permit.forget();
            tokio::spawn(async move {
                if let Err(error) = events.run(slot).await {
                    tracing::error!(%error, "an event could not be dealt with; it is tried again");
                    tokio::time::sleep(Duration::from_millis(STORE_PAUSE_MS)).await;
                    events.wait(slot, accepted_ms);
                }
                events.shared.running.add_permits(1);
            });
        }
    }

    /// Makes what became of an event durable; what it put into the queue waits from then on.
    async fn finish(&self, turn: Turn) -> Result<(), Error> {
        self.shared.store.commit(turn.batch).await?;
        for (slot, accepted_ms) in turn.queued {
            self.wait(slot, accepted_ms);
        }
        Ok(())
    }

    /// Runs one event and records what became of it.
    async fn run(&self, slot: Slot) -> Result<(), Error> {
        let Some(body) = self.shared.store.queued(slot)? else {
            return Ok(());
        };
        let mut turn = Turn::default();
        turn.batch.remove(slot);
        let Ok(mut event) = serde_json::from_slice::<Event>(&body) else {
            tracing::error!(?slot, "an entry of the queue cannot be read; it is dropped");
            return self.finish(turn).await;
        };
        let Some(function) = self.shared.catalog.get(&event.function) else {
            // The function was deleted, and AWS deletes its events with it.
            return self.finish(turn).await;
        };
        let qualifier = event.qualifier.clone();
        let config = function.event_configs.get(qualifier.as_deref().unwrap_or(LATEST)).cloned();
        let config = config.unwrap_or_default();
        let rules = Rules {
            retry_ms: self.shared.settings.retry_ms,
            retries_max: config.retries_max.unwrap_or(fate::RETRIES_MAX),
            age_max_ms: u64::from(config.age_max_s.unwrap_or(fate::AGE_MAX_S)) * 1000,
        };
        let failure = config.on_failure.clone().or(function.latest.dead_letter_arn.clone());
        if let Some(why) = fate::before(unix_ms(), &event, &rules, function.reserved_concurrency) {
            return self.give_up(turn, event, failure, why, None).await;
        }
        let Some(version) = function.resolve(qualifier.as_deref(), rand::random()).cloned() else {
            return self.give_up(turn, event, failure, Condition::FunctionNotFound, None).await;
        };
        let outcome = self.invoke(&event, &version).await;
        let attempt = match &outcome {
            Some(Outcome::Returned(_)) => Attempt::Returned,
            Some(Outcome::Raised(_) | Outcome::Exceeded(_)) => Attempt::Failed,
            None => Attempt::Throttled,
        };
        match (fate::after(unix_ms(), &mut event, &rules, attempt), outcome) {
            (Fate::Again { due_ms }, _) => {
                self.queue(&mut turn, due_ms, &event);
                self.finish(turn).await
            }
            (Fate::GivenUp(why), Some(Outcome::Raised(error) | Outcome::Exceeded(error))) => {
                self.give_up(turn, event, failure, why, Some(error)).await
            }
            (Fate::GivenUp(why), _) => self.give_up(turn, event, failure, why, None).await,
            (Fate::Succeeded, outcome) => {
                if let (Some(target), Some(Outcome::Returned(response))) =
                    (&config.on_success, &outcome)
                {
                    let version = &version.version;
                    let record = self.record(&event, version, SUCCESS, Ok(&response.body));
                    if !self.deliver(&mut turn, target, record, &event) {
                        self.keep(&mut turn, event, SUCCESS, None, Some(target.clone()))?;
                    }
                }
                self.finish(turn).await
            }
        }
    }

    /// Runs the function for an event; nothing if it could not run.
    async fn invoke(&self, event: &Event, version: &Arc<FunctionVersion>) -> Option<Outcome> {
        let Shared { account, dispatcher, .. } = &*self.shared;
        let request = Request {
            version: version.clone(),
            request_id: event.request_id.as_str().into(),
            function_arn: account.function_arn(&event.function, event.qualifier.as_deref()).into(),
            payload: event.payload.clone(),
            trace_id: event.trace_id.as_str().into(),
            client_context: event.client_context.clone(),
            identity: None,
            mode: ResponseMode::Buffered,
        };
        match dispatcher.invoke(request).await {
            Ok(Answer::Complete(finished)) => Some(finished.outcome),
            Ok(Answer::Streaming { .. }) => unreachable!("no stream was asked for"),
            Err(_) => None,
        }
    }

    /// Sends an event to its destination on failure, or keeps it among the failed ones.
    async fn give_up(
        &self,
        mut turn: Turn,
        event: Event,
        target: Option<String>,
        condition: Condition,
        error: Option<FunctionError>,
    ) -> Result<(), Error> {
        if let Some(target) = &target {
            let failure = error.as_ref().map(|error| &error.body);
            let record = self.record(&event, LATEST, condition.name(), Err(failure));
            if self.deliver(&mut turn, target, record, &event) {
                return self.finish(turn).await;
            }
        }
        self.keep(&mut turn, event, condition.name(), error, target)?;
        self.finish(turn).await
    }

    /// Keeps an event that nobody else takes, until somebody redrives it.
    fn keep(
        &self,
        turn: &mut Turn,
        event: Event,
        condition: &str,
        error: Option<FunctionError>,
        undelivered_to: Option<String>,
    ) -> Result<(), Error> {
        let failed_ms = unix_ms();
        let index = index_of(&event.request_id);
        let key = format!("{FAILED}{failed_ms:015}-{}", event.request_id);
        let failed = FailedEvent {
            event,
            failed_ms,
            condition: condition.to_owned(),
            error: error.map(|error| String::from_utf8_lossy(&error.body).into_owned()),
            undelivered_to,
        };
        turn.batch.put(key.clone(), serde_json::to_vec(&failed).expect("an event is JSON"));
        turn.batch.put(index, key.into_bytes());
        if self.shared.failed.fetch_add(1, Ordering::Relaxed) >= FAILED_MAX {
            // The oldest makes room.
            if let Some((oldest, body)) = self.shared.store.scan(FAILED, None, 1)?.pop() {
                tracing::error!(
                    key = oldest,
                    "{FAILED_MAX} failed events are kept: one is dropped"
                );
                if let Ok(dropped) = serde_json::from_slice::<FailedEvent>(&body) {
                    turn.batch.delete(index_of(&dropped.event.request_id));
                }
                turn.batch.delete(oldest);
                self.shared.failed.fetch_sub(1, Ordering::Relaxed);
            }
        }
        Ok(())
    }

    fn queue(&self, turn: &mut Turn, due_ms: u64, event: &Event) {
        let slot = self.slot(due_ms);
        turn.batch.push(slot, body(event));
        turn.queued.push((slot, event.accepted_ms));
    }

    /// Adds the delivery to a function to the turn; `false` if the target is something else.
    fn deliver(
        &self,
        turn: &mut Turn,
        target: &str,
        record: serde_json::Value,
        event: &Event,
    ) -> bool {
        let Some((function, qualifier)) = function_of(target) else {
            return false;
        };
        let delivery = Event {
            request_id: uuid::Uuid::new_v4().to_string(),
            function: function.to_owned(),
            qualifier: qualifier.map(str::to_owned),
            payload: record.to_string().into(),
            trace_id: event.trace_id.clone(),
            client_context: None,
            accepted_ms: unix_ms(),
            attempts: 0,
            backoffs: 0,
        };
        self.queue(turn, delivery.accepted_ms, &delivery);
        true
    }

    /// AWS: "Record format for destinations", version 1.0.
    fn record(
        &self,
        event: &Event,
        version: &str,
        condition: &str,
        result: Result<&Bytes, Option<&Bytes>>,
    ) -> serde_json::Value {
        let json = |bytes: &Bytes| {
            serde_json::from_slice::<serde_json::Value>(bytes).unwrap_or_else(|_| {
                serde_json::Value::String(String::from_utf8_lossy(bytes).into_owned())
            })
        };
        let arn = self
            .shared
            .account
            .function_arn(&event.function, Some(event.qualifier.as_deref().unwrap_or(LATEST)));
        let mut context = serde_json::json!({ "statusCode": 200, "executedVersion": version });
        let payload = match result {
            Ok(body) => json(body),
            Err(Some(body)) => {
                context["functionError"] = "Unhandled".into();
                json(body)
            }
            Err(None) => serde_json::Value::Null,
        };
        serde_json::json!({
            "version": "1.0",
            "timestamp": jiff::Timestamp::now().to_string(),
            "requestContext": {
                "requestId": event.request_id,
                "functionArn": arn,
                "condition": condition,
                "approximateInvokeCount": event.attempts + u32::from(result.is_ok()),
            },
            "requestPayload": json(&event.payload),
            "responseContext": context,
            "responsePayload": payload,
        })
    }
}

/// The function and qualifier of a function's ARN.
pub fn function_of(arn: &str) -> Option<(&str, Option<&str>)> {
    let mut parts = arn.split(':');
    let head: [&str; 3] = [parts.next()?, parts.next()?, parts.next()?];
    if head[0] != "arn" || head[2] != "lambda" {
        return None;
    }
    let mut parts = parts.skip(2);
    if parts.next()? != "function" {
        return None;
    }
    Some((parts.next()?, parts.next()))
}

fn body(event: &Event) -> Vec<u8> {
    serde_json::to_vec(event).expect("an event is JSON")
}

fn unix_ms() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis() as u64
}
