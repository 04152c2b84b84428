"""What page and PDF share: a notebook read into a document, its prose and tables, the words around them."""
