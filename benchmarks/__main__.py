"""`make bench`: measure what is missing, then write docs/benchmarks.md and its figure.

    make bench ARGS="--short"                    every row of the table of targets, once; cheap cases oftener
    make bench ARGS="--repeat 3 --case real-cold --case small-cold"
    make bench ARGS="--write-only"               the page again, from what has been measured

Contenders of a case are run in turn, round after round, so that what else the machine does strikes all alike.
Each measurement is kept as it is taken (.cache/bench/measurements.jsonl) and counts while code, notebooks and data
are what they were; running the same again adds only what is missing.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack

from benchmarks import ours, peers
from benchmarks.cases import OURS, WATCH, Case, Cases, Contender
from benchmarks.measuring import Measurement, Notebook, take
from benchmarks.page import write_page
from benchmarks.workloads import ROOT, Workload
from consumer_credit.report.publishing.manifest import code_hash, sha256

WORK = ROOT / ".cache" / "bench"
OFTENER = 3
"""How many times as often a cheap case is repeated."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and write; 0 even when a contender failed, which the page says."""
    chosen = _parser().parse_args(arguments)
    notebook = Notebook(WORK / "measurements.jsonl")
    fingerprint = _fingerprint()
    cases = Cases(WORK).all()
    wanted = [case for case in cases if _is_wanted(case, chosen)]
    if chosen.list:
        print("\n".join(f"{case.name:20} {case.title}" for case in cases))
        return 0
    if unknown := set(chosen.case) - {case.name for case in cases}:
        print(f"no case {', '.join(sorted(unknown))}; --list shows them", file=sys.stderr)
        return 2
    if not chosen.write_only:
        if any(contender.is_a_peer for case in wanted for contender in case.contenders):
            peers.install()
        deadline = time.monotonic() + 60 * chosen.minutes
        for case in wanted:
            if time.monotonic() < deadline:
                measure_case(
                    case,
                    notebook,
                    fingerprint,
                    repetitions=_repetitions(case, chosen),
                    deadline=deadline,
                    timeout=chosen.timeout,
                )
    write_page(ROOT, cases, notebook, fingerprint, with_steps=not chosen.write_only and not chosen.case)
    return 0


def measure_case(
    case: Case,
    notebook: Notebook,
    fingerprint: str,
    *,
    repetitions: int,
    deadline: float,
    timeout: float,
) -> None:
    """Take the measurements of a case that are not held, in turn; begin none after the deadline."""
    missing = {
        contender.name: set(range(repetitions))
        - {m.repetition for m in notebook.held(case.name, contender.name, fingerprint)}
        for contender in case.contenders
        if not contender.lacks
    }
    if not any(missing.values()):
        return
    workload = case.contenders[0].workload
    _once(ours.cut_fonts(workload), workload)
    if any(not contender.name.startswith(OURS) for contender in case.contenders):
        _keep_results(workload)
    with ExitStack() as stack:
        for contender in case.contenders:
            if missing.get(contender.name):
                stack.enter_context(contender.ready())
        if case.cheap:
            _once(case.contenders[0].commands(), workload)
        for repetition in range(repetitions):
            shift = repetition % len(case.contenders)
            for contender in (*case.contenders[shift:], *case.contenders[:shift]):
                if repetition in missing.get(contender.name, ()) and time.monotonic() < deadline:
                    notebook.add(_measured(case, contender, repetition, fingerprint, timeout))


def _measured(
    case: Case, contender: Contender, repetition: int, fingerprint: str, timeout: float
) -> Measurement:
    contender.before()
    taken = take(
        contender.commands(), folder=ROOT, environment=contender.environment, timeout=timeout * case.runs
    )
    details: dict[str, float] = {}
    if contender.name == OURS and not taken.error:
        details = ours.seconds_of_steps(contender.workload)
    elif contender.name == WATCH and not taken.error:
        details = json.loads(taken.said)
    said = taken.error or f"{taken.seconds:.1f} s, {taken.peak / 1e6:.0f} MB"
    print(f"{case.name}: {contender.name} ({repetition + 1}): {said}", file=sys.stderr, flush=True)
    return Measurement(
        case=case.name,
        contender=contender.name,
        repetition=repetition,
        fingerprint=fingerprint,
        seconds=taken.seconds,
        cpu=taken.cpu,
        peak=taken.peak,
        error=taken.error,
        details=details,
    )


def _keep_results(workload: Workload) -> None:
    """The summary reads what the other chapters recorded; whoever runs it by itself is given that in a file."""
    if not workload.results.exists():
        _once(ours.build("--language", "en", "--format", "html"), workload)
        pages = list(workload.folder.glob("dist/*/en/results.json"))
        if pages:
            shutil.copy(pages[0], workload.results)


def _once(commands: Sequence[Sequence[str]], workload: Workload) -> None:
    take(commands, folder=ROOT, environment=ours.environment(workload), timeout=1800)


def _repetitions(case: Case, chosen: argparse.Namespace) -> int:
    repeat = 1 if chosen.short else chosen.repeat
    return int(repeat * OFTENER if case.cheap else repeat)


def _is_wanted(case: Case, chosen: argparse.Namespace) -> bool:
    if chosen.case:
        return case.name in chosen.case
    return not (chosen.short and case.long)


def _fingerprint() -> str:
    """Of everything that is measured: the library, the notebooks, the data, the pins of both environments."""
    digest = hashlib.sha256(code_hash().encode())
    files = [ROOT / "requirements.txt", peers.PINS, *sorted((ROOT / "notebooks").glob("*.ipynb"))]
    files += sorted(path for path in (ROOT / "data").rglob("*") if path.is_file())
    for path in files:
        digest.update(sha256(path).encode())
    return digest.hexdigest()[:16]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make bench", description="Measure speed against the peers.")
    parser.add_argument("--repeat", type=int, default=3, help="rounds of each case (default 3)")
    parser.add_argument("--short", action="store_true", help="one round, without the long cases")
    parser.add_argument("--case", action="append", default=[], help="only this case; may be repeated")
    parser.add_argument(
        "--minutes", type=float, default=240, help="begin no measurement after so many minutes"
    )
    parser.add_argument("--timeout", type=float, default=900, help="seconds one report may take")
    parser.add_argument("--write-only", action="store_true", help="write the page from what is held")
    parser.add_argument("--list", action="store_true", help="list the cases")
    return parser


if __name__ == "__main__":
    sys.exit(main())
