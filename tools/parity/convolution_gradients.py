"""Writes packages/core/src/compiler/golden/convolution-gradients.safetensors: TensorFlow's gradients of single convolution layers.

`<case>/input`, `<case>/<weight>`: gradients of the sum of the output times hashed factors. The cases are repeated in
packages/core/src/compiler/backward/convolution.test.ts.
"""

import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
from pathlib import Path

import keras
import tensorflow as tf
from keras import layers
from safetensors.numpy import save_file

import hashed

ENTIRE, DEPTHWISE, SEPARABLE = layers.Conv2D, layers.DepthwiseConv2D, layers.SeparableConv2D
# name: layer, input (rows, columns, channels), kernel, strides, padding, dilation, filters or depth multiplier
CASES = {
    "plain-same": (ENTIRE, (7, 6, 3), (3, 3), 1, "same", 1, 4),
    "fewer-filters": (ENTIRE, (7, 6, 5), (3, 3), 1, "same", 1, 2),
    "wide-image": (ENTIRE, (17, 15, 5), (3, 3), 1, "same", 1, 2),
    "wide-image-more-filters": (ENTIRE, (17, 15, 2), (3, 3), 1, "same", 1, 5),
    "plain-valid": (ENTIRE, (7, 6, 3), (3, 3), 1, "valid", 1, 4),
    "one-by-one": (ENTIRE, (5, 6, 3), (1, 1), 1, "same", 1, 5),
    "one-by-one-stride": (ENTIRE, (7, 6, 3), (1, 1), 2, "valid", 1, 5),
    "row-of-seven": (ENTIRE, (9, 10, 3), (1, 7), 1, "same", 1, 4),
    "column-of-seven": (ENTIRE, (10, 9, 3), (7, 1), 1, "same", 1, 4),
    "even-kernel": (ENTIRE, (6, 7, 3), (2, 4), 1, "same", 1, 4),
    "stride-same-odd": (ENTIRE, (9, 7, 3), (3, 3), 2, "same", 1, 4),
    "stride-same-even": (ENTIRE, (8, 10, 3), (3, 3), 2, "same", 1, 4),
    "stride-valid-odd": (ENTIRE, (9, 7, 3), (3, 3), 2, "valid", 1, 4),
    "stride-valid-even": (ENTIRE, (8, 10, 3), (3, 3), 2, "valid", 1, 4),
    "seven-stride": (ENTIRE, (13, 12, 3), (7, 7), 2, "valid", 1, 4),
    "stride-wider-than-kernel": (ENTIRE, (10, 11, 3), (2, 2), 3, "valid", 1, 4),
    "dilated-same": (ENTIRE, (9, 8, 3), (3, 3), 1, "same", 2, 4),
    "dilated-valid": (ENTIRE, (9, 8, 3), (3, 2), 1, "valid", 3, 4),
    "depthwise-same": (DEPTHWISE, (7, 6, 3), (3, 3), 1, "same", 1, 1),
    "depthwise-valid": (DEPTHWISE, (7, 6, 3), (3, 3), 1, "valid", 1, 1),
    "depthwise-stride-same-odd": (DEPTHWISE, (9, 7, 3), (3, 3), 2, "same", 1, 1),
    "depthwise-stride-same-even": (DEPTHWISE, (8, 10, 3), (3, 3), 2, "same", 1, 1),
    "depthwise-stride-valid": (DEPTHWISE, (9, 8, 3), (3, 3), 2, "valid", 1, 1),
    "depthwise-multiplied": (DEPTHWISE, (7, 6, 3), (3, 3), 1, "same", 1, 2),
    "depthwise-multiplied-stride": (DEPTHWISE, (7, 8, 3), (3, 2), 2, "same", 1, 2),
    "depthwise-dilated": (DEPTHWISE, (9, 8, 3), (3, 3), 1, "same", 2, 1),
    "separable-same": (SEPARABLE, (7, 6, 3), (3, 3), 1, "same", 1, 4),
    "separable-stride": (SEPARABLE, (8, 9, 3), (3, 3), 2, "same", 1, 4),
    "separable-dilated": (SEPARABLE, (9, 8, 3), (3, 3), 1, "valid", 2, 4),
}
SAMPLES = 2
tensors = {}


def gradients(name: str, kind, shape, kernel, strides, padding, dilation, width) -> None:
    options = {"depth_multiplier": width} if kind is DEPTHWISE else {"filters": width}
    layer = kind(kernel_size=kernel, strides=strides, padding=padding, dilation_rate=dilation, **options)
    image = keras.Input(shape)
    model = keras.Model(image, layer(image))
    hashed.set_weights(model)
    images = tf.constant(hashed.uniform(f"{name}/images", (SAMPLES, *shape), -1, 1))
    with tf.GradientTape() as tape:
        tape.watch(images)
        output = model(images)
        total = tf.reduce_sum(output * hashed.uniform(f"{name}/factors", tuple(output.shape), -1, 1))
    found = tape.gradient(total, [images, *layer.trainable_variables])
    tensors[f"{name}/input"] = found[0].numpy()
    for index, gradient in enumerate(found[1:]):
        tensors[f"{name}/{index}"] = gradient.numpy()


for case, settings in CASES.items():
    gradients(case, *settings)
target = Path(__file__).parents[2] / "packages/core/src/compiler/golden/convolution-gradients.safetensors"
save_file(tensors, target, metadata={"keras": keras.__version__, "tensorflow": tf.__version__})
target.chmod(0o644)
print({name: value.shape for name, value in tensors.items()})
