//! `beamlet list` and `beamlet delete`.

use std::io::{IsTerminal, Write};

use anyhow::{Result, bail};
use clap::Args;
use reqwest::Method;
use serde_json::Value;

use crate::client::{Client, Target, encoded};
use crate::terminal;

#[derive(Args, Clone)]
pub struct List {
    /// Print the functions as JSON
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub target: Target,
}

pub async fn run(arguments: &List) -> Result<()> {
    let client = Client::new(&arguments.target).await?;
    let mut functions = Vec::new();
    let mut marker: Option<String> = None;
    loop {
        let mut path = "/2015-03-31/functions".to_owned();
        if let Some(marker) = &marker {
            path.push_str(&format!("?Marker={}", encoded(marker)));
        }
        let page = client.lambda(Method::GET, &path, None).await?;
        functions.extend(page["Functions"].as_array().cloned().unwrap_or_default());
        match page["NextMarker"].as_str() {
            Some(next) => marker = Some(next.to_owned()),
            None => break,
        }
    }
    if arguments.json {
        println!("{}", Value::Array(functions));
        return Ok(());
    }
    let text =
        |function: &Value, member: &str| function[member].as_str().unwrap_or_default().to_owned();
    let rows: Vec<Vec<String>> = functions
        .iter()
        .map(|function| {
            vec![
                text(function, "FunctionName"),
                text(function, "Runtime"),
                text(function, "Handler"),
                format!("{} MB", function["MemorySize"]),
                format!("{} s", function["Timeout"]),
                format!("{} KB", function["CodeSize"].as_u64().unwrap_or(0).div_ceil(1024)),
                text(function, "LastModified").chars().take(19).collect(),
            ]
        })
        .collect();
    let head = ["FUNCTION", "RUNTIME", "HANDLER", "MEMORY", "TIMEOUT", "CODE", "CHANGED (UTC)"];
    print!("{}", terminal::table(&head, &rows));
    Ok(())
}

#[derive(Args, Clone)]
#[command(after_help = "Examples:
  beamlet delete hello
  beamlet delete hello --version 3 --yes")]
pub struct Delete {
    pub function: String,
    /// Delete only this published version
    #[arg(long)]
    pub version: Option<u64>,
    /// Do not ask
    #[arg(short, long)]
    pub yes: bool,
    #[command(flatten)]
    pub target: Target,
}

pub async fn delete(arguments: &Delete) -> Result<()> {
    let client = Client::new(&arguments.target).await?;
    let name = &arguments.function;
    let what = match arguments.version {
        Some(version) => format!("version {version} of {name}"),
        None => format!("the function {name} with all its versions"),
    };
    if !arguments.yes {
        if !std::io::stdin().is_terminal() {
            bail!("nobody can be asked whether to delete {what}: say --yes");
        }
        print!("Delete {what} at {}? [y/N] ", client.endpoint());
        std::io::stdout().flush()?;
        let mut line = String::new();
        std::io::stdin().read_line(&mut line)?;
        if !line.trim().eq_ignore_ascii_case("y") {
            bail!("nothing was deleted");
        }
    }
    let mut path = format!("/2015-03-31/functions/{}", encoded(name));
    if let Some(version) = arguments.version {
        path.push_str(&format!("?Qualifier={version}"));
    }
    client.lambda(Method::DELETE, &path, None).await?;
    terminal::step("deleted", &what);
    Ok(())
}
