//! Match specifications by themselves: compiled ones behind references, run on lists, tested.

use std::rc::Rc;

use crate::atoms::Atom;
use crate::call::{BADARG, Call, Leave};
use crate::env::{Env, Poll};
use crate::heap::Fragment;
use crate::match_spec::{Dialect, Problem, Program, Scratch};
use crate::order;
use crate::term::Term;
use crate::work::Done;

use super::select::Shared;

/// The value behind the reference of a compiled specification.
pub struct Compiled(pub Shared);

/// The program behind a reference.
pub fn compiled(reference: Term) -> Option<Shared> {
    let magic = reference.as_reference()?.magic?;
    let value = magic.value.borrow();
    value.downcast_ref::<Compiled>().map(|compiled| Rc::clone(&compiled.0))
}

pub fn compile(call: &mut Call) -> Result<Done, Leave> {
    let program = Program::new(call.work.arg(0), Dialect::Table, &call.iso.env);
    let program = Rc::new(program.map_err(|_| BADARG)?);
    Ok(call.reserve(3).magic(Box::new(Compiled(program))).done())
}

pub fn is_compiled(call: &mut Call) -> Result<Done, Leave> {
    Ok(Term::boolean(compiled(call.arg(0)).is_some()).done())
}

/// Terms that are run on for one reduction.
const TERMS_OF_REDUCTION: usize = 4;

/// `match_spec_run_r(List, Compiled, Results)`: what it makes of the terms, before the results that
/// are there, the last one first.
pub fn run(call: &mut Call) -> Result<Done, Leave> {
    let program = compiled(call.arg(1)).ok_or(BADARG)?;
    let env = call.work.env;
    let mut poll = Poll::new(env);
    let mut scratch = Scratch::new(env, call.work.pid());
    let mut results: Vec<Fragment> = Vec::new();
    let mut list = call.arg(0).list();
    let mut seen = 0;
    for term in list.by_ref() {
        poll.step();
        seen += 1;
        results.extend(scratch.run(&program, term, |result| Some(Fragment::new(result?, env))));
    }
    if !list.rest.is_nil() {
        results.into_iter().for_each(|result| result.free(&env.account));
        return Err(BADARG);
    }
    drop(scratch);
    call.work.charge(seen / TERMS_OF_REDUCTION);
    let words: usize = results.iter().map(|result| result.words() + 2).sum();
    let mut room = call.reserve(words);
    let mut list = room.arg(2);
    for result in results {
        let copy = room.copy(&result);
        list = room.cons(copy, list);
        result.free(&env.account);
    }
    Ok(list.done())
}

/// `match_spec_test(Term, Specification, table | trace)`: `{ok, Result, Flags, []}` or
/// `{error, [{error, Text}]}`.
pub fn test(call: &mut Call) -> Result<Done, Leave> {
    let env = Rc::clone(&call.iso.env);
    let dialect = match env.atoms.text(call.arg(2).as_atom().ok_or(BADARG)?) {
        "table" => Dialect::Table,
        "trace" if call.arg(0).is_list() => Dialect::Trace,
        _ => return Err(BADARG),
    };
    let program = match Program::new(call.work.arg(1), dialect, &env) {
        Ok(program) => program,
        Err(problems) => return errors(call, &problems),
    };
    let mut scratch = Scratch::new(call.work.env, call.work.pid());
    let result = scratch.run(&program, call.work.arg(0), |result| {
        Fragment::new(result.unwrap_or(Term::boolean(false)), &env)
    });
    drop(scratch);
    let mut room = call.reserve(result.words() + 5);
    let copy = room.copy(&result);
    let tuple = room.tuple(&[Term::atom(Atom::OK), copy, Term::NIL, Term::NIL]);
    result.free(&env.account);
    Ok(tuple.done())
}

fn errors(call: &mut Call, problems: &[Problem]) -> Result<Done, Leave> {
    let texts: Vec<String> =
        problems.iter().map(|problem| problem.text(call.work.env, &call.iso.code)).collect();
    let words: usize = texts.iter().map(|text| 2 * text.chars().count() + 5).sum();
    let mut room = call.reserve(words + 3);
    let mut list = Term::NIL;
    for text in texts.iter().rev() {
        let text = room.string(text);
        let pair = room.tuple(&[Term::atom(Atom::ERROR), text]);
        list = room.cons(pair, list);
    }
    Ok(room.tuple(&[Term::atom(Atom::ERROR), list]).done())
}

/// Does each clause show by itself that its result has the key of the object?
pub fn keeps_key(spec: Term, position: usize, env: &Env) -> bool {
    let mut clauses = spec.list();
    let keep = clauses.by_ref().all(|clause| match clause.as_tuple() {
        Some([head, _, body]) => clause_keeps_key(*head, *body, position, env),
        _ => false,
    });
    keep && clauses.rest.is_nil()
}

fn clause_keeps_key(head: Term, body: Term, position: usize, env: &Env) -> bool {
    let Some(cell) = body.as_cons().filter(|cell| cell.tail.is_nil()) else { return false };
    let is = |term: Term, text| term.as_atom().is_some_and(|atom| env.atoms.text(atom) == text);
    if is(cell.head, "$_") {
        return true;
    }
    let Some(key) = head.as_tuple().and_then(|elements| elements.get(position - 1)) else {
        return false;
    };
    // `{{..., Key, ...}}` or `{const, {..., Key, ...}}`
    let (elements, constant) = match cell.head.as_tuple() {
        Some([inner]) => (inner.as_tuple(), false),
        Some([name, value]) if is(*name, "const") => (value.as_tuple(), true),
        _ => return false,
    };
    let Some(result) = elements.and_then(|elements| elements.get(position - 1)) else {
        return false;
    };
    let variable =
        |term: Term| term.as_atom().is_some_and(|atom| crate::match_spec::is_variable(atom, env));
    if is(*key, "_") {
        return false;
    }
    if variable(*key) {
        return !constant && order::equal_exact(*key, *result, env);
    }
    match result.as_tuple() {
        Some([name, value]) if !constant && is(*name, "const") => {
            order::equal_exact(*key, *value, env)
        }
        _ => order::equal_exact(*key, *result, env),
    }
}
