"""What the subcommands do, one module each; which options they take stands in `consumer_credit.cli`.

A command gets plain values, writes results to standard output and returns the exit code. Errors are raised as
`consumer_credit.errors` and worded once, in `consumer_credit.cli_exit`.
"""
