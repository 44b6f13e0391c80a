"""The cases of losses.json, one call of S each."""

from loss_cases import *

from checks import P, H


# ------------------------------------------------------------ pair / triplet losses
def pair_family(
    loss,
    pub,
    held,
    *,
    ref=True,
    ref_idx=True,
    idx=True,
    nolabels=True,
    dup=True,
    default_h=True,
    easy=True,
    base_p=None,
    base_h=None,
):
    """pub/held: lists of (tag, params, kw)."""
    bp, bh = base_p or {}, base_h or {}
    S(loss, P, "default", dict(bp))
    for t, p, k in pub:
        S(loss, P, t, {**bp, **p}, **k)
    S(
        loss,
        P,
        "no-positives",
        dict(bp),
        kind="no_pos",
        counts=[1] * 6,
        D=4,
        allow_zero=True,
        smooth=loss != "NCALoss",
        note="quirk: no row has a positive, every element is dropped and the mean over nothing is NaN"
        if loss == "NCALoss"
        else None,
    )
    S(loss, P, "no-negatives", dict(bp), kind="no_neg", counts=[6], D=4, allow_zero=True)
    if dup:
        S(loss, P, "duplicates", dict(bp), kind="dups", counts=[4, 2, 2], D=4, allow_zero=True)
    if easy:
        S(loss, P, "easy", dict(bp), kind="easy", counts=[3, 3, 2], D=4, allow_zero=True)
    if idx:
        S(loss, P, "indices-triplets", dict(bp), indices="triplets")
        S(loss, P, "indices-pairs", dict(bp), indices="pairs")
        S(loss, P, "indices-empty", dict(bp), indices="empty4", allow_zero=True)
        if nolabels:
            S(loss, P, "no-labels-triplets", dict(bp), indices="triplets", labels=None)
    if ref:
        S(loss, P, "ref", dict(bp), ref=True)
    if ref and ref_idx and idx:
        S(loss, P, "ref-indices-triplets", dict(bp), ref=True, indices="triplets")
    # held out
    S(loss, H, "default", dict(bh))
    for t, p, k in held:
        S(loss, H, t, {**bh, **p}, **k)
    if dup:
        S(loss, H, "duplicates", dict(bh), kind="dups", counts=[3, 2, 2], D=5, allow_zero=True)
    if idx:
        S(loss, H, "indices-pairs", dict(bh), indices="pairs")
    if ref:
        S(loss, H, "ref", dict(bh), ref=True)
    if ref and ref_idx and idx:
        S(loss, H, "ref-indices-pairs", dict(bh), ref=True, indices="pairs")


def K(**kw):
    return kw


pair_family(
    "TripletMarginLoss",
    [
        ("margin", {"margin": 0.2}, {}),
        ("margin-unnormalized", {"margin": 1.0}, K(distance=Lp(norm=False))),
        (
            "squared-unnormalized",
            {"margin": 1.0},
            K(
                distance=Lp(power=2, norm=False),
                reducer={"type": "MeanReducer"},
                note="same formula as the seed project: squared Euclidean, batch mean",
            ),
        ),
        ("swap", {"margin": 0.3, "swap": True}, {}),
        ("smooth", {"margin": 0.2, "smooth_loss": True}, {}),
        ("smooth-swap", {"margin": 0.1, "smooth_loss": True, "swap": True}, {}),
        ("cosine", {"margin": 0.1}, K(distance=Cos())),
        ("cosine-swap", {"margin": 0.15, "swap": True}, K(distance=Cos())),
        ("dot-unnormalized", {"margin": 0.5}, K(distance=Dot(False))),
        ("lp1", {"margin": 0.2}, K(distance=Lp(p=1))),
        ("lp1-unnormalized", {"margin": 0.5}, K(distance=Lp(p=1, norm=False))),
        ("power2", {"margin": 0.2}, K(distance=Lp(power=2))),
        ("snr", {"margin": 0.3}, K(distance=SNR())),
        ("mean-reducer", {"margin": 0.2}, K(reducer={"type": "MeanReducer"})),
        ("sum-reducer", {"margin": 0.2}, K(reducer={"type": "SumReducer"}, counts=[3, 2, 2], D=4)),
        (
            "threshold-reducer",
            {"margin": 0.3},
            K(reducer={"type": "ThresholdReducer", "low": 0.1, "high": 0.5}),
        ),
        (
            "class-weighted-reducer",
            {"margin": 0.3},
            K(reducer={"type": "ClassWeightedReducer", "weights": [0.5, 1.0, 2.0, 0.25]}),
        ),
        (
            "embedding-regularizer",
            {"margin": 0.2},
            K(embedding_regularizer={"type": "LpRegularizer", "p": 2, "power": 1}, embedding_reg_weight=0.5),
        ),
        (
            "triplets-per-anchor-int",
            {"margin": 0.4, "triplets_per_anchor": 3},
            K(
                counts=[2, 1],
                D=4,
                note="each anchor has one positive and one negative, so random sampling is deterministic; components repeat each triplet 3 times",
            ),
        ),
        ("indices-pairs-swap", {"margin": 0.4, "swap": True}, K(indices="pairs")),
        ("ref-cosine", {"margin": 0.25}, K(ref=True, distance=Cos())),
    ],
    [
        ("swap-margin", {"margin": 0.35, "swap": True}, {}),
        ("smooth-cosine", {"margin": 0.15, "smooth_loss": True}, K(distance=Cos())),
        ("squared-unnormalized", {"margin": 0.7}, K(distance=Lp(power=2, norm=False))),
        (
            "squared-unnormalized-mean",
            {"margin": 2.0},
            K(distance=Lp(power=2, norm=False), reducer={"type": "MeanReducer"}),
        ),
        ("snr", {"margin": 0.45}, K(distance=SNR(False))),
        ("lp1", {"margin": 0.25}, K(distance=Lp(p=1), reducer={"type": "MeanReducer"})),
        (
            "dot",
            {"margin": 0.2, "smooth_loss": True},
            K(distance=Dot(True), reducer={"type": "SumReducer"}, counts=[3, 2, 2], D=5),
        ),
        ("no-positives", {"margin": 0.5}, K(kind="no_pos", counts=[1] * 5, D=3, allow_zero=True)),
        ("easy", {"margin": 0.2}, K(kind="easy", counts=[4, 2, 3], D=5, allow_zero=True)),
    ],
)
S(
    "TripletMarginLoss",
    P,
    "semihard-mined",
    {"margin": 0.2},
    counts=[4, 4, 3],
    D=6,
    indices=lambda sp, rng: [
        v.tolist()
        for v in miners.TripletMarginMiner(margin=0.2, type_of_triplets="semihard")(
            torch.tensor(sp["embeddings"]), torch.tensor(sp["labels"])
        )
    ],
    note="indices_tuple = TripletMarginMiner(margin=0.2, type_of_triplets='semihard') on the same batch",
)
S(
    "TripletMarginLoss",
    H,
    "batch-hard-mined",
    {"margin": 0.3},
    counts=[5, 3, 3],
    D=5,
    indices=lambda sp, rng: [
        v.tolist()
        for v in miners.BatchHardMiner()(torch.tensor(sp["embeddings"]), torch.tensor(sp["labels"]))
    ],
    note="indices_tuple = BatchHardMiner() on the same batch",
)

pair_family(
    "ContrastiveLoss",
    [
        ("margins", {"pos_margin": 0.1, "neg_margin": 0.8}, {}),
        ("unnormalized", {"neg_margin": 3.0}, K(distance=Lp(norm=False))),
        ("squared", {"neg_margin": 1.0}, K(distance=Lp(power=2))),
        ("cosine", {"pos_margin": 1, "neg_margin": 0}, K(distance=Cos())),
        ("cosine-margins", {"pos_margin": 0.8, "neg_margin": 0.3}, K(distance=Cos())),
        ("mean-reducer", {}, K(reducer={"type": "MeanReducer"})),
        ("lp1", {"pos_margin": 0.2, "neg_margin": 1.2}, K(distance=Lp(p=1))),
        (
            "one-pair-each",
            {},
            K(
                indices=lambda sp, rng: sub_pairs(sp["labels"], sp["labels"], True, rng, 1, 1),
                counts=[2, 1, 1],
                allow_zero=True,
                note="quirk: GenericPairLoss returns 0 when every member of the pair tuple has length <= 1",
            ),
        ),
        (
            "per-anchor-reducer",
            {},
            K(reducer={"type": "PerAnchorReducer", "reducer": {"type": "MeanReducer"}}),
        ),
    ],
    [
        ("margins", {"pos_margin": 0.15, "neg_margin": 1.1}, {}),
        ("cosine", {"pos_margin": 0.9, "neg_margin": 0.2}, K(distance=Cos())),
        (
            "unnormalized-sum",
            {"neg_margin": 2.5},
            K(distance=Lp(norm=False), reducer={"type": "SumReducer"}, counts=[3, 2, 2]),
        ),
        ("lp3", {"pos_margin": 0.05, "neg_margin": 0.9}, K(distance=Lp(p=3))),
    ],
)

pair_family(
    "SignalToNoiseRatioContrastiveLoss",
    [
        ("margins", {"pos_margin": 0.1, "neg_margin": 1.5}, {}),
        ("unnormalized", {"neg_margin": 2.0}, K(distance=SNR(False))),
        (
            "zero-mean-reg",
            {},
            K(embedding_regularizer={"type": "ZeroMeanRegularizer"}, embedding_reg_weight=0.1),
        ),
    ],
    [
        ("margins", {"pos_margin": 0.05, "neg_margin": 1.2}, {}),
        ("unnormalized", {"neg_margin": 1.6}, K(distance=SNR(False))),
    ],
)

pair_family(
    "NTXentLoss",
    [
        ("temperature", {"temperature": 0.5}, {}),
        ("temperature-1", {"temperature": 1.0}, {}),
        ("lp", {"temperature": 0.3}, K(distance=Lp())),
        ("dot-unnormalized", {"temperature": 2.0}, K(distance=Dot(False))),
        ("avg-nonzero", {"temperature": 0.5}, K(reducer={"type": "AvgNonZeroReducer"})),
    ],
    [
        ("temperature", {"temperature": 0.2}, {}),
        ("lp", {"temperature": 0.6}, K(distance=Lp(power=2))),
        ("sum", {"temperature": 0.4}, K(reducer={"type": "SumReducer"})),
    ],
)

pair_family(
    "MultiSimilarityLoss",
    [
        ("params", {"alpha": 1, "beta": 10, "base": 0.3}, {}),
        ("lp", {"alpha": 2, "beta": 20, "base": 0.9}, K(distance=Lp())),
        ("dot", {"alpha": 2, "beta": 5, "base": 0.5}, K(distance=Dot(False))),
        ("class-weighted", {}, K(reducer={"type": "ClassWeightedReducer", "weights": [1.0, 0.5, 3.0, 2.0]})),
    ],
    [
        ("params", {"alpha": 3, "beta": 30, "base": 0.4}, {}),
        ("lp", {"alpha": 1, "beta": 12, "base": 1.0}, K(distance=Lp(norm=False))),
    ],
)

pair_family(
    "CircleLoss",
    [
        ("face", {"m": 0.25, "gamma": 256}, {}),
        ("small-gamma", {"m": 0.25, "gamma": 2}, {}),
        ("gamma16", {"m": 0.3, "gamma": 16}, {}),
    ],
    [("gamma32", {"m": 0.35, "gamma": 32}, {}), ("small", {"m": 0.1, "gamma": 1}, {})],
)

pair_family(
    "AngularLoss",
    [
        ("alpha45", {"alpha": 45}, {}),
        ("alpha20", {"alpha": 20}, {}),
        (
            "unit-inputs",
            {"alpha": 40},
            K(
                kind="unit",
                note="inputs already (nearly) unit norm; PML does not normalise the negatives (see conventions)",
            ),
        ),
        ("avg-nonzero", {"alpha": 36}, K(reducer={"type": "AvgNonZeroReducer"})),
    ],
    [("alpha30", {"alpha": 30}, {}), ("alpha50", {"alpha": 50}, {})],
    nolabels=False,
)

pair_family(
    "LiftedStructureLoss",
    [
        ("margins", {"neg_margin": 0.8, "pos_margin": 0.1}, {}),
        ("unnormalized", {"neg_margin": 2.0}, K(distance=Lp(norm=False))),
        ("cosine", {"neg_margin": 0.2, "pos_margin": 0.9}, K(distance=Cos())),
    ],
    [
        ("margins", {"neg_margin": 1.3, "pos_margin": 0.2}, {}),
        ("cosine", {"neg_margin": 0.1, "pos_margin": 0.7}, K(distance=Cos())),
    ],
)

pair_family(
    "GeneralizedLiftedStructureLoss",
    [
        ("margins", {"neg_margin": 0.8, "pos_margin": 0.1}, {}),
        ("unnormalized", {"neg_margin": 2.0}, K(distance=Lp(norm=False))),
        ("cosine", {"neg_margin": 0.2, "pos_margin": 0.9}, K(distance=Cos())),
    ],
    [
        ("margins", {"neg_margin": 1.4, "pos_margin": 0.2}, {}),
        ("lp-power2", {"neg_margin": 1.2}, K(distance=Lp(power=2))),
    ],
)

pair_family(
    "IntraPairVarianceLoss",
    [
        ("eps", {"pos_eps": 0.1, "neg_eps": 0.2}, {}),
        ("lp", {"pos_eps": 0.05, "neg_eps": 0.05}, K(distance=Lp())),
        ("avg-nonzero", {}, K(reducer={"type": "AvgNonZeroReducer"})),
    ],
    [
        ("eps", {"pos_eps": 0.2, "neg_eps": 0.1}, {}),
        ("lp", {"pos_eps": 0.02, "neg_eps": 0.03}, K(distance=Lp(power=2))),
    ],
)

pair_family(
    "SupConLoss",
    [
        ("temperature", {"temperature": 0.5}, {}),
        ("temperature-1", {"temperature": 1.0}, {}),
        ("lp", {"temperature": 0.4}, K(distance=Lp())),
        ("mean-reducer", {"temperature": 0.3}, K(reducer={"type": "MeanReducer"})),
    ],
    [
        ("temperature", {"temperature": 0.25}, {}),
        ("lp", {"temperature": 0.7}, K(distance=Lp(power=2))),
        ("mean", {"temperature": 0.6}, K(reducer={"type": "MeanReducer"}, counts=[3, 2, 1, 1])),
    ],
)

pair_family(
    "TupletMarginLoss",
    [
        ("margin", {"margin": 10, "scale": 16}, {}),
        ("scale4", {"margin": 5.73, "scale": 4}, {}),
    ],
    [("margin", {"margin": 8, "scale": 32}, {}), ("scale8", {"margin": 3, "scale": 8}, {})],
)

pair_family(
    "NCALoss",
    [
        ("scale", {"softmax_scale": 5}, {}),
        ("unnormalized", {"softmax_scale": 1}, K(distance=Lp(power=2, norm=False))),
        ("cosine", {"softmax_scale": 10}, K(distance=Cos())),
        ("lp", {"softmax_scale": 3}, K(distance=Lp())),
    ],
    [("scale", {"softmax_scale": 7}, {}), ("cosine", {"softmax_scale": 4}, K(distance=Cos()))],
    nolabels=False,
)
S("NCALoss", P, "single-embedding", {}, counts=[1], D=4, allow_zero=True, note="a batch of one returns 0")

pair_family(
    "MarginLoss",
    [
        ("params", {"margin": 0.3, "beta": 0.9}, {}),
        ("learn-beta", {"learn_beta": True, "nu": 0.1}, K(weights=lambda sp, rng: {"beta": q([1.1])})),
        (
            "learn-beta-per-class",
            {"learn_beta": True, "nu": 0.05, "num_classes": 4},
            K(counts=[4, 3, 2, 1], weights=lambda sp, rng: {"beta": q(1.0 + 0.2 * rng.randn(4))}),
        ),
        ("fixed-beta-per-class", {"num_classes": 4, "beta": 1.0}, K(counts=[3, 2, 2, 1])),
        ("cosine", {"margin": 0.1, "beta": 0.5}, K(distance=Cos())),
        ("mean-reducer", {"margin": 0.2, "beta": 1.0}, K(reducer={"type": "MeanReducer"})),
        (
            "triplets-per-anchor-int",
            {"triplets_per_anchor": 4},
            K(
                counts=[2, 1],
                D=4,
                note="deterministic: one positive and one negative per anchor, repeated 4 times",
            ),
        ),
    ],
    [
        ("params", {"margin": 0.25, "beta": 1.05}, {}),
        (
            "learn-beta",
            {"learn_beta": True, "nu": 0.2, "margin": 0.15},
            K(weights=lambda sp, rng: {"beta": q([0.95])}),
        ),
        (
            "learn-beta-per-class",
            {"learn_beta": True, "nu": 0.3, "num_classes": 4},
            K(counts=[4, 2, 2, 1], weights=lambda sp, rng: {"beta": q(1.1 + 0.2 * rng.randn(4))}),
        ),
        ("unnormalized", {"margin": 0.3, "beta": 2.0}, K(distance=Lp(norm=False))),
    ],
)

pair_family(
    "ThresholdConsistentMarginLoss",
    [
        ("params", {"lambda_plus": 0.5, "lambda_minus": 2.0, "margin_plus": 0.8, "margin_minus": 0.2}, {}),
        ("strict", {"margin_plus": 0.99, "margin_minus": 0.0}, {}),
    ],
    [("params", {"lambda_plus": 1.5, "lambda_minus": 0.5, "margin_plus": 0.7, "margin_minus": 0.3}, {})],
    ref=False,
)
S(
    "ThresholdConsistentMarginLoss",
    P,
    "ref-ignored",
    {"margin_minus": 0.1},
    ref=([4, 3, 2], [4, 3, 2]),
    note="quirk: PML indexes embeddings (not ref_emb) for the positives/negatives, so ref_emb only contributes ref_labels; grad_ref_emb is 0",
)

pair_family(
    "DynamicSoftMarginLoss",
    [
        ("bins", {"num_bins": 20, "momentum": 0.1}, {}),
        ("min-val", {"min_val": -2.5, "num_bins": 12}, {}),
    ],
    [("bins", {"num_bins": 16, "momentum": 0.05}, {})],
    easy=False,
    nolabels=False,
    dup=False,
)
S(
    "DynamicSoftMarginLoss",
    P,
    "no-labels-augmented",
    {},
    ref=([3, 3, 2], [3, 3, 2]),
    labels=None,
    D=5,
    note="no labels: embeddings[i] and ref_emb[i] are the positive pair; hardest in-batch negative by row and column minimum",
)
S(
    "DynamicSoftMarginLoss",
    P,
    "no-labels-unequal",
    {},
    ref=([3, 3, 2], [3, 2]),
    labels=None,
    D=5,
    note="8 anchors, 5 references; rows/columns beyond the shorter side use 0 (see conventions)",
)
S("DynamicSoftMarginLoss", H, "no-labels-augmented", {"num_bins": 14}, ref=([4, 2], [4, 2]), labels=None, D=4)


# ------------------------------------------------------------ losses without ref_emb
def self_family(
    loss,
    pub,
    held,
    *,
    idx=True,
    nolabels=False,
    base_p=None,
    base_h=None,
    dup=True,
    err_idx=False,
    err_ref=True,
    idx_h=True,
):
    bp, bh = base_p or {}, base_h or {}
    S(loss, P, "default", dict(bp))
    for t, p, k in pub:
        S(loss, P, t, {**bp, **p}, **k)
    S(loss, P, "no-positives", dict(bp), kind="no_pos", counts=[1] * 6, D=4, allow_zero=True)
    S(loss, P, "no-negatives", dict(bp), kind="no_neg", counts=[6], D=4, allow_zero=True)
    if dup:
        S(loss, P, "duplicates", dict(bp), kind="dups", counts=[4, 2, 2], D=4, allow_zero=True)
    S(loss, P, "easy", dict(bp), kind="easy", counts=[3, 3, 2], D=4, allow_zero=True)
    if idx:
        S(loss, P, "indices-triplets", dict(bp), indices="triplets")
        S(loss, P, "indices-pairs", dict(bp), indices="pairs")
    if err_idx:
        S(loss, P, "error-indices", dict(bp), indices="triplets", expect_error=True)
    if err_ref:
        S(loss, P, "error-ref", dict(bp), ref=True, expect_error=True)
    S(loss, H, "default", dict(bh))
    for t, p, k in held:
        S(loss, H, t, {**bh, **p}, **k)
    if dup:
        S(loss, H, "duplicates", dict(bh), kind="dups", counts=[3, 2, 2], D=5, allow_zero=True)
    if idx and idx_h:
        S(loss, H, "indices-pairs", dict(bh), indices="pairs")


self_family(
    "NPairsLoss",
    [
        ("dot-unnormalized", {}, K(distance=Dot(False))),
        ("lp", {}, K(distance=Lp())),
        ("cosine", {}, K(distance=Cos())),
        (
            "embedding-l2-reg",
            {},
            K(
                distance=Dot(False),
                embedding_regularizer={"type": "LpRegularizer", "p": 2, "power": 2},
                embedding_reg_weight=0.02,
            ),
        ),
    ],
    [("dot-unnormalized", {}, K(distance=Dot(False))), ("lp2", {}, K(distance=Lp(power=2, norm=False)))],
)

self_family(
    "FastAPLoss",
    [
        ("bins5", {"num_bins": 5}, {}),
        ("bins20", {"num_bins": 20}, {}),
        ("power1", {"num_bins": 8}, K(distance=Lp(power=1))),
    ],
    [("bins7", {"num_bins": 7}, {}), ("power1", {"num_bins": 12}, K(distance=Lp(power=1)))],
)

self_family(
    "HistogramLoss",
    [
        ("bins10", {"n_bins": 10}, {}),
        ("bins50", {"n_bins": 50}, {}),
        ("delta", {"delta": 0.05}, {}),
    ],
    [("bins20", {"n_bins": 20}, {}), ("delta", {"delta": 0.1}, {})],
    dup=False,
    idx_h=True,
)
S("HistogramLoss", P, "error-n_bins-and-delta", {"n_bins": 10, "delta": 0.5}, expect_error=True)
S(
    "HistogramLoss",
    P,
    "error-duplicates",
    {},
    kind="onehot",
    counts=[2, 2, 1],
    D=3,
    expect_error=True,
    note="quirk: a similarity of exactly 1 makes PML scatter into bin index num_bins+1, out of range",
)

self_family(
    "InstanceLoss",
    [
        ("gamma16", {"gamma": 16}, {}),
        ("gamma1", {"gamma": 1}, {}),
    ],
    [("gamma8", {"gamma": 8}, {})],
    idx=False,
    err_idx=True,
)

self_family(
    "PNPLoss",
    [
        ("Ds", {"variant": "Ds", "anneal": 0.1}, {}),
        ("Dq", {"variant": "Dq", "anneal": 0.1, "alpha": 2}, {}),
        ("Iu", {"variant": "Iu", "anneal": 0.1}, {}),
        ("Ib", {"variant": "Ib", "anneal": 0.1, "b": 3}, {}),
        ("O", {"variant": "O", "anneal": 0.2}, {}),
    ],
    [
        ("Ds", {"variant": "Ds", "anneal": 0.15}, {}),
        ("Dq", {"variant": "Dq", "anneal": 0.2, "alpha": 1}, {}),
        ("Iu", {"variant": "Iu", "anneal": 0.2}, {}),
        ("Ib", {"variant": "Ib", "anneal": 0.2, "b": 2}, {}),
    ],
    idx=False,
    err_idx=True,
)

self_family(
    "RankedListLoss",
    [
        ("params", {"margin": 0.3, "Tn": 5, "alpha": 1.2, "imbalance": 0.3, "Tp": 2}, {}),
        ("unnormalized", {"margin": 0.8, "Tn": 1, "alpha": 2.0}, K(distance=Lp(norm=False))),
        ("imbalance0", {"margin": 0.4, "Tn": 10, "imbalance": 0}, {}),
        ("imbalance1", {"margin": 0.4, "Tn": 3, "imbalance": 1}, {}),
    ],
    [
        ("params", {"margin": 0.5, "Tn": 4, "alpha": 1.1, "imbalance": 0.6, "Tp": 1}, {}),
        ("avg-nonzero", {"margin": 0.6, "Tn": 2}, K(reducer={"type": "AvgNonZeroReducer"})),
    ],
    base_p={"margin": 0.4, "Tn": 10},
    base_h={"margin": 0.45, "Tn": 6},
    idx=False,
    err_idx=True,
)


# Manifold: labels must be None; indices_tuple is the vector of meta-classes
def meta(Kp):
    def f(sp, rng):
        N = len(sp["embeddings"])
        m = np.concatenate([np.arange(Kp), rng.randint(0, Kp, N - Kp)])
        rng.shuffle(m)
        return [int(v) for v in m]

    return f


def proxies(n, d):
    return lambda sp, rng: {"proxies": q(rng.randn(n, d))}


for split, items in (
    (
        P,
        [
            ("default", dict(l=4, K=3), 8),
            ("lambda0", dict(l=5, K=2, lambdaC=0.0), 7),
            ("lambda", dict(l=4, K=3, lambdaC=2.5), 9),
            ("alpha", dict(l=6, K=4, alpha=0.5), 10),
            ("margin", dict(l=3, K=2, margin=0.01, alpha=0.9), 6),
        ],
    ),
    (H, [("default", dict(l=5, K=3), 9), ("mixed", dict(l=4, K=4, lambdaC=0.7, alpha=0.6, margin=0.002), 8)]),
):
    for tag, p, n in items:
        S(
            "ManifoldLoss",
            split,
            tag,
            p,
            counts=[n],
            D=p["l"],
            labels=None,
            indices=meta(p["K"]),
            weights=proxies(p["K"], p["l"]),
            note="indices_tuple is the meta-class (proxy index) of each embedding; labels must be null",
        )
S(
    "ManifoldLoss",
    P,
    "error-labels",
    dict(l=4, K=2),
    counts=[4, 2],
    D=4,
    indices=meta(2),
    weights=proxies(2, 4),
    expect_error=True,
)


# ------------------------------------------------------------ losses with class weights
def wfun(name, shape, scale=1.0):
    return lambda sp, rng: {name: q(scale * rng.randn(*shape))}


def class_family(
    loss, wname, wshape, pub, held, *, idx=True, base_p=None, base_h=None, pC=(3, 4, 4, 4, 3), scale=1.0
):
    """wshape(params) -> shape of the weight."""

    def add(split, tag, p, **k):
        i = COUNT.get((loss, split), 0)
        counts = k.pop("counts", None)
        D = k.pop("D", None)
        sh = SHAPES[split][i % len(SHAPES[split])]
        counts = counts or sh[0]
        D = D or sh[1]
        extra_classes = k.pop("extra_classes", 0)
        C = len(counts) + extra_classes if k.get("kind") not in ("no_pos",) else sum(counts) + extra_classes
        dimname = "descriptors_dim" if loss == "P2SGradLoss" else "embedding_size"
        pp = {"num_classes": C, dimname: D, **p}
        S(loss, split, tag, pp, counts=counts, D=D, weights=wfun(wname, wshape(pp, D), scale), **k)

    bp, bh = base_p or {}, base_h or {}
    add(P, "default", dict(bp))
    for t, p, k in pub:
        add(P, t, {**bp, **p}, **k)
    add(P, "absent-class", dict(bp), extra_classes=2)
    add(P, "all-distinct", dict(bp), kind="no_pos", counts=[1] * 5, D=4)
    add(P, "duplicates", dict(bp), kind="dups", counts=[3, 2, 2], D=4)
    if idx:
        add(
            P,
            "indices-triplets",
            dict(bp),
            indices="triplets",
            note="indices_tuple only re-weights samples: weight = count / max count",
        )
        add(P, "indices-pairs", dict(bp), indices="pairs")
    add(H, "default", dict(bh))
    for t, p, k in held:
        add(H, t, {**bh, **p}, **k)
    if idx:
        add(H, "indices-triplets", dict(bh), indices="triplets")
    S(
        loss,
        P,
        "error-ref",
        {"num_classes": 3, ("descriptors_dim" if loss == "P2SGradLoss" else "embedding_size"): 4, **bp},
        counts=[3, 3, 2],
        D=4,
        ref=([3, 3, 2], [4, 3, 2, 1]),
        weights=wfun(wname, wshape({"num_classes": 3, **bp}, 4), scale),
        expect_error=True,
    )


WREG = {"type": "RegularFaceRegularizer"}
ed = lambda p, D: (D, p["num_classes"])
class_family(
    "ArcFaceLoss",
    "W",
    ed,
    [
        ("margin", {"margin": 10, "scale": 16}, {}),
        ("scale1", {"margin": 28.6, "scale": 1}, {}),
        (
            "big-margin",
            {"margin": 90, "scale": 4},
            K(note="large margin: some angles exceed 180 - margin, so the linear branch is used"),
        ),
        ("weight-regularizer", {"margin": 20, "scale": 8}, K(weight_regularizer=WREG, weight_reg_weight=0.5)),
        ("sum-reducer", {"margin": 15, "scale": 8}, K(reducer={"type": "SumReducer"})),
    ],
    [
        ("margin", {"margin": 18, "scale": 24}, {}),
        ("big-margin", {"margin": 100, "scale": 3}, {}),
        (
            "embedding-reg",
            {"margin": 25, "scale": 10},
            K(embedding_regularizer={"type": "LpRegularizer"}, embedding_reg_weight=0.1),
        ),
    ],
)
class_family(
    "CosFaceLoss",
    "W",
    ed,
    [
        ("margin", {"margin": 0.1, "scale": 16}, {}),
        ("scale1", {"scale": 1}, {}),
        (
            "weight-regularizer",
            {"margin": 0.2, "scale": 8},
            K(weight_regularizer={"type": "LpRegularizer"}, weight_reg_weight=0.05),
        ),
    ],
    [("margin", {"margin": 0.25, "scale": 30}, {}), ("scale2", {"margin": 0.4, "scale": 2}, {})],
)
class_family(
    "LargeMarginSoftmaxLoss",
    "W",
    ed,
    [
        ("margin2", {"margin": 2, "scale": 1}, {}),
        ("margin3", {"margin": 3, "scale": 0.5}, {}),
        ("margin1", {"margin": 1, "scale": 2}, {}),
    ],
    [("margin2", {"margin": 2, "scale": 0.8}, {}), ("margin5", {"margin": 5, "scale": 1.2}, {})],
)
class_family(
    "SphereFaceLoss",
    "W",
    ed,
    [
        ("margin2", {"margin": 2, "scale": 1}, {}),
        ("margin3", {"margin": 3, "scale": 0.5}, {}),
    ],
    [("margin2", {"margin": 2, "scale": 1.5}, {})],
)
class_family(
    "SubCenterArcFaceLoss",
    "W",
    lambda p, D: (D, p["num_classes"] * p.get("sub_centers", 3)),
    [
        ("sub2", {"sub_centers": 2, "margin": 10, "scale": 16}, {}),
        ("scale1", {"scale": 1}, {}),
    ],
    [("sub4", {"sub_centers": 4, "margin": 15, "scale": 12}, {})],
)
class_family(
    "NormalizedSoftmaxLoss",
    "W",
    ed,
    [
        ("temperature", {"temperature": 0.5}, {}),
        ("unnormalized", {"temperature": 1.0}, K(distance=Dot(False))),
        ("lp", {"temperature": 0.2}, K(distance=Lp())),
    ],
    [
        ("temperature", {"temperature": 0.1}, {}),
        (
            "weight-reg",
            {"temperature": 0.3},
            K(weight_regularizer={"type": "CenterInvariantRegularizer"}, weight_reg_weight=0.2),
        ),
    ],
)
class_family(
    "P2SGradLoss", "weight", ed, [], [("absent-class", {}, K(extra_classes=1)), ("second", {}, {})], idx=False
)
class_family(
    "ProxyAnchorLoss",
    "proxies",
    lambda p, D: (p["num_classes"], D),
    [
        ("params", {"margin": 0.2, "alpha": 8}, {}),
        ("alpha2", {"margin": 0, "alpha": 2}, {}),
        ("mean-reducer", {"alpha": 16}, K(reducer={"type": "MeanReducer"}, extra_classes=1)),
    ],
    [("params", {"margin": 0.15, "alpha": 12}, {}), ("absent", {"alpha": 20}, K(extra_classes=2))],
)
class_family(
    "ProxyNCALoss",
    "proxies",
    lambda p, D: (p["num_classes"], D),
    [
        ("scale", {"softmax_scale": 9}, {}),
        ("unnormalized", {"softmax_scale": 1}, K(distance=Lp(power=2, norm=False))),
        ("cosine", {"softmax_scale": 8}, K(distance=Cos())),
    ],
    [("scale", {"softmax_scale": 4}, {}), ("lp1", {"softmax_scale": 2}, K(distance=Lp(p=1)))],
)
class_family(
    "SoftTripleLoss",
    "fc",
    lambda p, D: (D, p["num_classes"] * p.get("centers_per_class", 10)),
    [
        ("centers2", {"centers_per_class": 2, "la": 10, "gamma": 0.2, "margin": 0.05}, {}),
        ("centers1", {"centers_per_class": 1, "la": 5}, {}),
        (
            "sparse-centers",
            {"centers_per_class": 3},
            K(
                counts=[4, 2, 2],
                weight_regularizer={
                    "type": "SparseCentersRegularizer",
                    "num_classes": 3,
                    "centers_per_class": 3,
                },
                weight_reg_weight=0.2,
            ),
        ),
    ],
    [
        ("centers3", {"centers_per_class": 3, "la": 15, "gamma": 0.15, "margin": 0.02}, {}),
        ("centers4", {"centers_per_class": 4, "la": 8, "gamma": 0.5, "margin": 0.1}, {}),
    ],
    base_p={"centers_per_class": 4},
    base_h={"centers_per_class": 5},
)
S(
    "SoftTripleLoss",
    P,
    "true-defaults",
    {"num_classes": 3, "embedding_size": 3},
    counts=[3, 2, 2],
    D=3,
    weights=wfun("fc", (3, 30)),
)

# VICReg: ref_emb only, no labels
for split, items in (
    (
        P,
        [
            ("default", {}, 8, 4, 1.0),
            ("weights", dict(invariance_lambda=10, variance_mu=5, covariance_v=2), 10, 5, 0.3),
            ("eps", dict(eps=1e-2), 6, 3, 0.5),
            ("no-ref", {}, 7, 4, 0.4),
        ],
    ),
    (
        H,
        [
            ("default", {}, 9, 5, 0.6),
            ("weights", dict(invariance_lambda=15, variance_mu=20, covariance_v=4), 6, 4, 0.4),
        ],
    ),
):
    for tag, p, n, D, sc in items:
        S(
            "VICRegLoss",
            split,
            tag,
            p,
            counts=[n],
            D=D,
            labels=None,
            ref=None if tag == "no-ref" else ([n], [n]),
            emb_scale=sc,
            note="no ref_emb: both views are embeddings" if tag == "no-ref" else None,
        )
S("VICRegLoss", P, "error-labels", {}, counts=[3, 3], D=4, ref=([3, 3], [3, 3]), expect_error=True)
# losses that refuse labels=None without indices
for l in ("TripletMarginLoss", "ContrastiveLoss"):
    S(l, P, "error-no-labels", {}, counts=[3, 3], D=4, labels=None, expect_error=True)
S(
    "AngularLoss",
    P,
    "error-no-labels",
    {},
    counts=[3, 3],
    D=4,
    labels=None,
    indices="triplets",
    expect_error=True,
)
S("TripletMarginLoss", P, "error-label-count", {}, counts=[3, 3], D=4, labels="short", expect_error=True)
S("CircleLoss", P, "error-distance", {}, counts=[3, 3], D=4, distance=Lp(), expect_error=True)

# ------------------------------------------------------------ appended later (ids above stay stable)
S(
    "AngularLoss",
    P,
    "unit-exact",
    {},
    kind="unit5",
    counts=[4, 3, 2],
    D=5,
    note="rows have norm exactly 1: normalising the negatives makes no difference",
)
S(
    "AngularLoss",
    P,
    "unit-exact-alpha36",
    {"alpha": 36},
    kind="unit5",
    counts=[3, 3, 2, 1],
    D=5,
    note="rows have norm exactly 1",
)
S(
    "AngularLoss",
    H,
    "unit-exact",
    {"alpha": 42},
    kind="unit5",
    counts=[4, 2, 2],
    D=5,
    note="rows have norm exactly 1",
)
for l, p in (
    ("TripletMarginLoss", {"margin": 0.2}),
    ("ContrastiveLoss", {}),
    ("NTXentLoss", {"temperature": 0.3}),
    ("MultiSimilarityLoss", {}),
    ("SupConLoss", {}),
):
    S(l, P, "batch-of-two-positive", p, counts=[2], D=4, allow_zero=True, smooth=True, kind="no_neg")
    S(l, P, "unit-exact", p, kind="unit5", counts=[3, 3, 2], D=5)
S("TripletMarginLoss", H, "unit-exact", {"margin": 0.3}, kind="unit5", counts=[4, 2, 2], D=5)
