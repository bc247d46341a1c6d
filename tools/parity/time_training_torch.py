"""Times PyTorch's training step of all layers for packages/core/bench/fine-tuning-step.bench.ts: `time_training_torch.py MODEL SIZE BATCH STEPS`.

Ends at once where there is no torchvision or it has no such model. Prints `ready`; then, for each line read, the milliseconds of STEPS steps.
"""

import sys
import time

import torch
import torchvision

name, size, batch, steps = sys.argv[1], *map(int, sys.argv[2:])
makers = {
    "VGG16": lambda: torch.nn.Sequential(torchvision.models.vgg16().features, torch.nn.AdaptiveAvgPool2d(1), torch.nn.Flatten(), torch.nn.Linear(512, 10)),
    "ResNet50": lambda: torchvision.models.resnet50(num_classes=10),
    "InceptionV3": lambda: torchvision.models.inception_v3(num_classes=10, aux_logits=False, init_weights=False),
    "MobileNetV2": lambda: torchvision.models.mobilenet_v2(num_classes=10),
}
model = makers[name]().train()
optimizer = torch.optim.SGD(model.parameters(), 1e-4, momentum=0.9)
images, labels = torch.rand(batch, 3, size, size) * 2 - 1, torch.arange(batch) % 10


def train() -> float:
    began = time.perf_counter()
    for _ in range(steps):
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(model(images), labels).backward()
        optimizer.step()
    return (time.perf_counter() - began) * 1000


train()
print("ready", flush=True)
for _ in sys.stdin:
    print(train(), flush=True)
