"""Writes packages/core/src/compiler/golden/losses.safetensors: Keras's losses of hashed logits with their gradients, and what ten steps
with each of them, with class weights and with L2 make of a head.

- `<case>/losses` and `<case>/gradient`: each sample's loss and the gradient of their sum by the logits.
- `train/<case>/losses`: the loss of each step; `train/<case>/<place>/<weight>`: weights after them; `train/<case>/evaluate`: the loss
  that Keras's evaluate gives then.
"""

import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from keras import layers, losses, optimizers, regularizers
from safetensors.numpy import save_file

import hashed

SAMPLES, BATCH, STEPS, CLASSES = 27, 8, 10, 5
tensors = {}


def labels(classes: int) -> np.ndarray:
    return (hashed.words("labels", SAMPLES) % classes).astype(np.int64)


def soft_labels(classes: int) -> np.ndarray:
    raw = hashed.uniform("soft labels", (SAMPLES, classes), 0, 1)
    return (raw / raw.sum(axis=1, keepdims=True)).astype(np.float32)


def one_hot(classes: int) -> np.ndarray:
    return np.eye(classes, dtype=np.float32)[labels(classes)]


def keep(name: str, loss, target: np.ndarray, binary: bool = False) -> None:
    logits = tf.Variable(hashed.uniform("logits", (SAMPLES, 1 if binary else CLASSES), -6, 6))
    with tf.GradientTape() as tape:
        each = loss(target, logits)
        total = tf.reduce_sum(each)
    tensors[f"{name}/losses"] = each.numpy()
    tensors[f"{name}/gradient"] = tape.gradient(total, logits).numpy()


def functions() -> None:
    hard, soft = one_hot(CLASSES), soft_labels(CLASSES)
    crossed = lambda smoothing: lambda y, z: losses.categorical_crossentropy(y, z, from_logits=True, label_smoothing=smoothing)
    focused = lambda alpha, gamma, smoothing: lambda y, z: losses.categorical_focal_crossentropy(y, z, alpha=alpha, gamma=gamma, from_logits=True, label_smoothing=smoothing)
    binary = lambda smoothing: lambda y, z: losses.binary_crossentropy(y, z, from_logits=True, label_smoothing=smoothing)
    keep("cross-entropy", lambda y, z: losses.sparse_categorical_crossentropy(y, z, from_logits=True), labels(CLASSES))
    keep("cross-entropy-smoothing", crossed(0.1), hard)
    keep("cross-entropy-soft", crossed(0.0), soft)
    keep("cross-entropy-soft-smoothing", crossed(0.2), soft)
    keep("focal", focused(0.25, 2.0, 0.0), hard)
    keep("focal-options", focused(0.6, 1.5, 0.1), hard)
    keep("focal-small-gamma", focused(1.0, 0.5, 0.0), hard)
    keep("focal-no-gamma", focused(1.0, 0.0, 0.0), hard)
    keep("focal-soft", focused(0.25, 2.0, 0.0), soft)
    second = labels(2).astype(np.float32)[:, None]
    keep("binary-cross-entropy", binary(0.0), second, True)
    keep("binary-cross-entropy-smoothing", binary(0.2), second, True)
    keep("binary-cross-entropy-soft", binary(0.0), soft_labels(2)[:, 1:], True)


def head(last: int, activation: str, l2: tuple[float, float] | None) -> keras.Model:
    regular = [None if l2 is None else regularizers.L2(factor) for factor in (l2 or (0, 0))]
    return keras.Sequential(
        [keras.Input((24,)), layers.Dense(16, activation="relu", kernel_regularizer=regular[0]), layers.Dense(last, activation=activation, kernel_regularizer=regular[1])]
    )


def train(name: str, loss, target: np.ndarray, optimizer, class_weight: dict[int, float] | None = None, binary: bool = False, l2: tuple[float, float] | None = None) -> None:
    model = head(1 if binary else CLASSES, "sigmoid" if binary else "softmax", l2)
    hashed.set_weights(model)
    model.compile(optimizer, loss, jit_compile=False)
    features = hashed.uniform("features", (SAMPLES, 24), -1, 1)
    found: list[float] = []
    while len(found) < STEPS:
        epoch = len(found) // -(-SAMPLES // BATCH)
        chosen = (np.arange(SAMPLES) * 5 + epoch) % SAMPLES
        for first in range(0, SAMPLES, BATCH):
            if len(found) < STEPS:
                batch = chosen[first : first + BATCH]
                found.append(model.train_on_batch(features[batch], target[batch], class_weight=class_weight))
                model.reset_metrics()
    tensors[f"train/{name}/losses"] = np.array(found, dtype=np.float32)
    for place, layer in enumerate(model.layers):
        for index, variable in enumerate(layer.weights):
            tensors[f"train/{name}/{place}/{index}"] = variable.numpy()
    tensors[f"train/{name}/evaluate"] = np.array([model.evaluate(features, target, batch_size=SAMPLES, verbose=0)], dtype=np.float32)


functions()
weights = {index: 0.5 + 0.75 * index for index in range(CLASSES)}
sparse, hard, soft, second = labels(CLASSES), one_hot(CLASSES), soft_labels(CLASSES), labels(2).astype(np.float32)[:, None]
train("class-weights", "sparse_categorical_crossentropy", sparse, optimizers.RMSprop(0.01), weights)
train("smoothing-class-weights", losses.CategoricalCrossentropy(label_smoothing=0.1), hard, optimizers.SGD(0.1, momentum=0.9), weights)
train("soft-class-weights", "categorical_crossentropy", soft, optimizers.Adam(0.01), weights)
train("focal", losses.CategoricalFocalCrossentropy(), hard, optimizers.SGD(0.5))
train("binary-class-weights", "binary_crossentropy", second, optimizers.RMSprop(0.01), {0: 0.5, 1: 2.0}, True)
train("l2", "sparse_categorical_crossentropy", sparse, optimizers.RMSprop(0.01), None, False, (0.01, 0.03))
train("l2-clip-norm", "sparse_categorical_crossentropy", sparse, optimizers.SGD(0.2, momentum=0.9, global_clipnorm=0.5), None, False, (0.05, 0.02))
target = Path(__file__).parents[2] / "packages/core/src/compiler/golden/losses.safetensors"
save_file(tensors, target, metadata={"keras": keras.__version__, "tensorflow": tf.__version__})
target.chmod(0o644)
