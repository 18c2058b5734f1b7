//! The binary `beamlet`: reads the command line and hands over to one file per command.

use clap::Parser;

/// Serverless Erlang: AWS Lambda's API on your own machine.
#[derive(Parser)]
#[command(version)]
struct Arguments {}

fn main() -> anyhow::Result<()> {
    Arguments::parse();
    Ok(())
}
