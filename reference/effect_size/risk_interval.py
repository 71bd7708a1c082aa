"""Two-arm intervals by statsmodels. Usage: python3 risk_interval.py > risk_interval.json

Left out because this version is wrong there (see README): the score interval of the difference, and the score interval
of the ratio where the restricted maximum has two roots (10/10 against 10/20).
"""
import json
import warnings
import scipy
import statsmodels
from statsmodels.stats.proportion import confint_proportions_2indep, test_proportions_2indep, proportion_confint

warnings.simplefilter("ignore")
TABLES = [(56, 70, 48, 80), (9, 10, 3, 10), (6, 7, 2, 7), (5, 56, 0, 29), (0, 10, 0, 20), (0, 10, 0, 10),
          (10, 10, 0, 20), (10, 10, 0, 10), (10, 10, 10, 20), (0, 10, 5, 20), (37, 42, 23, 37), (45, 52, 29, 42), (3, 1000, 11, 1200), (4, 8, 0, 4)]
out = {"tool": "statsmodels " + statsmodels.__version__, "scipy": scipy.__version__, "tables": []}
for x1, n1, x2, n2 in TABLES:
    row = {"x1": x1, "n1": n1, "x2": x2, "n2": n2}
    for compare, methods in {"diff": ("newcomb", "wald"), "ratio": ("log", "score"), "odds-ratio": ("logit", "score")}.items():
        for method in methods:
            for correction in ((True, False) if method == "score" else (None,)):
                if compare == "ratio" and method == "score" and (x1, n1, x2, n2) == (10, 10, 10, 20):
                    continue
                key = f"{compare}|{method}" + ("" if correction is None else "|mn" if correction else "|mee")
                kw = {} if correction is None else {"correction": correction}
                try:
                    low, high = confint_proportions_2indep(x1, n1, x2, n2, method=method, compare=compare, **kw)
                    row[key] = [float(low), float(high)]
                except Exception as fault:
                    row[key] = None
    def stat(compare, value, correction):
        r = test_proportions_2indep(x1, n1, x2, n2, value=value, compare=compare, method="score", correction=correction)
        return float(r.statistic)
    for name, compare, value in (("z|ratio|1.5", "ratio", 1.5), ("z|odds-ratio|2.5", "odds-ratio", 2.5)):
        for c in (True, False):
            try: row[name + ("|mn" if c else "|mee")] = stat(compare, value, c)
            except Exception: row[name + ("|mn" if c else "|mee")] = None
    out["tables"].append(row)
text = json.dumps(out, indent=1).replace("NaN", "null").replace("-Infinity", "null").replace("Infinity", "null")
print(text)
