"""A published page made to follow the preview: one more script, and a policy that allows it and nothing else.

Only what the preview's server sends goes through here; the exporter knows nothing of it, so that no published
page can ever listen to anything.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from functools import cache
from html import escape
from importlib.resources import files

from consumer_credit.errors import RenderError
from consumer_credit.locales import Language, labels

_POLICY = re.compile(r'(<meta http-equiv="Content-Security-Policy" content=")([^"]*)(">)')
_WAITING = """\
<!DOCTYPE html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src ; base-uri 'none'">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
</head>
<body>
<main><h1>{title}</h1></main>
</body>
</html>
"""


def waiting_page(language: Language) -> str:
    """What is shown until there is a first page."""
    return _WAITING.format(lang=escape(language), title=escape(labels(language)("The page is being built")))


def live(page: str, language: Language, version: str) -> str:
    """The page with the script that reloads it, told which version it is.

    Raises:
        RenderError: the page has not the one policy that our pages have.
    """
    script = _script(language).replace("__VERSION__", json.dumps(version))
    digest = base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")
    found = _POLICY.search(page)
    if found is None or "script-src" not in found[2] or "</body>" not in page:
        raise RenderError(
            "has no policy that could be extended", where="the page", remedy="restore the template"
        )
    policy = found[2].replace("script-src", f"connect-src 'self'; script-src 'sha256-{digest}'", 1)
    head, tail = page[: found.start()], page[found.end() :]
    body, _, end = tail.rpartition("</body>")
    return f"{head}{found[1]}{policy}{found[3]}{body}<script>{script}</script>\n</body>{end}"


@cache
def _script(language: Language) -> str:
    text = labels(language)
    words = {
        "problem": text("This page cannot be brought up to date"),
        "kept": text("Below is the last good one. Mend the problem and save: it goes by itself."),
        "doing": text("Bringing the page up to date"),
        "gone": text("The preview has ended"),
        "hide": text("Hide"),
    }
    source = (files("consumer_credit.preview") / "live.js").read_text(encoding="utf-8").strip()
    written = json.dumps(words, ensure_ascii=False, sort_keys=True).replace("<", "\\u003c")
    return source.replace("__LANGUAGE__", json.dumps(language)).replace("__WORDS__", written)
