//! Tags of functions.

use beamlet_platform::function::Function;
use serde_json::{Value, json};

use super::input::string_map;
use super::{Call, parse_target};
use crate::error::ApiError;

/// AWS: tags of one resource.
pub(super) const TAGS_MAX: usize = 50;

fn resource(call: &Call<'_>) -> Result<std::sync::Arc<Function>, ApiError> {
    let arn = call.text("Resource").unwrap_or_default();
    if !arn.contains(":function:") {
        return Err(ApiError::invalid(format!(
            "Tags belong to functions here, and {arn} names none"
        )));
    }
    let name = parse_target(arn).name;
    call.platform.catalog.get(&name).ok_or_else(|| call.no_function(&name, None))
}

pub(super) async fn tag(call: &Call<'_>) -> Result<Value, ApiError> {
    let function = resource(call)?;
    call.change(&function.name, |function| {
        function.tags.extend(string_map(call.input.get("Tags")));
        check_count(function.tags.len())
    })
    .await?;
    Ok(Value::Null)
}

pub(super) fn check_count(count: usize) -> Result<(), ApiError> {
    if count > TAGS_MAX {
        return Err(ApiError::invalid(format!(
            "The number of tags exceeds the limit of {TAGS_MAX}: {count}"
        )));
    }
    Ok(())
}

pub(super) async fn untag(call: &Call<'_>) -> Result<Value, ApiError> {
    let function = resource(call)?;
    let keys = call.input.get("TagKeys").and_then(Value::as_array).cloned().unwrap_or_default();
    call.change(&function.name, |function| {
        for key in keys.iter().filter_map(Value::as_str) {
            function.tags.remove(key);
        }
        Ok(())
    })
    .await?;
    Ok(Value::Null)
}

pub(super) fn list(call: &Call<'_>) -> Result<Value, ApiError> {
    Ok(json!({ "Tags": resource(call)?.tags }))
}
