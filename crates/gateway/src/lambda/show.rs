//! How records are shown: AWS's shapes of functions, layers and times.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use beamlet_platform::function::{Account, Function, FunctionVersion};
use jiff::Timestamp;
use serde_json::{Map, Value, json};

/// A time as Lambda writes it in most places: `2026-11-23T08:00:00.000+0000`.
pub(super) fn time(ms: u64) -> String {
    let time = Timestamp::from_millisecond(ms as i64).unwrap_or_default();
    time.strftime("%Y-%m-%dT%H:%M:%S%.3f+0000").to_string()
}

/// A time as a number of seconds, where the model says timestamp in JSON.
pub(super) fn seconds(ms: u64) -> f64 {
    ms as f64 / 1000.0
}

pub(super) fn now_ms() -> u64 {
    Timestamp::now().as_millisecond().max(0) as u64
}

/// A SHA-256 in hexadecimal as AWS shows it: in base64.
pub(super) fn sha256(hexadecimal: &str) -> String {
    STANDARD.encode(hex::decode(hexadecimal).unwrap_or_default())
}

pub(super) fn revision() -> String {
    uuid::Uuid::new_v4().to_string()
}

/// Members of requests that are accepted and shown.
pub(super) const SHOWN: &[&str] = &[
    "VpcConfig",
    "KMSKeyArn",
    "TracingConfig",
    "FileSystemConfigs",
    "ImageConfig",
    "SnapStart",
    "LoggingConfig",
    "DurableConfig",
    "CapacityProviderConfig",
    "TenancyConfig",
];

/// `FunctionConfiguration`.
pub(super) fn configuration(account: &Account, version: &FunctionVersion, arn: String) -> Value {
    let mut shown = json!({
        "FunctionName": version.function,
        "FunctionArn": arn,
        "Runtime": version.runtime_name,
        "Role": version.role,
        "Handler": version.handler,
        "CodeSize": version.code_bytes,
        "Description": version.description,
        "Timeout": version.timeout_s,
        "MemorySize": version.memory_mb,
        "LastModified": time(version.modified_ms),
        "CodeSha256": sha256(&version.code_sha256),
        "Version": version.version,
        "TracingConfig": { "Mode": "PassThrough" },
        "RevisionId": version.revision,
        "State": "Active",
        "LastUpdateStatus": "Successful",
        "PackageType": "Zip",
        "Architectures": [version.architecture],
        "EphemeralStorage": { "Size": version.ephemeral_mb },
        "SnapStart": { "ApplyOn": "None", "OptimizationStatus": "Off" },
        "RuntimeVersionConfig": {
            "RuntimeVersionArn":
                format!("arn:aws:lambda:{}::runtime:{}", account.region, version.runtime_name),
        },
        "LoggingConfig": { "LogFormat": "Text", "LogGroup": version.log_group },
    });
    let object = shown.as_object_mut().expect("it is an object");
    if !version.environment.is_empty() {
        object.insert("Environment".into(), json!({ "Variables": version.environment }));
    }
    if let Some(arn) = &version.dead_letter_arn {
        object.insert("DeadLetterConfig".into(), json!({ "TargetArn": arn }));
    }
    if !version.layers.is_empty() {
        let layers = version.layers.iter();
        let layers: Vec<Value> =
            layers.map(|l| json!({ "Arn": l.arn, "CodeSize": l.code_bytes })).collect();
        object.insert("Layers".into(), layers.into());
    }
    for (name, value) in &version.shown {
        match (object.get_mut(name), value) {
            (Some(Value::Object(shown)), Value::Object(given)) => {
                shown.extend(given.iter().map(|(k, v)| (k.clone(), v.clone())));
            }
            _ => {
                object.insert(name.clone(), value.clone());
            }
        }
    }
    shown
}

/// `FunctionConfiguration` of a version under its own ARN; `$LATEST` without one has none.
pub(super) fn version_of(
    account: &Account,
    version: &FunctionVersion,
    qualifier: Option<&str>,
) -> Value {
    configuration(account, version, account.function_arn(&version.function, qualifier))
}

/// The tags of a function, if it has any.
pub(super) fn tags(function: &Function, object: &mut Map<String, Value>) {
    if !function.tags.is_empty() {
        object.insert("Tags".into(), json!(function.tags));
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_time_is_written_as_lambda_writes_it() {
        // AWS Lambda API reference, GetFunctionConfiguration: "2019-09-24T18:20:35.054+0000".
        assert_eq!(super::time(1_569_349_235_054), "2019-09-24T18:20:35.054+0000");
    }
}
