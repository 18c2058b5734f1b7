//! What small functions become: Cranelift's code of every entry, in `golden/NAME.clif`. `BLESS=1`
//! writes the files anew; read the difference before it is kept.

use std::path::Path;
use std::process::Command;

use beamlet_compile::{Cranelift, Options};

fn check(name: &str) {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let folder = tempfile::tempdir().expect("a folder");
    let output = Command::new("erlc")
        .args(["+deterministic", "-o"])
        .arg(folder.path())
        .arg(golden.join(format!("{name}.erl")))
        .output()
        .expect("erlc is installed");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    let bytes = std::fs::read(folder.path().join(format!("{name}.beam"))).expect("erlc made it");
    let module = beamlet_code::read::read(&bytes).expect("erlc's files are read");
    let verified = beamlet_code::verify::verify(module).expect("erlc's code is proven");
    let compiler = Cranelift::new(Options::default()).expect("this machine");
    let listing = compiler.listing(&verified).expect("it is compiled");
    // What every module has is in none of the files.
    let found: String =
        listing.split_inclusive("}\n\n").filter(|entry| !entry.contains(":module_info/")).collect();
    let file = golden.join(format!("{name}.clif"));
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&file, &found).expect("the repository can be written to");
    }
    let expected = std::fs::read_to_string(&file).unwrap_or_default();
    let differ = found.lines().zip(expected.lines()).position(|(a, b)| a != b);
    let line = differ.unwrap_or(found.lines().count().min(expected.lines().count()));
    assert!(
        found == expected,
        "{}:{}: is now\n{}\nBLESS=1 writes the file anew",
        file.display(),
        line + 1,
        found.lines().skip(line.saturating_sub(2)).take(8).collect::<Vec<_>>().join("\n")
    );
}

#[test]
fn a_sum_has_a_fast_path() {
    check("add");
}

#[test]
fn a_call_returns_to_an_entry() {
    check("count");
}

#[test]
fn a_handler_is_an_entry() {
    check("protect");
}

#[test]
fn whole_bytes_are_read_in_place() {
    check("first");
}
