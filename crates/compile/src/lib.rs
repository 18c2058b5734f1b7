//! Verified BEAM code to machine code, by Cranelift. The only crate that knows it.
//!
//! # One BEAM function, many functions of machine code
//!
//! ```text
//! f(N) -> 1 + f(N - 1).       f/1:     count a reduction; make a frame; N - 1 in X0;
//!                                      push the address of f/1+r; jump to f/1
//!                             f/1+r:   X0 + 1; give the frame back; pop an address; jump there
//! ```
//!
//! A process's stack is in its own memory, not on the machine's: nothing of a compiled function is
//! left on the machine's stack when it goes on to the next. So each place that control can come to
//! from elsewhere (a function's start, the instruction behind a call, a handler, a label to which a
//! waiting process returns) is a function for Cranelift, and every way from one to another a tail
//! call. Between two such places, stack pointer, heap pointer, reductions and X0 to X2 are values
//! that Cranelift is free to keep where it likes; at each such place they are in the registers of
//! the convention Tail (`beamlet_code::abi` names them).
//!
//! # The way of a module
//!
//! [`flow`] cuts its functions into entries, [`plan`] numbers them, [`entry`] and [`op`] make
//! Cranelift's code of each, [`shared`] and [`stubs`] add what is not any function's, [`layout`]
//! puts the bytes in their places and resolves the names ([`link`]) between them ([`handover`] lets
//! them share one native frame). [`emit`] is the
//! vocabulary.
//!
//! # What is trusted
//!
//! Operands exist and control stays inside a function, as the verifier has proven it. What it knows
//! of types ([`beamlet_code::verify::Facts`]) makes checks disappear; where it does not know that a
//! term is what an instruction wants, the code checks and refuses.
//!
//! ```
//! use beamlet_code::Compiler;
//!
//! let compiler = beamlet_compile::Cranelift::new(beamlet_compile::Options::default())?;
//! assert!(compiler.fingerprint().starts_with("cranelift"));
//! # Ok::<(), beamlet_compile::Unsupported>(())
//! ```

mod emit;
mod entry;
mod flow;
mod handover;
mod layout;
mod link;
mod op;
mod plan;
mod shared;
mod stubs;
mod target;

use beamlet_code::artifact::{Artifact, Stubs};
use beamlet_code::verify::Verified;
use beamlet_code::{CompileError, Compiler};
use cranelift_codegen::isa::OwnedTargetIsa;

pub use flow::{ENTRY_WEIGHT_MAX, INSTRUCTION_WEIGHT_MAX};
pub use layout::{FUNCTION_BYTES_MAX, MODULE_BYTES_MAX, MODULE_ENTRIES_MAX};

/// Whether the runtime looks at every address before guest memory is read or written there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Checked {
    #[default]
    Off,
    On,
}

#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    pub checked: Checked,
}

/// Why there is no compiler for this machine.
#[derive(Debug, thiserror::Error)]
#[error("no code can be made for this machine: {0}")]
pub struct Unsupported(String);

/// The compiler for the machine that it runs on.
pub struct Cranelift {
    isa: OwnedTargetIsa,
    options: Options,
}

impl Cranelift {
    pub fn new(options: Options) -> Result<Cranelift, Unsupported> {
        let isa = target::native().map_err(Unsupported)?;
        layout::supports(&*isa).map_err(Unsupported)?;
        Ok(Cranelift { isa, options })
    }

    /// Cranelift's code of each entry of a module. It does not depend on the machine's features: what
    /// the golden files hold.
    pub fn listing(&self, module: &Verified) -> Result<String, CompileError> {
        layout::listing(&*self.isa, self.options, module)
    }
}

impl Compiler for Cranelift {
    fn compile(
        &self,
        module: &Verified,
        natives: &dyn Fn(&str, &str, u8) -> bool,
    ) -> Result<Artifact, CompileError> {
        layout::artifact(&*self.isa, self.options, module, natives)
    }

    fn stubs(&self, bifs: u32) -> Stubs {
        layout::stubs(&*self.isa, self.options, bifs)
    }

    fn fingerprint(&self) -> String {
        let checked = match self.options.checked {
            Checked::Off => "",
            Checked::On => " checked",
        };
        format!("{}{checked}", target::fingerprint(&self.isa))
    }
}
