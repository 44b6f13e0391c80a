"""One case of a loss: from its description to inputs, value and gradients, with three checks of each number."""

from support import *

Lp = lambda p=2, power=1, norm=True: {
    "type": "LpDistance",
    "p": p,
    "power": power,
    "normalize_embeddings": norm,
}
Cos = lambda: {"type": "CosineSimilarity"}
Dot = lambda norm=True: {"type": "DotProductSimilarity", "normalize_embeddings": norm}
SNR = lambda norm=True: {"type": "SNRDistance", "normalize_embeddings": norm}

SHAPES = {
    "public": [([4, 2, 2], 4), ([3, 2, 2, 1], 4), ([5, 3, 2, 2], 6), ([4, 3, 2, 1], 5), ([4, 3, 2], 3)],
    "heldout": [([3, 2, 2], 5), ([5, 3, 2, 1], 4), ([6, 4, 3, 1], 6), ([5, 4, 2, 2], 3)],
}
REF_SHAPES = {
    "public": [([3, 3, 2], [4, 3, 2, 1]), ([4, 2, 1], [2, 3, 3])],
    "heldout": [([4, 3, 2], [3, 2, 2, 1]), ([3, 2, 1, 1], [2, 4, 2])],
}


class Recorder(torch.nn.Module):
    """keeps the un-reduced loss dict on its way into the reducer"""

    def __init__(self, inner):
        super().__init__()
        self.inner = inner
        self.seen = None

    def forward(self, loss_dict, embeddings, labels):
        self.seen = loss_dict
        out = self.inner(loss_dict, embeddings, labels)
        self.parts = {}
        if isinstance(self.inner, reducers.MultipleReducers):
            for k, v in loss_dict.items():
                r = self.inner.reducers[k] if k in self.inner.reducers else self.inner.default_reducer
                self.parts[k] = float(torch.as_tensor(r({k: v}, embeddings, labels)).sum())
        else:
            for k in loss_dict:
                self.parts[k] = float(torch.as_tensor(out).sum())
        return out


class double_inverse:
    """ManifoldLoss casts to float32 before torch.inverse; in the float64 run keep float64."""

    def __enter__(self):
        self.f = torch.Tensor.float
        torch.Tensor.float = lambda t: t

    def __exit__(self, *a):
        torch.Tensor.float = self.f


class nullctx:
    def __enter__(self):
        pass

    def __exit__(self, *a):
        pass


def build(spec):
    cls = getattr(losses, spec["loss"])
    kw = dict(spec.get("params", {}))
    for k, f in (
        ("distance", mk_distance),
        ("reducer", mk_reducer),
        ("embedding_regularizer", mk_regularizer),
        ("weight_regularizer", mk_regularizer),
    ):
        if spec.get(k) is not None:
            kw[k] = f(spec[k])
    for k in ("embedding_reg_weight", "weight_reg_weight"):
        if k in spec:
            kw[k] = spec[k]
    fn = cls(**kw)
    if isinstance(fn.reducer, reducers.DoNothingReducer):
        raise ValueError
    return fn


def set_weights(fn, weights, dtype):
    for n, v in (weights or {}).items():
        p = getattr(fn, n)
        t = torch.as_tensor(np.asarray(v), dtype=dtype)
        if isinstance(p, torch.nn.Parameter):
            p.data = t.clone().reshape(p.shape)
        else:
            setattr(fn, n, t.clone())


def tens(x, dtype):
    return None if x is None else torch.as_tensor(np.asarray(x), dtype=dtype)


def idx(spec):
    it = spec.get("indices")
    if it is None:
        return None
    if spec["loss"] == "ManifoldLoss":
        return torch.as_tensor(it, dtype=torch.long)
    return tuple(torch.as_tensor(np.asarray(v, dtype=int), dtype=torch.long) for v in it)


def call(fn, spec, e, r):
    y = tens(spec.get("labels"), torch.long)
    ry = tens(spec.get("ref_labels"), torch.long)
    kw = {}
    if r is not None:
        kw = dict(ref_emb=r, ref_labels=ry)
    return fn(e, y, idx(spec), **kw)


def evaluate(spec, dtype=F64, emb=None, ref=None, weights=None, want_grad=True, components=False):
    fn = build(spec).to(dtype)
    if spec["loss"] == "MarginLoss" and not fn.learn_beta:
        # PML stores beta as float32; keep the exact decimal value in the float64 run
        fn.beta = torch.full((len(fn.beta),), float(spec["params"].get("beta", 1.2)), dtype=dtype)
    W = weights if weights is not None else spec.get("weights")
    set_weights(fn, W, dtype)
    e = tens(emb if emb is not None else spec["embeddings"], dtype)
    r = tens(ref if ref is not None else spec.get("ref_emb"), dtype)
    if want_grad:
        e = e.clone().requires_grad_(True)
        if r is not None:
            r = r.clone().requires_grad_(True)
    if components:
        eff_red = desc_reducer(fn.reducer)
        fn.reducer = Recorder(fn.reducer)
    if spec["loss"] == "DynamicSoftMarginLoss" and spec.get("labels") is None:
        # PML fills the diagonal of the cdist output in place, which breaks autograd; work on a copy
        inner_forward = fn.distance.forward
        fn.distance.forward = lambda *a: inner_forward(*a).clone()
    with double_inverse() if spec["loss"] == "ManifoldLoss" and dtype == F64 else nullctx():
        v = call(fn, spec, e, r)
    out = {"loss": float(v.sum()), "shape": list(v.shape)}
    if want_grad:
        params = {n: p for n, p in fn.named_parameters() if "reducer" not in n and "regularizer" not in n}
        inp = [e] + ([r] if r is not None else []) + list(params.values())
        if v.requires_grad:
            g = torch.autograd.grad(v.sum(), inp, allow_unused=True)
        else:
            g = [None] * len(inp)
        g = [torch.zeros_like(x) if y is None else y for x, y in zip(inp, g)]
        out["grad"] = g[0].detach().numpy()
        i = 1
        if r is not None:
            out["grad_ref"] = g[1].detach().numpy()
            i = 2
        out["grad_w"] = {n: g[i + j].detach().numpy() for j, n in enumerate(params)}
    if components:
        comp = {}
        for k, d in fn.reducer.seen.items():
            L = d["losses"]
            c = {"reduction_type": d["reduction_type"], "reduced": fn.reducer.parts[k]}
            if torch.is_tensor(L):
                c["count"] = int(L.numel())
            else:
                c["count"] = 0
            if torch.is_tensor(L) and d["reduction_type"] != "already_reduced" and L.numel() <= 30:
                c["losses"] = L.detach().reshape(-1).numpy()
                ind = d["indices"]
                if isinstance(ind, (tuple, list)):
                    c["indices"] = [t.numpy() for t in ind]
                elif torch.is_tensor(ind):
                    c["indices"] = [ind.numpy()]
            if "divisor" in d:
                c["divisor"] = float(d["divisor"])
            comp[k] = c
        out["components"] = comp
        out["eff"] = {"distance": desc_distance(fn.distance), "reducer": eff_red}
        out["hist"] = fn.hist_.detach().numpy() if hasattr(fn, "hist_") else None
    return out


# -- surrogate used for the finite-difference check of CircleLoss (its alpha weights are constants in backward)
def circle_surrogate(spec, base):
    fn = build(spec)
    m = fn
    y = tens(spec.get("labels"), torch.long)
    ry = tens(spec.get("ref_labels"), torch.long)
    b_e = tens(base[0], F64)
    b_r = tens(base[1], F64)
    if b_r is None:
        b_r, ry = b_e, y
    it = lmu.convert_to_pairs(idx(spec), y, ry)
    sim0 = fn.distance(b_e, b_r)

    def f(e, r):
        e = tens(e, F64)
        r = tens(r, F64) if r is not None else e
        if all(len(x) <= 1 for x in it):
            return 0.0
        sim = fn.distance(e, r)
        pos = torch.zeros_like(sim, dtype=torch.bool)
        neg = pos.clone()
        pos[it[0], it[1]] = True
        neg[it[2], it[3]] = True
        ls = []
        for i in range(sim.shape[0]):
            if pos[i].any() and neg[i].any():
                lp = -m.gamma * torch.relu(m.op - sim0[i][pos[i]]) * (sim[i][pos[i]] - m.delta_p)
                ln = m.gamma * torch.relu(sim0[i][neg[i]] - m.on) * (sim[i][neg[i]] - m.delta_n)
                ls.append(torch.nn.functional.softplus(torch.logsumexp(lp, 0) + torch.logsumexp(ln, 0)))
            else:
                ls.append(torch.zeros((), dtype=F64))
        ld = {
            "loss": {"losses": torch.stack(ls), "indices": torch.arange(len(ls)), "reduction_type": "element"}
        }
        fn.add_embedding_regularization_to_loss_dict(ld, e)
        return float(fn.reducer(ld, e, y))

    return f


def fd(f, x, h=1e-6):
    x = np.asarray(x, dtype=np.float64)
    g = np.zeros_like(x)
    it = np.nditer(x, flags=["multi_index"])
    for _ in it:
        i = it.multi_index
        a = x.copy()
        a[i] += h
        b = x.copy()
        b[i] -= h
        g[i] = (f(a) - f(b)) / (2 * h)
    return g


def fd_check(spec, res):
    """max over inputs of |grad - fd| / max(1, max|grad|)"""
    errs = {}
    if spec["loss"] == "CircleLoss":
        s = circle_surrogate(spec, (spec["embeddings"], spec.get("ref_emb")))
        base_r = spec.get("ref_emb")
        fe = lambda a: s(a, base_r)
        fr = lambda a: s(spec["embeddings"], a)
    else:
        fe = lambda a: evaluate(spec, emb=a, want_grad=False)["loss"]
        fr = lambda a: evaluate(spec, ref=a, want_grad=False)["loss"]

    def rel(g, n):
        return float(np.max(np.abs(g - n)) / max(1.0, np.max(np.abs(n))))

    errs["embeddings"] = rel(res["grad"], fd(fe, spec["embeddings"]))
    if "grad_ref" in res:
        errs["ref_emb"] = rel(res["grad_ref"], fd(fr, spec["ref_emb"]))
    for n, g in res["grad_w"].items():
        if spec["loss"] == "P2SGradLoss":
            continue  # weight is re-normalised inside forward, outside of autograd
        w0 = spec["weights"][n]

        def fw(a):
            W = dict(spec["weights"])
            W[n] = a
            return evaluate(spec, weights=W, want_grad=False)["loss"]

        errs[n] = rel(g, fd(fw, w0))
    return errs


# ---------------------------------------------------------------- independent numpy versions (second opinion)
def np_dist(d, a, b):
    d = {"p": 2, "power": 1, "normalize_embeddings": True, **d}
    p = 2 if d["type"] == "CosineSimilarity" else d["p"]
    if d["normalize_embeddings"] or d["type"] == "CosineSimilarity":
        nz = lambda x: x / np.maximum((np.abs(x) ** p).sum(1, keepdims=True) ** (1.0 / p), 1e-12)
        a, b = nz(a), nz(b)
    M = np.zeros((len(a), len(b)))
    for i in range(len(a)):
        for j in range(len(b)):
            if d["type"] == "LpDistance":
                v = (np.abs(a[i] - b[j]) ** p).sum() ** (1.0 / p)
            elif d["type"] == "SNRDistance":
                v = np.var(a[i] - b[j], ddof=1) / np.var(a[i], ddof=1)
            else:
                v = float(a[i] @ b[j])
            M[i, j] = v ** d["power"] if d["power"] != 1 else v
    return M


def np_triplets(spec):
    y = spec.get("labels")
    ry = spec.get("ref_labels")
    same = ry is None
    if same:
        ry = y
    it = spec.get("indices")
    if it is None:
        return [
            (a, p, n)
            for a in range(len(y))
            for p in range(len(ry))
            for n in range(len(ry))
            if y[a] == ry[p] and not (same and a == p) and y[a] != ry[n]
        ]
    if len(it) == 3:
        return list(zip(*it))
    return [(a1, p, n) for a1, p in zip(it[0], it[1]) for a2, n in zip(it[2], it[3]) if a1 == a2]


def np_reduce(r, L):
    L = np.asarray(L, dtype=float)
    if r is None or r["type"] == "AvgNonZeroReducer":
        L = L[L > 0]
    elif r["type"] == "ThresholdReducer":
        if "low" in r:
            L = L[L > r["low"]]
        if "high" in r:
            L = L[L < r["high"]]
    elif r["type"] == "SumReducer":
        return L.sum()
    elif r["type"] != "MeanReducer":
        return None
    return L.mean() if len(L) else 0.0


def np_triplet_loss(spec, dist):
    P = {"margin": 0.05, "swap": False, "smooth_loss": False}
    P.update(spec["params"])
    e = np.asarray(spec["embeddings"])
    r = np.asarray(spec["ref_emb"]) if spec.get("ref_emb") is not None else e
    D = np_dist(dist, e, r)
    inv = dist["type"] in ("CosineSimilarity", "DotProductSimilarity")
    L, anchors = [], []
    for a, p, n in np_triplets(spec):
        anchors.append(a)
        ap, an = D[a, p], D[a, n]
        if P["swap"]:
            an = max(an, D[p, n]) if inv else min(an, D[p, n])
        v = ((an - ap) if inv else (ap - an)) + P["margin"]
        L.append(np.logaddexp(0, v) if P["smooth_loss"] else max(v, 0.0))
    red = spec.get("reducer")
    if red and red["type"] == "ClassWeightedReducer":
        return float(np.mean([l * red["weights"][spec["labels"][a]] for l, a in zip(L, anchors)]))
    base = np_reduce(red, L)
    if spec.get("embedding_regularizer"):
        assert spec["embedding_regularizer"] == {"type": "LpRegularizer", "p": 2, "power": 1}
        base += spec["embedding_reg_weight"] * np.linalg.norm(e, axis=1).mean()
    return base


def np_second_opinion(spec, eff):
    """from-scratch values for several losses; None where not covered"""
    name = spec["loss"]
    P = spec["params"]
    if (spec.get("embedding_regularizer") or spec.get("weight_regularizer")) and name != "TripletMarginLoss":
        return None
    dist = {k: v for k, v in eff["distance"].items() if k != "is_inverted"}
    inv = eff["distance"]["is_inverted"]
    if name == "TripletMarginLoss":
        if isinstance(P.get("triplets_per_anchor", "all"), int):
            s = dict(spec)
            return np_triplet_loss(s, dist)
        return np_triplet_loss(spec, dist)
    e = np.asarray(spec["embeddings"], float)
    y = spec.get("labels")
    r = np.asarray(spec["ref_emb"], float) if spec.get("ref_emb") is not None else e
    ry = spec.get("ref_labels") if spec.get("ref_emb") is not None else y
    same = spec.get("ref_emb") is None

    def pairs():
        it = spec.get("indices")
        if it is None:
            pos = [
                (i, j)
                for i in range(len(y))
                for j in range(len(ry))
                if y[i] == ry[j] and not (same and i == j)
            ]
            neg = [(i, j) for i in range(len(y)) for j in range(len(ry)) if y[i] != ry[j]]
            return pos, neg
        if len(it) == 4:
            return list(zip(it[0], it[1])), list(zip(it[2], it[3]))
        return list(zip(it[0], it[1])), list(zip(it[0], it[2]))

    red = spec.get("reducer")
    if name in ("ContrastiveLoss", "SignalToNoiseRatioContrastiveLoss"):
        pm, nm = P.get("pos_margin", 0), P.get("neg_margin", 1)
        pos, neg = pairs()
        if len(pos) <= 1 and len(neg) <= 1:
            return 0.0
        D = np_dist(dist, e, r)
        lp = [max(0, (pm - D[i, j]) if inv else (D[i, j] - pm)) for i, j in pos]
        ln = [max(0, (D[i, j] - nm) if inv else (nm - D[i, j])) for i, j in neg]
        a, b = np_reduce(red, lp), np_reduce(red, ln)
        return None if a is None else a + b
    if name == "NTXentLoss" and red is None:
        T = P.get("temperature", 0.07)
        pos, neg = pairs()
        if not pos or not neg or (len(pos) <= 1 and len(neg) <= 1):
            return 0.0
        S = np_dist(dist, e, r) * (1 if inv else -1) / T
        L = []
        for i, j in pos:
            ns = [S[i, k] for a, k in neg if a == i]
            L.append(-S[i, j] + np.logaddexp.reduce([S[i, j]] + ns))
        return float(np.mean(L))
    if name == "MultiSimilarityLoss" and red is None:
        a, b, base = P.get("alpha", 2), P.get("beta", 50), P.get("base", 0.5)
        pos, neg = pairs()
        if len(pos) <= 1 and len(neg) <= 1:
            return 0.0
        S = np_dist(dist, e, r)
        L = []
        for i in range(len(e)):
            ps = [a * ((base - S[i, j]) if inv else (S[i, j] - base)) for k, j in set(pos) if k == i]
            ns = [b * ((S[i, j] - base) if inv else (base - S[i, j])) for k, j in set(neg) if k == i]
            L.append(
                (np.logaddexp.reduce([0.0] + ps) / a if ps else 0)
                + (np.logaddexp.reduce([0.0] + ns) / b if ns else 0)
            )
        return float(np.mean(L))
    nrm = lambda x, ax: x / np.linalg.norm(x, axis=ax, keepdims=True)
    if name in ("ArcFaceLoss", "CosFaceLoss") and red is None and spec.get("indices") is None:
        C = nrm(e, 1) @ nrm(np.asarray(spec["weights"]["W"]), 0)
        s = P.get("scale", 64)
        L = []
        for i, c in enumerate(y):
            z = C[i].copy()
            if name == "ArcFaceLoss":
                m = np.radians(P.get("margin", 28.6))
                t = np.arccos(np.clip(z[c], -1, 1))
                z[c] = np.cos(t + m) if t <= np.pi - m else np.cos(t) - m * np.sin(m)
            else:
                z[c] -= P.get("margin", 0.35)
            z *= s
            L.append(np.logaddexp.reduce(z) - z[c])
        return float(np.mean(L))
    if name == "ProxyNCALoss" and red is None and spec.get("indices") is None:
        D = (
            np_dist(dist, e, np.asarray(spec["weights"]["proxies"]))
            * P.get("softmax_scale", 1)
            * (1 if inv else -1)
        )
        return float(np.mean([np.logaddexp.reduce(D[i]) - D[i, c] for i, c in enumerate(y)]))
    if name == "ProxyAnchorLoss" and red is None and spec.get("indices") is None:
        C = np_dist(dist, e, np.asarray(spec["weights"]["proxies"]))
        a, m = P.get("alpha", 32), P.get("margin", 0.1)
        pos, neg, npx = 0.0, 0.0, 0
        for c in range(C.shape[1]):
            pp = [a * (m - C[i, c]) for i in range(len(y)) if y[i] == c]
            nn = [a * (C[i, c] + m) for i in range(len(y)) if y[i] != c]
            if pp:
                npx += 1
                pos += np.logaddexp.reduce([0.0] + pp)
            if nn:
                neg += np.logaddexp.reduce([0.0] + nn)
        return pos / max(npx, 1) + neg / C.shape[1] if inv else None
    if name == "NPairsLoss" and red is None:
        pos, _ = pairs()
        chosen = {}
        for i, j in pos:
            chosen.setdefault(y[i], (i, j))
        pr = [chosen[c] for c in sorted(chosen)]
        if not pr:
            return 0.0
        S = np_dist(dist, e[[i for i, _ in pr]], e[[j for _, j in pr]]) * (1 if inv else -1)
        return float(np.mean([np.logaddexp.reduce(S[k]) - S[k, k] for k in range(len(pr))]))
    return None


# ---------------------------------------------------------------- specs
_U5 = None


def exact_unit5(rng, y):
    """rows with norm exactly 1 and entries k/16, close to class centres"""
    global _U5
    if _U5 is None:
        g = np.stack(np.meshgrid(*[np.arange(17)] * 4, indexing="ij"), -1).reshape(-1, 4)
        rest = 256 - (g**2).sum(1)
        ok = rest >= 0
        g, rest = g[ok], rest[ok]
        r = np.round(np.sqrt(rest)).astype(int)
        ok = r * r == rest
        _U5 = np.concatenate([g[ok], r[ok, None]], 1) / 16.0
    cent = rng.randn(int(max(y)) + 1, 5)
    out = []
    for c in y:
        v = 0.9 * cent[c] + 0.8 * rng.randn(5)
        v /= np.linalg.norm(v)
        out.append(_U5[np.argmax(_U5 @ np.abs(v))] * np.where(v < 0, -1, 1))
    return np.array(out)


SPECS = []
COUNT = {}


def S(
    loss,
    split,
    tag,
    params=None,
    *,
    kind="random",
    counts=None,
    D=None,
    ref=None,
    indices=None,
    labels="auto",
    distance=None,
    reducer=None,
    weights=None,
    allow_zero=False,
    note=None,
    expect_error=False,
    smooth=True,
    **extra,
):
    k = (loss, split)
    i = COUNT.get(k, 0)
    COUNT[k] = i + 1
    sh = SHAPES[split][i % len(SHAPES[split])]
    rs = REF_SHAPES[split][i % len(REF_SHAPES[split])]
    if ref:
        q_counts, r_counts = rs if ref is True else ref
        counts = counts or q_counts
    else:
        r_counts = None
    counts = counts or sh[0]
    D = D or sh[1]
    SPECS.append(
        dict(
            id="%s/%s%02d-%s" % (loss, "" if split == "public" else "h", i + 1, tag),
            loss=loss,
            split=split,
            tag=tag,
            params=params or {},
            kind=kind,
            counts=counts,
            D=D,
            r_counts=r_counts,
            indices_req=indices,
            labels_req=labels,
            distance=distance,
            reducer=reducer,
            weights_req=weights,
            allow_zero=allow_zero,
            note=note,
            expect_error=expect_error,
            smooth=smooth,
            extra=extra,
        )
    )


def sub_triplets(y, ry, same, rng, m):
    t = [
        (a, p, n)
        for a in range(len(y))
        for p in range(len(ry))
        for n in range(len(ry))
        if y[a] == ry[p] and not (same and a == p) and y[a] != ry[n]
    ]
    t = [t[i] for i in sorted(rng.choice(len(t), min(m, len(t)), replace=False))]
    return [[int(x[k]) for x in t] for k in range(3)]


def sub_pairs(y, ry, same, rng, mp, mn):
    P = [(a, p) for a in range(len(y)) for p in range(len(ry)) if y[a] == ry[p] and not (same and a == p)]
    N = [(a, n) for a in range(len(y)) for n in range(len(ry)) if y[a] != ry[n]]
    P = [P[i] for i in sorted(rng.choice(len(P), min(mp, len(P)), replace=False))]
    N = [N[i] for i in sorted(rng.choice(len(N), min(mn, len(N)), replace=False))]
    return [[int(a) for a, _ in P], [int(b) for _, b in P], [int(a) for a, _ in N], [int(b) for _, b in N]]


def realise(s, attempt):
    rng = rng_of(s["id"], attempt, "v1")
    sp = {k: s[k] for k in ("id", "loss", "split", "tag", "params", "distance", "reducer")}
    sp.update(s["extra"])
    counts, D, kind = s["counts"], s["D"], s["kind"]
    y = labels_from_counts(counts, rng)
    C = len(counts)
    centers = rng.randn(max(C, len(s["r_counts"] or [])), D)
    ek = "random" if kind in ("no_pos", "no_neg", "onehot", "unit5") else kind
    if kind == "no_pos":
        y = np.arange(sum(counts))
        centers = None
    if kind == "no_neg":
        y = np.zeros(sum(counts), int)
    e = make_emb(
        y, D, rng, ek, scale=s["extra"].get("emb_scale", 1.0), centers=centers if ek == "random" else None
    )
    sp.pop("emb_scale", None)
    if kind == "onehot":
        e = np.eye(D)[y]
    if kind == "unit5":
        e = exact_unit5(rng, y)
    sp["embeddings"] = e
    sp["labels"] = [int(v) for v in y]
    if s["r_counts"] is not None:
        ry = labels_from_counts(s["r_counts"], rng)
        sp["ref_emb"] = make_emb(ry, D, rng, "random", centers=centers)
        sp["ref_labels"] = [int(v) for v in ry]
    same = s["r_counts"] is None
    ry = sp.get("ref_labels", sp["labels"])
    ir = s["indices_req"]
    if ir == "triplets":
        sp["indices"] = sub_triplets(sp["labels"], ry, same, rng, 9)
    elif ir == "pairs":
        sp["indices"] = sub_pairs(sp["labels"], ry, same, rng, 6, 9)
    elif ir == "empty3":
        sp["indices"] = [[], [], []]
    elif ir == "empty4":
        sp["indices"] = [[], [], [], []]
    elif callable(ir):
        sp["indices"] = ir(sp, rng)
    elif ir is not None:
        sp["indices"] = ir
    if s["labels_req"] is None:
        sp["labels"] = None
        sp["ref_labels"] = None
    if s["labels_req"] == "short":
        sp["labels"] = sp["labels"][:-1]
    if callable(s["weights_req"]):
        sp["weights"] = s["weights_req"](sp, rng)
    sp["note"] = s["note"]
    return sp


def run_spec(s):
    smooth_kind = s["kind"] in ("random", "easy", "no_pos", "no_neg", "unit", "unit5") and s["smooth"]
    last = None
    for attempt in range(200):
        sp = realise(s, attempt)
        try:
            res = evaluate(sp, components=True)
        except Exception as ex:
            if s["expect_error"]:
                return (
                    sp,
                    {"error": {"type": type(ex).__name__, "message": str(ex).split("\n")[0][:160]}},
                    None,
                )
            raise RuntimeError("%s: %r" % (s["id"], ex)) from ex
        if s["expect_error"]:
            raise RuntimeError("expected error: " + s["id"])
        r32 = evaluate(sp, dtype=F32)
        chk = {
            "f32_loss_err": abs(r32["loss"] - res["loss"]),
            "f32_grad_err": float(np.max(np.abs(r32["grad"] - res["grad"]))),
        }
        finite = np.isfinite(res["loss"]) and np.all(np.isfinite(res["grad"]))
        if not smooth_kind:
            if s["kind"] == "random" and not s["smooth"]:
                return sp, res, chk
            return sp, res, chk
        if not finite:
            last = "nonfinite"
            continue
        if s["kind"] == "random" and not s["allow_zero"] and not abs(res["loss"]) > 1e-5:
            last = "zero"
            continue
        if chk["f32_loss_err"] > 2e-5 * max(1, abs(res["loss"])):
            last = "f32 %g" % chk["f32_loss_err"]
            continue
        # no kink nearby: gradient must be continuous under a small perturbation
        prng = rng_of(s["id"], attempt, "perturb")
        ok = True
        sc = np.max(np.abs(res["grad"])) + 1e-9
        for _ in range(3):
            d = 3e-5 * prng.randn(*np.shape(sp["embeddings"]))
            g2 = evaluate(sp, emb=sp["embeddings"] + d)["grad"]
            if np.max(np.abs(g2 - res["grad"])) > 0.02 * sc:
                ok = False
                break
        if not ok:
            last = "kink"
            continue
        return sp, res, chk
    raise RuntimeError("no stable draw for %s (%s)" % (s["id"], last))


QUIRK_TAGS = {
    "one-pair-each": "GenericPairLoss returns 0 when every member of the pair tuple has length <= 1",
    "ref-ignored": "PML indexes embeddings instead of ref_emb",
    "error-duplicates": "bin index out of range in PML",
    "no-labels-unequal": "rows/columns beyond the shorter side contribute d_pos = 0 and a minimum of 0",
}


def quirk_of(s, sp, res):
    if s["tag"] in QUIRK_TAGS:
        return QUIRK_TAGS[s["tag"]]
    if "error" in res:
        return None
    if not np.isfinite(res["loss"]):
        return "PML returns NaN here"
    if not np.all(np.isfinite(res["grad"])):
        return "PML's gradient has NaN entries here"
    if sp["loss"] == "LiftedStructureLoss" and sp.get("ref_emb") is not None:
        return "PML compares the positive's REFERENCE index with the negative pair's QUERY index"
    return None


def case_json(s, sp, res, chk, fde):
    cls = getattr(losses, sp["loss"])
    c = {"id": sp["id"], "split": sp["split"], "loss": sp["loss"], "tag": sp["tag"]}
    if sp.get("note"):
        c["note"] = sp["note"]
    qk = quirk_of(s, sp, res)
    if qk:
        c["quirk"] = qk
    c["params"] = jsonable(effective_params(cls, sp["params"]))
    c["explicit_params"] = sorted(sp["params"])
    if res.get("eff"):
        c["distance"] = res["eff"]["distance"]
        c["distance_given"] = sp["distance"] is not None
        c["reducer"] = jsonable(res["eff"]["reducer"])
        c["reducer_given"] = sp["reducer"] is not None
    for k in ("embedding_regularizer", "weight_regularizer", "embedding_reg_weight", "weight_reg_weight"):
        if sp.get(k) is not None:
            c[k] = jsonable(sp[k])
    c["embeddings"] = jsonable(sp["embeddings"])
    c["labels"] = sp["labels"]
    if sp.get("ref_emb") is not None:
        c["ref_emb"] = jsonable(sp["ref_emb"])
        c["ref_labels"] = sp["ref_labels"]
    if sp.get("indices") is not None:
        c["indices_tuple"] = jsonable(sp["indices"])
    if sp.get("weights"):
        c["weights"] = jsonable(sp["weights"])
    if "error" in res:
        c["expected"] = {"error": res["error"]}
        return c
    ex = {"loss": num(res["loss"]), "grad_embeddings": jsonable(res["grad"])}
    if res["shape"]:
        ex["loss_shape"] = res["shape"]
    if "grad_ref" in res:
        ex["grad_ref_emb"] = jsonable(res["grad_ref"])
    if res["grad_w"]:
        ex["grad_weights"] = {n: jsonable(g) for n, g in res["grad_w"].items()}
    if not np.all(np.isfinite(res["grad"])):
        ex["grad_has_nonfinite"] = True
    ex["components"] = jsonable(res["components"])
    if res.get("hist") is not None:
        ex["hist"] = jsonable(res["hist"])
    c["expected"] = ex
    g2 = lambda v: float("%.2g" % v) if v is not None and np.isfinite(v) else None
    c["check"] = {
        "fd_err": None if fde is None else g2(max(fde.values())),
        "f32_loss_err": g2(chk["f32_loss_err"]),
        "f32_grad_err": g2(chk["f32_grad_err"]),
    }
    return c
