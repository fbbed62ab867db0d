"""The formats of weight files: each told by its content, its sizes checked before anything is allocated."""
