"""Writes packages/core/src/weights/golden/initializers.json: how far the numbers of Keras's initializers spread, for two shapes of kernel."""

import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import json
from pathlib import Path

import keras
import numpy as np

NAMES = {f"{family.lower()}_{distribution.lower()}": f"{family}{distribution}" for family in ("Glorot", "He", "Lecun") for distribution in ("Uniform", "Normal")}
SHAPES = {"dense": (400, 300), "conv2d": (3, 3, 64, 192)}


def spread(name: str, shape: tuple) -> dict:
    values = np.array(getattr(keras.initializers, NAMES[name])(seed=1)(shape)).astype(np.float64)
    return {
        "deviation": round(float(np.sqrt((values**2).mean())), 6),
        "largest": round(float(np.abs(values).max()), 6),
        "kurtosis": round(float((values**4).mean() / (values**2).mean() ** 2), 3),
    }


found = {name.replace("_", "-"): {kind: spread(name, shape) for kind, shape in SHAPES.items()} for name in NAMES}
target = Path(__file__).parents[2] / "packages/core/src/weights/golden/initializers.json"
target.write_text(json.dumps(found, indent=1) + "\n")
