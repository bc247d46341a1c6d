"""Times Keras's forward pass for packages/core/bench/trunk-features.bench.ts: `time_forward.py MODEL SIZE BATCH`.

Prints `ready`; then, for each line read, the milliseconds of one batch.
"""

import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import sys
import time

import keras
import numpy as np
import tensorflow as tf

name, size, batch = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
model = getattr(keras.applications, name)(weights=None, include_top=False, pooling="avg", input_shape=(size, size, 3))
forward = tf.function(lambda images: model(images, training=False))
images = tf.constant(np.random.default_rng(0).uniform(-1, 1, (batch, size, size, 3)).astype(np.float32))
for _ in range(2):
    forward(images).numpy()
print("ready", flush=True)
for _ in sys.stdin:
    began = time.perf_counter()
    forward(images).numpy()
    print((time.perf_counter() - began) * 1000, flush=True)
