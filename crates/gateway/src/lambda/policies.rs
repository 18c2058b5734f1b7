//! Resource policies: kept and shown as AWS does. They decide nothing yet: whoever holds the
//! server's credentials may do everything.

use beamlet_platform::function::{Function, LATEST};
use serde_json::{Value, json};

use super::input::{check_revision, qualified};
use super::{Call, parse_target, show};
use crate::error::ApiError;

/// AWS: a policy is at most 20 KB.
const POLICY_BYTES_MAX: usize = 20 * 1024;

/// A policy with the id of its state, as it is kept.
struct Policy {
    revision: String,
    document: Value,
}

impl Policy {
    fn read(kept: Option<&Value>) -> Option<Policy> {
        let kept = kept?;
        let revision = kept["revision"].as_str()?.to_owned();
        Some(Policy { revision, document: kept["policy"].clone() })
    }

    fn empty() -> Policy {
        let document = json!({ "Version": "2012-10-17", "Id": "default", "Statement": [] });
        Policy { revision: show::revision(), document }
    }

    fn statements(&mut self) -> &mut Vec<Value> {
        let statements = &mut self.document["Statement"];
        if !statements.is_array() {
            *statements = json!([]);
        }
        statements.as_array_mut().expect("it is an array")
    }

    /// What is kept of it: nothing, if no statement is left.
    fn kept(mut self) -> Result<Option<Value>, ApiError> {
        if self.statements().is_empty() {
            return Ok(None);
        }
        if self.document.to_string().len() > POLICY_BYTES_MAX {
            return Err(ApiError::new(
                "PolicyLengthExceededException",
                format!("The final policy size is bigger than the limit ({POLICY_BYTES_MAX})."),
            ));
        }
        Ok(Some(json!({ "revision": show::revision(), "policy": self.document })))
    }

    fn shown(&self) -> Value {
        json!({ "Policy": self.document.to_string(), "RevisionId": self.revision })
    }
}

fn none() -> ApiError {
    ApiError::not_found("The resource you requested does not exist.")
}

/// Adds a statement to a policy that is kept; refuses an id that is there.
fn with_statement(
    kept: Option<&Value>,
    call: &Call<'_>,
    statement: Value,
) -> Result<Option<Value>, ApiError> {
    let found = Policy::read(kept);
    if let Some(policy) = &found {
        check_revision(call.text("RevisionId"), &policy.revision)?;
    }
    let mut policy = found.unwrap_or_else(Policy::empty);
    let id = &statement["Sid"];
    if policy.statements().iter().any(|s| s["Sid"] == *id) {
        return Err(ApiError::conflict(format!(
            "The statement id ({}) provided already exists. Please provide a new statement id, \
             or remove the existing statement.",
            id.as_str().unwrap_or_default()
        )));
    }
    policy.statements().push(statement);
    policy.kept()
}

/// Takes a statement out of a policy that is kept.
fn without_statement(kept: Option<&Value>, call: &Call<'_>) -> Result<Option<Value>, ApiError> {
    let id = call.text("StatementId").unwrap_or_default();
    let mut policy = Policy::read(kept).ok_or_else(none)?;
    check_revision(call.text("RevisionId"), &policy.revision)?;
    let before = policy.statements().len();
    policy.statements().retain(|statement| statement["Sid"] != id);
    if policy.statements().len() == before {
        return Err(ApiError::not_found(format!(
            "Statement {id} is not found in resource policy."
        )));
    }
    policy.kept()
}

/// A principal as IAM writes it.
fn principal(written: &str) -> Value {
    let digits = written.len() == 12 && written.bytes().all(|b| b.is_ascii_digit());
    match written {
        "*" => json!("*"),
        account if digits => json!({ "AWS": format!("arn:aws:iam::{account}:root") }),
        arn if arn.starts_with("arn:") => json!({ "AWS": arn }),
        service => json!({ "Service": service }),
    }
}

fn keep(function: &mut Function, qualifier: &str, kept: Option<Value>) {
    match kept {
        Some(kept) => function.policies.insert(qualifier.to_owned(), kept),
        None => function.policies.remove(qualifier),
    };
}

pub(super) async fn add(call: &Call<'_>) -> Result<Value, ApiError> {
    let (function, qualifier) = call.function()?;
    qualified(call, &function, qualifier.as_deref())?;
    let mut statement = json!({
        "Sid": call.text("StatementId"),
        "Effect": "Allow",
        "Principal": principal(call.text("Principal").unwrap_or_default()),
        "Action": call.text("Action"),
        "Resource": call.platform.account.function_arn(&function.name, qualifier.as_deref()),
    });
    for (member, operator, key) in [
        ("SourceArn", "ArnLike", "AWS:SourceArn"),
        ("SourceAccount", "StringEquals", "AWS:SourceAccount"),
        ("PrincipalOrgID", "StringEquals", "aws:PrincipalOrgID"),
        ("FunctionUrlAuthType", "StringEquals", "lambda:FunctionUrlAuthType"),
        ("EventSourceToken", "StringEquals", "lambda:EventSourceToken"),
    ] {
        if let Some(value) = call.text(member) {
            statement["Condition"][operator][key] = value.into();
        }
    }
    let qualifier = qualifier.unwrap_or_else(|| LATEST.into());
    call.change(&function.name, |function| {
        let kept = with_statement(function.policies.get(&qualifier), call, statement.clone())?;
        keep(function, &qualifier, kept);
        Ok(())
    })
    .await?;
    Ok(json!({ "Statement": statement.to_string() }))
}

pub(super) async fn remove(call: &Call<'_>) -> Result<Value, ApiError> {
    let (function, qualifier) = call.function()?;
    let qualifier = qualifier.unwrap_or_else(|| LATEST.into());
    call.change(&function.name, |function| {
        let kept = without_statement(function.policies.get(&qualifier), call)?;
        keep(function, &qualifier, kept);
        Ok(())
    })
    .await?;
    Ok(Value::Null)
}

pub(super) fn get(call: &Call<'_>) -> Result<Value, ApiError> {
    let (function, qualifier) = call.function()?;
    let policy = Policy::read(function.policies.get(qualifier.as_deref().unwrap_or(LATEST)));
    Ok(policy.ok_or_else(none)?.shown())
}

/// The function and qualifier that a resource policy is of.
fn resource(call: &Call<'_>) -> Result<(std::sync::Arc<Function>, String), ApiError> {
    let target = parse_target(call.text("ResourceArn").unwrap_or_default());
    let found = call.platform.catalog.get(&target.name);
    let function = found.ok_or_else(|| call.no_function(&target.name, None))?;
    Ok((function, target.qualifier.unwrap_or_else(|| LATEST.into())))
}

pub(super) fn get_resource(call: &Call<'_>) -> Result<Value, ApiError> {
    let (function, qualifier) = resource(call)?;
    Ok(Policy::read(function.policies.get(&qualifier)).ok_or_else(none)?.shown())
}

pub(super) async fn put_resource(call: &Call<'_>) -> Result<Value, ApiError> {
    let (function, qualifier) = resource(call)?;
    let written = call.text("Policy").unwrap_or_default();
    let document: Value = serde_json::from_str(written)
        .map_err(|error| ApiError::invalid(format!("The policy is not JSON: {error}")))?;
    if !document["Statement"].is_array() {
        return Err(ApiError::invalid("The policy has no list of statements (Statement)"));
    }
    let (after, ()) = call
        .change(&function.name, |function| {
            let found = Policy::read(function.policies.get(&qualifier));
            if let Some(found) = &found {
                check_revision(call.text("RevisionId"), &found.revision)?;
            }
            let kept = Policy { revision: String::new(), document }.kept()?;
            keep(function, &qualifier, kept);
            Ok(())
        })
        .await?;
    Ok(Policy::read(after.policies.get(&qualifier)).map_or(json!({}), |policy| policy.shown()))
}

pub(super) async fn delete_resource(call: &Call<'_>) -> Result<Value, ApiError> {
    let (function, qualifier) = resource(call)?;
    call.change(&function.name, |function| {
        let found = Policy::read(function.policies.get(&qualifier)).ok_or_else(none)?;
        check_revision(call.text("RevisionId"), &found.revision)?;
        function.policies.remove(&qualifier);
        Ok(())
    })
    .await?;
    Ok(Value::Null)
}

/// Adds a statement to a layer version's policy.
pub(super) fn layer_add(
    kept: Option<&Value>,
    call: &Call<'_>,
    resource: &str,
) -> Result<(Option<Value>, Value), ApiError> {
    let mut statement = json!({
        "Sid": call.text("StatementId"),
        "Effect": "Allow",
        "Principal": principal(call.text("Principal").unwrap_or_default()),
        "Action": call.text("Action"),
        "Resource": resource,
    });
    if let Some(organization) = call.text("OrganizationId") {
        statement["Condition"]["StringEquals"]["aws:PrincipalOrgID"] = organization.into();
    }
    let kept = with_statement(kept, call, statement.clone())?;
    let revision = kept.as_ref().map(|kept| kept["revision"].clone());
    Ok((kept, json!({ "Statement": statement.to_string(), "RevisionId": revision })))
}

/// Takes a statement out of a layer version's policy.
pub(super) fn layer_remove(
    kept: Option<&Value>,
    call: &Call<'_>,
) -> Result<Option<Value>, ApiError> {
    without_statement(kept, call)
}

/// A layer version's policy.
pub(super) fn layer_get(kept: Option<&Value>) -> Result<Value, ApiError> {
    Ok(Policy::read(kept).ok_or_else(none)?.shown())
}
