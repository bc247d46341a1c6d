"""Writes packages/search/src/importance/golden/optuna-fanova.json: trials of five functions and what Optuna's FanovaImportanceEvaluator
makes of them, as mean over three forests."""

import json
import math
import random

import optuna
from optuna.distributions import CategoricalDistribution, FloatDistribution
from optuna.importance import FanovaImportanceEvaluator

from search_functions import CONTINUOUS, GOLDEN

optuna.logging.set_verbosity(optuna.logging.ERROR)
TARGET = GOLDEN.parents[1] / "src/importance/golden/optuna-fanova.json"
OPTIMIZERS = ["SGD", "Adam", "RMSprop", "AdamW"]


def of_domain(name):
    function, domain, _ = CONTINUOUS[name]
    return {f"x{i}": FloatDistribution(low, high) for i, (low, high) in enumerate(domain)}, lambda p: function([p[f"x{i}"] for i in range(len(domain))])


unit = {f"x{i}": FloatDistribution(0, 1) for i in range(3)}
FUNCTIONS = {
    "linear": (unit, lambda p: 3 * p["x0"] + 2 * p["x1"] + p["x2"]),
    "product": (unit, lambda p: (p["x0"] - 0.5) * (p["x1"] - 0.5) * 10 + p["x2"]),
    "branin": of_domain("branin"),
    "hartmann-6": of_domain("hartmann-6"),
    "choices": (
        {"optimizer": CategoricalDistribution(OPTIMIZERS), "pooling": CategoricalDistribution(["average", "max"]), "dropout": FloatDistribution(0, 0.5)},
        lambda p: {"SGD": 0.5, "Adam": 0.1, "RMSprop": 0.2, "AdamW": 0.1}[p["optimizer"]] + (0.1 if p["pooling"] == "max" else 0) + 0.3 * math.sin(6 * p["dropout"]),
    ),
}


def measure(distributions, function, count=200):
    draw = random.Random(1)
    trials = []
    for _ in range(count):
        params = {
            name: draw.choice(each.choices) if isinstance(each, CategoricalDistribution) else round(draw.uniform(each.low, each.high), 5) for name, each in distributions.items()
        }
        trials.append((params, round(function(params), 6)))
    study = optuna.create_study()
    study.add_trials([optuna.trial.create_trial(params=params, distributions=distributions, value=value) for params, value in trials])
    forests = [FanovaImportanceEvaluator(seed=seed).evaluate(study) for seed in range(3)]
    return {
        "parameters": {name: {"values": list(each.choices)} if isinstance(each, CategoricalDistribution) else {"min": each.low, "max": each.high} for name, each in distributions.items()},
        "trials": [[*params.values(), value] for params, value in trials],
        "importance": {name: sum(forest[name] for forest in forests) / len(forests) for name in distributions},
    }


TARGET.write_text(json.dumps({"optuna": optuna.__version__, "functions": {name: measure(*each) for name, each in FUNCTIONS.items()}}) + "\n")
