"""Compares two folders of reference files: the same cases, the same numbers within a tolerance.

python compare.py FOLDER OTHER
"""

import json
import sys
from pathlib import Path

TOLERANCE = 2e-6  # of numbers: some are computed in float32 by the reference itself


def differences(a, b, path):
    if isinstance(a, dict) and isinstance(b, dict):
        for key in sorted(a.keys() | b.keys()):
            if key == "check":
                continue  # errors of float32 and of finite differences: noise
            if key not in a or key not in b:
                yield path + "/" + key, a.get(key), b.get(key)
            else:
                yield from differences(a[key], b[key], path + "/" + key)
    elif isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
        for i, (x, y) in enumerate(zip(a, b)):
            yield from differences(x, y, "%s/%d" % (path, i))
    elif isinstance(a, (int, float)) and isinstance(b, (int, float)) and not isinstance(a, bool):
        if abs(a - b) > TOLERANCE * max(1, abs(a)):
            yield path, a, b
    elif a != b and not path.endswith("/message"):  # the words of the reference's errors may change
        yield path, a, b


def cases(file):
    return {case["id"]: case for case in json.loads(file.read_text())["cases"]}


found = 0
for file in sorted(Path(sys.argv[1]).glob("*.json")):
    here, there = cases(file), cases(Path(sys.argv[2]) / file.name)
    wrong = list(differences(here, there, file.name))
    found += len(wrong)
    print("%-20s %4d cases, %d differences" % (file.name, len(here), len(wrong)))
    for path, a, b in wrong[:20]:
        print("   ", path, a, b)
sys.exit(1 if found else 0)
