# Score intervals of two arms by definition: the restricted likelihood is maximised numerically (optimize, then uniroot on
# its derivative), the limits are roots of |z| - 1.96 (uniroot). Slow and obvious; base R only.
# Usage: Rscript score_interval.R > score_interval.json
library(jsonlite)
maps <- list(   # control risk, value -> treatment risk; its derivative; range of the control risk
  diff = list(p1 = function(p, v) p + v, d1 = function(p, v) 1, range = function(v) c(max(0, -v), min(1, 1 - v))),
  ratio = list(p1 = function(p, v) v * p, d1 = function(p, v) v, range = function(v) c(0, min(1, 1 / v))),
  odds = list(p1 = function(p, v) v * p / (1 + p * (v - 1)), d1 = function(p, v) v / (1 + p * (v - 1))^2, range = function(v) c(0, 1)))
loglik <- function(x, n, p) (if (x > 0) x * log(p) else 0) + (if (x < n) (n - x) * log1p(-p) else 0)
slope1 <- function(x, n, p) (if (x > 0) x / p else 0) - (if (x < n) (n - x) / (1 - p) else 0)
restricted <- function(t, v, m) {
  r <- m$range(v); clip <- function(p) min(1, max(0, p))
  f <- function(p) loglik(t[1], t[2], clip(m$p1(p, v))) + loglik(t[3], t[4], p)
  s <- function(p) slope1(t[1], t[2], m$p1(p, v)) * m$d1(p, v) + slope1(t[3], t[4], p)
  p <- optimize(f, r, maximum = TRUE, tol = 1e-12)$maximum; w <- diff(r)
  a <- max(r[1], p - 1e-5 * w); b <- min(r[2], p + 1e-5 * w)
  if (a > r[1] && b < r[2]) { if (s(a) * s(b) < 0) p <- uniroot(s, c(a, b), tol = 1e-16)$root }
  else if (isTRUE(s(r[1] + 1e-14 * w) <= 0)) p <- r[1] else if (isTRUE(s(r[2] - 1e-14 * w) >= 0)) p <- r[2]
  c(clip(m$p1(p, v)), p)
}
z <- function(t, v, what, mn) {
  p <- restricted(t, v, maps[[what]]); q <- 1 - p; n <- t[c(2, 4)]; N <- sum(n); k <- if (mn) N / (N - 1) else 1
  if (what == "diff") (t[1] / n[1] - t[3] / n[2] - v) / sqrt(k * sum(p * q / n))
  else if (what == "ratio") (t[1] / n[1] - v * t[3] / n[2]) / sqrt(k * (p[1] * q[1] / n[1] + v^2 * p[2] * q[2] / n[2]))
  else (t[1] - n[1] * p[1]) * sqrt(sum(1 / (n * p * q)) / k)
}
root <- function(f, lo, hi) uniroot(f, c(lo, hi), tol = 1e-15, maxiter = 5000)$root
tables <- list(c(56, 70, 48, 80), c(9, 10, 3, 10), c(6, 7, 2, 7), c(5, 56, 0, 29), c(0, 10, 0, 20), c(0, 10, 0, 10),
               c(10, 10, 0, 20), c(10, 10, 10, 20), c(0, 10, 5, 20), c(37, 42, 23, 37), c(45, 52, 29, 42), c(3, 1000, 11, 1200), c(4, 8, 0, 4))
q <- qnorm(.975)
out <- list(r = R.version.string, tables = lapply(tables, function(t) {
  row <- list(x1 = t[1], n1 = t[2], x2 = t[3], n2 = t[4]); d <- t[1] / t[2] - t[3] / t[4]
  for (mn in c(TRUE, FALSE)) {
    key <- if (mn) "mn" else "asymptotic"
    f <- function(v) z(t, v, "diff", mn)
    row[[paste0("diff_", key)]] <- c(if (d > -1) root(function(v) f(v) - q, -1 + 1e-9, d - 1e-9) else -1,
                                     if (d < 1) root(function(v) f(v) + q, d + 1e-9, 1 - 1e-9) else 1)
    row[[paste0("z_diff_0.1_", key)]] <- f(0.1)
    for (what in c("ratio", "odds")) {
      g <- function(l) z(t, exp(l), what, mn)
      open_low <- t[1] == 0 || (what == "odds" && t[3] == t[4]); open_high <- t[3] == 0 || (what == "odds" && t[1] == t[2])
      row[[paste0(what, "_", key)]] <- c(if (open_low) 0 else exp(root(function(l) g(l) - q, -12, 12)),
                                         if (open_high) NA else exp(root(function(l) g(l) + q, -12, 12)))
    }
  }
  row}))
cat(toJSON(out, auto_unbox = TRUE, digits = I(15), na = "null", pretty = TRUE), "\n")
