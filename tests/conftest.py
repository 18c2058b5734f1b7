"""The real server for real clients: one for all tests of a session, others where a test needs its own."""

import base64
import json
import os
import re
import select
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import boto3
import pytest
from botocore.config import Config

ROOT = Path(__file__).parent.parent
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
BEAMLET = TARGET / os.environ.get("BEAMLET_TEST_PROFILE", "debug") / "beamlet"
ROLE = "arn:aws:iam::123456789012:role/test"


def wait_until(check, seconds=15, what="it"):
    """Polls until check() is true; says what did not come."""
    deadline = time.monotonic() + seconds
    while True:
        found = check()
        if found:
            return found
        assert time.monotonic() < deadline, f"{what} did not come within {seconds} s"
        select.select([], [], [], 0.02)


class Server:
    """A `beamlet serve` of its own, on a free port."""

    def __init__(self, *arguments, data=None, prefix=(), environment=None, key=None):
        self.folder = Path(tempfile.mkdtemp(prefix="beamlet-test-"))
        os.chmod(self.folder, 0o755)
        self.data = Path(data) if data else self.folder / "data"
        self.arguments, self.prefix, self.key = arguments, list(prefix), key
        self.environment = dict(os.environ, **(environment or {}))
        for name in ("AWS_ENDPOINT_URL", "AWS_PROFILE"):
            self.environment.pop(name, None)
        self.process = None
        self.start()

    def start(self):
        self.log = open(self.folder / "log", "ab")
        self.process = subprocess.Popen(
            [*self.prefix, BEAMLET, "serve", "--addr", "127.0.0.1:0", "--data", self.data, "--log", "text", *self.arguments],
            stdout=subprocess.PIPE, stderr=self.log, env=self.environment, text=True,
        )
        line = self.process.stdout.readline()
        assert line.startswith("serving on "), self.logged()
        self.url = line.split()[2]
        self.port = int(self.url.rsplit(":", 1)[1])
        return self

    def logged(self):
        return (self.folder / "log").read_text()

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(60)
        shutil.rmtree(self.folder, ignore_errors=True)

    def client(self, service="lambda", key=None, **settings):
        key = key or self.key or ("test", "test")
        config = Config(retries={"max_attempts": 0}, read_timeout=70, **settings)
        return boto3.client(service, endpoint_url=self.url, region_name="us-east-1", config=config,
                            aws_access_key_id=key[0], aws_secret_access_key=key[1])

    def deploy(self, name, zip_file=None, handler="probe:handle", runtime="erlang", **settings):
        client = self.client()
        settings = {"Timeout": 3, "MemorySize": 128, **settings}
        return client.create_function(FunctionName=name, Runtime=runtime, Handler=handler, Role=ROLE,
                                      Code={"ZipFile": zip_file or probe_zip()}, **settings)

    def invoke(self, name, event=None, **settings):
        """(error or None, payload, log)"""
        settings.setdefault("LogType", "Tail")
        answer = self.client().invoke(FunctionName=name, Payload=json.dumps(event or {}), **settings)
        payload = answer["Payload"].read()
        log = base64.b64decode(answer.get("LogResult", "")).decode()
        try:
            payload = json.loads(payload)
        except ValueError:
            pass
        return answer.get("FunctionError"), payload, log

    def ask(self, name, do, **event):
        """What the probe answers; an error is a failure of the test."""
        error, payload, log = self.invoke(name, {"do": do, **event})
        assert error is None, (payload, log, self.logged())
        return payload

    def metric(self, name, **labels):
        text = self.get("/metrics")
        total = 0
        for line in text.splitlines():
            found = re.match(rf"beamlet_{name}(?:\{{(.*)\}})? (\S+)$", line)
            if found and all(f'{key}="{value}"' in (found[1] or "") for key, value in labels.items()):
                total += float(found[2])
        return total

    def get(self, path):
        import urllib.request
        with urllib.request.urlopen(self.url + path, timeout=30) as answer:
            return answer.read().decode()

    def run(self, *command, check=True, **settings):
        """A command line tool against this server."""
        key = self.key or ("test", "test")
        environment = dict(os.environ, AWS_ENDPOINT_URL=self.url, AWS_ACCESS_KEY_ID=key[0], AWS_DEFAULT_REGION="us-east-1",
                           AWS_SECRET_ACCESS_KEY=key[1], AWS_PAGER="", NO_COLOR="1")
        environment.pop("AWS_PROFILE", None)
        command = [BEAMLET if part == "beamlet" else part for part in command]
        done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=120, **settings)
        if check:
            assert done.returncode == 0, (command, done.stdout, done.stderr)
        return done


_zips = {}


def project_zip(folder, *arguments):
    """A project of tests/functions, built once."""
    key = (str(folder), arguments)
    if key not in _zips:
        with tempfile.TemporaryDirectory() as target:
            copy = Path(target) / "project"
            shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("_build"))
            package = Path(target) / "package.zip"
            subprocess.run([BEAMLET, "build", copy, "-o", package, *arguments], check=True, capture_output=True)
            _zips[key] = package.read_bytes()
    return _zips[key]


def probe_zip(*arguments):
    return project_zip(ROOT / "tests/functions/probe", *arguments)


@pytest.fixture(scope="session")
def server():
    """The server that tests share; each makes functions of its own."""
    server = Server("--retry-ms", "50", "100", "--environments", "64")
    yield server
    server.stop()


@pytest.fixture
def fresh():
    """Makes servers that end with the test."""
    servers = []

    def make(*arguments, **settings):
        servers.append(Server(*arguments, **settings))
        return servers[-1]

    yield make
    for server in servers:
        server.stop()


@pytest.fixture
def name(request):
    """A function name of the test's own."""
    return re.sub(r"[^a-zA-Z0-9-_]", "_", request.node.name)[:60]


def is_root():
    return os.geteuid() == 0
