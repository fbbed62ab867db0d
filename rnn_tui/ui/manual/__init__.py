"""The manual: its pages, and the tables in them that are made from the program itself."""
