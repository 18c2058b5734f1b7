//! The call of a BIF: what it works with, and the ways in which it can end.

use crate::atoms::Atom;
use crate::code::Mfa;
use crate::env::Limit;
use crate::isolate::Isolate;
use crate::process::{Class, Pending};
use crate::term::Term;
use crate::work::{Done, Room, Work};
use beamlet_code::abi;

/// A native. Reads its arguments from the call, returns a term, or leaves.
pub type Bif = fn(&mut Call) -> Result<Done, Leave>;

pub struct Call<'c> {
    pub work: Work<'c>,
    /// All of the isolate but the running process, which `work` has.
    pub iso: &'c mut Isolate,
}

/// A native that does not return a term.
#[derive(Debug)]
pub enum Leave {
    /// `error:Reason`, with OTP's error info for the formatters of `erl_erts_errors`.
    Error(Atom),
    /// The same, with a cause that the formatter knows (`#{cause => Cause}`).
    Cause(Atom, Atom),
    /// `error:{Tag, Argument}`, of the argument of that index: `{badmap, Map}`, `{badkey, Key}`. For
    /// natives that may not collect, because they are guards.
    Argument(Atom, usize),
    /// What [`Call::raise`] and its kin have prepared.
    Raised,
    /// Control goes elsewhere: [`Call::trap`] and its kin have said where.
    Trap,
}

pub const BADARG: Leave = Leave::Error(Atom::BADARG);
pub const BADARITH: Leave = Leave::Error(Atom::BADARITH);
pub const SYSTEM_LIMIT: Leave = Leave::Error(Atom::SYSTEM_LIMIT);

impl From<crate::atoms::Full> for Leave {
    fn from(_: crate::atoms::Full) -> Leave {
        SYSTEM_LIMIT
    }
}

impl<'c> Call<'c> {
    pub fn arg(&self, index: usize) -> Term<'_> {
        self.work.arg(index)
    }

    pub fn reserve(&mut self, words: usize) -> Room<'_> {
        self.work.reserve(words)
    }

    /// The atom of that text; too many atoms end the isolate (OTP ends the node).
    pub fn intern(&self, text: &str) -> Atom {
        match self.work.env.atoms.intern(text) {
            Ok(atom) => atom,
            Err(_) => self.work.env.abandon(Limit::Atoms),
        }
    }

    /// Raises a reason that is a term of the process: `let r = call.raise(Class::Exit, t.keep())`.
    pub fn raise(&mut self, class: Class, reason: crate::work::RootSource) -> Leave {
        self.work.proc.pending = Some(Pending {
            class,
            reason: reason.word(),
            trace: abi::NO_VALUE,
            info: abi::NO_VALUE,
            args: abi::NO_VALUE,
        });
        Leave::Raised
    }

    /// Raises `error:{Tag, Value}`.
    pub fn raise_tagged(&mut self, tag: Atom, value: crate::work::RootSource) -> Leave {
        let root = self.work.root(value);
        let mut room = self.work.reserve(3);
        let value = room.rooted(root);
        let reason = room.tuple(&[Term::atom(tag), value]).keep();
        self.raise(Class::Error, reason)
    }

    /// Goes on with a call of an Erlang function in place of this one. The arguments are the first
    /// X registers, which the caller has set with [`Call::set_x`].
    pub fn trap(&mut self, module: Atom, function: Atom, arity: u8) -> Leave {
        let number = self.iso.code.export(Mfa { module, function, arity });
        self.trap_export(number)
    }

    pub fn trap_export(&mut self, number: u32) -> Leave {
        self.iso.refresh_tables(self.work.context);
        let arity = self.iso.code.export_mfa(number).arity;
        self.work.context.called = u64::from(number) * 8;
        self.work.context.live = u64::from(arity);
        self.work.context.next = self.iso.code.export_address(number);
        Leave::Trap
    }

    /// Sets an X register for a trap: a term of the process.
    pub fn set_x(&mut self, index: usize, term: crate::work::RootSource) {
        self.work.context.x[index] = term.word();
        self.work.context.live = self.work.context.live.max(index as u64 + 1);
    }
}
