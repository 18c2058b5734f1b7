//! Upkeep: what nothing names any more is thrown away, by one task that looks every minute.
//!
//! Code goes when it was named by no version and no layer at two looks in a row. A request that
//! stores a package and has not named it yet, and one that was resolved just before a deploy, have
//! that long. Environments that still run have links of their own.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::Path;
use std::time::Duration;

use crate::catalog::Catalog;
use crate::process::{ProcessEngine, code_folder};
use crate::store::Store;

/// How often the task looks.
const UPKEEP_MS: u64 = 60_000;

/// Starts the task.
pub(crate) fn start(store: Store, catalog: Catalog, engine: ProcessEngine) {
    if let Err(error) = sweep_staging(store.folder()) {
        tracing::error!(%error, "what an interrupted deploy left is not deleted");
    }
    tokio::spawn(async move {
        let mut looks = tokio::time::interval(Duration::from_millis(UPKEEP_MS));
        looks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            looks.tick().await;
            engine.trim_pool().await;
            let (store, catalog) = (store.clone(), catalog.clone());
            let swept = tokio::task::spawn_blocking(move || sweep_code(&store, &catalog)).await;
            match swept {
                Ok(Ok(0)) => {}
                Ok(Ok(packages)) => tracing::info!(packages, "code that nothing names is deleted"),
                Ok(Err(error)) => tracing::error!(%error, "code that nothing names is not deleted"),
                Err(error) => tracing::error!(%error, "a bug ended a look at the code"),
            }
        }
    });
}

/// Deletes the code that nothing names, now as at the last look; how many packages that were.
pub fn sweep_code(store: &Store, catalog: &Catalog) -> io::Result<usize> {
    let data = store.folder();
    let mut there = HashSet::new();
    for folder in ["blobs", "code"] {
        there.extend(names(&data.join(folder))?.into_iter().filter(|name| is_digest(name)));
    }
    // Asked after the folders were read: what was stored since then is not looked at.
    let used = catalog.code_in_use();
    let unused = there.into_iter().filter(|name| !used.contains(name)).collect();
    store.drop_unused(unused, |sha256| match fs::remove_dir_all(code_folder(data, sha256)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    })
}

/// Deletes what a server that was killed had begun to write; before anything is served.
fn sweep_staging(data: &Path) -> io::Result<()> {
    for folder in ["blobs", "code"] {
        for name in names(&data.join(folder))?.into_iter().filter(|name| !is_digest(name)) {
            let path = data.join(folder).join(name);
            if path.is_dir() { fs::remove_dir_all(path)? } else { fs::remove_file(path)? }
        }
    }
    Ok(())
}

fn names(folder: &Path) -> io::Result<Vec<String>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
}

/// Whether a name is a SHA-256 in hexadecimal.
fn is_digest(name: &str) -> bool {
    name.len() == 64 && name.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::LayerVersion;

    fn layer(code_sha256: String) -> LayerVersion {
        LayerVersion {
            layer: "l".into(),
            version: 0,
            description: String::new(),
            license: String::new(),
            runtimes: vec![],
            architectures: vec![],
            code_sha256,
            code_bytes: 1,
            created_ms: 0,
            policy: None,
        }
    }

    #[tokio::test]
    async fn code_goes_when_nothing_named_it_at_two_looks_in_a_row() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        let catalog = Catalog::open(store.clone()).unwrap();
        let put = |bytes: &[u8]| {
            let name = store.put_blob(bytes).unwrap();
            fs::create_dir_all(code_folder(folder.path(), &name).join("ebin")).unwrap();
            name
        };
        let is_there = |name: &str| {
            assert_eq!(store.blob(name).exists(), code_folder(folder.path(), name).exists());
            store.blob(name).exists()
        };
        let sweep = || sweep_code(&store, &catalog).unwrap();
        let (named, lost, again) = (put(b"named"), put(b"lost"), put(b"again"));
        let layer = catalog.add_layer(layer(named.clone())).await.unwrap();
        assert_eq!(sweep(), 0, "the first look only notes");
        assert_eq!(put(b"again"), again, "stored again, and about to be named");
        assert_eq!(sweep(), 1);
        assert!(is_there(&named) && is_there(&again) && !is_there(&lost));
        assert_eq!(sweep(), 1, "and nothing named that one after all");
        catalog.delete_layer("l", layer.version).await.unwrap();
        assert_eq!(sweep(), 0);
        assert_eq!(sweep(), 1);
        assert!(!is_there(&named) && !is_there(&again));
    }

    #[test]
    fn what_an_interrupted_deploy_left_is_deleted() {
        let folder = tempfile::tempdir().unwrap();
        let digest = "a".repeat(64);
        for name in ["blobs/.tmp1", "code/.tmp2/x", &format!("code/{digest}/x")] {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        sweep_staging(folder.path()).unwrap();
        assert_eq!(names(&folder.path().join("blobs")).unwrap(), [""; 0]);
        assert_eq!(names(&folder.path().join("code")).unwrap(), [digest]);
    }
}
