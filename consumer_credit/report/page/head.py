"""What stands in the head of the page: its policy, what machines read of it, and the files that make it look
and move."""

from __future__ import annotations

import base64
import hashlib
import json
from functools import cache
from importlib.resources import files
from typing import Any

from markupsafe import Markup

from consumer_credit.report.rendering.document import Document

LOCALES = {"en": "en_GB", "zh": "zh_CN"}
LANGUAGE_TAGS = {"zh": "zh-Hans"}


@cache
def asset(name: str) -> str:
    """A style sheet or script of the page."""
    return (files("consumer_credit.report") / "templates" / "html" / name).read_text(encoding="utf-8").strip()


def json_in_page(value: object) -> str:
    """JSON that may stand inside a script element."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True).replace("<", "\\u003c")


def style_sheet(*parts: str) -> str:
    """Rules for a style element, on one line: the Nu checker compares a policy's hash with the first line only."""
    return " ".join(line.strip() for part in parts for line in part.splitlines() if line.strip())


def script_text(*names: str) -> str:
    """Scripts of the page without their indentation and remarks, line for line as written."""
    lines = (line.strip() for name in names for line in asset(name).splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))


def policy(styles: list[str], scripts: list[str]) -> str:
    """The content-security policy that allows these style sheets and scripts, data URIs, and nothing else."""

    def hashes(texts: list[str]) -> str:
        digests = (base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode() for text in texts)
        return " ".join(f"'sha256-{digest}'" for digest in digests) or "'none'"

    return (
        f"default-src 'none'; img-src data: blob:; font-src data:; style-src {hashes(styles)}; "
        f"script-src {hashes(scripts)}; base-uri 'none'; form-action 'none'"
    )


def json_ld(document: Document) -> Markup:
    """The edition as schema.org describes reports and data sets; empty for any other notebook."""
    meta = document.meta
    if not meta:
        return Markup("")
    record: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Report",
        "name": document.title,
        "alternativeHeadline": meta.get("subtitle"),
        "description": meta.get("description"),
        "inLanguage": LANGUAGE_TAGS.get(document.language, document.language),
        "author": [{"@type": "Organization", "name": name} for name in meta.get("authors") or []],
        "version": meta.get("version"),
        "datePublished": meta.get("data_date"),
        "license": "https://creativecommons.org/licenses/by/4.0/",
        "hasPart": [
            {
                "@type": "Dataset",
                "name": x.title,
                "description": x.subtitle or x.title,
                "identifier": x.id,
                "distribution": {
                    "@type": "DataDownload",
                    "encodingFormat": "text/csv",
                    "contentUrl": f"data/{x.csv_name}",
                },
            }
            for x in document.exhibits
            if x.csv and x.title
        ],
    }
    kept = {key: value for key, value in record.items() if value}
    return Markup(json_in_page(kept))
