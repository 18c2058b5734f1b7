//! `beamlet doctor`: what this machine has of what Beamlet needs, found out by trying.

use std::process::Command;

use anyhow::Result;
use clap::Args;
use serde_json::json;

use crate::serve::{self, Serve};
use crate::{otp, terminal};

#[derive(Args, Clone)]
pub struct Doctor {
    /// Print the findings as JSON
    #[arg(long)]
    pub json: bool,
}

/// Build tools, how they say their version, and how to get them.
const TOOLS: &[(&str, &str, &str)] = &[
    ("rebar3", "--version", "apt-get install rebar3; needed for rebar3 projects"),
    ("mix", "--version", "apt-get install elixir; needed for Mix projects"),
    ("gleam", "--version", "gleam.run/getting-started; needed for Gleam projects"),
];

pub async fn run(arguments: &Doctor) -> Result<()> {
    // (what, how it is, whether it is there)
    let mut rows: Vec<(String, String, bool)> = Vec::new();
    match otp::find(None) {
        Ok(found) => {
            let at = format!("OTP {} in {}", found.release, found.root.display());
            let recent = found.release.parse::<u32>().is_ok_and(|release| release >= 25);
            rows.push(("Erlang/OTP".into(), at, recent));
        }
        Err(error) => rows.push(("Erlang/OTP".into(), format!("{error:#}"), false)),
    }
    for (tool, flag, install) in TOOLS {
        let output = Command::new(tool).arg(flag).output();
        let row = match output {
            Ok(output) => {
                let text = [output.stdout, output.stderr].concat();
                let text = String::from_utf8_lossy(&text).into_owned();
                let line = text.lines().rfind(|line| line.chars().any(|c| c.is_ascii_digit()));
                (tool.to_string(), line.unwrap_or("it is there").trim().to_owned(), true)
            }
            _ => (tool.to_string(), format!("not there: {install}"), false),
        };
        rows.push(row);
    }
    let folder = tempfile::tempdir()?;
    let defaults = Serve::for_dev(([127, 0, 0, 1], 0).into(), folder.path().to_owned());
    let confinement = serve::probe(&defaults, folder.path()).await?;
    for finding in confinement.findings() {
        rows.push((finding.mechanism.to_owned(), finding.detail.clone(), finding.active));
    }
    confinement.remove();
    if arguments.json {
        let rows: Vec<_> = rows
            .iter()
            .map(|(what, detail, active)| {
                json!({ "What": what, "Detail": detail, "Active": active })
            })
            .collect();
        println!("{}", json!(rows));
        return Ok(());
    }
    let rows: Vec<Vec<String>> = rows
        .into_iter()
        .map(|(what, detail, active)| {
            vec![if active { "yes".into() } else { "NO".into() }, what, detail]
        })
        .collect();
    print!("{}", terminal::table(&["", "WHAT", "HOW"], &rows));
    Ok(())
}
