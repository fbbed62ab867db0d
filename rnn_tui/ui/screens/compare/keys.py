"""The keys of the Compare screen."""

from rnn_tui.ui.keys.rows import Command, Foot, KeyRow, row

COMPARING = "Comparing networks"

COMPARE_ROWS: tuple[KeyRow, ...] = (
    row(
        COMPARING,
        Foot("↑↓", "network", 97),
        "choose a network: its curve stands out, and its numbers stand in words",
        Command("up", "compare_row(-1)", "Network above"),
        Command("down", "compare_row(1)", "Network below"),
    ),
    row(
        COMPARING,
        Foot("Enter", "open", 96),
        "make the chosen network that of all screens, and go to Unroll; `u` takes it back",
        Command("enter", "take_network", "The chosen network to all screens"),
    ),
    row(
        COMPARING,
        Foot("←→", "sort", 94),
        "sort by the column before, or the next",
        Command("left", "compare_sort(-1)", "Sort by the column before"),
        Command("right", "compare_sort(1)", "Sort by the next column"),
    ),
    row(
        COMPARING,
        Foot("f", "flip", 57),
        "turn the order of the rows round",
        Command("f", "compare_flip", "Turn the order of the networks round"),
    ),
    row(
        COMPARING,
        Foot("+ −", "word", 93),
        "add a word to the text, or take the last away: which networks run another length, and which refuse?",
        Command("plus", "word(1)", "A word more"),
        Command("minus backspace", "word(-1)", "A word less"),
    ),
    row(
        COMPARING,
        Foot("m", "anew", 56),
        "build all networks anew for the text as it is; also goes on with what Esc has stopped",
        Command("m", "compare_anew", "Build the networks anew"),
    ),
    row(
        COMPARING,
        Foot("b", "bands", 92),
        "measure each network over many seeds, and draw the band of the chosen one; again for none",
        Command("b", "compare_bands", "Bands over seeds"),
    ),
    row(
        COMPARING,
        Foot("h", "hide", 91),
        "leave the chosen network out of the chart, or bring it back",
        Command("h", "compare_hide", "Hide the network, or show it"),
    ),
    row(
        COMPARING,
        Foot("H", "alone"),
        "leave the chosen network alone in the chart, or bring all back",
        Command("H", "compare_alone", "The network alone, or all"),
    ),
    row(
        COMPARING,
        Foot("p", "panels", 59),
        "show chart and table, the chart alone, or the table alone",
        Command("p", "compare_panels", "Chart, table, or both"),
    ),
)
