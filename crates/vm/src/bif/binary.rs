//! Module `binary`: searching, and bytes of binaries. Searches run on the crates `memchr` and
//! `aho-corasick`, in pieces, so that they can be polled.

use std::borrow::Cow;
use std::rc::Rc;

use aho_corasick::{AhoCorasick, MatchKind};

use crate::call::{BADARG, Call, Leave, SYSTEM_LIMIT};
use crate::env::Poll;
use crate::integer::{self, ByteOrder, Sign};
use crate::term::Term;
use crate::work::{Done, binary_words};

use super::arithmetic::{int, integer as integer_done};
use super::{Row, row};

pub const ROWS: &[Row] = &[
    row("binary", "at", 2, |call| {
        let at = call.arg(1).as_size().ok_or(BADARG)?;
        let bytes = bytes(call.arg(0))?;
        Ok(Term::size(usize::from(*bytes.get(at).ok_or(BADARG)?)).done())
    }),
    row("binary", "first", 1, |call| {
        Ok(Term::size(usize::from(*bytes(call.arg(0))?.first().ok_or(BADARG)?)).done())
    }),
    row("binary", "last", 1, |call| {
        Ok(Term::size(usize::from(*bytes(call.arg(0))?.last().ok_or(BADARG)?)).done())
    }),
    row("binary", "copy", 1, |call| copy(call, 1)),
    row("binary", "copy", 2, |call| {
        let count = call.arg(1).as_size().ok_or(BADARG)?;
        copy(call, count)
    }),
    row("binary", "decode_unsigned", 1, |call| decode(call, ByteOrder::Big)),
    row("binary", "decode_unsigned", 2, |call| {
        let order = order(call, call.arg(1))?;
        decode(call, order)
    }),
    row("binary", "encode_unsigned", 1, |call| encode(call, ByteOrder::Big)),
    row("binary", "encode_unsigned", 2, |call| {
        let order = order(call, call.arg(1))?;
        encode(call, order)
    }),
    row("binary", "longest_common_prefix", 1, |call| common(call, End::Front)),
    row("binary", "longest_common_suffix", 1, |call| common(call, End::Back)),
    row("binary", "compile_pattern", 1, compile),
    row("binary", "match", 2, |call| find(call, Wanted::First)),
    row("binary", "match", 3, |call| find(call, Wanted::First)),
    row("binary", "matches", 2, |call| find(call, Wanted::All)),
    row("binary", "matches", 3, |call| find(call, Wanted::All)),
    row("binary", "split", 2, split),
    row("binary", "split", 3, split),
    row("binary", "referenced_byte_size", 1, |call| {
        let bits = call.arg(0).as_bits().filter(|bits| bits.is_binary()).ok_or(BADARG)?;
        let whole = call.arg(0).whole_binary().and_then(Term::as_bits);
        let size = whole.map_or(bits.byte_count(), |whole| whole.byte_count());
        Ok(Term::size(size).done())
    }),
];

/// Bytes that are searched between two polls.
const PIECE_BYTES: usize = 1 << 20;

fn bytes(term: Term<'_>) -> Result<Cow<'_, [u8]>, Leave> {
    term.as_bits().and_then(|bits| bits.to_bytes()).ok_or(BADARG)
}

fn order(call: &Call, term: Term) -> Result<ByteOrder, Leave> {
    match call.work.env.atoms.text(term.as_atom().ok_or(BADARG)?) {
        "big" => Ok(ByteOrder::Big),
        "little" => Ok(ByteOrder::Little),
        _ => Err(BADARG),
    }
}

fn copy(call: &mut Call, count: usize) -> Result<Done, Leave> {
    let size = bytes(call.arg(0))?.len();
    let total = size.checked_mul(count).ok_or(SYSTEM_LIMIT)?;
    if total > call.work.env.limits.memory_bytes {
        return Err(SYSTEM_LIMIT);
    }
    let copied = bytes(call.arg(0))?.repeat(count);
    call.work.charge(total / 1024);
    Ok(call.reserve(binary_words(total)).binary_from(copied).done())
}

fn decode(call: &mut Call, order: ByteOrder) -> Result<Done, Leave> {
    let value = integer::from_magnitude(Sign::Positive, order, &bytes(call.arg(0))?);
    let value = value.map_err(super::arithmetic::failure)?;
    Ok(integer_done(call, value.view()))
}

fn encode(call: &mut Call, order: ByteOrder) -> Result<Done, Leave> {
    let encoded = {
        let mut cell = 0;
        let value = int(call.arg(0), &mut cell).ok_or(BADARG)?;
        if value.is_negative() {
            return Err(BADARG);
        }
        let mut encoded = vec![0; integer::byte_length(value).max(1)];
        integer::to_magnitude(&mut encoded, order, value);
        encoded
    };
    Ok(call.reserve(binary_words(encoded.len())).binary_from(encoded).done())
}

enum End {
    Front,
    Back,
}

fn common(call: &mut Call, end: End) -> Result<Done, Leave> {
    let mut poll = Poll::new(call.work.env);
    let mut list = call.arg(0).list();
    let mut all = Vec::new();
    for term in list.by_ref() {
        poll.step();
        all.push(bytes(term)?);
    }
    if !list.rest.is_nil() {
        return Err(BADARG);
    }
    let (first, rest) = all.split_first().ok_or(BADARG)?;
    let mut length = first.len();
    for other in rest {
        poll.steps((length / 16) as u32);
        let pairs = |(a, b): (&u8, &u8)| a == b;
        let same = match end {
            End::Front => {
                first.iter().zip(other.iter()).take(length).take_while(|p| pairs(*p)).count()
            }
            End::Back => first
                .iter()
                .rev()
                .zip(other.iter().rev())
                .take(length)
                .take_while(|p| pairs(*p))
                .count(),
        };
        length = length.min(same);
    }
    Ok(Term::size(length).done())
}

/// What is searched for.
enum Pattern {
    One(Vec<u8>),
    Many(AhoCorasick),
}

impl Pattern {
    fn of(call: &Call, term: Term) -> Result<Rc<Pattern>, Leave> {
        if let Some([_, reference]) = term.as_tuple() {
            let magic = reference.as_reference().and_then(|reference| reference.magic);
            let value = magic.ok_or(BADARG)?.value.borrow();
            return value.downcast_ref::<Rc<Pattern>>().map(Rc::clone).ok_or(BADARG);
        }
        if term.as_bits().is_some() {
            let one = bytes(term)?;
            if one.is_empty() {
                return Err(BADARG);
            }
            return Ok(Rc::new(Pattern::One(one.into_owned())));
        }
        let mut poll = Poll::new(call.work.env);
        let mut list = term.list();
        let mut many = Vec::new();
        for term in list.by_ref() {
            poll.step();
            let one = bytes(term)?;
            if one.is_empty() {
                return Err(BADARG);
            }
            many.push(one);
        }
        if !list.rest.is_nil() || many.is_empty() {
            return Err(BADARG);
        }
        if let [one] = &many[..] {
            return Ok(Rc::new(Pattern::One(one.to_vec())));
        }
        let automaton = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&many);
        automaton.map(|automaton| Rc::new(Pattern::Many(automaton))).map_err(|_| SYSTEM_LIMIT)
    }

    fn longest(&self) -> usize {
        match self {
            Pattern::One(one) => one.len(),
            Pattern::Many(many) => many.max_pattern_len(),
        }
    }

    /// The first match from `from` on: start and end.
    fn find(&self, text: &[u8], from: usize, poll: &mut Poll) -> Option<(usize, usize)> {
        let mut begin = from;
        loop {
            poll.steps((PIECE_BYTES / 64) as u32);
            // Pieces overlap by what a match that begins in one can reach into the next.
            let end = begin.saturating_add(PIECE_BYTES).min(text.len());
            let reach = end.saturating_add(self.longest()).min(text.len());
            let piece = &text[begin..reach];
            let found = match self {
                Pattern::One(one) => {
                    memchr::memmem::find(piece, one).map(|at| (at, at + one.len()))
                }
                Pattern::Many(many) => many.find(piece).map(|found| (found.start(), found.end())),
            };
            match found {
                Some((start, stop)) if begin + start < end || reach == text.len() => {
                    return Some((begin + start, begin + stop));
                }
                _ if reach == text.len() => return None,
                _ => begin = end,
            }
        }
    }
}

fn compile(call: &mut Call) -> Result<Done, Leave> {
    let pattern = Pattern::of(call, call.arg(0))?;
    if call.arg(0).as_tuple().is_some() {
        return Err(BADARG);
    }
    let tag = call.intern(if matches!(*pattern, Pattern::One(_)) { "bm" } else { "ac" });
    let mut room = call.reserve(3 + 3);
    let reference = room.magic(Box::new(pattern));
    Ok(room.tuple(&[Term::atom(tag), reference]).done())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    First,
    All,
}

#[derive(Default)]
struct Options {
    scope: Option<(usize, usize)>,
    global: bool,
    trim: bool,
    trim_all: bool,
}

/// Options of `match`, `matches` and `split`.
fn options(call: &Call, term: Term, size: usize) -> Result<Options, Leave> {
    let mut options = Options::default();
    let mut list = term.list();
    for option in list.by_ref() {
        if let Some(atom) = option.as_atom() {
            match call.work.env.atoms.text(atom) {
                "global" => options.global = true,
                "trim" => options.trim = true,
                "trim_all" => options.trim_all = true,
                _ => return Err(BADARG),
            }
            continue;
        }
        let Some([key, part]) = option.as_tuple() else { return Err(BADARG) };
        let is_scope = key.as_atom().is_some_and(|key| call.work.env.atoms.text(key) == "scope");
        let Some([start, length]) = part.as_tuple() else { return Err(BADARG) };
        let (Some(start), Some(length)) = (start.as_small(), length.as_small()) else {
            return Err(BADARG);
        };
        let end = start.checked_add(length).ok_or(BADARG)?;
        let (from, to) = if length < 0 { (end, start) } else { (start, end) };
        if !is_scope || from < 0 || to > size as i64 {
            return Err(BADARG);
        }
        options.scope = Some((from as usize, to as usize));
    }
    if list.rest.is_nil() { Ok(options) } else { Err(BADARG) }
}

/// Matches of the pattern in argument 1 in argument 0.
fn matches(
    call: &Call,
    wanted: Wanted,
    scope: Option<(usize, usize)>,
) -> Result<Vec<(usize, usize)>, Leave> {
    let text = bytes(call.arg(0))?;
    let pattern = Pattern::of(call, call.arg(1))?;
    let (from, to) = scope.unwrap_or((0, text.len()));
    let mut poll = Poll::new(call.work.env);
    let mut found = Vec::new();
    let mut at = from;
    while let Some((start, end)) = pattern.find(&text[..to], at, &mut poll) {
        found.push((start, end));
        at = end;
        if wanted == Wanted::First {
            break;
        }
    }
    Ok(found)
}

fn given_options(call: &Call) -> Result<Options, Leave> {
    let size = bytes(call.arg(0))?.len();
    let list = if call.work.context.live == 3 { call.arg(2) } else { Term::NIL };
    options(call, list, size)
}

fn find(call: &mut Call, wanted: Wanted) -> Result<Done, Leave> {
    let options = given_options(call)?;
    if options.global || options.trim || options.trim_all {
        return Err(BADARG);
    }
    let found = matches(call, wanted, options.scope)?;
    let nothing = Term::atom(call.intern("nomatch"));
    call.work.charge(found.len());
    let mut room = call.work.reserve(5 * found.len());
    let mut list = Term::NIL;
    for (start, end) in found.iter().rev() {
        let part = room.tuple(&[Term::size(*start), Term::size(end - start)]);
        if wanted == Wanted::First {
            return Ok(part.done());
        }
        list = room.cons(part, list);
    }
    Ok(if wanted == Wanted::First { nothing } else { list }.done())
}

fn split(call: &mut Call) -> Result<Done, Leave> {
    let options = given_options(call)?;
    let wanted = if options.global { Wanted::All } else { Wanted::First };
    let found = matches(call, wanted, options.scope)?;
    let size = bytes(call.arg(0))?.len();
    let mut parts = Vec::with_capacity(found.len() + 1);
    let mut begin = 0;
    for (start, end) in found {
        parts.push((begin, start));
        begin = end;
    }
    parts.push((begin, size));
    if options.trim_all {
        parts.retain(|(from, to)| from < to);
    } else if options.trim {
        while parts.last().is_some_and(|(from, to)| from == to) {
            parts.pop();
        }
    }
    call.work.charge(parts.len());
    let mut room = call.work.reserve(6 * parts.len());
    let whole = room.arg(0);
    let mut list = Term::NIL;
    for (from, to) in parts.into_iter().rev() {
        let part = room.sub_binary(whole, from * 8, (to - from) * 8);
        list = room.cons(part, list);
    }
    Ok(list.done())
}
