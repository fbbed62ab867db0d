"""Files in the person's own folders: what is remembered between two starts, and the report of a crash."""
