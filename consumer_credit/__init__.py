"""How big is the consumer-credit market, really? The library behind the report's notebooks."""

__version__ = "0.1.0"
