//! The binary `beamlet`: reads the command line and hands over to one file per command.

mod archive;
mod aws_http;
mod beams;
mod build;
mod bundle;
mod client;
mod cost;
mod deploy;
mod dev;
mod diagnostics;
mod doctor;
mod event;
mod failed;
mod invoke;
mod list;
mod logs;
mod new;
mod otp;
mod project;
mod rollback;
mod run;
mod serve;
mod terminal;

use clap::{CommandFactory, Parser, Subcommand};

/// Serverless Erlang: AWS Lambda's API on your own machine.
///
/// Functions are Erlang modules (or Elixir, Gleam, LFE); the server runs them, scales them from
/// zero, keeps them apart and meters them. The commands speak AWS's own API and work against AWS
/// Lambda, too.
#[derive(Parser)]
#[command(
    version,
    after_help = "Begin with:
  beamlet new hello && cd hello && beamlet dev
  beamlet invoke hello '{\"name\": \"Joe\"}'"
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Make a project to begin with
    New(new::New),
    /// Serve the project in a folder, redeploy it on change, show its logs
    Dev(dev::Dev),
    /// Build a project's package
    Build(build::Build),
    /// Build a project and deploy its functions
    Deploy(deploy::Deploy),
    /// Send an event to a function
    Invoke(invoke::Invoke),
    /// Show what a function wrote
    Logs(logs::Logs),
    /// List the functions
    List(list::List),
    /// Return an alias to the version that served all of its traffic before
    Rollback(rollback::Rollback),
    /// Delete a function or a version of it
    Delete(list::Delete),
    /// Run an Erlang function in the virtual machine
    Run(run::Run),
    /// Run the server
    Serve(Box<serve::Serve>),
    /// Show what was used, with AWS's price beside it
    Cost(cost::Cost),
    /// Deal with events that were given up
    Failed(failed::Failed),
    /// Print a sample event
    Event(event::Event),
    /// Find out what this machine has of what Beamlet needs
    Doctor(doctor::Doctor),
    /// Print completions for a shell
    #[command(after_help = "Example: beamlet completions bash > /etc/bash_completion.d/beamlet")]
    Completions { shell: clap_complete::Shell },
}

fn main() -> std::process::ExitCode {
    // The helper that starts environments: before anything else is set up in this process.
    let arguments: Vec<String> = std::env::args().collect();
    if arguments.get(1).is_some_and(|command| command == "confine") {
        std::process::exit(beamlet_platform::confine::child::main(&arguments[2..]));
    }
    let arguments = Arguments::parse();
    let result = match &arguments.command {
        // Needs no asynchronous runtime, and has exit codes of its own.
        Command::Run(run) => run::run(run),
        _ => run(arguments).map(|()| std::process::ExitCode::SUCCESS),
    };
    match result {
        Ok(code) => code,
        Err(error) => {
            terminal::error(&format!("{error:#}"));
            std::process::ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        match &arguments.command {
            Command::New(new) => new::run(new),
            Command::Dev(dev) => dev::run(dev).await,
            Command::Build(build) => build::run(build),
            Command::Deploy(deploy) => deploy::run(deploy).await,
            Command::Invoke(invoke) => invoke::run(invoke).await,
            Command::Logs(logs) => logs::run(logs).await,
            Command::List(list) => list::run(list).await,
            Command::Rollback(rollback) => rollback::run(rollback).await,
            Command::Delete(delete) => list::delete(delete).await,
            Command::Run(_) => unreachable!("main has run it"),
            Command::Serve(serve) => serve::run(serve).await,
            Command::Cost(cost) => cost::run(cost).await,
            Command::Failed(failed) => failed::run(failed).await,
            Command::Event(event) => event::run(event),
            Command::Doctor(doctor) => doctor::run(doctor).await,
            Command::Completions { shell } => {
                let mut command = Arguments::command();
                clap_complete::generate(*shell, &mut command, "beamlet", &mut std::io::stdout());
                Ok(())
            }
        }
    })
}
