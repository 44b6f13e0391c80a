"""Makes this folder's reference files: losses, wrappers and miners of pytorch-metric-learning put together at random.

    python generate.py [SEED]

The files have the format of ../README.md. Where ../losses.json has one case for each option, these combine distances, reducers,
regularizers, tuples and reference sets. A case is kept if its numbers are finite, do not jump under a little noise, and come out
the same in float32; `refusal` names what is left out because this library does it otherwise, on purpose.
"""
import json
import sys
from importlib.metadata import version
from pathlib import Path

import numpy as np
import torch
from pytorch_metric_learning import distances, losses, miners, reducers, regularizers

seed = int(sys.argv[1]) if len(sys.argv) > 1 else 1
rng = np.random.default_rng(seed)
folder = Path(__file__).parent


def pick(*options):
    return options[rng.integers(len(options))]


def chance(share):
    return rng.random() < share


def matrix(rows, columns, scale=1):
    return (np.round(rng.standard_normal((rows, columns)) * scale * 64) / 64).tolist()


def positive_numbers(count):
    return [abs(x) for x in matrix(1, count)[0]]


def class_ids(count, classes):
    return rng.integers(0, classes, count).tolist()


# What a loss is made of, as JSON.


def some_distance(inverted=None):
    kind = pick("LpDistance", "LpDistance", "CosineSimilarity", "DotProductSimilarity", "SNRDistance")
    is_inverted = kind in ("CosineSimilarity", "DotProductSimilarity")
    if inverted is not None and is_inverted != inverted:
        return some_distance(inverted)
    lp = kind == "LpDistance"
    return {
        "type": kind,
        "p": pick(1, 2, 2, 3) if lp else 2,
        "power": pick(1, 1, 2) if lp else 1,
        "normalize_embeddings": kind == "CosineSimilarity" or chance(0.6),
        "is_inverted": is_inverted,
    }


def some_reducer(classes):
    return pick(
        {"type": "MeanReducer"},
        {"type": "SumReducer"},
        {"type": "AvgNonZeroReducer"},
        {"type": "ThresholdReducer", "low": pick(0.05, 0.2), "high": pick(0.8, 3)},
        {"type": "ClassWeightedReducer", "weights": positive_numbers(classes)},
        {"type": "PerAnchorReducer", "reducer": {"type": "MeanReducer"}},
    )


def some_regularizer():
    return pick(
        {"type": "LpRegularizer", "p": pick(1, 2), "power": pick(1, 2)},
        {"type": "ZeroMeanRegularizer"},
        {"type": "CenterInvariantRegularizer"},
        {"type": "RegularFaceRegularizer"},
    )


def some_miner():
    return pick(
        None,
        {"type": "TripletMarginMiner", "margin": pick(0.1, 0.3), "type_of_triplets": pick("all", "hard", "semihard", "easy")},
        {"type": "PairMarginMiner", "pos_margin": pick(0.1, 0.5), "neg_margin": pick(0.8, 1.2)},
        {"type": "MultiSimilarityMiner", "epsilon": pick(0.1, 0.3)},
        {"type": "BatchHardMiner"},
        {"type": "BatchEasyHardMiner", "pos_strategy": pick("easy", "hard"), "neg_strategy": pick("hard", "semihard", "easy", "all")},
    )


# Of each loss its parameters, then the distances it takes: any, one that is or is not inverted, or its own alone.
ANY, OWN = "any", "own"
OVER_TUPLES = {
    "AngularLoss": (lambda: {"alpha": pick(30, 40)}, OWN),
    "CircleLoss": (lambda: {"m": pick(0.25, 0.4), "gamma": pick(4, 16)}, OWN),
    "ContrastiveLoss": (lambda: {"pos_margin": pick(0, 0.2), "neg_margin": pick(0.8, 1)}, ANY),
    "GeneralizedLiftedStructureLoss": (lambda: {"neg_margin": pick(0.5, 1), "pos_margin": pick(0, 0.2)}, ANY),
    "IntraPairVarianceLoss": (lambda: {"pos_eps": pick(0.01, 0.1), "neg_eps": pick(0.01, 0.1)}, ANY),
    "LiftedStructureLoss": (lambda: {"neg_margin": pick(0.5, 1), "pos_margin": pick(0, 0.2)}, ANY),
    "MarginLoss": (lambda: {"margin": 0.2, "nu": 0, "beta": pick(0.8, 1.2)}, ANY),
    "MultiSimilarityLoss": (lambda: {"alpha": 2, "beta": pick(10, 50), "base": 0.5}, ANY),
    "NCALoss": (lambda: {"softmax_scale": pick(1, 3)}, ANY),
    "NTXentLoss": (lambda: {"temperature": pick(0.2, 0.5)}, ANY),
    "SignalToNoiseRatioContrastiveLoss": (lambda: {"pos_margin": 0, "neg_margin": pick(0.5, 1)}, OWN),
    "SupConLoss": (lambda: {"temperature": pick(0.2, 0.5)}, ANY),
    "TripletMarginLoss": (lambda: {"margin": pick(0.1, 0.4), "swap": chance(0.3), "smooth_loss": chance(0.3)}, ANY),
    "TupletMarginLoss": (lambda: {"margin": 5.73, "scale": pick(4, 16)}, OWN),
}
OVER_BATCHES = {
    "FastAPLoss": (lambda: {"num_bins": pick(5, 10)}, OWN),
    "InstanceLoss": (lambda: {"gamma": pick(4, 16)}, OWN),
    "NPairsLoss": (lambda: {}, ANY),
    "SmoothAPLoss": (lambda: {"temperature": pick(0.1, 0.3)}, OWN),
    "RankedListLoss": (lambda: {"margin": 0.4, "Tn": pick(5, 10), "imbalance": pick(0.3, 0.5), "Tp": 0}, OWN),
}
# Here also the name of the weights.
OVER_CLASSES = {
    "ArcFaceLoss": (lambda: {"margin": pick(10, 28.6), "scale": pick(4, 16)}, OWN, "W"),
    "CosFaceLoss": (lambda: {"margin": pick(0.2, 0.35), "scale": pick(4, 16)}, OWN, "W"),
    "LargeMarginSoftmaxLoss": (lambda: {"margin": pick(2, 3, 4), "scale": 1}, OWN, "W"),
    "NormalizedSoftmaxLoss": (lambda: {"temperature": pick(0.2, 0.5)}, ANY, "W"),
    "ProxyAnchorLoss": (lambda: {"margin": 0.1, "alpha": pick(4, 16)}, ANY, "proxies"),
    "ProxyNCALoss": (lambda: {"softmax_scale": pick(1, 3)}, ANY, "proxies"),
    "SoftTripleLoss": (lambda: {"centers_per_class": 2, "la": 5, "gamma": 0.1, "margin": 0.01}, True, "fc"),
    "SphereFaceLoss": (lambda: {"margin": pick(2, 3, 4), "scale": 1}, OWN, "W"),
}
ALL = {**OVER_TUPLES, **OVER_BATCHES, **OVER_CLASSES}
NO_REFERENCE = {*OVER_BATCHES, *OVER_CLASSES, "LiftedStructureLoss"}  # of the last one see the quirks in ../README.md
NO_TUPLES = {"InstanceLoss", "RankedListLoss"}


def some_parts(name, classes):
    """Parameters, and at times distance, reducer and regularizer, of the loss of this name."""
    make, takes = ALL[name][:2]
    spec = {"loss": name, "params": make()}
    if takes != OWN and chance(0.6):
        spec["distance"] = some_distance(None if takes == ANY else takes)
    if chance(0.5):
        spec["reducer"] = some_reducer(classes)
    if chance(0.3):
        spec |= {"embedding_regularizer": some_regularizer(), "embedding_reg_weight": pick(0.1, 1)}
    return spec


# The same as objects of the library.


def made(module, spec):
    if spec is None:
        return None
    options = {name: value for name, value in spec.items() if name not in ("type", "is_inverted")}
    if spec["type"] == "ClassWeightedReducer":
        options["weights"] = torch.tensor(options["weights"])
    if spec["type"] == "PerAnchorReducer":
        options["reducer"] = made(reducers, options["reducer"])
    if spec["type"] == "CosineSimilarity":
        del options["normalize_embeddings"]
    return getattr(module, spec["type"])(**options)


def loss_of(spec):
    options = dict(spec["params"])
    for name, module in (("distance", distances), ("reducer", reducers)):
        if name in spec:
            options[name] = made(module, spec[name])
    for kind in ("embedding", "weight"):
        if f"{kind}_regularizer" in spec:
            options[f"{kind}_regularizer"] = made(regularizers, spec[f"{kind}_regularizer"])
            options[f"{kind}_reg_weight"] = spec[f"{kind}_reg_weight"]
    loss = getattr(losses, spec["loss"])(**options)
    for name, values in spec.get("weights", {}).items():
        getattr(loss, name).data = torch.tensor(values)
    return loss


def tensor(rows, noise=0.0):
    wobble = noise * np.random.default_rng(5).standard_normal(np.shape(rows))
    return torch.tensor(np.asarray(rows) + wobble, dtype=torch.get_default_dtype(), requires_grad=True)


def ids(values):
    return None if values is None else torch.tensor(values, dtype=torch.long)


def columns(tuples):
    return None if tuples is None else tuple(ids(column) for column in tuples)


def result(value, inputs):
    """Value and gradients; a value that depends on nothing has gradients of 0."""
    known = value.requires_grad
    gradients = torch.autograd.grad(value, list(inputs.values()), allow_unused=True) if known else [None] * len(inputs)
    found = {"loss": float(value)}
    for (name, x), gradient in zip(inputs.items(), gradients):
        found[name] = (torch.zeros_like(x) if gradient is None else gradient).tolist()
    return found


def numbers(found, name):
    return np.ravel(found[name]) if name in found else np.zeros(1)


def steady(compute):
    """What `compute(noise)` gives, a list of results, or None where it does not keep still."""
    try:
        exact, moved = compute(0.0), compute(3e-5)
        torch.set_default_dtype(torch.float32)
        rough = compute(0.0)
    except (NotImplementedError, IndexError, RuntimeError, TypeError, ValueError, AssertionError):
        return None  # the library cannot
    finally:
        torch.set_default_dtype(torch.float64)
    for e, m, r in zip(exact, moved, rough):
        if not np.isfinite(e["loss"]) or abs(e["loss"] - r["loss"]) > 2e-5 * max(1, abs(e["loss"])):
            return None
        for name in ("grad_embeddings", "grad_ref_emb", "grad_weights"):
            if not np.isfinite(numbers(e, name)).all():
                return None
            size = max(np.abs(numbers(e, name)).max(), 1e-2)
            if np.abs(numbers(e, name) - numbers(m, name)).max() > 0.02 * size:
                return None
            if np.abs(numbers(e, name) - numbers(r, name)).max() > 2e-4 * size:
                return None
    return exact


# Cases.


def some_tuples(labels, others):
    """Pairs or triplets that the labels allow, some twice; None where they allow none."""
    itself = others is None
    others = labels if itself else others
    every = [(a, b) for a in range(len(labels)) for b in range(len(others)) if not (itself and a == b)]
    same = [(a, b) for a, b in every if labels[a] == others[b]]
    other = [(a, b) for a, b in every if labels[a] != others[b]]
    if chance(0.5):
        sides = [same, other] if same and other else []
        drawn = [sorted(side[i] for i in rng.integers(0, len(side), rng.integers(3, 9))) for side in sides]
        return [[pair[i] for pair in side] for side in drawn for i in (0, 1)] or None
    triplets = [(a, p, n) for a, p in same for b, n in other if a == b]
    drawn = sorted(triplets[i] for i in rng.integers(0, len(triplets), rng.integers(3, 12))) if triplets else []
    return [[triplet[i] for triplet in drawn] for i in range(3)] if drawn else None


def lone(columns_of_tuples):
    """Whether there is one pair of each kind at the most, which counts as none there."""
    return max(map(len, columns_of_tuples)) < 2


def refusal(spec, tuples, parts):
    """What this library does otherwise: the pages of the losses and reducers in docs/ say how and why."""
    kind = spec.get("reducer", {}).get("type")
    if spec["params"].get("swap") and "ref_emb" in spec:
        return "a swap with a reference set, which takes places in the reference for places in the batch there"
    if kind == "ClassWeightedReducer" and spec["loss"] == "ProxyAnchorLoss":
        return "class weights of proxies"
    if tuples is not None and lone(tuples):
        return "one pair of each kind"
    if kind == "PerAnchorReducer" and tuples is not None:
        return "repeated pairs, whose gradient is not the value's there"
    for part in parts.values():
        values = part["losses"]
        if torch.is_tensor(values) and torch.any((values != 0) & (values.abs() < 1e-4)):
            return "a loss of almost 0, which float32 may take for 0"
    return None


def loss_case(name):
    classes, dims, batch = int(pick(2, 3, 4)), int(pick(3, 4, 5)), int(rng.integers(5, 10))
    if name == "SmoothAPLoss":
        batch = classes * classes  # in order, as many of a class as classes: for all else it is wrong there
    weights = OVER_CLASSES[name][2] if name in OVER_CLASSES else None
    case = some_parts(name, classes)
    labels = class_ids(batch, classes) if name != "SmoothAPLoss" else [i // classes for i in range(batch)]
    case |= {"embeddings": matrix(batch, dims, pick(1, 1, 0.5)), "labels": labels}
    others = None
    if name not in NO_REFERENCE and chance(0.35):
        others = class_ids(int(rng.integers(4, 10)), classes)
        case |= {"ref_emb": matrix(len(others), dims), "ref_labels": others}
    if weights:
        columns_each = case["params"].get("centers_per_class", 1)
        shape = (dims, classes * columns_each) if weights != "proxies" else (classes, dims)
        case["params"] |= {"num_classes": classes, "embedding_size": dims}
        case["weights"] = {weights: matrix(*shape)}
        if chance(0.3):
            case |= {"weight_regularizer": some_regularizer(), "weight_reg_weight": pick(0.1, 1)}
    tuples = some_tuples(labels, others) if name not in NO_TUPLES and chance(0.5) else None
    if tuples is not None:
        case["indices_tuple"] = tuples

    def compute(noise):
        loss = loss_of(case)
        inputs = {"grad_embeddings": tensor(case["embeddings"], noise)}
        if others is not None:
            inputs["grad_ref_emb"] = tensor(case["ref_emb"], noise)
        if weights:
            inputs["grad_weights"] = getattr(loss, weights)
        arguments = (inputs["grad_embeddings"], ids(labels), columns(tuples), inputs.get("grad_ref_emb"), ids(others))
        found = result(loss(*arguments), inputs)
        loss.reducer = reducers.DoNothingReducer()
        return [{**found, "parts": loss(*arguments)}]

    found = steady(compute)
    if found is None or refusal(case, tuples, found[0].pop("parts")):
        return None
    if weights:
        found[0]["grad_weights"] = {weights: found[0]["grad_weights"]}
    return {**case, "expected": found[0]}


# Losses that the dictionaries above leave out, for their tuples.
MORE_OVER_TUPLES = {
    "DynamicSoftMarginLoss": lambda: {"min_val": -2, "num_bins": 10, "momentum": 0.01},
    "HistogramLoss": lambda: {"n_bins": 10, "delta": None},
    "ThresholdConsistentMarginLoss": lambda: {"lambda_plus": 1, "lambda_minus": 1, "margin_plus": 0.9, "margin_minus": 0.5},
}


def repeated_tuples_case(name):
    """Every pair or triplet of the tuples once, twice or three times, in an order of its own."""
    classes, dims, batch = int(pick(2, 3)), int(pick(3, 4)), int(rng.integers(6, 9))
    params = MORE_OVER_TUPLES[name]() if name in MORE_OVER_TUPLES else ALL[name][0]()
    case = {"loss": name, "params": params, "embeddings": matrix(batch, dims), "labels": class_ids(batch, classes)}
    others = None
    if name in OVER_TUPLES and name not in NO_REFERENCE and chance(0.35):
        others = class_ids(int(rng.integers(4, 8)), classes)
        case |= {"ref_emb": matrix(len(others), dims), "ref_labels": others}
    tuples = some_tuples(case["labels"], others)
    if tuples is None:
        return None
    several = []
    for side in [tuples] if len(tuples) == 3 else [tuples[:2], tuples[2:]]:
        rows = list(dict.fromkeys(zip(*side)))
        rows = [row for row in rows for _ in range(int(pick(1, 2, 3)))]
        rng.shuffle(rows)
        if len(rows) == len(set(map(tuple, rows))):
            return None
        several += [[int(row[i]) for row in rows] for i in range(len(side))]
    case["indices_tuple"] = several

    def compute(noise):
        loss = loss_of(case)
        x = tensor(case["embeddings"], noise)
        inputs = {"grad_embeddings": x} | ({"grad_ref_emb": tensor(case["ref_emb"], noise)} if others is not None else {})
        arguments = (x, ids(case["labels"]), columns(several), inputs.get("grad_ref_emb"), ids(others))
        found = result(loss(*arguments), inputs)
        again = loss_of(case)
        again.reducer = reducers.DoNothingReducer()
        return [{**found, "parts": again(*arguments)}]

    found = steady(compute)
    if found is None or refusal(case, several, found[0].pop("parts")) or found[0]["loss"] == 0:
        return None
    return {**case, "expected": found[0]}


def self_supervised_case(name):
    batch, dims, symmetric = int(rng.integers(3, 9)), int(pick(3, 4, 5)), chance(0.6)
    inner = {"loss": name, "params": OVER_TUPLES[name][0]()}
    if inner["params"].get("swap") and not symmetric:
        return None  # as in `refusal`
    views = [matrix(batch, dims), matrix(batch, dims)]

    def compute(noise):
        loss = losses.SelfSupervisedLoss(loss_of(inner), symmetric=symmetric)
        x, y = tensor(views[0], noise), tensor(views[1], noise)
        return [result(loss(x, y), {"grad_embeddings": x, "grad_ref_emb": y})]

    found = steady(compute)
    case = {"kind": "SelfSupervisedLoss", "params": {"symmetric": symmetric}, "inner": inner}
    return found and {**case, "embeddings": views[0], "ref_emb": views[1], "expected": found[0]}


def memory_case(name):
    dims, size, classes = int(pick(3, 4, 5)), int(rng.integers(8, 20)), int(pick(2, 3))
    inner, miner = {"loss": name, "params": OVER_TUPLES[name][0]()}, some_miner()
    if inner["params"].get("swap"):
        return None  # as in `refusal`
    masked = miner is None and chance(0.4)
    steps = []
    for _ in range(4):
        batch = int(rng.integers(4, 8))
        step = {"embeddings": matrix(batch, dims), "labels": class_ids(batch, classes)}
        steps.append(step | ({"enqueue_mask": [i < 2 or chance(0.4) for i in range(batch - 2)] + [False] * 2} if masked else {}))

    def compute(noise):
        made_miner = made(miners, miner)
        memory = losses.CrossBatchMemory(loss_of(inner), embedding_size=dims, memory_size=size, miner=made_miner)
        compared = {}
        choose = memory.create_indices_tuple

        def watched(*arguments):
            compared["tuples"] = choose(*arguments)
            return compared["tuples"]

        memory.create_indices_tuple = watched
        found = []
        for step in steps:
            x = tensor(step["embeddings"], noise)
            mask = torch.tensor(step["enqueue_mask"]) if masked else None
            value = memory(x, ids(step["labels"]), enqueue_mask=mask)
            tuples = [column.tolist() for column in compared["tuples"]]
            if lone(tuples):
                raise IndexError("one pair of each kind")
            sides = [tuples] if len(tuples) == 3 else [tuples[:2], tuples[2:]]
            filled = size if memory.has_been_filled else memory.queue_idx
            found.append(
                result(value, {"grad_embeddings": x})
                | {"queue_idx": memory.queue_idx, "has_been_filled": memory.has_been_filled}
                | {"memory_labels": memory.label_memory[:filled].tolist(), "num_indices": list(map(len, tuples))}
                | {"indices_tuple_sorted": [sorted(map(list, zip(*side))) for side in sides]}
            )
        return found

    found = steady(compute)
    case = {"kind": "CrossBatchMemory", "params": {"embedding_size": dims, "memory_size": size}, "inner": inner, "miner": miner}
    return found and {**case, "steps": [{**step, "expected": e} for step, e in zip(steps, found)]}


def memory_of_tuples_case(name):
    """A memory that gets tuples beside its own: every pair that they repeat is there twice."""
    dims, size, classes = 4, 12, int(pick(2, 3))
    inner = {"loss": name, "params": OVER_TUPLES[name][0]()}
    if inner["params"].get("swap"):
        return None  # as in `refusal`
    steps, remembered, start = [], [None] * size, 0
    for _ in range(3):
        batch = int(rng.integers(4, 8))
        labels = class_ids(batch, classes)
        rows = [(start + i) % size for i in range(batch)]
        for row, label in zip(rows, labels):
            remembered[row] = label
        start = (start + batch) % size
        filled = [i for i, label in enumerate(remembered) if label is not None]
        every = [(a, b) for a in range(batch) for b in filled if b != rows[a]]
        sides = [[pair for pair in every if (labels[pair[0]] == remembered[pair[1]]) == same] for same in (True, False)]
        if not all(sides):
            return None
        drawn = [[side[i] for i in rng.integers(0, len(side), 4)] for side in sides]
        tuples = [[pair[i] for pair in side] for side in drawn for i in (0, 1)]
        steps.append({"embeddings": matrix(batch, dims), "labels": labels, "indices_tuple": tuples})

    def compute(noise):
        memory = losses.CrossBatchMemory(loss_of(inner), embedding_size=dims, memory_size=size)
        compared = {}
        choose = memory.create_indices_tuple

        def watched(*arguments):
            compared["tuples"] = choose(*arguments)
            return compared["tuples"]

        memory.create_indices_tuple = watched
        found = []
        for step in steps:
            x = tensor(step["embeddings"], noise)
            value = memory(x, ids(step["labels"]), columns(step["indices_tuple"]))
            tuples = [column.tolist() for column in compared["tuples"]]
            filled = size if memory.has_been_filled else memory.queue_idx
            found.append(
                result(value, {"grad_embeddings": x})
                | {"queue_idx": memory.queue_idx, "has_been_filled": memory.has_been_filled}
                | {"memory_labels": memory.label_memory[:filled].tolist(), "num_indices": list(map(len, tuples))}
                | {"indices_tuple_sorted": [sorted(map(list, zip(*side))) for side in (tuples[:2], tuples[2:])]}
            )
        return found

    found = steady(compute)
    case = {"kind": "CrossBatchMemory", "params": {"embedding_size": dims, "memory_size": size}, "inner": inner, "miner": None}
    return found and {**case, "steps": [{**step, "expected": e} for step, e in zip(steps, found)]}


def several_case(_):
    parts = [some_parts(pick(*OVER_TUPLES), 3) for _ in range(int(pick(2, 3)))]
    parts = [{name: part[name] for name in ("loss", "params", "distance") if name in part} for part in parts]
    weights = positive_numbers(len(parts))
    chosen = [None if part["loss"] == "AngularLoss" else some_miner() for part in parts]
    rows, labels = matrix(8, 4), class_ids(8, 3)

    def compute(noise):
        x = tensor(rows, noise)
        each = [made(miners, miner) for miner in chosen]
        for miner in each:
            if miner is not None and lone(miner(x, ids(labels))):
                raise IndexError("one pair of each kind")
        several = losses.MultipleLosses([loss_of(part) for part in parts], weights=weights, miners=each)
        return [result(several(x, ids(labels)), {"grad_embeddings": x})]

    found = steady(compute)
    case = {"kind": "MultipleLosses", "losses": parts, "loss_weights": weights, "miners": chosen}
    return found and {**case, "embeddings": rows, "labels": labels, "expected": found[0]}


def miner_case(_):
    spec = some_miner()
    if spec is None:
        return None
    batch, dims, classes = int(rng.integers(6, 20)), int(rng.integers(3, 9)), int(pick(2, 3, 5))
    distance = some_distance()
    case = {"miner": spec["type"], "params": {name: value for name, value in spec.items() if name != "type"}}
    case |= {"distance": distance, "distance_given": True, "embeddings": matrix(batch, dims), "labels": class_ids(batch, classes)}
    if chance(0.4):
        case |= {"ref_emb": matrix(9, dims), "ref_labels": class_ids(9, classes)}

    def mined(noise):
        miner = made(miners, {**spec, "distance": made(distances, distance)})
        reference = (tensor(case["ref_emb"], noise), ids(case["ref_labels"])) if "ref_emb" in case else ()
        tuples = [column.tolist() for column in miner(tensor(case["embeddings"], noise), ids(case["labels"]), *reference)]
        if len(tuples) == 3:
            return {"form": "triplets", "triplets": sorted(map(list, zip(*tuples)))}
        positive, negative = (sorted(map(list, zip(*side))) for side in (tuples[:2], tuples[2:]))
        return {"form": "pairs", "pos_pairs": positive, "neg_pairs": negative}

    exact, moved = mined(0.0), mined(2e-5)
    torch.set_default_dtype(torch.float32)
    rough = mined(0.0)
    torch.set_default_dtype(torch.float64)
    return {**case, "expected": exact} if exact == moved == rough else None


def cases(names, each, make):
    """`each` cases of every name, and fewer where too many are refused."""
    kept = []
    for name in names:
        drawn = (make(name) for _ in range(each * 20))
        good = [case for case in drawn if case][:each]
        kept += [{"id": f"{make.__name__}/{name}/{i + 1}", **case} for i, case in enumerate(good)]
    return kept


def rounded(x):
    if isinstance(x, dict):
        return {name: rounded(value) for name, value in x.items()}
    if isinstance(x, list):
        return [rounded(value) for value in x]
    return float(f"{x:.8g}") if isinstance(x, float) else x


def write(name, kept):
    meta = {
        "library": "pytorch-metric-learning",
        "version": version("pytorch-metric-learning"),
        "torch": torch.__version__,
        "seed": seed,
        "num_cases": len(kept),
    }
    lines = ",\n".join(json.dumps(rounded(case), separators=(",", ":")) for case in kept)
    (folder / f"{name}.json").write_text(f'{{\n"meta": {json.dumps(meta)},\n"cases": [\n{lines}\n]\n}}\n')
    print(f"{name}: {len(kept)} cases")


torch.set_default_dtype(torch.float64)
SELF_SUPERVISED = [name for name in OVER_TUPLES if name not in ("MarginLoss", "LiftedStructureLoss")]
IN_MEMORY = [name for name in OVER_TUPLES if name not in ("LiftedStructureLoss", "AngularLoss")]
write("losses", cases(ALL, 8, loss_case))
write("miners", cases(["any"], 60, miner_case))
write(
    "wrappers",
    cases(SELF_SUPERVISED, 1, self_supervised_case) + cases(IN_MEMORY, 2, memory_case) + cases(["any"], 12, several_case),
)
rng = np.random.default_rng(seed + 1)  # so that this file does not depend on those above
write("memories", cases(IN_MEMORY, 3, memory_of_tuples_case))
rng = np.random.default_rng(seed + 2)
REPEATED = [*OVER_TUPLES, *MORE_OVER_TUPLES, "FastAPLoss", "NPairsLoss"]
write("repeated", cases(REPEATED, 4, repeated_tuples_case))
