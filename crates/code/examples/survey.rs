//! Reads and verifies `.beam` files (arguments: files or folders; OTP's installed ones without)
//! and prints what the verifier proves, and what is left to checks in compiled code.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use beamlet_code::inst::Inst;
use beamlet_code::types::Kinds;
use beamlet_code::verify::Verified;

fn files(path: &Path, found: &mut Vec<PathBuf>) {
    if let Ok(entries) = std::fs::read_dir(path) {
        let mut entries: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
        entries.sort();
        entries.iter().for_each(|entry| files(entry, found));
    } else if path.extension().is_some_and(|ending| ending == "beam") {
        found.push(path.to_owned());
    }
}

/// What the instruction relies on, and whether the type of its operand number 0 proves it.
fn reliance(verified: &Verified, function: usize, inst: usize) -> Option<(&'static str, bool)> {
    let facts = &verified.facts[function];
    let is = |kinds| facts.source(inst, 0).kinds.is_within(kinds);
    Some(match &verified.module.functions[function].body[inst] {
        Inst::GetTupleElement { index, .. } => {
            ("get_tuple_element", is(Kinds::TUPLE) && facts.source(inst, 0).arity_min > *index)
        }
        Inst::GetList { .. } | Inst::GetHd { .. } | Inst::GetTl { .. } => {
            ("get_list, get_hd, get_tl", is(Kinds::CONS))
        }
        Inst::TestArity { .. } | Inst::SelectTupleArity { .. } => {
            ("test_arity, select_tuple_arity", is(Kinds::TUPLE))
        }
        Inst::GetMapElements { .. } | Inst::HasMapFields { .. } => {
            ("get_map_elements, has_map_fields", is(Kinds::MAP))
        }
        Inst::FmoveIn { .. } => ("fmove", is(Kinds::FLOAT)),
        Inst::BsStartMatch { fail: None, .. } => {
            ("bs_start_match4", is(Kinds::BITSTRING.union(Kinds::CONTEXT)))
        }
        Inst::BsGet { .. }
        | Inst::BsSkip { .. }
        | Inst::BsTestTail { .. }
        | Inst::BsTestUnit { .. }
        | Inst::BsMatchString { .. }
        | Inst::BsGetUtf { .. }
        | Inst::BsGetTail { .. }
        | Inst::BsGetPosition { .. }
        | Inst::BsSetPosition { .. } => ("bs_* (context)", is(Kinds::CONTEXT)),
        _ => return None,
    })
}

fn main() {
    let mut found = Vec::new();
    let arguments: Vec<_> = std::env::args_os().skip(1).collect();
    if arguments.is_empty() {
        files(Path::new("/usr/lib/erlang/lib"), &mut found);
    }
    arguments.iter().for_each(|path| files(Path::new(path), &mut found));

    let (mut reading, mut verifying) = (Duration::ZERO, Duration::ZERO);
    let (mut accepted, mut insts, mut reached) = (0, 0, 0);
    let mut slowest = (Duration::ZERO, String::new());
    let mut relied: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let list_checks = std::env::var_os("LIST_CHECKS").is_some();
    for path in &found {
        let bytes = std::fs::read(path).expect("the file is there");
        let start = Instant::now();
        let module = match beamlet_code::read::read(&bytes) {
            Ok(module) => module,
            Err(error) => {
                println!("{}: {error}", path.display());
                continue;
            }
        };
        reading += start.elapsed();
        let start = Instant::now();
        let verified = match beamlet_code::verify::verify(module) {
            Ok(verified) => verified,
            Err(refusal) => {
                println!("{refusal}");
                continue;
            }
        };
        verifying += start.elapsed();
        slowest = slowest.max((start.elapsed(), verified.module.module_name().to_owned()));
        accepted += 1;
        for (index, function) in verified.module.functions.iter().enumerate() {
            for place in 0..function.body.len() {
                insts += 1;
                if !verified.facts[index].reached[place] {
                    continue;
                }
                reached += 1;
                let Some((what, proven)) = reliance(&verified, index, place) else { continue };
                let counts = relied.entry(what).or_default();
                *(if proven { &mut counts.0 } else { &mut counts.1 }) += 1;
                if list_checks && !proven {
                    let inst = &function.body[place];
                    println!("{}: {place}: {inst:?}", verified.module.mfa(function));
                }
            }
        }
    }
    println!(
        "{accepted} of {} modules; {reached} of {insts} instructions are reached",
        found.len()
    );
    println!(
        "read in {reading:?}, verified in {verifying:?}, at most {:?}: {}",
        slowest.0, slowest.1
    );
    for (what, (proven, checked)) in relied {
        let share = 100.0 * proven as f64 / (proven + checked) as f64;
        println!("{what}: {proven} proven, {checked} checked ({share:.2} % proven)");
    }
}
