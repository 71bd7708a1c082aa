"""Maxima of the multilevel likelihood to 30 digits, where nlminb stops at 1e-8. Usage: python3 precise.py (writes precise.json)

Dense matrices straight from the definition, in 50-digit arithmetic; Newton's method on the slope, which is
differentiated numerically. Where a variance ends at zero it is held there and its slope is reported (it must be <= 0).
"""
import json

from mpmath import mp, mpf, matrix, log, pi, det, inverse, diff, findroot, sqrt

mp.dps = 50
data = json.load(open("input.json"))


def number(x):
    return mpf(repr(x))


def cases():
    k = data["konstantopoulos"]
    effects = list(range(len(k["yi"])))
    independent = lambda i, j: number(k["vi"][i]) if i == j else mpf(0)
    for method in ("REML", "ML"):
        yield "konstantopoulos_" + method, method, k["yi"], independent, [k["district"], effects], [mpf("0.06"), mpf("0.03")]
    m = data["mdma"]
    study = m["study"]
    for tenths, start in ((1, ["0.1", None]), (2, ["0.07", "0.005"]), (3, ["0.03", "0.01"]), (4, [None, "0.014"]), (6, [None, "0.025"]), (9, [None, "0.096"])):
        rho = mpf(tenths) / 10

        def correlated(i, j, rho=rho):
            if study[i] != study[j]:
                return mpf(0)
            return (1 if i == j else rho) * sqrt(number(m["vi"][i]) * number(m["vi"][j]))

        yield "mdma_rho0.%d" % tenths, "REML", m["yi"], correlated, [study, list(range(15))], [None if s is None else mpf(s) for s in start]


def clusters(groups):
    """Rows by the first level, in which all else is nested."""
    order = []
    for g in groups[0]:
        if g not in order:
            order.append(g)
    return [[i for i, g in enumerate(groups[0]) if g == o] for o in order]


def evaluate(method, y, v, groups, sigma2):
    """Log-likelihood, pooled effect and its standard error; one column of ones."""
    k = len(y)
    log_det = weight = weighted = squares = mpf(0)
    parts = []
    for rows in clusters(groups):
        n = len(rows)
        m = matrix(n, n)
        for a in range(n):
            for b in range(n):
                i, j = rows[a], rows[b]
                m[a, b] = v(i, j) + sum(s for s, g in zip(sigma2, groups) if g[i] == g[j])
        w = inverse(m)
        log_det += log(det(m))
        r = matrix([number(y[i]) for i in rows])
        one = matrix([1] * n)
        weight += (one.T * w * one)[0]
        weighted += (one.T * w * r)[0]
        parts.append((w, r, one))
    beta = weighted / weight
    for w, r, one in parts:
        e = r - beta * one
        squares += (e.T * w * e)[0]
    twice = log_det + squares + (k - 1 if method == "REML" else k) * log(2 * pi)
    if method == "REML":
        twice += log(weight) - log(mpf(k))
    return -twice / 2, beta, 1 / sqrt(weight)


result = {}
for name, method, y, v, groups, start in cases():
    free = [l for l, s in enumerate(start) if s is not None]

    def ll(*values):
        sigma2 = [mpf(0)] * len(start)
        for l, value in zip(free, values):
            sigma2[l] = value
        return evaluate(method, y, v, groups, sigma2)[0]

    slopes = [lambda *at, l=l: diff(ll, at, tuple(1 if a == l else 0 for a in range(len(free)))) for l in range(len(free))]
    root = findroot(slopes if len(free) > 1 else slopes[0], [start[l] for l in free] if len(free) > 1 else (start[free[0]] * mpf("0.95"), start[free[0]] * mpf("1.05")), tol=1e-50, verify=False)
    sigma2 = [mpf(0)] * len(start)
    for a, l in enumerate(free):
        sigma2[l] = root[a] if len(free) > 1 else root
    value, beta, se = evaluate(method, y, v, groups, sigma2)
    held = [l for l in range(len(start)) if l not in free]
    at_bound = [float(diff(lambda s: evaluate(method, y, v, groups, [s if l == h else x for l, x in enumerate(sigma2)])[0], 0, direction=1, h=mpf("1e-20"))) for h in held]
    result[name] = {"sigma2": [float(s) for s in sigma2], "ll": float(value), "beta": float(beta), "se": float(se), "slope_at_bound": at_bound}
    print(name, result[name])
json.dump(result, open("precise.json", "w"), indent=1)
