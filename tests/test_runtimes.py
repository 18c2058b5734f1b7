"""Real Runtime API clients, unchanged, as `provided` functions; and the package for AWS itself."""

import io
import json
import os
import shutil
import sys
import textwrap
import zipfile
from pathlib import Path

import pytest

from conftest import TARGET, is_root, probe_zip


def zipped(files):
    """A package of (name, bytes or text, mode)."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content, mode in files:
            info = zipfile.ZipInfo(name)
            info.external_attr = mode << 16
            archive.writestr(info, content)
    return buffer.getvalue()


@pytest.fixture(scope="module")
def python(server):
    """awslambdaric from PyPI with its native client, as it is installed here."""
    import sysconfig
    packages = sysconfig.get_path("purelib")
    files = []
    for entry in sorted(os.listdir(packages)):
        wanted = entry.split(".")[0] in ("awslambdaric", "simplejson", "snapshot_restore_py", "runtime_client")
        if not wanted or entry.endswith("-info"):
            continue
        path = os.path.join(packages, entry)
        found = [path] if os.path.isfile(path) else [os.path.join(folder, file) for folder, _, names in os.walk(path) for file in names]
        files += [(os.path.relpath(file, packages), open(file, "rb").read(), 0o755) for file in found if "__pycache__" not in file]
    files.append(("app.py", textwrap.dedent("""
        import os, time
        def handle(event, context):
            if event.get("crash"):
                raise ValueError("no such thing")
            if event.get("sleep"):
                time.sleep(event["sleep"])
            print("python says", event)
            return {"event": event, "id": context.aws_request_id, "arn": context.invoked_function_arn,
                    "left": context.get_remaining_time_in_millis(), "memory": context.memory_limit_in_mb}
        """), 0o644))
    # The machine's own interpreter, of the version that these packages were installed for.
    interpreter = "/usr/bin/python3.%d" % sys.version_info.minor
    bootstrap = f"#!/bin/sh\ncd $LAMBDA_TASK_ROOT\nexport PYTHONPATH=$LAMBDA_TASK_ROOT\nexec {interpreter} -m awslambdaric $_HANDLER\n"
    files.append(("bootstrap", bootstrap, 0o755))
    server.deploy("python", zipped(files), handler="app.handle", runtime="provided.al2023", Timeout=10, MemorySize=256)
    return "python"


def test_awslambdaric_runs_unchanged(server, python):
    error, payload, log = server.invoke(python, {"a": "é"})
    assert error is None, (payload, log)
    assert payload["event"] == {"a": "é"} and payload["memory"] == "256" and 0 < payload["left"] <= 10_000
    assert payload["arn"].endswith(":function:python") and "python says" in log
    error, payload, log = server.invoke(python, {"crash": True})
    assert error == "Unhandled" and payload["errorType"] == "ValueError" and payload["errorMessage"] == "no such thing"
    assert payload["stackTrace"] and server.invoke(python, {})[0] is None


def test_a_runtime_that_is_late_is_ended(server, python):
    error, payload, _ = server.invoke(python, {"sleep": 20})
    assert error == "Unhandled" and payload["errorType"] == "Sandbox.Timedout"
    assert server.invoke(python, {})[0] is None


@pytest.fixture(scope="module")
def rust(server):
    profile = os.environ.get("BEAMLET_TEST_PROFILE", "debug")
    binary = TARGET / profile / "bootstrap"
    server.deploy("rust", zipped([("bootstrap", binary.read_bytes(), 0o755)]), handler="x", runtime="provided.al2023")
    return "rust"


def test_lambda_runtime_runs_unchanged(server, rust):
    assert server.invoke(rust, {"name": "Joe"})[:2] == (None, {"greeting": "hello Joe"})
    error, payload, _ = server.invoke(rust, {})
    assert error == "Unhandled" and payload["errorMessage"] == "name is missing"
    assert server.invoke(rust, {"name": "again"})[1] == {"greeting": "hello again"}


def shell(script):
    return zipped([("bootstrap", "#!/bin/sh\n" + script, 0o755)])


@pytest.mark.parametrize("script,error_type,message", [
    ("exit 0", "Runtime.ExitError", "Runtime exited without providing a reason"),
    ("exit 7", "Runtime.ExitError", "exit status 7"),
    ("kill -SEGV $$", "Runtime.ExitError", "signal: 11"),
    ("sleep 60", "Sandbox.Timedout", "Init timed out"),
])
def test_a_program_that_does_not_come_up(server, name, script, error_type, message):
    server.deploy(name, shell(script), handler="x", runtime="provided.al2023")
    error, payload, log = server.invoke(name)
    assert error == "Unhandled" and payload["errorType"] == error_type and message in payload["errorMessage"]
    assert "INIT_REPORT" in log


CURL = """
API=http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime
while true; do
  HEADERS=$(mktemp)
  EVENT=$(curl -sS -D $HEADERS $API/invocation/next)
  ID=$(sed -n 's/^lambda-runtime-aws-request-id: //Ip' $HEADERS | tr -d '\\r')
  %s
done
"""


@pytest.mark.parametrize("case,error_type", [
    ("error", "Own.Error"), ("unknown", None), ("twice", None), ("large", "Function.ResponseSizeTooLarge"),
])
def test_the_runtime_api_holds_programs_to_its_rules(server, name, case, error_type):
    answer = {
        "error": "curl -sS -H 'Lambda-Runtime-Function-Error-Type: Own.Error' -d 'not json' $API/invocation/$ID/error",
        "unknown": "C=$(curl -sS -o /dev/null -w '%{http_code}' -d x $API/invocation/nobody/response); curl -sS -d $C $API/invocation/$ID/response",
        "twice": "curl -sS -d 1 $API/invocation/$ID/response; curl -sS -d 2 $API/invocation/$ID/response",
        "large": "head -c 7000000 /dev/zero | curl -sS --data-binary @- $API/invocation/$ID/response",
    }[case]
    server.deploy(name, shell(CURL % answer), handler="x", runtime="provided.al2", Timeout=10)
    error, payload, log = server.invoke(name)
    if error_type:
        assert error == "Unhandled" and payload["errorType"] == error_type, log
    else:
        assert error is None and payload == {"unknown": 400, "twice": 1}[case], (payload, log)
    assert server.invoke(name)[1] == payload, "and the environment lives"


def test_a_program_may_report_its_own_init_error(server, name):
    script = """curl -sS -H 'Lambda-Runtime-Function-Error-Type: Own.Init' -d '{"errorMessage":"m","errorType":"Own.Init"}' \\
        http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/init/error; exit 1"""
    server.deploy(name, shell(script), handler="x", runtime="provided")
    error, payload, _ = server.invoke(name)
    assert error == "Unhandled" and payload == {"errorMessage": "m", "errorType": "Own.Init"}


def test_restore_next_is_answered(server, name):
    script = """API=http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime
    C=$(curl -sS -o /dev/null -w '%{http_code}' $API/restore/next)
    """ + CURL % "curl -sS -d $C $API/invocation/$ID/response"
    server.deploy(name, shell(script), handler="x", runtime="provided.al2023")
    assert server.invoke(name)[1] == 200


def without_erlang():
    """Starts a program where this machine's Erlang is out of sight: an empty folder covers it."""
    root = Path(shutil.which("erl")).resolve().parent.parent
    assert (root / "lib").is_dir(), "where erl is installed"
    hide = ["sh", "-c", 'mount -t tmpfs none "$0" && exec "$@"', str(root)]
    if is_root():
        return root, ["unshare", "--mount", *hide]
    # An ordinary user may mount in a user namespace only, and is the same user again in another one.
    back = ["unshare", "--user", f"--map-user={os.geteuid()}", f"--map-group={os.getegid()}"]
    return root, ["unshare", "--user", "--map-root-user", "--mount", *hide, *back]


def test_the_package_for_aws_runs_without_an_erlang_on_the_machine(fresh):
    package = probe_zip("--target", "aws")
    assert len(package) < 8 * 1024 * 1024
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        assert "bootstrap" in archive.namelist() and "ebin/probe.beam" in archive.namelist()
    root, prefix = without_erlang()
    server = fresh(prefix=prefix)
    assert "Erlang functions cannot run" in server.logged(), "not even the server finds one"
    server.deploy("f", package, runtime="provided.al2023", Timeout=10, MemorySize=256)
    error, payload, log = server.invoke("f", {"do": "env"})
    assert error is None, (payload, log)
    assert payload["ROOTDIR"] == "/var/task/otp" and payload["BINDIR"].startswith("/var/task/otp/erts-")
    system = server.ask("f", "system")
    assert system["root"] == "/var/task/otp" and system["kernel"].startswith("/var/task/otp/lib/kernel")
    assert system["erl"] is None, "there is no erl on the path"
    assert server.ask("f", "cmd", line=f"ls -A {root}") == "", "and nothing where it was"
    maps = server.ask("f", "cmd", line="cat /proc/$PPID/maps")
    assert "/var/task/otp/erts-" in maps and str(root) not in maps
    assert server.invoke("f", {"do": "crash"})[1]["errorType"] == "error:boom"
    # A function that needs the machine's Erlang says so.
    server.deploy("g")
    error, payload, _ = server.invoke("g", {"do": "env"})
    assert error == "Unhandled" and "Erlang/OTP" in payload["errorMessage"], payload


def test_a_package_with_a_runtime_system_of_its_own_runs_on_it(server, name):
    """The same files as a release has them: erts-*, lib and bin at the top."""
    with zipfile.ZipFile(io.BytesIO(probe_zip("--target", "aws"))) as archive:
        files = [(info.filename.removeprefix("otp/"), archive.read(info), info.external_attr >> 16) for info in archive.infolist()
                 if info.filename != "bootstrap"]
    server.deploy(name, zipped(files), Timeout=10, MemorySize=256)
    error, payload, log = server.invoke(name, {"do": "env"})
    assert error is None, (payload, log)
    assert payload["ROOTDIR"] == "/var/task" and payload["BINDIR"].startswith("/var/task/erts-")
    assert server.metric("environment_starts_total", function=name, kind="pooled") == 0


def test_the_package_for_aws_is_the_same_each_time():
    from conftest import _zips
    first = probe_zip("--target", "aws")
    _zips.clear()
    assert probe_zip("--target", "aws") == first
