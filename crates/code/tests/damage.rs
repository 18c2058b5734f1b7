//! Damaged files and code made up at random: whatever comes, the answer is a module, a proof or a
//! refusal, never a panic, and soon.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use beamlet_code::inst::{
    Extract, FloatOp, Inst, MarkerOp, Need, PutMap, Register, Segment, SegmentFlags, SegmentKind,
    SegmentSize, Source, Test as Is, Utf,
};
use beamlet_code::read::read;
use beamlet_code::verify::verify;
use beamlet_code::{Export, Function, Import, Lambda, Line, Module};
use proptest::prelude::*;
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

/// Real files, small and large, with every chunk that there is.
fn real_files() -> &'static [Vec<u8>] {
    static FILES: OnceLock<Vec<Vec<u8>>> = OnceLock::new();
    FILES.get_or_init(|| {
        let output = Command::new("erl")
            .args(["-noshell", "-eval"])
            .arg(
                r#"[io:format("~ts~n", [code:which(M)])
                    || M <- [lists, maps, gen_server, re, base64, erl_scan, beam_lib, io_lib_pretty]],
                   halt()."#,
            )
            .output()
            .expect("erl is installed: apt-get install erlang-base");
        let text = String::from_utf8(output.stdout).expect("paths are UTF-8");
        let files: Vec<Vec<u8>> = text
            .lines()
            .map(|path| std::fs::read(Path::new(&PathBuf::from(path))).expect("the file is there"))
            .collect();
        assert_eq!(files.len(), 8);
        files
    })
}

/// Reads and, if there is a module, verifies it.
fn try_all(bytes: &[u8]) -> bool {
    read(bytes).is_ok_and(|module| verify(module).is_ok())
}

#[test]
fn a_file_with_bytes_changed_is_read_or_refused() {
    let mut chance = SmallRng::seed_from_u64(20_261_125);
    let (mut accepted, mut refused) = (0, 0);
    for round in 0..1200 {
        let files = real_files();
        let mut bytes = files[round % files.len()].clone();
        for _ in 0..chance.random_range(1..=4) {
            let at = chance.random_range(0..bytes.len());
            bytes[at] = match chance.random_range(0..3) {
                0 => bytes[at] ^ 1 << chance.random_range(0..8),
                1 => chance.random(),
                _ => [0, 1, 0x7f, 0x80, 0xff][chance.random_range(0..5)],
            };
        }
        if try_all(&bytes) { accepted += 1 } else { refused += 1 }
    }
    // Both happen: the test reaches the reader's errors, the verifier's, and neither.
    assert!(accepted > 30 && refused > 30, "{accepted} accepted, {refused} refused");
}

/// Where the chunk's bytes are in the file.
fn chunk(bytes: &[u8], name: &[u8; 4]) -> std::ops::Range<usize> {
    let mut at = 12;
    while at < bytes.len() {
        let size = u32::from_be_bytes(bytes[at + 4..at + 8].try_into().unwrap()) as usize;
        if &bytes[at..at + 4] == name {
            return at + 8..at + 8 + size;
        }
        at += 8 + size.next_multiple_of(4);
    }
    panic!("no such chunk");
}

#[test]
fn code_with_bytes_changed_is_read_or_refused() {
    let mut chance = SmallRng::seed_from_u64(7);
    for round in 0..2000 {
        let files = real_files();
        let mut bytes = files[round % files.len()].clone();
        let code = chunk(&bytes, b"Code");
        for _ in 0..chance.random_range(1..=2) {
            let at = chance.random_range(code.clone());
            bytes[at] = chance.random();
        }
        try_all(&bytes);
    }
}

#[test]
fn a_file_cut_short_is_refused() {
    for file in real_files() {
        for end in (0..file.len()).step_by(97) {
            assert!(read(&file[..end]).is_err(), "{end} of {} bytes", file.len());
        }
    }
}

#[test]
fn a_file_that_unpacks_to_more_than_the_limit_is_refused() {
    use std::io::Write;
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    let zeros = vec![0; 1 << 20];
    for _ in 0..80 {
        packed.write_all(&zeros).unwrap();
    }
    let error = read(&packed.finish().unwrap()).unwrap_err();
    assert!(error.to_string().starts_with("bytes of the file: more than"), "{error}");
}

#[test]
fn a_compressed_file_is_the_same_module() {
    use std::io::Write;
    let plain = &real_files()[0];
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(plain).unwrap();
    let (packed, plain) = (read(&packed.finish().unwrap()).unwrap(), read(plain).unwrap());
    assert_eq!(packed.md5, plain.md5);
    assert_eq!(packed.functions.len(), plain.functions.len());
}

// Random code. Small ranges, so that operands hit what exists about as often as not.

fn register() -> impl Strategy<Value = Register> {
    prop_oneof![(0u16..6).prop_map(Register::X), (0u16..4).prop_map(Register::Y)]
}

fn source() -> impl Strategy<Value = Source> {
    prop_oneof![
        4 => register().prop_map(Source::from),
        1 => (-2i64..9).prop_map(Source::Small),
        1 => (0u32..7).prop_map(Source::Atom),
        1 => Just(Source::Nil),
        1 => (0u32..4).prop_map(Source::Literal),
    ]
}

fn sources(most: usize) -> impl Strategy<Value = Vec<Source>> {
    prop::collection::vec(source(), 0..=most)
}

fn label() -> impl Strategy<Value = u32> {
    prop_oneof![9 => 1u32..12, 1 => 0u32..40]
}

fn need() -> impl Strategy<Value = Need> {
    (0u32..12, 0u32..2, 0u32..2).prop_map(|(words, floats, funs)| Need { words, floats, funs })
}

fn test() -> impl Strategy<Value = Is> {
    prop_oneof![
        Just(Is::Lt),
        Just(Is::EqExact),
        Just(Is::NeExact),
        Just(Is::IsInteger),
        Just(Is::IsAtom),
        Just(Is::IsNonemptyList),
        Just(Is::IsTuple),
        Just(Is::IsMap),
        Just(Is::IsBinary),
        Just(Is::IsFunctionArity),
    ]
}

fn size() -> impl Strategy<Value = SegmentSize> {
    prop_oneof![Just(SegmentSize::All), Just(SegmentSize::None), source().prop_map(SegmentSize::Of)]
}

fn inst() -> impl Strategy<Value = Inst> {
    let control = prop_oneof![
        (0u8..3, label()).prop_map(|(arity, label)| Inst::Call { arity, label }),
        (0u8..3, label(), 0u16..4).prop_map(|(arity, label, dealloc)| Inst::CallLast {
            arity,
            label,
            dealloc
        }),
        (0u8..3, label()).prop_map(|(arity, label)| Inst::CallOnly { arity, label }),
        (0u8..4, 0u32..6).prop_map(|(arity, import)| Inst::CallExt { arity, import }),
        (0u8..3).prop_map(|arity| Inst::CallFun { arity }),
        Just(Inst::Return),
        (0u16..4, need(), 0u16..4).prop_map(|(slots, need, live)| Inst::Allocate {
            slots,
            need,
            live
        }),
        (need(), 0u16..4).prop_map(|(need, live)| Inst::TestHeap { need, live }),
        prop::collection::vec(0u16..4, 0..4).prop_map(Inst::InitYregs),
        (0u16..4).prop_map(|slots| Inst::Deallocate { slots }),
        (0u16..3, 0u16..3).prop_map(|(slots, remaining)| Inst::Trim { slots, remaining }),
        (label(), register()).prop_map(|(fail, dst)| Inst::LoopRec { fail, dst }),
        label().prop_map(|label| Inst::LoopRecEnd { label }),
        label().prop_map(|label| Inst::Wait { label }),
        (label(), source()).prop_map(|(label, time)| Inst::WaitTimeout { label, time }),
        label().prop_map(Inst::Jump),
        (0u16..4, label()).prop_map(|(y, label)| Inst::Catch { y, label }),
        (0u16..4).prop_map(|y| Inst::CatchEnd { y }),
        (0u16..4, label()).prop_map(|(y, label)| Inst::Try { y, label }),
        (0u16..4).prop_map(|y| Inst::TryEnd { y }),
        (0u16..4).prop_map(|y| Inst::TryCase { y }),
        source().prop_map(Inst::Badmatch),
        Just(Inst::RawRaise),
        (source(), source()).prop_map(|(trace, value)| Inst::Raise { trace, value }),
        Just(Inst::FuncInfo),
        label().prop_map(Inst::Label),
        Just(Inst::Send),
    ];
    let data = prop_oneof![
        (source(), register()).prop_map(|(src, dst)| Inst::Move { src, dst }),
        (register(), register()).prop_map(|(a, b)| Inst::Swap { a, b }),
        (test(), label(), sources(2)).prop_map(|(test, fail, args)| Inst::Test {
            test,
            fail,
            args
        }),
        (label(), source(), 0u32..4).prop_map(|(fail, tuple, arity)| Inst::TestArity {
            fail,
            tuple,
            arity
        }),
        (source(), label(), prop::collection::vec((source(), label()), 0..3))
            .prop_map(|(value, fail, cases)| Inst::SelectVal { value, fail, cases }),
        (source(), register(), register()).prop_map(|(src, head, tail)| Inst::GetList {
            src,
            head,
            tail
        }),
        (source(), 0u32..4, register()).prop_map(|(src, index, dst)| Inst::GetTupleElement {
            src,
            index,
            dst
        }),
        (source(), source(), 0u32..4).prop_map(|(value, tuple, index)| Inst::SetTupleElement {
            value,
            tuple,
            index
        }),
        (source(), source(), register()).prop_map(|(head, tail, dst)| Inst::PutList {
            head,
            tail,
            dst
        }),
        (register(), sources(3)).prop_map(|(dst, elements)| Inst::PutTuple { dst, elements }),
        (0u32..3, register(), sources(2)).prop_map(|(lambda, dst, free)| Inst::MakeFun {
            lambda,
            dst,
            free
        }),
        (prop::option::of(label()), source(), register(), 0u16..4).prop_map(
            |(fail, src, dst, live)| Inst::PutMap {
                kind: PutMap::Exact,
                fail,
                src,
                dst,
                live,
                pairs: vec![(src, src)]
            }
        ),
        (label(), source(), source(), register()).prop_map(|(fail, src, key, dst)| {
            Inst::GetMapElements { fail, src, pairs: vec![(key, dst)] }
        }),
        (0u32..6, sources(3), register(), prop::option::of(label()), prop::option::of(0u16..4))
            .prop_map(|(import, args, dst, fail, live)| Inst::Bif {
                import,
                args,
                dst,
                fail,
                live
            }),
        (source(), 0u8..3).prop_map(|(src, dst)| Inst::Fconv { src, dst }),
        (0u8..3, register()).prop_map(|(src, dst)| Inst::FmoveOut { src, dst }),
        (0u8..3, 0u8..18).prop_map(|(a, dst)| Inst::Farith { op: FloatOp::Mul, a, b: a, dst }),
        (register(), prop::option::of(register())).prop_map(|(marker, reference)| {
            let op = if reference.is_some() { MarkerOp::Bind } else { MarkerOp::Reserve };
            Inst::RecvMarker { op, marker, reference }
        }),
    ];
    let binary = prop_oneof![
        (prop::option::of(label()), source(), 0u16..4, register())
            .prop_map(|(fail, src, live, dst)| Inst::BsStartMatch { fail, src, live, dst }),
        (label(), register(), 0u16..4, size(), 0u16..300, register()).prop_map(
            |(fail, context, live, size, unit, dst)| Inst::BsGet {
                kind: Extract::Integer,
                fail,
                context,
                live,
                size,
                unit,
                flags: SegmentFlags::default(),
                dst
            }
        ),
        (label(), register(), 0u16..4, prop::option::of(register())).prop_map(
            |(fail, context, live, dst)| Inst::BsGetUtf {
                utf: Utf::Utf8,
                fail,
                context,
                live,
                flags: SegmentFlags::default(),
                dst
            }
        ),
        (register(), register(), 0u16..4).prop_map(|(context, dst, live)| Inst::BsGetTail {
            context,
            dst,
            live
        }),
        (register(), source())
            .prop_map(|(context, position)| Inst::BsSetPosition { context, position }),
        (need(), 0u16..4, register(), source(), size()).prop_map(
            |(need, live, dst, value, size)| Inst::BsCreateBin {
                fail: None,
                need,
                live,
                unit: 1,
                dst,
                segments: vec![Segment {
                    kind: SegmentKind::Append,
                    unit: 8,
                    flags: SegmentFlags::default(),
                    value,
                    size,
                    number: 1
                }]
            }
        ),
    ];
    prop_oneof![3 => control, 4 => data, 1 => binary]
}

/// Two functions: each has its head, then random code in which each label is likely to be.
fn random_module(bodies: [Vec<Inst>; 2]) -> Module {
    let mut next = 4;
    let functions = bodies.into_iter().zip(1u32..).map(|(insts, number)| {
        let mut body = vec![Inst::Label(2 * number - 1), Inst::FuncInfo, Inst::Label(2 * number)];
        for (place, inst) in insts.into_iter().enumerate() {
            if place % 4 == 3 {
                next += 1;
                body.push(Inst::Label(next));
            }
            body.push(inst);
        }
        body.push(Inst::Return);
        let offsets = (0..body.len() as u32).collect();
        Function { name: number, arity: 2, entry: 2 * number, body, offsets }
    });
    let functions = functions.collect();
    let atoms = ["m", "f", "g", "erlang", "setelement", "hd", "+"];
    let import = |function, arity| Import { module: 3, function, arity };
    Module {
        atoms: atoms.map(str::to_owned).to_vec(),
        name: 0,
        functions,
        label_count: 40,
        imports: vec![import(4, 3), import(5, 1), import(6, 2), import(6, 1), import(1, 0)],
        exports: vec![Export { function: 1, arity: 2, label: 2 }],
        lambdas: vec![Lambda {
            function: 2,
            total_arity: 2,
            label: 4,
            index: 0,
            free: 1,
            old_uniq: 0,
        }],
        literals: vec![
            Box::from([131, 106]),
            Box::from([131, 104, 1, 106]),
            Box::from([131, 109, 0, 0, 0, 0]),
        ],
        lines: vec![Line { file: 0, line: 0 }],
        files: vec!["m.erl".to_owned()],
        attributes: Box::default(),
        compile_info: Box::default(),
        md5: [0; 16],
        on_load: None,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_code_is_proven_or_refused(
        f in prop::collection::vec(inst(), 0..14),
        g in prop::collection::vec(inst(), 0..10),
    ) {
        let _ = verify(random_module([f, g]));
    }

    #[test]
    fn random_bytes_are_no_module(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(read(&bytes).is_err());
        let mut form = b"FOR1".to_vec();
        form.extend((bytes.len() as u32 + 4).to_be_bytes());
        form.extend(b"BEAM");
        form.extend(&bytes);
        prop_assert!(read(&form).is_err());
    }

    #[test]
    fn random_terms_are_literals_or_not(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
        let mut term = vec![131];
        term.extend(bytes);
        let _ = beamlet_code::literal::check(&term);
    }
}
