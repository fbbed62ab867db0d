"""Charts: plotext behind one module, and what is laid over them in braille."""
