# Reference numbers for dependent effects. Usage: Rscript oracle.R   (in this folder; reads input.json, writes expected.json)
suppressMessages({library(metafor); library(clubSandwich); library(jsonlite)})
input <- fromJSON("input.json")
num <- function(x) unname(as.numeric(x))
# The tightest stopping rule under which the optimiser of metafor still reports convergence.
rma.mv <- function(...) {
  call <- match.call(expand.dots = FALSE)$...
  for (tol in c(1e-14, 1e-13, 1e-12, 1e-11, 1e-10, NA)) {
    control <- if (is.na(tol)) list() else list(rel.tol = tol, x.tol = 1e-10)
    r <- tryCatch(suppressWarnings(eval(as.call(c(quote(metafor::rma.mv), call, list(control = control))), parent.frame())), error = function(e) NULL)
    if (!is.null(r)) return(r)
  }
  stop("no fit")
}
core <- function(r) list(method = r$method, beta = num(r$beta), se = num(r$se), vcov = unname(r$vb),
  sigma2 = num(r$sigma2), ll = num(logLik(r)), QE = num(r$QE), QEp = num(r$QEp), QM = num(r$QM),
  QMdf = num(r$QMdf)[1], QMp = num(r$QMp))
sandwich <- function(r, cluster, f = coef_test) {
  one <- function(type) {
    v <- vcovCR(r, cluster = cluster, type = type)
    t <- coef_test(r, vcov = v, test = "Satterthwaite"); i <- conf_int(r, vcov = v, test = "Satterthwaite")
    list(se = num(t$SE), df = num(if (is.null(t$df_Satt)) t$df else t$df_Satt), p = num(t$p_Satt), lo = num(i$CI_L), hi = num(i$CI_U), vcov = unname(as.matrix(v)[,]))
  }
  rb <- robust(r, cluster = cluster)
  list(CR0 = one("CR0"), CR1p = one("CR1p"), CR2 = one("CR2"),
    metafor = list(se = num(rb$se), df = num(if (is.null(rb$dfs)) rb$ddf else rb$dfs), p = num(rb$pval), lo = num(rb$ci.lb), hi = num(rb$ci.ub),
      QM = num(rb$QM), QMp = num(rb$QMp)))
}
htz <- function(r, cluster, which) { w <- Wald_test(r, constraints = constrain_zero(which), vcov = vcovCR(r, cluster = cluster, type = "CR2"), test = "HTZ")
  list(F = w$Fstat, df_num = w$df_num, df_denom = w$df_denom, p = w$p_val) }
R <- list(tool = paste("metafor", packageVersion("metafor"), "clubSandwich", packageVersion("clubSandwich")), r = R.version.string)

d <- as.data.frame(input$konstantopoulos); d$ord <- seq_len(nrow(d))
fit <- function(...) do.call(rma.mv, c(list(yi = d$yi, V = d$vi, random = ~ 1 | district/school, data = d), list(...)))
K <- list()
for (m in c("REML", "ML")) K[[m]] <- core(fit(method = m))
K$fixed_reml <- core(fit(sigma2 = c(0.05, 0.02))); K$fixed_ml <- core(fit(sigma2 = c(0.05, 0.02), method = "ML"))
K$zero_reml <- core(fit(sigma2 = c(0, 0)))
K$robust_fixed <- sandwich(fit(sigma2 = c(0.05, 0.02)), d$district)
K$robust_reml <- sandwich(fit(), d$district)
d$half <- as.numeric(d$district > 60); d$wave <- d$school - 2
mods <- fit(mods = ~ half + wave, sigma2 = c(0.05, 0.02))
K$moderators_fixed <- core(mods); K$moderators_reml <- core(fit(mods = ~ half + wave)); K$moderators_ml <- core(fit(mods = ~ half + wave, method = "ML"))
K$moderators_robust <- sandwich(mods, d$district); K$moderators_htz <- htz(mods, d$district, 2:3); K$moderators_htz_all <- htz(mods, d$district, 1:3)
plain <- metafor::rma.mv(yi, vi, random = ~ 1 | district/school, data = d); ci <- confint(plain, control = list(tol = 1e-10)); K$profile_reml <- lapply(1:2, function(i) num(ci[[i]]$random[1, ]))
K$random_one_level <- core(rma.mv(yi, vi, random = ~ 1 | ord, data = d))
R$konstantopoulos <- K

m <- as.data.frame(input$mdma); m$es <- seq_len(nrow(m)); M <- list()
for (rho in 0:9 / 10) {
  V <- vcalc(vi, cluster = study, obs = es, rho = rho, data = m)
  r <- rma.mv(yi, V, random = ~ 1 | study/es, data = m)
  M[[sprintf("rho%.1f", rho)]] <- c(core(r), list(robust = sandwich(r, m$study)))
}
V <- vcalc(vi, cluster = study, obs = es, rho = 0.6, data = m)
for (x in c("n_dosing", "cumulative_mg")) { r <- rma.mv(yi, V, mods = m[[x]], random = ~ 1 | study/es, data = m)
  M[[x]] <- c(core(r), list(robust = sandwich(r, m$study))) }
r <- rma.mv(yi, V, mods = m$n_dosing, random = ~ 1 | study/es, data = m, sigma2 = c(0, 0)); M$n_dosing_zero <- c(core(r), list(robust = sandwich(r, m$study)))
M$common_tau2 <- core(rma.mv(yi, V, random = ~ 1 | es, data = m))
M$equal <- core(rma.mv(yi, V, data = m))
R$mdma <- M

a <- as.data.frame(input$arms)
R$vcalc <- list(
  constant = vcalc(vi, cluster = study, obs = seq_len(nrow(a)), rho = 0.5, data = a),
  arms = vcalc(vi, cluster = study, type = outcome, obs = occasion, rho = c(0.7, 0.4), grp1 = treatment, grp2 = control, w1 = n_treatment, w2 = n_control, data = a),
  time = vcalc(vi, cluster = study, type = outcome, rho = 0.4, grp1 = treatment, grp2 = control, w1 = n_treatment, w2 = n_control, time1 = week, phi = 0.95, data = a))
V <- R$vcalc$arms; a$es <- seq_len(nrow(a))
R$arms <- list(common = core(rma.mv(yi, V, random = ~ 1 | es, data = a)), equal = core(rma.mv(yi, V, data = a)),
  che = core(rma.mv(yi, V, random = ~ 1 | study/es, data = a)))
# tau2 held: a common tau2 with the known-variance (Knapp-Hartung) scaling is in rma.uni only for a diagonal V
di <- rma(yi, vi, data = a, method = "DL", test = "knha"); R$diagonal <- list(dl_knha = list(tau2 = di$tau2, beta = num(di$beta), se = num(di$se), p = num(di$pval), lo = num(di$ci.lb), hi = num(di$ci.ub)))
re <- rma(yi, vi, data = a, method = "REML", control = list(threshold = 1e-14, maxiter = 1e5)); R$diagonal$reml <- list(tau2 = re$tau2, beta = num(re$beta), se = num(re$se), ll = num(logLik(re)))
writeLines(toJSON(R, auto_unbox = TRUE, digits = I(16), na = "null", matrix = "rowmajor", pretty = FALSE), "expected.json")
