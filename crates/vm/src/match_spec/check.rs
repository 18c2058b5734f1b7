//! What is wrong with a specification, in OTP's words, which `ets:test_ms/2` and
//! `erlang:match_spec_test/3` hand on.

use crate::atoms::Atom;
use crate::code::Code;
use crate::env::Env;
use crate::heap::Fragment;
use crate::term::Term;

#[derive(Debug)]
pub enum Problem {
    NotAList,
    NotAProperList,
    NotAClause,
    PartNotAList,
    PartNotAProperList,
    /// The arguments of a traced call are matched with a list.
    HeadNotAList,
    NoResult,
    Unbound(u32),
    VariableAsKey,
    UnderscoreAsKey,
    /// A tuple that is neither a call nor doubled.
    BareTuple(Kept),
    /// A special form that has no argument, or more than it takes.
    NoArguments(&'static str, Kept),
    OneArgument(Kept),
    /// A special form that takes no argument has some.
    Arguments(&'static str, Kept),
    WrongDialect(&'static str),
    WrongContext(&'static str, usize),
    Unknown(Atom, usize),
}

/// A term that an error shows.
pub struct Kept {
    term: Fragment,
    env: std::rc::Rc<Env>,
}

impl Kept {
    pub fn new(term: Term, env: &std::rc::Rc<Env>) -> Kept {
        Kept { term: Fragment::new(term, env), env: std::rc::Rc::clone(env) }
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        let empty = Fragment::new(Term::NIL, &self.env);
        std::mem::replace(&mut self.term, empty).free(&self.env.account);
    }
}

impl std::fmt::Debug for Kept {
    fn fmt(&self, formatter: &mut std::fmt::Formatter) -> std::fmt::Result {
        formatter.write_str("a term")
    }
}

impl Problem {
    pub fn text(&self, env: &Env, code: &Code) -> String {
        let show = |kept: &Kept| crate::print::term(kept.term.term(), env, code);
        match self {
            Problem::NotAList => "Match programs are not in a list.".into(),
            Problem::NotAProperList => "Match programs are not in a proper list.".into(),
            Problem::NotAClause => "Match program part is not a tuple of arity 3.".into(),
            Problem::PartNotAList => "Match expression is not a list.".into(),
            Problem::PartNotAProperList => "Match expression is not a proper list.".into(),
            Problem::HeadNotAList => "Match head is invalid in this dialect.".into(),
            Problem::NoResult => "Body clause does not return anything.".into(),
            Problem::Unbound(number) => format!("Variable ${number} is unbound."),
            Problem::VariableAsKey => "Variable found in map key.".into(),
            Problem::UnderscoreAsKey => "Underscore found in map key.".into(),
            Problem::BareTuple(term) => format!(
                "{} is neither a function call, nor a tuple (tuples are written {{{{ ... }}}}).",
                show(term)
            ),
            Problem::NoArguments(name, term) => {
                format!("Special form '{name}' called without arguments in {}.", show(term))
            }
            Problem::Arguments(name, term) => {
                format!("Special form '{name}' called with arguments in {}.", show(term))
            }
            Problem::OneArgument(term) => format!(
                "Special form 'const' called with more than one argument in {}.",
                show(term)
            ),
            Problem::WrongDialect(name) => {
                format!("Special form '{name}' used in wrong dialect.")
            }
            Problem::WrongContext(name, arity) => {
                format!("Function {name}/{arity} cannot be called in this context.")
            }
            Problem::Unknown(name, arity) => {
                let name = crate::print::term(Term::atom(*name), env, code);
                format!("Function {name}/{arity} does_not_exist.")
            }
        }
    }
}
