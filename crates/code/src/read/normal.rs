//! Three habits of OTP's compiler that rely on what only it knows, or on its emulator, brought into
//! a form that can be proven.

use std::collections::{HashMap, HashSet};

use crate::inst::{Inst, Label, Register, Source};
use crate::module::{Function, Module};
use crate::verify::ends;

use super::live;
use super::newer::NOWHERE;

/// Slots that are set in a module where the compiler left them empty. Past that they stay so.
const SLOTS_SET_MAX: usize = 1 << 18;

pub fn rewrite(module: &mut Module) {
    let mut left = SLOTS_SET_MAX;
    for index in 0..module.functions.len() {
        live::settle(&mut module.functions[index]);
        nowhere(&mut module.functions[index], &mut module.label_count);
        handlers(&mut module.functions[index]);
        let can_raise: Vec<usize> = raising(module, index);
        slots(&mut module.functions[index], &can_raise, &mut left);
    }
    let sleeping: Vec<usize> = (0..module.functions.len())
        .filter(|index| {
            let body = &module.functions[*index].body;
            body.iter().any(|inst| matches!(inst, Inst::WaitTimeout { time: Source::X(_), .. }))
                && sleep_places(body).next().is_some()
        })
        .collect();
    if sleeping.is_empty() {
        return;
    }
    let infinity = match module.atoms.iter().position(|atom| atom == "infinity") {
        Some(index) => index as u32,
        None => {
            module.atoms.push("infinity".to_owned());
            module.atoms.len() as u32 - 1
        }
    };
    for index in sleeping {
        sleeps(&mut module.functions[index], &mut module.label_count, infinity);
    }
}

/// Gives the commands that never fail a label to fail to, at the end of the function.
fn nowhere(function: &mut Function, label_count: &mut u32) {
    let mut found = false;
    for inst in &mut function.body {
        match inst {
            Inst::BsEnsure { fail, .. }
            | Inst::BsTestTail { fail, .. }
            | Inst::BsSkip { fail, .. }
            | Inst::BsMatchString { fail, .. }
            | Inst::BsGet { fail, .. }
                if *fail == NOWHERE =>
            {
                *fail = *label_count;
                found = true;
            }
            _ => {}
        }
    }
    if found {
        function.body.extend([Inst::Label(*label_count), Inst::IfEnd]);
        let last = function.offsets.last().copied().unwrap_or(0);
        function.offsets.resize(function.body.len(), last);
        *label_count = label_count.saturating_add(1);
    }
}

/// Behind a call that never returns, or a `raw_raise`, code may run on into the handler of its
/// `try`, as if an exception had come. Control never does; here it raises `if_clause`.
fn handlers(function: &mut Function) {
    let body = &function.body;
    if !body.iter().any(|inst| matches!(inst, Inst::TryCase { .. })) {
        return;
    }
    let is_line = |inst: &&Inst| matches!(inst, Inst::Line(_));
    let begins_handler = |place: usize| {
        let first = body[place + 1..].iter().find(|inst| !is_line(inst));
        matches!(first, Some(Inst::TryCase { .. }))
    };
    let handlers: HashSet<Label> = body
        .iter()
        .enumerate()
        .filter_map(|(place, inst)| match inst {
            Inst::Label(label) if begins_handler(place) => Some(*label),
            _ => None,
        })
        .collect();
    let (mut rewritten, mut offsets) = (Vec::new(), Vec::new());
    let mut falls_through = false;
    for (inst, offset) in std::mem::take(&mut function.body).into_iter().zip(&function.offsets) {
        match inst {
            Inst::Jump(label) if handlers.contains(&label) => rewritten.push(Inst::IfEnd),
            Inst::Label(label) if falls_through && handlers.contains(&label) => {
                rewritten.extend([Inst::IfEnd, inst]);
                offsets.push(*offset);
            }
            inst => rewritten.push(inst),
        }
        offsets.push(*offset);
        let last = rewritten.last().expect("one was pushed");
        if !is_line(&last) {
            falls_through = !ends(last);
        }
    }
    (function.body, function.offsets) = (rewritten, offsets);
}

/// Places of guard BIFs in a body that may raise, as far as their names say.
fn raising(module: &Module, index: usize) -> Vec<usize> {
    let body = &module.functions[index].body;
    let may_raise = |inst: &Inst| match inst {
        Inst::Bif { import, fail: None, .. } => {
            let name = module.atom(module.imports[*import as usize].function);
            let compares = name.starts_with(['=', '<', '>', '/']) && name != "/";
            !(compares || matches!(name, "self" | "get") || name.starts_with("is_"))
                || matches!(name, "is_map_key" | "is_function" | "is_record")
        }
        _ => false,
    };
    (0..body.len()).filter(|place| may_raise(&body[*place])).collect()
}

/// Slots of a new frame may be empty while a guard BIF runs of which the compiler knows that it
/// does not raise. What it knows cannot be seen here, and the stack of what raises must be whole:
/// then the slots are set to `[]` first.
fn slots(function: &mut Function, can_raise: &[usize], left: &mut usize) {
    let body = &function.body;
    let mut can_raise = can_raise.iter().copied().peekable();
    let mut inserts: Vec<(usize, Vec<u16>)> = Vec::new();
    let mut allocated: Option<(usize, Vec<bool>)> = None;
    for (place, inst) in body.iter().enumerate() {
        let raises = can_raise.next_if_eq(&place).is_some();
        if raises && let Some((at, set)) = &allocated {
            let unset: Vec<u16> = (0..set.len() as u16).filter(|y| !set[usize::from(*y)]).collect();
            if !unset.is_empty() && unset.len() <= *left {
                *left -= unset.len();
                inserts.push((at + 1, unset));
                allocated = None;
            }
        }
        match (inst, &mut allocated) {
            (Inst::Allocate { slots, .. }, _) => {
                allocated = Some((place, vec![false; usize::from(*slots)]));
            }
            (Inst::Label(_), _) => allocated = None,
            (inst, _) if ends(inst) => allocated = None,
            (Inst::InitYregs(slots), Some((_, set))) => {
                for y in slots {
                    if let Some(set) = set.get_mut(usize::from(*y)) {
                        *set = true;
                    }
                }
            }
            (
                Inst::Move { dst: Register::Y(y), .. }
                | Inst::Bif { dst: Register::Y(y), .. }
                | Inst::GetTupleElement { dst: Register::Y(y), .. }
                | Inst::GetHd { dst: Register::Y(y), .. }
                | Inst::GetTl { dst: Register::Y(y), .. },
                Some((_, set)),
            ) => {
                if let Some(set) = set.get_mut(usize::from(*y)) {
                    *set = true;
                }
            }
            (
                Inst::Move { .. }
                | Inst::Bif { .. }
                | Inst::GetTupleElement { .. }
                | Inst::GetHd { .. }
                | Inst::GetTl { .. }
                | Inst::Line(_)
                | Inst::Test { .. },
                _,
            ) => {}
            // Anything else may set a slot too: what comes after is not looked at.
            _ => allocated = None,
        }
    }
    if inserts.is_empty() {
        return;
    }
    let (mut rewritten, mut offsets) = (Vec::new(), Vec::new());
    let mut inserts = inserts.into_iter().peekable();
    let old = std::mem::take(&mut function.body).into_iter().zip(&function.offsets);
    for (place, (inst, offset)) in old.enumerate() {
        if let Some((_, unset)) = inserts.next_if(|(at, _)| *at == place) {
            rewritten.push(Inst::InitYregs(unset));
            offsets.push(*offset);
        }
        rewritten.push(inst);
        offsets.push(*offset);
    }
    (function.body, function.offsets) = (rewritten, offsets);
}

/// `receive after Time -> … end` with the time in an X register comes back to itself after each
/// message, when the register is gone. The second look needs no time: the timer runs already.
///
/// ```text
/// label L: wait_timeout L, x0     label L:  wait_timeout L2, x0
///                                           jump L3
///                                 label L2: wait_timeout L2, infinity
///                                 label L3:
/// ```
fn sleeps(function: &mut Function, label_count: &mut u32, infinity: u32) {
    let places: HashSet<usize> = sleep_places(&function.body).collect();
    let (mut body, mut offsets) = (Vec::new(), Vec::new());
    let old = std::mem::take(&mut function.body).into_iter().zip(&function.offsets);
    for (place, (inst, offset)) in old.enumerate() {
        let (again, over) = (*label_count, label_count.saturating_add(1));
        match inst {
            Inst::WaitTimeout { time, .. } if places.contains(&place) => {
                *label_count = label_count.saturating_add(2);
                body.extend([
                    Inst::WaitTimeout { label: again, time },
                    Inst::Jump(over),
                    Inst::Label(again),
                    Inst::WaitTimeout { label: again, time: Source::Atom(infinity) },
                    Inst::Label(over),
                ]);
            }
            inst => body.push(inst),
        }
        offsets.resize(body.len(), *offset);
    }
    (function.body, function.offsets) = (body, offsets);
}

/// Waits for time only, which come back to themselves, maybe by a jump, and read an X register.
fn sleep_places(body: &[Inst]) -> impl Iterator<Item = usize> {
    // Labels behind which there is only a jump.
    let jumps: HashMap<Label, Label> = body
        .windows(2)
        .filter_map(|pair| match pair {
            [Inst::Label(from), Inst::Jump(to)] => Some((*from, *to)),
            _ => None,
        })
        .collect();
    (1..body.len()).filter(move |place| match (&body[place - 1], &body[*place]) {
        (Inst::Label(own), Inst::WaitTimeout { label, time: Source::X(_) }) => {
            label == own || jumps.get(label) == Some(own)
        }
        _ => false,
    })
}
