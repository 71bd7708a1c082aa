"""Gathers the data sets (input.json, by column) and the fits that make_reference.R wrote to mmrm/ (expected.json, one a line).

Usage: python3 gather.py, in this folder. The fits of fev_data, which is not kept here, are left out.
"""
import csv
import glob
import json
import os

NUMBERS = ("BASE", "CHG", "Y", "WT", "VISITN")


def columns(name):
    with open(name + ".csv") as file:
        rows = list(csv.DictReader(file))
    number = lambda x: None if x in ("", "NA") else float(x)
    return {c: [number(r[c]) if c in NUMBERS else r[c] for r in rows] for c in rows[0]}


def fit(path):
    with open(path) as file:
        d = json.load(file)
    method = os.path.basename(path)[:-5].split("__")[2]
    e = {"dataset": d["dataset"], "fixed": d["fixed"], "covariance": d["covariance"], "method": method, "reml": d["reml"],
         "weights": d["weights"], "log_likelihood": d["logLik"], "aic": d["AIC"], "bic": d["BIC"],
         "terms": [c["term"] for c in d["coef"]]}
    for key in ("estimate", "se", "df", "t", "p"):
        e[key] = [c[key] for c in d["coef"]]
    if method.endswith("sat"):
        e["sigma"], e["vcov"] = d["sigma"], d["beta_vcov"]
    means = d.get("lsmeans")
    if means:
        e["lsmeans"] = {"ARM": means["ARM"], "AVISIT": means["AVISIT"], "estimate": means["emmean"], "se": means["SE"],
                        "df": means["df"]}
    differences = d.get("lsmean_differences")
    if differences:
        e["differences"] = {"contrast": differences["contrast"], "AVISIT": differences["AVISIT"],
                            "estimate": differences["estimate"], "se": differences["SE"], "df": differences["df"],
                            "p": differences["p.value"]}
    e["type3"] = d.get("type3")
    return e


def compact(value):
    return json.dumps(value, separators=(",", ":"))


fits = [fit(path) for path in sorted(glob.glob("mmrm/*.json")) if not os.path.basename(path).startswith("fev_data")]
with open("expected.json", "w") as file:
    file.write("[\n" + ",\n".join(compact(e) for e in fits) + "\n]\n")
sets = {name: columns(name) for name in ("mapp_like", "mapp_like_complete", "rm6", "long10_n300")}
with open("input.json", "w") as file:
    tables = [json.dumps(name) + ":{\n" + ",\n".join(json.dumps(c) + ":" + compact(v) for c, v in table.items()) + "}"
              for name, table in sets.items()]
    file.write("{\n" + ",\n".join(tables) + "\n}\n")
