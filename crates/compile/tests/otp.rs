//! All of OTP's kernel, stdlib and compiler, as they are installed, become machine code.

use std::path::{Path, PathBuf};

use beamlet_code::Compiler;
use beamlet_code::artifact::{Artifact, file};
use beamlet_compile::{Cranelift, MODULE_BYTES_MAX, Options};

const ENTRY_ALIGNMENT: u32 = 16;
const PAGE_BYTES: u32 = 4096;

/// The `.beam` files of these applications of the OTP that `erl` is of.
fn installed() -> Vec<PathBuf> {
    let script =
        "io:put_chars([[code:lib_dir(A), $\\n] || A <- [kernel, stdlib, compiler]]), halt().";
    let erl = std::process::Command::new("erl").args(["-noshell", "-eval", script]).output();
    let folders = String::from_utf8(erl.expect("erl is installed").stdout).expect("paths");
    let mut found = Vec::new();
    for folder in folders.lines() {
        let entries = std::fs::read_dir(Path::new(folder).join("ebin")).expect("an application");
        let paths = entries.flatten().map(|entry| entry.path());
        found.extend(paths.filter(|path| path.extension().is_some_and(|ending| ending == "beam")));
    }
    found.sort();
    found
}

/// What the runtime relies on.
fn check(artifact: &Artifact) {
    let module = &artifact.module;
    assert!(artifact.code.len() <= MODULE_BYTES_MAX, "{module}");
    assert_eq!(artifact.code_offset % PAGE_BYTES, 0, "{module}");
    assert!(artifact.code_offset as usize >= 8 * artifact.slots.len(), "{module}");
    assert!(artifact.code_offset as usize >= artifact.sites.len(), "{module}");
    let inside = |offset: u32| {
        offset.is_multiple_of(ENTRY_ALIGNMENT)
            && (artifact.code_offset..artifact.code_offset + artifact.code.len() as u32)
                .contains(&offset)
    };
    assert!(artifact.functions.iter().all(|entry| inside(entry.offset)), "{module}");
    assert!(artifact.lambdas.iter().all(|entry| inside(entry.offset)), "{module}");
    assert!(artifact.returns.iter().all(|point| inside(point.offset)), "{module}");
    assert!(artifact.returns.is_sorted_by_key(|point| point.offset), "{module}");
    let points = artifact.returns.iter().chain(&artifact.sites);
    for point in points {
        assert!((point.function as usize) < artifact.functions.len(), "{module}");
        assert!((point.file as usize) < artifact.files.len(), "{module}: {point:?}");
    }
}

#[test]
fn every_module_of_kernel_stdlib_and_compiler_is_compiled() {
    let compiler = Cranelift::new(Options::default()).expect("this machine");
    let found = installed();
    assert!(found.len() > 200, "OTP is not there: {found:?}");
    for path in found {
        let beam = std::fs::read(&path).expect("a file");
        let module = beamlet_code::read::read(&beam)
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let verified = beamlet_code::verify::verify(module)
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let artifact = compiler
            .compile(&verified, &|_, _, _| false)
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        check(&artifact);
        let key = file::Key::of(&beam, &compiler.fingerprint(), []);
        let bytes = file::encode(&artifact, &key);
        assert!(file::decode(&bytes, &key).as_ref() == Ok(&artifact), "{}", path.display());
    }
}
