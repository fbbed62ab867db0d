"""The terminal interface: the app, its keys, themes, plotting, screens and widgets."""
