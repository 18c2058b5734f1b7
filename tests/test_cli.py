"""The command line as its users have it: new, build, dev, deploy, invoke, logs, rollback, and its errors."""

import http.server
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import threading
import time
import urllib.request

import pytest

from conftest import BEAMLET, ROOT, wait_until


def beamlet(*arguments, cwd=None, check=True, **settings):
    environment = dict(os.environ, NO_COLOR="1")
    environment.pop("AWS_ENDPOINT_URL", None)
    done = subprocess.run([BEAMLET, *arguments], cwd=cwd, capture_output=True, text=True, env=environment, timeout=120, **settings)
    if check:
        assert done.returncode == 0, (arguments, done.stdout, done.stderr)
    return done


def need(tool):
    assert shutil.which(tool), f"{tool} is missing: ./test installs it"


@pytest.mark.parametrize("tool,build", [("erlc", "erlc"), ("rebar3", "rebar3"), ("mix", "mix")])
@pytest.mark.parametrize("template", ["event", "http", "stream"])
def test_every_template_builds_the_same_each_time_and_runs(server, tmp_path, tool, build, template):
    need(build)
    name = f"{tool}_{template}"
    made = beamlet("new", name, "--tool", tool, "--template", template, cwd=tmp_path)
    assert "beamlet dev" in made.stderr
    first = json.loads(beamlet("build", name, "--json", cwd=tmp_path).stdout)
    elsewhere = tmp_path / "elsewhere"
    shutil.copytree(tmp_path / name, elsewhere, ignore=shutil.ignore_patterns("_build"))
    second = json.loads(beamlet("build", elsewhere, "--json").stdout)
    assert first["CodeSha256"] == second["CodeSha256"], "the bytes depend on the input alone"
    server.run("beamlet", "deploy", "--project", str(tmp_path / name))
    if template == "event":
        assert json.loads(server.run("beamlet", "invoke", name, '{"name": "Joe"}').stdout) == {"greeting": "hello Joe"}
        failed = server.run("beamlet", "invoke", name, "{}", check=False)
        assert failed.returncode == 1 and json.loads(failed.stdout)["errorType"] == "bad_event"
    else:
        with urllib.request.urlopen(f"{server.url}/lambda-url/{name}/at?name=x") as answer:
            text = answer.read().decode()
        assert text == ("hello x at /at\n" if template == "http" else "".join(f"{n}\n" for n in range(1, 11)))


def test_invoke_takes_an_argument_a_file_or_standard_input(server, name, tmp_path):
    server.deploy(name)
    event = '{"do": "echo", "value": [1]}'
    (tmp_path / "event.json").write_text(event)
    assert server.run("beamlet", "invoke", name, event).stdout == "[1]\n"
    assert server.run("beamlet", "invoke", name, "--file", str(tmp_path / "event.json")).stdout == "[1]\n"
    assert server.run("beamlet", "invoke", name, "-", input=event).stdout == "[1]\n"
    shown = json.loads(server.run("beamlet", "invoke", name, event, "--json").stdout)
    assert shown["Payload"] == [1] and shown["ExecutedVersion"] == "$LATEST" and "REPORT" in shown["Log"]
    assert "REPORT RequestId" in server.run("beamlet", "invoke", name, event, "--log").stderr
    assert "accepted" in server.run("beamlet", "invoke", name, event, "--event").stderr
    bad = server.run("beamlet", "invoke", name, "{nonsense", check=False)
    assert bad.returncode == 1 and "not JSON" in bad.stderr


def test_deploys_to_an_alias_roll_back(server, tmp_path):
    beamlet("new", "rolled", cwd=tmp_path)
    project, source = tmp_path / "rolled", tmp_path / "rolled/src/rolled.erl"
    text = source.read_text()

    def deploy(word, *more):
        source.write_text(text.replace("hello ", f"{word} "))
        server.run("beamlet", "deploy", "--project", str(project), "--alias", "live", *more)

    ask = lambda: json.loads(server.run("beamlet", "invoke", "rolled:live", '{"name": "x"}').stdout)["greeting"]
    deploy("one")
    nothing = server.run("beamlet", "rollback", "rolled", check=False)
    assert nothing.returncode == 1 and "no version is known" in nothing.stderr
    deploy("two")
    assert ask() == "two x"
    server.run("beamlet", "rollback", "rolled")
    assert ask() == "one x"
    server.run("beamlet", "rollback", "rolled")
    assert ask() == "two x"
    deploy("three", "--canary", "50")
    alias = server.client().get_alias(FunctionName="rolled", Name="live")
    assert alias["FunctionVersion"] == "2" and alias["RoutingConfig"]["AdditionalVersionWeights"] == {"3": 0.5}
    server.run("beamlet", "rollback", "rolled")
    alias = server.client().get_alias(FunctionName="rolled", Name="live")
    assert alias["FunctionVersion"] == "2" and "RoutingConfig" not in alias


def test_a_deploy_of_the_same_changes_nothing(server, tmp_path):
    beamlet("new", "same", cwd=tmp_path)
    first = server.run("beamlet", "deploy", "--project", str(tmp_path / "same"))
    second = server.run("beamlet", "deploy", "--project", str(tmp_path / "same"))
    assert "(created)" in first.stderr and "(unchanged)" in second.stderr


@pytest.mark.parametrize("tool", ["erlc", "rebar3", "mix"])
def test_a_compile_error_names_file_line_and_source(tmp_path, tool):
    beamlet("new", "broken", "--tool", tool, cwd=tmp_path)
    source = tmp_path / "broken" / ("lib/broken.ex" if tool == "mix" else "src/broken.erl")
    broken = "  def oops(\n" if tool == "mix" else "oops( -> ok.\n"
    lines = source.read_text().splitlines(keepends=True)
    source.write_text("".join(lines[:3]) + broken + "".join(lines[3:]))
    done = beamlet("build", "broken", cwd=tmp_path, check=False)
    assert done.returncode == 1
    place = f"{source.relative_to(tmp_path / 'broken')}:"
    assert place in done.stderr and re.search(r"^ +\d+ \| .", done.stderr, re.M), done.stderr
    assert tool == "mix" or "4 | oops( -> ok." in done.stderr, done.stderr


def test_an_answer_is_shown_as_it_comes(server, name):
    server.deploy(name)
    environment = dict(os.environ, AWS_ENDPOINT_URL=server.url, NO_COLOR="1")
    command = [BEAMLET, "invoke", name, '{"do":"stream","count":4,"pause_ms":300}', "--stream", "--log"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment) as streamed:
        assert streamed.stdout.readline() == "1\n"
        assert streamed.poll() is None, "the function is still at it"
        assert streamed.stdout.read() == "2\n3\n4\n"
        assert "REPORT RequestId" in streamed.stderr.read()
    assert streamed.returncode == 0
    broken = server.run("beamlet", "invoke", name, '{"do":"stream_crash"}', "--stream", check=False)
    assert broken.returncode == 1 and broken.stdout == "first\n" and "error:midway" in broken.stderr
    assert server.run("beamlet", "invoke", name, '{"do":"echo","value":[1]}', "--stream").stdout == "[1]\n", "what is not streamed, too"
    nobody = server.run("beamlet", "invoke", "nobody", "--stream", check=False)
    assert nobody.returncode == 1 and "ResourceNotFoundException" in nobody.stderr


def test_server_and_region_are_found_as_the_aws_tools_find_them(server, tmp_path):
    (tmp_path / "config").write_text(f"[default]\nendpoint_url = http://127.0.0.1:1\n[profile here]\nendpoint_url = {server.url}\nregion = eu-west-1\n")
    bare = {key: value for key, value in os.environ.items() if not key.startswith("AWS_")}
    bare["AWS_CONFIG_FILE"] = str(tmp_path / "config")

    def answers(*arguments, **variables):
        return subprocess.run([BEAMLET, "list", *arguments], env=dict(bare, **variables), capture_output=True, text=True).returncode == 0

    assert not answers(), "the default profile's server is not there"
    assert answers("--profile", "here") and answers(AWS_PROFILE="here")
    assert answers(AWS_ENDPOINT_URL=server.url)
    assert answers(AWS_ENDPOINT_URL="http://127.0.0.1:1", AWS_ENDPOINT_URL_LAMBDA=server.url)
    assert answers("--endpoint-url", server.url, AWS_ENDPOINT_URL_LAMBDA="http://127.0.0.1:1")

    def region(*arguments, **variables):
        """As a server that keeps what it was sent saw it in the signature."""
        with socket.create_server(("127.0.0.1", 0)) as listener:
            url = f"http://127.0.0.1:{listener.getsockname()[1]}"
            client = subprocess.Popen([BEAMLET, "list", "--endpoint-url", url, *arguments], env=dict(bare, **variables),
                                      stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            with listener.accept()[0] as connection:
                seen = connection.recv(65536).decode()
            client.wait(20)
        return re.search(r"Credential=[^/]+/\d+/([^/]+)/lambda/", seen)[1]

    assert region() == "us-east-1" and region("--profile", "here") == "eu-west-1"
    assert region(AWS_DEFAULT_REGION="ap-south-1") == "ap-south-1"
    assert region(AWS_DEFAULT_REGION="ap-south-1", AWS_REGION="eu-north-1") == "eu-north-1"
    assert region("--region", "sa-east-1", AWS_REGION="eu-north-1") == "sa-east-1"


@pytest.mark.parametrize("source", ["variables", "profile", "process", "container"])
def test_aws_itself_is_asked_with_the_credentials_that_the_aws_tools_would_use(tmp_path, source):
    """A proxy stands where AWS is reached, and sees whom a command wants to talk to once it could sign."""
    bare = {key: value for key, value in os.environ.items() if not key.startswith("AWS_")}
    bare.update(AWS_CONFIG_FILE=str(tmp_path / "config"), AWS_SHARED_CREDENTIALS_FILE=str(tmp_path / "credentials"), AWS_EC2_METADATA_DISABLED="true")
    keys = {"AccessKeyId": "AKIDEXAMPLE", "SecretAccessKey": "secret", "Token": "t", "Expiration": "2099-01-01T00:00:00Z"}

    class Metadata(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            body = json.dumps(keys).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        log_message = lambda *_: None

    metadata = http.server.HTTPServer(("127.0.0.1", 0), Metadata)
    threading.Thread(target=metadata.serve_forever, daemon=True).start()
    arguments = ["list", "--aws", "--region", "eu-north-1"]
    if source == "variables":
        bare.update(AWS_ACCESS_KEY_ID="AKIDEXAMPLE", AWS_SECRET_ACCESS_KEY="secret")
    if source == "profile":
        (tmp_path / "credentials").write_text("[work]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = secret\n")
        arguments += ["--profile", "work"]
    if source == "process":
        (tmp_path / "keys").write_text(json.dumps({"Version": 1, **keys}))
        (tmp_path / "config").write_text(f"[default]\ncredential_process = cat {tmp_path / 'keys'}\n")
    if source == "container":
        bare["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = f"http://127.0.0.1:{metadata.server_port}/keys"
    try:
        with socket.create_server(("127.0.0.1", 0)) as proxy:
            bare["HTTPS_PROXY"] = f"http://127.0.0.1:{proxy.getsockname()[1]}"
            proxy.settimeout(20)
            client = subprocess.Popen([BEAMLET, *arguments], env=bare, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            with proxy.accept()[0] as connection:
                asked = connection.recv(65536).decode()
            _, errors = client.communicate(timeout=20)
        assert asked.startswith("CONNECT lambda.eu-north-1.amazonaws.com:443 "), asked
        assert client.returncode == 1 and "panicked" not in errors
        for name in ("AWS_ACCESS_KEY_ID", "AWS_CONTAINER_CREDENTIALS_FULL_URI"):
            bare.pop(name, None)
        (tmp_path / "config").unlink(missing_ok=True)
        (tmp_path / "credentials").unlink(missing_ok=True)
        nothing = subprocess.run([BEAMLET, "list", "--aws"], env=bare, capture_output=True, text=True, timeout=20)
        assert nothing.returncode == 1 and "AWS credentials were looked for" in nothing.stderr, nothing.stderr
    finally:
        metadata.shutdown()


def test_list_logs_cost_and_delete(server, name):
    server.deploy(name)
    server.ask(name, "log", lines=["a line of its own"])
    assert re.search(rf"^{name}\s+erlang\s+probe:handle", server.run("beamlet", "list").stdout, re.M)
    assert name in [f["FunctionName"] for f in json.loads(server.run("beamlet", "list", "--json").stdout)]
    logs = server.run("beamlet", "logs", name).stdout
    assert "a line of its own" in logs and "REPORT RequestId" in logs
    assert "START" not in server.run("beamlet", "logs", name, "--filter", "REPORT").stdout
    row = lambda: [row for row in json.loads(server.run("beamlet", "cost", "--json").stdout)["Rows"] if row["Key"] == name]
    wait_until(lambda: row() and row()[0]["Requests"] == 1)
    found = row()[0]
    # AWS's price list: $0.20 per million requests, $0.0000166667 per GB-second.
    expected = 0.2e-6 + found["BilledMs"] / 1000 * 128 / 1024 * 0.0000166667
    assert abs(found["Usd"] - expected) < 1e-9
    # Without a cgroup CPU time is counted in ticks of 10 ms.
    assert found["CpuUs"] > 0 or os.geteuid() != 0
    assert "AWS $" in server.run("beamlet", "cost", "--by", "day").stdout
    refused = server.run("beamlet", "delete", name, check=False, stdin=subprocess.DEVNULL)
    assert refused.returncode == 1 and "--yes" in refused.stderr
    server.run("beamlet", "delete", name, "--yes")
    gone = server.run("beamlet", "invoke", name, check=False)
    assert gone.returncode == 1 and "ResourceNotFoundException" in gone.stderr


def test_logs_follow_what_comes(server, name):
    server.deploy(name)
    server.ask(name, "log", lines=["before"])
    environment = dict(os.environ, AWS_ENDPOINT_URL=server.url)
    follower = subprocess.Popen([BEAMLET, "logs", name, "-f"], stdout=subprocess.PIPE, text=True, env=environment)
    try:
        seen = []
        while not any("before" in line for line in seen):
            seen.append(follower.stdout.readline())
        server.ask(name, "log", lines=["while it follows"])
        while not any("while it follows" in line for line in seen):
            seen.append(follower.stdout.readline())
        assert sum("before" in line for line in seen) == 1, "each line once"
    finally:
        follower.kill()
        follower.wait()


def test_sample_events_are_json_of_their_source():
    for source, mark in {"http": "requestContext", "http-v1": "httpMethod", "websocket": "connectionId", "queue": "aws:sqs", "topic": "aws:sns",
                         "schedule": "detail-type", "object-store": "aws:s3", "table-stream": "aws:dynamodb"}.items():
        text = beamlet("event", source).stdout
        json.loads(text)
        assert mark in text, source


def test_completions_and_help():
    for shell in ("bash", "zsh", "fish"):
        assert "rollback" in beamlet("completions", shell).stdout
    assert "Examples" in beamlet("deploy", "--help").stdout
    assert beamlet("nonsense", check=False).returncode == 2


def test_doctor_says_what_is_active():
    found = {row["What"]: row["Active"] for row in json.loads(beamlet("doctor", "--json").stdout)}
    assert found["Erlang/OTP"] and {"memory limit", "PID and mount namespaces", "Landlock", "seccomp"} <= set(found)


def test_errors_say_what_to_do(tmp_path):
    nowhere = beamlet("list", "--endpoint-url", "http://127.0.0.1:1", check=False)
    assert nowhere.returncode == 1 and "beamlet serve" in nowhere.stderr
    none = beamlet("build", str(tmp_path), check=False)
    assert none.returncode == 1 and "beamlet new" in none.stderr
    (tmp_path / "beamlet.toml").write_text('[functions.a]\nhandler = "a:b"\nmemori = 5\n')
    typo = beamlet("build", str(tmp_path), check=False)
    assert typo.returncode == 1 and "line 3" in typo.stderr and "memory_mb" in typo.stderr
    assert beamlet("new", "Bad-Name", cwd=tmp_path, check=False).returncode == 1


def test_dev_makes_a_change_live_in_under_a_second(tmp_path):
    beamlet("new", "lively", cwd=tmp_path)
    source = tmp_path / "lively/src/lively.erl"
    dev = subprocess.Popen([BEAMLET, "dev", "--addr", "127.0.0.1:0", str(tmp_path / "lively")], stdout=subprocess.PIPE,
                           stderr=subprocess.PIPE, text=True, env=dict(os.environ, NO_COLOR="1"))
    try:
        lines = []

        def until(text):
            while True:
                line = dev.stderr.readline()
                assert line, lines
                lines.append(line)
                if text in line:
                    return line

        url = until("serving").split()[-1]
        until("live after")
        ask = lambda: json.loads(beamlet("invoke", "lively", '{"name": "x"}', "--endpoint-url", url).stdout)["greeting"]
        assert ask() == "hello x"
        ask()
        times = []
        for word in ("changed", "again", "third"):
            text = source.read_text()
            begun = time.monotonic()
            source.write_text(re.sub(r"<<\"\w+ \"", f'<<"{word} "', text))
            took = until("live after")
            times.append(time.monotonic() - begun)
            assert ask() == f"{word} x", took
        # On a machine that is busy with other things the compiler alone takes longer than it should.
        begun = time.monotonic()
        subprocess.run(["erlc", "-o", tmp_path, source], check=True)
        assert min(times) < max(1, 4 * (time.monotonic() - begun)), times
        text = source.read_text()
        source.write_text(text + "\noops( -> ok.\n")
        until("error")
        until("lively.erl:")
        assert ask() == "third x", "the last good version stays"
        source.write_text(text)
        until("live after")
        begun = time.monotonic()
        printed = dev.stdout.readline()
        assert "lively: " in printed and time.monotonic() - begun < 5
    finally:
        dev.send_signal(signal.SIGTERM)
        dev.wait(20)
    assert dev.returncode == 0
