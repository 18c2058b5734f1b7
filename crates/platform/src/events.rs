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
//! AWS: "Error handling for asynchronous invocations".

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use tokio::sync::{Notify, Semaphore};

use crate::catalog::Catalog;
use crate::dispatch::{Answer, Dispatcher, Request};
use crate::engine::{FunctionError, Outcome, ResponseMode};
use crate::function::{Account, EventConfig, LATEST};
use crate::store::{self, Batch, Slot, Store};

/// AWS: retries after an error of the function.
pub const RETRIES_MAX: u32 = 2;

/// AWS: an event is given up after 6 hours.
pub const AGE_MAX_S: u32 = 21_600;

/// AWS: throttles are tried again after 1 s, doubling up to 5 minutes.
const BACKOFF_MS: (u64, u64) = (1_000, 300_000);

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

/// An event that was given up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FailedEvent {
    pub event: Event,
    pub failed_ms: u64,
    /// AWS: `RetriesExhausted`, `EventAgeExceeded` or `ZeroReservedConcurrency`.
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
    /// What waits, by time: where in the queue, and whose it is.
    waiting: Mutex<BTreeMap<Slot, Arc<str>>>,
    sooner: Notify,
    running: Semaphore,
    number: AtomicU64,
    /// Events that were given up and are kept.
    failed: AtomicUsize,
}

/// What becomes of one event, all of it in one transaction.
#[derive(Default)]
struct Turn {
    batch: Batch,
    queued: Vec<(Slot, String)>,
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
        let mut waiting = BTreeMap::new();
        let mut last = unix_ms() * 1000;
        store.each_queued(|slot, body| {
            last = last.max(slot.number);
            let event = serde_json::from_slice::<Event>(body);
            let function = event.map(|event| event.function).unwrap_or_default();
            waiting.insert(slot, function.into());
        })?;
        let failed = store.scan("failed/", None, FAILED_MAX)?.len();
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
        };
        let events = Events { shared: Arc::new(shared) };
        tokio::spawn(events.clone().run_due());
        Ok(events)
    }

    /// Accepts an event; it is durable when this returns.
    pub async fn accept(&self, event: Event) -> Result<(), Error> {
        if self.shared.waiting.lock().expect("no panic under this lock").len() >= QUEUE_MAX {
            return Err(Error::Full);
        }
        let slot = self.slot(unix_ms());
        let mut batch = Batch::default();
        batch.push(slot, body(&event));
        self.shared.store.commit(batch).await?;
        self.wait(slot, &event.function);
        Ok(())
    }

    /// Events in the queue, and the age of the oldest in milliseconds.
    pub fn depth(&self) -> (usize, u64) {
        let waiting = self.shared.waiting.lock().expect("no panic under this lock");
        let oldest = waiting.keys().next().map_or(0, |s| unix_ms().saturating_sub(s.due_ms));
        (waiting.len(), oldest)
    }

    /// Events that were given up, the oldest first.
    pub fn failed(&self, limit: usize) -> Result<Vec<FailedEvent>, store::Error> {
        let records = self.shared.store.scan("failed/", None, limit)?;
        Ok(records.iter().filter_map(|(_, value)| serde_json::from_slice(value).ok()).collect())
    }

    /// An event that was given up, by its request id.
    pub fn find_failed(&self, request_id: &str) -> Result<FailedEvent, Error> {
        self.failed_record(request_id).map(|(_, failed)| failed)
    }

    fn failed_record(&self, request_id: &str) -> Result<(String, FailedEvent), Error> {
        let records = self.shared.store.scan("failed/", None, FAILED_MAX)?;
        records
            .into_iter()
            .filter_map(|(key, value)| Some((key, serde_json::from_slice(&value).ok()?)))
            .find(|(_, failed): &(String, FailedEvent)| failed.event.request_id == request_id)
            .ok_or_else(|| Error::NotFound(request_id.to_owned()))
    }

    /// Puts an event that was given up back into the queue, as if it had just come.
    pub async fn redrive(&self, request_id: &str) -> Result<(), Error> {
        let (key, failed) = self.failed_record(request_id)?;
        let event = Event { accepted_ms: unix_ms(), attempts: 0, backoffs: 0, ..failed.event };
        let slot = self.slot(unix_ms());
        let mut batch = Batch::default();
        batch.delete(key).push(slot, body(&event));
        self.shared.store.commit(batch).await?;
        self.shared.failed.fetch_sub(1, Ordering::Relaxed);
        self.wait(slot, &event.function);
        Ok(())
    }

    fn slot(&self, due_ms: u64) -> Slot {
        Slot { due_ms, number: self.shared.number.fetch_add(1, Ordering::Relaxed) }
    }

    fn wait(&self, slot: Slot, function: &str) {
        let mut waiting = self.shared.waiting.lock().expect("no panic under this lock");
        let first = waiting.keys().next().is_none_or(|first| slot < *first);
        waiting.insert(slot, function.into());
        if first {
            self.shared.sooner.notify_one();
        }
    }

    async fn run_due(self) {
        loop {
            let first = {
                let waiting = self.shared.waiting.lock().expect("no panic under this lock");
                waiting.keys().next().copied()
            };
            let wait_ms = first.map_or(u64::from(u32::MAX), |s| s.due_ms.saturating_sub(unix_ms()));
            if wait_ms > 0 {
                tokio::select! {
                    () = self.shared.sooner.notified() => {}
                    () = tokio::time::sleep(Duration::from_millis(wait_ms)) => {}
                }
                continue;
            }
            let Some(slot) = first else { continue };
            self.shared.waiting.lock().expect("no panic under this lock").remove(&slot);
            let events = self.clone();
            let shared = self.shared.clone();
            let permit = shared.running.acquire().await.expect("it is never closed");
            permit.forget();
            tokio::spawn(async move {
                if let Err(error) = events.run(slot).await {
                    tracing::error!(%error, "an event could not be dealt with; it is tried again");
                    tokio::time::sleep(Duration::from_millis(BACKOFF_MS.0)).await;
                    events.wait(slot, "");
                }
                events.shared.running.add_permits(1);
            });
        }
    }

    /// Makes what became of an event durable; what it put into the queue waits from then on.
    async fn finish(&self, turn: Turn) -> Result<(), Error> {
        self.shared.store.commit(turn.batch).await?;
        for (slot, function) in turn.queued {
            self.wait(slot, &function);
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
        let age_max_ms = u64::from(config.age_max_s.unwrap_or(AGE_MAX_S)) * 1000;
        let expires_ms = event.accepted_ms + age_max_ms;
        let dead_letter = function.latest.dead_letter_arn.clone();
        if unix_ms() >= expires_ms {
            return self.give_up(turn, event, &config, dead_letter, "EventAgeExceeded", None).await;
        }
        let Some(version) = function.resolve(qualifier.as_deref(), rand::random()).cloned() else {
            return self.give_up(turn, event, &config, dead_letter, "FunctionNotFound", None).await;
        };
        if function.reserved_concurrency == Some(0) {
            let why = "ZeroReservedConcurrency";
            return self.give_up(turn, event, &config, dead_letter, why, None).await;
        }
        let request = Request {
            version: version.clone(),
            request_id: event.request_id.as_str().into(),
            function_arn: self
                .shared
                .account
                .function_arn(&event.function, qualifier.as_deref())
                .into(),
            payload: event.payload.clone(),
            trace_id: event.trace_id.as_str().into(),
            client_context: event.client_context.clone(),
            identity: None,
            mode: ResponseMode::Buffered,
        };
        let outcome = match self.shared.dispatcher.invoke(request).await {
            Ok(Answer::Complete(finished)) => Some(finished.outcome),
            Ok(Answer::Streaming { .. }) => unreachable!("no stream was asked for"),
            Err(_) => None,
        };
        let (later_ms, error) = match outcome {
            Some(Outcome::Returned(response)) => {
                if let Some(target) = &config.on_success {
                    let record =
                        self.record(&event, &version.version, "Success", Ok(&response.body));
                    self.deliver(&mut turn, target, record, &event);
                }
                return self.finish(turn).await;
            }
            Some(Outcome::Raised(error) | Outcome::Exceeded(error)) => {
                event.attempts += 1;
                if event.attempts > config.retries_max.unwrap_or(RETRIES_MAX) {
                    let why = "RetriesExhausted";
                    return self.give_up(turn, event, &config, dead_letter, why, Some(error)).await;
                }
                let at = (event.attempts as usize - 1).min(1);
                (self.shared.settings.retry_ms[at], Some(error))
            }
            None => {
                event.backoffs += 1;
                let doubled = BACKOFF_MS.0 << (event.backoffs - 1).min(20);
                (doubled.min(BACKOFF_MS.1), None)
            }
        };
        let due_ms = unix_ms() + later_ms;
        if due_ms >= expires_ms {
            return self
                .give_up(turn, event, &config, dead_letter, "EventAgeExceeded", error)
                .await;
        }
        self.queue(&mut turn, due_ms, &event);
        self.finish(turn).await
    }

    /// Sends an event to its destination on failure, or keeps it among the failed ones.
    async fn give_up(
        &self,
        mut turn: Turn,
        event: Event,
        config: &EventConfig,
        dead_letter: Option<String>,
        condition: &str,
        error: Option<FunctionError>,
    ) -> Result<(), Error> {
        let target = config.on_failure.clone().or(dead_letter);
        if let Some(target) = &target {
            let failure = error.as_ref().map(|error| &error.body);
            let record = self.record(&event, LATEST, condition, Err(failure));
            if self.deliver(&mut turn, target, record, &event) {
                return self.finish(turn).await;
            }
        }
        let failed_ms = unix_ms();
        let key = format!("failed/{failed_ms:015}-{}", event.request_id);
        let failed = FailedEvent {
            event,
            failed_ms,
            condition: condition.to_owned(),
            error: error.map(|error| String::from_utf8_lossy(&error.body).into_owned()),
            undelivered_to: target,
        };
        turn.batch.put(key, serde_json::to_vec(&failed).expect("an event is JSON"));
        if self.shared.failed.fetch_add(1, Ordering::Relaxed) >= FAILED_MAX {
            // The oldest makes room.
            if let Some((oldest, _)) = self.shared.store.scan("failed/", None, 1)?.pop() {
                tracing::error!(
                    key = oldest,
                    "{FAILED_MAX} failed events are kept: one is dropped"
                );
                turn.batch.delete(oldest);
                self.shared.failed.fetch_sub(1, Ordering::Relaxed);
            }
        }
        self.finish(turn).await
    }

    fn queue(&self, turn: &mut Turn, due_ms: u64, event: &Event) {
        let slot = self.slot(due_ms);
        turn.batch.push(slot, body(event));
        turn.queued.push((slot, event.function.clone()));
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
