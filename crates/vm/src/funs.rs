//! What funs are, by the numbers that stand in terms: `Code` writes the names here, and whoever
//! compares, hashes or encodes a term reads them through the environment.

use std::cell::RefCell;

use crate::atoms::Atom;
use crate::code::Mfa;

/// What tells funs of one kind from those of another.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LambdaName {
    pub module: Atom,
    pub index: u32,
    pub old_uniq: u32,
}

#[derive(Default)]
pub struct Funs {
    exports: RefCell<Vec<Mfa>>,
    lambdas: RefCell<Vec<LambdaName>>,
}

impl Funs {
    pub(crate) fn push_export(&self, mfa: Mfa) {
        self.exports.borrow_mut().push(mfa);
    }

    pub(crate) fn push_lambda(&self, name: LambdaName) {
        self.lambdas.borrow_mut().push(name);
    }

    pub fn export(&self, number: u32) -> Mfa {
        self.exports.borrow()[number as usize]
    }

    pub fn lambda(&self, number: u32) -> LambdaName {
        self.lambdas.borrow()[number as usize]
    }
}
