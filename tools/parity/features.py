"""Writes packages/core/src/compiler/golden/features.safetensors: what Keras's own networks make of hashed weights and pixels.

Per case: `<case>/output` is the output at the end of the trunk (or of the network with its top), `<case>/<layer>` the mean over
height and width at a layer on the way.
"""

import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
from pathlib import Path

import keras
import numpy as np
from keras.applications import imagenet_utils
from safetensors.numpy import save_file

import hashed

applications = keras.applications
# name, builder, size, preprocessing mode, layer on the way, arguments
CASES = [
    ("VGG16", applications.VGG16, 48, "caffe", "block3_conv2", {}),
    ("VGG19", applications.VGG19, 48, "caffe", "block4_pool", {}),
    ("ResNet50", applications.ResNet50, 64, "caffe", "conv3_block2_out", {}),
    ("InceptionV3", applications.InceptionV3, 75, "tf", "mixed4", {}),
    ("Xception", applications.Xception, 75, "tf", "block5_sepconv2_bn", {}),
    ("MobileNet", applications.MobileNet, 64, "tf", "conv_pw_5_relu", {}),
    ("MobileNet-0.25-top", applications.MobileNet, 64, "tf", "conv_pad_2", {"alpha": 0.25, "include_top": True, "classes": 7}),
    ("MobileNetV2", applications.MobileNetV2, 64, "tf", "block_6_expand_relu", {}),
    ("MobileNetV2-1.4", applications.MobileNetV2, 64, "unit", "block_3_pad", {"alpha": 1.4}),
    ("MobileNetV2-0.35-top", applications.MobileNetV2, 64, "torch", "block_1_project_BN", {"alpha": 0.35, "include_top": True, "classes": 7}),
]


def preprocess(images: np.ndarray, mode: str) -> np.ndarray:
    floats = images.astype(np.float32)
    return floats / 255.0 if mode == "unit" else imagenet_utils.preprocess_input(floats, data_format="channels_last", mode=mode)


def main() -> None:
    tensors = {}
    for name, build, size, mode, middle, arguments in CASES:
        keras.utils.clear_session()
        model = build(**{"weights": None, "include_top": False, "input_shape": (size, size, 3), **arguments})
        hashed.set_weights(model)
        images = preprocess(hashed.pixels(f"images/{size}", (2, size, size, 3)), mode)
        both = keras.Model(model.input, [model.output, model.get_layer(middle).output])
        output, on_the_way = both.predict(images, verbose=0)
        tensors[f"{name}/output"] = np.ascontiguousarray(output, dtype=np.float32)
        tensors[f"{name}/{middle}"] = np.ascontiguousarray(on_the_way.mean(axis=(1, 2)), dtype=np.float32)
        print(name, output.shape, "mean", float(np.abs(output).mean()), "max", float(np.abs(output).max()))
    target = Path(__file__).parents[2] / "packages/core/src/compiler/golden/features.safetensors"
    save_file(tensors, target, metadata={"keras": keras.__version__})


main()
