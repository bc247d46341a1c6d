"""Times one model's share of a study in Keras for packages/core/bench/whole-study.bench.ts: `time_study.py JSON`.

JSON: model (Keras's class), weights (file or null: random), includeTop (of the file), size, mode (of preprocess_input), layer (the trunk's
last), dataset (folder), seeds, epochs, boundary (index of the lowest unfrozen layer), cut (index of the layer under it whose
output alone carries the network on: a name may end in a number that Keras counts on from model to model), cache. For each seed transfer learning (head on the frozen trunk), then fine-tuning from its weights, each scored on the test images.

Without a cache as a Keras tutorial has it: images are decoded and the whole network is run in every epoch. With one, by hand: images
are decoded once, pooled features and the activations at the cut are computed once for all seeds, and only the rest is run.

Prints a JSON line a phase: {"phase", "seed", "seconds", "accuracy"}; then {"peakBytes"}.
"""

import json
import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import resource
import sys
import time
from functools import cache
from pathlib import Path

import keras
import numpy as np
from keras.applications.imagenet_utils import preprocess_input

study = json.loads(sys.argv[1])
size, batch, epochs = study["size"], 32, study["epochs"]
classes = len([entry for entry in (Path(study["dataset"]) / "test").iterdir() if entry.is_dir()])


def images(split: str, seed: int | None = None):
    folder = keras.utils.image_dataset_from_directory(f"{study['dataset']}/{split}", image_size=(size, size), batch_size=batch, shuffle=seed is not None, seed=seed, verbose=False)
    return folder.map(lambda pixels, labels: (preprocess_input(pixels, mode=study["mode"]), labels)).prefetch(2)


@cache
def in_memory(split: str):
    pixels, labels = zip(*images(split).as_numpy_iterator())
    return np.concatenate(pixels), np.concatenate(labels)


def load_trunk():
    shape = None if study["includeTop"] else (size, size, 3)
    net = getattr(keras.applications, study["model"])(weights=study["weights"], include_top=study["includeTop"], input_shape=shape)
    return keras.Model(net.input, net.get_layer(study["layer"]).output)


def on_top(trunk, head):
    """The head on the pooled output of the trunk, whose batch normalization runs in inference mode."""
    inputs = keras.Input(trunk.input_shape[1:])
    return keras.Model(inputs, head(keras.layers.GlobalAveragePooling2D()(trunk(inputs, training=False))))


def new_head():
    return keras.Sequential([keras.layers.Dense(1024, "relu"), keras.layers.Dense(classes, "softmax")])


def fit(model, optimizer, data) -> None:
    model.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(data, epochs=epochs, verbose=0) if not isinstance(data, tuple) else model.fit(*data, batch_size=batch, epochs=epochs, verbose=0)


def accuracy(model, data) -> float:
    given, labels = data if isinstance(data, tuple) else (data, np.concatenate([labels for _, labels in data.as_numpy_iterator()]))
    return float((model.predict(given, verbose=0).argmax(1) == labels).mean())


@cache
def computed_once(layer: str | int, pooled: bool):
    """Training and test samples at a layer of the pretrained trunk, with their labels."""
    trunk = load_trunk()
    output = layer_of(trunk, layer).output
    below = keras.Model(trunk.input, keras.layers.GlobalAveragePooling2D()(output) if pooled else output)
    return tuple((below.predict(pixels, batch_size=8, verbose=0), labels) for pixels, labels in map(in_memory, ("validate", "test")))


def layer_of(trunk, layer: str | int):
    return trunk.layers[layer] if isinstance(layer, int) else trunk.get_layer(layer)


def unfreeze(trunk) -> None:
    trunk.trainable = True
    for layer in trunk.layers[: study["boundary"]]:
        layer.trainable = False


def without_cache(seed: int):
    keras.utils.set_random_seed(seed)
    trunk = load_trunk()
    trunk.trainable = False
    model = on_top(trunk, new_head())
    fit(model, keras.optimizers.RMSprop(1e-3), images("validate", seed))
    yield accuracy(model, images("test"))
    unfreeze(trunk)
    fit(model, keras.optimizers.SGD(1e-4, momentum=0.9), images("validate", seed))
    yield accuracy(model, images("test"))


def with_cache(seed: int):
    keras.utils.set_random_seed(seed)
    head = new_head()
    train, test = computed_once(study["layer"], True)
    fit(head, keras.optimizers.RMSprop(1e-3), train)
    yield accuracy(head, test)
    trunk = load_trunk()
    unfreeze(trunk)
    first = isinstance(layer_of(trunk, study["cut"]), keras.layers.InputLayer)
    train, test = (in_memory("validate"), in_memory("test")) if first else computed_once(study["cut"], False)
    model = on_top(trunk if first else keras.Model(layer_of(trunk, study["cut"]).output, trunk.output), head)
    fit(model, keras.optimizers.SGD(1e-4, momentum=0.9), train)
    yield accuracy(model, test)


for seed in range(study["seeds"]):
    began = time.perf_counter()
    for phase, reached in zip(("transfer learning", "fine-tuning"), (with_cache if study["cache"] else without_cache)(seed)):
        print(json.dumps({"phase": phase, "seed": seed, "seconds": time.perf_counter() - began, "accuracy": reached}), flush=True)
        began = time.perf_counter()
print(json.dumps({"peakBytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}), flush=True)
