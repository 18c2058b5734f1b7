//! The service model: which operations there are and what each of them takes.
//!
//! The table in `model/lambda.rs` is generated from botocore's model. This file routes a request
//! by it and reads the request's input: values from the path, the query, headers and the JSON
//! body, each checked against its shape, so that a handler only ever sees input in order. The
//! wording of a refusal is AWS's.
//!
//! ```text
//!  method, path ──► route ──► Operation, labels ──► read ──► {"FunctionName": …, "Timeout": …}
//! ```

#[rustfmt::skip] // generated: one row a line
pub mod lambda;

use std::collections::HashMap;
use std::sync::{LazyLock, OnceLock};

use fancy_regex::Regex;
use http::HeaderMap;
use serde_json::{Map, Number, Value};

use crate::error::ApiError;
use crate::model::lambda::{OPERATIONS, SHAPES};

/// Nested values of one input.
const DEPTH_MAX: usize = 32;

/// Complaints of one answer; AWS lists them all, and there may be many.
const COMPLAINTS_MAX: usize = 16;

/// One operation of the API.
#[derive(Debug)]
pub struct Operation {
    pub name: &'static str,
    pub method: &'static str,
    /// With labels in braces, and a query that must be there behind `?`.
    pub path: &'static str,
    /// The HTTP code of success.
    pub status: u16,
    /// The number of the input's shape.
    pub input: Option<usize>,
}

/// The shape of a value. Bounds are of its size or value, both included.
#[derive(Debug)]
pub enum Kind {
    Structure(&'static [Member]),
    List(usize, Option<i64>, Option<i64>),
    /// Key, value, and the bounds of the number of entries.
    Map(usize, usize, Option<i64>, Option<i64>),
    /// Bounds of the length, a pattern for the whole, and the values there are.
    String(Option<i64>, Option<i64>, Option<&'static str>, &'static [&'static str]),
    Integer(Option<i64>, Option<i64>),
    Double(Option<f64>, Option<f64>),
    Boolean,
    /// Base64 in JSON.
    Blob,
    Timestamp,
}

/// A member of a structure.
#[derive(Debug)]
pub struct Member {
    pub name: &'static str,
    /// Its name on the wire.
    pub wire: &'static str,
    pub location: Location,
    pub required: Required,
    pub shape: usize,
}

#[derive(Debug, PartialEq, Eq)]
pub enum Location {
    Uri,
    Query,
    Header,
    Status,
    Body,
    /// The whole body, which the handler takes itself.
    Payload,
}

#[derive(Debug, PartialEq, Eq)]
pub enum Required {
    Yes,
    No,
}

/// The values of the labels of a path, decoded.
pub type Labels = Vec<(&'static str, String)>;

/// Why no operation was found.
#[derive(Debug, PartialEq, Eq)]
pub enum NoRoute {
    /// Nothing has this path.
    Unknown,
    /// Something has, with another method.
    Method,
}

struct Route {
    operation: &'static Operation,
    segments: Vec<Segment>,
    query: Option<&'static str>,
}

enum Segment {
    Literal(&'static str),
    Label(&'static str),
}

/// Routes by the number of their segments and their first one, an API version.
static ROUTES: LazyLock<HashMap<(&'static str, usize), Vec<Route>>> = LazyLock::new(|| {
    let mut routes: HashMap<_, Vec<Route>> = HashMap::new();
    for operation in OPERATIONS {
        let (path, query) = match operation.path.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (operation.path, None),
        };
        let segments: Vec<Segment> = path
            .trim_matches('/')
            .split('/')
            .map(|segment| match segment.strip_prefix('{') {
                Some(label) => Segment::Label(label.trim_end_matches(['}', '+'])),
                None => Segment::Literal(segment),
            })
            .collect();
        let Segment::Literal(first) = segments[0] else { unreachable!("a path begins so") };
        routes.entry((first, segments.len())).or_default().push(Route {
            operation,
            segments,
            query,
        });
    }
    // One that wants a query comes before one that does not.
    for routes in routes.values_mut() {
        routes.sort_by_key(|route| route.query.is_none());
    }
    routes
});

/// Finds the operation of a request, and the values in its path.
pub fn route(
    method: &str,
    path: &str,
    query: &str,
) -> Result<(&'static Operation, Labels), NoRoute> {
    let mut segments = [""; 8];
    let mut count = 0;
    for segment in path.trim_matches('/').split('/') {
        *segments.get_mut(count).ok_or(NoRoute::Unknown)? = segment;
        count += 1;
    }
    let segments = &segments[..count];
    let mut refusal = NoRoute::Unknown;
    // The key's lifetime is the table's, so the first segment is looked up by its text.
    let candidates = ROUTES
        .iter()
        .filter(|((first, length), _)| *first == segments[0] && *length == count)
        .flat_map(|(_, routes)| routes);
    for route in candidates {
        let fits = route.segments.iter().zip(segments).all(|(wanted, segment)| match wanted {
            Segment::Literal(literal) => literal == segment,
            Segment::Label(_) => !segment.is_empty(),
        });
        if !fits || route.query.is_some_and(|wanted| !query.split('&').any(|q| q == wanted)) {
            continue;
        }
        if route.operation.method != method {
            refusal = NoRoute::Method;
            continue;
        }
        let labels = route.segments.iter().zip(segments).filter_map(|(wanted, segment)| {
            let Segment::Label(label) = wanted else { return None };
            Some((*label, decode(segment)))
        });
        return Ok((route.operation, labels.collect()));
    }
    Err(refusal)
}

/// Percent-decoded text.
pub fn decode(text: &str) -> String {
    percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// The pairs of a query string, decoded.
pub fn query_pairs(query: &str) -> impl Iterator<Item = (String, String)> + '_ {
    query.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (decode(&name.replace('+', " ")), decode(&value.replace('+', " ")))
    })
}

/// Reads and checks the input of an operation; a payload is left to the handler.
pub fn read(
    operation: &Operation,
    labels: Labels,
    query: &str,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Map<String, Value>, ApiError> {
    let Some(number) = operation.input else { return Ok(Map::new()) };
    let Kind::Structure(members) = &SHAPES[number] else {
        unreachable!("the input of an operation is a structure")
    };
    let wants_body = members.iter().any(|member| member.location == Location::Body);
    let mut json = if wants_body && !body.is_empty() { parse(body)? } else { Map::new() };
    let mut input = Map::new();
    let mut check = Check { complaints: Vec::new(), count: 0 };
    for member in *members {
        let found = match member.location {
            Location::Uri => labels
                .iter()
                .find(|(name, _)| *name == member.wire)
                .map(|(_, value)| text_value(&value.clone(), member, &mut check)),
            Location::Query => {
                let values: Vec<String> = query_pairs(query)
                    .filter(|(name, _)| name == member.wire)
                    .map(|(_, value)| value)
                    .collect();
                match (&SHAPES[member.shape], values.first()) {
                    (_, None) => None,
                    (Kind::List(..), _) => {
                        Some(Value::Array(values.into_iter().map(Value::String).collect()))
                    }
                    (_, Some(value)) => Some(text_value(value, member, &mut check)),
                }
            }
            Location::Header => headers
                .get(member.wire)
                .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
                .map(|value| text_value(&value, member, &mut check)),
            Location::Body => json.remove(member.wire).filter(|value| !value.is_null()),
            Location::Status | Location::Payload => continue,
        };
        let name = lower_first(member.name);
        match found {
            Some(value) => {
                check.value(&name, member.shape, &value, 0);
                input.insert(member.name.to_owned(), value);
            }
            None if member.required == Required::Yes => {
                check.complain("null", &name, "Member must not be null");
            }
            None => {}
        }
    }
    check.finish()?;
    Ok(input)
}

/// The JSON object of a body.
fn parse(body: &[u8]) -> Result<Map<String, Value>, ApiError> {
    serde_json::from_slice(body).map_err(|error| {
        ApiError::new(
            "InvalidRequestContentException",
            format!("Could not parse request body into json: {error}"),
        )
    })
}

/// Text of a path, query or header as its shape's value.
fn text_value(text: &str, member: &Member, check: &mut Check) -> Value {
    match SHAPES[member.shape] {
        Kind::Integer(..) => match text.parse::<i64>() {
            Ok(number) => Value::from(number),
            Err(_) => {
                let name = lower_first(member.name);
                check.complain(text, &name, "Member must be an integer");
                Value::from(0)
            }
        },
        Kind::Boolean => Value::Bool(text.eq_ignore_ascii_case("true")),
        _ => Value::String(text.to_owned()),
    }
}

fn lower_first(name: &str) -> String {
    let mut chars = name.chars();
    chars
        .next()
        .map_or(String::new(), |first| first.to_ascii_lowercase().to_string() + chars.as_str())
}

/// Collects what is wrong with an input.
struct Check {
    complaints: Vec<String>,
    count: usize,
}

impl Check {
    fn complain(&mut self, value: &str, path: &str, constraint: &str) {
        self.count += 1;
        if self.complaints.len() < COMPLAINTS_MAX {
            let value = if value == "null" { "null".into() } else { format!("'{value}'") };
            self.complaints.push(format!(
                "Value {value} at '{path}' failed to satisfy constraint: {constraint}"
            ));
        }
    }

    fn finish(self) -> Result<(), ApiError> {
        if self.count == 0 {
            return Ok(());
        }
        let plural = if self.count == 1 { "" } else { "s" };
        let message = format!(
            "{} validation error{plural} detected: {}",
            self.count,
            self.complaints.join("; ")
        );
        Err(ApiError::new("ValidationException", message))
    }

    fn bounds(
        &mut self,
        path: &str,
        shown: &str,
        size: i64,
        low: Option<i64>,
        high: Option<i64>,
        what: &str,
    ) {
        if let Some(low) = low.filter(|low| size < *low) {
            self.complain(
                shown,
                path,
                &format!("Member must have {what} greater than or equal to {low}"),
            );
        }
        if let Some(high) = high.filter(|high| size > *high) {
            self.complain(
                shown,
                path,
                &format!("Member must have {what} less than or equal to {high}"),
            );
        }
    }

    fn value(&mut self, path: &str, shape: usize, value: &Value, depth: usize) {
        if depth > DEPTH_MAX {
            return self.complain("", path, "Member is nested too deep");
        }
        match (&SHAPES[shape], value) {
            (Kind::Structure(members), Value::Object(object)) => {
                for member in *members {
                    let inner = format!("{path}.{}", lower_first(member.name));
                    match object.get(member.wire) {
                        Some(Value::Null) | None => {
                            if member.required == Required::Yes {
                                self.complain("null", &inner, "Member must not be null");
                            }
                        }
                        Some(value) => self.value(&inner, member.shape, value, depth + 1),
                    }
                }
            }
            (Kind::List(element, low, high), Value::Array(values)) => {
                self.bounds(path, &short(value), values.len() as i64, *low, *high, "length");
                for (at, value) in values.iter().enumerate() {
                    let inner = format!("{path}.{}.member", at + 1);
                    self.value(&inner, *element, value, depth + 1);
                }
            }
            (Kind::Map(key, element, low, high), Value::Object(entries)) => {
                self.bounds(path, &short(value), entries.len() as i64, *low, *high, "length");
                for (name, value) in entries {
                    let inner = format!("{path}.{name}");
                    self.value(&inner, *key, &Value::String(name.clone()), depth + 1);
                    self.value(&inner, *element, value, depth + 1);
                }
            }
            (Kind::String(low, high, pattern, values), Value::String(text)) => {
                let length = text.chars().count() as i64;
                self.bounds(path, text, length, *low, *high, "length");
                if let Some(pattern) = pattern
                    && !matches(shape, pattern, text)
                {
                    self.complain(
                        text,
                        path,
                        &format!("Member must satisfy regular expression pattern: {pattern}"),
                    );
                }
                if !values.is_empty() && !values.contains(&text.as_str()) {
                    self.complain(
                        text,
                        path,
                        &format!("Member must satisfy enum value set: [{}]", values.join(", ")),
                    );
                }
            }
            (Kind::Integer(low, high), Value::Number(number)) => match whole(number) {
                Some(number) => {
                    self.bounds(path, &number.to_string(), number, *low, *high, "value");
                }
                None => self.complain(&number.to_string(), path, "Member must be an integer"),
            },
            (Kind::Double(low, high), Value::Number(number)) => {
                let value = number.as_f64().unwrap_or(f64::NAN);
                if low.is_some_and(|low| value < low) || high.is_some_and(|high| value > high) {
                    let range = format!("Member must be between {low:?} and {high:?}");
                    self.complain(&number.to_string(), path, &range);
                }
            }
            (Kind::Boolean, Value::Bool(_)) | (Kind::Timestamp, Value::Number(_)) => {}
            (Kind::Timestamp, Value::String(_)) => {}
            (Kind::Blob, Value::String(text)) => {
                use base64::Engine as _;
                // Checked without keeping the result: the handler decodes it.
                let engine = base64::engine::general_purpose::STANDARD;
                if engine.decode(text).is_err() {
                    self.complain("", path, "Member must be base64");
                }
            }
            (kind, value) => {
                let wanted = match kind {
                    Kind::Structure(_) | Kind::Map(..) => "a JSON object",
                    Kind::List(..) => "a JSON array",
                    Kind::String(..) | Kind::Blob => "a string",
                    Kind::Integer(..) | Kind::Double(..) | Kind::Timestamp => "a number",
                    Kind::Boolean => "a boolean",
                };
                self.complain(&short(value), path, &format!("Member must be {wanted}"));
            }
        }
    }
}

fn whole(number: &Number) -> Option<i64> {
    number.as_i64().or_else(|| number.as_f64().filter(|f| f.fract() == 0.0).map(|f| f as i64))
}

/// A value as a message shows it.
fn short(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(100) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text,
    }
}

/// Whether the whole of a text fits the pattern of a shape; patterns are compiled when first used.
fn matches(shape: usize, pattern: &str, text: &str) -> bool {
    static COMPILED: LazyLock<Vec<OnceLock<Regex>>> =
        LazyLock::new(|| (0..SHAPES.len()).map(|_| OnceLock::new()).collect());
    let regex = COMPILED[shape].get_or_init(|| compile(pattern));
    // An error is a pattern that went on for too long: the text is not taken.
    regex.is_match(text).unwrap_or(false)
}

fn compile(pattern: &str) -> Regex {
    Regex::new(&format!("^(?:{pattern})$")).expect("a test compiles every pattern of the table")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_compiles() {
        let mut count = 0;
        for kind in SHAPES {
            if let Kind::String(_, _, Some(pattern), _) = kind {
                compile(pattern);
                count += 1;
            }
        }
        assert!(count > 50, "{count}");
    }

    #[test]
    fn every_operation_is_routed_to_itself() {
        for operation in OPERATIONS {
            let (path, query) = operation.path.split_once('?').unwrap_or((operation.path, ""));
            let path = path.replace(['{', '}'], "");
            let found = route(operation.method, &path, query).map(|(found, _)| found.name);
            assert_eq!(found, Ok(operation.name), "{path}");
        }
    }

    #[test]
    fn labels_are_decoded_and_methods_are_told_from_paths() {
        let path = "/2015-03-31/functions/arn%3Aaws%3Alambda/invocations";
        let (operation, labels) = route("POST", path, "").unwrap();
        assert_eq!(operation.name, "Invoke");
        assert_eq!(labels, [("FunctionName", "arn:aws:lambda".to_owned())]);
        assert_eq!(route("PUT", path, "").unwrap_err(), NoRoute::Method);
        assert_eq!(route("GET", "/nothing", "").unwrap_err(), NoRoute::Unknown);
    }

    fn create(body: &str) -> Result<Map<String, Value>, ApiError> {
        let (operation, labels) = route("POST", "/2015-03-31/functions", "").unwrap();
        read(operation, labels, "", &HeaderMap::new(), body.as_bytes())
    }

    #[test]
    fn a_refusal_is_in_awss_words() {
        let error =
            create(r#"{"FunctionName": "bad name", "Code": {}, "Timeout": 0}"#).unwrap_err();
        assert_eq!(error.code, "ValidationException");
        assert!(error.message.starts_with("3 validation errors detected: "), "{}", error.message);
        assert!(error.message.contains(
            "Value '0' at 'timeout' failed to satisfy constraint: Member must have value greater \
             than or equal to 1"
        ));
        assert!(error.message.contains("Value null at 'role' failed"));
        let error = create("{").unwrap_err();
        assert_eq!(error.code, "InvalidRequestContentException");
        let error = create(
            r#"{"FunctionName": "f", "Role": "arn:aws:iam::123456789012:role/r",
            "Code": {}, "Timeout": "3", "Environment": {"Variables": {"A": 1}}}"#,
        );
        let message = error.unwrap_err().message;
        assert!(
            message.contains("'timeout'") && message.contains("'environment.variables.A'"),
            "{message}"
        );
    }
}
