//! Reserved and provisioned concurrency.

use std::sync::Arc;

use beamlet_platform::admission::UNRESERVED_MIN;
use beamlet_platform::dispatch::Allocation;
use beamlet_platform::function::{Function, FunctionVersion, Provisioned};
use serde_json::{Value, json};

use super::{Call, listed, show, versions};
use crate::error::ApiError;

pub(super) async fn put(call: &Call<'_>) -> Result<Value, ApiError> {
    let (function, _) = call.function()?;
    let wanted = count(call, "ReservedConcurrentExecutions");
    // In the change, so that two at a time cannot both take the last of it.
    call.change(&function.name, |function| {
        let functions = call.platform.catalog.functions();
        let others = functions.iter().filter(|other| other.name != function.name);
        let reserved: u32 = others.filter_map(|other| other.reserved_concurrency).sum();
        let left = i64::from(call.platform.account_concurrency) - i64::from(reserved);
        if wanted > 0 && left - i64::from(wanted) < i64::from(UNRESERVED_MIN) {
            return Err(ApiError::invalid(format!(
                "Specified ReservedConcurrentExecutions for function decreases account's \
                 UnreservedConcurrentExecution below its minimum value of [{UNRESERVED_MIN}]."
            )));
        }
        function.reserved_concurrency = Some(wanted);
        Ok(())
    })
    .await?;
    Ok(json!({ "ReservedConcurrentExecutions": wanted }))
}

fn count(call: &Call<'_>, member: &str) -> u32 {
    u32::try_from(call.number(member).unwrap_or(0)).unwrap_or(u32::MAX)
}

pub(super) fn get(call: &Call<'_>) -> Result<Value, ApiError> {
    let (function, _) = call.function()?;
    Ok(match function.reserved_concurrency {
        Some(reserved) => json!({ "ReservedConcurrentExecutions": reserved }),
        None => json!({}),
    })
}

pub(super) async fn delete(call: &Call<'_>) -> Result<Value, ApiError> {
    let (function, _) = call.function()?;
    call.change(&function.name, |function| {
        function.reserved_concurrency = None;
        Ok(())
    })
    .await?;
    Ok(Value::Null)
}

/// What a qualifier's provisioned concurrency has come to.
fn shown(call: &Call<'_>, function: &Function, qualifier: &str, config: &Provisioned) -> Value {
    let version = function.resolve(Some(qualifier), 1.0);
    let of = |version: &Arc<FunctionVersion>| call.platform.dispatcher.allocation(version.id);
    let Allocation { ready, kept } = version.map(of).unwrap_or_default();
    let ready = ready.min(config.requested);
    let (status, reason) = match () {
        () if ready == config.requested => ("READY", None),
        // AWS: "FUNCTION_ERROR_INIT_FAILURE" and its like.
        () if kept < config.requested => ("FAILED", Some("FUNCTION_ERROR_INIT_FAILURE")),
        () => ("IN_PROGRESS", None),
    };
    let mut shown = json!({
        "RequestedProvisionedConcurrentExecutions": config.requested,
        "AvailableProvisionedConcurrentExecutions": ready,
        "AllocatedProvisionedConcurrentExecutions": ready,
        "Status": status,
        "LastModified": show::time(config.modified_ms),
    });
    if let Some(reason) = reason {
        shown["StatusReason"] = reason.into();
    }
    shown
}

pub(super) async fn put_provisioned(call: &Call<'_>) -> Result<Value, ApiError> {
    let (function, qualifier) = call.function()?;
    let qualifier = qualifier.unwrap_or_default();
    let requested = count(call, "ProvisionedConcurrentExecutions");
    let (after, config) = call
        .change(&function.name, |function| {
            versions::published(call, function, &qualifier)?;
            let others = function.provisioned.iter().filter(|(q, _)| **q != qualifier);
            let total: u64 = others.map(|(_, p)| u64::from(p.requested)).sum();
            let limit = function
                .reserved_concurrency
                .unwrap_or(call.platform.account_concurrency.saturating_sub(UNRESERVED_MIN));
            if total + u64::from(requested) > u64::from(limit) {
                return Err(ApiError::invalid(format!(
                    "Requested Provisioned Concurrency should not be greater than the \
                     reservedConcurrentExecution for function ({limit})"
                )));
            }
            let config = Provisioned { requested, modified_ms: show::now_ms() };
            function.provisioned.insert(qualifier.clone(), config.clone());
            Ok(config)
        })
        .await?;
    Ok(shown(call, &after, &qualifier, &config))
}

pub(super) fn get_provisioned(call: &Call<'_>) -> Result<Value, ApiError> {
    let (function, qualifier) = call.function()?;
    let qualifier = qualifier.unwrap_or_default();
    let config = function.provisioned.get(&qualifier).ok_or_else(|| {
        ApiError::new(
            "ProvisionedConcurrencyConfigNotFoundException",
            "No Provisioned Concurrency Config found for this function",
        )
        .with("Type", "User")
    })?;
    Ok(shown(call, &function, &qualifier, config))
}

pub(super) async fn delete_provisioned(call: &Call<'_>) -> Result<Value, ApiError> {
    let (function, qualifier) = call.function()?;
    call.change(&function.name, |function| {
        function.provisioned.remove(&qualifier.unwrap_or_default());
        Ok(())
    })
    .await?;
    Ok(Value::Null)
}

pub(super) fn list_provisioned(call: &Call<'_>) -> Result<Value, ApiError> {
    let (function, _) = call.function()?;
    let rows = function.provisioned.iter().map(|(q, config)| (q.clone(), (q, config)));
    let (page, marker) = call.page(rows, 50);
    let page = page.into_iter().map(|(qualifier, config)| {
        let mut row = shown(call, &function, qualifier, config);
        let arn = call.platform.account.function_arn(&function.name, Some(qualifier));
        row["FunctionArn"] = arn.into();
        row
    });
    Ok(listed("ProvisionedConcurrencyConfigs", page.collect(), marker))
}
