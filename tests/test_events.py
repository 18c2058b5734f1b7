"""Asynchronous invocations: what becomes of events that succeed, fail, are throttled or grow old.

The waits themselves, up to five minutes and six hours long, are checked on a clock of paper:
crates/platform/src/events/fate.rs.
"""

import json
import time

from conftest import wait_until

QUEUE = "arn:aws:sqs:us-east-1:123456789012:own"


def send(server, name, event, **settings):
    answer = server.client().invoke(FunctionName=name, InvocationType="Event", Payload=json.dumps(event), **settings)
    assert answer["StatusCode"] == 202
    return answer["ResponseMetadata"]["RequestId"]


def kept(server, request_id):
    """The event among those that were given up, when it is there."""
    found = json.loads(server.run("beamlet", "failed", "list", "--json").stdout)
    return [event for event in found if event["RequestId"] == request_id]


def logged(server, name, mark):
    """What a function wrote behind a mark."""
    lines = server.run("beamlet", "logs", name).stdout.splitlines()
    return [line.split(mark, 1)[1] for line in lines if mark in line]


def test_an_event_too_old_for_its_next_retry_is_given_up(fresh):
    # AWS's own delays: the first retry would come after a minute, and the event may be no older.
    server = fresh()
    server.deploy("f")
    server.deploy("to", handler="probe:show")
    client = server.client()
    client.put_function_event_invoke_config(FunctionName="f", MaximumEventAgeInSeconds=60)
    request_id = send(server, "f", {"do": "crash"})
    event = wait_until(lambda: kept(server, request_id), what="the event that was given up")[0]
    assert event["Condition"] == "EventAgeExceeded" and event["Attempts"] == 1
    assert event["Error"]["errorType"] == "error:boom" and event["UndeliveredTo"] is None
    assert server.metric("event_queue_depth") == 0
    # With a function as destination, AWS's record says the same.
    arn = "arn:aws:lambda:us-east-1:123456789012:function:to"
    client.update_function_event_invoke_config(FunctionName="f", DestinationConfig={"OnFailure": {"Destination": arn}})
    request_id = send(server, "f", {"do": "crash"})
    record = json.loads(wait_until(lambda: logged(server, "to", "event "), what="the record")[0])
    assert record["requestContext"]["condition"] == "EventAgeExceeded" and record["requestContext"]["requestId"] == request_id
    assert kept(server, request_id) == []


def test_events_of_a_function_that_is_stopped_are_given_up(server, name):
    server.deploy(name)
    client = server.client()
    client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
    request_id = send(server, name, {"do": "echo", "value": 1})
    event = wait_until(lambda: kept(server, request_id), what="the event that was given up")[0]
    assert event["Condition"] == "ZeroReservedConcurrency" and event["Attempts"] == 0 and event["Error"] is None
    assert server.metric("invocations_total", function=name) == 0
    # It runs when the function does and somebody says so.
    client.delete_function_concurrency(FunctionName=name)
    server.run("beamlet", "failed", "redrive", request_id)
    wait_until(lambda: server.metric("invocations_total", function=name) == 1, what="the redriven event")
    assert kept(server, request_id) == []


def test_an_event_that_is_throttled_runs_later(fresh):
    server = fresh("--concurrency", "1")
    server.deploy("f")
    server.ask("f", "echo", value=1)
    send(server, "f", {"do": "sleep", "ms": 800})
    wait_until(lambda: server.metric("concurrency") == 1, what="the first event")
    begun = time.monotonic()
    send(server, "f", {"do": "echo", "value": 2})
    wait_until(lambda: server.metric("throttles_total", function="f") == 1, what="the throttle")
    wait_until(lambda: server.metric("event_queue_depth") == 1, what="its way back into the queue")
    wait_until(lambda: server.metric("event_queue_age_seconds") > 0.5, what="the age since it was accepted, not since it was due")
    wait_until(lambda: server.metric("invocations_total", function="f") == 3, what="the event")
    assert time.monotonic() - begun >= 1, "AWS: the first wait is a second"
    assert server.metric("event_queue_depth") == 0 and server.metric("event_queue_age_seconds") == 0


def test_destinations_get_awss_record(server, name):
    """AWS: "Capturing records of Lambda asynchronous invocations", invocation record."""
    to = name + "-to"
    server.deploy(name)
    server.deploy(to, handler="probe:show")
    arn = f"arn:aws:lambda:us-east-1:123456789012:function:{to}"
    server.client().put_function_event_invoke_config(
        FunctionName=name, MaximumRetryAttempts=1,
        DestinationConfig={"OnSuccess": {"Destination": arn}, "OnFailure": {"Destination": arn}})
    good, bad = {"do": "echo", "value": 7}, {"do": "crash"}
    ids = send(server, name, good), send(server, name, bad)
    wait_until(lambda: len(logged(server, to, "event ")) == 2, what="both records")
    found = {record["requestContext"]["requestId"]: record for record in map(json.loads, logged(server, to, "event "))}
    success, failure = (found[request_id] for request_id in ids)
    for record, condition, count, payload in ((success, "Success", 1, good), (failure, "RetriesExhausted", 2, bad)):
        assert record["version"] == "1.0" and record["timestamp"].endswith("Z") and record["requestPayload"] == payload
        context = record["requestContext"]
        assert context["condition"] == condition and context["approximateInvokeCount"] == count
        assert context["functionArn"] == f"arn:aws:lambda:us-east-1:123456789012:function:{name}:$LATEST"
        assert record["responseContext"]["statusCode"] == 200 and record["responseContext"]["executedVersion"] == "$LATEST"
    assert success["responsePayload"] == 7 and "functionError" not in success["responseContext"]
    assert failure["responsePayload"]["errorType"] == "error:boom" and failure["responseContext"]["functionError"] == "Unhandled"


def test_records_for_a_destination_that_beamlet_does_not_deliver_to_stay(server, name):
    server.deploy(name)
    server.client().put_function_event_invoke_config(
        FunctionName=name, MaximumRetryAttempts=0,
        DestinationConfig={"OnSuccess": {"Destination": QUEUE}, "OnFailure": {"Destination": QUEUE + "-failed"}})
    ids = send(server, name, {"do": "echo", "value": 7}), send(server, name, {"do": "crash"})
    success, failure = (wait_until(lambda: kept(server, request_id), what="the event")[0] for request_id in ids)
    assert success["Condition"] == "Success" and success["UndeliveredTo"] == QUEUE and success["Error"] is None
    assert failure["Condition"] == "RetriesExhausted" and failure["UndeliveredTo"] == QUEUE + "-failed"
    assert QUEUE in server.logged(), "and the server warned when it was set"


def test_failed_events_are_listed_page_by_page_and_redriven_together(fresh):
    server = fresh("--environments", "4")
    server.deploy("f")
    client = server.client()
    client.put_function_concurrency(FunctionName="f", ReservedConcurrentExecutions=0)
    count = 130  # a page has 100
    ids = {send(server, "f", {"do": "echo", "value": n}) for n in range(count)}
    listed = lambda: json.loads(server.run("beamlet", "failed", "list", "--json").stdout)
    wait_until(lambda: len(listed()) == count, what="the events that were given up")
    assert {event["RequestId"] for event in listed()} == ids
    client.delete_function_concurrency(FunctionName="f")
    server.run("beamlet", "failed", "redrive", "--all")
    assert listed() == []
    wait_until(lambda: server.metric("invocations_total", function="f") == count, seconds=60, what="all of them")
