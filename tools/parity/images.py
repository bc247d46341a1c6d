"""Golden files for packages/core/src/image: small pictures and what Pillow makes of them.

Run: python tools/parity/images.py   (writes packages/core/src/image/golden/)

`*.source.*` are inputs. `*.bilinear.png` and `*.nearest.png` are Image.resize with rows first (two calls), the order of
Pillow up to 12; `*.direct.png` is one call, which Pillow 13 does columns first for upright pictures.
"""

from pathlib import Path

import numpy as np
from PIL import Image, ImageCms

folder = Path(__file__).resolve().parents[2] / "packages/core/src/image/golden"
folder.mkdir(parents=True, exist_ok=True)
random = np.random.default_rng(7)


def picture(height: int, width: int) -> Image.Image:
    """Smooth colours with some noise: neither flat nor pure noise, so that JPEG and filters have work to do."""
    y, x = np.mgrid[0:height, 0:width]
    channels = [np.sin(x / 5 + k) * 60 + np.cos(y / (4 + k)) * 60 + 128 for k in range(3)]
    values = np.stack(channels, axis=-1) + random.normal(0, 12, (height, width, 3))
    return Image.fromarray(np.clip(values, 0, 255).astype(np.uint8), "RGB")


cases = {
    "landscape": ("jpg", (96, 67), (32, 32)),
    "upright": ("jpg", (53, 90), (40, 40)),
    "enlarged": ("png", (20, 13), (33, 31)),
    "narrow": ("png", (150, 5), (48, 24)),
}
for name, (kind, (width, height), (target_width, target_height)) in cases.items():
    source = folder / f"{name}.source.{kind}"
    picture(height, width).save(source, **({"quality": 85} if kind == "jpg" else {}))
    image = Image.open(source).convert("RGB")
    size = (target_width, target_height)
    rows_first = image.resize((target_width, height), Image.BILINEAR).resize(size, Image.BILINEAR)
    rows_first.save(folder / f"{name}.bilinear.png")
    image.resize(size, Image.BILINEAR).save(folder / f"{name}.direct.png")
    image.resize(size, Image.NEAREST).save(folder / f"{name}.nearest.png")

# Colour handling: one flat picture a kind, whose colour is known.
Image.new("CMYK", (16, 16), (0, 255, 255, 0)).save(folder / "cmyk-red.source.jpg", quality=95)
Image.fromarray(np.full((16, 16), 0x8000, np.uint16)).save(folder / "grey16.source.png")
Image.new("L", (16, 16), 90).save(folder / "grey8.source.jpg", quality=95)
Image.new("RGBA", (16, 16), (255, 0, 0, 0)).save(folder / "transparent.source.png")
Image.new("RGB", (16, 16), (0, 200, 0)).save(folder / "profile.source.png", icc_profile=ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())

# EXIF orientation 6 (turn clockwise to view): the left half is red, so upright the top half is.
turned = Image.new("RGB", (32, 16), (0, 0, 255))
turned.paste((255, 0, 0), (0, 0, 16, 16))
exif = Image.Exif()
exif[0x0112] = 6
turned.save(folder / "orientation6.source.jpg", quality=95, exif=exif)
