//! What funs are, by the numbers that stand in terms: `Code` writes the names here, and whoever
//! compares, hashes or encodes a term reads them through the environment.

use std::cell::RefCell;

use crate::code::{Lambda, Mfa};

#[derive(Default)]
pub struct Funs {
    exports: RefCell<Vec<Mfa>>,
    lambdas: RefCell<Vec<Lambda>>,
}

impl Funs {
    pub(crate) fn push_export(&self, mfa: Mfa) {
        self.exports.borrow_mut().push(mfa);
    }

    pub(crate) fn push_lambda(&self, lambda: Lambda) {
        self.lambdas.borrow_mut().push(lambda);
    }

    pub(crate) fn set_lambda(&self, number: u32, lambda: Lambda) {
        self.lambdas.borrow_mut()[number as usize] = lambda;
    }

    pub fn export(&self, number: u32) -> Mfa {
        self.exports.borrow()[number as usize]
    }

    pub fn lambda(&self, number: u32) -> Lambda {
        self.lambdas.borrow()[number as usize].clone()
    }
}
