//! BEAM code as data: reads `.beam` files ([`read`]), proves them safe ([`verify`]), and fixes the
//! contract between compiled code and the runtime ([`abi`], [`artifact`]).
//!
//! Nothing here knows Cranelift or the runtime. A stranger's bytes go in; what comes out is typed,
//! proven, or refused with module, function, offset and reason.
//!
//! ```no_run
//! let bytes = std::fs::read("ebin/hello.beam")?;
//! let module = beamlet_code::read::read(&bytes)?;
//! let verified = beamlet_code::verify::verify(module)?;
//! print!("{}", beamlet_code::listing::Listing::with_facts(&verified));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod abi;
pub mod artifact;
pub mod atom;
pub mod bif;
pub mod inst;
pub mod listing;
pub mod literal;
mod module;
pub mod read;
pub mod types;
pub mod verify;

pub use module::{Export, Function, Import, Lambda, Line, Mfa, Module};

/// Turns verified code into machine code. Implemented by the crate `compile`; code that is made at
/// run time reaches it through this trait, so that the runtime needs no arrow to the compiler.
pub trait Compiler: Send + Sync {
    /// `natives` says which functions of the module the runtime has itself: their bodies go to the
    /// export instead.
    fn compile(
        &self,
        module: &verify::Verified,
        natives: &dyn Fn(&str, &str, u8) -> bool,
    ) -> Result<artifact::Artifact, CompileError>;

    /// The code that belongs to no module, with one stub for each of `bifs` BIFs.
    fn stubs(&self, bifs: u32) -> artifact::Stubs;

    /// Names target, CPU features and settings: part of an artifact's key.
    fn fingerprint(&self) -> String;
}

/// Why verified code did not become machine code.
#[derive(Debug, thiserror::Error)]
pub enum CompileError {
    #[error("{module}: machine code would take more than {limit} bytes")]
    TooLarge { module: String, limit: usize },
    #[error("{module}: machine code would have more than {limit} entries")]
    TooManyEntries { module: String, limit: usize },
    #[error("{module}:{function}/{arity}: {reason}")]
    Function { module: String, function: String, arity: u8, reason: String },
}
