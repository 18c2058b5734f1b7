"""The runner of OTP's test suites tells how a case ended, whatever way it ends, on stock erl."""

import json
import subprocess

import pytest

from conftest import ROOT


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    tree = tmp_path_factory.mktemp("otp")
    folder = tree / "lib" / "stdlib" / "test"
    folder.mkdir(parents=True)
    subprocess.run(["erlc", "-o", folder, ROOT / "tests/otp/example/example_SUITE.erl"], check=True)
    out = tree / "results.json"
    subprocess.run([ROOT / "scripts/otp-suites", "--engine", "erl", "--suites", tree, "--out", out], check=True)
    return json.loads(out.read_text())["stdlib/example_SUITE"]


def test_each_case_has_the_verdict_that_it_earned(run):
    verdicts = {name: case["verdict"] for name, case in run["cases"].items()}
    assert verdicts == {
        "passes": "ok",
        "fails": "fail",
        "crashes": "fail",
        "is_skipped": "skip",
        "throws_a_skip": "skip",
        "skipped_by_init": "skip",
        "loops": "timeout",
        "dies_by_a_link": "fail",
        "fails_at_the_end": "fail",
        "captures": "ok",
        "leaves_the_directory": "ok",
        "is_at_home": "ok",
        "outer/sees_the_group": "ok",
        "outer/inner/ends_the_host": "host ended",
        "outer/inner/sees_the_group": "ok",
        "outer/broken/never_begins": "fail",
        "comes_after": "ok",
    }


def test_what_went_wrong_is_told(run):
    detail = {name: case["detail"] for name, case in run["cases"].items()}
    assert "expected this" in detail["fails"]
    assert "{badmatch,[1,2,3]}" in detail["crashes"] and "example_SUITE" in detail["crashes"]
    assert "boom" in detail["dies_by_a_link"]
    assert "leak" in detail["fails_at_the_end"]
    assert "host ended (7)" in detail["outer/inner/ends_the_host"]
    assert "no_such_group_today" in detail["outer/broken/never_begins"]


def test_a_suite_that_ended_its_host_goes_on_behind_that_case(run):
    assert run["restarts"] == 1 and run["note"] is None
