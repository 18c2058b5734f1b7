//! The meter: what every function used, by version and day, durably.
//!
//! Recording adds to counters in memory; a task folds them into the store every [`FLUSH_MS`], so
//! that a crash loses at most that much. The store adds, so nothing is counted twice. Rows are
//! dropped after [`DAYS_KEPT`], and a day has at most [`ROWS_MAX`] of them: what functions beyond
//! that use is in one row, `(others)`.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan, tz::TimeZone};

use crate::store::{Batch, COUNTERS_LEN, Store};

/// How often the counters go to the store.
pub const FLUSH_MS: u64 = 250;

/// Days that the meter looks back: a year and a month.
pub const DAYS_KEPT: i64 = 396;

/// Rows of one day.
pub const ROWS_MAX: usize = 100_000;

/// The function and version of the row that has what is beyond [`ROWS_MAX`].
const OTHERS: &str = "(others)";

/// What one version of a function used in one day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    pub requests: u64,
    pub errors: u64,
    pub throttles: u64,
    pub billed_ms: u64,
    /// Megabytes of memory times billed milliseconds: 1,024,000 of them are a GB-second.
    pub mb_ms: u64,
    pub init_us: u64,
    pub cpu_us: u64,
    pub cold_starts: u64,
}

impl Usage {
    fn amounts(self) -> [u64; COUNTERS_LEN] {
        let Usage { requests, errors, throttles, billed_ms, mb_ms, init_us, cpu_us, cold_starts } =
            self;
        [requests, errors, throttles, billed_ms, mb_ms, init_us, cpu_us, cold_starts]
    }

    fn of(amounts: [u64; COUNTERS_LEN]) -> Usage {
        let [requests, errors, throttles, billed_ms, mb_ms, init_us, cpu_us, cold_starts] = amounts;
        Usage { requests, errors, throttles, billed_ms, mb_ms, init_us, cpu_us, cold_starts }
    }

    pub fn add(&mut self, other: Usage) {
        let (own, others) = (self.amounts(), other.amounts());
        *self = Usage::of(std::array::from_fn(|at| own[at].saturating_add(others[at])));
    }

    /// What this costs at AWS.
    pub fn price(&self, tariff: &Tariff) -> Price {
        Price {
            requests_nano_usd: u128::from(self.requests) * tariff.request_nano_usd,
            compute_nano_usd: u128::from(self.mb_ms) * tariff.gb_s_pico_usd / 1024 / 1000 / 1000,
        }
    }
}

/// Prices of AWS Lambda, which are published in US dollars.
#[derive(Clone, Copy, Debug)]
pub struct Tariff {
    pub request_nano_usd: u128,
    pub gb_s_pico_usd: u128,
}

/// $0.20 per million requests, $0.0000166667 per GB-second: x86, first tier, US East.
pub const X86: Tariff = Tariff { request_nano_usd: 200, gb_s_pico_usd: 16_666_700 };

/// An amount in billionths of a US dollar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Price {
    pub requests_nano_usd: u128,
    pub compute_nano_usd: u128,
}

impl Price {
    pub fn total_nano_usd(&self) -> u128 {
        self.requests_nano_usd + self.compute_nano_usd
    }
}

/// A row of the meter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// `2026-11-23`, in UTC.
    pub day: String,
    pub function: String,
    pub version: String,
    pub usage: Usage,
}

/// What is not in the store yet, by function and version.
type Pending = HashMap<(Arc<str>, Arc<str>), Usage>;

/// A handle of the meter.
#[derive(Clone)]
pub struct Meter {
    shared: Arc<Shared>,
}

struct Shared {
    store: Store,
    pending: Mutex<Pending>,
    /// The day that is written to, and its rows.
    today: tokio::sync::Mutex<Today>,
}

/// The rows that the store has of one day.
#[derive(Default)]
struct Today {
    day: String,
    rows: HashSet<String>,
}

impl Today {
    /// The key of a row, or of the one for the others when there are too many.
    fn key(&mut self, function: &str, version: &str) -> String {
        let key = format!("{}/{function}/{version}", self.day);
        if !self.rows.contains(&key) {
            if self.rows.len() >= ROWS_MAX {
                return format!("{}/{OTHERS}/{OTHERS}", self.day);
            }
            self.rows.insert(key.clone());
        }
        key
    }
}

impl Meter {
    /// Starts the task that flushes.
    pub fn start(store: Store) -> Meter {
        let meter = Meter {
            shared: Arc::new(Shared {
                store,
                pending: Mutex::default(),
                today: Default::default(),
            }),
        };
        let flushing = meter.clone();
        tokio::spawn(async move {
            let mut ticks = tokio::time::interval(Duration::from_millis(FLUSH_MS));
            ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
            loop {
                ticks.tick().await;
                flushing.flush().await;
            }
        });
        meter
    }

    /// Adds to what a version used today.
    pub fn record(&self, function: &Arc<str>, version: &Arc<str>, usage: Usage) {
        let mut pending = self.shared.pending.lock().expect("nothing panics under this lock");
        pending.entry((function.clone(), version.clone())).or_default().add(usage);
    }

    /// Makes durable what was recorded so far.
    pub async fn flush(&self) {
        self.flush_on(Timestamp::now().to_zoned(TimeZone::UTC).date()).await;
    }

    async fn flush_on(&self, date: Date) {
        let mut today = self.shared.today.lock().await;
        let taken = {
            let mut pending = self.shared.pending.lock().expect("nothing panics under this lock");
            std::mem::take(&mut *pending)
        };
        if taken.is_empty() {
            return;
        }
        let result = self.write(&mut today, date, &taken).await;
        if let Err(error) = result {
            tracing::error!(%error, "the meter could not be written; it is tried again");
            let mut pending = self.shared.pending.lock().expect("nothing panics under this lock");
            for (key, usage) in taken {
                pending.entry(key).or_default().add(usage);
            }
        }
    }

    async fn write(
        &self,
        today: &mut Today,
        date: Date,
        taken: &Pending,
    ) -> Result<(), crate::store::Error> {
        let day = date.to_string();
        let mut batch = Batch::default();
        if today.day != day {
            let rows = self.shared.store.counters(&format!("{day}/"))?;
            let rows = rows.into_iter().map(|(key, _)| key).collect();
            *today = Today { day, rows };
            let oldest = date.saturating_sub(DAYS_KEPT.days());
            batch.drop_counters(oldest.to_string());
        }
        for ((function, version), usage) in taken {
            batch.add(today.key(function, version), usage.amounts());
        }
        self.shared.store.commit(batch).await
    }

    /// All rows, or those of one day, by day, function and version.
    pub async fn rows(&self, day: Option<&str>) -> Result<Vec<Row>, crate::store::Error> {
        self.flush().await;
        let prefix = day.map_or(String::new(), |day| format!("{day}/"));
        let counters = self.shared.store.counters(&prefix)?;
        Ok(counters
            .into_iter()
            .filter_map(|(key, amounts)| {
                let (day, rest) = key.split_once('/')?;
                let (function, version) = rest.split_once('/')?;
                Some(Row {
                    day: day.into(),
                    function: function.into(),
                    version: version.into(),
                    usage: Usage::of(amounts),
                })
            })
            .collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_price_is_the_one_of_awss_worked_example() {
        // AWS Lambda pricing, "Example 1: Mobile application backend": 3 million requests of
        // 120 ms at 1,536 MB are 540,000 GB-s; $9.00 for those and $0.60 for the requests.
        let usage = Usage {
            requests: 3_000_000,
            billed_ms: 360_000_000,
            mb_ms: 360_000_000 * 1536,
            ..Usage::default()
        };
        let price = usage.price(&X86);
        assert_eq!(price.requests_nano_usd, 600_000_000);
        assert_eq!(price.compute_nano_usd / 10_000_000, 900);
    }

    #[tokio::test]
    async fn usage_adds_up_and_survives() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        let meter = Meter::start(store.clone());
        let usage = Usage { requests: 1, billed_ms: 5, mb_ms: 640, ..Usage::default() };
        for _ in 0..3 {
            meter.record(&"f".into(), &"$LATEST".into(), usage);
        }
        meter.flush().await;
        meter.record(&"f".into(), &"$LATEST".into(), usage);
        let rows = Meter::start(store).rows(None).await.unwrap();
        assert_eq!(rows[0].usage.requests, 3);
        let rows = meter.rows(Some(&rows[0].day)).await.unwrap();
        assert_eq!((rows.len(), rows[0].usage.requests, rows[0].usage.mb_ms), (1, 4, 2560));
    }

    #[tokio::test]
    async fn rows_are_dropped_after_a_year_and_a_month() {
        let folder = tempfile::tempdir().unwrap();
        let meter = Meter::start(Store::open(folder.path()).unwrap());
        let usage = Usage { requests: 1, ..Usage::default() };
        let mut days = Vec::new();
        for date in ["2025-10-01", "2025-10-25", "2025-10-26", "2026-11-25"] {
            meter.record(&"f".into(), &"1".into(), usage);
            meter.flush_on(date.parse().unwrap()).await;
            days = meter.rows(None).await.unwrap().into_iter().map(|row| row.day).collect();
        }
        // 396 days before 2026-11-25: by `date -d '2026-11-25 - 396 days'`.
        assert_eq!(days, ["2025-10-25", "2025-10-26", "2026-11-25"]);
    }

    #[tokio::test]
    async fn a_day_has_so_many_rows_and_one_for_the_others() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        let meter = Meter::start(store.clone());
        let usage = Usage { requests: 1, ..Usage::default() };
        for number in 0..ROWS_MAX + 5 {
            meter.record(&format!("f{number}").into(), &"1".into(), usage);
        }
        meter.flush().await;
        // What a server that starts again finds counts as well.
        let meter = Meter::start(store);
        meter.record(&"late".into(), &"1".into(), usage);
        let rows = meter.rows(None).await.unwrap();
        assert_eq!(rows.len(), ROWS_MAX + 1);
        let others = rows.iter().find(|row| row.function == OTHERS).unwrap();
        assert_eq!(others.usage.requests, 6);
    }
}
