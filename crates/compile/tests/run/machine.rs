//! The least that compiled code needs around it to run: pages, a context, a few helpers. It stands
//! in for the runtime, so that this crate's tests need none.
#![allow(unsafe_code)] // Runs machine code that was made a moment ago.
#![allow(clippy::print_stderr)] // A helper that must not be called says so before it aborts.

use std::collections::HashMap;

use beamlet_code::abi::{self, Helper, Status, context, kind};
use beamlet_code::artifact::{Artifact, Slot, Stubs};
use beamlet_code::{Compiler, atom};

const PAGE: usize = 4096;
const PROCESS_WORDS: usize = 1 << 20;
/// At the start of the heap, for the binary of a test.
const BINARY_WORDS: usize = 32;
const CONTEXT_BYTES: usize = context::ARGS as usize + 8 * abi::ARGS_MAX;
const LAMBDAS_MAX: usize = 64;
const EXPORTS_MAX: usize = 256;

/// How a call ended.
#[derive(Debug, PartialEq, Eq)]
pub enum Outcome {
    Returned(u64),
    Raised { kind: u64, value: u64, line: u32 },
    Waits,
}

pub struct Machine {
    artifact: Artifact,
    stubs: Stubs,
    code: Pages,
    stub_code: Pages,
    /// Words of `abi::context`, what the helpers below reach is behind them.
    context: Vec<u64>,
    helpers: Vec<u64>,
    exports: Vec<u64>,
    lambdas: Vec<u64>,
    process: Vec<u64>,
    pub turns: usize,
    pub reductions: i64,
}

/// Memory that is written first and run then.
struct Pages {
    start: *mut u8,
    bytes: usize,
}

impl Pages {
    fn new(bytes: usize) -> Pages {
        let bytes = bytes.next_multiple_of(PAGE);
        // SAFETY: a new anonymous mapping, nothing else is there.
        let start = unsafe {
            libc::mmap(
                std::ptr::null_mut(),
                bytes,
                libc::PROT_READ | libc::PROT_WRITE,
                libc::MAP_PRIVATE | libc::MAP_ANONYMOUS,
                -1,
                0,
            )
        };
        assert_ne!(start, libc::MAP_FAILED);
        Pages { start: start.cast(), bytes }
    }

    fn write(&mut self, at: usize, bytes: &[u8]) {
        assert!(at + bytes.len() <= self.bytes);
        // SAFETY: within the mapping, which is writable until `seal`.
        unsafe { self.start.add(at).copy_from_nonoverlapping(bytes.as_ptr(), bytes.len()) }
    }

    fn seal(&mut self) {
        // SAFETY: our own mapping.
        let done = unsafe {
            libc::mprotect(self.start.cast(), self.bytes, libc::PROT_READ | libc::PROT_EXEC)
        };
        assert_eq!(done, 0);
    }

    fn address(&self, offset: u32) -> u64 {
        self.start as u64 + u64::from(offset)
    }
}

impl Drop for Pages {
    fn drop(&mut self) {
        // SAFETY: our own mapping, no code of it runs any more.
        unsafe { libc::munmap(self.start.cast(), self.bytes) };
    }
}

/// Enters compiled code at `NEXT`: the convention Tail on x86-64, as `abi` describes it.
#[unsafe(naked)]
unsafe extern "C" fn enter(context: *mut u64) -> u64 {
    core::arch::naked_asm!(
        "push rbp",
        "push rbx",
        "push r12",
        "push r13",
        "push r14",
        "push r15",
        "sub rsp, 8",
        "mov r15, rdi",
        // What the convention does not name must not matter.
        "mov rbx, -1",
        "mov r12, -1",
        "mov r13, -1",
        "mov r14, -1",
        "mov rdi, [r15 + {sp}]",
        "mov rsi, [r15 + {hp}]",
        "mov rdx, [r15 + {reductions}]",
        "mov rcx, [r15 + {x}]",
        "mov r8, [r15 + {x} + 8]",
        "mov r9, [r15 + {x} + 16]",
        // Where a call would return to, and the frame that the first function would make.
        "lea rax, [rip + 3f]",
        "push rax",
        "push rbp",
        "mov rbp, rsp",
        "jmp [r15 + {next}]",
        "3:",
        // rbx and r12 to r14 are preserved by compiled code.
        "and rbx, r12",
        "and rbx, r13",
        "and rbx, r14",
        "cmp rbx, -1",
        "je 2f",
        "ud2",
        "2:",
        "add rsp, 8",
        "pop r15",
        "pop r14",
        "pop r13",
        "pop r12",
        "pop rbx",
        "pop rbp",
        "ret",
        sp = const context::SP,
        hp = const context::HP,
        reductions = const context::REDUCTIONS,
        x = const context::X,
        next = const context::NEXT,
    )
}

/// The context, as a helper gets it.
struct Registers(*mut u64);

impl Registers {
    fn get(&self, offset: i32) -> u64 {
        assert!(offset as usize <= CONTEXT_BYTES);
        // SAFETY: within the context, which lives while code runs.
        unsafe { *self.0.add(offset as usize / 8) }
    }

    fn set(&self, offset: i32, value: u64) {
        assert!(offset as usize <= CONTEXT_BYTES);
        // SAFETY: as above.
        unsafe { *self.0.add(offset as usize / 8) = value }
    }

    /// The machine that runs: its address is where the context ends.
    fn raise(&self, kind: u64, value: u64) {
        self.set(CLASS, kind);
        self.set(VALUE, value);
        let mut at = self.get(context::SP);
        let end = self.get(STACK_END);
        let mut frame = at;
        while at < end {
            // SAFETY: between stack pointer and stack end.
            let word = unsafe { *(at as *const u64) };
            at += 8;
            if word & abi::TAG_MASK == abi::TAG_HEADER {
                frame = at;
            } else if word & abi::IMMEDIATE2_MASK == abi::TAG_CATCH {
                self.set(context::SP, frame);
                self.set(context::NEXT, word >> abi::CATCH_SHIFT & !0b1111);
                let error = (u64::from(atom::ERROR) << abi::ATOM_SHIFT) | abi::TAG_ATOM;
                for (register, value) in [abi::NO_VALUE, error, value, abi::NIL].iter().enumerate()
                {
                    self.set(context::X + 8 * register as i32, *value);
                }
                return;
            }
        }
        self.set(context::NEXT, self.get(UNCAUGHT));
    }
}

/// What the helpers keep behind the context.
const CLASS: i32 = CONTEXT_BYTES as i32 - 8;
const VALUE: i32 = CONTEXT_BYTES as i32 - 16;
const STACK_END: i32 = CONTEXT_BYTES as i32 - 24;
const UNCAUGHT: i32 = CONTEXT_BYTES as i32 - 32;
/// A guard BIF failed in a body.
pub const PENDING: u64 = 100;
/// The compiled code found a claim to be wrong.
pub const REFUSED: u64 = 101;
/// Value of `Helper::GuardBif`: the machine has none, so each fails.
const FAILED: u64 = abi::NO_VALUE;

extern "C" fn unexpected() -> u64 {
    // A panic must not unwind into compiled code.
    eprintln!("a helper was called that this machine does not have");
    std::process::abort();
}

extern "C" fn guard_bif(context: *mut u64, bif: u64, _live: u64) -> u64 {
    let registers = Registers(context);
    // One that is enough to see the slow path work: a sum of floats is their first operand.
    if beamlet_code::bif::GUARD_BIFS[bif as usize] == ("erlang", "max", 2) {
        return registers.get(context::ARGS).max(registers.get(context::ARGS + 8));
    }
    FAILED
}

extern "C" fn raise(context: *mut u64, kind: u64, value: u64) -> u64 {
    Registers(context).raise(kind, value);
    0
}

extern "C" fn raise_pending(context: *mut u64) -> u64 {
    Registers(context).raise(PENDING, abi::NIL);
    0
}

extern "C" fn function_clause(context: *mut u64, arity: u64) -> u64 {
    Registers(context).raise(200 + arity, abi::NIL);
    0
}

extern "C" fn refuse(context: *mut u64, reason: u64) -> u64 {
    Registers(context).raise(REFUSED, reason);
    0
}

extern "C" fn equal(_context: *mut u64, a: u64, b: u64) -> u64 {
    u64::from(a == b)
}

extern "C" fn start_match(context: *mut u64, term: u64, _live: u64) -> u64 {
    let registers = Registers(context);
    let hp = registers.get(context::HP);
    // SAFETY: a heap binary of the test: its size is behind its header.
    let bytes = unsafe { *((term - abi::TAG_BOXED + 8) as *const u64) };
    let header = 3 << abi::HEADER_SHIFT | kind::CONTEXT;
    let end = (8 * bytes) << abi::SMALL_SHIFT | abi::TAG_SMALL;
    for (place, word) in [header, term, abi::TAG_SMALL, end].into_iter().enumerate() {
        // SAFETY: the heap of the process is larger than any test's.
        unsafe { *((hp + 8 * place as u64) as *mut u64) = word }
    }
    registers.set(context::HP, hp + 32);
    hp + abi::TAG_BOXED
}

/// Only to be seen: what comes here is not read by compiled code.
pub const READ_BY_THE_RUNTIME: i64 = 999;

extern "C" fn bs_get(_context: *mut u64, _match: u64, _how: u64, _size: u64, _live: u64) -> u64 {
    (READ_BY_THE_RUNTIME as u64) << abi::SMALL_SHIFT | abi::TAG_SMALL
}

extern "C" fn check_access(context: *mut u64, address: u64, _write: u64) -> u64 {
    let end = Registers(context).get(STACK_END);
    if !(end - 8 * PROCESS_WORDS as u64..end).contains(&address) || !address.is_multiple_of(8) {
        eprintln!("{address:x} is outside of the process, which ends at {end:x}");
        std::process::abort();
    }
    0
}

extern "C" fn catch_end(context: *mut u64) -> u64 {
    Registers(context).get(context::X + 16)
}

extern "C" fn compare(_context: *mut u64, a: u64, b: u64) -> u64 {
    (a as i64).cmp(&(b as i64)) as i64 as u64
}

impl Machine {
    pub fn new(compiler: &dyn Compiler, artifact: Artifact) -> Machine {
        let stubs = compiler.stubs(1);
        let mut stub_code = Pages::new(stubs.code.len());
        stub_code.write(0, &stubs.code);
        stub_code.seal();
        let code = Pages::new(artifact.code_offset as usize + artifact.code.len());
        let mut helpers = vec![unexpected as *const () as u64; Helper::ALL.len()];
        helpers[Helper::GuardBif as usize] = guard_bif as *const () as u64;
        helpers[Helper::Raise as usize] = raise as *const () as u64;
        helpers[Helper::RaisePending as usize] = raise_pending as *const () as u64;
        helpers[Helper::FunctionClause as usize] = function_clause as *const () as u64;
        helpers[Helper::Refuse as usize] = refuse as *const () as u64;
        helpers[Helper::Equal as usize] = equal as *const () as u64;
        helpers[Helper::EqualExact as usize] = equal as *const () as u64;
        helpers[Helper::Compare as usize] = compare as *const () as u64;
        helpers[Helper::BsStartMatch as usize] = start_match as *const () as u64;
        helpers[Helper::BsGet as usize] = bs_get as *const () as u64;
        helpers[Helper::CheckAccess as usize] = check_access as *const () as u64;
        helpers[Helper::CatchEnd as usize] = catch_end as *const () as u64;
        let mut machine = Machine {
            artifact,
            stubs,
            code,
            stub_code,
            context: vec![0; CONTEXT_BYTES / 8],
            helpers,
            exports: vec![0; EXPORTS_MAX],
            lambdas: vec![0; 2 * LAMBDAS_MAX],
            process: vec![0; PROCESS_WORDS],
            turns: 0,
            reductions: abi::TURN_REDUCTIONS,
        };
        machine.link();
        machine
    }

    fn link(&mut self) {
        let mut atoms = HashMap::new();
        let slots: Vec<u64> = (0..self.artifact.slots.len())
            .map(|number| match &self.artifact.slots[number] {
                Slot::Atom(text) => {
                    let next = 1000 + atoms.len() as u64;
                    let number = *atoms.entry(text.clone()).or_insert(next);
                    number << abi::ATOM_SHIFT | abi::TAG_ATOM
                }
                Slot::Export(mfa) => {
                    let own = self.artifact.functions.iter().find(|entry| {
                        entry.function == mfa.function
                            && entry.arity == mfa.arity
                            && mfa.module == self.artifact.module
                    });
                    let address = own.map_or(self.stub_code.address(self.stubs.waiting), |entry| {
                        self.code.address(entry.offset)
                    });
                    assert!(number < EXPORTS_MAX);
                    self.exports[number] = address;
                    8 * number as u64
                }
                Slot::Lambda(index) => {
                    let lambda = &self.artifact.lambdas[*index as usize];
                    let row = 2 * *index as usize;
                    self.lambdas[row] = self.code.address(lambda.offset);
                    let arity = u64::from(lambda.total_arity - lambda.free);
                    self.lambdas[row + 1] = arity | u64::from(lambda.free) << 32;
                    u64::from(*index) << abi::SMALL_SHIFT | abi::TAG_SMALL
                }
                // No test looks into a literal.
                Slot::Literal(_) | Slot::Bif(_) => abi::NIL,
            })
            .collect();
        for (number, slot) in slots.iter().enumerate() {
            self.code.write(8 * number, &slot.to_le_bytes());
        }
        self.code.write(self.artifact.code_offset as usize, &self.artifact.code);
        self.code.seal();
    }

    /// A binary at the start of the process's heap, for the next call.
    pub fn binary(&mut self, bytes: &[u8]) -> u64 {
        assert!(bytes.len() < 8 * (BINARY_WORDS - 2));
        self.process[0] = (BINARY_WORDS as u64 - 1) << abi::HEADER_SHIFT | kind::HEAP_BINARY;
        self.process[1] = bytes.len() as u64;
        for (place, chunk) in bytes.chunks(8).enumerate() {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.process[2 + place] = u64::from_le_bytes(word);
        }
        self.process.as_ptr() as u64 + abi::TAG_BOXED
    }

    /// Calls a function until it returns or raises.
    pub fn call(&mut self, function: &str, arguments: &[u64]) -> Outcome {
        let entry = self
            .artifact
            .functions
            .iter()
            .find(|entry| entry.function == function && entry.arity as usize == arguments.len())
            .unwrap_or_else(|| panic!("no function {function}/{}", arguments.len()));
        let start = self.process.as_ptr() as u64;
        let end = start + 8 * self.process.len() as u64;
        self.process[PROCESS_WORDS - 1] = self.stub_code.address(self.stubs.exited);
        let next = self.code.address(entry.offset);
        let context = self.context.as_mut_ptr();
        let registers = Registers(context);
        registers.set(context::SP, end - 8);
        registers.set(context::HP, start + 8 * BINARY_WORDS as u64);
        registers.set(context::NEXT, next);
        registers.set(context::HELPERS, self.helpers.as_ptr() as u64);
        registers.set(context::EXPORTS, self.exports.as_ptr() as u64);
        registers.set(context::LAMBDAS, self.lambdas.as_ptr() as u64);
        registers.set(context::SELF, abi::TAG_PID);
        registers.set(STACK_END, end);
        registers.set(UNCAUGHT, self.stub_code.address(self.stubs.yielded));
        for (register, &argument) in arguments.iter().enumerate() {
            registers.set(context::X + 8 * register as i32, argument);
        }
        self.turns = 0;
        loop {
            self.turns += 1;
            registers.set(context::REDUCTIONS, self.reductions as u64);
            // SAFETY: the code is what the compiler made, the context and its tables are in place.
            let status = unsafe { enter(context) };
            if status == Status::Exited as u64 {
                return Outcome::Returned(registers.get(context::X));
            }
            if status == Status::Wait as u64 {
                return Outcome::Waits;
            }
            assert_eq!(status, Status::Yield as u64);
            if registers.get(context::NEXT) == registers.get(UNCAUGHT) {
                return self.raised();
            }
            assert_eq!(registers.get(context::REDUCTIONS), 0, "a turn uses what it has");
        }
    }

    fn raised(&self) -> Outcome {
        let word = |offset: i32| self.context[offset as usize / 8];
        let site = word(context::SITE) - self.code.address(0);
        Outcome::Raised {
            kind: word(CLASS),
            value: word(VALUE),
            line: self.artifact.sites[site as usize].line,
        }
    }

    /// Where the stack pointer stands after a call: at its start again if frames are balanced.
    pub fn stack_words(&self) -> usize {
        let end = self.process.as_ptr() as u64 + 8 * self.process.len() as u64;
        (end - self.context[context::SP as usize / 8]) as usize / 8
    }

    pub fn list(&self, mut term: u64) -> Vec<u64> {
        let mut all = Vec::new();
        while term & abi::TAG_MASK == abi::TAG_CONS {
            all.push(self.word(term - abi::TAG_CONS));
            term = self.word(term - abi::TAG_CONS + 8);
        }
        assert_eq!(term, abi::NIL);
        all
    }

    pub fn tuple(&self, term: u64) -> Vec<u64> {
        assert_eq!(term & abi::TAG_MASK, abi::TAG_BOXED);
        let header = self.word(term - abi::TAG_BOXED);
        assert_eq!(header & abi::HEADER_KIND_MASK, kind::TUPLE);
        (1..=header >> abi::HEADER_SHIFT)
            .map(|place| self.word(term - abi::TAG_BOXED + 8 * place))
            .collect()
    }

    pub fn float(&self, term: u64) -> f64 {
        f64::from_bits(self.word(term - abi::TAG_BOXED + 8))
    }

    fn word(&self, address: u64) -> u64 {
        let start = self.process.as_ptr() as u64;
        self.process[(address - start) as usize / 8]
    }
}
