//! Every `.beam` file of the installed OTP is read and accepted, and its checksum is that which
//! OTP itself computes.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use beamlet_code::read::read;
use beamlet_code::verify::verify;

fn erl(program: &str) -> String {
    let output = Command::new("erl")
        .args(["-noshell", "-eval", program])
        .output()
        .expect("erl is installed: apt-get install erlang-base");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("erl prints UTF-8")
}

fn installed() -> Vec<PathBuf> {
    let root = erl(r#"io:format("~ts", [code:lib_dir()]), halt()."#);
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::from(root)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("the folder can be read").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "beam") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

#[test]
fn every_installed_module_is_accepted() {
    let files = installed();
    assert!(files.len() > 200, "OTP's own modules are installed");
    let refused: Vec<String> = files
        .iter()
        .filter_map(|path| {
            let bytes = std::fs::read(path).expect("the file can be read");
            let module = match read(&bytes) {
                Ok(module) => module,
                Err(error) => return Some(format!("{}: {error}", path.display())),
            };
            verify(module).err().map(|refusal| refusal.to_string())
        })
        .collect();
    assert!(refused.is_empty(), "{}", refused.join("\n"));
}

#[test]
fn checksums_are_those_of_beam_lib() {
    let listed = erl(
        r#"[io:format("~ts ~s~n", [F, binary:encode_hex(element(2, element(2, beam_lib:md5(F))))])
            || F <- filelib:wildcard(filename:join([code:lib_dir(), "*", "ebin", "*.beam"]))],
           halt()."#,
    );
    let expected: HashMap<&Path, &str> = listed
        .lines()
        .map(|line| line.rsplit_once(' ').expect("a file and its checksum"))
        .map(|(file, md5)| (Path::new(file), md5))
        .collect();
    assert!(expected.len() > 200);
    for (file, md5) in expected {
        let module = read(&std::fs::read(file).expect("the file can be read")).expect("a module");
        let actual: String = module.md5.iter().map(|byte| format!("{byte:02X}")).collect();
        assert_eq!(actual, md5, "{}", file.display());
    }
}
