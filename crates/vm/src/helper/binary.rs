//! Matching and building binaries.
#![allow(unsafe_code)] // Called from compiled code.

use crate::context::Context;

pub(super) unsafe extern "C" fn start_match(_context: *mut Context, _term: u64, _live: u64) -> u64 {
    0
}
pub(super) unsafe extern "C" fn get(
    _context: *mut Context,
    _ctx: u64,
    _how: u64,
    _size: u64,
    _live: u64,
) -> u64 {
    0
}
pub(super) unsafe extern "C" fn skip(
    _context: *mut Context,
    _ctx: u64,
    _how: u64,
    _size: u64,
) -> u64 {
    0
}
pub(super) unsafe extern "C" fn match_string(
    _context: *mut Context,
    _ctx: u64,
    _bits: u64,
    _literal: u64,
) -> u64 {
    0
}
pub(super) unsafe extern "C" fn get_utf(_context: *mut Context, _ctx: u64, _how: u64) -> u64 {
    0
}
pub(super) unsafe extern "C" fn get_tail(_context: *mut Context, _ctx: u64, _live: u64) -> u64 {
    0
}
pub(super) unsafe extern "C" fn init_writable(_context: *mut Context) -> u64 {
    0
}
pub(super) unsafe extern "C" fn create(
    _context: *mut Context,
    _segments: u64,
    _live: u64,
    _need: u64,
) -> u64 {
    0
}
