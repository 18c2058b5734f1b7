//! Bits in memory: reading and writing at any bit offset. Knows no term.

/// The `size` bits (64 at most) from bit `offset` on, the first one the most significant.
pub fn read(bytes: &[u8], offset: usize, size: usize) -> u64 {
    debug_assert!(size <= 64, "a word has 64 bits");
    if size == 0 {
        return 0;
    }
    let (first, shift) = (offset / 8, offset % 8);
    let last = (offset + size - 1) / 8;
    let mut value = u128::from(0u8);
    for byte in &bytes[first..=last] {
        value = value << 8 | u128::from(*byte);
    }
    let behind = (last - first + 1) * 8 - shift - size;
    let value = (value >> behind) as u64;
    if size == 64 { value } else { value & ((1 << size) - 1) }
}

/// Writes bits one after the other into bytes that are zero beforehand or whose bits beyond the
/// position do not matter.
pub struct Writer<'b> {
    bytes: &'b mut [u8],
    position: usize,
}

impl<'b> Writer<'b> {
    pub fn new(bytes: &'b mut [u8], position: usize) -> Writer<'b> {
        Writer { bytes, position }
    }

    pub fn position(&self) -> usize {
        self.position
    }

    /// The lowest `size` bits of `value`, 8 at most.
    fn put_small(&mut self, value: u8, size: usize) {
        debug_assert!((1..=8).contains(&size), "one byte at most");
        let value = value & (0xff >> (8 - size));
        let (index, used) = (self.position / 8, self.position % 8);
        let free = 8 - used;
        let kept = if used == 0 { 0 } else { self.bytes[index] & !(0xff >> used) };
        if size <= free {
            self.bytes[index] = kept | value << (free - size);
        } else {
            self.bytes[index] = kept | value >> (size - free);
            self.bytes[index + 1] = value << (8 - (size - free));
        }
        self.position += size;
    }

    /// The lowest `size` bits of `value`, 64 at most, the most significant first.
    pub fn put(&mut self, value: u64, size: usize) {
        let mut left = size;
        let head = left % 8;
        if head != 0 {
            self.put_small((value >> (left - head)) as u8, head);
            left -= head;
        }
        while left > 0 {
            left -= 8;
            self.put_small((value >> left) as u8, 8);
        }
    }

    pub fn put_bytes(&mut self, bytes: &[u8]) {
        if self.position.is_multiple_of(8) {
            let start = self.position / 8;
            self.bytes[start..start + bytes.len()].copy_from_slice(bytes);
            self.position += bytes.len() * 8;
        } else {
            for byte in bytes {
                self.put_small(*byte, 8);
            }
        }
    }

    /// `size` bits of `source` from bit `offset` on.
    pub fn put_bits(&mut self, source: &[u8], offset: usize, size: usize) {
        let (mut offset, mut left) = (offset, size);
        if offset.is_multiple_of(8) {
            let whole = left / 8;
            self.put_bytes(&source[offset / 8..offset / 8 + whole]);
            (offset, left) = (offset + whole * 8, left % 8);
        }
        while left > 0 {
            let step = left.min(56);
            self.put(read(source, offset, step), step);
            (offset, left) = (offset + step, left - step);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_are_read_at_any_offset() {
        let bytes = [0b1010_0101, 0b1100_0011, 0xff, 0, 1, 2, 3, 4, 5];
        assert_eq!(read(&bytes, 0, 8), 0b1010_0101);
        assert_eq!(read(&bytes, 3, 7), 0b001_0111);
        assert_eq!(read(&bytes, 4, 64) & 0xf, 0);
        assert_eq!(read(&bytes, 1, 0), 0);
    }

    #[test]
    fn what_is_written_is_read() {
        for offset in 0..9 {
            for size in 0..=64 {
                let mut bytes = [0xff_u8; 10];
                let value = 0x1234_5678_9abc_def1_u64;
                Writer::new(&mut bytes, offset).put(value, size);
                let mask = if size == 64 { u64::MAX } else { (1 << size) - 1 };
                assert_eq!(read(&bytes, offset, size), value & mask, "{offset} {size}");
                assert_eq!(read(&bytes, 0, offset), (1 << offset) - 1, "what was there stays");
            }
        }
    }
}
