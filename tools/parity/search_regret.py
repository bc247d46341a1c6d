"""Optuna's regret on the functions of search_functions.py, after 30 and 100 trials, 20 repeats of each sampler.

Writes packages/search/bench/golden/optuna-regret.json, which `npm run bench -- search` compares Graft with. What is there already
is kept, so that a run that was stopped goes on: take a sampler out of the file to measure it anew. Names of samplers as arguments
measure only those, `--functions` only some functions. Hours for everything (GPSampler most of it).
"""

import argparse
import fcntl
import json
import tempfile
import warnings
from pathlib import Path

import optuna
from optuna.samplers import CmaEsSampler, GPSampler, QMCSampler, RandomSampler, TPESampler

from search_functions import GOLDEN, NAMES, objective_of

warnings.filterwarnings("ignore")
optuna.logging.set_verbosity(optuna.logging.ERROR)
TARGET = GOLDEN / "optuna-regret.json"
REPEATS = 20
CHECKPOINTS = [30, 100]

CONDITIONAL = ["recipe", "head-table-birds", "head-table-leaves"]

# name: (sampler of a seed, trials in flight, functions)
SAMPLERS = {
    "TPESampler": (lambda seed: TPESampler(seed=seed, multivariate=True), 1, NAMES),
    "RandomSampler": (lambda seed: RandomSampler(seed=seed), 1, NAMES),
    "QMCSampler": (lambda seed: QMCSampler(seed=seed, qmc_type="sobol", scramble=True), 1, NAMES),
    "CmaEsSampler": (lambda seed: CmaEsSampler(seed=seed, warn_independent_sampling=False), 1, NAMES),
    "TPESampler, 8 in flight": (lambda seed: TPESampler(seed=seed, multivariate=True, constant_liar=True), 8, NAMES),
    # The same as TPESampler where nothing is conditional.
    "TPESampler, group": (lambda seed: TPESampler(seed=seed, multivariate=True, group=True), 1, CONDITIONAL),
    "GPSampler": (lambda seed: GPSampler(seed=seed, warn_independent_sampling=False), 1, NAMES),
}


def regrets(sampler, objective, in_flight):
    """Best value so far at each checkpoint, in the order in which trials end: the oldest of those in flight first."""
    study = optuna.create_study(sampler=sampler)
    running, values = [], []
    while len(values) < CHECKPOINTS[-1]:
        while len(running) < in_flight:
            trial = study.ask()
            running.append((trial, objective(trial)))
        trial, value = running.pop(0)
        study.tell(trial, value)
        values.append(value)
    return [min(values[:count]) for count in CHECKPOINTS]


def save(function, name, runs):
    """Under a lock of the file's, so that several of these processes may run at once."""
    with open(Path(tempfile.gettempdir()) / "graft-optuna-regret.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        results = load()
        results["regret"].setdefault(function, {})[name] = [[float(f"{run[index]:.5g}") for run in runs] for index in range(len(CHECKPOINTS))]
        TARGET.write_text(json.dumps(results, indent=1).replace("\n      ", " ").replace("\n     ]", " ]") + "\n")


def load():
    return json.loads(TARGET.read_text()) if TARGET.exists() else {"optuna": optuna.__version__, "checkpoints": CHECKPOINTS, "repeats": REPEATS, "regret": {}}


def main():
    """One repeat of every function before the next, so that a run that is stopped has as many of each."""
    parser = argparse.ArgumentParser()
    parser.add_argument("samplers", nargs="*", default=list(SAMPLERS))
    parser.add_argument("--functions", nargs="*", default=None)
    wanted = parser.parse_args()
    for name in wanted.samplers:
        make, in_flight, functions = SAMPLERS[name]
        for seed in range(REPEATS):
            for function in wanted.functions or functions:
                runs = [list(run) for run in zip(*load()["regret"].get(function, {}).get(name, [[], []]))]
                if len(runs) > seed:
                    continue
                runs.append(regrets(make(seed), objective_of(function), in_flight))
                save(function, name, runs)
                print(name, function, seed, runs[-1], flush=True)


main()
