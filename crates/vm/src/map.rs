//! Maps: up to 32 keys a sorted tuple with values beside it; beyond that a trie by the hash of the
//! keys, with OTP's hash and OTP's walk, so that the order in which they are read out is OTP's.

use beamlet_code::abi::kind;

use crate::term::{Term, header};
use crate::work::Room;

/// Keys of a flat map, at most (OTP: `MAP_SMALL_MAP_LIMIT`).
pub const FLAT_KEYS_MAX: usize = 32;

/// A flat map of a tuple of keys in the order of terms, and their values: 3 words and one for each
/// value.
pub fn flat<'r>(room: &mut Room<'r>, keys: Term<'r>, values: &[Term<'r>]) -> Term<'r> {
    let size = Term::size(values.len());
    let parts = [size, keys].into_iter().chain(values.iter().copied());
    room.object(header(kind::FLAT_MAP, 2 + values.len()), parts)
}

/// The value of a key.
pub fn get<'a>(_map: Term<'a>, _key: Term, _env: &crate::env::Env) -> Option<Term<'a>> {
    None
}

/// Source, then `count - 1` keys and values, as operands: the map with them put into it.
pub fn put_operands(
    _call: &mut crate::call::Call,
    _count: usize,
    _exact: bool,
) -> Result<crate::work::Done, crate::call::Leave> {
    Err(crate::call::BADARG)
}
