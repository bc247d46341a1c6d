"""Writes packages/core/src/training/golden/schedules.json: the learning rates of Keras's schedules step by step, and what its
callbacks ReduceLROnPlateau and EarlyStopping make of a given course of the validation loss. Compared in training/schedules.test.ts."""

import json
import os
from pathlib import Path

os.environ.setdefault("KERAS_BACKEND", "tensorflow")

import keras

steps_per_epoch, epochs, rate = 7, 12, 0.02
# Falls, stalls, falls by less than a threshold, rises, falls again.
losses = [1.0, 0.8, 0.8, 0.79995, 0.81, 0.7, 0.7, 0.71, 0.72, 0.73, 0.74, 0.6]


def rates(schedule) -> list[float]:
    return [float(schedule(step)) for step in range(steps_per_epoch * epochs)]


def model() -> keras.Model:
    built = keras.Sequential([keras.layers.Dense(1)])
    built.build((None, 1))
    built.compile(optimizer=keras.optimizers.SGD(rate), loss="mse")
    return built


def plateau(**options) -> list[float]:
    """The rate that each epoch trains with."""
    callback, trained = keras.callbacks.ReduceLROnPlateau(**options), model()
    callback.set_model(trained)
    callback.on_train_begin()
    found = []
    for epoch, loss in enumerate(losses):
        found.append(float(trained.optimizer.learning_rate))
        callback.on_epoch_end(epoch, {"val_loss": loss})
    return found


def stopped_after(**options) -> int:
    """Epochs until it stops; all of them if it does not."""
    callback, trained = keras.callbacks.EarlyStopping(**options), model()
    trained.stop_training = False
    callback.set_model(trained)
    callback.on_train_begin()
    for epoch, loss in enumerate(losses):
        callback.on_epoch_end(epoch, {"val_loss": loss, "val_accuracy": 1 - loss})
        if trained.stop_training:
            return epoch + 1
    return len(losses)


def cosine(warm_up: float, final: float):
    warm_up_steps = round(warm_up * steps_per_epoch)
    decay_steps = steps_per_epoch * epochs - warm_up_steps
    if warm_up_steps == 0:
        return keras.optimizers.schedules.CosineDecay(rate, decay_steps, alpha=final)
    return keras.optimizers.schedules.CosineDecay(0.0, decay_steps, alpha=final, warmup_target=rate, warmup_steps=warm_up_steps)


def exponential(every: float, factor: float, staircase: bool):
    return keras.optimizers.schedules.ExponentialDecay(rate, every * steps_per_epoch, factor, staircase=staircase)


golden = {
    "stepsPerEpoch": steps_per_epoch,
    "epochs": epochs,
    "learningRate": rate,
    "losses": losses,
    "schedules": [
        {"recipe": {"kind": "step", "every": 4, "factor": 0.1}, "rates": rates(exponential(4, 0.1, True))},
        {"recipe": {"kind": "step", "every": 2.5, "factor": 0.5}, "rates": rates(exponential(2.5, 0.5, True))},
        {"recipe": {"kind": "exponential", "every": 1, "rate": 0.95}, "rates": rates(exponential(1, 0.95, False))},
        {"recipe": {"kind": "exponential", "every": 3.5, "rate": 0.5}, "rates": rates(exponential(3.5, 0.5, False))},
        {"recipe": {"kind": "cosine"}, "rates": rates(cosine(0, 0))},
        {"recipe": {"kind": "cosine", "warmUp": 2, "final": 0.1}, "rates": rates(cosine(2, 0.1))},
        {"recipe": {"kind": "cosine", "warmUp": 0.5}, "rates": rates(cosine(0.5, 0))},
    ],
    "plateaus": [
        {"recipe": {"kind": "reduce-on-plateau", "patience": 2, "factor": 0.5}, "rates": plateau(patience=2, factor=0.5)},
        {"recipe": {"kind": "reduce-on-plateau", "patience": 1, "minimumDelta": 0, "factor": 0.1, "minimumLearningRate": 0.001}, "rates": plateau(patience=1, min_delta=0, factor=0.1, min_lr=0.001)},
        {"recipe": {"kind": "reduce-on-plateau", "patience": 1, "factor": 0.5, "cooldown": 2}, "rates": plateau(patience=1, factor=0.5, cooldown=2)},
        {"recipe": {"kind": "reduce-on-plateau"}, "rates": plateau()},
    ],
    "stops": [
        {"recipe": {"patience": 1}, "epochs": stopped_after(monitor="val_loss", patience=1)},
        {"recipe": {"patience": 2}, "epochs": stopped_after(monitor="val_loss", patience=2)},
        {"recipe": {"patience": 3, "minimumDelta": 0.001}, "epochs": stopped_after(monitor="val_loss", patience=3, min_delta=0.001)},
        {"recipe": {"patience": 5}, "epochs": stopped_after(monitor="val_loss", patience=5)},
        {"recipe": {"monitor": "validation/accuracy", "patience": 4}, "epochs": stopped_after(monitor="val_accuracy", mode="max", patience=4)},
        {"recipe": {"patience": 10}, "epochs": stopped_after(monitor="val_loss", patience=10)},
    ],
}

target = Path(__file__).parents[2] / "packages/core/src/training/golden/schedules.json"
target.parent.mkdir(exist_ok=True)
target.write_text(json.dumps({"keras": keras.__version__, **golden}, indent=1) + "\n")
