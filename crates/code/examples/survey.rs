//! Reads and verifies `.beam` files (arguments: files or folders; OTP's installed ones without)
//! and prints what the verifier proves, and what is left to checks in compiled code.

use std::path::{Path, PathBuf};
use std::time::Instant;

fn files(path: &Path, found: &mut Vec<PathBuf>) {
    if let Ok(entries) = std::fs::read_dir(path) {
        let mut entries: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
        entries.sort();
        entries.iter().for_each(|entry| files(entry, found));
    } else if path.extension().is_some_and(|ending| ending == "beam") {
        found.push(path.to_owned());
    }
}

fn main() {
    let mut found = Vec::new();
    let arguments: Vec<_> = std::env::args_os().skip(1).collect();
    if arguments.is_empty() {
        files(Path::new("/usr/lib/erlang/lib"), &mut found);
    }
    arguments.iter().for_each(|path| files(Path::new(path), &mut found));

    let start = Instant::now();
    let (mut read, mut insts) = (0, 0);
    for path in &found {
        let bytes = std::fs::read(path).expect("the file is there");
        match beamlet_code::read::read(&bytes) {
            Ok(module) => {
                read += 1;
                insts += module.functions.iter().map(|f| f.body.len()).sum::<usize>();
            }
            Err(error) => println!("{}: {error}", path.display()),
        }
    }
    println!("{read} of {} modules read, {insts} instructions, {:?}", found.len(), start.elapsed());
}
