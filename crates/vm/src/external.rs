//! The external term format, both ways.
//!
//! | file | is |
//! |---|---|
//! | `tag.rs` | the tags |
//! | `reader.rs` | bytes that may end, and what atoms, integers and floats look like |
//! | `measure.rs` | a look over all of it: is it whole, and how many words does it take? |
//! | `build.rs` | the term |
//! | `encode.rs`, `sink.rs` | the bytes of a term, and where they go |
//! | `deflate.rs`, `inflate.rs` | compressed terms |
//! | `stack.rs` | what both ways keep, as deep as a term is |

use std::borrow::Cow;

use crate::call::Call;
use crate::env::Env;
use crate::term::Term;
use crate::work::Root;
use sink::Sink;

mod build;
mod deflate;
mod encode;
mod inflate;
mod measure;
mod reader;
mod sink;
mod stack;
pub(crate) mod tag;

pub use deflate::Level;
pub use encode::{MapOrder, MinorVersion, Options};
use inflate::Payload;
pub use sink::Piece;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Decode {
    /// Checked before: a literal.
    Trusted,
    /// `binary_to_term(_, [safe])`: no new atoms, no funs.
    Safe,
    Any,
}

#[derive(Debug, thiserror::Error)]
#[error("not a term in the external format")]
pub struct Error;

/// Makes the term on the heap of the call's process. What stands behind it is ignored.
pub fn decode(call: &mut Call, bytes: &[u8], how: Decode) -> Result<Root, Error> {
    Ok(decode_input(call, bytes, how)?.0)
}

/// The term of a binary, and how many of its bytes it took.
pub fn decode_binary(call: &mut Call, binary: Root, how: Decode) -> Result<(Root, usize), Error> {
    let env = call.work.env;
    let bits = call.work.rooted(binary).as_bits().ok_or(Error)?;
    match bits.to_bytes().ok_or(Error)? {
        Cow::Borrowed(bytes) => match Payload::of(bytes, env)? {
            Payload::Here(offset) => {
                let (root, used) = build_from(call, &Source::Binary(binary, offset), how)?;
                Ok((root, offset + used))
            }
            inflated => decode_inflated(call, inflated, how),
        },
        // It does not begin at a whole byte: a copy does.
        Cow::Owned(bytes) => {
            env.account.add_bytes(bytes.len());
            let decoded = decode_input(call, &bytes, how);
            env.account.remove_bytes(bytes.len());
            decoded
        }
    }
}

fn decode_input(call: &mut Call, bytes: &[u8], how: Decode) -> Result<(Root, usize), Error> {
    match Payload::of(bytes, call.work.env)? {
        Payload::Here(offset) => {
            let (root, used) = build_from(call, &Source::Bytes(&bytes[offset..]), how)?;
            Ok((root, offset + used))
        }
        inflated => decode_inflated(call, inflated, how),
    }
}

fn decode_inflated(call: &mut Call, payload: Payload, how: Decode) -> Result<(Root, usize), Error> {
    let decoded = build_from(call, &Source::Bytes(payload.bytes()), how);
    let decoded = decoded.map(|(root, _)| (root, payload.used()));
    payload.free(call.work.env);
    decoded
}

/// Where the encoded term is.
enum Source<'b> {
    Bytes(&'b [u8]),
    /// A binary of whole bytes, which a collection may move, and where in it the term begins.
    Binary(Root, usize),
}

impl<'b> Source<'b> {
    fn bytes(&self, rooted: impl FnOnce(Root) -> Term<'b>) -> &'b [u8] {
        match self {
            Source::Bytes(bytes) => bytes,
            Source::Binary(root, offset) => {
                &rooted(*root).as_bytes().expect("a binary of whole bytes")[*offset..]
            }
        }
    }
}

/// The term, and how many bytes it took.
fn build_from(call: &mut Call, source: &Source, how: Decode) -> Result<(Root, usize), Error> {
    let env = call.work.env;
    let need = measure::measure(source.bytes(|root| call.work.rooted(root)), env)?;
    let mut density = measure::Density::Usual;
    loop {
        let mut room = call.work.reserve(need.words(density));
        let bytes = source.bytes(|root| room.rooted(root));
        let mut builder = build::Builder::new(&mut call.iso.code, how, need.spare(density));
        match builder.build(&mut room, bytes) {
            Ok(term) => {
                let term = term.keep();
                return Ok((call.work.root(term), need.bytes));
            }
            Err(build::Failed::Bad) => return Err(Error),
            // Keys whose hashes are much alike: once more, with more room for their maps.
            Err(build::Failed::Room) => density = density.more(),
        }
    }
}

/// Whether, and how much, zlib compresses.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Packing {
    Plain,
    Deflated(Level),
}

/// The bytes of a term, with the version before it.
pub fn encode(term: Term, options: Options, packing: Packing, env: &Env) -> Vec<u8> {
    let mut bytes = sink::Bytes::new(env);
    match packing {
        Packing::Plain => {
            bytes.put(&[tag::VERSION]);
            encode::encode(term, options, &mut bytes, env);
            bytes.take()
        }
        Packing::Deflated(level) => {
            encode::encode(term, options, &mut bytes, env);
            deflate::deflate(bytes.as_slice(), level, env).take()
        }
    }
}

/// The same bytes, without compression, in pieces between which large binaries are shared. Nothing
/// may collect before those are roots.
pub fn encode_pieces(term: Term, options: Options, env: &Env) -> impl Iterator<Item = Piece> {
    let mut pieces = sink::Pieces::new(env);
    pieces.put(&[tag::VERSION]);
    encode::encode(term, options, &mut pieces, env);
    pieces.take()
}

/// The number of those bytes, without compression.
pub fn size(term: Term, options: Options, env: &Env) -> usize {
    let mut count = sink::Count::default();
    encode::encode(term, options, &mut count, env);
    1 + count.len()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::env::{Limit, Limits};
    use crate::testing::{encoded, isolate, term_bytes};

    /// Decodes, encodes, decodes again: the bytes of both, and whether both terms are equal.
    fn round_trip(bytes: &[u8]) -> Result<(Vec<u8>, Vec<u8>, bool), Error> {
        isolate(Limits::default()).scratch(|call| {
            let first = decode(call, bytes, Decode::Any)?;
            let once = encoded(call.work.rooted(first), call);
            let second = decode(call, &once, Decode::Any)?;
            let twice = encoded(call.work.rooted(second), call);
            let (first, second) = (call.work.rooted(first), call.work.rooted(second));
            let equal = crate::order::equal_exact(first, second, call.work.env)
                && crate::order::compare(first, second, call.work.env).is_eq()
                && crate::hash::internal(first, call.work.env)
                    == crate::hash::internal(second, call.work.env)
                && crate::hash::portable::hash(first, call.work.env)
                    == crate::hash::portable::hash(second, call.work.env);
            Ok((once, twice, equal))
        })
    }

    fn nested(open: &[u8], depth: usize, end: &[u8]) -> Vec<u8> {
        let mut bytes = vec![tag::VERSION];
        for _ in 0..depth {
            bytes.extend_from_slice(open);
        }
        bytes.extend_from_slice(end);
        bytes
    }

    #[test]
    fn a_term_ten_million_deep_needs_no_native_stack() {
        let bytes = nested(&[tag::SMALL_TUPLE, 1], 10_000_000, &[tag::NIL]);
        isolate(Limits::default()).scratch(|call| {
            let root = decode(call, &bytes, Decode::Any).expect("it is a term");
            assert!(encoded(call.work.rooted(root), call) == bytes);
        });
    }

    #[test]
    fn to_compare_and_hash_deep_terms_needs_no_native_stack() {
        let bytes = nested(&[tag::SMALL_TUPLE, 1], 1_000_000, &[tag::NIL]);
        let (once, twice, equal) = round_trip(&bytes).expect("it is a term");
        assert!(once == bytes && twice == bytes && equal);
    }

    #[test]
    fn lists_and_maps_in_each_other_need_no_native_stack() {
        // [#{[] => [#{[] => ...}]}]
        let open = [tag::LIST, 0, 0, 0, 1, tag::MAP, 0, 0, 0, 1, tag::NIL];
        let mut bytes = nested(&open, 200_000, &[tag::NIL]);
        bytes.extend(std::iter::repeat_n(tag::NIL, 200_000));
        let (once, twice, equal) = round_trip(&bytes).expect("it is a term");
        assert!(once == bytes && twice == bytes && equal);
    }

    #[test]
    fn a_term_larger_than_the_isolate_ends_the_isolate() {
        let bytes = nested(&[tag::SMALL_TUPLE, 1], 1_000_000, &[tag::NIL]);
        let limits = Limits { memory_bytes: 4 << 20, ..Limits::default() };
        let mut isolate = isolate(limits);
        let env = std::rc::Rc::clone(&isolate.env);
        let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            isolate.scratch(|call| decode(call, &bytes, Decode::Any).is_ok())
        }));
        assert!(outcome.is_err());
        assert_eq!(env.exceeded(), Some(Limit::Memory));
    }

    #[test]
    fn what_decoding_and_encoding_take_beside_the_heap_is_given_back() {
        let mut isolate = isolate(Limits::default());
        let before = isolate.env.account.held_bytes();
        let bytes = nested(&[tag::SMALL_TUPLE, 1], 100_000, &[tag::NIL]);
        isolate.scratch(|call| {
            let root = decode(call, &bytes, Decode::Any).expect("it is a term");
            let term = call.work.rooted(root);
            let packing = Packing::Deflated(Level::USUAL);
            let packed = encode(term, Options::default(), packing, call.work.env);
            decode(call, &packed, Decode::Any).expect("it is a term");
            decode(call, &packed[..packed.len() - 9], Decode::Any).expect_err("it is cut");
        });
        assert_eq!(isolate.env.account.held_bytes(), before);
    }

    #[test]
    fn decompression_makes_no_more_than_was_said() {
        let mut bytes = vec![tag::VERSION, tag::COMPRESSED, 0, 0, 0, 10];
        let plain = vec![0; 1_000_000];
        let env = std::rc::Rc::clone(&isolate(Limits::default()).env);
        let mut compress = flate2::Compress::new(flate2::Compression::default(), true);
        bytes.reserve(10_000);
        compress
            .compress_vec(&plain, &mut bytes, flate2::FlushCompress::Finish)
            .expect("zlib compresses");
        let (held, peak) = (env.account.held_bytes(), env.account.peak_bytes());
        assert!(Payload::of(&bytes, &env).is_err());
        assert_eq!(env.account.held_bytes(), held);
        assert!(env.account.peak_bytes() <= peak + 10);
    }

    /// A fun of a module `m`, with so many free variables.
    fn fun(arity: u8, free: u8) -> Vec<u8> {
        let mut bytes = vec![tag::NEW_FUN, 0, 0, 0, 0, arity];
        bytes.extend([7; 16]);
        bytes.extend([0, 0, 0, 1, 0, 0, 0, free, tag::SMALL_ATOM_UTF8, 1, b'm']);
        bytes.extend([tag::SMALL_INTEGER, 1, tag::SMALL_INTEGER, 9]);
        bytes.extend([tag::NEW_PID, tag::SMALL_ATOM_UTF8, 13]);
        bytes.extend(b"nonode@nohost");
        bytes.extend([0; 12]);
        bytes.extend(std::iter::repeat_n(tag::NIL, usize::from(free)));
        bytes
    }

    #[test]
    fn a_fun_that_claims_other_free_variables_is_another_kind_of_fun() {
        let funs = [fun(1, 2), fun(1, 2), fun(1, 3), fun(2, 2)];
        let bytes = [vec![tag::VERSION, tag::SMALL_TUPLE, 4], funs.concat()].concat();
        isolate(Limits::default()).scratch(|call| {
            let root = decode(call, &bytes, Decode::Any).expect("it is a term");
            let funs = call.work.rooted(root).as_tuple().expect("a tuple of funs");
            let kinds: Vec<u32> = funs
                .iter()
                .map(|fun| match fun.view() {
                    crate::term::View::Fun(fun) => fun.lambda,
                    _ => panic!("a fun was decoded"),
                })
                .collect();
            assert_eq!(kinds[0], kinds[1]);
            assert_ne!(kinds[0], kinds[2]);
            assert_ne!(kinds[0], kinds[3]);
        });
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

        #[test]
        fn a_term_is_itself_after_a_round_trip(term in term_bytes()) {
            let bytes = [vec![tag::VERSION], term].concat();
            let (once, twice, equal) = round_trip(&bytes).expect("it is a term");
            prop_assert!(equal);
            prop_assert_eq!(once, twice);
        }

        #[test]
        fn any_bytes_are_a_term_or_an_error(
            term in term_bytes(),
            changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
        ) {
            let mut bytes = [vec![tag::VERSION], term].concat();
            for (index, byte) in changes {
                let at = index.index(bytes.len());
                bytes[at] = byte;
            }
            if let Ok((once, twice, equal)) = round_trip(&bytes) {
                prop_assert!(equal);
                prop_assert_eq!(once, twice);
            }
        }
    }
}
