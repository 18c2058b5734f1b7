//! Hands the compiler a number that changes with its own source: what it made before a change is
//! not what it makes after it, and a cache must know.

use std::path::{Path, PathBuf};

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("the sources are there") {
        let path = entry.expect("the sources are there").path();
        if path.is_dir() {
            sources(&path, found);
        } else {
            found.push(path);
        }
    }
}

fn main() {
    println!("cargo::rerun-if-changed=src");
    let mut found = Vec::new();
    sources(Path::new("src"), &mut found);
    found.sort();
    let hash = found
        .iter()
        .flat_map(|path| std::fs::read(path).expect("a source file"))
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
        });
    println!("cargo::rustc-env=BEAMLET_COMPILE_SOURCE={hash:016x}");
}
