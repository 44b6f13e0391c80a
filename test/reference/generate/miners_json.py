"""miners.json"""

from loss_cases import *
from checks import P, H, chk
from descriptions import *
import math


def sort_tuple(t):
    t = [x.tolist() for x in t]
    if len(t) == 3:
        return {"form": "triplets", "triplets": sorted(map(list, zip(*t)))}
    return {
        "form": "pairs",
        "pos_pairs": sorted(map(list, zip(t[0], t[1]))),
        "neg_pairs": sorted(map(list, zip(t[2], t[3]))),
    }


def gen_miners():
    cases = []
    n = {P: 0, H: 0}
    shapes = {
        P: [([4, 2, 2], 4), ([3, 3, 2, 1], 5), ([4, 3, 2], 3)],
        H: [([3, 2, 2], 5), ([5, 3, 2, 1], 4), ([4, 4], 3)],
    }

    def add(split, m, tag="", kind="random", ref=False, counts=None, D=None, quirk=None):
        n[split] += 1
        i = "%s/%s%02d%s" % (m["type"], "" if split == P else "h", n[split], ("-" + tag) if tag else "")
        sh = shapes[split][n[split] % 3]
        counts = counts or sh[0]
        D = D or sh[1]
        for att in range(100):
            rng = rng_of("miner", i, att)
            y = labels_from_counts(counts, rng)
            cent = rng.randn(5, D)
            if kind == "no_pos":
                y = np.arange(len(y))
            if kind == "no_neg":
                y = np.zeros(len(y), int)
            E = make_emb(
                y,
                D,
                rng,
                "easy" if kind == "easy" else "random",
                centers=cent if kind not in ("no_pos", "no_neg", "easy") else None,
            )
            R = ry = None
            if ref:
                ry = labels_from_counts([3, 3, 2, 1] if split == P else [2, 3, 2], rng)
                R = make_emb(ry, D, rng, centers=cent)

            def go(dt, eps=0):
                mn = mk_miner(m)
                a = [tens(E + eps, dt), tens(y, torch.long)]
                if ref:
                    a += [tens(R, dt), tens(ry, torch.long)]
                return sort_tuple(mn(*a))

            o64, o32 = go(F64), go(F32)
            if o64 != o32:
                continue
            if any(go(F64, 2e-5 * rng.randn(*E.shape)) != o64 for _ in range(3)):
                continue
            cnt = sum(len(v) for v in o64.values() if isinstance(v, list))
            if kind == "random" and cnt == 0 and m["type"] not in ("BatchEasyHardMiner",):
                continue
            if cnt > 400:
                continue
            break
        else:
            raise RuntimeError(i)
        mn = mk_miner(m)
        c = {
            "id": i,
            "split": split,
            "miner": m["type"],
            "params": jsonable({k: v for k, v in m.items() if k not in ("type", "distance")}),
            "distance": desc_distance(mn.distance),
            "distance_given": "distance" in m,
            "embeddings": jsonable(E),
            "labels": jsonable(y),
        }
        if ref:
            c["ref_emb"] = jsonable(R)
            c["ref_labels"] = jsonable(ry)
        if kind != "random":
            c["tag"] = kind
        if quirk:
            c["quirk"] = True
            c["note"] = quirk
        c["expected"] = o64
        # brute force for a few miners
        M = np_dist({k: v for k, v in c["distance"].items() if k != "is_inverted"}, E, R if ref else E)
        inv = mn.distance.is_inverted
        yy = ry if ref else y
        pos = lambda a, j: y[a] == yy[j] and (ref or a != j)
        if m["type"] == "TripletMarginMiner":
            mg = m.get("margin", 0.2)
            tt = m.get("type_of_triplets", "all")
            ex = []
            for a in range(len(y)):
                for p in range(len(yy)):
                    for k in range(len(yy)):
                        if pos(a, p) and y[a] != yy[k]:
                            t = (M[a, p] - M[a, k]) if inv else (M[a, k] - M[a, p])
                            ok = {
                                "all": t <= mg,
                                "hard": t <= mg and t <= 0,
                                "semihard": t <= mg and t > 0,
                                "easy": t > mg,
                            }[tt]
                            if ok:
                                ex.append([a, p, k])
            chk("TripletMarginMiner brute force", sorted(ex) == o64["triplets"], i)
        if m["type"] == "BatchHardMiner":
            ex = []
            for a in range(len(y)):
                ps = [j for j in range(len(yy)) if pos(a, j)]
                ns = [j for j in range(len(yy)) if y[a] != yy[j]]
                if ps and ns:
                    f, g = (min, max) if inv else (max, min)
                    ex.append([a, f(ps, key=lambda j: M[a, j]), g(ns, key=lambda j: M[a, j])])
            chk("BatchHardMiner brute force", ex == o64["triplets"], i)
        if m["type"] == "PairMarginMiner":
            pm, nm = m.get("pos_margin", 0.2), m.get("neg_margin", 0.8)
            pp = [
                [a, j]
                for a in range(len(y))
                for j in range(len(yy))
                if pos(a, j) and (M[a, j] < pm if inv else M[a, j] > pm)
            ]
            nn = [
                [a, j]
                for a in range(len(y))
                for j in range(len(yy))
                if y[a] != yy[j] and (M[a, j] > nm if inv else M[a, j] < nm)
            ]
            chk("PairMarginMiner brute force", pp == o64["pos_pairs"] and nn == o64["neg_pairs"], i)
        cases.append(c)

    # TripletMarginMiner
    for t in ("all", "hard", "semihard", "easy"):
        add(P, {"type": "TripletMarginMiner", "margin": 0.2, "type_of_triplets": t}, t)
        add(
            P,
            {"type": "TripletMarginMiner", "margin": 0.1, "type_of_triplets": t, "distance": Cos()},
            t + "-cosine",
        )
        add(P, {"type": "TripletMarginMiner", "margin": 0.3, "type_of_triplets": t}, t + "-ref", ref=True)
        add(
            H,
            {
                "type": "TripletMarginMiner",
                "margin": 0.15,
                "type_of_triplets": t,
                **({"distance": Lp(norm=False)} if t in ("all", "semihard") else {}),
            },
            t,
        )
    add(P, {"type": "TripletMarginMiner"}, "default")
    add(P, {"type": "TripletMarginMiner"}, "no-positives", kind="no_pos", counts=[5])
    add(P, {"type": "TripletMarginMiner"}, "easy", kind="easy", counts=[3, 3, 2])
    add(H, {"type": "TripletMarginMiner", "margin": 0.05, "distance": Cos()}, "ref-cosine", ref=True)
    # BatchHard
    for d, t in ((None, "default"), (Cos(), "cosine"), (Lp(norm=False), "unnormalized"), (Dot(False), "dot")):
        dd = {"distance": d} if d else {}
        add(P, {"type": "BatchHardMiner", **dd}, t)
        add(P, {"type": "BatchHardMiner", **dd}, t + "-ref", ref=True)
    add(P, {"type": "BatchHardMiner"}, "no-positives", kind="no_pos", counts=[5])
    add(P, {"type": "BatchHardMiner"}, "no-negatives", kind="no_neg", counts=[5])
    add(H, {"type": "BatchHardMiner"}, "default")
    add(H, {"type": "BatchHardMiner", "distance": Cos()}, "cosine-ref", ref=True)
    add(H, {"type": "BatchHardMiner", "distance": Lp(power=2, norm=False)}, "squared")
    # BatchEasyHard: all permitted strategies
    S4 = ["hard", "semihard", "easy", "all"]
    k = 0
    for ps in S4:
        for ns in S4:
            if ps == ns == "semihard" or {ps, ns} == {"all", "semihard"}:
                if True:
                    i = "BatchEasyHardMiner/error-%s-%s" % (ps, ns)
                    try:
                        miners.BatchEasyHardMiner(pos_strategy=ps, neg_strategy=ns)
                        raise RuntimeError(i)
                    except ValueError as ex:
                        cases.append(
                            {
                                "id": i,
                                "split": P,
                                "miner": "BatchEasyHardMiner",
                                "params": {"pos_strategy": ps, "neg_strategy": ns},
                                "expected": {"error": {"type": "ValueError", "message": str(ex)}},
                            }
                        )
                continue
            m = {"type": "BatchEasyHardMiner", "pos_strategy": ps, "neg_strategy": ns}
            k += 1
            add(P, {**m, **({"distance": Cos()} if k % 3 == 0 else {})}, "%s-%s" % (ps, ns))
            if k % 2 == 0:
                add(P, m, "%s-%s-ref" % (ps, ns), ref=True)
            else:
                add(
                    H,
                    {**m, **({"distance": Cos()} if k % 4 == 1 else {})},
                    "%s-%s" % (ps, ns),
                    ref=(k % 3 == 0),
                )
    try:
        miners.BatchEasyHardMiner(pos_strategy="foo")
    except ValueError as ex:
        cases.append(
            {
                "id": "BatchEasyHardMiner/error-unknown",
                "split": H,
                "miner": "BatchEasyHardMiner",
                "params": {"pos_strategy": "foo"},
                "expected": {"error": {"type": "ValueError", "message": str(ex).strip()[:120]}},
            }
        )
    add(P, {"type": "BatchEasyHardMiner"}, "default")
    add(
        P,
        {
            "type": "BatchEasyHardMiner",
            "pos_strategy": "easy",
            "neg_strategy": "hard",
            "allowed_pos_range": [0.2, 1.0],
            "allowed_neg_range": [0.1, 1.5],
        },
        "ranges",
    )
    add(
        P,
        {
            "type": "BatchEasyHardMiner",
            "pos_strategy": "hard",
            "neg_strategy": "semihard",
            "allowed_pos_range": [0.0, 1.2],
        },
        "pos-range",
    )
    add(
        H,
        {
            "type": "BatchEasyHardMiner",
            "pos_strategy": "hard",
            "neg_strategy": "easy",
            "allowed_neg_range": [0.3, 1.4],
        },
        "neg-range",
    )
    # PairMargin
    for m, t in (
        ({}, "default"),
        ({"pos_margin": 0.5, "neg_margin": 1.0}, "margins"),
        ({"pos_margin": 0.8, "neg_margin": 0.2, "distance": Cos()}, "cosine"),
        ({"pos_margin": 1.0, "neg_margin": 2.5, "distance": Lp(norm=False)}, "unnormalized"),
    ):
        add(P, {"type": "PairMarginMiner", **m}, t)
    add(P, {"type": "PairMarginMiner", "pos_margin": 0.3, "neg_margin": 1.1}, "ref", ref=True)
    add(P, {"type": "PairMarginMiner"}, "no-positives", kind="no_pos", counts=[5])
    add(H, {"type": "PairMarginMiner", "pos_margin": 0.4, "neg_margin": 0.9}, "margins")
    add(
        H,
        {"type": "PairMarginMiner", "pos_margin": 0.6, "neg_margin": 0.1, "distance": Cos()},
        "cosine-ref",
        ref=True,
    )
    # MultiSimilarity
    for m, t in (
        ({}, "default"),
        ({"epsilon": 0.3}, "eps03"),
        ({"epsilon": 0.0}, "eps0"),
        ({"epsilon": 0.2, "distance": Lp()}, "lp"),
        ({"epsilon": 0.5, "distance": Lp(norm=False)}, "lp-unnormalized"),
    ):
        add(P, {"type": "MultiSimilarityMiner", **m}, t)
    add(P, {"type": "MultiSimilarityMiner", "epsilon": 0.1}, "ref", ref=True)
    add(P, {"type": "MultiSimilarityMiner"}, "no-positives", kind="no_pos", counts=[5])
    add(P, {"type": "MultiSimilarityMiner"}, "no-negatives", kind="no_neg", counts=[5])
    add(H, {"type": "MultiSimilarityMiner", "epsilon": 0.25}, "eps")
    add(H, {"type": "MultiSimilarityMiner", "epsilon": 0.15, "distance": Lp()}, "lp-ref", ref=True)
    # Angular
    for m, t in (({}, "default"), ({"angle": 30}, "angle30"), ({"angle": 10}, "angle10")):
        add(P, {"type": "AngularMiner", **m}, t)
    add(P, {"type": "AngularMiner", "angle": 25}, "ref", ref=True)
    add(H, {"type": "AngularMiner", "angle": 22}, "angle22")
    add(H, {"type": "AngularMiner", "angle": 35}, "ref", ref=True)
    # HDC
    for m, t in (
        ({}, "default"),
        ({"filter_percentage": 0.25}, "quarter"),
        ({"filter_percentage": 0.6, "distance": Cos()}, "cosine"),
        ({"filter_percentage": 1.0}, "all"),
    ):
        add(
            P,
            {"type": "HDCMiner", **m},
            t,
            counts=[2, 2, 3] if t == "all" else None,
            D=4 if t == "all" else None,
        )
    add(P, {"type": "HDCMiner", "filter_percentage": 0.3}, "ref", ref=True)
    add(H, {"type": "HDCMiner", "filter_percentage": 0.4}, "ref", ref=True)
    add(H, {"type": "HDCMiner", "filter_percentage": 0.35, "distance": Cos()}, "cosine-ref", ref=True)
    # packaged
    add(P, {"type": "EmbeddingsAlreadyPackagedAsTriplets"}, "nine", counts=[3, 3, 3], D=3)
    add(H, {"type": "EmbeddingsAlreadyPackagedAsTriplets"}, "six", counts=[3, 3], D=4)

    # ---- stochastic: DistanceWeightedMiner weights
    def dw(split, cutoff, nz, counts, D, ref, tag):
        n[split] += 1
        i = "DistanceWeightedMiner/%s%02d-%s" % ("" if split == P else "h", n[split], tag)
        for att in range(50):
            rng = rng_of(i, att)
            y = labels_from_counts(counts, rng)
            cent = rng.randn(5, D)
            E = make_emb(y, D, rng, centers=cent)
            R = ry = None
            if ref:
                ry = labels_from_counts([3, 2, 3], rng)
                R = make_emb(ry, D, rng, centers=cent)
            cap = {}

            def fake(labels, ref_labels=None, t_per_anchor=None, weights=None):
                cap["w"] = weights
                return (torch.zeros(0).long(),) * 3

            def go(e):
                mn = miners.DistanceWeightedMiner(cutoff=cutoff, nonzero_loss_cutoff=nz)
                o = lmu.get_random_triplet_indices
                lmu.get_random_triplet_indices = fake
                try:
                    mn(e, tens(y, torch.long), *((tens(R, e.dtype), tens(ry, torch.long)) if ref else ()))
                finally:
                    lmu.get_random_triplet_indices = o
                return cap["w"].double().numpy()

            w = go(tens(E, F64))
            w2 = go(tens(E + 2e-5 * rng.randn(*E.shape), F64))
            if np.all(np.isfinite(w)) and np.max(np.abs(w - w2)) < 1e-3:
                break
        else:
            raise RuntimeError(i)
        # deterministic facts about the sampled triplets
        mn = miners.DistanceWeightedMiner(cutoff=cutoff, nonzero_loss_cutoff=nz)
        torch.manual_seed(0)
        seen = set()
        sizes = set()
        for _ in range(40):
            a, p, nn = mn(
                tens(E, F64), tens(y, torch.long), *((tens(R, F64), tens(ry, torch.long)) if ref else ())
            )
            sizes.add(len(a))
            yy = ry if ref else y
            for x, u, v in zip(a.tolist(), p.tolist(), nn.tolist()):
                chk(
                    "DistanceWeightedMiner samples respect labels and support",
                    y[x] == yy[u] and y[x] != yy[v] and (ref or x != u) and w[x, v] > 0,
                    i,
                )
                seen.add((x, v))
        chk("DistanceWeightedMiner constant count", len(sizes) == 1, sizes)
        c = {
            "id": i,
            "split": split,
            "miner": "DistanceWeightedMiner",
            "stochastic": True,
            "params": {"cutoff": cutoff, "nonzero_loss_cutoff": nz},
            "distance": desc_distance(mn.distance),
            "embeddings": jsonable(E),
            "labels": jsonable(y),
        }
        if ref:
            c["ref_emb"] = jsonable(R)
            c["ref_labels"] = jsonable(ry)
        c["expected"] = {
            "form": "negative_weights",
            "weights": jsonable(w),
            "num_triplets": sizes.pop(),
            "per_anchor": "per label with at least one positive: number of anchors of that label times k, k = number of positives-class members in the reference (including the anchor itself when there is no ref); anchors whose weight row sums to 0 are dropped",
        }
        cases.append(c)

    dw(P, 0.5, 1.4, [4, 3, 2], 4, False, "default")
    dw(P, 0.3, 1.2, [3, 3, 2], 6, False, "cutoffs")
    dw(P, 0.5, 1.4, [3, 2, 2], 4, True, "ref")
    dw(P, 0.5, 1.6, [3, 3, 2], 3, False, "d3")
    dw(H, 0.4, 1.3, [4, 3, 3], 5, False, "cutoffs")
    dw(H, 0.6, 1.5, [3, 3], 4, True, "ref")

    # ---- UniformHistogramMiner: bins and membership
    def uh(split, bins, pp, npb, dist, counts, D, ref, tag):
        n[split] += 1
        i = "UniformHistogramMiner/%s%02d-%s" % ("" if split == P else "h", n[split], tag)
        rng = rng_of(i)
        y = labels_from_counts(counts, rng)
        cent = rng.randn(5, D)
        E = make_emb(y, D, rng, centers=cent)
        R = ry = None
        if ref:
            ry = labels_from_counts([3, 3, 2], rng)
            R = make_emb(ry, D, rng, centers=cent)
        mn = miners.UniformHistogramMiner(
            num_bins=bins,
            pos_per_bin=pp,
            neg_per_bin=npb,
            **({"distance": mk_distance(dist)} if dist else {}),
        )
        yy = ry if ref else y
        M = mn.distance(tens(E, F64), tens(R, F64) if ref else None)
        lt = tens(y, torch.long)
        a1, p, a2, nn = lmu.get_all_pairs_indices(lt, tens(ry, torch.long) if ref else lt)
        out = {}
        torch.manual_seed(1)
        res = mn(tens(E, F64), lt, *((tens(R, F64), tens(ry, torch.long)) if ref else ()))
        for nm, (a, b, per) in {"pos": (a1, p, pp), "neg": (a2, nn, npb)}.items():
            d = M[a, b]
            edges = mn.get_bins(d)
            mem = []
            for k in range(bins):
                hi = d < edges[k + 1] if k != bins - 1 else d <= edges[k + 1]
                idx_ = torch.where((edges[k] <= d) & hi)[0]
                mem.append(sorted([int(a[t]), int(b[t])] for t in idx_))
            ne = sum(1 for m_ in mem if m_)
            got = res[0] if nm == "pos" else res[2]
            chk("UniformHistogramMiner sample count", len(got) == ne * per, i)
            out[nm] = {
                "bin_edges": jsonable(edges),
                "pairs_per_bin": mem,
                "non_empty_bins": ne,
                "num_sampled": ne * per,
            }
        c = {
            "id": i,
            "split": split,
            "miner": "UniformHistogramMiner",
            "stochastic": True,
            "params": {"num_bins": bins, "pos_per_bin": pp, "neg_per_bin": npb},
            "distance": desc_distance(mn.distance),
            "embeddings": jsonable(E),
            "labels": jsonable(y),
        }
        if ref:
            c["ref_emb"] = jsonable(R)
            c["ref_labels"] = jsonable(ry)
        c["expected"] = {"form": "histogram", **out}
        cases.append(c)

    uh(P, 5, 3, 4, None, [4, 3, 2], 4, False, "bins5")
    uh(P, 10, 2, 2, Cos(), [3, 3, 2], 3, False, "cosine")
    uh(P, 4, 5, 5, None, [3, 3, 2], 4, True, "ref")
    uh(H, 6, 2, 3, None, [4, 4, 2], 3, False, "bins6")
    uh(H, 3, 4, 4, Cos(), [3, 2, 2], 5, True, "cosine-ref")

    # ---- HDC with externally set indices
    def hdc_ext(split, tag, pct):
        n[split] += 1
        i = "HDCMiner/%s%02d-%s" % ("" if split == P else "h", n[split], tag)
        for att in range(60):
            rng = rng_of(i, att)
            y = labels_from_counts([3, 3, 2], rng)
            E = make_emb(y, 4, rng)
            it = sub_triplets(list(y), list(y), True, rng, 8)
            M = miners.HDCMiner().distance(tens(E, F64))
            # a triplet list repeats (a,p) pairs: avoid a cut in the middle of equal distances
            ok = True
            for col, big in ((1, True), (2, False)):
                d = sorted((float(M[a, b]) for a, b in zip(it[0], it[col])), reverse=big)
                kk = math.ceil(pct * len(d))
                if kk < len(d) and abs(d[kk - 1] - d[kk]) < 1e-4:
                    ok = False
            if ok:
                break
        mn = miners.HDCMiner(filter_percentage=pct)
        mn.set_idx_externally(tuple(torch.tensor(v) for v in it), tens(y, torch.long))
        o = sort_tuple(mn(tens(E, F64), tens(y, torch.long)))
        cases.append(
            {
                "id": i,
                "split": split,
                "miner": "HDCMiner",
                "params": {"filter_percentage": pct},
                "distance": desc_distance(mn.distance),
                "embeddings": jsonable(E),
                "labels": jsonable(y),
                "external_indices_tuple": jsonable(it),
                "note": "set_idx_externally(external_indices_tuple) before mining",
                "expected": o,
            }
        )

    hdc_ext(P, "external", 0.5)
    hdc_ext(H, "external", 0.4)
    meta = {
        **PML_META,
        "module": "miners",
        "fields": {
            "expected.form": "triplets | pairs | negative_weights | histogram",
            "expected.triplets": "sorted list of [a, p, n]",
            "expected.pos_pairs / neg_pairs": "sorted lists of [anchor, other]; duplicates kept",
            "ref_emb, ref_labels": "when given, column 0 indexes embeddings, the other columns index ref_emb; no self exclusion",
            "negative_weights.weights": "row-normalised sampling weights over all reference columns (rows that sum to 0 would be NaN; excluded here)",
            "histogram": "bin_edges = num_bins+1 values linspace(min, max); pairs_per_bin: members of [edge_i, edge_i+1), last bin closed; each non-empty bin yields *_per_bin draws WITH replacement",
            "stability": "all outputs are identical in float32 and float64 and under 2e-5 noise on the inputs",
        },
    }
    write_module("miners.json", meta, cases)
    return cases
