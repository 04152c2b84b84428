"""A notebook that could only fail or mislead later is refused before a kernel starts, and told why."""

from __future__ import annotations

import gc
import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from consumer_credit.errors import NotebookError, UsageError
from consumer_credit.project import Project
from consumer_credit.report.authoring.notebooks import (
    cell_label,
    check_parameters_cell,
    declared_values,
    parameter_literals,
    read_notebook,
)


def cell(source, *tags, kind="code"):
    """A cell as a notebook file holds it."""
    outputs = {"outputs": [], "execution_count": None} if kind == "code" else {}
    return {"cell_type": kind, "source": source, "metadata": {"tags": list(tags)}, **outputs}


def parameters(source='language = "en"\nbase_year = 2016'):
    """A parameters cell."""
    return cell(source, "parameters")


def write(path, *cells, **changed):
    """A notebook file."""
    content = {"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5, **changed}
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def test_a_chapter_declares_the_parameters_it_reads_and_gets_those_alone(tmp_path):
    notebook = read_notebook(write(tmp_path / "01_a.ipynb", parameters()))
    given = {"language": "zh", "base_year": 2019, "comparator": "USA"}
    assert declared_values(notebook, given) == {"language": "zh", "base_year": 2019}


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ([cell("base_year = 2016")], "0 cells are tagged 'parameters'"),
        ([parameters(), parameters()], "2 cells are tagged 'parameters'"),
        ([cell("base_year = 2016", "parameters", kind="markdown")], "not code is tagged 'parameters'"),
        (
            [parameters('language = "en"\nbase_year = 2015 + 1')],
            r"line 2: base_year is computed \('2015 \+ 1'\)",
        ),
        ([parameters('language = "en"\nbase_year = 2019')], "base_year is 2019, its default is 2016"),
        ([parameters('language = "en"\nbase_year = 2016.0')], r"base_year is 2016\.0, its default is 2016"),
        ([parameters('language = "en"\nstrict_vintages = 0')], "strict_vintages is 0, its default is False"),
        (
            [parameters('language = "en"\nbase_yaer = 2016')],
            "unknown parameter 'base_yaer' — did you mean 'base_y",
        ),
        ([parameters("base_year = 2016")], "language is not assigned"),
        ([parameters('language = "fr"')], "language is 'fr' — write one of: en, zh"),
        ([parameters('language = "en"\nlanguage = "en"')], "language is assigned twice"),
        ([parameters('language = "en"\nprint(1)')], r"line 2: 'print\(1\)' assigns no parameter"),
        ([parameters('language = "en')], "line 1: unterminated string"),
    ],
)
def test_the_parameters_cell_holds_the_models_defaults_as_literals(cells, message):
    with pytest.raises(UsageError, match=message) as refusal:
        check_parameters_cell(cells, "01_a.ipynb")
    assert refusal.value.where.startswith("01_a.ipynb")
    assert refusal.value.remedy


def test_comments_annotations_and_negative_numbers_are_literals_too():
    source = "# the year\nbase_year: int = 2016  # end of it\nshift = -1\nnames = ['a', '住户']"
    assert parameter_literals(source, "here") == {"base_year": 2016, "shift": -1, "names": ["a", "住户"]}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"{", "line 1: is not readable as JSON"),
        ('{"a": "消费"}'.encode("gb18030"), "is not UTF-8"),
        (b"[1, 2]", "holds no notebook"),
        (b'{"cells": {}, "nbformat": 4}', "holds no notebook"),
        (b'{"cells": [], "nbformat": 3}', "notebook format 3 instead of 4"),
        (b'{"cells": [1], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}', "not a valid notebook"),
        (b'{"cells": [{"cell_type": "code"}], "metadata": {}, "nbformat": 4}', "not a valid notebook"),
        (
            b'{"cells": [{"cell_type": "poem", "source": "", "metadata": {}}], "nbformat": 4}',
            "not a valid notebook",
        ),
        (b"[" * 100_000, "nested too deeply"),
    ],
)
def test_a_file_that_is_no_notebook_is_named(tmp_path, content, message):
    path = tmp_path / "01_a.ipynb"
    path.write_bytes(content)
    with pytest.raises(NotebookError, match=message) as refusal:
        read_notebook(path)
    assert refusal.value.where.startswith("01_a.ipynb")


def test_a_vanished_notebook_is_named(tmp_path):
    with pytest.raises(NotebookError, match=r"01_a\.ipynb: cannot be read: No such file"):
        read_notebook(tmp_path / "01_a.ipynb")


def test_cells_without_ids_get_the_same_ones_every_time(tmp_path):
    path = write(tmp_path / "01_a.ipynb", parameters(), cell("1"), nbformat_minor=4)
    assert [found["id"] for found in read_notebook(path).cells] == ["cell-1", "cell-2"]
    assert read_notebook(path) == read_notebook(path)


def test_a_cell_is_called_by_the_heading_it_stands_under_in_the_readers_language():
    cells = [
        cell("# China in {{ base_year }}", "en", kind="markdown"),
        cell("# 中国", "zh", kind="markdown"),
        cell("draw()"),
    ]
    assert cell_label(cells, 2) == "China in …"
    assert cell_label(cells, 2, "zh") == "中国"
    assert cell_label([cell("\nloans = 1\n")], 0) == "loans = 1"


def test_chapters_come_in_the_order_of_their_numbers_and_answer_to_id_number_and_file(tmp_path):
    for name in ("10_outlook.ipynb", "02_united_states.ipynb", "01_china.ipynb", "Untitled.ipynb"):
        (tmp_path / "notebooks").mkdir(exist_ok=True)
        (tmp_path / "notebooks" / name).touch()
    project = Project(tmp_path)
    assert [chapter.id for chapter in project.chapters()] == ["china", "united_states", "outlook"]
    for name in ("china", "1", "01", "01_china", "01_china.ipynb"):
        assert [chapter.id for chapter in project.select_chapters([name])] == ["china"]
    assert [chapter.id for chapter in project.select_chapters(["outlook", "china"])] == ["china", "outlook"]
    with pytest.raises(UsageError, match="unknown chapter 'chian' — did you mean 'china'"):
        project.select_chapters(["chian"])


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ([], "there is no chapter"),
        (["1_china.ipynb"], r"notebooks/1_china\.ipynb: not a chapter's name"),
        (["01_a.ipynb", "01_b.ipynb"], r"01_b\.ipynb: has the same number as 01_a\.ipynb"),
        (["01_a.ipynb", "02_a.ipynb"], r"02_a\.ipynb: has the same id as 01_a\.ipynb"),
    ],
)
def test_chapters_that_cannot_be_put_in_order_are_refused(tmp_path, names, message):
    (tmp_path / "notebooks").mkdir()
    for name in names:
        (tmp_path / "notebooks" / name).touch()
    with pytest.raises(UsageError, match=message):
        Project(tmp_path).chapters()


def test_the_project_is_found_from_any_folder_within_and_nowhere_else(tmp_path):
    for folder in ("notebooks", "editions", "data/catalogue"):
        (tmp_path / folder).mkdir(parents=True)
    assert Project.find(tmp_path / "data" / "catalogue").root == tmp_path
    with pytest.raises(UsageError, match="no report found here"):
        Project.find(tmp_path.parent)


@pytest.fixture
def threads_in_each_others_way():
    """Threads change places at every chance, within a collection of garbage as well."""
    interval, thresholds = sys.getswitchinterval(), gc.get_threshold()
    sys.setswitchinterval(1e-6)
    gc.set_threshold(5, 2, 2)
    yield
    gc.set_threshold(*thresholds)
    sys.setswitchinterval(interval)


@pytest.mark.usefixtures("threads_in_each_others_way")
def test_chapters_that_begin_together_are_parsed_one_after_the_other():
    class Kept:
        def __init__(self):
            self.itself = self

        def __del__(self):
            sum(range(50))

    source = "\n".join(f"name_{number} = [{number}, 'a', -{number}]" for number in range(40))
    until = time.monotonic() + 1

    def parse(_):
        while time.monotonic() < until:
            Kept()
            assert len(parameter_literals(source, "here")) == 40

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(parse, range(4)))
