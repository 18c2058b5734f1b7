//! How asynchronous invocations of a function are treated.

use beamlet_platform::events::function_of;
use beamlet_platform::function::{EventConfig, Function, LATEST};
use serde_json::{Map, Value, json};

use super::input::qualified;
use super::{Call, listed, show};
use crate::error::ApiError;

fn shown(call: &Call<'_>, function: &Function, qualifier: &str, config: &EventConfig) -> Value {
    let destination = |arn: &Option<String>| match arn {
        Some(arn) => json!({ "Destination": arn }),
        None => json!({}),
    };
    let mut object = Map::new();
    object.insert("LastModified".into(), show::seconds(config.modified_ms).into());
    let arn = call.platform.account.function_arn(&function.name, Some(qualifier));
    object.insert("FunctionArn".into(), arn.into());
    if let Some(retries) = config.retries_max {
        object.insert("MaximumRetryAttempts".into(), retries.into());
    }
    if let Some(age_s) = config.age_max_s {
        object.insert("MaximumEventAgeInSeconds".into(), age_s.into());
    }
    let destinations = json!({
        "OnSuccess": destination(&config.on_success),
        "OnFailure": destination(&config.on_failure),
    });
    object.insert("DestinationConfig".into(), destinations);
    Value::Object(object)
}

fn none(call: &Call<'_>, function: &Function, qualifier: &str) -> ApiError {
    let arn = call.platform.account.function_arn(&function.name, Some(qualifier));
    ApiError::not_found(format!("The function {arn} doesn't have an EventInvokeConfig"))
}

/// Applies what a request says to a config.
fn apply(call: &Call<'_>, config: &mut EventConfig) -> Result<(), ApiError> {
    if let Some(retries) = call.number("MaximumRetryAttempts") {
        config.retries_max = Some(retries as u32);
    }
    if let Some(age_s) = call.number("MaximumEventAgeInSeconds") {
        config.age_max_s = Some(age_s as u32);
    }
    if let Some(destinations) = call.input.get("DestinationConfig") {
        for (side, field) in
            [("OnSuccess", &mut config.on_success), ("OnFailure", &mut config.on_failure)]
        {
            let Some(given) = destinations.get(side) else { continue };
            let arn = given["Destination"].as_str().filter(|arn| !arn.is_empty());
            if let Some(arn) = arn {
                check_destination(call, arn)?;
            }
            *field = arn.map(str::to_owned);
        }
    }
    config.modified_ms = show::now_ms();
    Ok(())
}

/// A function must be there; every other target is accepted, and its events stay in the store.
fn check_destination(call: &Call<'_>, arn: &str) -> Result<(), ApiError> {
    let Some((function, qualifier)) = function_of(arn) else {
        tracing::warn!(arn, "events for this destination stay in the store: beamlet failed list");
        return Ok(());
    };
    let found = call.platform.catalog.get(function);
    match found.as_ref().and_then(|function| function.resolve(qualifier, 1.0)) {
        Some(_) => Ok(()),
        None => Err(ApiError::invalid(format!("The destination ARN {arn} is invalid."))),
    }
}

enum Base {
    Empty,
    Existing,
}

async fn store(call: &Call<'_>, base: Base) -> Result<Value, ApiError> {
    let (function, qualifier) = call.function()?;
    qualified(call, &function, qualifier.as_deref())?;
    let qualifier = qualifier.unwrap_or_else(|| LATEST.into());
    let (after, config) = call
        .change(&function.name, |function| {
            let mut config = match (base, function.event_configs.get(&qualifier)) {
                (Base::Existing, Some(found)) => found.clone(),
                (Base::Existing, None) => return Err(none(call, function, &qualifier)),
                (Base::Empty, _) => EventConfig::default(),
            };
            apply(call, &mut config)?;
            function.event_configs.insert(qualifier.clone(), config.clone());
            Ok(config)
        })
        .await?;
    Ok(shown(call, &after, &qualifier, &config))
}

pub(super) async fn put(call: &Call<'_>) -> Result<Value, ApiError> {
    store(call, Base::Empty).await
}

pub(super) async fn update(call: &Call<'_>) -> Result<Value, ApiError> {
    store(call, Base::Existing).await
}

pub(super) fn get(call: &Call<'_>) -> Result<Value, ApiError> {
    let (function, qualifier) = call.function()?;
    let qualifier = qualifier.unwrap_or_else(|| LATEST.into());
    match function.event_configs.get(&qualifier) {
        Some(config) => Ok(shown(call, &function, &qualifier, config)),
        None => Err(none(call, &function, &qualifier)),
    }
}

pub(super) async fn delete(call: &Call<'_>) -> Result<Value, ApiError> {
    let (function, qualifier) = call.function()?;
    let qualifier = qualifier.unwrap_or_else(|| LATEST.into());
    call.change(&function.name, |function| {
        let removed = function.event_configs.remove(&qualifier);
        removed.map(|_| ()).ok_or_else(|| none(call, function, &qualifier))
    })
    .await?;
    Ok(Value::Null)
}

pub(super) fn list(call: &Call<'_>) -> Result<Value, ApiError> {
    let (function, _) = call.function()?;
    let rows = function.event_configs.iter().map(|(q, config)| (q.clone(), (q, config)));
    let (page, marker) = call.page(rows, 50);
    let page = page.into_iter().map(|(q, config)| shown(call, &function, q, config));
    Ok(listed("FunctionEventInvokeConfigs", page.collect(), marker))
}
