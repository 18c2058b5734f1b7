//! Integers as bytes: magnitudes of the external term format, segments of the bit syntax.

use super::bits::{Complement, negate};
use super::{Error, Integer, LIMBS_MAX, Sign, View, bit_length};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ByteOrder {
    Big,
    Little,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signedness {
    Unsigned,
    Signed,
}

/// Bytes of the magnitude, 0 for zero.
pub fn byte_length(a: View) -> usize {
    bit_length(a).div_ceil(8)
}

/// Writes the magnitude into all of `out`: what is longer is cut, what is shorter padded by zeros.
pub fn to_magnitude(out: &mut [u8], order: ByteOrder, a: View) {
    write(out, order, a.limbs().iter().copied());
}

/// Reads a magnitude from all of `bytes`.
pub fn from_magnitude(sign: Sign, order: ByteOrder, bytes: &[u8]) -> Result<Integer, Error> {
    Integer::new(sign, read(order, bytes)?)
}

/// Writes a segment of the bit syntax: the low `bits` bits of the two's complement of `a`, into
/// `out` of `bits / 8` bytes, rounded up. Bits stand as in a bitstring: those of a last byte that
/// is not whole at its top, zeros below.
pub fn to_segment(out: &mut [u8], order: ByteOrder, bits: usize, a: View) {
    assert_eq!(out.len(), bits.div_ceil(8), "a segment fills its bytes");
    let mut limbs = Complement::of(a);
    write(out, order, std::iter::from_fn(|| Some(limbs.next_limb())));
    let spare = spare_bits(bits);
    if spare == 0 {
        return;
    }
    match order {
        // The last byte's low bits are the highest of the integer.
        ByteOrder::Little => {
            if let Some(last) = out.last_mut() {
                *last <<= spare;
            }
        }
        ByteOrder::Big => {
            let mut carry = 0;
            for byte in out.iter_mut().rev() {
                let was = *byte;
                *byte = was << spare | carry;
                carry = was >> (8 - spare);
            }
        }
    }
}

/// Reads a segment of `bits` bits that begins with `bytes`; bits below them are ignored.
pub fn from_segment(
    bytes: &[u8],
    bits: usize,
    order: ByteOrder,
    signedness: Signedness,
) -> Result<Integer, Error> {
    let bytes = &bytes[..bits.div_ceil(8)];
    let spare = spare_bits(bits);
    let mut limbs = read(order, bytes)?;
    if spare > 0 {
        match order {
            ByteOrder::Big => super::limbs::shift_right_in_place(&mut limbs, spare),
            ByteOrder::Little => {
                let last = bytes.len() - 1;
                let shift = last % 8 * 8;
                let byte = u64::from(bytes[last]);
                limbs[last / 8] ^= (byte ^ byte >> spare) << shift;
            }
        }
    }
    if signedness == Signedness::Unsigned || bits == 0 {
        return Integer::new(Sign::Positive, limbs);
    }
    let (top, bit) = ((bits - 1) / 64, (bits - 1) % 64);
    if limbs[top] >> bit & 1 == 0 {
        return Integer::new(Sign::Positive, limbs);
    }
    limbs.truncate(top + 1);
    // Extend the sign to the limb's end.
    limbs[top] |= !(u64::MAX >> (63 - bit));
    negate(&mut limbs);
    Integer::new(Sign::Negative, limbs)
}

fn spare_bits(bits: usize) -> u32 {
    (bits.wrapping_neg() % 8) as u32
}

fn write(out: &mut [u8], order: ByteOrder, limbs: impl Iterator<Item = u64>) {
    let zeros = std::iter::repeat(0);
    match order {
        ByteOrder::Little => {
            for (chunk, limb) in out.chunks_mut(8).zip(limbs.chain(zeros)) {
                chunk.copy_from_slice(&limb.to_le_bytes()[..chunk.len()]);
            }
        }
        ByteOrder::Big => {
            for (chunk, limb) in out.rchunks_mut(8).zip(limbs.chain(zeros)) {
                chunk.copy_from_slice(&limb.to_be_bytes()[8 - chunk.len()..]);
            }
        }
    }
}

/// As many limbs as the bytes fill. Zeros beyond the limit of integers are none.
fn read(order: ByteOrder, bytes: &[u8]) -> Result<Vec<u64>, Error> {
    let zeros = match order {
        ByteOrder::Little => bytes.iter().rev().take_while(|byte| **byte == 0).count(),
        ByteOrder::Big => bytes.iter().take_while(|byte| **byte == 0).count(),
    };
    if bytes.len() - zeros > LIMBS_MAX * 8 {
        return Err(Error::SystemLimit);
    }
    let limb = |chunk: &[u8]| {
        let mut whole = [0; 8];
        match order {
            ByteOrder::Little => {
                whole[..chunk.len()].copy_from_slice(chunk);
                u64::from_le_bytes(whole)
            }
            ByteOrder::Big => {
                whole[8 - chunk.len()..].copy_from_slice(chunk);
                u64::from_be_bytes(whole)
            }
        }
    };
    Ok(match order {
        ByteOrder::Little => bytes.chunks(8).map(limb).collect(),
        ByteOrder::Big => bytes.rchunks(8).map(limb).collect(),
    })
}
