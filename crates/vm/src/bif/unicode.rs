//! Module `unicode`: characters to lists and binaries, with OTP's answers for what is broken off or
//! wrong in the middle.

use crate::call::{BADARG, Call, Leave};
use crate::env::Poll;
use crate::term::{Bits, Term, View};
use crate::work::{Done, binary_words};

use super::{Row, row};

pub const ROWS: &[Row] = &[
    row("unicode", "characters_to_binary", 2, |call| characters(call, Target::Binary)),
    row("unicode", "characters_to_list", 2, |call| characters(call, Target::List)),
    row("unicode", "bin_is_7bit", 1, |call| {
        let Some(bits) = call.arg(0).as_bits() else { return Ok(Term::boolean(false).done()) };
        let bytes = bits.to_bytes();
        Ok(Term::boolean(bytes.is_some_and(|bytes| bytes.is_ascii())).done())
    }),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Target {
    List,
    Binary,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Encoding {
    Latin1,
    Utf8,
}

/// Where the reading stopped.
enum Stop<'a> {
    /// At the end of all.
    End,
    /// A binary ends within a character, and nothing follows it: its rest.
    Incomplete(Vec<u8>),
    /// What is no character: the rest from there on, made of what is left of a binary and of the
    /// terms that stand behind.
    Wrong(Rest<'a>),
    /// Not of the type of the argument.
    Badarg,
}

struct Rest<'a> {
    /// A term to stand first: bytes of a binary, or an element of a list.
    first: First<'a>,
    /// Lists that were being read, the innermost last.
    behind: Vec<Term<'a>>,
}

enum First<'a> {
    Bytes(Vec<u8>),
    Term(Term<'a>),
}

fn encoding(call: &Call, term: Term) -> Result<Encoding, Leave> {
    match call.work.env.atoms.text(term.as_atom().ok_or(BADARG)?) {
        "latin1" => Ok(Encoding::Latin1),
        "utf8" | "unicode" => Ok(Encoding::Utf8),
        _ => Err(BADARG),
    }
}

fn characters(call: &mut Call, target: Target) -> Result<Done, Leave> {
    let encoding = encoding(call, call.arg(1))?;
    let mut out = String::new();
    let (outcome, rest) = {
        let data = call.arg(0);
        if !data.is_list() && data.as_bits().is_none_or(|bits| !bits.is_binary()) {
            return Err(BADARG);
        }
        match read(data, encoding, target, &mut out, &mut Poll::new(call.work.env)) {
            Stop::End => ("", None),
            Stop::Incomplete(bytes) => ("incomplete", Some(fragment_of_bytes(call, &bytes))),
            Stop::Wrong(rest) => ("error", Some(fragment_of(call, &rest))),
            Stop::Badarg => return Err(BADARG),
        }
    };
    call.work.charge(out.len() / 256);
    let words = match target {
        Target::List => 2 * out.chars().count(),
        Target::Binary => binary_words(out.len()),
    };
    let tag = (!outcome.is_empty()).then(|| call.intern(outcome));
    let rest_words = rest.as_ref().map_or(0, |rest: &crate::heap::Fragment| rest.words());
    let mut room = call.work.reserve(words + 4 + rest_words);
    let value = match target {
        Target::List => room.string(&out),
        Target::Binary => room.binary(out.as_bytes()),
    };
    let result = match (&rest, tag) {
        (Some(rest), Some(tag)) => {
            let rest = room.copy(rest);
            room.tuple(&[Term::atom(tag), value, rest])
        }
        _ => value,
    };
    let done = result.done();
    if let Some(rest) = rest {
        rest.free(&call.work.env.account);
    }
    Ok(done)
}

/// Reads until the end or to what is wrong; what was read is in `out`.
fn read<'a>(
    data: Term<'a>,
    encoding: Encoding,
    target: Target,
    out: &mut String,
    poll: &mut Poll,
) -> Stop<'a> {
    let mut stack = vec![data];
    while let Some(term) = stack.pop() {
        poll.step();
        match term.view() {
            View::Nil => {}
            View::Cons(cons) => {
                stack.push(cons.tail);
                match cons.head.view() {
                    View::Small(point) => {
                        let point = u32::try_from(point).ok().and_then(char::from_u32);
                        // A list of numbers is of code points, unless Latin-1 is asked for a list.
                        match point {
                            Some(point) if encoding == Encoding::Utf8 || point as u32 <= 0xff => {
                                out.push(point);
                            }
                            Some(point)
                                if target == Target::List && encoding == Encoding::Latin1 =>
                            {
                                out.push(point);
                            }
                            _ => return wrong(First::Term(cons.head), stack),
                        }
                    }
                    View::Nil | View::Cons(_) | View::Bits(_) => stack.push(cons.head),
                    _ => return Stop::Badarg,
                }
            }
            View::Bits(bits) => {
                let Some(left) = binary(bits, encoding, out, poll) else { continue };
                let bytes = match left {
                    Left::Badarg => return Stop::Badarg,
                    Left::Incomplete(bytes) if stack.iter().all(|term| term.is_nil()) => {
                        return Stop::Incomplete(bytes);
                    }
                    Left::Incomplete(bytes) | Left::Wrong(bytes) => bytes,
                };
                return wrong(First::Bytes(bytes), stack);
            }
            _ => return Stop::Badarg,
        }
    }
    Stop::End
}

fn wrong<'a>(first: First<'a>, stack: Vec<Term<'a>>) -> Stop<'a> {
    Stop::Wrong(Rest { first, behind: stack })
}

enum Left {
    Incomplete(Vec<u8>),
    Wrong(Vec<u8>),
    Badarg,
}

fn binary(bits: Bits, encoding: Encoding, out: &mut String, poll: &mut Poll) -> Option<Left> {
    let Some(bytes) = bits.to_bytes() else { return Some(Left::Badarg) };
    poll.steps((bytes.len() / 32) as u32);
    if encoding == Encoding::Latin1 {
        out.extend(bytes.iter().map(|byte| char::from(*byte)));
        return None;
    }
    match std::str::from_utf8(&bytes) {
        Ok(text) => {
            out.push_str(text);
            None
        }
        Err(error) => {
            let valid = error.valid_up_to();
            out.push_str(std::str::from_utf8(&bytes[..valid]).expect("it is valid up to there"));
            let rest = bytes[valid..].to_vec();
            Some(if error.error_len().is_none() {
                Left::Incomplete(rest)
            } else {
                Left::Wrong(rest)
            })
        }
    }
}

fn fragment_of_bytes(call: &mut Call, bytes: &[u8]) -> crate::heap::Fragment {
    call.iso.fragment(binary_words(bytes.len()), |room| room.binary(bytes))
}

/// The rest as OTP shows it: what was wrong, then what stands behind it, from the inside outwards.
fn fragment_of(call: &Call, rest: &Rest) -> crate::heap::Fragment {
    let env = call.work.env;
    let mut builder = crate::process::Process::new(call.work.pid(), call.work.pid(), 0, env);
    let mut context = crate::context::Context::new();
    let fragment = {
        let mut work = crate::work::Work {
            proc: &mut builder,
            context: &mut context,
            env,
            args: crate::work::Args::X,
        };
        let sizes: Vec<usize> =
            rest.behind.iter().map(|term| crate::copy::words(*term, env)).collect();
        let first_words = match &rest.first {
            First::Bytes(bytes) => binary_words(bytes.len()),
            First::Term(term) => crate::copy::words(*term, env),
        };
        let total: usize = sizes.iter().sum::<usize>() + 2 * sizes.len() + first_words;
        let mut room = work.reserve(total);
        let mut list = match &rest.first {
            First::Bytes(bytes) => room.binary(bytes),
            First::Term(term) => room.copy_term(*term, first_words),
        };
        // The innermost list goes on behind what was wrong in it; each outer one behind that.
        let bare =
            rest.behind.iter().all(|term| term.is_nil()) && matches!(rest.first, First::Bytes(_));
        if !bare || !rest.behind.is_empty() {
            for (term, words) in rest.behind.iter().zip(&sizes).rev() {
                let tail = room.copy_term(*term, *words);
                list = room.cons(list, tail);
            }
        }
        crate::heap::Fragment::new(list, env)
    };
    builder.free(env);
    fragment
}
