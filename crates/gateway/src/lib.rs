//! The edge: the Lambda API, the Runtime API and function URLs over HTTP, AWS's JSON and errors.

pub mod admin;
mod blobs;
pub mod body;
mod edge;
pub mod error;
pub mod eventstream;
pub mod lambda;
pub mod logs_api;
pub mod model;
pub mod runtime_api;
mod s3;
pub mod server;
pub mod sigv4;
pub mod url;

pub use blobs::Links;
pub use edge::Edge;
