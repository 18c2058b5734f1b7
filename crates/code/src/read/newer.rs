//! What OTP 26 to 28 emit beside the ops of OTP 25: `update_record`, and `bs_match` with its
//! commands, which become one instruction each.

use crate::inst::{Extract, Inst, Label, Register, SegmentFlags, SegmentSize, Source};

use super::Error;
use super::operands::Operands;
use super::ops::number as op;

/// Stands for a label that is never gone to, until [`super::normal`] makes one: where OTP knows that
/// a command cannot fail.
pub const NOWHERE: Label = Label::MAX;

/// Operands of one command at most.
const COMMAND_MAX: usize = 6;

impl Operands<'_, '_> {
    /// Reads the op if it is one of these.
    pub fn newer(&mut self, number: u8, out: &mut Vec<Inst>) -> Result<bool, Error> {
        match number {
            op::UPDATE_RECORD => {
                self.skip()?;
                let (size, src, dst) = (self.u32()?, self.source()?, self.register()?);
                let mut updates = Vec::new();
                for _ in 0..self.pairs()? {
                    let at = self.offset();
                    let index = self
                        .u32()?
                        .checked_sub(1)
                        .ok_or_else(|| self.error_at(at, "elements are numbered from 1"))?;
                    updates.push((index, self.source()?));
                }
                out.push(Inst::UpdateRecord { size, src, dst, updates });
            }
            op::BS_MATCH => {
                let fail = self.fail()?.unwrap_or(NOWHERE);
                let context = self.register()?;
                let mut left = self.list()?;
                while left > 0 {
                    let (inst, operands) = self.command(fail, context)?;
                    left = left
                        .checked_sub(operands)
                        .ok_or_else(|| self.error("a command is longer than its list"))?;
                    out.push(inst);
                }
            }
            // Where a debugger or coverage may stop; nothing happens here.
            op::EXECUTABLE_LINE => (0..2).try_for_each(|_| self.skip())?,
            op::DEBUG_LINE => (0..4).try_for_each(|_| self.skip())?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// A command, and how many operands it was. Only `ensure_…` and `=:=` fail: what comes behind an
    /// `ensure_…` finds its bits.
    fn command(&mut self, fail: Label, context: Register) -> Result<(Inst, usize), Error> {
        let name = self.atom()?;
        Ok(match self.atom_text(name) {
            "ensure_at_least" => {
                let (bits, unit) = (self.u32()?, self.u16()?);
                (Inst::BsEnsure { fail, context, bits, unit }, 3)
            }
            "ensure_exactly" => (Inst::BsTestTail { fail, context, bits: self.u32()? }, 2),
            "skip" => {
                let size = SegmentSize::Of(Source::Small(self.u32()?.into()));
                let flags = SegmentFlags::default();
                (Inst::BsSkip { fail: NOWHERE, context, size, unit: 1, flags }, 2)
            }
            "get_tail" => {
                let (live, _unit) = (self.u16()?, self.u16()?);
                (Inst::BsGetTail { context, dst: self.register()?, live }, 4)
            }
            "=:=" => {
                self.skip()?;
                let at = self.offset();
                let (bits, value) = (self.u32()?, self.u64()?);
                if bits == 0 || bits > 64 {
                    return Err(self.error_at(at, "an integer of 1 to 64 bits is compared"));
                }
                // The bits stand at the front of the bytes.
                let bytes = (value << (64 - bits)).to_be_bytes();
                let bytes = bytes[..bits.div_ceil(8) as usize].into();
                (Inst::BsMatchString { fail, context, bits, bytes }, 4)
            }
            name @ ("integer" | "binary") => {
                let kind = if name == "integer" { Extract::Integer } else { Extract::Binary };
                let (live, flags) = (self.u16()?, self.named_flags()?);
                let size = SegmentSize::Of(Source::Small(self.u32()?.into()));
                let (unit, dst) = (self.u16()?, self.register()?);
                let fail = NOWHERE;
                let inst = Inst::BsGet { kind, fail, context, live, size, unit, flags, dst };
                (inst, COMMAND_MAX)
            }
            _ => return Err(self.error("a command of bs_match that is not known")),
        })
    }
}
