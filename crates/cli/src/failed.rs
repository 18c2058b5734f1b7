//! `beamlet failed`: events that were given up, and back into the queue with them.

use anyhow::{Result, bail};
use clap::{Args, Subcommand};
use jiff::Timestamp;
use reqwest::Method;
use serde_json::Value;

use crate::client::{Client, Target, encoded, only_beamlet};
use crate::terminal;

#[derive(Args, Clone)]
pub struct Failed {
    #[command(subcommand)]
    pub what: What,
    #[command(flatten)]
    pub target: Target,
}

#[derive(Subcommand, Clone)]
pub enum What {
    /// Show which events were given up, the oldest first
    List {
        /// Print the events as JSON
        #[arg(long)]
        json: bool,
    },
    /// Show one event with its payload and the last error
    Show { request_id: String },
    /// Put events back into the queue, as if they had just come
    Redrive {
        request_ids: Vec<String>,
        /// All of them
        #[arg(long, conflicts_with = "request_ids")]
        all: bool,
    },
}

pub async fn run(arguments: &Failed) -> Result<()> {
    let client = Client::new(&arguments.target).await?;
    only_beamlet(&client, "failed")?;
    match &arguments.what {
        What::List { json } => {
            let events = list(&client).await?;
            if *json {
                println!("{}", Value::Array(events));
                return Ok(());
            }
            let text =
                |event: &Value, member: &str| event[member].as_str().unwrap_or("-").to_owned();
            let rows: Vec<Vec<String>> = events
                .iter()
                .map(|event| {
                    let failed = event["FailedMs"].as_i64().unwrap_or(0);
                    let failed = Timestamp::from_millisecond(failed).unwrap_or_default();
                    let error = event["Error"]["errorType"].as_str().unwrap_or("-");
                    vec![
                        text(event, "RequestId"),
                        text(event, "Function"),
                        failed.strftime("%Y-%m-%d %H:%M:%S").to_string(),
                        text(event, "Condition"),
                        event["Attempts"].to_string(),
                        error.to_owned(),
                        text(event, "UndeliveredTo"),
                    ]
                })
                .collect();
            let head =
                ["REQUEST", "FUNCTION", "FAILED (UTC)", "WHY", "TRIES", "ERROR", "UNDELIVERED TO"];
            print!("{}", terminal::table(&head, &rows));
        }
        What::Show { request_id } => {
            let path = format!("/beamlet/failed/{}", encoded(request_id));
            let event = client.lambda(Method::GET, &path, None).await?;
            println!("{}", serde_json::to_string_pretty(&event)?);
        }
        What::Redrive { request_ids, all } => {
            let ids: Vec<String> = if *all {
                let events = list(&client).await?;
                let ids = events.iter().filter_map(|event| event["RequestId"].as_str());
                ids.map(str::to_owned).collect()
            } else {
                request_ids.clone()
            };
            if ids.is_empty() && !all {
                bail!("name the requests to redrive, or say --all");
            }
            for id in &ids {
                let path = format!("/beamlet/failed/{}/redrive", encoded(id));
                client.lambda(Method::POST, &path, None).await?;
                terminal::step("redriven", id);
            }
        }
    }
    Ok(())
}

/// All of them, page by page.
async fn list(client: &Client) -> Result<Vec<Value>> {
    let mut events = Vec::new();
    let mut path = "/beamlet/failed".to_owned();
    loop {
        let mut page = client.lambda(Method::GET, &path, None).await?;
        if let Some(found) = page["Events"].as_array_mut() {
            events.append(found);
        }
        let Some(marker) = page["NextMarker"].as_str() else { return Ok(events) };
        path = format!("/beamlet/failed?marker={}", encoded(marker));
    }
}
