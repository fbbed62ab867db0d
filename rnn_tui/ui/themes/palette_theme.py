"""PaletteTheme: a Palette as Textual's theme."""

from dataclasses import dataclass

from textual.theme import Theme

from rnn_tui.ui.themes.themes import DEFAULT_THEME, Palette, load_themes


@dataclass(kw_only=True)
class PaletteTheme(Theme):
    """A Textual theme made from a palette, which it carries along for the panels that draw themselves."""

    palette: Palette

    @classmethod
    def of(cls, palette: Palette) -> "PaletteTheme":
        """The theme of that palette and name."""
        return cls(
            name=palette.name,
            palette=palette,
            primary=palette.flow,
            secondary=palette.back,
            accent=palette.back,
            success=palette.good,
            warning=palette.warn,
            error=palette.bad,
            foreground=palette.text,
            background=palette.background,
            surface=palette.panel,
            panel=palette.panel,
            dark=palette.dark,
            variables={
                "border": palette.border_focused,
                "border-blurred": palette.border,
                "text": palette.text,
                "text-muted": palette.muted,
                "text-error": palette.bad,
                "text-warning": palette.warn,
                "text-success": palette.good,
                "scrollbar": palette.border,
                "scrollbar-hover": palette.border_focused,
                "scrollbar-active": palette.border_focused,
                "scrollbar-background": palette.panel,
                "scrollbar-background-hover": palette.panel,
                "scrollbar-background-active": palette.panel,
                "scrollbar-corner-color": palette.panel,
            },
        )


def palette_of(theme: Theme) -> Palette:
    """The palette of the app's theme; the default one where the theme is not one of ours."""
    if isinstance(theme, PaletteTheme):
        return theme.palette
    return load_themes()[0][DEFAULT_THEME]
