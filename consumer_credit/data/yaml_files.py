"""Reading YAML safely, quickly, and with errors that name file and line.

Plain YAML silently keeps the last of two equal keys; here the second one is an error, since in a catalogue
it hides a series.
"""

from __future__ import annotations

from collections.abc import Hashable
from pathlib import Path
from typing import Any, ClassVar

import yaml

from consumer_credit.errors import DataError

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _UniqueKeys(_Loader):  # type: ignore[misc]
    """The safe loader, refusing a key that is written twice, and leaving dates as the text they are.

    A vintage `2017-01` and a vintage `2017-01-20` are the same kind of thing; YAML would make a date of the
    second.
    """

    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {
        first: [(tag, shape) for tag, shape in resolvers if tag != "tag:yaml.org,2002:timestamp"]
        for first, resolvers in _Loader.yaml_implicit_resolvers.items()
    }

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Hashable, Any]:
        seen = set()
        for key, _ in node.value:
            if key.value in seen and key.tag == "tag:yaml.org,2002:str":
                raise yaml.constructor.ConstructorError(
                    None, None, f"key '{key.value}' is written twice", key.start_mark
                )
            seen.add(key.value if isinstance(key.value, str) else id(key))
        mapping: dict[Hashable, Any] = super().construct_mapping(node, deep=deep)
        return mapping


def read_yaml(path: Path, where: str) -> Any:
    """The content of a YAML file as plain Python values.

    Args:
        path: the file.
        where: how messages name it, e.g. `data/catalogue/pbc.yaml`.

    Raises:
        DataError: the file cannot be read, is not UTF-8, is not YAML, or has a key twice.
    """
    try:
        return yaml.load(path.read_text(encoding="utf-8-sig"), Loader=_UniqueKeys)
    except OSError as error:
        raise DataError(f"cannot be read ({error.strerror})", where=where, remedy="check the file") from None
    except UnicodeDecodeError:
        raise DataError("is not UTF-8 text", where=where, remedy="save the file as UTF-8") from None
    except yaml.MarkedYAMLError as error:
        line = f", line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise DataError(
            f"not valid YAML: {error.problem}", where=f"{where}{line}", remedy="correct the line"
        ) from None
    except (yaml.YAMLError, ValueError) as error:
        raise DataError(
            f"not valid YAML: {error}".splitlines()[0], where=where, remedy="correct the file"
        ) from None
