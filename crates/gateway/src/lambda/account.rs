//! The account: its limits, and what of them is used.

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
            "TotalCodeSize": platform.catalog.code_bytes(),
            "FunctionCount": functions.len(),
        },
    }))
}

/// Refuses a package that the account has no room for.
pub(super) fn check_code_storage(call: &Call<'_>, bytes: u64) -> Result<(), ApiError> {
    if call.platform.catalog.code_bytes() + bytes > CODE_BYTES_MAX {
        return Err(ApiError::new(
            "CodeStorageExceededException",
            format!("Code storage limit exceeded: {CODE_BYTES_MAX} bytes of packages"),
        ));
    }
    Ok(())
}
