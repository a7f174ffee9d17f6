"""Where candidates come from: archives, seed sites, URL lists; HTML to candidates."""
