"""Reads a SAS file with pandas, whose readers of XPORT and sas7bdat share no code with ReadStat.

Usage: python read_pandas.py FILE...; prints one JSON object {file: {column: [values]}}, numbers as C99 hexadecimal.
"""
import json
import math
import sys

import pandas


def value(v):
    if isinstance(v, float):
        return None if math.isnan(v) else v.hex()
    if isinstance(v, bytes):
        v = v.decode("utf-8")
    return str(v)


out = {}
for file in sys.argv[1:]:
    kind = "xport" if file.endswith(".xpt") else "sas7bdat"
    options = {} if kind == "xport" else {"convert_dates": False, "encoding": "utf-8"}
    frame = pandas.read_sas(file, format=kind, **options)
    out[file] = {str(name): [value(v) for v in frame[name]] for name in frame.columns}
json.dump(out, sys.stdout, indent=1, ensure_ascii=False)
print()
