"""The fuzzer's own pipeline, erl against erl: what it makes is stable, and every finding says what erl says.

Against Beamlet: `scripts/fuzz --seed N --count M` and `scripts/fuzz --replay` (docs in tests/fuzz/README.md).
"""

import subprocess
import time

from conftest import ROOT

SECONDS = 600


def fuzz(*arguments):
    command = [ROOT / "scripts" / "fuzz", "--against", "same", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS)
    assert done.returncode == 0, f"{arguments}: {done.stdout[-6000:]}\n{done.stderr[-2000:]}"


def fresh():
    """Another start each day; scripts/fuzz prints the numbers of the programs that differ."""
    return int(time.time() // 86400) * 1000


def test_findings_say_what_erl_says():
    fuzz("--replay")


def test_generated_programs_have_one_outcome():
    fuzz("--seed", fresh(), "--count", 20)
    fuzz("--mode", "terms", "--seed", fresh(), "--count", 5)
