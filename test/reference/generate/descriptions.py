"""Losses inside wrappers, and miners, from and to their descriptions."""

from loss_cases import *
from checks import P, H, chk


def desc_inner(spec):
    fn = build(spec)
    d = {
        "loss": spec["loss"],
        "params": jsonable(effective_params(getattr(losses, spec["loss"]), spec.get("params", {}))),
        "explicit_params": sorted(spec.get("params", {})),
        "distance": desc_distance(fn.distance),
        "reducer": jsonable(desc_reducer(fn.reducer)),
    }
    return d


def mk_miner(m):
    if m is None:
        return None
    m = dict(m)
    t = m.pop("type")
    d = m.pop("distance", None)
    if d:
        m["distance"] = mk_distance(d)
    return getattr(miners, t)(**m)
