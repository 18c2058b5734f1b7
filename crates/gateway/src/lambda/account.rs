//! The account: its limits, and what of them is used.

use std::collections::BTreeMap;

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
    let packages: BTreeMap<&str, u64> = functions
        .iter()
        .flat_map(|function| function.all_versions())
        .map(|version| (&*version.code_sha256, version.code_bytes))
        .collect();
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
            "TotalCodeSize": packages.values().sum::<u64>(),
            "FunctionCount": functions.len(),
        },
    }))
}
