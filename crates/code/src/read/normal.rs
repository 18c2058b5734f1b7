//! Two habits of OTP's compiler that rely on its emulator, brought into a form that can be proven.

use std::collections::HashSet;

use crate::inst::{Inst, Label, Source};
use crate::module::{Function, Module};
use crate::verify::ends;

pub fn rewrite(module: &mut Module) {
    for index in 0..module.functions.len() {
        handlers(&mut module.functions[index]);
    }
    let sleeping: Vec<usize> = (0..module.functions.len())
        .filter(|index| {
            let body = &module.functions[*index].body;
            (1..body.len()).any(|place| is_sleep(&body[place - 1], &body[place]))
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
    let (mut body, mut offsets) = (Vec::new(), Vec::new());
    for (inst, offset) in std::mem::take(&mut function.body).into_iter().zip(&function.offsets) {
        let sleep = body.last().is_some_and(|before| is_sleep(before, &inst));
        let (again, over) = (*label_count, label_count.saturating_add(1));
        match inst {
            Inst::WaitTimeout { time, .. } if sleep => {
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

/// A wait for time only, which comes back to itself, and reads an X register.
fn is_sleep(before: &Inst, inst: &Inst) -> bool {
    match (before, inst) {
        (Inst::Label(own), Inst::WaitTimeout { label, time: Source::X(_) }) => label == own,
        _ => false,
    }
}
