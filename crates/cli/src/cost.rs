//! `beamlet cost`: what was used, and what AWS would have charged for it.

use std::collections::BTreeMap;

use anyhow::Result;
use clap::{Args, ValueEnum};
use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{Client, Target, encoded, only_beamlet};
use crate::terminal;

#[derive(Args, Clone)]
#[command(
    after_help = "AWS's tariff is that of x86 in the first tier: $0.20 per million requests and
$0.0000166667 per GB-second; init time is billed."
)]
pub struct Cost {
    /// One row for each of these
    #[arg(long, value_enum, default_value_t = By::Function)]
    pub by: By,
    /// Only this day: 2026-11-23
    #[arg(long)]
    pub day: Option<String>,
    /// Print the rows as JSON
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub target: Target,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum By {
    Function,
    Version,
    Day,
}

/// The counts of one row.
#[derive(Default)]
struct Sum {
    counts: BTreeMap<&'static str, u128>,
}

const COUNTS: &[&str] =
    &["Requests", "Errors", "Throttles", "ColdStarts", "BilledMs", "MbMs", "InitUs", "CpuUs"];

impl Sum {
    fn add(&mut self, row: &Value) {
        for name in COUNTS {
            *self.counts.entry(name).or_default() += u128::from(row[*name].as_u64().unwrap_or(0));
        }
        for name in ["RequestsNanoUsd", "ComputeNanoUsd"] {
            let nano = row[name].as_str().and_then(|nano| nano.parse::<u128>().ok());
            *self.counts.entry("NanoUsd").or_default() += nano.unwrap_or(0);
        }
    }

    fn get(&self, name: &str) -> u128 {
        self.counts.get(name).copied().unwrap_or(0)
    }

    fn gb_s(&self) -> f64 {
        self.get("MbMs") as f64 / 1024.0 / 1000.0
    }

    fn usd(&self) -> f64 {
        self.get("NanoUsd") as f64 / 1e9
    }
}

pub async fn run(arguments: &Cost) -> Result<()> {
    let client = Client::new(&arguments.target).await?;
    only_beamlet(&client, "cost")?;
    let mut path = "/beamlet/cost".to_owned();
    if let Some(day) = &arguments.day {
        path.push_str(&format!("?day={}", encoded(day)));
    }
    let found = client.lambda(Method::GET, &path, None).await?;
    let mut sums: BTreeMap<String, Sum> = BTreeMap::new();
    let mut total = Sum::default();
    for row in found["Rows"].as_array().into_iter().flatten() {
        let text = |name: &str| row[name].as_str().unwrap_or_default();
        let key = match arguments.by {
            By::Function => text("Function").to_owned(),
            By::Version => format!("{}:{}", text("Function"), text("Version")),
            By::Day => text("Day").to_owned(),
        };
        sums.entry(key).or_default().add(row);
        total.add(row);
    }
    if arguments.json {
        let rows: Vec<Value> = sums
            .iter()
            .map(|(key, sum)| {
                let mut row = json!({ "Key": key, "GbSeconds": sum.gb_s(), "Usd": sum.usd() });
                for name in COUNTS {
                    row[*name] = json!(sum.get(name) as u64);
                }
                row
            })
            .collect();
        println!("{}", json!({ "Rows": rows, "Usd": total.usd() }));
        return Ok(());
    }
    let row = |key: &str, sum: &Sum| {
        vec![
            key.to_owned(),
            sum.get("Requests").to_string(),
            sum.get("Errors").to_string(),
            sum.get("Throttles").to_string(),
            sum.get("ColdStarts").to_string(),
            sum.get("BilledMs").to_string(),
            format!("{:.3}", sum.gb_s()),
            format!("{:.1}", sum.get("CpuUs") as f64 / 1000.0),
            format!("{:.6}", sum.usd()),
        ]
    };
    let mut rows: Vec<Vec<String>> = sums.iter().map(|(key, sum)| row(key, sum)).collect();
    rows.push(row("total", &total));
    let first = match arguments.by {
        By::Function => "FUNCTION",
        By::Version => "VERSION",
        By::Day => "DAY",
    };
    let head =
        [first, "REQUESTS", "ERRORS", "THROTTLES", "COLD", "BILLED ms", "GB-s", "CPU ms", "AWS $"];
    print!("{}", terminal::table(&head, &rows));
    Ok(())
}
