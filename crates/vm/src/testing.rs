//! Natives under test without compiled code: an isolate on whose scratch heap they run, their
//! arguments and results in the external term format, and stock `erl` to say what is right.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use beamlet_code::artifact::{Artifact, Stubs};
use beamlet_code::{CompileError, Compiler};
use proptest::prelude::*;

use crate::call::{Call, Leave};
use crate::env::Limits;
use crate::external::{self, Decode, Options, Packing, tag};
use crate::host::{CodeError, Files, Host};
use crate::isolate::Isolate;
use crate::term::Term;

/// Makes stubs that nobody enters.
struct NoCode;

impl Compiler for NoCode {
    fn compile(
        &self,
        module: &beamlet_code::verify::Verified,
        _natives: &dyn Fn(&str, &str, u8) -> bool,
    ) -> Result<Artifact, CompileError> {
        let _ = module;
        Err(CompileError::TooLarge { module: String::new(), limit: 0 })
    }

    fn stubs(&self, bifs: u32) -> Stubs {
        Stubs {
            code: vec![0xcc; 16],
            bifs: vec![0; bifs as usize],
            exited: 0,
            yielded: 0,
            waiting: 0,
            returned: 0,
        }
    }

    fn fingerprint(&self) -> String {
        String::new()
    }
}

/// A host without clock, files or output.
struct Nowhere;

impl Host for Nowhere {
    fn monotonic_ns(&self) -> u64 {
        0
    }
    fn system_ns(&self) -> i64 {
        0
    }
    fn cpu_ns(&self) -> u64 {
        0
    }
    fn entropy(&self, bytes: &mut [u8]) {
        bytes.fill(0);
    }
    fn output(&mut self, _bytes: &[u8]) {}
    fn log(&mut self, _text: &str) {}
    fn files(&self) -> &dyn Files {
        panic!("natives under test open no files")
    }
    fn environment(&self) -> Vec<(String, String)> {
        Vec::new()
    }
    fn artifact(&self, _beam: &[u8]) -> Result<Artifact, CodeError> {
        Err(CodeError::Unreadable("there is no compiler".to_owned()))
    }
    fn utc_offset_s(&self, _system_s: i64) -> i32 {
        0
    }
}

pub fn isolate(limits: Limits) -> Isolate {
    Isolate::new(limits, Box::new(Nowhere), &NoCode, Arc::new(AtomicBool::new(false)))
        .expect("there is memory for the stubs")
}

/// What a native has made of its arguments, in the external term format.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outcome {
    Returned(Vec<u8>),
    Raised(Vec<u8>),
}

impl Outcome {
    pub fn bytes(&self) -> &[u8] {
        match self {
            Outcome::Returned(bytes) | Outcome::Raised(bytes) => bytes,
        }
    }
}

pub fn encoded(term: Term, call: &Call) -> Vec<u8> {
    external::encode(term, Options::default(), Packing::Plain, call.work.env)
}

/// Runs a native.
pub fn apply(isolate: &mut Isolate, name: (&str, &str), args: &[Vec<u8>]) -> Outcome {
    let arity = args.len() as u8;
    let bifs = std::rc::Rc::clone(&isolate.bifs);
    let mut rows = bifs.rows();
    let (_, row) = rows
        .find(|(_, row)| (row.module, row.name, row.arity) == (name.0, name.1, arity))
        .unwrap_or_else(|| panic!("{}:{}/{arity} is no native", name.0, name.1));
    isolate.scratch(|call| {
        for (index, bytes) in args.iter().enumerate() {
            let root = external::decode(call, bytes, Decode::Any).expect("erl has encoded it");
            let term = call.work.rooted(root).keep();
            call.set_x(index, term);
        }
        call.work.context.live = args.len() as u64;
        match (row.run)(call) {
            Ok(done) => {
                let root = call.work.root(crate::work::RootSource::of(done));
                Outcome::Returned(encoded(call.work.rooted(root), call))
            }
            Err(Leave::Trap) => panic!("{}:{}/{arity} goes on elsewhere", name.0, name.1),
            Err(leave) => {
                crate::exception::prepare(call, &leave, None);
                let pending = call.work.proc.pending.take().expect("the exception was prepared");
                let reason = crate::work::Done(pending.reason);
                let root = call.work.root(crate::work::RootSource::of(reason));
                Outcome::Raised(encoded(call.work.rooted(root), call))
            }
        }
    })
}

/// A call that stock `erl` has made: its name, its arguments, what came of it.
pub struct Expected {
    pub module: String,
    pub function: String,
    pub args: Vec<Vec<u8>>,
    pub outcome: Outcome,
}

/// The calls that `Module:main/0` of an Erlang source lists, with what stock `erl` makes of them.
pub fn expected(module: &str, source: &str) -> Vec<Expected> {
    let folder = tempfile::tempdir().expect("there is a folder for temporary files");
    let write = |name: &str, text: &str| {
        std::fs::write(folder.path().join(name), text).expect("the folder can be written to");
    };
    write(&format!("{module}.erl"), source);
    write("oracle.erl", include_str!("testing/oracle.erl"));
    run(folder.path(), "erlc", &["oracle.erl", &format!("{module}.erl")]);
    let start = format!("oracle:run({module}), halt().");
    run(folder.path(), "erl", &["-noshell", "-pa", ".", "-eval", &start]);
    let bytes = std::fs::read(folder.path().join("calls")).expect("the oracle has written them");
    let mut rest = bytes.as_slice();
    let mut calls = Vec::new();
    while !rest.is_empty() {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("a name is text");
        let module = text(field(&mut rest));
        let function = text(field(&mut rest));
        let count = field(&mut rest)[0];
        let args = (0..count).map(|_| field(&mut rest).to_vec()).collect();
        let outcome = match field(&mut rest) {
            b"returned" => Outcome::Returned(field(&mut rest).to_vec()),
            _ => Outcome::Raised(field(&mut rest).to_vec()),
        };
        calls.push(Expected { module, function, args, outcome });
    }
    calls
}

fn field<'b>(bytes: &mut &'b [u8]) -> &'b [u8] {
    let (size, rest) = bytes.split_first_chunk::<4>().expect("a field has a size");
    let (field, rest) = rest.split_at(u32::from_be_bytes(*size) as usize);
    *bytes = rest;
    field
}

fn run(folder: &Path, program: &str, args: &[&str]) {
    let output = Command::new(program)
        .args(args)
        .current_dir(folder)
        .env("HOME", folder)
        .output()
        .unwrap_or_else(|error| panic!("{program} runs: {error}"));
    let text = String::from_utf8_lossy(&output.stdout).into_owned()
        + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} {args:?}: {text}");
}

/// Runs all calls of an Erlang source, and shows those whose outcome is not that of `erl`.
pub fn check(module: &str, source: &str) {
    let calls = expected(module, source);
    assert!(calls.len() > 10, "the source lists calls");
    let mut isolate = isolate(Limits::default());
    let mut differences: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for call in calls {
        let outcome = apply(&mut isolate, (&call.module, &call.function), &call.args);
        if outcome != call.outcome {
            let name = format!("{}:{}/{}", call.module, call.function, call.args.len());
            let args: Vec<String> = call.args.iter().map(|arg| shortened(arg)).collect();
            let (is, not) = (shortened(outcome.bytes()), shortened(call.outcome.bytes()));
            let difference = format!("  of {}\n  is {is}\n not {not}", args.join(" and "));
            differences.entry(name).or_default().push(difference);
        }
    }
    let mut shown = String::new();
    for (name, all) in &differences {
        shown += &format!("{name}: {} differ\n{}\n", all.len(), all[..all.len().min(3)].join("\n"));
    }
    assert!(differences.is_empty(), "not as erl:\n{shown}");
}

fn shortened(bytes: &[u8]) -> String {
    let shown = format!("{:?}", &bytes[..bytes.len().min(100)]);
    if bytes.len() > 100 { format!("{shown} ({} bytes)", bytes.len()) } else { shown }
}

/// Terms of all types but those that belong to a node, encoded without the version.
pub fn term_bytes() -> impl Strategy<Value = Vec<u8>> {
    let leaf = prop_oneof![
        any::<u8>().prop_map(|byte| vec![tag::SMALL_INTEGER, byte]),
        any::<i32>().prop_map(|int| [&[tag::INTEGER][..], &int.to_be_bytes()].concat()),
        any::<f64>()
            .prop_filter("Erlang has finite floats only", |float| float.is_finite())
            .prop_map(|float| [&[tag::NEW_FLOAT][..], &float.to_be_bytes()].concat()),
        (any::<bool>(), prop::collection::vec(any::<u8>(), 0..40)).prop_map(|(sign, bytes)| {
            [&[tag::SMALL_BIG, bytes.len() as u8, u8::from(sign)][..], &bytes].concat()
        }),
        prop::collection::vec(any::<u8>(), 0..90).prop_map(|bytes| {
            [&[tag::BINARY, 0, 0, 0, bytes.len() as u8][..], &bytes].concat()
        }),
        (1..=8_u8, prop::collection::vec(any::<u8>(), 1..90)).prop_map(|(bits, bytes)| {
            [&[tag::BIT_BINARY, 0, 0, 0, bytes.len() as u8, bits][..], &bytes].concat()
        }),
        "[a-zλå]{0,20}".prop_map(|text| {
            [&[tag::SMALL_ATOM_UTF8, text.len() as u8][..], text.as_bytes()].concat()
        }),
        prop::collection::vec(any::<u8>(), 0..20).prop_map(|bytes| [
            &[tag::STRING, 0, bytes.len() as u8][..],
            &bytes
        ]
        .concat()),
    ];
    leaf.prop_recursive(5, 200, 40, |inner| {
        let many = |tag: u8, terms: &[Vec<u8>]| {
            [&[tag, 0, 0, 0, terms.len() as u8][..], &terms.concat()].concat()
        };
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8)
                .prop_map(move |terms| many(tag::LARGE_TUPLE, &terms)),
            (prop::collection::vec(inner.clone(), 1..8), inner.clone())
                .prop_map(move |(terms, end)| [many(tag::LIST, &terms), end].concat()),
            // Keys that differ, because each is in a tuple with its number.
            prop::collection::vec((inner.clone(), inner), 0..80).prop_map(move |pairs| {
                let mut bytes = vec![tag::MAP, 0, 0, 0, pairs.len() as u8];
                for (index, (key, value)) in pairs.iter().enumerate() {
                    bytes.extend([tag::SMALL_TUPLE, 2, tag::SMALL_INTEGER, index as u8]);
                    bytes.extend(key);
                    bytes.extend(value);
                }
                bytes
            }),
        ]
    })
}
