"""What has been made before and need not be made again (docs/decisions: the cache).

`stamps` tells whether a file is what it was; `ingredients` what decides an output; `entries` keeps outputs on disk;
`steps` puts the cache around the steps of a build; `explaining` words why something was made again; `unchanged`
answers a whole command when nothing has changed, before anything slow is imported.
"""
