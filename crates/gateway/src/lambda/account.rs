//! The account: its limits, and what of them is used.

use std::collections::BTreeMap;
use std::sync::Arc;

use beamlet_platform::function::Function;
use beamlet_platform::package;
use serde_json::{Value, json};

use super::Call;
use crate::error::ApiError;

/// AWS: packages of one account and region, 75 GB.
const CODE_BYTES_MAX: u64 = 75 * 1024 * 1024 * 1024;

pub(super) fn get(call: &Call<'_>) -> Result<Value, ApiError> {
    let platform = call.platform;
    let functions = platform.catalog.functions();
    let reserved: u32 = functions.iter().filter_map(|function| function.reserved_concurrency).sum();
    Ok(json!({
        "AccountLimit": {
            "TotalCodeSize": CODE_BYTES_MAX,
            "CodeSizeUnzipped": package::UNZIPPED_BYTES_MAX,
            "CodeSizeZipped": package::ZIPPED_BYTES_MAX,
            "ConcurrentExecutions": platform.account_concurrency,
            "UnreservedConcurrentExecutions":
                platform.account_concurrency.saturating_sub(reserved),
        },
        "AccountUsage": {
            "TotalCodeSize": code_bytes(&functions),
            "FunctionCount": functions.len(),
        },
    }))
}

/// Bytes of all packages, each counted once however many versions share it.
fn code_bytes(functions: &[Arc<Function>]) -> u64 {
    let packages: BTreeMap<&str, u64> = functions
        .iter()
        .flat_map(|function| function.all_versions())
        .map(|version| (&*version.code_sha256, version.code_bytes))
        .collect();
    packages.values().sum()
}

/// Refuses a package that the account has no room for.
pub(super) fn check_code_storage(call: &Call<'_>, bytes: u64) -> Result<(), ApiError> {
    if code_bytes(&call.platform.catalog.functions()) + bytes > CODE_BYTES_MAX {
        return Err(ApiError::new(
            "CodeStorageExceededException",
            format!("Code storage limit exceeded: {CODE_BYTES_MAX} bytes of packages"),
        ));
    }
    Ok(())
}
