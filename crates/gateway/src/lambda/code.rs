//! Packages of functions and layers: where they come from, what is checked, when they go.

use std::fs;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use beamlet_platform::function::FunctionVersion;
use beamlet_platform::package::{self, Package};
use beamlet_platform::process::code_folder;
use serde_json::{Map, Value};

use super::{Call, account};
use crate::error::ApiError;

/// The zip that a request brings or names.
pub(super) async fn code_bytes(
    call: &Call<'_>,
    code: &Map<String, Value>,
) -> Result<Vec<u8>, ApiError> {
    if code.contains_key("ImageUri") {
        return Err(images());
    }
    if let Some(zip) = code.get("ZipFile").and_then(Value::as_str) {
        let bytes = STANDARD.decode(zip).unwrap_or_default();
        if bytes.len() > package::ZIPPED_BYTES_MAX {
            return Err(ApiError::new(
                "RequestTooLargeException",
                format!(
                    "the package has {} bytes, and {} are the most",
                    bytes.len(),
                    package::ZIPPED_BYTES_MAX
                ),
            ));
        }
        return Ok(bytes);
    }
    let (Some(bucket), Some(key)) =
        (code.get("S3Bucket").and_then(Value::as_str), code.get("S3Key").and_then(Value::as_str))
    else {
        return Err(ApiError::invalid(
            "Please provide a source for function code: ZipFile, or S3Bucket with S3Key",
        ));
    };
    let Some(endpoint) = &call.edge.s3 else {
        return Err(ApiError::invalid(format!(
            "Code.S3Bucket {bucket:?} cannot be read: the server was started without \
             --s3-endpoint. Start it with one, or send the package as ZipFile."
        )));
    };
    crate::s3::get(endpoint, &call.platform.account.region, bucket, key, package::ZIPPED_BYTES_MAX)
        .await
}

/// Checks a package, keeps it, and unpacks it.
pub(super) async fn store_code(
    call: &Call<'_>,
    version: &mut FunctionVersion,
    zip: Vec<u8>,
) -> Result<(), ApiError> {
    let store = call.platform.store.clone();
    let data = call.platform.data.clone();
    let (runtime, handler) = (version.runtime, version.handler.clone());
    let layered = !version.layers.is_empty();
    account::check_code_storage(call, zip.len() as u64)?;
    let task = tokio::task::spawn_blocking(move || -> Result<(String, u64), ApiError> {
        let mut package = Package::read(&zip).map_err(refused)?;
        package.check(runtime, &handler, layered).map_err(refused)?;
        let sha256 = store.put_blob(&zip).map_err(|error| ApiError::service(&error))?;
        package.unpack(&code_folder(&data, &sha256)).map_err(refused)?;
        Ok((sha256, zip.len() as u64))
    });
    let (sha256, bytes) = task.await.map_err(|error| ApiError::service(&error))??;
    version.code_sha256 = sha256;
    version.code_bytes = bytes;
    if layered {
        let layers = version.layers.iter().map(|layer| &*layer.code_sha256);
        let digests: Vec<&str> = layers.chain([&*version.code_sha256]).collect();
        check_unzipped(call, &digests)?;
    }
    Ok(())
}

/// A package's fault as an error of the API.
pub(super) fn refused(error: package::Error) -> ApiError {
    match &error {
        package::Error::NotAZip(_) => ApiError::invalid(format!(
            "Could not unzip uploaded file. Please check your file, then try to upload again: {error}"
        )),
        package::Error::TooLarge => ApiError::invalid(format!(
            "Unzipped size must be smaller than {} bytes",
            package::UNZIPPED_BYTES_MAX
        )),
        package::Error::Io { .. } => ApiError::service(&error),
        other => ApiError::invalid(other.to_string()),
    }
}

pub(super) fn images() -> ApiError {
    ApiError::invalid("Beamlet runs zip packages; container images (ImageUri) are not supported")
}

/// Unzipped bytes of a package and its layers together; AWS limits them.
fn check_unzipped(call: &Call<'_>, digests: &[&str]) -> Result<(), ApiError> {
    fn bytes(folder: &std::path::Path) -> u64 {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        entries
            .map(|entry| match entry.file_type() {
                Ok(kind) if kind.is_dir() => bytes(&entry.path()),
                _ => entry.metadata().map_or(0, |metadata| metadata.len()),
            })
            .sum()
    }
    let total: u64 =
        digests.iter().map(|digest| bytes(&code_folder(&call.platform.data, digest))).sum();
    if total > package::UNZIPPED_BYTES_MAX {
        return Err(ApiError::invalid(format!(
            "Function code combined with layers exceeds the maximum allowed size of {} bytes. \
             The actual size is {total} bytes.",
            package::UNZIPPED_BYTES_MAX
        )));
    }
    Ok(())
}
