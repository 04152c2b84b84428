"""nbformat, without the slowest part of importing it.

Its validator imports jsonschema, which, where it finds `rfc3987_syntax`, builds a grammar of internationalised
addresses as it starts: half of the time that all imports of a build take, for a check that no notebook needs.
Whoever imports this module before nbformat is spared that; whoever does not loses nothing else.
"""

from __future__ import annotations

import sys

_GRAMMAR = "rfc3987_syntax"

_hidden = _GRAMMAR not in sys.modules
if _hidden:
    sys.modules[_GRAMMAR] = None  # type: ignore[assignment]  # "there is no such module"
try:
    import nbformat
finally:
    if _hidden:
        del sys.modules[_GRAMMAR]

__all__ = ["nbformat"]
