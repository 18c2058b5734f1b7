//! The natives: what OTP itself has in C, by families. Their table gives each a number; the first
//! ones are the guard BIFs of `beamlet_code::bif`, whose numbers compiled code knows.

use std::collections::HashMap;

use beamlet_code::bif::GUARD_BIFS;

use crate::call::{Bif, Call, Leave};
use crate::code::{Mfa, Natives};
use crate::isolate::Isolate;
use crate::term::{Pid, Term};
use crate::work::Done;

mod arithmetic;
mod atomics;
mod binary;
mod buffer;
mod bytes;
mod dictionary;
mod error;
mod ets;
mod file;
mod fun;
mod info;
mod kind;
mod list;
mod load;
mod map;
mod math;
mod memory;
mod monitor;
mod os;
mod persistent;
mod port;
mod process;
mod send;
mod system;
mod term;
mod text;
mod time;
mod tuple;
mod unicode;

pub use arithmetic::{int, integer, number_to_float};
pub use file::io_error;
pub use load::PRELOADED;
pub(crate) use send::send;
pub(crate) use system::report_crash;

/// A native, by name.
#[derive(Clone, Copy)]
pub struct Row {
    pub module: &'static str,
    pub name: &'static str,
    pub arity: u8,
    pub run: Bif,
    frame: Frame,
}

/// What a native that raises shows of itself in the trace.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Frame {
    /// A frame with its arguments.
    Own,
    /// Nothing, as `erlang:error/1`: the caller has raised.
    None,
}

pub const fn row(module: &'static str, name: &'static str, arity: u8, run: Bif) -> Row {
    Row { module, name, arity, run, frame: Frame::Own }
}

/// A native that shows no frame of its own when it raises.
pub const fn frameless(module: &'static str, name: &'static str, arity: u8, run: Bif) -> Row {
    Row { module, name, arity, run, frame: Frame::None }
}

impl Row {
    pub fn silent(&self) -> bool {
        self.frame == Frame::None
    }
}

/// All families.
const FAMILIES: &[&[Row]] = &[
    arithmetic::ROWS,
    atomics::ROWS,
    binary::ROWS,
    buffer::ROWS,
    bytes::ROWS,
    dictionary::ROWS,
    error::ROWS,
    ets::ROWS,
    file::ROWS,
    fun::ROWS,
    info::ROWS,
    kind::ROWS,
    map::ROWS,
    list::ROWS,
    load::ROWS,
    math::ROWS,
    memory::ROWS,
    monitor::ROWS,
    os::ROWS,
    persistent::ROWS,
    port::ROWS,
    process::ROWS,
    send::ROWS,
    system::ROWS,
    term::ROWS,
    text::ROWS,
    time::ROWS,
    tuple::ROWS,
    unicode::ROWS,
    LEADING,
];

/// Where exports and funs lead whose code is not there.
const LEADING: &[Row] = &[
    row("erts_internal", "$undefined_function", 0, undefined_function),
    row("erts_internal", "$undefined_lambda", 0, undefined_lambda),
];

pub struct Bifs {
    rows: Vec<Row>,
    numbers: HashMap<(&'static str, &'static str, u8), u32>,
    undefined: u32,
    undefined_lambda: u32,
    send: u32,
}

impl Bifs {
    pub fn new() -> Bifs {
        let all: Vec<Row> = FAMILIES.iter().flat_map(|family| family.iter().copied()).collect();
        let is_guard = |row: &Row| beamlet_code::bif::number(row.module, row.name, row.arity);
        let mut rows = Vec::with_capacity(all.len());
        for (module, name, arity) in GUARD_BIFS {
            let found = all
                .iter()
                .find(|row| (row.module, row.name, row.arity) == (*module, *name, *arity));
            rows.push(*found.unwrap_or_else(|| panic!("{module}:{name}/{arity} has no native")));
        }
        rows.extend(all.into_iter().filter(|row| is_guard(row).is_none()));
        let mut numbers = HashMap::new();
        for (number, row) in rows.iter().enumerate() {
            let before = numbers.insert((row.module, row.name, row.arity), number as u32);
            assert!(before.is_none(), "{}:{}/{} is there twice", row.module, row.name, row.arity);
        }
        let number = |name, arity| {
            numbers[&(if arity == 0 { "erts_internal" } else { "erlang" }, name, arity)]
        };
        Bifs {
            undefined: number("$undefined_function", 0),
            undefined_lambda: number("$undefined_lambda", 0),
            send: number("send", 2),
            rows,
            numbers,
        }
    }

    pub fn count(&self) -> u32 {
        self.rows.len() as u32
    }

    pub fn rows(&self) -> impl Iterator<Item = (u32, &Row)> {
        self.rows.iter().enumerate().map(|(number, row)| (number as u32, row))
    }

    pub fn row(&self, number: u32) -> Row {
        self.rows[number as usize]
    }

    pub fn undefined(&self) -> u32 {
        self.undefined
    }

    pub fn undefined_lambda(&self) -> u32 {
        self.undefined_lambda
    }

    pub(crate) fn send(&self) -> u32 {
        self.send
    }
}

impl Default for Bifs {
    fn default() -> Bifs {
        Bifs::new()
    }
}

impl Natives for Bifs {
    fn number(&self, module: &str, function: &str, arity: u8) -> Option<u32> {
        // The keys have static texts: looked up by comparing, not by lifetime.
        let key = (module, function, arity);
        self.numbers.get(&key as &(&str, &str, u8)).copied()
    }
}

/// Guard BIFs that OTP 25's machine code runs without a frame of their own: `+`, `-` and `/`.
pub fn is_frameless(number: u32) -> bool {
    matches!(GUARD_BIFS[number as usize], ("erlang", "+" | "/", _) | ("erlang", "-", 2))
}

impl Isolate {
    pub(crate) fn bif_mfa(&self, number: u32) -> Mfa {
        let row = self.bifs.row(number);
        let atom = |text| self.env.atoms.existing(text).expect("natives' atoms came first");
        Mfa { module: atom(row.module), function: atom(row.name), arity: row.arity }
    }

    pub fn mfa_text(&self, mfa: Mfa) -> String {
        let text = |atom| self.env.atoms.text(atom);
        format!("{}:{}/{}", text(mfa.module), text(mfa.function), mfa.arity)
    }
}

/// `error_handler:undefined_function(Module, Function, Args)` in place of a call that leads nowhere.
fn undefined_function(call: &mut Call) -> Result<Done, Leave> {
    let number = (call.work.context.called / 8) as u32;
    let mfa = call.iso.code.export_mfa(number);
    let handler = Mfa {
        module: call.work.proc.error_handler,
        function: crate::atoms::Atom::UNDEFINED_FUNCTION,
        arity: 3,
    };
    if call.iso.code.defined(handler).is_none() {
        return Err(error::undefined(call, mfa));
    }
    let arity = usize::from(mfa.arity);
    let mut room = call.work.reserve(2 * arity);
    let mut args = Term::NIL;
    for index in (0..arity).rev() {
        let head = room.arg(index);
        args = room.cons(head, args);
    }
    let args = args.keep();
    call.set_x(2, args);
    call.set_x(0, Term::atom(mfa.module).keep());
    call.set_x(1, Term::atom(mfa.function).keep());
    Err(call.trap(handler.module, handler.function, 3))
}

/// The same for a fun whose module is not there.
fn undefined_lambda(call: &mut Call) -> Result<Done, Leave> {
    let number = call.work.context.called as u32;
    let lambda = call.iso.code.lambda(number).clone();
    let mfa = Mfa { module: lambda.module, function: lambda.function, arity: lambda.arity };
    Err(error::undefined(call, mfa))
}

/// Natives that own something for a process hear of its end.
pub(crate) fn process_ended(isolate: &mut Isolate, pid: Pid) {
    crate::ets::process_ended(isolate, pid);
}
