"""distances.json"""

from loss_cases import *
from checks import P, H, chk


def gen_distances():
    cases = []
    n = {P: 0, H: 0}

    def add(split, d, nq, nr, D, kind="random", tag=""):
        n[split] += 1
        cid = "%s/%s%02d%s" % (d["type"], "" if split == P else "h", n[split], ("-" + tag) if tag else "")
        rng = rng_of("dist", cid)
        Q = q(rng.randn(nq, D))
        R = q(rng.randn(nr, D)) if nr else None
        if kind == "dups":
            Q[1] = Q[0]
            R[0] = Q[2]
        if kind == "zero":
            Q[0] = 0
        if kind == "scaled":
            Q = q(Q * 0.1)
            R = q(R * 5)
        fn = mk_distance(d)
        qe = tens(Q, F64).requires_grad_(True)
        re = tens(R, F64).requires_grad_(True) if nr else None
        M = fn(qe, re) if nr else fn(qe)
        up = q(rng.randn(*M.shape))
        g = torch.autograd.grad((M * tens(up, F64)).sum(), [qe] + ([re] if nr else []))
        c = {"id": cid, "split": split, "distance": desc_distance(fn), "query": jsonable(Q)}
        if nr:
            c["ref"] = jsonable(R)
        c["upstream"] = jsonable(up)
        ex = {"matrix": jsonable(M), "grad_query": jsonable(g[0])}
        if nr:
            ex["grad_ref"] = jsonable(g[1])
        B = R if nr else Q
        m = min(len(Q), len(B))
        pw = fn.pairwise_distance(tens(Q[:m], F64), tens(B[::-1][:m].copy(), F64))
        ex["pairwise_raw"] = jsonable(pw)
        ex["normalized_query"] = jsonable(fn.maybe_normalize(tens(Q, F64)))
        ex["get_norm_query"] = jsonable(fn.get_norm(tens(Q, F64)))
        x, y = M[0, 0], M[0, -1]
        ex["margin_00_0last"] = num(fn.margin(x, y))
        ex["smallest_00_0last"] = num(fn.smallest_dist(x, y))
        ex["largest_00_0last"] = num(fn.largest_dist(x, y))
        c["expected"] = ex
        if kind != "random":
            c["tag"] = kind
        nonfinite = any(isinstance(v, str) for row in ex["grad_query"] for v in row)
        if nonfinite:
            c["quirk"] = True
        if kind == "random":
            ref_np = np_dist({k: v for k, v in desc_distance(fn).items() if k != "is_inverted"}, Q, B)
            chk("distances vs numpy", np.max(np.abs(ref_np - M.detach().numpy())) < 1e-12, cid)
            f = lambda a: float((fn(tens(a, F64), tens(R, F64) if nr else None) * tens(up, F64)).sum())
            e = np.max(np.abs(fd(f, Q) - g[0].numpy())) / max(1, float(g[0].abs().max()))
            # self-distance has a kink on the diagonal for non-smooth p, skipped when p=1 or p=2,power=1
            if nr or fn.is_inverted or fn.power == 2:
                chk("distances fd", e < 1e-5, (cid, e))
        cases.append(c)

    A = [Lp(p, pw, nm) for p in (1, 2) for pw in (1, 2) for nm in (True, False)]
    for d in A:
        add(P, d, 5, 4, 3)
        add(P, d, 4, None, 4, tag="self")
    for d in (Lp(3, 1, False), Lp(3, 1, True), Lp(2, 3, False), Lp(2, 0.5, False)):
        add(P, d, 4, 3, 3)
    for d in (Cos(), Dot(True), Dot(False), SNR(True), SNR(False)):
        add(P, d, 5, 4, 4)
        add(P, d, 4, None, 5, tag="self")
    add(P, {**Dot(False), "power": 2}, 4, 3, 3)
    add(P, {"type": "CosineSimilarity", "power": 2}, 3, 4, 4)
    add(P, {**SNR(True), "power": 2}, 3, 4, 4)
    for d in (Lp(), Lp(2, 2), Lp(2, 1, False), Cos(), SNR(False)):
        add(P, d, 4, 3, 3, kind="dups", tag="dups")
    for d in (Lp(), Cos()):
        add(P, d, 3, 3, 3, kind="zero", tag="zero-row")
    add(P, Lp(2, 1, False), 4, 3, 5, kind="scaled", tag="scaled")
    for d in A:
        add(H, d, 4, 6, 5)
    for d in (Cos(), Dot(True), Dot(False), SNR(True), SNR(False), Lp(3, 1, False)):
        add(H, d, 3, 5, 6)
    for d in (Lp(), Cos()):
        add(H, d, 6, None, 3, tag="self")
    for d in (Lp(2, 1, False), Dot(False)):
        add(H, d, 5, 4, 3, kind="dups", tag="dups")
    meta = {
        **PML_META,
        "module": "distances",
        "fields": {
            "query, ref": "input rows; ref absent means the matrix of query against itself",
            "upstream": "matrix G; gradients are of sum(G * matrix)",
            "expected.matrix": "distance(query, ref), after normalisation and power",
            "expected.pairwise_raw": "PML pairwise_distance(query[0:m], reversed(ref or query)[0:m]), m = min row count; NOT normalised, NOT raised to power; for LpDistance includes torch's eps 1e-6 (added to every component of the difference)",
            "expected.normalized_query": "maybe_normalize(query): p-norm with the distance's own p, eps 1e-12",
            "expected.get_norm_query": "row p-norms",
            "expected.margin_00_0last": "distance.margin(M[0,0], M[0,last]); x-y, or y-x when is_inverted",
            "expected.smallest_00_0last / largest_00_0last": "smallest_dist / largest_dist of the same two entries (roles swapped when is_inverted)",
        },
    }
    write_module("distances.json", meta, cases)
    return cases
