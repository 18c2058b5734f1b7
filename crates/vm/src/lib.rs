//! Isolates: single-threaded virtual Erlang nodes that run verified machine code.

pub mod integer;
pub mod real;
