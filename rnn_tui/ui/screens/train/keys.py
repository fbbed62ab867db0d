"""The rows of the table of keys that are the Train screen's own."""

from rnn_tui.ui.keys.rows import Command, Foot, KeyRow, row

TRAINING_KEYS = "Training"

TRAIN_ROWS: tuple[KeyRow, ...] = (
    row(
        TRAINING_KEYS,
        Foot("space", "train", 97),
        "train, or pause",
        Command("space", "train", "Train or pause"),
    ),
    row(
        TRAINING_KEYS,
        Foot("Esc", "pause"),
        "pause the training",
        Command("escape ctrl+g", "pause_training", "Pause the training"),
    ),
    row(
        TRAINING_KEYS,
        Foot("x X", "1, 100", 95),
        "make a single step, or a hundred",
        Command("x", "train_steps(1)", "Train a single step"),
        Command("X", "train_steps(100)", "Train a hundred steps"),
    ),
    row(
        TRAINING_KEYS,
        Foot("+ -", "pace", 62),
        "faster, or slower",
        Command("plus", "pace(1)", "Train faster"),
        Command("minus", "pace(-1)", "Train slower"),
    ),
    row(
        TRAINING_KEYS,
        Foot("←→", "mark", 78),
        "mark an earlier step of the training, or a later one",
        Command("left", "mark(-1)", "Mark an earlier step"),
        Command("right", "mark(1)", "Mark a later step"),
    ),
    row(
        TRAINING_KEYS,
        Foot("b f", "leap"),
        "mark a step a tenth of the training before, or after",
        Command("b shift+left ctrl+left", "mark_far(-1)", "Mark a much earlier step"),
        Command("f shift+right ctrl+right", "mark_far(1)", "Mark a much later step"),
    ),
    row(
        TRAINING_KEYS,
        Foot("Home End", "ends"),
        "mark the start of the training, or its newest step",
        Command("home less_than_sign", "mark_end(0)", "Mark the start of the training"),
        Command("end greater_than_sign", "mark_end(1)", "Mark the newest step"),
    ),
    row(
        TRAINING_KEYS,
        Foot("z", "go back", 87),
        "go back to the marked step, and go on from there; with none marked, restore the training that was set aside",
        Command("z", "rewind", "Go back to the marked step"),
    ),
    row(
        TRAINING_KEYS,
        Foot("Z", "mark"),
        "type the step to mark",
        Command("Z", "type_step", "Type the step to mark"),
    ),
    row(
        TRAINING_KEYS,
        Foot("m", "twin", 93),
        "the next twin, a second network on the same batches that differs in one thing; the last is none",
        Command("m", "twin", "Next twin"),
    ),
    row(
        TRAINING_KEYS,
        Foot("M", "twin"),
        "type what the twin differs in, as clip=off or cell=gru",
        Command("M", "type_twin", "Type the twin"),
    ),
    row(
        TRAINING_KEYS,
        Foot("y", "task", 83),
        "the next task; set what is known to learn it",
        Command("y", "task", "Next task"),
        Command("Y", "recommended", "Set what learns the task"),
    ),
    row(
        TRAINING_KEYS,
        Foot("L B", "sizes", 18),
        "type the length T of the sequences, or how many of them a step takes",
        Command("L", "type_size('length')", "Type the length T"),
        Command("B", "type_size('batch')", "Type the batch size B"),
    ),
    row(
        TRAINING_KEYS,
        Foot("O", "optimiser", 16),
        "the next optimiser: SGD, momentum, Adam, RMSprop",
        Command("O", "optimiser", "Next optimiser"),
    ),
    row(
        TRAINING_KEYS,
        Foot("S", "θ", 24),
        "set θ to the average of the gradient norms seen",
        Command("S", "suggested", "Set θ by the norms seen"),
    ),
    row(
        TRAINING_KEYS,
        Foot("p", "panels", 96),
        "the next panels, where there is no room for all",
        Command("p", "train_panels", "Next panels of the training"),
    ),
    row(
        TRAINING_KEYS,
        Foot("i", "numbers", 91),
        "the numbers behind the charts, the next step in numbers, the three ways to clip it; or the charts again",
        Command("i", "train_numbers", "The training in numbers"),
    ),
    row(
        TRAINING_KEYS,
        Foot("h H", "tensor"),
        "spell out a weight of the next tensor, or of the one before",
        Command("h", "tensor(1)", "Next tensor"),
        Command("H", "tensor(-1)", "Tensor before"),
    ),
    row(
        TRAINING_KEYS,
        Foot("( )", "weight"),
        "spell out the weight before, or the next",
        Command("left_parenthesis 9", "weight(-1)", "Weight before"),
        Command("right_parenthesis 0", "weight(1)", "Next weight"),
    ),
    row(
        TRAINING_KEYS,
        Foot("W", "weight"),
        "type the weight to spell out, as W_hh[3,4]",
        Command("W", "type_weight", "Type the weight to spell out"),
    ),
    row(
        TRAINING_KEYS,
        Foot("v", "map"),
        "what the map of the time steps shows: their part in the gradient of W, or ‖∂L/∂h_t‖",
        Command("v", "parts", "What the map of the time steps shows"),
    ),
    row(
        TRAINING_KEYS,
        Foot("A", "adopt", 66),
        "put the trained network on every other screen",
        Command("A", "adopt", "Put the trained network on every screen"),
    ),
    row(
        TRAINING_KEYS,
        Foot("U", "take up"),
        "take up the training that was kept when the lab was left, or where there is none the lab",
        Command("U", "take_up", "Take up the kept training"),
    ),
)
