"""Execute notebooks with ploomber-engine in this one process and render each with nbconvert's HTML exporter."""

import os
import sys
from pathlib import Path

import nbformat
from nbconvert import HTMLExporter
from ploomber_engine import execute_notebook

out = Path(sys.argv[1])
for name in sys.argv[2:]:
    path = Path(name)
    os.chdir(path.parent)
    execute_notebook(path, out / path.name, parameters={"language": "en"}, progress_bar=False)
    page, _ = HTMLExporter().from_notebook_node(nbformat.read(out / path.name, 4))
    (out / f"{path.stem}.html").write_text(page, encoding="utf-8")
