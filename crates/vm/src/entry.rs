//! The door between Rust and compiled code.
//!
//! Compiled functions have Cranelift's convention Tail: six parameters in `rdi rsi rdx rcx r8 r9`,
//! the result in `rax`, nothing preserved; the context is in `r15`. All of them leave by tail calls,
//! so that at any time there is one native frame of compiled code above the one that `enter` made.
#![allow(unsafe_code)] // Assembly that switches calling conventions.

use beamlet_code::abi::{Status, context};

use crate::context::Context;

#[cfg(target_arch = "x86_64")]
#[unsafe(naked)]
unsafe extern "C" fn enter_native(context: *mut Context) -> u64 {
    core::arch::naked_asm!(
        "push rbp",
        "mov rbp, rsp",
        "push rbx",
        "push r12",
        "push r13",
        "push r14",
        "push r15",
        "sub rsp, 8",
        "mov [rdi + {entry_sp}], rsp",
        "mov r15, rdi",
        "mov r9, [r15 + {x} + 16]",
        "mov r8, [r15 + {x} + 8]",
        "mov rcx, [r15 + {x}]",
        "mov rdx, [r15 + {reductions}]",
        "mov rsi, [r15 + {hp}]",
        "mov rdi, [r15 + {sp}]",
        // The native frame on which all compiled functions run: `abi`, "Registers".
        "lea rax, [rip + 3f]",
        "push rax",
        "push rbp",
        "mov rbp, rsp",
        "jmp [r15 + {next}]",
        "3:",
        "add rsp, 8",
        "pop r15",
        "pop r14",
        "pop r13",
        "pop r12",
        "pop rbx",
        "pop rbp",
        "ret",
        entry_sp = const context::ENTRY_SP,
        x = const context::X,
        reductions = const context::REDUCTIONS,
        hp = const context::HP,
        sp = const context::SP,
        next = const context::NEXT,
    )
}

#[cfg(target_arch = "x86_64")]
#[unsafe(naked)]
unsafe extern "C" fn abandon_native(context: *mut Context) -> ! {
    core::arch::naked_asm!(
        "mov rsp, [rdi + {entry_sp}]",
        "mov eax, {abandoned}",
        "add rsp, 8",
        "pop r15",
        "pop r14",
        "pop r13",
        "pop r12",
        "pop rbx",
        "pop rbp",
        "ret",
        entry_sp = const context::ENTRY_SP,
        abandoned = const Status::Abandoned as u64,
    )
}

/// Runs compiled code from `Context::next` until it comes back.
///
/// # Safety
///
/// The context's registers are those of a process that has been stopped at `next`, an address of
/// compiled code; its tables are in place; `running` leads to the isolate.
pub unsafe fn enter(context: *mut Context) -> Status {
    // SAFETY: by the contract.
    match unsafe { enter_native(context) } {
        1 => Status::Yield,
        2 => Status::Wait,
        3 => Status::Exited,
        4 => Status::Abandoned,
        other => unreachable!("compiled code returns a status, not {other}"),
    }
}

/// Returns to `enter`, over the frames of compiled code and of the helper that it has called.
///
/// # Safety
///
/// Called by a helper on the way from compiled code; no frame between here and `enter` has anything
/// to drop.
pub unsafe fn abandon(context: *mut Context) -> ! {
    // SAFETY: by the contract; `enter` has stored its stack pointer.
    unsafe { abandon_native(context) }
}
