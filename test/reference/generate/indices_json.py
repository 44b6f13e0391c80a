"""indices.json"""

from loss_cases import *
from checks import P, H, chk
from descriptions import *
import collections


def gen_indices():
    cases = []
    n = {P: 0, H: 0}
    T = lambda v: torch.tensor(v, dtype=torch.long)

    def add(split, fn, inp, ex, note=None):
        n[split] += 1
        c = {
            "id": "%s/%s%02d" % (fn, "" if split == P else "h", n[split]),
            "split": split,
            "function": fn,
            **inp,
            "expected": ex,
        }
        if note:
            c["note"] = note
        cases.append(c)

    L = {
        P: [[0, 0, 1, 1, 2], [0, 0, 0, 0], [0, 1, 2, 3], [5, 3, 3, 5, 3, 9], [0]],
        H: [[2, 0, 2, 1, 0, 0], [7, 7, 1], [4, 4]],
    }
    RL = {P: [[0, 1, 1, 2], [3, 5, 5]], H: [[0, 2, 2, 1, 3]]}
    for split in (P, H):
        for y in L[split]:
            t = T(y)
            a = [v.tolist() for v in lmu.get_all_pairs_indices(t)]
            add(split, "get_all_pairs_indices", {"labels": y}, a)
            add(
                split,
                "get_all_triplets_indices",
                {"labels": y},
                [v.tolist() for v in lmu.get_all_triplets_indices(t)],
            )
        for y, r in zip([L[split][0], L[split][-2 if split == P else 0]], RL[split]):
            add(
                split,
                "get_all_pairs_indices",
                {"labels": y, "ref_labels": r},
                [v.tolist() for v in lmu.get_all_pairs_indices(T(y), T(r))],
            )
            add(
                split,
                "get_all_triplets_indices",
                {"labels": y, "ref_labels": r},
                [v.tolist() for v in lmu.get_all_triplets_indices(T(y), T(r))],
            )
        y = L[split][0]
        rng = rng_of("indices", split)
        tr = sub_triplets(y, y, True, rng, 5)
        pr = sub_pairs(y, y, True, rng, 4, 5)
        tt = tuple(map(T, tr))
        pt = tuple(map(T, pr))
        add(
            split,
            "convert_to_pairs",
            {"labels": y, "indices_tuple": tr},
            [v.tolist() for v in lmu.convert_to_pairs(tt, T(y))],
            "triplets -> (a, p, a, n); repeated pairs are kept",
        )
        add(
            split,
            "convert_to_pairs",
            {"labels": y, "indices_tuple": pr},
            [v.tolist() for v in lmu.convert_to_pairs(pt, T(y))],
        )
        add(
            split,
            "convert_to_pairs",
            {"labels": y, "indices_tuple": None},
            [v.tolist() for v in lmu.convert_to_pairs(None, T(y))],
        )
        add(
            split,
            "convert_to_triplets",
            {"labels": y, "indices_tuple": pr, "t_per_anchor": "all"},
            [v.tolist() for v in lmu.convert_to_triplets(pt, T(y), t_per_anchor="all")],
            "cross product of positive and negative pairs that share the anchor",
        )
        add(
            split,
            "convert_to_triplets",
            {"labels": y, "indices_tuple": tr, "t_per_anchor": "all"},
            [v.tolist() for v in lmu.convert_to_triplets(tt, T(y), t_per_anchor="all")],
        )
        add(
            split,
            "convert_to_triplets",
            {"labels": y, "indices_tuple": None, "t_per_anchor": "all"},
            [v.tolist() for v in lmu.convert_to_triplets(None, T(y), t_per_anchor="all")],
        )
        for it in (tr, pr, None, [[], [], []], [[], [], [], []]):
            for ur in (False, True):
                w = lmu.convert_to_weights(
                    None if it is None else tuple(map(T, it)), T(y), dtype=F64, using_ref=ur
                )
                add(
                    split,
                    "convert_to_weights",
                    {"labels": y, "indices_tuple": it, "using_ref": ur},
                    jsonable(w),
                )
        a, p = lmu.convert_to_pos_pairs_with_unique_labels(None, T(y))
        add(
            split,
            "convert_to_pos_pairs_with_unique_labels",
            {"labels": y, "indices_tuple": None},
            [a.tolist(), p.tolist()],
            "first positive pair of every class, classes in ascending label order",
        )
        a, p = lmu.convert_to_pos_pairs_with_unique_labels(pt, T(y))
        add(
            split,
            "convert_to_pos_pairs_with_unique_labels",
            {"labels": y, "indices_tuple": pr},
            [a.tolist(), p.tolist()],
        )
        X = q(rng.randn(4, 5))
        mask = rng.rand(4, 5) > 0.4
        mask[2] = False
        for one in (True, False):
            for dim in (0, 1):
                for mk in (None, mask):
                    v = lmu.logsumexp(
                        tens(X, F64), keep_mask=None if mk is None else torch.tensor(mk), add_one=one, dim=dim
                    )
                    add(
                        split,
                        "logsumexp",
                        {
                            "x": jsonable(X),
                            "keep_mask": None if mk is None else mk.astype(int).tolist(),
                            "add_one": one,
                            "dim": dim,
                        },
                        jsonable(v),
                        "rows (columns) with an all-false mask give 0",
                    )
        for k in (1, 3, 5) if split == P else (2, 4):
            torch.manual_seed(k)
            yy = L[split][0]
            a, p, nn = lmu.get_random_triplet_indices(T(yy), t_per_anchor=k)
            cnt = collections.Counter(a.tolist())
            add(
                split,
                "get_random_triplet_indices",
                {"labels": yy, "t_per_anchor": k},
                {"num_triplets": len(a), "triplets_per_anchor": {str(u): v for u, v in sorted(cnt.items())}},
                "random: only the counts are fixed; anchors without a positive or a negative are absent",
            )
        # remove self comparisons inside a memory queue
        bi = T([6, 7, 0]) if split == P else T([3, 4, 5])
        size = 8
        yl = T([0, 1, 0])
        ml = T([0, 1, 0, 1, 2, 0, 0, 1]) if split == P else T([0, 1, 2, 0, 1, 0, 2, 1])
        for form in ("pairs", "triplets"):
            it = (
                lmu.get_all_pairs_indices(yl, ml) if form == "pairs" else lmu.get_all_triplets_indices(yl, ml)
            )
            o = lmu.remove_self_comparisons(tuple(v.clone() for v in it), bi, size)
            add(
                split,
                "remove_self_comparisons",
                {"curr_batch_idx": bi.tolist(), "ref_size": size, "indices_tuple": [v.tolist() for v in it]},
                [v.tolist() for v in o],
            )
    for y in ([1, 1, 0, 2, 2, 2], [0, 0], [3, 1, 3, 1, 3], [4, 4, 4, 0], [8, 8, 9, 9, 9]):
        add(P, "get_all_pairs_indices", {"labels": y}, [v.tolist() for v in lmu.get_all_pairs_indices(T(y))])
        add(
            P,
            "get_all_triplets_indices",
            {"labels": y},
            [v.tolist() for v in lmu.get_all_triplets_indices(T(y))],
        )
        rng = rng_of("indices2", str(y))
        pr = sub_pairs(y, y, True, rng, 4, 5)
        a, p = lmu.convert_to_pos_pairs_with_unique_labels(None, T(y))
        add(
            P,
            "convert_to_pos_pairs_with_unique_labels",
            {"labels": y, "indices_tuple": None},
            [a.tolist(), p.tolist()],
        )
        if min(len(v) for v in pr):
            add(
                P,
                "convert_to_triplets",
                {"labels": y, "indices_tuple": pr, "t_per_anchor": "all"},
                [v.tolist() for v in lmu.convert_to_triplets(tuple(map(T, pr)), T(y), t_per_anchor="all")],
            )
            add(
                P,
                "convert_to_weights",
                {"labels": y, "indices_tuple": pr, "using_ref": False},
                jsonable(lmu.convert_to_weights(tuple(map(T, pr)), T(y), dtype=F64)),
            )
    for y, r in (([0, 1, 1], [1, 0, 2, 1]), ([2, 2], [2, 2, 0]), ([0, 1], [2, 3])):
        add(
            P,
            "get_all_pairs_indices",
            {"labels": y, "ref_labels": r},
            [v.tolist() for v in lmu.get_all_pairs_indices(T(y), T(r))],
        )
        add(
            P,
            "get_all_triplets_indices",
            {"labels": y, "ref_labels": r},
            [v.tolist() for v in lmu.get_all_triplets_indices(T(y), T(r))],
        )
    meta = {
        **PML_META,
        "module": "utils.loss_and_miner_utils",
        "fields": {
            "expected": "arrays in PML's own order (row-major); pairs are [a1, p, a2, n], triplets [a, p, n]"
        },
    }
    write_module("indices.json", meta, cases)
    return cases
