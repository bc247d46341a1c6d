"""Writes packages/statistics/src/golden/classification-metrics.json: scikit-learn's metrics of hashed predictions."""

import json
import pathlib

import numpy as np
from sklearn.metrics import log_loss, precision_recall_fscore_support, roc_auc_score, top_k_accuracy_score

from hashed import uniform


def expected_calibration_error(probabilities, labels, bins=15):
    confidence = probabilities.max(axis=1)
    correct = probabilities.argmax(axis=1) == labels
    edges = np.linspace(0, 1, bins + 1)
    error = 0.0
    for low, high in zip(edges[:-1], edges[1:]):
        inside = (confidence > low) & (confidence <= high)
        if inside.any():
            error += inside.mean() * abs(correct[inside].mean() - confidence[inside].mean())
    return error


def case(name, images, classes, absent=()):
    logits = 3 * uniform(f"{name}/logits", (images, classes), -1, 1)
    probabilities = (np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)).astype("float32")
    allowed = [index for index in range(classes) if index not in absent]
    labels = np.array([allowed[index * 7 % len(allowed)] for index in range(images)])
    agree = uniform(f"{name}/agree", (images,), 0, 1) < 0.5
    labels = np.where(agree & np.isin(probabilities.argmax(axis=1), allowed), probabilities.argmax(axis=1), labels)
    predicted = probabilities.argmax(axis=1)
    present = sorted(set(labels.tolist()))
    precision, recall, f1, support = precision_recall_fscore_support(labels, predicted, labels=range(classes), zero_division=0)
    areas = [roc_auc_score(labels == index, probabilities[:, index]) for index in present if not (labels == index).all()]
    return {
        "name": name,
        "classes": classes,
        "labels": labels.tolist(),
        "probabilities": [float(value) for value in probabilities.ravel()],
        "precision": float(np.mean(precision[present])),
        "recall": float(np.mean(recall[present])),
        "f1": float(np.mean(f1[present])),
        "areaUnderCurve": float(np.mean(areas)),
        "calibrationError": float(expected_calibration_error(probabilities, labels)),
        "topAccuracy": [{"k": k, "accuracy": float(top_k_accuracy_score(labels, probabilities, k=k, labels=range(classes)))} for k in (3, 5) if k < classes],
        "perClass": [
            {"images": int(support[index]), "precision": float(precision[index]), "recall": float(recall[index]), "f1": float(f1[index])} for index in range(classes)
        ],
        "logLoss": float(log_loss(labels, probabilities.astype("float64") / probabilities.astype("float64").sum(axis=1, keepdims=True), labels=range(classes))),
    }


if __name__ == "__main__":
    folder = pathlib.Path(__file__).resolve().parents[2] / "packages/statistics/src/golden"
    folder.mkdir(exist_ok=True)
    cases = [case("two", 40, 2), case("ten", 120, 10), case("absent", 50, 7, absent=(2, 5))]
    (folder / "classification-metrics.json").write_text(json.dumps(cases) + "\n")
