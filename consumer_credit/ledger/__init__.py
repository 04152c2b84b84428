"""Published claims and forecasts, held against the data."""
