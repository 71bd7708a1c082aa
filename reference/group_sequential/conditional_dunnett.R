# Conditional error of Dunnett's test (Koenig et al. 2008) by mvtnorm: Rscript conditional_dunnett.R > conditional_dunnett.json
library(mvtnorm)
miwa <- Miwa(steps = 4096)
correlation <- function(l) { r <- sqrt(l) %o% sqrt(l); diag(r) <- 1; r }
below <- function(limits, l) if (length(l) == 1) pnorm(limits) else
  as.numeric(pmvnorm(lower = rep(-Inf, length(l)), upper = limits, corr = correlation(l), algorithm = miwa))
one <- function(z, l, rate, alpha) {
  critical <- uniroot(function(x) below(rep(x, length(l)), l) - (1 - alpha), c(0, 5), tol = 1e-10)$root
  error <- 1 - below((critical - sqrt(rate) * z) / sqrt(1 - rate), l)
  list(z = I(z), shares = I(l), rate = rate, alpha = alpha, critical = critical, error = error)
}
cases <- list(one(c(1.1, 0.3), c(0.5, 0.5), 0.5, 0.025), one(c(2.2, 1.0, -0.4), c(0.5, 0.5, 0.5), 0.4, 0.025),
              one(c(0.2, 1.6, 0.9), c(0.4, 0.5, 0.6), 0.6, 0.05), one(c(1.7, 1.8), c(0.3, 0.6), 0.3, 0.025),
              one(c(-0.8, 0.1, 0.4), c(0.5, 0.5, 0.5), 0.5, 0.025), one(1.4, 0.5, 0.5, 0.025))
cat(jsonlite::toJSON(cases, digits = 12, auto_unbox = TRUE, pretty = TRUE), "\n")
