//! The external term format, both ways.

use crate::call::Call;
use crate::work::Root;

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

/// Makes the term on the heap of the call's process.
pub fn decode(_call: &mut Call, _bytes: &[u8], _how: Decode) -> Result<Root, Error> {
    Err(Error)
}
