"""What has been made before and need not be made again (docs/decisions: the cache).

`stamps` tells whether a file is what it was; `ingredients` what decides an output; `entries` keeps outputs on disk;
`lookup` finds and keeps what one build makes, `steps` puts that around its steps; `explaining` words why something
was made again; `unchanged` answers a whole command when nothing has changed, before anything slow is imported.
"""
