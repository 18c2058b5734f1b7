//! What the server wants of the helper that starts an environment; it travels as one line of JSON.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// What the server wants done.
#[derive(Debug, Serialize, Deserialize)]
pub struct Order {
    pub arguments: Vec<String>,
    pub variables: Vec<(String, String)>,
    pub folder: PathBuf,
    pub readable: Vec<PathBuf>,
    /// What it sees as `/var/runtime`.
    pub runtime: Option<PathBuf>,
    pub file_bytes: u64,
    pub namespaces: bool,
    pub user: Option<u32>,
    pub cgroups: Vec<PathBuf>,
}
