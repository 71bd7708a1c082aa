# A small synthetic study in ADaM shape: two arms, three drug sessions, adverse events, vital signs, C-SSRS and craving.
# Nobody in it ever lived. Usage: Rscript make_study.R   (writes adsl.csv, adae.csv, sessions.csv, advs.csv, adcssrs.csv, adqs.csv)
set.seed(20261125, kind = "Mersenne-Twister", normal.kind = "Inversion", sample.kind = "Rejection")
n <- 44; id <- sprintf("SYN-%03d", seq_len(n)); arm <- rep(c("Placebo", "MDMA"), n / 2)
start <- as.Date("2025-03-03") + sample(0:60, n, TRUE); followed <- sample(c(126, 126, 126, 90, 40), n, TRUE)
adsl <- data.frame(STUDYID = "SYNTHETIC", USUBJID = id, TRT01A = arm, TRT01AN = ifelse(arm == "MDMA", 1, 0), SAFFL = "Y",
                   TRTSDT = start, TRTEDT = start + followed - 1, TRTDURD = followed)
adsl$SAFFL[c(7, 20)] <- "N"; adsl$TRT01A[7] <- ""; adsl$TRT01AN[7] <- NA
session_days <- lapply(followed, function(f) c(1, 29, 57)[c(1, 29, 57) <= f])
sessions <- do.call(rbind, lapply(seq_len(n), function(i) data.frame(USUBJID = id[i], SESSION = seq_along(session_days[[i]]), ADY = session_days[[i]])))
terms <- data.frame(class = c("Nervous system disorders", "Nervous system disorders", "Gastrointestinal disorders", "Cardiac disorders",
                              "Psychiatric disorders", "Psychiatric disorders", "Musculoskeletal disorders", "Infections, general"),
                    term = c("Headache", "Dizziness", "Nausea", "Palpitations", "Anxiety", "Insomnia", "Jaw \"tightness\"", "Nasopharyngitis"),
                    placebo = c(1.0, 0.3, 0.3, 0.1, 0.5, 0.6, 0.1, 0.3), mdma = c(1.6, 0.7, 1.0, 0.5, 0.8, 0.8, 1.6, 0.3))
rows <- list()
for (i in seq_len(n)) for (k in seq_len(nrow(terms))) {
  for (j in seq_len(rpois(1, if (arm[i] == "MDMA") terms$mdma[k] else terms$placebo[k]))) {
    s <- sample(session_days[[i]], 1); day <- s + sample(c(0, 0, 1, 2, 4, 6, 12, 20), 1)
    if (runif(1) < 0.06) day <- -sample(1:9, 1)                    # before treatment: not treatment-emergent
    from <- start[i] + ifelse(day > 0, day - 1, day); unknown <- runif(1) < 0.03
    rows[[length(rows) + 1]] <- data.frame(USUBJID = id[i], AEBODSYS = terms$class[k], AEDECOD = terms$term[k],
      ASTDT = if (unknown) "" else format(from), AENDT = if (unknown) "" else format(from + sample(0:5, 1)), ASTDY = if (unknown) NA else day,
      AESEV = sample(c("MILD", "MODERATE", "SEVERE", ""), 1, prob = c(0.6, 0.3, 0.07, 0.03)), AESER = sample(c("N", "Y"), 1, prob = c(0.97, 0.03)),
      AEREL = sample(c("NONE", "POSSIBLE", "PROBABLE", "REMOTE", ""), 1, prob = c(0.3, 0.3, 0.25, 0.12, 0.03)),
      AEACN = sample(c("DOSE NOT CHANGED", "DRUG WITHDRAWN"), 1, prob = c(0.97, 0.03)), AEOUT = "RECOVERED/RESOLVED", TRTEMFL = ifelse(day > 0, "Y", ""))
  }
}
adae <- do.call(rbind, rows)
visits <- merge(sessions, data.frame(ATPTN = c(-0.5, 1, 2, 4, 6)))
visits <- visits[order(visits$USUBJID, visits$SESSION, visits$ATPTN), ]
drug <- arm[match(visits$USUBJID, id)] == "MDMA"
rise <- ifelse(visits$ATPTN < 0, 0, ifelse(drug, 22, 4) * exp(-(visits$ATPTN - 2)^2 / 8))
vital <- function(param, label, base, factor, sd) data.frame(USUBJID = visits$USUBJID, PARAMCD = param, PARAM = label, AVISIT = paste("Session", visits$SESSION),
  AVISITN = visits$SESSION, ATPTN = visits$ATPTN, AVAL = round(base + factor * rise + rnorm(nrow(visits), 0, sd), 1))
advs <- rbind(vital("SYSBP", "Systolic blood pressure (mmHg)", 122, 1, 8), vital("PULSE", "Pulse (beats/min)", 72, 0.8, 6))
advs$AVAL[sample(nrow(advs), 9)] <- NA
words <- c("No ideation", "Wish to be dead", "Non-specific thoughts", "Ideation with method", "Intent")
at <- do.call(rbind, lapply(seq_len(n), function(i) data.frame(USUBJID = id[i], AVISIT = c("Baseline", paste("Session", seq_along(session_days[[i]])), "End"),
  AVISITN = c(0, seq_along(session_days[[i]]), 9), i = i)))
level <- pmin(4, pmax(0, rpois(nrow(at), 0.7) + rbinom(nrow(at), 1, 0.1)))
adcssrs <- data.frame(USUBJID = at$USUBJID, PARAMCD = "CSSRS", PARAM = "C-SSRS category", AVISIT = at$AVISIT, AVISITN = at$AVISITN, AVAL = level,
                      AVALC = words[level + 1], ABLFL = ifelse(at$AVISIT == "Baseline", "Y", ""))
visit <- merge(data.frame(USUBJID = id), data.frame(AVISIT = c("Baseline", "Week 4", "Week 8", "Week 18"), AVISITN = c(0, 4, 8, 18)))
visit <- visit[order(visit$USUBJID, visit$AVISITN), ]
adqs <- data.frame(visit, PARAMCD = "CRAVE", PARAM = "Craving, 0 to 100", AVAL = round(pmax(0, rnorm(nrow(visit), 45 - visit$AVISITN, 14)), 1))
adqs <- adqs[runif(nrow(adqs)) > 0.08, ]
for (name in c("adsl", "adae", "sessions", "advs", "adcssrs", "adqs")) write.csv(get(name), paste0(name, ".csv"), row.names = FALSE, na = "")
