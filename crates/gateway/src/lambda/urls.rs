//! Function URLs: which functions answer plain HTTP, and on which host name.

use beamlet_platform::function::{Cors, Function, FunctionUrl, LATEST};
use serde_json::{Value, json};

use super::input::qualified;
use super::{Call, listed, show};
use crate::error::ApiError;

fn shown(call: &Call<'_>, function: &Function, qualifier: &str, url: &FunctionUrl) -> Value {
    let account = &call.platform.account;
    let arn_qualifier = (qualifier != LATEST).then_some(qualifier);
    // The client reached the server on this port, so a browser will.
    let port = call.host.rsplit_once(':').map_or(String::new(), |(_, port)| format!(":{port}"));
    let mut shown = json!({
        "FunctionUrl": format!("http://{}.lambda-url.{}.localhost{port}/", url.id, account.region),
        "FunctionArn": account.function_arn(&function.name, arn_qualifier),
        "AuthType": if url.signed { "AWS_IAM" } else { "NONE" },
        "CreationTime": show::time(url.created_ms),
        "LastModifiedTime": show::time(url.modified_ms),
        "InvokeMode": if url.streamed { "RESPONSE_STREAM" } else { "BUFFERED" },
    });
    if let Some(cors) = &url.cors {
        let mut object = json!({ "AllowCredentials": cors.allow_credentials });
        for (name, list) in [
            ("AllowHeaders", &cors.allow_headers),
            ("AllowMethods", &cors.allow_methods),
            ("AllowOrigins", &cors.allow_origins),
            ("ExposeHeaders", &cors.expose_headers),
        ] {
            if !list.is_empty() {
                object[name] = json!(list);
            }
        }
        if let Some(max_age_s) = cors.max_age_s {
            object["MaxAge"] = max_age_s.into();
        }
        shown["Cors"] = object;
    }
    shown
}

fn apply(call: &Call<'_>, url: &mut FunctionUrl) {
    if let Some(auth) = call.text("AuthType") {
        url.signed = auth == "AWS_IAM";
    }
    if let Some(mode) = call.text("InvokeMode") {
        url.streamed = mode == "RESPONSE_STREAM";
    }
    if let Some(cors) = call.input.get("Cors") {
        let list = |name: &str| -> Vec<String> {
            let values = cors.get(name).and_then(Value::as_array).into_iter().flatten();
            values.filter_map(|value| value.as_str().map(str::to_owned)).collect()
        };
        let cors = Cors {
            allow_credentials: cors["AllowCredentials"].as_bool().unwrap_or(false),
            allow_headers: list("AllowHeaders"),
            allow_methods: list("AllowMethods"),
            allow_origins: list("AllowOrigins"),
            expose_headers: list("ExposeHeaders"),
            max_age_s: cors["MaxAge"].as_u64().map(|s| s as u32),
        };
        url.cors = (cors != Cors::default()).then_some(cors);
    }
    url.modified_ms = show::now_ms();
}

fn none() -> ApiError {
    ApiError::not_found("The resource you requested does not exist.")
}

pub(super) async fn create(call: &Call<'_>) -> Result<Value, ApiError> {
    let (function, qualifier) = call.function()?;
    qualified(call, &function, qualifier.as_deref())?;
    let qualifier = qualifier.unwrap_or_else(|| LATEST.into());
    let (after, url) = call
        .change(&function.name, |function| {
            if function.urls.contains_key(&qualifier) {
                let arn = call.platform.account.function_arn(&function.name, None);
                return Err(ApiError::conflict(format!(
                    "Failed to create function url config for [functionArn = {arn}]. Error \
                     message:  FunctionUrlConfig exists for this Lambda function"
                )));
            }
            let mut url = FunctionUrl {
                id: uuid::Uuid::new_v4().simple().to_string(),
                signed: false,
                streamed: false,
                cors: None,
                created_ms: show::now_ms(),
                modified_ms: 0,
            };
            apply(call, &mut url);
            function.urls.insert(qualifier.clone(), url.clone());
            Ok(url)
        })
        .await?;
    Ok(shown(call, &after, &qualifier, &url))
}

pub(super) fn get(call: &Call<'_>) -> Result<Value, ApiError> {
    let (function, qualifier) = call.function()?;
    let qualifier = qualifier.unwrap_or_else(|| LATEST.into());
    let url = function.urls.get(&qualifier).ok_or_else(none)?;
    Ok(shown(call, &function, &qualifier, url))
}

pub(super) async fn update(call: &Call<'_>) -> Result<Value, ApiError> {
    let (function, qualifier) = call.function()?;
    let qualifier = qualifier.unwrap_or_else(|| LATEST.into());
    let (after, url) = call
        .change(&function.name, |function| {
            let url = function.urls.get_mut(&qualifier).ok_or_else(none)?;
            apply(call, url);
            Ok(url.clone())
        })
        .await?;
    Ok(shown(call, &after, &qualifier, &url))
}

pub(super) async fn delete(call: &Call<'_>) -> Result<Value, ApiError> {
    let (function, qualifier) = call.function()?;
    let qualifier = qualifier.unwrap_or_else(|| LATEST.into());
    call.change(&function.name, |function| {
        function.urls.remove(&qualifier).map(|_| ()).ok_or_else(none)
    })
    .await?;
    Ok(Value::Null)
}

pub(super) fn list(call: &Call<'_>) -> Result<Value, ApiError> {
    let (function, _) = call.function()?;
    let rows = function.urls.iter().map(|(q, url)| (q.clone(), (q, url)));
    let (page, marker) = call.page(rows, 50);
    let page = page.into_iter().map(|(q, url)| shown(call, &function, q, url));
    Ok(listed("FunctionUrlConfigs", page.collect(), marker))
}
