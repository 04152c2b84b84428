"""Sweeps: one report for each combination of parameters, on this machine or on a cluster, and their comparison.

`grid` says which runs there are, `work` builds one of them anywhere, `pool` and `cluster` decide where;
`places` is where results go, `finished` knows which runs need not be built again, `comparison` and `page` set
their headline values side by side. `running` puts these in order.
"""
