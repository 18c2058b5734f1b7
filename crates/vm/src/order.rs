//! The total order of terms, `==`, and `=:=`.

use std::cmp::Ordering;

use crate::env::Env;
use crate::term::Term;

pub fn compare(_a: Term, _b: Term, _env: &Env) -> Ordering {
    Ordering::Equal
}

pub fn equal(a: Term, b: Term, env: &Env) -> bool {
    compare(a, b, env).is_eq()
}

pub fn equal_exact(a: Term, b: Term, _env: &Env) -> bool {
    a.word() == b.word()
}
