# Influence, small-study and publication-bias diagnostics. Usage: Rscript diagnostics.R > diagnostics.json
suppressMessages({library(metafor); library(jsonlite)})
num <- function(x) unname(as.numeric(x))
tight <- list(threshold = 1e-13, maxiter = 100000)   # REML to the last digit
fit <- function(yi, vi, method, test, mods = NULL) {
  a <- list(yi = yi, vi = vi, method = method, test = test, control = if (method == "REML") tight else list())
  if (!is.null(mods)) a$mods <- mods
  suppressWarnings(do.call(rma.uni, a))
}
core <- function(r) list(value = num(r$beta), se = num(r$se), low = num(r$ci.lb), high = num(r$ci.ub), p = num(r$pval), tau2 = num(r$tau2), q = num(r$QE))
combos <- list(c("DL", "z"), c("REML", "knha"))
influence_of <- function(r) { i <- influence(r); c(lapply(unclass(i$inf)[c("rstudent", "dffits", "cook.d", "cov.r", "tau2.del", "QE.del", "hat", "weight")], num), list(dfbs = num(i$dfbs[[1]]), influential = unname(i$is.infl))) }
egger_of <- function(r, ...) { t <- regtest(r, ...); list(statistic = num(t$zval), df = if (is.null(t$ddf) || is.na(t$ddf)) NA else num(t$ddf), p = num(t$pval), limit = num(t$est), low = num(t$ci.lb), high = num(t$ci.ub)) }
line <- function(m) { s <- summary(m)$coefficients; list(b = num(s[, 1]), se = num(s[, 2]), p = num(s[, 4])) }
one <- function(yi, vi) {
  k <- length(yi); yi <- num(yi); vi <- num(vi); o <- list(yi = yi, vi = vi)
  for (c in combos) { key <- paste(c, collapse = "_")
    o$leave_one_out[[key]] <- lapply(1:k, function(i) core(fit(yi[-i], vi[-i], c[1], c[2])))
    o$cumulative[[key]] <- lapply(2:k, function(i) core(fit(yi[1:i], vi[1:i], c[1], c[2])))
    o$influence[[key]] <- influence_of(fit(yi, vi, c[1], c[2])) }
  rz <- fit(yi, vi, "REML", "z"); rk <- fit(yi, vi, "REML", "knha")
  o$influence$REML_z <- influence_of(rz)
  o$egger <- list(lm_sei = egger_of(rz, model = "lm"), lm_vi = egger_of(rz, model = "lm", predictor = "vi"), rma_sei = egger_of(rz), rma_vi = egger_of(rz, predictor = "vi"), rma_sei_knha = egger_of(rk))
  t <- suppressWarnings(ranktest(rz)); o$begg <- list(tau = num(t$tau), p = num(t$pval))
  for (m in c("FE", "DL", "REML")) for (side in c("left", "right")) for (e in c("L0", "R0", "Q0")) {
    t <- tryCatch(suppressWarnings(trimfill(fit(yi, vi, m, "z"), side = side, estimator = e, control = tight)), error = function(x) NULL)
    if (is.null(t)) next   # Q0 has no real value, or the iteration cycles
    o$trimfill[[paste(m, side, e, sep = "_")]] <- list(k0 = t$k0, se_k0 = num(t$se.k0), p_k0 = num(t$p.k0), value = num(t$beta), se = num(t$se), tau2 = num(t$tau2), filled = I(num(t$yi)[t$fill])) }
  for (m in c("FE", "DL", "REML")) o$side[[m]] <- trimfill(fit(yi, vi, m, "z"), control = tight)$side
  o$pet <- line(lm(yi ~ sqrt(vi), weights = 1 / vi)); o$peese <- line(lm(yi ~ vi, weights = 1 / vi))
  o
}
bcg <- escalc(measure = "RR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = dat.bcg); bcg <- bcg[order(bcg$year), ]
sm <- escalc(measure = "SMD", m1i = m1i, sd1i = sd1i, n1i = n1i, m2i = m2i, sd2i = sd2i, n2i = n2i, data = dat.normand1999)
out <- list(tool = paste("metafor", packageVersion("metafor")), r = R.version.string, sets = list(
  bcg = one(bcg$yi, bcg$vi), hackshaw = one(dat.hackshaw1998$yi, dat.hackshaw1998$vi), normand = one(sm$yi, sm$vi),
  mdma = one(c(-1.20796724587689, -0.852501962138159, -0.960336058463631, -0.276104630689214, -0.771194607825924, -0.591459450241256), c(0.248102747883012, 0.410538880680251, 0.252788693671829, 0.252334659117071, 0.0546753948497253, 0.0449318588804692)),
  similar = one(c(0.10, 0.11, 0.09, 0.14), c(0.04, 0.05, 0.06, 0.03)), spread = one(c(-3, -1, 0, 1, 3.5), c(0.01, 0.02, 0.011, 0.025, 0.012)),
  tied = one(c(0.31, 0.2, 0.5, 0.2, -0.1, 0.9), c(0.04, 0.04, 0.06, 0.03, 0.03, 0.2))))
set.seed(1); x <- rnorm(12); y <- x + rnorm(12); u <- round(x, 0); w <- round(y, 0)
kt <- function(x, y, ...) { t <- suppressWarnings(cor.test(x, y, method = "kendall", ...)); list(x = x, y = y, tau = num(t$estimate), p = t$p.value) }
out$kendall <- list(exact = kt(x, y, exact = TRUE), ties = kt(u, w), reversed = kt(1:9, 9:1, exact = TRUE), three = kt(c(1, 2, 3), c(2, 1, 3), exact = TRUE))
cat(toJSON(out, auto_unbox = TRUE, digits = I(15), na = "null", null = "null"), "\n")
