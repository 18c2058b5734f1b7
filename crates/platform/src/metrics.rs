//! What Prometheus is shown: invocations, errors, throttles, durations, starts and gauges.

use std::collections::HashSet;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex};

use prometheus_client::encoding::{EncodeLabelSet, text::encode};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use crate::admission::Throttle;
use crate::dispatch::{FinishReport, Ledger, StartReport};
use crate::function::FunctionVersion;
use crate::meter::{Meter, Usage};
use crate::placement::Census;

/// Functions with a label of their own; all others share `other`.
const FUNCTIONS_MAX: usize = 1000;

/// Upper bounds of the buckets, in seconds.
const BUCKETS_S: [f64; 14] =
    [0.000_1, 0.000_3, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 900.0];

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct FunctionLabel {
    function: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct StartLabel {
    function: String,
    kind: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct PhaseLabel {
    phase: &'static str,
}

/// The ledger of the server: every invocation reaches the meter and the metrics through it.
pub struct Metrics {
    meter: Meter,
    registry: Registry,
    invocations: Family<FunctionLabel, Counter>,
    errors: Family<FunctionLabel, Counter>,
    throttles: Family<FunctionLabel, Counter>,
    duration: Family<FunctionLabel, Histogram>,
    init: Family<FunctionLabel, Histogram>,
    starts: Family<StartLabel, Counter>,
    concurrency: Gauge,
    environments: Family<PhaseLabel, Gauge>,
    pooled: Gauge,
    queue_depth: Gauge,
    queue_age_s: Gauge<f64, AtomicU64>,
    functions: Mutex<HashSet<Arc<str>>>,
}

/// What is read when somebody asks.
#[derive(Clone, Copy, Debug)]
pub struct Gauges {
    pub running: u32,
    pub census: Census,
    pub pooled: usize,
    pub queue_depth: usize,
    pub queue_age_ms: u64,
}

impl Metrics {
    pub fn new(meter: Meter) -> Metrics {
        let histogram: fn() -> Histogram = || Histogram::new(BUCKETS_S);
        let mut metrics = Metrics {
            meter,
            registry: Registry::with_prefix("beamlet"),
            invocations: Family::default(),
            errors: Family::default(),
            throttles: Family::default(),
            duration: Family::new_with_constructor(histogram),
            init: Family::new_with_constructor(histogram),
            starts: Family::default(),
            concurrency: Gauge::default(),
            environments: Family::default(),
            pooled: Gauge::default(),
            queue_depth: Gauge::default(),
            queue_age_s: Gauge::default(),
            functions: Mutex::default(),
        };
        let m = &mut metrics;
        let r = &mut m.registry;
        r.register("invocations", "Invocations that ended", m.invocations.clone());
        r.register("errors", "Invocations that ended in an error", m.errors.clone());
        r.register("throttles", "Requests that were throttled", m.throttles.clone());
        r.register("duration_seconds", "Time that functions ran", m.duration.clone());
        r.register("init_seconds", "Time of init phases", m.init.clone());
        r.register("environment_starts", "Environments started", m.starts.clone());
        r.register("concurrency", "Invocations that run now", m.concurrency.clone());
        r.register("environments", "Environments by phase", m.environments.clone());
        r.register("pool_nodes", "Booted nodes without a function", m.pooled.clone());
        r.register("event_queue_depth", "Events that wait", m.queue_depth.clone());
        r.register(
            "event_queue_age_seconds",
            "How long the oldest event is overdue",
            m.queue_age_s.clone(),
        );
        metrics
    }

    /// The text that `/metrics` answers with.
    pub fn encode(&self, gauges: Gauges) -> String {
        let Gauges { running, census, pooled, queue_depth, queue_age_ms } = gauges;
        self.concurrency.set(running.into());
        for (phase, count) in [
            ("starting", census.starting),
            ("busy", census.busy),
            ("idle", census.idle),
            ("stopping", census.stopping),
        ] {
            self.environments.get_or_create(&PhaseLabel { phase }).set(count as i64);
        }
        self.pooled.set(pooled as i64);
        self.queue_depth.set(queue_depth as i64);
        self.queue_age_s.set(queue_age_ms as f64 / 1000.0);
        let mut text = String::new();
        encode(&mut text, &self.registry).expect("writing to a string does not fail");
        text
    }

    fn label(&self, version: &FunctionVersion) -> FunctionLabel {
        let mut functions = self.functions.lock().expect("nothing panics under this lock");
        if !functions.contains(&version.function) {
            if functions.len() >= FUNCTIONS_MAX {
                return FunctionLabel { function: "other".into() };
            }
            functions.insert(version.function.clone());
        }
        FunctionLabel { function: version.function.to_string() }
    }
}

impl Ledger for Metrics {
    fn throttled(&self, version: &FunctionVersion, _why: Throttle) {
        self.throttles.get_or_create(&self.label(version)).inc();
        let usage = Usage { throttles: 1, ..Usage::default() };
        self.meter.record(&version.function, &version.version, usage);
    }

    fn initialised(&self, version: &FunctionVersion, start: StartReport) {
        let label = self.label(version);
        self.init.get_or_create(&label).observe(start.duration_us as f64 / 1e6);
        let kind = match start {
            StartReport { failed: true, .. } => "failed",
            StartReport { provisioned: true, .. } => "provisioned",
            StartReport { pooled: true, .. } => "pooled",
            _ => "cold",
        };
        self.starts.get_or_create(&StartLabel { function: label.function, kind }).inc();
        let usage = Usage {
            init_us: start.duration_us,
            cold_starts: u64::from(!start.provisioned),
            ..Usage::default()
        };
        self.meter.record(&version.function, &version.version, usage);
    }

    fn finished(&self, version: &FunctionVersion, report: &FinishReport) {
        let label = self.label(version);
        self.invocations.get_or_create(&label).inc();
        self.duration.get_or_create(&label).observe(report.duration_us as f64 / 1e6);
        if report.error {
            self.errors.get_or_create(&label).inc();
        }
        let usage = Usage {
            requests: 1,
            errors: u64::from(report.error),
            billed_ms: report.billed_ms,
            mb_ms: report.billed_ms * u64::from(version.memory_mb),
            cpu_us: report.cpu_us,
            ..Usage::default()
        };
        self.meter.record(&version.function, &version.version, usage);
    }
}
