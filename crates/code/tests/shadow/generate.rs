//! Modules of three functions with random code that has a fair chance to be accepted.

use beamlet_code::inst::{
    Extract, FloatOp, Inst, Label, Need, PutMap, Register, SegmentFlags, SegmentSize, Source, Test,
};
use beamlet_code::{Export, Function, Import, Lambda, Line, Module};
use rand::RngExt;
use rand::rngs::SmallRng;

const ATOMS: [&str; 11] =
    ["m", "f", "g", "h", "erlang", "setelement", "error", "hd", "+", "element", "tuple_size"];
pub const SETELEMENT: u32 = 0;
pub const ERROR: u32 = 1;
pub const HD: u32 = 2;
pub const PLUS: u32 = 3;
pub const ELEMENT: u32 = 4;
pub const TUPLE_SIZE: u32 = 5;
pub const OTHER: u32 = 6;

const ARITY: u8 = 2;
const SLOTS: u16 = 3;
const INSTS_MAX: usize = 24;

pub fn module(chance: &mut SmallRng) -> Module {
    let mut label = 7;
    let functions = (1..=3u32)
        .map(|name| {
            let entry = 2 * name;
            let mut body = vec![Inst::Label(entry - 1), Inst::FuncInfo, Inst::Label(entry)];
            let shared = label;
            label += 1;
            let (label, insts) = (&mut label, &mut body);
            Body { chance, label, shared, framed: false, slots: SLOTS, insts }.fill();
            let offsets = (0..body.len() as u32).collect();
            Function { name, arity: ARITY, entry, body, offsets }
        })
        .collect();
    let import = |function, arity| Import { module: 4, function, arity };
    Module {
        atoms: ATOMS.map(str::to_owned).to_vec(),
        name: 0,
        functions,
        label_count: label,
        imports: vec![
            import(5, 3),
            import(6, 1),
            import(7, 1),
            import(8, 2),
            import(9, 2),
            import(10, 1),
            import(1, 2),
        ],
        exports: vec![Export { function: 1, arity: ARITY, label: 2 }],
        lambdas: vec![Lambda {
            function: 3,
            total_arity: ARITY,
            label: 6,
            index: 0,
            free: 1,
            old_uniq: 0,
        }],
        literals: vec![Box::from([131, 104, 2, 106, 106]), Box::from([131, 109, 0, 0, 0, 0])],
        lines: vec![Line { file: 0, line: 0 }],
        files: vec!["m.erl".to_owned()],
        attributes: Box::default(),
        compile_info: Box::default(),
        md5: [0; 16],
        on_load: None,
    }
}

struct Body<'a> {
    chance: &'a mut SmallRng,
    label: &'a mut Label,
    /// An end that raises, which all may go to.
    shared: Label,
    framed: bool,
    slots: u16,
    insts: &'a mut Vec<Inst>,
}

impl Body<'_> {
    fn below(&mut self, count: u16) -> u16 {
        self.chance.random_range(0..count)
    }

    fn new_label(&mut self) -> Label {
        *self.label += 1;
        *self.label - 1
    }

    fn x(&mut self) -> Register {
        Register::X(self.below(3))
    }

    fn register(&mut self) -> Register {
        match self.framed && self.below(3) == 0 {
            true => Register::Y(self.below(self.slots)),
            false => self.x(),
        }
    }

    fn source(&mut self) -> Source {
        match self.below(10) {
            0 => Source::Small(7),
            1 => Source::Nil,
            2 => Source::Atom(1),
            3 => Source::Literal(u32::from(self.below(2))),
            _ => self.register().into(),
        }
    }

    fn live(&mut self) -> u16 {
        1 + self.below(3)
    }

    fn fill(mut self) {
        if self.below(4) > 0 {
            self.framed = true;
            let need = Need { words: u32::from(self.below(8)), ..Need::default() };
            self.insts.push(Inst::Allocate { slots: SLOTS, need, live: ARITY.into() });
            self.insts.push(Inst::InitYregs((0..SLOTS).collect()));
        }
        for _ in 0..2 + self.below(7) {
            self.step();
        }
        if self.framed {
            self.insts.push(Inst::Deallocate { slots: self.slots });
        }
        if self.below(2) == 0 {
            self.insts.push(Inst::Move { src: Source::Nil, dst: Register::X(0) });
        }
        self.insts.push(Inst::Return);
        self.insts.push(Inst::Label(self.shared));
        if self.below(3) == 0 {
            self.insts.push(Inst::Move { src: Source::Y(0), dst: Register::X(0) });
        }
        let end = match self.below(3) {
            0 => Inst::Badmatch(Source::X(0)),
            1 => Inst::CallExt { arity: 1, import: ERROR },
            _ => Inst::IfEnd,
        };
        self.insts.push(end);
    }

    /// One instruction, or a few that belong together. What may branch goes on behind itself, past
    /// a few others.
    fn step(&mut self) {
        if self.insts.len() > INSTS_MAX {
            return;
        }
        let (own, shared) = (self.new_label(), self.below(5) == 0);
        let fail = if shared { self.shared } else { own };
        let inst = match self.below(32) {
            0..4 => Inst::Move { src: self.source(), dst: self.register() },
            4 => Inst::Swap { a: self.register(), b: self.register() },
            5..8 => {
                use Test::*;
                const ONE: [Test; 10] = [
                    IsInteger,
                    IsFloat,
                    IsNumber,
                    IsAtom,
                    IsNil,
                    IsList,
                    IsNonemptyList,
                    IsTuple,
                    IsMap,
                    IsBitstring,
                ];
                const TWO: [Test; 4] = [EqExact, NeExact, Lt, IsFunctionArity];
                let first = self.source();
                match self.below(3) {
                    0 => {
                        let test = TWO[usize::from(self.below(4))];
                        Inst::Test { test, fail, args: vec![first, self.source()] }
                    }
                    _ => {
                        let test = ONE[usize::from(self.below(10))];
                        Inst::Test { test, fail, args: vec![first] }
                    }
                }
            }
            8 => Inst::TestArity { fail, tuple: self.source(), arity: self.below(4).into() },
            9 => {
                let (tuple, arity) = (self.source(), u32::from(1 + self.below(3)));
                Inst::IsTaggedTuple { fail, tuple, arity, tag: 1 }
            }
            10 => Inst::GetList { src: self.source(), head: self.x(), tail: self.register() },
            11..13 => Inst::GetTupleElement {
                src: self.register().into(),
                index: self.below(3).into(),
                dst: self.register(),
            },
            13 => Inst::TestHeap { need: Need { words: 8, floats: 1, funs: 1 }, live: self.live() },
            14 => Inst::PutList { head: self.source(), tail: self.source(), dst: self.register() },
            15 => {
                let elements = (0..self.below(4)).map(|_| self.source()).collect();
                Inst::PutTuple { dst: self.register(), elements }
            }
            16 => Inst::MakeFun { lambda: 0, dst: self.x(), free: vec![self.source()] },
            17..20 => {
                let (import, count) =
                    [(HD, 1), (PLUS, 2), (ELEMENT, 2), (TUPLE_SIZE, 1)][usize::from(self.below(4))];
                Inst::Bif {
                    import,
                    args: (0..count).map(|_| self.source()).collect(),
                    dst: self.register(),
                    fail: (self.below(2) == 0).then_some(fail),
                    live: (import == PLUS || self.below(4) == 0).then(|| self.live()),
                }
            }
            20 => Inst::Call { arity: ARITY, label: if self.below(2) == 0 { 4 } else { 6 } },
            21 => Inst::CallExt { arity: ARITY, import: OTHER },
            22 => {
                let dst = self.register();
                Inst::BsStartMatch {
                    fail: (self.below(3) > 0).then_some(fail),
                    src: self.register().into(),
                    live: self.live(),
                    dst,
                }
            }
            23 => Inst::BsGet {
                kind: [Extract::Integer, Extract::Binary][usize::from(self.below(2))],
                fail,
                context: self.register(),
                live: self.live(),
                size: SegmentSize::Of(Source::Small(8)),
                unit: 1,
                flags: SegmentFlags::default(),
                dst: self.register(),
            },
            24 => Inst::BsGetTail { context: self.register(), dst: self.x(), live: self.live() },
            25 => Inst::PutMap {
                kind: PutMap::Assoc,
                fail: None,
                src: self.source(),
                dst: self.register(),
                live: self.live(),
                pairs: vec![(Source::Atom(1), self.source())],
            },
            26 => Inst::GetMapElements {
                fail,
                src: self.register().into(),
                pairs: vec![(Source::Atom(1), self.register())],
            },
            27 => return self.float(),
            28 => return self.update(),
            29 => return self.trim(),
            30 => return self.catch(),
            _ => return self.protect(),
        };
        self.insts.push(inst);
        if shared {
            return;
        }
        // Where it goes on if it fails.
        for _ in 0..self.below(3) {
            self.step();
        }
        match self.below(8) {
            0 => {
                let over = self.new_label();
                let (value, case) = (self.source(), self.new_label());
                let cases = vec![(Source::Atom(1), case), (Source::Small(3), over)];
                self.insts.push(Inst::SelectVal { value, fail: over, cases });
                self.insts.push(Inst::Label(fail));
                self.step();
                self.insts.extend([Inst::Label(case), Inst::Label(over)]);
            }
            1 => {
                let over = self.new_label();
                self.insts.extend([Inst::Jump(over), Inst::Label(fail)]);
                let source = self.source();
                self.insts.push(Inst::Badmatch(source));
                self.insts.push(Inst::Label(over));
            }
            _ => self.insts.push(Inst::Label(fail)),
        }
    }

    fn float(&mut self) {
        let src = self.source();
        let dst = self.register();
        self.insts.extend([
            Inst::Fconv { src, dst: 0 },
            Inst::Farith { op: FloatOp::Add, a: 0, b: 0, dst: 1 },
            Inst::FmoveOut { src: 1, dst },
        ]);
    }

    fn update(&mut self) {
        let (tuple, value) = (self.source(), self.source());
        self.insts.extend([
            Inst::Move { src: tuple, dst: Register::X(1) },
            Inst::Move { src: Source::Small(1), dst: Register::X(0) },
            Inst::Move { src: Source::Nil, dst: Register::X(2) },
            Inst::CallExt { arity: 3, import: SETELEMENT },
            Inst::SetTupleElement {
                value,
                tuple: Source::X(0),
                index: self.chance.random_range(0..3),
            },
        ]);
    }

    fn trim(&mut self) {
        if self.framed && self.slots > 1 {
            self.slots -= 1;
            self.insts.push(Inst::Trim { slots: 1, remaining: self.slots });
        }
    }

    /// `catch` around a few others.
    fn catch(&mut self) {
        if !self.framed {
            return;
        }
        let (handler, y) = (self.new_label(), self.below(self.slots));
        self.insts.push(Inst::Catch { y, label: handler });
        for _ in 0..1 + self.below(3) {
            self.step();
        }
        self.insts.extend([Inst::Label(handler), Inst::CatchEnd { y }]);
    }

    /// `try` around a few others.
    fn protect(&mut self) {
        if !self.framed {
            return;
        }
        let (handler, over) = (self.new_label(), self.new_label());
        let y = self.below(self.slots);
        self.insts.push(Inst::Try { y, label: handler });
        for _ in 0..1 + self.below(3) {
            self.step();
        }
        self.insts.extend([
            Inst::TryEnd { y },
            Inst::Jump(over),
            Inst::Label(handler),
            Inst::TryCase { y },
        ]);
        if self.below(2) == 0 {
            self.step();
        }
        self.insts.push(Inst::Label(over));
    }
}
