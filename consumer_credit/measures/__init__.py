"""Measures: pure functions from frames to frames, one economic idea a module.

They know no file, no plot and no notebook, and import nothing of the package but its errors, so that a
reader can check each against a pencil. Fetching a series as it was known on a date belongs to
`consumer_credit.data`; words about a result to the chapters.
"""
