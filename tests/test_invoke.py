"""Invoke: answers, errors, limits, logs; expected values are AWS's documents and stock Erlang's."""

import base64
import json
import time
import urllib.request

import pytest
from botocore.eventstream import EventStreamBuffer
from botocore.exceptions import ClientError

from conftest import wait_until


@pytest.fixture(scope="module")
def probe(server):
    server.deploy("probe")
    return "probe"


@pytest.mark.parametrize("value", [None, True, False, 0, -1, 1.5, 1e300, 2**70, "", "é€😀", "a\"b\\c\n\u0001",
                                   [], {}, [1, [2, [3]]], {"a": {"b": None}}])
def test_json_goes_in_and_comes_out(server, probe, value):
    assert server.ask(probe, "echo", value=value) == value


def test_no_payload_is_an_empty_object(server, probe):
    answer = server.client().invoke(FunctionName=probe)
    assert json.loads(answer["Payload"].read()) == {}
    assert answer["StatusCode"] == 200 and answer["ExecutedVersion"] == "$LATEST"


@pytest.mark.parametrize("event,error_type,message", [
    ({"do": "crash"}, "error:boom", "boom"),
    ({"do": "throw"}, "throw:thrown", "{thrown,1}"),
    ({"do": "exit"}, "exit:done", "done"),
    ({"do": "error", "reason": "no"}, "error", "no"),
    ({"do": "error_tuple"}, "not_enough", "needs more"),
    ({"do": "bad_return"}, "Runtime.BadReturn", None),
    ({"do": "bad_json"}, "Runtime.MarshalError", None),
])
def test_every_way_to_fail_is_an_unhandled_error(server, probe, event, error_type, message):
    error, payload, log = server.invoke(probe, event)
    assert error == "Unhandled"
    assert payload["errorType"] == error_type
    assert message is None or payload["errorMessage"] == message
    assert "[ERROR]" in log and "Status: error" in log


def test_a_stack_trace_names_module_function_arity_file_and_line(server, probe):
    _, payload, _ = server.invoke(probe, {"do": "crash"})
    assert payload["stackTrace"][0].startswith("probe:private/1 (") and "probe.erl:" in payload["stackTrace"][0]


def test_a_crash_costs_the_process_and_not_the_environment(server, probe):
    before = server.ask(probe, "context")["state"]["pid"]
    for do in ("crash", "exit", "throw", "heap"):
        assert server.invoke(probe, {"do": do})[0] == "Unhandled"
    assert server.ask(probe, "context")["state"]["pid"] == before


def test_the_heap_limit_ends_the_invocation(server, probe):
    error, payload, _ = server.invoke(probe, {"do": "heap"})
    assert error == "Unhandled" and payload["errorType"] == "exit:killed"


def test_memory_past_the_setting_ends_the_environment_with_awss_error(server, probe):
    error, payload, log = server.invoke(probe, {"do": "binary", "mb": 400})
    assert error == "Unhandled" and payload["errorType"] == "Runtime.OutOfMemory"
    assert "Runtime exited with error: signal: killed" in payload["errorMessage"]
    assert "Error Type: Runtime.OutOfMemory" in log
    assert server.ask(probe, "echo", value=1) == 1


def test_shortly_before_the_deadline_the_process_ends_and_the_environment_lives(server, probe):
    before = server.ask(probe, "context")["state"]["pid"]
    begun = time.monotonic()
    error, payload, log = server.invoke(probe, {"do": "sleep", "ms": 10_000})
    assert 2.5 < time.monotonic() - begun < 4
    assert error == "Unhandled" and payload["errorType"] == "Sandbox.Timedout"
    assert payload["errorMessage"].endswith("Error: Task timed out after 3.00 seconds")
    assert "Status: timeout" in log
    assert server.ask(probe, "context")["state"]["pid"] == before


def test_a_busy_loop_is_ended_too(server, probe):
    assert server.invoke(probe, {"do": "busy"})[1]["errorType"] == "Sandbox.Timedout"


def test_at_the_deadline_the_platform_ends_an_environment_that_does_not_answer(server, probe):
    before = server.ask(probe, "context")["state"]["pid"]
    error, payload, _ = server.invoke(probe, {"do": "stop"})
    assert error == "Unhandled" and payload["errorType"] == "Sandbox.Timedout"
    assert "Task timed out after 3.00 seconds" in payload["errorMessage"]
    context = server.ask(probe, "context")
    assert context["deadline_ms"] > 0 and before  # a fresh environment answers


@pytest.mark.parametrize("status", [0, 1, 42])
def test_a_program_that_ends_is_an_exit_error(server, probe, status):
    error, payload, _ = server.invoke(probe, {"do": "halt", "status": status})
    assert error == "Unhandled" and payload["errorType"] == "Runtime.ExitError"
    expected = "Runtime exited without providing a reason" if status == 0 else f"exit status {status}"
    assert payload["errorMessage"].endswith(expected)


def test_the_context_is_what_aws_runtimes_carry(server, probe):
    context = base64.b64encode(json.dumps({"custom": {"a": 1}}).encode()).decode()
    error, found, _ = server.invoke(probe, {"do": "context"}, ClientContext=context)
    assert error is None
    assert found["function_name"] == probe and found["function_version"] == "$LATEST"
    assert found["function_arn"] == f"arn:aws:lambda:us-east-1:123456789012:function:{probe}"
    assert found["memory_size_mb"] == 128
    assert found["log_group"] == f"/aws/lambda/{probe}" and "[$LATEST]" in found["log_stream"]
    assert found["client_context"] == {"custom": {"a": 1}}
    assert abs(found["deadline_ms"] - (time.time() + 3) * 1000) < 2000
    assert found["trace_id"].startswith("Root=1-")
    assert found["state"]["name"] == probe


def test_a_trace_id_flows_to_the_function(server, probe):
    request = urllib.request.Request(f"{server.url}/2015-03-31/functions/{probe}/invocations", data=b'{"do":"context"}',
                                     headers={"X-Amzn-Trace-Id": "Root=1-67891233-abcdef012345678912345678;Sampled=1"})
    with urllib.request.urlopen(request) as answer:
        assert json.load(answer)["trace_id"] == "Root=1-67891233-abcdef012345678912345678;Sampled=1"


def test_the_variables_are_those_that_aws_documents(server, name):
    server.deploy(name, Environment={"Variables": {"OWN": "é =1", "PATH": "/own"}})
    found = server.ask(name, "env")
    for variable, value in {
        "_HANDLER": "probe:handle", "AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_LAMBDA_FUNCTION_NAME": name, "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128",
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST", "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{name}", "TZ": ":UTC", "OWN": "é =1",
    }.items():
        assert found[variable] == value
    for variable in ("AWS_LAMBDA_RUNTIME_API", "LAMBDA_TASK_ROOT", "LAMBDA_RUNTIME_DIR", "AWS_LAMBDA_LOG_STREAM_NAME",
                     "AWS_EXECUTION_ENV", "LANG", "LD_LIBRARY_PATH"):
        assert found[variable]


def test_start_end_and_report_frame_what_was_written(server, probe):
    _, _, log = server.invoke(probe, {"do": "log", "lines": ["one", "zwei é"]})
    lines = log.splitlines()
    assert lines[0].startswith("START RequestId: ") and lines[0].endswith(" Version: $LATEST")
    assert lines[1:3] == ["one", "zwei é"] and lines[3].startswith("END RequestId: ")
    report = dict(part.split(": ", 1) for part in lines[4].split("\t"))
    assert report["Memory Size"] == "128 MB" and int(report["Max Memory Used"].split()[0]) > 10
    duration, billed = float(report["Duration"].split()[0]), int(report["Billed Duration"].split()[0])
    init = float(report.get("Init Duration", "0 ms").split()[0])
    assert billed - 1.01 <= duration + init <= billed + 0.01


def test_raw_answers_keep_their_content_type(server, probe):
    request = urllib.request.Request(f"{server.url}/2015-03-31/functions/{probe}/invocations", data=b'{"do":"raw"}')
    with urllib.request.urlopen(request) as answer:
        assert answer.headers["content-type"] == "text/plain" and answer.read().decode() == "just text é"


def test_a_streamed_answer_comes_in_pieces(server, probe):
    begun = time.monotonic()
    answer = server.client().invoke_with_response_stream(
        FunctionName=probe, Payload=b'{"do":"stream","count":5,"pause_ms":100}', LogType="Tail")
    pieces, first = [], None
    for event in answer["EventStream"]:
        if "PayloadChunk" in event:
            first = first or time.monotonic() - begun
            pieces.append(event["PayloadChunk"]["Payload"])
        else:
            end = event["InvokeComplete"]
    assert b"".join(pieces) == b"1\n2\n3\n4\n5\n" and len(pieces) > 1
    assert first < 0.4 < time.monotonic() - begun
    assert "REPORT RequestId" in base64.b64decode(end["LogResult"]).decode()
    assert answer["ResponseStreamContentType"] == "application/vnd.amazon.eventstream"


def test_an_error_midway_in_a_stream_is_told_at_its_end(server, probe):
    answer = server.client().invoke_with_response_stream(FunctionName=probe, Payload=b'{"do":"stream_crash"}')
    events = list(answer["EventStream"])
    assert events[0]["PayloadChunk"]["Payload"] == b"first"
    assert events[-1]["InvokeComplete"]["ErrorCode"] == "Unhandled"
    assert json.loads(events[-1]["InvokeComplete"]["ErrorDetails"])["errorType"] == "error:midway"


def test_a_stream_for_a_caller_who_takes_none_is_one_answer(server, probe):
    assert server.invoke(probe, {"do": "stream", "count": 3})[1] == b"1\n2\n3\n"


def test_a_buffered_answer_can_be_taken_as_a_stream(server, probe):
    answer = server.client().invoke_with_response_stream(FunctionName=probe, Payload=b'{"do":"echo","value":[1]}')
    events = list(answer["EventStream"])
    assert b"".join(e["PayloadChunk"]["Payload"] for e in events if "PayloadChunk" in e) == b"[1]"


def test_six_megabytes_and_no_more(server, probe):
    limit = 6 * 1024 * 1024
    value = "x" * (limit - len('{"do":"echo","value":""}') - 10)
    assert server.ask(probe, "echo", value=value) == value
    with pytest.raises(ClientError) as refused:
        server.invoke(probe, {"do": "echo", "value": "x" * limit})
    assert refused.value.response["Error"]["Code"] == "RequestTooLargeException"
    error, payload, _ = server.invoke(probe, {"do": "large", "bytes": limit})
    assert error == "Unhandled" and payload["errorType"] == "Function.ResponseSizeTooLarge"
    with pytest.raises(ClientError) as refused:
        server.client().invoke(FunctionName=probe, InvocationType="Event", Payload=b'"' + b"x" * 1024 * 1024 + b'"')
    assert refused.value.response["Error"]["Code"] == "RequestTooLargeException"


def streamed(server, name, size):
    """How many bytes of an answer of that size come, and how it ends."""
    reader, seen, end = EventStreamBuffer(), 0, None
    request = urllib.request.Request(f"{server.url}/2021-11-15/functions/{name}/response-streaming-invocations",
                                     data=json.dumps({"do": "stream_bytes", "bytes": size}).encode())
    with urllib.request.urlopen(request) as answer:
        while piece := answer.read(1 << 20):
            reader.add_data(piece)
            for event in reader:
                if event.headers[":event-type"] == "InvokeComplete":
                    end = json.loads(event.payload)
                else:
                    seen += len(event.payload)
    return seen, end


def test_two_hundred_megabytes_can_be_streamed_and_no_more(server, probe):
    limit = 200 * 1024 * 1024
    server.client().update_function_configuration(FunctionName=probe, Timeout=60)
    try:
        assert streamed(server, probe, limit) == (limit, {})
        seen, end = streamed(server, probe, limit + 1)
        assert limit - 2 * 1024 * 1024 < seen <= limit and end["ErrorCode"] == "Unhandled"
        error = json.loads(end["ErrorDetails"])
        assert error["errorType"] == "Function.ResponseSizeTooLarge" and f"({limit} bytes)" in error["errorMessage"]
    finally:
        server.client().update_function_configuration(FunctionName=probe, Timeout=3)


@pytest.mark.parametrize("payload", [b"{", b"nonsense", b'{"a":1}x', b"\xff\xfe"])
def test_a_payload_that_is_not_json_is_refused(server, probe, payload):
    with pytest.raises(ClientError) as refused:
        server.client().invoke(FunctionName=probe, Payload=payload)
    assert refused.value.response["Error"]["Code"] == "InvalidRequestContentException"


def test_dry_run_checks_and_runs_nothing(server, probe):
    before = server.metric("invocations_total", function=probe)
    assert server.client().invoke(FunctionName=probe, InvocationType="DryRun")["StatusCode"] == 204
    with pytest.raises(ClientError):
        server.client().invoke(FunctionName="nobody", InvocationType="DryRun")
    assert server.metric("invocations_total", function=probe) == before


@pytest.mark.parametrize("how,error_type", [("error", "no_start"), ("crash", "error:init_crashed"), ("bad", "Runtime.BadReturn")])
def test_an_init_that_fails_is_the_answer(server, name, how, error_type):
    server.deploy(name, Environment={"Variables": {"PROBE_INIT": how}})
    error, payload, log = server.invoke(name)
    assert error == "Unhandled" and payload["errorType"] == error_type
    assert "INIT_REPORT" in log


def test_an_init_phase_of_more_than_ten_seconds_is_run_again_within_the_invocation(server, name):
    """AWS: "Lambda execution environment lifecycle", failures during the Init phase."""
    server.deploy(name, Timeout=30, Environment={"Variables": {"PROBE_INIT": "slow"}})
    begun = time.monotonic()
    error, payload, _ = server.invoke(name, {"do": "context"})
    assert error is None and payload["state"] == {"name": "slow"}
    assert 20 < time.monotonic() - begun < 25, "10 s, and then 11 s"


def test_the_second_init_has_the_functions_timeout(server, name):
    server.deploy(name, Timeout=2, Environment={"Variables": {"PROBE_INIT": "slow"}})
    begun = time.monotonic()
    error, payload, log = server.invoke(name)
    assert error == "Unhandled" and payload["errorType"] == "Sandbox.Timedout"
    assert 11.5 < time.monotonic() - begun < 15
    assert "Phase: invoke\tStatus: timeout" in log


def test_a_handler_that_is_not_exported_says_so(server, name):
    server.deploy(name, handler="probe:nothing")
    error, payload, _ = server.invoke(name)
    assert error == "Unhandled" and payload["errorType"] == "Runtime.HandlerNotFound"


def test_a_handler_may_be_written_with_a_point(server, name):
    server.deploy(name, handler="probe.other")
    assert server.invoke(name)[1] == "other"


def test_events_are_accepted_and_run(server, probe):
    marker = str(time.time())
    answer = server.client().invoke(FunctionName=probe, InvocationType="Event",
                                    Payload=json.dumps({"do": "log", "lines": [marker]}))
    assert answer["StatusCode"] == 202
    wait_until(lambda: marker in server.run("beamlet", "logs", probe).stdout, what="the event's log")


def test_invoke_async_is_an_event(server, probe):
    assert server.client().invoke_async(FunctionName=probe, InvokeArgs=b"{}")["Status"] == 202


def test_an_event_that_fails_is_tried_three_times_and_then_kept(server, name):
    server.deploy(name)
    answer = server.client().invoke(FunctionName=name, InvocationType="Event", Payload=b'{"do":"crash"}')
    request_id = answer["ResponseMetadata"]["RequestId"]

    def kept():
        found = json.loads(server.run("beamlet", "failed", "list", "--json").stdout)
        return [event for event in found if event["RequestId"] == request_id]

    event = wait_until(kept, what="the failed event")[0]
    assert event["Condition"] == "RetriesExhausted" and event["Attempts"] == 3
    assert event["Error"]["errorType"] == "error:boom"
    shown = json.loads(server.run("beamlet", "failed", "show", request_id).stdout)
    assert shown["Payload"] == {"do": "crash"}
    server.run("beamlet", "failed", "redrive", request_id)
    wait_until(lambda: server.metric("invocations_total", function=name) >= 6, what="the redriven event")
