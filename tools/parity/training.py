"""Writes packages/core/src/compiler/golden/training.safetensors: what Keras's optimizers and TensorFlow's gradients make of
hashed weights and samples.

- `<network>/<optimizer>/losses`: the loss of each of ten steps, `<network>/<optimizer>/<place>/<weight>`: weights after them (their
  averages where the optimizer keeps those).
- `gradients/<place>/<weight>`: gradients of a network with every kind of layer that can be trained through.
- `fit`: loss and accuracy of one epoch of Keras's fit, then of its evaluate.
"""

import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from keras import layers, optimizers
from safetensors.numpy import save_file

import hashed

SAMPLES, BATCH, STEPS, CLASSES = 27, 8, 10, 5
OPTIMIZERS = {
    "RMSprop": lambda: optimizers.RMSprop(0.001),
    "RMSprop-momentum": lambda: optimizers.RMSprop(0.002, rho=0.8, momentum=0.9, epsilon=1e-5),
    "SGD": lambda: optimizers.SGD(0.05),
    "SGD-momentum": lambda: optimizers.SGD(0.02, momentum=0.9),
    "SGD-nesterov": lambda: optimizers.SGD(0.02, momentum=0.9, nesterov=True),
    "Adam": lambda: optimizers.Adam(0.001),
    "Adam-options": lambda: optimizers.Adam(0.01, beta_1=0.8, beta_2=0.99, epsilon=1e-4),
    "RMSprop-centered": lambda: optimizers.RMSprop(0.002, centered=True),
    "RMSprop-centered-momentum": lambda: optimizers.RMSprop(0.002, rho=0.8, momentum=0.5, centered=True, epsilon=1e-5),
    "Adagrad": lambda: optimizers.Adagrad(0.05),
    "Adagrad-options": lambda: optimizers.Adagrad(0.05, initial_accumulator_value=0.5, epsilon=1e-3),
    "Adadelta": lambda: optimizers.Adadelta(0.5),
    "Adadelta-options": lambda: optimizers.Adadelta(1.0, rho=0.8, epsilon=1e-4),
    "Adam-amsgrad": lambda: optimizers.Adam(0.01, amsgrad=True),
    "AdamW": lambda: optimizers.AdamW(0.01),
    "AdamW-amsgrad": lambda: optimizers.AdamW(0.01, weight_decay=0.1, amsgrad=True),
    "Adamax": lambda: optimizers.Adamax(0.01),
    "Adamax-options": lambda: optimizers.Adamax(0.01, beta_1=0.8, beta_2=0.99, epsilon=1e-4),
    "Nadam": lambda: optimizers.Nadam(0.01),
    "Nadam-options": lambda: optimizers.Nadam(0.01, beta_1=0.8, beta_2=0.99, epsilon=1e-4),
    "SGD-weight-decay": lambda: optimizers.SGD(0.05, momentum=0.9, weight_decay=0.1),
    "RMSprop-weight-decay": lambda: optimizers.RMSprop(0.01, weight_decay=0.1),
    "SGD-clip-norm": lambda: optimizers.SGD(0.5, clipnorm=0.1),
    "RMSprop-clip-norm": lambda: optimizers.RMSprop(0.001, clipnorm=0.1),
    "SGD-global-clip-norm": lambda: optimizers.SGD(0.5, global_clipnorm=0.2),
    "Adam-clip-value": lambda: optimizers.Adam(0.01, clipvalue=0.01),
    "SGD-average": lambda: optimizers.SGD(0.1, momentum=0.9, use_ema=True, ema_momentum=0.8),
    "AdamW-average-global-clip-norm": lambda: optimizers.AdamW(0.01, use_ema=True, ema_momentum=0.7, global_clipnorm=0.5),
}
tensors = {}


def labels() -> np.ndarray:
    return (hashed.words("labels", SAMPLES) % CLASSES).astype(np.int64)


def order(epoch: int) -> np.ndarray:
    return (np.arange(SAMPLES) * 5 + epoch) % SAMPLES


def head() -> keras.Model:
    return keras.Sequential([keras.Input((24,)), layers.Dense(16, activation="relu"), layers.Dense(CLASSES, activation="softmax")])


def dropout_head() -> keras.Model:
    """Dropout with a given mask: a product."""
    features, mask = keras.Input((24,)), keras.Input((16,))
    kept = layers.Dense(16, activation="relu")(features) * mask / (1 - 0.25)
    return keras.Model([features, mask], layers.Dense(CLASSES, activation="softmax")(kept))


def convnet() -> keras.Model:
    return keras.Sequential(
        [
            keras.Input((14, 12, 3)),
            layers.Conv2D(4, 3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Conv2D(6, 3, strides=2, padding="same", activation="relu"),
            layers.Flatten(),
            layers.Dense(7, activation="relu"),
            layers.Dense(CLASSES, activation="softmax"),
        ]
    )


def keep_weights(name: str, model: keras.Model) -> None:
    if model.optimizer is not None and model.optimizer.use_ema:
        model.optimizer.finalize_variable_values(model.trainable_variables)  # the averages take the weights' places
    place = 0
    for layer in model.layers:
        for index, variable in enumerate(layer.weights):
            tensors[f"{name}/{place}/{index}"] = variable.numpy()
        place += 1 if layer.weights else 0


def train(name: str, model: keras.Model, inputs: list[np.ndarray], optimizer) -> None:
    hashed.set_weights(model)
    model.compile(optimizer, "sparse_categorical_crossentropy", jit_compile=False)
    losses, target = [], labels()
    while len(losses) < STEPS:
        epoch = len(losses) // -(-SAMPLES // BATCH)
        chosen = order(epoch)
        for first in range(0, SAMPLES, BATCH):
            if len(losses) < STEPS:
                batch = chosen[first : first + BATCH]
                given = [array[batch] for array in inputs]
                losses.append(model.train_on_batch(given if len(given) > 1 else given[0], target[batch]))
                # Keras reports the running mean since the last reset.
                model.reset_metrics()
    tensors[f"{name}/losses"] = np.array(losses, dtype=np.float32)
    keep_weights(name, model)


def every_kind() -> keras.Model:
    image = keras.Input((11, 9, 4))
    padded = layers.ZeroPadding2D(((1, 0), (0, 2)))(image)
    a = layers.ReLU(max_value=6)(layers.Conv2D(6, 3, strides=2, padding="same")(padded))
    b = layers.ReLU()(layers.Conv2D(6, 1)(a))
    d = layers.Concatenate()([layers.Add()([a, b]), a])
    pooled = [layers.MaxPooling2D(3, 2, "same")(d), layers.AveragePooling2D(3, 2, "same")(d), layers.MaxPooling2D(2)(d), layers.AveragePooling2D(2)(d)]
    g = layers.Add()(pooled)
    h = layers.Conv2D(5, 3, padding="same", dilation_rate=2, use_bias=False)(g)
    vectors = [layers.GlobalAveragePooling2D()(h), layers.GlobalMaxPooling2D()(h), layers.Reshape((45,))(h), layers.Flatten()(g)]
    hidden = layers.Dense(9, activation="relu")(layers.Concatenate()(vectors))
    return keras.Model(image, layers.Dense(CLASSES)(hidden))


def gradients() -> None:
    model = every_kind()
    hashed.set_weights(model)
    images = hashed.uniform("every kind", (3, 11, 9, 4), -4, 4)
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels()[:3], model(images)))
    found = iter(tape.gradient(loss, model.trainable_variables))
    place = 0
    for layer in model.layers:
        for index, _ in enumerate(layer.weights):
            tensors[f"gradients/{place}/{index}"] = next(found).numpy()
        place += 1 if layer.weights else 0


def fit(features: np.ndarray) -> None:
    model = head()
    hashed.set_weights(model)
    model.compile("rmsprop", "sparse_categorical_crossentropy", metrics=["accuracy"])
    history = model.fit(features, labels(), batch_size=BATCH, shuffle=False, verbose=0).history
    after = model.evaluate(features, labels(), batch_size=BATCH, verbose=0)
    tensors["fit"] = np.array([history["loss"][0], history["accuracy"][0], *after], dtype=np.float32)


def main() -> None:
    features = hashed.uniform("features", (SAMPLES, 24), -1, 1)
    mask = (hashed.pixels("mask", (SAMPLES, 16)) >= 64).astype(np.float32)
    images = hashed.pixels("images", (SAMPLES, 14, 12, 3)).astype(np.float32) / 255
    for name, make in OPTIMIZERS.items():
        train(f"head/{name}", head(), [features], make())
        train(f"convnet/{name}", convnet(), [images], make())
    train("dropout-head/SGD", dropout_head(), [features, mask], OPTIMIZERS["SGD"]())
    gradients()
    fit(features)
    target = Path(__file__).parents[2] / "packages/core/src/compiler/golden/training.safetensors"
    save_file(tensors, target, metadata={"keras": keras.__version__, "tensorflow": tf.__version__})
    target.chmod(0o644)
    print({name: value for name, value in tensors.items() if name.endswith("losses") or name == "fit"})


main()
