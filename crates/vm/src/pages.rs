//! Memory for machine code: mapped writable while the slots are filled in, then for reading and
//! executing only.
#![allow(unsafe_code)] // Maps memory and makes it executable.

use rustix::mm::{MapFlags, MprotectFlags, ProtFlags};

pub struct Pages {
    start: usize,
    bytes: usize,
}

#[derive(Debug, thiserror::Error)]
#[error("no memory for {bytes} bytes of machine code: {cause}")]
pub struct Error {
    bytes: usize,
    cause: std::io::Error,
}

impl Pages {
    /// Maps `slots` (whole words) at the start and `code` at `code_offset`. Verified code comes in,
    /// whose bytes a compiler has made: this is where it becomes executable.
    pub fn new(slots: &[u64], code_offset: usize, code: &[u8]) -> Result<Pages, Error> {
        assert!(slots.len() * 8 <= code_offset, "the slots end where the code begins");
        let bytes = (code_offset + code.len()).max(1).next_multiple_of(4096);
        let failed = |cause: rustix::io::Errno| Error { bytes, cause: cause.into() };
        // SAFETY: an anonymous mapping at a place of the kernel's choice touches nothing that is
        // there; the writes stay within it.
        let start = unsafe {
            let start = rustix::mm::mmap_anonymous(
                std::ptr::null_mut(),
                bytes,
                ProtFlags::READ | ProtFlags::WRITE,
                MapFlags::PRIVATE,
            )
            .map_err(failed)?;
            let pages = start.cast::<u8>();
            std::ptr::copy_nonoverlapping(slots.as_ptr().cast::<u8>(), pages, slots.len() * 8);
            std::ptr::copy_nonoverlapping(code.as_ptr(), pages.add(code_offset), code.len());
            start
        };
        let pages = Pages { start: start.expose_provenance(), bytes };
        // SAFETY: the mapping is ours, and no reference into it is held.
        unsafe { rustix::mm::mprotect(start, bytes, MprotectFlags::READ | MprotectFlags::EXEC) }
            .map_err(failed)?;
        Ok(pages)
    }

    pub fn start(&self) -> usize {
        self.start
    }

    pub fn bytes(&self) -> usize {
        self.bytes
    }

    pub fn contains(&self, address: usize) -> bool {
        (self.start..self.start + self.bytes).contains(&address)
    }
}

impl Drop for Pages {
    fn drop(&mut self) {
        // SAFETY: whoever owns the pages drops them when no address of theirs is left anywhere.
        let _ = unsafe {
            rustix::mm::munmap(std::ptr::with_exposed_provenance_mut(self.start), self.bytes)
        };
    }
}
