//! `beamlet deploy`: a project's functions as `beamlet.toml` describes them.
//!
//! With an alias, each deploy publishes a version and moves the alias to it. The alias's
//! description keeps the version that served all of its traffic before, which `rollback` reads:
//! AWS keeps no history of aliases, and the description changes in the same request.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use clap::Args;
use reqwest::Method;
use serde_json::{Map, Value, json};

use crate::build::{self, For};
use crate::client::{Client, Target, encoded, is};
use crate::project::{Function, Project};
use crate::{rollback, terminal};

/// How long a deploy waits for AWS to make a change active.
const ACTIVE_S_MAX: u64 = 120;

#[derive(Args, Clone)]
#[command(after_help = "Examples:
  beamlet deploy                         all functions of beamlet.toml
  beamlet deploy hello --alias live      publish a version and move the alias live to it
  beamlet deploy --alias live --canary 10
                                         the new version gets 10 % of the alias's requests
  beamlet deploy --aws                   the same functions on AWS Lambda")]
pub struct Deploy {
    /// Functions to deploy [default: all of beamlet.toml]
    pub functions: Vec<String>,
    /// Folder of the project
    #[arg(long, default_value = ".")]
    pub project: PathBuf,
    /// Publish a version and move this alias to it
    #[arg(long)]
    pub alias: Option<String>,
    /// Give the new version only this percentage of the alias's requests
    #[arg(long, requires = "alias", value_parser = clap::value_parser!(u8).range(1..=99))]
    pub canary: Option<u8>,
    /// Print what was deployed as JSON
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub target: Target,
}

pub async fn run(arguments: &Deploy) -> Result<()> {
    let project = Project::find(&arguments.project)?;
    let client = Client::new(&arguments.target).await?;
    let rows = deploy(&project, &client, arguments).await?;
    if arguments.json {
        println!("{}", Value::Array(rows));
    }
    Ok(())
}

/// Builds a project and deploys functions of it.
pub async fn deploy(project: &Project, client: &Client, arguments: &Deploy) -> Result<Vec<Value>> {
    let functions = project.functions(&arguments.functions)?;
    let target = if client.is_aws() { For::Aws } else { For::Beamlet };
    let package = build::package(project, target)?;
    let sha256 = package.sha256();
    let zip = STANDARD.encode(&package.zip);
    let mut rows = Vec::new();
    for (name, function) in functions {
        let settings = settings(project, name, function, target);
        let code = Code { zip: &zip, sha256: &sha256 };
        let done = one(client, name, settings, &code).await;
        let (mut shown, what) = done.with_context(|| format!("function {name}"))?;
        let mut text = format!("{name} ({what})");
        if let Some(alias) = &arguments.alias {
            let version = publish(client, name).await?;
            point(client, name, alias, &version, arguments.canary).await?;
            text.push_str(&format!(", {alias} → version {version}"));
            if let Some(percent) = arguments.canary {
                text.push_str(&format!(" for {percent} % of the requests"));
            }
            shown["Version"] = version.into();
        }
        if let Some(url) = url(client, name, function).await? {
            text.push_str(&format!(", {url}"));
            shown["FunctionUrl"] = url.into();
        }
        terminal::step("deployed", &text);
        rows.push(shown);
    }
    Ok(rows)
}

struct Code<'a> {
    zip: &'a str,
    sha256: &'a str,
}

/// The settings of a function as the API has them.
fn settings(project: &Project, name: &str, function: &Function, target: For) -> Map<String, Value> {
    let mut variables = function.environment.clone();
    if !project.settings.applications.is_empty() {
        let names = project.settings.applications.join(",");
        variables.insert("BEAMLET_APPLICATIONS".into(), names);
    }
    let runtime = match target {
        For::Aws => "provided.al2023",
        For::Beamlet => &function.runtime,
    };
    let mut settings = json!({
        "FunctionName": name,
        "Runtime": runtime,
        "Handler": function.handler,
        "Role": function.role,
        "Description": function.description,
        "MemorySize": function.memory_mb,
        "Timeout": function.timeout_s,
        "Environment": { "Variables": variables },
        "Layers": function.layers,
    });
    if let Some(arn) = &function.dead_letter {
        settings["DeadLetterConfig"] = json!({ "TargetArn": arn });
        if target == For::Beamlet && !arn.contains(":lambda:") {
            terminal::warn(&format!(
                "{name}: Beamlet delivers to functions only; events given up for {arn} stay in \
                 the store (beamlet failed list)"
            ));
        }
    }
    settings.as_object().cloned().expect("it is an object")
}

fn path(name: &str, rest: &str) -> String {
    format!("/2015-03-31/functions/{}{rest}", encoded(name))
}

/// Creates or changes one function; gives what it is now, and what was done.
async fn one(
    client: &Client,
    name: &str,
    mut settings: Map<String, Value>,
    code: &Code<'_>,
) -> Result<(Value, &'static str)> {
    let found = client.lambda(Method::GET, &path(name, "/configuration"), None).await;
    let found = match found {
        Ok(found) => found,
        Err(error) if is(&error, "ResourceNotFoundException") => {
            settings.insert("Code".into(), json!({ "ZipFile": code.zip }));
            let input = Value::Object(settings);
            let made = client.lambda(Method::POST, "/2015-03-31/functions", Some(input)).await?;
            active(client, name).await?;
            return Ok((made, "created"));
        }
        Err(error) => return Err(error),
    };
    let mut done = "unchanged";
    let mut shown = found.clone();
    let changed = settings.iter().any(|(member, wanted)| {
        let now = found.get(member).cloned().unwrap_or_default();
        match member.as_str() {
            "Layers" => {
                let arns = now.as_array().into_iter().flatten().map(|layer| layer["Arn"].clone());
                Value::Array(arns.collect()) != *wanted
            }
            "Environment" if wanted["Variables"].as_object().is_some_and(Map::is_empty) => {
                now["Variables"].as_object().is_some_and(|variables| !variables.is_empty())
            }
            _ => now != *wanted,
        }
    });
    if changed {
        settings.remove("FunctionName");
        let input = Value::Object(settings);
        shown = client.lambda(Method::PUT, &path(name, "/configuration"), Some(input)).await?;
        active(client, name).await?;
        done = "settings changed";
    }
    if found["CodeSha256"] != code.sha256 {
        let input = json!({ "ZipFile": code.zip });
        shown = client.lambda(Method::PUT, &path(name, "/code"), Some(input)).await?;
        active(client, name).await?;
        done = "updated";
    }
    Ok((shown, done))
}

/// Waits until the last change of a function is in force.
async fn active(client: &Client, name: &str) -> Result<()> {
    for _ in 0..ACTIVE_S_MAX * 2 {
        let now = client.lambda(Method::GET, &path(name, "/configuration"), None).await?;
        match (now["State"].as_str(), now["LastUpdateStatus"].as_str()) {
            (Some("Failed"), _) | (_, Some("Failed")) => bail!(
                "{name} failed to become active: {}{}",
                now["StateReason"].as_str().unwrap_or_default(),
                now["LastUpdateStatusReason"].as_str().unwrap_or_default()
            ),
            (Some("Pending"), _) | (_, Some("InProgress")) => {
                tokio::time::sleep(Duration::from_millis(500)).await;
            }
            _ => return Ok(()),
        }
    }
    bail!("{name} did not become active within {ACTIVE_S_MAX} s")
}

async fn publish(client: &Client, name: &str) -> Result<String> {
    let version = client.lambda(Method::POST, &path(name, "/versions"), Some(json!({}))).await?;
    Ok(version["Version"].as_str().unwrap_or_default().to_owned())
}

/// Moves an alias to a version, or part of its requests.
async fn point(
    client: &Client,
    name: &str,
    alias: &str,
    version: &str,
    canary: Option<u8>,
) -> Result<()> {
    let at = path(name, &format!("/aliases/{}", encoded(alias)));
    let found = match client.lambda(Method::GET, &at, None).await {
        Ok(found) => Some(found),
        Err(error) if is(&error, "ResourceNotFoundException") => None,
        Err(error) => return Err(error),
    };
    let input = match (&found, canary) {
        (Some(found), Some(percent)) => {
            let now = found["FunctionVersion"].as_str().unwrap_or_default();
            if now == version {
                return Ok(());
            }
            let weights = json!({ version: f64::from(percent) / 100.0 });
            json!({ "RoutingConfig": { "AdditionalVersionWeights": weights } })
        }
        (found, _) => {
            let description = rollback::moved(found.as_ref(), version);
            json!({
                "FunctionVersion": version,
                "Description": description,
                "RoutingConfig": { "AdditionalVersionWeights": {} },
            })
        }
    };
    match found {
        Some(_) => client.lambda(Method::PUT, &at, Some(input)).await?,
        None => {
            let mut input = input;
            input["Name"] = alias.into();
            input["FunctionVersion"] = version.into();
            input.as_object_mut().expect("it is an object").remove("RoutingConfig");
            client.lambda(Method::POST, &path(name, "/aliases"), Some(input)).await?
        }
    };
    Ok(())
}

/// Makes the function URL as the project describes it; gives its address.
async fn url(client: &Client, name: &str, function: &Function) -> Result<Option<String>> {
    let Some(wanted) = function.url() else { return Ok(None) };
    let at = format!("/2021-10-31/functions/{}/url", encoded(name));
    let mut input = json!({
        "AuthType": wanted.auth.as_deref().unwrap_or("NONE"),
        "InvokeMode": if wanted.streamed { "RESPONSE_STREAM" } else { "BUFFERED" },
    });
    if !wanted.origins.is_empty() {
        input["Cors"] = json!({ "AllowOrigins": wanted.origins, "AllowMethods": ["*"] });
    }
    let made = match client.lambda(Method::GET, &at, None).await {
        Ok(_) => client.lambda(Method::PUT, &at, Some(input)).await?,
        Err(error) if is(&error, "ResourceNotFoundException") => {
            client.lambda(Method::POST, &at, Some(input)).await?
        }
        Err(error) => return Err(error),
    };
    if client.is_aws() && wanted.auth.as_deref().unwrap_or("NONE") == "NONE" {
        // AWS asks for a policy beside the setting.
        let statement = json!({
            "StatementId": "beamlet-function-url",
            "Action": "lambda:InvokeFunctionUrl",
            "Principal": "*",
            "FunctionUrlAuthType": "NONE",
        });
        let added = client.lambda(Method::POST, &path(name, "/policy"), Some(statement)).await;
        match added {
            Err(error) if !is(&error, "ResourceConflictException") => return Err(error),
            _ => {}
        }
    }
    Ok(made["FunctionUrl"].as_str().map(str::to_owned))
}
