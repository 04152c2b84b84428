"""Every label that code words has a Chinese text, and the catalogue holds no label that nothing uses."""

import ast
import json
import re
import string
from collections import Counter
from pathlib import Path

import pytest

from consumer_credit.errors import UsageError
from consumer_credit.locales import LANGUAGES, as_language, catalogue_file, labels

ROOT = Path(__file__).parents[2]


def sources():
    for path in sorted((ROOT / "consumer_credit").rglob("*.py")):
        yield path.name, path.read_text(encoding="utf-8")
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] == "code":
                yield path.name, "".join(cell["source"])


def words_of_the_code():
    """Every string constant of package, notebooks and templates: a label must stand among them."""
    found = set()
    for _, source in sources():
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
    for path in (ROOT / "consumer_credit" / "report" / "templates").rglob("*.*"):
        text = path.read_text(encoding="utf-8")
        found |= {match[1] for match in re.finditer(r"""[_t]\w*\(\s*["']([^"']+)["']""", text)}
    return found


def called_labels():
    """Labels given directly to `_(…)` or `….text(…)`."""
    found = {}
    for name, source in sources():
        if not re.search(r"\b(_|text)\(", source):
            continue
        for node in ast.walk(ast.parse(source)):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            function = node.func
            called = getattr(function, "id", getattr(function, "attr", ""))
            first = node.args[0]
            if called in ("_", "text") and isinstance(first, ast.Constant) and isinstance(first.value, str):
                found.setdefault(first.value, name)
    return found


CHINESE = labels("zh")


@pytest.mark.parametrize("label", sorted(called_labels()))
def test_a_label_has_a_chinese_text_with_the_same_fields(label):
    fields = {name for _, name, _, _ in string.Formatter().parse(label) if name}
    written = CHINESE(label, **{field: f"<{field}>" for field in fields})
    assert not written.isascii() or re.fullmatch(r"[^A-Za-z]*|[A-Z]{2,}.*", label)
    for field in fields:
        assert f"<{field}>" in written


def test_no_label_of_the_catalogue_is_idle():
    text = catalogue_file("zh").read_text(encoding="utf-8")
    held = {
        ast.literal_eval(line[6:])
        for line in text.splitlines()
        if line.startswith('msgid "') and line != 'msgid ""'
    }
    built = {f"{currency} {size}" for currency in ("CNY", "USD") for size in ("billion", "trillion")}
    assert held - words_of_the_code() - built == set()


def test_a_label_stands_once_in_the_catalogue():
    lines = catalogue_file("zh").read_text(encoding="utf-8").splitlines()
    stand = Counter(line for line in lines if line.startswith('msgid "'))
    assert [line for line, times in stand.items() if times > 1] == []


def test_a_label_without_text_is_refused_by_name():
    with pytest.raises(UsageError, match="'No such label' has no 中文 text"):
        CHINESE("No such label")


def test_only_the_report_s_languages_are_languages():
    assert as_language("zh") in LANGUAGES
    with pytest.raises(UsageError, match="unknown language 'fr'"):
        as_language("fr")
