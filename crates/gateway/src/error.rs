//! Errors as AWS's clients read them.

use http::{HeaderValue, Response, StatusCode};
use serde_json::{Map, Value};

use crate::body::{Body, full};
use crate::model::lambda::ERRORS;

/// An error of the API: its name, a message, and further members of its JSON.
#[derive(Clone, Debug, PartialEq)]
pub struct ApiError {
    pub status: StatusCode,
    pub code: &'static str,
    pub message: String,
    pub more: Vec<(&'static str, Value)>,
}

/// Errors that AWS's services share, which the model of Lambda does not have.
const COMMON: &[(&str, u16, &str)] = &[
    ("ValidationException", 400, "message"),
    ("AccessDeniedException", 403, "Message"),
    ("MissingAuthenticationTokenException", 403, "message"),
    ("IncompleteSignatureException", 400, "message"),
    ("InvalidSignatureException", 403, "message"),
    ("UnrecognizedClientException", 403, "message"),
    ("UnknownOperationException", 404, "message"),
    ("MethodNotAllowedException", 405, "message"),
    ("NotImplementedException", 501, "message"),
];

impl ApiError {
    /// The error of that name; its HTTP code is the service model's.
    pub fn new(code: &'static str, message: impl Into<String>) -> ApiError {
        let row = COMMON.iter().chain(ERRORS).find(|(name, ..)| *name == code);
        let status = row.and_then(|(_, status, _)| StatusCode::from_u16(*status).ok());
        ApiError {
            status: status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            code,
            message: message.into(),
            more: Vec::new(),
        }
    }

    /// With a further member.
    pub fn with(mut self, name: &'static str, value: impl Into<Value>) -> ApiError {
        self.more.push((name, value.into()));
        self
    }

    pub fn not_found(message: impl Into<String>) -> ApiError {
        ApiError::new("ResourceNotFoundException", message).with("Type", "User")
    }

    pub fn conflict(message: impl Into<String>) -> ApiError {
        ApiError::new("ResourceConflictException", message).with("Type", "User")
    }

    pub fn invalid(message: impl Into<String>) -> ApiError {
        ApiError::new("InvalidParameterValueException", message).with("Type", "User")
    }

    /// Something of ours went wrong; what it was is for the server's log.
    pub fn service(error: &dyn std::error::Error) -> ApiError {
        tracing::error!(%error, "a request failed");
        ApiError::new("ServiceException", format!("the server could not do this: {error}"))
            .with("Type", "Service")
    }

    /// As rest-json has it: the name in a header, the message in the body.
    pub fn rest_json(&self) -> Response<Body> {
        let row = COMMON.iter().chain(ERRORS).find(|(name, ..)| *name == self.code);
        let member = row.map_or("message", |(.., member)| member);
        let mut object = self.members();
        object.insert(member.to_owned(), self.message.clone().into());
        self.response(object, "application/json")
    }

    /// As JSON 1.1 has it: name and message in the body.
    pub fn json_1_1(&self) -> Response<Body> {
        let mut object = self.members();
        object.insert("__type".into(), self.code.into());
        object.insert("message".into(), self.message.clone().into());
        self.response(object, "application/x-amz-json-1.1")
    }

    fn members(&self) -> Map<String, Value> {
        self.more.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
    }

    fn response(&self, object: Map<String, Value>, content_type: &'static str) -> Response<Body> {
        let mut response = Response::new(full(Value::Object(object).to_string()));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert("content-type", HeaderValue::from_static(content_type));
        if let Ok(code) = HeaderValue::from_str(self.code) {
            headers.insert("x-amzn-errortype", code);
        }
        let seconds = self.more.iter().find(|(name, _)| *name == "retryAfterSeconds");
        if let Some(seconds) = seconds.and_then(|(_, value)| value.as_str())
            && let Ok(seconds) = HeaderValue::from_str(seconds)
        {
            headers.insert("retry-after", seconds);
        }
        response
    }
}

impl From<beamlet_platform::catalog::Error> for ApiError {
    fn from(error: beamlet_platform::catalog::Error) -> ApiError {
        use beamlet_platform::catalog::Error;
        match error {
            Error::NotFound(name) => ApiError::not_found(format!("Function not found: {name}")),
            Error::Exists(name) => ApiError::conflict(format!("Function already exist: {name}")),
            Error::Full | Error::LayersFull => {
                ApiError::new("CodeStorageExceededException", error.to_string())
            }
            Error::Store(_) | Error::Record(_) => ApiError::service(&error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_the_model() {
        for (code, status) in [
            ("ResourceNotFoundException", 404),
            ("ResourceConflictException", 409),
            ("TooManyRequestsException", 429),
            ("PreconditionFailedException", 412),
            ("RequestTooLargeException", 413),
        ] {
            assert_eq!(ApiError::new(code, "").status.as_u16(), status, "{code}");
        }
    }
}
