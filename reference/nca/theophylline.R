# Noncompartmental analysis of datasets::Theoph by the rules of PKNCA, written from its articles and from Denney,
# Duvvuri, Buckeridge 2015; no code of it. Usage: Rscript theophylline.R (writes theophylline.csv and summary.csv)
area <- function(t, c, method, tmax) {
  i <- seq_len(length(t) - 1)
  dt <- diff(t); a <- c[i]; b <- c[i + 1]
  positive <- a > 0 & b > 0 & a != b
  logarithmic <- positive & switch(method, "linear" = FALSE, "linear-up-log-down" = b < a, "linear-log" = t[i] >= tmax)
  rate <- ifelse(logarithmic, log(a / b) / dt, NA)
  auc <- ifelse(logarithmic, (a - b) / rate, dt * (a + b) / 2)
  aumc <- ifelse(logarithmic, (t[i] * a - t[i + 1] * b) / rate + (a - b) / rate^2, dt * (t[i] * a + t[i + 1] * b) / 2)
  c(auc = sum(auc), aumc = sum(aumc))
}
terminal <- function(t, c) {
  peak <- which.max(c)
  usable <- which(seq_along(t) > peak & c > 0)
  fits <- lapply(3:length(usable), function(n) {
    at <- tail(usable, n); m <- lm(log(c[at]) ~ t[at]); s <- suppressWarnings(summary(m))
    data.frame(n = n, from = t[at][1], lambda = -coef(m)[[2]], intercept = coef(m)[[1]], r2 = s$r.squared, adjusted = s$adj.r.squared)
  })
  fits <- do.call(rbind, fits)
  good <- fits[fits$adjusted > max(fits$adjusted) - 1e-4 & fits$lambda > 0, ]
  good[which.max(good$n), ]
}
one <- function(d, method) {
  t <- d$Time; c <- d$conc; dose <- d$Dose[1] * d$Wt[1]
  tlast <- max(t[c > 0]); keep <- t <= tlast; clast <- c[t == tlast]
  tmax <- t[which.max(c)]
  s <- terminal(t, c); a <- area(t[keep], c[keep], method, tmax)
  beyond <- clast / s$lambda; inf <- a[["auc"]] + beyond
  aumc <- a[["aumc"]] + tlast * beyond + beyond / s$lambda
  data.frame(method = method, id = as.character(d$Subject[1]), dose_mg = dose, cmax = max(c), tmax_h = tmax, clast = clast, tlast_h = tlast,
    auc_last = a[["auc"]], auc_inf = inf, auc_inf_predicted = a[["auc"]] + exp(s$intercept - s$lambda * tlast) / s$lambda,
    auc_extrapolated = beyond / inf, aumc_last = a[["aumc"]], mean_residence_h = aumc / inf, lambda_z = s$lambda,
    half_life_h = log(2) / s$lambda, r2_adjusted = s$adjusted, slope_points = s$n, slope_from_h = s$from,
    clearance = dose / inf, volume = dose / inf / s$lambda)
}
people <- split(as.data.frame(datasets::Theoph), as.integer(as.character(datasets::Theoph$Subject)))
rows <- do.call(rbind, lapply(c("linear-up-log-down", "linear", "linear-log"), function(m)
  do.call(rbind, lapply(people, one, method = m))))
describe <- function(x, key) data.frame(quantity = key, n = length(x), mean = mean(x), sd = sd(x), cv = sd(x) / mean(x),
  geometric_mean = exp(mean(log(x))), geometric_cv = sqrt(exp(var(log(x))) - 1), median = median(x), min = min(x), max = max(x))
first <- rows[rows$method == "linear-up-log-down", ]
keys <- c("cmax", "tmax_h", "auc_last", "auc_inf", "half_life_h", "clearance", "volume")
write.csv(format(rows, digits = 15, trim = TRUE), "theophylline.csv", row.names = FALSE, quote = FALSE)
write.csv(format(do.call(rbind, lapply(keys, function(k) describe(first[[k]], k))), digits = 15, trim = TRUE), "summary.csv", row.names = FALSE, quote = FALSE)
