"""Writes packages/search/src/stopping/golden/optuna-pruners.json: at which epoch Optuna's pruners stop the recorded trials of
head-table-birds.json, one trial after the other. Needs that table (packages/core/bench/record-head-table.ts)."""

import json
import random

import optuna
from optuna.pruners import HyperbandPruner, MedianPruner, PatientPruner, SuccessiveHalvingPruner, ThresholdPruner
from optuna.trial import TrialState

from search_functions import GOLDEN

optuna.logging.set_verbosity(optuna.logging.ERROR)
TARGET = GOLDEN.parents[1] / "src/stopping/golden/optuna-pruners.json"

table = json.loads((GOLDEN / "head-table-birds.json").read_text())
indexes = [index for index, trial in enumerate(table["trials"]) if len(trial[6]) == table["epochs"]]
random.Random(0).shuffle(indexes)
# A little apart, so that no two are equal: at a tie the rules differ on purpose.
curves = [[round(value + 1e-6 * order + 1e-8 * step, 8) for step, value in enumerate(table["trials"][index][6])] for order, index in enumerate(indexes[:120])]

PRUNERS = {
    "asha": (SuccessiveHalvingPruner(min_resource=1, reduction_factor=3), 1),
    "asha, eta 2, from 2": (SuccessiveHalvingPruner(min_resource=2, reduction_factor=2), 1),
    "hyperband": (HyperbandPruner(min_resource=1, max_resource=table["epochs"], reduction_factor=3), 1),
    # Optuna counts these steps from 0.
    "median": (MedianPruner(n_startup_trials=5, n_warmup_steps=0), 0),
    "median, after 3": (MedianPruner(n_startup_trials=10, n_warmup_steps=3), 0),
    "threshold": (ThresholdPruner(lower=0.5, upper=2.5, n_warmup_steps=2), 0),
    # A patience of n waits for n + 1 epochs.
    "plateau": (PatientPruner(None, patience=2), 1),
}


def stops(pruner, first_step):
    study = optuna.create_study(pruner=pruner, study_name="golden")
    stopped, brackets = [], []
    for curve in curves:
        trial = study.ask()
        at = None
        for epoch, value in enumerate(curve, 1):
            trial.report(value, epoch - 1 + first_step)
            if trial.should_prune():
                at = epoch
                break
        study.tell(trial, None if at else min(curve), state=TrialState.PRUNED if at else TrialState.COMPLETE)
        stopped.append(at)
        if isinstance(pruner, HyperbandPruner):
            brackets.append(pruner._get_bracket_id(study, study.trials[-1]))
    return {"stopped": stopped, **({"brackets": brackets} if brackets else {})}


golden = {"optuna": optuna.__version__, "curves": curves, "pruners": {name: stops(*pruner) for name, pruner in PRUNERS.items()}}
TARGET.write_text(json.dumps(golden) + "\n")
