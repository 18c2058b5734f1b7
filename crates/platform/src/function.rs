//! What a function is: its name, its versions and aliases, and the settings of each.
//!
//! These are the records of the store, so a field is only ever added, with a default. Nothing
//! here is AWS's wire shape: the gateway translates. What Beamlet accepts and shows without
//! acting on it (tracing, SnapStart, …) stays in `shown` as the gateway wrote it.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// The version that every deploy changes.
pub const LATEST: &str = "$LATEST";

/// One set of settings and code, which never changes: a change makes another one.
///
/// An environment belongs to exactly one of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct VersionId(pub u64);

impl fmt::Display for VersionId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.0)
    }
}

/// How a function's program is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Runtime {
    /// `.beam` files on a stock OTP node with Beamlet's client.
    Erlang,
    /// An executable `bootstrap` that speaks the Runtime API.
    Provided,
}

/// A version of a function: what is needed to run it, and what is shown of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FunctionVersion {
    pub id: VersionId,
    pub function: Arc<str>,
    /// `$LATEST` or a number.
    pub version: Arc<str>,
    pub runtime: Runtime,
    /// As the user wrote it: `erlang`, `provided.al2023`, …
    pub runtime_name: String,
    pub handler: String,
    pub role: String,
    pub description: String,
    pub memory_mb: u32,
    pub timeout_s: u32,
    pub ephemeral_mb: u32,
    pub architecture: String,
    pub environment: BTreeMap<String, String>,
    /// Invocations that one environment holds at a time.
    pub concurrency_per_environment: u32,
    /// SHA-256 of the package, in hexadecimal: its name in the blob store.
    pub code_sha256: String,
    pub code_bytes: u64,
    pub layers: Vec<LayerUse>,
    /// Where events that were given up go, if to a target of the function's own.
    pub dead_letter_arn: Option<String>,
    pub log_group: String,
    pub modified_ms: u64,
    /// Changes with every change of this version.
    pub revision: String,
    /// Settings that are accepted and shown.
    pub shown: serde_json::Map<String, serde_json::Value>,
}

impl FunctionVersion {
    pub fn timeout_ms(&self) -> u64 {
        u64::from(self.timeout_s) * 1000
    }
}

/// A layer in the order of merging: a later one covers an earlier one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LayerUse {
    pub arn: String,
    pub code_sha256: String,
    pub code_bytes: u64,
}

/// A name that moves from version to version.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Alias {
    pub name: String,
    pub version: String,
    /// A second version and the share of requests that it gets, from 0 to 1.
    pub weighted: Option<(String, f64)>,
    pub description: String,
    pub revision: String,
}

/// How asynchronous invocations of one qualifier are treated.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct EventConfig {
    /// 0 to 2; AWS's default is 2.
    pub retries_max: Option<u32>,
    /// 60 to 21,600 s; AWS's default is 6 hours.
    pub age_max_s: Option<u32>,
    pub on_success: Option<String>,
    pub on_failure: Option<String>,
    pub modified_ms: u64,
}

/// A function URL of one qualifier.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FunctionUrl {
    /// The first label of its host name.
    pub id: String,
    /// Requests need a valid signature.
    pub signed: bool,
    pub streamed: bool,
    pub cors: Option<Cors>,
    pub created_ms: u64,
    pub modified_ms: u64,
}

/// Who may read a function URL's answers from a page of another origin.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Cors {
    pub allow_credentials: bool,
    pub allow_headers: Vec<String>,
    pub allow_methods: Vec<String>,
    pub allow_origins: Vec<String>,
    pub expose_headers: Vec<String>,
    pub max_age_s: Option<u32>,
}

/// Everything about a function but its published versions, which are records of their own.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Function {
    pub name: Arc<str>,
    pub latest: Arc<FunctionVersion>,
    pub created_ms: u64,
    /// The number that the next published version gets; numbers are never used again.
    pub next_version: u64,
    #[serde(default)]
    pub aliases: BTreeMap<String, Alias>,
    /// `None`: shares the account's unreserved concurrency; `Some(0)`: stopped.
    #[serde(default)]
    pub reserved_concurrency: Option<u32>,
    /// By qualifier (version or alias): environments kept ready.
    #[serde(default)]
    pub provisioned: BTreeMap<String, Provisioned>,
    /// By qualifier, `$LATEST` for the function itself.
    #[serde(default)]
    pub event_configs: BTreeMap<String, EventConfig>,
    #[serde(default)]
    pub urls: BTreeMap<String, FunctionUrl>,
    /// Resource policies by qualifier, as the gateway wrote them.
    #[serde(default)]
    pub policies: BTreeMap<String, serde_json::Value>,
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
    /// Other settings of the function that are accepted and shown, by name and qualifier.
    #[serde(default)]
    pub shown: serde_json::Map<String, serde_json::Value>,
    /// The published versions, by number; kept in records of their own.
    #[serde(skip)]
    pub versions: BTreeMap<u64, Arc<FunctionVersion>>,
}

/// Provisioned concurrency of one qualifier.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Provisioned {
    pub requested: u32,
    pub modified_ms: u64,
}

impl Function {
    /// The version of that number, or `$LATEST`.
    pub fn version(&self, version: &str) -> Option<&Arc<FunctionVersion>> {
        if version == LATEST {
            return Some(&self.latest);
        }
        self.versions.get(&version.parse().ok()?)
    }

    /// The version that a request to this qualifier runs; `draw` is a number from 0 to 1 that
    /// picks between the versions of a weighted alias.
    ///
    /// `None` if there is neither a version nor an alias of that name.
    pub fn resolve(&self, qualifier: Option<&str>, draw: f64) -> Option<&Arc<FunctionVersion>> {
        let Some(qualifier) = qualifier else {
            return Some(&self.latest);
        };
        if let Some(version) = self.version(qualifier) {
            return Some(version);
        }
        let alias = self.aliases.get(qualifier)?;
        match &alias.weighted {
            Some((second, weight)) if draw < *weight => self.version(second),
            _ => self.version(&alias.version),
        }
    }

    /// All versions, `$LATEST` first.
    pub fn all_versions(&self) -> impl Iterator<Item = &Arc<FunctionVersion>> {
        std::iter::once(&self.latest).chain(self.versions.values())
    }
}

/// The names that AWS's Amazon Resource Names are made of.
#[derive(Clone, Debug)]
pub struct Account {
    /// 12 digits.
    pub id: String,
    pub region: String,
}

impl Account {
    /// The name of a function, with its qualifier if it has one.
    pub fn function_arn(&self, function: &str, qualifier: Option<&str>) -> String {
        let base = format!("arn:aws:lambda:{}:{}:function:{function}", self.region, self.id);
        match qualifier {
            Some(qualifier) => format!("{base}:{qualifier}"),
            None => base,
        }
    }

    /// The name of a layer, with its version if it has one.
    pub fn layer_arn(&self, layer: &str, version: Option<u64>) -> String {
        let base = format!("arn:aws:lambda:{}:{}:layer:{layer}", self.region, self.id);
        match version {
            Some(version) => format!("{base}:{version}"),
            None => base,
        }
    }
}
