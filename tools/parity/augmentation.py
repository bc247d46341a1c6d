"""Golden files for packages/core/src/augmentation: one small picture, and what Keras's ImageDataGenerator, Pillow and
torchvision's formulas make of it with given parameters.

Run: KERAS_BACKEND=tensorflow python tools/parity/augmentation.py   (writes packages/core/src/augmentation/golden/)

`cases.json` lists the cases; their images lie one after another in `images.png`, a column of pictures, the source first. Keras's
float images are rounded to 8 bits; `keras.safetensors` holds them as they are.
"""

import json
from pathlib import Path

import keras  # noqa: F401  (backend)
import numpy as np
from keras.src.legacy.preprocessing.image import ImageDataGenerator
from PIL import Image, ImageEnhance, ImageOps
from safetensors.numpy import save_file

folder = Path(__file__).resolve().parents[2] / "packages/core/src/augmentation/golden"
folder.mkdir(parents=True, exist_ok=True)
random = np.random.default_rng(11)
height, width = 25, 30

photo = Image.open(Path(__file__).resolve().parents[2] / "packages/core/src/image/golden/landscape.source.jpg").convert("RGB")
source = np.asarray(photo.resize((width, height), Image.BILINEAR)).copy()
source[5:15, 8:20] = (random.random((10, 12, 3)) * 255).astype(np.uint8)
source[17:23, 22:26] = 255
picture = Image.fromarray(source, "RGB")
images, cases, floats = [source], [], {}


def keras_case(name: str, fill: str = "nearest", cval: float = 0.0, **parameters: object) -> None:
    whole = dict(theta=0, tx=0, ty=0, shear=0, zx=1, zy=1, flip_horizontal=False, flip_vertical=False, channel_shift_intensity=None, brightness=None) | parameters
    result = ImageDataGenerator(fill_mode=fill, cval=cval).apply_transform(source.astype(np.float32), whole)
    floats[f"keras/{name}"] = np.ascontiguousarray(result, np.float32)
    cases.append({"kind": "keras", "name": name, "fill": fill, "cval": cval, "parameters": whole})


def pillow_case(kind: str, amount: float, image: Image.Image) -> None:
    cases.append({"kind": kind, "name": f"{kind} {amount:g}", "amount": amount, "image": len(images)})
    images.append(np.asarray(image.convert("RGB")))


every = dict(theta=17.3, tx=6.9, ty=-8.2, shear=11.46, zx=0.87, zy=1.18)
for fill in ["nearest", "reflect", "wrap", "constant"]:
    keras_case(f"all affine, {fill}", fill, 90.5, **every)
    keras_case(f"far away, {fill}", fill, 0.0, tx=95.3, ty=-120.6)
keras_case("rotation", theta=-20)
keras_case("height shift", tx=7.4)
keras_case("width shift", ty=-8.8)
keras_case("shear", shear=-11.46)
keras_case("zoom", zx=0.8, zy=1.2)
keras_case("flips", flip_horizontal=True, flip_vertical=True)
keras_case("channel shift", channel_shift_intensity=-40.2)
keras_case("brightness 0.4", brightness=0.4)
keras_case("brightness 1.7", brightness=1.7)
keras_case("everything", "reflect", 0.0, **every, flip_horizontal=True, channel_shift_intensity=23.7, brightness=0.83)

affine = lambda matrix: picture.transform(picture.size, Image.AFFINE, matrix, Image.NEAREST)  # noqa: E731
for sign in [-1, 1]:
    pillow_case("shearX", sign * 0.23, affine((1, sign * 0.23, 0, 0, 1, 0)))
    pillow_case("shearY", sign * 0.23, affine((1, 0, 0, sign * 0.23, 1, 0)))
    pillow_case("translateX", sign * 9.6, affine((1, 0, -int(sign * 9.6), 0, 1, 0)))
    pillow_case("translateY", sign * 9.6, affine((1, 0, 0, 0, 1, -int(sign * 9.6))))
    pillow_case("rotate", sign * 21.7, picture.rotate(sign * 21.7, Image.NEAREST))
    pillow_case("brightness", sign * 0.63, ImageEnhance.Brightness(picture).enhance(1 + sign * 0.63))
    pillow_case("colour", sign * 0.63, ImageEnhance.Color(picture).enhance(1 + sign * 0.63))
    pillow_case("contrast", sign * 0.63, ImageEnhance.Contrast(picture).enhance(1 + sign * 0.63))
    pillow_case("sharpness", sign * 0.63, ImageEnhance.Sharpness(picture).enhance(1 + sign * 0.63))
for bits in [4, 6]:
    pillow_case("posterize", bits, ImageOps.posterize(picture, bits))
pillow_case("solarize", 178.5, ImageOps.solarize(picture, 178.5))
pillow_case("autoContrast", 0, ImageOps.autocontrast(ImageEnhance.Brightness(picture).enhance(0.5)))
pillow_case("equalize", 0, ImageOps.equalize(picture))
for turns in [-0.31, 0.12, 0.5]:  # torchvision's adjust_hue
    hue, saturation, value = picture.convert("HSV").split()
    moved = (np.asarray(hue).astype(np.int32) + int(turns * 255)) % 256
    pillow_case("hue", turns, Image.merge("HSV", (Image.fromarray(moved.astype(np.uint8), "L"), saturation, value)))
box = (4, 3, 25, 20)  # left, top, right, bottom; rows first, as Pillow up to 12
pillow_case("crop", 0, picture.crop(box).resize((width, box[3] - box[1]), Image.BILINEAR).resize((width, height), Image.BILINEAR))

Image.fromarray(np.concatenate(images), "RGB").save(folder / "images.png", optimize=True)
save_file(floats, folder / "keras.safetensors")
(folder / "cases.json").write_text(json.dumps({"height": height, "width": width, "crop": box, "cases": cases}, indent=1, default=float) + "\n")
