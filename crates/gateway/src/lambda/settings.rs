//! Settings of functions that are kept and shown, and change nothing here: Beamlet updates no
//! runtime behind a function's back, signs no code, and stops no loop.

use beamlet_platform::function::LATEST;
use serde_json::{Value, json};

use super::Call;
use super::input::qualified;
use crate::error::ApiError;

fn runtime_key(qualifier: &str) -> String {
    format!("RuntimeManagement:{qualifier}")
}

pub(super) fn get_runtime_management(call: &Call<'_>) -> Result<Value, ApiError> {
    let (function, qualifier) = call.function()?;
    qualified(call, &function, qualifier.as_deref())?;
    let arn = call.platform.account.function_arn(&function.name, qualifier.as_deref());
    let kept = function.shown.get(&runtime_key(qualifier.as_deref().unwrap_or(LATEST)));
    let mut shown = kept.cloned().unwrap_or_else(|| json!({ "UpdateRuntimeOn": "Auto" }));
    shown["FunctionArn"] = arn.into();
    Ok(shown)
}

pub(super) async fn put_runtime_management(call: &Call<'_>) -> Result<Value, ApiError> {
    let (function, qualifier) = call.function()?;
    qualified(call, &function, qualifier.as_deref())?;
    let mut config = json!({ "UpdateRuntimeOn": call.text("UpdateRuntimeOn") });
    match (call.text("UpdateRuntimeOn"), call.text("RuntimeVersionArn")) {
        (Some("Manual"), Some(arn)) => config["RuntimeVersionArn"] = arn.into(),
        (Some("Manual"), None) => {
            return Err(ApiError::invalid(
                "RuntimeVersionArn is required when UpdateRuntimeOn is Manual",
            ));
        }
        _ => {}
    }
    call.change(&function.name, |function| {
        let key = runtime_key(qualifier.as_deref().unwrap_or(LATEST));
        function.shown.insert(key, config.clone());
        Ok(())
    })
    .await?;
    let arn = call.platform.account.function_arn(&function.name, qualifier.as_deref());
    config["FunctionArn"] = arn.into();
    Ok(config)
}

const RECURSION: &str = "RecursiveLoop";

pub(super) fn get_recursion(call: &Call<'_>) -> Result<Value, ApiError> {
    let (function, _) = call.function()?;
    Ok(json!({ RECURSION: function.shown.get(RECURSION).cloned().unwrap_or("Terminate".into()) }))
}

pub(super) async fn put_recursion(call: &Call<'_>) -> Result<Value, ApiError> {
    let (function, _) = call.function()?;
    let wanted = call.text(RECURSION).unwrap_or("Terminate").to_owned();
    call.change(&function.name, |function| {
        function.shown.insert(RECURSION.into(), wanted.clone().into());
        Ok(())
    })
    .await?;
    Ok(json!({ RECURSION: wanted }))
}

/// No code is signed here; deployment tools ask all the same.
pub(super) fn get_code_signing(call: &Call<'_>) -> Result<Value, ApiError> {
    let (function, _) = call.function()?;
    Ok(json!({ "CodeSigningConfigArn": "", "FunctionName": function.name }))
}
