"""Fine-tunes VGG16 in Keras for packages/core/src/finetuning/keras.test.ts: `fine_tune.py WEIGHTS.h5 INPUT.safetensors OUTPUT.safetensors BLOCK RATE MOMENTUM BATCH`.

INPUT: `pixels` float32 [n, h, w, 3] RGB 0 to 255, `labels` float32 [n], `order` float32 [steps, batch] (indexes, -1 where a batch ends
early), `head/kernel` and `head/bias`. OUTPUT: `losses` of every batch before its update, and the trained weights as `<layer>/<weight>`.
"""

import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import sys

import keras
import numpy as np
from safetensors.numpy import load_file, save_file

weights, source, destination, block = sys.argv[1:5]
rate, momentum, batch = float(sys.argv[5]), float(sys.argv[6]), int(sys.argv[7])
given = load_file(source)
labels = given["labels"].astype(np.int64)
samples = keras.applications.vgg16.preprocess_input(given["pixels"].copy())

base = keras.applications.VGG16(weights=None, include_top=False, input_shape=samples.shape[1:])
base.load_weights(weights)
trained = False
for layer in base.layers:
    trained = trained or layer.name.startswith(f"{block}_")
    layer.trainable = trained
pooled = keras.layers.GlobalAveragePooling2D()(base.output)
predictions = keras.layers.Dense(given["head/bias"].size, activation="softmax", name="predictions")
model = keras.Model(base.input, predictions(pooled))
predictions.set_weights([given["head/kernel"], given["head/bias"]])
model.compile(keras.optimizers.SGD(rate, momentum=momentum), "sparse_categorical_crossentropy")

losses = []
for row in given["order"].astype(np.int64):
    chosen = row[row >= 0]
    losses.append(float(model.train_on_batch(samples[chosen], labels[chosen])))
    model.reset_metrics()
output = {"losses": np.array(losses, np.float32)}
for layer in model.layers:
    if layer.trainable and layer.weights:
        output[f"{layer.name}/kernel"], output[f"{layer.name}/bias"] = (np.ascontiguousarray(value) for value in layer.get_weights())
save_file(output, destination)
