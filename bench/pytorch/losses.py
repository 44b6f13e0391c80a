"""The losses and miners of bench/losses/cases.mjs in pytorch-metric-learning.

Asked `{"name", "batch", "count"}`, it computes that loss and its gradients, or mines, `count` times: see bench/engine.mjs.
What takes more memory than `memoryLimit` bytes is answered with `{"ms": null}`.
"""
import json
import resource
import sys
import time
from importlib.metadata import PackageNotFoundError, version

import numpy as np
import torch
from pytorch_metric_learning import losses, miners

setup = json.loads(sys.argv[1])
dims = setup["dims"]
torch.set_num_threads(setup["threads"])
torch.manual_seed(1)
resource.setrlimit(resource.RLIMIT_AS, (setup["memoryLimit"],) * 2)

LOSSES = {
    "tripletMarginLoss": lambda classes: losses.TripletMarginLoss(),
    "tripletMarginLoss, swap": lambda classes: losses.TripletMarginLoss(swap=True),
    "tripletMarginLoss, smooth": lambda classes: losses.TripletMarginLoss(smooth_loss=True),
    "contrastiveLoss": lambda classes: losses.ContrastiveLoss(),
    "ntXentLoss": lambda classes: losses.NTXentLoss(),
    "supConLoss": lambda classes: losses.SupConLoss(),
    "multiSimilarityLoss": lambda classes: losses.MultiSimilarityLoss(),
    "circleLoss": lambda classes: losses.CircleLoss(),
    "arcFaceLoss": lambda classes: losses.ArcFaceLoss(classes, dims),
    "cosFaceLoss": lambda classes: losses.CosFaceLoss(classes, dims),
    "proxyAnchorLoss": lambda classes: losses.ProxyAnchorLoss(classes, dims),
    "proxyNcaLoss": lambda classes: losses.ProxyNCALoss(classes, dims),
    "angularLoss": lambda classes: losses.AngularLoss(),
    "dynamicSoftMarginLoss": lambda classes: losses.DynamicSoftMarginLoss(),
    "pnpLoss": lambda classes: losses.PNPLoss(),
}
MINERS = {
    "angularMiner": miners.AngularMiner,
    "batchEasyHardMiner": miners.BatchEasyHardMiner,
    "batchHardMiner": miners.BatchHardMiner,
    "distanceWeightedMiner": miners.DistanceWeightedMiner,
    "embeddingsAlreadyPackagedAsTriplets": miners.EmbeddingsAlreadyPackagedAsTriplets,
    "hdcMiner": miners.HDCMiner,
    "multiSimilarityMiner": miners.MultiSimilarityMiner,
    "pairMarginMiner": miners.PairMarginMiner,
    "tripletMarginMiner": miners.TripletMarginMiner,
    "uniformHistogramMiner": miners.UniformHistogramMiner,
}


def read_batch(batch):
    rows = np.fromfile(f"{setup['folder']}/{batch}.f32", np.float32).reshape(batch, dims)
    labels = np.fromfile(f"{setup['folder']}/{batch}.i32", np.int32).astype(np.int64)
    return torch.from_numpy(rows), torch.from_numpy(labels)


def work_of(name, batch):
    rows, labels = read_batch(batch)
    if name in MINERS:
        miner = MINERS[name]()
        if name == "embeddingsAlreadyPackagedAsTriplets":
            rows, labels = rows[: batch - batch % 3], labels[: batch - batch % 3]
        return lambda: miner(rows, labels)
    loss = LOSSES[name](int(labels.max()) + 1)

    def learn():
        value = loss(rows, labels)
        value.backward()
        value.item()

    rows.requires_grad_()
    return learn


def run(name, batch, count):
    if name not in LOSSES and name not in MINERS:
        return {"ms": None, "why": "not there"}
    ms = []
    try:
        for _ in range(count):
            work = work_of(name, batch)  # anew: dynamicSoftMarginLoss cannot go back twice
            started = time.perf_counter()
            work()
            ms.append(1000 * (time.perf_counter() - started))
    except (RuntimeError, MemoryError) as error:
        if "memory" not in str(error) and not isinstance(error, MemoryError):
            raise
        return {"ms": None, "why": "out of memory"}
    return {"ms": ms}


try:
    release = version("pytorch-metric-learning")
except PackageNotFoundError:
    release = ""
print(json.dumps({"ready": f"pytorch-metric-learning {release}, PyTorch {torch.__version__}"}), flush=True)
for line in sys.stdin:
    print(json.dumps(run(**json.loads(line))), flush=True)
