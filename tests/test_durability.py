"""What was accepted is not lost: `kill -9` under load, again and again, and the store's promises."""

import hashlib
import json
import os
import random
import shutil
import socketserver
import subprocess
import threading
import time
from pathlib import Path

import pytest

from conftest import BEAMLET, Server, is_root, wait_until


class Sink(socketserver.ThreadingTCPServer):
    """Counts the ids that functions send it: what has really run."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self):
        self.seen, self.lock = {}, threading.Lock()
        sink = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self):
                line = self.rfile.readline().strip().decode()
                if line:
                    with sink.lock:
                        sink.seen[line] = sink.seen.get(line, 0) + 1
                    self.wfile.write(b"ok\n")

        super().__init__(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def port(self):
        return self.server_address[1]


ROUNDS = int(os.environ.get("KILL_ROUNDS", "6"))


def test_no_accepted_event_is_lost_when_the_server_is_killed_under_load():
    sink = Sink()
    server = Server("--retry-ms", "100", "200", "--environments", "8")
    try:
        server.deploy("append")
        accepted, number = [], 0
        chance = random.Random(ROUNDS)
        for _ in range(ROUNDS):
            clients = [server.client() for _ in range(4)]
            stop = threading.Event()

            def send(client, first):
                at = first
                while not stop.is_set():
                    event = {"do": "append", "port": sink.port, "id": str(at)}
                    try:
                        answer = client.invoke(FunctionName="append", InvocationType="Event", Payload=json.dumps(event))
                    except Exception:
                        return
                    if answer["StatusCode"] == 202:
                        accepted.append(str(at))
                    at += 4

            threads = [threading.Thread(target=send, args=(client, number + n)) for n, client in enumerate(clients)]
            [thread.start() for thread in threads]
            # Some have run, some run, some wait: the kill comes at no particular moment of that.
            before = len(accepted)
            wait_until(lambda: len(accepted) - before > 50, seconds=60, what="the load")
            threading.Event().wait(chance.random())
            server.kill()
            stop.set()
            [thread.join() for thread in threads]
            number = max([int(id) for id in accepted] + [number]) + 100
            server.start()
        wait_until(lambda: all(id in sink.seen for id in accepted), seconds=60, what="every accepted event")
        wait_until(lambda: server.metric("event_queue_depth") == 0, what="an empty queue")
        # At least once, and no storm of repetitions: at most one for each time it was killed.
        assert max(sink.seen.values()) <= ROUNDS + 1
        assert json.loads(server.run("beamlet", "failed", "list", "--json").stdout) == []
    finally:
        server.stop()
        sink.shutdown()


def test_functions_versions_aliases_and_the_bill_survive_a_kill(fresh):
    server = fresh()
    client = server.client()
    server.deploy("f", Publish=True, Tags={"a": "b"})
    client.create_alias(FunctionName="f", Name="live", FunctionVersion="1")
    client.put_function_concurrency(FunctionName="f", ReservedConcurrentExecutions=3)
    url = client.create_function_url_config(FunctionName="f", AuthType="NONE")["FunctionUrl"]
    for _ in range(5):
        server.ask("f", "echo", value=1)
    requests = lambda: sum(row["Requests"] for row in json.loads(server.run("beamlet", "cost", "--json").stdout)["Rows"])
    wait_until(lambda: requests() == 5, what="the bill")
    threading.Event().wait(0.6)  # the meter is durable after a quarter of a second
    server.kill()
    server.start()
    client = server.client()
    assert client.get_alias(FunctionName="f", Name="live")["FunctionVersion"] == "1"
    assert client.list_tags(Resource="arn:aws:lambda:us-east-1:123456789012:function:f")["Tags"] == {"a": "b"}
    assert client.get_function_concurrency(FunctionName="f")["ReservedConcurrentExecutions"] == 3
    assert client.get_function_url_config(FunctionName="f")["FunctionUrl"].split(".")[0] == url.split(".")[0]
    assert requests() == 5
    assert server.ask("f:live", "echo", value=2) == 2
    client = server.client("logs")
    assert len([e for e in client.filter_log_events(logGroupName="/aws/lambda/f", filterPattern="REPORT")["events"]]) >= 5


def test_a_data_directory_in_use_or_of_a_newer_version_is_refused(fresh):
    server = fresh()
    second = subprocess.run([BEAMLET, "serve", "--addr", "127.0.0.1:0", "--data", server.data], capture_output=True, text=True, timeout=20)
    assert second.returncode == 1 and "in use" in second.stderr
    assert server.get("/health") == "ok\n"


def test_nothing_is_left_behind(fresh):
    server = fresh()
    server.deploy("f")
    assert server.ask("f", "linger", seconds=12321) == "started"
    wait_until(lambda: lingering() == 1)
    server.process.terminate()
    server.process.wait(30)
    assert left(server) == []
    assert lingering() == 0


def test_what_a_killed_server_left_is_swept_by_the_next(fresh):
    server = fresh()
    server.deploy("f")
    assert server.ask("f", "linger", seconds=12322) == "started"
    server.kill()
    server.start()
    wait_until(lambda: lingering(12322) == 0, what="the end of what was left")
    assert server.ask("f", "echo", value=1) == 1
    wait_until(lambda: {Path(group).name for group in cgroups(server)} - {path.name for path in (server.data / "environments").iterdir()}
               <= {f"beamlet-{group_name(server)}"}, what="swept cgroups")


def lingering(seconds=12321):
    return len(subprocess.run(["pgrep", "-fx", f"sleep {seconds}"], capture_output=True, text=True).stdout.split())


def cgroups(server):
    name = f"/beamlet-{group_name(server)}"
    return [folder for folder, _, _ in os.walk("/sys/fs/cgroup") if name in folder]


def group_name(server):
    """As the server names its groups: by its data directory."""
    return hashlib.sha256(str(server.data.resolve()).encode()).hexdigest()[:12]


def left(server):
    return cgroups(server) + [str(path) for path in (server.data / "environments").iterdir()]
