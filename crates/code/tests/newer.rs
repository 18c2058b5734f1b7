//! Ops of OTP 26 and later, which no `erlc` here emits: files put together by hand.

use beamlet_code::listing::Listing;
use beamlet_code::read::read;
use beamlet_code::verify::verify;

const ATOMS: [&str; 7] = ["m", "f", "reuse", "ensure_at_least", "integer", "=:=", "get_tail"];

// Compact operands below 16.
fn u(value: u8) -> u8 {
    value << 4
}
fn atom(index: u8) -> u8 {
    (index + 1) << 4 | 2
}
fn x(index: u8) -> u8 {
    index << 4 | 3
}
fn label(label: u8) -> u8 {
    label << 4 | 5
}
const NIL: u8 = 2;
const LIST: u8 = 1 << 4 | 7;

/// A number from 16 to 2,047.
fn large(value: u16) -> [u8; 2] {
    [(value >> 3) as u8 & 0b1110_0000 | 0b1000, value as u8]
}

fn chunk(name: &[u8; 4], bytes: &[u8]) -> Vec<u8> {
    let mut chunk = name.to_vec();
    chunk.extend((bytes.len() as u32).to_be_bytes());
    chunk.extend(bytes);
    chunk.resize(chunk.len().next_multiple_of(4), 0);
    chunk
}

/// A module whose one function, `f/1`, has such code.
fn file(body: &[u8]) -> Vec<u8> {
    let mut atoms = (ATOMS.len() as u32).to_be_bytes().to_vec();
    for atom in ATOMS {
        atoms.push(atom.len() as u8);
        atoms.extend(atom.bytes());
    }
    let mut code = Vec::new();
    for word in [16u32, 0, 184, 3, 1] {
        code.extend(word.to_be_bytes());
    }
    code.extend([1, u(1), 2, atom(0), atom(1), u(1), 1, u(2)]);
    code.extend(body);
    code.push(3);
    let mut exports = 1u32.to_be_bytes().to_vec();
    for word in [2u32, 1, 2] {
        exports.extend(word.to_be_bytes());
    }
    let chunks = [
        chunk(b"AtU8", &atoms),
        chunk(b"Code", &code),
        chunk(b"StrT", b""),
        chunk(b"ImpT", &[0; 4]),
        chunk(b"ExpT", &exports),
    ]
    .concat();
    let mut file = b"FOR1".to_vec();
    file.extend((chunks.len() as u32 + 4).to_be_bytes());
    file.extend(b"BEAM");
    file.extend(chunks);
    file
}

fn listing(body: &[u8]) -> Vec<String> {
    let module = read(&file(body)).unwrap_or_else(|error| panic!("{error}"));
    let verified = verify(module).unwrap_or_else(|refusal| panic!("{refusal}"));
    let lines = Listing::with_facts(&verified).to_string();
    lines.lines().skip(6).map(|line| line.trim().to_owned()).collect()
}

#[test]
fn update_record_is_one_instruction() {
    // test_heap 4 1; update_record reuse 3 x0 x0 {list, 2, []}; return
    let body =
        [&[16, u(4), u(1), 181, atom(2), u(3), x(0), x(0), LIST, u(2), u(2), NIL, 19][..]].concat();
    assert_eq!(
        listing(&body),
        ["test_heap 4 words live 1", "update_record x0 3 1: [] -> x0", "return"]
    );
}

#[test]
fn the_commands_of_bs_match_are_instructions() {
    let body = [
        // bs_start_match4 no_fail 1 x0 x1
        &[170, atom(2), u(1), x(0), x(1)][..],
        // bs_match {f,1} x1 {list, 17 operands}
        &[182, label(1), x(1), LIST],
        &large(17),
        &[atom(3)],
        &large(24),
        &[u(8)],
        &[atom(4), u(2), NIL, u(8), u(1), x(2)],
        &[atom(5), NIL],
        &large(16),
        &[0b0001_1000, 0x7f, 0x45],
        &[atom(6), u(3), u(8), x(0)],
        &[19],
    ]
    .concat();
    assert_eq!(
        listing(&body),
        [
            "bs_start_match x0 -> x1 raise live 1",
            "bs_ensure x1 24 then * 8 else L1  % x1: context",
            "bs_get_integer x1 8 * 1 -> x2 else L3 live 2  % x1: context",
            "bs_match_string x1 16 bits of [127, 69] else L1  % x1: context",
            "bs_get_tail x1 -> x0 live 3  % x1: context",
            "return",
            "L3:",
            "if_end",
        ]
        .map(str::to_owned)
    );
}

#[test]
fn lines_for_debuggers_are_skipped() {
    // executable_line 0 1; debug_line reuse 1 2 0; return
    let body = [183, u(0), u(1), 184, atom(2), u(1), u(2), u(0), 19];
    assert_eq!(listing(&body), ["return"]);
}

#[test]
fn what_is_no_command_is_refused() {
    let body = [182, label(1), x(0), LIST, u(2), atom(2), u(1), 19];
    let error = read(&file(&body)).unwrap_err().to_string();
    assert!(error.contains("a command of bs_match that is not known"), "{error}");
    // A command longer than what is left of the list.
    let body = [182, label(1), x(0), LIST, u(2), atom(3), u(8), u(1), 19];
    let error = read(&file(&body)).unwrap_err().to_string();
    assert!(error.contains("longer than its list"), "{error}");
}

#[test]
fn ops_that_nobody_emits_any_more_are_named() {
    let error = read(&file(&[150, label(1), 19])).unwrap_err().to_string();
    assert!(error.contains("the instruction recv_mark is not supported"), "{error}");
    let error = read(&file(&[250, 19])).unwrap_err().to_string();
    assert!(error.contains("there is no instruction number 250"), "{error}");
}
