//! The calls of CloudWatch Logs that reading a function's log needs, in AWS's JSON 1.1.
//!
//! AWS: "Amazon CloudWatch Logs API Reference": DescribeLogGroups, DescribeLogStreams,
//! GetLogEvents, FilterLogEvents.

use std::collections::VecDeque;

use beamlet_platform::function::Account;
use beamlet_platform::logs::{Go, LogEvent, Logs, RETENTION_DAYS};
use beamlet_platform::platform::Platform;
use http::{HeaderValue, Response, StatusCode};
use serde_json::{Map, Value, json};

use crate::body::{Body, full};
use crate::error::ApiError;

/// AWS: events of one answer.
const EVENTS_MAX: u64 = 10_000;

/// AWS: and their bytes.
const EVENTS_BYTES_MAX: usize = 1024 * 1024;

/// AWS: groups or streams of one answer.
const LISTED_MAX: u64 = 50;

const NAMESPACE: &str = "Logs_20140328.";

/// Answers a request that names its operation in `X-Amz-Target`.
pub async fn answer(platform: &Platform, target: &str, body: &[u8]) -> Response<Body> {
    let result = async {
        let operation = target.strip_prefix(NAMESPACE).unwrap_or_default().to_owned();
        let input: Map<String, Value> = if body.is_empty() {
            Map::new()
        } else {
            serde_json::from_slice(body).map_err(|error| {
                failed("SerializationException", format!("the body is not a JSON object: {error}"))
            })?
        };
        let (logs, account) = (platform.logs.clone(), platform.account.clone());
        // Segments are files: reading them is for a thread that may wait.
        let task = tokio::task::spawn_blocking(move || match operation.as_str() {
            "DescribeLogGroups" => groups(&logs, &account, &input),
            "DescribeLogStreams" => streams(&logs, &account, &input),
            "GetLogEvents" => events(&logs, &input),
            "FilterLogEvents" => filter(&logs, &input),
            other => Err(failed(
                "UnknownOperationException",
                format!("Beamlet's logs have no operation {other:?}"),
            )),
        });
        task.await.map_err(|error| ApiError::service(&error))?
    };
    match result.await {
        Ok(value) => {
            let mut response = Response::new(full(value.to_string()));
            let kind = HeaderValue::from_static("application/x-amz-json-1.1");
            response.headers_mut().insert("content-type", kind);
            response
        }
        Err(error) => error.json_1_1(),
    }
}

fn failed(code: &'static str, message: impl Into<String>) -> ApiError {
    let mut error = ApiError::new(code, message);
    error.status = StatusCode::BAD_REQUEST;
    error
}

fn invalid(message: impl Into<String>) -> ApiError {
    failed("InvalidParameterException", message)
}

fn io(error: std::io::Error) -> ApiError {
    ApiError::service(&error)
}

fn text<'a>(input: &'a Map<String, Value>, member: &str) -> Option<&'a str> {
    input.get(member).and_then(Value::as_str).filter(|text| !text.is_empty())
}

fn limit(input: &Map<String, Value>, most: u64) -> Result<usize, ApiError> {
    match input.get("limit") {
        None | Some(Value::Null) => Ok(most as usize),
        Some(value) => match value.as_u64() {
            Some(limit) if (1..=most).contains(&limit) => Ok(limit as usize),
            _ => Err(invalid(format!("limit is a number from 1 to {most}"))),
        },
    }
}

fn flag(input: &Map<String, Value>, member: &str) -> bool {
    input.get(member).and_then(Value::as_bool).unwrap_or(false)
}

/// The group that a request names, by name or by ARN.
fn group(logs: &Logs, input: &Map<String, Value>) -> Result<String, ApiError> {
    let named = text(input, "logGroupName").or_else(|| text(input, "logGroupIdentifier"));
    let named = named.ok_or_else(|| invalid("logGroupName is missing"))?;
    let name = match named.split_once(":log-group:") {
        Some((_, name)) => name.trim_end_matches(":*"),
        None => named,
    };
    if !logs.has_group(name) {
        return Err(failed("ResourceNotFoundException", "The specified log group does not exist."));
    }
    Ok(name.to_owned())
}

fn group_arn(account: &Account, group: &str) -> String {
    format!("arn:aws:logs:{}:{}:log-group:{group}", account.region, account.id)
}

/// One page of rows with names, and the token of the next page: the last name.
fn page(
    rows: impl Iterator<Item = (String, Value)>,
    input: &Map<String, Value>,
) -> Result<(Vec<Value>, Option<String>), ApiError> {
    let limit = limit(input, LISTED_MAX)?;
    let after = text(input, "nextToken").map(str::to_owned);
    let mut rows = rows.skip_while(|(name, _)| after.as_ref().is_some_and(|after| name != after));
    if after.is_some() {
        rows.next();
    }
    let mut last = None;
    let mut page = Vec::new();
    for (name, row) in rows.by_ref().take(limit) {
        last = Some(name);
        page.push(row);
    }
    let more = rows.next().is_some();
    Ok((page, last.filter(|_| more)))
}

fn groups(logs: &Logs, account: &Account, input: &Map<String, Value>) -> Result<Value, ApiError> {
    let prefix = text(input, "logGroupNamePrefix").unwrap_or("");
    let part = text(input, "logGroupNamePattern").unwrap_or("");
    let found = logs.groups(prefix).map_err(io)?;
    let rows = found.into_iter().filter(|group| group.name.contains(part)).map(|group| {
        let arn = group_arn(account, &group.name);
        let row = json!({
            "logGroupName": group.name,
            "creationTime": group.created_ms,
            "retentionInDays": RETENTION_DAYS,
            "metricFilterCount": 0,
            "storedBytes": group.bytes,
            "arn": format!("{arn}:*"),
            "logGroupArn": arn,
        });
        (group.name, row)
    });
    let (page, token) = page(rows, input)?;
    Ok(listed("logGroups", page, token))
}

fn listed(member: &str, page: Vec<Value>, token: Option<String>) -> Value {
    let mut object = Map::new();
    object.insert(member.to_owned(), page.into());
    if let Some(token) = token {
        object.insert("nextToken".into(), token.into());
    }
    Value::Object(object)
}

fn streams(logs: &Logs, account: &Account, input: &Map<String, Value>) -> Result<Value, ApiError> {
    let group = group(logs, input)?;
    let prefix = text(input, "logStreamNamePrefix").unwrap_or("");
    let mut found = logs.streams(&group).map_err(io)?;
    if text(input, "orderBy") == Some("LastEventTime") {
        found.sort_by_key(|stream| stream.last_ms);
    }
    if flag(input, "descending") {
        found.reverse();
    }
    let arn = group_arn(account, &group);
    let rows = found.into_iter().filter(|stream| stream.name.starts_with(prefix)).map(|stream| {
        let row = json!({
            "logStreamName": stream.name,
            "creationTime": stream.first_ms,
            "firstEventTimestamp": stream.first_ms,
            "lastEventTimestamp": stream.last_ms,
            "lastIngestionTime": stream.last_ms,
            "uploadSequenceToken": "0",
            "arn": format!("{arn}:log-stream:{}", stream.name),
            "storedBytes": 0,
        });
        (stream.name.to_string(), row)
    });
    let (page, token) = page(rows, input)?;
    Ok(listed("logStreams", page, token))
}

/// The time that a request asks for: from, and up to but not including.
fn range(input: &Map<String, Value>) -> (u64, u64) {
    let time = |member: &str| input.get(member).and_then(Value::as_u64);
    (time("startTime").unwrap_or(0), time("endTime").unwrap_or(u64::MAX))
}

/// Where in a stream a token stands.
enum Token {
    /// Behind this event, forwards.
    Forward(u64),
    /// Before this event, backwards.
    Backward(u64),
}

fn token(written: &str) -> Result<Token, ApiError> {
    let (direction, number) = written.split_once('/').unwrap_or(("", ""));
    match (direction, number.parse()) {
        ("f", Ok(number)) => Ok(Token::Forward(number)),
        ("b", Ok(number)) => Ok(Token::Backward(number)),
        _ => Err(invalid("The specified nextToken is invalid.")),
    }
}

fn events(logs: &Logs, input: &Map<String, Value>) -> Result<Value, ApiError> {
    let group = group(logs, input)?;
    let stream = text(input, "logStreamName").ok_or_else(|| invalid("logStreamName is missing"))?;
    let limit = limit(input, EVENTS_MAX)?;
    let (from_ms, to_ms) = range(input);
    let token = text(input, "nextToken").map(token).transpose()?;
    let oldest_first = matches!(token, Some(Token::Forward(_)))
        || (token.is_none() && flag(input, "startFromHead"));
    let mut found: VecDeque<LogEvent> = VecDeque::new();
    let mut bytes = 0;
    logs.each(&group, from_ms, |event| {
        let wanted = match token {
            Some(Token::Forward(number)) => event.number > number,
            Some(Token::Backward(number)) => event.number < number,
            None => true,
        };
        if !wanted || &*event.stream != stream || event.timestamp_ms >= to_ms {
            return Go::On;
        }
        bytes += event.message.len();
        found.push_back(event);
        let full = found.len() > limit || (bytes > EVENTS_BYTES_MAX && found.len() > 1);
        if full && oldest_first {
            found.pop_back();
            return Go::Stop;
        }
        while found.len() > limit || (bytes > EVENTS_BYTES_MAX && found.len() > 1) {
            bytes -= found.pop_front().map_or(0, |event| event.message.len());
        }
        Go::On
    })
    .map_err(io)?;
    let given = match token {
        Some(Token::Forward(number) | Token::Backward(number)) => number,
        None => 0,
    };
    let first = found.front().map_or(given, |event| event.number);
    let last = found.back().map_or(given, |event| event.number);
    let rows: Vec<Value> = found
        .into_iter()
        .map(|event| {
            json!({
                "timestamp": event.timestamp_ms,
                "ingestionTime": event.timestamp_ms,
                "message": event.message,
            })
        })
        .collect();
    Ok(json!({
        "events": rows,
        "nextForwardToken": format!("f/{last}"),
        "nextBackwardToken": format!("b/{first}"),
    }))
}

fn filter(logs: &Logs, input: &Map<String, Value>) -> Result<Value, ApiError> {
    let group = group(logs, input)?;
    let limit = limit(input, EVENTS_MAX)?;
    let (from_ms, to_ms) = range(input);
    let pattern = Pattern::parse(text(input, "filterPattern").unwrap_or(""))?;
    let prefix = text(input, "logStreamNamePrefix").unwrap_or("");
    let names = input.get("logStreamNames").and_then(Value::as_array);
    let after: u64 = match text(input, "nextToken") {
        Some(token) => token.parse().map_err(|_| invalid("The specified nextToken is invalid."))?,
        None => 0,
    };
    let mut rows = Vec::new();
    let (mut bytes, mut last, mut more) = (0, 0, false);
    logs.each(&group, from_ms, |event| {
        let wanted = event.number > after
            && event.timestamp_ms < to_ms
            && event.stream.starts_with(prefix)
            && names.is_none_or(|names| names.iter().any(|name| name == &*event.stream))
            && pattern.matches(&event.message);
        if !wanted {
            return Go::On;
        }
        bytes += event.message.len();
        if rows.len() >= limit || (bytes > EVENTS_BYTES_MAX && !rows.is_empty()) {
            more = true;
            return Go::Stop;
        }
        last = event.number;
        rows.push(json!({
            "logStreamName": event.stream,
            "timestamp": event.timestamp_ms,
            "ingestionTime": event.timestamp_ms,
            "message": event.message,
            "eventId": event.number.to_string(),
        }));
        Go::On
    })
    .map_err(io)?;
    let mut answer = listed("events", rows, more.then(|| last.to_string()));
    answer["searchedLogStreams"] = json!([]);
    Ok(answer)
}

/// A filter of words (AWS: "Filter pattern syntax", unstructured events).
#[derive(Debug, Default)]
struct Pattern {
    all: Vec<String>,
    any: Vec<String>,
    none: Vec<String>,
}

impl Pattern {
    fn parse(written: &str) -> Result<Pattern, ApiError> {
        let written = written.trim();
        if written.starts_with(['{', '[', '%']) {
            return Err(invalid(format!(
                "The filter pattern {written:?} is of a kind that Beamlet does not have: use \
                 words, \"quoted phrases\", ?any and -none"
            )));
        }
        let mut pattern = Pattern::default();
        let mut rest = written;
        while !rest.is_empty() {
            let (list, behind) = match rest.as_bytes()[0] {
                b'?' => (&mut pattern.any, &rest[1..]),
                b'-' => (&mut pattern.none, &rest[1..]),
                _ => (&mut pattern.all, rest),
            };
            let (term, after) = match behind.strip_prefix('"') {
                Some(quoted) => quoted
                    .split_once('"')
                    .ok_or_else(|| invalid("The filter pattern has a quote without an end"))?,
                None => behind.split_once(char::is_whitespace).unwrap_or((behind, "")),
            };
            list.push(term.to_owned());
            rest = after.trim_start();
        }
        Ok(pattern)
    }

    fn matches(&self, message: &str) -> bool {
        self.all.iter().all(|term| message.contains(term.as_str()))
            && (self.any.is_empty() || self.any.iter().any(|term| message.contains(term.as_str())))
            && !self.none.iter().any(|term| message.contains(term.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_pattern_are_all_any_or_none() {
        // AWS: "Filter pattern syntax", the examples of unstructured log events.
        for (pattern, message, matches) in [
            ("", "anything", true),
            ("ERROR", "[ERROR] no", true),
            ("ERROR ARGUMENTS", "ERROR INVALID ARGUMENTS", true),
            ("ERROR ARGUMENTS", "ERROR", false),
            ("?ERROR ?WARN", "WARN", true),
            ("?ERROR ?WARN", "INFO", false),
            ("\"INTERNAL SERVER ERROR\"", "[ERROR 500] INTERNAL SERVER ERROR", true),
            ("ERROR -EXITING", "ERROR EXITING", false),
        ] {
            let parsed = Pattern::parse(pattern).unwrap();
            assert_eq!(parsed.matches(message), matches, "{pattern} {message}");
        }
        assert!(Pattern::parse("{ $.a = 1 }").is_err());
        assert!(Pattern::parse("\"open").is_err());
    }
}
