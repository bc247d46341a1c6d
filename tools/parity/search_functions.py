"""The functions that searches are compared on, as Optuna objectives. packages/search/bench/functions.ts holds the same for Graft.

Standard ones as in Surjanovic and Bingham, "Virtual Library of Simulation Experiments" (2013), with their usual domains; `recipe` is a
mixed conditional one with a known optimum; `head-table-*` are real trials recorded by packages/core/bench/record-head-table.ts.
"""

import json
import math
import random
from pathlib import Path

GOLDEN = Path(__file__).resolve().parents[2] / "packages/search/bench/golden"


def branin(x):
    a, b, c, r, s, t = 1, 5.1 / (4 * math.pi**2), 5 / math.pi, 6, 10, 1 / (8 * math.pi)
    return a * (x[1] - b * x[0] ** 2 + c * x[0] - r) ** 2 + s * (1 - t) * math.cos(x[0]) + s


HARTMANN_ALPHA = [1.0, 1.2, 3.0, 3.2]
HARTMANN3_A = [[3, 10, 30], [0.1, 10, 35], [3, 10, 30], [0.1, 10, 35]]
HARTMANN3_P = [[3689, 1170, 2673], [4699, 4387, 7470], [1091, 8732, 5547], [381, 5743, 8828]]
HARTMANN6_A = [[10, 3, 17, 3.5, 1.7, 8], [0.05, 10, 17, 0.1, 8, 14], [3, 3.5, 1.7, 10, 17, 8], [17, 8, 0.05, 10, 0.1, 14]]
HARTMANN6_P = [[1312, 1696, 5569, 124, 8283, 5886], [2329, 4135, 8307, 3736, 1004, 9991], [2348, 1451, 3522, 2883, 3047, 6650], [4047, 8828, 8732, 5743, 1091, 381]]


def hartmann(x, a, p):
    return -sum(
        alpha * math.exp(-sum(aij * (xj - pij * 1e-4) ** 2 for xj, aij, pij in zip(x, ai, pi)))
        for alpha, ai, pi in zip(HARTMANN_ALPHA, a, p)
    )


def rosenbrock(x):
    return sum(100 * (x[i + 1] - x[i] ** 2) ** 2 + (1 - x[i]) ** 2 for i in range(len(x) - 1))


def ackley(x):
    d = len(x)
    return -20 * math.exp(-0.2 * math.sqrt(sum(v * v for v in x) / d)) - math.exp(sum(math.cos(2 * math.pi * v) for v in x) / d) + 20 + math.e


def levy(x):
    w = [1 + (v - 1) / 4 for v in x]
    middle = sum((v - 1) ** 2 * (1 + 10 * math.sin(math.pi * v + 1) ** 2) for v in w[:-1])
    return math.sin(math.pi * w[0]) ** 2 + middle + (w[-1] - 1) ** 2 * (1 + math.sin(2 * math.pi * w[-1]) ** 2)


def styblinski_tang(x):
    return sum(v**4 - 16 * v**2 + 5 * v for v in x) / 2


# name: (function, domain of each coordinate, smallest value)
CONTINUOUS = {
    "branin": (branin, [(-5, 10), (0, 15)], 0.39788735772973816),
    "hartmann-3": (lambda x: hartmann(x, HARTMANN3_A, HARTMANN3_P), [(0, 1)] * 3, -3.862779787332660),
    "hartmann-6": (lambda x: hartmann(x, HARTMANN6_A, HARTMANN6_P), [(0, 1)] * 6, -3.322368011415515),
    "rosenbrock-4": (rosenbrock, [(-5, 10)] * 4, 0.0),
    "ackley-5": (ackley, [(-32.768, 32.768)] * 5, 0.0),
    "levy-4": (levy, [(-10, 10)] * 4, 0.0),
    "styblinski-tang-5": (styblinski_tang, [(-5, 5)] * 5, -39.16616570377142 * 5),
}


def continuous(name):
    function, domain, smallest = CONTINUOUS[name]

    def objective(trial):
        return function([trial.suggest_float(f"x{i}", low, high) for i, (low, high) in enumerate(domain)]) - smallest

    return objective


def recipe_loss(optimizer, rate, momentum, batch, layers, units0, units1, dropout):
    """Something like a recipe's loss: 0 at SGD, momentum 0.9, 256 and 64 units, dropout 0.3, and the rate that goes with the batch size."""
    loss = {"SGD": 0.0, "Adam": 0.02, "RMSprop": 0.04}[optimizer] + {0: 0.1, 1: 0.02, 2: 0.0}[layers]
    best_rate = {"SGD": -0.15 - 1.5 * (momentum or 0), "Adam": -3, "RMSprop": -3.5}[optimizer] + 0.15 * (math.log2(batch) - 5)
    loss += 0.05 * (math.log10(rate) - best_rate) ** 2
    if momentum is not None:
        loss += 0.1 * (momentum - 0.9) ** 2
    if units0 is not None:
        loss += 0.01 * (math.log2(units0) - 8) ** 2 + 0.2 * (dropout - 0.3) ** 2
    if units1 is not None:
        loss += 0.01 * (math.log2(units1) - 6) ** 2 + 0.02 * abs(math.log2(units0) - math.log2(units1) - 2)
    return loss


def recipe(trial):
    optimizer = trial.suggest_categorical("optimizer", ["SGD", "Adam", "RMSprop"])
    rate = trial.suggest_float("rate", 1e-5, 1, log=True)
    momentum = trial.suggest_float("momentum", 0, 0.99) if optimizer == "SGD" else None
    batch = [8, 16, 32, 64, 128][trial.suggest_int("batch", 0, 4)]
    layers = trial.suggest_int("layers", 0, 2)
    units0 = trial.suggest_int("units0", 16, 1024, log=True) if layers >= 1 else None
    dropout = trial.suggest_float("dropout", 0, 0.5, step=0.1) if layers >= 1 else None
    units1 = trial.suggest_int("units1", 16, 1024, log=True) if layers >= 2 else None
    return recipe_loss(optimizer, rate, momentum, batch, layers, units0, units1, dropout)


def head_table(dataset):
    table = json.loads((GOLDEN / f"head-table-{dataset}.json").read_text())
    axes = table["axes"]
    # Column 6: validation loss by epoch; the best epoch counts. A rate at which the loss was no number has none.
    losses = {tuple(row[:5]): min(row[6], default=math.inf) for row in table["trials"]}
    smallest = min(losses.values())

    def objective(trial):
        units = axes["units"][trial.suggest_int("units", 0, len(axes["units"]) - 1)]
        row = (
            axes["learningRate"][trial.suggest_int("learningRate", 0, len(axes["learningRate"]) - 1)],
            trial.suggest_categorical("optimizer", axes["optimizer"]),
            trial.suggest_categorical("batchSize", axes["batchSize"]),
            units,
            None if units == 0 else axes["dropout"][trial.suggest_int("dropout", 0, len(axes["dropout"]) - 1)],
        )
        return losses[row] - smallest

    return objective


def objective_of(name):
    if name in CONTINUOUS:
        return continuous(name)
    return recipe if name == "recipe" else head_table(name.removeprefix("head-table-"))


NAMES = [*CONTINUOUS, "recipe", "head-table-birds", "head-table-leaves"]


def main():
    """Writes packages/search/bench/golden/function-values.json: some values, with which functions.ts has to agree."""
    draw = random.Random(0)
    values = {
        name: [[[draw.uniform(low, high) for low, high in domain]] for _ in range(5)] for name, (_, domain, _) in CONTINUOUS.items()
    }
    for name, rows in values.items():
        for row in rows:
            row.append(CONTINUOUS[name][0](row[0]) - CONTINUOUS[name][2])
    recipes = [
        {"optimizer": "SGD", "rate": 0.02, "momentum": 0.8, "batch": 16, "layers": 0},
        {"optimizer": "SGD", "rate": 10**-1.5, "momentum": 0.9, "batch": 32, "layers": 2, "units0": 256, "units1": 64, "dropout": 0.3},
        {"optimizer": "Adam", "rate": 0.003, "batch": 128, "layers": 1, "units0": 100, "dropout": 0.5},
        {"optimizer": "RMSprop", "rate": 0.5, "batch": 8, "layers": 2, "units0": 16, "units1": 1024, "dropout": 0.0},
    ]
    optional = ("momentum", "units0", "units1", "dropout")
    values["recipe"] = [[each, recipe_loss(**{**{name: None for name in optional}, **each})] for each in recipes]
    (GOLDEN / "function-values.json").write_text(json.dumps(values) + "\n")


if __name__ == "__main__":
    main()
