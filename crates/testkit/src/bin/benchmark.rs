//! The numbers of docs/benchmarks.md, in one run: `scripts/benchmark`.
//!
//! The server and everything that it starts has core 0, this client core 1. Each figure is the
//! median of many; what is compared is measured in the same run.
//!
//! `benchmark bare` is the other side of the comparison: hyper with a constant answer.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

const COLD_RUNS: usize = 25;
const WARM_RUNS: usize = 4000;
const SETTLE_S: u64 = 10;
const LOAD_S: u64 = 5;
const CONNECTIONS: usize = 16;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    match arguments.get(1).map(String::as_str) {
        Some("bare") => bare(),
        Some(folder) => run(Path::new(folder)),
        None => panic!("benchmark FOLDER, where FOLDER has beamlet, bootstrap and hello.zip"),
    }
}

/// Hyper with a constant answer of the same size.
fn bare() {
    use http_body_util::Full;
    use hyper::service::service_fn;
    use hyper_util::rt::TokioIo;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        println!("serving on http://{}", listener.local_addr().expect("an address"));
        loop {
            let Ok((stream, _)) = listener.accept().await else { continue };
            let _ = stream.set_nodelay(true);
            tokio::spawn(async move {
                let service = service_fn(|_| async {
                    let body =
                        Full::new(bytes::Bytes::from_static(b"{\"greeting\":\"hello Joe\"}"));
                    Ok::<_, std::convert::Infallible>(http::Response::new(body))
                });
                let builder = hyper::server::conn::http1::Builder::new();
                let _ = builder.serve_connection(TokioIo::new(stream), service).await;
            });
        }
    });
}

/// A program on core 0 that says where it serves.
struct Server {
    child: Child,
    address: SocketAddr,
    _data: tempfile::TempDir,
}

impl Server {
    fn start(program: &Path, arguments: &[&str]) -> Server {
        let data = tempfile::tempdir().expect("a folder");
        let mut command = Command::new("taskset");
        command.args(["-c", "0"]).arg(program).args(arguments);
        if arguments.first() == Some(&"serve") {
            command.args(["--addr", "127.0.0.1:0", "--log", "text", "--data"]).arg(data.path());
        }
        command.stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().expect("taskset is there (util-linux)");
        let mut line = String::new();
        let output = child.stdout.as_mut().expect("it is piped");
        BufReader::new(output).read_line(&mut line).expect("it says where it serves");
        let address = line.trim().rsplit('/').next().and_then(|a| a.parse().ok());
        Server { child, address: address.expect("an address"), _data: data }
    }

    fn connect(&self) -> Connection {
        let stream = TcpStream::connect(self.address).expect("it listens");
        stream.set_nodelay(true).expect("a socket");
        Connection { reader: BufReader::new(stream) }
    }

    fn call(&self, method: &str, path: &str, body: &str) -> Value {
        let (status, body) = self.connect().call(method, path, body);
        assert!(status < 300, "{method} {path}: {status} {}", String::from_utf8_lossy(&body));
        serde_json::from_slice(&body).unwrap_or(Value::Null)
    }

    fn deploy(&self, name: &str, runtime: &str, zip: &Path) {
        let zip = STANDARD.encode(std::fs::read(zip).expect("the package"));
        let input = json!({
            "FunctionName": name, "Runtime": runtime, "Handler": "hello:handle",
            "Role": "arn:aws:iam::123456789012:role/x", "Code": { "ZipFile": zip },
        });
        self.call("POST", "/2015-03-31/functions", &input.to_string());
    }

    fn pool(&self) -> u64 {
        let (_, text) = self.connect().call("GET", "/metrics", "");
        let text = String::from_utf8_lossy(&text).into_owned();
        let line = text.lines().find_map(|line| line.strip_prefix("beamlet_pool_nodes "));
        line.and_then(|value| value.parse().ok()).unwrap_or(0)
    }

    /// The Durations of the last REPORT lines of a function, in µs.
    fn durations(&self, name: &str) -> Vec<f64> {
        let mut found = Vec::new();
        let mut token = Value::Null;
        loop {
            let mut input =
                json!({ "logGroupName": format!("/aws/lambda/{name}"), "filterPattern": "REPORT" });
            if !token.is_null() {
                input["nextToken"] = token;
            }
            let body = input.to_string();
            let head = "X-Amz-Target: Logs_20140328.FilterLogEvents\r\n";
            let (_, answer) = self.connect().request("POST", "/", head, &body);
            let page: Value = serde_json::from_slice(&answer).expect("JSON");
            for event in page["events"].as_array().into_iter().flatten() {
                let message = event["message"].as_str().unwrap_or_default();
                let text = message.split("\tDuration: ").nth(1).and_then(|t| t.split(' ').next());
                found.extend(text.and_then(|t| t.parse::<f64>().ok()).map(|ms| ms * 1000.0));
            }
            token = page["nextToken"].clone();
            if token.is_null() {
                return found;
            }
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = Command::new("kill").arg(self.child.id().to_string()).status();
        let _ = self.child.wait();
    }
}

/// A connection that is kept; as little client as can be.
struct Connection {
    reader: BufReader<TcpStream>,
}

impl Connection {
    fn call(&mut self, method: &str, path: &str, body: &str) -> (u16, Vec<u8>) {
        self.request(method, path, "", body)
    }

    fn request(&mut self, method: &str, path: &str, head: &str, body: &str) -> (u16, Vec<u8>) {
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: x\r\n{head}Content-Length: {}\r\n\r\n{body}",
            body.len()
        );
        self.reader.get_mut().write_all(request.as_bytes()).expect("the server reads");
        let mut line = String::new();
        self.reader.read_line(&mut line).expect("the server answers");
        let status = line.split(' ').nth(1).and_then(|s| s.parse().ok()).expect("a status");
        let mut length = 0;
        loop {
            line.clear();
            self.reader.read_line(&mut line).expect("a head");
            if line == "\r\n" {
                break;
            }
            let lower = line.to_ascii_lowercase();
            if let Some(value) = lower.strip_prefix("content-length:") {
                length = value.trim().parse().expect("a length");
            }
        }
        let mut body = vec![0; length];
        self.reader.read_exact(&mut body).expect("a body");
        (status, body)
    }
}

fn invoke_path(name: &str) -> String {
    format!("/2015-03-31/functions/{name}/invocations")
}

const EVENT: &str = "{\"name\":\"Joe\"}";
const ANSWER: &[u8] = b"{\"greeting\":\"hello Joe\"}";

fn percentile(values: &mut [f64], percent: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    values[((values.len() - 1) as f64 * percent / 100.0).round() as usize]
}

/// Latencies of sequential calls on one connection, in µs.
fn sequential(server: &Server, path: &str) -> Vec<f64> {
    let mut connection = server.connect();
    for _ in 0..200 {
        connection.call("POST", path, EVENT);
    }
    let mut times = Vec::with_capacity(WARM_RUNS);
    for _ in 0..WARM_RUNS {
        let begun = Instant::now();
        let (status, body) = connection.call("POST", path, EVENT);
        times.push(begun.elapsed().as_nanos() as f64 / 1000.0);
        assert!(status == 200 && body == ANSWER, "{status} {}", String::from_utf8_lossy(&body));
    }
    times
}

/// Requests per second over several connections.
fn throughput(server: &Server, path: &str) -> f64 {
    let stop = Arc::new(AtomicBool::new(false));
    let count = Arc::new(AtomicU64::new(0));
    let threads: Vec<_> = (0..CONNECTIONS)
        .map(|_| {
            let mut connection = server.connect();
            let (stop, count, path) = (stop.clone(), count.clone(), path.to_owned());
            std::thread::spawn(move || {
                while !stop.load(Ordering::Relaxed) {
                    let (status, body) = connection.call("POST", &path, EVENT);
                    assert!(status == 200, "{status} {}", String::from_utf8_lossy(&body));
                    count.fetch_add(1, Ordering::Relaxed);
                }
            })
        })
        .collect();
    // As many environments as connections are started, on the one core.
    pause(Duration::from_secs(SETTLE_S));
    let (begun, before) = (Instant::now(), count.load(Ordering::Relaxed));
    pause(Duration::from_secs(LOAD_S));
    let rate = (count.load(Ordering::Relaxed) - before) as f64 / begun.elapsed().as_secs_f64();
    stop.store(true, Ordering::Relaxed);
    for thread in threads {
        thread.join().expect("a client");
    }
    rate
}

fn pause(time: Duration) {
    std::thread::park_timeout(time);
}

/// Cold starts, from the client's side, in ms: each on a version that nothing runs of.
fn cold(server: &Server, name: &str, pooled: bool) -> Vec<f64> {
    let path = invoke_path(name);
    let mut connection = server.connect();
    (0..COLD_RUNS)
        .map(|run| {
            let change = json!({ "Description": run.to_string() }).to_string();
            let configuration = format!("/2015-03-31/functions/{name}/configuration");
            server.call("PUT", &configuration, &change);
            while pooled && server.pool() == 0 {
                pause(Duration::from_millis(20));
            }
            // What is just booting or ending takes the core.
            pause(Duration::from_millis(400));
            let begun = Instant::now();
            let (status, body) = connection.call("POST", &path, EVENT);
            assert!(status == 200 && body == ANSWER, "{}", String::from_utf8_lossy(&body));
            begun.elapsed().as_secs_f64() * 1000.0
        })
        .collect()
}

fn erl_start() -> Vec<f64> {
    (0..COLD_RUNS)
        .map(|_| {
            let begun = Instant::now();
            let status = Command::new("taskset")
                .args(["-c", "0", "erl", "-noshell", "-noinput", "-eval", "halt()."])
                .status();
            assert!(status.expect("erl is there").success());
            begun.elapsed().as_secs_f64() * 1000.0
        })
        .collect()
}

fn run(folder: &Path) {
    let own = std::env::current_exe().expect("a path");
    let beamlet = folder.join("beamlet");
    let _ = Command::new("taskset")
        .args(["-cp", "1", &std::process::id().to_string()])
        .stdout(Stdio::null())
        .status();
    let row = |what: &str, values: &mut [f64], unit: &str| {
        println!(
            "| {what} | {:.2} {unit} | {:.2} {unit} |",
            percentile(values, 50.0),
            percentile(values, 99.0)
        );
    };
    println!("| cold start | median | 99 % |\n|---|---|---|");
    let mut bare_erl = erl_start();
    row("`erl` from start to halt, bare", &mut bare_erl, "ms");
    let hello = folder.join("hello.zip");
    let rust = folder.join("rust.zip");
    {
        let server = Server::start(&beamlet, &["serve", "--pool", "0"]);
        server.deploy("hello", "erlang", &hello);
        let mut times = cold(&server, "hello", false);
        row("first invocation of an Erlang function, no pool", &mut times, "ms");
    }
    let server = Server::start(&beamlet, &["serve", "--pool", "4"]);
    server.deploy("hello", "erlang", &hello);
    server.deploy("rust", "provided.al2023", &rust);
    let mut times = cold(&server, "hello", true);
    row("first invocation of an Erlang function, from the pool", &mut times, "ms");
    let mut times = cold(&server, "rust", false);
    row("first invocation of a Rust function", &mut times, "ms");

    let bare = Server::start(&own, &["bare"]);
    println!("\n| warm, one connection | median | 99 % |\n|---|---|---|");
    let mut bare_times = sequential(&bare, "/");
    row("bare hyper", &mut bare_times, "µs");
    let mut overheads = Vec::new();
    for (name, what) in [("hello", "Erlang function"), ("rust", "Rust function")] {
        let mut times = sequential(&server, &invoke_path(name));
        row(what, &mut times, "µs");
        let durations = server.durations(name);
        let mut inside = durations[durations.len().saturating_sub(WARM_RUNS)..].to_vec();
        row(&format!("{what}: its Duration"), &mut inside, "µs");
        // What hyper and the client's sockets take is in both.
        let overhead = percentile(&mut times, 50.0)
            - percentile(&mut inside, 50.0)
            - percentile(&mut bare_times, 50.0);
        overheads.push((what, overhead));
    }
    for (what, overhead) in overheads {
        println!(
            "| the platform around the {what}: latency − Duration − bare hyper | {overhead:.0} µs | |"
        );
    }

    println!("\n| {CONNECTIONS} connections, one core | requests/s |\n|---|---|");
    println!("| bare hyper | {:.0} |", throughput(&bare, "/"));
    drop(bare);
    for (name, what) in [("hello", "Erlang function"), ("rust", "Rust function")] {
        println!("| {what} | {:.0} |", throughput(&server, &invoke_path(name)));
    }
}
