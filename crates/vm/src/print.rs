//! Terms as text, the way the emulator itself prints them (`erlang:display/1`): for messages, never
//! for what a program formats, which OTP's `io_lib` does.

use std::fmt::Write;

use crate::code::Code;
use crate::env::Env;
use crate::term::{Term, View};

/// Characters of a printed term, at most; what is longer ends in `...`.
const CHARACTERS_MAX: usize = 100_000;

enum Step<'a> {
    Term(Term<'a>),
    /// What follows an element of a list.
    Rest(Term<'a>),
    Text(&'static str),
}

/// Without recursion: the depth of a term costs no native stack.
pub fn term(term: Term, env: &Env, code: &Code) -> String {
    let mut out = String::new();
    let mut steps = vec![Step::Term(term)];
    while let Some(step) = steps.pop() {
        if out.len() > CHARACTERS_MAX {
            out.push_str("...");
            break;
        }
        match step {
            Step::Text(text) => out.push_str(text),
            Step::Rest(rest) => {
                if rest.is_nil() {
                    out.push(']');
                } else if let Some(cons) = rest.as_cons() {
                    out.push(',');
                    steps.push(Step::Rest(cons.tail));
                    steps.push(Step::Term(cons.head));
                } else {
                    out.push('|');
                    steps.push(Step::Text("]"));
                    steps.push(Step::Term(rest));
                }
            }
            Step::Term(term) => one(term, env, code, &mut out, &mut steps),
        }
    }
    out
}

fn one<'a>(term: Term<'a>, env: &Env, code: &Code, out: &mut String, steps: &mut Vec<Step<'a>>) {
    let text = |atom| env.atoms.text(atom);
    let written = match term.view() {
        View::Small(value) => write!(out, "{value}"),
        View::Atom(name) => write!(out, "{}", atom(text(name))),
        View::Nil => write!(out, "[]"),
        View::Pid(pid) => write!(out, "<0.{}.{}>", pid.0 & 0x7fff, pid.0 >> 15),
        View::Port(port) => write!(out, "#Port<0.{}>", port.0),
        View::Float(value) => write!(out, "{value:?}"),
        View::Big(big) => {
            write!(out, "{}<{} words>", if big.negative { "-" } else { "" }, big.limbs.len())
        }
        View::Reference(reference) => write!(
            out,
            "#Ref<0.{}.{}.{}>",
            reference.number >> 48,
            reference.number >> 18 & 0x3fff_ffff,
            reference.number & 0x3_ffff
        ),
        View::Fun(fun) => {
            let lambda = code.lambda(fun.lambda);
            write!(out, "#Fun<{}.{}.{}>", text(lambda.module), lambda.index, lambda.old_uniq)
        }
        View::Export(number) => {
            let mfa = code.export_mfa(number);
            write!(out, "fun {}:{}/{}", atom(text(mfa.module)), atom(text(mfa.function)), mfa.arity)
        }
        View::Bits(bits) => {
            out.push_str("<<");
            for index in 0..bits.byte_count().min(CHARACTERS_MAX) {
                let comma = if index == 0 { "" } else { "," };
                let _ = write!(out, "{comma}{}", bits.byte(index));
            }
            write!(out, ">>")
        }
        View::External(external) => write!(out, "<{}>", text(external.node)),
        View::Context(_) => write!(out, "#MatchContext"),
        View::Cons(cons) => {
            out.push('[');
            steps.push(Step::Rest(cons.tail));
            steps.push(Step::Term(cons.head));
            Ok(())
        }
        View::Tuple(elements) => {
            out.push('{');
            steps.push(Step::Text("}"));
            for (index, element) in elements.iter().enumerate().rev() {
                steps.push(Step::Term(*element));
                if index > 0 {
                    steps.push(Step::Text(","));
                }
            }
            Ok(())
        }
        View::FlatMap(map) => {
            out.push_str("#{");
            steps.push(Step::Text("}"));
            for (index, (key, value)) in map.keys.iter().zip(map.values).enumerate().rev() {
                steps.push(Step::Term(*value));
                steps.push(Step::Text("=>"));
                steps.push(Step::Term(*key));
                if index > 0 {
                    steps.push(Step::Text(","));
                }
            }
            Ok(())
        }
        View::HashMap(map) => write!(out, "#{{{} pairs}}", map.size),
    };
    written.expect("a string takes what is written to it");
}

/// An atom with quotes if it needs them.
pub fn atom(text: &str) -> String {
    let plain = text.starts_with(|first: char| first.is_ascii_lowercase())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '@');
    if plain {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
    }
}
