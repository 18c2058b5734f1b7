//! The catalog: which functions and layers there are. In memory to read, in the store to keep.
//!
//! Changes go one after another: a change is applied to a copy, made durable, and only then seen.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, RwLock};

use serde::{Deserialize, Serialize};

use crate::function::{Function, FunctionVersion, VersionId};
use crate::store::{self, Batch, Store};

/// Functions of one server.
pub const FUNCTIONS_MAX: usize = 100_000;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("there is no function {0}")]
    NotFound(String),
    #[error("there is a function {0} already")]
    Exists(String),
    #[error("there are {FUNCTIONS_MAX} functions already: delete some")]
    Full,
    #[error("there are {LAYER_VERSIONS_MAX} layer versions already: delete some")]
    LayersFull,
    #[error(transparent)]
    Store(#[from] store::Error),
    #[error("a record of the store cannot be read: {0}")]
    Record(String),
}

/// Layer versions of one server.
pub const LAYER_VERSIONS_MAX: usize = 100_000;

/// One published version of a layer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LayerVersion {
    pub layer: String,
    pub version: u64,
    pub description: String,
    pub license: String,
    pub runtimes: Vec<String>,
    pub architectures: Vec<String>,
    pub code_sha256: String,
    pub code_bytes: u64,
    pub created_ms: u64,
    /// Its resource policy, as the gateway wrote it.
    #[serde(default)]
    pub policy: Option<serde_json::Value>,
}

type Functions = BTreeMap<Arc<str>, Arc<Function>>;
type Layers = BTreeMap<String, BTreeMap<u64, Arc<LayerVersion>>>;

/// A handle of the catalog.
#[derive(Clone)]
pub struct Catalog {
    shared: Arc<Shared>,
}

struct Shared {
    store: Store,
    functions: RwLock<Functions>,
    /// By the first label of a function URL's host: function and qualifier.
    urls: RwLock<HashMap<String, (Arc<str>, String)>>,
    layers: RwLock<Layers>,
    /// The last version number of every layer that ever was: numbers are never used again.
    layer_numbers: RwLock<HashMap<String, u64>>,
    /// One change at a time.
    changing: tokio::sync::Mutex<()>,
    next_version: AtomicU64,
}

/// Records that are read from the store at a time.
const PAGE: usize = 1000;

impl Catalog {
    /// Reads everything from the store.
    pub fn open(store: Store) -> Result<Catalog, Error> {
        let mut functions = HashMap::new();
        each::<Function>(&store, "function/", |_, function| {
            functions.insert(function.name.clone(), function);
        })?;
        each::<FunctionVersion>(&store, "version/", |_, version| {
            if let Some(function) = functions.get_mut(&version.function)
                && let Ok(number) = version.version.parse()
            {
                function.versions.insert(number, Arc::new(version));
            }
        })?;
        let mut layers = Layers::new();
        each::<LayerVersion>(&store, "layer/", |_, layer| {
            layers.entry(layer.layer.clone()).or_default().insert(layer.version, Arc::new(layer));
        })?;
        let mut layer_numbers = HashMap::new();
        each::<u64>(&store, "layer-number/", |name, number| {
            layer_numbers.insert(name.to_owned(), number);
        })?;
        let mut next_version = 1;
        let mut renumber = |version: &mut Arc<FunctionVersion>| {
            Arc::make_mut(version).id = VersionId(next_version);
            next_version += 1;
        };
        for function in functions.values_mut() {
            renumber(&mut function.latest);
            function.versions.values_mut().for_each(&mut renumber);
        }
        let functions: Functions =
            functions.into_iter().map(|(name, function)| (name, Arc::new(function))).collect();
        let urls = functions.values().flat_map(|function| urls_of(function)).collect();
        Ok(Catalog {
            shared: Arc::new(Shared {
                store,
                functions: RwLock::new(functions),
                urls: RwLock::new(urls),
                layers: RwLock::new(layers),
                layer_numbers: RwLock::new(layer_numbers),
                changing: tokio::sync::Mutex::new(()),
                next_version: AtomicU64::new(next_version),
            }),
        })
    }

    /// An id that no version had while the server lives.
    pub fn next_version_id(&self) -> VersionId {
        VersionId(self.shared.next_version.fetch_add(1, Ordering::Relaxed))
    }

    pub fn get(&self, name: &str) -> Option<Arc<Function>> {
        self.shared.functions.read().expect("no panic under this lock").get(name).cloned()
    }

    /// All functions, by name.
    pub fn functions(&self) -> Vec<Arc<Function>> {
        let functions = self.shared.functions.read().expect("no panic under this lock");
        functions.values().cloned().collect()
    }

    /// The function and qualifier that a function URL with this id belongs to.
    pub fn url(&self, id: &str) -> Option<(Arc<str>, String)> {
        self.shared.urls.read().expect("no panic under this lock").get(id).cloned()
    }

    /// Adds a function with its published versions.
    pub async fn create(&self, function: Function) -> Result<Arc<Function>, Error> {
        let _changing = self.shared.changing.lock().await;
        if self.get(&function.name).is_some() {
            return Err(Error::Exists(function.name.to_string()));
        }
        if self.shared.functions.read().expect("no panic under this lock").len() >= FUNCTIONS_MAX {
            return Err(Error::Full);
        }
        let mut batch = Batch::default();
        write(None, Some(&function), &mut batch);
        self.shared.store.commit(batch).await?;
        let function = Arc::new(function);
        self.show(&function.name, Some(function.clone()));
        Ok(function)
    }

    /// Changes a function; nothing happens if `change` fails. Returns the function before and
    /// after, and what `change` gave.
    pub async fn change<T, E: From<Error>>(
        &self,
        name: &str,
        change: impl FnOnce(&mut Function) -> Result<T, E>,
    ) -> Result<(Arc<Function>, Arc<Function>, T), E> {
        let _changing = self.shared.changing.lock().await;
        let before = self.get(name).ok_or_else(|| Error::NotFound(name.to_owned()))?;
        let mut function = (*before).clone();
        let result = change(&mut function)?;
        let mut batch = Batch::default();
        write(Some(&before), Some(&function), &mut batch);
        self.shared.store.commit(batch).await.map_err(Error::Store)?;
        let after = Arc::new(function);
        self.show(name, Some(after.clone()));
        Ok((before, after, result))
    }

    pub async fn delete(&self, name: &str) -> Result<Arc<Function>, Error> {
        let _changing = self.shared.changing.lock().await;
        let before = self.get(name).ok_or_else(|| Error::NotFound(name.to_owned()))?;
        let mut batch = Batch::default();
        write(Some(&before), None, &mut batch);
        self.shared.store.commit(batch).await?;
        self.show(name, None);
        Ok(before)
    }

    fn show(&self, name: &str, function: Option<Arc<Function>>) {
        let mut urls = self.shared.urls.write().expect("no panic under this lock");
        urls.retain(|_, (owner, _)| &**owner != name);
        let mut functions = self.shared.functions.write().expect("no panic under this lock");
        match function {
            Some(function) => {
                urls.extend(urls_of(&function));
                functions.insert(function.name.clone(), function);
            }
            None => {
                functions.remove(name);
            }
        }
    }

    /// The versions of a layer, by number.
    pub fn layer(&self, name: &str) -> BTreeMap<u64, Arc<LayerVersion>> {
        let layers = self.shared.layers.read().expect("no panic under this lock");
        layers.get(name).cloned().unwrap_or_default()
    }

    /// The code that versions of functions and of layers name, by its SHA-256.
    pub fn code_in_use(&self) -> HashSet<String> {
        let mut used = HashSet::new();
        for function in self.functions() {
            for version in function.all_versions() {
                used.insert(version.code_sha256.clone());
                used.extend(version.layers.iter().map(|layer| layer.code_sha256.clone()));
            }
        }
        let layers = self.shared.layers.read().expect("no panic under this lock");
        used.extend(layers.values().flat_map(|l| l.values()).map(|l| l.code_sha256.clone()));
        used
    }

    /// Bytes of the packages of functions and layers, each counted once however many share it.
    pub fn code_bytes(&self) -> u64 {
        let mut packages: HashMap<String, u64> = HashMap::new();
        for function in self.functions() {
            for version in function.all_versions() {
                packages.insert(version.code_sha256.clone(), version.code_bytes);
            }
        }
        let layers = self.shared.layers.read().expect("no panic under this lock");
        let layers = layers.values().flat_map(|versions| versions.values());
        packages.extend(layers.map(|layer| (layer.code_sha256.clone(), layer.code_bytes)));
        packages.values().sum()
    }

    /// The names of the layers that have a version.
    pub fn layers(&self) -> Vec<String> {
        self.shared.layers.read().expect("no panic under this lock").keys().cloned().collect()
    }

    /// Publishes a layer version; its number is given here.
    pub async fn add_layer(&self, mut layer: LayerVersion) -> Result<Arc<LayerVersion>, Error> {
        let _changing = self.shared.changing.lock().await;
        let last = {
            let numbers = self.shared.layer_numbers.read().expect("no panic under this lock");
            numbers.get(&layer.layer).copied().unwrap_or(0)
        };
        let count: usize = {
            let layers = self.shared.layers.read().expect("no panic under this lock");
            layers.values().map(BTreeMap::len).sum()
        };
        if count >= LAYER_VERSIONS_MAX {
            return Err(Error::LayersFull);
        }
        layer.version = last + 1;
        let mut batch = Batch::default();
        batch.put(layer_key(&layer), json(&layer));
        batch.put(format!("layer-number/{}", layer.layer), json(&layer.version));
        self.shared.store.commit(batch).await?;
        let mut numbers = self.shared.layer_numbers.write().expect("no panic under this lock");
        numbers.insert(layer.layer.clone(), layer.version);
        Ok(self.show_layer(layer))
    }

    /// Replaces a layer version, as when its policy changes.
    pub async fn put_layer(&self, layer: LayerVersion) -> Result<(), Error> {
        let _changing = self.shared.changing.lock().await;
        let mut batch = Batch::default();
        batch.put(layer_key(&layer), json(&layer));
        self.shared.store.commit(batch).await?;
        self.show_layer(layer);
        Ok(())
    }

    fn show_layer(&self, layer: LayerVersion) -> Arc<LayerVersion> {
        let layer = Arc::new(layer);
        let mut layers = self.shared.layers.write().expect("no panic under this lock");
        layers.entry(layer.layer.clone()).or_default().insert(layer.version, layer.clone());
        layer
    }

    /// Deletes a layer version; functions that use it keep it.
    pub async fn delete_layer(&self, name: &str, version: u64) -> Result<(), Error> {
        let _changing = self.shared.changing.lock().await;
        let mut batch = Batch::default();
        batch.delete(format!("layer/{name}/{version:012}"));
        self.shared.store.commit(batch).await?;
        let mut layers = self.shared.layers.write().expect("no panic under this lock");
        if let Some(versions) = layers.get_mut(name) {
            versions.remove(&version);
            if versions.is_empty() {
                layers.remove(name);
            }
        }
        Ok(())
    }
}

fn layer_key(layer: &LayerVersion) -> String {
    format!("layer/{}/{:012}", layer.layer, layer.version)
}

fn urls_of(function: &Function) -> Vec<(String, (Arc<str>, String))> {
    let name = &function.name;
    function
        .urls
        .iter()
        .map(|(qualifier, url)| (url.id.clone(), (name.clone(), qualifier.clone())))
        .collect()
}

fn json<T: Serialize>(record: &T) -> Vec<u8> {
    serde_json::to_vec(record).expect("records have only keys that are strings")
}

/// The changes that lead from one state of a function to another.
fn write(before: Option<&Function>, after: Option<&Function>, batch: &mut Batch) {
    let name = &before.or(after).expect("there is a function on one side").name;
    let key = |number: &u64| format!("version/{name}/{number:012}");
    let none = BTreeMap::new();
    let old = before.map_or(&none, |function| &function.versions);
    let new = after.map_or(&none, |function| &function.versions);
    for (number, version) in new {
        if !old.get(number).is_some_and(|old| Arc::ptr_eq(old, version)) {
            batch.put(key(number), json(&**version));
        }
    }
    for number in old.keys().filter(|number| !new.contains_key(number)) {
        batch.delete(key(number));
    }
    match after {
        Some(function) => batch.put(format!("function/{name}"), json(function)),
        None => batch.delete(format!("function/{name}")),
    };
}

/// Calls `found` with every record below a prefix, and what of its key follows that.
fn each<T: for<'de> Deserialize<'de>>(
    store: &Store,
    prefix: &str,
    mut found: impl FnMut(&str, T),
) -> Result<(), Error> {
    let mut after: Option<String> = None;
    loop {
        let page = store.scan(prefix, after.as_deref(), PAGE)?;
        for (key, value) in &page {
            let record = serde_json::from_slice(value)
                .map_err(|error| Error::Record(format!("{key}: {error}")))?;
            found(&key[prefix.len()..], record);
        }
        match page.last() {
            Some((key, _)) if page.len() == PAGE => after = Some(key.clone()),
            _ => return Ok(()),
        }
    }
}
