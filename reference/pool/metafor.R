# Expected results of pooling by metafor, tightly converged. Usage: Rscript metafor.R input.json metafor.json
suppressMessages({library(metafor); library(jsonlite)})
args <- commandArgs(TRUE)
data <- fromJSON(args[1])
num <- function(x) if (is.null(x)) NULL else unname(as.numeric(x))
lst <- function(x) as.list(as.numeric(x))
fit <- function(yi, vi, method, test, mods = NULL, ...) {
  control <- if (method %in% c("REML", "ML", "EB")) list(threshold = 1e-13, maxiter = 100000)
             else if (method %in% c("PM", "PMM")) list(tol = 1e-14, maxiter = 100000) else list()
  call <- list(yi = yi, vi = vi, method = method, test = test, control = control, ...)
  if (!is.null(mods)) call$mods <- mods
  suppressWarnings(do.call(rma.uni, call))
}
describe <- function(r) {
  pred <- if (r$p == 1) suppressWarnings(predict(r)) else list()
  list(k = r$k, p = r$p, tau2 = num(r$tau2), tau2_se = num(r$se.tau2), value = lst(r$beta), se = lst(r$se),
       statistic = lst(r$zval), df = num(r$ddf), p_value = lst(r$pval), low = lst(r$ci.lb), high = lst(r$ci.ub),
       q = num(r$QE), q_p = num(r$QEp), qm = num(r$QM), qm_p = num(r$QMp), i2 = num(r$I2) / 100, h2 = num(r$H2),
       r2 = if (is.null(r$R2)) NULL else num(r$R2) / 100, residual_scale = num(r$s2w),
       log_likelihood = num(r$fit.stats["ll", "ML"]), restricted_log_likelihood = num(r$fit.stats["ll", "REML"]),
       prediction = lst(c(pred$pi.lb, pred$pi.ub)))
}
tight <- list(tol = 1e-13, maxiter = 10000)
interval <- function(r, type) { m <- confint(r, type = type, control = tight)$random; list(tau2 = num(m["tau^2", 2:3]), i2 = num(m[3, 2:3]) / 100, h2 = num(m["H^2", 2:3])) }
methods <- c("FE", "DL", "HE", "HS", "HSk", "SJ", "ML", "REML", "EB", "PM", "PMM")
out <- list(tool = paste("metafor", packageVersion("metafor")), r = R.version.string)
for (name in names(data)) {
  y <- data[[name]]$yi; v <- data[[name]]$vi; k <- length(y); x <- list()
  for (m in methods) {
    for (t in c("z", "t", "knha", "adhoc")) x$fits[[m]][[t]] <- describe(fit(y, v, m, t))
    x$weights[[m]] <- num(weights(fit(y, v, m, "z"))) / 100
  }
  x$q_profile <- interval(fit(y, v, "REML", "z"), "QP")
  if (k > 2) {
    x$profile_reml <- interval(fit(y, v, "REML", "z"), "PL")
    x$profile_ml <- interval(fit(y, v, "ML", "z"), "PL")
    x$without_one <- lapply(1:k, function(i) describe(fit(y[-i], v[-i], "REML", "knha")))
    x$first_ones <- lapply(2:k, function(i) describe(fit(y[1:i], v[1:i], "REML", "knha")))
    x$level_80 <- describe(fit(y, v, "REML", "knha", level = 80))
    x$held_tau2 <- describe(suppressWarnings(rma.uni(y, v, method = "REML", tau2 = 0.25, test = "knha")))
  }
  out$mean[[name]] <- x
}
b <- data$bcg_logRR
one <- cbind(ablat = b$ablat)
for (m in methods) for (t in c("z", "t", "knha", "adhoc")) out$regression$ablat[[m]][[t]] <- describe(fit(b$yi, b$vi, m, t, one))
three <- model.matrix(~ ablat + alloc, data = b)[, -1]
uncentred <- cbind(year = b$year, ablat = b$ablat)
for (t in c("z", "knha")) {
  r <- fit(b$yi, b$vi, "REML", t, three); a <- anova(r, btt = 3:4); p <- predict(r, newmods = c(33, 1, 0))
  out$regression$ablat_alloc[[t]] <- c(describe(r), list(covariance = num(r$vb), alloc = list(statistic = num(a$QM), p = num(a$QMp)),
    predict_33_random = num(c(p$pred, p$se, p$ci.lb, p$ci.ub, p$pi.lb, p$pi.ub))))
  out$regression$year_ablat[[t]] <- describe(fit(b$yi, b$vi, "REML", t, uncentred))
}
out$regression$q_profile_ablat <- interval(fit(b$yi, b$vi, "REML", "z", one), "QP")
out$regression$profile_ablat <- interval(fit(b$yi, b$vi, "REML", "z", one), "PL")
# subgroups: one pool a level, and the test between them with separate and with common tau2
groups <- lapply(split(seq_along(b$yi), b$alloc), function(i) fit(b$yi[i], b$vi[i], "REML", "z"))
between <- rma.uni(sapply(groups, coef), sei = sapply(groups, function(r) r$se), method = "FE")
out$subgroups <- list(groups = lapply(groups, describe), q_between = num(between$QE), q_between_p = num(between$QEp),
  common_tau2 = describe(fit(b$yi, b$vi, "REML", "z", model.matrix(~ alloc, data = b)[, -1])),
  common_tau2_knha = describe(fit(b$yi, b$vi, "REML", "knha", model.matrix(~ alloc, data = b)[, -1])))
writeLines(toJSON(out, auto_unbox = TRUE, digits = I(17), na = "null", null = "null"), args[2])
