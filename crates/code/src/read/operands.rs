//! Operands of an op, one after the other, each read as what the op needs it to be. Indices into
//! tables are checked, integers that are not small become literals, type hints are skipped.

use std::collections::HashMap;

use crate::abi::{FLOAT_REGISTERS, SMALL_MAX, SMALL_MIN, X_MAX};
use crate::inst::{
    AtomIndex, F, ImportIndex, Label, LambdaIndex, LiteralIndex, Need, Register, SegmentFlags,
    SegmentSize, Source, X, Y,
};
use crate::literal;
use crate::verify::never_returns;

use super::cursor::{Cursor, Number, Tag};
use super::tables::Tables;
use super::{Error, LITERAL_BYTES_MAX, LITERALS_MAX, OPERANDS_MAX, STRING_BYTES_MAX};

/// The numbers of extended operands.
const LIST: i64 = 1;
const FLOAT_REGISTER: i64 = 2;
const ALLOCATION: i64 = 3;
const LITERAL: i64 = 4;
const TYPED_REGISTER: i64 = 5;

/// X registers as operands: 0 to 1,022.
const REGISTERS: i64 = X_MAX as i64 - 1;

pub struct Operands<'t, 'a> {
    cursor: Cursor<'a>,
    tables: &'t Tables<'t>,
    integers: Vec<Box<[u8]>>,
    integer_bytes: usize,
    by_integer: HashMap<Box<[u8]>, LiteralIndex>,
    /// What is left of `OPERANDS_MAX` and `STRING_BYTES_MAX`.
    operands: usize,
    string_bytes: usize,
}

impl<'t, 'a> Operands<'t, 'a> {
    pub fn new(cursor: Cursor<'a>, tables: &'t Tables<'t>) -> Self {
        Operands {
            cursor,
            tables,
            integers: Vec::new(),
            integer_bytes: 0,
            by_integer: HashMap::new(),
            operands: OPERANDS_MAX,
            string_bytes: STRING_BYTES_MAX,
        }
    }

    pub fn into_integers(self) -> Vec<Box<[u8]>> {
        self.integers
    }

    pub fn offset(&self) -> usize {
        self.cursor.offset()
    }

    pub fn error(&self, reason: &'static str) -> Error {
        self.cursor.error(reason)
    }

    pub fn error_at(&self, offset: usize, reason: &'static str) -> Error {
        self.cursor.error_at(offset, reason)
    }

    /// Counts what takes memory in the module against the limit.
    pub fn charge(&mut self, count: usize) -> Result<(), Error> {
        self.operands = self
            .operands
            .checked_sub(count)
            .ok_or(Error::TooMany { what: "instructions and operands", limit: OPERANDS_MAX })?;
        Ok(())
    }

    /// The number of the next op.
    pub fn op(&mut self) -> Result<u8, Error> {
        self.charge(1)?;
        self.cursor.u8()
    }

    /// The number of the next op, which is left to be read.
    pub fn next_op(&self) -> Option<u8> {
        self.cursor.clone().u8().ok()
    }

    /// A bare number, or an integer where the compiler writes one.
    fn number(&mut self, limit: i64, reason: &'static str) -> Result<i64, Error> {
        let at = self.offset();
        match self.cursor.tagged()? {
            (Tag::U | Tag::I, Number::Small(value)) if (0..=limit).contains(&value) => Ok(value),
            _ => Err(self.error_at(at, reason)),
        }
    }

    pub fn u16(&mut self) -> Result<u16, Error> {
        Ok(self.number(i64::from(u16::MAX), "not a number below 65536")? as u16)
    }

    pub fn u32(&mut self) -> Result<u32, Error> {
        Ok(self.number(i64::from(u32::MAX), "not a number below 4294967296")? as u32)
    }

    /// A number; `None` if it is larger.
    pub fn u32_or_more(&mut self) -> Result<Option<u32>, Error> {
        let at = self.offset();
        match self.cursor.tagged()? {
            (Tag::U, Number::Small(value)) => Ok(u32::try_from(value).ok()),
            (Tag::U, Number::Large(_)) => Ok(None),
            _ => Err(self.error_at(at, "not a number")),
        }
    }

    pub fn u64(&mut self) -> Result<u64, Error> {
        let at = self.offset();
        match self.cursor.tagged()? {
            (Tag::U | Tag::I, Number::Small(value)) => Ok(value as u64),
            (Tag::U | Tag::I, Number::Large([0, bytes @ ..])) if bytes.len() == 8 => {
                Ok(bytes.iter().fold(0, |value, byte| value << 8 | u64::from(*byte)))
            }
            _ => Err(self.error_at(at, "not a number of 64 bits")),
        }
    }

    pub fn arity(&mut self) -> Result<u8, Error> {
        Ok(self.number(255, "not an arity, which is at most 255")? as u8)
    }

    fn index(&mut self, len: usize, reason: &'static str) -> Result<u32, Error> {
        Ok(self.number(len as i64 - 1, reason)? as u32)
    }

    pub fn import(&mut self) -> Result<ImportIndex, Error> {
        self.index(self.tables.imports.len(), "there is no such import")
    }

    /// What such a call gives back of the frame does not matter, and is not always right: OTP's
    /// loader makes an ordinary call of it too.
    pub fn never_returns(&self, import: ImportIndex) -> bool {
        let import = &self.tables.imports[import as usize];
        let text = |atom| self.atom_text(atom);
        never_returns(text(import.module), text(import.function), import.arity)
    }

    pub fn lambda(&mut self) -> Result<LambdaIndex, Error> {
        self.index(self.tables.lambdas.len(), "there is no such fun")
    }

    pub fn lambda_free(&self, lambda: LambdaIndex) -> u8 {
        self.tables.lambdas[lambda as usize].free
    }

    pub fn line(&mut self) -> Result<u32, Error> {
        match self.tables.lines.len() {
            // Without a table of lines the number means nothing.
            0 | 1 => self.u32().map(|_| 0),
            count => self.index(count, "there is no such line"),
        }
    }

    /// A label, or `None` for 0.
    pub fn fail(&mut self) -> Result<Option<Label>, Error> {
        let at = self.offset();
        match self.cursor.tagged()? {
            (Tag::F, Number::Small(label)) if (0..=i64::from(u32::MAX)).contains(&label) => {
                Ok(Some(label as u32).filter(|label| *label != 0))
            }
            _ => Err(self.error_at(at, "not a label")),
        }
    }

    pub fn label(&mut self) -> Result<Label, Error> {
        let at = self.offset();
        self.fail()?.ok_or_else(|| self.error_at(at, "the label is missing"))
    }

    /// `{f,0}`: the op raises.
    pub fn no_fail(&mut self) -> Result<(), Error> {
        let at = self.offset();
        match self.fail()? {
            None => Ok(()),
            Some(_) => Err(self.error_at(at, "this op has no label to fail to")),
        }
    }

    /// A label, or an atom with which the compiler claims that the op cannot fail.
    pub fn fail_or_claim(&mut self) -> Result<Option<Label>, Error> {
        let before = self.cursor.clone();
        match self.cursor.tagged()? {
            (Tag::Atom, _) => Ok(None),
            _ => {
                self.cursor = before;
                self.fail()
            }
        }
    }

    pub fn atom(&mut self) -> Result<AtomIndex, Error> {
        let at = self.offset();
        match self.cursor.tagged()? {
            (Tag::Atom, Number::Small(index))
                if (1..=self.tables.atoms.len() as i64).contains(&index) =>
            {
                Ok(index as u32 - 1)
            }
            _ => Err(self.error_at(at, "not an atom")),
        }
    }

    pub fn atom_text(&self, atom: AtomIndex) -> &'t str {
        &self.tables.atoms[atom as usize]
    }

    pub fn source(&mut self) -> Result<Source, Error> {
        match self.any()? {
            Operand::Source(source) => Ok(source),
            Operand::Register(register) => Ok(register.into()),
            Operand::Other(at) => Err(self.error_at(at, "not a term")),
        }
    }

    pub fn register(&mut self) -> Result<Register, Error> {
        let at = self.offset();
        match self.any()? {
            Operand::Register(register) => Ok(register),
            _ => Err(self.error_at(at, "not a register")),
        }
    }

    pub fn y(&mut self) -> Result<Y, Error> {
        let at = self.offset();
        match self.register()? {
            Register::Y(y) => Ok(y),
            Register::X(_) => Err(self.error_at(at, "not a slot of the frame")),
        }
    }

    /// Any operand that is not a list, unused.
    pub fn skip(&mut self) -> Result<(), Error> {
        self.any().map(|_| ())
    }

    /// A term or a register. Of what else there is only the place is known.
    fn any(&mut self) -> Result<Operand, Error> {
        let at = self.offset();
        let operand = match self.cursor.tagged()? {
            (Tag::I, Number::Small(value)) if (SMALL_MIN..=SMALL_MAX).contains(&value) => {
                Operand::Source(Source::Small(value))
            }
            (Tag::I, Number::Small(value)) => Operand::Source(self.integer(&value.to_be_bytes())?),
            (Tag::I, Number::Large(bytes)) => Operand::Source(self.integer(bytes)?),
            (Tag::Atom, Number::Small(0)) => Operand::Source(Source::Nil),
            (Tag::Atom, Number::Small(index)) => {
                if index < 0 || index as usize > self.tables.atoms.len() {
                    return Err(self.error_at(at, "there is no such atom"));
                }
                Operand::Source(Source::Atom(index as u32 - 1))
            }
            (Tag::X | Tag::Y, Number::Small(index)) if !(0..REGISTERS).contains(&index) => {
                return Err(self.error_at(at, "registers are numbered from 0 to 1022"));
            }
            (Tag::X, Number::Small(index)) => Operand::Register(Register::X(index as X)),
            (Tag::Y, Number::Small(index)) => Operand::Register(Register::Y(index as Y)),
            (Tag::Z, Number::Small(LITERAL)) => {
                let index = self.index(self.tables.literals.len(), "there is no such literal")?;
                Operand::Source(Source::Literal(index))
            }
            (Tag::Z, Number::Small(TYPED_REGISTER)) => {
                let register = match self.cursor.tagged()? {
                    (Tag::X, Number::Small(index)) if (0..REGISTERS).contains(&index) => {
                        Register::X(index as X)
                    }
                    (Tag::Y, Number::Small(index)) if (0..REGISTERS).contains(&index) => {
                        Register::Y(index as Y)
                    }
                    _ => return Err(self.error_at(at, "a type hint belongs to a register")),
                };
                self.u32()?;
                Operand::Register(register)
            }
            (Tag::U | Tag::F, _) => Operand::Other(at),
            _ => return Err(self.error_at(at, "not an operand")),
        };
        Ok(operand)
    }

    /// The literal of an integer that is not small; the same integer has one literal.
    fn integer(&mut self, bytes: &[u8]) -> Result<Source, Error> {
        let term = literal::integer(bytes);
        if let Some(index) = self.by_integer.get(&term) {
            return Ok(Source::Literal(*index));
        }
        self.integer_bytes += term.len();
        let index = self.tables.literals.len() + self.integers.len();
        if index >= LITERALS_MAX {
            return Err(Error::TooMany { what: "literals", limit: LITERALS_MAX });
        }
        if self.integer_bytes > LITERAL_BYTES_MAX || term.len() > literal::INTEGER_BITS_MAX / 8 {
            return Err(Error::TooMany { what: "bytes of literals", limit: LITERAL_BYTES_MAX });
        }
        self.by_integer.insert(term.clone(), index as u32);
        self.integers.push(term);
        Ok(Source::Literal(index as u32))
    }

    pub fn sources(&mut self, count: usize) -> Result<Vec<Source>, Error> {
        let mut sources = Vec::new();
        for _ in 0..count {
            sources.push(self.source()?);
        }
        Ok(sources)
    }

    /// The length of an operand list, whose elements follow.
    pub fn list(&mut self) -> Result<usize, Error> {
        let at = self.offset();
        match self.cursor.tagged()? {
            (Tag::Z, Number::Small(LIST)) => {}
            _ => return Err(self.error_at(at, "not a list of operands")),
        }
        let count = self.u32()? as usize;
        if count > self.cursor.rest() {
            return Err(self.error_at(at, "the list is longer than the code"));
        }
        self.charge(count)?;
        Ok(count)
    }

    /// Half of the length of a list of pairs.
    pub fn pairs(&mut self) -> Result<usize, Error> {
        let at = self.offset();
        let count = self.list()?;
        match count % 2 {
            0 => Ok(count / 2),
            _ => Err(self.error_at(at, "a list of pairs has an even length")),
        }
    }

    /// Words to set aside: a number, or an allocation list.
    pub fn need(&mut self) -> Result<Need, Error> {
        let at = self.offset();
        let before = self.cursor.clone();
        match self.cursor.tagged()? {
            (Tag::Z, Number::Small(ALLOCATION)) => {}
            _ => {
                self.cursor = before;
                return Ok(Need { words: self.u32()?, ..Need::default() });
            }
        }
        let mut need = Need::default();
        for _ in 0..self.number(3, "an allocation has at most three parts")? {
            let part = match self.number(2, "an allocation is of words, floats or funs")? {
                0 => &mut need.words,
                1 => &mut need.floats,
                _ => &mut need.funs,
            };
            let at = self.cursor.offset();
            let more = match self.cursor.tagged()? {
                (Tag::U, Number::Small(more)) => u32::try_from(more).ok(),
                _ => None,
            };
            *part = more
                .and_then(|more| part.checked_add(more))
                .ok_or_else(|| self.cursor.error_at(at, "the allocation is too large"))?;
        }
        match need.words.checked_add(need.floats).and_then(|sum| sum.checked_add(need.funs)) {
            Some(_) => Ok(need),
            None => Err(self.error_at(at, "the allocation is too large")),
        }
    }

    /// A floating-point register, or else a term.
    pub fn float_or_source(&mut self) -> Result<Result<F, Source>, Error> {
        let before = self.cursor.clone();
        match self.cursor.tagged()? {
            (Tag::Z, Number::Small(FLOAT_REGISTER)) => {
                let limit = FLOAT_REGISTERS as i64 - 1;
                Ok(Ok(self.number(limit, "floating-point registers are numbered to 15")? as F))
            }
            _ => {
                self.cursor = before;
                self.source().map(Err)
            }
        }
    }

    pub fn float(&mut self) -> Result<F, Error> {
        let at = self.offset();
        self.float_or_source()?.map_err(|_| self.error_at(at, "not a floating-point register"))
    }

    /// The size of a segment: a term, or `all` or `undefined`.
    pub fn segment_size(&mut self) -> Result<SegmentSize, Error> {
        Ok(match self.source()? {
            Source::Atom(atom) => match self.atom_text(atom) {
                "all" => SegmentSize::All,
                "undefined" => SegmentSize::None,
                // No size: it fails when it runs.
                _ => SegmentSize::Of(Source::Atom(atom)),
            },
            source => SegmentSize::Of(source),
        })
    }

    /// Flags of a segment as bits.
    pub fn flags(&mut self) -> Result<SegmentFlags, Error> {
        let bits = self.u16()?;
        Ok(SegmentFlags {
            little: bits & 0x02 != 0,
            signed: bits & 0x04 != 0,
            native: bits & 0x10 != 0,
        })
    }

    /// Flags of a segment as a list of atoms, which is a literal.
    pub fn named_flags(&mut self) -> Result<SegmentFlags, Error> {
        let at = self.offset();
        let literal = match self.source()? {
            Source::Nil => return Ok(SegmentFlags::default()),
            Source::Literal(index) => self.tables.literals.get(index as usize),
            _ => None,
        };
        literal
            .and_then(|term| flags_of(term))
            .ok_or_else(|| self.error_at(at, "not a list of flags"))
    }

    /// Bytes of the string table.
    pub fn string(&mut self, at: u32, count: usize) -> Result<Box<[u8]>, Error> {
        self.string_bytes = self.string_bytes.checked_sub(count).ok_or(Error::TooMany {
            what: "bytes of strings in the code",
            limit: STRING_BYTES_MAX,
        })?;
        self.tables
            .strings
            .get(at as usize..)
            .and_then(|rest| rest.get(..count))
            .map(Box::from)
            .ok_or_else(|| self.error("the string table is shorter"))
    }
}

enum Operand {
    Source(Source),
    Register(Register),
    Other(usize),
}

/// Reads `[little]`, `[signed,native]` and the like out of a term that is known to be well-formed.
fn flags_of(term: &[u8]) -> Option<SegmentFlags> {
    let mut flags = SegmentFlags::default();
    let (count, mut rest) = match term {
        [131, 108, a, b, c, d, rest @ ..] => (u32::from_be_bytes([*a, *b, *c, *d]), rest),
        _ => return None,
    };
    for _ in 0..count {
        let (length, text) = match rest {
            [100 | 118, high, low, text @ ..] => {
                (usize::from(*high) << 8 | usize::from(*low), text)
            }
            [115 | 119, length, text @ ..] => (usize::from(*length), text),
            _ => return None,
        };
        match text.get(..length)? {
            b"little" => flags.little = true,
            b"native" => flags.native = true,
            b"signed" => flags.signed = true,
            b"big" | b"unsigned" | b"aligned" => {}
            _ => return None,
        }
        rest = &text[length..];
    }
    (rest == [106]).then_some(flags)
}
