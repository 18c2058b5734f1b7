//! `beamlet rollback`: an alias back to the last version that served all of its traffic.

use anyhow::{Result, bail};
use clap::Args;
use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{Client, Target, encoded};
use crate::terminal;

#[derive(Args, Clone)]
#[command(after_help = "Examples:
  beamlet rollback hello                 the alias live of hello
  beamlet rollback hello --alias beta

While a canary has part of the requests, rollback takes them back. Rolling back twice
returns to where it began.")]
pub struct Rollback {
    pub function: String,
    #[arg(long, default_value = "live")]
    pub alias: String,
    /// Print the alias as JSON
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub target: Target,
}

/// What is remembered of an alias, in its description.
#[derive(Debug, PartialEq)]
struct Memory {
    /// The version that it was last moved to, all of it.
    whole: String,
    /// The one before that.
    before: Option<String>,
}

impl Memory {
    fn write(&self) -> String {
        match &self.before {
            Some(before) => format!("beamlet: version {}, before: {before}", self.whole),
            None => format!("beamlet: version {}", self.whole),
        }
    }

    fn read(description: &str) -> Option<Memory> {
        let rest = description.strip_prefix("beamlet: version ")?;
        let (whole, before) = match rest.split_once(", before: ") {
            Some((whole, before)) => (whole, Some(before.to_owned())),
            None => (rest, None),
        };
        Some(Memory { whole: whole.to_owned(), before })
    }
}

/// The description of an alias that moves to `version` as a whole.
pub fn moved(alias: Option<&Value>, version: &str) -> String {
    let before = alias.and_then(|alias| {
        let now = alias["FunctionVersion"].as_str()?;
        let memory = Memory::read(alias["Description"].as_str().unwrap_or_default());
        // Moving to where it is says nothing new.
        if now == version { memory.and_then(|memory| memory.before) } else { Some(now.to_owned()) }
    });
    Memory { whole: version.to_owned(), before }.write()
}

/// Where an alias goes back to; `None` if it is not known.
fn back(alias: &Value) -> Option<String> {
    let now = alias["FunctionVersion"].as_str()?;
    let weights = alias["RoutingConfig"]["AdditionalVersionWeights"].as_object();
    if weights.is_some_and(|weights| !weights.is_empty()) {
        return Some(now.to_owned());
    }
    let memory = Memory::read(alias["Description"].as_str()?)?;
    // Somebody else has moved it since: what is remembered is what served before that.
    if memory.whole != now { Some(memory.whole) } else { memory.before }
}

pub async fn run(arguments: &Rollback) -> Result<()> {
    let client = Client::new(&arguments.target).await?;
    let name = &arguments.function;
    let at =
        format!("/2015-03-31/functions/{}/aliases/{}", encoded(name), encoded(&arguments.alias));
    let alias = client.lambda(Method::GET, &at, None).await?;
    let Some(version) = back(&alias) else {
        bail!(
            "no version is known that served all of {name}:{} before: beamlet deploy --alias \
             remembers it from its second version on",
            arguments.alias
        );
    };
    let input = json!({
        "FunctionVersion": version,
        "Description": moved(Some(&alias), &version),
        "RoutingConfig": { "AdditionalVersionWeights": {} },
        "RevisionId": alias["RevisionId"],
    });
    let now = client.lambda(Method::PUT, &at, Some(input)).await?;
    if arguments.json {
        println!("{now}");
    }
    terminal::step("rolled back", &format!("{name}:{} → version {version}", arguments.alias));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alias(version: &str, description: &str) -> Value {
        json!({ "FunctionVersion": version, "Description": description })
    }

    #[test]
    fn an_alias_goes_back_to_what_served_before() {
        let first = moved(None, "1");
        assert_eq!(back(&alias("1", &first)), None);
        let second = moved(Some(&alias("1", &first)), "2");
        assert_eq!(back(&alias("2", &second)).unwrap(), "1");
        let again = moved(Some(&alias("2", &second)), "2");
        assert_eq!(back(&alias("2", &again)).unwrap(), "1", "a deploy of the same changes nothing");
        assert_eq!(back(&alias("7", &second)).unwrap(), "2", "moved by another tool");
        assert_eq!(back(&alias("3", "somebody's text")), None);
    }

    #[test]
    fn a_canary_goes_back_to_the_version_that_has_the_rest() {
        let mut canary = alias("1", "beamlet: version 1, before: 0");
        canary["RoutingConfig"] = json!({ "AdditionalVersionWeights": { "2": 0.1 } });
        assert_eq!(back(&canary).unwrap(), "1");
    }
}
