"""The whole life of a function with boto3 and with the `aws` command line.

The shapes of every answer are checked by botocore as it parses them, and here against its model.
"""

import hashlib
import base64
import io
import json
import sys
import urllib.request
import zipfile

import botocore.session
import pytest
from botocore.exceptions import ClientError

from conftest import ROLE, probe_zip, wait_until

AWS = f"{sys.prefix}/bin/aws"
ARN = "arn:aws:lambda:us-east-1:123456789012:function:"


def code(error):
    return error.value.response["Error"]["Code"], error.value.response["ResponseMetadata"]["HTTPStatusCode"]


def refused(call, expected, status, **arguments):
    with pytest.raises(ClientError) as error:
        call(**arguments)
    assert code(error) == (expected, status), error.value
    assert error.value.response["Error"]["Message"]
    return error.value.response


def test_create_show_change_delete(server, name):
    client = server.client()
    made = server.deploy(name, Description="first", Environment={"Variables": {"AA": "1"}}, Tags={"team": "x"},
                         TracingConfig={"Mode": "Active"}, EphemeralStorage={"Size": 1024}, SnapStart={"ApplyOn": "PublishedVersions"},
                         LoggingConfig={"LogFormat": "JSON", "LogGroup": f"/own/{name}"})
    assert made["FunctionArn"] == ARN + name and made["Version"] == "$LATEST" and made["Role"] == ROLE
    zipped = probe_zip()
    assert made["CodeSize"] == len(zipped)
    assert made["CodeSha256"] == base64.b64encode(hashlib.sha256(zipped).digest()).decode()
    client.get_waiter("function_exists").wait(FunctionName=name)
    client.get_waiter("function_active_v2").wait(FunctionName=name)
    shown = client.get_function(FunctionName=name)
    assert shown["Tags"] == {"team": "x"}
    configuration = shown["Configuration"]
    assert configuration["Environment"]["Variables"] == {"AA": "1"}
    assert configuration["TracingConfig"]["Mode"] == "Active" and configuration["EphemeralStorage"]["Size"] == 1024
    assert configuration["SnapStart"]["ApplyOn"] == "PublishedVersions"
    assert configuration["LoggingConfig"] == {"LogFormat": "JSON", "LogGroup": f"/own/{name}"}
    with urllib.request.urlopen(shown["Code"]["Location"]) as answer:
        assert answer.read() == zipped
    for form in (name, ARN + name, f"123456789012:function:{name}"):
        assert client.get_function_configuration(FunctionName=form)["FunctionName"] == name
    changed = client.update_function_configuration(FunctionName=name, MemorySize=256, Timeout=9, Description="second",
                                                   RevisionId=configuration["RevisionId"])
    client.get_waiter("function_updated_v2").wait(FunctionName=name)
    assert (changed["MemorySize"], changed["Timeout"], changed["Description"]) == (256, 9, "second")
    assert changed["Environment"]["Variables"] == {"AA": "1"}
    refused(client.update_function_configuration, "PreconditionFailedException", 412, FunctionName=name, Timeout=1,
            RevisionId=configuration["RevisionId"])
    dry = client.update_function_code(FunctionName=name, ZipFile=zipped, DryRun=True)
    assert dry["CodeSha256"] == made["CodeSha256"]
    published = client.update_function_code(FunctionName=name, ZipFile=zipped, Publish=True)
    assert published["Version"] == "1" and published["FunctionArn"].endswith(":1")
    assert name in [f["FunctionName"] for f in client.list_functions()["Functions"]]
    client.delete_function(FunctionName=name)
    refused(client.get_function, "ResourceNotFoundException", 404, FunctionName=name)


def test_versions_and_aliases(server, name):
    client = server.client()
    server.deploy(name)
    one = client.publish_version(FunctionName=name, Description="one")
    assert one["Version"] == "1" and one["Description"] == "one"
    assert client.publish_version(FunctionName=name)["Version"] == "1", "nothing changed, so no new version"
    client.update_function_configuration(FunctionName=name, Handler="probe:other")
    assert client.publish_version(FunctionName=name)["Version"] == "2"
    refused(client.publish_version, "InvalidParameterValueException", 400, FunctionName=name, CodeSha256="wrong")
    refused(client.publish_version, "PreconditionFailedException", 412, FunctionName=name, RevisionId="wrong")
    assert [v["Version"] for v in client.list_versions_by_function(FunctionName=name)["Versions"]] == ["$LATEST", "1", "2"]
    alias = client.create_alias(FunctionName=name, Name="live", FunctionVersion="1", Description="d")
    assert alias["AliasArn"] == f"{ARN}{name}:live"
    refused(client.create_alias, "ResourceConflictException", 409, FunctionName=name, Name="live", FunctionVersion="1")
    refused(client.create_alias, "ResourceNotFoundException", 404, FunctionName=name, Name="x", FunctionVersion="9")
    refused(client.create_alias, "ValidationException", 400, FunctionName=name, Name="12", FunctionVersion="1")
    assert server.invoke(f"{name}:live", {"do": "echo", "value": 1})[1] == 1
    assert server.invoke(name, {"do": "echo", "value": 1}, Qualifier="2")[1] == "other"
    updated = client.update_alias(FunctionName=name, Name="live", RoutingConfig={"AdditionalVersionWeights": {"2": 0.5}})
    assert updated["RoutingConfig"]["AdditionalVersionWeights"] == {"2": 0.5}
    executed = [client.invoke(FunctionName=name, Qualifier="live", Payload=b'{"do":"echo","value":1}')["ExecutedVersion"] for _ in range(40)]
    assert 5 < executed.count("2") < 35, "each side of an even weight is chosen"
    refused(client.delete_function, "ResourceConflictException", 409, FunctionName=name, Qualifier="2")
    assert len(client.list_aliases(FunctionName=name, FunctionVersion="2")["Aliases"]) == 1
    client.update_alias(FunctionName=name, Name="live", FunctionVersion="2", RoutingConfig={"AdditionalVersionWeights": {}})
    assert "RoutingConfig" not in client.get_alias(FunctionName=name, Name="live")
    client.delete_function(FunctionName=name, Qualifier="1")
    refused(client.invoke, "ResourceNotFoundException", 404, FunctionName=name, Qualifier="1")
    client.delete_alias(FunctionName=name, Name="live")
    refused(client.get_alias, "ResourceNotFoundException", 404, FunctionName=name, Name="live")
    assert client.publish_version(FunctionName=name)["Version"] == "2", "the same settings as the last version"


def test_lists_come_in_pages(server, name):
    client = server.client()
    server.deploy(name)
    for number in range(5):
        client.update_function_configuration(FunctionName=name, Description=str(number), Timeout=number + 1)
        client.publish_version(FunctionName=name)
    pages = client.get_paginator("list_versions_by_function").paginate(FunctionName=name, PaginationConfig={"PageSize": 2})
    assert [v["Version"] for page in pages for v in page["Versions"]] == ["$LATEST", "1", "2", "3", "4", "5"]
    for version in ("1", "2", "3"):
        client.create_alias(FunctionName=name, Name=f"a{version}", FunctionVersion=version)
    pages = client.get_paginator("list_aliases").paginate(FunctionName=name, PaginationConfig={"PageSize": 1})
    assert [a["Name"] for page in pages for a in page["Aliases"]] == ["a1", "a2", "a3"]
    pages = client.get_paginator("list_functions").paginate(FunctionVersion="ALL", PaginationConfig={"PageSize": 3})
    found = [f["FunctionArn"] for page in pages for f in page["Functions"] if f["FunctionName"] == name]
    assert found == [f"{ARN}{name}:$LATEST"] + [f"{ARN}{name}:{n}" for n in range(1, 6)]


def test_concurrency_settings(server, name):
    client = server.client()
    server.deploy(name)
    assert client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=5)["ReservedConcurrentExecutions"] == 5
    assert client.get_function_concurrency(FunctionName=name)["ReservedConcurrentExecutions"] == 5
    assert client.get_function(FunctionName=name)["Concurrency"] == {"ReservedConcurrentExecutions": 5}
    refused(client.put_function_concurrency, "InvalidParameterValueException", 400, FunctionName=name, ReservedConcurrentExecutions=950)
    settings = client.get_account_settings()
    assert settings["AccountLimit"]["ConcurrentExecutions"] == 1000
    assert settings["AccountLimit"]["UnreservedConcurrentExecutions"] <= 995
    client.delete_function_concurrency(FunctionName=name)
    assert "ReservedConcurrentExecutions" not in client.get_function_concurrency(FunctionName=name)


def test_provisioned_concurrency_is_ready_before_it_says_so(server, name):
    client = server.client()
    server.deploy(name, Publish=True)
    put = client.put_provisioned_concurrency_config(FunctionName=name, Qualifier="1", ProvisionedConcurrentExecutions=2)
    assert put["RequestedProvisionedConcurrentExecutions"] == 2
    get = lambda: client.get_provisioned_concurrency_config(FunctionName=name, Qualifier="1")
    wait_until(lambda: get()["Status"] == "READY", what="READY")
    assert get()["AvailableProvisionedConcurrentExecutions"] == 2
    assert server.metric("environment_starts_total", function=name, kind="provisioned") == 2
    _, environment, log = server.invoke(name, {"do": "env"}, Qualifier="1")
    assert environment["AWS_LAMBDA_INITIALIZATION_TYPE"] == "provisioned-concurrency" and "Init Duration" not in log
    rows = client.list_provisioned_concurrency_configs(FunctionName=name)["ProvisionedConcurrencyConfigs"]
    assert [row["FunctionArn"] for row in rows] == [f"{ARN}{name}:1"]
    refused(client.put_provisioned_concurrency_config, "InvalidParameterValueException", 400, FunctionName=name,
            Qualifier="$LATEST", ProvisionedConcurrentExecutions=1)
    client.delete_provisioned_concurrency_config(FunctionName=name, Qualifier="1")
    refused(client.get_provisioned_concurrency_config, "ProvisionedConcurrencyConfigNotFoundException", 404, FunctionName=name, Qualifier="1")


def test_provisioned_concurrency_that_cannot_come_up_says_so(server, name):
    client = server.client()
    server.deploy(name, Publish=True, Environment={"Variables": {"PROBE_INIT": "crash"}})
    client.put_provisioned_concurrency_config(FunctionName=name, Qualifier="1", ProvisionedConcurrentExecutions=2)
    get = lambda: client.get_provisioned_concurrency_config(FunctionName=name, Qualifier="1")
    found = wait_until(lambda: get()["Status"] == "FAILED" and get(), what="FAILED")
    assert found["AvailableProvisionedConcurrentExecutions"] == 0 and found["StatusReason"] == "FUNCTION_ERROR_INIT_FAILURE"


def test_event_invoke_configs(server, name):
    client = server.client()
    server.deploy(name)
    put = client.put_function_event_invoke_config(FunctionName=name, MaximumRetryAttempts=1, MaximumEventAgeInSeconds=60)
    assert put["FunctionArn"] == f"{ARN}{name}:$LATEST" and put["LastModified"].year >= 2026
    updated = client.update_function_event_invoke_config(FunctionName=name, MaximumRetryAttempts=0)
    assert (updated["MaximumRetryAttempts"], updated["MaximumEventAgeInSeconds"]) == (0, 60)
    assert len(client.list_function_event_invoke_configs(FunctionName=name)["FunctionEventInvokeConfigs"]) == 1
    refused(client.put_function_event_invoke_config, "ValidationException", 400, FunctionName=name, MaximumRetryAttempts=3)
    refused(client.put_function_event_invoke_config, "InvalidParameterValueException", 400, FunctionName=name,
            DestinationConfig={"OnSuccess": {"Destination": ARN + "nobody"}})
    client.delete_function_event_invoke_config(FunctionName=name)
    refused(client.get_function_event_invoke_config, "ResourceNotFoundException", 404, FunctionName=name)


def test_policies_and_tags(server, name):
    client = server.client()
    server.deploy(name)
    statement = json.loads(client.add_permission(FunctionName=name, StatementId="s1", Action="lambda:InvokeFunction",
                                                 Principal="s3.amazonaws.com", SourceArn="arn:aws:s3:::b", SourceAccount="123456789012")["Statement"])
    assert statement["Principal"] == {"Service": "s3.amazonaws.com"}
    assert statement["Condition"]["ArnLike"] == {"AWS:SourceArn": "arn:aws:s3:::b"}
    refused(client.add_permission, "ResourceConflictException", 409, FunctionName=name, StatementId="s1",
            Action="lambda:InvokeFunction", Principal="*")
    policy = client.get_policy(FunctionName=name)
    assert len(json.loads(policy["Policy"])["Statement"]) == 1
    refused(client.remove_permission, "PreconditionFailedException", 412, FunctionName=name, StatementId="s1", RevisionId="wrong")
    client.remove_permission(FunctionName=name, StatementId="s1", RevisionId=policy["RevisionId"])
    refused(client.get_policy, "ResourceNotFoundException", 404, FunctionName=name)
    client.tag_resource(Resource=ARN + name, Tags={"a": "1", "b": "2"})
    client.untag_resource(Resource=ARN + name, TagKeys=["a"])
    assert client.list_tags(Resource=ARN + name)["Tags"] == {"b": "2"}
    refused(client.tag_resource, "InvalidParameterValueException", 400, Resource=ARN + name, Tags={str(n): "" for n in range(60)})


def layer_zip(files):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return buffer.getvalue()


def test_layers_are_merged_in_their_order(server, name):
    client = server.client()
    arns = []
    for files in ({"data/a": "one", "data/b": "one"}, {"data/b": "two"}):
        published = client.publish_layer_version(LayerName=f"{name}-{len(arns)}", Content={"ZipFile": layer_zip(files)},
                                                 CompatibleRuntimes=["provided.al2023"], Description="d", LicenseInfo="MIT")
        assert published["Version"] == 1
        arns.append(published["LayerVersionArn"])
    made = server.deploy(name, Layers=arns)
    assert [layer["Arn"] for layer in made["Layers"]] == arns
    assert server.ask(name, "read", path="/opt/data/a") == "one"
    assert server.ask(name, "read", path="/opt/data/b") == "two"
    again = client.publish_layer_version(LayerName=f"{name}-0", Content={"ZipFile": layer_zip({"x": "y"})})
    assert again["Version"] == 2
    assert [v["Version"] for v in client.list_layer_versions(LayerName=f"{name}-0")["LayerVersions"]] == [2, 1]
    assert client.get_layer_version_by_arn(Arn=arns[0])["Version"] == 1
    listed = client.list_layers(CompatibleRuntime="provided.al2023")["Layers"]
    assert f"{name}-1" in [layer["LayerName"] for layer in listed]
    client.add_layer_version_permission(LayerName=f"{name}-0", VersionNumber=1, StatementId="s", Action="lambda:GetLayerVersion", Principal="*")
    assert client.get_layer_version_policy(LayerName=f"{name}-0", VersionNumber=1)["Policy"]
    client.remove_layer_version_permission(LayerName=f"{name}-0", VersionNumber=1, StatementId="s")
    client.delete_layer_version(LayerName=f"{name}-0", VersionNumber=1)
    assert server.ask(name, "read", path="/opt/data/a") == "one", "functions keep a deleted layer"
    refused(client.update_function_configuration, "InvalidParameterValueException", 400, FunctionName=name, Layers=[arns[0]])


def test_settings_that_are_kept_and_shown(server, name):
    client = server.client()
    server.deploy(name)
    assert client.get_runtime_management_config(FunctionName=name)["UpdateRuntimeOn"] == "Auto"
    client.put_runtime_management_config(FunctionName=name, UpdateRuntimeOn="FunctionUpdate")
    assert client.get_runtime_management_config(FunctionName=name)["UpdateRuntimeOn"] == "FunctionUpdate"
    refused(client.put_runtime_management_config, "InvalidParameterValueException", 400, FunctionName=name, UpdateRuntimeOn="Manual")
    assert client.get_function_recursion_config(FunctionName=name)["RecursiveLoop"] == "Terminate"
    assert client.put_function_recursion_config(FunctionName=name, RecursiveLoop="Allow")["RecursiveLoop"] == "Allow"
    assert client.get_function_recursion_config(FunctionName=name)["RecursiveLoop"] == "Allow"


def test_packages_that_cannot_run_are_refused_when_they_are_deployed(server, name):
    client = server.client()

    def create(runtime, files, handler="probe:handle", raw=None, mode=0o755):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            for path, text in files.items():
                info = zipfile.ZipInfo(path)
                info.external_attr = mode << 16
                archive.writestr(info, text)
        return refused(client.create_function, "InvalidParameterValueException", 400, FunctionName=name, Runtime=runtime,
                       Handler=handler, Role=ROLE, Code={"ZipFile": raw or buffer.getvalue()})["Error"]["Message"]

    assert "unzip" in create("erlang", {}, raw=b"no zip at all")
    assert "unzip" in create("erlang", {}, raw=probe_zip()[:-30])
    assert "leaves its folder" in create("erlang", {"../probe.beam": "x"})
    assert "module nobody is not in the package" in create("erlang", {"ebin/probe.beam": "x"}, handler="nobody:handle")
    assert "module:function" in create("erlang", {"ebin/probe.beam": "x"}, handler="probe")
    assert "bootstrap" in create("provided.al2023", {"main": "x"})
    assert "not executable" in create("provided.al2023", {"bootstrap": "x"}, mode=0o644)
    assert "--s3-endpoint" in refused(client.create_function, "InvalidParameterValueException", 400, FunctionName=name, Runtime="erlang",
                                      Handler="a:b", Role=ROLE, Code={"S3Bucket": "bucket", "S3Key": "k"})["Error"]["Message"]
    assert "image" in refused(client.create_function, "InvalidParameterValueException", 400, FunctionName=name, Role=ROLE,
                              PackageType="Image", Code={"ImageUri": "x/y:z"})["Error"]["Message"]
    refused(client.get_function, "ResourceNotFoundException", 404, FunctionName=name)


def test_packages_have_awss_sizes_and_no_more(server, name):
    """AWS: "Lambda quotas": 50 MB zipped, 250 MB unzipped, layers included."""
    client = server.client()
    zipped_max, unzipped_max = 50 * 1024 * 1024, 250 * 1024 * 1024

    def package(size, method):
        """The probe and a file that brings one of its sizes to `size`."""
        buffer = io.BytesIO(probe_zip())
        with zipfile.ZipFile(buffer) as archive:
            own = sum(info.file_size for info in archive.infolist())
        with zipfile.ZipFile(buffer, "a", method) as archive:
            room = size - (own if method == zipfile.ZIP_DEFLATED else len(probe_zip()) + 2 * 30 + 2 * len("fill") + 16)
            with archive.open("fill", "w") as fill:
                for at in range(0, room, 1 << 20):
                    fill.write(bytes(min(1 << 20, room - at)))
        return buffer.getvalue()

    stored = package(zipped_max, zipfile.ZIP_STORED)
    made = server.deploy(name, stored)
    assert zipped_max - 1024 < made["CodeSize"] == len(stored) <= zipped_max
    assert server.ask(name, "echo", value=1) == 1
    too_large = package(zipped_max + 2048, zipfile.ZIP_STORED)
    refused(client.update_function_code, "RequestTooLargeException", 413, FunctionName=name, ZipFile=too_large)
    client.update_function_code(FunctionName=name, ZipFile=package(unzipped_max, zipfile.ZIP_DEFLATED))
    assert server.ask(name, "echo", value=2) == 2
    error = refused(client.update_function_code, "InvalidParameterValueException", 400, FunctionName=name,
                    ZipFile=package(unzipped_max + 1, zipfile.ZIP_DEFLATED))
    assert f"smaller than {unzipped_max} bytes" in error["Error"]["Message"]
    assert server.ask(name, "echo", value=3) == 3, "a refusal changes nothing"


@pytest.mark.parametrize("settings,message", [
    ({"MemorySize": 127}, "'memorySize' failed to satisfy constraint: Member must have value greater than or equal to 128"),
    ({"Timeout": 0}, "greater than or equal to 1"),
    ({"Timeout": 901}, "less than or equal to 900"),
    ({"Role": "x"}, "'role' failed to satisfy constraint"),
    ({"Runtime": "cobol"}, "enum value set"),
    ({"EphemeralStorage": {"Size": 1}}, "greater than or equal to 512"),
    ({"Environment": {"Variables": {"1a": "x"}}}, "regular expression"),
])
def test_requests_are_checked_as_the_service_model_says(server, name, settings, message):
    # A client that checks nothing itself, as other languages' do.
    client = server.client(parameter_validation=False)
    arguments = {"FunctionName": name, "Runtime": "erlang", "Handler": "probe:handle", "Role": ROLE, "Code": {"ZipFile": probe_zip()}}
    error = refused(client.create_function, "ValidationException", 400, **{**arguments, **settings})
    assert message in error["Error"]["Message"]
    refused(client.get_function, "ResourceNotFoundException", 404, FunctionName=name)


def test_variables_have_a_limit_and_reserved_names(server, name):
    client = server.client()
    for variables in ({"AA": "x" * 4096}, {"AWS_REGION": "x"}):
        with pytest.raises(ClientError) as error:
            server.deploy(name, Environment={"Variables": variables})
        assert code(error) == ("InvalidParameterValueException", 400)
    refused(client.get_function, "ResourceNotFoundException", 404, FunctionName=name)


def test_code_comes_from_an_object_store(fresh):
    import http.server
    import threading

    class Store(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            found = self.path == "/bucket/path/to%20it.zip"
            self.send_response(200 if found else 404)
            self.end_headers()
            self.wfile.write(probe_zip() if found else b"")

        def log_message(self, *_):
            pass

    store = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Store)
    threading.Thread(target=store.serve_forever, daemon=True).start()
    server = fresh("--s3-endpoint", f"http://127.0.0.1:{store.server_port}")
    client = server.client()
    arguments = {"FunctionName": "f", "Runtime": "erlang", "Handler": "probe:handle", "Role": ROLE}
    client.create_function(**arguments, Code={"S3Bucket": "bucket", "S3Key": "path/to it.zip"})
    assert server.ask("f", "echo", value=1) == 1
    refused(client.update_function_code, "InvalidParameterValueException", 400, FunctionName="f", S3Bucket="bucket", S3Key="gone")
    store.shutdown()


def test_every_operation_of_the_model_answers(server):
    """What is not there yet says so, with an error of AWS's form, never a page or a hang."""
    model = botocore.session.get_session().get_service_model("lambda")
    samples = {"FunctionName": "no-such", "Qualifier": "live", "Name": "live", "LayerName": "no-such", "VersionNumber": 1,
               "UUID": "00000000-0000-0000-0000-000000000000", "Resource": ARN + "no-such", "ResourceArn": ARN + "no-such",
               "Arn": "arn:aws:lambda:us-east-1:123456789012:layer:x:1", "StatementId": "s", "TagKeys": ["k"]}

    def sample(shape, member=None, depth=0):
        if member in samples:
            return samples[member]
        kind = shape.type_name
        if shape.enum if kind == "string" else False:
            return shape.enum[0]
        return {
            "structure": lambda: {m: sample(shape.members[m], m, depth + 1) for m in shape.required_members},
            "list": lambda: [sample(shape.member, None, depth + 1)], "map": dict, "string": lambda: "x" * max(1, shape.metadata.get("min", 1)),
            "integer": lambda: max(1, shape.metadata.get("min", 1)), "long": lambda: 1, "boolean": lambda: False,
            "blob": lambda: b"x", "timestamp": lambda: 0, "double": lambda: 0.5, "float": lambda: 0.5,
        }[kind]()

    client = server.client(parameter_validation=False)
    unknown = []
    for operation in model.operation_names:
        shape = model.operation_model(operation).input_shape
        arguments = sample(shape) if shape else {}
        try:
            client._make_api_call(operation, arguments)
        except ClientError as error:
            answer = error.response
            assert answer["Error"]["Code"].endswith("Exception"), (operation, answer)
            assert answer["Error"]["Message"], operation
            if answer["Error"]["Code"] == "NotImplementedException":
                unknown.append(operation)
    # Event source mappings, code signing, capacity providers and durable executions.
    assert len(unknown) < 45, unknown
    assert not {"Invoke", "CreateFunction", "ListLayers", "PutFunctionConcurrency", "GetPolicy"} & set(unknown)


def test_the_aws_command_line_walks_the_whole_life(server, name, tmp_path):
    package, answer = tmp_path / "package.zip", tmp_path / "answer"
    package.write_bytes(probe_zip())
    aws = lambda *arguments: server.run(AWS, "lambda", *arguments).stdout
    made = json.loads(aws("create-function", "--function-name", name, "--runtime", "erlang",
                          "--handler", "probe:handle", "--role", ROLE, "--zip-file", f"fileb://{package}"))
    assert made["State"] == "Active"
    aws("wait", "function-active-v2", "--function-name", name)
    told = json.loads(aws("invoke", "--function-name", name, "--payload", '{"do":"echo","value":"é"}', "--log-type", "Tail", str(answer)))
    assert told["StatusCode"] == 200 and json.loads(answer.read_text()) == "é"
    assert "REPORT" in base64.b64decode(told["LogResult"]).decode()
    aws("update-function-code", "--function-name", name, "--zip-file", f"fileb://{package}", "--publish")
    aws("wait", "function-updated-v2", "--function-name", name)
    aws("create-alias", "--function-name", name, "--name", "live", "--function-version", "1")
    aws("put-function-concurrency", "--function-name", name, "--reserved-concurrent-executions", "10")
    url = json.loads(aws("create-function-url-config", "--function-name", name, "--auth-type", "NONE"))["FunctionUrl"]
    assert ".lambda-url.us-east-1.localhost" in url
    streams = server.run(AWS, "logs", "filter-log-events", "--log-group-name", f"/aws/lambda/{name}").stdout
    assert "REPORT RequestId" in streams
    aws("delete-function", "--function-name", name)
    assert name not in aws("list-functions")
