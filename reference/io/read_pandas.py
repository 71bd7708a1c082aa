"""Reads a SAS dataset with pandas, whose reader of sas7bdat shares no code with ReadStat.

Usage: python3 read_pandas.py FILE; prints {column: [values]}, numbers as C99 hexadecimal.
"""
import json
import math
import sys

import pandas


def value(v):
    if isinstance(v, float):
        return None if math.isnan(v) else v.hex()
    return None if pandas.isna(v) else str(v)


frame = pandas.read_sas(sys.argv[1], encoding="utf-8")
json.dump({name: [value(v) for v in frame[name]] for name in frame.columns}, sys.stdout, indent=1, ensure_ascii=False)
print()
