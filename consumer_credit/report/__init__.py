"""Everything between an edition's parameters and its published page: chapters, prose, execution, rendering, publication."""
