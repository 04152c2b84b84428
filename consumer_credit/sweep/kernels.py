"""The warm kernels that one process keeps for all the runs it builds: what chapters import is imported once."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from consumer_credit.project import Project

if TYPE_CHECKING:
    from consumer_credit.report.kernels.execution import ExecutionSettings
    from consumer_credit.sweep.work import Order


@contextmanager
def kept_warm(project: Project, order: Order) -> Iterator[ExecutionSettings]:
    """Settings whose kernels serve every run of this process, until the block is left.

    Raises:
        UsageError, NotebookError: the chapters cannot be read.
    """
    from consumer_credit.report.authoring.notebooks import read_notebook  # noqa: PLC0415
    from consumer_credit.report.kernels.kernel_environment import kernel_environment  # noqa: PLC0415  (slow to import)
    from consumer_credit.report.kernels.warm_kernels import WarmKernels, available, modules_of  # noqa: PLC0415

    settings = order.settings
    if settings.cold or not available():
        yield settings
        return
    notebooks = [read_notebook(chapter.path) for chapter in project.select_chapters(order.chapters)]
    with WarmKernels(modules_of(notebooks), project.data) as kernels:
        kernels.prepare(kernel_environment(os.environ, {}))
        yield replace(settings, kernels=kernels)
