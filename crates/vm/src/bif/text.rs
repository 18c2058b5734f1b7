//! Terms to text and back: atoms, numbers, pids, references, funs.

use crate::atoms::{ATOM_CHARACTERS_MAX, Atom};
use crate::call::{BADARG, Call, Leave, SYSTEM_LIMIT};
use crate::integer;
use crate::real::{self, Notation, Zeros};
use crate::term::{Pid, Port, Term, View};
use crate::work::{Done, binary_words};

use super::arithmetic::{failure, int, poll};
use super::{Row, row};

pub const ROWS: &[Row] = &[
    row("erlang", "atom_to_list", 1, |call| {
        let atom = call.arg(0).as_atom().ok_or(BADARG)?;
        let text = call.work.env.atoms.text(atom).to_owned();
        Ok(string(call, &text))
    }),
    row("erlang", "atom_to_binary", 2, atom_to_binary),
    row("erlang", "list_to_atom", 1, |call| {
        let text = characters(call, call.arg(0))?;
        atom(call, &text, Make::New)
    }),
    row("erlang", "list_to_existing_atom", 1, |call| {
        let text = characters(call, call.arg(0))?;
        atom(call, &text, Make::Existing)
    }),
    row("erlang", "binary_to_atom", 2, |call| binary_to_atom(call, Make::New)),
    row("erlang", "binary_to_existing_atom", 2, |call| binary_to_atom(call, Make::Existing)),
    row("erlang", "integer_to_list", 1, |call| write_integer(call, 10, Into::List)),
    row("erlang", "integer_to_list", 2, |call| {
        let radix = radix(call.arg(1))?;
        write_integer(call, radix, Into::List)
    }),
    row("erlang", "integer_to_binary", 1, |call| write_integer(call, 10, Into::Binary)),
    row("erlang", "integer_to_binary", 2, |call| {
        let radix = radix(call.arg(1))?;
        write_integer(call, radix, Into::Binary)
    }),
    row("erlang", "list_to_integer", 1, |call| {
        list(call)?;
        read_integer(call, 10)
    }),
    row("erlang", "list_to_integer", 2, |call| {
        list(call)?;
        let radix = radix(call.arg(1))?;
        read_integer(call, radix)
    }),
    row("erlang", "binary_to_integer", 1, |call| {
        call.arg(0).as_bits().ok_or(BADARG)?;
        read_integer(call, 10)
    }),
    row("erlang", "binary_to_integer", 2, |call| {
        call.arg(0).as_bits().ok_or(BADARG)?;
        let radix = radix(call.arg(1))?;
        read_integer(call, radix)
    }),
    row("string", "list_to_integer", 1, leading_integer),
    row("string", "list_to_float", 1, leading_float),
    row("erlang", "float_to_list", 1, |call| write_float(call, Into::List)),
    row("erlang", "float_to_list", 2, |call| write_float(call, Into::List)),
    row("erlang", "float_to_binary", 1, |call| write_float(call, Into::Binary)),
    row("erlang", "float_to_binary", 2, |call| write_float(call, Into::Binary)),
    row("erlang", "list_to_float", 1, |call| {
        list(call)?;
        read_float(call)
    }),
    row("erlang", "binary_to_float", 1, |call| {
        call.arg(0).as_bits().ok_or(BADARG)?;
        read_float(call)
    }),
    row("erlang", "pid_to_list", 1, |call| {
        if !matches!(call.arg(0).view(), View::Pid(_)) {
            return Err(BADARG);
        }
        printed(call)
    }),
    row("erlang", "ref_to_list", 1, |call| {
        if !matches!(call.arg(0).view(), View::Reference(_)) {
            return Err(BADARG);
        }
        printed(call)
    }),
    row("erlang", "fun_to_list", 1, |call| {
        if !matches!(call.arg(0).view(), View::Fun(_) | View::Export(_)) {
            return Err(BADARG);
        }
        printed(call)
    }),
    row("erlang", "list_to_pid", 1, |call| {
        let text = characters(call, call.arg(0))?;
        let [node, number, serial] = numbers(&text, "<", ">").ok_or(BADARG)?;
        if node != 0 || number >= 1 << 15 || serial >= 1 << 13 {
            return Err(BADARG);
        }
        Ok(Term::pid(Pid((serial << 15 | number) as u32)).done())
    }),
    row("erlang", "list_to_port", 1, |call| {
        let text = characters(call, call.arg(0))?;
        let [node, number] = numbers(&text, "#Port<", ">").ok_or(BADARG)?;
        let number = u32::try_from(number).map_err(|_| BADARG)?;
        if node == 0 { Ok(Term::port(Port(number)).done()) } else { Err(BADARG) }
    }),
    row("erlang", "list_to_ref", 1, |call| {
        let text = characters(call, call.arg(0))?;
        let [node, high, middle, low] = numbers(&text, "#Ref<", ">").ok_or(BADARG)?;
        if node != 0 || low >= 1 << 18 || middle >= 1 << 30 || high >= 1 << 16 {
            return Err(BADARG);
        }
        Ok(call.reserve(3).reference(high << 48 | middle << 18 | low).done())
    }),
];

/// Decimals and bits of a number's text, at most, before the text is looked at.
const TEXT_BYTES_MAX: usize = 1 << 24;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Into {
    List,
    Binary,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Make {
    New,
    Existing,
}

fn string(call: &mut Call, text: &str) -> Done {
    call.reserve(2 * text.chars().count()).string(text).done()
}

fn ascii(call: &mut Call, text: &[u8], into: Into) -> Done {
    match into {
        Into::Binary => call.reserve(binary_words(text.len())).binary(text).done(),
        Into::List => {
            let mut room = call.reserve(2 * text.len());
            let bytes = text.iter().map(|byte| Term::size(usize::from(*byte)));
            room.list(bytes, Term::NIL).done()
        }
    }
}

fn characters(call: &Call, term: Term) -> Result<String, Leave> {
    if !term.is_list() {
        return Err(BADARG);
    }
    super::os::text(call, term)
}

/// The term as the emulator prints it.
fn printed(call: &mut Call) -> Result<Done, Leave> {
    let text = crate::print::term(call.arg(0), call.work.env, &call.iso.code);
    Ok(string(call, &text))
}

/// `Count` numbers between dots.
fn numbers<const COUNT: usize>(text: &str, open: &str, close: &str) -> Option<[u64; COUNT]> {
    let inner = text.strip_prefix(open)?.strip_suffix(close)?;
    let mut numbers = [0; COUNT];
    let mut parts = inner.split('.');
    for number in &mut numbers {
        *number = parts.next()?.parse().ok()?;
    }
    parts.next().is_none().then_some(numbers)
}

fn atom(call: &Call, text: &str, make: Make) -> Result<Done, Leave> {
    if text.chars().count() > ATOM_CHARACTERS_MAX {
        return match make {
            Make::New => Err(SYSTEM_LIMIT),
            Make::Existing => Err(BADARG),
        };
    }
    match make {
        Make::New => Ok(Term::atom(call.intern(text)).done()),
        Make::Existing => {
            call.work.env.atoms.existing(text).map(|atom| Term::atom(atom).done()).ok_or(BADARG)
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Encoding {
    Latin1,
    Utf8,
}

fn encoding(call: &Call, term: Term) -> Result<Encoding, Leave> {
    match call.work.env.atoms.text(term.as_atom().ok_or(BADARG)?) {
        "latin1" => Ok(Encoding::Latin1),
        "utf8" | "unicode" => Ok(Encoding::Utf8),
        _ => Err(BADARG),
    }
}

fn atom_to_binary(call: &mut Call) -> Result<Done, Leave> {
    let encoding = encoding(call, call.arg(1))?;
    let atom = call.arg(0).as_atom().ok_or(BADARG)?;
    let text = call.work.env.atoms.text(atom);
    let bytes = match encoding {
        Encoding::Utf8 => text.as_bytes().to_vec(),
        Encoding::Latin1 => {
            let latin1 = text.chars().map(|point| u8::try_from(point as u32));
            latin1.collect::<Result<_, _>>().map_err(|_| BADARG)?
        }
    };
    Ok(call.reserve(binary_words(bytes.len())).binary(&bytes).done())
}

fn binary_to_atom(call: &mut Call, make: Make) -> Result<Done, Leave> {
    let bytes = call.arg(0).as_bits().and_then(|bits| bits.to_bytes()).ok_or(BADARG)?;
    if bytes.len() > 4 * ATOM_CHARACTERS_MAX {
        return if make == Make::New { Err(SYSTEM_LIMIT) } else { Err(BADARG) };
    }
    let text = match encoding(call, call.arg(1))? {
        Encoding::Latin1 => bytes.iter().map(|byte| char::from(*byte)).collect(),
        Encoding::Utf8 => String::from_utf8(bytes.into_owned()).map_err(|_| BADARG)?,
    };
    atom(call, &text, make)
}

fn radix(term: Term) -> Result<u32, Leave> {
    match term.as_size() {
        Some(radix @ 2..=36) => Ok(radix as u32),
        _ => Err(BADARG),
    }
}

fn write_integer(call: &mut Call, radix: u32, into: Into) -> Result<Done, Leave> {
    let text = {
        let mut cell = 0;
        let value = int(call.arg(0), &mut cell).ok_or(BADARG)?;
        integer::to_text(value, radix, &mut poll(call.work.env)).map_err(failure)?
    };
    call.work.charge(text.len() / 16);
    Ok(ascii(call, &text, into))
}

/// Argument 0 is a list.
fn list(call: &Call) -> Result<(), Leave> {
    if call.arg(0).is_list() { Ok(()) } else { Err(BADARG) }
}

/// The bytes of a list or binary of Latin-1 text.
fn bytes(call: &Call, term: Term) -> Result<Vec<u8>, Leave> {
    if let Some(bits) = term.as_bits() {
        return bits.to_bytes().map(|bytes| bytes.into_owned()).ok_or(BADARG);
    }
    let mut poll = crate::env::Poll::new(call.work.env);
    let mut list = term.list();
    let mut bytes = Vec::new();
    for byte in list.by_ref() {
        poll.step();
        bytes.push(byte.as_size().and_then(|byte| u8::try_from(byte).ok()).ok_or(BADARG)?);
        if bytes.len() > TEXT_BYTES_MAX {
            return Err(SYSTEM_LIMIT);
        }
    }
    if list.rest.is_nil() { Ok(bytes) } else { Err(BADARG) }
}

fn read_integer(call: &mut Call, radix: u32) -> Result<Done, Leave> {
    let text = bytes(call, call.arg(0))?;
    let value = integer::from_text(&text, radix, &mut poll(call.work.env)).map_err(failure)?;
    Ok(super::arithmetic::integer(call, value.view()))
}

/// `{Integer, Rest}` of a list that begins with one, else `{error, no_integer | not_a_list}`.
fn leading_integer(call: &mut Call) -> Result<Done, Leave> {
    leading(call, "no_integer", |text, call| {
        let signed = usize::from(matches!(text.first(), Some(b'+' | b'-')));
        let digits = integer::digits_prefix(&text[signed..], 10);
        if digits == 0 {
            return None;
        }
        let end = signed + digits;
        let value = integer::from_text(&text[..end], 10, &mut poll(call.work.env)).ok()?;
        Some((end, Number::Integer(value)))
    })
}

fn leading_float(call: &mut Call) -> Result<Done, Leave> {
    leading(call, "no_float", |text, call| {
        let digits = |from: usize| integer::digits_prefix(&text[from.min(text.len())..], 10);
        let mut end = usize::from(matches!(text.first(), Some(b'+' | b'-')));
        let whole = digits(end);
        end += whole;
        if whole == 0 || !matches!(text.get(end), Some(b'.' | b',')) {
            return None;
        }
        let fraction = digits(end + 1);
        if fraction == 0 {
            return None;
        }
        end += 1 + fraction;
        if matches!(text.get(end), Some(b'e' | b'E')) {
            let signed = usize::from(matches!(text.get(end + 1), Some(b'+' | b'-')));
            let exponent = digits(end + 1 + signed);
            if exponent > 0 {
                end += 1 + signed + exponent;
            }
        }
        let mut number = text[..end].to_vec();
        number.iter_mut().filter(|byte| **byte == b',').for_each(|byte| *byte = b'.');
        let value = real::read(&number, &mut poll(call.work.env)).ok()?;
        Some((end, Number::Float(value)))
    })
}

enum Number {
    Integer(integer::Integer),
    Float(f64),
}

/// Reads a number at the start of a text: how long it is, and what.
type Reader = fn(&[u8], &Call) -> Option<(usize, Number)>;

fn leading(call: &mut Call, none: &str, read: Reader) -> Result<Done, Leave> {
    let text = if call.arg(0).is_list() { Some(prefix(call)) } else { None };
    let reason = if text.is_some() { none } else { "not_a_list" };
    let found = text.and_then(|text| read(&text, call));
    let Some((end, number)) = found else {
        let reason = call.intern(reason);
        return Ok(call.reserve(3).tuple(&[Term::atom(Atom::ERROR), Term::atom(reason)]).done());
    };
    let words = match &number {
        Number::Integer(value) => 1 + value.view().limbs().len(),
        Number::Float(_) => 2,
    };
    let mut room = call.reserve(3 + words);
    let value = match &number {
        Number::Integer(value) => room.integer(value.view().is_negative(), value.view().limbs()),
        Number::Float(value) => room.float(*value),
    };
    let mut list = room.arg(0).list();
    list.by_ref().take(end).for_each(drop);
    Ok(room.tuple(&[value, list.rest]).done())
}

/// The characters of a number that a list can begin with.
fn prefix(call: &Call) -> Vec<u8> {
    let mut poll = crate::env::Poll::new(call.work.env);
    call.arg(0)
        .list()
        .map_while(|byte| {
            poll.step();
            byte.as_size().and_then(|byte| u8::try_from(byte).ok())
        })
        .take_while(|byte| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b',' | b'e' | b'E'))
        .take(TEXT_BYTES_MAX)
        .collect()
}

fn write_float(call: &mut Call, into: Into) -> Result<Done, Leave> {
    let value = call.arg(0).as_float().ok_or(BADARG)?;
    let text = if call.work.context.live == 2 {
        let (mut notation, mut digits, mut zeros) =
            (Notation::Scientific, real::DIGITS_DEFAULT, Zeros::Keep);
        let mut options = call.arg(1).list();
        for option in options.by_ref() {
            match (option.view(), option.as_tuple()) {
                (View::Atom(atom), _) => match call.work.env.atoms.text(atom) {
                    "compact" => zeros = Zeros::Drop,
                    "short" => notation = Notation::Short,
                    _ => return Err(BADARG),
                },
                (_, Some([key, count])) => {
                    digits = count.as_small().ok_or(BADARG)?;
                    notation = match call.work.env.atoms.text(key.as_atom().ok_or(BADARG)?) {
                        "decimals" if (0..=253).contains(&digits) => Notation::Fixed,
                        "scientific" if (0..=249).contains(&digits) => Notation::Scientific,
                        _ => return Err(BADARG),
                    };
                }
                _ => return Err(BADARG),
            }
        }
        if !options.rest.is_nil() {
            return Err(BADARG);
        }
        real::write(value, notation, digits, zeros)
    } else {
        real::write_default(value)
    };
    let text = text.map_err(|_| BADARG)?;
    Ok(ascii(call, text.as_bytes(), into))
}

fn read_float(call: &mut Call) -> Result<Done, Leave> {
    let text = bytes(call, call.arg(0))?;
    let value = real::read(&text, &mut poll(call.work.env)).map_err(|_| BADARG)?;
    Ok(call.reserve(2).float(value).done())
}
