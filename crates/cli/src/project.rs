//! A project: `beamlet.toml`, and which build tool its folder is for.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

/// The file that makes a folder a project of Beamlet's.
pub const FILE: &str = "beamlet.toml";

/// `beamlet.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// OTP applications of the project that are started in the init phase, in this order.
    #[serde(default)]
    pub applications: Vec<String>,
    pub functions: BTreeMap<String, Function>,
}

/// `[functions.NAME]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Function {
    /// `module:function`.
    pub handler: String,
    #[serde(default = "runtime")]
    pub runtime: String,
    #[serde(default)]
    pub description: String,
    #[serde(default = "memory_mb")]
    pub memory_mb: u32,
    #[serde(default = "timeout_s")]
    pub timeout_s: u32,
    #[serde(default = "role")]
    pub role: String,
    #[serde(default)]
    pub environment: BTreeMap<String, String>,
    #[serde(default)]
    pub layers: Vec<String>,
    /// ARN of the target of events that were given up.
    pub dead_letter: Option<String>,
    /// `true`, or a table with its settings.
    #[serde(default)]
    pub url: UrlSetting,
}

/// `url = true`, or `url = { auth = "AWS_IAM", streamed = true, origins = ["*"] }`.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum UrlSetting {
    Wanted(bool),
    With(Url),
}

impl Default for UrlSetting {
    fn default() -> UrlSetting {
        UrlSetting::Wanted(false)
    }
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Url {
    pub auth: Option<String>,
    pub streamed: bool,
    /// Origins whose pages may read the answers.
    pub origins: Vec<String>,
}

impl Function {
    pub fn url(&self) -> Option<Url> {
        match &self.url {
            UrlSetting::Wanted(false) => None,
            UrlSetting::Wanted(true) => Some(Url::default()),
            UrlSetting::With(url) => Some(url.clone()),
        }
    }
}

fn runtime() -> String {
    "erlang".into()
}

fn memory_mb() -> u32 {
    128
}

fn timeout_s() -> u32 {
    3
}

fn role() -> String {
    "arn:aws:iam::123456789012:role/beamlet".into()
}

/// The tool that builds a project.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tool {
    Rebar3,
    Mix,
    Gleam,
    /// `erlc` over `src/*.erl`.
    Erlc,
}

#[derive(Clone, Debug)]
pub struct Project {
    pub folder: PathBuf,
    pub settings: Settings,
    pub tool: Tool,
}

impl Project {
    /// Reads the project in a folder or, as build tools do, in the nearest one above.
    pub fn find(folder: &Path) -> Result<Project> {
        let start = folder
            .canonicalize()
            .with_context(|| format!("the folder {} cannot be read", folder.display()))?;
        let found = start.ancestors().find(|folder| folder.join(FILE).is_file());
        let Some(folder) = found else {
            bail!(
                "there is no {FILE} in {} or above: beamlet new makes a project with one",
                start.display()
            );
        };
        let path = folder.join(FILE);
        let text = fs::read_to_string(&path).with_context(|| format!("{}", path.display()))?;
        let settings: Settings =
            toml::from_str(&text).with_context(|| format!("{}", path.display()))?;
        if settings.functions.is_empty() {
            bail!("{} names no function: add a [functions.NAME]", path.display());
        }
        let has = |name: &str| folder.join(name).is_file();
        let tool = if has("gleam.toml") {
            Tool::Gleam
        } else if has("mix.exs") {
            Tool::Mix
        } else if has("rebar.config") {
            Tool::Rebar3
        } else {
            Tool::Erlc
        };
        Ok(Project { folder: folder.to_owned(), settings, tool })
    }

    /// The functions of these names, or all.
    pub fn functions(&self, names: &[String]) -> Result<Vec<(&String, &Function)>> {
        if let Some(name) = names.iter().find(|name| !self.settings.functions.contains_key(*name)) {
            let known: Vec<&str> = self.settings.functions.keys().map(String::as_str).collect();
            bail!("{FILE} has no function {name}: it has {}", known.join(", "));
        }
        let all = self.settings.functions.iter();
        Ok(all.filter(|(name, _)| names.is_empty() || names.contains(name)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_that_is_not_known_is_named_with_its_line() {
        let text = "[functions.a]\nhandler = \"a:b\"\nmemory = 5\n";
        let error = toml::from_str::<Settings>(text).unwrap_err().to_string();
        assert!(error.contains("line 3") && error.contains("memory_mb"), "{error}");
    }

    #[test]
    fn a_function_url_is_wanted_or_described() {
        let parse = |url: &str| {
            let text = format!("[functions.a]\nhandler = \"a:b\"\n{url}\n");
            toml::from_str::<Settings>(&text).unwrap().functions["a"].url()
        };
        assert!(parse("").is_none());
        assert!(parse("url = true").is_some());
        assert_eq!(parse("url = { auth = \"AWS_IAM\" }").unwrap().auth.unwrap(), "AWS_IAM");
    }
}
