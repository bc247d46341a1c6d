"""Times whole trainings of heads for packages/core/bench/fifty-heads.bench.ts:
`time_heads.py TRAIN VALIDATION DIMENSION CLASSES EPOCHS RECIPES`, RECIPES a JSON list of {units, dropout, batchSize, optimizer, learningRate}.

Prints `ready`; then, for each line read, the milliseconds of the next recipe: building, compiling and fit with validation, with the best
epoch's weights kept.
"""

import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import json
import sys
import time

import keras
import numpy as np

train, validation, dimension, classes, epochs = map(int, sys.argv[1:6])
recipes = json.loads(sys.argv[6])
draw = np.random.default_rng(0)


def labelled(samples: int) -> tuple[np.ndarray, np.ndarray]:
    return draw.uniform(0, 1, (samples, dimension)).astype(np.float32), np.arange(samples) % classes


def training(recipe: dict) -> float:
    began = time.perf_counter()
    keras.backend.clear_session()
    model = keras.Sequential([keras.Input((dimension,))])
    if recipe["units"] > 0:
        model.add(keras.layers.Dense(recipe["units"], activation="relu"))
        if recipe["dropout"] > 0:
            model.add(keras.layers.Dropout(recipe["dropout"]))
    model.add(keras.layers.Dense(classes, activation="softmax"))
    optimizer = getattr(keras.optimizers, recipe["optimizer"])(recipe["learningRate"])
    model.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"])
    keep = keras.callbacks.EarlyStopping(monitor="val_accuracy", patience=epochs, restore_best_weights=True)
    model.fit(*data, batch_size=recipe["batchSize"], epochs=epochs, validation_data=held, callbacks=[keep], verbose=0)
    return (time.perf_counter() - began) * 1000


data, held = labelled(train), labelled(validation)
training(recipes[0])  # TensorFlow's own start
print("ready", flush=True)
for recipe, _ in zip(recipes, sys.stdin):
    print(training(recipe), flush=True)
