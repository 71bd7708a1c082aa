# The tables of `entact adverse` on the synthetic study, in base R. Usage: Rscript oracle.R > expected.json
library(jsonlite)
read <- function(name) read.csv(paste0(name, ".csv"), colClasses = c(USUBJID = "character"), na.strings = "")
sl <- read("adsl"); sl <- sl[sl$SAFFL == "Y", ]; arm <- setNames(sl$TRT01A, sl$USUBJID); at_risk <- setNames(sl$TRTDURD, sl$USUBJID)
sessions <- read("sessions"); ae <- read("adae"); ae <- ae[!is.na(ae$TRTEMFL) & ae$USUBJID %in% sl$USUBJID, ]
linear <- function(d) ifelse(d > 0, d - 1, d); ae$day <- linear(ae$ASTDY)
arms <- c("Placebo", "MDMA"); words <- c("MILD", "MODERATE", "SEVERE")
count <- function(sub) {
  out <- list()
  for (a in arms) {
    people <- names(arm)[arm == a]; mine <- sub[sub$USUBJID %in% people, ]; t <- at_risk[people]
    first <- tapply(mine$day, mine$USUBJID, function(d) if (all(is.na(d))) NA else min(d, na.rm = TRUE)); first <- first[!is.na(first)]
    t[names(first)] <- pmin(first + 1, t[names(first)])
    worst <- tapply(match(mine$AESEV, words, nomatch = 0), mine$USUBJID, max)
    out[[a]] <- list(participants = length(unique(mine$USUBJID)), events = nrow(mine), days = sum(t), severity = as.integer(table(factor(worst, 0:3))))
  }
  out
}
keys <- unique(rbind(data.frame(class = "", term = ""), data.frame(class = ae$AEBODSYS, term = ""), data.frame(class = ae$AEBODSYS, term = ae$AEDECOD)))
rows <- lapply(seq_len(nrow(keys)), function(i) {
  k <- keys[i, ]; sub <- ae[(k$class == "" | ae$AEBODSYS == k$class) & (k$term == "" | ae$AEDECOD == k$term), ]
  list(class = k$class, term = k$term, arms = count(sub))
})
n <- table(arm)[arms]
p <- sapply(rows, function(r) { x <- c(r$arms$MDMA$participants, r$arms$Placebo$participants)
  fisher.test(matrix(c(x[1], n[["MDMA"]] - x[1], x[2], n[["Placebo"]] - x[2]), 2))$p.value })
is_term <- keys$term != ""; bh <- p; bh[is_term] <- p.adjust(p[is_term], "BH"); bh[!is_term & keys$class != ""] <- p.adjust(p[!is_term & keys$class != ""], "BH")
for (i in seq_along(rows)) { rows[[i]]$p <- p[i]; rows[[i]]$p_bh <- bh[i]
  m <- rows[[i]]$arms; if (m$MDMA$events + m$Placebo$events > 0) rows[[i]]$rate_ratio <- as.numeric(poisson.test(c(m$MDMA$participants, m$Placebo$participants), c(m$MDMA$days, m$Placebo$days) / 365.25)$conf.int) }
# Windows: of the latest session at or before the onset.
where <- sapply(seq_len(nrow(ae)), function(i) {
  s <- linear(sessions$ADY[sessions$USUBJID == ae$USUBJID[i]]); s <- s[!is.na(ae$day[i]) & s <= ae$day[i]]
  if (length(s) == 0) return("none"); after <- ae$day[i] - max(s)
  paste(if (after <= 2) "acute" else if (after <= 7) "delayed" else "between sessions", length(s))
})
window <- table(where, arm[ae$USUBJID])
window <- lapply(setdiff(rownames(window), "none"), function(w) list(where = w, events = as.list(window[w, arms]),
  participants = as.list(tapply(ae$USUBJID[where == w], factor(arm[ae$USUBJID[where == w]], arms), function(u) length(unique(u)), default = 0))))
days <- c(acute = 0, delayed = 0, between = 0)
for (u in sl$USUBJID) for (s in linear(sessions$ADY[sessions$USUBJID == u])) {
  s_all <- linear(sessions$ADY[sessions$USUBJID == u]); end <- min(c(s_all[s_all > s] - 1, at_risk[[u]] - 1)); after <- if (end >= s) 0:(end - s) else integer()
  days <- days + c(sum(after <= 2), sum(after >= 3 & after <= 7), sum(after > 7))
}
# Vital signs: last value at or before the dose, greatest after it.
vs <- read("advs"); vs <- vs[vs$USUBJID %in% sl$USUBJID & !is.na(vs$AVAL), ]
peak <- do.call(rbind, lapply(split(vs, list(vs$USUBJID, vs$PARAMCD, vs$AVISITN), drop = TRUE), function(d) {
  b <- d[d$ATPTN <= 0, ]; a <- d[d$ATPTN > 0, ]
  data.frame(param = d$PARAMCD[1], session = d$AVISIT[1], arm = arm[[d$USUBJID[1]]], before = if (nrow(b)) b$AVAL[which.max(b$ATPTN)] else NA, peak = if (nrow(a)) max(a$AVAL) else NA)
}))
stat <- function(x, y = NULL) { x <- x[!is.na(x)]; ci <- t.test(x)$conf.int; o <- list(n = length(x), mean = mean(x), sd = sd(x), low = ci[1], high = ci[2])
  if (!is.null(y)) { w <- t.test(x, y[!is.na(y)]); o$difference <- mean(x) - mean(y, na.rm = TRUE); o$difference_low <- w$conf.int[1]; o$difference_high <- w$conf.int[2] }; o }
peaks <- list(); for (k in unique(peak$param)) for (s in unique(peak$session)) for (a in arms) {
  d <- peak[peak$param == k & peak$session == s, ]; ch <- d$peak - d$before
  peaks[[length(peaks) + 1]] <- c(list(param = k, session = s, arm = a, peak_mean = mean(d$peak[d$arm == a], na.rm = TRUE), peak_max = max(d$peak[d$arm == a], na.rm = TRUE)),
    change = list(stat(ch[d$arm == a], if (a == "MDMA") ch[d$arm == "Placebo"])))
}
high <- lapply(arms, function(a) length(unique(vs$USUBJID[vs$PARAMCD == "SYSBP" & vs$ATPTN > 0 & vs$AVAL >= 150 & arm[vs$USUBJID] == a])))
# C-SSRS: baseline against the worst after it.
cs <- read("adcssrs"); cs <- cs[cs$USUBJID %in% sl$USUBJID, ]
before <- setNames(cs$AVAL[!is.na(cs$ABLFL)], cs$USUBJID[!is.na(cs$ABLFL)]); after <- tapply(cs$AVAL[is.na(cs$ABLFL)], cs$USUBJID[is.na(cs$ABLFL)], max)
both <- intersect(names(before), names(after))
shift <- lapply(setNames(arms, arms), function(a) { u <- both[arm[both] == a]; list(table = unclass(table(factor(before[u], 0:4), factor(after[u], 0:4)))[, ], worse = sum(after[u] > before[u])) })
qs <- read("adqs"); qs <- qs[qs$USUBJID %in% sl$USUBJID, ]; course <- list()
for (v in unique(qs$AVISIT)) for (a in arms) { d <- qs[qs$AVISIT == v, ]; course[[length(course) + 1]] <- c(list(visit = v, arm = a), stat(d$AVAL[arm[d$USUBJID] == a], if (a == "MDMA") d$AVAL[arm[d$USUBJID] == "Placebo"])) }
out <- list(r = R.version.string, n = as.list(n), rows = rows, window = window, days = as.list(days), peaks = peaks, high150 = setNames(high, arms), shift = shift, course = course)
cat(toJSON(out, auto_unbox = TRUE, digits = I(15), na = "string", pretty = TRUE), "\n")
