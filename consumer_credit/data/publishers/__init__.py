"""Readers of publishers' own files: one module a publisher, none knowing the others.

`contract` says what a reader is given and hands back; `files` opens files; `cells` reads numbers, periods and
labels.
To add one, see docs/add-a-publisher.md.
"""
