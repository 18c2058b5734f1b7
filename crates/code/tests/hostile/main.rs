//! Modules made by hand that must not get past the verifier: one row for each rule, refused with
//! the reason of that rule. A row that is accepted is a hole in memory safety.

mod builder;
mod frames;
mod heap;
mod registers;
mod shape;
