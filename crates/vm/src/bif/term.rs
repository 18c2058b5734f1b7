//! Natives that take any term as data: hashes, the external format, sizes; and checksums of bytes.

use crate::call::{BADARG, Call, Leave};
use crate::external::{self, Decode, Level, MapOrder, MinorVersion, Options, Packing, Piece};
use crate::hash;
use crate::term::{ExternalKind, Term, View};
use crate::work::{Done, INTEGER_WORDS_64, Root, binary_words};

use super::{Row, row};

mod checksum;
mod md5;
mod size;

pub const ROWS: &[Row] = &[
    row("erlang", "phash", 2, phash),
    row("erlang", "phash2", 1, |call| {
        let hash = hash::portable::hash(call.arg(0), call.work.env);
        Ok(Term::size(hash as usize & ((1 << 27) - 1)).done())
    }),
    row("erlang", "phash2", 2, |call| {
        let range = range(call.arg(1)).ok_or(BADARG)?;
        let hash = hash::portable::hash(call.arg(0), call.work.env);
        Ok(Term::size((u64::from(hash) % range) as usize).done())
    }),
    row("erlang", "term_to_binary", 1, |call| {
        let (options, packing) = (Options::default(), Packing::Plain);
        term_to_binary(call, options, packing)
    }),
    row("erlang", "term_to_binary", 2, |call| {
        let (options, packing) = options(call, 1).ok_or(BADARG)?;
        term_to_binary(call, options, packing)
    }),
    row("erlang", "term_to_iovec", 1, |call| {
        let (options, packing) = (Options::default(), Packing::Plain);
        term_to_iovec(call, options, packing)
    }),
    row("erlang", "term_to_iovec", 2, |call| {
        let (options, packing) = options(call, 1).ok_or(BADARG)?;
        term_to_iovec(call, options, packing)
    }),
    row("erlang", "external_size", 1, |call| external_size(call, Options::default())),
    row("erlang", "external_size", 2, |call| {
        let options = minor_version_only(call.arg(1), call).ok_or(BADARG)?;
        external_size(call, options)
    }),
    row("erlang", "binary_to_term", 1, |call| {
        let binary = call.arg(0).keep();
        let binary = call.work.root(binary);
        let (term, used) =
            external::decode_binary(call, binary, Decode::Any).map_err(|_| BADARG)?;
        call.work.charge(used / BYTES_OF_REDUCTION);
        Ok(call.work.rooted(term).done())
    }),
    row("erlang", "binary_to_term", 2, binary_to_term),
    row("erlang", "md5", 1, md5::md5),
    row("erlang", "md5_init", 0, md5::init),
    row("erlang", "md5_update", 2, md5::update),
    row("erlang", "md5_final", 1, md5::last),
    row("erlang", "crc32", 1, |call| checksum::of(call, checksum::crc32(), None)),
    row("erlang", "crc32", 2, |call| checksum::of(call, checksum::crc32(), Some(0))),
    row("erlang", "crc32_combine", 3, |call| checksum::combine(call, checksum::crc32())),
    row("erlang", "adler32", 1, |call| checksum::of(call, checksum::adler32(), None)),
    row("erlang", "adler32", 2, |call| checksum::of(call, checksum::adler32(), Some(0))),
    row("erlang", "adler32_combine", 3, |call| checksum::combine(call, checksum::adler32())),
    row("erts_internal", "term_type", 1, term_type),
    row("erts_debug", "same", 2, |call| {
        let same = call.arg(0).word() == call.arg(1).word();
        Ok(Term::boolean(same).done())
    }),
    // Terms do not change: one that is shared already is its own copy.
    row("erts_debug", "copy_shared", 2, |call| Ok(call.arg(0).done())),
    row("erts_debug", "flat_size", 1, |call| {
        let size = size::flat(call.arg(0), call.work.env);
        Ok(Term::size(size).done())
    }),
    row("erts_debug", "size_shared", 1, |call| {
        let size = size::shared(call.arg(0), call.work.env);
        Ok(Term::size(size).done())
    }),
];

/// Words of a part of a binary.
const SUB_BINARY_WORDS: usize = 4;
/// Bytes that are encoded or decoded for one reduction.
const BYTES_OF_REDUCTION: usize = 256;

/// 1 to 2^32.
fn range(term: Term) -> Option<u64> {
    term.as_size().map(|range| range as u64).filter(|range| (1..=1 << 32).contains(range))
}

fn phash(call: &mut Call) -> Result<Done, Leave> {
    let range = range(call.arg(1)).ok_or(BADARG)?;
    let hash = hash::old::hash(call.arg(0), call.work.env);
    Ok(Term::size(1 + (u64::from(hash) % range) as usize).done())
}

/// The options of `term_to_binary/2`: `None` for what is none.
fn options(call: &Call, index: usize) -> Option<(Options, Packing)> {
    let mut options = Options::default();
    let mut packing = Packing::Plain;
    let is = |term: Term, text: &str| {
        term.as_atom().is_some_and(|atom| call.work.env.atoms.text(atom) == text)
    };
    let mut list = call.arg(index).list();
    for option in list.by_ref() {
        if is(option, "compressed") {
            packing = Packing::Deflated(Level::USUAL);
        } else if is(option, "deterministic") {
            options.map_order = MapOrder::Keys;
        } else if let Some([name, value]) = option.as_tuple() {
            match (is(*name, "minor_version"), value.as_size()) {
                (true, Some(0)) => options.minor_version = MinorVersion::TextFloats,
                (true, Some(1)) => options.minor_version = MinorVersion::Latin1Atoms,
                (true, Some(2)) => options.minor_version = MinorVersion::Utf8Atoms,
                (false, Some(level @ 0..=9)) if is(*name, "compressed") => {
                    packing = match level {
                        0 => Packing::Plain,
                        _ => Packing::Deflated(Level(level as u32)),
                    };
                }
                _ => return None,
            }
        } else {
            return None;
        }
    }
    list.rest.is_nil().then_some((options, packing))
}

/// The options of `external_size/2`: the minor versions that came before atoms in UTF-8.
fn minor_version_only(list: Term, call: &Call) -> Option<Options> {
    let mut options = Options::default();
    let mut list = list.list();
    for option in list.by_ref() {
        let Some([name, value]) = option.as_tuple() else { return None };
        if name.as_atom().is_none_or(|name| call.work.env.atoms.text(name) != "minor_version") {
            return None;
        }
        options.minor_version = match value.as_size()? {
            0 => MinorVersion::TextFloats,
            1 => MinorVersion::Latin1Atoms,
            _ => return None,
        };
    }
    list.rest.is_nil().then_some(options)
}

fn term_to_binary(call: &mut Call, options: Options, packing: Packing) -> Result<Done, Leave> {
    let bytes = external::encode(call.arg(0), options, packing, call.work.env);
    call.work.charge(bytes.len() / BYTES_OF_REDUCTION);
    let mut room = call.work.reserve(binary_words(bytes.len()));
    Ok(room.binary_from(bytes).done())
}

/// As a list of binaries: what is large and not compressed is shared, not copied. (OTP 25 returns a
/// bare binary if it compresses, against its own documentation.)
fn term_to_iovec(call: &mut Call, options: Options, packing: Packing) -> Result<Done, Leave> {
    enum Part {
        Bytes(Vec<u8>),
        Shared(Root),
    }
    let env = call.work.env;
    let pieces: Vec<Piece> = match packing {
        Packing::Plain => external::encode_pieces(call.arg(0), options, env).collect(),
        Packing::Deflated(_) => {
            vec![Piece::Bytes(external::encode(call.arg(0), options, packing, env))]
        }
    };
    let mut parts = Vec::with_capacity(pieces.len());
    let (mut words, mut size) = (0, 0);
    for piece in pieces {
        parts.push(match piece {
            Piece::Bytes(bytes) => {
                words += 2 + binary_words(bytes.len());
                size += bytes.len();
                Part::Bytes(bytes)
            }
            Piece::Shared(binary) => {
                words += 2 + SUB_BINARY_WORDS;
                Part::Shared(call.work.root(binary))
            }
        });
    }
    call.work.charge(size / BYTES_OF_REDUCTION);
    let mut room = call.work.reserve(words);
    let mut list = Term::NIL;
    for part in parts.into_iter().rev() {
        let binary = match part {
            Part::Bytes(bytes) => room.binary_from(bytes),
            Part::Shared(root) => {
                let binary = room.rooted(root);
                let bits = binary.as_bits().expect("a binary was shared");
                match bits.size % 8 {
                    0 => binary,
                    left => room.sub_binary(binary, 0, bits.size - left),
                }
            }
        };
        list = room.cons(binary, list);
    }
    Ok(list.done())
}

fn external_size(call: &mut Call, options: Options) -> Result<Done, Leave> {
    let size = external::size(call.arg(0), options, call.work.env);
    call.work.charge(size / BYTES_OF_REDUCTION);
    Ok(Term::size(size).done())
}

fn binary_to_term(call: &mut Call) -> Result<Done, Leave> {
    let (mut how, mut with_used) = (Decode::Any, false);
    let mut list = call.arg(1).list();
    for option in list.by_ref() {
        match option.as_atom().map(|atom| call.work.env.atoms.text(atom)) {
            Some("safe") => how = Decode::Safe,
            Some("used") => with_used = true,
            _ => return Err(BADARG),
        }
    }
    if !list.rest.is_nil() {
        return Err(BADARG);
    }
    let binary = call.arg(0).keep();
    let binary = call.work.root(binary);
    let (term, used) = external::decode_binary(call, binary, how).map_err(|_| BADARG)?;
    call.work.charge(used / BYTES_OF_REDUCTION);
    if !with_used {
        return Ok(call.work.rooted(term).done());
    }
    let mut room = call.work.reserve(3);
    let term = room.rooted(term);
    Ok(room.tuple(&[term, Term::size(used)]).done())
}

/// What OTP calls the kind of a term in its memory.
fn term_type(call: &mut Call) -> Result<Done, Leave> {
    let term = call.arg(0);
    let name = match term.view() {
        View::Small(_) => "fixnum",
        View::Atom(_) => "atom",
        View::Nil => "nil",
        View::Pid(_) => "pid",
        View::Port(_) => "port",
        View::Cons(_) => "list",
        View::Tuple(_) => "tuple",
        View::Big(_) => "bignum",
        View::Float(_) => "hfloat",
        View::Fun(_) => "fun",
        View::Export(_) => "export",
        View::Reference(_) => "reference",
        View::FlatMap(_) => "flatmap",
        View::HashMap(_) => "hashmap",
        View::External(external) => match external.kind {
            ExternalKind::Pid => "external_pid",
            ExternalKind::Port => "external_port",
            ExternalKind::Reference => "external_reference",
        },
        View::Context(_) => "matchstate",
        View::Bits(_) => match term.boxed_header().map(crate::term::header_kind) {
            Some(beamlet_code::abi::kind::HEAP_BINARY) => "heap_binary",
            Some(beamlet_code::abi::kind::REFC_BINARY) => "refc_binary",
            _ => "sub_binary",
        },
    };
    Ok(Term::atom(call.intern(name)).done())
}

/// An integer of 64 bits.
fn integer(call: &mut Call, value: u64) -> Done {
    call.work.reserve(INTEGER_WORDS_64).unsigned(value).done()
}

/// Hands the bytes of iodata over, piece by piece. False if it is none.
fn each_piece(call: &Call, index: usize, mut piece: impl FnMut(&[u8])) -> bool {
    let env = call.work.env;
    let mut poll = crate::env::Poll::new(env);
    let data = call.arg(index);
    if !data.is_list() {
        let Some(bytes) = data.as_bits().and_then(|bits| bits.to_bytes()) else { return false };
        each_chunk(&bytes, env, &mut piece);
        return true;
    }
    // Bytes that stand singly, together.
    let mut singles = arrayvec::ArrayVec::<u8, 256>::new();
    let mut stack = vec![data];
    while let Some(mut list) = stack.pop() {
        while let Some(cell) = list.as_cons() {
            poll.step();
            list = cell.tail;
            match cell.head.view() {
                View::Small(byte) if (0..256).contains(&byte) => {
                    if singles.is_full() {
                        piece(&singles);
                        singles.clear();
                    }
                    singles.push(byte as u8);
                }
                View::Bits(bits) => {
                    let Some(bytes) = bits.to_bytes() else { return false };
                    piece(&singles);
                    singles.clear();
                    each_chunk(&bytes, env, &mut piece);
                }
                View::Nil => {}
                View::Cons(_) => {
                    stack.push(list);
                    list = cell.head;
                }
                _ => return false,
            }
        }
        match list.view() {
            View::Nil => {}
            View::Bits(bits) => {
                let Some(bytes) = bits.to_bytes() else { return false };
                piece(&singles);
                singles.clear();
                each_chunk(&bytes, env, &mut piece);
            }
            _ => return false,
        }
    }
    piece(&singles);
    true
}

/// Bytes that are handed over between two looks at the stop word.
const CHUNK_BYTES: usize = 1 << 20;

fn each_chunk(bytes: &[u8], env: &crate::env::Env, piece: &mut impl FnMut(&[u8])) {
    for chunk in bytes.chunks(CHUNK_BYTES) {
        env.poll();
        piece(chunk);
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn natives_of_terms_make_of_thousands_of_calls_what_erl_makes() {
        crate::testing::check("terms", include_str!("../testing/terms.erl"));
    }
}
