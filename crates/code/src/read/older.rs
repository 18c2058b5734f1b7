//! How OTP 24 and before build binaries: room for a known size first (`bs_init2`, `bs_append`), then
//! one op for each segment. Together they are one `bs_create_bin`, which measures for itself; what
//! computes the size before it (`bs_add`, `bs_utf8_size`) only has to leave its register set.

use crate::inst::{Inst, Need, Segment, SegmentFlags, SegmentKind, SegmentSize, Source};

use super::Error;
use super::live;
use super::operands::Operands;
use super::ops::number as op;

impl Operands<'_, '_> {
    pub fn older(&mut self, number: u8) -> Result<Option<Inst>, Error> {
        let first = match number {
            op::BS_ADD => {
                self.fail()?;
                self.sources(2)?;
                self.u16()?;
                return Ok(Some(Inst::Move { src: Source::Small(0), dst: self.register()? }));
            }
            op::BS_UTF8_SIZE | op::BS_UTF16_SIZE => {
                self.fail()?;
                self.source()?;
                return Ok(Some(Inst::Move { src: Source::Small(0), dst: self.register()? }));
            }
            op::BS_INIT2 | op::BS_INIT_BITS => {
                let fail = self.fail()?;
                self.skip()?;
                let (need, live) = (self.need()?, self.u16()?);
                self.flags()?;
                (fail, need, live, 1, None)
            }
            op::BS_APPEND => {
                let fail = self.fail()?;
                self.skip()?;
                let (need, live, unit) = (self.need()?, self.u16()?, self.u16()?);
                let value = self.source()?;
                self.flags()?;
                (fail, need, live, unit, Some(self.whole(SegmentKind::Append, unit, value)))
            }
            op::BS_PRIVATE_APPEND => {
                let fail = self.fail()?;
                self.skip()?;
                let (unit, value) = (self.u16()?, self.source()?);
                self.flags()?;
                let first = self.whole(SegmentKind::PrivateAppend, unit, value);
                (fail, Need::default(), live::UNKNOWN, unit, Some(first))
            }
            _ => return Ok(None),
        };
        let (fail, need, live, unit, first) = first;
        let dst = self.register()?;
        let mut segments: Vec<Segment> = first.into_iter().collect();
        while let Some(segment) = self.put()? {
            self.charge(1)?;
            segments.push(segment);
        }
        Ok(Some(Inst::BsCreateBin { fail, need, live, unit, dst, segments }))
    }

    fn whole(&self, kind: SegmentKind, unit: u16, value: Source) -> Segment {
        let flags = SegmentFlags::default();
        Segment { kind, unit, flags, value, size: SegmentSize::All, number: 0 }
    }

    /// The segment of a `bs_put_…`, if that is the next op.
    fn put(&mut self) -> Result<Option<Segment>, Error> {
        while self.next_op() == Some(op::LINE) {
            self.op()?;
            self.line()?;
        }
        let kind = match self.next_op() {
            Some(op::BS_PUT_INTEGER) => SegmentKind::Integer,
            Some(op::BS_PUT_BINARY) => SegmentKind::Binary,
            Some(op::BS_PUT_FLOAT) => SegmentKind::Float,
            Some(op::BS_PUT_UTF8) => SegmentKind::Utf8,
            Some(op::BS_PUT_UTF16) => SegmentKind::Utf16,
            Some(op::BS_PUT_UTF32) => SegmentKind::Utf32,
            Some(op::BS_PUT_STRING) => SegmentKind::Bytes(Box::default()),
            _ => return Ok(None),
        };
        self.op()?;
        let mut segment = self.whole(kind, 8, Source::Nil);
        segment.size = SegmentSize::None;
        match segment.kind {
            SegmentKind::Bytes(_) => {
                let (count, at) = (self.u32()?, self.u32()?);
                segment.kind = SegmentKind::Bytes(self.string(at, count as usize)?);
            }
            SegmentKind::Utf8 | SegmentKind::Utf16 | SegmentKind::Utf32 => {
                self.fail()?;
                segment.flags = self.flags()?;
                segment.unit = 0;
                segment.value = self.source()?;
            }
            _ => {
                self.fail()?;
                segment.size = self.segment_size()?;
                segment.unit = self.u16()?;
                segment.flags = self.flags()?;
                segment.value = self.source()?;
            }
        }
        Ok(Some(segment))
    }
}
