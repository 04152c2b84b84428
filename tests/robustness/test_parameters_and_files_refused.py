"""Whatever stands in a parameter, an edition, the catalogue, the ledger or a grid: accepted or refused in words."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml
from fuzzing import SCALARS, TRICKY, VALUES, contents, damaged_text, damaged_tree, fuzz
from hypothesis import given
from hypothesis import strategies as st

from consumer_credit.commands.build import overrides
from consumer_credit.data.checks import check
from consumer_credit.data.codebook import codebook
from consumer_credit.data.store import Store
from consumer_credit.ledger.claims import load_claims
from consumer_credit.ledger.forecasts import load_forecasts
from consumer_credit.parameters import Parameters, parse_parameters
from consumer_credit.report.authoring.editions import load_edition
from consumer_credit.sweep.grid import make_grid, read_grid_file, read_over

pytestmark = pytest.mark.thorough

ROOT = Path(__file__).parents[2]
NAMES = st.sampled_from([*Parameters.model_fields, "base_yaer", "language", ""]) | TRICKY


def near(sound: object) -> st.SearchStrategy[object]:
    """What an editor might write who knows roughly what is meant."""
    if isinstance(sound, int | float) and not isinstance(sound, bool):
        return st.sampled_from([sound, sound + 1, sound - 1, sound + 0.5, float(sound), f" {sound} ", -sound])
    return st.sampled_from([sound, str(sound), str(sound).upper(), f" {sound} ", not sound])


SENSIBLE = st.dictionaries(st.sampled_from(sorted(Parameters.model_fields)), st.none(), max_size=3).flatmap(
    lambda names: st.fixed_dictionaries({name: near(getattr(Parameters(), name)) for name in names})
)

EDITION = yaml.safe_load((ROOT / "editions" / "as-published-2017.yaml").read_text(encoding="utf-8"))
CLAIMS = yaml.safe_load((ROOT / "data" / "claims.yaml").read_text(encoding="utf-8"))
CLAIMS = {"sources": CLAIMS["sources"], "claims": CLAIMS["claims"][:6]}
FORECASTS = yaml.safe_load((ROOT / "data" / "forecasts.yaml").read_text(encoding="utf-8"))
FORECASTS = {"sources": FORECASTS["sources"], "forecasts": FORECASTS["forecasts"][:4]}


def written(tree: Any) -> bytes:
    """A tree as a YAML file; what YAML cannot write is written as Python does."""
    try:
        return yaml.dump(tree, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False).encode(
            "utf-8", "replace"
        )
    except yaml.YAMLError:
        return repr(tree).encode("utf-8", "replace")


def damaged_yaml(sound: Any) -> st.SearchStrategy[bytes]:
    """A YAML file damaged in its meaning or in its text."""
    text = written(sound).decode()
    return damaged_tree(sound).map(written) | damaged_text(text)


@fuzz
@given(
    assignments=SENSIBLE.map(lambda values: list(values.items()))
    | st.lists(st.tuples(NAMES, SCALARS.map(str) | st.text(max_size=12)), min_size=1, max_size=3)
)
def test_any_assignment_is_taken_or_refused(door, assignments):
    def act() -> None:
        parse_parameters(overrides([f"{name}={value}" for name, value in assignments]), where="--set")

    door("--set").try_(act)


@fuzz
@given(text=st.text(max_size=30) | TRICKY)
def test_any_text_after_set_is_taken_or_refused(door, text):
    door("--set").try_(lambda: parse_parameters(overrides([text]), where="--set"))


@fuzz
@given(values=SENSIBLE | st.dictionaries(NAMES, VALUES, max_size=4))
def test_any_parameters_are_taken_or_refused_and_never_rounded(door, values):
    def act() -> None:
        parsed = parse_parameters(values)
        for name, value in values.items():
            if isinstance(value, int | float):
                assert getattr(parsed, name) == value

    door("parameters").try_(act)


@fuzz
@given(
    content=damaged_yaml(EDITION),
    name=st.sampled_from(["latest"] * 9 + ["../latest", "", "late*", "\0", "LATEST"]),
)
def test_any_edition_is_taken_or_refused(door, tmp_path, content, name):
    (tmp_path / "latest.yaml").write_bytes(content)
    door("editions").try_(lambda: load_edition(tmp_path, name))
    assert contents(tmp_path) == {"latest.yaml": content}


@pytest.mark.parametrize("family", ["statcan", "bank_of_england"])
@fuzz
@given(data=st.data())
def test_any_catalogue_is_taken_or_refused(door, small_data, family, data):
    file = small_data / "catalogue" / f"{family}.yaml"
    sound = file.read_bytes()
    tree = yaml.safe_load(sound)
    file.write_bytes(data.draw(damaged_yaml(tree)))
    before = contents(small_data)
    try:
        door("catalogue").try_(lambda: look_through(small_data))
        assert contents(small_data) == before
    finally:
        file.write_bytes(sound)


@fuzz
@given(data=st.data())
def test_any_observations_are_taken_or_refused(door, small_data, data):
    file = small_data / "observations" / "statcan.csv"
    sound = file.read_bytes()
    head = "".join(sound.decode().splitlines(keepends=True)[:40])
    content = data.draw(damaged_text(head) | damaged_row(head))
    file.write_bytes(content)
    try:
        door("observations").try_(lambda: look_through(small_data))
        assert file.read_bytes() == content
    finally:
        file.write_bytes(sound)


@st.composite
def damaged_row(draw: st.DrawFn, table: str) -> bytes:
    """A table in which one cell holds something else."""
    rows = [line.split(",") for line in table.splitlines()]
    row = draw(st.sampled_from(rows))
    row[draw(st.integers(0, len(row) - 1))] = str(draw(SCALARS))
    return "".join(f"{','.join(cells)}\n" for cells in rows).encode("utf-8", "replace")


CORRECTION = {
    "series": "ca.mortgages",
    "period": "2016-Q4",
    "action": "replace",
    "value": 1.5,
    "expect": 15.0,
    "reason": {"en": "Misprint.", "zh": "误印。"},
    "reported_to": "nobody",
}


@fuzz
@given(content=damaged_yaml([CORRECTION]))
def test_any_corrections_are_taken_or_refused(door, small_data, content):
    (small_data / "corrections.yaml").write_bytes(content)
    door("corrections").try_(lambda: look_through(small_data))
    assert (small_data / "corrections.yaml").read_bytes() == content


@fuzz
@given(content=damaged_yaml(CLAIMS))
def test_any_claims_are_taken_or_refused(door, tmp_path, content):
    (tmp_path / "claims.yaml").write_bytes(content)
    door("claims").try_(lambda: load_claims(tmp_path / "claims.yaml"))


@fuzz
@given(content=damaged_yaml(FORECASTS))
def test_any_forecasts_are_taken_or_refused(door, tmp_path, content):
    (tmp_path / "forecasts.yaml").write_bytes(content)
    door("forecasts").try_(lambda: load_forecasts(tmp_path / "forecasts.yaml"))


BOMBS = {
    "brackets": "[" * 100_000,
    "braces": "{a: " * 100_000,
    "bullets": "- " * 100_000,
    "indents": "".join(f"{' ' * depth}-\n" for depth in range(2000)),
    "aliases": "a: &a [x, x, x, x, x, x, x, x, x]\n"
    + "".join(
        f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    ),
    "itself": "title: &a {en: *a, zh: *a}\n",
    "merged with itself": "title: &a\n  <<: *a\n",
    "constructor": "title: !!python/object/apply:os.system ['true']\n",
    "key twice": "title: {en: a, zh: b}\ntitle: {en: c, zh: d}\n",
    "megabytes": "# " + "x" * 5 * 2**20,
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_no_yaml_file_can_exhaust_or_command_the_machine(door, tmp_path, bomb):
    (tmp_path / "latest.yaml").write_text(BOMBS[bomb], encoding="utf-8")
    assert not door("bombs").try_(lambda: load_edition(tmp_path, "latest"))
    assert not door("bombs").try_(lambda: load_claims(tmp_path / "latest.yaml"))
    assert not door("bombs").try_(lambda: read_grid_file(tmp_path / "latest.yaml"))


GRID = {"comparator": ["USA", "GBR"], "base_year": [2016, 2019], "as_of": ["2017-04-25", "latest"]}


@fuzz
@given(content=damaged_yaml(GRID))
def test_any_grid_file_is_taken_or_refused(door, tmp_path, content):
    (tmp_path / "grid.yaml").write_bytes(content)
    door("grids").try_(lambda: make_grid(read_grid_file(tmp_path / "grid.yaml"), Parameters()))


@fuzz
@given(
    axes=st.lists(
        st.tuples(NAMES, st.lists(SCALARS.map(str), max_size=3).map(",".join)).map("=".join), max_size=3
    )
)
def test_any_axes_of_a_sweep_are_taken_or_refused(door, axes):
    door("grids").try_(lambda: make_grid(read_over(axes), Parameters()))


def look_through(folder: Path) -> None:
    """Read a data folder whole, check it, and describe it."""
    store = Store.open(folder)
    check(store)
    codebook(store.catalogue)


@pytest.fixture(scope="module")
def small_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's data of two small publishers."""
    folder = tmp_path_factory.mktemp("small") / "data"
    for kind, suffix in (("catalogue", "yaml"), ("observations", "csv")):
        (folder / kind).mkdir(parents=True)
        for name in ("statcan", "bank_of_england", *(["economies"] if kind == "catalogue" else [])):
            shutil.copy(ROOT / "data" / kind / f"{name}.{suffix}", folder / kind)
    return folder
