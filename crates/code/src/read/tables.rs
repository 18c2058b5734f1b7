//! The tables beside the code: atoms, imports, exports, lambdas, literals, lines, attributes.
//! Indices into the table of atoms are checked here, labels by the verifier.

use crate::inst::AtomIndex;
use crate::literal;
use crate::module::{Export, Import, Lambda, Line};

use super::chunks::{Chunks, inflate};
use super::cursor::{Cursor, Number, Tag};
use super::{
    ATOM_CHARS_MAX, ATOMS_MAX, EXPORTS_MAX, Error, FILES_MAX, IMPORTS_MAX, LAMBDAS_MAX, LINES_MAX,
    LITERAL_BYTES_MAX, LITERALS_MAX,
};

pub struct Tables<'a> {
    pub atoms: Vec<String>,
    pub imports: Vec<Import>,
    pub exports: Vec<Export>,
    pub lambdas: Vec<Lambda>,
    pub literals: Vec<Box<[u8]>>,
    /// Empty if the file has no table of lines.
    pub lines: Vec<Line>,
    pub files: Vec<String>,
    pub strings: &'a [u8],
    pub attributes: Box<[u8]>,
    pub compile_info: Box<[u8]>,
}

impl<'a> Tables<'a> {
    pub fn read(chunks: &Chunks<'a>) -> Result<Tables<'a>, Error> {
        let atoms = atoms(chunks)?;
        let (lines, files) = match chunks.get("Line") {
            Some(chunk) => lines(Cursor::new("Line", chunk), &atoms[0])?,
            None => (vec![Line { file: 0, line: 0 }], vec![format!("{}.erl", atoms[0])]),
        };
        Ok(Tables {
            imports: imports(Cursor::new("ImpT", chunks.need("ImpT")?), atoms.len())?,
            exports: exports(Cursor::new("ExpT", chunks.need("ExpT")?), atoms.len())?,
            lambdas: match chunks.get("FunT") {
                Some(chunk) => lambdas(Cursor::new("FunT", chunk), atoms.len())?,
                None => Vec::new(),
            },
            literals: match chunks.get("LitT") {
                Some(chunk) => literals(Cursor::new("LitT", chunk))?,
                None => Vec::new(),
            },
            lines,
            files,
            strings: chunks.get("StrT").unwrap_or_default(),
            attributes: term(chunks, "Attr")?,
            compile_info: term(chunks, "CInf")?,
            atoms,
        })
    }
}

fn atoms(chunks: &Chunks) -> Result<Vec<String>, Error> {
    let (mut cursor, chunk) = match (chunks.get("AtU8"), chunks.get("Atom")) {
        (Some(bytes), _) => (Cursor::new("AtU8", bytes), "AtU8"),
        (None, Some(bytes)) => (Cursor::new("Atom", bytes), "Atom"),
        (None, None) => return Err(Error::Missing { chunk: "AtU8" }),
    };
    // OTP 28 writes the count negated when lengths are compact numbers.
    let negated = (cursor.clone().u32()? as i32) < 0;
    let count = if negated {
        let count = (cursor.u32()? as i32).unsigned_abs() as usize;
        if count > ATOMS_MAX {
            return Err(Error::TooMany { what: "atoms", limit: ATOMS_MAX });
        }
        count
    } else {
        cursor.count("atoms", ATOMS_MAX, 1)?
    };
    if count == 0 {
        return Err(cursor.error("a module has a name"));
    }
    let mut atoms = Vec::new();
    for _ in 0..count {
        let at = cursor.offset();
        let length = match negated {
            false => usize::from(cursor.u8()?),
            true => match cursor.tagged()? {
                (Tag::U, Number::Small(length @ 0..=0xffff)) => length as usize,
                _ => return Err(cursor.error_at(at, "the length of an atom is no number")),
            },
        };
        let bytes = cursor.take(length)?;
        let atom = match chunk {
            "AtU8" => std::str::from_utf8(bytes)
                .map_err(|_| cursor.error_at(at, "the atom is not UTF-8"))?
                .to_owned(),
            _ => bytes.iter().map(|byte| char::from(*byte)).collect(),
        };
        if atom.chars().count() > ATOM_CHARS_MAX {
            return Err(cursor.error_at(at, "the atom has more than 255 characters"));
        }
        atoms.push(atom);
    }
    Ok(atoms)
}

/// An index as in the file, where 0 stands for the empty list.
fn atom(cursor: &mut Cursor, atoms: usize) -> Result<AtomIndex, Error> {
    let at = cursor.offset();
    let index = cursor.u32()?;
    if index == 0 || index as usize > atoms {
        return Err(cursor.error_at(at, "there is no such atom"));
    }
    Ok(index - 1)
}

fn arity(cursor: &mut Cursor) -> Result<u8, Error> {
    let at = cursor.offset();
    u8::try_from(cursor.u32()?).map_err(|_| cursor.error_at(at, "an arity is at most 255"))
}

fn imports(mut cursor: Cursor, atoms: usize) -> Result<Vec<Import>, Error> {
    let count = cursor.count("imports", IMPORTS_MAX, 12)?;
    (0..count)
        .map(|_| {
            Ok(Import {
                module: atom(&mut cursor, atoms)?,
                function: atom(&mut cursor, atoms)?,
                arity: arity(&mut cursor)?,
            })
        })
        .collect()
}

fn exports(mut cursor: Cursor, atoms: usize) -> Result<Vec<Export>, Error> {
    let count = cursor.count("exports", EXPORTS_MAX, 12)?;
    (0..count)
        .map(|_| {
            Ok(Export {
                function: atom(&mut cursor, atoms)?,
                arity: arity(&mut cursor)?,
                label: cursor.u32()?,
            })
        })
        .collect()
}

fn lambdas(mut cursor: Cursor, atoms: usize) -> Result<Vec<Lambda>, Error> {
    let count = cursor.count("funs", LAMBDAS_MAX, 24)?;
    (0..count)
        .map(|_| {
            Ok(Lambda {
                function: atom(&mut cursor, atoms)?,
                total_arity: arity(&mut cursor)?,
                label: cursor.u32()?,
                index: cursor.u32()?,
                free: arity(&mut cursor)?,
                old_uniq: cursor.u32()?,
            })
        })
        .collect()
}

fn literals(mut cursor: Cursor) -> Result<Vec<Box<[u8]>>, Error> {
    let size = cursor.u32()? as usize;
    if size > LITERAL_BYTES_MAX {
        return Err(Error::TooMany { what: "bytes of literals", limit: LITERAL_BYTES_MAX });
    }
    let packed = cursor.take(cursor.rest())?;
    // OTP 28 writes a size of 0 before literals that are not compressed.
    let plain = match size {
        0 => packed.to_vec(),
        _ => inflate(packed, size)
            .ok_or_else(|| cursor.error_at(4, "zlib cannot decompress the literals"))?,
    };
    let mut cursor = Cursor::new("LitT", &plain);
    let count = cursor.count("literals", LITERALS_MAX, 4)?;
    let mut literals = Vec::new();
    for literal in 0..count {
        let size = cursor.u32()? as usize;
        let bytes = cursor.take(size)?;
        literal::check(bytes).map_err(|reason| Error::Literal {
            chunk: "LitT",
            literal,
            reason,
        })?;
        literals.push(bytes.into());
    }
    Ok(literals)
}

fn term(chunks: &Chunks, chunk: &'static str) -> Result<Box<[u8]>, Error> {
    let Some(bytes) = chunks.get(chunk) else { return Ok(Box::default()) };
    literal::check(bytes).map_err(|reason| Error::Literal { chunk, literal: 0, reason })?;
    Ok(bytes.into())
}

fn lines(mut cursor: Cursor, module: &str) -> Result<(Vec<Line>, Vec<String>), Error> {
    let nothing = Line { file: 0, line: 0 };
    let own_file = format!("{module}.erl");
    if cursor.u32()? != 0 {
        // Another version of the table, which OTP ignores too.
        return Ok((Vec::new(), vec![own_file]));
    }
    let _flags = cursor.u32()?;
    let _instructions = cursor.u32()?;
    let line_count = cursor.u32()? as usize;
    let file_count = cursor.u32()? as usize;
    if line_count >= LINES_MAX {
        return Err(Error::TooMany { what: "lines", limit: LINES_MAX });
    }
    if file_count >= FILES_MAX {
        return Err(Error::TooMany { what: "names of source files", limit: FILES_MAX });
    }
    let mut lines = vec![nothing];
    let mut file = 0;
    while lines.len() <= line_count {
        let at = cursor.offset();
        match cursor.tagged()? {
            (Tag::Atom, Number::Small(index)) if (0..=file_count as i64).contains(&index) => {
                file = index as u32;
            }
            (Tag::I, Number::Small(line)) if (0..=i64::from(u32::MAX)).contains(&line) => {
                lines.push(Line { file, line: line as u32 });
            }
            _ => return Err(cursor.error_at(at, "neither a line nor the number of a file")),
        }
    }
    let mut files = vec![own_file];
    for _ in 0..file_count {
        let at = cursor.offset();
        let length = usize::from(cursor.u16()?);
        let name = std::str::from_utf8(cursor.take(length)?)
            .map_err(|_| cursor.error_at(at, "the name of a file is not UTF-8"))?;
        // As OTP: an empty name stands for the module's own.
        files.push(if name.is_empty() { files[0].clone() } else { name.to_owned() });
    }
    Ok((lines, files))
}
