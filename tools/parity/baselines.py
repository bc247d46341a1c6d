"""Writes packages/core/src/compiler/golden/baselines.safetensors: the first twenty losses of each baseline in Keras, and of a network of a list.

Weights, pixels and dropout masks are hashed; RMSprop as in the seed recipe but at a tenth of its rate, at which rounding does not grow. `<baseline>/losses`, and `<baseline>/<place>/<weight>`: up to 48
values of every weight after the steps, evenly spaced.
"""

import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
from pathlib import Path

import keras
import numpy as np
from keras import layers
from safetensors.numpy import save_file

import hashed
from architectures import BASELINES

SAMPLES, BATCH, STEPS, CLASSES, SIZE = 20, 5, 20, 3, (30, 26)
tensors = {}


def custom_cnn(height: int, width: int, classes: int) -> keras.Model:
    """The list of compiler/baselines.test.ts."""
    return keras.Sequential(
        [
            layers.Input((height, width, 3)),
            layers.Conv2D(8, 3, strides=2, padding="same", kernel_regularizer=keras.regularizers.L2(0.01)),
            layers.BatchNormalization(),
            layers.Activation("elu"),
            layers.SeparableConv2D(12, (1, 3), padding="same", activation="swish"),
            layers.AveragePooling2D(2, padding="same"),
            layers.DepthwiseConv2D(3, activation="tanh"),
            layers.Dropout(0.25),
            layers.Conv2D(10, 3, dilation_rate=2, padding="same", activation="gelu"),
            layers.GlobalAveragePooling2D(),
            layers.Dense(9, activation="relu"),
            layers.BatchNormalization(),
            layers.Dense(classes, activation="softmax"),
        ]
    )


def with_masks(model: keras.Model) -> tuple[keras.Model, list[np.ndarray]]:
    """Dropout with given masks in place of random ones: a product. The mask of a layer has the key `mask/<its place among dropouts>`."""
    image = keras.Input(model.input_shape[1:])
    inputs, masks, value = [image], [], image
    for layer in model.layers:
        if isinstance(layer, layers.Dropout):
            mask = keras.Input(value.shape[1:])
            value = value * mask / (1 - layer.rate)
            kept = hashed.pixels(f"mask/{len(masks)}", (SAMPLES, *mask.shape[1:])) >= 256 * layer.rate
            inputs.append(mask)
            masks.append(kept.astype(np.float32))
        else:
            value = layer(value)
    return keras.Model(inputs, value), masks


def train(name: str, plain: keras.Model) -> None:
    hashed.set_weights(plain)
    model, masks = with_masks(plain)
    model.compile(keras.optimizers.RMSprop(0.0001), "sparse_categorical_crossentropy", jit_compile=False)
    inputs = [hashed.pixels("images", (SAMPLES, *SIZE, 3)).astype(np.float32) / 255, *masks]
    target = (hashed.words("labels", SAMPLES) % CLASSES).astype(np.int64)
    losses = []
    for step in range(STEPS):
        epoch, first = divmod(step * BATCH, SAMPLES)
        batch = ((np.arange(SAMPLES) * 3 + epoch) % SAMPLES)[first : first + BATCH]
        given = [array[batch] for array in inputs]
        losses.append(model.train_on_batch(given if len(given) > 1 else given[0], target[batch]))
        model.reset_metrics()
    tensors[f"{name}/losses"] = np.array(losses, dtype=np.float32)
    place = 0
    for layer in plain.layers:
        for index, variable in enumerate(layer.weights):
            values = variable.numpy().ravel()
            tensors[f"{name}/{place}/{index}"] = values[:: max(1, len(values) // 48)][:48].copy()
        place += 1 if layer.weights else 0
    print(name, losses, flush=True)


for baseline, (build, _) in [*BASELINES.items(), ("custom-cnn", (custom_cnn, None))]:
    keras.backend.clear_session()
    train(baseline, build(*SIZE, CLASSES))
path = Path(__file__).parents[2] / "packages/core/src/compiler/golden/baselines.safetensors"
save_file(tensors, path, metadata={"keras": keras.__version__})
path.chmod(0o644)
