//! Erlang sources to listings of their instructions, with the types that the verifier has proven.
//!
//! `tests/erlang/NAME.erl` is compiled by `erlc` into a temporary folder; the listing is compared
//! with `tests/golden/NAME.txt`. `BLESS=1` writes what is there now.

use std::path::Path;
use std::process::Command;

use beamlet_code::listing::Listing;

#[track_caller]
fn check(name: &str) {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let output = Command::new("erlc")
        .arg("-o")
        .arg(folder.path())
        .arg(tests.join("erlang").join(name).with_extension("erl"))
        .output()
        .expect("erlc is installed: apt-get install erlang-base");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    let bytes = std::fs::read(folder.path().join(name).with_extension("beam")).expect("compiled");
    let module = beamlet_code::read::read(&bytes).expect("erlc's output is read");
    let verified =
        beamlet_code::verify::verify(module).unwrap_or_else(|refusal| panic!("{refusal}"));
    let actual = Listing::with_facts(&verified).to_string();

    let golden = tests.join("golden").join(name).with_extension("txt");
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&golden, actual).expect("the golden file can be written");
        return;
    }
    let expected = std::fs::read_to_string(&golden).unwrap_or_default();
    if actual == expected {
        return;
    }
    let differs = actual.lines().zip(expected.lines()).position(|(a, b)| a != b);
    let at = differs.unwrap_or(actual.lines().count().min(expected.lines().count()));
    panic!(
        "{name}: line {} is\n{}\nnot\n{}\nBLESS=1 accepts it",
        at + 1,
        actual.lines().nth(at).unwrap_or("(the end)"),
        expected.lines().nth(at).unwrap_or("(the end)"),
    );
}

macro_rules! goldens {
    ($($name:ident)*) => { $(#[test] fn $name() { check(stringify!($name)); })* };
}

goldens! { tuples rows pairs binaries floats funs exceptions messages numbers older sleep }
