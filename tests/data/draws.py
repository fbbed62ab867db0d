"""Experiments to measure and recompute: texts of many scripts, and every flag."""

import random

ACTIVATIONS = ("tanh", "sigmoid", "relu", "linear")
TEXTS = (
    *("What time is it", "Hi", "to be or not to be", "a b", "the the the the the"),
    *("امروز هوا خیلی خوب است و من خوشحالم", "今天 天气 很 好", "👩‍👩‍👧 e\u0301 naïve 🙂 🙂", "<eos> and <eos>"),
    "It was the best of times it was the worst of times it was the age of wisdom it was the age of foolishness",
    " ".join(f"w{i % 17}" for i in range(45)),
)


def draw(chance: random.Random) -> tuple[str, list[str]]:
    """A text and flags."""
    init = chance.choice(["gaussian", "gaussian", "gaussian", "orthogonal", "identity", "number"])
    activation = chance.choice(ACTIVATIONS)
    scale = chance.choice(["--rho", "--rho", "--sigma"])
    hidden = 1 if init == "number" else chance.choice([1, 2, 3, 5, 8, 16])
    if (init, activation, hidden) == ("orthogonal", "relu", 2):
        hidden = 3  # a 2×2 reflection's W² is diagonal: what crosses is the rounding of W itself, not a number
    if hidden == 1 and init != "number" and activation == "linear":
        hidden = 2  # W = −1 and a repeated word: h_2 = d − d is the rounding of d, not a number
    largest = 1.2 if activation == "tanh" and scale == "--sigma" else 1.0
    settings = {
        "--activation": activation,
        "--hidden": hidden,
        "--inputs": chance.choice([1, 2, 8, 11]),
        "--init": init,
        scale: chance.choice([0.0, 0.05, 0.5, 0.9, 1.0, round(chance.uniform(0.1, largest), 3)]),
        "--seed": chance.choice([0, 7, chance.randrange(2**31), 2**63 - 1]),
        "--loss": chance.choice(["last", "sum", "mean"]),
        "--clip": chance.choice(["off", "norm", "value", "step"]),
        "--threshold": chance.choice([1.0, 0.3, 0.02, 1e-7, 50.0]),
        "--lr": chance.choice([0.1, 1e-3, 1e-6]),
        "--influence": chance.choice(["gradient", "gradient-input", "occlusion"]),
        "--tokens": chance.choice(["words", "words", "chars"]),
    }
    text = chance.choice(TEXTS)
    return text[:60] if settings["--tokens"] == "chars" else text, [str(s) for pair in settings.items() for s in pair]
