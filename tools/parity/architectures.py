"""Golden files of the network descriptions: layers, shapes, parameter counts and summaries as Keras has them.

    python architectures.py    writes packages/core/src/network/golden/
"""

import json
import os
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("KERAS_BACKEND", "tensorflow")
# As wide as the summaries below, so that rich cuts nothing off.
os.environ["COLUMNS"] = "200"

import keras  # noqa: E402
from keras import applications, layers  # noqa: E402

GOLDEN = Path(__file__).parents[2] / "packages/core/src/network/golden"

# Graft's name of the architecture, height, width, keyword arguments of the Keras function.
VARIANTS = [
    ("VGG16", 224, 224, {}),
    ("VGG19", 224, 224, {}),
    ("InceptionV3", 299, 299, {}),
    ("ResNet50", 224, 224, {}),
    ("Xception", 299, 299, {}),
    ("MobileNet", 224, 224, {}),
    ("MobileNet", 128, 160, {"alpha": 0.25}),
    ("MobileNetV2", 224, 224, {}),
    ("MobileNetV2", 224, 224, {"alpha": 1.4}),
    # Odd lengths are padded otherwise before strided convolutions.
    ("MobileNetV2", 97, 130, {"alpha": 0.35}),
]


def three_layer_convnet(height, width, classes):
    return keras.Sequential(
        [
            layers.Input((height, width, 3)),
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(64, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(64, activation="relu"),
            layers.Dropout(0.5),
            layers.Dense(classes, activation="softmax"),
        ]
    )


def one_layer_cnn(height, width, classes):
    return keras.Sequential(
        [
            layers.Input((height, width, 3)),
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(1024, activation="relu"),
            layers.Dropout(0.5),
            layers.Dense(classes, activation="softmax"),
        ]
    )


def six_layer_cnn(height, width, classes):
    model = keras.Sequential([layers.Input((height, width, 3))])
    for filters in (32, 64, 128):
        model.add(layers.Conv2D(filters, 3, padding="same", activation="relu"))
        model.add(layers.Conv2D(filters, 3, activation="relu"))
        model.add(layers.MaxPooling2D())
        model.add(layers.Dropout(0.25))
    model.add(layers.Flatten())
    model.add(layers.Dense(512, activation="relu"))
    model.add(layers.Dropout(0.5))
    model.add(layers.Dense(classes, activation="softmax"))
    return model


BASELINES = {"one-layer-cnn": (one_layer_cnn, 64), "three-layer-convnet": (three_layer_convnet, 150), "six-layer-cnn": (six_layer_cnn, 150)}


def described(model):
    trainable = sum(_count(weight) for weight in model.trainable_weights)
    return {
        "name": model.name,
        "total": model.count_params(),
        "trainable": trainable,
        # class, name, output shape, parameters, weights (name, shape)
        "layers": [
            [
                type(layer).__name__,
                layer.name,
                list(layer.output.shape[1:]),
                layer.count_params(),
                [[weight.name, list(weight.shape)] for weight in layer.weights],
            ]
            for layer in model.layers
        ],
    }


def _count(weight):
    count = 1
    for length in weight.shape:
        count *= length
    return count


def summary(model, line_length):
    lines = []
    model.summary(line_length=line_length, print_fn=lines.append)
    return "\n".join(lines)


def main():
    GOLDEN.mkdir(parents=True, exist_ok=True)
    variants = []
    for name, height, width, arguments in VARIANTS:
        build = getattr(applications, name)
        for include_top in (True, False):
            keras.backend.clear_session()
            model = build(weights=None, include_top=include_top, input_shape=(height, width, 3), **arguments)
            entry = {"architecture": name, "inputSize": [height, width], "includeTop": include_top, "alpha": arguments.get("alpha", 1)}
            entry.update(described(model))
            if not include_top:
                # The layers are those of the whole network up to here.
                entry["layers"] = entry["layers"][-1:]
                entry["layerCount"] = len(model.layers)
            variants.append(entry)
    for name, (build, length) in BASELINES.items():
        keras.backend.clear_session()
        variants.append({"architecture": name, "inputSize": [length, length], "includeTop": True, "alpha": 1, "classes": 2, **described(build(length, length, 2))})
    with open(GOLDEN / "architectures.json", "w") as file:
        file.write("[\n" + ",\n".join(json.dumps(variant, separators=(",", ":")) for variant in variants) + "\n]\n")

    keras.backend.clear_session()
    (GOLDEN / "vgg16.summary.txt").write_text(summary(applications.VGG16(weights=None, include_top=False, input_shape=(64, 64, 3)), 200) + "\n")
    keras.backend.clear_session()
    resnet = applications.ResNet50(weights=None, include_top=False, input_shape=(64, 64, 3))
    cut = keras.Model(resnet.input, resnet.get_layer("conv2_block2_out").output, name="resnet50")
    (GOLDEN / "resnet50-cut.summary.txt").write_text(summary(cut, 200) + "\n")
    (GOLDEN / "resnet50-cut.json").write_text(json.dumps([layer.name for layer in cut.layers]) + "\n")
    keras.backend.clear_session()
    inception = applications.InceptionV3(weights=None, include_top=False, input_shape=(96, 96, 3))
    # Ends inside a branch: layers of other branches fall away.
    cut = keras.Model(inception.input, inception.get_layer("conv2d_88").output)
    (GOLDEN / "inception-v3-cut.json").write_text(json.dumps([layer.name for layer in cut.layers]) + "\n")


if __name__ == "__main__":
    main()
