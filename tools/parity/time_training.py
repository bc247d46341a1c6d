"""Times Keras's training step of all layers for packages/core/bench/fine-tuning-step.bench.ts: `time_training.py MODEL SIZE BATCH STEPS`.

Prints `ready`; then, for each line read, the milliseconds of STEPS steps.
"""

import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import sys
import time

import keras
import numpy as np

name, size, batch, steps = sys.argv[1], *map(int, sys.argv[2:])
trunk = getattr(keras.applications, name)(weights=None, include_top=False, pooling="avg", input_shape=(size, size, 3))
model = keras.Model(trunk.input, keras.layers.Dense(10, activation="softmax")(trunk.output))
model.compile(keras.optimizers.SGD(1e-4, momentum=0.9), "sparse_categorical_crossentropy", jit_compile=False)
images = np.random.default_rng(0).uniform(-1, 1, (batch, size, size, 3)).astype(np.float32)
labels = np.arange(batch) % 10


def train() -> float:
    began = time.perf_counter()
    for _ in range(steps):
        model.train_on_batch(images, labels)
    return (time.perf_counter() - began) * 1000


train()
print("ready", flush=True)
for _ in sys.stdin:
    print(train(), flush=True)
