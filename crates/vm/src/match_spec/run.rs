//! The machine: takes a term apart by the steps of a head, and evaluates guards and bodies.

use super::arena::Arena;
use super::function::{Failed, Surroundings, truth};
use super::{Match, Program, Step};
use crate::atoms::Atom;
use crate::env::{Env, Poll};
use crate::map::Map;
use crate::order;
use crate::term::{Pid, Term};

/// Memory of the machine, which is used for one term after the other.
pub struct Scratch<'e> {
    arena: Arena<'e>,
    buffers: Buffers<'static>,
    pid: Pid,
    exit: Atom,
}

#[derive(Default)]
struct Buffers<'m> {
    /// Parts that a head has not seen yet, the next one last.
    pending: Vec<Term<'m>>,
    variables: Vec<Term<'m>>,
    values: Vec<Term<'m>>,
}

/// The same memory, for terms of another time.
fn reuse<'b>(mut buffer: Vec<Term<'_>>) -> Vec<Term<'b>> {
    buffer.clear();
    buffer.into_iter().map(|_| Term::NIL).collect()
}

impl<'e> Scratch<'e> {
    /// For programs that `pid` runs.
    pub fn new(env: &'e Env, pid: Pid) -> Scratch<'e> {
        Scratch { arena: Arena::new(env), buffers: Buffers::default(), pid, exit: Atom::EXIT }
    }

    /// Runs a program on a term; `read` sees the result.
    pub fn run<R>(
        &mut self,
        program: &Program,
        term: Term,
        read: impl FnOnce(Option<Term>) -> R,
    ) -> R {
        self.arena.clear();
        let buffers = std::mem::take(&mut self.buffers);
        let (result, buffers) = {
            let mut machine = Machine {
                program,
                whole: term,
                around: Surroundings { arena: &self.arena, pid: self.pid },
                exit: Term::atom(self.exit),
                buffers: Buffers {
                    pending: reuse(buffers.pending),
                    variables: reuse(buffers.variables),
                    values: reuse(buffers.values),
                },
                poll: Poll::new(self.arena.env()),
            };
            let result = read(machine.run());
            let Buffers { pending, variables, values } = machine.buffers;
            let buffers = Buffers {
                pending: reuse(pending),
                variables: reuse(variables),
                values: reuse(values),
            };
            (result, buffers)
        };
        self.buffers = buffers;
        result
    }

    /// Does it match?
    pub fn matches(&mut self, program: &Program, term: Term) -> bool {
        self.run(program, term, |result| result.is_some())
    }
}

/// Where an expression stands: what becomes of a failure.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Guard,
    Body,
}

struct Machine<'m> {
    program: &'m Program,
    whole: Term<'m>,
    around: Surroundings<'m>,
    exit: Term<'m>,
    buffers: Buffers<'m>,
    poll: Poll<'m>,
}

impl<'m> Machine<'m> {
    /// The value of the first clause that matches.
    fn run(&mut self) -> Option<Term<'m>> {
        let program = self.program;
        self.buffers.variables.resize(program.variables_max, Term::NIL);
        for (index, clause) in program.clauses.iter().enumerate() {
            if !self.head(&clause.head) {
                continue;
            }
            let holds = clause.guards.iter().all(|guard| {
                let value = self.evaluate(guard, index, Place::Guard);
                value.is_some_and(|value| value.is(Atom::TRUE))
            });
            if !holds {
                continue;
            }
            let mut last = None;
            for expression in &clause.body {
                last = self.evaluate(expression, index, Place::Body);
            }
            return last;
        }
        None
    }

    fn head(&mut self, steps: &'m [Match]) -> bool {
        let env = self.around.env();
        self.buffers.pending.clear();
        self.buffers.pending.push(self.whole);
        for step in steps {
            self.poll.step();
            let term = self.buffers.pending.pop().expect("each step has a term to see");
            match step {
                Match::Any => {}
                Match::Bind(slot) => self.buffers.variables[*slot as usize] = term,
                Match::Same(slot) => {
                    if !order::equal_exact(self.buffers.variables[*slot as usize], term, env) {
                        return false;
                    }
                }
                Match::Is(constant) => {
                    if !order::equal_exact(self.program.constant(*constant), term, env) {
                        return false;
                    }
                }
                Match::Tuple(arity) => match term.as_tuple() {
                    Some(elements) if elements.len() == *arity as usize => {
                        self.buffers.pending.extend(elements.iter().rev());
                    }
                    _ => return false,
                },
                Match::Cons => match term.as_cons() {
                    Some(cell) => self.buffers.pending.extend([cell.tail, cell.head]),
                    None => return false,
                },
                Match::Map(keys) => {
                    let Some(map) = Map::of(term) else { return false };
                    for key in keys.iter().rev() {
                        match map.get(self.program.constant(*key), env) {
                            Some(value) => self.buffers.pending.push(value),
                            None => return false,
                        }
                    }
                }
            }
        }
        true
    }

    /// The value of an expression. `None`: a guard has failed.
    fn evaluate(&mut self, steps: &'m [Step], clause: usize, place: Place) -> Option<Term<'m>> {
        self.buffers.values.clear();
        let mut at = 0;
        while let Some(step) = steps.get(at) {
            at += 1;
            self.poll.step();
            let made = self.step(step, clause, &mut at);
            match (made, place) {
                (Ok(()), _) => {}
                (Err(Failed), Place::Body) => self.buffers.values.push(self.exit),
                (Err(Failed), Place::Guard) => return None,
            }
        }
        self.buffers.values.pop()
    }

    /// One step. One that fails has taken its arguments.
    fn step(&mut self, step: &'m Step, clause: usize, at: &mut usize) -> Result<(), Failed> {
        let arena = self.around.arena;
        let values = &mut self.buffers.values;
        let value = match step {
            Step::Push(constant) => self.program.constant(*constant),
            Step::Variable(slot) => self.buffers.variables[*slot as usize],
            Step::Whole => self.whole,
            Step::Bindings => {
                let order = &self.program.clauses[clause].order;
                let variables = &self.buffers.variables;
                order
                    .iter()
                    .rev()
                    .fold(Term::NIL, |list, slot| arena.cons(variables[*slot as usize], list))
            }
            Step::Tuple(arity) => {
                let from = values.len() - *arity as usize;
                let tuple = arena.tuple(&values[from..]);
                values.truncate(from);
                tuple
            }
            Step::List(count) => {
                let mut list = values.pop().expect("a list has a tail");
                for _ in 0..*count {
                    let head = values.pop().expect("the elements stand before it");
                    list = arena.cons(head, list);
                }
                list
            }
            Step::Map(count) => {
                let from = values.len() - 2 * *count as usize;
                let map = super::arena::map(arena, &values[from..]);
                values.truncate(from);
                map
            }
            Step::Call(function) => {
                let from = values.len() - function.arity();
                let value = function.run(&values[from..], self.around);
                values.truncate(from);
                value?
            }
            Step::And(count) | Step::Or(count) => {
                let from = values.len() - *count as usize;
                let and = matches!(step, Step::And(_));
                let value = values[from..].iter().try_fold(and, |so_far, value| {
                    let value = truth(*value)?;
                    Ok::<bool, Failed>(if and { so_far & value } else { so_far | value })
                });
                values.truncate(from);
                Term::boolean(value?)
            }
            Step::AndAlso(target) | Step::OrElse(target) => {
                let goes_on = matches!(step, Step::AndAlso(_));
                let value = values.pop().expect("a condition stands before it");
                match value.as_boolean() {
                    Some(value) if value == goes_on => return Ok(()),
                    Some(_) => *at = *target as usize,
                    None => {
                        *at = *target as usize;
                        return Err(Failed);
                    }
                }
                value
            }
        };
        self.buffers.values.push(value);
        Ok(())
    }
}
