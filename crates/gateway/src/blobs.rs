//! Links to packages: what `GetFunction` calls `Code.Location`.
//!
//! A link holds for ten minutes, as AWS's does, and for this run of the server: its key is made
//! at start.

use beamlet_platform::platform::Platform;
use hmac::{Hmac, KeyInit, Mac};
use http::{HeaderValue, Response, StatusCode, header};
use jiff::Timestamp;
use sha2::Sha256;

use crate::body::{Body, full};
use crate::error::ApiError;
use crate::model::query_pairs;

/// AWS: 10 minutes.
const HOLDS_S: i64 = 600;

/// Makes links and follows them.
pub struct Links {
    key: [u8; 32],
}

impl Links {
    #[expect(clippy::new_without_default, reason = "each has a key of its own")]
    pub fn new() -> Links {
        Links { key: rand::random() }
    }

    /// The link to a package, by its SHA-256 in hexadecimal.
    pub fn make(&self, host: &str, sha256: &str) -> String {
        let until = Timestamp::now().as_second() + HOLDS_S;
        let token = hex::encode(self.mac(sha256, until).finalize().into_bytes());
        format!("http://{host}/beamlet/blobs/{sha256}?until={until}&token={token}")
    }

    fn mac(&self, sha256: &str, until: i64) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).expect("a key of any length");
        mac.update(format!("{sha256}/{until}").as_bytes());
        mac
    }

    /// Whether a link is one of ours and still holds.
    fn holds(&self, sha256: &str, query: &str, now_s: i64) -> bool {
        let parameter =
            |wanted: &str| query_pairs(query).find(|(name, _)| name == wanted).map(|p| p.1);
        let until = parameter("until").and_then(|until| until.parse::<i64>().ok());
        let token = parameter("token").and_then(|token| hex::decode(token).ok());
        match (until, token) {
            (Some(until), Some(token)) => {
                until >= now_s && self.mac(sha256, until).verify_slice(&token).is_ok()
            }
            _ => false,
        }
    }

    pub async fn answer(&self, platform: &Platform, path: &str, query: &str) -> Response<Body> {
        let sha256 = path.rsplit('/').next().unwrap_or_default();
        if !self.holds(sha256, query, Timestamp::now().as_second()) {
            return ApiError::new(
                "AccessDeniedException",
                "this link has expired: ask GetFunction for another one",
            )
            .rest_json();
        }
        match tokio::fs::read(platform.store.blob(sha256)).await {
            Ok(bytes) => {
                let mut response = Response::new(full(bytes));
                let kind = HeaderValue::from_static("application/zip");
                response.headers_mut().insert(header::CONTENT_TYPE, kind);
                response
            }
            Err(_) => {
                let mut response = ApiError::not_found("the package is gone").rest_json();
                *response.status_mut() = StatusCode::NOT_FOUND;
                response
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_holds_for_its_package_and_its_time() {
        let links = Links::new();
        let link = links.make("localhost", "ab12");
        let query = link.split_once('?').unwrap().1;
        let now = Timestamp::now().as_second();
        assert!(links.holds("ab12", query, now));
        assert!(!links.holds("ab13", query, now));
        assert!(!links.holds("ab12", query, now + HOLDS_S + 60));
        assert!(!links.holds("ab12", &query.replace("until=", "until=9"), now));
        assert!(!Links::new().holds("ab12", query, now));
    }
}
