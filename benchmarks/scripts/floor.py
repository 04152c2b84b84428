"""The floor: every code cell of the notebooks given, as plain Python in this one process; outputs go nowhere."""

import contextlib
import json
import os
import sys
from pathlib import Path

os.environ["MPLBACKEND"] = "agg"
for name in sys.argv[1:]:
    path = Path(name)
    os.chdir(path.parent)
    namespace = {"__name__": "__main__"}
    with path.open(encoding="utf-8") as file:
        cells = json.load(file)["cells"]
    for cell in cells:
        if cell["cell_type"] == "code":
            with Path(os.devnull).open("w", encoding="utf-8") as nowhere, contextlib.redirect_stdout(nowhere):
                exec(compile("".join(cell["source"]), path.name, "exec"), namespace)
