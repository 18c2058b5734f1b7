//! Lambda without HTTP: what a function is, who may run, where, and what it cost.
//!
//! This crate knows neither HTTP nor AWS's wire shapes (those are the gateway's), and nothing of
//! what an Erlang term is (that is the virtual machine's).
