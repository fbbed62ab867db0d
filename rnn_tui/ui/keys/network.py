"""The keys of the dials and of the network, which every screen has that shows the network."""

from rnn_tui.ui.keys.common import CommonRow, common, on_every_screen, with_a_cursor, with_the_network, without_a_cursor
from rnn_tui.ui.keys.rows import Command, Foot

TURNING, NETWORK, GRADIENT = "Turning the dials", "The network", "The gradient"

DIAL_ROWS: tuple[CommonRow, ...] = (
    common(
        with_the_network,
        TURNING,
        Foot("[ ]", "ρ(W)", 95),
        "turn ρ(W), how strongly W carries the state on, whichever dial is chosen",
        Command("left_square_bracket comma", "app.turn_rho(-1)", "ρ(W) down"),
        Command("right_square_bracket full_stop", "app.turn_rho(1)", "ρ(W) up"),
    ),
    common(
        without_a_cursor,
        TURNING,
        Foot("↑↓", "turn", 70),
        "turn the chosen dial",
        Command("up k", "turn(1)", "Turn the dial up"),
        Command("down j", "turn(-1)", "Turn the dial down"),
    ),
    common(
        with_a_cursor,
        TURNING,
        Foot("k j", "turn", 70),
        "turn the chosen dial on a screen where the arrows move a cursor",
        Command("k", "turn(1)", "Turn the dial up"),
        Command("j", "turn(-1)", "Turn the dial down"),
    ),
    common(
        on_every_screen,
        TURNING,
        Foot("PgUp PgDn", "far"),
        "turn the chosen dial in large steps",
        Command("pageup K", "turn_far(1)", "Turn the dial far up"),
        Command("pagedown J", "turn_far(-1)", "Turn the dial far down"),
    ),
    common(
        on_every_screen,
        TURNING,
        Foot("Tab", "dial", 75),
        "choose the next dial, or the one before",
        Command("tab d", "dial(1)", "Next dial"),
        Command("shift+tab D", "dial(-1)", "Dial before"),
    ),
    common(
        without_a_cursor,
        TURNING,
        Foot("Enter", "type", 35),
        "type the value of the chosen dial",
        Command("enter equals_sign", "type_value", "Type the dial's value"),
    ),
    common(
        with_a_cursor,
        TURNING,
        Foot("=", "type", 35),
        "type the value of the chosen dial on a screen where Enter does something else",
        Command("equals_sign", "type_value", "Type the dial's value"),
    ),
    common(
        with_the_network,
        NETWORK,
        Foot("g", "cell", 86),
        "the next cell: simple RNN, LSTM, GRU, feed-forward with a W for every layer",
        Command("g", "app.cell", "Next cell"),
    ),
    common(
        with_the_network,
        NETWORK,
        Foot("G", "skip", 12),
        "the next skip connection: none, from each step to the next, to the next but one, from the first to the last",
        Command("G", "app.skip", "Next skip connection"),
    ),
    common(
        with_the_network,
        GRADIENT,
        Foot("c", "clip", 90),
        "clipping on or off",
        Command("c", "app.clip", "Clipping on or off"),
    ),
    common(
        with_the_network,
        GRADIENT,
        Foot("C", "kind"),
        "clip by the norm of all, by value, or at every step on the way back",
        Command("C", "app.clip_kind", "Next kind of clipping"),
    ),
)
NETWORK_ROWS: tuple[CommonRow, ...] = (
    common(
        with_the_network,
        NETWORK,
        Foot("t", "text", 85),
        "edit the text and see the result while typing",
        Command("t", "edit_text", "Edit the text"),
    ),
    common(
        with_the_network,
        NETWORK,
        Foot("a", "activation", 50),
        "the next activation: tanh, sigmoid, relu, linear",
        Command("a", "app.choose('activation')", "Next activation"),
    ),
    common(
        with_the_network,
        NETWORK,
        Foot("w", "W", 55),
        "the next kind of W: gaussian, uniform, orthogonal, identity, diagonal, non-normal, a single number",
        Command("w", "app.choose('init')", "Next kind of W"),
    ),
    common(
        with_the_network,
        NETWORK,
        Foot("n", "seed", 58),
        "a new seed: another network of the same kind",
        Command("n", "app.new_seed", "New seed"),
    ),
    common(
        with_the_network,
        GRADIENT,
        Foot("l", "loss", 30),
        "the loss: of the last step, the sum, or the mean over all steps",
        Command("l", "app.choose('loss')", "Next loss"),
    ),
)
