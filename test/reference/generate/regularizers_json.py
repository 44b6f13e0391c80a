"""regularizers.json"""

from loss_cases import *
from checks import P, H, chk


def gen_regularizers():
    cases = []
    n = {P: 0, H: 0}

    def add(split, r, N, D, tag="", kind="random"):
        n[split] += 1
        i = "%s/%s%02d%s" % (r["type"], "" if split == P else "h", n[split], ("-" + tag) if tag else "")
        rng = rng_of("reg", i)
        X = q(rng.randn(N, D))
        if kind == "dups":
            X[1] = X[0]
        if kind == "zero":
            X[0] = 0
        fn = mk_regularizer(r).to(F64)

        def f(a):
            return float(mk_regularizer(r).to(F64)(tens(a, F64)))

        x = tens(X, F64).requires_grad_(True)
        v = fn(x)
        g = torch.autograd.grad(v, x)[0].numpy()
        ld = fn.compute_loss(tens(X, F64))["loss"]
        if kind == "random":
            chk("regularizers fd", np.max(np.abs(fd(f, X) - g)) / max(1, np.abs(g).max()) < 1e-5, i)
        c = {
            "id": i,
            "split": split,
            "regularizer": r,
            "reducer": jsonable(desc_reducer(fn.reducer)),
            "distance": desc_distance(fn.distance),
            "weights": jsonable(X),
            "expected": {"value": num(v), "grad": jsonable(g), "losses": jsonable(ld["losses"])},
        }
        if "divisor" in ld:
            c["expected"]["divisor"] = num(ld["divisor"])
        if not np.all(np.isfinite(g)):
            c["quirk"] = True
        if kind != "random":
            c["tag"] = kind
        cases.append(c)

    for split, (N, D) in ((P, (5, 4)), (H, (6, 3))):
        add(split, {"type": "CenterInvariantRegularizer"}, N, D)
        add(split, {"type": "LpRegularizer"}, N, D)
        add(split, {"type": "LpRegularizer", "p": 1, "power": 1}, N, D)
        add(split, {"type": "LpRegularizer", "p": 2, "power": 2}, N + 1, D)
        add(split, {"type": "RegularFaceRegularizer"}, N, D)
        add(split, {"type": "ZeroMeanRegularizer"}, N, D)
        add(
            split,
            {
                "type": "SparseCentersRegularizer",
                "num_classes": 2 if split == P else 3,
                "centers_per_class": 3 if split == P else 2,
            },
            6,
            D,
        )
        if split == P:
            add(split, {"type": "LpRegularizer", "p": 3, "power": 1.5}, 4, 3)
            add(split, {"type": "LpRegularizer", "p": 2, "power": 1, "reducer": {"type": "SumReducer"}}, 4, 3)
            add(split, {"type": "RegularFaceRegularizer", "distance": Dot(False)}, 4, 3)
            add(split, {"type": "SparseCentersRegularizer", "num_classes": 3, "centers_per_class": 4}, 12, 5)
            add(split, {"type": "CenterInvariantRegularizer", "reducer": {"type": "SumReducer"}}, 5, 3)
            add(split, {"type": "ZeroMeanRegularizer", "reducer": {"type": "AvgNonZeroReducer"}}, 5, 3)
            add(split, {"type": "LpRegularizer"}, 4, 3, "zero-row", "zero")
            add(
                split,
                {"type": "SparseCentersRegularizer", "num_classes": 2, "centers_per_class": 2},
                4,
                3,
                "duplicates",
                "dups",
            )
            add(split, {"type": "CenterInvariantRegularizer"}, 1, 3, "single")
        else:
            add(split, {"type": "LpRegularizer", "p": 1, "power": 2}, 4, 5)
            add(split, {"type": "RegularFaceRegularizer", "reducer": {"type": "SumReducer"}}, 7, 4)
    for r in (
        {"type": "CenterInvariantRegularizer"},
        {"type": "RegularFaceRegularizer"},
        {"type": "ZeroMeanRegularizer"},
        {"type": "LpRegularizer", "p": 2, "power": 3},
        {"type": "SparseCentersRegularizer", "num_classes": 4, "centers_per_class": 2},
    ):
        add(P, r, 8, 3, "second")
    meta = {
        **PML_META,
        "module": "regularizers",
        "fields": {
            "weights": "matrix given to the regularizer (rows are embeddings or class weights)",
            "expected.losses": "un-reduced per-row (per-pair for SparseCenters) values",
            "expected.value": "after the reducer",
            "expected.grad": "d value / d weights",
        },
    }
    write_module("regularizers.json", meta, cases)
    return cases
