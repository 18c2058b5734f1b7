//! `beamlet logs`: what functions wrote.

use std::collections::HashSet;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::Args;
use jiff::Timestamp;
use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{Client, Target, encoded, is};

/// How often new lines are asked for.
const FOLLOW_MS: u64 = 500;

/// Lines may become readable a little after their time.
const OVERLAP_MS: i64 = 5_000;

#[derive(Args, Clone)]
#[command(after_help = "Examples:
  beamlet logs hello                    the last ten minutes
  beamlet logs hello -f                 and what comes
  beamlet logs hello --since 2h --filter ERROR")]
pub struct Logs {
    pub function: String,
    /// Go on with what comes
    #[arg(short, long)]
    pub follow: bool,
    /// How far back: 30s, 10m, 2h, 1d
    #[arg(long, default_value = "10m", value_parser = duration)]
    pub since: Duration,
    /// Only lines with these words (CloudWatch's filter pattern)
    #[arg(long)]
    pub filter: Option<String>,
    /// Print events as JSON lines
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub target: Target,
}

/// `90s`, `10m`, `2h`, `1d`.
pub fn duration(written: &str) -> Result<Duration, String> {
    let at = written.find(|c: char| !c.is_ascii_digit()).unwrap_or(written.len());
    let (number, unit) = written.split_at(at);
    let number: u64 = number.parse().map_err(|_| "it begins with a number".to_owned())?;
    let seconds = match unit {
        "s" | "" => 1,
        "m" => 60,
        "h" => 3600,
        "d" => 86_400,
        other => return Err(format!("{other} is none of s, m, h, d")),
    };
    number.checked_mul(seconds).map(Duration::from_secs).ok_or("it is too long".to_owned())
}

pub async fn run(arguments: &Logs) -> Result<()> {
    let client = Client::new(&arguments.target).await?;
    let group = group(&client, &arguments.function).await?;
    let from_ms = Timestamp::now().as_millisecond() - arguments.since.as_millis() as i64;
    let mut reader = Reader::new(group, from_ms, arguments.filter.clone());
    loop {
        for event in reader.read(&client).await? {
            if arguments.json {
                println!("{event}");
            } else {
                println!("{}", line(&event));
            }
        }
        if !arguments.follow {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(FOLLOW_MS)).await;
    }
}

/// One event for people.
pub fn line(event: &Value) -> String {
    let time = Timestamp::from_millisecond(event["timestamp"].as_i64().unwrap_or(0));
    let time = time.unwrap_or_default().strftime("%H:%M:%S%.3f");
    format!("{time} {}", event["message"].as_str().unwrap_or_default().trim_end())
}

/// The log group of a function: as it is set, else by its name.
pub async fn group(client: &Client, function: &str) -> Result<String> {
    let path = format!("/2015-03-31/functions/{}/configuration", encoded(function));
    match client.lambda(Method::GET, &path, None).await {
        Ok(found) => Ok(found["LoggingConfig"]["LogGroup"]
            .as_str()
            .map_or_else(|| format!("/aws/lambda/{function}"), str::to_owned)),
        // Its log outlives a function.
        Err(error) if is(&error, "ResourceNotFoundException") => {
            Ok(format!("/aws/lambda/{function}"))
        }
        Err(error) => Err(error),
    }
}

/// Reads a group from a time on, each event once.
pub struct Reader {
    group: String,
    from_ms: i64,
    filter: Option<String>,
    seen: HashSet<String>,
}

impl Reader {
    pub fn new(group: String, from_ms: i64, filter: Option<String>) -> Reader {
        Reader { group, from_ms, filter, seen: HashSet::new() }
    }

    /// What has come since the last call.
    pub async fn read(&mut self, client: &Client) -> Result<Vec<Value>> {
        let mut events = Vec::new();
        let mut token: Option<String> = None;
        loop {
            let mut input = json!({ "logGroupName": self.group, "startTime": self.from_ms });
            if let Some(filter) = &self.filter {
                input["filterPattern"] = filter.clone().into();
            }
            if let Some(token) = &token {
                input["nextToken"] = token.clone().into();
            }
            let page = match client.logs("FilterLogEvents", input).await {
                Ok(page) => page,
                // Nothing has been written yet.
                Err(error) if is(&error, "ResourceNotFoundException") => return Ok(events),
                Err(error) => return Err(error),
            };
            let Some(found) = page["events"].as_array() else {
                bail!("the answer has no events");
            };
            for event in found {
                let id = event["eventId"].as_str().context("an event without an id")?;
                if self.seen.insert(id.to_owned()) {
                    events.push(event.clone());
                }
            }
            match page["nextToken"].as_str() {
                Some(next) => token = Some(next.to_owned()),
                None => break,
            }
        }
        let last = events.iter().filter_map(|event| event["timestamp"].as_i64()).max();
        if let Some(last) = last {
            self.from_ms = self.from_ms.max(last - OVERLAP_MS);
        }
        if self.seen.len() > 100_000 {
            self.seen.clear();
            self.from_ms = last.unwrap_or(self.from_ms) + 1;
        }
        Ok(events)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_has_a_unit() {
        assert_eq!(duration("90").unwrap(), Duration::from_secs(90));
        assert_eq!(duration("2h").unwrap(), Duration::from_secs(7200));
        assert!(duration("h").is_err() && duration("5y").is_err());
    }
}
