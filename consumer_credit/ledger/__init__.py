"""Published claims and forecasts, held against the data.

`claims` and `forecasts` say what was printed (`data/claims.yaml`, `data/forecasts.yaml`), `audit` gives each
claim its verdict, `reconciliation` looks for other ways to a printed ratio, `scorecard` sets forecasts beside
what happened. Verdicts come out of the store: no number that decides one stands in this package. Everything
returned is language-free; the few words a reader needs are in `words`, sentences belong to the chapters.
"""
