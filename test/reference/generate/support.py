"""What all generators share: numbers as JSON, random inputs, the reference's objects from their description, files."""

import os, sys, json, zlib, math, inspect, warnings

os.environ.setdefault("OMP_NUM_THREADS", "1")
sys.dont_write_bytecode = True
warnings.filterwarnings("ignore")

import logging
import numpy as np
import torch
import sklearn, scipy

torch.set_num_threads(1)
import pytorch_metric_learning as pml
from pytorch_metric_learning import losses, miners, distances, reducers, regularizers, samplers
from pytorch_metric_learning.utils import loss_and_miner_utils as lmu
from pytorch_metric_learning.utils import common_functions as c_f
from pytorch_metric_learning.utils import accuracy_calculator as acc_mod
from pytorch_metric_learning.utils.inference import CustomKNN

logging.getLogger("PML").setLevel(logging.CRITICAL)

F64, F32 = torch.float64, torch.float32
GRID = 256.0  # every input number is a multiple of 1/256: exact in float32, float64 and in <= 9 digits

VERSIONS = {
    "python": sys.version.split()[0],
    "torch": torch.__version__,
    "numpy": np.__version__,
    "scikit-learn": sklearn.__version__,
    "scipy": scipy.__version__,
}
PML_META = {
    "library": "pytorch-metric-learning",
    "version": pml.__version__,
    "source": "github.com/KevinMusgrave/pytorch-metric-learning",
    "license": "MIT",
}


class settings:
    """What generate.py was asked for."""

    folder = "."
    split = "public"  # "heldout": other inputs of the same kinds


# ---------------------------------------------------------------- numbers
def num(x):
    x = float(x)
    if math.isnan(x):
        return "NaN"
    if math.isinf(x):
        return "Infinity" if x > 0 else "-Infinity"
    if abs(x) < 1e-14:
        return 0
    y = float("%.9g" % x)
    return int(y) if y == int(y) and abs(y) < 1e15 else y


def jsonable(x):
    """tensor / ndarray / container -> JSON value; floats to 9 significant digits."""
    if x is None or isinstance(x, (str, bool)):
        return x
    if torch.is_tensor(x):
        x = x.detach().cpu().numpy()
    if isinstance(x, np.ndarray):
        if x.ndim == 0:
            return jsonable(x.item())
        return [jsonable(v) for v in x]
    if isinstance(x, (np.bool_,)):
        return bool(x)
    if isinstance(x, (np.integer, int)):
        return int(x)
    if isinstance(x, (np.floating, float)):
        return num(x)
    if isinstance(x, dict):
        return {str(k): jsonable(v) for k, v in x.items()}
    if isinstance(x, (list, tuple)):
        return [jsonable(v) for v in x]
    raise TypeError(type(x))


def q(x):
    return np.round(np.asarray(x, dtype=np.float64) * GRID) / GRID


def seed_of(*parts):
    return zlib.crc32("|".join(str(p) for p in parts).encode()) & 0x7FFFFFFF


def rng_of(*parts):
    return np.random.RandomState(seed_of(*parts))


# ---------------------------------------------------------------- data
def labels_from_counts(counts, rng, shuffle=True, first=0):
    y = np.concatenate([np.full(c, i + first) for i, c in enumerate(counts)]).astype(int)
    if shuffle:
        rng.shuffle(y)
    return y


def make_emb(labels, D, rng, kind="random", scale=1.0, centers=None):
    labels = np.asarray(labels)
    C = int(labels.max()) + 1
    if kind in ("random", "dups", "zero_row"):
        if centers is None:
            centers = rng.randn(C, D)
        e = 0.7 * centers[labels] + 0.8 * rng.randn(len(labels), D)
        e = q(e * scale)
        if kind == "dups":
            # two equal rows inside one class, and (if possible) two equal rows across classes
            for c in range(C):
                idx = np.where(labels == c)[0]
                if len(idx) >= 2:
                    e[idx[1]] = e[idx[0]]
                    break
            a = np.where(labels == labels[0])[0]
            b = np.where(labels != labels[0])[0]
            if len(b):
                e[b[-1]] = e[a[-1]]
        return e
    if kind == "easy":
        # classes on +-coordinate axes, tight clusters
        base = np.zeros((C, D))
        for c in range(C):
            base[c, c % D] = 3.0 if c < D else -3.0
        return q(base[labels] + 0.02 * rng.randn(len(labels), D))
    if kind == "unit":
        if centers is None:
            centers = rng.randn(C, D)
        e = 0.7 * centers[labels] + 0.8 * rng.randn(len(labels), D)
        return q(e / np.linalg.norm(e, axis=1, keepdims=True))
    raise ValueError(kind)


# ---------------------------------------------------------------- objects
def mk_distance(d):
    if d is None:
        return None
    d = dict(d)
    t = d.pop("type")
    if t == "CosineSimilarity":
        d.pop("normalize_embeddings", None)
    return getattr(distances, t)(**d)


def desc_distance(x):
    return {
        "type": type(x).__name__,
        "p": x.p,
        "power": x.power,
        "normalize_embeddings": bool(x.normalize_embeddings),
        "is_inverted": bool(x.is_inverted),
    }


def mk_reducer(r):
    if r is None:
        return None
    r = dict(r)
    t = r.pop("type")
    if t == "ClassWeightedReducer":
        return reducers.ClassWeightedReducer(weights=torch.tensor(r["weights"], dtype=F64))
    if t == "PerAnchorReducer":
        return reducers.PerAnchorReducer(reducer=mk_reducer(r.get("reducer")))
    if t == "MultipleReducers":
        return reducers.MultipleReducers(
            {k: mk_reducer(v) for k, v in r["reducers"].items()},
            default_reducer=mk_reducer(r.get("default_reducer")),
        )
    return getattr(reducers, t)(**r)


def desc_reducer(x):
    t = type(x).__name__
    d = {"type": t}
    if t == "ThresholdReducer":
        if x.low is not None:
            d["low"] = x.low
        if x.high is not None:
            d["high"] = x.high
    if t == "ClassWeightedReducer":
        d["weights"] = jsonable(x.weights)
    if t == "PerAnchorReducer":
        d["reducer"] = desc_reducer(x.reducer)
    if t == "MultipleReducers":
        d["reducers"] = {k: desc_reducer(v) for k, v in x.reducers.items()}
        d["default_reducer"] = desc_reducer(x.default_reducer)
    return d


def mk_regularizer(r):
    if r is None:
        return None
    r = dict(r)
    t = r.pop("type")
    kw = {k: v for k, v in r.items() if k not in ("distance", "reducer")}
    if r.get("distance"):
        kw["distance"] = mk_distance(r["distance"])
    if r.get("reducer"):
        kw["reducer"] = mk_reducer(r["reducer"])
    return getattr(regularizers, t)(**kw)


SKIP_KW = {
    "self",
    "args",
    "kwargs",
    "distance",
    "reducer",
    "embedding_regularizer",
    "weight_regularizer",
    "embedding_reg_weight",
    "weight_reg_weight",
    "weight_init_func",
    "collect_stats",
    "mat_based_loss",
    "loss",
    "miner",
}


def effective_params(cls, explicit):
    eff = {}
    for k in reversed(inspect.getmro(cls)):
        if "__init__" not in k.__dict__ or not k.__module__.startswith("pytorch_metric_learning"):
            continue
        for n, p in inspect.signature(k.__init__).parameters.items():
            if n in SKIP_KW or p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD):
                continue
            if p.default is not p.empty:
                eff[n] = p.default
    for n, v in explicit.items():
        if n not in SKIP_KW:
            eff[n] = v
    return eff


# ---------------------------------------------------------------- output
def write_module(name, meta, cases):
    """Writes the cases of the wanted split into `name` in the output folder."""
    wanted = [{k: v for k, v in c.items() if k != "split"} for c in cases if c["split"] == settings.split]
    ids = [c["id"] for c in wanted]
    assert len(ids) == len(set(ids)), [i for i in ids if ids.count(i) > 1][:5]
    head = {**meta, **VERSIONS, "file": name, "split": settings.split, "num_cases": len(wanted)}
    text = lambda x: json.dumps(x, separators=(",", ":"), allow_nan=False)
    body = '{\n"meta": ' + text(head) + ',\n"cases": [\n' + ",\n".join(map(text, wanted)) + "\n]\n}\n"
    with open(os.path.join(settings.folder, name), "w") as file:
        file.write(body)
    print("%-20s %4d cases" % (name, len(wanted)), flush=True)
