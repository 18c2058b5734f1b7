//! The runtime's part of the compiler's checked mode: which memory compiled code may reach.

use crate::isolate::Isolate;
use crate::literals::Literals;
use crate::process::Process;

/// May the running process's code read (or write) the word at the address?
pub fn may_access(process: &Process, isolate: &Isolate, address: usize, write: bool) -> bool {
    if !address.is_multiple_of(8) {
        return false;
    }
    let heap = &process.heap;
    if heap.young.contains(address) {
        return true;
    }
    let readable = heap.old.as_ref().is_some_and(|old| old.contains(address))
        || heap.fragments.iter().any(|fragment| fragment.contains(address))
        || process.mailbox.contains(address)
        || Literals::range().contains(&address)
        || isolate.code.loaded_at(address as u64).is_some();
    // A match context on the old heap moves its offset, in place.
    readable && (!write || heap.old.as_ref().is_some_and(|old| old.contains(address)))
}
