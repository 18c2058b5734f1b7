//! The embedded store: records, a queue and counters in one file, packages beside it.
//!
//! It is shaped after what a replicated log-and-key-value engine offers, so that another can
//! stand in its place. A [`Batch`] is applied whole or not at all, and [`Store::commit`] resolves
//! when it is on disk. One thread writes; all batches that wait while the disk is busy become one
//! transaction, so that a thousand callers share the price of one `fsync`.
//!
//! The choice of the engine is recorded in `docs/decisions/0001-store.md`.

use std::collections::HashSet;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc as blocking;
use std::sync::{Arc, Mutex};

use redb::{Database, DatabaseError, ReadableDatabase, ReadableTable, TableDefinition};
use sha2::{Digest, Sha256};
use tokio::sync::oneshot;

/// The format of a data directory; a newer one is refused.
const FORMAT: u64 = 1;

/// Batches that wait for the writing thread; more than that wait in `commit`.
const BATCHES_WAITING_MAX: usize = 1024;

/// Batches that share one transaction.
const BATCHES_TOGETHER_MAX: usize = 4096;

/// Memory for cached pages, in bytes.
const CACHE_BYTES: usize = 64 * 1024 * 1024;

const RECORDS: TableDefinition<'_, &str, &[u8]> = TableDefinition::new("records");
const QUEUE: TableDefinition<'_, (u64, u64), &[u8]> = TableDefinition::new("queue");
const COUNTERS: TableDefinition<'_, &str, [u64; COUNTERS_LEN]> = TableDefinition::new("counters");

/// Numbers that one key of the counters holds.
pub const COUNTERS_LEN: usize = 8;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("{0} is in use by another server; stop that one or choose another --data")]
    InUse(PathBuf),
    #[error("{folder} was written by a newer Beamlet (format {found}, this one knows {FORMAT})")]
    Newer { folder: PathBuf, found: u64 },
    #[error("{path}: {source}")]
    Io {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error("the store: {0}")]
    Engine(Box<redb::Error>),
    #[error("the store is closed")]
    Closed,
}

impl<T: Into<redb::Error>> From<T> for Error {
    fn from(error: T) -> Error {
        Error::Engine(Box::new(error.into()))
    }
}

fn io(path: &Path) -> impl FnOnce(io::Error) -> Error {
    let path = path.to_owned();
    move |source| Error::Io { path, source }
}

/// A place in the queue: when it is due, in Unix milliseconds, and a number that tells it from
/// others of that time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Slot {
    pub due_ms: u64,
    pub number: u64,
}

/// Changes that happen together or not at all.
#[derive(Debug, Default)]
pub struct Batch {
    changes: Vec<Change>,
}

#[derive(Debug)]
enum Change {
    Put { key: String, value: Vec<u8> },
    Delete { key: String },
    Push { slot: Slot, body: Vec<u8> },
    Remove { slot: Slot },
    Add { key: String, amounts: [u64; COUNTERS_LEN] },
    DropCounters { before: String },
}

impl Batch {
    pub fn put(&mut self, key: impl Into<String>, value: Vec<u8>) -> &mut Batch {
        self.changes.push(Change::Put { key: key.into(), value });
        self
    }

    pub fn delete(&mut self, key: impl Into<String>) -> &mut Batch {
        self.changes.push(Change::Delete { key: key.into() });
        self
    }

    /// Puts an entry into the queue.
    pub fn push(&mut self, slot: Slot, body: Vec<u8>) -> &mut Batch {
        self.changes.push(Change::Push { slot, body });
        self
    }

    /// Takes an entry out of the queue: it was dealt with.
    pub fn remove(&mut self, slot: Slot) -> &mut Batch {
        self.changes.push(Change::Remove { slot });
        self
    }

    /// Adds to the counters of a key.
    pub fn add(&mut self, key: impl Into<String>, amounts: [u64; COUNTERS_LEN]) -> &mut Batch {
        self.changes.push(Change::Add { key: key.into(), amounts });
        self
    }

    /// Drops the counters whose keys are less than `before`.
    pub fn drop_counters(&mut self, before: impl Into<String>) -> &mut Batch {
        self.changes.push(Change::DropCounters { before: before.into() });
        self
    }

    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }
}

/// A handle of the store.
#[derive(Clone)]
pub struct Store {
    shared: Arc<Shared>,
}

struct Shared {
    database: Arc<Database>,
    folder: PathBuf,
    writer: blocking::SyncSender<Waiting>,
    /// Blobs that were unused at the last look.
    unused: Mutex<HashSet<String>>,
}

struct Waiting {
    batch: Batch,
    done: oneshot::Sender<Result<(), Error>>,
}

impl Store {
    /// Opens a data directory, or makes one.
    pub fn open(folder: &Path) -> Result<Store, Error> {
        fs::create_dir_all(folder.join("blobs")).map_err(io(folder))?;
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(folder, fs::Permissions::from_mode(0o711)).map_err(io(folder))?;
        let file = folder.join("store.redb");
        let mut builder = Database::builder();
        builder.set_cache_size(CACHE_BYTES);
        let database = builder.create(&file).map_err(|error| match error {
            DatabaseError::DatabaseAlreadyOpen => Error::InUse(folder.to_owned()),
            other => other.into(),
        })?;
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).map_err(io(&file))?;
        let mut transaction = database.begin_write()?;
        // The space map is saved with each commit: after a crash the file opens at once.
        transaction.set_quick_repair(true);
        {
            let mut records = transaction.open_table(RECORDS)?;
            let found = records.get("format")?.map(|value| number(value.value()));
            match found {
                Some(found) if found > FORMAT => {
                    return Err(Error::Newer { folder: folder.to_owned(), found });
                }
                Some(_) => {}
                None => {
                    records.insert("format", FORMAT.to_string().as_bytes())?;
                }
            }
            transaction.open_table(QUEUE)?;
            transaction.open_table(COUNTERS)?;
        }
        transaction.commit()?;
        let database = Arc::new(database);
        let (writer, waiting) = blocking::sync_channel(BATCHES_WAITING_MAX);
        let owned = database.clone();
        std::thread::Builder::new()
            .name("store".into())
            .spawn(move || write(&owned, &waiting))
            .map_err(io(folder))?;
        let unused = Mutex::default();
        let shared = Shared { database, folder: folder.to_owned(), writer, unused };
        Ok(Store { shared: Arc::new(shared) })
    }

    /// The data directory.
    pub fn folder(&self) -> &Path {
        &self.shared.folder
    }

    /// Resolves when the batch is on disk.
    pub async fn commit(&self, batch: Batch) -> Result<(), Error> {
        let (done, result) = oneshot::channel();
        let mut waiting = Waiting { batch, done };
        loop {
            match self.shared.writer.try_send(waiting) {
                Ok(()) => break,
                Err(blocking::TrySendError::Full(back)) => {
                    waiting = back;
                    tokio::time::sleep(std::time::Duration::from_millis(1)).await;
                }
                Err(blocking::TrySendError::Disconnected(_)) => return Err(Error::Closed),
            }
        }
        result.await.map_err(|_| Error::Closed)?
    }

    pub fn get(&self, key: &str) -> Result<Option<Vec<u8>>, Error> {
        let transaction = self.shared.database.begin_read()?;
        let records = transaction.open_table(RECORDS)?;
        Ok(records.get(key)?.map(|value| value.value().to_vec()))
    }

    /// Up to `limit` records whose keys begin with `prefix`, in the order of their keys, from the
    /// first one behind `after` on.
    pub fn scan(
        &self,
        prefix: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<(String, Vec<u8>)>, Error> {
        let transaction = self.shared.database.begin_read()?;
        let records = transaction.open_table(RECORDS)?;
        let mut found = Vec::new();
        for entry in records.range(after.unwrap_or(prefix)..)? {
            let (key, value) = entry?;
            if !key.value().starts_with(prefix) || found.len() == limit {
                break;
            }
            if Some(key.value()) != after {
                found.push((key.value().to_owned(), value.value().to_vec()));
            }
        }
        Ok(found)
    }

    /// How many records there are whose keys begin with `prefix`.
    pub fn count(&self, prefix: &str) -> Result<usize, Error> {
        let transaction = self.shared.database.begin_read()?;
        let records = transaction.open_table(RECORDS)?;
        let mut count = 0;
        for entry in records.range(prefix..)? {
            if !entry?.0.value().starts_with(prefix) {
                break;
            }
            count += 1;
        }
        Ok(count)
    }

    /// Calls `each` with every entry of the queue, the one due first first.
    pub fn each_queued(&self, mut each: impl FnMut(Slot, &[u8])) -> Result<(), Error> {
        let transaction = self.shared.database.begin_read()?;
        let queue = transaction.open_table(QUEUE)?;
        for entry in queue.iter()? {
            let (slot, body) = entry?;
            let (due_ms, number) = slot.value();
            each(Slot { due_ms, number }, body.value());
        }
        Ok(())
    }

    /// The body of an entry of the queue.
    pub fn queued(&self, slot: Slot) -> Result<Option<Vec<u8>>, Error> {
        let transaction = self.shared.database.begin_read()?;
        let queue = transaction.open_table(QUEUE)?;
        Ok(queue.get((slot.due_ms, slot.number))?.map(|body| body.value().to_vec()))
    }

    /// All counters whose keys begin with `prefix`.
    pub fn counters(&self, prefix: &str) -> Result<Vec<(String, [u64; COUNTERS_LEN])>, Error> {
        let transaction = self.shared.database.begin_read()?;
        let counters = transaction.open_table(COUNTERS)?;
        let mut found = Vec::new();
        for entry in counters.range(prefix..)? {
            let (key, amounts) = entry?;
            if !key.value().starts_with(prefix) {
                break;
            }
            found.push((key.value().to_owned(), amounts.value()));
        }
        Ok(found)
    }

    /// Stores bytes under their SHA-256, which is returned in hexadecimal; on disk when it
    /// returns.
    pub fn put_blob(&self, bytes: &[u8]) -> Result<String, Error> {
        let name = hex::encode(Sha256::digest(bytes));
        let path = self.blob(&name);
        // From here on it is not deleted before the look after the next.
        self.shared.unused.lock().expect("nothing panics under this lock").remove(&name);
        if path.exists() {
            return Ok(name);
        }
        let folder = self.shared.folder.join("blobs");
        let write = || -> io::Result<()> {
            let mut file = tempfile::NamedTempFile::new_in(&folder)?;
            file.write_all(bytes)?;
            file.as_file().sync_all()?;
            file.persist(&path)?;
            fs::File::open(&folder)?.sync_all()
        };
        write().map_err(io(&path))?;
        Ok(name)
    }

    /// Where the bytes with that SHA-256 are, if they are.
    pub fn blob(&self, sha256: &str) -> PathBuf {
        self.shared.folder.join("blobs").join(sha256)
    }

    /// Deletes those of the `unused` blobs that were unused at the last look as well and were not
    /// stored since; `drop` deletes what was made of each. How many they were.
    pub fn drop_unused(
        &self,
        unused: HashSet<String>,
        drop: impl Fn(&str) -> io::Result<()>,
    ) -> io::Result<usize> {
        let mut noted = self.shared.unused.lock().expect("nothing panics under this lock");
        let mut dropped = 0;
        let (gone, new): (Vec<_>, Vec<_>) =
            unused.into_iter().partition(|sha256| noted.contains(sha256));
        for sha256 in gone {
            match fs::remove_file(self.blob(&sha256)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => drop(&sha256)?,
            }
            dropped += 1;
        }
        *noted = new.into_iter().collect();
        Ok(dropped)
    }
}

fn number(bytes: &[u8]) -> u64 {
    std::str::from_utf8(bytes).ok().and_then(|text| text.parse().ok()).unwrap_or(u64::MAX)
}

/// The writing thread; ends with the last handle.
fn write(database: &Database, waiting: &blocking::Receiver<Waiting>) {
    while let Ok(first) = waiting.recv() {
        let mut group = vec![first];
        while group.len() < BATCHES_TOGETHER_MAX
            && let Ok(next) = waiting.try_recv()
        {
            group.push(next);
        }
        let result = apply(database, group.iter().map(|waiting| &waiting.batch));
        if let Err(error) = &result {
            tracing::error!(%error, batches = group.len(), "the store could not write");
        }
        let mut failure = result.err();
        for Waiting { done, .. } in group {
            let _ = done.send(match failure.take() {
                None => Ok(()),
                Some(error) => {
                    failure = Some(copy(&error));
                    Err(error)
                }
            });
        }
    }
}

/// The same error for the next one of a group.
fn copy(error: &Error) -> Error {
    Error::Engine(Box::new(redb::Error::Io(io::Error::other(error.to_string()))))
}

fn apply<'a>(database: &Database, batches: impl Iterator<Item = &'a Batch>) -> Result<(), Error> {
    let mut transaction = database.begin_write()?;
    transaction.set_quick_repair(true);
    {
        let mut records = transaction.open_table(RECORDS)?;
        let mut queue = transaction.open_table(QUEUE)?;
        let mut counters = transaction.open_table(COUNTERS)?;
        for change in batches.flat_map(|batch| &batch.changes) {
            match change {
                Change::Put { key, value } => {
                    records.insert(key.as_str(), value.as_slice())?;
                }
                Change::Delete { key } => {
                    records.remove(key.as_str())?;
                }
                Change::Push { slot, body } => {
                    queue.insert((slot.due_ms, slot.number), body.as_slice())?;
                }
                Change::Remove { slot } => {
                    queue.remove((slot.due_ms, slot.number))?;
                }
                Change::Add { key, amounts } => {
                    let mut sums = counters
                        .get(key.as_str())?
                        .map_or([0; COUNTERS_LEN], |found| found.value());
                    for (sum, amount) in sums.iter_mut().zip(amounts) {
                        *sum = sum.saturating_add(*amount);
                    }
                    counters.insert(key.as_str(), sums)?;
                }
                Change::DropCounters { before } => {
                    counters.retain_in(..before.as_str(), |_, _| false)?;
                }
            }
        }
    }
    transaction.commit()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_was_committed_is_there_after_reopening() {
        let folder = tempfile::tempdir().unwrap();
        let slot = Slot { due_ms: 5, number: 1 };
        {
            let store = Store::open(folder.path()).unwrap();
            let mut batch = Batch::default();
            batch.put("a/1", b"one".to_vec()).put("a/2", b"two".to_vec()).put("b", vec![]);
            batch.push(slot, b"event".to_vec()).add("day/f", [1, 2, 0, 0, 0, 0, 0, 0]);
            store.commit(batch).await.unwrap();
            let mut batch = Batch::default();
            batch.delete("a/1").add("day/f", [1; COUNTERS_LEN]);
            store.commit(batch).await.unwrap();
        }
        let store = reopen(folder.path());
        assert_eq!(store.get("a/1").unwrap(), None);
        assert_eq!(store.scan("a/", None, 10).unwrap(), [("a/2".into(), b"two".to_vec())]);
        assert_eq!(store.queued(slot).unwrap(), Some(b"event".to_vec()));
        assert_eq!(store.counters("day/").unwrap(), [("day/f".into(), [2, 3, 1, 1, 1, 1, 1, 1])]);
    }

    /// The writing thread gives the file back a moment after the last handle is gone.
    fn reopen(folder: &Path) -> Store {
        let deadline = std::time::Instant::now() + std::time::Duration::from_secs(5);
        loop {
            match Store::open(folder) {
                Err(Error::InUse(_)) if std::time::Instant::now() < deadline => {
                    std::thread::yield_now();
                }
                result => return result.unwrap(),
            }
        }
    }

    #[tokio::test]
    async fn a_folder_in_use_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let _store = Store::open(folder.path()).unwrap();
        assert!(matches!(Store::open(folder.path()), Err(Error::InUse(_))));
    }

    #[tokio::test]
    async fn a_newer_format_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        {
            let store = Store::open(folder.path()).unwrap();
            let mut batch = Batch::default();
            batch.put("format", b"2".to_vec());
            store.commit(batch).await.unwrap();
        }
        let deadline = std::time::Instant::now() + std::time::Duration::from_secs(5);
        while std::time::Instant::now() < deadline {
            match Store::open(folder.path()) {
                Err(Error::InUse(_)) => std::thread::yield_now(),
                Err(Error::Newer { found, .. }) => return assert_eq!(found, 2),
                other => panic!("opened: {:?}", other.map(|_| ())),
            }
        }
        panic!("the folder stayed in use");
    }

    #[tokio::test]
    async fn a_blob_has_the_name_of_its_content() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        let name = store.put_blob(b"abc").unwrap();
        // FIPS 180-4's example.
        assert_eq!(name, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(fs::read(store.blob(&name)).unwrap(), b"abc");
        assert_eq!(store.put_blob(b"abc").unwrap(), name, "and is stored once");
    }
}
