"""Scaling: limits, throttles, warm before new, draining on deploy, down to zero, several at a time."""

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.exceptions import ClientError

from conftest import probe_zip, wait_until


def together(server, name, events, **settings):
    """Invokes at the same time; gives payloads or error codes."""
    clients = [server.client() for _ in events]

    def one(pair):
        client, event = pair
        try:
            answer = client.invoke(FunctionName=name, Payload=json.dumps(event), **settings)
            return json.loads(answer["Payload"].read())
        except ClientError as error:
            return error.response["Error"]["Code"], error.response.get("Reason"), error.response["ResponseMetadata"]["HTTPStatusCode"]

    with ThreadPoolExecutor(len(events)) as pool:
        return list(pool.map(one, zip(clients, events)))


def test_a_reservation_of_zero_stops_a_function_and_its_end_starts_it(server, name):
    client = server.client()
    server.deploy(name)
    client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
    with pytest.raises(ClientError) as refused:
        client.invoke(FunctionName=name)
    assert refused.value.response["Error"]["Code"] == "TooManyRequestsException"
    assert refused.value.response["Reason"] == "ReservedFunctionConcurrentInvocationLimitExceeded"
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 429
    client.delete_function_concurrency(FunctionName=name)
    assert server.ask(name, "echo", value=1) == 1


def test_concurrency_never_passes_its_reservation(server, name):
    server.deploy(name)
    server.client().put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=2)
    answers = together(server, name, [{"do": "sleep", "ms": 1500}] * 5)
    throttled = [a for a in answers if isinstance(a, tuple)]
    assert len(throttled) == 3 and {a[0] for a in throttled} == {"TooManyRequestsException"}
    assert server.metric("throttles_total", function=name) == 3


def test_the_accounts_limit_is_shared(fresh):
    server = fresh("--concurrency", "2")
    server.deploy("f")
    server.deploy("g")
    answers = []
    threads = [threading.Thread(target=lambda n=n: answers.extend(together(server, n, [{"do": "sleep", "ms": 1000}] * 2))) for n in ("f", "g")]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    throttled = [a for a in answers if isinstance(a, tuple)]
    assert len(throttled) == 2 and throttled[0][1] == "ConcurrentInvocationLimitExceeded"


def test_warm_comes_before_new(server, name):
    server.deploy(name)
    first = server.ask(name, "context")["state"]["pid"]
    for _ in range(20):
        assert server.ask(name, "context")["log_stream"] and server.ask(name, "context")["state"]["pid"] == first
    starts = server.metric("environment_starts_total", function=name)
    assert starts == 1
    together(server, name, [{"do": "sleep", "ms": 500}] * 3)
    assert server.metric("environment_starts_total", function=name) == 3


def test_a_deploy_drains_what_ran_before(server, name):
    server.deploy(name)
    answers = []
    slow = threading.Thread(target=lambda: answers.extend(together(server, name, [{"do": "sleep", "ms": 1200}])))
    slow.start()
    wait_until(lambda: server.metric("concurrency") >= 1)
    server.client().update_function_configuration(FunctionName=name, Handler="probe:other")
    assert server.invoke(name, {})[1] == "other", "the next request runs the new one"
    slow.join()
    assert isinstance(answers[0], int), "and the one that ran has its answer"


def test_scale_to_zero_and_back(fresh):
    server = fresh("--idle", "1")
    server.deploy("f")
    server.ask("f", "echo", value=1)
    wait_until(lambda: server.metric("environments") == 0, what="zero environments")
    assert server.ask("f", "echo", value=2) == 2
    assert server.metric("environment_starts_total", function="f") == 2


def test_a_full_machine_makes_room_by_ending_the_longest_idle(fresh):
    server = fresh("--environments", "2")
    for name in ("a", "b", "c"):
        server.deploy(name)
        assert server.ask(name, "echo", value=name) == name
    assert server.metric("environments", phase="idle") <= 2
    assert server.ask("a", "echo", value=1) == 1


def test_a_burst_of_arrivals_is_all_answered(server, name):
    server.deploy(name, Timeout=30)
    answers = together(server, name, [{"do": "echo", "value": n} for n in range(24)])
    assert answers == list(range(24))


def test_new_environments_come_no_faster_than_awss_rate(fresh):
    server = fresh("--burst", "3")
    server.deploy("f", Timeout=10)
    server.deploy("g", Timeout=10)
    answers = together(server, "f", [{"do": "sleep", "ms": 1500}] * 5)
    throttled = [answer for answer in answers if isinstance(answer, tuple)]
    assert throttled == [("TooManyRequestsException", "FunctionInvocationRateLimitExceeded", 429)] * 2
    assert server.metric("environment_starts_total", function="f") == 3
    # The rate is the function's: a deploy is no way around it, and another function has its own.
    server.client().update_function_configuration(FunctionName="f", Description="another version")
    assert together(server, "f", [{"do": "echo", "value": 1}])[0][1] == "FunctionInvocationRateLimitExceeded"
    assert server.ask("g", "echo", value=2) == 2
    assert server.metric("throttles_total", function="f") == 3


def test_several_invocations_in_one_environment(server, name):
    server.deploy(name, Timeout=10, CapacityProviderConfig={"LambdaManagedInstancesCapacityProviderConfig": {
        "CapacityProviderArn": "arn:aws:lambda:us-east-1:123456789012:capacity-provider:own", "PerExecutionEnvironmentMaxConcurrency": 4}})
    server.ask(name, "echo", value=1)
    begun = time.monotonic()
    together(server, name, [{"do": "sleep", "ms": 700}] * 4)
    assert time.monotonic() - begun < 2.4
    assert server.metric("environment_starts_total", function=name) == 1
    assert server.ask(name, "env")["AWS_LAMBDA_MAX_CONCURRENCY"] == "4"


def test_shutdown_lets_what_runs_end(fresh):
    server = fresh()
    server.deploy("f")
    server.ask("f", "echo", value=1)
    answers = []
    slow = threading.Thread(target=lambda: answers.extend(together(server, "f", [{"do": "sleep", "ms": 1500}])))
    slow.start()
    wait_until(lambda: server.metric("concurrency") == 1)
    server.process.terminate()
    slow.join()
    assert isinstance(answers[0], int)
    assert server.process.wait(20) == 0


def test_the_pool_makes_a_cold_start_the_time_to_load_modules(fresh):
    server = fresh("--pool", "2")
    wait_until(lambda: server.metric("pool_nodes") == 2, what="the pool")
    server.deploy("f")
    server.ask("f", "echo", value=1)
    assert server.metric("environment_starts_total", function="f", kind="pooled") == 1
    wait_until(lambda: server.metric("pool_nodes") >= 1, what="the refilled pool")


def test_a_package_with_vm_arguments_has_no_pool(fresh):
    import io
    import zipfile
    server = fresh("--pool", "2")
    wait_until(lambda: server.metric("pool_nodes") == 2, what="the pool")
    buffer = io.BytesIO(probe_zip())
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr("vm.args", "-env FROM_VM_ARGS yes\n")
    server.deploy("f", buffer.getvalue())
    assert server.ask("f", "env")["FROM_VM_ARGS"] == "yes"
    assert server.metric("environment_starts_total", function="f", kind="cold") == 1
