//! The pieces of machine code that belong to no module: BIFs as functions, and ways back to the
//! scheduler ([`beamlet_code::artifact::Stubs`]).

use beamlet_code::abi::{Helper, Status, context};

use crate::emit::{Emit, X_PARAMS};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stub {
    Bif(u32),
    Exited,
    Yielded,
    Waiting,
    Returned,
}

/// Emits the stub, which is entry number `entry` of its piece of code.
pub fn emit(e: &mut Emit, stub: Stub, entry: u32) {
    match stub {
        Stub::Bif(bif) => call_bif(e, bif, entry),
        Stub::Exited => {
            e.sync_state();
            e.sync_x(1);
            e.leave(Status::Exited);
        }
        Stub::Yielded => e.leave(Status::Yield),
        Stub::Waiting => e.leave(Status::Wait),
        Stub::Returned => e.return_(),
    }
}

fn call_bif(e: &mut Emit, bif: u32, entry: u32) {
    let yields = e.count_reduction();
    e.sync_state();
    e.sync_x(X_PARAMS);
    e.store_context_word(context::LIVE, bif_live(bif));
    let number = e.word(u64::from(bif));
    let value = e.helper(Helper::CallBif, &[number]);
    e.resume_unless(value);
    e.reload_state();
    e.set_x(0, value);
    e.return_();

    e.b.switch_to_block(yields);
    let address = e.entry_address(entry, X_PARAMS);
    e.store_context(context::NEXT, address);
    e.store_context_word(context::LIVE, bif_live(bif));
    e.go_shared_x(crate::link::Shared::Yield);
}

/// `Context::LIVE` of a BIF: as many as it has arguments.
fn bif_live(bif: u32) -> u64 {
    u64::MAX - 1 - u64::from(bif)
}
