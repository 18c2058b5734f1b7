//! Reads, verifies and compiles `.beam` files (arguments: files or folders; OTP's kernel, stdlib and
//! compiler without) and prints time and size.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use beamlet_code::Compiler;
use beamlet_compile::{Cranelift, Options};

fn files(path: &Path, found: &mut Vec<PathBuf>) {
    if let Ok(entries) = std::fs::read_dir(path) {
        let mut entries: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
        entries.sort();
        entries.iter().for_each(|entry| files(entry, found));
    } else if path.extension().is_some_and(|ending| ending == "beam") {
        found.push(path.to_owned());
    }
}

/// The folders of these applications of the OTP that `erl` is of.
fn installed() -> Vec<PathBuf> {
    let script =
        "io:put_chars([[code:lib_dir(A), $\\n] || A <- [kernel, stdlib, compiler]]), halt().";
    let erl = std::process::Command::new("erl").args(["-noshell", "-eval", script]).output();
    let folders = String::from_utf8(erl.expect("erl is installed").stdout).expect("paths");
    folders.lines().map(PathBuf::from).collect()
}

fn main() {
    let mut roots: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    if roots.is_empty() {
        roots = installed();
    }
    let mut found = Vec::new();
    roots.iter().for_each(|root| files(root, &mut found));
    let compiler = Cranelift::new(Options::default()).expect("this machine");
    let (mut verify, mut compile) = (Duration::ZERO, Duration::ZERO);
    let (mut beam, mut code, mut functions, mut returns) = (0, 0, 0, 0);
    let mut slowest: Vec<(Duration, usize, String)> = Vec::new();
    for path in &found {
        let bytes = std::fs::read(path).expect("a file");
        beam += bytes.len();
        let start = Instant::now();
        let verified =
            beamlet_code::read::read(&bytes).map_err(|error| error.to_string()).and_then(
                |module| beamlet_code::verify::verify(module).map_err(|error| error.to_string()),
            );
        verify += start.elapsed();
        let verified = match verified {
            Ok(verified) => verified,
            Err(error) => {
                println!("{}: {error}", path.display());
                continue;
            }
        };
        let start = Instant::now();
        match compiler.compile(&verified, &|_, _, _| false) {
            Ok(artifact) => {
                let took = start.elapsed();
                compile += took;
                code += artifact.code.len();
                functions += artifact.functions.len();
                returns += artifact.returns.len();
                slowest.push((took, artifact.code.len(), artifact.module));
            }
            Err(error) => println!("{}: {error}", path.display()),
        }
    }
    slowest.sort();
    for (took, bytes, module) in slowest.iter().rev().take(8) {
        println!("{module}: {took:?}, {bytes} bytes of code");
    }
    println!(
        "{} files, {beam} bytes; {functions} functions, {returns} return points; \
         read and verified in {verify:?}, compiled in {compile:?} to {code} bytes",
        found.len()
    );
}
