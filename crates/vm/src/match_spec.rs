//! Match specifications: compiled to small programs, which are run on terms that stay where they
//! are (objects of tables, elements of lists).
//!
//! ```text
//! {{'$1', a, '_'}, [{'>', '$1', 3}], ['$1']}
//!   head:  Tuple 3 · Bind 0 · Word a · Any            takes the term apart
//!   guard: Var 0 · Push 3 · Call >                    a machine with a stack of terms
//!   body:  Var 0
//! ```
//!
//! What evaluation makes stands in an [`Arena`] until the next term is looked at; the result is
//! copied by whoever asked for it. Nothing here recurses on the depth of a term.
//!
//! | file | is |
//! |---|---|
//! | `compile.rs` | from terms to programs |
//! | `check.rs` | what is wrong with a specification, in OTP's words |
//! | `run.rs` | the machine |
//! | `function.rs` | the functions that guards and bodies may call |
//! | `arena.rs` | memory for what evaluation makes |

use std::rc::Rc;

use crate::atoms::Atom;
use crate::env::Env;
use crate::heap::Fragment;
use crate::term::Term;

mod arena;
mod check;
mod compile;
mod function;
mod run;

pub use arena::Arena;
pub use check::Problem;
use function::Function;
pub use run::Scratch;

/// What a specification is for: its dialect.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Dialect {
    Table,
    /// Of a traced call, whose arguments are a list.
    Trace,
}

/// A constant of a program: an immediate, or the number of a fragment.
#[derive(Clone, Copy)]
enum Constant {
    Immediate(Term<'static>),
    Boxed(u32),
}

/// A step that takes a term apart. Each looks at the next of the terms that are still to be seen.
enum Match {
    Any,
    Bind(u32),
    /// Is what the variable is bound to.
    Same(u32),
    Is(Constant),
    Tuple(u32),
    Cons,
    /// A map that has these keys; their values are seen next.
    Map(Box<[Constant]>),
}

/// A step of the machine that evaluates guards and bodies.
enum Step {
    Push(Constant),
    Variable(u32),
    /// `'$_'`
    Whole,
    /// `'$$'`: the values of all variables.
    Bindings,
    Tuple(u32),
    /// Elements and the tail.
    List(u32),
    /// Keys and values.
    Map(u32),
    Call(Function),
    /// `and`, `or`: of all, none of which is left out.
    And(u32),
    Or(u32),
    /// `andalso`, `orelse`: decided, it goes on with the step of that number.
    AndAlso(u32),
    OrElse(u32),
}

struct Clause {
    head: Vec<Match>,
    /// Elements of a tuple (from 1) that have maps in them and no variables. As keys they are
    /// looked up like any other, so that there a map is not one with *these* keys, but this one.
    whole: Vec<(usize, Constant)>,
    /// The terms that guards are, each of which must be `true`.
    guards: Vec<Vec<Step>>,
    body: Vec<Vec<Step>>,
    /// Slots of the variables, in the order of their numbers.
    order: Vec<u32>,
}

/// A compiled match specification.
pub struct Program {
    clauses: Vec<Clause>,
    constants: Vec<Fragment>,
    /// Variables of the clause that has most.
    variables_max: usize,
    env: Rc<Env>,
}

/// What the body of a pattern's program is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Show {
    Whole,
    Bindings,
}

/// What the key must be for a term to match.
pub enum KeyBound<'p> {
    /// Anything.
    Free,
    /// One of these, or nothing matches.
    Keys(Vec<Term<'p>>),
    /// A tuple of that arity that begins with these elements.
    Prefix(usize, Vec<Term<'p>>),
}

impl Program {
    /// Compiles a list of clauses.
    pub fn new(spec: Term, dialect: Dialect, env: &Rc<Env>) -> Result<Program, Vec<Problem>> {
        compile::compile(spec, dialect, env)
    }

    /// One that matches nothing.
    pub fn empty(env: &Rc<Env>) -> Program {
        Program {
            clauses: Vec::new(),
            constants: Vec::new(),
            variables_max: 0,
            env: Rc::clone(env),
        }
    }

    /// The program of a pattern alone.
    pub fn of_pattern(pattern: Term, show: Show, env: &Rc<Env>) -> Result<Program, Vec<Problem>> {
        compile::pattern(pattern, show, env)
    }

    fn constant(&self, constant: Constant) -> Term<'_> {
        match constant {
            Constant::Immediate(term) => term,
            Constant::Boxed(number) => self.constants[number as usize].term(),
        }
    }

    /// What the element at `position` (from 1) of a tuple must be for it to match.
    pub fn key_bound(&self, position: usize) -> KeyBound<'_> {
        if let [clause] = &self.clauses[..]
            && let Some(prefix) = self.prefix(clause, position)
        {
            return prefix;
        }
        let mut keys = Vec::with_capacity(self.clauses.len());
        for clause in &self.clauses {
            match self.key(clause, position) {
                Key::Free => return KeyBound::Free,
                Key::Is(key) => keys.push(key),
                Key::Never => {}
            }
        }
        let mut distinct: Vec<Term> = Vec::with_capacity(keys.len());
        if keys.len() > KEYS_MAX {
            return KeyBound::Free;
        }
        for key in keys {
            if !distinct.iter().any(|other| crate::order::equal_exact(*other, key, &self.env)) {
                distinct.push(key);
            }
        }
        KeyBound::Keys(distinct)
    }

    /// Where the pattern of the key begins in the steps of a head.
    fn key_step<'p>(&self, clause: &'p Clause, position: usize) -> KeyStep<'p> {
        match clause.head.first() {
            Some(Match::Tuple(arity)) if position <= *arity as usize => {
                let mut at = 1;
                for _ in 1..position {
                    at = after(&clause.head, at);
                }
                KeyStep::At(&clause.head[at..])
            }
            Some(Match::Any | Match::Bind(_)) => KeyStep::Free,
            Some(Match::Is(constant)) => KeyStep::Constant(*constant),
            _ => KeyStep::Never,
        }
    }

    fn key<'p>(&'p self, clause: &'p Clause, position: usize) -> Key<'p> {
        if let Some((_, constant)) = clause.whole.iter().find(|(index, _)| *index == position) {
            return Key::Is(self.constant(*constant));
        }
        match self.key_step(clause, position) {
            KeyStep::At(steps) => match &steps[0] {
                Match::Is(constant) => Key::Is(self.constant(*constant)),
                _ => Key::Free,
            },
            KeyStep::Free => Key::Free,
            KeyStep::Constant(constant) => match self.constant(constant).as_tuple() {
                Some(elements) if position <= elements.len() => Key::Is(elements[position - 1]),
                _ => Key::Never,
            },
            KeyStep::Never => Key::Never,
        }
    }

    fn prefix<'p>(&'p self, clause: &'p Clause, position: usize) -> Option<KeyBound<'p>> {
        if clause.whole.iter().any(|(index, _)| *index == position) {
            return None;
        }
        let KeyStep::At(steps) = self.key_step(clause, position) else { return None };
        let Match::Tuple(arity) = steps[0] else { return None };
        let elements: Vec<Term> = steps[1..]
            .iter()
            .take(arity as usize)
            .map_while(|step| match step {
                Match::Is(constant) => Some(self.constant(*constant)),
                _ => None,
            })
            .collect();
        (!elements.is_empty()).then_some(KeyBound::Prefix(arity as usize, elements))
    }
}

/// Keys that are looked up one by one; a program with more clauses is run on all of a table.
const KEYS_MAX: usize = 64;

enum Key<'p> {
    Free,
    Is(Term<'p>),
    /// The clause matches no tuple that has a key.
    Never,
}

enum KeyStep<'p> {
    At(&'p [Match]),
    Free,
    Constant(Constant),
    Never,
}

/// The step behind those of the subterm that begins at `at`.
fn after(head: &[Match], mut at: usize) -> usize {
    let mut open = 1;
    while open > 0 {
        open += match &head[at] {
            Match::Tuple(arity) => *arity as usize,
            Match::Cons => 2,
            Match::Map(keys) => keys.len(),
            _ => 0,
        };
        open -= 1;
        at += 1;
    }
    at
}

impl Drop for Program {
    fn drop(&mut self) {
        for constant in self.constants.drain(..) {
            constant.free(&self.env.account);
        }
    }
}

/// Is it `'$0'`, `'$1'`, ...?
pub fn is_variable(atom: Atom, env: &Env) -> bool {
    variable(atom, env).is_some()
}

/// The number of a variable: `'$1'` is 1.
fn variable(atom: Atom, env: &Env) -> Option<u32> {
    let digits = env.atoms.text(atom).strip_prefix('$')?;
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
    if !plain || digits.is_empty() || digits.len() > 1 && digits.starts_with('0') {
        return None;
    }
    digits.parse().ok().filter(|number| *number <= VARIABLE_MAX)
}

/// The largest number of a variable.
const VARIABLE_MAX: u32 = i32::MAX as u32;
