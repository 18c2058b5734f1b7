//! The chunk `Code`: the header, then instructions up to `int_code_end`, cut into functions at
//! each `label · line · func_info · label`.

use crate::inst::{Inst, Label};
use crate::module::Function;

use super::chunks::Chunks;
use super::cursor::Cursor;
use super::lower::Step;
use super::operands::Operands;
use super::tables::Tables;
use super::{CODE_BYTES_MAX, Error, FUNCTION_OPS_MAX, FUNCTIONS_MAX, LABELS_MAX};

pub struct Code {
    pub functions: Vec<Function>,
    pub label_count: u32,
    pub on_load: Option<Label>,
    /// Literals for the integers that are not small, in the order of their indices.
    pub integers: Vec<Box<[u8]>>,
}

pub fn read(chunks: &Chunks, tables: &Tables) -> Result<Code, Error> {
    let chunk = chunks.need("Code")?;
    if chunk.len() > CODE_BYTES_MAX {
        return Err(Error::TooMany { what: "bytes of code", limit: CODE_BYTES_MAX });
    }
    let mut cursor = Cursor::new("Code", chunk);
    let header = cursor.u32()? as usize;
    let mut fields = Cursor::new("Code", cursor.take(header)?);
    if fields.u32()? != 0 {
        return Err(cursor.error_at(4, "the instruction set is of another version than 0"));
    }
    let _highest_op = fields.u32()?;
    let label_count = fields.u32()?;
    let function_count = fields.u32()? as usize;
    if label_count as usize > LABELS_MAX {
        return Err(Error::TooMany { what: "labels", limit: LABELS_MAX });
    }
    if function_count > FUNCTIONS_MAX {
        return Err(Error::TooMany { what: "functions", limit: FUNCTIONS_MAX });
    }

    let mut ops = Operands::new(cursor, tables);
    let mut functions: Vec<Function> = Vec::new();
    let mut on_load = None;
    // What was read since the last function began: its body, then the head of the next.
    let mut body: Vec<Inst> = Vec::new();
    let mut offsets: Vec<u32> = Vec::new();
    loop {
        let at = ops.offset();
        let step = ops.next(&mut body)?;
        offsets.resize(body.len(), at as u32);
        if body.len() > FUNCTION_OPS_MAX {
            return Err(Error::TooMany {
                what: "instructions of a function",
                limit: FUNCTION_OPS_MAX,
            });
        }
        match step {
            Step::Next => {}
            Step::OnLoad => {
                on_load = match functions.last() {
                    Some(function) => Some(function.entry),
                    None => return Err(ops.error_at(at, "on_load outside of a function")),
                };
                body.push(Inst::OnLoad);
                offsets.push(at as u32);
            }
            Step::Function { name, arity } => {
                let lines = body.iter().rev().take_while(|inst| matches!(inst, Inst::Line(_)));
                let start = (body.len() - lines.count()).wrapping_sub(1);
                if !matches!(body.get(start), Some(Inst::Label(_))) {
                    return Err(ops.error_at(at, "func_info without a label before it"));
                }
                let mut head = body.split_off(start);
                let mut head_offsets = offsets.split_off(start);
                finish(&mut functions, body, offsets, &ops)?;
                if functions.len() == FUNCTIONS_MAX {
                    return Err(Error::TooMany { what: "functions", limit: FUNCTIONS_MAX });
                }
                head.push(Inst::FuncInfo);
                head_offsets.push(at as u32);

                let at = ops.offset();
                match ops.next(&mut head)? {
                    Step::Next => {}
                    _ => return Err(ops.error_at(at, "func_info without a label behind it")),
                }
                head_offsets.resize(head.len(), at as u32);
                let Some(Inst::Label(entry)) = head.last() else {
                    return Err(ops.error_at(at, "func_info without a label behind it"));
                };
                functions.push(Function {
                    name,
                    arity,
                    entry: *entry,
                    body: Vec::new(),
                    offsets: Vec::new(),
                });
                (body, offsets) = (head, head_offsets);
            }
            Step::End => break,
        }
    }
    finish(&mut functions, body, offsets, &ops)?;
    if functions.len() != function_count {
        return Err(ops.error_at(16, "the count of functions is not how many there are"));
    }
    Ok(Code { functions, label_count, on_load, integers: ops.into_integers() })
}

/// Gives the function that was begun last its body.
fn finish(
    functions: &mut [Function],
    mut body: Vec<Inst>,
    mut offsets: Vec<u32>,
    ops: &Operands,
) -> Result<(), Error> {
    match functions.last_mut() {
        Some(function) => {
            body.shrink_to_fit();
            offsets.shrink_to_fit();
            (function.body, function.offsets) = (body, offsets);
            Ok(())
        }
        None if body.is_empty() => Ok(()),
        None => Err(ops.error_at(offsets[0] as usize, "code before the first function")),
    }
}
