//! The binary `beamlet`: reads the command line and hands over to one file per command.

mod otp;
mod serve;

use clap::{Parser, Subcommand};

/// Serverless Erlang: AWS Lambda's API on your own machine.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the server
    Serve(serve::Serve),
}

fn main() -> anyhow::Result<()> {
    // The helper that starts environments: before anything else is set up in this process.
    let arguments: Vec<String> = std::env::args().collect();
    if arguments.get(1).is_some_and(|command| command == "confine") {
        std::process::exit(beamlet_platform::confine::child::main(&arguments[2..]));
    }
    let arguments = Arguments::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        match arguments.command {
            Command::Serve(serve) => serve::run(serve).await,
        }
    })
}
