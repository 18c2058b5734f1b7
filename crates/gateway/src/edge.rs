//! Everything that a request may need, whichever part of the edge it is for.

use beamlet_platform::platform::Platform;

use crate::blobs::Links;
use crate::sigv4::Credentials;

/// What the server was started with, and what it started.
pub struct Edge {
    pub platform: Platform,
    /// Without them the server answers whoever reaches it.
    pub credentials: Option<Credentials>,
    /// Where `Code.S3Bucket` is read from.
    pub s3: Option<String>,
    pub links: Links,
}
