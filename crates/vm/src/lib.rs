//! Isolates: single-threaded virtual Erlang nodes that run verified machine code.
//!
//! | file | is |
//! |---|---|
//! | `term.rs`, `work.rs` | terms to read, and room to build them in |
//! | `heap.rs`, `collect.rs`, `copy.rs`, `shared.rs`, `literals.rs` | where terms live |
//! | `order.rs`, `hash.rs`, `map.rs`, `external.rs`, `funs.rs` | terms as data: their order, hashes, maps, bytes |
//! | `process.rs`, `mailbox.rs`, `signal.rs`, `timers.rs` | processes and what they do to each other |
//! | `isolate.rs`, `run.rs`, `queue.rs`, `table.rs` | the isolate and its scheduler |
//! | `code.rs`, `pages.rs`, `entry.rs`, `helper.rs` | compiled code: linking it, entering it, serving it |
//! | `exception.rs` | from `raise` to the handler, and stack traces |
//! | `bif.rs`, `bif/` | the natives, by family |
//! | `ets.rs`, `match_spec.rs` | tables of terms, and what selects among them |
//! | `env.rs` | limits, the account of memory, the stop word |
//! | `host.rs` | what an isolate reaches of the machine |

pub mod atoms;
pub mod bif;
pub mod bits;
pub mod call;
mod check;
pub mod code;
mod collect;
pub mod context;
pub mod copy;
mod dictionary;
mod entry;
pub mod env;
mod ets;
mod exception;
pub mod extensions;
pub mod external;
pub mod funs;
pub mod hash;
pub mod heap;
mod held;
mod helper;
pub mod host;
pub mod integer;
pub mod isolate;
mod literals;
pub mod mailbox;
pub mod map;
pub mod match_spec;
pub mod order;
pub mod pages;
pub mod print;
pub mod process;
mod queue;
pub mod real;
pub mod run;
mod shared;
pub mod signal;
mod table;
pub mod term;
#[cfg(test)]
mod testing;
pub mod timers;
pub mod work;
