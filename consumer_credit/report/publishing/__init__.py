"""A publication on disk: exchanged whole, told from foreign folders, with its manifest; the list of all editions."""
