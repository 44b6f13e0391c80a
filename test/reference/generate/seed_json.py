"""seed.json"""

from loss_cases import *
from checks import P, H, chk
from descriptions import *


def gen_seed():
    cases = []
    n = {}

    def nid(kind, split, tag):
        n[(kind, split)] = n.get((kind, split), 0) + 1
        return "%s/%s%02d-%s" % (kind, "" if split == P else "h", n[(kind, split)], tag)

    def loss_case(split, N, D, margin, scale, tag, kind="random"):
        i = nid("triplet_loss", split, tag)
        rng = rng_of(i)
        Y = q(scale * rng.randn(N, 3 * D))
        if kind == "relu":
            Y = np.maximum(Y, 0)
        if kind == "easy":
            Y[:, D : 2 * D] = Y[:, :D]
            Y[:, 2 * D :] = q(Y[:, :D] + 3)
        if kind == "collapsed":
            Y = np.tile(Y[:, :D], (1, 3))
        if kind == "closer":
            Y[:, D : 2 * D] = q(Y[:, :D] + 0.5 * scale * rng.randn(N, D))
        y = tens(Y, F64).requires_grad_(True)
        a, p, k = y[:, :D], y[:, D : 2 * D], y[:, 2 * D :]
        pd = ((a - p) ** 2).sum(-1, keepdim=True)
        nd = ((a - k) ** 2).sum(-1, keepdim=True)
        b = pd - nd + margin
        L = torch.where(b >= 0, b, torch.zeros_like(b))
        v = L.mean()
        g = torch.autograd.grad(v, y)[0]
        ref = np.maximum(
            ((Y[:, :D] - Y[:, D : 2 * D]) ** 2).sum(1) - ((Y[:, :D] - Y[:, 2 * D :]) ** 2).sum(1) + margin, 0
        )
        chk("seed loss vs numpy", np.allclose(ref, L.detach().numpy()[:, 0], atol=1e-12), i)
        # same thing through PML: TripletMarginLoss on squared Euclidean with explicit triplets and the mean reducer
        if kind != "collapsed":
            stack = torch.cat([y.detach()[:, :D], y.detach()[:, D : 2 * D], y.detach()[:, 2 * D :]])
            ar = torch.arange(N)
            w = losses.TripletMarginLoss(
                margin=margin,
                distance=distances.LpDistance(power=2, normalize_embeddings=False),
                reducer=reducers.MeanReducer(),
            )(stack, indices_tuple=(ar, ar + N, ar + 2 * N))
            chk(
                "seed loss vs PML squared-Euclidean triplet",
                abs(float(w) - float(v)) < 1e-10 * max(1, abs(float(v))),
                (i, float(w), float(v)),
            )
        f = lambda z: float(
            np.maximum(
                ((z[:, :D] - z[:, D : 2 * D]) ** 2).sum(1)
                - ((z[:, :D] - z[:, 2 * D :]) ** 2).sum(1)
                + margin,
                0,
            ).mean()
        )
        if N * D <= 64 and kind in ("random", "relu", "closer"):
            chk("seed loss fd", np.max(np.abs(fd(f, Y) - g.numpy())) < 1e-5, i)
        cases.append(
            {
                "id": i,
                "split": split,
                "kind": "triplet_loss",
                "margin": margin,
                "embedding_size": D,
                "y_pred": jsonable(Y),
                "expected": {
                    "pos_dist": jsonable(pd[:, 0]),
                    "neg_dist": jsonable(nd[:, 0]),
                    "per_row_loss": jsonable(L[:, 0]),
                    "loss": num(v),
                    "grad_y_pred": jsonable(g),
                },
            }
        )

    for m in (0.2, 1.0, 2.0):
        loss_case(P, 6, 4, m, 0.5, "margin%g" % m)
        loss_case(P, 5, 8, m, 0.35, "relu-margin%g" % m, "relu")
    loss_case(P, 8, 4, 1.0, 0.4, "closer", "closer")
    loss_case(P, 4, 3, 1.0, 1.0, "easy", "easy")
    loss_case(P, 3, 4, 1.0, 1.0, "collapsed", "collapsed")
    loss_case(P, 4, 128, 1.0, 0.1, "d128", "relu")
    for m in (0.2, 1.0, 2.0):
        loss_case(H, 7, 5, m, 0.45, "margin%g" % m)
    loss_case(H, 5, 6, 0.7, 0.5, "closer", "closer")
    loss_case(H, 3, 128, 1.0, 0.12, "d128", "relu")
    loss_case(H, 2, 5, 2.0, 1.0, "collapsed", "collapsed")

    def report(split, classes, nper, D, extra, tag, tie=False):
        i = nid("class_report", split, tag)
        rng = rng_of(i)
        N = classes * nper + extra
        Y = q(0.6 * rng.randn(N, 3 * D))
        Y[:, D : 2 * D] = q(Y[:, :D] + 0.5 * rng.randn(N, D))
        if tie:
            Y[1, D : 2 * D] = Y[1, 2 * D :]
        nn = N // classes
        rep = []
        for c in range(classes):
            F = Y[nn * c : nn * (c + 1)]
            b = ((F[:, :D] - F[:, D : 2 * D]) ** 2).sum(1) - ((F[:, :D] - F[:, 2 * D :]) ** 2).sum(1)
            rep.append({"acc": float((b < 0).sum()) / nn, "min": b.min(), "max": b.max(), "avg": b.mean()})
        cases.append(
            {
                "id": i,
                "split": split,
                "kind": "class_report",
                "num_classes": classes,
                "embedding_size": D,
                "y_pred": jsonable(Y),
                "expected": {
                    "n_per_class": nn,
                    "classes": jsonable(rep),
                    "overall_acc": num(np.mean([r["acc"] for r in rep])),
                },
            }
        )

    report(P, 3, 4, 4, 0, "basic")
    report(P, 4, 3, 3, 2, "leftover-rows")
    report(P, 2, 4, 4, 0, "tie", True)
    report(H, 5, 3, 4, 1, "leftover-rows")
    report(H, 3, 5, 3, 0, "basic")

    def pairs(split, labels, C, incs, tag):
        i = nid("create_pairs", split, tag)
        labels = np.array(labels)
        di = [np.where(labels == c)[0] for c in range(C)]
        m = min(len(d) for d in di) - 1
        out = []
        it = iter(incs)
        for d in range(C):
            for j in range(m):
                dn = (d + next(it)) % C
                out.append([int(di[d][j]), int(di[d][j + 1]), int(di[dn][j])])
        cases.append(
            {
                "id": i,
                "split": split,
                "kind": "create_pairs",
                "labels": labels.tolist(),
                "num_classes": C,
                "inc": list(incs)[: C * m],
                "expected": {"n": m, "triplets": out},
            }
        )

    pairs(P, [0, 1, 2, 0, 1, 2, 0, 2, 1, 0], 3, [1, 2, 1, 2, 2, 1], "basic")
    pairs(P, [1, 0, 1, 1, 0, 0, 0], 2, [1] * 4, "two-classes")
    pairs(P, [0, 1, 1, 2, 2, 2], 3, [], "class-of-one")
    pairs(H, [3, 1, 2, 0, 0, 1, 2, 3, 3, 2, 1, 0], 4, [1, 3, 2, 1, 2, 3, 1, 2], "four-classes")
    loss_case(P, 10, 6, 0.2, 0.3, "closer-margin0.2", "closer")
    loss_case(P, 9, 4, 2.0, 0.3, "closer-margin2", "closer")
    loss_case(P, 1, 4, 1.0, 0.5, "single-row")
    report(P, 10, 2, 4, 3, "ten-classes")
    meta = {
        "library": "SpikeKing/triplet-loss-mnist (Keras, Python 2)",
        "version": "no release",
        "commit": "497283fb85e283ce4bd229c5309ba9ddaabea581",
        "module": "seed project",
        "note": "recomputed from the published formula with torch/numpy in float64; Keras itself was not run",
        "fields": {
            "y_pred": "[N, 3*D] rows = anchor | positive | negative (the seed uses D = 128)",
            "triplet_loss": "per row max(sum((a-p)^2) - sum((a-n)^2) + margin, 0); Keras averages over the batch; the seed's MARGIN is 1.0; embeddings are ReLU outputs and are NOT normalised",
            "grad_y_pred": "gradient of the batch mean; at an exact tie (basic loss 0) TensorFlow's maximum passes the gradient on (no case has one)",
            "class_report": "rows in num_classes consecutive blocks of n = floor(N / num_classes); leftover rows ignored; basic = pos_dist - neg_dist (no margin); acc = share with basic < 0 (strict: a tie is wrong); overall_acc (mean of the class accs) is our addition",
            "create_pairs": "n = smallest class size - 1; for class d, i in 0..n-1: anchor idx[d][i], positive idx[d][i+1], negative idx[(d + inc) % C][i], inc uniform in 1..C-1 (given here in draw order)",
        },
    }
    write_module("seed.json", meta, cases)
    return cases
