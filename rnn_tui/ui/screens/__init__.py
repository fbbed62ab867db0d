"""The screens of the lab: a folder for each, and the table that lists them."""
