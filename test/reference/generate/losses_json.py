"""losses.json: value and gradients of every loss, held to finite differences and to a plain numpy version."""

from loss_specs import *
import checks

LOSS_FIELDS = {
    "loss": "class name in pytorch_metric_learning.losses",
    "params": "ALL constructor arguments in effect (PML names); explicit_params lists the ones passed, the rest are PML defaults",
    "distance / distance_given": "distance in effect / whether it was passed (false = the loss's own default)",
    "reducer / reducer_given": "reducer in effect / whether it was passed",
    "embedding_regularizer, weight_regularizer (+ *_reg_weight)": "added to the loss when present",
    "embeddings, labels": "batch; labels null = called without labels",
    "ref_emb, ref_labels": "optional second set: positives and negatives come from it, anchors from embeddings",
    "indices_tuple": "optional: 3 arrays = (a,p,n) triplets, 4 arrays = (a1,p,a2,n) pairs; for ManifoldLoss one flat array of meta-classes",
    "weights": "learned parameters by PML attribute name (W and fc and weight: embedding_size x classes; proxies: classes x embedding_size; beta: 1 or classes)",
    "expected.loss": "reduced loss (float64)",
    "expected.grad_embeddings / grad_ref_emb / grad_weights": "d loss / d input, autograd",
    "expected.components": "un-reduced parts by sub-loss name: reduction_type, count, reduced value; losses + indices only when count <= 30; divisor where the reducer needs it",
    "expected.loss_shape": "present when PML returns a tensor of this shape instead of a scalar",
    "expected.hist": "DynamicSoftMarginLoss histogram after the call",
    "expected.error": "PML raises: type and message",
    "quirk": "PML behaviour that another library may reasonably not copy (reason given); test it separately or skip",
    "check.fd_err": "max |autograd - central difference| / max(1, max|difference|), null when not taken (kinks)",
    "check.f32_loss_err / f32_grad_err": "absolute error of PML's own float32 run against float64: a lower bound for a sensible float32 tolerance",
}


def losses_cases():
    cases = []
    stats = {}
    worst = {}
    fails = []
    for s in SPECS:
        if s["split"] != settings.split:
            continue
        try:
            sp, res, chk = run_spec(s)
        except Exception as ex:
            fails.append((s["id"], repr(ex)[:300]))
            continue
        fde = None
        if "error" not in res:
            if s["kind"] in ("random", "easy", "no_pos", "no_neg", "unit", "unit5") and s["smooth"]:
                fde = fd_check(sp, res)
                m = max(fde.values())
                worst[s["loss"]] = max(worst.get(s["loss"], 0), m)
                if m > 2e-6:
                    fails.append((s["id"], "FD %r" % fde))
            so = np_second_opinion(sp, res["eff"])
            if so is not None:
                st = stats.setdefault(s["loss"], [0, 0.0])
                st[0] += 1
                err = abs(so - res["loss"]) / max(1, abs(res["loss"]))
                st[1] = max(st[1], err)
                if err > 1e-8:
                    fails.append((s["id"], "numpy second opinion %r vs %r" % (so, res["loss"])))
            elif s["loss"] == "TripletMarginLoss":
                fails.append((s["id"], "no numpy check"))
        checks.chk("losses", True)
        cases.append(case_json(s, sp, res, chk, fde))
    for fail in fails:
        checks.chk("losses", False, fail)
    return cases


def gen_losses():
    meta = {
        **PML_META,
        "module": "losses",
        "dtype": "float64",
        "fields": LOSS_FIELDS,
        "abstract (no cases)": [
            "BaseLossWrapper",
            "BaseMetricLossFunction",
            "GenericPairLoss",
            "EmbeddingRegularizerMixin",
            "WeightRegularizerMixin",
        ],
        "see also": "wrappers.json for CrossBatchMemory, SelfSupervisedLoss, MultipleLosses and stateful sequences",
    }
    write_module("losses.json", meta, losses_cases())
