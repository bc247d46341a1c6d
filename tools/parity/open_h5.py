"""Opens a whole Keras model and applies it: `open_h5.py MODEL INPUT ROWS HEIGHT WIDTH`, INPUT raw float32 RGB. Prints the outputs as JSON."""

import json
import sys

import keras
import numpy as np

path, images, *shape = sys.argv[1:]
model = keras.models.load_model(path, compile=False)
pixels = np.fromfile(images, dtype="<f4").reshape([*map(int, shape), 3])
print(json.dumps({"keras": keras.__version__, "parameters": model.count_params(), "output": np.asarray(model(pixels, training=False), dtype="float64").ravel().tolist()}))
