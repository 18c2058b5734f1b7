//! Selecting among all objects of a table in one call, counting them, deleting them, putting
//! others in their places.

use std::ops::ControlFlow;
use std::rc::Rc;

use crate::call::{BADARG, Call, Leave};
use crate::ets::scan::{Direction, Position};
use crate::ets::{Access, Kind, Tables};
use crate::heap::Fragment;
use crate::match_spec::{Dialect, Program, Scratch, Show};
use crate::order;
use crate::term::Term;
use crate::work::{Done, Root, Work};

use super::{OBJECTS_OF_REDUCTION, of_tables, table};

/// A list that grows at its head, on the heap of the process.
pub struct Pile {
    list: Root,
    pub count: usize,
}

impl Pile {
    pub fn new(work: &mut Work) -> Pile {
        Pile { list: work.root(Term::NIL.keep()), count: 0 }
    }

    /// On top of a list of that many elements.
    pub fn on(list: Root, count: usize) -> Pile {
        Pile { list, count }
    }

    /// Puts a copy of a term that is not of this process at the head.
    pub fn push(&mut self, work: &mut Work, term: Term) {
        self.count += 1;
        let words = crate::copy::words(term, work.env);
        let mut room = work.reserve(words + 2);
        let (copy, tail) = (room.copy_term(term, words), room.rooted(self.list));
        let list = room.cons(copy, tail).keep();
        work.set_root(self.list, list);
    }

    pub fn list(&self) -> Root {
        self.list
    }
}

/// Which program an argument is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Source {
    Specification,
    Pattern(Show),
}

/// The program of an argument.
pub fn program(call: &Call, index: usize, source: Source) -> Result<Program, Leave> {
    let env = &call.iso.env;
    let term = call.work.arg(index);
    match source {
        // For tables alone, which OTP then does not look at; it compiles to nothing elsewhere.
        Source::Specification if term.is_nil() => Ok(Program::empty(env)),
        Source::Specification => Program::new(term, Dialect::Table, env),
        Source::Pattern(show) => Program::of_pattern(term, show, env),
    }
    .map_err(|_| BADARG)
}

fn all(call: &mut Call, source: Source, direction: Direction) -> Result<Done, Leave> {
    let number = table(call, 0, Access::Read)?;
    let program = program(call, 1, source)?;
    let mut pile = Pile::new(&mut call.work);
    let (work, iso) = (&mut call.work, &mut *call.iso);
    let env = work.env;
    let table = of_tables(iso.extensions.get::<Tables>(), number);
    let bound = program.key_bound(table.options.position);
    let mut scratch = Scratch::new(env, work.pid());
    let mut seen = 0;
    // What is put at the head first comes last: against the direction.
    table.scan(&bound, direction.reversed(), None, env, &mut |_, object| {
        seen += 1;
        scratch.run(&program, object.term(), |result| {
            if let Some(result) = result {
                pile.push(work, result);
            }
        });
        ControlFlow::Continue(())
    });
    work.charge(seen / OBJECTS_OF_REDUCTION);
    Ok(work.rooted(pile.list()).done())
}

pub fn forward(call: &mut Call) -> Result<Done, Leave> {
    all(call, Source::Specification, Direction::Forward)
}

pub fn backward(call: &mut Call) -> Result<Done, Leave> {
    all(call, Source::Specification, Direction::Backward)
}

pub fn match_bindings(call: &mut Call) -> Result<Done, Leave> {
    all(call, Source::Pattern(Show::Bindings), Direction::Forward)
}

pub fn match_objects(call: &mut Call) -> Result<Done, Leave> {
    all(call, Source::Pattern(Show::Whole), Direction::Forward)
}

/// The positions of the objects for which the result is `true`.
fn chosen(call: &mut Call, number: u64, program: &Program) -> Vec<Position> {
    let (work, iso) = (&mut call.work, &mut *call.iso);
    let env = work.env;
    let table = of_tables(iso.extensions.get::<Tables>(), number);
    let bound = program.key_bound(table.options.position);
    let mut scratch = Scratch::new(env, work.pid());
    let mut positions = Vec::new();
    let mut seen = 0;
    table.scan(&bound, Direction::Forward, None, env, &mut |position, object| {
        seen += 1;
        if scratch.run(program, object.term(), |result| result.is_some_and(is_true)) {
            positions.push(position);
        }
        ControlFlow::Continue(())
    });
    work.charge(seen / OBJECTS_OF_REDUCTION);
    positions
}

fn is_true(result: Term) -> bool {
    result.as_boolean() == Some(true)
}

pub fn count(call: &mut Call) -> Result<Done, Leave> {
    let number = table(call, 0, Access::Read)?;
    let program = program(call, 1, Source::Specification)?;
    Ok(Term::size(chosen(call, number, &program).len()).done())
}

pub fn delete(call: &mut Call) -> Result<Done, Leave> {
    let number = table(call, 0, Access::Write)?;
    let program = program(call, 1, Source::Specification)?;
    let positions = chosen(call, number, &program);
    let env = call.work.env;
    super::of(call, number).delete_positions(&positions, env);
    Ok(Term::size(positions.len()).done())
}

/// Puts the results in the places of the objects. Only for specifications that show by themselves
/// that they keep the key, and not for bags.
pub fn replace(call: &mut Call) -> Result<Done, Leave> {
    let number = table(call, 0, Access::Write)?;
    let options = super::of(call, number).options.clone();
    if options.kind == Kind::Bag
        || !super::spec::keeps_key(call.work.arg(1), options.position, call.work.env)
    {
        return Err(BADARG);
    }
    let program = program(call, 1, Source::Specification)?;
    let (work, iso) = (&mut call.work, &mut *call.iso);
    let env = work.env;
    let table = of_tables(iso.extensions.get::<Tables>(), number);
    let bound = program.key_bound(options.position);
    let mut scratch = Scratch::new(env, work.pid());
    let mut replacements: Vec<(Position, Fragment)> = Vec::new();
    let (mut seen, mut wrong) = (0, false);
    table.scan(&bound, Direction::Forward, None, env, &mut |position, object| {
        seen += 1;
        let made = scratch.run(&program, object.term(), |result| {
            let result = result?;
            let key = table.key_of(object.term());
            let kept = result
                .as_tuple()
                .and_then(|elements| elements.get(options.position - 1))
                .is_some_and(|new| order::equal_exact(*new, key, env));
            Some(kept.then(|| Fragment::new(result, env)))
        });
        match made {
            None => {}
            Some(Some(object)) => replacements.push((position, object)),
            Some(None) => wrong = true,
        }
        if wrong { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    work.charge(seen / OBJECTS_OF_REDUCTION);
    let count = replacements.len();
    for (position, object) in replacements {
        table.replace(position, object, env);
    }
    if wrong {
        return Err(BADARG);
    }
    Ok(Term::size(count).done())
}

/// A program that others may hold, too.
pub type Shared = Rc<Program>;
