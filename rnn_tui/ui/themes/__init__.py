"""The colours, read from TOML files."""
