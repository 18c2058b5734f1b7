//! `beamlet invoke`: one event to a function, and its answer.

use std::io::{Read, Write};
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use beamlet_gateway::eventstream::{Message, Reader};
use clap::Args;
use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{Client, Target, encoded};
use crate::terminal;

#[derive(Args, Clone)]
#[command(after_help = "Examples:
  beamlet invoke hello '{\"name\": \"Joe\"}'
  beamlet invoke hello --file event.json --log
  beamlet event http | beamlet invoke hello -
  beamlet invoke chat '{}' --stream                an answer is shown as it comes
  beamlet invoke hello:live '{}' --event           answered when the event is durable
  beamlet invoke hello '{}' --aws --profile work   the same function on AWS

The exit status is 1 if the function answered with an error.")]
pub struct Invoke {
    /// Function: its name, name:qualifier, or ARN
    pub function: String,
    /// Payload as JSON; - reads it from standard input [default: {}]
    pub payload: Option<String>,
    /// Read the payload from a file
    #[arg(short, long, conflicts_with = "payload")]
    pub file: Option<PathBuf>,
    /// Version or alias
    #[arg(short, long)]
    pub qualifier: Option<String>,
    /// Put it into the queue and do not wait
    #[arg(short, long)]
    pub event: bool,
    /// Show the answer as it comes (InvokeWithResponseStream)
    #[arg(short, long, conflicts_with = "event")]
    pub stream: bool,
    /// Show the end of the invocation's log
    #[arg(short, long, conflicts_with = "event")]
    pub log: bool,
    /// Print status, version, answer and log as one JSON object
    #[arg(long, conflicts_with = "stream")]
    pub json: bool,
    #[command(flatten)]
    pub target: Target,
}

pub async fn run(arguments: &Invoke) -> Result<()> {
    let payload = payload(arguments)?;
    let client = Client::new(&arguments.target).await?;
    let function = encoded(&arguments.function);
    let mut path = match arguments.stream {
        true => format!("/2021-11-15/functions/{function}/response-streaming-invocations"),
        false => format!("/2015-03-31/functions/{function}/invocations"),
    };
    if let Some(qualifier) = &arguments.qualifier {
        path.push_str(&format!("?Qualifier={}", encoded(qualifier)));
    }
    let kind = if arguments.event { "Event" } else { "RequestResponse" };
    let mut headers = vec![("x-amz-invocation-type", kind), ("content-type", "application/json")];
    if (arguments.log || arguments.json) && !arguments.event {
        headers.push(("x-amz-log-type", "Tail"));
    }
    if arguments.stream {
        return stream(&client, &path, &headers, payload).await;
    }
    let answer = client.call("lambda", Method::POST, &path, &headers, payload).await?;
    let failed = answer.header("x-amz-function-error");
    let log = answer.header("x-amz-log-result").and_then(|log| STANDARD.decode(log).ok());
    let log = log.map(|log| String::from_utf8_lossy(&log).into_owned());
    if arguments.json {
        let value = serde_json::from_slice::<Value>(&answer.body);
        let value =
            value.unwrap_or_else(|_| String::from_utf8_lossy(&answer.body).into_owned().into());
        let shown = json!({
            "StatusCode": answer.status.as_u16(),
            "FunctionError": failed,
            "ExecutedVersion": answer.header("x-amz-executed-version"),
            "RequestId": answer.header("x-amzn-requestid"),
            "Payload": value,
            "Log": log,
        });
        println!("{shown}");
    } else {
        if let Some(log) = &log {
            terminal::note(log.trim_end());
        }
        let mut output = std::io::stdout().lock();
        output.write_all(&answer.body)?;
        if !answer.body.is_empty() && !answer.body.ends_with(b"\n") {
            output.write_all(b"\n")?;
        }
        if arguments.event {
            let id = answer.header("x-amzn-requestid").unwrap_or("?");
            terminal::step("accepted", &format!("request {id}"));
        }
    }
    if failed.is_some() {
        if !arguments.json {
            terminal::error("the function answered with an error");
        }
        std::io::stdout().flush()?;
        std::process::exit(1);
    }
    Ok(())
}

/// Writes an answer out as it comes.
async fn stream(
    client: &Client,
    path: &str,
    headers: &[(&str, &str)],
    payload: Vec<u8>,
) -> Result<()> {
    let mut response = client.open("lambda", Method::POST, path, headers, payload).await?;
    let mut reader = Reader::default();
    let mut ends_a_line = true;
    while let Some(piece) = response.chunk().await.context("the answer broke off")? {
        reader.feed(&piece);
        while let Some(Message { headers, payload }) = reader.read()? {
            let header = |name: &str| headers.get(name).map(String::as_str);
            match (header(":message-type"), header(":event-type")) {
                (Some("event"), Some("PayloadChunk")) => {
                    let mut output = std::io::stdout().lock();
                    output.write_all(&payload)?;
                    output.flush()?;
                    ends_a_line = payload.last().map_or(ends_a_line, |last| *last == b'\n');
                }
                (Some("event"), Some("InvokeComplete")) => {
                    if !ends_a_line {
                        println!();
                    }
                    return complete(&serde_json::from_slice(&payload)?);
                }
                (Some("event"), _) => {}
                _ => bail!(
                    "{}: {}",
                    header(":exception-type").or(header(":error-code")).unwrap_or("error"),
                    String::from_utf8_lossy(&payload)
                ),
            }
        }
    }
    bail!("the answer ended before it was complete")
}

/// How a streamed invocation ended.
fn complete(end: &Value) -> Result<()> {
    if let Some(log) = end["LogResult"].as_str().and_then(|log| STANDARD.decode(log).ok()) {
        terminal::note(String::from_utf8_lossy(&log).trim_end());
    }
    if let Some(code) = end["ErrorCode"].as_str() {
        let details = end["ErrorDetails"].as_str().unwrap_or_default();
        terminal::error(&format!("the function answered with an error: {code} {details}"));
        std::io::stdout().flush()?;
        std::process::exit(1);
    }
    Ok(())
}

fn payload(arguments: &Invoke) -> Result<Vec<u8>> {
    let bytes = match (&arguments.payload, &arguments.file) {
        (_, Some(path)) => std::fs::read(path).with_context(|| format!("{}", path.display()))?,
        (Some(dash), None) if dash == "-" => {
            let mut bytes = Vec::new();
            std::io::stdin().read_to_end(&mut bytes).context("standard input")?;
            bytes
        }
        (Some(text), None) => text.clone().into_bytes(),
        (None, None) => b"{}".to_vec(),
    };
    if let Err(error) = serde_json::from_slice::<serde::de::IgnoredAny>(&bytes) {
        bail!("the payload is not JSON: {error}");
    }
    Ok(bytes)
}
