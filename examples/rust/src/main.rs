//! The smallest function in Rust: AWS's own runtime client, unchanged.

use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use serde_json::{Value, json};

async fn handle(event: LambdaEvent<Value>) -> Result<Value, Error> {
    let name = event.payload["name"].as_str().ok_or("name is missing")?;
    Ok(json!({ "greeting": format!("hello {name}") }))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    run(service_fn(handle)).await
}
