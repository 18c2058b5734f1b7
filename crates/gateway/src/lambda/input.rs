//! What several resources read out of a request in the same way.

use std::collections::BTreeMap;
use std::sync::Arc;

use beamlet_platform::function::{Function, FunctionVersion};
use serde_json::Value;

use super::Call;
use crate::error::ApiError;

pub(super) fn flag(call: &Call<'_>, member: &str) -> bool {
    call.input.get(member).and_then(Value::as_bool).unwrap_or(false)
}

pub(super) fn string_map(value: Option<&Value>) -> BTreeMap<String, String> {
    let entries = value.and_then(Value::as_object).into_iter().flatten();
    entries.filter_map(|(k, v)| Some((k.clone(), v.as_str()?.to_owned()))).collect()
}

/// The version that a qualifier names; of a weighted alias the first.
pub(super) fn qualified(
    call: &Call<'_>,
    function: &Function,
    qualifier: Option<&str>,
) -> Result<Arc<FunctionVersion>, ApiError> {
    let found = function.resolve(qualifier, 1.0).cloned();
    found.ok_or_else(|| call.no_function(&function.name, qualifier))
}

/// Refuses a change of a version that is not the one the caller knows.
pub(super) fn check_revision(wanted: Option<&str>, found: &str) -> Result<(), ApiError> {
    match wanted {
        Some(wanted) if wanted != found => Err(ApiError::new(
            "PreconditionFailedException",
            "The Revision Id provided does not match the latest Revision Id. Call the \
             GetFunction/GetAlias API to retrieve the latest Revision Id",
        )
        .with("Type", "User")),
        _ => Ok(()),
    }
}
