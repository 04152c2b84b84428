"""One set of fonts for everything the report writes: cut to the characters of its notebooks, labels,
catalogue and editions.
"""

from __future__ import annotations

from pathlib import Path

from consumer_credit import locales, parameters, reads
from consumer_credit.project import Project
from consumer_credit.report.fonts.sets import FontFiles, characters_of, report_fonts


def project_fonts(project: Project) -> FontFiles:
    """The report's fonts, from the cache when its characters have not changed.

    Raises:
        RenderError: no Chinese font can be found.
    """
    with reads.accounted():  # of all these texts only the characters count, and they name the cut
        fonts = report_fonts(characters_of(text_files(project)), project.cache / "fonts")
    reads.fonts(fonts.folder.name)
    return fonts


def text_files(project: Project) -> list[Path]:
    """Every file whose words may reach a reader."""
    patterns = ("notebooks/*.ipynb", "data/*.yaml", "data/catalogue/*.yaml", "editions/*.yaml")
    found = [path for pattern in patterns for path in sorted(project.root.glob(pattern))]
    package = [Path(str(parameters.__file__)), *sorted(Path(str(locales.__file__)).parent.rglob("*.po"))]
    return found + package
