"""accuracy.json"""

from loss_cases import *
from checks import P, H, chk
from descriptions import *
from sklearn import metrics as skm

METRICS = [
    "precision_at_1",
    "r_precision",
    "mean_average_precision_at_r",
    "mean_average_precision",
    "mean_reciprocal_rank",
]
CMP = {"abs_diff_le_1": lambda a, b: torch.abs(a - b) <= 1}


def np_metrics(yq, knn_labels, counts, k_used):
    """independent numpy re-computation for categorical labels, avg over non-lone queries"""
    out = {m: [] for m in METRICS}
    keep = []
    for i, l in enumerate(yq):
        R = counts[i]
        if R <= 0:
            continue
        rel = (knn_labels[i] == l).astype(float)
        kk = len(rel)
        prec = np.cumsum(rel) / np.arange(1, kk + 1)
        out["precision_at_1"].append(rel[0])
        Rk = min(R, kk)
        out["r_precision"].append(rel[:Rk].sum() / Rk)
        out["mean_average_precision_at_r"].append((prec[:R] * rel[:R]).sum() / R)
        out["mean_average_precision"].append((prec * rel).sum() / R)
        out["mean_reciprocal_rank"].append(1 / (1 + np.argmax(rel)) if rel.any() else 0)
        keep.append(l)
    return out, keep


def gen_accuracy():
    cases = []
    n = {}

    def nid(kind, split, tag):
        n[(kind, split)] = n.get((kind, split), 0) + 1
        return "%s/%s%02d-%s" % (kind, "" if split == P else "h", n[(kind, split)], tag)

    def draw(i, counts, D, rcounts, att, noise=1.0, shift=0):
        rng = rng_of(i, att)
        C = max(len(counts), len(rcounts or [])) + shift
        cent = rng.randn(C + 1, D)
        y = labels_from_counts(counts, rng)
        E = make_emb(y, D, rng, centers=cent)
        R = ry = None
        if rcounts:
            ry = labels_from_counts(rcounts, rng, first=shift)
            R = make_emb(ry, D, rng, centers=cent)
        return rng, y, E, ry, R

    def add(
        split,
        tag,
        counts,
        D,
        rcounts=None,
        k=None,
        avg=False,
        per_class=False,
        dist=None,
        rinc=False,
        shift=0,
        cmp=None,
    ):
        i = nid("AccuracyCalculator", split, tag)
        dist = dist or Lp(norm=False)
        for att in range(200):
            rng, y, E, ry, R = draw(i, counts, D, rcounts, att, shift=shift)
            if rinc:  # reference = query followed by extra rows
                R = np.concatenate([E, R])
                ry = np.concatenate([y, ry])
            same = R is None
            A = E if same else R
            M = np_dist(dist, E, A)
            inv = dist["type"] in ("CosineSimilarity", "DotProductSimilarity")
            if inv:
                M = -M
            if same or rinc:
                M = M.copy()
                M[np.arange(len(E)), np.arange(len(E))] = -np.inf
            s = np.sort(M, axis=1)[:, 1 if (same or rinc) else 0 :]
            if s.shape[1] < 2 or np.min(np.diff(s, axis=1)) > 2e-4:
                break
        else:
            raise RuntimeError("ties " + i)
        D_ = mk_distance(dist)
        rng2 = rng_of(i, "clusters")
        cl = y.copy()
        for j in rng2.choice(len(y), max(1, len(y) // 3), replace=False):
            cl[j] = rng2.randint(0, len(counts))
        grab = {}

        class KNN(CustomKNN):
            def __call__(self, *a, **kw):
                o = super().__call__(*a, **kw)
                grab["d"], grab["i"] = o
                return o

        inc = tuple(METRICS) if cmp else ()
        ac = acc_mod.AccuracyCalculator(
            include=inc,
            k=k,
            avg_of_avgs=avg,
            return_per_class=per_class,
            device=torch.device("cpu"),
            knn_func=KNN(D_),
            kmeans_func=lambda x, c: torch.tensor(cl),
            label_comparison_fn=CMP[cmp] if cmp else None,
        )
        args = [tens(E, F32), tens(y, torch.long)] + ([] if same else [tens(R, F32), tens(ry, torch.long)])
        kw = {"ref_includes_query": True} if rinc else {}
        out = ac.get_accuracy(*args, **kw)
        yy = y if same else ry
        order = np.argsort(M, axis=1, kind="stable")
        if same or rinc:
            order = order[:, 1:]
        kused = grab["i"].shape[1]
        chk("knn order vs numpy", np.array_equal(order[:, :kused], grab["i"].numpy()), i)
        if not cmp:
            self_ = 1 if (same or rinc) else 0
            cnts = [int((yy == l).sum()) - self_ for l in y]
            o2, keep = np_metrics(y, yy[order[:, :kused]], cnts, kused)
            for m in METRICS:
                if not keep:
                    continue
                if avg or per_class:
                    per = [np.mean([v for v, l in zip(o2[m], keep) if l == u]) for u in sorted(set(keep))]
                    ref_v = np.array(per) if per_class else np.mean(per)
                else:
                    ref_v = np.mean(o2[m])
                chk("accuracy vs numpy", np.allclose(ref_v, out[m], atol=2e-7), (i, m, ref_v, out[m]))
        nz = lambda d: {a: jsonable(b) for a, b in d.items()}
        c = {
            "id": i,
            "split": split,
            "kind": "AccuracyCalculator",
            "k": k,
            "avg_of_avgs": avg,
            "return_per_class": per_class,
            "distance": desc_distance(D_),
            "query": jsonable(E),
            "query_labels": jsonable(y),
        }
        if not same:
            c["reference"] = jsonable(R)
            c["reference_labels"] = jsonable(ry)
        c["ref_includes_query"] = bool(same or rinc)
        if cmp:
            c["label_comparison_fn"] = cmp
        else:
            c["cluster_labels"] = jsonable(cl)
        c["k_used"] = kused
        c["expected"] = nz(out)
        c["expected_knn_indices"] = jsonable(grab["i"]) if kused * len(y) <= 130 else None
        if c["expected_knn_indices"] is None:
            c.pop("expected_knn_indices")
        if any(isinstance(v, str) for v in c["expected"].values()):
            c["quirk"] = True
        cases.append(c)

    for k in (None, 5, "max_bin_count", 1):
        for avg in (False, True):
            add(P, "same-k%s%s" % (k, "-avgofavgs" if avg else ""), [5, 4, 3], 3, k=k, avg=avg)
    add(P, "same-per-class", [5, 4, 3], 3, per_class=True)
    add(P, "same-singletons", [4, 3, 1, 1], 4)
    add(P, "same-singletons-avg", [4, 3, 1, 1], 4, avg=True)
    add(P, "same-singletons-per-class", [4, 3, 1], 4, per_class=True, k="max_bin_count")
    add(P, "same-cosine", [5, 4, 3], 4, dist=Cos())
    add(P, "same-normalized", [4, 4, 3], 4, dist=Lp(), k="max_bin_count")
    add(P, "same-all-singletons", [1, 1, 1, 1], 3)
    add(P, "same-one-class", [6], 3)
    for k in (None, 5, "max_bin_count"):
        add(P, "separate-k%s" % k, [4, 3, 2], 3, rcounts=[5, 4, 3], k=k)
    add(P, "separate-avg", [4, 3, 2], 3, rcounts=[5, 4, 3], avg=True)
    add(P, "separate-unseen-reference-labels", [4, 3], 4, rcounts=[4, 3, 5])
    add(P, "separate-query-labels-missing-in-reference", [4, 3, 3], 4, rcounts=[5, 4])
    add(P, "separate-missing-avg-k5", [4, 3, 3], 4, rcounts=[5, 4], k=5, avg=True)
    add(P, "separate-disjoint", [4, 3], 3, rcounts=[3, 4], shift=2)
    add(P, "separate-per-class", [4, 3, 2], 3, rcounts=[4, 4, 4], per_class=True)
    add(P, "includes-query", [4, 3, 2], 3, rcounts=[3, 3, 2], rinc=True)
    add(P, "includes-query-k5", [4, 3, 2], 3, rcounts=[3, 3, 2], rinc=True, k=5)
    add(P, "includes-query-singleton-maxbin", [3, 2, 1], 3, rcounts=[2, 2, 1], rinc=True, k="max_bin_count")
    add(P, "custom-comparison", [4, 3, 3, 2], 3, cmp="abs_diff_le_1")
    add(P, "custom-comparison-separate", [4, 3, 3], 3, rcounts=[3, 3, 3, 3], cmp="abs_diff_le_1", k=5)
    for k, avg in ((None, False), (7, True), ("max_bin_count", False)):
        add(H, "same-k%s" % k, [6, 4, 4, 2], 4, k=k, avg=avg)
    add(H, "same-singletons", [5, 3, 1], 3, avg=True)
    add(H, "separate", [5, 3, 2], 4, rcounts=[6, 3, 3])
    add(H, "separate-k3-avg", [5, 3, 2], 4, rcounts=[6, 3, 3], k=3, avg=True)
    add(H, "separate-missing", [4, 4, 2], 5, rcounts=[4, 5])
    add(H, "unseen-reference", [4, 4], 3, rcounts=[3, 3, 4], dist=Cos())
    add(H, "includes-query", [5, 3, 2], 4, rcounts=[3, 2, 2], rinc=True)
    add(H, "per-class", [4, 4, 3], 3, per_class=True)
    add(H, "same-cosine-maxbin", [5, 5, 3], 4, k="max_bin_count", dist=Cos())
    add(H, "custom-comparison", [4, 4, 3], 3, cmp="abs_diff_le_1")

    # ---- clustering
    def clus(split, a, b, tag):
        i = nid("clustering", split, tag)
        cm = skm.cluster.contingency_matrix(a, b)
        pc = skm.cluster.pair_confusion_matrix(a, b)
        tp = pc[1, 1]
        pr = tp / (tp + pc[0, 1]) if tp + pc[0, 1] else 0.0
        rc = tp / (tp + pc[1, 0]) if tp + pc[1, 0] else 0.0
        h, cpl, v = skm.homogeneity_completeness_v_measure(a, b)
        ex = {
            "NMI": skm.normalized_mutual_info_score(a, b),
            "AMI": skm.adjusted_mutual_info_score(a, b),
            "MI": skm.mutual_info_score(a, b),
            "ARI": skm.adjusted_rand_score(a, b),
            "rand": skm.rand_score(a, b),
            "homogeneity": h,
            "completeness": cpl,
            "v_measure": v,
            "fowlkes_mallows": skm.fowlkes_mallows_score(a, b),
            "purity": cm.max(0).sum() / cm.sum(),
            "pair_precision": pr,
            "pair_recall": rc,
            "pair_f1": 2 * pr * rc / (pr + rc) if pr + rc else 0.0,
        }
        for nm in ("min", "max", "geometric"):
            ex["NMI_" + nm] = skm.normalized_mutual_info_score(a, b, average_method=nm)
            ex["AMI_" + nm] = skm.adjusted_mutual_info_score(a, b, average_method=nm)
        cases.append(
            {
                "id": i,
                "split": split,
                "kind": "clustering",
                "labels": list(map(int, a)),
                "clusters": list(map(int, b)),
                "expected": jsonable(ex),
            }
        )

    for split, seeds in ((P, range(6)), (H, range(100, 103))):
        for s in seeds:
            r = rng_of("clus", s)
            N = int(r.randint(8, 40))
            C = int(r.randint(2, 6))
            a = r.randint(0, C, N)
            b = np.where(r.rand(N) < 0.6, a, r.randint(0, C + s % 3, N))
            clus(split, a, b, "random%d" % s)
    clus(P, [0, 0, 1, 1], [0, 0, 1, 1], "perfect")
    clus(P, [0, 0, 1, 1], [1, 1, 0, 0], "permuted")
    clus(P, [0, 0, 1, 1], [0, 0, 0, 0], "one-cluster")
    clus(P, [0, 0, 0], [0, 0, 0], "trivial")
    clus(P, [0, 0, 1, 1, 2], [0, 1, 2, 3, 4], "all-singletons")
    clus(P, [0, 1, 0, 1], [0, 0, 1, 1], "independent")
    clus(H, [0, 0, 0, 1, 1, 2], [2, 2, 0, 0, 1, 1], "mixed")
    clus(H, [1, 1, 2, 2], [0, 1, 2, 3], "all-singletons")

    # ---- roc
    def roc(split, counts, D, dist, tag, quant=None):
        i = nid("roc", split, tag)
        rng = rng_of(i)
        y = labels_from_counts(counts, rng)
        E = make_emb(y, D, rng)
        M = np_dist(dist, E, E)
        iu = np.triu_indices(len(y), 1)
        d = M[iu]
        same = (y[iu[0]] == y[iu[1]]).astype(int)
        d = np.array([float("%.9g" % v) for v in (np.round(d * quant) / quant if quant else d)])
        inv = dist["type"] in ("CosineSimilarity", "DotProductSimilarity")
        score = d if inv else -d
        fpr, tpr, th = skm.roc_curve(same, score, drop_intermediate=False)
        fnr = 1 - tpr
        # EER by linear interpolation on the ROC polyline
        x = fpr - fnr
        j = int(np.argmax(x >= 0))
        if x[j] == 0:
            eer = fpr[j]
        else:
            t = -x[j - 1] / (x[j] - x[j - 1])
            eer = fpr[j - 1] + t * (fpr[j] - fpr[j - 1])
        from scipy.optimize import brentq
        from scipy.interpolate import interp1d

        if len(np.unique(fpr)) == len(fpr):
            chk("EER vs brentq", abs(brentq(lambda z: 1 - z - interp1d(fpr, tpr)(z), 0, 1) - eer) < 1e-9, i)
        jn = int(np.argmin(np.abs(fnr - fpr)))
        thr = [("Infinity" if k == 0 else num(v)) for k, v in enumerate(th)]
        acc = [((score >= t).astype(int) == same).mean() for t in th]
        ba = int(np.argmax(acc))
        prc, rec, _ = skm.precision_recall_curve(same, score)
        ex = {
            "auc": skm.roc_auc_score(same, score),
            "eer": eer,
            "eer_nearest": (fpr[jn] + fnr[jn]) / 2,
            "average_precision": skm.average_precision_score(same, score),
            "best_accuracy": acc[ba],
            "tpr_at_fpr": {str(f): float(tpr[fpr <= f].max()) for f in (0.0, 0.01, 0.1, 0.2, 0.5)},
            "fpr": fpr,
            "tpr": tpr,
        }
        ex = jsonable(ex)
        ex["thresholds"] = thr
        mw = np.mean(
            [(1.0 if a > b else 0.5 if a == b else 0.0) for a in score[same == 1] for b in score[same == 0]]
        )
        chk("AUC vs Mann-Whitney", abs(mw - skm.roc_auc_score(same, score)) < 1e-12, i)
        cases.append(
            {
                "id": i,
                "split": split,
                "kind": "roc",
                "distance": {**dist},
                "embeddings": jsonable(E),
                "labels": jsonable(y),
                "pairs": "all i<j in row-major order",
                "pair_distances": jsonable(d),
                "pair_same": same.tolist(),
                "score": "distance" if inv else "-distance",
                "expected": ex,
            }
        )

    roc(P, [5, 4, 3], 3, Lp(norm=False), "euclid")
    roc(P, [4, 4, 4], 4, Cos(), "cosine")
    roc(P, [6, 3, 2], 3, Lp(power=2, norm=False), "squared")
    roc(P, [5, 4, 3], 3, Lp(norm=False), "ties", quant=4)
    roc(P, [3, 3], 4, Lp(), "small")
    roc(H, [5, 5, 3], 4, Lp(norm=False), "euclid")
    roc(H, [4, 3, 3], 3, Cos(), "cosine")
    roc(H, [4, 4, 3], 4, Lp(norm=False), "ties", quant=2)

    # ---- recall@k
    def recall(split, counts, D, rc, dist, tag):
        i = nid("recall_at_k", split, tag)
        for att in range(100):
            rng, y, E, ry, R = draw(i, counts, D, rc, att)
            M = np_dist(dist, E, E if R is None else R)
            inv = dist["type"] == "CosineSimilarity"
            M = -M if inv else M
            if R is None:
                np.fill_diagonal(M, np.inf)
            s = np.sort(M, 1)
            s = s[:, :-1] if R is None else s
            if np.min(np.diff(s, axis=1)) > 2e-4:
                break
        o = np.argsort(M, 1)
        o = o[:, :-1] if R is None else o
        yy = y if R is None else ry
        ex = {
            str(k): float(np.mean([(yy[o[a][:k]] == y[a]).any() for a in range(len(y))]))
            for k in (1, 2, 4, 8)
        }
        ex2 = {
            str(k): float(np.mean([np.mean(yy[o[a][:k]] == y[a]) for a in range(len(y))]))
            for k in (1, 2, 4, 8)
        }
        c = {
            "id": i,
            "split": split,
            "kind": "recall_at_k",
            "distance": {**dist},
            "query": jsonable(E),
            "query_labels": jsonable(y),
        }
        if R is not None:
            c["reference"] = jsonable(R)
            c["reference_labels"] = jsonable(ry)
        c["expected"] = {"recall_at_k": jsonable(ex), "precision_at_k": jsonable(ex2)}
        cases.append(c)

    recall(P, [5, 4, 3], 3, None, Lp(norm=False), "same")
    recall(P, [4, 3, 3, 1, 1], 4, None, Lp(norm=False), "singletons")
    recall(P, [4, 3, 3], 3, [5, 4, 3], Lp(norm=False), "separate")
    recall(P, [4, 4, 4], 4, None, Cos(), "cosine")
    recall(P, [4, 3, 3], 4, [5, 5], Lp(), "missing")
    recall(H, [6, 4, 2], 4, None, Lp(norm=False), "same")
    recall(H, [4, 4, 2], 3, [5, 4, 4], Cos(), "separate-cosine")
    meta = {
        **PML_META,
        "module": "AccuracyCalculator + scikit-learn metrics",
        "fields": {
            "kind": "AccuracyCalculator | clustering | roc | recall_at_k",
            "AccuracyCalculator": "nearest neighbours by `distance` (CustomKNN; FAISS-L2 equivalent when normalize_embeddings is false); reference absent = query against itself with the query removed; ref_includes_query with a reference: the first rows of the reference ARE the query rows; cluster_labels stand in for k-means; PML computes in float32 (mean_reciprocal_rank stays float32: compare at 1e-6). With return_per_class every metric except NMI/AMI is a list in ascending order of the labels that remain after dropping lone queries.",
            "k_used": "number of neighbours actually used (after removing self)",
            "label_comparison_fn": "abs_diff_le_1: two labels match when |a-b| <= 1 (NMI/AMI not defined then)",
            "clustering": "scikit-learn; NMI/AMI use the arithmetic mean (PML uses the same), *_min/_max/_geometric the others; purity = sum over clusters of the majority class / N",
            "roc": "scikit-learn roc_curve(drop_intermediate=False) on score; positives are same-label pairs; the first threshold (scikit-learn 1.2 stores max+1) is written as 'Infinity'; eer = fpr where fpr = 1 - tpr on the ROC polyline (linear interpolation); eer_nearest = (fpr+fnr)/2 at the threshold with the smallest |fnr-fpr| (first such); tpr_at_fpr[f] = largest tpr with fpr <= f, no interpolation; best_accuracy over the thresholds with rule score >= threshold",
            "recall_at_k": "fraction of ALL queries (lone ones count as misses) with a same-label item in the k nearest, self removed; precision_at_k = mean fraction of same-label items among the k nearest (fewer than k available: among those)",
        },
    }
    write_module("accuracy.json", meta, cases)
    return cases
