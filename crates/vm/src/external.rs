//! The external term format, both ways.
//!
//! | file | is |
//! |---|---|
//! | `tag.rs` | the tags |
//! | `reader.rs` | bytes that may end, and what atoms, integers and floats look like |
//! | `measure.rs` | a look over all of it: is it whole, and how many words does it take? |
//! | `build.rs` | the term |
//! | `inflate.rs` | compressed terms |

use crate::call::Call;
use crate::work::Root;

mod build;
mod inflate;
mod measure;
mod reader;
mod stack;
mod tag;

pub use inflate::Payload;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Decode {
    /// Checked before: a literal.
    Trusted,
    /// `binary_to_term(_, [safe])`: no new atoms, no funs.
    Safe,
    Any,
}

#[derive(Debug, thiserror::Error)]
#[error("not a term in the external format")]
pub struct Error;

/// Makes the term on the heap of the call's process. What stands behind it is ignored.
pub fn decode(call: &mut Call, bytes: &[u8], how: Decode) -> Result<Root, Error> {
    let payload = Payload::of(bytes, call.work.env)?;
    let result = decode_payload(call, payload.bytes(bytes), how);
    payload.free(call.work.env);
    result
}

fn decode_payload(call: &mut Call, bytes: &[u8], how: Decode) -> Result<Root, Error> {
    let need = measure::measure(bytes, call.work.env)?;
    let mut density = measure::Density::Usual;
    loop {
        let mut room = call.work.reserve(need.words(density));
        let built = build::Builder::new(&mut call.iso.code, how, need.spare(density))
            .build(&mut room, bytes);
        match built {
            Ok(term) => {
                let term = term.keep();
                return Ok(call.work.root(term));
            }
            Err(build::Failed::Bad) => return Err(Error),
            // Keys whose hashes are much alike: once more, with more room for their maps.
            Err(build::Failed::Room) => density = density.more(),
        }
    }
}
