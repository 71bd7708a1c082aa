# Rates, exact tests and adjusted p-values in base R. Usage: Rscript rates.R > rates.json
# What base R lacks (mid-p limits, the score interval of a rate difference) is evaluated from its definition with uniroot and
# optimize: slow and obvious.
library(jsonlite)
root <- function(f, lo, hi) uniroot(f, c(lo, hi), tol = 1e-15, maxiter = 10000)$root
one <- list(c(0, 120.5), c(1, 40), c(3, 1000), c(11, 62.25), c(47, 18.5), c(250, 1e5), c(5, 0.4))
mid_mean <- function(x, level) {
  a <- (1 - level) / 2
  low <- if (x == 0) 0 else root(function(m) ppois(x, m, lower.tail = FALSE) + dpois(x, m) / 2 - a, 1e-12, x)
  c(low, root(function(m) ppois(x - 1, m) + dpois(x, m) / 2 - a, max(x, 1e-12), 4 * x + 20))
}
rate <- lapply(one, function(v) {
  t <- poisson.test(v[1], v[2])
  list(x = v[1], time = v[2], exact = as.numeric(t$conf.int), exact90 = as.numeric(poisson.test(v[1], v[2], conf.level = 0.9)$conf.int),
       mid = mid_mean(v[1], 0.95) / v[2])
})
two <- list(c(11, 62.25, 4, 58), c(0, 50, 5, 60), c(6, 50, 0, 60), c(0, 50, 0, 80), c(1, 1000, 1, 10), c(30, 120, 60, 130), c(3, 5, 9, 200), c(140, 900, 90, 850))
mid_share <- function(x, n, level) {
  a <- (1 - level) / 2
  low <- if (x == 0) 0 else root(function(p) pbinom(x, n, p, lower.tail = FALSE) + dbinom(x, n, p) / 2 - a, 1e-14, x / n)
  high <- if (x == n) 1 else root(function(p) pbinom(x - 1, n, p) + dbinom(x, n, p) / 2 - a, x / n, 1 - 1e-14)
  c(low, high)
}
# Score statistic of rate1 - rate2 = d: the restricted likelihood is maximised over the control rate, first by optimize, then by a
# root of its derivative.
restricted <- function(v, d) {
  low <- max(0, -d); high <- low + (v[1] + v[3] + 20) / min(v[2], v[4])
  f <- function(r) (if (v[1] > 0) v[1] * log(r + d) else 0) - (r + d) * v[2] + (if (v[3] > 0) v[3] * log(r) else 0) - r * v[4]
  s <- function(r) (if (v[1] > 0) v[1] / (r + d) else 0) - v[2] + (if (v[3] > 0) v[3] / r else 0) - v[4]
  r <- optimize(f, c(low, high), maximum = TRUE, tol = 1e-14)$maximum
  w <- high - low; a <- max(low, r - 1e-5 * w); b <- r + 1e-5 * w
  if (is.finite(s(a)) && s(a) * s(b) < 0) r <- root(s, a, b) else if (s(low + 1e-13 * w) <= 0) r <- low
  r
}
z <- function(v, d) { r2 <- restricted(v, d); r1 <- max(0, r2 + d); e <- v[1] / v[2] - v[3] / v[4] - d
  if (e == 0) 0 else e / sqrt(r1 / v[2] + r2 / v[4]) }
q <- qnorm(0.975)
pair <- lapply(two, function(v) {
  x <- v[1] + v[3]; d <- v[1] / v[2] - v[3] / v[4]; s <- (x + 30) / min(v[2], v[4]); out <- list(v = v)
  out$diff <- c(root(function(d0) z(v, d0) - q, d - s, d - 1e-12 * s), root(function(d0) z(v, d0) + q, d + 1e-12 * s, d + s))
  out$z <- z(v, d + 0.1 * s)
  if (x > 0) {
    t <- poisson.test(v[c(1, 3)], v[c(2, 4)])
    out$ratio <- as.numeric(t$conf.int); out$p <- t$p.value
    out$p2 <- poisson.test(v[c(1, 3)], v[c(2, 4)], r = 2)$p.value
    m <- mid_share(v[1], x, 0.95); out$mid <- m / (1 - m) * v[4] / v[2]
    share <- v[2] / (v[2] + v[4])
    out$p_mid <- min(1, 2 * min(pbinom(v[1] - 1, x, share), pbinom(v[1], x, share, lower.tail = FALSE)) + dbinom(v[1], x, share))
    w <- as.numeric(suppressWarnings(prop.test(v[1], x, correct = FALSE))$conf.int); out$score <- w / (1 - w) * v[4] / v[2]
  }
  out
})
tables <- list(c(3, 46, 9, 43), c(0, 46, 5, 43), c(21, 46, 14, 43), c(10, 10, 0, 12), c(1, 84, 0, 86), c(120, 1000, 90, 1100), c(0, 5, 0, 9), c(30, 5000, 95, 5000))
fisher <- lapply(tables, function(t) {
  m <- t[1] + t[3]; d <- dhyper(t[1], t[2], t[4], m)
  below <- phyper(t[1] - 1, t[2], t[4], m); above <- phyper(t[1], t[2], t[4], m, lower.tail = FALSE)
  list(t = t, p = fisher.test(matrix(c(t[1], t[2] - t[1], t[3], t[4] - t[3]), 2))$p.value, mid = min(1, 2 * (min(below, above) + d / 2)))
})
# Adjusted p: the p-values that Mehrotra and Adewale 2012 print in their example 4.1, by system organ class.
p <- list(c(0.031, 0.023, 0.029, 0.005, 0.031, 0.000, 0.874, 0.399, 0.293, 0.077), c(0.216, 0.843, 0.864),
          c(1, 0.878, 0.766, 0.598, 0.011, 0.864), c(0.889, 0.557, 0.767, 0.009, 0.644),
          c(1, 0.583, 0.147, 0.789, 0.217, 1, 0.02, 0.784, 0.579, 0.439), c(0.898, 0.619, 0.193, 0.806, 0.611, 0.526, 0.702, 0.196))
group <- rep(seq_along(p) - 1, lengths(p)); all <- unlist(p); within <- lapply(p, p.adjust, method = "BH")
enter <- function(least) p.adjust(least, method = "BH")
heyse <- enter(sapply(p, min)); adewale <- enter(sapply(within, min))
joint <- lapply(c(0.05, 0.1), function(a) { f <- adewale[group + 1] <= a; t <- rep(1, length(all)); t[f] <- p.adjust(all[f], method = "BH"); t })
out <- list(r = R.version.string, rate = rate, pair = pair, fisher = fisher,
            adjust = list(p = all, group = group, bh = p.adjust(all, "BH"), holm = p.adjust(all, "holm"), within = unlist(within),
                          heyse_group = heyse, adewale_group = adewale, adewale_term05 = joint[[1]], adewale_term10 = joint[[2]]))
cat(toJSON(out, auto_unbox = TRUE, digits = I(16), na = "string", pretty = TRUE), "\n")
