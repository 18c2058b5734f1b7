"""The edge: signatures, function URLs, the log's API, and input of every bad kind."""

import http.client
import json
import os
import random
import socket
import subprocess
import time
import urllib.error
import urllib.request

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from conftest import BEAMLET, wait_until

KEY = ("AKIAEXAMPLE", "a/secret+that=signs")


@pytest.fixture(scope="module")
def guarded():
    from conftest import Server
    environment = {"BEAMLET_ACCESS_KEY_ID": KEY[0], "BEAMLET_SECRET_ACCESS_KEY": KEY[1]}
    server = Server(environment=environment, key=KEY)
    server.deploy("probe")
    yield server
    server.stop()


def test_with_credentials_every_call_needs_a_signature(guarded):
    assert guarded.ask("probe", "echo", value=1) == 1
    guarded.client("logs").describe_log_groups()
    for key, code in (((KEY[0], "wrong"), "InvalidSignatureException"), (("OTHER", KEY[1]), "UnrecognizedClientException")):
        for call in (lambda c: c.list_functions(), lambda c: c.invoke(FunctionName="probe", Payload=b"{}")):
            with pytest.raises(ClientError) as refused:
                call(guarded.client(key=key))
            assert refused.value.response["Error"]["Code"] == code
            assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403
    for path in ("/2015-03-31/functions", "/beamlet/cost", "/beamlet/failed", "/beamlet/blobs/x?until=9999999999&token=00"):
        with pytest.raises(urllib.error.HTTPError) as refused:
            guarded.get(path)
        assert refused.value.code == 403
    assert guarded.get("/health") == "ok\n"
    assert guarded.run("beamlet", "list").stdout.count("probe") == 2


def test_a_signature_of_another_time_is_refused(guarded):
    def call(shift_s):
        import datetime
        import botocore.auth
        request = AWSRequest("GET", guarded.url + "/2015-03-31/functions")
        now = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=shift_s)
        signer = SigV4Auth(Credentials(*KEY), "lambda", "us-east-1")
        original = botocore.auth.get_current_datetime
        botocore.auth.get_current_datetime = lambda *a, **k: now.replace(tzinfo=None)
        try:
            signer.add_auth(request)
        finally:
            botocore.auth.get_current_datetime = original
        try:
            return urllib.request.urlopen(urllib.request.Request(request.url, headers=dict(request.headers))).status
        except urllib.error.HTTPError as error:
            return error.code

    assert call(0) == 200 and call(-290) == 200 and call(290) == 200
    assert call(-310) == 403 and call(310) == 403


def test_a_server_for_others_wants_credentials():
    done = subprocess.run([BEAMLET, "serve", "--addr", "0.0.0.0:0", "--data", "/nonexistent"], capture_output=True, text=True, timeout=20)
    assert done.returncode == 1 and "BEAMLET_ACCESS_KEY_ID" in done.stderr


def test_a_signed_url_of_a_function_needs_a_signature(guarded):
    guarded.client().create_function_url_config(FunctionName="probe", AuthType="AWS_IAM")
    url = f"{guarded.url}/lambda-url/probe/x"
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(url)
    assert refused.value.code == 403
    request = AWSRequest("GET", url)
    SigV4Auth(Credentials(*KEY), "lambda", "us-east-1").add_auth(request)
    with urllib.request.urlopen(urllib.request.Request(url, headers=dict(request.headers))) as answer:
        assert json.load(answer)["rawPath"] == "/x"


@pytest.fixture(scope="module")
def web(server):
    server.deploy("web")
    url = server.client().create_function_url_config(
        FunctionName="web", AuthType="NONE", Cors={"AllowOrigins": ["https://a.example"], "AllowMethods": ["GET"], "MaxAge": 60,
                                                    "AllowCredentials": True})["FunctionUrl"]
    return url.split("/")[2].split(":")[0]


def ask(server, method, path, body=None, headers=None, host=None):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    headers = dict(headers or {})
    if host:
        headers["Host"] = f"{host}:{server.port}"
    connection.request(method, path, body=body, headers=headers)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer, body


def test_a_request_becomes_an_event_of_format_2(server, web):
    answer, body = ask(server, "POST", "/a%20b/c?x=1&x=2&y=%C3%A9", body="text é".encode(),
                       headers={"Content-Type": "text/plain", "X-Own": "v", "Cookie": "a=1; b=2"}, host=web)
    event = json.loads(body)
    assert answer.status == 200 and event["version"] == "2.0" and event["routeKey"] == "$default"
    assert event["rawPath"] == "/a%20b/c" and event["rawQueryString"] == "x=1&x=2&y=%C3%A9"
    assert event["queryStringParameters"] == {"x": "1,2", "y": "é"} and event["cookies"] == ["a=1", "b=2"]
    assert event["headers"]["x-own"] == "v" and "cookie" not in event["headers"]
    assert event["body"] == "text é" and event["isBase64Encoded"] is False
    context = event["requestContext"]
    assert context["http"]["method"] == "POST" and context["http"]["sourceIp"] == "127.0.0.1" and context["stage"] == "$default"
    assert context["domainName"] == web and context["accountId"] == "anonymous"


def test_bytes_travel_in_base64(server, web):
    _, body = ask(server, "POST", "/", body=b"\x00\xff", headers={"Content-Type": "application/octet-stream"}, host=web)
    event = json.loads(body)
    assert event["isBase64Encoded"] is True and event["body"] == "AP8="


def test_the_path_form_is_the_same_function(server, web):
    answer, body = ask(server, "GET", "/lambda-url/web/deep/path?q=1")
    assert answer.status == 200 and json.loads(body)["rawPath"] == "/deep/path"
    assert ask(server, "GET", "/lambda-url/nobody/")[0].status == 404
    assert ask(server, "GET", "/", host="0" * 32 + ".lambda-url.us-east-1.localhost")[0].status == 404


def test_an_answer_with_a_status_is_an_http_response(server, name):
    server.deploy(name, handler="probe:handle")
    server.client().create_function_url_config(FunctionName=name, AuthType="NONE")
    for event, status in (({"do": "crash"}, 502), ({"do": "sleep", "ms": 9000}, 502)):
        error, payload, _ = server.invoke(name, event)
        assert error == "Unhandled"
    # The function answers a URL's event with the event, which has no statusCode.
    answer, body = ask(server, "GET", f"/lambda-url/{name}/")
    assert answer.status == 200 and answer.headers["content-type"] == "application/json"


def test_cors_is_answered_for_the_function(server, web):
    preflight = {"Origin": "https://a.example", "Access-Control-Request-Method": "GET"}
    answer, _ = ask(server, "OPTIONS", "/", headers=preflight, host=web)
    assert answer.status == 200 and answer.headers["access-control-allow-origin"] == "https://a.example"
    assert answer.headers["access-control-max-age"] == "60" and answer.headers["access-control-allow-credentials"] == "true"
    answer, _ = ask(server, "GET", "/", headers={"Origin": "https://a.example"}, host=web)
    assert answer.headers["access-control-allow-origin"] == "https://a.example"
    answer, _ = ask(server, "GET", "/", headers={"Origin": "https://evil.example"}, host=web)
    assert "access-control-allow-origin" not in answer.headers


def test_url_configs_live_and_die(server, name):
    client = server.client()
    server.deploy(name)
    made = client.create_function_url_config(FunctionName=name, AuthType="NONE", InvokeMode="RESPONSE_STREAM")
    assert made["InvokeMode"] == "RESPONSE_STREAM"
    with pytest.raises(ClientError) as refused:
        client.create_function_url_config(FunctionName=name, AuthType="NONE")
    assert refused.value.response["Error"]["Code"] == "ResourceConflictException"
    assert client.update_function_url_config(FunctionName=name, AuthType="AWS_IAM")["AuthType"] == "AWS_IAM"
    assert ask(server, "GET", f"/lambda-url/{name}/")[0].status == 403
    assert len(client.list_function_url_configs(FunctionName=name)["FunctionUrlConfigs"]) == 1
    client.delete_function_url_config(FunctionName=name)
    assert ask(server, "GET", f"/lambda-url/{name}/")[0].status == 404


STREAMER = """-module(web).
-export([handle/2]).
handle(#{<<"rawPath">> := <<"/stream">>}, _) ->
    {ok, beamlet_function:http_stream(201, #{<<"x-own">> => <<"yes">>}, fun(Send) ->
        [begin Send(<<"piece">>), timer:sleep(150) end || _ <- [1, 2, 3]] end)};
handle(#{<<"rawPath">> := <<"/breaks">>}, _) ->
    {ok, beamlet_function:http_stream(200, #{}, fun(Send) -> Send(<<"piece">>), error(midway) end)};
handle(#{<<"rawPath">> := <<"/status">>}, _) ->
    {ok, #{statusCode => 418, headers => #{<<"x-own">> => <<"tea">>}, cookies => [<<"a=1">>], body => <<"AAE=">>, isBase64Encoded => true}};
handle(_, _) -> error(no).
"""


def test_urls_stream_and_carry_status_headers_and_bytes(server, name, tmp_path):
    from conftest import project_zip
    (tmp_path / "src").mkdir()
    (tmp_path / "src/web.erl").write_text(STREAMER)
    (tmp_path / "beamlet.toml").write_text('[functions.web]\nhandler = "web:handle"\n')
    server.deploy(name, project_zip(tmp_path), handler="web:handle")
    server.client().create_function_url_config(FunctionName=name, AuthType="NONE", InvokeMode="RESPONSE_STREAM")
    begun = time.monotonic()
    with urllib.request.urlopen(f"{server.url}/lambda-url/{name}/stream") as answer:
        assert answer.status == 201 and answer.headers["x-own"] == "yes"
        assert answer.read(5) == b"piece" and time.monotonic() - begun < 0.3
        assert answer.read() == b"piecepiece" and time.monotonic() - begun > 0.3
    with urllib.request.urlopen(f"{server.url}/lambda-url/{name}/breaks") as answer:
        # The status is gone; a connection that breaks off says that this is not the whole.
        with pytest.raises(http.client.IncompleteRead) as broken:
            answer.read()
        assert broken.value.partial == b"piece"
    server.client().update_function_url_config(FunctionName=name, InvokeMode="BUFFERED")
    answer, body = ask(server, "GET", f"/lambda-url/{name}/status")
    assert (answer.status, body, answer.headers["x-own"], answer.headers["set-cookie"]) == (418, b"\x00\x01", "tea", "a=1")
    assert ask(server, "GET", f"/lambda-url/{name}/crash")[0].status == 502


def test_the_logs_api_reads_what_functions_wrote(server, name):
    server.deploy(name)
    logs = server.client("logs")
    group = f"/aws/lambda/{name}"
    for number in range(3):
        server.invoke(name, {"do": "log", "lines": [f"line {number} of {name}"]})
    assert group in [g["logGroupName"] for g in logs.describe_log_groups(logGroupNamePrefix="/aws/lambda/")["logGroups"]]
    streams = logs.describe_log_streams(logGroupName=group, orderBy="LastEventTime", descending=True)["logStreams"]
    assert len(streams) == 1 and "[$LATEST]" in streams[0]["logStreamName"]
    every = logs.get_log_events(logGroupName=group, logStreamName=streams[0]["logStreamName"], startFromHead=True)
    messages = [event["message"] for event in every["events"]]
    assert len([m for m in messages if m.startswith("line")]) == 3 and len([m for m in messages if m.startswith("REPORT")]) == 3
    forward = logs.get_log_events(logGroupName=group, logStreamName=streams[0]["logStreamName"], nextToken=every["nextForwardToken"])
    assert forward["events"] == [] and forward["nextForwardToken"] == every["nextForwardToken"]
    last = logs.get_log_events(logGroupName=group, logStreamName=streams[0]["logStreamName"], limit=2)
    assert [e["message"] for e in last["events"]] == messages[-2:]
    before = logs.get_log_events(logGroupName=group, logStreamName=streams[0]["logStreamName"], limit=2, nextToken=last["nextBackwardToken"])
    assert [e["message"] for e in before["events"]] == messages[-4:-2]
    pages = logs.get_paginator("filter_log_events").paginate(logGroupName=group, filterPattern="line", PaginationConfig={"PageSize": 1})
    assert len([event for page in pages for event in page["events"]]) == 3
    with pytest.raises(ClientError) as refused:
        logs.filter_log_events(logGroupName="/nobody")
    assert refused.value.response["Error"]["Code"] == "ResourceNotFoundException"


def test_a_function_that_logs_too_fast_loses_lines_and_not_the_server(server, name):
    server.deploy(name, Timeout=20)
    assert server.ask(name, "flood", lines=100_000) == 100_000
    server.client("logs").describe_log_groups()
    assert server.ask(name, "echo", value=1) == 1


def test_the_servers_own_log_is_json(tmp_path):
    process = subprocess.Popen([BEAMLET, "serve", "--addr", "127.0.0.1:0", "--data", tmp_path / "data"], text=True,
                               stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, env=dict(os.environ, BEAMLET_LOG="debug"))
    try:
        lines = []
        while not lines or lines[-1]["message"] != "serving":
            lines.append(json.loads(process.stderr.readline()))
        request = urllib.request.Request(f"http://{lines[-1]['address']}/2015-03-31/functions/", headers={"X-Amzn-Trace-Id": "Root=1-2-3"})
        with urllib.request.urlopen(request) as answer:
            request_id = answer.headers["x-amzn-requestid"]
    finally:
        process.terminate()
        lines += [json.loads(line) for line in process.stderr]
        process.wait(30)
    assert all({"timestamp", "level", "message"} <= line.keys() for line in lines)
    assert {"confinement", "Erlang/OTP", "serving", "stopped"} <= {line["message"] for line in lines}
    answered = [line for line in lines if line.get("request_id") == request_id]
    assert answered and answered[0]["status"] == 200 and answered[0]["trace_id"] == "Root=1-2-3"


def test_logs_end_with_their_days(fresh):
    server = fresh()
    server.deploy("f")
    server.ask("f", "log", lines=["of today"])
    wait_until(lambda: "of today" in server.run("beamlet", "logs", "f").stdout)
    server.process.terminate()
    server.process.wait(30)
    group = server.data / "logs" / "%2Faws%2Flambda%2Ff"
    gone = server.data / "logs" / "%2Faws%2Flambda%2Fgone"
    gone.mkdir()
    now_ms = int(time.time() * 1000)
    for folder, days in ((group, 13), (group, 15), (gone, 20)):
        at_ms = now_ms - days * 24 * 3600 * 1000
        segment = folder / f"{at_ms:015}.log"
        segment.write_text(json.dumps({"t": at_ms, "s": "s", "n": 1, "m": f"of {days} days ago"}) + "\n")
        os.utime(segment, (at_ms / 1000, at_ms / 1000))
    server.start()
    logs = server.client("logs")
    assert [g["logGroupName"] for g in logs.describe_log_groups()["logGroups"]] == ["/aws/lambda/f"]
    messages = [event["message"] for event in logs.filter_log_events(logGroupName="/aws/lambda/f", startTime=0)["events"]]
    assert "of 13 days ago" in messages[0] and "of today" in "".join(messages) and not any("15 days" in m for m in messages)
    assert sorted(path.name for path in (server.data / "logs").iterdir()) == [group.name]


def test_metrics_are_what_prometheus_reads(server, name):
    server.deploy(name)
    server.ask(name, "echo", value=1)
    server.invoke(name, {"do": "crash"})
    wait_until(lambda: server.metric("invocations_total", function=name) == 2)
    assert server.metric("errors_total", function=name) == 1
    server.client().put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
    with pytest.raises(ClientError):
        server.invoke(name, {})
    assert server.metric("throttles_total", function=name) == 1
    text = server.get("/metrics")
    for wanted in ( "duration_seconds_bucket", "init_seconds_bucket", "environments", "event_queue_depth",
                   "event_queue_age_seconds", "concurrency", "pool_nodes", "environment_starts_total"):
        assert f"beamlet_{wanted}" in text, wanted
    assert text.endswith("# EOF\n")


def raw(server, data, seconds=5):
    """What a server answers to bytes, or how it closes."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=seconds) as connection:
        answer = b""
        try:
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
            while piece := connection.recv(65536):
                answer += piece
        except OSError:
            # The server may close as soon as it has seen enough.
            pass
        return answer


def test_bytes_that_are_no_http_end_a_connection_and_nothing_else(server):
    chance = random.Random(7)
    for _ in range(50):
        raw(server, chance.randbytes(chance.randint(1, 2000)))
    for data in (b"GET / HTTP/9.9\r\n\r\n", b"GET /" + b"x" * 100_000 + b" HTTP/1.1\r\n\r\n",
                 b"GET / HTTP/1.1\r\n" + b"".join(b"X-%d: y\r\n" % n for n in range(1000)) + b"\r\n",
                 b"POST / HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\nx", b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"):
        raw(server, data)
    assert server.get("/health") == "ok\n"


def test_requests_of_every_bad_kind_get_an_error_of_awss_form(server):
    chance = random.Random(11)
    paths = ["/", "/2015-03-31/functions/", "/2015-03-31/functions/%00/invocations", "/2015-03-31/functions/a/b/c/d/e/f/g/h",
             "/2015-03-31/functions/x/invocations", "/2015-03-31/functions/" + "y" * 5000, "/2015-03-31/functions/%ff%fe",
             "/2018-10-31/layers/x/versions/notanumber", "/2015-03-31/functions?MaxItems=-1", "/2015-03-31/functions?MaxItems=x"]
    bodies = [b"", b"{", b"[]", b"null", b"{}", b'{"FunctionName": 5}', b'{"Code": {"ZipFile": "!!!"}}', b"[" * 100_000, b"\xff" * 100,
              json.dumps({"FunctionName": "f", "Runtime": {"a": 1}, "Role": [], "Code": "x"}).encode()]
    for path in paths:
        for method in ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD"):
            answer, body = ask(server, method, path, body=chance.choice(bodies), headers={"Content-Type": "application/json"})
            assert answer.status < 500 or answer.status == 501, (method, path, answer.status, body)
    for body in bodies:
        answer, text = ask(server, "POST", "/2015-03-31/functions", body=body)
        assert 400 <= answer.status < 500 and answer.headers["x-amzn-errortype"].endswith("Exception"), (body[:50], text)
    for target in ("Logs_20140328.Nothing", "x", ""):
        answer, text = ask(server, "POST", "/", body=b"{}", headers={"X-Amz-Target": target})
        assert answer.status == 400 or answer.status == 404, text
    assert server.get("/health") == "ok\n"
