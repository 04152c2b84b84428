"""From an edition's parameters to its published page: chapters, prose, execution, rendering, publication."""
