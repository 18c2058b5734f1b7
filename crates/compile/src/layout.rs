//! Puts the functions of machine code one behind the other, resolves what they say of each other,
//! and makes the artifact.

use beamlet_code::artifact::{Artifact, Entry as FunctionEntry, LambdaEntry, Point, Stubs};
use beamlet_code::inst::Inst;
use beamlet_code::verify::Verified;
use beamlet_code::{CompileError, Function};
use cranelift_codegen::binemit::Reloc;
use cranelift_codegen::control::ControlPlane;
use cranelift_codegen::ir::ExternalName;
use cranelift_codegen::isa::TargetIsa;
use cranelift_codegen::{Context, FinalizedRelocTarget};
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext};

use crate::emit::{Emit, X_PARAMS, signature};
use crate::entry::Entry;
use crate::flow::{self, INSTRUCTION_WEIGHT_MAX, Kind};
use crate::handover::{ENTRY_OFFSET, hand_over};
use crate::link::{Link, SPACE_BASE, SPACE_ENTRY, SPACE_SHARED, Shared};
use crate::op;
use crate::plan::{EntryRow, Plan};
use crate::stubs::Stub;
use crate::{Options, shared, stubs};

/// Machine code of one BEAM function.
pub const FUNCTION_BYTES_MAX: usize = 16 << 20;
/// Machine code of one module.
pub const MODULE_BYTES_MAX: usize = 64 << 20;

/// Entries of one module: each takes its time to compile. (OTP's kernel, stdlib and compiler have
/// 70,000 together.)
pub const MODULE_ENTRIES_MAX: usize = 50_000;

/// Every entry is at a multiple of this: return addresses and handlers are words with free
/// low bits.
const ALIGNMENT: usize = 16;
/// Constants stand behind the code of a function, whose start is aligned to 4, as its entry is to 16.
/// Words of 8 bytes are read wherever they are; vectors of 16 are not.
const CONSTANT_ALIGNMENT_MAX: u32 = 8;
/// Between functions: an interrupt.
const FILL: u8 = 0xcc;
const PAGE_BYTES: usize = 4096;
const SLOT_BYTES: usize = 8;

/// Can references between functions be resolved for this machine?
pub fn supports(isa: &dyn TargetIsa) -> Result<(), String> {
    match isa.name() {
        "x64" => Ok(()),
        other => Err(format!("references between functions are not resolved for {other}")),
    }
}

/// A place in the code that needs the address of something else.
struct Reference {
    at: usize,
    space: u32,
    index: u32,
    addend: i64,
}

/// Machine code under construction.
struct Code<'a> {
    isa: &'a dyn TargetIsa,
    options: Options,
    context: Context,
    builder: FunctionBuilderContext,
    link: Link,
    bytes: Vec<u8>,
    /// By number: where control comes in, in `bytes`.
    entries: Vec<u32>,
    shared: Vec<u32>,
    references: Vec<Reference>,
    listing: Option<String>,
}

impl<'a> Code<'a> {
    fn new(isa: &'a dyn TargetIsa, options: Options, literals: u32) -> Code<'a> {
        Code {
            isa,
            options,
            context: Context::new(),
            builder: FunctionBuilderContext::new(),
            link: Link::new(literals),
            bytes: Vec::new(),
            entries: Vec::new(),
            shared: Vec::new(),
            references: Vec::new(),
            listing: None,
        }
    }

    /// Compiles one function that `emit` makes; where control comes in.
    fn function(
        &mut self,
        x: usize,
        what: Option<Shared>,
        emit: impl FnOnce(Emit) -> Result<(), String>,
    ) -> Result<u32, String> {
        self.context.clear();
        let b = FunctionBuilder::new(&mut self.context.func, &mut self.builder);
        b.func.signature = what.map_or_else(|| signature(x), Shared::signature);
        emit(Emit::new(b, &mut self.link, self.options.checked, x, self.isa.frontend_config()))?;
        if let Some(listing) = &mut self.listing {
            listing.push_str(&self.context.func.display().to_string());
            listing.push('\n');
        }
        self.context
            .compile(self.isa, &mut ControlPlane::default())
            .map_err(|error| format!("{:?}", error.inner))?;
        let compiled = self.context.compiled_code().expect("it is compiled just now");
        let mut code = compiled.code_buffer().to_vec();
        if compiled.buffer.alignment > CONSTANT_ALIGNMENT_MAX {
            return Err(format!("constants are aligned to {}", compiled.buffer.alignment));
        }
        // Control comes in behind the start, and that is what is aligned.
        let (entry, moves) = match what {
            Some(Shared::Reads(..) | Shared::Builds(..)) => {
                (0, vec![0; compiled.buffer.relocs().len()])
            }
            _ => (ENTRY_OFFSET, hand_over(&mut code, &compiled.buffer)?),
        };
        let start = (self.bytes.len() + entry).next_multiple_of(ALIGNMENT) - entry;
        self.bytes.resize(start, FILL);
        self.bytes.append(&mut code);
        let names = self.context.func.params.user_named_funcs();
        for (relocation, moved) in compiled.buffer.relocs().iter().zip(moves) {
            let (Reloc::X86CallPCRel4 | Reloc::X86PCRel4) = relocation.kind else {
                return Err(format!("relocation {:?}", relocation.kind));
            };
            let FinalizedRelocTarget::ExternalName(ExternalName::User(name)) = relocation.target
            else {
                return Err(format!("reference to {:?}", relocation.target));
            };
            let name = &names[name];
            self.references.push(Reference {
                at: start + relocation.offset as usize - moved,
                space: name.namespace,
                index: name.index,
                addend: relocation.addend,
            });
        }
        u32::try_from(start + entry).map_err(|_| "more than 4 GiB of code".to_owned())
    }

    /// Compiles the shared pieces that are wanted so far, and those that they want.
    fn all_shared(&mut self) -> Result<(), String> {
        while let Some(&shared) = self.link.shared.all.get(self.shared.len()) {
            let start = self.function(shared.x_params(), Some(shared), |mut e| {
                shared::emit(&mut e, shared);
                e.finish();
                Ok(())
            })?;
            self.shared.push(start);
        }
        Ok(())
    }

    /// Writes addresses into the code, which begins `code_offset` bytes behind the mapping's start.
    fn resolve(&mut self, code_offset: usize) -> Result<(), String> {
        for reference in &self.references {
            let target = match reference.space {
                SPACE_ENTRY => i64::from(self.entries[reference.index as usize]),
                SPACE_SHARED => i64::from(self.shared[reference.index as usize]),
                SPACE_BASE => -(code_offset as i64),
                space => return Err(format!("no namespace {space}")),
            };
            let distance = target + reference.addend - reference.at as i64;
            let distance = i32::try_from(distance).map_err(|_| "too far away".to_owned())?;
            self.bytes[reference.at..reference.at + 4].copy_from_slice(&distance.to_le_bytes());
        }
        Ok(())
    }

    fn entry(&mut self, verified: &Verified, plan: &Plan, row: EntryRow) -> Result<u32, String> {
        let module = &verified.module;
        if plan.is_native(row.function) {
            let function = &module.functions[row.function];
            let (mfa, arity) = (module.mfa(function), function.arity);
            return self.function(row.x, None, |mut e| {
                op::go_export(&mut e, arity, mfa);
                e.finish();
                Ok(())
            });
        }
        let facts = &verified.facts[row.function];
        self.function(row.x, None, |e| {
            Entry::new(e, module, plan, facts, row.function, row.block).emit()
        })
    }
}

fn failed(verified: &Verified, function: usize, reason: String) -> CompileError {
    let mfa = verified.module.mfa(&verified.module.functions[function]);
    CompileError::Function { module: mfa.module, function: mfa.function, arity: mfa.arity, reason }
}

fn too_large(verified: &Verified, limit: usize) -> CompileError {
    CompileError::TooLarge { module: verified.module.module_name().to_owned(), limit }
}

pub fn artifact(
    isa: &dyn TargetIsa,
    options: Options,
    verified: &Verified,
    natives: &dyn Fn(&str, &str, u8) -> bool,
) -> Result<Artifact, CompileError> {
    let module = &verified.module;
    let native = |number: usize| {
        let function: &Function = &module.functions[number];
        verified.facts[number].native
            && natives(module.module_name(), module.atom(function.name), function.arity)
    };
    let plan = Plan::of(verified, native);
    bounded(verified, &plan)?;
    let mut code = Code::new(isa, options, module.literals.len() as u32);
    compile_entries(&mut code, verified, &plan)?;
    let last = module.functions.len().saturating_sub(1);
    code.all_shared().map_err(|reason| failed(verified, last, reason))?;
    let slots = code.link.slots.all.len() * SLOT_BYTES;
    let code_offset = slots.max(code.link.sites.len()).next_multiple_of(PAGE_BYTES);
    code.resolve(code_offset).map_err(|reason| failed(verified, last, reason))?;
    Ok(assemble(code, verified, &plan, code_offset as u32))
}

/// Refuses before any work is done what would take too much of it.
fn bounded(verified: &Verified, plan: &Plan) -> Result<(), CompileError> {
    if plan.entries.len() > MODULE_ENTRIES_MAX {
        let module = verified.module.module_name().to_owned();
        return Err(CompileError::TooManyEntries { module, limit: MODULE_ENTRIES_MAX });
    }
    match plan.flows.iter().position(|flow| flow.weight_max > INSTRUCTION_WEIGHT_MAX) {
        None => Ok(()),
        Some(function) => {
            let reason =
                format!("an instruction of more than {INSTRUCTION_WEIGHT_MAX} cases or operands");
            Err(failed(verified, function, reason))
        }
    }
}

fn compile_entries(code: &mut Code, verified: &Verified, plan: &Plan) -> Result<(), CompileError> {
    let mut function = usize::MAX;
    let mut function_start = 0;
    for &row in &plan.entries {
        if row.function != function {
            function = row.function;
            function_start = code.bytes.len();
        }
        let start = code
            .entry(verified, plan, row)
            .map_err(|reason| failed(verified, row.function, reason))?;
        code.entries.push(start);
        if code.bytes.len() - function_start > FUNCTION_BYTES_MAX {
            return Err(too_large(verified, FUNCTION_BYTES_MAX));
        }
        if code.bytes.len() > MODULE_BYTES_MAX {
            return Err(too_large(verified, MODULE_BYTES_MAX));
        }
    }
    Ok(())
}

fn assemble(code: Code, verified: &Verified, plan: &Plan, code_offset: u32) -> Artifact {
    let module = &verified.module;
    let offset = |row: EntryRow| code_offset + code.entries[row.number as usize];
    let of_label = |label| plan.entry_of_label(label).map(offset);
    let functions = module
        .functions
        .iter()
        .map(|function| FunctionEntry {
            function: module.atom(function.name).to_owned(),
            arity: function.arity,
            offset: of_label(function.entry).expect("each function has an entry"),
            exported: module
                .exports
                .iter()
                .any(|export| export.function == function.name && export.arity == function.arity),
        })
        .collect();
    let lambdas = module
        .lambdas
        .iter()
        .map(|lambda| LambdaEntry {
            offset: of_label(lambda.label).unwrap_or(0),
            function: module.atom(lambda.function).to_owned(),
            total_arity: lambda.total_arity,
            free: lambda.free,
            index: lambda.index,
            old_uniq: lambda.old_uniq,
        })
        .collect();
    let returns = plan
        .entries
        .iter()
        .filter_map(|&row| return_point(verified, plan, row, offset(row)))
        .collect();
    let mut literals = module.literals.clone();
    literals.extend(code.link.literals.all);
    Artifact {
        module: module.module_name().to_owned(),
        slots: code.link.slots.all,
        code_offset,
        functions,
        lambdas,
        returns,
        sites: code.link.sites,
        literals,
        files: module.files.clone(),
        attributes: module.attributes.clone(),
        compile_info: module.compile_info.clone(),
        md5: module.md5,
        on_load: module.on_load.and_then(of_label),
        code: code.bytes,
    }
}

/// What a return address on the stack says, if this entry is returned to.
fn return_point(verified: &Verified, plan: &Plan, row: EntryRow, offset: u32) -> Option<Point> {
    let function = &verified.module.functions[row.function];
    let block = &plan.flows[row.function].blocks[row.block];
    if plan.is_native(row.function) || matches!(block.kind, None | Some(Kind::Function)) {
        return None;
    }
    let call = block.start.checked_sub(1)?;
    if !flow::returns(&function.body[call]) || flow::tail(&function.body, call).is_some() {
        return None;
    }
    let line = match block.line {
        0 => None,
        line => verified.module.lines.get(line as usize),
    };
    let (file, line) = line.map_or((0, 0), |line| (line.file, line.line));
    Some(Point { offset, function: row.function as u32, file, line })
}

pub fn stubs(isa: &dyn TargetIsa, options: Options, bifs: u32) -> Stubs {
    let mut code = Code::new(isa, options, 0);
    let ways = [Stub::Exited, Stub::Yielded, Stub::Waiting, Stub::Returned];
    let all = (0..bifs).map(Stub::Bif).chain(ways);
    for (number, stub) in all.enumerate() {
        let x = match stub {
            Stub::Bif(_) => X_PARAMS,
            _ => 1,
        };
        let start = code
            .function(x, None, |mut e| {
                stubs::emit(&mut e, stub, number as u32);
                e.finish();
                Ok(())
            })
            .expect("stubs are our own code, and the same for everyone");
        code.entries.push(start);
    }
    code.all_shared().expect("shared pieces are our own code");
    code.resolve(0).expect("stubs refer to each other only");
    let bifs = bifs as usize;
    Stubs {
        bifs: code.entries[..bifs].to_vec(),
        exited: code.entries[bifs],
        yielded: code.entries[bifs + 1],
        waiting: code.entries[bifs + 2],
        returned: code.entries[bifs + 3],
        code: code.bytes,
    }
}

pub fn listing(
    isa: &dyn TargetIsa,
    options: Options,
    verified: &Verified,
) -> Result<String, CompileError> {
    let plan = Plan::of(verified, |_| false);
    let mut code = Code::new(isa, options, verified.module.literals.len() as u32);
    code.listing = Some(String::new());
    for &row in &plan.entries {
        let function = &verified.module.functions[row.function];
        let block = &plan.flows[row.function].blocks[row.block];
        let kind = block.kind.map_or(String::new(), |kind| format!("{kind:?}").to_lowercase());
        let first = match function.body.get(block.start) {
            Some(Inst::Label(label)) => format!("label {label}"),
            _ => format!("instruction {}", block.start),
        };
        let head = format!("; {} {kind}: {first}\n", verified.module.mfa(function));
        code.listing.iter_mut().for_each(|listing| listing.push_str(&head));
        code.entry(verified, &plan, row)
            .map_err(|reason| failed(verified, row.function, reason))?;
    }
    Ok(code.listing.unwrap_or_default())
}
