//! The container: gzip around the file, the IFF form, its chunks by name, and the checksum that
//! `beam_lib:md5/1` makes of them. Of two chunks of one name the later counts, as in OTP.

use std::io::Read;

use md5::{Digest, Md5};

use super::{Error, FILE_BYTES_MAX};

/// The chunks that are read, in any order in the file.
const NAMES: [&str; 12] = [
    "Atom", "AtU8", "Code", "StrT", "ImpT", "ExpT", "FunT", "LitT", "Meta", "Line", "Attr", "CInf",
];
/// How many of `NAMES`, from the first, the checksum covers, in this order.
const ESSENTIAL: usize = 9;

pub struct Chunks<'a> {
    by_name: [Option<&'a [u8]>; NAMES.len()],
}

pub fn gunzip(bytes: &[u8]) -> Result<Vec<u8>, Error> {
    let mut plain = Vec::new();
    flate2::read::MultiGzDecoder::new(bytes)
        .take(FILE_BYTES_MAX as u64 + 1)
        .read_to_end(&mut plain)
        .map_err(|error| Error::Gzip(error.to_string()))?;
    Ok(plain)
}

/// Decompresses what zlib compressed to exactly `size` bytes.
pub fn inflate(bytes: &[u8], size: usize) -> Option<Vec<u8>> {
    // Grows with what comes, so that a file that only claims a size takes no memory.
    let mut plain = Vec::new();
    flate2::read::ZlibDecoder::new(bytes).take(size as u64 + 1).read_to_end(&mut plain).ok()?;
    (plain.len() == size).then_some(plain)
}

impl<'a> Chunks<'a> {
    pub fn of(bytes: &'a [u8]) -> Result<Chunks<'a>, Error> {
        let word = |at: usize| -> Option<&'a [u8]> { bytes.get(at..at + 4) };
        let number = |at: usize| -> Option<usize> {
            let word = word(at)?;
            Some(u32::from_be_bytes([word[0], word[1], word[2], word[3]]) as usize)
        };
        let size = number(4).filter(|size| *size <= bytes.len() - 8).ok_or(Error::NotBeam)?;
        if word(0) != Some(b"FOR1") || word(8) != Some(b"BEAM") || size < 4 {
            return Err(Error::NotBeam);
        }
        let end = 8 + size;
        let mut by_name = [None; NAMES.len()];
        let mut at = 12;
        while at < end {
            let damaged = |reason| Error::Malformed { chunk: "BEAM", offset: at, reason };
            if end - at < 8 {
                return Err(damaged("a chunk needs a name and a size"));
            }
            let size = number(at + 4).expect("within the form");
            if size > end - at - 8 {
                return Err(damaged("the chunk is larger than the file"));
            }
            let name = word(at).expect("within the form");
            if let Some(place) = NAMES.iter().position(|known| known.as_bytes() == name) {
                by_name[place] = Some(&bytes[at + 8..at + 8 + size]);
            }
            // The last chunk's padding may be missing.
            at += 8 + size.next_multiple_of(4);
        }
        Ok(Chunks { by_name })
    }

    pub fn get(&self, name: &'static str) -> Option<&'a [u8]> {
        let place = NAMES.iter().position(|known| *known == name).expect("a name of the table");
        self.by_name[place].filter(|chunk| !chunk.is_empty())
    }

    pub fn need(&self, name: &'static str) -> Result<&'a [u8], Error> {
        self.get(name).ok_or(Error::Missing { chunk: name })
    }

    pub fn md5(&self) -> [u8; 16] {
        let mut md5 = Md5::new();
        for (name, chunk) in NAMES.iter().zip(&self.by_name).take(ESSENTIAL) {
            let Some(chunk) = chunk else { continue };
            if *name != "FunT" {
                md5.update(chunk);
                continue;
            }
            // `OldUniq`, the last word of each row, is made from this checksum: it counts as 0.
            let (count, rows) = chunk.split_at(chunk.len().min(4));
            md5.update(count);
            for row in rows.chunks(24) {
                md5.update(&row[..row.len().min(20)]);
                md5.update(&[0; 4][..row.len().saturating_sub(20)]);
            }
        }
        md5.finalize().into()
    }
}
