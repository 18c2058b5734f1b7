//! Layers: packages that several functions share, merged under `/opt`.

use std::sync::Arc;

use beamlet_platform::catalog::LayerVersion;
use beamlet_platform::function::LayerUse;
use beamlet_platform::package::Package;
use beamlet_platform::process::code_folder;
use serde_json::{Map, Value, json};

use super::code::{code_bytes, refused};
use super::{Call, account, listed, policies, show};
use crate::error::ApiError;

/// AWS: layers of one function.
const LAYERS_MAX: usize = 5;

/// The name and the version of a layer, out of its name or its ARN.
fn parse(written: &str) -> (&str, Option<u64>) {
    match written.split_once(":layer:") {
        Some((_, rest)) => match rest.split_once(':') {
            Some((name, number)) => (name, number.parse().ok()),
            None => (rest, None),
        },
        None => (written, None),
    }
}

/// The layers that a function names, in their order.
pub(super) fn resolve<'a>(
    call: &Call<'_>,
    arns: impl Iterator<Item = &'a str>,
) -> Result<Vec<LayerUse>, ApiError> {
    let mut uses: Vec<LayerUse> = Vec::new();
    for arn in arns {
        let (name, number) = parse(arn);
        let versions = call.platform.catalog.layer(name);
        let layer = number
            .and_then(|number| versions.get(&number))
            .ok_or_else(|| ApiError::invalid(format!("Layer version {arn} does not exist.")))?;
        if uses.iter().any(|other| parse(&other.arn).0 == name) {
            return Err(ApiError::invalid(format!(
                "Two different versions of the same layer are not allowed to be referenced in \
                 the same function. {arn} is one of them"
            )));
        }
        uses.push(LayerUse {
            arn: call.platform.account.layer_arn(name, Some(layer.version)),
            code_sha256: layer.code_sha256.clone(),
            code_bytes: layer.code_bytes,
        });
    }
    if uses.len() > LAYERS_MAX {
        return Err(ApiError::invalid(format!("A function has at most {LAYERS_MAX} layers")));
    }
    Ok(uses)
}

/// A layer version as the lists show it.
fn item(call: &Call<'_>, layer: &LayerVersion) -> Value {
    let mut object = Map::new();
    let arn = call.platform.account.layer_arn(&layer.layer, Some(layer.version));
    object.insert("LayerVersionArn".into(), arn.into());
    object.insert("Version".into(), layer.version.into());
    object.insert("Description".into(), layer.description.clone().into());
    object.insert("CreatedDate".into(), show::time(layer.created_ms).into());
    for (member, list) in
        [("CompatibleRuntimes", &layer.runtimes), ("CompatibleArchitectures", &layer.architectures)]
    {
        if !list.is_empty() {
            object.insert(member.into(), json!(list));
        }
    }
    if !layer.license.is_empty() {
        object.insert("LicenseInfo".into(), layer.license.clone().into());
    }
    Value::Object(object)
}

fn shown(call: &Call<'_>, layer: &LayerVersion) -> Value {
    let mut shown = item(call, layer);
    shown["LayerArn"] = call.platform.account.layer_arn(&layer.layer, None).into();
    shown["Content"] = json!({
        "Location": call.blob_location(&layer.code_sha256),
        "CodeSha256": show::sha256(&layer.code_sha256),
        "CodeSize": layer.code_bytes,
    });
    shown
}

pub(super) async fn publish(call: &Call<'_>) -> Result<Value, ApiError> {
    let (name, _) = parse(call.text("LayerName").unwrap_or_default());
    let content = call.input.get("Content").and_then(Value::as_object).cloned();
    let zip = code_bytes(call, &content.unwrap_or_default()).await?;
    account::check_code_storage(call, zip.len() as u64)?;
    let store = call.platform.store.clone();
    let data = call.platform.data.clone();
    let task = tokio::task::spawn_blocking(move || -> Result<(String, u64), ApiError> {
        let mut package = Package::read(&zip).map_err(refused)?;
        let sha256 = store.put_blob(&zip).map_err(|error| ApiError::service(&error))?;
        package.unpack(&code_folder(&data, &sha256)).map_err(refused)?;
        Ok((sha256, zip.len() as u64))
    });
    let (code_sha256, code_bytes) = task.await.map_err(|error| ApiError::service(&error))??;
    let list = |member: &str| -> Vec<String> {
        let values = call.input.get(member).and_then(Value::as_array).into_iter().flatten();
        values.filter_map(|value| value.as_str().map(str::to_owned)).collect()
    };
    let layer = LayerVersion {
        layer: name.to_owned(),
        version: 0,
        description: call.text("Description").unwrap_or_default().to_owned(),
        license: call.text("LicenseInfo").unwrap_or_default().to_owned(),
        runtimes: list("CompatibleRuntimes"),
        architectures: list("CompatibleArchitectures"),
        code_sha256,
        code_bytes,
        created_ms: show::now_ms(),
        policy: None,
    };
    let layer = call.platform.catalog.add_layer(layer).await?;
    Ok(shown(call, &layer))
}

/// The layer version that a request names by name and number.
fn named(call: &Call<'_>) -> Result<Arc<LayerVersion>, ApiError> {
    let (name, _) = parse(call.text("LayerName").unwrap_or_default());
    find(call, name, call.number("VersionNumber"))
}

fn find(call: &Call<'_>, name: &str, number: Option<u64>) -> Result<Arc<LayerVersion>, ApiError> {
    let versions = call.platform.catalog.layer(name);
    number
        .and_then(|number| versions.get(&number).cloned())
        .ok_or_else(|| ApiError::not_found("The resource you requested does not exist."))
}

pub(super) fn get(call: &Call<'_>) -> Result<Value, ApiError> {
    Ok(shown(call, &*named(call)?))
}

pub(super) fn get_by_arn(call: &Call<'_>) -> Result<Value, ApiError> {
    let (name, number) = parse(call.text("Arn").unwrap_or_default());
    Ok(shown(call, &*find(call, name, number)?))
}

/// Whether a layer version is for what the caller asked for.
fn matches(call: &Call<'_>, layer: &LayerVersion) -> bool {
    let fits = |wanted: Option<&str>, list: &[String]| {
        wanted.is_none_or(|wanted| list.iter().any(|name| name == wanted))
    };
    fits(call.text("CompatibleRuntime"), &layer.runtimes)
        && fits(call.text("CompatibleArchitecture"), &layer.architectures)
}

pub(super) fn list(call: &Call<'_>) -> Result<Value, ApiError> {
    let account = &call.platform.account;
    let rows = call.platform.catalog.layers().into_iter().filter_map(|name| {
        let versions = call.platform.catalog.layer(&name);
        let latest = versions.values().rev().find(|layer| matches(call, layer))?.clone();
        Some((name, latest))
    });
    let (page, marker) = call.page(rows, 50);
    let page = page.into_iter().map(|latest| {
        json!({
            "LayerName": latest.layer,
            "LayerArn": account.layer_arn(&latest.layer, None),
            "LatestMatchingVersion": item(call, &latest),
        })
    });
    Ok(listed("Layers", page.collect(), marker))
}

/// The newest version comes first.
pub(super) fn list_versions(call: &Call<'_>) -> Result<Value, ApiError> {
    let (name, _) = parse(call.text("LayerName").unwrap_or_default());
    let versions = call.platform.catalog.layer(name);
    let rows = versions.values().rev().filter(|layer| matches(call, layer));
    let rows = rows.map(|layer| (format!("{:020}", u64::MAX - layer.version), layer));
    let (page, marker) = call.page(rows, 50);
    let page = page.into_iter().map(|layer| item(call, layer));
    Ok(listed("LayerVersions", page.collect(), marker))
}

/// AWS answers the same whether there was one.
pub(super) async fn delete(call: &Call<'_>) -> Result<Value, ApiError> {
    if let Ok(layer) = named(call) {
        call.platform.catalog.delete_layer(&layer.layer, layer.version).await?;
    }
    Ok(Value::Null)
}

pub(super) async fn add_permission(call: &Call<'_>) -> Result<Value, ApiError> {
    let layer = named(call)?;
    let arn = call.platform.account.layer_arn(&layer.layer, Some(layer.version));
    let (policy, answer) = policies::layer_add(layer.policy.as_ref(), call, &arn)?;
    call.platform.catalog.put_layer(LayerVersion { policy, ..(*layer).clone() }).await?;
    Ok(answer)
}

pub(super) async fn remove_permission(call: &Call<'_>) -> Result<Value, ApiError> {
    let layer = named(call)?;
    let policy = policies::layer_remove(layer.policy.as_ref(), call)?;
    call.platform.catalog.put_layer(LayerVersion { policy, ..(*layer).clone() }).await?;
    Ok(Value::Null)
}

pub(super) fn get_policy(call: &Call<'_>) -> Result<Value, ApiError> {
    policies::layer_get(named(call)?.policy.as_ref())
}
