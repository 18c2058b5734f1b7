//! Natives on funs.

use crate::atoms::Atom;
use crate::call::{BADARG, Call, Leave};
use crate::code::Mfa;
use crate::term::{Term, View};
use crate::work::{Done, INTEGER_WORDS_64};

use super::{Row, row};

pub const ROWS: &[Row] = &[
    row("erlang", "fun_info", 2, info),
    row("erlang", "fun_info_mfa", 1, |call| {
        let View::Fun(fun) = call.arg(0).view() else { return Err(BADARG) };
        let lambda = call.iso.code.lambda(fun.lambda);
        let parts = [
            Term::atom(lambda.module),
            Term::atom(lambda.function),
            Term::size(usize::from(lambda.arity)),
        ];
        Ok(call.work.reserve(4).tuple(&parts).done())
    }),
    row("erlang", "make_fun", 3, make),
    row("erlang", "is_record", 2, |call| {
        let tag = call.arg(1).as_atom().ok_or(BADARG)?;
        let is =
            call.arg(0).as_tuple().and_then(<[Term]>::first).is_some_and(|first| first.is(tag));
        Ok(Term::boolean(is).done())
    }),
    row("erlang", "is_record", 3, |call| {
        let tag = call.arg(1).as_atom().ok_or(BADARG)?;
        let size = call.arg(2).as_size().ok_or(BADARG)?;
        let is = call.arg(0).as_tuple().is_some_and(|tuple| {
            tuple.len() == size && tuple.first().is_some_and(|first| first.is(tag))
        });
        Ok(Term::boolean(is).done())
    }),
];

fn make(call: &mut Call) -> Result<Done, Leave> {
    let (Some(module), Some(function)) = (call.arg(0).as_atom(), call.arg(1).as_atom()) else {
        return Err(BADARG);
    };
    let arity = call.arg(2).as_size().and_then(|arity| u8::try_from(arity).ok()).ok_or(BADARG)?;
    let number = call.iso.code.export(Mfa { module, function, arity });
    call.iso.refresh_tables(call.work.context);
    Ok(call.reserve(2).export(number).done())
}

/// `{Item, Value}`
fn info(call: &mut Call) -> Result<Done, Leave> {
    let item = call.arg(1).as_atom().ok_or(BADARG)?;
    let name = call.work.env.atoms.text(item).to_owned();
    match call.arg(0).view() {
        View::Fun(fun) => {
            let lambda = call.iso.code.lambda(fun.lambda).clone();
            let free = fun.free.len();
            let kind = call.intern("local");
            let mut room = call.work.reserve(3 + 2 * free + INTEGER_WORDS_64 + 4);
            let View::Fun(fun) = room.arg(0).view() else { unreachable!("it was one before") };
            let value = match name.as_str() {
                "type" => Term::atom(kind),
                "module" => Term::atom(lambda.module),
                "name" => Term::atom(lambda.function),
                "arity" => Term::size(usize::from(lambda.arity)),
                "env" => room.list(fun.free.iter().copied(), Term::NIL),
                "index" | "new_index" => Term::size(lambda.index as usize),
                "uniq" => Term::size(lambda.old_uniq as usize),
                "new_uniq" => room.binary(&lambda.uniq),
                "pid" => fun.creator,
                "refc" => Term::size(1),
                _ => return Err(BADARG),
            };
            Ok(room.tuple(&[Term::atom(item), value]).done())
        }
        View::Export(number) => {
            let mfa = call.iso.code.export_mfa(number);
            let value = match name.as_str() {
                "type" => Term::atom(call.intern("external")),
                "module" => Term::atom(mfa.module),
                "name" => Term::atom(mfa.function),
                "arity" => Term::size(usize::from(mfa.arity)),
                "env" => Term::NIL,
                "index" | "new_index" | "uniq" | "new_uniq" | "pid" | "refc" => {
                    Term::atom(Atom::UNDEFINED)
                }
                _ => return Err(BADARG),
            };
            Ok(call.reserve(3).tuple(&[Term::atom(item), value]).done())
        }
        _ => Err(BADARG),
    }
}
