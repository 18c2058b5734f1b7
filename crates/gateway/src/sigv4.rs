//! Checks AWS Signature Version 4: of a request's headers, or of a presigned URL.
//!
//! ```text
//!  request ─► canonical request ─► string to sign ─┐
//!  secret ──► key of day, region, service ─────────┴─► HMAC ─► compared in constant time
//! ```
//!
//! AWS: "Create a signed AWS API request". A request may name any region and service: there is
//! one server, and it answers for all of them.

use hmac::{Hmac, KeyInit, Mac};
use http::HeaderMap;
use jiff::Timestamp;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::error::ApiError;
use crate::model::query_pairs;

/// AWS: a signature holds for 5 minutes around its time.
const SKEW_S: i64 = 300;

/// AWS: a presigned URL holds for at most 7 days.
const EXPIRES_S_MAX: i64 = 604_800;

const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// What AWS's canonical form does not percent-encode.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Who may call the API.
#[derive(Clone)]
pub struct Credentials {
    pub access_key_id: String,
    pub secret_access_key: String,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Credentials({}, …)", self.access_key_id)
    }
}

/// What of a request a signature covers.
pub struct Signed<'a> {
    pub method: &'a str,
    /// As it stands in the request line, without the query.
    pub path: &'a str,
    pub query: &'a str,
    pub headers: &'a HeaderMap,
    pub body: &'a [u8],
}

/// The parts of a signature, from wherever they stood.
struct Claim {
    scope: String,
    signed_headers: String,
    signature: String,
    time: String,
    /// Seconds that it holds for, from its time on, if presigned.
    expires_s: Option<i64>,
}

/// Checks a request against the server's credentials.
pub fn verify(
    request: &Signed<'_>,
    credentials: &Credentials,
    now: Timestamp,
) -> Result<(), ApiError> {
    let claim = claim(request)?;
    let mut scope = claim.scope.splitn(2, '/');
    let (key_id, scope) = (scope.next().unwrap_or_default(), scope.next().unwrap_or_default());
    let parts: Vec<&str> = scope.split('/').collect();
    let [day, region, service, "aws4_request"] = parts[..] else {
        return Err(incomplete("Credential should be KEY/DATE/REGION/SERVICE/aws4_request"));
    };
    check_time(&claim, day, now)?;
    let key = signing_key(&credentials.secret_access_key, day, region, service);
    let canonical = canonical_request(request, &claim, service)?;
    let to_sign =
        format!("{ALGORITHM}\n{}\n{scope}\n{}", claim.time, hex::encode(Sha256::digest(canonical)));
    let expected = hex::encode(mac(&key, to_sign.as_bytes()));
    let same_signature = expected.as_bytes().ct_eq(claim.signature.as_bytes());
    let same_key = key_id.as_bytes().ct_eq(credentials.access_key_id.as_bytes());
    if !bool::from(same_key) {
        return Err(ApiError::new(
            "UnrecognizedClientException",
            "The security token included in the request is invalid.",
        ));
    }
    if !bool::from(same_signature) {
        return Err(ApiError::new(
            "InvalidSignatureException",
            "The request signature we calculated does not match the signature you provided. \
             Check your AWS Secret Access Key and signing method. Consult the service \
             documentation for details.",
        ));
    }
    Ok(())
}

/// Whether a request says that it is signed with the server's key: worth reading its body.
pub fn names_key(parts: &http::request::Parts, credentials: &Credentials) -> bool {
    let id = &credentials.access_key_id;
    let header = parts.headers.get("authorization").and_then(|value| value.to_str().ok());
    let query = parts.uri.query().unwrap_or("");
    header.is_some_and(|header| header.contains(&format!("Credential={id}/")))
        || query_pairs(query)
            .any(|(name, value)| name == "X-Amz-Credential" && value.starts_with(&format!("{id}/")))
}

fn incomplete(message: &str) -> ApiError {
    ApiError::new("IncompleteSignatureException", message)
}

fn claim(request: &Signed<'_>) -> Result<Claim, ApiError> {
    let header = |name: &str| request.headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(authorization) = header("authorization") {
        let rest = authorization.strip_prefix(ALGORITHM).ok_or_else(|| {
            incomplete("The Authorization header does not begin with AWS4-HMAC-SHA256")
        })?;
        let part = |name: &str| {
            rest.split(',')
                .find_map(|part| part.trim().strip_prefix(name)?.strip_prefix('='))
                .map(str::to_owned)
                .ok_or_else(|| incomplete(&format!("The Authorization header has no {name}")))
        };
        return Ok(Claim {
            scope: part("Credential")?,
            signed_headers: part("SignedHeaders")?,
            signature: part("Signature")?,
            time: header("x-amz-date")
                .ok_or_else(|| incomplete("The request has no X-Amz-Date header"))?
                .to_owned(),
            expires_s: None,
        });
    }
    let parameter =
        |wanted: &str| query_pairs(request.query).find(|(name, _)| name == wanted).map(|p| p.1);
    if parameter("X-Amz-Algorithm").as_deref() != Some(ALGORITHM) {
        return Err(ApiError::new(
            "MissingAuthenticationTokenException",
            "Missing Authentication Token: sign the request with the server's credentials",
        ));
    }
    let part =
        |name: &str| parameter(name).ok_or_else(|| incomplete(&format!("The query has no {name}")));
    let expires_s = part("X-Amz-Expires")?.parse::<i64>().ok();
    let expires_s = expires_s.filter(|s| (1..=EXPIRES_S_MAX).contains(s));
    Ok(Claim {
        scope: part("X-Amz-Credential")?,
        signed_headers: part("X-Amz-SignedHeaders")?,
        signature: part("X-Amz-Signature")?,
        time: part("X-Amz-Date")?,
        expires_s: Some(expires_s.ok_or_else(|| {
            incomplete("X-Amz-Expires should be a number of seconds from 1 to 604800")
        })?),
    })
}

fn check_time(claim: &Claim, day: &str, now: Timestamp) -> Result<(), ApiError> {
    let time = jiff::civil::DateTime::strptime("%Y%m%dT%H%M%SZ", &claim.time)
        .ok()
        .and_then(|time| time.to_zoned(jiff::tz::TimeZone::UTC).ok())
        .ok_or_else(|| incomplete("X-Amz-Date should be of the form YYYYMMDDTHHMMSSZ"))?
        .timestamp();
    if !claim.time.starts_with(day) {
        return Err(ApiError::new(
            "InvalidSignatureException",
            "The date of the credential's scope is not that of the request.",
        ));
    }
    let age_s = now.as_second() - time.as_second();
    let limit_s = claim.expires_s.unwrap_or(SKEW_S);
    if age_s > limit_s || age_s < -SKEW_S {
        let what = if age_s > 0 { "Signature expired" } else { "Signature not yet current" };
        return Err(ApiError::new(
            "InvalidSignatureException",
            format!("{what}: {} is not within {limit_s} s of {now}", claim.time),
        ));
    }
    Ok(())
}

fn signing_key(secret: &str, day: &str, region: &str, service: &str) -> [u8; 32] {
    let mut key = mac(format!("AWS4{secret}").as_bytes(), day.as_bytes());
    for part in [region, service, "aws4_request"] {
        key = mac(&key, part.as_bytes());
    }
    key
}

fn mac(key: &[u8], data: &[u8]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("a key of any length is taken");
    mac.update(data);
    mac.finalize().into_bytes().into()
}

fn canonical_request(
    request: &Signed<'_>,
    claim: &Claim,
    service: &str,
) -> Result<String, ApiError> {
    // Every service but S3 encodes the path that stands in the request once more.
    let path = if service == "s3" {
        request.path.to_owned()
    } else {
        let segments = request.path.split('/').map(|s| utf8_percent_encode(s, UNRESERVED));
        segments.map(|segment| segment.to_string()).collect::<Vec<_>>().join("/")
    };
    let encode = |text: &str| utf8_percent_encode(text, UNRESERVED).to_string();
    let mut pairs: Vec<(String, String)> = query_pairs(request.query)
        .filter(|(name, _)| name != "X-Amz-Signature")
        .map(|(name, value)| (encode(&name), encode(&value)))
        .collect();
    pairs.sort();
    let query: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let mut headers = String::new();
    let mut covers_host = false;
    for name in claim.signed_headers.split(';') {
        covers_host |= name == "host";
        let values: Vec<String> = request
            .headers
            .get_all(name)
            .iter()
            .map(|value| {
                let text = String::from_utf8_lossy(value.as_bytes());
                text.split_whitespace().collect::<Vec<_>>().join(" ")
            })
            .collect();
        if values.is_empty() {
            return Err(incomplete(&format!("The signed header {name} is not in the request")));
        }
        headers.push_str(&format!("{name}:{}\n", values.join(",")));
    }
    if !covers_host {
        return Err(incomplete("'Host' must be a 'SignedHeader' in the AWS Authorization."));
    }
    // A presigned URL signs no body, unless it says so.
    let claimed = request.headers.get("x-amz-content-sha256").and_then(|v| v.to_str().ok());
    let body = match claimed {
        Some(claimed) => {
            let unsigned = claimed == "UNSIGNED-PAYLOAD";
            if !unsigned && claimed != hex::encode(Sha256::digest(request.body)) {
                return Err(ApiError::new(
                    "InvalidSignatureException",
                    "The body is not the one that X-Amz-Content-Sha256 says.",
                ));
            }
            claimed.to_owned()
        }
        None => hex::encode(Sha256::digest(request.body)),
    };
    Ok(format!(
        "{}\n{path}\n{}\n{headers}\n{}\n{body}",
        request.method,
        query.join("&"),
        claim.signed_headers
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_sigv4::http_request::{
        SignableBody, SignableRequest, SignatureLocation, SigningSettings, sign,
    };
    use aws_sigv4::sign::v4;
    use std::time::{Duration, SystemTime};

    const NOW_S: u64 = 1_795_000_000;

    fn credentials() -> Credentials {
        Credentials {
            access_key_id: "AKIDEXAMPLE".into(),
            secret_access_key: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY".into(),
        }
    }

    /// Signs as AWS's own SDK does; returns the headers and the query of the signed request.
    fn signed(
        path: &str,
        query: &str,
        body: &[u8],
        location: SignatureLocation,
    ) -> (HeaderMap, String) {
        let Credentials { access_key_id, secret_access_key } = credentials();
        let identity = aws_credential_types::Credentials::new(
            access_key_id,
            secret_access_key,
            None,
            None,
            "test",
        )
        .into();
        let mut settings = SigningSettings::default();
        settings.signature_location = location;
        if location == SignatureLocation::QueryParams {
            settings.expires_in = Some(Duration::from_secs(900));
        }
        let params = v4::SigningParams::builder()
            .identity(&identity)
            .region("eu-central-1")
            .name("lambda")
            .time(SystemTime::UNIX_EPOCH + Duration::from_secs(NOW_S))
            .settings(settings)
            .build()
            .unwrap()
            .into();
        let url = format!("http://localhost:9099{path}?{query}");
        let given = [("host", "localhost:9099"), ("x-amz-spaced", "a   b  c")];
        let request =
            SignableRequest::new("POST", url, given.into_iter(), SignableBody::Bytes(body));
        let (instructions, _) = sign(request.unwrap(), &params).unwrap().into_parts();
        let mut headers = HeaderMap::new();
        let added = instructions.headers().collect::<Vec<_>>();
        for (name, value) in given.into_iter().chain(added) {
            let name = http::HeaderName::from_bytes(name.as_bytes()).unwrap();
            headers.insert(name, value.parse().unwrap());
        }
        let mut query = query.to_owned();
        for (name, value) in instructions.params() {
            let encoded = utf8_percent_encode(value, UNRESERVED);
            query.push_str(&format!("&{name}={encoded}"));
        }
        (headers, query)
    }

    fn check(
        path: &str,
        query: &str,
        headers: &HeaderMap,
        body: &[u8],
        at_s: u64,
    ) -> Result<(), ApiError> {
        let request = Signed { method: "POST", path, query, headers, body };
        verify(&request, &credentials(), Timestamp::from_second(at_s as i64).unwrap())
    }

    #[test]
    fn what_the_sdk_signs_is_accepted_and_what_was_changed_is_not() {
        let path = "/2015-03-31/functions/arn%3Aaws%3Alambda%3Aus-east-1%3A123456789012%3Afunction%3Af/invocations";
        for location in [SignatureLocation::Headers, SignatureLocation::QueryParams] {
            let body: &[u8] =
                if location == SignatureLocation::Headers { b"{\"a\":1}" } else { b"" };
            let (headers, query) = signed(path, "Qualifier=live&Marker=a%20b%2Fc", body, location);
            check(path, &query, &headers, body, NOW_S).unwrap();
            let code = |result: Result<(), ApiError>| result.unwrap_err().code;
            let changed_path = path.replace("invocations", "policy");
            assert_eq!(
                code(check(&changed_path, &query, &headers, body, NOW_S)),
                "InvalidSignatureException"
            );
            let changed_query = query.replace("live", "dead");
            assert_eq!(
                code(check(path, &changed_query, &headers, body, NOW_S)),
                "InvalidSignatureException"
            );
            assert_eq!(
                code(check(path, &query, &headers, b"other", NOW_S)),
                "InvalidSignatureException"
            );
            let mut changed = headers.clone();
            changed.insert("x-amz-spaced", "other".parse().unwrap());
            assert_eq!(
                code(check(path, &query, &changed, body, NOW_S)),
                "InvalidSignatureException"
            );
        }
    }

    #[test]
    fn a_signature_holds_for_its_time() {
        let (headers, query) = signed("/", "a=b", b"", SignatureLocation::Headers);
        check("/", &query, &headers, b"", NOW_S + 299).unwrap();
        check("/", &query, &headers, b"", NOW_S - 299).unwrap();
        assert!(check("/", &query, &headers, b"", NOW_S + 301).is_err());
        assert!(check("/", &query, &headers, b"", NOW_S - 301).is_err());
        let (headers, query) = signed("/", "a=b", b"", SignatureLocation::QueryParams);
        check("/", &query, &headers, b"", NOW_S + 899).unwrap();
        assert!(check("/", &query, &headers, b"", NOW_S + 901).is_err());
    }

    #[test]
    fn requests_without_a_signature_are_told_so() {
        let error = check("/", "", &HeaderMap::new(), b"", NOW_S).unwrap_err();
        assert_eq!(error.code, "MissingAuthenticationTokenException");
        let mut headers = HeaderMap::new();
        for broken in [
            "Basic abc",
            "AWS4-HMAC-SHA256 x",
            "AWS4-HMAC-SHA256 Credential=a,SignedHeaders=b,Signature=c",
        ] {
            headers.insert("authorization", broken.parse().unwrap());
            headers.insert("x-amz-date", "20261123T000000Z".parse().unwrap());
            let error = check("/", "", &headers, b"", NOW_S).unwrap_err();
            assert_eq!(error.code, "IncompleteSignatureException", "{broken}");
        }
    }
}
