"""HTML to candidates: the pictures of a page, each with the texts that the page gives it."""
