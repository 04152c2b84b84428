"""Make `.venv` hold exactly what the report is built with, on a machine that has Python and nothing else.

    python3 tools/bootstrap.py              what running needs (`make report`)
    python3 tools/bootstrap.py --dev        tests and checks too (`make test`)
    python3 tools/bootstrap.py --cluster    a Dask cluster's client and workers too (docs/sweep.md)

Only the standard library is used, since nothing is installed yet. The hashed pins are installed by uv, itself
fetched by its own hashed pin, because it takes seconds where pip takes a minute; pip does the same work where
uv cannot be had or does not reach the package index. A stamp in `.venv` says what was installed: while it
holds, there is nothing to do and no network is needed. Running the report is the business of the Makefile.

The file parses under Python 3.6, so that an older interpreter can be told what to use instead.
Why it is done this way: docs/decisions/0001-two-commands.md.
"""

import argparse
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

if sys.version_info < (3, 11):  # noqa: UP036 - this is where an older interpreter is turned away
    sys.stderr.write(
        "The report needs Python 3.11 or newer and this is %s: run tools/bootstrap.py with a newer one.\n"  # noqa: UP031
        % sys.version.split()[0]
    )
    sys.exit(2)

PROJECT = Path(__file__).resolve().parent.parent
RUN = ("requirements.txt",)
CLUSTER = (*RUN, "requirements-cluster.txt")
DEVELOPMENT = (*CLUSTER, "requirements-dev.txt")
UV_PIN = "tools/requirements-uv.txt"
ASK_VERSION = ("-IS", "-c", "import sys; print('%d.%d' % sys.version_info[:2])")

Runner = Callable[[Sequence[str]], bool]


class InstallationError(Exception):
    """What stands in the way and what to do about it, in one sentence."""


class Environment:
    """The project's own `.venv`.

    `show` runs a command in sight of the reader and tells whether it succeeded; `try_quietly` does so unseen.
    """

    def __init__(self, project: Path, show: Runner, try_quietly: Runner) -> None:
        self.project, self.show, self.try_quietly = project, show, try_quietly
        self.folder = project / ".venv"
        self.python = self.folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
        self.stamp_file = self.folder / "installed.json"

    def bring_up_to_date(self, requirements: Sequence[str]) -> bool:
        """Install `requirements` and the package unless the stamp says they are; True when there was work.

        Raises:
            InstallationError: no environment, or no packages, could be had.
        """
        version, stamp = self._version(), self._read_stamp()
        wanted = self._fingerprints(requirements)
        # A moved environment still starts, but its commands and its link to the package lead to the old
        # place; one whose Python was upgraded starts without its packages.
        stale = bool(stamp) and (stamp.get("folder"), stamp.get("python")) != (str(self.project), version)
        installed: dict[str, str] = {} if stale or not stamp else stamp["files"]
        if version and wanted.items() <= installed.items():
            return False
        self.stamp_file.unlink(missing_ok=True)
        if stale or not version:
            self._create()
        self._install(requirements)
        # What stands from earlier is not forgotten: `make report` leaves what `make test` installed.
        unchanged = dict(self._fingerprints(list(installed)).items() & installed.items())
        self._write_stamp(unchanged | wanted)
        return True

    def _version(self) -> str:
        """The environment's `3.x`, empty when it does not run or is too old for the report."""
        try:
            answer = subprocess.run([self.python, *ASK_VERSION], capture_output=True, text=True, check=True)
        except (OSError, subprocess.CalledProcessError):
            return ""
        version = answer.stdout.strip()
        return version if tuple(map(int, version.split("."))) >= (3, 11) else ""

    def _fingerprints(self, requirements: Sequence[str]) -> dict[str, str]:
        """sha256 of each file that decides what is installed."""
        files = {name: self.project / name for name in [*requirements, "pyproject.toml", UV_PIN]}
        return {
            name: hashlib.sha256(file.read_bytes()).hexdigest()
            for name, file in files.items()
            if file.is_file()
        }

    def _read_stamp(self) -> dict[str, Any]:
        try:
            stamp = json.loads(self.stamp_file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return stamp if isinstance(stamp, dict) and isinstance(stamp.get("files"), dict) else {}

    def _write_stamp(self, files: dict[str, str]) -> None:
        stamp = {"python": self._version(), "folder": str(self.project), "files": files}
        unfinished = self.stamp_file.with_suffix(".part")
        unfinished.write_text(json.dumps(stamp, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        unfinished.replace(self.stamp_file)

    def _create(self) -> None:
        # The Python underneath: this one may itself belong to the environment that is about to be cleared.
        base = getattr(sys, "_base_executable", sys.executable)
        print(f"Creating .venv with Python {sys.version.split()[0]}", flush=True)
        if not self.show([base, "-m", "venv", "--clear", "--without-pip", str(self.folder)]):
            raise InstallationError("The environment .venv could not be created: see the message above.")

    def _pip(self) -> list[str]:
        """What to type for pip in this environment; put there when it is missing."""
        inside = [str(self.python), "-m", "pip"]
        outside = [sys.executable, "-m", "pip", "--python", str(self.python)]
        if self.try_quietly([*inside, "--version"]):
            return inside
        if self.try_quietly([str(self.python), "-m", "ensurepip", "--default-pip"]):
            return inside
        if self.try_quietly([*outside, "--version"]):
            return outside
        raise InstallationError(
            "This Python comes without pip and without the means to install it: on Debian and Ubuntu, "
            "run `apt install python3-venv`, then the same command again."
        )

    def _install(self, requirements: Sequence[str]) -> None:
        pip = self._pip()
        # The system's certificates, as pip is usually set up: behind a company's proxy uv's own would not do.
        uv = [str(self.python), "-m", "uv", "--system-certs", "pip"]
        here = ["--python", str(self.python)]
        pinned = ["--require-hashes", *(part for name in requirements for part in ("-r", name))]
        package = ["--no-deps", "--no-build-isolation", "-e", "."]
        print(f"Installing {' and '.join(requirements)} into .venv", flush=True)
        if self.try_quietly([*pip, "install", "--require-hashes", "-r", UV_PIN]):
            # Looking at what is there needs uv's cache already: in a home that cannot be written to there is none.
            if not self.try_quietly([*uv, "list", *here]):
                here.append("--no-cache")
            if not sys.stderr.isatty():
                here.append("--quiet")
            if all(self.show([*uv, "install", *here, *what]) for what in (pinned, package)):
                return
            print("uv could not install them; trying pip, which takes longer", flush=True)
        else:
            print("uv cannot be had here; using pip, which takes longer", flush=True)
        if not (self.show([*pip, "install", *pinned]) and self.show([*pip, "install", *package])):
            raise InstallationError(
                "The packages could not be installed (see the messages above): the first run needs a "
                "connection to a Python package index; run the same command again once there is one."
            )


def runner(folder: Path, *, visible: bool) -> Runner:
    """A function that runs a command in `folder` and tells whether it succeeded."""
    output = None if visible else subprocess.DEVNULL
    environment = os.environ | {"PIP_DISABLE_PIP_VERSION_CHECK": "1"}

    def run(command: Sequence[str]) -> bool:
        try:
            done = subprocess.run(
                command, cwd=folder, env=environment, stdout=output, stderr=output, check=False
            )
        except OSError:
            return False
        return done.returncode == 0

    return run


def main(arguments: Sequence[str] | None = None) -> int:
    """Bring `.venv` up to date; 0 when it is, 2 when it cannot be, 130 when interrupted."""
    parser = argparse.ArgumentParser(description="Install what the report needs into .venv.")
    parser.add_argument("--dev", action="store_true", help="tests and checks too")
    parser.add_argument("--cluster", action="store_true", help="sweeps on a Dask cluster too")
    chosen = parser.parse_args(arguments)
    wanted = DEVELOPMENT if chosen.dev else CLUSTER if chosen.cluster else RUN
    environment = Environment(PROJECT, runner(PROJECT, visible=True), runner(PROJECT, visible=False))
    try:
        environment.bring_up_to_date(wanted)
    except InstallationError as obstacle:
        print(obstacle, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
