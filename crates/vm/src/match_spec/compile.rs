//! From the terms of a specification to the steps of a program.
//!
//! What is still to be compiled stands on a stack, so that the depth of a specification costs no
//! native one. A part without variables and calls becomes one constant.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::check::{Kept, Problem};
use super::function::Function;
use super::{Clause, Constant, Dialect, Match, Program, Show, Step, variable};
use crate::env::{Env, Poll};
use crate::heap::Fragment;
use crate::map::Map;
use crate::term::{Term, View};

pub fn compile(spec: Term, dialect: Dialect, env: &Rc<Env>) -> Result<Program, Vec<Problem>> {
    if !spec.is_cons() {
        return Err(vec![Problem::NotAList]);
    }
    let mut compiler = Compiler::new(env);
    let mut clauses = spec.list();
    for clause in clauses.by_ref() {
        let Some([head, guards, body]) = clause.as_tuple() else {
            return Err(vec![Problem::NotAClause]);
        };
        if dialect == Dialect::Trace && !is_trace_head(*head, env) {
            return Err(vec![Problem::HeadNotAList]);
        }
        compiler.clause(*head, *guards, *body, dialect);
    }
    if !clauses.rest.is_nil() {
        return Err(vec![Problem::NotAProperList]);
    }
    compiler.finish()
}

pub fn pattern(pattern: Term, show: Show, env: &Rc<Env>) -> Result<Program, Vec<Problem>> {
    let mut compiler = Compiler::new(env);
    let mut variables = Variables::default();
    let head = compiler.head(pattern, &mut variables);
    let result = match show {
        Show::Whole => Step::Whole,
        Show::Bindings => Step::Bindings,
    };
    compiler.push(head, Vec::new(), vec![vec![result]], variables);
    compiler.finish()
}

fn is_trace_head(head: Term, env: &Env) -> bool {
    head.is_list()
        || head
            .as_atom()
            .is_some_and(|atom| env.atoms.text(atom) == "_" || variable(atom, env).is_some())
}

/// Steps, and `Clause::whole`.
type Head = (Vec<Match>, Vec<(usize, Constant)>);

/// Is it a pattern without variables?
fn is_bound(pattern: Term, env: &Env) -> bool {
    let mut poll = Poll::new(env);
    let mut stack = vec![pattern];
    while let Some(term) = stack.pop() {
        poll.step();
        match term.view() {
            View::Atom(atom) if env.atoms.text(atom) == "_" || variable(atom, env).is_some() => {
                return false;
            }
            View::Cons(cell) => stack.extend([cell.tail, cell.head]),
            View::Tuple(elements) => stack.extend(elements),
            View::FlatMap(_) | View::HashMap(_) => {
                let map = Map::of(term).expect("the view says so");
                stack.extend(map.entries().map(|(_, value)| value));
            }
            _ => {}
        }
    }
    true
}

/// Slots of variables, by their numbers.
#[derive(Default)]
struct Variables {
    slots: BTreeMap<u32, u32>,
}

struct Compiler<'e> {
    env: &'e Rc<Env>,
    clauses: Vec<Clause>,
    constants: Vec<Fragment>,
    variables_max: usize,
    problems: Vec<Problem>,
}

/// A step of a head whose constants are still those of the source.
enum Part<'s> {
    Step(Match),
    Is(Term<'s>),
    Map(Vec<Term<'s>>),
}

enum Pattern<'s> {
    See(Term<'s>),
    /// All of the part that begins at that step has been compiled.
    Whole {
        from: usize,
        children: usize,
        source: Term<'s>,
    },
}

/// A step of an expression whose constants are still those of the source.
enum Draft<'s> {
    Step(Step),
    Push(Term<'s>, Form),
    /// Goes on at a label when it is decided.
    AndAlso(usize),
    OrElse(usize),
}

/// Is the constant what stands in the source?
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Source,
    /// The source is a doubled tuple or `{const, X}`.
    Value,
}

enum Todo<'s> {
    Expression(Term<'s>),
    /// All parts have been compiled, from that step on: make this of them. Where all are
    /// constants in their own form, the result is this constant.
    Make {
        from: usize,
        parts: usize,
        step: Step,
        constant: Term<'s>,
        form: Form,
    },
    Emit(Draft<'s>),
    Label(usize),
}

impl<'e> Compiler<'e> {
    fn new(env: &'e Rc<Env>) -> Compiler<'e> {
        Compiler {
            env,
            clauses: Vec::new(),
            constants: Vec::new(),
            variables_max: 0,
            problems: Vec::new(),
        }
    }

    fn finish(self) -> Result<Program, Vec<Problem>> {
        let Compiler { env, clauses, constants, variables_max, problems } = self;
        let program = Program { clauses, constants, variables_max, env: Rc::clone(env) };
        if problems.is_empty() { Ok(program) } else { Err(problems) }
    }

    fn constant(&mut self, term: Term) -> Constant {
        let immediate = match term.view() {
            View::Small(value) => Term::small(value),
            View::Atom(atom) => Some(Term::atom(atom)),
            View::Nil => Some(Term::NIL),
            View::Pid(pid) => Some(Term::pid(pid)),
            View::Port(port) => Some(Term::port(port)),
            _ => None,
        };
        immediate.map_or_else(
            || {
                self.constants.push(Fragment::new(term, self.env));
                Constant::Boxed(self.constants.len() as u32 - 1)
            },
            Constant::Immediate,
        )
    }

    fn push(
        &mut self,
        (head, whole): Head,
        guards: Vec<Vec<Step>>,
        body: Vec<Vec<Step>>,
        variables: Variables,
    ) {
        self.variables_max = self.variables_max.max(variables.slots.len());
        let order = variables.slots.into_values().collect();
        self.clauses.push(Clause { head, whole, guards, body, order });
    }

    fn clause(&mut self, head: Term, guards: Term, body: Term, dialect: Dialect) {
        let mut variables = Variables::default();
        let head = self.head(head, &mut variables);
        let guards = self.expressions(guards, &variables, dialect);
        let body = self.expressions(body, &variables, dialect);
        let (Some(guards), Some(mut body)) = (guards, body) else { return };
        if body.is_empty() {
            match dialect {
                Dialect::Table => self.problems.push(Problem::NoResult),
                // A call that matches is traced.
                Dialect::Trace => {
                    body.push(vec![Step::Push(Constant::Immediate(Term::boolean(true)))]);
                }
            }
        }
        self.push(head, guards, body, variables);
    }

    /// Steps that take a term apart; elements without variables that have maps in them.
    fn head(&mut self, pattern: Term, variables: &mut Variables) -> Head {
        let mut poll = Poll::new(self.env);
        let mut parts: Vec<Part> = Vec::new();
        let mut stack = vec![Pattern::See(pattern)];
        while let Some(next) = stack.pop() {
            poll.step();
            match next {
                Pattern::See(source) => self.see(source, variables, &mut parts, &mut stack),
                Pattern::Whole { from, children, source } => {
                    let inner = &parts[from + 1..];
                    if inner.len() == children
                        && inner.iter().all(|part| matches!(part, Part::Is(_)))
                    {
                        parts.truncate(from);
                        parts.push(Part::Is(source));
                    }
                }
            }
        }
        let mut whole = Vec::new();
        if parts.iter().any(|part| matches!(part, Part::Map(_))) {
            for (index, element) in pattern.as_tuple().unwrap_or_default().iter().enumerate() {
                if is_bound(*element, self.env) {
                    whole.push((index + 1, self.constant(*element)));
                }
            }
        }
        let steps = parts
            .into_iter()
            .map(|part| match part {
                Part::Step(step) => step,
                Part::Is(term) => Match::Is(self.constant(term)),
                Part::Map(keys) => {
                    Match::Map(keys.into_iter().map(|key| self.constant(key)).collect())
                }
            })
            .collect();
        (steps, whole)
    }

    fn see<'s>(
        &mut self,
        source: Term<'s>,
        variables: &mut Variables,
        parts: &mut Vec<Part<'s>>,
        stack: &mut Vec<Pattern<'s>>,
    ) {
        let from = parts.len();
        if let Some(atom) = source.as_atom() {
            parts.push(if self.env.atoms.text(atom) == "_" {
                Part::Step(Match::Any)
            } else if let Some(number) = variable(atom, self.env) {
                let slot = variables.slots.len() as u32;
                let known = *variables.slots.entry(number).or_insert(slot);
                let step = if known == slot { Match::Bind(slot) } else { Match::Same(known) };
                Part::Step(step)
            } else {
                Part::Is(source)
            });
        } else if let Some(elements) = source.as_tuple() {
            parts.push(Part::Step(Match::Tuple(elements.len() as u32)));
            stack.push(Pattern::Whole { from, children: elements.len(), source });
            stack.extend(elements.iter().rev().map(|element| Pattern::See(*element)));
        } else if let Some(cell) = source.as_cons() {
            parts.push(Part::Step(Match::Cons));
            stack.push(Pattern::Whole { from, children: 2, source });
            stack.extend([Pattern::See(cell.tail), Pattern::See(cell.head)]);
        } else if let Some(map) = Map::of(source) {
            let (mut keys, mut values) = (Vec::new(), Vec::new());
            for (key, value) in map.entries() {
                if let Some(atom) = key.as_atom() {
                    if self.env.atoms.text(atom) == "_" {
                        self.problems.push(Problem::UnderscoreAsKey);
                    } else if variable(atom, self.env).is_some() {
                        self.problems.push(Problem::VariableAsKey);
                    }
                }
                keys.push(key);
                values.push(Pattern::See(value));
            }
            parts.push(Part::Map(keys));
            stack.extend(values.into_iter().rev());
        } else {
            parts.push(Part::Is(source));
        }
    }

    /// A list of expressions; `None` if it is none.
    fn expressions(
        &mut self,
        list: Term,
        variables: &Variables,
        dialect: Dialect,
    ) -> Option<Vec<Vec<Step>>> {
        if !list.is_list() {
            self.problems.push(Problem::PartNotAList);
            return None;
        }
        let mut elements = list.list();
        let mut expressions = Vec::new();
        for expression in elements.by_ref() {
            expressions.push(self.expression(expression, variables, dialect));
        }
        if !elements.rest.is_nil() {
            self.problems.push(Problem::PartNotAProperList);
            return None;
        }
        Some(expressions)
    }

    fn expression(&mut self, source: Term, variables: &Variables, dialect: Dialect) -> Vec<Step> {
        let mut poll = Poll::new(self.env);
        let mut drafts: Vec<Draft> = Vec::new();
        let mut labels: Vec<usize> = Vec::new();
        let mut stack = vec![Todo::Expression(source)];
        while let Some(todo) = stack.pop() {
            poll.step();
            match todo {
                Todo::Expression(source) => {
                    let mut scope = Scope {
                        variables,
                        dialect,
                        drafts: &mut drafts,
                        labels: &mut labels,
                        stack: &mut stack,
                    };
                    if let Err(problem) = self.subexpression(source, &mut scope) {
                        self.problems.push(problem);
                    }
                }
                Todo::Make { from, parts, step, constant, form } => {
                    let made = &drafts[from..];
                    let plain = made.len() == parts
                        && made.iter().all(|draft| matches!(draft, Draft::Push(_, Form::Source)));
                    if plain {
                        drafts.truncate(from);
                        drafts.push(Draft::Push(constant, form));
                    } else {
                        drafts.push(Draft::Step(step));
                    }
                }
                Todo::Emit(draft) => drafts.push(draft),
                Todo::Label(label) => labels[label] = drafts.len(),
            }
        }
        drafts
            .into_iter()
            .map(|draft| match draft {
                Draft::Step(step) => step,
                Draft::Push(term, _) => Step::Push(self.constant(term)),
                Draft::AndAlso(label) => Step::AndAlso(labels[label] as u32),
                Draft::OrElse(label) => Step::OrElse(labels[label] as u32),
            })
            .collect()
    }

    fn subexpression<'s>(
        &mut self,
        source: Term<'s>,
        scope: &mut Scope<'s, '_>,
    ) -> Result<(), Problem> {
        let from = scope.drafts.len();
        match source.view() {
            View::Atom(atom) => {
                let draft = match self.env.atoms.text(atom) {
                    "$_" => Draft::Step(Step::Whole),
                    "$$" => Draft::Step(Step::Bindings),
                    _ => match variable(atom, self.env) {
                        None => Draft::Push(source, Form::Source),
                        Some(number) => {
                            let slot = scope.variables.slots.get(&number);
                            Draft::Step(Step::Variable(*slot.ok_or(Problem::Unbound(number))?))
                        }
                    },
                };
                scope.drafts.push(draft);
            }
            View::Cons(_) => {
                let mut list = source.list();
                let elements: Vec<Term> = list.by_ref().collect();
                let count = elements.len();
                scope.stack.push(Todo::Make {
                    from,
                    parts: count + 1,
                    step: Step::List(count as u32),
                    constant: source,
                    form: Form::Source,
                });
                scope.stack.push(Todo::Expression(list.rest));
                scope.stack.extend(elements.into_iter().rev().map(Todo::Expression));
            }
            View::FlatMap(_) | View::HashMap(_) => {
                let map = Map::of(source).expect("the view says so");
                let parts = 2 * map.size();
                scope.stack.push(Todo::Make {
                    from,
                    parts,
                    step: Step::Map(map.size() as u32),
                    constant: source,
                    form: Form::Source,
                });
                let entries: Vec<Term> =
                    map.entries().flat_map(|(key, value)| [key, value]).collect();
                scope.stack.extend(entries.into_iter().rev().map(Todo::Expression));
            }
            View::Tuple([inner]) if inner.as_tuple().is_some() => {
                let elements = inner.as_tuple().expect("it is one");
                scope.stack.push(Todo::Make {
                    from,
                    parts: elements.len(),
                    step: Step::Tuple(elements.len() as u32),
                    constant: *inner,
                    form: Form::Value,
                });
                scope.stack.extend(elements.iter().rev().copied().map(Todo::Expression));
            }
            View::Tuple([name, args @ ..]) if name.is_atom() => {
                self.call(source, *name, args, scope)?;
            }
            View::Tuple(_) => return Err(Problem::BareTuple(Kept::new(source, self.env))),
            _ => scope.drafts.push(Draft::Push(source, Form::Source)),
        }
        Ok(())
    }

    /// `{Name, Argument, ...}`: a special form or a call.
    fn call<'s>(
        &mut self,
        source: Term<'s>,
        name: Term<'s>,
        args: &'s [Term<'s>],
        scope: &mut Scope<'s, '_>,
    ) -> Result<(), Problem> {
        let atom = name.as_atom().expect("the caller has seen it");
        let env = Rc::clone(self.env);
        let text = env.atoms.text(atom);
        let no_arguments = |name| Problem::NoArguments(name, Kept::new(source, &env));
        let arguments = || args.iter().rev().copied().map(Todo::Expression);
        match text {
            "const" => {
                let [value] = args else {
                    return Err(Problem::OneArgument(Kept::new(source, self.env)));
                };
                scope.drafts.push(Draft::Push(*value, Form::Value));
            }
            "self" if !args.is_empty() => {
                return Err(Problem::Arguments("self", Kept::new(source, self.env)));
            }
            "and" | "or" => {
                let and = text == "and";
                if args.is_empty() {
                    return Err(no_arguments(if and { "and" } else { "or" }));
                }
                let count = args.len() as u32;
                let step = if and { Step::And(count) } else { Step::Or(count) };
                scope.stack.push(Todo::Emit(Draft::Step(step)));
                scope.stack.extend(arguments());
            }
            "andalso" | "orelse" => {
                let and = text == "andalso";
                let Some((last, conditions)) = args.split_last() else {
                    return Err(no_arguments(if and { "andalso" } else { "orelse" }));
                };
                let label = scope.labels.len();
                scope.labels.push(0);
                scope.stack.push(Todo::Label(label));
                scope.stack.push(Todo::Expression(*last));
                for condition in conditions.iter().rev() {
                    let jump = if and { Draft::AndAlso(label) } else { Draft::OrElse(label) };
                    scope.stack.push(Todo::Emit(jump));
                    scope.stack.push(Todo::Expression(*condition));
                }
            }
            _ => {
                let function = match scope.dialect {
                    Dialect::Table => Function::find(text, args.len()),
                    Dialect::Trace => Function::find_traced(text, args.len()),
                };
                let Some(function) = function else {
                    return Err(match Function::of_traces(text) {
                        Some(name) if name.ends_with("_tcw") => {
                            Problem::WrongContext(name, args.len())
                        }
                        Some(name) => Problem::WrongDialect(name),
                        None => Problem::Unknown(atom, args.len()),
                    });
                };
                scope.stack.push(Todo::Emit(Draft::Step(Step::Call(function))));
                scope.stack.extend(arguments());
            }
        }
        Ok(())
    }
}

/// Where an expression is being compiled.
struct Scope<'s, 'w> {
    variables: &'w Variables,
    dialect: Dialect,
    drafts: &'w mut Vec<Draft<'s>>,
    labels: &'w mut Vec<usize>,
    stack: &'w mut Vec<Todo<'s>>,
}
