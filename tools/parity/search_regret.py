"""Optuna's regret on the functions of search_functions.py, after 30 and 100 trials, 20 repeats of each sampler.

Writes packages/search/bench/golden/optuna-regret.json, which `npm run bench -- search` compares Graft with. What is there already
is kept, so that a run that was stopped goes on; `--again SAMPLER` measures one anew. Hours for everything (GPSampler most of it).
"""

import json
import sys
import warnings

import optuna
from optuna.samplers import CmaEsSampler, GPSampler, QMCSampler, RandomSampler, TPESampler

from search_functions import GOLDEN, NAMES, objective_of

warnings.filterwarnings("ignore")
optuna.logging.set_verbosity(optuna.logging.ERROR)
TARGET = GOLDEN / "optuna-regret.json"
REPEATS = 20
CHECKPOINTS = [30, 100]

# name: (sampler of a seed, trials in flight)
SAMPLERS = {
    "TPESampler": (lambda seed: TPESampler(seed=seed, multivariate=True), 1),
    "RandomSampler": (lambda seed: RandomSampler(seed=seed), 1),
    "QMCSampler": (lambda seed: QMCSampler(seed=seed, qmc_type="sobol", scramble=True), 1),
    "CmaEsSampler": (lambda seed: CmaEsSampler(seed=seed, warn_independent_sampling=False), 1),
    "TPESampler, 8 in flight": (lambda seed: TPESampler(seed=seed, multivariate=True, constant_liar=True), 8),
    "TPESampler, group": (lambda seed: TPESampler(seed=seed, multivariate=True, group=True), 1),
    "TPESampler, univariate": (lambda seed: TPESampler(seed=seed, multivariate=False), 1),
    "CmaEsSampler, margin": (lambda seed: CmaEsSampler(seed=seed, with_margin=True, warn_independent_sampling=False), 1),
    "GPSampler": (lambda seed: GPSampler(seed=seed, warn_independent_sampling=False), 1),
    "GPSampler, 8 in flight": (lambda seed: GPSampler(seed=seed, warn_independent_sampling=False), 8),
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


def main():
    results = json.loads(TARGET.read_text()) if TARGET.exists() else {"optuna": optuna.__version__, "checkpoints": CHECKPOINTS, "repeats": REPEATS, "regret": {}}
    again = sys.argv[2] if len(sys.argv) > 2 and sys.argv[1] == "--again" else None
    for name, (make, in_flight) in SAMPLERS.items():
        for function in NAMES:
            measured = results["regret"].setdefault(function, {})
            if name in measured and name != again:
                continue
            try:
                objective = objective_of(function)
            except FileNotFoundError:
                print(f"{function}: not recorded yet", flush=True)
                continue
            runs = [regrets(make(seed), objective, in_flight) for seed in range(REPEATS)]
            measured[name] = [[float(f"{run[index]:.5g}") for run in runs] for index in range(len(CHECKPOINTS))]
            TARGET.write_text(json.dumps(results, indent=1).replace("\n      ", " ").replace("\n     ]", " ]") + "\n")
            print(name, function, [sorted(column)[REPEATS // 2] for column in measured[name]], flush=True)


main()
