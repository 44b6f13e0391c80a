"""samplers.json"""

from loss_cases import *
from checks import P, H, chk
from descriptions import *
import collections


def gen_samplers():
    cases = []
    n = {P: 0, H: 0}

    def rec(split, s, tag, labels, args, build_, props):
        n[split] += 1
        c = {
            "id": "%s/%s%02d-%s" % (s, "" if split == P else "h", n[split], tag),
            "split": split,
            "sampler": s,
            "labels": labels,
            "args": args,
        }
        try:
            obj = build_()
        except Exception as ex:
            c["expected"] = {"error": {"type": type(ex).__name__, "message": str(ex)[:140]}}
            cases.append(c)
            return
        c["expected"] = props(obj)
        if c["expected"]["len"] != c["expected"].get("iterated_length", c["expected"]["len"]):
            c["quirk"] = "PML yields more indices than len() says"
        cases.append(c)

    def mpc(split, counts, m, bs, ln, tag):
        y = np.repeat(np.arange(len(counts)), counts)
        rng_of("mpc", split, tag).shuffle(y)
        y = y.tolist()
        cnt = collections.Counter(y)

        def props(o):
            bl = bs if bs is not None else m * len(counts)
            res = {"len": len(o)}
            lens, ncls, per, dup, covered, in_order = (
                set(),
                set(),
                set(),
                collections.defaultdict(set),
                set(),
                True,
            )
            for seed in range(8):
                np.random.seed(seed)
                it = list(o)
                lens.add(len(it))
                for b in range(0, len(it) - bl + 1, bl):
                    B = it[b : b + bl]
                    lab = [y[j] for j in B]
                    ncls.add(len(set(lab)))
                    per.update(collections.Counter(lab).values())
                    covered.update(lab)
                    for k in range(0, bl, m):
                        blk = B[k : k + m]
                        in_order &= len(set(y[j] for j in blk)) == 1
                        dup[min(1, 0 if cnt[y[blk[0]]] >= m else 1)].add(len(set(blk)) < m)
            res.update(
                {
                    "iterated_length": sorted(lens)[0] if len(lens) == 1 else sorted(lens),
                    "batch_length": bl,
                    "num_full_batches": res["len"] // bl,
                    "classes_per_batch": sorted(ncls),
                    "samples_per_class_per_batch": sorted(per),
                    "each_run_of_m_is_one_class": bool(in_order),
                    "repeats_within_class_block_when_class_size_ge_m": True in dup[0],
                    "classes_ever_seen": sorted(covered),
                }
            )
            if dup[1]:
                res["repeats_possible_when_class_size_lt_m"] = True in dup[1]
            return res

        rec(
            split,
            "MPerClassSampler",
            tag,
            y,
            {"m": m, "batch_size": bs, "length_before_new_iter": ln},
            lambda: samplers.MPerClassSampler(y, m, batch_size=bs, length_before_new_iter=ln),
            props,
        )

    mpc(P, [6, 5, 4, 7], 3, 12, 100, "basic")
    mpc(P, [6, 5, 4, 7, 5], 2, 6, 50, "subset-of-classes")
    mpc(P, [6, 5, 4], 2, None, 40, "no-batch-size")
    mpc(P, [2, 5, 8], 4, 8, 64, "small-class")
    mpc(P, [6, 6, 6, 6], 2, 8, 8, "exact-length")
    mpc(P, [3, 3, 3, 3], 1, 4, 23, "m1")
    mpc(P, [4, 4], 5, 10, 37, "m-larger-than-class")
    mpc(P, [5, 5, 5], 4, None, 10, "no-batch-size-short-length")
    mpc(P, [5, 5], 3, None, 6, "no-batch-size-exact")
    mpc(P, [5, 5, 5], 4, 12, 10, "error-length")
    mpc(P, [5, 5], 3, 9, 100, "error-batch-too-large")
    mpc(P, [5, 5, 5], 4, 10, 100, "error-not-divisible")
    mpc(H, [7, 3, 5, 6, 4], 3, 9, 75, "subset-of-classes")
    mpc(H, [4, 9, 2], 3, None, 50, "no-batch-size")
    mpc(H, [8, 8, 8], 4, 8, 30, "basic")
    mpc(H, [3, 3], 2, 6, 40, "error-batch-too-large")
    mpc(H, [6, 6, 6], 4, 6, 40, "error-not-divisible")
    mpc(H, [6, 6, 6], 2, 6, 5, "error-length")

    def fst(split, counts, k, tag):
        y = np.repeat(np.arange(len(counts)), counts).tolist()
        cnt = collections.Counter(y)

        def props(o):
            np.random.seed(3)
            first = list(o)
            second = list(o)
            sets = [sorted(tuple(x[j : j + 3]) for j in range(0, len(x), 3)) for x in (first, second)]
            tr = [first[j : j + 3] for j in range(0, len(first), 3)]
            return {
                "len": len(o),
                "iterated_length": len(first),
                "same_triplets_every_iteration": sets[0] == sets[1],
                "label_a_eq_p": all(y[a] == y[p] for a, p, _ in tr),
                "label_a_ne_n": all(y[a] != y[k_] for a, _, k_ in tr),
                "anchor_ne_positive_when_class_size_ge_2": all(a != p for a, p, _ in tr if cnt[y[a]] >= 2),
                "anchor_eq_positive_when_class_size_1": all(a == p for a, p, _ in tr if cnt[y[a]] == 1),
            }

        def b():
            np.random.seed(1)
            return samplers.FixedSetOfTriplets(y, k)

        rec(split, "FixedSetOfTriplets", tag, y, {"num_triplets": k}, b, props)

    fst(P, [4, 3, 5], 20, "basic")
    fst(P, [1, 3, 4], 30, "singleton")
    fst(P, [4, 4], 0, "error-zero")
    fst(P, [5], 4, "error-one-class")
    fst(H, [3, 6, 2, 4], 25, "basic")
    fst(H, [2, 1], 12, "singleton")

    def hs(split, spec, bs, spc, bpt, scb, tag):
        y = [[inner, sup] for sup, inners in enumerate(spec) for inner, c_ in inners for _ in range(c_)]

        def props(o):
            res = collections.defaultdict(set)
            for seed in range(6):
                np.random.seed(seed)
                B = list(o)
                res["num_batches"].add(len(B))
                for b in B:
                    res["batch_len"].add(len(b))
                    res["supers_per_batch"].add(len(set(y[j][1] for j in b)))
                    cc = collections.Counter((y[j][1], y[j][0]) for j in b)
                    res["samples_per_class"].update(cc.values())
                    res["distinct"].add(len(set(b)) == len(b))
                    res["per_super"].update(collections.Counter(y[j][1] for j in b).values())
            return {"len": len(o), **{k: sorted(v) for k, v in res.items()}}

        rec(
            split,
            "HierarchicalSampler",
            tag,
            y,
            {
                "batch_size": bs,
                "samples_per_class": spc,
                "batches_per_super_tuple": bpt,
                "super_classes_per_batch": scb,
                "inner_label": 0,
                "outer_label": 1,
            },
            lambda: samplers.HierarchicalSampler(
                np.array(y),
                bs,
                spc,
                batches_per_super_tuple=bpt,
                super_classes_per_batch=scb,
                inner_label=0,
                outer_label=1,
            ),
            props,
        )

    sp3 = [[(0, 4), (1, 4), (2, 4)], [(3, 5), (4, 4)], [(5, 4), (6, 4), (7, 6)]]
    hs(P, sp3, 8, 2, 4, 2, "basic")
    hs(P, sp3, 12, 2, 2, 3, "three-supers")
    hs(P, sp3, 16, "all", 3, 2, "all")
    hs(P, sp3, 7, 2, 4, 2, "error-super")
    hs(P, sp3, 12, 4, 4, 2, "error-samples")
    hs(P, sp3, 8, 0, 4, 2, "error-zero")
    hs(H, sp3 + [[(8, 3), (9, 3)]], 12, 3, 2, 2, "basic")
    hs(H, sp3, 9, 2, 4, 2, "error-super")

    # TuplesToWeightsSampler: final weights
    def tw(split, counts, D, miner, tag):
        n[split] += 1
        i = "TuplesToWeightsSampler/%s%02d-%s" % ("" if split == P else "h", n[split], tag)
        rng = rng_of(i)
        y = labels_from_counts(counts, rng)
        E = make_emb(y, D, rng)
        ds = c_f.EmbeddingDataset(tens(E, F32), tens(y, torch.long))
        ac = acc_mod.AccuracyCalculator(
            knn_func=CustomKNN(distances.LpDistance()), kmeans_func=lambda *a: None
        )
        s = samplers.TuplesToWeightsSampler(
            torch.nn.Identity(), mk_miner(miner), ds, dataloader_num_workers=0, accuracy_calculator=ac
        )
        torch.manual_seed(0)
        it = list(s)
        chk("TuplesToWeights support", all(s.weights[j] > 0 for j in it), i)
        cases.append(
            {
                "id": i,
                "split": split,
                "sampler": "TuplesToWeightsSampler",
                "labels": jsonable(y),
                "args": {"miner": miner, "subset_size": None},
                "embeddings": jsonable(E),
                "expected": {
                    "len": len(s),
                    "iterated_length": len(it),
                    "weights": jsonable(s.weights.double()),
                },
            }
        )

    tw(P, [4, 3, 3], 4, {"type": "TripletMarginMiner", "margin": 0.1}, "triplets")
    tw(P, [3, 3, 2], 3, {"type": "PairMarginMiner", "pos_margin": 0.5, "neg_margin": 0.7}, "pairs")
    tw(H, [4, 4, 2], 5, {"type": "BatchHardMiner"}, "hard")
    meta = {
        **PML_META,
        "module": "samplers",
        "fields": {
            "expected": "properties observed over several seeds, not random outputs; error when the constructor raises",
            "batch_length": "batch_size, or m * number of classes when batch_size is null",
            "classes_per_batch": "set of distinct values seen",
            "samples_per_class_per_batch": "set of distinct values seen",
            "TuplesToWeightsSampler.weights": "count of the index in the mined tuples / max count (embeddings are L2-normalised by the tester first; float32)",
        },
    }
    write_module("samplers.json", meta, cases)
    return cases
