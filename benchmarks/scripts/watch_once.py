"""Watch a report, change one parameter of its edition a few times, and print how long each refreshed page took, and
the stages of the last one.

    python watch_once.py PROJECT DOOR EDITS

The seconds run from the save to the preview's word that the page is refreshed.
"""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

project, door, edits = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
edition = project / "editions" / "latest.yaml"
original = edition.read_text(encoding="utf-8")
command = [sys.executable, door, "watch", "--language", "en", "--port", "0", "--no-open"]
watching = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def refreshed() -> tuple[float, str]:
    """Wait for the next page; when it was there, and what the preview says of it."""
    for line in watching.stderr:
        if "error:" in line:
            raise SystemExit(line)
        if "page refreshed" in line or "page as it was" in line:
            return time.monotonic(), line
    raise SystemExit("the preview ended")


try:
    refreshed()
    seconds = []
    for edit in range(edits):
        time.sleep(1)
        cost = 71 + (os.getpid() + edit) % 1000
        began = time.monotonic()
        edition.write_text(original.rstrip() + f"\n  acquisition_cost: {cost}.0\n", encoding="utf-8")
        ended, said = refreshed()
        seconds.append(ended - began)
finally:
    watching.send_signal(signal.SIGINT)
    watching.wait(30)
    edition.write_text(original, encoding="utf-8")
stages = {stage: float(taken) for stage, taken in re.findall(r"(\w+) ([\d.]+) s\b", said.rpartition(";")[2])}
print(json.dumps({f"refresh {number}": value for number, value in enumerate(seconds, 1)} | stages))
