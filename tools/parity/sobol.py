"""Writes packages/search/src/methods/sobol/direction-numbers.ts (those of Joe and Kuo 2008, from scipy's copy) and golden/sobol.json:
points of scipy's unscrambled Sobol sequence, and the discrepancies of scrambled ones."""

import json
from importlib import resources
from pathlib import Path

import numpy as np
from scipy.stats import qmc

HERE = Path(__file__).resolve().parents[2] / "packages/search/src/methods/sobol"
DIMENSIONS = 100

numbers = np.load(resources.files("scipy.stats").joinpath("_sobol_direction_numbers.npz"))
lines = []
for polynomial, initial in zip(numbers["poly"][:DIMENSIONS], numbers["vinit"][:DIMENSIONS]):
    degree = int(polynomial).bit_length() - 1
    lines.append(f"  [{', '.join(str(int(v)) for v in [polynomial, *initial[:degree]])}],")
(HERE / "direction-numbers.ts").write_text(
    "/**\n"
    " * Primitive polynomial (its bits, the leading one included) and initial direction numbers of each dimension but the first:\n"
    " * new-joe-kuo-6 of Joe and Kuo, \"Constructing Sobol Sequences with Better Two-Dimensional Projections\", SIAM J. Sci. Comput. 30 (2008).\n"
    " * Written by tools/parity/sobol.py.\n"
    " */\n"
    "export const directionNumbers: readonly (readonly number[])[] = [\n" + "\n".join(lines[1:]) + "\n]\n"
)

points = qmc.Sobol(d=DIMENSIONS, scramble=False, bits=32).random(1024)
kept = [0, 1, 2, 3, 7, 100, 511, 512, 1023]
discrepancy = {str(d): [qmc.discrepancy(qmc.Sobol(d=d, scramble=True, rng=seed).random(256)) for seed in range(20)] for d in (2, 6)}
golden = {
    "indexes": kept,
    "points": [[float(v) for v in points[i]] for i in kept],
    "scrambledDiscrepancy": {d: [min(v), max(v)] for d, v in discrepancy.items()},
    "randomDiscrepancy": {d: float(np.median([qmc.discrepancy(np.random.default_rng(s).random((256, int(d)))) for s in range(20)])) for d in discrepancy},
}
(HERE / "golden/sobol.json").write_text(json.dumps(golden) + "\n")
