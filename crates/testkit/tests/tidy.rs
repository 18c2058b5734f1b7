//! Rules of the tree that no compiler checks: which crate may use which, how a file begins, and
//! how long it may grow. A rule that fails names the file and what to do.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The arrows of ARCHITECTURE.md. An arrow that is not here is an arrow that may not be drawn.
const ARROWS: &[(&str, &[&str])] = &[
    ("cli", &["gateway", "platform", "compile", "vm", "code"]),
    ("gateway", &["platform"]),
    ("platform", &["vm", "code"]),
    ("compile", &["code"]),
    ("vm", &["code"]),
    ("code", &[]),
    ("testkit", &["cli", "gateway", "platform", "compile", "vm", "code"]),
];

/// Files that are rows of a table, whatever folder they are in.
const TABLES: &[&str] = &["hostile.rs"];

/// Lines beyond which a source file is split (tables under `model/` are generated and longer).
const FILE_LINES_MAX: usize = 800;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().to_path_buf()
}

fn sources(folder: &Path, ending: &str, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            if name != "target" && name != "_build" && !name.starts_with('.') {
                sources(&path, ending, found);
            }
        } else if name.ends_with(ending) {
            found.push(path);
        }
    }
}

#[test]
fn crates_use_only_the_arrows_that_are_drawn() {
    for entry in fs::read_dir(root().join("crates")).unwrap() {
        let folder = entry.unwrap().path();
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        let allowed = ARROWS
            .iter()
            .find(|(from, _)| *from == name)
            .unwrap_or_else(|| panic!("crates/{name} has no row in ARROWS: draw it first"))
            .1;
        let manifest: toml::Table =
            fs::read_to_string(folder.join("Cargo.toml")).unwrap().parse().unwrap();
        let mut used = BTreeSet::new();
        for section in ["dependencies", "dev-dependencies", "build-dependencies"] {
            let Some(table) = manifest.get(section).and_then(|v| v.as_table()) else {
                continue;
            };
            used.extend(table.keys().filter_map(|k| k.strip_prefix("beamlet-")));
        }
        // A test may use the testkit from anywhere but the testkit itself.
        used.remove("testkit");
        for to in used {
            assert!(allowed.contains(&to), "crates/{name} may not use crates/{to}");
        }
    }
}

#[test]
fn platform_knows_no_http() {
    let manifest = fs::read_to_string(root().join("crates/platform/Cargo.toml")).unwrap();
    for name in ["hyper", "http", "http-body-util", "axum", "reqwest"] {
        assert!(
            !manifest.lines().any(|line| line.starts_with(&format!("{name}."))),
            "crates/platform may not depend on {name}: HTTP belongs to crates/gateway"
        );
    }
}

#[test]
fn a_source_file_says_what_it_owns() {
    let mut files = Vec::new();
    sources(&root().join("crates"), ".rs", &mut files);
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        assert!(
            text.starts_with("//!"),
            "{}: the first line is //! and says what the file owns",
            file.display()
        );
    }
}

#[test]
fn a_source_file_stays_readable() {
    let mut files = Vec::new();
    sources(&root().join("crates"), ".rs", &mut files);
    sources(&root().join("erlang"), ".erl", &mut files);
    for file in files {
        let generated = file.components().any(|part| part.as_os_str() == "model")
            || TABLES.iter().any(|table| file.ends_with(table));
        let lines = fs::read_to_string(&file).unwrap().lines().count();
        assert!(
            generated || lines <= FILE_LINES_MAX,
            "{}: {lines} lines, split it by what its parts own",
            file.display()
        );
    }
}

/// Every promise names a test that is there.
#[test]
fn promises_name_tests_that_exist() {
    let mut files = Vec::new();
    for (folder, ending) in
        [("crates", ".rs"), ("tests", ".py"), ("erlang/test", ".erl"), ("examples", ".rs")]
    {
        sources(&root().join(folder), ending, &mut files);
    }
    let code: String = files.iter().map(|file| fs::read_to_string(file).unwrap()).collect();
    let specification = fs::read_to_string(root().join("SPECIFICATION.md")).unwrap();
    let mut count = 0;
    for line in specification.lines().filter(|line| line.starts_with("| ")) {
        let Some(tests) = line.trim_end_matches(" |").rsplit(" | ").next() else { continue };
        for name in tests.split('`').skip(1).step_by(2) {
            let defined = ["def ", "fn ", "\n"]
                .iter()
                .any(|before| code.contains(&format!("{before}{name}(")));
            assert!(defined, "SPECIFICATION.md names {name}, and no such test is there");
            count += 1;
        }
    }
    assert!(count > 50, "only {count} tests were found in the tables");
}

/// The first page is one page.
#[test]
fn the_readme_is_short() {
    let lines = fs::read_to_string(root().join("README.md")).unwrap().lines().count();
    assert!(lines <= 120, "README.md has {lines} lines");
}
