//! Versions: published copies of a function's code and settings, which never change.

use std::sync::Arc;

use beamlet_platform::function::{Function, FunctionVersion, LATEST};
use serde_json::Value;

use super::input::check_revision;
use super::{Call, listed, show};
use crate::error::ApiError;

/// Published versions of one function.
const VERSIONS_MAX: usize = 10_000;

pub(super) async fn publish(call: &Call<'_>) -> Result<Value, ApiError> {
    let (function, _) = call.function()?;
    let (_, version) = call
        .change(&function.name, |function| {
            check_revision(call.text("RevisionId"), &function.latest.revision)?;
            let found = show::sha256(&function.latest.code_sha256);
            if call.text("CodeSha256").is_some_and(|wanted| wanted != found) {
                return Err(ApiError::invalid(format!(
                    "CodeSHA256 ({}) is different from current CodeSHA256 in $LATEST ({found}). \
                     Please try again with the CodeSHA256 in $LATEST.",
                    call.text("CodeSha256").unwrap_or_default()
                )));
            }
            publish_now(function, call)
        })
        .await?;
    Ok(show::version_of(&call.platform.account, &version, Some(&version.version)))
}

/// Publishes `$LATEST`; if nothing changed since the last version, that one is the answer.
pub(super) fn publish_now(
    function: &mut Function,
    call: &Call<'_>,
) -> Result<Arc<FunctionVersion>, ApiError> {
    let latest = &function.latest;
    if let Some(last) = function.versions.values().next_back()
        && same_settings(last, latest)
    {
        return Ok(last.clone());
    }
    if function.versions.len() >= VERSIONS_MAX {
        return Err(ApiError::new(
            "CodeStorageExceededException",
            format!("{} has {VERSIONS_MAX} versions: delete some", function.name),
        ));
    }
    let number = function.next_version;
    let version = Arc::new(FunctionVersion {
        id: call.platform.catalog.next_version_id(),
        version: number.to_string().into(),
        description: call.text("Description").unwrap_or(&latest.description).to_owned(),
        modified_ms: show::now_ms(),
        revision: show::revision(),
        ..(**latest).clone()
    });
    function.versions.insert(number, version.clone());
    function.next_version += 1;
    Ok(version)
}

/// Whether two versions run the same code with the same settings.
fn same_settings(a: &FunctionVersion, b: &FunctionVersion) -> bool {
    let strip = |version: &FunctionVersion| {
        let stripped = FunctionVersion {
            id: b.id,
            version: "".into(),
            description: String::new(),
            modified_ms: 0,
            revision: String::new(),
            ..version.clone()
        };
        serde_json::to_value(stripped).ok()
    };
    strip(a) == strip(b)
}

pub(super) fn list(call: &Call<'_>) -> Result<Value, ApiError> {
    let (function, _) = call.function()?;
    let rows = function.all_versions().map(|version| {
        let number = version.version.parse::<u64>().unwrap_or(0);
        (format!("{number:012}"), version)
    });
    let (page, marker) = call.page(rows, 50);
    let account = &call.platform.account;
    let page = page.into_iter().map(|v| show::version_of(account, v, Some(&v.version)));
    Ok(listed("Versions", page.collect(), marker))
}

/// Refuses a qualifier that may only be a published version or an alias.
pub(super) fn published(
    call: &Call<'_>,
    function: &Function,
    qualifier: &str,
) -> Result<(), ApiError> {
    if qualifier == LATEST {
        return Err(ApiError::invalid(
            "Provisioned Concurrency Configs cannot be applied to unpublished function versions.",
        ));
    }
    match function.resolve(Some(qualifier), 1.0) {
        Some(_) => Ok(()),
        None => Err(call.no_function(&function.name, Some(qualifier))),
    }
}
