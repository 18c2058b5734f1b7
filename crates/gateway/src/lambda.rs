//! The Lambda API: one handler for each operation that is there, one file for each resource.
//!
//! A handler gets its input already checked against the service model, and only behaves.

mod account;
mod aliases;
mod code;
mod concurrency;
mod events;
mod functions;
mod input;
pub mod invoke;
mod layers;
mod policies;
mod settings;
mod show;
mod tags;
mod urls;
mod versions;

use std::sync::Arc;

use beamlet_platform::function::Function;
use beamlet_platform::platform::Platform;
use bytes::Bytes;
use http::{HeaderMap, Response, StatusCode};
use serde_json::{Map, Value};

use crate::body::{Body, full, json};
use crate::edge::Edge;
use crate::error::ApiError;
use crate::model::{self, Operation};

/// A request that was routed and checked.
pub struct Call<'a> {
    pub edge: &'a Edge,
    pub platform: &'a Platform,
    pub operation: &'static Operation,
    pub input: Map<String, Value>,
    pub headers: &'a HeaderMap,
    pub body: Bytes,
    pub request_id: Arc<str>,
    /// `host:port` as the client wrote it, for function URLs.
    pub host: &'a str,
}

/// Runs the operation of a request.
pub async fn answer(
    edge: &Edge,
    request: &http::request::Parts,
    body: Bytes,
    request_id: Arc<str>,
    host: &str,
) -> Response<Body> {
    let path = request.uri.path();
    let query = request.uri.query().unwrap_or("");
    let result = async {
        let (operation, labels) =
            model::route(request.method.as_str(), path, query).map_err(|no| match no {
                model::NoRoute::Unknown => ApiError::new(
                    "UnknownOperationException",
                    format!("AWS Lambda's API has no operation at {path}"),
                ),
                model::NoRoute::Method => ApiError::new(
                    "MethodNotAllowedException",
                    format!("{} is not a method of {path}", request.method),
                ),
            })?;
        let input = model::read(operation, labels, query, &request.headers, &body)?;
        let headers = &request.headers;
        let platform = &edge.platform;
        run(Call { edge, platform, operation, input, headers, body, request_id, host }).await
    };
    result.await.unwrap_or_else(|error: ApiError| error.rest_json())
}

async fn run(call: Call<'_>) -> Result<Response<Body>, ApiError> {
    let status = StatusCode::from_u16(call.operation.status).unwrap_or(StatusCode::OK);
    let value = match call.operation.name {
        "Invoke" => return invoke::invoke(call).await,
        "InvokeAsync" => return invoke::invoke_async(call).await,
        "InvokeWithResponseStream" => return invoke::invoke_with_response_stream(call).await,
        "CreateFunction" => functions::create(&call).await?,
        "GetFunction" => functions::get(&call)?,
        "GetFunctionConfiguration" => functions::get_configuration(&call)?,
        "ListFunctions" => functions::list(&call)?,
        "UpdateFunctionCode" => functions::update_code(&call).await?,
        "UpdateFunctionConfiguration" => functions::update_configuration(&call).await?,
        "DeleteFunction" => functions::delete(&call).await?,
        "PublishVersion" => versions::publish(&call).await?,
        "ListVersionsByFunction" => versions::list(&call)?,
        "CreateAlias" => aliases::create(&call).await?,
        "GetAlias" => aliases::get(&call)?,
        "UpdateAlias" => aliases::update(&call).await?,
        "DeleteAlias" => aliases::delete(&call).await?,
        "ListAliases" => aliases::list(&call)?,
        "PutFunctionConcurrency" => concurrency::put(&call).await?,
        "GetFunctionConcurrency" => concurrency::get(&call)?,
        "DeleteFunctionConcurrency" => concurrency::delete(&call).await?,
        "PutProvisionedConcurrencyConfig" => concurrency::put_provisioned(&call).await?,
        "GetProvisionedConcurrencyConfig" => concurrency::get_provisioned(&call)?,
        "DeleteProvisionedConcurrencyConfig" => concurrency::delete_provisioned(&call).await?,
        "ListProvisionedConcurrencyConfigs" => concurrency::list_provisioned(&call)?,
        "PutFunctionEventInvokeConfig" => events::put(&call).await?,
        "UpdateFunctionEventInvokeConfig" => events::update(&call).await?,
        "GetFunctionEventInvokeConfig" => events::get(&call)?,
        "DeleteFunctionEventInvokeConfig" => events::delete(&call).await?,
        "ListFunctionEventInvokeConfigs" => events::list(&call)?,
        "CreateFunctionUrlConfig" => urls::create(&call).await?,
        "GetFunctionUrlConfig" => urls::get(&call)?,
        "UpdateFunctionUrlConfig" => urls::update(&call).await?,
        "DeleteFunctionUrlConfig" => urls::delete(&call).await?,
        "ListFunctionUrlConfigs" => urls::list(&call)?,
        "AddPermission" => policies::add(&call).await?,
        "RemovePermission" => policies::remove(&call).await?,
        "GetPolicy" => policies::get(&call)?,
        "GetResourcePolicy" => policies::get_resource(&call)?,
        "PutResourcePolicy" => policies::put_resource(&call).await?,
        "DeleteResourcePolicy" => policies::delete_resource(&call).await?,
        "TagResource" => tags::tag(&call).await?,
        "UntagResource" => tags::untag(&call).await?,
        "ListTags" => tags::list(&call)?,
        "PublishLayerVersion" => layers::publish(&call).await?,
        "GetLayerVersion" => layers::get(&call)?,
        "GetLayerVersionByArn" => layers::get_by_arn(&call)?,
        "ListLayers" => layers::list(&call)?,
        "ListLayerVersions" => layers::list_versions(&call)?,
        "DeleteLayerVersion" => layers::delete(&call).await?,
        "AddLayerVersionPermission" => layers::add_permission(&call).await?,
        "RemoveLayerVersionPermission" => layers::remove_permission(&call).await?,
        "GetLayerVersionPolicy" => layers::get_policy(&call)?,
        "GetAccountSettings" => account::get(&call)?,
        "GetRuntimeManagementConfig" => settings::get_runtime_management(&call)?,
        "PutRuntimeManagementConfig" => settings::put_runtime_management(&call).await?,
        "GetFunctionRecursionConfig" => settings::get_recursion(&call)?,
        "PutFunctionRecursionConfig" => settings::put_recursion(&call).await?,
        "GetFunctionCodeSigningConfig" => settings::get_code_signing(&call)?,
        other => {
            return Err(ApiError::new(
                "NotImplementedException",
                format!("this version of Beamlet does not have the operation {other}"),
            )
            .with("Type", "Service"));
        }
    };
    if value.is_null() {
        let mut response = Response::new(full(Bytes::new()));
        *response.status_mut() = status;
        return Ok(response);
    }
    Ok(json(status, &value))
}

/// A function and the qualifier that came with its name or beside it.
pub struct Target {
    pub name: String,
    pub qualifier: Option<String>,
}

impl Call<'_> {
    pub fn text(&self, member: &str) -> Option<&str> {
        self.input.get(member).and_then(Value::as_str)
    }

    pub fn number(&self, member: &str) -> Option<u64> {
        self.input.get(member).and_then(Value::as_u64)
    }

    /// The function that a request names: by name, by `name:qualifier`, or by (partial) ARN.
    pub fn target(&self) -> Result<Target, ApiError> {
        let written = self.text("FunctionName").unwrap_or_default();
        let mut target = parse_target(written);
        if let Some(beside) = self.text("Qualifier") {
            if target.qualifier.as_deref().is_some_and(|named| named != beside) {
                return Err(ApiError::invalid(
                    "The derived qualifier from the function name does not match the specified \
                     qualifier.",
                ));
            }
            target.qualifier = Some(beside.to_owned());
        }
        Ok(target)
    }

    /// The function that a request names, and its qualifier.
    pub fn function(&self) -> Result<(Arc<Function>, Option<String>), ApiError> {
        let Target { name, qualifier } = self.target()?;
        match self.platform.catalog.get(&name) {
            Some(function) => Ok((function, qualifier)),
            None => Err(self.no_function(&name, qualifier.as_deref())),
        }
    }

    pub fn no_function(&self, name: &str, qualifier: Option<&str>) -> ApiError {
        let arn = self.platform.account.function_arn(name, qualifier);
        ApiError::not_found(format!("Function not found: {arn}"))
    }

    /// Changes a function and lets what runs follow.
    pub async fn change<T>(
        &self,
        name: &str,
        change: impl FnOnce(&mut Function) -> Result<T, ApiError>,
    ) -> Result<(Arc<Function>, T), ApiError> {
        if self.platform.catalog.get(name).is_none() {
            return Err(self.no_function(name, None));
        }
        self.platform.change(name, change).await
    }

    /// A link to a package.
    pub fn blob_location(&self, sha256: &str) -> String {
        self.edge.links.make(self.host, sha256)
    }

    /// A page of a list: `Marker` is the key that the page before ended with.
    pub fn page<T>(
        &self,
        items: impl Iterator<Item = (String, T)>,
        most: usize,
    ) -> (Vec<T>, Option<String>) {
        let limit = self.number("MaxItems").map_or(most, |n| (n as usize).clamp(1, most));
        let marker = self.text("Marker").filter(|marker| !marker.is_empty());
        let mut after = items.skip_while(|(key, _)| marker.is_some_and(|m| key.as_str() <= m));
        let mut page = Vec::new();
        let mut last = None;
        for (key, item) in after.by_ref().take(limit) {
            page.push(item);
            last = Some(key);
        }
        let more = after.next().is_some();
        (page, last.filter(|_| more))
    }
}

/// A list with its `NextMarker`, if there is more.
pub fn listed(member: &str, items: Vec<Value>, marker: Option<String>) -> Value {
    let mut object = Map::new();
    object.insert(member.to_owned(), items.into());
    if let Some(marker) = marker {
        object.insert("NextMarker".into(), marker.into());
    }
    Value::Object(object)
}

/// Takes a function's name apart; the service model has checked its form.
pub fn parse_target(written: &str) -> Target {
    // Behind the last `function:` stand the name and, maybe, the qualifier.
    let rest = match written.rfind("function:") {
        Some(at) => &written[at + "function:".len()..],
        // AWS: `123456789012:name` is a partial ARN.
        None => match written.split_once(':') {
            Some((account, rest))
                if account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit()) =>
            {
                rest
            }
            _ => written,
        },
    };
    match rest.split_once(':') {
        Some((name, qualifier)) => {
            Target { name: name.to_owned(), qualifier: Some(qualifier.to_owned()) }
        }
        None => Target { name: rest.to_owned(), qualifier: None },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_is_named_in_every_form_that_aws_takes() {
        for (written, name, qualifier) in [
            ("f", "f", None),
            ("f:live", "f", Some("live")),
            ("123456789012:function:f", "f", None),
            ("arn:aws:lambda:us-east-1:123456789012:function:f", "f", None),
            ("arn:aws:lambda:us-east-1:123456789012:function:f:1", "f", Some("1")),
        ] {
            let target = parse_target(written);
            assert_eq!((&*target.name, target.qualifier.as_deref()), (name, qualifier));
        }
    }
}
