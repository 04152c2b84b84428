"""Charts: one module for each kind of figure, one house style, tidy frames and texts in, a `Figure` out.

A chart saves nothing, knows no file and no catalogue, and leaves no global state of matplotlib changed.
Every word on it comes in as an argument, already in the reader's language; titles, notes and source lines
are set by the page around it.
"""
