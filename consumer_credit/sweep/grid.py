"""Which runs a sweep consists of: every combination of the values given, each validated before anything runs."""

from __future__ import annotations

import hashlib
import itertools
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from consumer_credit.counts import counted
from consumer_credit.errors import DataError, UsageError
from consumer_credit.parameters import Parameters, parse_assignment, parse_parameters

MOST_RUNS = 1000
"""How many runs a sweep may have unless more are allowed: a slip of the keyboard should not build for a week."""
_LONGEST_NAME = 120
_EXAMPLE = "write --over comparator=USA,GBR"


@dataclass(frozen=True)
class Run:
    """One combination: `name` (also of its folder), what it `changes` in the edition, as JSON, and all parameters."""

    name: str
    changes: Mapping[str, Any]
    parameters: Parameters


@dataclass(frozen=True)
class Grid:
    """The values of each parameter varied, as the model types them, and the runs, the last parameter fastest."""

    axes: Mapping[str, Sequence[Any]]
    runs: Sequence[Run]


def read_over(texts: Sequence[str]) -> dict[str, list[Any]]:
    """Read `--over name=value,value,…`, one parameter each; values are read as `--set` reads them.

    Raises:
        UsageError: a text cannot be read, or a parameter is given twice.
    """
    axes: dict[str, list[Any]] = {}
    for text in texts:
        name, equals, values = text.partition("=")
        if not equals or not name.strip() or not values.strip():
            raise UsageError(f"cannot read '{text}'", where="--over", remedy=_EXAMPLE)
        if name.strip() in axes:
            raise UsageError(
                f"'{name.strip()}' is given twice", where="--over", remedy="list all its values in one place"
            )
        parts = [part.strip() for part in values.split(",")]
        if not all(parts):
            raise UsageError(
                f"an empty value in '{text}'", where="--over", remedy="put a value between commas"
            )
        axes[name.strip()] = [parse_assignment(f"{name}={part}")[1] for part in parts]
    return axes


def read_grid_file(path: Path) -> dict[str, list[Any]]:
    """Read a YAML grid: `parameter: [value, value, …]` on each line.

    Raises:
        UsageError: the file cannot be read, or is not such a list.
    """
    from consumer_credit.data.yaml_files import read_yaml  # noqa: PLC0415  (a usage error must answer quickly)

    where = f"--grid {path}"
    try:
        content = read_yaml(path, where)
    except DataError as error:
        raise UsageError(error.what, where=error.where, remedy=error.remedy) from None
    if not isinstance(content, dict) or not content:
        raise UsageError("holds no grid", where=where, remedy="write lines like 'comparator: [USA, GBR]'")
    for name, values in content.items():
        if not isinstance(values, list) or not values:
            raise UsageError(
                f"'{name}' has no list of values", where=where, remedy=f"write '{name}: [value, value]'"
            )
        for value in values:
            if isinstance(value, dict | list) or value is None:
                raise UsageError(
                    f"'{name}' lists {json.dumps(value)}", where=where, remedy="list plain values"
                )
    return {str(name): values for name, values in content.items()}


def make_grid(
    axes: Mapping[str, Sequence[Any]], base: Parameters, fixed: Sequence[str] = (), most: int = MOST_RUNS
) -> Grid:
    """Every combination of the values in `axes`, the other parameters as in `base`.

    Args:
        axes: names to values, as YAML gives them.
        base: the edition's parameters, with what `--set` fixes for all runs.
        fixed: the names that `--set` fixed.
        most: the largest number of runs allowed.

    Raises:
        UsageError: nothing to vary, too many runs, an unknown parameter, a value that the model refuses, a value
            listed twice, or a parameter both fixed and varied.
    """
    if not axes:
        raise UsageError("nothing to vary", where="sweep", remedy=f"{_EXAMPLE}, or give a --grid file")
    if both := [name for name in axes if name in fixed]:
        raise UsageError(
            f"'{both[0]}' is both varied and set", where="--set", remedy="leave one of the two out"
        )
    count = math.prod(len(values) for values in axes.values())
    if count > most:
        sum_ = " × ".join(str(len(values)) for values in axes.values())
        raise UsageError(
            f"{sum_} = {counted(count, 'run')}, more than {most:,}",
            where="sweep",
            remedy="leave some values out, or allow more with --max-runs",
        )
    runs = [_run(dict(zip(axes, values, strict=True)), base) for values in itertools.product(*axes.values())]
    typed = {name: [*dict.fromkeys(run.changes[name] for run in runs)] for name in axes}
    for name, values in axes.items():
        if len(typed[name]) < len(values):
            raise UsageError(
                f"a value of '{name}' is listed twice: {', '.join(map(str, values))}",
                where="sweep",
                remedy="list each value once",
            )
    return Grid(typed, runs)


def _run(changes: Mapping[str, Any], base: Parameters) -> Run:
    shown = ", ".join(f"{name}={value}" for name, value in changes.items())
    parameters = parse_parameters({**base.model_dump(), **changes}, where=f"sweep, run {shown}")
    typed = {name: parameters.model_dump(mode="json")[name] for name in changes}
    return Run(_name(typed), typed, parameters)


def _name(changes: Mapping[str, Any]) -> str:
    """`comparator=USA,as_of=latest`: a name for people that every file system takes; a long one is cut."""
    name = ",".join(
        f"{key}={value if isinstance(value, str) else json.dumps(value)}" for key, value in changes.items()
    )
    if len(name) <= _LONGEST_NAME:
        return name
    return f"{name[: _LONGEST_NAME - 9]}~{hashlib.sha256(name.encode()).hexdigest()[:8]}"
