"""Writes packages/core/src/compiler/golden/layer-gradients.safetensors: TensorFlow's gradients through single kinds of layer.

Each network is a 1 x 1 convolution, the layers of a case, then a dense layer over the classes. `<case>/<place>/<weight>`: gradients of the
mean loss in training mode (`kept`: inference mode); for moving statistics what the step takes off them.
"""

import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from keras import layers
from safetensors.numpy import save_file

import hashed

SAMPLES, CLASSES, SHAPE = 3, 4, (5, 6, 4)


def activation(name: str):
    return lambda x: layers.Activation(name)(x)


def twice(x):
    """One layer that three others take."""
    inner = layers.Activation("elu")(x)
    return layers.Concatenate()([layers.Add()([inner, layers.Activation("tanh")(inner)]), inner])


CASES = {
    **{name: activation(name) for name in ("relu", "relu6", "elu", "swish", "sigmoid", "tanh")},
    "gelu": lambda x: layers.Activation(lambda value: keras.activations.gelu(value, approximate=False))(x),
    "softmax": lambda x: layers.Dense(5, activation="softmax")(layers.Flatten()(x)),
    "batch-normalization, kept": lambda x: layers.BatchNormalization()(x),
    "batch-normalization, updated": lambda x: layers.BatchNormalization(momentum=0.9)(x),
    "batch-normalization, without scale": lambda x: layers.BatchNormalization(scale=False, epsilon=0.01)(x),
    "batch-normalization of a vector": lambda x: layers.BatchNormalization()(layers.Dense(6)(layers.Flatten()(x))),
    "average-pooling, same": lambda x: layers.AveragePooling2D(3, 2, "same")(x),
    "max-pooling, same": lambda x: layers.MaxPooling2D(3, 2, "same")(x),
    "global-average-pooling, kept dimensions": lambda x: layers.Conv2D(5, 1)(layers.GlobalAveragePooling2D(keepdims=True)(x)),
    "global-max-pooling, kept dimensions": lambda x: layers.Conv2D(5, 1)(layers.GlobalMaxPooling2D(keepdims=True)(x)),
    "zero-padding": lambda x: layers.Conv2D(3, 3, 2)(layers.ZeroPadding2D(((0, 1), (2, 1)))(x)),
    "dense on an image": lambda x: layers.Dense(3, activation="tanh")(x),
    "one output used thrice": twice,
}
tensors = {}
for case, add in CASES.items():
    keras.backend.clear_session()
    image = keras.Input(SHAPE)
    model = keras.Model(image, layers.Dense(CLASSES)(layers.Flatten()(add(layers.Conv2D(4, 1)(image)))))
    hashed.set_weights(model)
    before = {variable.path: variable.numpy() for variable in model.weights}
    with tf.GradientTape() as tape:
        logits = model(hashed.uniform("images", (SAMPLES, *SHAPE), -2, 2), training=not case.endswith("kept"))
        loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits((hashed.words("labels", SAMPLES) % CLASSES).astype(np.int64), logits))
    gradients = dict(zip((variable.path for variable in model.trainable_variables), tape.gradient(loss, model.trainable_variables)))
    place = 0
    for layer in model.layers:
        for index, variable in enumerate(layer.weights):
            found = gradients.get(variable.path)
            tensors[f"{case}/{place}/{index}"] = found.numpy() if found is not None else before[variable.path] - variable.numpy()
        place += 1 if layer.weights else 0
path = Path(__file__).parents[2] / "packages/core/src/compiler/golden/layer-gradients.safetensors"
save_file(tensors, path, metadata={"keras": keras.__version__, "tensorflow": tf.__version__})
path.chmod(0o644)
print(len(CASES), "cases,", path.stat().st_size, "bytes")
