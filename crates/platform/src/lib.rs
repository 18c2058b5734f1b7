//! Lambda without HTTP: what a function is, who may run, where, and what it cost.
//!
//! This crate knows neither HTTP nor AWS's wire shapes (those are the gateway's), and nothing of
//! what an Erlang term is (that is the virtual machine's).

pub mod admission;
pub mod catalog;
pub mod confine;
pub mod dispatch;
pub mod engine;
pub mod events;
pub mod function;
pub mod logs;
pub mod meter;
pub mod metrics;
pub mod package;
pub mod placement;
pub mod platform;
pub mod process;
pub mod runtime;
pub mod store;
pub mod upkeep;
