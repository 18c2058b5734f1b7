//! `beamlet run`: a function in a fresh isolate of our own virtual machine, with OTP's kernel and
//! stdlib booted from where they are installed.

mod boot;
mod cache;
mod files;
mod host;

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use beamlet_vm::env::Limits;
use beamlet_vm::process::Class;

use boot::{Ended, Node, Term};

/// Exit codes: 0 the function returned, 1 it raised, 2 a limit was passed, 3 its code was refused.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  beamlet run lists:seq 1 5
  beamlet run --path ebin shop:total '[{apple, 3}, {pear, 2}]'
  beamlet run --limit memory=256MiB --limit time=5s --path . primes:up_to 100000

Exit codes: 0 returned, 1 raised, 2 a limit was passed, 3 code was refused.")]
pub struct Run {
    /// A folder of .beam files; can be given several times
    #[arg(long, value_name = "DIR")]
    path: Vec<PathBuf>,
    /// Where Erlang/OTP is installed; otherwise that of the erl on the path
    #[arg(long, value_name = "DIR")]
    otp: Option<PathBuf>,
    /// A bound: memory=256MiB, time=5s, processes=1000, atoms=10000, reductions=1000000
    #[arg(long = "limit", value_name = "NAME=VALUE")]
    limits: Vec<String>,
    /// A folder whose files the program may read and write
    #[arg(long, value_name = "DIR")]
    allow_files: Vec<PathBuf>,
    /// Tell timings and figures as JSON, on standard error
    #[arg(long)]
    json: bool,
    /// Validate every access of compiled code to memory (slow)
    #[arg(long)]
    checked: bool,
    /// The function: MODULE:FUNCTION
    #[arg(value_name = "MODULE:FUNCTION")]
    function: String,
    /// Its arguments: Erlang terms
    #[arg(value_name = "ARG", allow_hyphen_values = true)]
    args: Vec<String>,
}

/// What `--limit` asks for.
#[derive(Debug)]
struct Bounds {
    limits: Limits,
    time: Option<Duration>,
}

fn bounds(given: &[String]) -> Result<Bounds> {
    let mut bounds = Bounds { limits: Limits::default(), time: None };
    for limit in given {
        let (name, value) = limit
            .split_once('=')
            .with_context(|| format!("--limit {limit}: expected NAME=VALUE"))?;
        let number = || {
            value
                .parse::<usize>()
                .ok()
                .with_context(|| format!("--limit {limit}: {value} is not a whole number"))
        };
        match name {
            "memory" => {
                bounds.limits.memory_bytes = bytes(value)
                    .with_context(|| format!("--limit {limit}: expected a size such as 256MiB"))?;
            }
            "time" => {
                bounds.time = Some(
                    duration(value)
                        .with_context(|| format!("--limit {limit}: expected a time such as 5s"))?,
                );
            }
            "processes" => bounds.limits.processes = number()?,
            "atoms" => bounds.limits.atoms = number()?,
            "reductions" => bounds.limits.reductions = number()? as u64,
            "timers" => bounds.limits.timers = number()?,
            "tables" => bounds.limits.tables = number()?,
            _ => bail!(
                "--limit {name}: there is no such limit \
                 (memory, time, processes, atoms, reductions, timers, tables)"
            ),
        }
    }
    Ok(bounds)
}

/// A number and a unit.
fn measured(text: &str) -> Option<(f64, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    Some((number.parse().ok()?, unit.trim()))
}

fn bytes(text: &str) -> Option<usize> {
    let (number, unit) = measured(text)?;
    let factor = match unit {
        "" | "B" => 1.0,
        "kB" | "KB" => 1e3,
        "MB" => 1e6,
        "GB" => 1e9,
        "KiB" | "K" => 1024.0,
        "MiB" | "M" => 1024.0 * 1024.0,
        "GiB" | "G" => 1024.0 * 1024.0 * 1024.0,
        _ => return None,
    };
    Some((number * factor) as usize)
}

fn duration(text: &str) -> Option<Duration> {
    let (number, unit) = measured(text)?;
    let seconds = match unit {
        "" | "s" => number,
        "ms" => number / 1e3,
        "us" | "µs" => number / 1e6,
        "m" | "min" => number * 60.0,
        _ => return None,
    };
    Duration::try_from_secs_f64(seconds).ok()
}

pub fn run(run: &Run) -> Result<ExitCode> {
    let (module, function) = run
        .function
        .split_once(':')
        .with_context(|| format!("{}: expected MODULE:FUNCTION", run.function))?;
    let bounds = bounds(&run.limits)?;
    let started = Instant::now();
    let mut node = Node::new(run, &bounds)?;
    let outcome = go(&mut node, module, function, run, &bounds);
    let code = match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(Ended::Raised) => ExitCode::from(1),
        Err(Ended::Halted(status)) => ExitCode::from(status as u8),
        Err(Ended::Exceeded(text)) => {
            crate::terminal::error(&text);
            ExitCode::from(2)
        }
        Err(Ended::Refused(text)) => {
            crate::terminal::error(&text);
            ExitCode::from(3)
        }
        Err(Ended::Failed(text)) => bail!(text),
    };
    if run.json {
        let figures = node.figures(started.elapsed());
        let _ = writeln!(std::io::stderr(), "{figures}");
    }
    // The isolate's memory goes with the process.
    std::mem::forget(node);
    Ok(code)
}

fn go(
    node: &mut Node,
    module: &str,
    function: &str,
    run: &Run,
    bounds: &Bounds,
) -> Result<(), Ended> {
    node.boot()?;
    let mut args = Vec::new();
    for text in &run.args {
        args.push(node.parse(text)?);
    }
    if let Some(time) = bounds.time {
        node.limit_time(time);
    }
    let begun = Instant::now();
    let ended = node.call(module, function, &args);
    node.ran = begun.elapsed();
    match ended? {
        Ok(value) => {
            let text = Term::string("~p~n");
            let list = Term::list(vec![value]);
            node.call("io", "format", &[text, list])?.map_err(|_| Ended::Raised)?;
            Ok(())
        }
        Err((class, reason)) => {
            node.explain(class, reason)?;
            Err(Ended::Raised)
        }
    }
}

/// The class as `erl_error` names it.
fn class_name(class: Class) -> &'static str {
    match class {
        Class::Error => "error",
        Class::Exit => "exit",
        Class::Throw => "throw",
    }
}
