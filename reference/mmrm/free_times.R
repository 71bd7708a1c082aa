# 80 participants seen on five days of their own: spatial exponential covariance (exp(-days / range)) by
# nlme's gls with corExp, REML and ML. Makes free_times.csv and free_times.json. Run in this folder:
# Rscript free_times.R
suppressMessages({library(nlme); library(jsonlite)})
RNGkind("Mersenne-Twister", "Inversion", "Rejection")
set.seed(20261126)
rows <- do.call(rbind, lapply(1:80, function(i) {
  day <- round(sort(runif(5, 0, 180)), 2)
  arm <- i %% 2
  base <- round(40 + 7 * rnorm(1), 1)
  walk <- numeric(5)
  walk[1] <- rnorm(1)
  for (k in 2:5) {
    rho <- exp(-(day[k] - day[k - 1]) / 40)
    walk[k] <- rho * walk[k - 1] + sqrt(1 - rho^2) * rnorm(1)
  }
  data.frame(USUBJID = sprintf("P%02d", i), ARM = c("PBO", "ACT")[arm + 1], BASE = base, ADY = day,
             CHG = round(-0.3 * (base - 40) - 0.03 * day - 0.02 * arm * day + 6 * walk, 3))
}))
rows <- rows[runif(nrow(rows)) > 0.1, ]
stopifnot(!any(duplicated(rows[c("USUBJID", "ADY")])))
write.csv(rows, "free_times.csv", row.names = FALSE, quote = FALSE)
rows$ARM <- factor(rows$ARM, levels = c("PBO", "ACT"))
one <- function(method) {
  fit <- gls(CHG ~ BASE + ARM * ADY, rows, correlation = corExp(form = ~ ADY | USUBJID), method = method,
             control = glsControl(tolerance = 1e-14, msTol = 1e-16, maxIter = 1000, msMaxIter = 1000))
  # gls scales the standard errors of ML by sqrt(n / (n - p)); taken back here
  adjust <- if (method == "ML") sqrt(1 - length(coef(fit)) / nrow(rows)) else 1
  list(log_likelihood = as.numeric(logLik(fit)), estimate = unname(coef(fit)),
       se = unname(sqrt(diag(fit$varBeta)) * adjust), variance = fit$sigma^2,
       range = unname(coef(fit$modelStruct$corStruct, unconstrained = FALSE)))
}
write_json(list(R = R.version.string, nlme = as.character(packageVersion("nlme")), participants = 80,
                rows = nrow(rows), days = length(unique(rows$ADY)), REML = one("REML"), ML = one("ML")),
           "free_times.json", digits = NA, auto_unbox = TRUE, pretty = TRUE)
