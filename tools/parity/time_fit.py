"""Times one epoch of Keras's fit for packages/core/bench/head-epoch.bench.ts: `time_fit.py SAMPLES DIMENSION UNITS CLASSES BATCH`.

Prints `ready`; then, for each line read, the milliseconds of one epoch.
"""

import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import sys
import time

import keras
import numpy as np

samples, dimension, units, classes, batch = map(int, sys.argv[1:])
model = keras.Sequential([keras.Input((dimension,)), keras.layers.Dense(units, activation="relu"), keras.layers.Dense(classes, activation="softmax")])
model.compile("rmsprop", "sparse_categorical_crossentropy", metrics=["accuracy"])
features = np.random.default_rng(0).uniform(0, 1, (samples, dimension)).astype(np.float32)
labels = np.arange(samples) % classes


def epoch() -> float:
    began = time.perf_counter()
    model.fit(features, labels, batch_size=batch, verbose=0)
    return (time.perf_counter() - began) * 1000


epoch(), epoch()
print("ready", flush=True)
for _ in sys.stdin:
    print(epoch(), flush=True)
