"""tfa.json"""

from loss_cases import *
from checks import P, H, chk
from descriptions import *


def gen_tfa():
    cases = []
    n = {}

    def nid(kind, split, tag):
        n[(kind, split)] = n.get((kind, split), 0) + 1
        return "%s/%s%02d-%s" % (kind, "" if split == P else "h", n[(kind, split)], tag)

    def tdist(x, metric):
        if metric == "angular":
            z = x / x.norm(dim=1, keepdim=True)
            return 1 - z @ z.t()
        d = x[:, None] - x[None]
        s = (d**2).sum(-1)
        if metric == "squared-L2":
            return s
        off = ~torch.eye(len(x), dtype=torch.bool)
        o = torch.zeros_like(s)
        o[off] = torch.sqrt(s[off])
        return o

    def t_semihard(x, y, m, metric):
        D = tdist(x, metric)
        adj = y[:, None] == y[None]
        L = []
        for i in range(len(y)):
            ng = D[i][~adj[i]]
            for j in range(len(y)):
                if adj[i, j] and i != j:
                    out = ng[ng > D[i, j]]
                    L.append(torch.relu(m + D[i, j] - (out.min() if len(out) else ng.max())))
        return torch.stack(L).mean()

    def t_hard(x, y, m, metric, soft):
        D = tdist(x, metric)
        adj = y[:, None] == y[None]
        L = []
        for i in range(len(y)):
            ps = D[i][adj[i] & (torch.arange(len(y)) != i)]
            v = (ps.max() if len(ps) else 0.0) - D[i][~adj[i]].min()
            L.append(torch.log1p(torch.exp(v)) if soft else torch.relu(v + m))
        return torch.stack(L).mean()

    def t_lifted(x, y, m):
        D = tdist(x, "L2")
        adj = y[:, None] == y[None]
        L = []
        for i in range(len(y)):
            for j in range(len(y)):
                if adj[i, j] and i != j:
                    L.append(
                        torch.relu(
                            torch.logsumexp(torch.cat([m - D[i][~adj[i]], m - D[j][~adj[j]]]), 0) + D[i, j]
                        )
                        ** 2
                    )
        return torch.stack(L).mean() / 2

    def add(split, kind, counts, D, m, metric, soft=False, tag=""):
        i = nid(kind, split, tag)
        tf_ = {
            "TripletSemiHardLoss": lambda x, y: t_semihard(x, y, m, metric),
            "TripletHardLoss": lambda x, y: t_hard(x, y, m, metric, soft),
            "LiftedStructLoss": lambda x, y: t_lifted(x, y, m),
        }[kind]
        for att in range(100):
            rng = rng_of(i, att)
            y = labels_from_counts(counts, rng)
            E = make_emb(y, D, rng)
            yt = tens(y, torch.long)
            x = tens(E, F64).requires_grad_(True)
            v = tf_(x, yt)
            g = torch.autograd.grad(v, x)[0].numpy()
            x2 = tens(E + 3e-5 * rng.randn(*E.shape), F64).requires_grad_(True)
            g2 = torch.autograd.grad(tf_(x2, yt), x2)[0].numpy()
            if float(v) > 1e-5 and np.max(np.abs(g - g2)) < 0.02 * np.max(np.abs(g)):
                break
        else:
            raise RuntimeError(i)
        chk(
            "TFA fd",
            np.max(np.abs(fd(lambda a: float(tf_(tens(a, F64), yt)), E) - g)) / max(1, np.abs(g).max())
            < 1e-5,
            i,
        )
        c = {
            "id": i,
            "split": split,
            "loss": kind,
            "params": {
                "margin": m,
                **({"distance_metric": metric} if metric else {}),
                **({"soft": soft} if kind == "TripletHardLoss" else {}),
            },
            "embeddings": jsonable(E),
            "labels": jsonable(y),
            "expected": {"loss": num(v), "grad_embeddings": jsonable(g)},
        }
        cases.append(c)

    for metric in ("L2", "squared-L2", "angular"):
        add(P, "TripletSemiHardLoss", [4, 3, 2], 4, 1.0, metric, tag=metric)
        add(P, "TripletHardLoss", [4, 3, 2], 4, 1.0, metric, tag=metric)
        add(P, "TripletHardLoss", [4, 3, 2], 4, 1.0, metric, True, tag=metric + "-soft")
        add(P, "TripletSemiHardLoss", [3, 3, 2, 1], 5, 0.3, metric, tag=metric + "-m03")
        add(H, "TripletSemiHardLoss", [5, 3, 2], 5, 0.6, metric, tag=metric)
        add(H, "TripletHardLoss", [3, 3, 2, 1], 3, 0.5, metric, metric == "L2", tag=metric)
    add(P, "TripletHardLoss", [3, 2, 1, 1], 4, 0.5, "L2", tag="singletons")
    add(P, "LiftedStructLoss", [4, 3, 2], 4, 1.0, None, tag="m1")
    add(P, "LiftedStructLoss", [3, 2, 2], 5, 0.5, None, tag="m05")
    add(H, "LiftedStructLoss", [3, 3, 2], 3, 0.8, None, tag="m08")
    # contrastive and n-pairs (closed formulas)
    for split, s, m in ((P, 1, 1.0), (P, 2, 0.5), (H, 3, 1.5)):
        i = nid("ContrastiveLoss", split, "m%g" % m)
        rng = rng_of(i)
        d = q(np.abs(rng.randn(7)))
        y = rng.randint(0, 2, 7)
        dt = tens(d, F64).requires_grad_(True)
        yt = tens(y, F64)
        L = yt * dt**2 + (1 - yt) * torch.clamp(m - dt, min=0) ** 2
        g = torch.autograd.grad(L.sum(), dt)[0]
        cases.append(
            {
                "id": i,
                "split": split,
                "loss": "ContrastiveLoss",
                "params": {"margin": m},
                "y_true": jsonable(y),
                "y_pred_distances": jsonable(d),
                "expected": {"per_pair_loss": jsonable(L), "grad_y_pred_of_sum": jsonable(g)},
            }
        )
    for split, y in ((P, [0, 1, 2, 3]), (P, [0, 1, 0, 2, 1]), (H, [2, 0, 1, 0])):
        i = nid("NpairsLoss", split, "n%d" % len(y))
        rng = rng_of(i)
        A = q(rng.randn(len(y), 3))
        B = q(rng.randn(len(y), 3))
        a = tens(A, F64).requires_grad_(True)
        b = tens(B, F64).requires_grad_(True)
        yt = tens(y, torch.long)
        S_ = a @ b.t()
        tgt = (yt[:, None] == yt[None]).double()
        tgt = tgt / tgt.sum(1, keepdim=True)
        v = -(tgt * torch.log_softmax(S_, 1)).sum(1).mean()
        ga, gb = torch.autograd.grad(v, [a, b])
        cases.append(
            {
                "id": i,
                "split": split,
                "loss": "NpairsLoss",
                "params": {},
                "labels": y,
                "anchors": jsonable(A),
                "positives": jsonable(B),
                "expected": {"loss": num(v), "grad_anchors": jsonable(ga), "grad_positives": jsonable(gb)},
            }
        )
    meta = {
        "library": "tensorflow-addons",
        "version": "source snapshot",
        "commit": "d208d752e98c310280938efa939117bf635a60a8",
        "license": "Apache-2.0",
        "module": "losses",
        "note": "TensorFlow was not run: values and gradients come from the definitions, written in torch (float64). When the file was first made they agreed to 1e-10 with the numpy reference functions in the tests of TensorFlow Addons at this commit",
        "fields": {
            "TripletSemiHardLoss": "per positive pair (a,p): negative = the closest one with d(a,n) > d(a,p), else the FARTHEST negative; relu(margin + d_ap - d_an); mean over positive pairs (including zeros); embeddings are not normalised inside (angular normalises)",
            "TripletHardLoss": "per anchor: farthest positive (0 when it has none) and closest negative; mean over ALL anchors; soft: log1p(exp(d_ap - d_an)), no margin",
            "LiftedStructLoss": "unnormalised L2; mean over ordered positive pairs of relu(logsumexp(margin - d over negatives of both ends) + d_ap)^2, divided by 2",
            "ContrastiveLoss": "y_true 1 = positive: d^2; 0: relu(margin - d)^2; no reduction",
            "NpairsLoss": "soft-label cross entropy of anchors @ positives^T; targets = same label / count",
        },
    }
    write_module("tfa.json", meta, cases)
    return cases
