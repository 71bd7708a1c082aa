# What R's survival makes of the inputs, coefficients iterated to the last digit. Usage: Rscript survival.R FOLDER survival.json
suppressMessages({library(survival); library(jsonlite)})
args <- commandArgs(TRUE); folder <- args[1]
read <- function(name) read.csv(file.path(folder, paste0(name, ".csv")))
tight <- coxph.control(eps = 1e-14, iter.max = 60, toler.chol = 1e-15)
cox <- function(f, extra = TRUE) {
  class(f) <- "coxph"  # survival 3.5-3 forgets it for exact ties with start and stop
  s <- summary(f); smooth <- extra && f$method %in% c("efron", "breslow")
  out <- list(names = names(f$coefficients), coef = I(unname(f$coefficients)), se = I(unname(sqrt(diag(as.matrix(if (is.null(f$naive.var)) f$var else f$naive.var))))),
    used_se = I(unname(sqrt(diag(as.matrix(f$var))))), loglik = f$loglik, score = unname(s$sctest[1]), wald = drop(f$wald.test)[[1]], lrt = unname(s$logtest[1]),
    concordance = unname(f$concordance["concordance"]), concordance_se = unname(f$concordance["std"]))
  if (!is.null(f$rscore)) out$robust_score <- f$rscore
  if (smooth) {
    b <- basehaz(f, centered = FALSE); z <- lapply(c(km = "km", identity = "identity", rank = "rank", log = "log"), function(t) unname(cox.zph(f, transform = t)$table[, "chisq"]))
    keep <- c(TRUE, diff(b$hazard) != 0)
    out$zph <- z
    if (f$n <= 300 || length(b$strata)) out <- c(out, list(martingale = unname(residuals(f, "martingale")), deviance = unname(residuals(f, "deviance")), score_residuals = unname(as.matrix(residuals(f, "score", weighted = TRUE))),
      baseline = list(time = b$time, hazard = b$hazard, strata = if (is.null(b$strata)) rep(1, nrow(b)) else as.integer(b$strata))))
  }
  out
}
curve <- function(f) list(time = f$time, n = f$n.risk, events = f$n.event, surv = f$surv, log_se = f$std.err, low = f$lower, high = f$upper)
s4 <- read("surv400"); ss <- read("start_stop"); ti <- read("tied"); rc <- read("recurrent")
result <- list(
  cox = list(
    surv400_efron = cox(coxph(Surv(AVAL, EVENT) ~ ARM + AGE, s4, control = tight)),
    surv400_breslow = cox(coxph(Surv(AVAL, EVENT) ~ ARM + AGE, s4, ties = "breslow", control = tight)),
    surv400_strata = cox(coxph(Surv(AVAL, EVENT) ~ ARM + AGE + strata(STRATUM), s4, control = tight)),
    surv400_robust = cox(coxph(Surv(AVAL, EVENT) ~ ARM + AGE, s4, robust = TRUE, control = tight)),
    surv400_offset = cox(coxph(Surv(AVAL, EVENT) ~ ARM + offset(0.02 * AGE), s4, control = tight), FALSE),
    start_stop_efron = cox(coxph(Surv(start, stop, event) ~ arm + x1 + x2, ss, control = tight)),
    start_stop_breslow = cox(coxph(Surv(start, stop, event) ~ arm + x1 + x2, ss, ties = "breslow", control = tight)),
    start_stop_all = cox(coxph(Surv(start, stop, event) ~ arm + x1 + x2 + strata(site), ss, weights = weight, cluster = id, control = tight)),
    start_stop_all_breslow = cox(coxph(Surv(start, stop, event) ~ arm + x1 + x2 + strata(site), ss, weights = weight, cluster = id, ties = "breslow", control = tight)),
    tied_discrete = cox(coxph(Surv(time, event) ~ arm + x1, ti, ties = "exact", control = tight)),
    start_stop_discrete = cox(coxph(Surv(start, stop, event) ~ arm + x1 + x2 + strata(site), ss, ties = "exact", control = tight)),
    recurrent = cox(coxph(Surv(start, stop, event) ~ arm + x1, rc, cluster = id, control = tight))),
  curve = list(
    loglog = curve(survfit(Surv(AVAL, EVENT) ~ 1, s4[s4$ARM == 0, ], conf.type = "log-log")),
    log = curve(survfit(Surv(AVAL, EVENT) ~ 1, s4[s4$ARM == 0, ], conf.type = "log")),
    plain = curve(survfit(Surv(AVAL, EVENT) ~ 1, s4[s4$ARM == 1, ], conf.type = "plain", conf.int = 0.9)),
    logit = curve(survfit(Surv(AVAL, EVENT) ~ 1, s4[s4$ARM == 1, ], conf.type = "logit")),
    delayed = curve(survfit(Surv(start, stop, event) ~ 1, ss, conf.type = "log-log")),
    tied = curve(survfit(Surv(time, event) ~ 1, ti, conf.type = "log-log"))),
  quantile = lapply(list(loglog = survfit(Surv(AVAL, EVENT) ~ 1, s4[s4$ARM == 0, ], conf.type = "log-log"), log = survfit(Surv(AVAL, EVENT) ~ 1, s4[s4$ARM == 0, ], conf.type = "log"),
    tied = survfit(Surv(time, event) ~ 1, ti, conf.type = "log-log")), function(f) lapply(quantile(f, c(0.1, 0.25, 0.5, 0.75)), unname)),
  rmst = lapply(c(`200` = 200, `540` = 540), function(t) unname(summary(survfit(Surv(AVAL, EVENT) ~ ARM, s4), rmean = t)$table[, c("rmean", "se(rmean)")])),
  logrank = lapply(list(two = survdiff(Surv(AVAL, EVENT) ~ ARM, s4), strata = survdiff(Surv(AVAL, EVENT) ~ ARM + strata(STRATUM), s4),
    rho1 = survdiff(Surv(AVAL, EVENT) ~ ARM, s4, rho = 1), rho_half_strata = survdiff(Surv(AVAL, EVENT) ~ ARM + strata(STRATUM), s4, rho = 0.5),
    dose = survdiff(Surv(stop - start, event) ~ dose, ss)), function(f) list(chisq = f$chisq, obs = if (is.matrix(f$obs)) rowSums(f$obs) else f$obs,
      exp = if (is.matrix(f$exp)) rowSums(f$exp) else f$exp, var = f$var)))

# G(rho, gamma) by direct sums over event times; checked against survdiff at gamma = 0.
fh <- function(time, event, group, rho, gamma) {
  u <- 0; v <- 0; s <- 1
  for (t in sort(unique(time[event == 1]))) {
    n <- sum(time >= t); n1 <- sum(time >= t & group == 1); d <- sum(time == t & event == 1); d1 <- sum(time == t & event == 1 & group == 1)
    w <- s^rho * (1 - s)^gamma; u <- u + w * (d1 - d * n1 / n); if (n > 1) v <- v + w^2 * d * (n - d) / (n - 1) * n1 / n * (1 - n1 / n); s <- s * (1 - d / n)
  }
  u^2 / v
}
stopifnot(all.equal(fh(s4$AVAL, s4$EVENT, s4$ARM, 1, 0), result$logrank$rho1$chisq, tolerance = 1e-12))
result$fh <- list(`0_1` = fh(s4$AVAL, s4$EVENT, s4$ARM, 0, 1), `1_1` = fh(s4$AVAL, s4$EVENT, s4$ARM, 1, 1), `0.5_2` = fh(s4$AVAL, s4$EVENT, s4$ARM, 0.5, 2))

# SAS TIES=EXACT: the sum over all orders of tied events, by the recursion over subsets of who is still to have the event.
log_orders <- function(risk, others) {
  d <- length(risk); if (others == 0) return(0)
  bits <- bitwShiftL(1L, seq_len(d) - 1L); p <- numeric(2^d); p[1] <- 1
  for (set in seq_len(2^d - 1)) { inside <- bitwAnd(set, bits) > 0; total <- others + sum(risk[inside])
    p[set + 1] <- sum(risk[inside] / total * p[set - bits[inside] + 1]) }
  log(p[2^d])
}
exact <- function(beta, d) {
  r <- exp(as.matrix(d[c("arm", "x1")]) %*% beta); l <- 0
  for (t in sort(unique(d$time[d$event == 1]))) { own <- d$time == t & d$event == 1; l <- l + log_orders(r[own], sum(r[d$time >= t & !own])) }
  l
}
h <- 1e-3  # Richardson: fourth-order differences of the exact value
slope <- function(f, b) sapply(seq_along(b), function(j) { e <- replace(numeric(length(b)), j, h); (8 * (f(b + e) - f(b - e)) - (f(b + 2 * e) - f(b - 2 * e))) / (12 * h) })
at <- list(c(0, 0), c(-0.7, 0.4), c(1.5, -1))
result$exact <- list(beta = at, loglik = sapply(at, exact, d = ti), gradient = lapply(at, function(b) slope(function(x) exact(x, ti), b)))
best <- optim(c(-0.5, 0.4), function(b) -exact(b, ti), method = "BFGS", control = list(reltol = 1e-15, ndeps = c(1e-4, 1e-4)))
b <- best$par; for (i in 1:6) { H <- sapply(1:2, function(j) { e <- replace(numeric(2), j, h); (8 * (slope(function(x) exact(x, ti), b + e) - slope(function(x) exact(x, ti), b - e)) - (slope(function(x) exact(x, ti), b + 2 * e) - slope(function(x) exact(x, ti), b - 2 * e))) / (12 * h) }); b <- b - solve(H, slope(function(x) exact(x, ti), b)) }
result$exact$fit <- list(coef = b, se = sqrt(diag(solve(-H))), loglik = exact(b, ti), null_loglik = exact(c(0, 0), ti), largest_tie = max(table(ti$time[ti$event == 1])))
writeLines(toJSON(c(list(source = paste("R", getRversion(), "survival", packageVersion("survival"))), result), auto_unbox = TRUE, digits = I(15), na = "null"), args[2])
