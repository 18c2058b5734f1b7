//! Runs verified code over values that are only their types.

use beamlet_code::inst::{Inst, Label, Need, Register, Source, Test};
use beamlet_code::types::{Kinds, Type};
use beamlet_code::verify::{Verified, reach};
use rand::RngExt;
use rand::rngs::SmallRng;

use super::generate::{ELEMENT, ERROR, HD, PLUS, SETELEMENT};

const STEPS_MAX: usize = 300;

/// A value: one kind, and of a tuple how many elements it has.
type Value = Type;

#[derive(Clone, Copy, PartialEq)]
enum Slot {
    Value(Value),
    Tag(Label),
}

/// What is above the return address: function, place of the next instruction, slots.
struct Frame {
    function: usize,
    next: usize,
    slots: Vec<Option<Slot>>,
}

struct Machine<'a> {
    verified: &'a Verified,
    chance: &'a mut SmallRng,
    function: usize,
    place: usize,
    xs: [Option<Value>; 8],
    /// Of the running function.
    slots: Option<Vec<Option<Slot>>>,
    floats: [bool; 16],
    heap: Need,
    callers: Vec<Frame>,
}

enum End {
    /// The program is at its end, or compiled code would have given up.
    Over,
    Wrong(String),
}

type Step<T> = Result<T, End>;

fn wrong<T>(what: impl Into<String>) -> Step<T> {
    Err(End::Wrong(what.into()))
}

/// Instructions run, or what the verifier was wrong about.
pub fn run(verified: &Verified, chance: &mut SmallRng) -> Result<usize, String> {
    let mut machine = Machine {
        verified,
        chance,
        function: 0,
        place: 2,
        xs: [None; 8],
        slots: None,
        floats: [false; 16],
        heap: Need::default(),
        callers: Vec::new(),
    };
    // An exported function, or a fun.
    machine.function = if machine.flip() { 0 } else { 2 };
    for x in 0..2 {
        machine.xs[x] = Some(machine.any());
    }
    for step in 0..STEPS_MAX {
        match machine.step() {
            Ok(()) => {}
            Err(End::Over) => return Ok(step),
            Err(End::Wrong(what)) => {
                return Err(format!(
                    "function {} instruction {}: {what}",
                    machine.function, machine.place
                ));
            }
        }
    }
    Ok(STEPS_MAX)
}

fn one(kinds: Kinds) -> Value {
    Type::of(kinds)
}

impl Machine<'_> {
    fn flip(&mut self) -> bool {
        self.chance.random()
    }

    /// Any term.
    fn any(&mut self) -> Value {
        match self.chance.random_range(0..16u16) {
            kind @ 0..13 if Kinds(1 << kind) != Kinds::TUPLE => one(Kinds(1 << kind)),
            13 => one(Kinds::CONS),
            _ => Type::tuple(self.chance.random_range(0..4)),
        }
    }

    fn get(&self, register: Register) -> Step<Value> {
        match register {
            Register::X(x) => match self.xs.get(usize::from(x)) {
                Some(Some(value)) => Ok(*value),
                _ => wrong(format!("x{x} is not set")),
            },
            Register::Y(y) => match self.slots.as_ref().and_then(|all| all.get(usize::from(y))) {
                Some(Some(Slot::Value(value))) => Ok(*value),
                Some(Some(Slot::Tag(_))) => wrong(format!("y{y} is a catch tag")),
                _ => wrong(format!("y{y} is not set")),
            },
        }
    }

    fn set(&mut self, register: Register, value: Value) -> Step<()> {
        match register {
            Register::X(x) => self.xs[usize::from(x)] = Some(value),
            Register::Y(y) => {
                let slot = self.slots.as_mut().and_then(|all| all.get_mut(usize::from(y)));
                match slot {
                    Some(Some(Slot::Tag(_))) => return wrong(format!("y{y} is a catch tag")),
                    Some(slot) => *slot = Some(Slot::Value(value)),
                    None => return wrong(format!("y{y} is outside of the frame")),
                }
            }
        }
        Ok(())
    }

    fn source(&self, source: Source) -> Step<Value> {
        match source {
            Source::X(x) => self.get(Register::X(x)),
            Source::Y(y) => self.get(Register::Y(y)),
            Source::Small(_) => Ok(one(Kinds::SMALL)),
            Source::Atom(_) => Ok(one(Kinds::ATOM)),
            Source::Nil => Ok(one(Kinds::NIL)),
            Source::Literal(0) => Ok(Type::tuple(2)),
            Source::Literal(_) => Ok(one(Kinds::BITSTRING)),
        }
    }

    /// A term: no context.
    fn term(&self, source: Source) -> Step<Value> {
        match self.source(source)? {
            value if value.kinds == Kinds::CONTEXT => wrong("a match context gets out"),
            value => Ok(value),
        }
    }

    fn terms(&self, sources: &[Source]) -> Step<()> {
        sources.iter().try_for_each(|source| self.term(*source).map(|_| ()))
    }

    fn goto(&mut self, label: Label) -> Step<()> {
        let body = &self.verified.module.functions[self.function].body;
        self.place = body.iter().position(|inst| *inst == Inst::Label(label)).expect("a label");
        Ok(())
    }

    fn whole_frame(&self) -> Step<()> {
        match self.slots.iter().flatten().all(Option::is_some) {
            true => Ok(()),
            false => wrong("a slot of the frame is not set"),
        }
    }

    fn collect(&mut self, live: u16) -> Step<()> {
        self.whole_frame()?;
        for x in 0..live {
            self.get(Register::X(x))?;
        }
        self.xs[usize::from(live)..].fill(None);
        self.heap = Need::default();
        Ok(())
    }

    fn build(&mut self, words: u32) -> Step<()> {
        match self.heap.words.checked_sub(words) {
            Some(left) => {
                self.heap.words = left;
                Ok(())
            }
            None => wrong("more is built than was set aside"),
        }
    }

    /// The stack is searched from its top: the lowest slot of a frame first.
    fn raise(&mut self) -> Step<()> {
        loop {
            self.whole_frame()?;
            let handler = self.slots.iter().flatten().find_map(|slot| match slot {
                Some(Slot::Tag(handler)) => Some(*handler),
                _ => None,
            });
            if let Some(handler) = handler {
                self.xs = [None; 8];
                self.xs[0] = Some(one(Kinds::ATOM));
                self.xs[1] = Some(self.any());
                self.xs[2] = Some(self.any());
                self.xs[3] = Some(self.any());
                (self.heap, self.floats) = (Need::default(), [false; 16]);
                return self.goto(handler);
            }
            let Some(caller) = self.callers.pop() else { return Err(End::Over) };
            (self.function, self.place) = (caller.function, caller.next);
            self.slots = Some(caller.slots);
        }
    }

    fn returned(&mut self, value: Value) {
        self.xs = [None; 8];
        self.xs[0] = Some(value);
        (self.heap, self.floats) = (Need::default(), [false; 16]);
    }

    fn step(&mut self) -> Step<()> {
        let verified = self.verified;
        let (function, place) = (self.function, self.place);
        let body = &verified.module.functions[function].body;
        let facts = &verified.facts[function];
        let Some(inst) = body.get(place) else { return wrong("control runs off the end") };
        if !facts.reached[place] {
            return wrong("it runs, and is not reached");
        }
        for (number, source) in inst.sources().into_iter().enumerate() {
            let (value, said) = (self.source(source)?, facts.source(place, number));
            let small = value.kinds == Kinds::TUPLE && value.arity_min < said.arity_min;
            if !value.kinds.is_within(said.kinds) || small {
                return wrong(format!("operand {number} is {value}, and should be {said}"));
            }
        }
        self.place += 1;
        self.inst(inst, place)
    }

    fn inst(&mut self, inst: &Inst, place: usize) -> Step<()> {
        match inst {
            Inst::Label(_) => {}
            Inst::FuncInfo => {
                self.terms(&[Source::X(0), Source::X(1)])?;
                return self.raise();
            }
            Inst::Allocate { slots, need, live } => {
                if self.slots.is_some() {
                    return wrong("there is a frame");
                }
                self.collect(*live)?;
                self.slots = Some(vec![None; usize::from(*slots)]);
                self.heap = *need;
            }
            Inst::InitYregs(slots) => {
                for y in slots {
                    self.set(Register::Y(*y), one(Kinds::NIL))?;
                }
            }
            Inst::Deallocate { slots } => match self.slots.take() {
                Some(all) if all.len() == usize::from(*slots) => {
                    if all.iter().any(|slot| matches!(slot, Some(Slot::Tag(_)))) {
                        return wrong("a catch tag is left");
                    }
                }
                _ => return wrong("the frame is another"),
            },
            Inst::Return => {
                self.term(Source::X(0))?;
                if self.slots.is_some() {
                    return wrong("the frame is left");
                }
                let value = self.get(Register::X(0))?;
                let Some(caller) = self.callers.pop() else { return Err(End::Over) };
                (self.function, self.place) = (caller.function, caller.next);
                self.slots = Some(caller.slots);
                self.returned(value);
            }
            Inst::Call { label, .. } => {
                self.whole_frame()?;
                let Some(slots) = self.slots.take() else { return wrong("there is no frame") };
                let args = [self.get(Register::X(0))?, self.get(Register::X(1))?];
                let frame = Frame { function: self.function, next: self.place, slots };
                self.callers.push(frame);
                self.function = *label as usize / 2 - 1;
                self.place = 2;
                self.returned(args[0]);
                self.xs[1] = Some(args[1]);
            }
            Inst::CallExt { import, arity } => {
                self.whole_frame()?;
                let args: Vec<Source> = (0..u16::from(*arity)).map(Source::X).collect();
                self.terms(&args)?;
                if *import == ERROR || self.chance.random_range(0..4) == 0 {
                    return self.raise();
                }
                let value = match *import {
                    SETELEMENT => match self.get(Register::X(1))? {
                        tuple if tuple.kinds == Kinds::TUPLE && tuple.arity_min > 0 => tuple,
                        _ => return self.raise(),
                    },
                    _ => self.any(),
                };
                self.returned(value);
            }
            Inst::TestHeap { need, live } => {
                self.collect(*live)?;
                self.heap = *need;
            }
            Inst::Bif { import, args, dst, fail, live } => {
                self.terms(args)?;
                let values: Vec<Value> =
                    args.iter().map(|arg| self.source(*arg)).collect::<Step<_>>()?;
                if let Some(live) = live {
                    self.collect(*live)?;
                }
                let number = |value: &Value| value.kinds.is_within(Kinds::NUMBER);
                let result = match *import {
                    HD => (values[0].kinds == Kinds::CONS).then(|| self.any()),
                    PLUS if values.iter().all(number) => {
                        let float = values.iter().any(|value| value.kinds == Kinds::FLOAT);
                        Some(one(if float {
                            Kinds::FLOAT
                        } else if self.flip() {
                            Kinds::SMALL
                        } else {
                            Kinds::BIG
                        }))
                    }
                    PLUS => None,
                    ELEMENT => {
                        // The only small number here is 7, and those of which no more is known.
                        let index = match args[0] {
                            Source::Small(index) => index as u32,
                            _ => 1,
                        };
                        let found = values[0].kinds == Kinds::SMALL
                            && values[1].kinds == Kinds::TUPLE
                            && index <= values[1].arity_min;
                        found.then(|| self.any())
                    }
                    _ => (values[0].kinds == Kinds::TUPLE).then(|| one(Kinds::SMALL)),
                };
                match (result, fail) {
                    (Some(value), _) => self.set(*dst, value)?,
                    (None, Some(fail)) => return self.goto(*fail),
                    (None, None) => return self.raise(),
                }
            }
            Inst::Test { test, fail, args } => {
                self.terms(args)?;
                let first = self.source(args[0])?;
                let is = |kinds| first.kinds.is_within(kinds);
                let holds = match test {
                    Test::IsInteger => is(Kinds::INTEGER),
                    Test::IsFloat => is(Kinds::FLOAT),
                    Test::IsNumber => is(Kinds::NUMBER),
                    Test::IsAtom => is(Kinds::ATOM),
                    Test::IsNil => is(Kinds::NIL),
                    Test::IsList => is(Kinds::LIST),
                    Test::IsNonemptyList => is(Kinds::CONS),
                    Test::IsTuple => is(Kinds::TUPLE),
                    Test::IsMap => is(Kinds::MAP),
                    Test::IsBitstring => is(Kinds::BITSTRING),
                    Test::IsFunctionArity => is(Kinds::FUN) && self.flip(),
                    Test::EqExact => first == self.source(args[1])? && self.flip(),
                    Test::NeExact => first != self.source(args[1])? || self.flip(),
                    _ => self.flip(),
                };
                if !holds {
                    return self.goto(*fail);
                }
            }
            Inst::TestArity { fail, tuple, arity } => {
                if self.term(*tuple)? != Type::tuple(*arity) {
                    return self.goto(*fail);
                }
            }
            Inst::IsTaggedTuple { fail, tuple, arity, .. } => {
                if self.term(*tuple)? != Type::tuple(*arity) || self.flip() {
                    return self.goto(*fail);
                }
            }
            Inst::SelectVal { value, fail, cases } => {
                let value = self.term(*value)?;
                for (constant, label) in cases {
                    if self.source(*constant)? == value && self.flip() {
                        return self.goto(*label);
                    }
                }
                return self.goto(*fail);
            }
            Inst::Jump(label) => return self.goto(*label),
            Inst::Badmatch(source) => {
                self.term(*source)?;
                return self.raise();
            }
            Inst::IfEnd => return self.raise(),
            Inst::Trim { slots, remaining } => match &mut self.slots {
                Some(all) if all.len() == usize::from(slots + remaining) => {
                    let gone = all.drain(..usize::from(*slots));
                    if gone.filter(|slot| matches!(slot, Some(Slot::Tag(_)))).count() > 0 {
                        return wrong("a catch tag is trimmed");
                    }
                }
                _ => return wrong("the frame is another"),
            },
            Inst::Try { y, label } | Inst::Catch { y, label } => {
                let slot = self.slots.as_mut().and_then(|all| all.get_mut(usize::from(*y)));
                match slot {
                    Some(Some(Slot::Tag(_))) | None => return wrong("no slot for a catch tag"),
                    Some(slot) => *slot = Some(Slot::Tag(*label)),
                }
            }
            Inst::TryEnd { y } | Inst::TryCase { y } | Inst::CatchEnd { y } => {
                let slot = self.slots.as_mut().and_then(|all| all.get_mut(usize::from(*y)));
                match slot {
                    Some(slot @ Some(Slot::Tag(_))) => {
                        *slot = Some(Slot::Value(one(Kinds::NIL)));
                    }
                    _ => return wrong("there is no catch tag"),
                }
                if let Inst::CatchEnd { .. } = inst {
                    self.term(Source::X(0))?;
                    self.whole_frame()?;
                    let value = self.any();
                    self.returned(value);
                }
                if let Inst::TryCase { .. } = inst {
                    self.terms(&[Source::X(0), Source::X(1), Source::X(2)])?;
                    self.xs[3..].fill(None);
                }
            }
            Inst::Move { src, dst } => {
                let value = self.source(*src)?;
                self.set(*dst, value)?;
            }
            Inst::Swap { a, b } => {
                let (first, second) = (self.get(*a)?, self.get(*b)?);
                self.set(*a, second)?;
                self.set(*b, first)?;
            }
            _ => return self.data(inst, place),
        }
        Ok(())
    }

    fn data(&mut self, inst: &Inst, place: usize) -> Step<()> {
        let body = &self.verified.module.functions[self.function].body;
        match inst {
            Inst::GetList { src, head, tail } => {
                if self.term(*src)?.kinds != Kinds::CONS {
                    return Err(End::Over);
                }
                for register in [head, tail] {
                    let value = self.any();
                    self.set(*register, value)?;
                }
            }
            Inst::GetTupleElement { src, index, dst } => {
                let value = self.term(*src)?;
                let said = self.verified.facts[self.function].source(place, 0);
                let proven = said.kinds == Kinds::TUPLE && said.arity_min > *index;
                let least = if proven { *index } else { reach(body, place) };
                if value.kinds != Kinds::TUPLE || value.arity_min <= least {
                    return if proven { wrong("it was proven") } else { Err(End::Over) };
                }
                let value = self.any();
                self.set(*dst, value)?;
            }
            Inst::SetTupleElement { value, tuple, index } => {
                self.term(*value)?;
                let tuple = self.term(*tuple)?;
                if tuple.kinds != Kinds::TUPLE || tuple.arity_min <= *index {
                    return Err(End::Over);
                }
            }
            Inst::PutList { head, tail, dst } => {
                self.terms(&[*head, *tail])?;
                self.build(2)?;
                self.set(*dst, one(Kinds::CONS))?;
            }
            Inst::PutTuple { dst, elements } => {
                self.terms(elements)?;
                self.build(1 + elements.len() as u32)?;
                self.set(*dst, Type::tuple(elements.len() as u32))?;
            }
            Inst::MakeFun { dst, free, .. } => {
                self.terms(free)?;
                match self.heap.funs.checked_sub(1) {
                    Some(left) => {
                        self.heap.funs = left;
                        self.build(1)?;
                    }
                    None => self.build(4)?,
                }
                self.set(*dst, one(Kinds::FUN))?;
            }
            Inst::PutMap { src, dst, live, pairs, .. } => {
                let map = self.term(*src)?;
                self.terms(&[pairs[0].0, pairs[0].1])?;
                self.collect(*live)?;
                if map.kinds != Kinds::MAP {
                    return self.raise();
                }
                self.set(*dst, one(Kinds::MAP))?;
            }
            Inst::GetMapElements { fail, src, pairs } => {
                if self.term(*src)?.kinds != Kinds::MAP {
                    return Err(End::Over);
                }
                if self.flip() {
                    return self.goto(*fail);
                }
                let value = self.any();
                self.set(pairs[0].1, value)?;
            }
            Inst::Fconv { src, dst } => {
                if !self.term(*src)?.kinds.is_within(Kinds::NUMBER) {
                    return self.raise();
                }
                self.floats[usize::from(*dst)] = true;
            }
            Inst::Farith { a, b, dst, .. } => {
                if !self.floats[usize::from(*a)] || !self.floats[usize::from(*b)] {
                    return wrong("a floating-point register is not set");
                }
                if self.chance.random_range(0..4) == 0 {
                    return self.raise();
                }
                self.floats[usize::from(*dst)] = true;
            }
            Inst::FmoveOut { src, dst } => {
                if !self.floats[usize::from(*src)] {
                    return wrong("a floating-point register is not set");
                }
                match self.heap.floats.checked_sub(1) {
                    Some(left) => self.heap.floats = left,
                    None => self.build(2)?,
                }
                self.set(*dst, one(Kinds::FLOAT))?;
            }
            Inst::BsStartMatch { fail, src, live, dst } => {
                let value = self.source(*src)?;
                self.collect(*live)?;
                if !value.kinds.is_within(Kinds::BITSTRING.union(Kinds::CONTEXT)) {
                    return match fail {
                        Some(fail) => self.goto(*fail),
                        None => Err(End::Over),
                    };
                }
                self.set(*dst, one(Kinds::CONTEXT))?;
            }
            Inst::BsGet { kind, fail, context, live, dst, .. } => {
                if self.get(*context)?.kinds != Kinds::CONTEXT {
                    return Err(End::Over);
                }
                self.collect(*live)?;
                if self.flip() {
                    return self.goto(*fail);
                }
                use beamlet_code::inst::Extract::Integer;
                let kinds = if *kind == Integer { Kinds::SMALL } else { Kinds::BITSTRING };
                self.set(*dst, one(kinds))?;
            }
            Inst::BsGetTail { context, dst, live } => {
                if self.get(*context)?.kinds != Kinds::CONTEXT {
                    return Err(End::Over);
                }
                self.collect(*live)?;
                self.set(*dst, one(Kinds::BITSTRING))?;
            }
            _ => unreachable!("not generated: {inst:?}"),
        }
        Ok(())
    }
}
