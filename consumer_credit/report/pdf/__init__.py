"""The PDF: a document set by Typst."""
