//! Selecting so many objects in a call, with a continuation for the next one.
//!
//! The terms are shaped as OTP's, which `ets:repair_continuation/2` looks into:
//!
//! ```text
//! {Table, Bucket, Limit, Program, Found, Count}              bucket -1: all have been seen
//! {Table, LastKey, [], Limit, Program, [], Reverse, 0}       of an ordered set
//! ```

use std::ops::ControlFlow;
use std::rc::Rc;

use crate::call::{BADARG, Call, Leave};
use crate::env::Poll;
use crate::ets::scan::Direction;
use crate::ets::{Access, Kind, Store, Tables};
use crate::match_spec::{KeyBound, Scratch, Show};
use crate::term::Term;
use crate::work::{Done, Root};

use super::select::{Pile, Shared, Source, program};
use super::spec::{Compiled, compiled};
use super::{OBJECTS_OF_REDUCTION, of, of_tables, table};

pub fn forward(call: &mut Call) -> Result<Done, Leave> {
    first(call, Source::Specification, Direction::Forward)
}

pub fn backward(call: &mut Call) -> Result<Done, Leave> {
    first(call, Source::Specification, Direction::Backward)
}

pub fn match_bindings(call: &mut Call) -> Result<Done, Leave> {
    first(call, Source::Pattern(Show::Bindings), Direction::Forward)
}

pub fn match_objects(call: &mut Call) -> Result<Done, Leave> {
    first(call, Source::Pattern(Show::Whole), Direction::Forward)
}

fn first(call: &mut Call, source: Source, direction: Direction) -> Result<Done, Leave> {
    let number = table(call, 0, Access::Read)?;
    let limit = call.arg(2).as_size().filter(|limit| *limit > 0).ok_or(BADARG)?;
    let program = Rc::new(program(call, 1, source)?);
    let reference = call.reserve(3).magic(Box::new(Compiled(Rc::clone(&program)))).keep();
    let reference = call.work.root(reference);
    let chunk = Chunk { number, limit, program, reference };
    if of(call, number).options.kind == Kind::OrderedSet {
        return chunk.ordered(call, None, direction);
    }
    let pile = Pile::new(&mut call.work);
    chunk.hashed(call, Some(0), pile)
}

/// The next chunk, from a continuation.
pub fn next(call: &mut Call) -> Result<Done, Leave> {
    let end = call.intern("$end_of_table");
    if call.arg(0).is(end) {
        return Ok(Term::atom(end).done());
    }
    // The table is found as an argument is: it takes the place of the continuation.
    let continuation = call.arg(0).keep();
    let continuation = call.work.root(continuation);
    let Some([first, ..]) = call.arg(0).as_tuple() else { return Err(BADARG) };
    let first = first.keep();
    call.set_x(0, first);
    let number = table(call, 0, Access::Read)?;
    let kind = of(call, number).options.kind;
    let parts = call.work.rooted(continuation).as_tuple().ok_or(BADARG)?;
    match *parts {
        [_, bucket, limit, reference, found, count] if kind != Kind::OrderedSet => {
            let limit = limit.as_size().filter(|limit| *limit > 0).ok_or(BADARG)?;
            let program = compiled(reference).ok_or(BADARG)?;
            let bucket = bucket.as_small().ok_or(BADARG)?;
            let count = count.as_size().ok_or(BADARG)?;
            if found.list_length() != Some(count) {
                return Err(BADARG);
            }
            let (reference, found) = (reference.keep(), found.keep());
            let reference = call.work.root(reference);
            let found = call.work.root(found);
            let chunk = Chunk { number, limit, program, reference };
            let bucket = usize::try_from(bucket).ok();
            chunk.hashed(call, bucket, Pile::on(found, count))
        }
        [_, last, end, limit, reference, _, reverse, _] if kind == Kind::OrderedSet => {
            let limit = limit.as_size().filter(|limit| *limit > 0).ok_or(BADARG)?;
            let program = compiled(reference).ok_or(BADARG)?;
            let direction = match reverse.as_small() {
                Some(0) => Direction::Forward,
                Some(1) => Direction::Backward,
                _ => return Err(BADARG),
            };
            if !end.is_nil() {
                return Err(BADARG);
            }
            let (reference, last) = (reference.keep(), last.keep());
            let reference = call.work.root(reference);
            let last = call.work.root(last);
            let chunk = Chunk { number, limit, program, reference };
            chunk.ordered(call, Some(last), direction)
        }
        _ => Err(BADARG),
    }
}

/// What stays the same from one chunk to the next.
struct Chunk {
    number: u64,
    limit: usize,
    program: Shared,
    /// The reference of the program.
    reference: Root,
}

impl Chunk {
    /// From a bucket on, until there are as many results as asked for and the bucket is at its end.
    /// Results beyond the limit go into the continuation.
    fn hashed(self, call: &mut Call, bucket: Option<usize>, mut pile: Pile) -> Result<Done, Leave> {
        let (work, iso) = (&mut call.work, &mut *call.iso);
        let env = work.env;
        let table = of_tables(iso.extensions.get::<Tables>(), self.number);
        let Store::Hash(hash) = &table.store else { return Err(BADARG) };
        let mut scratch = Scratch::new(env, work.pid());
        let mut seen = 0;
        let mut see = |work: &mut crate::work::Work, pile: &mut Pile, object: Term| {
            scratch.run(&self.program, object, |result| {
                if let Some(result) = result {
                    pile.push(work, result);
                }
            });
        };
        let mut next = None;
        match self.program.key_bound(table.options.position) {
            // All that may match is looked up at once.
            bound @ KeyBound::Keys(_) if bucket == Some(0) => {
                table.scan(&bound, Direction::Forward, None, env, &mut |_, object| {
                    seen += 1;
                    see(work, &mut pile, object.term());
                    ControlFlow::Continue(())
                });
            }
            _ => {
                let mut poll = Poll::new(env);
                let mut place = bucket
                    .filter(|bucket| *bucket < hash.buckets())
                    .and_then(|bucket| hash.first_from(bucket, &mut poll));
                let mut current = place.map(|place| place.bucket);
                while let Some(this) = place {
                    if current != Some(this.bucket) && pile.count >= self.limit {
                        next = Some(this.bucket);
                        break;
                    }
                    current = Some(this.bucket);
                    seen += 1;
                    see(work, &mut pile, hash.at(this).term());
                    place = hash.next(this, &mut poll);
                }
            }
        }
        work.charge(seen / OBJECTS_OF_REDUCTION);
        self.split(call, pile, next)
    }

    /// `{Results, Continuation}`: the oldest results, up to the limit, and what is left.
    fn split(self, call: &mut Call, pile: Pile, next: Option<usize>) -> Result<Done, Leave> {
        let end = call.intern("$end_of_table");
        let (work, iso) = (&mut call.work, &mut *call.iso);
        if pile.count == 0 {
            return Ok(Term::atom(end).done());
        }
        let rest = pile.count.saturating_sub(self.limit);
        let table = of_tables(iso.extensions.get::<Tables>(), self.number);
        let mut room = work.reserve(2 * rest + 3 + 7 + table.reference.words());
        let mut list = room.rooted(pile.list()).list();
        let newest: Vec<Term> = list.by_ref().take(rest).collect();
        let results = list.rest;
        if next.is_none() && rest == 0 {
            return Ok(room.tuple(&[results, Term::atom(end)]).done());
        }
        let newest = room.list(newest, Term::NIL);
        let identifier = match table.options.named {
            true => Term::atom(table.name),
            false => room.copy(&table.reference),
        };
        let bucket = next.map_or(Term::small(-1).expect("it is small"), Term::size);
        let reference = room.rooted(self.reference);
        let parts =
            [identifier, bucket, Term::size(self.limit), reference, newest, Term::size(rest)];
        let continuation = room.tuple(&parts);
        Ok(room.tuple(&[results, continuation]).done())
    }

    /// From behind a key on, until there are as many results as asked for.
    fn ordered(
        self,
        call: &mut Call,
        after: Option<Root>,
        direction: Direction,
    ) -> Result<Done, Leave> {
        let end = call.intern("$end_of_table");
        let mut pile = Pile::new(&mut call.work);
        let (work, iso) = (&mut call.work, &mut *call.iso);
        let env = work.env;
        let table = of_tables(iso.extensions.get::<Tables>(), self.number);
        let bound = self.program.key_bound(table.options.position);
        let mut scratch = Scratch::new(env, work.pid());
        let after = after.map(|root| crate::heap::Fragment::new(work.rooted(root), env));
        let mut seen = 0;
        let mut last = None;
        let from = after.as_ref().map(|key| key.term());
        table.scan(&bound, direction, from, env, &mut |position, object| {
            seen += 1;
            scratch.run(&self.program, object.term(), |result| {
                if let Some(result) = result {
                    pile.push(work, result);
                }
            });
            if pile.count < self.limit {
                return ControlFlow::Continue(());
            }
            last = Some(position);
            ControlFlow::Break(())
        });
        if let Some(after) = after {
            after.free(&env.account);
        }
        work.charge(seen / OBJECTS_OF_REDUCTION);
        if pile.count == 0 {
            return Ok(Term::atom(end).done());
        }
        let key = last.and_then(|position| table.at(position)).map(|object| {
            let key = table.key_of(object.term());
            (key, crate::copy::words(key, env))
        });
        let key_words = key.map_or(0, |(_, words)| words);
        let mut room = work.reserve(2 * pile.count + 3 + 9 + key_words + table.reference.words());
        // The newest result stands first.
        let mut results = Term::NIL;
        for result in room.rooted(pile.list()).list() {
            results = room.cons(result, results);
        }
        let Some((key, words)) = key else {
            return Ok(room.tuple(&[results, Term::atom(end)]).done());
        };
        let key = room.copy_term(key, words);
        let identifier = match table.options.named {
            true => Term::atom(table.name),
            false => room.copy(&table.reference),
        };
        let reference = room.rooted(self.reference);
        let reverse = Term::size(usize::from(direction == Direction::Backward));
        let limit = Term::size(self.limit);
        let parts =
            [identifier, key, Term::NIL, limit, reference, Term::NIL, reverse, Term::size(0)];
        let continuation = room.tuple(&parts);
        Ok(room.tuple(&[results, continuation]).done())
    }
}
