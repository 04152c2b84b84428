"""The live preview: a page on this machine alone that follows every save of an editor.

Two processes: the `session` watches files, serves pages from memory and answers browsers; its `worker` holds
what is slow to load, builds pages and is replaced by a fresh one when the library itself has changed. What is
previewed is never written anywhere: what is published comes from `report.build` only.
"""
