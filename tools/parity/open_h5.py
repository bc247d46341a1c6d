"""Opens whole Keras models and applies each: `open_h5.py` with a JSON list of {model, input, shape} as its one argument, input raw float32 RGB.

Any of Keras's backends will do: CI takes KERAS_BACKEND=numpy, which compiles nothing, with requirements-export.txt. Prints for each a line of JSON with its outputs.
"""

import json
import sys

import keras
import numpy as np

for opened in json.loads(sys.argv[1]):
    model = keras.models.load_model(opened["model"], compile=False)
    pixels = np.fromfile(opened["input"], dtype="<f4").reshape(opened["shape"])
    output = model(pixels, training=False)
    described = {"keras": f"{keras.__version__} ({keras.backend.backend()})", "parameters": model.count_params(), "output": np.asarray(output, dtype="float64").ravel().tolist()}
    print(json.dumps(described), flush=True)
