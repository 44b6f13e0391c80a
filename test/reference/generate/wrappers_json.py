"""wrappers.json"""

from loss_cases import *
from checks import P, H, chk
from descriptions import *


def gen_wrappers():
    cases = []
    n = {}

    def cid(kind, split, tag):
        n[(kind, split)] = n.get((kind, split), 0) + 1
        return "%s/%s%02d-%s" % (kind, "" if split == P else "h", n[(kind, split)], tag)

    inner = lambda loss, params=None, **k: {"loss": loss, "params": params or {}, **k}

    # ---- SelfSupervisedLoss
    def ssl(split, sp, sym, N, D, tag):
        i = cid("SelfSupervisedLoss", split, tag)
        fn = losses.SelfSupervisedLoss(build(sp), symmetric=sym).to(F64)

        def f(a, b, g=False):
            e = tens(a, F64).requires_grad_(g)
            r = tens(b, F64).requires_grad_(g)
            v = fn(e, r)
            if not g:
                return float(v)
            gr = torch.autograd.grad(v, [e, r], allow_unused=True)
            return float(v), [np.zeros_like(a) if x is None else x.numpy() for x in gr]

        for att in range(60):
            rng = rng_of(i, att)
            E = q(rng.randn(N, D))
            R = q(E + 0.7 * rng.randn(N, D))
            v, (ge, gr) = f(E, R, True)
            if v > 1e-4:
                break
        else:
            raise RuntimeError(i)
        if sp["loss"] != "CircleLoss":
            s = max(1, np.abs(ge).max())
            chk(
                "wrappers fd",
                np.max(np.abs(fd(lambda a: f(a, R), E) - ge)) / s < 1e-5
                and np.max(np.abs(fd(lambda a: f(E, a), R) - gr)) / s < 1e-5,
                i,
            )
        cases.append(
            {
                "id": i,
                "split": split,
                "kind": "SelfSupervisedLoss",
                "params": {"symmetric": sym},
                "inner": desc_inner(sp),
                "embeddings": jsonable(E),
                "ref_emb": jsonable(R),
                "expected": {"loss": num(v), "grad_embeddings": jsonable(ge), "grad_ref_emb": jsonable(gr)},
            }
        )

    for sym in (True, False):
        for sp, tag in (
            (inner("NTXentLoss", {"temperature": 0.5}), "ntxent"),
            (inner("TripletMarginLoss", {"margin": 0.3}), "triplet"),
            (inner("ContrastiveLoss"), "contrastive"),
            (inner("SupConLoss", {"temperature": 0.2}), "supcon"),
            (inner("MultiSimilarityLoss"), "multisim"),
            (inner("NCALoss"), "nca"),
        ):
            ssl(P, sp, sym, 5, 4, tag + ("" if sym else "-asymmetric"))
    for sym in (True, False):
        for sp, tag in (
            (inner("NTXentLoss", {"temperature": 0.3}), "ntxent"),
            (inner("TripletMarginLoss", {"margin": 0.2, "smooth_loss": True}), "triplet"),
            (inner("AngularLoss", {"alpha": 35}), "angular"),
        ):
            ssl(H, sp, sym, 6, 5, tag + ("" if sym else "-asymmetric"))

    # ---- CrossBatchMemory
    def cbm(split, sp, mem, miner, batches, D, tag, mask=None, idxreq=None):
        i = cid("CrossBatchMemory", split, tag)
        if split != settings.split:
            return
        rng = rng_of(i)
        x = losses.CrossBatchMemory(build(sp), embedding_size=D, memory_size=mem, miner=mk_miner(miner)).to(
            F64
        )
        cent = rng.randn(4, D)
        steps = []
        for bi, counts in enumerate(batches):
            y = labels_from_counts(counts, rng)
            E = make_emb(y, D, rng, "random", centers=cent)
            em = np.array(mask[bi]) if mask else None
            it = (
                sub_triplets(list(y), list(y), True, rng, 4)
                if idxreq == "triplets"
                else (sub_pairs(list(y), list(y), True, rng, 3, 4) if idxreq == "pairs" else None)
            )
            e = tens(E, F64).requires_grad_(True)
            yt = tens(y, torch.long)
            seen = {}
            orig = x.loss.forward

            def spy(emb, lab, ind, ref, rlab):
                seen.update(ind=ind, ref=ref.clone(), rlab=rlab.clone(), emb=emb, lab=lab)
                return orig(emb, lab, ind, ref, rlab)

            x.loss.forward = spy
            v = x(
                e,
                yt,
                indices_tuple=None if it is None else tuple(torch.tensor(t) for t in it),
                enqueue_mask=None if em is None else torch.tensor(em),
            )
            x.loss.forward = orig
            g = torch.autograd.grad(v, e)[0].numpy()
            keep = np.arange(len(E)) if em is None else np.where(~em)[0]

            def f(a):
                full = np.array(E)
                full[keep] = a
                return float(
                    x.loss(tens(full[keep], F64), seen["lab"], seen["ind"], seen["ref"], seen["rlab"])
                )

            chk(
                "cross batch memory fd (memory frozen)",
                np.max(np.abs(fd(f, E[keep]) - g[keep])) / max(1, np.abs(g).max()) < 1e-5,
                i,
            )
            st = {"embeddings": jsonable(E), "labels": jsonable(y)}
            if it is not None:
                st["indices_tuple"] = jsonable(it)
            if em is not None:
                st["enqueue_mask"] = [bool(b) for b in em]
            ind = [t.tolist() for t in seen["ind"]]
            st["expected"] = {
                "loss": num(v),
                "grad_embeddings": jsonable(g),
                "queue_idx": x.queue_idx,
                "has_been_filled": x.has_been_filled,
                "memory_labels": jsonable(seen["rlab"]),
                "num_indices": [len(t) for t in ind],
                "indices_tuple_sorted": (
                    [sorted(map(list, zip(*ind)))]
                    if len(ind) == 3
                    else [sorted(map(list, zip(ind[0], ind[1]))), sorted(map(list, zip(ind[2], ind[3])))]
                )
                if sum(map(len, ind)) <= 120
                else None,
            }
            steps.append(st)
        cases.append(
            {
                "id": i,
                "split": split,
                "kind": "CrossBatchMemory",
                "params": {"embedding_size": D, "memory_size": mem},
                "inner": desc_inner(sp),
                "miner": miner,
                "steps": steps,
            }
        )

    b3 = [[2, 2], [2, 1, 1], [1, 2, 1]]
    cbm(P, inner("ContrastiveLoss"), 10, None, b3, 3, "contrastive-wraps")
    cbm(P, inner("TripletMarginLoss", {"margin": 0.3}), 8, None, b3, 4, "triplet-exact-fill")
    cbm(P, inner("NTXentLoss", {"temperature": 0.5}), 12, None, b3, 3, "ntxent")
    cbm(
        P,
        inner("ContrastiveLoss"),
        12,
        {"type": "PairMarginMiner", "pos_margin": 0.1, "neg_margin": 1.2},
        b3,
        3,
        "pair-miner",
    )
    cbm(
        P,
        inner("TripletMarginLoss", {"margin": 0.2}),
        12,
        {"type": "TripletMarginMiner", "margin": 0.3},
        b3,
        3,
        "triplet-miner",
    )
    cbm(P, inner("ContrastiveLoss"), 12, None, b3, 3, "extra-indices", idxreq="triplets")
    cbm(
        P,
        inner("MultiSimilarityLoss"),
        12,
        None,
        [[2, 2], [2, 2]],
        4,
        "enqueue-mask",
        mask=[[True, True, False, False], [False, True, False, True]],
    )
    cbm(H, inner("ContrastiveLoss", {"neg_margin": 0.9}), 9, None, b3 + [[3, 1]], 4, "contrastive-wraps")
    cbm(H, inner("TripletMarginLoss", {"margin": 0.25, "swap": False}), 12, None, b3, 3, "triplet")
    cbm(
        H,
        inner("SupConLoss", {"temperature": 0.4}),
        12,
        None,
        [[3, 2], [2, 3]],
        3,
        "extra-indices",
        idxreq="pairs",
    )

    # ---- MultipleLosses
    def ml(split, sps, weights, mns, tag, as_dict=False):
        i = cid("MultipleLosses", split, tag)
        rng = rng_of(i)
        y = labels_from_counts([3, 2, 2] if split == P else [4, 2, 3], rng)
        D = 4
        E = make_emb(y, D, rng)
        L = [build(s) for s in sps]
        M = [mk_miner(m) for m in mns] if mns else None
        W = weights
        if as_dict:
            names = ["loss_%d" % k for k in range(len(L))]
            L = dict(zip(names, L))
            W = dict(zip(names, weights)) if weights else None
            M = {k: m for k, m in zip(names, M) if m is not None} if M else None
        fn = losses.MultipleLosses(L, miners=M, weights=W).to(F64)
        f = lambda a: float(fn(tens(a, F64), tens(y, torch.long)))
        e = tens(E, F64).requires_grad_(True)
        v = fn(e, tens(y, torch.long))
        g = torch.autograd.grad(v, e)[0].numpy()
        chk("wrappers fd", np.max(np.abs(fd(f, E) - g)) / max(1, np.abs(g).max()) < 1e-5, i)
        cases.append(
            {
                "id": i,
                "split": split,
                "kind": "MultipleLosses",
                "losses": [desc_inner(s) for s in sps],
                "loss_weights": weights,
                "miners": mns,
                "embeddings": jsonable(E),
                "labels": jsonable(y),
                "expected": {"loss": num(v), "grad_embeddings": jsonable(g)},
            }
        )

    ml(P, [inner("ContrastiveLoss"), inner("TripletMarginLoss", {"margin": 0.3})], None, None, "sum")
    ml(
        P,
        [inner("ContrastiveLoss"), inner("TripletMarginLoss", {"margin": 0.3}), inner("NTXentLoss")],
        [1, 0.5, 0.1],
        None,
        "weighted",
    )
    ml(
        P,
        [inner("ContrastiveLoss"), inner("TripletMarginLoss", {"margin": 0.3})],
        [0.7, 2],
        [None, {"type": "TripletMarginMiner", "margin": 0.2}],
        "miners",
    )
    ml(P, [inner("MultiSimilarityLoss"), inner("NCALoss")], [2, 0.3], None, "dict", as_dict=True)
    ml(
        H,
        [inner("SupConLoss"), inner("TripletMarginLoss", {"margin": 0.2, "swap": True})],
        [0.2, 1.5],
        [{"type": "MultiSimilarityMiner", "epsilon": 0.2}, None],
        "miners",
    )
    ml(H, [inner("AngularLoss"), inner("ContrastiveLoss", {"neg_margin": 0.8})], [0.4, 1], None, "weighted")

    # ---- DynamicSoftMarginLoss over several steps (running histogram)
    def dsm(split, params, batches, D, tag):
        i = cid("DynamicSoftMarginSequence", split, tag)
        rng = rng_of(i)
        fn = losses.DynamicSoftMarginLoss(**params).to(F64)
        steps = []
        for counts in batches:
            y = labels_from_counts(counts, rng)
            E = make_emb(y, D, rng)
            e = tens(E, F64).requires_grad_(True)
            fn.hist_ = fn.hist_.detach()
            v = fn(e, tens(y, torch.long))
            g = torch.autograd.grad(v, e)[0].numpy()
            steps.append(
                {
                    "embeddings": jsonable(E),
                    "labels": jsonable(y),
                    "expected": {"loss": num(v), "grad_embeddings": jsonable(g), "hist": jsonable(fn.hist_)},
                }
            )
        cases.append(
            {
                "id": i,
                "split": split,
                "kind": "DynamicSoftMarginSequence",
                "params": jsonable(effective_params(losses.DynamicSoftMarginLoss, params)),
                "steps": steps,
            }
        )

    dsm(P, {}, [[3, 2, 2], [2, 3, 1], [4, 2]], 4, "default")
    dsm(P, {"num_bins": 20, "momentum": 0.2}, [[3, 2, 2], [2, 3, 1]], 3, "momentum")
    dsm(H, {"num_bins": 14, "momentum": 0.3}, [[3, 3], [2, 2, 2], [3, 2]], 5, "momentum")

    # ---- get_logits / get_outliers
    def logits(split, loss, wname, params, N, D):
        i = cid("get_logits", split, loss)
        rng = rng_of(i)
        E = q(rng.randn(N, D))
        sp = {"loss": loss, "params": params}
        fn = build(sp).to(F64)
        w = getattr(fn, wname)
        W = q(rng.randn(*w.shape))
        w.data = tens(W, F64)
        cases.append(
            {
                "id": i,
                "split": split,
                "kind": "get_logits",
                "inner": desc_inner(sp),
                "weights": {wname: jsonable(W)},
                "embeddings": jsonable(E),
                "expected": {"logits": jsonable(fn.get_logits(tens(E, F64)))},
            }
        )

    for loss, w, extra in (
        ("ArcFaceLoss", "W", {}),
        ("CosFaceLoss", "W", {}),
        ("LargeMarginSoftmaxLoss", "W", {}),
        ("SphereFaceLoss", "W", {}),
        ("SubCenterArcFaceLoss", "W", {"sub_centers": 2}),
        ("NormalizedSoftmaxLoss", "W", {}),
        ("ProxyAnchorLoss", "proxies", {}),
        ("ProxyNCALoss", "proxies", {}),
        ("SoftTripleLoss", "fc", {"centers_per_class": 2}),
    ):
        logits(P, loss, w, {"num_classes": 3, "embedding_size": 4, **extra}, 4, 4)
        if loss in ("ArcFaceLoss", "SphereFaceLoss", "SubCenterArcFaceLoss", "SoftTripleLoss"):
            logits(H, loss, w, {"num_classes": 4, "embedding_size": 5, **extra}, 3, 5)

    def outliers(split, th, N, D):
        i = cid("SubCenterArcFace.get_outliers", split, "threshold%g" % th)
        rng = rng_of(i)
        y = labels_from_counts(N, rng)
        E = make_emb(y, D, rng)
        fn = losses.SubCenterArcFaceLoss(num_classes=len(N), embedding_size=D, sub_centers=2).to(F64)
        W = q(rng.randn(D, len(N) * 2))
        fn.W.data = tens(W, F64)
        o, dc = fn.get_outliers(tens(E, F64), tens(y, torch.long), threshold=th)
        cases.append(
            {
                "id": i,
                "split": split,
                "kind": "get_outliers",
                "params": {"num_classes": len(N), "embedding_size": D, "sub_centers": 2, "threshold": th},
                "weights": {"W": jsonable(W)},
                "embeddings": jsonable(E),
                "labels": jsonable(y),
                "expected": {"outliers": sorted(o.tolist()), "dominant_centers": jsonable(dc)},
            }
        )

    outliers(P, 75, [4, 3, 3], 4)
    outliers(P, 50, [4, 3, 3], 3)
    outliers(H, 65, [5, 3, 2], 4)
    # ---- unsupported inner losses
    for split, w, l in (
        (P, "CrossBatchMemory", "NPairsLoss"),
        (P, "SelfSupervisedLoss", "MarginLoss"),
        (P, "SelfSupervisedLoss", "NPairsLoss"),
        (H, "CrossBatchMemory", "FastAPLoss"),
        (H, "SelfSupervisedLoss", "FastAPLoss"),
    ):
        i = cid(w, split, "unsupported-" + l)
        try:
            (
                losses.CrossBatchMemory(getattr(losses, l)(), embedding_size=4)
                if w == "CrossBatchMemory"
                else losses.SelfSupervisedLoss(getattr(losses, l)())
            )
            raise RuntimeError
        except RuntimeError:
            raise
        except Exception as ex:
            cases.append(
                {
                    "id": i,
                    "split": split,
                    "kind": w + ".unsupported",
                    "inner": {"loss": l},
                    "expected": {"error": {"type": type(ex).__name__, "message": str(ex)}},
                }
            )
    meta = {
        **PML_META,
        "module": "loss wrappers and stateful losses",
        "fields": {
            "kind": "SelfSupervisedLoss | CrossBatchMemory | MultipleLosses | DynamicSoftMarginSequence | get_logits | get_outliers | *.unsupported",
            "inner / losses": "the wrapped loss: loss name, params (effective), distance, reducer",
            "steps": "consecutive calls on ONE object; state carries over",
            "steps[].expected.indices_tuple_sorted": "tuples given to the inner loss after mining, removal of self comparisons and concatenation of extra indices: [triplets] or [positive pairs, negative pairs], each sorted; column 0 indexes the batch, the others the memory",
            "supported_losses": {
                "SelfSupervisedLoss": losses.SelfSupervisedLoss.supported_losses(),
                "CrossBatchMemory": losses.CrossBatchMemory.supported_losses(),
            },
        },
    }
    write_module("wrappers.json", meta, cases)
    return cases
