//! `erlang:md5` (RFC 1321), at once and in steps. A step's context is a binary laid out as OTP's is:
//! four words of state, the number of bits in two words, and 64 bytes of which the last block's
//! first bytes are filled; words in the machine's order.

use crate::call::{BADARG, Call, Leave};
use crate::work::{Done, binary_words};

const BLOCK_BYTES: usize = 64;
const CONTEXT_BYTES: usize = 16 + 8 + BLOCK_BYTES;
const DIGEST_BYTES: usize = 16;

const STATE: [u32; 4] = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476];
/// Rotations of the four rounds.
const ROTATIONS: [[u32; 4]; 4] =
    [[7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21]];

/// The integer parts of 2^32 times the absolute sine of 1 to 64.
fn sines() -> [u32; 64] {
    std::array::from_fn(|index| (((index + 1) as f64).sin().abs() * 4_294_967_296.0) as u32)
}

struct Md5 {
    state: [u32; 4],
    bytes: u64,
    block: [u8; BLOCK_BYTES],
    sines: [u32; 64],
}

impl Md5 {
    fn new() -> Md5 {
        Md5 { state: STATE, bytes: 0, block: [0; BLOCK_BYTES], sines: sines() }
    }

    fn of_context(context: &[u8]) -> Option<Md5> {
        let context: &[u8; CONTEXT_BYTES] = context.try_into().ok()?;
        let word = |index: usize| {
            let bytes = context[4 * index..4 * index + 4].try_into();
            u32::from_ne_bytes(bytes.expect("four bytes"))
        };
        let bits = u64::from(word(4)) | u64::from(word(5)) << 32;
        Some(Md5 {
            state: std::array::from_fn(word),
            bytes: bits / 8,
            block: context[24..].try_into().expect("the rest is a block"),
            sines: sines(),
        })
    }

    fn context(&self) -> [u8; CONTEXT_BYTES] {
        let mut context = [0; CONTEXT_BYTES];
        let bits = self.bytes.wrapping_mul(8);
        let words = self.state.into_iter().chain([bits as u32, (bits >> 32) as u32]);
        for (field, word) in context.chunks_exact_mut(4).zip(words) {
            field.copy_from_slice(&word.to_ne_bytes());
        }
        context[24..].copy_from_slice(&self.block);
        context
    }

    fn update(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let filled = (self.bytes % BLOCK_BYTES as u64) as usize;
            let taken = bytes.len().min(BLOCK_BYTES - filled);
            self.block[filled..filled + taken].copy_from_slice(&bytes[..taken]);
            self.bytes += taken as u64;
            bytes = &bytes[taken..];
            if filled + taken == BLOCK_BYTES {
                self.compress();
            }
        }
    }

    fn compress(&mut self) {
        let words: [u32; 16] = std::array::from_fn(|index| {
            let bytes = self.block[4 * index..4 * index + 4].try_into();
            u32::from_le_bytes(bytes.expect("four bytes"))
        });
        let [mut a, mut b, mut c, mut d] = self.state;
        for step in 0..64 {
            let (mixed, word) = match step / 16 {
                0 => (b & c | !b & d, step),
                1 => (b & d | c & !d, 5 * step + 1),
                2 => (b ^ c ^ d, 3 * step + 5),
                _ => (c ^ (b | !d), 7 * step),
            };
            let sum =
                a.wrapping_add(mixed).wrapping_add(words[word % 16]).wrapping_add(self.sines[step]);
            let rotated = sum.rotate_left(ROTATIONS[step / 16][step % 4]);
            (a, d, c, b) = (d, c, b, b.wrapping_add(rotated));
        }
        for (state, word) in self.state.iter_mut().zip([a, b, c, d]) {
            *state = state.wrapping_add(word);
        }
    }

    fn digest(mut self) -> [u8; DIGEST_BYTES] {
        let bits = self.bytes.wrapping_mul(8);
        self.update(&[0x80]);
        while self.bytes % BLOCK_BYTES as u64 != BLOCK_BYTES as u64 - 8 {
            self.update(&[0]);
        }
        self.update(&bits.to_le_bytes());
        let mut digest = [0; DIGEST_BYTES];
        for (bytes, word) in digest.chunks_exact_mut(4).zip(self.state) {
            bytes.copy_from_slice(&word.to_le_bytes());
        }
        digest
    }
}

fn binary(call: &mut Call, bytes: &[u8]) -> Result<Done, Leave> {
    Ok(call.work.reserve(binary_words(bytes.len())).binary(bytes).done())
}

/// Takes the iodata of an argument in.
fn take(call: &mut Call, md5: &mut Md5, index: usize) -> Result<(), Leave> {
    let before = md5.bytes;
    if !super::each_piece(call, index, |piece| md5.update(piece)) {
        return Err(BADARG);
    }
    call.work.charge((md5.bytes - before) as usize / super::BYTES_OF_REDUCTION);
    Ok(())
}

fn context(call: &Call, index: usize) -> Result<Md5, Leave> {
    let bytes = call.arg(index).as_bits().and_then(|bits| bits.to_bytes());
    bytes.and_then(|bytes| Md5::of_context(&bytes)).ok_or(BADARG)
}

pub fn md5(call: &mut Call) -> Result<Done, Leave> {
    let mut md5 = Md5::new();
    take(call, &mut md5, 0)?;
    binary(call, &md5.digest())
}

pub fn init(call: &mut Call) -> Result<Done, Leave> {
    binary(call, &Md5::new().context())
}

pub fn update(call: &mut Call) -> Result<Done, Leave> {
    let mut md5 = context(call, 0)?;
    take(call, &mut md5, 1)?;
    binary(call, &md5.context())
}

pub fn last(call: &mut Call) -> Result<Done, Leave> {
    let md5 = context(call, 0)?;
    binary(call, &md5.digest())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_of_any_size_make_the_digest_of_the_whole() {
        let text: Vec<u8> = (0..1000_u32).map(|index| (index * 7) as u8).collect();
        let mut whole = Md5::new();
        whole.update(&text);
        let digest = whole.digest();
        for step in [1, 3, 55, 64, 65, 999] {
            let mut context = Md5::new().context();
            for part in text.chunks(step) {
                let mut md5 = Md5::of_context(&context).expect("it is a context");
                md5.update(part);
                context = md5.context();
            }
            let md5 = Md5::of_context(&context).expect("it is a context");
            assert_eq!(md5.digest(), digest, "in steps of {step} bytes");
        }
    }
}
