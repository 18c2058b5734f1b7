//! Verified BEAM code to machine code, by Cranelift.
