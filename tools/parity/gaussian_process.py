"""Writes packages/search/src/methods/gaussian-process/golden/sklearn-process.json: what scikit-learn's GaussianProcessRegressor with the same kernel parameters predicts."""

import json
from pathlib import Path

import numpy as np
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import ConstantKernel, Matern, WhiteKernel

TARGET = Path(__file__).resolve().parents[2] / "packages/search/src/methods/gaussian-process/golden/sklearn-process.json"
draw = np.random.default_rng(0)
lengths, scale, noise = [0.3, 0.8], 1.4, 0.01
points = draw.random((20, 2)).round(6)
values = (np.sin(6 * points[:, 0]) + points[:, 1] ** 2 - 0.5).round(6)
queries = draw.random((10, 2)).round(6)
process = GaussianProcessRegressor(ConstantKernel(scale) * Matern(lengths, nu=2.5) + WhiteKernel(noise), optimizer=None, alpha=0).fit(points, values)
means, deviations = process.predict(queries, return_std=True)
golden = {
    "lengths": lengths,
    "scale": scale,
    "noise": noise,
    "points": points.tolist(),
    "values": values.tolist(),
    "queries": queries.tolist(),
    "means": means.tolist(),
    # Of the function: scikit-learn's has the noise in it.
    "deviations": np.sqrt(deviations**2 - noise).tolist(),
    "logMarginalLikelihood": float(process.log_marginal_likelihood_value_),
}
TARGET.write_text(json.dumps(golden) + "\n")
