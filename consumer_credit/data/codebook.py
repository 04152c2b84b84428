"""The catalogue as a document: what each series is, for a reader who opens the data without the report.

`docs/codebook.md` is this text (`python build_report.py data codebook`); it accompanies every export. Series
that differ by economy alone are described once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from consumer_credit.counts import counted
from consumer_credit.data.catalogue import Catalogue
from consumer_credit.data.entries import Publisher, Series, Text

_HEAD = """\
# Codebook

What every series is: definition, unit, breaks, warnings, terms. Generated from `data/catalogue/` by
`python build_report.py data codebook`; corrections belong there.

A value stands in the publisher's unit and scale. *Scale* says what 1 is worth: 100,000,000 yuan for a table in
亿元, 0.01 for per cent. A *vintage* is the day, or the month (its last day), from which a value was publicly known;
what was known on a date is, of each period, the newest vintage not later than it. `docs/read-a-vintage.md` shows how
to read one.

| kind | meaning |
|---|---|
| stock | an amount outstanding at the end of the period |
| flow | an amount over the period |
| flow_saar | an amount over the period, seasonally adjusted, at an annual rate |
| flow_ytd | an amount from 1 January to the end of the period |
| rate | a ratio or a rate of change |
| index | an index number |
| count | a number of persons, cards, devices |
"""
_SCALES = {
    1e12: "trillion",
    1e9: "billion",
    1e8: "100 million",
    1e6: "million",
    1e4: "10 thousand",
    1e3: "thousand",
}


def codebook(catalogue: Catalogue) -> str:
    """The whole document, in Markdown."""
    parts = [_HEAD]
    for publisher_id in sorted(catalogue.publishers):
        mine = [s for s in catalogue.series.values() if s.publisher == publisher_id]
        if mine:
            parts.append(_publisher(catalogue.publishers[publisher_id]))
            parts += [_group(group, catalogue) for group in _grouped(mine, catalogue)]
    return "\n".join(parts)


def _publisher(publisher: Publisher) -> str:
    licence = publisher.licence
    terms = f"[{_plain(licence.name.en)}]({licence.url})" if licence.url else _plain(licence.name.en)
    note = f" {_plain(licence.note.en)}" if licence.note else ""
    return (
        f"## {_plain(publisher.name.en)} · {publisher.name.zh}\n\n<{publisher.url}> · Terms: {terms}.{note}\n"
    )


def _grouped(series: Iterable[Series], catalogue: Catalogue) -> list[list[Series]]:
    """Series that say the same of different economies, together; in the order of their ids."""
    groups: dict[tuple[object, ...], list[Series]] = {}
    for entry in sorted(series, key=lambda entry: entry.id):
        economy, _, rest = entry.id.partition(".")
        alone = "" if economy in catalogue.economies else economy
        alike = (
            rest,
            alone,
            entry.definition.en,
            entry.definition.zh,
            entry.scale,
            entry.frequency,
            entry.kind,
        )
        remarks = (entry.breaks, entry.warnings, entry.derived, entry.ended, entry.seasonal_adjustment)
        groups.setdefault((*alike, *remarks), []).append(entry)
    return list(groups.values())


def _group(group: Sequence[Series], catalogue: Catalogue) -> str:
    first = group[0]
    several = len(group) > 1
    rest = first.id.partition(".")[2]
    titles = [
        _without_economy(first, lang, catalogue) if several else getattr(first.title, lang)
        for lang in ("en", "zh")
    ]
    lines = [f"### {_plain(titles[0])} · {_plain(titles[1])}", ""]
    if several:
        economies = ", ".join(entry.id.partition(".")[0] for entry in group)
        lines += [f"`{{economy}}.{rest}`, {len(group)} economies: {economies}", ""]
    else:
        lines += [f"`{first.id}`", ""]
    lines += [_plain(first.definition.en), "", _plain(first.definition.zh), ""]
    lines.append(
        f"- Unit: {_unit(group)}. {first.frequency.capitalize()}{', irregular' if first.irregular else ''}."
    )
    lines.append(f"- Kind: {first.kind}{_adjustment(first)}.")
    if not several:
        lines.append(f"- Published: <{first.url}>, within {counted(first.publication_lag_days, 'day')}.")
    if first.first_published:
        lines.append(f"- First published: {first.first_published}.")
    if first.ended:
        lines.append(f"- Ended with {first.ended}.")
    for parts in first.parts:
        if not several:
            lines.append(f"- Sum of {', '.join(f'`{part}`' for part in parts.series)}.")
    if first.derived:
        lines.append(f"- Derived, not published: {_both(first.derived.formula)}")
    lines += [f"- Break in {b.period} ({b.kind}): {_both(b.note)}" for b in first.breaks]
    for warning in first.warnings:
        when = f", {warning.periods}" if warning.periods else ""
        lines.append(f"- Warning ({warning.kind}{when}): {_both(warning.note)}")
    if first.licence:
        lines.append(f"- Terms of this series: {_plain(first.licence.name.en)}.")
    return "\n".join([*lines, ""])


def _without_economy(series: Series, language: str, catalogue: Catalogue) -> str:
    """The title of a family: the economy's name taken out of one member's."""
    name = getattr(catalogue.economies[series.id.partition(".")[0]].name, language)
    return str(getattr(series.title, language)).replace(name, "").lstrip(" :：,，").strip()


def _unit(group: Sequence[Series]) -> str:
    first = group[0]
    units = sorted({entry.unit for entry in group})
    unit = units[0] if len(units) == 1 else "national currency"
    if first.unit == "percent":
        return "per cent (scale 0.01)"
    size = _SCALES.get(first.scale, "" if first.scale == 1 else f"{first.scale:g}")
    return f"{size} {unit}".strip() + (f" (scale {first.scale:,.0f})" if first.scale != 1 else "")


def _adjustment(series: Series) -> str:
    words = {
        "adjusted": ", seasonally adjusted",
        "unadjusted": ", not seasonally adjusted",
        "not_applicable": "",
    }
    return words[series.seasonal_adjustment]


def _both(text: Text) -> str:
    return f"{_plain(text.en)} {_plain(text.zh)}"


def _plain(text: str) -> str:
    """Text that Markdown prints as it is."""
    escaped = text.replace("\\", "\\\\")
    for sign in "<>*`|[]":
        escaped = escaped.replace(sign, f"\\{sign}")
    return " ".join(escaped.split())
