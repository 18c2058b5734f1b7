//! Reads the bytes of a `.beam` file into a [`Module`]: tables, literals and typed instructions.
//!
//! A stranger's bytes: every count has a named limit, every read is bounded by its chunk, nothing
//! recurses on the depth of the input, and nothing is reserved because a count in the file says so.
//! What is read is well-formed, not yet safe: that is [`crate::verify`]'s matter. The chunk `Type`
//! and all hints of the compiler are skipped, being only claims.

mod chunks;
mod code;
mod cursor;
mod live;
mod lower;
mod newer;
mod normal;
mod older;
mod operands;
mod ops;
mod tables;

use crate::Module;

/// Bytes of a file, decompressed.
pub const FILE_BYTES_MAX: usize = 64 << 20;
/// Bytes of the chunk `Code`.
pub const CODE_BYTES_MAX: usize = 16 << 20;
pub const ATOMS_MAX: usize = 1 << 18;
pub const ATOM_CHARS_MAX: usize = 255;
pub const LABELS_MAX: usize = 1 << 20;
pub const FUNCTIONS_MAX: usize = 1 << 16;
/// Instructions of one function.
pub const FUNCTION_OPS_MAX: usize = 1 << 18;
/// Instructions of a module and the elements of their operand lists, together.
pub const OPERANDS_MAX: usize = 1 << 22;
/// Bytes that instructions take from the string table.
pub const STRING_BYTES_MAX: usize = 16 << 20;
pub const IMPORTS_MAX: usize = 1 << 16;
pub const EXPORTS_MAX: usize = 1 << 16;
pub const LAMBDAS_MAX: usize = 1 << 16;
pub const LITERALS_MAX: usize = 1 << 20;
/// Bytes of all literals, decompressed.
pub const LITERAL_BYTES_MAX: usize = 64 << 20;
pub const LINES_MAX: usize = 1 << 20;
pub const FILES_MAX: usize = 1 << 16;
pub const ARITY_MAX: u8 = 255;

/// Why a file is no module.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    #[error("not a BEAM file: it does not begin with FOR1, its size, and BEAM")]
    NotBeam,
    #[error("the file is compressed by gzip, and damaged: {0}")]
    Gzip(String),
    #[error("the chunk {chunk} is missing")]
    Missing { chunk: &'static str },
    #[error("chunk {chunk}, byte {offset}: {reason}")]
    Malformed { chunk: &'static str, offset: usize, reason: &'static str },
    #[error("chunk {chunk}, literal {literal}: {reason}")]
    Literal { chunk: &'static str, literal: usize, reason: crate::literal::Error },
    #[error("{what}: more than the {limit} that a module may have")]
    TooMany { what: &'static str, limit: usize },
    #[error(
        "chunk Code, byte {offset}: the instruction {op} is not supported; compile the module \
         with OTP 25"
    )]
    Unsupported { op: &'static str, offset: usize },
    #[error("chunk Code, byte {offset}: there is no instruction number {number}")]
    UnknownOp { number: u8, offset: usize },
}

/// Reads a whole file, which may be compressed by gzip, as `erlc +compressed` and `strip` make it.
pub fn read(bytes: &[u8]) -> Result<Module, Error> {
    let plain;
    let bytes = if bytes.starts_with(&[0x1f, 0x8b]) {
        plain = chunks::gunzip(bytes)?;
        &plain
    } else {
        bytes
    };
    if bytes.len() > FILE_BYTES_MAX {
        return Err(Error::TooMany { what: "bytes of the file", limit: FILE_BYTES_MAX });
    }
    let chunks = chunks::Chunks::of(bytes)?;
    let tables = tables::Tables::read(&chunks)?;
    let code = code::read(&chunks, &tables)?;

    let mut literals = tables.literals;
    literals.extend(code.integers);
    let mut module = Module {
        name: 0,
        atoms: tables.atoms,
        functions: code.functions,
        label_count: code.label_count,
        imports: tables.imports,
        exports: tables.exports,
        lambdas: tables.lambdas,
        literals,
        lines: tables.lines,
        files: tables.files,
        attributes: tables.attributes,
        compile_info: tables.compile_info,
        md5: chunks.md5(),
        on_load: code.on_load,
    };
    normal::rewrite(&mut module);
    Ok(module)
}

/// MD5 of the essential chunks, as `beam_lib:md5/1` makes it, without reading the code.
pub fn md5(bytes: &[u8]) -> Result<[u8; 16], Error> {
    if bytes.starts_with(&[0x1f, 0x8b]) {
        return Ok(chunks::Chunks::of(&chunks::gunzip(bytes)?)?.md5());
    }
    Ok(chunks::Chunks::of(bytes)?.md5())
}
