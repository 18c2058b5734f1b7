//! BEAM code as data: reads `.beam` files ([`read`]), proves them safe ([`verify`]), and fixes the
//! contract between compiled code and the runtime ([`abi`], [`artifact`]).
//!
//! Nothing here knows Cranelift or the runtime. A stranger's bytes go in; what comes out is typed,
//! proven, or refused with module, function, offset and reason.

pub mod abi;
pub mod artifact;
pub mod atom;
pub mod inst;
mod module;
pub mod types;

pub use module::{Export, Function, Import, Lambda, Line, Mfa, Module};
