//! The platform as the edge sees it: one handle that holds every component.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;

use crate::catalog::{self, Catalog};
use crate::confine::Confinement;
use crate::dispatch::Dispatcher;
use crate::events::{self, Events};
use crate::function::{Account, Function, FunctionVersion};
use crate::logs::{Logs, Retention};
use crate::meter::Meter;
use crate::metrics::{Gauges, Metrics};
use crate::placement;
use crate::process::{self, Endpoint, Otp, ProcessEngine};
use crate::store::{self, Store};
use crate::upkeep;

/// What a server is started with.
#[derive(Clone, Debug)]
pub struct Settings {
    pub account: Account,
    pub data: PathBuf,
    pub otp: Option<Otp>,
    pub pool_max: usize,
    /// Concurrent invocations of the whole account.
    pub account_concurrency: u32,
    pub placement: placement::Settings,
    pub events: events::Settings,
}

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Store(#[from] store::Error),
    #[error(transparent)]
    Catalog(#[from] catalog::Error),
    #[error("{path}: {source}")]
    Io { path: PathBuf, source: std::io::Error },
}

/// Everything, cheap to clone.
#[derive(Clone)]
pub struct Platform {
    pub account: Account,
    pub account_concurrency: u32,
    pub data: PathBuf,
    pub store: Store,
    pub catalog: Catalog,
    pub logs: Logs,
    pub meter: Meter,
    pub metrics: Arc<Metrics>,
    pub dispatcher: Dispatcher,
    pub events: Events,
    pub engine: ProcessEngine,
    /// One change of a function at a time, from its decision to what runs.
    changing: Arc<tokio::sync::Mutex<()>>,
}

impl Platform {
    /// Opens the data directory and starts every component. Whoever serves the Runtime APIs
    /// takes them from the channel.
    pub fn start(
        settings: Settings,
        confinement: Confinement,
    ) -> Result<(Platform, mpsc::UnboundedReceiver<Endpoint>), Error> {
        let Settings { account, data, .. } = settings;
        let io = |source| Error::Io { path: data.clone(), source };
        let store = Store::open(&data)?;
        let data = data.canonicalize().map_err(io)?;
        let io = |source| Error::Io { path: data.clone(), source };
        let catalog = Catalog::open(store.clone())?;
        let logs = Logs::open(&data, Retention::default()).map_err(io)?;
        let meter = Meter::start(store.clone());
        let metrics = Arc::new(Metrics::new(meter.clone()));
        let (endpoints, receiver) = mpsc::unbounded_channel();
        let engine_settings = process::Settings {
            account: account.clone(),
            data: data.clone(),
            otp: settings.otp,
            pool_max: settings.pool_max,
        };
        let engine = ProcessEngine::start(engine_settings, confinement, logs.clone(), endpoints)
            .map_err(io)?;
        upkeep::start(store.clone(), catalog.clone(), engine.clone());
        let dispatcher = Dispatcher::start(
            Arc::new(engine.clone()),
            metrics.clone(),
            settings.account_concurrency,
            settings.placement,
        );
        let events = Events::start(
            store.clone(),
            catalog.clone(),
            dispatcher.clone(),
            account.clone(),
            settings.events,
        )?;
        let account_concurrency = settings.account_concurrency;
        let platform = Platform {
            account,
            account_concurrency,
            data,
            store,
            catalog,
            logs,
            meter,
            metrics,
            dispatcher,
            events,
            engine,
            changing: Arc::default(),
        };
        for function in platform.catalog.functions() {
            platform.reconcile(None, Some(&function));
        }
        Ok((platform, receiver))
    }

    /// Adds a function.
    pub async fn create(&self, function: Function) -> Result<Arc<Function>, catalog::Error> {
        let _changing = self.changing.lock().await;
        let created = self.catalog.create(function).await?;
        self.reconcile(None, Some(&created));
        Ok(created)
    }

    /// Changes a function, as [`Catalog::change`] does, and lets what runs follow.
    pub async fn change<T, E: From<catalog::Error>>(
        &self,
        name: &str,
        change: impl FnOnce(&mut Function) -> Result<T, E>,
    ) -> Result<(Arc<Function>, T), E> {
        let _changing = self.changing.lock().await;
        let (before, after, result) = self.catalog.change(name, change).await?;
        self.reconcile(Some(&before), Some(&after));
        Ok((after, result))
    }

    /// Deletes a function; what runs of it may end.
    pub async fn delete(&self, name: &str) -> Result<Arc<Function>, catalog::Error> {
        let _changing = self.changing.lock().await;
        let before = self.catalog.delete(name).await?;
        self.reconcile(Some(&before), None);
        Ok(before)
    }

    /// Makes what runs follow a change of the catalog: environments of versions that are gone
    /// end, reservations and provisioned environments are as they are set.
    fn reconcile(&self, before: Option<&Function>, after: Option<&Function>) {
        let versions = |function: Option<&Function>| -> Vec<Arc<FunctionVersion>> {
            function.iter().flat_map(|function| function.all_versions().cloned()).collect()
        };
        let kept = versions(after);
        for old in versions(before) {
            if !kept.iter().any(|version| version.id == old.id) {
                self.dispatcher.drain(old.id);
            }
        }
        let reserved = |function: Option<&Function>| function.and_then(|f| f.reserved_concurrency);
        if reserved(before) != reserved(after)
            && let Some(function) = before.or(after)
        {
            self.dispatcher.reserve(function.name.clone(), reserved(after));
        }
        let wanted = |function: Option<&Function>, version: &FunctionVersion| -> u32 {
            let Some(function) = function else { return 0 };
            let of = |qualifier: &String| function.resolve(Some(qualifier), 1.0).map(|v| v.id);
            let counts = function.provisioned.iter();
            counts.filter(|(q, _)| of(q) == Some(version.id)).map(|(_, p)| p.requested).sum()
        };
        for version in &kept {
            let count = wanted(after, version);
            if count != wanted(before, version) {
                self.dispatcher.provision(version, count);
            }
        }
    }

    /// The numbers of this moment, for the metrics.
    pub fn gauges(&self) -> Gauges {
        let (queue_depth, queue_age_ms) = self.events.depth();
        Gauges {
            running: self.dispatcher.running(None),
            census: self.dispatcher.census(),
            pooled: self.engine.pooled(),
            queue_depth,
            queue_age_ms,
        }
    }

    /// Lets what runs end for `grace`, ends every environment, and makes everything durable.
    pub async fn shutdown(&self, grace: Duration) {
        self.dispatcher.shutdown(grace).await;
        self.meter.flush().await;
        let logs = self.logs.clone();
        let _ = tokio::task::spawn_blocking(move || logs.flush()).await;
    }
}
