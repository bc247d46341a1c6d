"""Writes packages/core/src/compiler/golden/fine-tuning.safetensors: five steps of fine-tuning from hashed weights with Keras.

With names of cases as arguments only those are computed anew. For each case of CASES a network of keras.applications without top, global average pooling and a softmax; layers below `first` are frozen.
`<case>/losses`, and of every weight that a step may change `<case>/<place>/<index>`: up to 48 of its values, evenly spaced.
"""

import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from keras import layers
from safetensors.numpy import load_file, save_file

import hashed

SAMPLES, STEPS, CLASSES = 6, 5, 4
# name: architecture, size, first unfrozen layer (its name, or its index in Keras's `model.layers`), whether statistics of batch normalization move, learning rate
# (small where hashed weights make large activations)
CASES = {
    "VGG16 block5": ("VGG16", 48, "block5_conv1", False, 0.001),
    "VGG19 block5": ("VGG19", 48, "block5_conv1", False, 0.001),
    "VGG16 all": ("VGG16", 32, "input", False, 0.001),
    "ResNet50 conv5_block3, kept": ("ResNet50", 64, "conv5_block3_1_conv", False, 1e-05),
    "ResNet50 conv5_block1, updated": ("ResNet50", 96, "conv5_block1_1_conv", True, 0.001),
    "InceptionV3 mixed9, kept": ("InceptionV3", 107, 249, False, 0.001),
    "InceptionV3 mixed9, updated": ("InceptionV3", 107, 249, True, 0.01),
    "Xception block13, kept": ("Xception", 96, "block13_sepconv1_act", False, 1e-07),
    "Xception block13, updated": ("Xception", 96, "block13_sepconv1_act", True, 0.01),
    "MobileNet conv_dw_12, updated": ("MobileNet", 64, "conv_dw_12", True, 0.01),
    "MobileNetV2 block_15, kept": ("MobileNetV2", 64, "block_15_expand", False, 0.01),
    "MobileNetV2 block_14, updated": ("MobileNetV2", 96, "block_14_expand", True, 0.01),
    "MobileNetV2 all, updated": ("MobileNetV2", 128, "input", True, 0.001),
}
tensors = {}


def build(architecture: str, size: int) -> keras.Model:
    keras.backend.clear_session()
    base = getattr(keras.applications, architecture)(weights=None, include_top=False, input_shape=(size, size, 3))
    pooled = layers.GlobalAveragePooling2D(name="pooling")(base.output)
    return keras.Model(base.input, layers.Dense(CLASSES, activation="softmax", name="predictions")(pooled))


def run(name: str, architecture: str, size: int, first, moves: bool, rate: float) -> None:
    model = build(architecture, size)
    hashed.set_weights(model)
    names = [layer.name for layer in model.layers]
    start = 0 if first == "input" else first if isinstance(first, int) else names.index(first)
    for layer in model.layers[:start]:
        layer.trainable = False
    images = hashed.uniform(f"fine-tuning/{size}", (SAMPLES, size, size, 3), -1, 1)
    labels = (hashed.words("labels", SAMPLES) % CLASSES).astype(np.int64)
    optimizer = keras.optimizers.SGD(rate, momentum=0.9)
    loss = keras.losses.SparseCategoricalCrossentropy()
    losses = []
    for _ in range(STEPS):
        with tf.GradientTape() as tape:
            # Frozen batch normalization runs in inference mode also here: `trainable` is False.
            value = loss(labels, model(images, training=moves))
        losses.append(float(value))
        optimizer.apply_gradients(zip(tape.gradient(value, model.trainable_variables), model.trainable_variables))
    tensors[f"{name}/losses"] = np.array(losses, dtype=np.float32)
    place = 0
    for index, layer in enumerate(model.layers):
        if not layer.weights:
            continue
        if index >= start:
            for at, variable in enumerate(layer.weights):
                values = variable.numpy().ravel()
                tensors[f"{name}/{place}/{at}"] = values[:: max(1, len(values) // 48)][:48].copy()
        place += 1
    print(name, losses, flush=True)


target = Path(__file__).parents[2] / "packages/core/src/compiler/golden/fine-tuning.safetensors"
chosen = sys.argv[1:] or list(CASES)
if sys.argv[1:]:
    tensors.update({name: value for name, value in load_file(target).items() if name.split("/")[0] in CASES})
for case in chosen:
    run(case, *CASES[case])
save_file(tensors, target, metadata={"keras": keras.__version__, "tensorflow": tf.__version__})
target.chmod(0o644)
