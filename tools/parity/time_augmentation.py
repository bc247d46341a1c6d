"""Times ImageDataGenerator (and torchvision, where it is installed) on random images for packages/core/bench/augmentation.bench.ts.

Arguments: images, side, batch size, `keras` or `torchvision`. Prints `ready`, then for every line it reads the milliseconds of one epoch.
Each side augments as it ships: ImageDataGenerator.flow in its own process, DataLoader with two workers on decoded images.
"""

import sys
import time

import numpy as np

count, side, batch_size = (int(value) for value in sys.argv[1:4])
pixels = np.random.default_rng(0).integers(0, 256, (count, side, side, 3), dtype=np.uint8)

if sys.argv[4] == "keras":
    from keras.src.legacy.preprocessing.image import ImageDataGenerator

    generator = ImageDataGenerator(rotation_range=20, width_shift_range=0.2, height_shift_range=0.2, shear_range=11.46, zoom_range=0.2, horizontal_flip=True)

    def epoch() -> None:
        flow = generator.flow(pixels.astype(np.float32), batch_size=batch_size, shuffle=True)
        for _ in range(len(flow)):
            next(flow)

else:
    import torch
    from torchvision import transforms
    from torchvision.transforms import InterpolationMode

    affine = transforms.RandomAffine(20, translate=(0.2, 0.2), scale=(0.8, 1.2), shear=11.46, interpolation=InterpolationMode.BILINEAR)
    change = transforms.Compose([transforms.ToPILImage(), affine, transforms.RandomHorizontalFlip(), transforms.ToTensor()])

    class Images(torch.utils.data.Dataset):
        def __len__(self) -> int:
            return count

        def __getitem__(self, index: int) -> torch.Tensor:
            return change(pixels[index])

    def epoch() -> None:
        for _ in torch.utils.data.DataLoader(Images(), batch_size=batch_size, shuffle=True, num_workers=2):
            pass


print("ready", flush=True)
for _ in sys.stdin:
    began = time.perf_counter()
    epoch()
    print((time.perf_counter() - began) * 1000, flush=True)
