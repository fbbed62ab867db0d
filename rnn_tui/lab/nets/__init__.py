"""Networks that people bring: files of weights read, and the recurrent modules found in them."""
