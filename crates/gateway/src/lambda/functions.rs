//! Functions: create, show, list, change, delete.

use std::collections::BTreeMap;
use std::fs;
use std::sync::Arc;

use beamlet_platform::events::function_of;
use beamlet_platform::function::{Function, FunctionVersion, LATEST, Runtime};
use beamlet_platform::logs::Logs;
use beamlet_platform::package::Package;
use serde_json::{Map, Value, json};

use super::code::{code_bytes, images, refused, store_code};
use super::input::{check_revision, flag, qualified, string_map};
use super::{Call, Target, layers, listed, show, tags, versions};
use crate::error::ApiError;

/// AWS: environment variables are at most 4 KB together.
const ENVIRONMENT_BYTES_MAX: usize = 4096;

/// AWS: names that a function may not set.
const RESERVED_VARIABLES: &[&str] = &[
    "_HANDLER",
    "_X_AMZN_TRACE_ID",
    "AWS_DEFAULT_REGION",
    "AWS_REGION",
    "AWS_EXECUTION_ENV",
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
    "AWS_LAMBDA_FUNCTION_VERSION",
    "AWS_LAMBDA_INITIALIZATION_TYPE",
    "AWS_LAMBDA_LOG_GROUP_NAME",
    "AWS_LAMBDA_LOG_STREAM_NAME",
    "AWS_ACCESS_KEY",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_LAMBDA_RUNTIME_API",
    "LAMBDA_TASK_ROOT",
    "LAMBDA_RUNTIME_DIR",
];

pub(super) async fn create(call: &Call<'_>) -> Result<Value, ApiError> {
    let Target { name, .. } = call.target()?;
    if call.text("PackageType") == Some("Image") {
        return Err(images());
    }
    if call.platform.catalog.get(&name).is_some() {
        return Err(ApiError::conflict(format!("Function already exist: {name}")));
    }
    let runtime_name = call
        .text("Runtime")
        .ok_or_else(|| ApiError::invalid("Runtime is mandatory for zip packages"))?;
    let code = call.input.get("Code").and_then(Value::as_object).cloned().unwrap_or_default();
    let now_ms = show::now_ms();
    let function: Arc<str> = name.as_str().into();
    let mut version = FunctionVersion {
        id: call.platform.catalog.next_version_id(),
        function: function.clone(),
        version: LATEST.into(),
        runtime: runtime(runtime_name)?,
        runtime_name: runtime_name.to_owned(),
        handler: String::new(),
        role: String::new(),
        description: String::new(),
        memory_mb: 128,
        timeout_s: 3,
        ephemeral_mb: 512,
        architecture: architecture(&call.input)?,
        environment: BTreeMap::new(),
        concurrency_per_environment: 1,
        code_sha256: String::new(),
        code_bytes: 0,
        layers: Vec::new(),
        dead_letter_arn: None,
        log_group: format!("/aws/lambda/{name}"),
        modified_ms: now_ms,
        revision: show::revision(),
        shown: Map::new(),
    };
    configure(call, &mut version)?;
    if version.handler.is_empty() && version.runtime == Runtime::Erlang {
        return Err(ApiError::invalid("Handler is mandatory: module:function"));
    }
    let zip = code_bytes(call, &code).await?;
    store_code(call, &mut version, zip).await?;
    let tags = string_map(call.input.get("Tags"));
    tags::check_count(tags.len())?;
    let mut record = Function {
        name: function,
        latest: Arc::new(version),
        created_ms: now_ms,
        next_version: 1,
        aliases: BTreeMap::new(),
        reserved_concurrency: None,
        provisioned: BTreeMap::new(),
        event_configs: BTreeMap::new(),
        urls: BTreeMap::new(),
        policies: BTreeMap::new(),
        tags,
        shown: Map::new(),
        versions: BTreeMap::new(),
    };
    let published =
        flag(call, "Publish").then(|| versions::publish_now(&mut record, call)).transpose()?;
    let created = call.platform.create(record).await?;
    let account = &call.platform.account;
    Ok(match published {
        Some(version) => show::version_of(account, &version, Some(&version.version)),
        None => show::version_of(account, &created.latest, None),
    })
}

/// The engine of a runtime's name.
fn runtime(name: &str) -> Result<Runtime, ApiError> {
    match name {
        "erlang" | "erlang-otp" => Ok(Runtime::Erlang),
        "provided" | "provided.al2" | "provided.al2023" => Ok(Runtime::Provided),
        other => Err(ApiError::invalid(format!(
            "The runtime {other} is not one of Beamlet's: erlang, erlang-otp, provided, \
             provided.al2, provided.al2023"
        ))),
    }
}

/// The machine's own architecture, in AWS's words.
fn machine() -> &'static str {
    if std::env::consts::ARCH == "aarch64" { "arm64" } else { "x86_64" }
}

fn architecture(input: &Map<String, Value>) -> Result<String, ApiError> {
    let wanted = input.get("Architectures").and_then(|list| list.get(0)).and_then(Value::as_str);
    Ok(wanted.unwrap_or(machine()).to_owned())
}

/// Applies the settings that a request has to a version.
fn configure(call: &Call<'_>, version: &mut FunctionVersion) -> Result<(), ApiError> {
    let input = &call.input;
    for (member, field) in [
        ("Handler", &mut version.handler),
        ("Role", &mut version.role),
        ("Description", &mut version.description),
    ] {
        if let Some(text) = call.text(member) {
            *field = text.to_owned();
        }
    }
    if let Some(name) = call.text("Runtime") {
        version.runtime = runtime(name)?;
        version.runtime_name = name.to_owned();
    }
    if let Some(mb) = call.number("MemorySize") {
        version.memory_mb = u32::try_from(mb).unwrap_or(u32::MAX).clamp(128, 10_240);
    }
    if let Some(s) = call.number("Timeout") {
        if s > 900 {
            return Err(ApiError::new(
                "ValidationException",
                format!(
                    "1 validation error detected: Value '{s}' at 'timeout' failed to satisfy \
                 constraint: Member must have value less than or equal to 900"
                ),
            ));
        }
        version.timeout_s = s as u32;
    }
    if let Some(mb) = input.get("EphemeralStorage").and_then(|e| e["Size"].as_u64()) {
        version.ephemeral_mb = mb as u32;
    }
    if let Some(environment) = input.get("Environment") {
        let variables = string_map(environment.get("Variables"));
        let bytes: usize = variables.iter().map(|(name, value)| name.len() + value.len()).sum();
        if bytes > ENVIRONMENT_BYTES_MAX {
            return Err(ApiError::invalid(format!(
                "Lambda was unable to configure your environment variables because the \
                 environment variables you have provided exceeded the 4KB limit: {bytes} bytes"
            )));
        }
        if let Some(name) = variables.keys().find(|n| RESERVED_VARIABLES.contains(&n.as_str())) {
            return Err(ApiError::invalid(format!(
                "Lambda was unable to configure your environment variables because the \
                 environment variables you have provided contains reserved keys that are \
                 currently not supported for modification. Reserved keys used in this request: \
                 {name}"
            )));
        }
        version.environment = variables;
    }
    if let Some(config) = input.get("DeadLetterConfig") {
        let arn = config["TargetArn"].as_str().filter(|arn| !arn.is_empty());
        version.dead_letter_arn = arn.map(str::to_owned);
        if let Some(arn) = arn.filter(|arn| function_of(arn).is_none()) {
            tracing::warn!(
                arn,
                function = &*version.function,
                "events for this dead-letter target stay in the store: beamlet failed list"
            );
        }
    }
    if let Some(group) = input.get("LoggingConfig").and_then(|config| config["LogGroup"].as_str()) {
        if !Logs::accepts(group) {
            return Err(ApiError::invalid(format!(
                "The name of the log group {group} is too long for Beamlet, where each character \
                 but letters, digits, '-', '_' and '.' counts three times and 255 are the most"
            )));
        }
        version.log_group = group.to_owned();
    }
    if let Some(arns) = input.get("Layers").and_then(Value::as_array) {
        version.layers = layers::resolve(call, arns.iter().filter_map(Value::as_str))?;
    }
    for name in show::SHOWN {
        if let Some(value) = input.get(*name) {
            version.shown.insert((*name).to_owned(), value.clone());
        }
    }
    let slots = version.shown.get("CapacityProviderConfig").and_then(|config| {
        config["LambdaManagedInstancesCapacityProviderConfig"]
            ["PerExecutionEnvironmentMaxConcurrency"]
            .as_u64()
    });
    version.concurrency_per_environment = slots.unwrap_or(1).clamp(1, 1600) as u32;
    Ok(())
}

pub(super) fn get(call: &Call<'_>) -> Result<Value, ApiError> {
    let (function, qualifier) = call.function()?;
    let version = qualified(call, &function, qualifier.as_deref())?;
    let account = &call.platform.account;
    let mut answer = json!({
        "Configuration": show::version_of(account, &version, qualifier.as_deref()),
        "Code": {
            "RepositoryType": "S3",
            "Location": call.blob_location(&version.code_sha256),
        },
    });
    let object = answer.as_object_mut().expect("it is an object");
    show::tags(&function, object);
    if let Some(reserved) = function.reserved_concurrency {
        object.insert("Concurrency".into(), json!({ "ReservedConcurrentExecutions": reserved }));
    }
    Ok(answer)
}

pub(super) fn get_configuration(call: &Call<'_>) -> Result<Value, ApiError> {
    let (function, qualifier) = call.function()?;
    let version = qualified(call, &function, qualifier.as_deref())?;
    Ok(show::version_of(&call.platform.account, &version, qualifier.as_deref()))
}

pub(super) fn list(call: &Call<'_>) -> Result<Value, ApiError> {
    let account = &call.platform.account;
    let all = call.text("FunctionVersion") == Some("ALL");
    let functions = call.platform.catalog.functions();
    let rows = functions.iter().flat_map(|function| {
        let latest = std::iter::once((function.name.to_string(), &function.latest, None));
        let published = function.versions.values().filter(move |_| all).map(|version| {
            let number = version.version.parse::<u64>().unwrap_or(0);
            (format!("{}:{number:012}", function.name), version, Some(&*version.version))
        });
        latest.chain(published)
    });
    let rows = rows.map(|(key, version, qualifier)| {
        (key, (version, if all { qualifier.or(Some(LATEST)) } else { None }))
    });
    let (page, marker) = call.page(rows, 50);
    let page = page.into_iter().map(|(v, qualifier)| show::version_of(account, v, qualifier));
    Ok(listed("Functions", page.collect(), marker))
}

pub(super) async fn update_code(call: &Call<'_>) -> Result<Value, ApiError> {
    let (function, _) = call.function()?;
    check_revision(call.text("RevisionId"), &function.latest.revision)?;
    let zip = code_bytes(call, &call.input).await?;
    let mut version = (*function.latest).clone();
    if call.input.contains_key("Architectures") {
        version.architecture = architecture(&call.input)?;
    }
    store_code(call, &mut version, zip).await?;
    if flag(call, "DryRun") {
        return Ok(show::version_of(&call.platform.account, &version, None));
    }
    replace_latest(call, &function, version).await
}

pub(super) async fn update_configuration(call: &Call<'_>) -> Result<Value, ApiError> {
    let (function, _) = call.function()?;
    check_revision(call.text("RevisionId"), &function.latest.revision)?;
    let mut version = (*function.latest).clone();
    configure(call, &mut version)?;
    let changed = version.handler != function.latest.handler
        || version.runtime != function.latest.runtime
        || version.layers != function.latest.layers;
    if changed {
        // The package that is there must have what the new settings name.
        let path = call.platform.store.blob(&version.code_sha256);
        let layered = !version.layers.is_empty();
        let (runtime, handler) = (version.runtime, version.handler.clone());
        let task = tokio::task::spawn_blocking(move || -> Result<(), ApiError> {
            let zip = fs::read(&path).map_err(|error| ApiError::service(&error))?;
            let mut package = Package::read(&zip).map_err(refused)?;
            package.check(runtime, &handler, layered).map_err(refused)
        });
        task.await.map_err(|error| ApiError::service(&error))??;
    }
    replace_latest(call, &function, version).await
}

/// Makes a version the latest, if the one it was made from still is.
async fn replace_latest(
    call: &Call<'_>,
    from: &Function,
    mut version: FunctionVersion,
) -> Result<Value, ApiError> {
    version.id = call.platform.catalog.next_version_id();
    version.modified_ms = show::now_ms();
    version.revision = show::revision();
    let known = from.latest.revision.clone();
    let (after, published) = call
        .change(&from.name, |function| {
            if function.latest.revision != known {
                return Err(ApiError::conflict(format!(
                    "The operation cannot be performed at this time. An update is in progress \
                     for resource: {}",
                    function.name
                )));
            }
            function.latest = Arc::new(version);
            flag(call, "Publish").then(|| versions::publish_now(function, call)).transpose()
        })
        .await?;
    let account = &call.platform.account;
    Ok(match published {
        Some(version) => show::version_of(account, &version, Some(&version.version)),
        None => show::version_of(account, &after.latest, None),
    })
}

pub(super) async fn delete(call: &Call<'_>) -> Result<Value, ApiError> {
    let (function, qualifier) = call.function()?;
    match qualifier.as_deref() {
        None => {
            call.platform.delete(&function.name).await?;
        }
        Some(LATEST) => {
            return Err(ApiError::invalid(
                "$LATEST version cannot be deleted without deleting the function.",
            ));
        }
        Some(number) => {
            let Ok(key) = number.parse::<u64>() else {
                return Err(ApiError::invalid("Deletion of aliases is not currently supported."));
            };
            call.change(&function.name, |function| {
                let user = function.aliases.values().find(|alias| {
                    alias.version == number
                        || alias.weighted.as_ref().is_some_and(|(second, _)| second == number)
                });
                if let Some(alias) = user {
                    return Err(ApiError::conflict(format!(
                        "Version {number} is used by the alias {}",
                        alias.name
                    )));
                }
                function.versions.remove(&key);
                Ok(())
            })
            .await?;
        }
    }
    Ok(Value::Null)
}
