"""Small weight files that Keras itself (and the safetensors library) wrote, with checksums of every tensor in them.

    python weights.py    writes packages/core/src/weights/golden/
"""

import json
import os
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("KERAS_BACKEND", "tensorflow")

import h5py  # noqa: E402
import keras  # noqa: E402
import numpy as np  # noqa: E402
from keras import applications, layers  # noqa: E402
from keras.src.legacy.saving import legacy_h5_format  # noqa: E402
from safetensors.numpy import save_file  # noqa: E402

from architectures import three_layer_convnet  # noqa: E402

GOLDEN = Path(__file__).parents[2] / "packages/core/src/weights/golden"
generator = np.random.default_rng(4)


def randomized(model):
    """All weights random, moving statistics too, so that a swapped pair is seen."""
    for layer in model.layers:
        layer.set_weights([generator.standard_normal(weight.shape).astype("float32") for weight in layer.get_weights()])
    return model


def cut(model, layer):
    return keras.Model(model.input, model.get_layer(layer).output)


def checksums(model):
    """layer, position in layer.weights, shape, sum, sum of squares, first and last value"""
    rows = []
    for layer in model.layers:
        for index, value in enumerate(layer.get_weights()):
            flat = value.astype("float64").ravel()
            rows.append([layer.name, index, list(value.shape), flat.sum(), (flat**2).sum(), flat[0], flat[-1]])
    return rows


def mobilenet():
    return randomized(cut(applications.MobileNet(weights=None, include_top=False, alpha=0.25, input_shape=(32, 32, 3)), "conv_pw_3_relu"))


def xception():
    # Layers made before shift Keras's counters: conv2d_2 and on, as in a session in which other models were made.
    keras.layers.Conv2D(1, 1)
    keras.layers.Conv2D(1, 1)
    keras.layers.BatchNormalization()
    return randomized(cut(applications.Xception(weights=None, include_top=False, input_shape=(71, 71, 3)), "block3_sepconv1_act"))


def save_legacy(model, path):
    """Keras 3 no longer writes this format by itself, but still holds the function that did."""
    with h5py.File(path, "w") as file:
        legacy_h5_format.save_weights_to_hdf5_group(file, model)


def write_all(name, model, kinds, golden):
    if "h5" in kinds:
        save_legacy(model, GOLDEN / f"{name}.h5")
    if "weights.h5" in kinds:
        model.save_weights(GOLDEN / f"{name}.weights.h5")
    if "keras" in kinds:
        model.save(GOLDEN / f"{name}.keras")
    golden[name] = checksums(model)


def write_variants(model):
    """The same MobileNet in ways that real files vary."""
    # A whole model in HDF5: weights below model_weights.
    model.save(GOLDEN / "mobilenet.whole.h5")
    # Keras splits lists of names that do not fit an HDF5 attribute; here the limit is lowered so that a small file has it.
    limit = legacy_h5_format.HDF5_OBJECT_HEADER_LIMIT
    legacy_h5_format.HDF5_OBJECT_HEADER_LIMIT = 256
    save_legacy(model, GOLDEN / "mobilenet.chunked.h5")
    legacy_h5_format.HDF5_OBJECT_HEADER_LIMIT = limit
    # A trunk inside a classifier.
    nested = keras.Sequential([layers.Input((32, 32, 3)), model, layers.GlobalAveragePooling2D(), layers.Dense(2, name="classes")])
    save_legacy(nested, GOLDEN / "mobilenet.nested.h5")
    nested.save_weights(GOLDEN / "mobilenet.nested.weights.h5")
    named = {f"{layer.name}/{weight.name}": value for layer in model.layers for weight, value in zip(layer.weights, layer.get_weights())}
    save_file(named, GOLDEN / "mobilenet.safetensors", metadata={"written by": "safetensors for Python"})
    save_file({name.replace("/", "."): value.astype("float16") for name, value in named.items()}, GOLDEN / "mobilenet.half.safetensors")


def write_unusual():
    """Names of Keras 1, half and double precision, and a link into another file (which must not be followed)."""
    with h5py.File(GOLDEN / "unusual.h5", "w") as file:
        file.attrs["layer_names"] = [b"half", b"double"]
        half = file.create_group("half")
        half.attrs["weight_names"] = [b"half_W_1:0", b"half_b_1:0"]
        half.create_dataset("half_W_1:0", data=np.arange(6, dtype="float16").reshape(2, 3) / 4)
        half.create_dataset("half_b_1:0", data=np.array([1.5, -2.0, 65504.0], dtype="float16"))
        double = file.create_group("double")
        double.attrs["weight_names"] = [b"double/kernel:0"]
        double.create_dataset("double/kernel:0", data=np.array([[0.1, 0.2]], dtype="float64"))
    with h5py.File(GOLDEN / "linked.h5", "w") as file:
        file.attrs["layer_names"] = [b"stolen"]
        group = file.create_group("stolen")
        group.attrs["weight_names"] = [b"kernel"]
        group["kernel"] = h5py.ExternalLink("unusual.h5", "/double/double/kernel:0")


def write_lambda():
    model = keras.Sequential([layers.Input((4,)), layers.Lambda(lambda x: x * 2), layers.Dense(1)])
    model.save(GOLDEN / "lambda.keras")


def without_names(source, target):
    """As early versions of Keras 3 wrote it: groups carry no attribute with the layer's name."""
    target.write_bytes(source.read_bytes())
    with h5py.File(target, "a") as file:

        def strip(_path, entity):
            for key in list(entity.attrs):
                del entity.attrs[key]

        file.visititems(strip)


def main():
    GOLDEN.mkdir(parents=True, exist_ok=True)
    golden = {}
    keras.backend.clear_session()
    model = mobilenet()
    write_all("mobilenet", model, ["h5", "weights.h5", "keras"], golden)
    write_variants(model)
    without_names(GOLDEN / "mobilenet.weights.h5", GOLDEN / "mobilenet.unnamed.weights.h5")
    keras.backend.clear_session()
    write_all("xception", xception(), ["h5", "weights.h5"], golden)
    keras.backend.clear_session()
    write_all("three-layer-convnet", randomized(three_layer_convnet(24, 24, 4)), ["h5", "keras"], golden)
    keras.backend.clear_session()
    write_unusual()
    write_lambda()
    with open(GOLDEN / "checksums.json", "w") as file:
        file.write("{\n" + ",\n".join(f"{json.dumps(name)}: {json.dumps(rows, separators=(',', ':'))}" for name, rows in golden.items()) + "\n}\n")


if __name__ == "__main__":
    main()
