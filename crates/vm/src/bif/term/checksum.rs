//! `erlang:crc32` and `erlang:adler32`: of iodata, going on from a sum, and of two parts by the sums
//! of each.

use crate::call::{BADARG, Call, Leave};
use crate::work::Done;

/// One of the two.
pub struct Checksum {
    /// Of no bytes.
    empty: u32,
    /// With more bytes.
    more: fn(u32, &[u8]) -> u32,
    /// Of both parts, of which the second has so many bytes.
    both: fn(u32, u32, u64) -> u32,
}

pub const fn crc32() -> Checksum {
    Checksum {
        empty: 0,
        more: |sum, bytes| {
            let mut hasher = crc32fast::Hasher::new_with_initial(sum);
            hasher.update(bytes);
            hasher.finalize()
        },
        both: |first, second, length| {
            if length == 0 {
                return first ^ second;
            }
            let mut hasher = crc32fast::Hasher::new_with_initial_len(first, 0);
            hasher.combine(&crc32fast::Hasher::new_with_initial_len(second, length));
            hasher.finalize()
        },
    }
}

pub const fn adler32() -> Checksum {
    Checksum { empty: 1, more: adler_more, both: adler_both }
}

/// The largest prime below 2^16.
const ADLER_BASE: u32 = 65_521;
/// Bytes after which the sums, of 32 bits, must be reduced.
const ADLER_BYTES_MAX: usize = 5552;

fn adler_more(sum: u32, bytes: &[u8]) -> u32 {
    let (mut low, mut high) = (sum & 0xffff, sum >> 16);
    for chunk in bytes.chunks(ADLER_BYTES_MAX) {
        for byte in chunk {
            low += u32::from(*byte);
            high += low;
        }
        low %= ADLER_BASE;
        high %= ADLER_BASE;
    }
    high << 16 | low
}

fn adler_both(first: u32, second: u32, length: u64) -> u32 {
    if length == 0 {
        return first;
    }
    let base = u64::from(ADLER_BASE);
    let (low_a, high_a) = (u64::from(first & 0xffff), u64::from(first >> 16));
    let (low_b, high_b) = (u64::from(second & 0xffff), u64::from(second >> 16));
    let length = length % base;
    // The second part's sums began with 1 instead of the first part's low sum.
    let low = (low_a + low_b + base - 1) % base;
    let high = (length * low_a + high_a + high_b + base - length) % base;
    (high << 16 | low) as u32
}

/// Of the iodata that is the last argument, going on from the sum that is argument `before`.
pub fn of(call: &mut Call, checksum: Checksum, before: Option<usize>) -> Result<Done, Leave> {
    let mut sum = match before {
        Some(index) => sum_of(call, index)?,
        None => checksum.empty,
    };
    let data = before.map_or(0, |index| index + 1);
    let mut bytes = 0;
    let is_iodata = super::each_piece(call, data, |piece| {
        sum = (checksum.more)(sum, piece);
        bytes += piece.len();
    });
    if !is_iodata {
        return Err(BADARG);
    }
    call.work.charge(bytes / super::BYTES_OF_REDUCTION);
    Ok(super::integer(call, u64::from(sum)))
}

pub fn combine(call: &mut Call, checksum: Checksum) -> Result<Done, Leave> {
    let (first, second) = (sum_of(call, 0)?, sum_of(call, 1)?);
    let length = call.arg(2).as_size().ok_or(BADARG)?;
    Ok(super::integer(call, u64::from((checksum.both)(first, second, length as u64))))
}

fn sum_of(call: &Call, index: usize) -> Result<u32, Leave> {
    let sum = call.arg(index).as_size();
    sum.and_then(|sum| u32::try_from(sum).ok()).ok_or(BADARG)
}
