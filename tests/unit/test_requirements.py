"""The pins: complete, hashed, free of addresses, at one with pyproject.toml and the code's imports."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
RUN, CLUSTER, DEVELOPMENT = "requirements.txt", "requirements-cluster.txt", "requirements-dev.txt"
UV, PEERS = "tools/requirements-uv.txt", "benchmarks/requirements-peers.txt"
ALL = [RUN, CLUSTER, DEVELOPMENT, UV, PEERS]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
GROUPS = PROJECT["dependency-groups"]


def entries(name: str) -> dict[str, tuple[Requirement, list[str]]]:
    """Package → its pin and hashes, read from the lines of a requirements file."""
    text = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ")
    found = {}
    for line in text.splitlines():
        if line and not line.lstrip().startswith("#"):
            pin, *hashes = re.split(r"\s+--hash=", line.strip())
            requirement = Requirement(pin)
            found[canonicalize_name(requirement.name)] = (requirement, hashes)
    return found


def direct(*groups: list[str]) -> dict[str, Requirement]:
    wanted = [Requirement(text) for group in groups for text in group]
    return {canonicalize_name(requirement.name): requirement for requirement in wanted}


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        (RUN, direct(PROJECT["project"]["dependencies"], GROUPS["build"])),
        (CLUSTER, direct(GROUPS["cluster"])),
        (DEVELOPMENT, direct(GROUPS["dev"])),
        (UV, direct(GROUPS["bootstrap"])),
        (PEERS, direct(PROJECT["project"]["dependencies"], GROUPS["build"], GROUPS["peers"])),
    ],
    ids=["run", "cluster", "dev", "uv", "peers"],
)
def test_every_dependency_of_pyproject_is_pinned_within_its_range(
    name: str, wanted: dict[str, Requirement]
) -> None:
    pinned = entries(name)
    assert set(wanted) <= set(pinned), "run `make requirements`"
    for package, requirement in wanted.items():
        (specifier,) = pinned[package][0].specifier
        assert requirement.specifier.contains(specifier.version), f"{package}: run `make requirements`"


@pytest.mark.parametrize("name", ALL)
def test_every_line_is_an_exact_version_with_hashes(name: str) -> None:
    pinned = entries(name)
    assert pinned
    for package, (requirement, hashes) in pinned.items():
        assert [specifier.operator for specifier in requirement.specifier] == ["=="], package
        assert requirement.url is None, package
        assert hashes and all(re.fullmatch("sha256:[0-9a-f]{64}", digest) for digest in hashes), package


@pytest.mark.parametrize("name", ALL)
def test_no_address_and_no_machine_stands_in_the_pins(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert "://" not in text
    assert not re.search(r"^\s*(-i|-f|-e|--index-url|--extra-index-url|--find-links)\b", text, re.MULTILINE)
    assert "make requirements" in text.splitlines()[1]


@pytest.mark.parametrize(("one", "other"), [(RUN, CLUSTER), (RUN, DEVELOPMENT), (CLUSTER, DEVELOPMENT)])
def test_the_files_of_one_environment_install_together(one: str, other: str) -> None:
    first, second = entries(one), entries(other)
    for package in first.keys() & second.keys():
        assert first[package][0].specifier == second[package][0].specifier, package


def test_an_ordinary_install_is_not_enlarged_by_what_only_a_cluster_needs() -> None:
    assert not set(direct(GROUPS["cluster"])) & set(entries(RUN))


def test_the_build_backend_is_pinned_so_that_the_package_installs_without_isolation() -> None:
    assert set(direct(PROJECT["build-system"]["requires"])) <= set(entries(RUN))


def test_pins_know_linux_macos_and_windows() -> None:
    markers = {str(requirement.marker) for requirement, _ in entries(RUN).values()}
    assert {'sys_platform == "darwin"', 'sys_platform == "win32"'} <= markers


def test_whatever_the_library_imports_is_a_dependency_of_its_own_not_one_of_a_dependencys() -> None:
    declared = set(direct(PROJECT["project"]["dependencies"], GROUPS["cluster"]))
    providers = packages_distributions()
    imported: dict[str, str] = {}
    for file in sorted((ROOT / "consumer_credit").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names = [node.module]
            else:
                continue
            imported |= {name.split(".")[0]: file.relative_to(ROOT).as_posix() for name in names}
    ours = {"consumer_credit", *sys.stdlib_module_names}
    assert len(imported.keys() - ours) > 5
    undeclared = {
        f"{module} ({file})"
        for module, file in imported.items()
        if module not in ours and not declared & {canonicalize_name(d) for d in providers.get(module, [])}
    }
    assert not undeclared
