"""Writes packages/search/src/methods/tpe/golden/optuna-density.json (log densities of Optuna's Parzen estimator) and
.../evolutionary/golden/cmaes-state.json (the state of the cmaes package after generations that it is told)."""

import json
import random
from pathlib import Path

import numpy as np
from cmaes import CMA
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.samplers._tpe.parzen_estimator import _ParzenEstimator, _ParzenEstimatorParameters
from optuna.samplers._tpe.sampler import default_weights

METHODS = Path(__file__).resolve().parents[2] / "packages/search/src/methods"
draw = random.Random(0)


def density(count):
    space = {"x": FloatDistribution(-5, 10), "n": IntDistribution(1, 200), "c": CategoricalDistribution(["a", "b", "c"])}

    def rows(size):
        # Whole numbers without repeats: which of two equal ones has which neighbour is up to the sort.
        return [[round(draw.uniform(-5, 10), 4), n, draw.randrange(3)] for n in draw.sample(range(1, 201), size)]

    points, queries = rows(count), rows(8)
    columns = lambda rows: {name: np.array([row[index] for row in rows], dtype=float) for index, name in enumerate(space)}  # noqa: E731
    estimator = _ParzenEstimator(columns(points), space, _ParzenEstimatorParameters(1.0, True, False, default_weights, True))
    return {"points": points, "queries": queries, "logDensities": estimator.log_pdf(columns(queries)).tolist()}


(METHODS / "tpe/golden/optuna-density.json").write_text(json.dumps({str(count): density(count) for count in (1, 2, 9, 40)}) + "\n")

optimizer = CMA(mean=np.full(4, 0.5), sigma=1 / 6, seed=1)
generations = []
for _ in range(6):
    points = [optimizer.ask() for _ in range(optimizer.population_size)]
    ranked = sorted(points, key=lambda p: sum((i + 1) * (v - 0.4) ** 2 for i, v in enumerate(p)))
    optimizer.tell([(p, float(rank)) for rank, p in enumerate(ranked)])
    deviations = optimizer._sigma * np.sqrt(np.diag(optimizer._C))
    generations.append({"ranked": [p.tolist() for p in ranked], "mean": optimizer._mean.tolist(), "step": float(optimizer._sigma), "deviations": deviations.tolist()})
(METHODS / "evolutionary/golden/cmaes-state.json").write_text(json.dumps({"populationSize": optimizer.population_size, "generations": generations}) + "\n")
