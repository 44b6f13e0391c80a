"""Checks that run along with the generators, and the two splits of the cases."""

P, H = "public", "heldout"
CHECKS = {}


def chk(name, cond, info=""):
    """Counts a check, and says which failed."""
    run = CHECKS.setdefault(name, [0, 0])
    run[0] += 1
    if not cond:
        run[1] += 1
        print("CHECK FAILED", name, info)
