# Bayesian pooling by plain nested integration in R, no package. Usage: Rscript bayes.R input.json bayes.json
suppressMessages(library(jsonlite))
args <- commandArgs(TRUE)
data <- fromJSON(args[1])
out <- list(r = R.version.string)
tight <- function(f, from, to) integrate(f, from, to, rel.tol = 1e-11, abs.tol = 0, subdivisions = 2000, stop.on.error = FALSE)$value
for (name in c("mdma_ptsd_g", "bcg_logRR", "edge_k2_mapp")) for (prior in c("half_normal", "half_cauchy", "uniform")) for (flat in c(FALSE, TRUE)) {
  y <- data[[name]]$yi; v <- data[[name]]$vi
  if (prior == "uniform" && length(y) < 3) next
  lp <- function(t) switch(prior, half_normal = -0.5 * (t / 0.5)^2, half_cauchy = -log1p((t / 0.5)^2), uniform = 0)
  at <- function(t) { w <- 1 / (v + t^2); a <- sum(w) + !flat; m <- sum(w * y) / a
    list(m = m, s = 1 / sqrt(a), l = 0.5 * sum(log(w)) - 0.5 * log(a) - 0.5 * (sum(w * (y - m)^2) + (!flat) * m^2) + lp(t)) }
  top <- optimise(function(t) at(t)$l, c(0, 5), maximum = TRUE)$objective
  over <- function(g) { f <- Vectorize(function(t) { x <- at(t); exp(x$l - top) * g(t, x) })
    tight(f, 0, 0.05) + tight(f, 0.05, 0.25) + tight(f, 0.25, 0.5) + tight(f, 0.5, 1) + tight(f, 1, 2) + tight(f, 2, 6) +
      tight(Vectorize(function(u) f(1 / u) / u^2), 0, 1 / 6) }
  total <- over(function(t, x) 1)
  mean_of <- function(g) over(g) / total
  below_mu <- function(q) mean_of(function(t, x) pnorm(q, x$m, x$s))
  below_new <- function(q) mean_of(function(t, x) pnorm(q, x$m, sqrt(x$s^2 + t^2)))
  below_tau <- function(q) { f <- Vectorize(function(t) exp(at(t)$l - top)); tight(f, 0, q / 2) / total + tight(f, q / 2, q) / total }
  root <- function(f, p, from, to) uniroot(function(q) f(q) - p, c(from, to), tol = 1e-12, extendInt = "upX")$root
  mu <- mean_of(function(t, x) x$m); tau <- mean_of(function(t, x) t)
  shrink <- function(i, t, x) { b <- v[i] / (v[i] + t^2); list(m = (1 - b) * y[i] + b * x$m, s = sqrt((1 - b) * v[i] + b^2 * x$s^2)) }
  below_1 <- function(q) mean_of(function(t, x) { z <- shrink(1, t, x); pnorm(q, z$m, z$s) })
  r <- list(mu_mean = mu, tau_mean = if (!(flat && prior == "uniform" && length(y) < 4)) tau,
    mu_sd = sqrt(mean_of(function(t, x) x$s^2 + (x$m - mu)^2)), p_mu = below_mu(0), p_new = below_new(0), p_mu_02 = below_mu(-0.2),
    mu = sapply(c(.025, .5, .975), function(p) root(below_mu, p, -1.5, 0.3)), tau = sapply(c(.5, .95), function(p) root(below_tau, p, 0.01, 1)),
    new = sapply(c(.025, .5, .975), function(p) root(below_new, p, -2, 1)), first_mean = mean_of(function(t, x) shrink(1, t, x)$m),
    first = sapply(c(.025, .5, .975), function(p) root(below_1, p, -2, 0.5)))
  if (!(flat && prior == "half_cauchy" && length(y) == 2)) r$tau_sd <- sqrt(mean_of(function(t, x) (t - tau)^2))
  out[[name]][[paste0(prior, if (flat) "_flat")]] <- r
}
writeLines(toJSON(out, auto_unbox = TRUE, digits = I(14), na = "null", null = "null"), args[2])
