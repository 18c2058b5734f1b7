//! What is known at one point of a function: registers and their types, which of them hold the
//! same value, the frame, the catch tags, and what is set aside on the heap.
//!
//! X registers and slots stand in one row: X0, X1 .. then Y0, Y1 ..; a register without a kind is
//! not set. Registers that hold the same value are a class, named by its lowest member, so that
//! what a test proves of one is known of all.

use std::collections::HashMap;

use crate::inst::{Label, Need, Register, Source, Y};
use crate::types::{Kinds, Type};

use super::reason::Reason;

/// What only the verifier knows of: a slot that holds a catch tag.
const TAG: Kinds = Kinds(1 << 15);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TagKind {
    Catch,
    Try,
}

/// An active catch tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tag {
    pub y: Y,
    pub handler: Label,
    pub kind: TagKind,
}

/// The frame of the function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Frame {
    None,
    Slots(u16),
    /// Of one size or another (none counts as 0), as where several blocks share the end that
    /// raises: at least `slots`, which are known. Of the others it is known whether all are set.
    Mixed {
        slots: u16,
        set: bool,
    },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// X registers that the function mentions.
    xs: u16,
    types: Vec<Type>,
    same: Vec<u16>,
    pub frame: Frame,
    /// From the outermost to the innermost.
    pub tags: Vec<Tag>,
    /// It is not known which tags there are, as where blocks in and out of a `try` share an end
    /// that raises. Slots do not change then, and the handlers know of them already.
    pub mixed: bool,
    /// Set aside on the heap and not used yet.
    pub heap: Need,
    /// Floating-point registers that are set, as bits.
    pub floats: u16,
    /// The class of registers that hold what `erlang:setelement/3` has returned, while nothing has
    /// run since that could have put it into another term.
    pub fresh: Option<u16>,
}

const UNSET: Type = Type::of(Kinds::NONE);

impl State {
    /// At the entry of a function.
    pub fn entry(xs: u16, parameters: &[Type]) -> State {
        let mut types = vec![UNSET; usize::from(xs)];
        types[..parameters.len()].copy_from_slice(parameters);
        State {
            xs,
            types,
            same: (0..xs).collect(),
            frame: Frame::None,
            tags: Vec::new(),
            mixed: false,
            heap: Need::default(),
            floats: 0,
            fresh: None,
        }
    }

    /// Registers, which is what an operation on the whole state costs.
    pub fn cells(&self) -> usize {
        self.types.len()
    }

    fn slots(&self) -> u16 {
        match self.frame {
            Frame::Slots(slots) | Frame::Mixed { slots, .. } => slots,
            Frame::None => 0,
        }
    }

    fn place(&self, register: Register) -> Result<usize, Reason> {
        match register {
            Register::X(x) if x < self.xs => Ok(usize::from(x)),
            Register::X(_) => Err(Reason::uninitialised(register)),
            Register::Y(y) if y < self.slots() => Ok(usize::from(self.xs + y)),
            Register::Y(y) => Err(Reason::OutsideFrame(y)),
        }
    }

    /// The type of a register that is set to a term or a match context.
    pub fn get(&self, register: Register) -> Result<Type, Reason> {
        let of = self.types[self.place(register)?];
        match (of.kinds, register) {
            (Kinds::NONE, _) => Err(Reason::uninitialised(register)),
            (TAG, Register::Y(y)) => Err(Reason::CatchTag(y)),
            _ => Ok(of),
        }
    }

    pub fn x(&self, x: u16) -> Option<Type> {
        self.types[..usize::from(self.xs)]
            .get(usize::from(x))
            .copied()
            .filter(|of| of.kinds != Kinds::NONE)
    }

    /// Takes the register at `place` out of its class.
    fn detach(&mut self, place: usize) {
        let class = self.same[place];
        if usize::from(class) == place {
            // It gave the class its name: the next member does now.
            let heir = (place + 1..self.same.len()).find(|other| self.same[*other] == class);
            self.rename(class, heir.map(|heir| heir as u16));
        }
        self.same[place] = place as u16;
    }

    /// A class gets another name, or has no member any more.
    fn rename(&mut self, class: u16, name: Option<u16>) {
        if let Some(name) = name {
            self.same.iter_mut().filter(|same| **same == class).for_each(|same| *same = name);
        }
        if self.fresh == Some(class) {
            self.fresh = name;
        }
    }

    fn put(&mut self, place: usize, of: Type) {
        self.detach(place);
        self.types[place] = of;
    }

    pub fn set(&mut self, register: Register, of: Type) -> Result<(), Reason> {
        let place = self.place(register)?;
        if let Register::Y(y) = register
            && (self.mixed || self.types[place].kinds == TAG)
        {
            return Err(Reason::CatchTag(y));
        }
        self.put(place, of);
        Ok(())
    }

    /// Gives `dst` the value of `src`.
    pub fn copy(&mut self, src: Register, dst: Register) -> Result<(), Reason> {
        let of = self.get(src)?;
        if src == dst {
            return Ok(());
        }
        self.set(dst, of)?;
        let (from, to) = (self.place(src)?, self.place(dst)?);
        self.join_class(from, to);
        Ok(())
    }

    pub fn swap(&mut self, a: Register, b: Register) -> Result<(), Reason> {
        let (of_a, of_b) = (self.get(a)?, self.get(b)?);
        for register in [a, b] {
            if let (Register::Y(y), true) = (register, self.mixed) {
                return Err(Reason::CatchTag(y));
            }
        }
        let (a, b) = (self.place(a)?, self.place(b)?);
        if a == b || self.same[a] == self.same[b] {
            return Ok(());
        }
        // Each leaves its class and joins the other's.
        let mates = |state: &State, place: usize| {
            (0..state.same.len())
                .find(|other| *other != place && state.same[*other] == state.same[place])
        };
        let (mate_a, mate_b) = (mates(self, a), mates(self, b));
        self.put(a, of_b);
        self.put(b, of_a);
        if let Some(mate) = mate_a {
            self.join_class(mate, b);
        }
        if let Some(mate) = mate_b {
            self.join_class(mate, a);
        }
        Ok(())
    }

    /// Puts the register at `place`, which is alone, into the class of `mate`.
    fn join_class(&mut self, mate: usize, place: usize) {
        let class = self.same[mate];
        if usize::from(class) > place {
            self.rename(class, Some(place as u16));
        }
        self.same[place] = self.same[mate];
    }

    /// X0 holds what `erlang:setelement/3` has just returned.
    pub fn is_made(&mut self) {
        self.fresh = Some(0);
    }

    /// The register holds what `erlang:setelement/3` has made.
    pub fn is_fresh(&self, source: Source) -> bool {
        match register(source).map(|register| self.place(register)) {
            Some(Ok(place)) => self.fresh == Some(self.same[place]),
            _ => false,
        }
    }

    /// Says what is now known of the value in a register; false if it cannot be.
    #[must_use]
    pub fn refine(&mut self, source: Source, of: Type) -> bool {
        if of.kinds == Kinds::NONE {
            return false;
        }
        if let Some(Ok(place)) = register(source).map(|register| self.place(register)) {
            // The instruction may have ended what it has read.
            if self.types[place] == UNSET || self.types[place].kinds == TAG {
                return true;
            }
            let class = self.same[place];
            for (same, known) in self.same.iter().zip(&mut self.types) {
                if *same == class {
                    *known = of;
                }
            }
        }
        true
    }

    /// Only the first `live` X registers are left.
    pub fn keep_xs(&mut self, live: u16) {
        let (live, xs) = (usize::from(live.min(self.xs)), usize::from(self.xs));
        for place in live..xs {
            self.types[place] = UNSET;
        }
        // Classes that were named by an X register that goes are named by their first slot.
        let mut heirs = vec![None; xs - live];
        for place in xs..self.same.len() {
            if let Some(heir) = usize::from(self.same[place])
                .checked_sub(live)
                .and_then(|class| heirs.get_mut(class))
            {
                self.same[place] = *heir.get_or_insert(place as u16);
            }
        }
        if let Some(heir) = self
            .fresh
            .and_then(|class| usize::from(class).checked_sub(live))
            .and_then(|class| heirs.get(class))
        {
            self.fresh = *heir;
        }
        for place in live..xs {
            self.same[place] = place as u16;
        }
    }

    /// All X registers below `live` must be set.
    pub fn need_xs(&self, live: u16) -> Result<(), Reason> {
        match (0..live).find(|x| self.x(*x).is_none()) {
            Some(x) => Err(Reason::XUninitialised(x)),
            None => Ok(()),
        }
    }

    /// All X registers below `live` must be set, and none can be a match context.
    pub fn need_terms(&self, live: u16) -> Result<(), Reason> {
        self.need_xs(live)?;
        match (0..live).find(|x| self.x(*x).is_some_and(|of| of.kinds.may_be(Kinds::CONTEXT))) {
            Some(x) => Err(Reason::XContext(x)),
            None => Ok(()),
        }
    }

    /// All slots of the frame must be set.
    pub fn need_ys(&self) -> Result<(), Reason> {
        if let Frame::Mixed { slots, set: false } = self.frame {
            return Err(Reason::YUninitialised(slots));
        }
        match self.types[usize::from(self.xs)..].iter().position(|of| *of == UNSET) {
            Some(y) => Err(Reason::YUninitialised(y as Y)),
            None => Ok(()),
        }
    }

    pub fn need_float(&self, f: u8) -> Result<(), Reason> {
        match f < 16 && self.floats & 1 << f != 0 {
            true => Ok(()),
            false => Err(Reason::Float(f)),
        }
    }

    pub fn set_float(&mut self, f: u8) {
        self.floats |= 1 << f;
    }

    // The frame.

    pub fn need_frame(&self) -> Result<(), Reason> {
        if self.frame == Frame::None { Err(Reason::NoFrame) } else { Ok(()) }
    }

    pub fn need_no_frame(&self) -> Result<(), Reason> {
        if self.frame == Frame::None { Ok(()) } else { Err(Reason::Frame) }
    }

    pub fn allocate(&mut self, slots: u16) -> Result<(), Reason> {
        self.need_no_frame()?;
        self.frame = Frame::Slots(slots);
        let cells = usize::from(self.xs + slots);
        self.types.resize(cells, UNSET);
        self.same.extend(self.xs..self.xs + slots);
        Ok(())
    }

    /// The whole frame is given back.
    pub fn deallocate(&mut self, slots: u16) -> Result<(), Reason> {
        match self.frame {
            Frame::None => return Err(Reason::NoFrame),
            Frame::Slots(frame) if frame == slots => {}
            _ => return Err(Reason::FrameSize),
        }
        if self.mixed || !self.tags.is_empty() {
            return Err(Reason::CatchTagLeft);
        }
        self.frame = Frame::None;
        self.forget_slots();
        Ok(())
    }

    /// Forgets slots that are not in the frame (any more).
    fn forget_slots(&mut self) {
        // Classes are named by their lowest member, so what stays keeps its name.
        let cells = self.xs + self.slots();
        self.types.truncate(usize::from(cells));
        self.same.truncate(usize::from(cells));
        self.fresh = self.fresh.filter(|class| *class < cells);
    }

    pub fn trim(&mut self, slots: u16, remaining: u16) -> Result<(), Reason> {
        match self.frame {
            Frame::None => return Err(Reason::NoFrame),
            Frame::Slots(frame) if u32::from(slots) + u32::from(remaining) == u32::from(frame) => {}
            _ => return Err(Reason::FrameSize),
        }
        if self.mixed || self.tags.iter().any(|tag| tag.y < slots) {
            return Err(Reason::CatchTagLeft);
        }
        let (first, end) = (usize::from(self.xs), usize::from(self.xs + slots));
        for place in first..end {
            self.detach(place);
        }
        self.types.drain(first..end);
        self.same.drain(first..end);
        for same in self.same.iter_mut().chain(&mut self.fresh) {
            if *same >= self.xs {
                *same -= slots;
            }
        }
        self.frame = Frame::Slots(remaining);
        self.tags.iter_mut().for_each(|tag| tag.y -= slots);
        Ok(())
    }

    // Catch tags.

    pub fn push_tag(&mut self, tag: Tag) -> Result<(), Reason> {
        let place = self.place(Register::Y(tag.y))?;
        if self.mixed || self.types[place].kinds == TAG {
            return Err(Reason::CatchTag(tag.y));
        }
        // An exception finds the tag that is nearest to the top of the stack.
        if self.tags.last().is_some_and(|outer| outer.y <= tag.y) {
            return Err(Reason::Nesting(tag.y));
        }
        self.put(place, Type::of(TAG));
        self.tags.push(tag);
        Ok(())
    }

    /// The innermost tag is ended; its slot becomes `[]`.
    pub fn pop_tag(&mut self, y: Y, kind: TagKind) -> Result<(), Reason> {
        match self.tags.last() {
            Some(tag) if tag.y == y && tag.kind == kind => {}
            _ => return Err(Reason::NotInnermost(y)),
        }
        self.tags.pop();
        let place = self.place(Register::Y(y))?;
        self.put(place, Type::of(Kinds::NIL));
        Ok(())
    }

    // The heap.

    pub fn build(&mut self, words: u32) -> Result<(), Reason> {
        self.heap.words = self.heap.words.checked_sub(words).ok_or(Reason::Heap)?;
        Ok(())
    }

    pub fn build_float(&mut self) -> Result<(), Reason> {
        match self.heap.floats.checked_sub(1) {
            Some(left) => {
                self.heap.floats = left;
                Ok(())
            }
            None => self.build(crate::abi::FLOAT_WORDS),
        }
    }

    pub fn build_fun(&mut self, free: u32) -> Result<(), Reason> {
        match self.heap.funs.checked_sub(1) {
            Some(left) => {
                self.heap.funs = left;
                self.build(free)
            }
            None => self.build(crate::abi::FUN_WORDS + free),
        }
    }

    /// What it costs to cover `other` too, in registers.
    pub fn join_cost(&self, other: &State) -> usize {
        if self.same == other.same { self.cells() } else { 16 * self.cells() }
    }

    /// Covers `other` too; whether that changed anything. `widen` gives up on sizes of tuples.
    pub fn join(&mut self, other: &State, widen: Widen) -> bool {
        let mut changed = false;
        if !self.mixed && (other.mixed || self.tags != other.tags) {
            (self.mixed, changed) = (true, true);
            self.tags.clear();
        }
        if self.frame != other.frame {
            let frame = Frame::Mixed {
                slots: self.slots().min(other.slots()),
                set: self.need_ys().is_ok() && other.need_ys().is_ok(),
            };
            changed |= frame != self.frame;
            self.frame = frame;
            self.forget_slots();
        }
        let (other_types, other_same) =
            (&other.types[..self.types.len()], &other.same[..self.same.len()]);
        for (known, of) in self.types.iter_mut().zip(other_types) {
            if known == of {
                continue;
            }
            let joined = if *known == UNSET || *of == UNSET {
                UNSET
            } else if known.kinds == TAG || of.kinds == TAG {
                // Set, but to what nobody may read.
                Type::of(TAG)
            } else {
                widen.apply(*known, known.join(*of))
            };
            changed |= joined != *known;
            *known = joined;
        }
        if self.same != other_same {
            // The first register that is of the same class in both gives the name.
            let mut names = HashMap::new();
            for (place, (same, b)) in self.same.iter_mut().zip(other_same).enumerate() {
                let class = *names.entry((*same, *b)).or_insert(place as u16);
                changed |= class != *same;
                *same = class;
            }
        }
        let heap = Need {
            words: self.heap.words.min(other.heap.words),
            floats: self.heap.floats.min(other.heap.floats),
            funs: self.heap.funs.min(other.heap.funs),
        };
        let floats = self.floats & other.floats;
        changed |= heap != self.heap || floats != self.floats;
        (self.heap, self.floats, self.fresh) = (heap, floats, None);
        changed
    }
}

/// Whether sizes of tuples are still followed where they change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Widen {
    No,
    Sizes,
}

impl Widen {
    pub fn apply(self, before: Type, joined: Type) -> Type {
        match self {
            Widen::Sizes if before.arity_min != joined.arity_min => Type::of(joined.kinds),
            _ => joined,
        }
    }
}

pub fn register(source: Source) -> Option<Register> {
    match source {
        Source::X(x) => Some(Register::X(x)),
        Source::Y(y) => Some(Register::Y(y)),
        _ => None,
    }
}
