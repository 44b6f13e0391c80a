"""reducers.json"""

from loss_cases import *
from checks import P, H, chk


def gen_reducers():
    cases = []
    n = {P: 0, H: 0}
    REDS = lambda split: [
        {"type": "MeanReducer"},
        {"type": "SumReducer"},
        {"type": "AvgNonZeroReducer"},
        {"type": "ThresholdReducer", "low": 0.2 if split == P else 0.3},
        {"type": "ThresholdReducer", "high": 0.6 if split == P else 0.5},
        {"type": "ThresholdReducer", "low": 0.1, "high": 0.7 if split == P else 0.65},
        {
            "type": "ClassWeightedReducer",
            "weights": [1.0, 0.5, 2.0, 3.0] if split == P else [0.25, 1.5, 1.0, 2.0],
        },
        {"type": "DivisorReducer"},
        {"type": "PerAnchorReducer"},
        {"type": "PerAnchorReducer", "reducer": {"type": "AvgNonZeroReducer"}},
    ]

    def add_direct(split, red, rt, tag, zero=False, empty=False):
        n[split] += 1
        i = "%s/%s%02d-%s-%s" % (red["type"], "" if split == P else "h", n[split], rt, tag)
        rng = rng_of("red", i)
        N, D = (7, 3) if split == P else (9, 4)
        y = labels_from_counts([3, 2, 2] if split == P else [4, 3, 1, 1], rng)
        E = make_emb(y, D, rng)
        if rt == "triplet":
            ind = sub_triplets(list(y), list(y), True, rng, 8)
        elif rt in ("pos_pair", "neg_pair"):
            pr = sub_pairs(list(y), list(y), True, rng, 7, 7)
            ind = pr[:2] if rt == "pos_pair" else pr[2:]
        elif rt == "element":
            ind = sorted(int(v) for v in rng.choice(N, 6, replace=False))
        else:
            ind = None
        m = 1 if ind is None else (len(ind) if rt == "element" else len(ind[0]))
        L = q(np.maximum(rng.rand(m) * 1.2 - 0.3, 0))
        L[rng.rand(m) < 0.15] = 0
        if zero:
            L[:] = 0
        if empty:
            L = L[:0]
            ind = [] if rt == "element" else [[] for _ in ind]
        if rt == "already_reduced":
            L = L[0] + 0.5
        lt = tens(L, F64).requires_grad_(True)
        ti = (
            None
            if ind is None
            else (
                torch.tensor(ind, dtype=torch.long)
                if rt == "element"
                else tuple(torch.tensor(v, dtype=torch.long) for v in ind)
            )
        )
        d = {"losses": lt, "indices": ti, "reduction_type": rt}
        c = {
            "id": i,
            "split": split,
            "kind": "direct",
            "reducer": red,
            "reduction_type": rt,
            "losses": jsonable(L),
            "indices": ind,
            "labels": jsonable(y),
            "batch_size": N,
            "embedding_size": D,
        }
        if red["type"] == "DivisorReducer":
            div = 0 if tag == "divisor0" else 5
            d["divisor"] = div
            c["divisor"] = div
        fn = mk_reducer(red)
        e = tens(E, F64).requires_grad_(True)
        try:
            v = fn({"loss": d}, e, tens(y, torch.long))
            g = torch.autograd.grad(v.sum(), lt, allow_unused=True)[0]
            g = torch.zeros_like(lt) if g is None else g
            c["expected"] = {"value": num(v), "grad_losses": jsonable(g)}
            if isinstance(c["expected"]["value"], str):
                c["quirk"] = True
        except Exception as ex:
            c["expected"] = {"error": {"type": type(ex).__name__, "message": str(ex)[:120]}}
        cases.append(c)

    for split in (P, H):
        for red in REDS(split):
            rts = (
                ("element", "pos_pair", "neg_pair", "triplet")
                if split == P
                else ("element", "triplet" if red["type"] != "PerAnchorReducer" else "neg_pair")
            )
            for rt in rts:
                add_direct(split, red, rt, "random")
            if red["type"] in ("AvgNonZeroReducer", "ThresholdReducer", "MeanReducer"):
                add_direct(split, red, "triplet", "allzero", zero=True)
        if split == P:
            for red in REDS(split)[:4]:
                add_direct(split, red, "triplet", "empty", empty=True)
            for red in (REDS(split)[0], REDS(split)[2], REDS(split)[7]):
                add_direct(split, red, "already_reduced", "scalar")
            add_direct(split, {"type": "DivisorReducer"}, "triplet", "divisor0")
        else:
            add_direct(split, {"type": "SumReducer"}, "already_reduced", "scalar")

    # end to end on a triplet / pair loss
    def e2e(split, red, loss, params, tag):
        n[split] += 1
        i = "%s/%s%02d-e2e-%s-%s" % (red["type"], "" if split == P else "h", n[split], loss, tag)
        for att in range(60):
            rng = rng_of("rede2e", i, att)
            y = labels_from_counts([3, 3, 2] if split == P else [4, 3, 2], rng)
            E = make_emb(y, 4 if split == P else 5, rng)
            sp = {
                "loss": loss,
                "params": params,
                "reducer": red,
                "embeddings": E,
                "labels": [int(v) for v in y],
            }
            try:
                res = evaluate(sp, components=True)
            except Exception as ex:
                cases.append(
                    {
                        "id": i,
                        "split": split,
                        "kind": "end_to_end",
                        "reducer": red,
                        "loss": loss,
                        "params": jsonable(params),
                        "embeddings": jsonable(E),
                        "labels": sp["labels"],
                        "expected": {"error": {"type": type(ex).__name__, "message": str(ex)[:120]}},
                    }
                )
                return
            g2 = evaluate(sp, emb=E + 3e-5 * rng.randn(*E.shape))["grad"]
            if res["loss"] > 1e-5 and np.max(np.abs(g2 - res["grad"])) < 0.02 * np.max(np.abs(res["grad"])):
                break
        else:
            raise RuntimeError(i)
        chk("reducers e2e fd", max(fd_check(sp, res).values()) < 2e-6, i)
        cases.append(
            {
                "id": i,
                "split": split,
                "kind": "end_to_end",
                "reducer": jsonable(res["eff"]["reducer"]),
                "loss": loss,
                "params": jsonable(effective_params(getattr(losses, loss), params)),
                "distance": res["eff"]["distance"],
                "embeddings": jsonable(E),
                "labels": sp["labels"],
                "expected": {
                    "loss": num(res["loss"]),
                    "grad_embeddings": jsonable(res["grad"]),
                    "components": jsonable(res["components"]),
                },
            }
        )

    for split, mg in ((P, 0.3), (H, 0.22)):
        for red in REDS(split):
            if red["type"] in ("DivisorReducer", "PerAnchorReducer") and split == H:
                continue
            e2e(split, red, "TripletMarginLoss", {"margin": mg}, "margin")
        for red in REDS(split)[8:]:
            e2e(split, red, "ContrastiveLoss", {"pos_margin": 0.1, "neg_margin": 1.0 + mg}, "pairs")
        e2e(
            split,
            {
                "type": "MultipleReducers",
                "reducers": {
                    "pos_loss": {"type": "MeanReducer"},
                    "neg_loss": {"type": "SumReducer" if split == P else "AvgNonZeroReducer"},
                },
            },
            "ContrastiveLoss",
            {"neg_margin": 1 + mg},
            "multi",
        )
        e2e(
            split,
            {
                "type": "MultipleReducers",
                "reducers": {"pos_loss": {"type": "ThresholdReducer", "low": 0.4}},
                "default_reducer": {"type": "SumReducer"},
            },
            "ContrastiveLoss",
            {"neg_margin": 1 + mg},
            "multi-default",
        )
    for red in REDS(P):
        for rt in ("element", "triplet" if red["type"] != "PerAnchorReducer" else "neg_pair"):
            add_direct(P, red, rt, "second")
    meta = {
        **PML_META,
        "module": "reducers",
        "fields": {
            "kind": "direct: losses/indices/reduction_type are fed straight to the reducer; end_to_end: the reducer inside a loss",
            "indices": "element: list; pos_pair/neg_pair: [a, other]; triplet: [a, p, n]; already_reduced: null",
            "labels": "batch labels (used by ClassWeightedReducer: weight of the label of the FIRST index)",
            "divisor": "loss_dict['divisor'] given to DivisorReducer",
            "expected.value / grad_losses": "reduced value and d value / d losses",
            "quirk": "value is NaN in PML (mean of an empty tensor); see README",
        },
    }
    write_module("reducers.json", meta, cases)
    return cases
