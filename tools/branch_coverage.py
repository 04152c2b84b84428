"""Print how many of the branches in measures, data and report the tests took; `make test-all` runs this last."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

PACKAGES = ("measures", "data", "report")
TARGET = 90.0


def main() -> None:
    """Read `.coverage` in the present folder and print a line a package."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "coverage.json"
        done = subprocess.run([sys.executable, "-m", "coverage", "json", "-q", "-o", str(file)], check=False)
        if done.returncode:
            return
        files = json.loads(file.read_text(encoding="utf-8"))["files"]
    for package in PACKAGES:
        of_package = [
            entry["summary"]
            for name, entry in files.items()
            if f"consumer_credit/{package}/" in Path(name).as_posix()
        ]
        branches = sum(summary["num_branches"] for summary in of_package)
        taken = sum(summary["covered_branches"] for summary in of_package)
        share = 100 * taken / branches if branches else 0.0
        short = "" if share >= TARGET else f", short of {TARGET:g} %"
        print(f"branches taken in {package}: {share:.1f} % of {branches:,}{short}")


if __name__ == "__main__":
    main()
