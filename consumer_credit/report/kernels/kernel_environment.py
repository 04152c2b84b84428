"""The environment that a kernel lives in: the user's, without what would make two builds differ."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Mapping
from pathlib import Path

import consumer_credit


def kernel_environment(inherited: Mapping[str, str], settings: Mapping[str, str]) -> dict[str, str]:
    """The environment of a kernel: the user's without what would make two builds differ, and `settings`."""
    package_parent = Path(consumer_credit.__file__).parents[1]
    path = [inherited["PYTHONPATH"]] if inherited.get("PYTHONPATH") else []
    if package_parent.name not in ("site-packages", "dist-packages"):
        path.insert(0, str(package_parent))  # the kernel works in another folder than the build
    return {
        **{name: value for name, value in inherited.items() if name not in ("PYTHONSTARTUP", "MPLBACKEND")},
        "PYTHONPATH": os.pathsep.join(path),
        "PYTHONHASHSEED": "0",
        "PYTHONUTF8": "1",
        "OPENBLAS_NUM_THREADS": "1",  # chapters run beside each other, and sums do not depend on the machine
        "JE_ARROW_MALLOC_CONF": "background_thread:false",  # a warm process has one thread, or cannot be forked
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        "MPLBACKEND": "agg",  # figures leave a notebook through the chapter alone, so none is drawn twice
        **_plain_matplotlib(),
        "TZ": "UTC",
        **settings,
    }


def _plain_matplotlib() -> dict[str, str]:
    """Matplotlib's own defaults instead of what the user has settled for other work."""
    spec = importlib.util.find_spec("matplotlib")
    if spec is None or spec.origin is None:
        return {}
    defaults = Path(spec.origin).parent / "mpl-data" / "matplotlibrc"
    return {"MATPLOTLIBRC": str(defaults)} if defaults.is_file() else {}
