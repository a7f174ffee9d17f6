"""Pictures that lie in files, with their captions: no request is made for them."""
