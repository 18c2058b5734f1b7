//! Aliases: names that move from version to version, and may share requests between two.

use beamlet_platform::function::{Alias, Function, LATEST};
use serde_json::{Map, Value, json};

use super::input::check_revision;
use super::{Call, listed, show};
use crate::error::ApiError;

/// Aliases of one function.
const ALIASES_MAX: usize = 1000;

fn shown(call: &Call<'_>, function: &Function, alias: &Alias) -> Value {
    let mut shown = json!({
        "AliasArn": call.platform.account.function_arn(&function.name, Some(&alias.name)),
        "Name": alias.name,
        "FunctionVersion": alias.version,
        "Description": alias.description,
        "RevisionId": alias.revision,
    });
    if let Some((version, weight)) = &alias.weighted {
        let mut weights = Map::new();
        weights.insert(version.clone(), json!(weight));
        shown["RoutingConfig"] = json!({ "AdditionalVersionWeights": weights });
    }
    shown
}

fn none(call: &Call<'_>, function: &str, alias: &str) -> ApiError {
    let arn = call.platform.account.function_arn(function, Some(alias));
    ApiError::not_found(format!("Cannot find alias arn: {arn}"))
}

/// Applies what a request says of an alias, and checks that its versions are there.
fn apply(call: &Call<'_>, function: &Function, alias: &mut Alias) -> Result<(), ApiError> {
    if let Some(version) = call.text("FunctionVersion") {
        alias.version = version.to_owned();
    }
    if let Some(description) = call.text("Description") {
        alias.description = description.to_owned();
    }
    if let Some(routing) = call.input.get("RoutingConfig") {
        let weights = routing.get("AdditionalVersionWeights").and_then(Value::as_object);
        let mut weights = weights.into_iter().flatten();
        alias.weighted = weights
            .next()
            .map(|(version, weight)| (version.clone(), weight.as_f64().unwrap_or(0.0)))
            .filter(|(_, weight)| *weight > 0.0);
        if weights.next().is_some() {
            return Err(ApiError::invalid(
                "Number of items in AdditionalVersionWeights cannot be greater than 1.",
            ));
        }
    }
    let missing = |version: &String| function.version(version).is_none();
    if missing(&alias.version) {
        return Err(call.no_function(&function.name, Some(&alias.version)));
    }
    if let Some((second, _)) = &alias.weighted {
        if alias.version == LATEST || second == LATEST {
            return Err(ApiError::invalid(
                "$LATEST is not supported for an alias pointing to more than 1 version",
            ));
        }
        if *second == alias.version {
            return Err(ApiError::invalid(format!(
                "Invalid function version {second}. Function version {second} is already \
                 included in routing configuration."
            )));
        }
        if missing(second) {
            return Err(call.no_function(&function.name, Some(second)));
        }
    }
    alias.revision = show::revision();
    Ok(())
}

pub(super) async fn create(call: &Call<'_>) -> Result<Value, ApiError> {
    let (function, _) = call.function()?;
    let name = call.text("Name").unwrap_or_default();
    let (after, alias) = call
        .change(&function.name, |function| {
            if function.aliases.contains_key(name) {
                let arn = call.platform.account.function_arn(&function.name, Some(name));
                return Err(ApiError::conflict(format!("Alias already exists: {arn}")));
            }
            if function.aliases.len() >= ALIASES_MAX {
                return Err(ApiError::invalid(format!(
                    "{} has {ALIASES_MAX} aliases: delete some",
                    function.name
                )));
            }
            let mut alias = Alias {
                name: name.to_owned(),
                version: String::new(),
                weighted: None,
                description: String::new(),
                revision: String::new(),
            };
            apply(call, function, &mut alias)?;
            function.aliases.insert(name.to_owned(), alias.clone());
            Ok(alias)
        })
        .await?;
    Ok(shown(call, &after, &alias))
}

pub(super) fn get(call: &Call<'_>) -> Result<Value, ApiError> {
    let (function, _) = call.function()?;
    let name = call.text("Name").unwrap_or_default();
    let alias = function.aliases.get(name);
    Ok(shown(call, &function, alias.ok_or_else(|| none(call, &function.name, name))?))
}

pub(super) async fn update(call: &Call<'_>) -> Result<Value, ApiError> {
    let (function, _) = call.function()?;
    let name = call.text("Name").unwrap_or_default();
    let (after, alias) = call
        .change(&function.name, |function| {
            let found = function.aliases.get(name);
            let mut alias = found.cloned().ok_or_else(|| none(call, &function.name, name))?;
            check_revision(call.text("RevisionId"), &alias.revision)?;
            apply(call, function, &mut alias)?;
            function.aliases.insert(name.to_owned(), alias.clone());
            Ok(alias)
        })
        .await?;
    Ok(shown(call, &after, &alias))
}

/// Deletes an alias with what was set for it; AWS answers the same if there was none.
pub(super) async fn delete(call: &Call<'_>) -> Result<Value, ApiError> {
    let (function, _) = call.function()?;
    let name = call.text("Name").unwrap_or_default();
    call.change(&function.name, |function| {
        if function.aliases.remove(name).is_some() {
            function.provisioned.remove(name);
            function.event_configs.remove(name);
            function.urls.remove(name);
            function.policies.remove(name);
        }
        Ok(())
    })
    .await?;
    Ok(Value::Null)
}

pub(super) fn list(call: &Call<'_>) -> Result<Value, ApiError> {
    let (function, _) = call.function()?;
    let of = call.text("FunctionVersion");
    let rows = function.aliases.values().filter(|alias| {
        of.is_none_or(|of| {
            alias.version == of || alias.weighted.as_ref().is_some_and(|(second, _)| second == of)
        })
    });
    let (page, marker) = call.page(rows.map(|alias| (alias.name.clone(), alias)), 50);
    let page = page.into_iter().map(|alias| shown(call, &function, alias));
    Ok(listed("Aliases", page.collect(), marker))
}
