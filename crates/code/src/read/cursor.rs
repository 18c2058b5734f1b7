//! A place in a chunk: big-endian numbers, runs of bytes, and the compact term encoding's tagged
//! numbers. Every read is bounded by the chunk and every error says at which byte.

use super::Error;

/// The tag of a compact operand: its lowest three bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tag {
    /// A bare number.
    U,
    /// An integer term.
    I,
    Atom,
    X,
    Y,
    /// A label; 0 is none.
    F,
    /// A character, which no compiler of today emits.
    H,
    /// Extended: the number says what follows.
    Z,
}

/// A tagged number. Those beyond 64 bits are there as bytes only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Number<'a> {
    Small(i64),
    /// Two's complement, most significant byte first.
    Large(&'a [u8]),
}

#[derive(Clone, Debug)]
pub struct Cursor<'a> {
    chunk: &'static str,
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    pub fn new(chunk: &'static str, bytes: &'a [u8]) -> Cursor<'a> {
        Cursor { chunk, bytes, at: 0 }
    }

    pub fn offset(&self) -> usize {
        self.at
    }

    pub fn rest(&self) -> usize {
        self.bytes.len() - self.at
    }

    pub fn error(&self, reason: &'static str) -> Error {
        self.error_at(self.at, reason)
    }

    pub fn error_at(&self, offset: usize, reason: &'static str) -> Error {
        Error::Malformed { chunk: self.chunk, offset, reason }
    }

    pub fn take(&mut self, count: usize) -> Result<&'a [u8], Error> {
        let taken = self
            .bytes
            .get(self.at..)
            .and_then(|rest| rest.get(..count))
            .ok_or_else(|| self.error("the chunk ends too early"))?;
        self.at += count;
        Ok(taken)
    }

    pub fn u8(&mut self) -> Result<u8, Error> {
        Ok(self.take(1)?[0])
    }

    pub fn u16(&mut self) -> Result<u16, Error> {
        let bytes = self.take(2)?;
        Ok(u16::from_be_bytes([bytes[0], bytes[1]]))
    }

    pub fn u32(&mut self) -> Result<u32, Error> {
        let bytes = self.take(4)?;
        Ok(u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
    }

    /// A count of what takes at least `bytes_each` in this chunk.
    pub fn count(
        &mut self,
        what: &'static str,
        limit: usize,
        bytes_each: usize,
    ) -> Result<usize, Error> {
        let count = self.u32()? as usize;
        if count > limit {
            return Err(Error::TooMany { what, limit });
        }
        if count > self.rest() / bytes_each {
            return Err(self.error("the count is larger than what follows"));
        }
        Ok(count)
    }

    /// A compact operand: tag and number.
    pub fn tagged(&mut self) -> Result<(Tag, Number<'a>), Error> {
        let first = self.u8()?;
        let tag = match first & 0b111 {
            0 => Tag::U,
            1 => Tag::I,
            2 => Tag::Atom,
            3 => Tag::X,
            4 => Tag::Y,
            5 => Tag::F,
            6 => Tag::H,
            _ => Tag::Z,
        };
        if first & 0b1000 == 0 {
            return Ok((tag, Number::Small(i64::from(first >> 4))));
        }
        if first & 0b1_0000 == 0 {
            let low = self.u8()?;
            return Ok((tag, Number::Small(i64::from(first >> 5) << 8 | i64::from(low))));
        }
        let size = match first >> 5 {
            7 => {
                // The size is a bare number of its own, which cannot have such a size again.
                let at = self.at;
                let first = self.u8()?;
                let size = match (first & 0b111, first & 0b1000, first & 0b1_0000) {
                    (0, 0, _) => usize::from(first >> 4),
                    (0, _, 0) => usize::from(first >> 5) << 8 | usize::from(self.u8()?),
                    (0, ..) if first >> 5 < 7 => {
                        let mut size = 0usize;
                        for byte in self.take(usize::from(first >> 5) + 2)? {
                            size = size.saturating_mul(256).saturating_add(usize::from(*byte));
                        }
                        size
                    }
                    _ => return Err(self.error_at(at, "the size of a number is no number")),
                };
                size.saturating_add(9)
            }
            size => usize::from(size) + 2,
        };
        let bytes = self.take(size)?;
        Ok((tag, small(bytes).map_or(Number::Large(bytes), Number::Small)))
    }
}

/// The value of a number in two's complement, if 64 bits hold it.
fn small(bytes: &[u8]) -> Option<i64> {
    let negative = bytes.first().is_some_and(|byte| byte & 0x80 != 0);
    let fill: u8 = if negative { 0xff } else { 0 };
    let padding = bytes.iter().take_while(|byte| **byte == fill).count();
    let digits = &bytes[padding..];
    if digits.len() > 8 || digits.len() == 8 && (digits[0] & 0x80 != 0) != negative {
        return None;
    }
    let start = if negative { -1i64 } else { 0 };
    Some(digits.iter().fold(start, |value, byte| value << 8 | i64::from(*byte)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tagged(bytes: &[u8]) -> Result<(Tag, Number<'_>), Error> {
        Cursor::new("Code", bytes).tagged()
    }

    #[test]
    fn numbers_of_each_size_are_read() {
        assert_eq!(tagged(&[0x30]), Ok((Tag::U, Number::Small(3))));
        assert_eq!(tagged(&[0b0010_1011, 0xff]), Ok((Tag::X, Number::Small(0x1ff))));
        assert_eq!(tagged(&[0b0001_1001, 0xff, 0xfe]), Ok((Tag::I, Number::Small(-2))));
        assert_eq!(tagged(&[0b0011_1001, 0, 0xff, 0xfe]), Ok((Tag::I, Number::Small(0xfffe))));
        let mut nine = vec![0b1111_1001, 0x00, 0x00];
        nine.extend([0xff; 8]);
        assert_eq!(tagged(&nine), Ok((Tag::I, Number::Large(&nine[2..]))));
        nine[2] = 0xff;
        assert_eq!(tagged(&nine), Ok((Tag::I, Number::Small(-1))));
    }

    #[test]
    fn a_number_that_says_too_large_a_size_is_refused() {
        for bytes in [
            &[0b1111_1001][..],
            &[0b1111_1001, 0b1111_1000, 0b1111_1000],
            &[0b1111_1001, 0b1101_1000, 255, 255, 255, 255, 255, 255, 255, 255],
            &[0b0001_1000, 1],
        ] {
            assert!(tagged(bytes).is_err(), "{bytes:?}");
        }
    }
}
