"""Published figures as they were known: catalogue, vintaged store, checks, and the publishers' own files.

Nothing here computes a ratio or draws; that is `measures` and `charts`. Nothing here words anything for a
reader; that is `report`.
"""
