"""Where a chapter runs: papermill's engines, the kernels behind them, and what can go wrong on the way.

`execution` is the door. A chapter runs in an ordinary kernel (`engine`) or in one forked from a warm process
(`warm_engine` → `warm_kernels` → `warm_server`, which forks `warm_kernel`s that talk by `wire`).
"""
