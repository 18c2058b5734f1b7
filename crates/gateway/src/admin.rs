//! What Beamlet has and AWS has no API for: the bill, and the events that were given up.

use beamlet_platform::events::{self, FailedEvent};
use beamlet_platform::meter::X86;
use beamlet_platform::platform::Platform;
use http::{Method, Response, StatusCode};
use serde_json::{Value, json};

use crate::body::{Body, json as respond};
use crate::error::ApiError;
use crate::model::query_pairs;

/// Events of one page.
const FAILED_LISTED_MAX: usize = 100;

/// Answers a request below `/beamlet/`.
pub async fn answer(
    platform: &Platform,
    method: &Method,
    path: &str,
    query: &str,
) -> Response<Body> {
    let parts: Vec<&str> = path.trim_matches('/').split('/').skip(1).collect();
    let result = match (method, &parts[..]) {
        (&Method::GET, ["cost"]) => cost(platform, query).await,
        (&Method::GET, ["failed"]) => failed(platform, query),
        (&Method::GET, ["failed", id]) => {
            platform.events.find_failed(id).map(|failed| shown(&failed)).map_err(refused)
        }
        (&Method::POST, ["failed", id, "redrive"]) => {
            let redriven = platform.events.redrive(id).await;
            redriven.map(|()| json!({ "RequestId": id })).map_err(refused)
        }
        _ => Err(ApiError::new(
            "UnknownOperationException",
            format!("Beamlet has no {method} {path}"),
        )),
    };
    match result {
        Ok(value) => respond(StatusCode::OK, &value),
        Err(error) => error.rest_json(),
    }
}

fn refused(error: events::Error) -> ApiError {
    match error {
        events::Error::NotFound(_) => ApiError::not_found(error.to_string()),
        other => ApiError::service(&other),
    }
}

/// Usage and AWS's price of it, for each day, function and version.
async fn cost(platform: &Platform, query: &str) -> Result<Value, ApiError> {
    let day = query_pairs(query).find(|(name, _)| name == "day").map(|(_, day)| day);
    let rows = platform.meter.rows(day.as_deref()).await;
    let rows = rows.map_err(|error| ApiError::service(&error))?;
    let rows: Vec<Value> = rows
        .iter()
        .map(|row| {
            let usage = &row.usage;
            let price = usage.price(&X86);
            json!({
                "Day": row.day,
                "Function": row.function,
                "Version": row.version,
                "Requests": usage.requests,
                "Errors": usage.errors,
                "Throttles": usage.throttles,
                "BilledMs": usage.billed_ms,
                "MbMs": usage.mb_ms,
                "InitUs": usage.init_us,
                "CpuUs": usage.cpu_us,
                "ColdStarts": usage.cold_starts,
                "RequestsNanoUsd": price.requests_nano_usd.to_string(),
                "ComputeNanoUsd": price.compute_nano_usd.to_string(),
            })
        })
        .collect();
    Ok(json!({ "Rows": rows }))
}

/// A page of the events that were given up; `NextMarker` is the `marker` of the next one.
fn failed(platform: &Platform, query: &str) -> Result<Value, ApiError> {
    let marker = query_pairs(query).find(|(name, _)| name == "marker").map(|(_, marker)| marker);
    let found = platform.events.failed(marker.as_deref(), FAILED_LISTED_MAX);
    let found = found.map_err(|error| ApiError::service(&error))?;
    let next = (found.len() == FAILED_LISTED_MAX).then(|| found.last().map(|(key, _)| key));
    let events: Vec<Value> = found.iter().map(|(_, failed)| shown(failed)).collect();
    Ok(json!({ "Events": events, "NextMarker": next.flatten() }))
}

fn shown(failed: &FailedEvent) -> Value {
    let event = &failed.event;
    let payload = serde_json::from_slice::<Value>(&event.payload);
    let error = failed.error.as_deref();
    let error = error.map(|text| {
        serde_json::from_str::<Value>(text).unwrap_or_else(|_| Value::String(text.to_owned()))
    });
    json!({
        "RequestId": event.request_id,
        "Function": event.function,
        "Qualifier": event.qualifier,
        "AcceptedMs": event.accepted_ms,
        "FailedMs": failed.failed_ms,
        "Condition": failed.condition,
        "Attempts": event.attempts,
        "Error": error,
        "UndeliveredTo": failed.undelivered_to,
        "Payload": payload.unwrap_or_else(|_| String::from_utf8_lossy(&event.payload).into()),
    })
}
