//! The words of generated code: registers and memory, tags, calls of helpers, jumps. The families
//! of instructions (`op`) and the shared pieces (`shared`, `stubs`) are written in these.
//!
//! Memory falls into regions of which Cranelift knows that they do not overlap: the context, the
//! process's stack, its heap, and what never changes while code runs (slots, the table of helpers).

use std::collections::HashMap;

use beamlet_code::abi::{self, Effect, Helper, Status, context};
use cranelift_codegen::ir::{
    self, AbiParam, AliasRegion, AliasRegionData, Block, ExtFuncData, ExternalName, FuncRef,
    GlobalValueData, InstBuilder, MemFlagsData, SigRef, Signature, UserExternalName, Value,
    condcodes::IntCC, types::I64,
};
use cranelift_codegen::isa::{CallConv, TargetFrontendConfig};
use cranelift_frontend::{FunctionBuilder, Variable};

use crate::Checked;
use crate::link::{Link, SPACE_BASE, SPACE_ENTRY, SPACE_SHARED, Shared};

/// X registers that are parameters of compiled functions.
pub const X_PARAMS: usize = 3;
/// Stack pointer, heap pointer, reductions.
const STATE_PARAMS: usize = 3;
/// Words at `Context::OPERANDS`.
const OPERANDS_MAX: usize = 3;

/// The signature of a compiled function that takes that many X registers.
pub fn signature(x: usize) -> Signature {
    let mut signature = Signature::new(CallConv::Tail);
    signature.params = vec![AbiParam::new(I64); STATE_PARAMS + x];
    signature.returns = vec![AbiParam::new(I64)];
    signature
}

/// The signature of a shared piece that is called with so many X registers: it gives everything
/// back behind its value.
///
/// The order of its results is such that each is in the register in which it was a parameter: a
/// caller that has everything where the convention wants it moves nothing.
pub fn called_signature(x: usize) -> Signature {
    let mut signature = signature(x);
    signature.returns = vec![AbiParam::new(I64); CALLED_STATE + x.max(1)];
    signature
}

/// Results of such a piece beside X registers: value, reductions, heap and stack pointer.
const CALLED_STATE: usize = 4;

/// Where a word of memory is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Region {
    Context,
    Stack,
    Heap,
    /// Tables of the isolate, which only helpers change.
    Tables,
    /// Never changes while code runs.
    Constant,
}

struct Regions([AliasRegion; 4]);

pub struct Emit<'a> {
    pub b: FunctionBuilder<'a>,
    pub link: &'a mut Link,
    pub checked: Checked,
    sp: Variable,
    hp: Variable,
    reductions: Variable,
    x: [Variable; X_PARAMS],
    regions: Regions,
    signatures: [Option<SigRef>; X_PARAMS + 1],
    helper_signatures: [Option<SigRef>; 5],
    functions: HashMap<(u32, u32), FuncRef>,
    /// X registers that have got a value, as a set of bits.
    x_set: u8,
    /// The context's address, if the current block has it in a value already.
    context: Option<(Block, Value)>,
    /// Does the current block end already?
    pub ended: bool,
    config: TargetFrontendConfig,
}

impl<'a> Emit<'a> {
    /// Begins a function that takes `x` X registers and whose signature is set; its entry block is
    /// the current one.
    pub fn new(
        mut b: FunctionBuilder<'a>,
        link: &'a mut Link,
        checked: Checked,
        x: usize,
        config: TargetFrontendConfig,
    ) -> Self {
        let region = |b: &mut FunctionBuilder, user_id, name: &'static str| {
            let data = AliasRegionData { user_id, description: name.into() };
            b.func.dfg.alias_regions.insert(data)
        };
        let regions = Regions([
            region(&mut b, 0, "context"),
            region(&mut b, 1, "stack"),
            region(&mut b, 2, "heap"),
            region(&mut b, 3, "tables"),
        ]);
        let entry = b.create_block();
        b.append_block_params_for_function_params(entry);
        b.switch_to_block(entry);
        b.seal_block(entry);
        let mut variable = || b.declare_var(I64);
        let (sp, hp, reductions) = (variable(), variable(), variable());
        let registers = [variable(), variable(), variable()];
        let params = b.block_params(entry).to_vec();
        b.def_var(sp, params[0]);
        b.def_var(hp, params[1]);
        b.def_var(reductions, params[2]);
        for (place, &param) in params[STATE_PARAMS..STATE_PARAMS + x].iter().enumerate() {
            b.def_var(registers[place], param);
        }
        Emit {
            b,
            link,
            checked,
            sp,
            hp,
            reductions,
            x: registers,
            regions,
            signatures: [None; X_PARAMS + 1],
            helper_signatures: [None; 5],
            functions: HashMap::new(),
            x_set: (1 << x) - 1,
            context: None,
            ended: false,
            config,
        }
    }

    /// All is said: Cranelift has the function.
    pub fn finish(mut self) {
        self.b.seal_all_blocks();
        self.b.finalize(self.config);
    }

    // Constants and registers.

    pub fn word(&mut self, word: u64) -> Value {
        self.b.ins().iconst(I64, word as i64)
    }

    pub fn sp(&mut self) -> Value {
        self.b.use_var(self.sp)
    }

    pub fn set_sp(&mut self, value: Value) {
        self.b.def_var(self.sp, value);
    }

    pub fn hp(&mut self) -> Value {
        self.b.use_var(self.hp)
    }

    pub fn set_hp(&mut self, value: Value) {
        self.b.def_var(self.hp, value);
    }

    pub fn reductions(&mut self) -> Value {
        self.b.use_var(self.reductions)
    }

    pub fn set_reductions(&mut self, value: Value) {
        self.b.def_var(self.reductions, value);
    }

    pub fn x(&mut self, register: usize) -> Value {
        match self.x.get(register) {
            Some(&variable) => self.b.use_var(variable),
            None => self.load_context(context::X + 8 * register as i32),
        }
    }

    pub fn set_x(&mut self, register: usize, value: Value) {
        match self.x.get(register) {
            Some(&variable) => {
                self.x_set |= 1 << register;
                self.b.def_var(variable, value);
            }
            None => self.store_context(context::X + 8 * register as i32, value),
        }
    }

    pub fn add(&mut self, value: Value, more: i64) -> Value {
        if more == 0 { value } else { self.b.ins().iadd_imm_s(value, more) }
    }

    // Memory.

    fn flags(&self, region: Region) -> MemFlagsData {
        let flags = MemFlagsData::trusted();
        match region {
            Region::Context => flags.with_alias_region(Some(self.regions.0[0])),
            Region::Stack => flags.with_alias_region(Some(self.regions.0[1])),
            Region::Heap => flags.with_alias_region(Some(self.regions.0[2])),
            Region::Tables => flags.with_alias_region(Some(self.regions.0[3])),
            Region::Constant => flags.with_readonly().with_can_move(),
        }
    }

    pub fn load_as(&mut self, of: ir::Type, region: Region, address: Value, offset: i32) -> Value {
        self.check(region, address, offset, 0);
        let flags = self.flags(region);
        self.b.ins().load(of, flags, address, offset)
    }

    pub fn load(&mut self, region: Region, address: Value, offset: i32) -> Value {
        self.load_as(I64, region, address, offset)
    }

    pub fn store(&mut self, region: Region, value: Value, address: Value, offset: i32) {
        self.check(region, address, offset, 1);
        let flags = self.flags(region);
        self.b.ins().store(flags, value, address, offset);
    }

    /// The checked mode: the runtime looks at each address of guest memory first.
    fn check(&mut self, region: Region, address: Value, offset: i32, write: u64) {
        if self.checked == Checked::On && matches!(region, Region::Stack | Region::Heap) {
            let at = self.add(address, i64::from(offset));
            let write = self.word(write);
            self.helper(Helper::CheckAccess, &[at, write]);
        }
    }

    /// The address of the context. It is not kept across a call, where it would need a register
    /// that has to be saved.
    pub fn context(&mut self) -> Value {
        let block = self.b.current_block().expect("a block is open");
        match self.context {
            Some((of, value)) if of == block => value,
            _ => {
                let value = self.b.ins().get_pinned_reg(I64);
                self.context = Some((block, value));
                value
            }
        }
    }

    pub fn load_context(&mut self, offset: i32) -> Value {
        let context = self.context();
        self.load(Region::Context, context, offset)
    }

    pub fn store_context(&mut self, offset: i32, value: Value) {
        let context = self.context();
        self.store(Region::Context, value, context, offset);
    }

    pub fn store_context_word(&mut self, offset: i32, word: u64) {
        let value = self.word(word);
        self.store_context(offset, value);
    }

    /// An address in the mapping, `offset` bytes behind its start.
    fn mapped(&mut self, offset: i64) -> Value {
        let name = self.name(SPACE_BASE, 0);
        let data =
            GlobalValueData::Symbol { name, offset: offset.into(), colocated: true, tls: false };
        let symbol = self.b.create_global_value(data);
        self.b.ins().symbol_value(I64, symbol)
    }

    pub fn slot(&mut self, number: u32) -> Value {
        let address = self.mapped(8 * i64::from(number));
        self.load(Region::Constant, address, 0)
    }

    pub fn site_address(&mut self, number: u32) -> Value {
        self.mapped(i64::from(number))
    }

    // Branches.

    /// Goes on in a new block, which it returns, if `condition` holds, else to `other`.
    pub fn unless(&mut self, condition: Value, other: Block) {
        let next = self.b.create_block();
        self.b.ins().brif(condition, next, &[], other, &[]);
        self.b.switch_to_block(next);
        self.b.seal_block(next);
    }

    /// Goes to `other` if `condition` holds, else on in a new block.
    pub fn when(&mut self, condition: Value, other: Block) {
        let next = self.b.create_block();
        self.b.ins().brif(condition, other, &[], next, &[]);
        self.b.switch_to_block(next);
        self.b.seal_block(next);
    }

    pub fn cold_block(&mut self) -> Block {
        let block = self.b.create_block();
        self.b.set_cold_block(block);
        block
    }

    /// A block with one parameter: where ways that make a value meet.
    pub fn join_block(&mut self) -> (Block, Value) {
        let block = self.b.create_block();
        let value = self.b.append_block_param(block, I64);
        (block, value)
    }

    pub fn jump(&mut self, block: Block) {
        self.b.ins().jump(block, &[]);
    }

    pub fn jump_with(&mut self, block: Block, value: Value) {
        self.b.ins().jump(block, &[value.into()]);
    }

    // Tags.

    pub fn compare(&mut self, condition: IntCC, value: Value, word: u64) -> Value {
        let word = self.word(word);
        self.b.ins().icmp(condition, value, word)
    }

    /// value & mask == tag
    pub fn has_tag(&mut self, value: Value, mask: u64, tag: u64) -> Value {
        let mask = self.word(mask);
        let bits = self.b.ins().band(value, mask);
        self.compare(IntCC::Equal, bits, tag)
    }

    /// Of a term: the lowest two bits are 01 (cons), 10 (boxed) or 11 (immediate), so that one bit
    /// tells.
    pub fn is_boxed(&mut self, term: Value) -> Value {
        self.has_tag(term, abi::TAG_MASK & !abi::TAG_BOXED, 0)
    }

    /// Of a term, as `is_boxed`.
    pub fn is_cons(&mut self, term: Value) -> Value {
        self.has_tag(term, abi::TAG_MASK & !abi::TAG_CONS, 0)
    }

    pub fn is_immediate(&mut self, value: Value) -> Value {
        self.has_tag(value, abi::TAG_MASK, abi::TAG_IMMEDIATE)
    }

    pub fn is_small(&mut self, value: Value) -> Value {
        // All four bits are set: one more, and none is. (One instruction less than a comparison.)
        let next = self.add(value, 1);
        self.has_tag(next, abi::IMMEDIATE_MASK, 0)
    }

    pub fn are_small(&mut self, a: Value, b: Value) -> Value {
        let both = self.b.ins().band(a, b);
        self.is_small(both)
    }

    /// A word of a boxed term; 0 is its header.
    pub fn boxed_word(&mut self, term: Value, word: u32) -> Value {
        self.load(Region::Heap, term, 8 * word as i32 - abi::TAG_BOXED as i32)
    }

    pub fn head(&mut self, cons: Value) -> Value {
        self.load(Region::Heap, cons, -(abi::TAG_CONS as i32))
    }

    pub fn tail(&mut self, cons: Value) -> Value {
        self.load(Region::Heap, cons, 8 - abi::TAG_CONS as i32)
    }

    /// Stores words at the heap pointer; the tagged address of the first.
    pub fn build(&mut self, tag: u64, words: &[Value]) -> Value {
        let hp = self.hp();
        for (place, &word) in words.iter().enumerate() {
            self.store(Region::Heap, word, hp, 8 * place as i32);
        }
        let term = self.add(hp, tag as i64);
        let next = self.add(hp, 8 * words.len() as i64);
        self.set_hp(next);
        term
    }

    // Helpers.

    /// Calls a helper as it is: nothing is put into the context before or taken from it after. Only
    /// shared pieces do this: what lives across such a call is in registers that a function saves
    /// first, on its fast path too.
    pub fn helper(&mut self, helper: Helper, operands: &[Value]) -> Value {
        assert_eq!(operands.len(), helper.arity(), "operands of {}", helper.name());
        let context = self.context();
        let table = self.load(Region::Constant, context, context::HELPERS);
        let address = self.load(Region::Constant, table, 8 * helper as i32);
        let signature = self.helper_signature(operands.len());
        let mut arguments = vec![context];
        arguments.extend(operands);
        let call = self.b.ins().call_indirect(signature, address, &arguments);
        self.context = None;
        self.b.inst_results(call)[0]
    }

    fn helper_signature(&mut self, operands: usize) -> SigRef {
        if let Some(signature) = self.helper_signatures[operands] {
            return signature;
        }
        let mut signature = Signature::new(CallConv::SystemV);
        signature.params = vec![AbiParam::new(I64); 1 + operands];
        signature.returns = vec![AbiParam::new(I64)];
        let signature = self.b.import_signature(signature);
        self.helper_signatures[operands] = Some(signature);
        signature
    }

    /// Calls a helper that only reads; its value.
    pub fn reads(&mut self, helper: Helper, operands: &[Value]) -> Value {
        debug_assert_eq!(helper.effect(), Effect::Reads);
        self.store_operands(operands);
        let kept =
            X_PARAMS - (self.x_set.leading_zeros() as usize - (u8::BITS as usize - X_PARAMS));
        self.call_shared(Shared::Reads(helper, kept as u8), kept)
    }

    /// Calls a helper that builds, with `live` X registers as terms; its value.
    pub fn builds(&mut self, helper: Helper, operands: &[Value], live: u64) -> Value {
        debug_assert_eq!(helper.effect(), Effect::Builds);
        self.store_operands(operands);
        self.store_context_word(context::LIVE, live);
        let kept = live.min(X_PARAMS as u64) as usize;
        self.call_shared(Shared::Builds(helper, kept as u8), kept)
    }

    fn store_operands(&mut self, operands: &[Value]) {
        assert!(operands.len() <= OPERANDS_MAX);
        for (place, &operand) in operands.iter().enumerate() {
            self.store_context(context::OPERANDS + 8 * place as i32, operand);
        }
    }

    fn call_shared(&mut self, shared: Shared, kept: usize) -> Value {
        let arguments = self.state(kept);
        let function = self.shared(shared);
        let call = self.b.ins().call(function, &arguments);
        self.context = None;
        let results = self.b.inst_results(call).to_vec();
        self.set_reductions(results[2]);
        self.set_hp(results[3]);
        self.set_sp(results[4]);
        for register in 0..kept {
            let place = if register == 0 { 1 } else { CALLED_STATE + register };
            self.set_x(register, results[place]);
        }
        results[0]
    }

    /// Returns from a shared piece that is called.
    pub fn give_back(&mut self, value: Value, x: usize) {
        let mut results = vec![value, self.x(0), self.reductions(), self.hp(), self.sp()];
        for register in 1..x {
            results.push(self.x(register));
        }
        self.b.ins().return_(&results);
        self.ended = true;
    }

    /// Puts everything but the X registers where the runtime finds it.
    pub fn sync_state(&mut self) {
        let (sp, hp, reductions) = (self.sp(), self.hp(), self.reductions());
        self.store_context(context::SP, sp);
        self.store_context(context::HP, hp);
        self.store_context(context::REDUCTIONS, reductions);
    }

    pub fn sync_x(&mut self, live: usize) {
        for register in 0..live.min(X_PARAMS) {
            let value = self.x(register);
            self.store_context(context::X + 8 * register as i32, value);
        }
    }

    pub fn reload_state(&mut self) {
        let sp = self.load_context(context::SP);
        self.set_sp(sp);
        let hp = self.load_context(context::HP);
        self.set_hp(hp);
        let reductions = self.load_context(context::REDUCTIONS);
        self.set_reductions(reductions);
    }

    pub fn reload_x(&mut self, live: usize) {
        for register in 0..live.min(X_PARAMS) {
            let value = self.load_context(context::X + 8 * register as i32);
            self.set_x(register, value);
        }
    }

    // Ways on.

    fn name(&mut self, space: u32, index: u32) -> ExternalName {
        let name = UserExternalName::new(space, index);
        ExternalName::user(self.b.func.declare_imported_user_function(name))
    }

    fn function(
        &mut self,
        space: u32,
        index: u32,
        signature: impl FnOnce() -> Signature,
    ) -> FuncRef {
        if let Some(&function) = self.functions.get(&(space, index)) {
            return function;
        }
        let name = self.name(space, index);
        let signature = self.b.import_signature(signature());
        let function = self.b.import_function(ExtFuncData {
            name,
            signature,
            colocated: true,
            patchable: false,
        });
        self.functions.insert((space, index), function);
        function
    }

    /// An entry that takes `x` X registers.
    pub fn entry(&mut self, entry: u32, x: usize) -> FuncRef {
        self.function(SPACE_ENTRY, entry, || signature(x))
    }

    pub fn entry_address(&mut self, entry: u32, x: usize) -> Value {
        let function = self.entry(entry, x);
        self.b.ins().func_addr(I64, function)
    }

    pub fn shared_address(&mut self, shared: Shared) -> Value {
        let function = self.shared(shared);
        self.b.ins().func_addr(I64, function)
    }

    pub fn shared(&mut self, shared: Shared) -> FuncRef {
        let number = self.link.shared.number(shared);
        self.function(SPACE_SHARED, number, || shared.signature())
    }

    fn state(&mut self, x: usize) -> Vec<Value> {
        let mut arguments = vec![self.sp(), self.hp(), self.reductions()];
        for register in 0..x {
            arguments.push(self.x(register));
        }
        arguments
    }

    pub fn go(&mut self, entry: u32, x: usize) {
        let function = self.entry(entry, x);
        let arguments = self.state(x);
        self.b.ins().return_call(function, &arguments);
        self.ended = true;
    }

    pub fn go_to_address(&mut self, address: Value, x: usize) {
        let x = x.min(X_PARAMS);
        let arguments = self.state(x);
        let signature = match self.signatures[x] {
            Some(signature) => signature,
            None => self.b.import_signature(signature(x)),
        };
        self.signatures[x] = Some(signature);
        self.b.ins().return_call_indirect(signature, address, &arguments);
        self.ended = true;
    }

    /// Goes to a shared piece, with other values than the X registers in their place.
    pub fn go_shared(&mut self, shared: Shared, values: &[Value]) {
        let function = self.shared(shared);
        let mut arguments = self.state(0);
        arguments.extend(values);
        debug_assert_eq!(values.len(), shared.x_params());
        self.b.ins().return_call(function, &arguments);
        self.ended = true;
    }

    /// Goes to a shared piece with the X registers.
    pub fn go_shared_x(&mut self, shared: Shared) {
        let x: Vec<Value> = (0..shared.x_params()).map(|register| self.x(register)).collect();
        self.go_shared(shared, &x);
    }

    /// Goes on at `Context::next` if the value is none.
    pub fn resume_unless(&mut self, value: Value) {
        let resume = self.cold_block();
        self.unless(value, resume);
        let here = self.b.current_block().expect("a block is open");
        self.b.switch_to_block(resume);
        self.go_shared(Shared::Resume, &[]);
        self.ended = false;
        self.b.switch_to_block(here);
    }

    pub fn leave(&mut self, status: Status) {
        let status = self.word(status as u64);
        self.b.ins().return_(&[status]);
        self.ended = true;
    }

    /// Pops a return address and goes there with X0.
    pub fn return_(&mut self) {
        let sp = self.sp();
        let address = self.load(Region::Stack, sp, 0);
        let above = self.add(sp, 8);
        self.set_sp(above);
        self.go_to_address(address, 1);
    }

    pub fn push_return(&mut self, address: Value) {
        let sp = self.sp();
        let below = self.add(sp, -8);
        self.store(Region::Stack, address, below, 0);
        self.set_sp(below);
    }

    /// Counts a reduction. The block that yields when there are none left; control is in the other.
    pub fn count_reduction(&mut self) -> Block {
        let reductions = self.reductions();
        let none = self.compare(IntCC::SignedLessThan, reductions, 1);
        let left = self.add(reductions, -1);
        let yields = self.cold_block();
        self.when(none, yields);
        self.set_reductions(left);
        yields
    }
}
