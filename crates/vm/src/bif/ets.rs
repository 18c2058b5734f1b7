//! Module `ets`: enough of it for OTP to boot (being replaced by `crates/vm/src/ets.rs`).

use std::collections::HashMap;

use crate::atoms::Atom;
use crate::call::{BADARG, Call, Leave};
use crate::heap::Fragment;
use crate::order;
use crate::term::Term;
use crate::work::Done;

use super::{Row, row};

pub const ROWS: &[Row] = &[
    row("ets", "new", 2, new),
    row("ets", "insert", 2, |call| insert(call, true)),
    row("ets", "insert_new", 2, |call| insert(call, false)),
    row("ets", "lookup", 2, |call| {
        let (table, key) = find(call)?;
        let hits = hits(call, table, key, |_| true);
        copies(call, table, &hits)
    }),
    row("ets", "lookup_element", 3, |call| {
        let position = call.arg(2).as_size().ok_or(BADARG)?;
        let (table, key) = find(call)?;
        let hits = hits(call, table, key, |_| true);
        let first = *hits.first().ok_or(BADARG)?;
        let state = call.iso.extensions.get::<Tables>();
        let row = &state.tables[&table].rows[first];
        let element = row.term().as_tuple().and_then(|t| t.get(position - 1).copied()).ok_or(BADARG)?;
        let words = crate::copy::words(element, call.work.env);
        Ok(call.work.reserve(words).copy_term(element, words).done())
    }),
    row("ets", "member", 2, |call| {
        let (table, key) = find(call)?;
        Ok(Term::boolean(!hits(call, table, key, |_| true).is_empty()).done())
    }),
    row("ets", "delete", 1, |call| {
        let (table, _) = find(call)?;
        call.iso.extensions.get::<Tables>().tables.remove(&table);
        Ok(Term::boolean(true).done())
    }),
    row("ets", "delete", 2, |call| {
        let (table, key) = find(call)?;
        let hits = hits(call, table, key, |_| true);
        let state = call.iso.extensions.get::<Tables>();
        for index in hits.into_iter().rev() {
            state.tables.get_mut(&table).ok_or(BADARG)?.rows.remove(index);
        }
        Ok(Term::boolean(true).done())
    }),
    row("ets", "match_object", 2, |call| {
        let (table, _) = find(call)?;
        let pattern = call.arg(1).word();
        let all = call.iso.extensions.get::<Tables>().tables[&table].rows.len();
        let mut hits = Vec::new();
        for index in 0..all {
            if matches(call, table, index, pattern).is_some() {
                hits.push(index);
            }
        }
        copies(call, table, &hits)
    }),
    row("ets", "match", 2, |call| {
        let (table, _) = find(call)?;
        let pattern = call.arg(1).word();
        let all = call.iso.extensions.get::<Tables>().tables[&table].rows.len();
        let mut found = Vec::new();
        for index in 0..all {
            found.extend(matches(call, table, index, pattern));
        }
        let words: usize = found.iter().map(|f| 2 + f.iter().map(|x| 2 + x.words()).sum::<usize>()).sum();
        let mut room = call.work.reserve(words);
        let mut list = Term::NIL;
        for f in found.iter().rev() {
            let mut one = Term::NIL;
            for x in f.iter().rev() {
                let x = room.copy(x);
                one = room.cons(x, one);
            }
            list = room.cons(one, list);
        }
        Ok(list.done())
    }),
    row("ets", "internal_select_delete", 2, |_| Ok(Term::size(0).done())),
    row("ets", "select", 2, |_| Ok(Term::NIL.done())),
    row("ets", "internal_delete_all", 2, |_| Ok(Term::size(0).done())),
    row("ets", "match_spec_compile", 1, |_| Ok(Term::NIL.done())),
    row("ets", "info", 2, |_| Ok(Term::atom(Atom::UNDEFINED).done())),
    row("ets", "whereis", 1, |call| {
        let name = call.arg(0).as_atom().ok_or(BADARG)?;
        let known = call.iso.extensions.get::<Tables>().tables.contains_key(&Name::Atom(name));
        Ok(if known { Term::atom(name) } else { Term::atom(Atom::UNDEFINED) }.done())
    }),
    row("ets", "setopts", 2, |_| Ok(Term::boolean(true).done())),
];

#[derive(PartialEq, Eq, Hash, Clone, Copy)]
enum Name {
    Atom(Atom),
    Number(u64),
}

#[derive(Default)]
struct Tables {
    tables: HashMap<Name, Table>,
}

struct Table {
    keypos: usize,
    unique: bool,
    rows: Vec<Fragment>,
}

fn new(call: &mut Call) -> Result<Done, Leave> {
    let name = call.arg(0).as_atom().ok_or(BADARG)?;
    let (mut named, mut keypos, mut unique) = (false, 1, true);
    for option in call.arg(1).list() {
        if let Some(atom) = option.as_atom() {
            match call.work.env.atoms.text(atom) {
                "named_table" => named = true,
                "bag" | "duplicate_bag" => unique = false,
                _ => {}
            }
        } else if let Some([key, value]) = option.as_tuple()
            && key.as_atom().is_some_and(|key| call.work.env.atoms.text(key) == "keypos")
        {
            keypos = value.as_size().ok_or(BADARG)?;
        }
    }
    let number = call.work.env.next_reference();
    let id = if named { Name::Atom(name) } else { Name::Number(number) };
    let table = Table { keypos, unique, rows: Vec::new() };
    call.iso.extensions.get::<Tables>().tables.insert(id, table);
    if named {
        return Ok(Term::atom(name).done());
    }
    Ok(call.reserve(3).reference(number).done())
}

fn find(call: &mut Call) -> Result<(Name, u64), Leave> {
    let name = match call.arg(0).as_atom() {
        Some(name) => Name::Atom(name),
        None => Name::Number(call.arg(0).as_reference().ok_or(BADARG)?.number),
    };
    if !call.iso.extensions.get::<Tables>().tables.contains_key(&name) {
        return Err(BADARG);
    }
    let key = if call.work.context.live > 1 { call.arg(1).word() } else { 0 };
    Ok((name, key))
}

fn hits(call: &mut Call, table: Name, _key: u64, _f: fn(Term) -> bool) -> Vec<usize> {
    let env = call.work.env;
    let key = call.work.arg(1);
    let table = &call.iso.extensions.get::<Tables>().tables[&table];
    let at = table.keypos - 1;
    let same = |row: &Fragment| {
        row.term().as_tuple().and_then(|t| t.get(at).copied()).is_some_and(|k| order::equal_exact(k, key, env))
    };
    table.rows.iter().enumerate().filter(|(_, row)| same(row)).map(|(i, _)| i).collect()
}

fn copies(call: &mut Call, table: Name, hits: &[usize]) -> Result<Done, Leave> {
    let Call { work, iso } = call;
    let table = &iso.extensions.get::<Tables>().tables[&table];
    let words: usize = hits.iter().map(|i| 2 + table.rows[*i].words()).sum();
    let mut room = work.reserve(words);
    let mut list = Term::NIL;
    for i in hits.iter().rev() {
        let row = room.copy(&table.rows[*i]);
        list = room.cons(row, list);
    }
    Ok(list.done())
}

fn insert(call: &mut Call, replace: bool) -> Result<Done, Leave> {
    let (name, _) = find(call)?;
    let Call { work, iso } = call;
    let env = work.env;
    let given = work.arg(1);
    let rows: Vec<Term> =
        if given.as_tuple().is_some() { vec![given] } else { given.list().collect() };
    let table = iso.extensions.get::<Tables>().tables.get_mut(&name).ok_or(BADARG)?;
    let at = table.keypos - 1;
    for row in rows {
        let key = row.as_tuple().and_then(|t| t.get(at).copied()).ok_or(BADARG)?;
        let found = table.rows.iter().position(|old| {
            old.term().as_tuple().and_then(|t| t.get(at).copied()).is_some_and(|k| order::equal_exact(k, key, env))
        });
        match found {
            Some(_) if !replace => return Ok(Term::boolean(false).done()),
            Some(index) if table.unique => table.rows[index] = Fragment::new(row, env),
            _ => table.rows.push(Fragment::new(row, env)),
        }
    }
    Ok(Term::boolean(true).done())
}

fn matches(call: &mut Call, table: Name, index: usize, pattern: u64) -> Option<Vec<Fragment>> {
    let _ = pattern;
    let Call { work, iso } = call;
    let env = work.env;
    let row = &iso.extensions.get::<Tables>().tables[&table].rows[index];
    let mut found: Vec<(usize, Term)> = Vec::new();
    let mut stack = vec![(work.arg(1), row.term())];
    while let Some((p, t)) = stack.pop() {
        if let Some(atom) = p.as_atom() {
            let text = env.atoms.text(atom);
            if text == "_" {
                continue;
            }
            if let Some(n) = text.strip_prefix('$').and_then(|n| n.parse().ok()) {
                found.push((n, t));
                continue;
            }
        }
        match (p.as_tuple(), t.as_tuple(), p.as_cons(), t.as_cons()) {
            (Some(a), Some(b), _, _) if a.len() == b.len() => {
                stack.extend(a.iter().copied().zip(b.iter().copied()));
            }
            (_, _, Some(a), Some(b)) => stack.extend([(a.head, b.head), (a.tail, b.tail)]),
            _ if order::equal_exact(p, t, env) => {}
            _ => return None,
        }
    }
    found.sort_by_key(|(n, _)| *n);
    Some(found.into_iter().map(|(_, t)| Fragment::new(t, env)).collect())
}
