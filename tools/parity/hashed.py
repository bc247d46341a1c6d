"""Tensors that Python and TypeScript make alike from a text key, so that golden files need not hold inputs and weights.

Element i of the tensor with key k is word(k, i), a 32-bit hash. packages/core/src/compiler/testing/hashed-weights.ts is the
same in TypeScript.
"""

import numpy as np


def words(key: str, count: int) -> np.ndarray:
    """`count` 32-bit hashes: FNV-1a of the key, then the splitmix32 finaliser of key + (i + 1) * golden ratio."""
    base = 0x811C9DC5
    for character in key:
        base = ((base ^ ord(character)) * 0x01000193) & 0xFFFFFFFF
    with np.errstate(over="ignore"):
        mixed = np.uint32(base) + (np.arange(1, count + 1, dtype=np.uint32) * np.uint32(0x9E3779B9))
        mixed = (mixed ^ (mixed >> np.uint32(16))) * np.uint32(0x85EBCA6B)
        mixed = (mixed ^ (mixed >> np.uint32(13))) * np.uint32(0xC2B2AE35)
        return mixed ^ (mixed >> np.uint32(16))


def uniform(key: str, shape, low: float, high: float) -> np.ndarray:
    """float32; computed in float64 and rounded once."""
    count = int(np.prod(shape))
    return (low + (high - low) * (words(key, count).astype(np.float64) / 4294967296.0)).astype(np.float32).reshape(shape)


def pixels(key: str, shape) -> np.ndarray:
    return (words(key, int(np.prod(shape))) >> np.uint32(24)).astype(np.uint8).reshape(shape)


def weight(key: str, name: str, shape) -> np.ndarray:
    """He-uniform kernels, so that activations keep their size; small biases and means; scales and variances around one."""
    if name in ("bias", "beta", "moving_mean"):
        return uniform(key, shape, -0.1, 0.1)
    if name == "gamma":
        return uniform(key, shape, 0.6, 1.0)
    if name == "moving_variance":
        return uniform(key, shape, 0.5, 1.5)
    fan_in = int(np.prod(shape[:2])) if name == "depthwise_kernel" else int(np.prod(shape[:-1]))
    limit = float(np.sqrt(6.0 / fan_in))
    return uniform(key, shape, -limit, limit)


def set_weights(model) -> None:
    """Sets every weight of a Keras model. Keys are `<place of the layer among those with weights>/<place of the weight>`."""
    place = 0
    for layer in model.layers:
        if not layer.weights:
            continue
        values = []
        for index, variable in enumerate(layer.weights):
            name = variable.name
            if type(layer).__name__ == "DepthwiseConv2D" and name == "kernel":
                name = "depthwise_kernel"
            values.append(weight(f"{place}/{index}", name, variable.shape))
        layer.set_weights(values)
        place += 1
