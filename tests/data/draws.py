"""Experiments to measure and recompute: texts of many scripts, and every flag."""

import random

ACTIVATIONS = ("tanh", "sigmoid", "relu", "linear")
CELLS = ("rnn", "lstm", "gru", "feedforward")
TEXTS = (
    *("What time is it", "Hi", "to be or not to be", "a b", "the the the the the"),
    *("امروز هوا خیلی خوب است و من خوشحالم", "今天 天气 很 好", "👩‍👩‍👧 e\u0301 naïve 🙂 🙂", "<eos> and <eos>"),
    "It was the best of times it was the worst of times it was the age of wisdom it was the age of foolishness",
    " ".join(f"w{i % 17}" for i in range(45)),
)
MOST_GROWING = 10
INITS = ("gaussian", "gaussian", "gaussian", "uniform", "orthogonal", "identity", "diagonal", "nonnormal", "number")


def draw(chance: random.Random, cell: str | None = None) -> tuple[str, list[str]]:
    """A text and flags, of one cell or of any."""
    cell = cell or chance.choice(CELLS)
    init, activation = chance.choice(INITS), chance.choice(ACTIVATIONS)
    hidden = 1 if init == "number" else chance.choice([1, 2, 3, 5, 8, 16])
    if init == "nonnormal":
        hidden = max(hidden, 2)
    if (init, activation, hidden) == ("orthogonal", "relu", 2):
        hidden = 3  # a 2×2 reflection's W² is diagonal: what crosses is the rounding of W itself, not a number
    if hidden == 1 and init != "number" and activation == "linear":
        hidden = 2  # W = −1 and a repeated word: h_2 = d − d is the rounding of d, not a number
    settings: dict[str, object] = {
        "--cell": cell,
        "--hidden": hidden,
        "--inputs": chance.choice([1, 2, 8, 11]),
        "--init": init,
        "--seed": chance.choice([0, 7, chance.randrange(2**31), 2**63 - 1]),
        "--loss": chance.choice(["last", "sum", "mean"]),
        "--clip": chance.choice(["off", "norm", "value", "step"]),
        "--threshold": chance.choice([1.0, 0.3, 0.02, 1e-7, 50.0]),
        "--lr": chance.choice([0.1, 1e-3, 1e-6]),
        "--influence": chance.choice(["gradient", "gradient-input", "integrated", "occlusion"]),
        "--influence-on": chance.choice(["state", "output"]),
        "--tokens": chance.choice(["words", "words", "chars"]),
    }
    if cell in ("rnn", "feedforward"):
        settings["--activation"] = activation
    if init == "nonnormal":
        settings["--rho"] = chance.choice([0.5, 0.9, 0.99])
        settings["--transient"] = chance.choice([1.5, 2.0, 4.0])
    else:
        scale = chance.choice(["--rho", "--rho", "--sigma"])
        largest = 1.2 if activation == "tanh" and scale == "--sigma" else 1.0
        settings[scale] = chance.choice([0.0, 0.05, 0.5, 0.9, 1.0, round(chance.uniform(0.1, largest), 3)])
    text = chance.choice(TEXTS)
    if settings["--tokens"] == "chars":
        text = text[:30]
    steps = len(text.split()) if settings["--tokens"] == "words" else len(text)
    settings |= gate_biases(chance, cell)
    if chance.random() < 0.4:
        settings["--skip"] = skip(chance, steps)
    if chance.random() < 0.4:
        settings["--truncate"] = chance.choice([1, 2, 3, 7, 60])
    return text, [str(s) for pair in settings.items() for s in pair]


def gate_biases(chance: random.Random, cell: str) -> dict[str, object]:
    """Settings of the gates' biases."""
    if cell not in ("lstm", "gru") or chance.random() < 0.4:
        return {}
    if chance.random() < 0.4:
        return {"--chrono": chance.choice([3, 10, 100])}
    return {"--forget-bias" if cell == "lstm" else "--update-bias": chance.choice([-2.0, 0.0, 1.0, 2.5, 5.0])}


def skip(chance: random.Random, steps: int) -> str:
    """A pinned or shared skip that a text of so many steps can have."""
    sure = steps // 2 if steps > MOST_GROWING else steps  # a character may be of several code points
    if sure > 1 and chance.random() < 0.5:
        first = chance.randrange(1, sure)
        return f"pinned:{first}-{chance.randrange(first + 1, sure + 1)}"
    # a shared skip lets every state grow, until autograd's own softmax has nothing left
    return f"shared:{chance.choice([1, 2, 3, 5, 60] if steps <= MOST_GROWING else [20, 30, 60])}"
