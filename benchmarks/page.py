"""docs/benchmarks.md: what was reached of each target, every case with spread and ratios, and a figure."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.cases import Case
from benchmarks.measuring import Measurement, Notebook
from benchmarks.steps import steps_table
from consumer_credit.report.publishing.manifest import machine, versions

NAMES = {
    "ours": "this project",
    "ours-two-languages": "this project, both languages",
    "ours-watch": "this project, start and five refreshed pages",
    "ours-cluster": "this project, two Dask workers",
    "papermill-loop": "(a) papermill loop + `nbconvert --to html`",
    "nbconvert": "(b) `jupyter nbconvert --execute`",
    "jupyter-book": "(c) Jupyter Book 1",
    "ploomber": "(d) ploomber-engine, one process",
    "floor": "(e) the cells in one process, no rendering",
    "chromium": "Chromium prints the page",
    "latex": "`jupyter nbconvert --to pdf` (LaTeX)",
    "import-pandas": '`python -c "import pandas"`',
}
HEAD = """\
# Benchmarks

Measured by `make bench`, on {cores} cores ({system}, {machine}, Python {python}). Contenders of a case run in turn,
round after round; a ratio is the median of the rounds' ratios, so that what else the machine does strikes both sides.
Seconds are those of the clock, start of the program included; memory is the largest sum over all processes at one
moment, shared pages counted once. “From nothing” means no cache but the cut fonts, which are made once for a set of
characters. Peers have an environment of their own (`benchmarks/requirements-peers.txt`) and render HTML only; this
project renders HTML and PDF where the ten chapters are built, HTML for the small notebooks.

Where JupyterLab is installed, as in both environments, it brings `rfc3987-syntax`, of which jsonschema builds a
grammar in every process that imports nbformat, for seconds each. (a) starts such processes anew for every notebook,
(b) and (c) once or for each kernel; this project does without the grammar. In an environment without JupyterLab
the peers' times are shorter.

"""


EARLIER = "Measured before the library last changed, and not again since."
REFRESHED = """\
The rest of a refresh is noticing the save. What was tried to shorten it, and what was not:
[ADR 6](decisions/0006-preview-from-memory.md); the same for the PDF step:
[ADR 10](decisions/0010-papermill-and-two-exporters.md).
"""


@dataclass(frozen=True)
class Results:
    """The measurements that count, by case and contender."""

    notebook: Notebook
    fingerprint: str

    def state_of(self, case: str) -> str:
        """The fingerprint at which a case counts: the one of today, or for want of that the last one measured."""
        measured = [m.fingerprint for m in self.notebook.measurements if m.case == case and not m.error]
        return self.fingerprint if self.fingerprint in measured or not measured else measured[-1]

    def is_earlier(self, case: str) -> bool:
        """Whether the library has changed since a case was measured."""
        return self.state_of(case) != self.fingerprint

    def held(self, case: str, contender: str = "ours", *, state: str = "") -> list[Measurement]:
        """Those without an error, at the state of another case where one is given."""
        found = self.notebook.held(case, contender, state or self.state_of(case))
        return [m for m in found if not m.error]

    def errors(self, case: str, contender: str) -> list[str]:
        """Why there are none."""
        return [m.error for m in self.notebook.held(case, contender, self.state_of(case)) if m.error]

    def ratios(self, case: str, one: str, other: str) -> list[float]:
        """Of the rounds that both took part in."""
        others = {m.repetition: m.seconds for m in self.held(case, other)}
        return [m.seconds / others[m.repetition] for m in self.held(case, one) if m.repetition in others]

    def median(self, case: str, contender: str = "ours") -> float | None:
        """Seconds."""
        found = [m.seconds for m in self.held(case, contender)]
        return statistics.median(found) if found else None


def write_page(
    root: Path, cases: Sequence[Case], notebook: Notebook, fingerprint: str, *, with_steps: bool
) -> None:
    """Write the page, and the figure once there is something to draw."""
    results = Results(notebook, fingerprint)
    parts = [HEAD.format(**machine(), python=versions()["python"]), "## Targets\n", _targets(results)]
    if drawn := _figure(results, cases):
        (root / "docs" / "benchmarks.svg").write_text(drawn, encoding="utf-8")
        parts.append("\n![Seconds from nothing to a finished report, by tool](benchmarks.svg)\n")
    parts += ["\n## Where the time goes\n", _profile(results), refresh_profile(results)]
    parts += ["\n## Every case\n"]
    parts += [_case_table(results, case) for case in cases]
    steps = root / ".cache" / "bench" / "steps.md"
    if with_steps:
        steps.write_text(steps_table() + "\n", encoding="utf-8")
    if steps.exists():
        parts += ["\n## Single steps\n", steps.read_text(encoding="utf-8")]
    (root / "docs" / "benchmarks.md").write_text(
        "\n".join(parts).rstrip() + "\n", encoding="utf-8", newline="\n"
    )


def _targets(results: Results) -> str:
    lines = ["| case | target | reached | rounds |", "|---|--:|--:|--:|"]
    for name, case, target, reached in _TARGETS:
        values = reached(results)
        title = f"{name} †" if results.is_earlier(case) else name
        if not values:
            lines.append(f"| {title} | ≤ {target[0]:.3g}{target[1]} | not measured | 0 |")
            continue
        middle = statistics.median(values)
        met = "" if middle <= target[0] else " **missed**"
        spread = f" ({min(values):.3g}–{max(values):.3g})" if len(values) > 1 else ""
        lines.append(
            f"| {title} | ≤ {target[0]:.3g}{target[1]} | {middle:.3g}{target[1]}{spread}{met} | {len(values)} |"
        )
    if any(line.startswith("| ") and " † |" in line for line in lines):
        lines.append(f"\n† {EARLIER}")
    return "\n".join(lines) + "\n"


def _sweep_per_report(results: Results) -> list[float]:
    loop = [
        m.seconds for m in results.held("real-cold", "papermill-loop", state=results.state_of("sweep-24"))
    ]
    return [m.seconds / 24 / statistics.median(loop) for m in results.held("sweep-24")] if loop else []


def _second_language(results: Results) -> list[float]:
    one = {m.repetition: m.seconds for m in results.held("languages")}
    both = results.held("languages", "ours-two-languages")
    return [m.seconds / one[m.repetition] - 1 for m in both if m.repetition in one]


def refreshes(results: Results) -> list[float]:
    """Seconds until each refreshed page."""
    held = results.held("watch", "ours-watch")
    return [taken for m in held for stage, taken in m.details.items() if stage.startswith("refresh")]


def refresh_profile(results: Results) -> str:
    """Of the last refresh of each round."""
    held = results.held("watch", "ours-watch")
    stages = list(
        dict.fromkeys(stage for m in held for stage in m.details if not stage.startswith("refresh"))
    )
    if not stages:
        return ""
    lines = ["", "| stage of a page refreshed in `watch` | seconds |", "|---|--:|"]
    for stage in stages:
        taken = statistics.median(m.details[stage] for m in held if stage in m.details)
        lines.append(f"| {stage} | {taken:.2f} |")
    return "\n".join(lines) + "\n\n" + REFRESHED


def _pdf_against(results: Results, route: str) -> list[float]:
    other = results.median("pdf", route)
    return [m.details["pdf"] / other for m in results.held("real-cold") if other and "pdf" in m.details]


Target = tuple[str, str, tuple[float, str], Callable[[Results], list[float]]]
"""What was to be reached, in which case, at most how much in what unit, and what was."""
_TARGETS: Sequence[Target] = (
    (
        "ten chapters with PDF, from nothing, against (a)",
        "real-cold",
        (0.25, " ×"),
        lambda r: r.ratios("real-cold", "ours", "papermill-loop"),
    ),
    (
        "eight small notebooks, from nothing, against (a)",
        "small-cold",
        (1 / 6, " ×"),
        lambda r: r.ratios("small-cold", "ours", "papermill-loop"),
    ),
    (
        "ten chapters with PDF, from nothing, against (e)",
        "real-cold",
        (1.5, " ×"),
        lambda r: r.ratios("real-cold", "ours", "floor"),
    ),
    (
        "nothing changed, against importing pandas",
        "unchanged",
        (1.0, " ×"),
        lambda r: r.ratios("unchanged", "ours", "import-pandas"),
    ),
    ("one parameter changed, page refreshed in `watch`", "watch", (2.0, " s"), refreshes),
    ("second language, on top of the first", "languages", (0.8, " ×"), _second_language),
    ("sweep of 24, per report, against (a)", "sweep-24", (1 / 8, " ×"), _sweep_per_report),
    (
        "sweep on two Dask workers against the local pool",
        "cluster",
        (1.25, " ×"),
        lambda r: r.ratios("cluster", "ours-cluster", "ours"),
    ),
    (
        "peak memory of a build, all processes",
        "real-cold",
        (1.2, " GB"),
        lambda r: [m.peak / 1e9 for m in r.held("real-cold")],
    ),
    (
        "PDF step",
        "real-cold",
        (2.0, " s"),
        lambda r: [m.details["pdf"] for m in r.held("real-cold") if "pdf" in m.details],
    ),
    (
        "PDF step against Chromium printing the page",
        "pdf",
        (1.0, " ×"),
        lambda r: _pdf_against(r, "chromium"),
    ),
    ("PDF step against LaTeX", "pdf", (1.0, " ×"), lambda r: _pdf_against(r, "latex")),
)


def _profile(results: Results) -> str:
    found = [m for m in results.held("real-cold") if m.details]
    if not found:
        return "Not measured.\n"
    lines = ["| step of a build from nothing | seconds |", "|---|--:|"]
    for step in found[0].details:
        lines.append(
            f"| {step} | {statistics.median(m.details[step] for m in found if step in m.details):.2f} |"
        )
    whole = statistics.median(m.seconds for m in found)
    busy = statistics.median(m.cpu for m in found)
    return "\n".join(
        [*lines, f"| by the clock, all steps | {whole:.2f} |", f"| of processors | {busy:.2f} |"]
    ) + ("\n\n“executing” adds up the chapters, which run beside each other.\n")


def _case_table(results: Results, case: Case) -> str:
    lines = [
        f"### {case.title[0].upper()}{case.title[1:]}\n",
        *([f"{EARLIER}\n"] if results.is_earlier(case.name) else []),
        "| | seconds | from–to | processor seconds | peak memory, MB | ratio |",
    ]
    lines.append("|---|--:|--:|--:|--:|--:|")
    first = case.contenders[0].name
    for contender in case.contenders:
        found = results.held(case.name, contender.name)
        name = NAMES[contender.name]
        if not found:
            errors = results.errors(case.name, contender.name)
            why = contender.lacks or (errors[-1] if errors else "not measured")
            lines.append(f"| {name} | {_cell(why)} | | | | |")
            continue
        seconds = [m.seconds for m in found]
        ratios = results.ratios(case.name, contender.name, first)
        ratio = f"{statistics.median(ratios):.2f}" if ratios and contender.name != first else "1"
        cpu, peak = statistics.median(m.cpu for m in found), statistics.median(m.peak for m in found) / 1e6
        spread = f"{min(seconds):.2f}–{max(seconds):.2f}"
        lines.append(
            f"| {name} | {statistics.median(seconds):.2f} | {spread} | {cpu:.1f} | {peak:.0f} | {ratio} |"
        )
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")[:120]


def _figure(results: Results, cases: Sequence[Case]) -> str:
    """Seconds of every tool on both workloads, from nothing; empty when there is nothing yet."""
    import pandas as pd  # noqa: PLC0415

    from consumer_credit.charts.bars import bar_chart  # noqa: PLC0415
    from consumer_credit.charts.canvas import Numbers, plain_number  # noqa: PLC0415
    from consumer_credit.charts.style import house_style  # noqa: PLC0415
    from consumer_credit.charts.svg import to_svg  # noqa: PLC0415

    rows = []
    for group, names in (
        ("The ten chapters", ("real-cold", "real-peers")),
        ("Eight small notebooks", ("small-cold", "small-peers")),
    ):
        done = set()
        for case in (case for case in cases if case.name in names and not results.is_earlier(case.name)):
            for contender in case.contenders:
                seconds = results.median(case.name, contender.name)
                if seconds is not None and contender.name not in done:
                    done.add(contender.name)
                    label = NAMES[contender.name].replace("`", "")
                    colour = "china" if contender.name == "ours" else "context"
                    rows.append(
                        {
                            "key": f"{names[0]}-{contender.name}",
                            "group": group,
                            "label": label,
                            "value": seconds,
                            "colour": colour,
                        }
                    )
    if not rows:
        return ""
    with house_style("en"):
        numbers = Numbers(scale=1.0, value=lambda value: plain_number(value, 1))
        figure = bar_chart(pd.DataFrame(rows), unit="seconds", numbers=numbers)
        said = "; ".join(f"{row['group']}, {row['label']}: {row['value']:.1f} s" for row in rows)
        return to_svg(figure, title="Seconds from nothing to a finished report", description=said)
