//! Collections that a program asks for.

use crate::call::{BADARG, Call};
use crate::term::{Pid, Term};

use super::{Row, row};

pub const ROWS: &[Row] = &[
    row("erts_internal", "garbage_collect", 1, |call| {
        call.arg(0).as_atom().ok_or(BADARG)?;
        let pid = call.work.pid();
        collect(call, pid);
        Ok(Term::boolean(true).done())
    }),
    row("erlang", "garbage_collect_message_area", 0, |_| Ok(Term::boolean(false).done())),
];

/// A full collection of a process's heap.
pub(super) fn collect(call: &mut Call, pid: Pid) {
    if pid == call.work.pid() {
        call.work.proc.heap.next_is_full();
        call.work.collect(0);
    } else if let Some(process) = call.iso.processes.get_mut(pid) {
        process.heap.next_is_full();
        process.collect(0, call.work.env, &mut |_| {});
    }
}
