//! What compiled code sees of the runtime: the struct behind the pinned register. Its offsets are
//! those of `beamlet_code::abi::context`.

use std::mem::offset_of;

use beamlet_code::abi::{self, context};

#[repr(C, align(64))]
pub struct Context {
    pub sp: u64,
    pub hp: u64,
    pub reductions: i64,
    pub next: u64,
    pub entry_sp: u64,
    pub helpers: u64,
    pub exports: u64,
    pub lambdas: u64,
    pub site: u64,
    pub live: u64,
    pub args_live: u64,
    pub called: u64,
    pub own_pid: u64,
    pub operands: [u64; 3],
    pub floats: [f64; abi::FLOAT_REGISTERS],
    pub x: [u64; abi::X_MAX],
    pub args: [u64; abi::ARGS_MAX],
    /// The isolate that runs; for helpers.
    pub running: u64,
}

const _: () = {
    assert!(offset_of!(Context, sp) == context::SP as usize);
    assert!(offset_of!(Context, hp) == context::HP as usize);
    assert!(offset_of!(Context, reductions) == context::REDUCTIONS as usize);
    assert!(offset_of!(Context, next) == context::NEXT as usize);
    assert!(offset_of!(Context, entry_sp) == context::ENTRY_SP as usize);
    assert!(offset_of!(Context, helpers) == context::HELPERS as usize);
    assert!(offset_of!(Context, exports) == context::EXPORTS as usize);
    assert!(offset_of!(Context, lambdas) == context::LAMBDAS as usize);
    assert!(offset_of!(Context, site) == context::SITE as usize);
    assert!(offset_of!(Context, live) == context::LIVE as usize);
    assert!(offset_of!(Context, args_live) == context::ARGS_LIVE as usize);
    assert!(offset_of!(Context, called) == context::CALLED as usize);
    assert!(offset_of!(Context, own_pid) == context::SELF as usize);
    assert!(offset_of!(Context, operands) == context::OPERANDS as usize);
    assert!(offset_of!(Context, floats) == context::FLOATS as usize);
    assert!(offset_of!(Context, x) == context::X as usize);
    assert!(offset_of!(Context, args) == context::ARGS as usize);
};

impl Context {
    pub fn new() -> Box<Context> {
        Box::new(Context {
            sp: 0,
            hp: 0,
            reductions: 0,
            next: 0,
            entry_sp: 0,
            helpers: 0,
            exports: 0,
            lambdas: 0,
            site: 0,
            live: 0,
            args_live: 0,
            called: 0,
            own_pid: 0,
            operands: [0; 3],
            floats: [0.0; abi::FLOAT_REGISTERS],
            x: [0; abi::X_MAX],
            args: [0; abi::ARGS_MAX],
            running: 0,
        })
    }
}
