#!/usr/bin/env python3
"""Writes the synthetic study of this example: adsl, adqs, adae and adtte.csv. No person is behind any row.

Two arms of 52, three drug sessions at days 1, 29 and 57, CAPS-5 and SDS at baseline and after each session.
Seed fixed; the same files on every machine (random.Random's generator and gauss are part of its promise).
"""
import csv
import math
import random

random.seed(20261125)
VISITS = [("Week 6", 1, 42), ("Week 12", 2, 84), ("Week 18", 3, 126)]
MEAN_CHANGE = {"MDMA": (-14.0, -20.0, -24.0), "PLACEBO": (-8.0, -12.0, -14.0)}
EVENTS = [  # class, term, severity weights, chance under MDMA and placebo, first days after a session
    ("Musculoskeletal and connective tissue disorders", "Muscle tightness", 0.55, 0.15, 0),
    ("Musculoskeletal and connective tissue disorders", "Jaw clenching", 0.30, 0.04, 0),
    ("Metabolism and nutrition disorders", "Decreased appetite", 0.45, 0.13, 0),
    ("Gastrointestinal disorders", "Nausea", 0.32, 0.13, 0),
    ("General disorders and administration site conditions", "Feeling cold", 0.20, 0.07, 0),
    ("General disorders and administration site conditions", "Fatigue", 0.28, 0.25, 1),
    ("Nervous system disorders", "Headache", 0.62, 0.52, 1),
    ("Nervous system disorders", "Dizziness", 0.18, 0.07, 0),
    ("Psychiatric disorders", "Anxiety", 0.30, 0.28, 2),
    ("Psychiatric disorders", "Insomnia", 0.36, 0.27, 1),
    ("Psychiatric disorders", "Suicidal ideation", 0.06, 0.08, 9),
    ("Skin and subcutaneous tissue disorders", "Hyperhidrosis", 0.22, 0.04, 0),
    ("Infections and infestations", "Upper respiratory tract infection", 0.10, 0.12, 14),
]


def write(name, rows):
    with open(f"{name}.csv", "w", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


adsl, adqs, adae, adtte = [], [], [], []
arms = ["MDMA", "PLACEBO"] * 52
random.shuffle(arms)
for i, arm in enumerate(arms):
    number = 2 if arm == "MDMA" else 1
    site = f"S{1 + i % 4}"
    person = {"STUDYID": "SYN-301", "USUBJID": f"SYN-301-{i + 1:03d}", "SITEID": site}
    sex = "F" if random.random() < 0.68 else "M"
    subtype = "Y" if random.random() < 0.22 else "N"
    base = round(min(60, max(28, random.gauss(39, 6.5))))
    base_sds = round(min(10, max(2, random.gauss(6.8, 1.6))), 1)
    treated = i not in (17, 71)
    frailty = random.gauss(0, 7.5)
    drop = 4  # the visit from which on nothing is measured
    for visit in (1, 2, 3):
        if drop == 4 and random.random() < (0.05 if arm == "MDMA" else 0.08):
            drop = visit
    changes = []
    for visit in range(3):
        mean = MEAN_CHANGE[arm][visit] - 0.25 * (base - 39) + frailty + random.gauss(0, 6)
        changes.append(max(-base, round(mean)))
    measured = [treated and visit + 1 < drop for visit in range(3)]
    full = "Y" if treated and measured[0] else "N"
    safe = "Y" if treated else "N"
    per_protocol = "Y" if full == "Y" and drop == 4 and random.random() < 0.94 else "N"
    chance = {"MDMA": (0.84, 0.06), "PLACEBO": (0.16, 0.70)}[arm]
    draw = random.random()
    guess = "MDMA" if draw < chance[0] else "PLACEBO" if draw < sum(chance) else "DO NOT KNOW"
    last = 126 if drop == 4 else (42, 42, 84)[drop - 1] - 7
    adsl.append({**person, "AGE": round(min(70, max(19, random.gauss(39, 11)))), "SEX": sex, "DISSFL": subtype,
                 "TRT01P": arm, "TRT01PN": number, "TRT01A": arm if treated else "", "TRT01AN": number if treated else "",
                 "FASFL": full, "SAFFL": safe, "PPROTFL": per_protocol, "TRTDURD": last if treated else "",
                 "GUESS": guess if full == "Y" and drop == 4 else "", "EOSSTT": "COMPLETED" if treated and drop == 4 else "DISCONTINUED"})
    flags = {"SEX": sex, "DISSFL": subtype, "TRTP": arm, "TRTPN": number, "FASFL": full, "PPROTFL": per_protocol}
    for code, name, start, scale in (("CAPSTOT", "CAPS-5 total severity", base, 1.0), ("SDSTOT", "SDS total (mean of items)", base_sds, 0.11)):
        adqs.append({**person, **flags, "PARAMCD": code, "PARAM": name, "AVISIT": "Baseline", "AVISITN": 0,
                     "AVAL": start, "BASE": start, "CHG": "", "ABLFL": "Y", "ANL01FL": ""})
        for visit, (label, order, day) in enumerate(VISITS):
            if not measured[visit]:
                continue
            change = changes[visit] if scale == 1 else max(-start, round(scale * changes[visit] + random.gauss(0, 0.9), 1))
            adqs.append({**person, **flags, "PARAMCD": code, "PARAM": name, "AVISIT": label, "AVISITN": order,
                         "AVAL": round(start + change, 1), "BASE": start, "CHG": change, "ABLFL": "", "ANL01FL": "Y"})
    if full == "Y":  # who is not measured at week 18 counts as no responder
        response = 1 if measured[2] and changes[2] <= -10 else 0
        adqs.append({**person, **flags, "PARAMCD": "CAPSRESP", "PARAM": "Response: CAPS-5 at least 10 lower", "AVISIT": "Week 18",
                     "AVISITN": 3, "AVAL": response, "BASE": base, "CHG": "", "ABLFL": "", "ANL01FL": "Y"})
        first = next((day for (label, order, day), seen, change in zip(VISITS, measured, changes) if seen and change <= -10), None)
        adtte.append({**person, "SEX": sex, "TRTP": arm, "TRTPN": number, "FASFL": full, "PARAMCD": "TTRESP",
                      "PARAM": "Time to first response (days)", "AVAL": (first + random.randint(-3, 3)) if first else last, "CNSR": 0 if first else 1})
    if not treated:
        continue
    sessions = [day for day in (1, 29, 57) if day <= last]
    for system, term, treated_chance, control_chance, delay in EVENTS:
        per_session = 1 - (1 - (treated_chance if arm == "MDMA" else control_chance)) ** (1 / 3)
        for session in sessions:
            if random.random() > per_session:
                continue
            start = session + delay + random.choice((0, 0, 0, 1))
            severity = random.choices(("MILD", "MODERATE", "SEVERE"), (6, 3, 0.6))[0]
            serious = "Y" if term == "Suicidal ideation" and random.random() < 0.3 else "N"
            related = "RELATED" if delay < 2 and random.random() < 0.7 else "NOT RELATED"
            adae.append({**person, "SAFFL": "Y", "TRTA": arm, "AEBODSYS": system, "AEDECOD": term, "AESEV": severity, "AESER": serious,
                         "AEREL": related, "AEACN": "DOSE NOT CHANGED", "AEOUT": "RECOVERED/RESOLVED", "TRTEMFL": "Y",
                         "ASTDY": start, "AENDY": start + math.ceil(random.expovariate(0.6))})
write("adsl", adsl)
write("adqs", adqs)
write("adae", adae)
write("adtte", adtte)
write("sessions", [{"USUBJID": row["USUBJID"], "ADY": day} for row in adsl if row["SAFFL"] == "Y"
                   for day in (1, 29, 57) if day <= row["TRTDURD"]])
