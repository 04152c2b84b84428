"""The door, and a worker of a sweep, with the two slow exporters replaced: both are killed by the dozen."""

from __future__ import annotations

import runpy
from dataclasses import replace
from pathlib import Path

from consumer_credit.commands import build as command
from consumer_credit.report.cache.ingredients import Present
from consumer_credit.report.steps import standard_steps
from consumer_credit.sweep import pool, work


def quick_steps():
    """Real kernels, assembly and publication; pages and PDFs that only say how many cells they hold."""

    def render(notebook, around):
        return f"{around.language} {len(notebook.cells)}\n".encode()

    return replace(
        standard_steps(), check_data=lambda project: None, export=None, render={"html": render, "pdf": render}
    )


def be_quick():
    """Replace the steps of all that is built in this process."""
    command.standard_steps = work.standard_steps = quick_steps
    Present.fonts = lambda self: (
        "none"
    )  # to cut them takes longer than all else, and nothing here is drawn with them


def serve_quickly(project, order, pipe):
    """The life of a worker of a sweep (`pool.LocalPool.serve`)."""
    be_quick()
    pool._serve(project, order, pipe)


if __name__ == "__main__":
    be_quick()
    runpy.run_path(str(Path(__file__).parents[2] / "build_report.py"), run_name="__main__")
