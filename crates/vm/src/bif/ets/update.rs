//! Changing elements of an object in place: `update_counter`, `update_element`.

use crate::bif::int;
use crate::call::{BADARG, Call, Leave};
use crate::ets::{Access, Kind, Tables};
use crate::heap::Fragment;
use crate::integer::{self, Integer};
use crate::match_spec::Arena;
use crate::term::Term;
use crate::work::Done;

use super::{cause, is_object, of, of_tables, table, truth};

/// Why an update cannot be made.
enum Refused {
    Badarg,
    /// It would change the key.
    KeyPosition,
    /// The object has no such element.
    Position,
    NoKey,
}

impl Refused {
    fn leave(self, call: &Call) -> Leave {
        match self {
            Refused::Badarg => BADARG,
            Refused::KeyPosition => cause(call, "keypos"),
            Refused::Position => cause(call, "position"),
            Refused::NoKey => cause(call, "badkey"),
        }
    }
}

/// The elements of an argument that is one item or a list of them, and whether it is a list.
fn items(term: Term) -> Option<(Vec<Term>, bool)> {
    if !term.is_list() {
        return Some((vec![term], false));
    }
    let mut list = term.list();
    let items = list.by_ref().collect();
    list.rest.is_nil().then_some((items, true))
}

pub fn element(call: &mut Call) -> Result<Done, Leave> {
    let number = table(call, 0, Access::Write)?;
    if !of(call, number).options.kind.is_set() {
        return Err(BADARG);
    }
    let made = {
        let (work, iso) = (&mut call.work, &mut *call.iso);
        let table = of_tables(iso.extensions.get::<Tables>(), number);
        let key = table.options.position;
        let object = table.get(work.arg(1), work.env).map(Fragment::term);
        updated(object, key, work.arg(2)).map(|elements| {
            elements.map(|elements| {
                let arena = Arena::new(work.env);
                Fragment::new(arena.tuple(&elements), work.env)
            })
        })
    };
    match made {
        Err(refused) => Err(refused.leave(call)),
        Ok(None) => Ok(Term::boolean(false).done()),
        Ok(Some(object)) => {
            let env = call.work.env;
            of(call, number).insert(object, env);
            truth()
        }
    }
}

/// The elements of the object as they become; `None` without an object.
fn updated<'t>(
    object: Option<Term<'t>>,
    key: usize,
    updates: Term<'t>,
) -> Result<Option<Vec<Term<'t>>>, Refused> {
    if !updates.is_list() && updates.as_tuple().is_none() {
        return Err(Refused::Badarg);
    }
    // Without an object nothing is looked at.
    let Some(object) = object else { return Ok(None) };
    let (items, _) = items(updates).ok_or(Refused::Badarg)?;
    let mut changes = Vec::with_capacity(items.len());
    for item in items {
        let Some([position, value]) = item.as_tuple() else { return Err(Refused::Badarg) };
        let position = position.as_size().filter(|position| *position > 0);
        changes.push((position.ok_or(Refused::Badarg)?, *value));
    }
    if changes.iter().any(|(position, _)| *position == key) {
        return Err(Refused::KeyPosition);
    }
    let mut elements = object.as_tuple().expect("an object is a tuple").to_vec();
    for (position, value) in changes {
        *elements.get_mut(position - 1).ok_or(Refused::Position)? = value;
    }
    Ok(Some(elements))
}

pub fn counter(call: &mut Call) -> Result<Done, Leave> {
    update_counter(call, None)
}

pub fn counter_with_default(call: &mut Call) -> Result<Done, Leave> {
    update_counter(call, Some(3))
}

/// What is added, and, if anything, the bound beyond which it becomes another value.
struct Step<'t> {
    /// `None`: the element behind the key.
    position: Option<usize>,
    increment: Term<'t>,
    bound: Option<(Term<'t>, Term<'t>)>,
}

fn step<'t>(item: Term<'t>) -> Option<Step<'t>> {
    let position = |term: Term| term.as_size().filter(|position| *position > 0);
    let integers = |terms: &[Term]| terms.iter().all(|term| term.is_integer());
    match item.as_tuple() {
        None if item.is_integer() => Some(Step { position: None, increment: item, bound: None }),
        Some([at, increment]) if integers(&[*increment]) => {
            Some(Step { position: Some(position(*at)?), increment: *increment, bound: None })
        }
        Some([at, increment, bound, value]) if integers(&[*increment, *bound, *value]) => {
            Some(Step {
                position: Some(position(*at)?),
                increment: *increment,
                bound: Some((*bound, *value)),
            })
        }
        _ => None,
    }
}

fn integer_of(term: Term) -> Option<Integer> {
    let mut cell = 0;
    int(term, &mut cell).map(integer::View::to_integer)
}

/// The sum, or what stands in its place beyond the bound.
fn sum(old: &Integer, step: &Step) -> Option<Integer> {
    let increment = integer_of(step.increment)?;
    let sum = integer::add(old.view(), increment.view()).ok()?;
    let Some((bound, value)) = step.bound else { return Some(sum) };
    let bound = integer_of(bound)?;
    let difference = integer::sub(sum.view(), bound.view()).ok()?;
    let beyond = match increment.view().is_negative() {
        true => difference.view().is_negative(),
        false => !difference.view().is_negative() && !difference.view().is_zero(),
    };
    if beyond { integer_of(value) } else { Some(sum) }
}

fn update_counter(call: &mut Call, default: Option<usize>) -> Result<Done, Leave> {
    let number = table(call, 0, Access::Write)?;
    let kind = of(call, number).options.kind;
    if !matches!(kind, Kind::Set | Kind::OrderedSet) {
        return Err(BADARG);
    }
    let made = {
        let (work, iso) = (&mut call.work, &mut *call.iso);
        let table = of_tables(iso.extensions.get::<Tables>(), number);
        let position = table.options.position;
        let key = work.arg(1);
        let default = default.map(|index| work.arg(index));
        if default.is_some_and(|default| !is_object(default, position)) {
            return Err(BADARG);
        }
        let arena = Arena::new(work.env);
        let object = table.get(key, work.env).map(Fragment::term);
        counted(object, key, default, position, work.arg(2), &arena)
            .map(|(elements, counts)| (Fragment::new(arena.tuple(&elements), work.env), counts))
    };
    let (object, (counts, several)) = match made {
        Err(refused) => return Err(refused.leave(call)),
        Ok(made) => made,
    };
    let env = call.work.env;
    if !counts.is_empty() {
        of(call, number).insert(object, env);
    } else {
        object.free(&env.account);
    }
    let words: usize = counts.iter().map(|count| 3 + count.view().limbs().len()).sum();
    let mut room = call.reserve(words);
    let mut list = Term::NIL;
    for count in counts.iter().rev() {
        let count = room.integer(count.view().is_negative(), count.view().limbs());
        if !several {
            return Ok(count.done());
        }
        list = room.cons(count, list);
    }
    Ok(list.done())
}

type Counted<'t> = (Vec<Term<'t>>, (Vec<Integer>, bool));

/// The elements of the object as they become, and the counters in turn.
fn counted<'t>(
    object: Option<Term<'t>>,
    key: Term<'t>,
    default: Option<Term<'t>>,
    key_position: usize,
    updates: Term<'t>,
    arena: &'t Arena<'t>,
) -> Result<Counted<'t>, Refused> {
    let (items, several) = items(updates).ok_or(Refused::Badarg)?;
    let mut elements = match (object, default) {
        (Some(object), _) => object.as_tuple().expect("an object is a tuple").to_vec(),
        (None, Some(default)) => {
            let mut elements = default.as_tuple().expect("it is an object").to_vec();
            elements[key_position - 1] = key;
            elements
        }
        (None, None) => return Err(Refused::NoKey),
    };
    let mut counts = Vec::with_capacity(items.len());
    for item in items {
        let step = step(item).ok_or(Refused::Badarg)?;
        let position = step.position.unwrap_or(key_position + 1);
        if position == key_position {
            return Err(Refused::KeyPosition);
        }
        let element = elements.get_mut(position - 1).ok_or(Refused::Position)?;
        let old = integer_of(*element).ok_or(Refused::Badarg)?;
        let new = sum(&old, &step).ok_or(Refused::Badarg)?;
        *element = arena.integer(new.view().is_negative(), new.view().limbs());
        counts.push(new);
    }
    Ok((elements, (counts, several)))
}
