"""Makes the reference files of test/reference anew.

    python generate.py FOLDER [--heldout] [--only losses.json ..]

`--heldout` makes other cases of the same kinds, with inputs that the library has not seen. A failing check is printed,
and the run ends with an error.
"""

import argparse
import sys

from support import settings
from accuracy_json import gen_accuracy
from checks import CHECKS
from distances_json import gen_distances
from indices_json import gen_indices
from losses_json import gen_losses
from miners_json import gen_miners
from reducers_json import gen_reducers
from regularizers_json import gen_regularizers
from samplers_json import gen_samplers
from seed_json import gen_seed
from tfa_json import gen_tfa
from wrappers_json import gen_wrappers

GENERATORS = {
    "losses.json": gen_losses,
    "distances.json": gen_distances,
    "wrappers.json": gen_wrappers,
    "reducers.json": gen_reducers,
    "regularizers.json": gen_regularizers,
    "miners.json": gen_miners,
    "indices.json": gen_indices,
    "samplers.json": gen_samplers,
    "accuracy.json": gen_accuracy,
    "seed.json": gen_seed,
    "tfa.json": gen_tfa,
}

parser = argparse.ArgumentParser(description="Makes the reference files of test/reference anew.")
parser.add_argument("folder", help="where the files go")
parser.add_argument("--heldout", action="store_true", help="other cases of the same kinds")
parser.add_argument(
    "--only", nargs="*", choices=GENERATORS, default=list(GENERATORS), help="these files alone"
)
asked = parser.parse_args()

settings.folder = asked.folder
settings.split = "heldout" if asked.heldout else "public"
for name in asked.only:
    GENERATORS[name]()

runs = sum(run for run, _ in CHECKS.values())
failed = sum(fails for _, fails in CHECKS.values())
print("%d checks of the numbers, %d failed" % (runs, failed))
sys.exit(1 if failed else 0)
