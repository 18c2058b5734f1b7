//! Natives on lists: module `lists`, `++` and `--`.

use crate::call::{BADARG, Call, Leave};
use crate::env::Poll;
use crate::order;
use crate::term::Term;
use crate::work::Done;

use super::{Row, row};

pub const ROWS: &[Row] = &[
    row("lists", "reverse", 2, reverse),
    row("lists", "member", 2, member),
    row("lists", "keyfind", 3, |call| key(call, Found::Tuple)),
    row("lists", "keymember", 3, |call| key(call, Found::Boolean)),
    row("lists", "keysearch", 3, |call| key(call, Found::Value)),
    row("erlang", "++", 2, append),
    row("erlang", "append", 2, append),
    row("erlang", "--", 2, subtract),
    row("erlang", "subtract", 2, subtract),
];

/// The length of a proper list, polled.
pub(super) fn length(call: &Call, list: Term) -> Option<usize> {
    let mut poll = Poll::new(call.work.env);
    let mut list = list.list();
    let mut count = 0;
    while list.next().is_some() {
        poll.step();
        count += 1;
    }
    list.rest.is_nil().then_some(count)
}

fn reverse(call: &mut Call) -> Result<Done, Leave> {
    let count = length(call, call.arg(0)).ok_or(BADARG)?;
    call.work.charge(count / 32);
    let mut room = call.reserve(2 * count);
    let mut list = room.arg(1);
    for head in room.arg(0).list() {
        list = room.cons(head, list);
    }
    Ok(list.done())
}

fn member(call: &mut Call) -> Result<Done, Leave> {
    let mut poll = Poll::new(call.work.env);
    let wanted = call.arg(0);
    let mut list = call.arg(1).list();
    let mut steps = 0;
    let found = list.by_ref().any(|element| {
        poll.step();
        steps += 1;
        order::equal_exact(wanted, element, call.work.env)
    });
    if !found && !list.rest.is_nil() {
        return Err(BADARG);
    }
    call.work.charge(steps / 32);
    Ok(Term::boolean(found).done())
}

enum Found {
    Tuple,
    Boolean,
    /// `{value, Tuple}`
    Value,
}

/// The first tuple whose element at a position compares equal to the key.
fn key(call: &mut Call, found: Found) -> Result<Done, Leave> {
    let position = call.arg(1).as_size().filter(|position| *position > 0).ok_or(BADARG)?;
    let mut poll = Poll::new(call.work.env);
    let wanted = call.arg(0);
    let mut list = call.arg(2).list();
    let mut steps = 0;
    let tuple = list.by_ref().find(|element| {
        poll.step();
        steps += 1;
        element
            .as_tuple()
            .and_then(|tuple| tuple.get(position - 1))
            .is_some_and(|element| order::equal(wanted, *element, call.work.env))
    });
    let Some(tuple) = tuple else {
        if !list.rest.is_nil() {
            return Err(BADARG);
        }
        call.work.charge(steps / 32);
        return Ok(Term::boolean(false).done());
    };
    match found {
        Found::Boolean => Ok(Term::boolean(true).done()),
        Found::Tuple => Ok(tuple.done()),
        Found::Value => {
            let tuple = tuple.keep();
            let root = call.work.root(tuple);
            let tag = call.intern("value");
            let mut room = call.reserve(3);
            let tuple = room.rooted(root);
            Ok(room.tuple(&[Term::atom(tag), tuple]).done())
        }
    }
}

fn append(call: &mut Call) -> Result<Done, Leave> {
    let count = length(call, call.arg(0)).ok_or(BADARG)?;
    if count == 0 {
        return Ok(call.arg(1).done());
    }
    call.work.charge(count / 32);
    let mut room = call.reserve(2 * count);
    let heads: Vec<Term> = room.arg(0).list().collect();
    let tail = room.arg(1);
    Ok(room.list(heads, tail).done())
}

/// Removes, for each element of the second list, its first occurrence in the first.
fn subtract(call: &mut Call) -> Result<Done, Leave> {
    let count = length(call, call.arg(0)).ok_or(BADARG)?;
    let removed = length(call, call.arg(1)).ok_or(BADARG)?;
    if count == 0 || removed == 0 {
        return Ok(call.arg(0).done());
    }
    let env = call.work.env;
    let keep = {
        let elements: Vec<Term> = call.arg(0).list().collect();
        let mut keep = vec![true; elements.len()];
        if removed <= 8 {
            let mut poll = Poll::new(env);
            for gone in call.arg(1).list() {
                let found = elements.iter().zip(&keep).position(|(element, keep)| {
                    poll.step();
                    *keep && order::equal_exact(gone, *element, env)
                });
                if let Some(index) = found {
                    keep[index] = false;
                }
            }
        } else {
            // Counted by hash: elements that are equal have equal hashes.
            let mut counts: std::collections::HashMap<u32, Vec<(Term, usize)>> = Default::default();
            let mut poll = Poll::new(env);
            for gone in call.arg(1).list() {
                poll.step();
                let bucket = counts.entry(crate::hash::internal(gone, env)).or_default();
                match bucket.iter_mut().find(|(term, _)| order::equal_exact(gone, *term, env)) {
                    Some((_, count)) => *count += 1,
                    None => bucket.push((gone, 1)),
                }
            }
            for (element, keep) in elements.iter().zip(&mut keep) {
                poll.step();
                let Some(bucket) = counts.get_mut(&crate::hash::internal(*element, env)) else {
                    continue;
                };
                let entry = bucket
                    .iter_mut()
                    .find(|(term, count)| *count > 0 && order::equal_exact(*element, *term, env));
                if let Some((_, count)) = entry {
                    *count -= 1;
                    *keep = false;
                }
            }
        }
        keep
    };
    call.work.charge((count + removed) / 16);
    let kept = keep.iter().filter(|keep| **keep).count();
    let mut room = call.reserve(2 * kept);
    let elements: Vec<Term> = room
        .arg(0)
        .list()
        .zip(&keep)
        .filter(|(_, keep)| **keep)
        .map(|(element, _)| element)
        .collect();
    Ok(room.list(elements, Term::NIL).done())
}
