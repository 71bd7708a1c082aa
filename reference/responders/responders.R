# Responder analysis in R: glm, Firth's penalised likelihood by nlm, standardised risks with the
# variances of Ge et al. and Ye et al., fisher.test, the unconditional exact test, mantelhaen.test,
# Breslow-Day, stratified Newcombe and Miettinen-Nurminen by their definitions.
# Run in this folder: LC_ALL=C Rscript responders.R
library(jsonlite)
set.seed(99)
n <- 104
d <- data.frame(USUBJID = sprintf("P%03d", 1:n), ARM = sample(rep(c("MDMA", "PLACEBO"), n / 2)),
                SITEID = sample(c("S1", "S2", "S3", "S4"), n, TRUE, c(.4, .3, .2, .1)), SEX = sample(c("F", "M"), n, TRUE),
                BASE = round(rnorm(n, 44, 6), 1), CAPS = 0)
d$RESP <- rbinom(n, 1, plogis(-3 + .05 * d$BASE + 1.3 * (d$ARM == "MDMA") + .4 * (d$SEX == "F")))
d$CHG <- round(ifelse(d$RESP == 1, -10 - rexp(n, .1), -10 + rexp(n, .15) + .01), 2)
d$CAPS <- d$BASE + d$CHG
d$RESP[c(7, 50)] <- NA; d$CHG[c(7, 50)] <- NA
write.csv(d, "input.csv", row.names = FALSE, na = "")
write_json(as.list(d), "input.json", digits = NA, na = "null")
u <- d[!is.na(d$RESP), ]
expit <- plogis
firth <- function(x, y) {
  f <- function(b) { p <- expit(x %*% b)[, 1]; w <- p * (1 - p)
    v <- -(sum(y * log(p) + (1 - y) * log1p(-p)) + .5 * determinant(crossprod(x * sqrt(w)))$modulus[1])
    if (is.finite(v)) v else 1e10 }
  b <- rep(0, ncol(x))
  for (i in 1:200) { p <- expit(x %*% b)[, 1]; xs <- x * sqrt(p * (1 - p)); I <- crossprod(xs)
    h <- rowSums((xs %*% solve(I)) * xs); step <- solve(I, crossprod(x, y - p + h * (.5 - p)))
    b <- b + step[, 1] * min(1, 2 / max(abs(x %*% step))) }
  start <- nlm(f, b * 0, gradtol = 1e-12, steptol = 1e-14, iterlim = 500, check.analyticals = FALSE)$estimate
  list(beta = b, nlm = start, se = sqrt(diag(solve(I))))
}
model <- function(text) {
  f <- as.formula(text); fit <- glm(f, binomial, u, control = glm.control(1e-15, 100)); x <- model.matrix(fit); y <- u$RESP
  # glm's covariance is that of its last but one step (1e-8 off), so Newton once more
  for (i in 1:3) { pp <- fitted(fit); b <- coef(fit) + solve(crossprod(x * sqrt(pp * (1 - pp))), crossprod(x, y - pp))[, 1]; fit$coefficients <- b; fit$fitted.values <- expit(x %*% b)[, 1] }
  VB <- { pp <- fitted(fit); solve(crossprod(x * sqrt(pp * (1 - pp)))) }
  arms <- c("MDMA", "PLACEBO"); N <- nrow(u)
  xs <- lapply(arms, function(a) model.matrix(delete.response(terms(fit)), transform(u, ARM = factor(a, levels = arms)), xlev = fit$xlevels))
  p <- sapply(xs, function(z) expit(z %*% coef(fit))); J <- t(sapply(1:2, function(a) colMeans(p[, a] * (1 - p[, a]) * xs[[a]])))
  is <- lapply(arms, function(a) u$ARM == a); share <- sapply(is, mean)
  V <- matrix(0, 2, 2)
  for (a in 1:2) V[a, a] <- var((y - p[, a])[is[[a]]]) / share[a] + 2 * cov(y[is[[a]]], p[is[[a]], a]) - var(p[, a])
  V[1, 2] <- V[2, 1] <- cov(y[is[[1]]], p[is[[1]], 2]) + cov(y[is[[2]]], p[is[[2]], 1]) - cov(p[, 1], p[, 2])
  ff <- firth(x, y)
  list(formula = text, beta = unname(coef(fit)), se = unname(sqrt(diag(VB))), log_likelihood = sum(dbinom(y, 1, fitted(fit), log = TRUE)),
       risk = colMeans(p), delta = unname(J %*% VB %*% t(J)), robust = V / N,
       firth = unname(ff$beta), firth_se = unname(ff$se), nlm_gap = max(abs(ff$beta - ff$nlm)))
}
barnard <- function(x1, n1, x2, n2) {
  z <- function(a, b) { q <- (a + b) / (n1 + n2); s <- q * (1 - q) * (1 / n1 + 1 / n2); ifelse(s > 0, (a / n1 - b / n2) / sqrt(pmax(s, 1e-300)), 0) }
  a <- outer(0:n1, rep(1, n2 + 1)); b <- outer(rep(1, n1 + 1), 0:n2); Z <- abs(z(a, b)) >= abs(z(x1, x2)) * (1 - 1e-10)
  p <- function(r) sum(Z * outer(dbinom(0:n1, n1, r), dbinom(0:n2, n2, r)))
  g <- seq(0, 1, length.out = 4001); v <- sapply(g, p); best <- order(-v)[1:6]
  max(sapply(best, function(i) optimize(p, c(max(0, g[i] - 5e-4), min(1, g[i] + 5e-4)), maximum = TRUE, tol = 1e-12)$objective))
}
exact <- function(x1, n1, x2, n2, barn = TRUE) {
  f <- fisher.test(matrix(c(x1, n1 - x1, x2, n2 - x2), 2), conf.level = .95)
  tail <- function(psi, up) { k <- max(0, x1 + x2 - n2):min(n1, x1 + x2); w <- lchoose(n1, k) + lchoose(n2, x1 + x2 - k) + k * log(psi)
    w <- exp(w - max(w)); w <- w / sum(w); sum(w[if (up) k >= x1 else k <= x1]) }
  root <- function(up) exp(uniroot(function(l) tail(exp(l), up) - .025, c(-30, 30), tol = 1e-14)$root)
  lo <- if (f$conf.int[1] > 0) root(TRUE) else 0; hi <- if (is.finite(f$conf.int[2])) root(FALSE) else "inf"
  list(x1 = x1, n1 = n1, x2 = x2, n2 = n2, p = f$p.value, low = lo, high = hi, low_R = f$conf.int[1],
       odds_ratio = if (is.finite(f$estimate)) unname(f$estimate) else "inf", barnard = if (barn) barnard(x1, n1, x2, n2))
}
strata <- lapply(sort(unique(u$SITEID)), function(s) { v <- u[u$SITEID == s, ]; a <- v$RESP[v$ARM == "MDMA"]; b <- v$RESP[v$ARM == "PLACEBO"]
  c(sum(a), length(a), sum(b), length(b)) })
t4 <- do.call(rbind, strata); w <- t4[, 2] * t4[, 4] / (t4[, 2] + t4[, 4]); w <- w / sum(w)
wilson <- function(x, n, z) { p <- x / n; m <- p + z^2 / (2 * n) + c(-1, 1) * z * sqrt(p * (1 - p) / n + z^2 / (4 * n^2)); m / (1 + z^2 / n) }
yan_su <- { arm <- function(x, n) { v <- x / n * (1 - x / n) / n; z <- qnorm(.975) * sqrt(sum(w^2 * v)) / sum(w * sqrt(v))
  l <- sapply(seq_along(x), function(h) wilson(x[h], n[h], z)); c(sum(w * x / n), l %*% w) }
  a <- arm(t4[, 1], t4[, 2]); b <- arm(t4[, 3], t4[, 4]); dd <- a[1] - b[1]
  c(dd, dd - sqrt((a[1] - a[2])^2 + (b[3] - b[1])^2), dd + sqrt((a[3] - a[1])^2 + (b[1] - b[2])^2)) }
mn_variance <- function(x1, n1, x2, n2, delta) {   # restricted maximum by direct search
  ll <- function(p2) { p1 <- p2 + delta; s <- function(k, p) ifelse(k == 0, 0, k * log(p)); s(x1, p1) + s(n1 - x1, 1 - p1) + s(x2, p2) + s(n2 - x2, 1 - p2) }
  sl <- function(p2) { p1 <- p2 + delta; s <- function(k, p) if (k == 0) 0 else k / p; s(x1, p1) - s(n1 - x1, 1 - p1) + s(x2, p2) - s(n2 - x2, 1 - p2) }
  lo <- max(0, -delta) + 1e-13; hi <- min(1, 1 - delta) - 1e-13
  p2 <- if (sl(lo) <= 0) lo else if (sl(hi) >= 0) hi else uniroot(sl, c(lo, hi), tol = 1e-15)$root; p1 <- p2 + delta
  (p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2) * (n1 + n2) / (n1 + n2 - 1) }
mn <- { zz <- function(delta) { v <- sapply(1:nrow(t4), function(h) mn_variance(t4[h, 1], t4[h, 2], t4[h, 3], t4[h, 4], delta)); (sum(w * (t4[, 1] / t4[, 2] - t4[, 3] / t4[, 4])) - delta) / sqrt(sum(w^2 * v)) }
  c(uniroot(function(x) zz(x) - qnorm(.975), c(-.9, .9), tol = 1e-13)$root, uniroot(function(x) zz(x) + qnorm(.975), c(-.9, .9), tol = 1e-13)$root) }
arr <- array(unlist(lapply(strata, function(s) c(s[1], s[2] - s[1], s[3], s[4] - s[3]))), c(2, 2, length(strata)))
mh <- mantelhaen.test(arr, correct = TRUE); mh0 <- mantelhaen.test(arr, correct = FALSE)
or <- unname(mh$estimate)
bd <- sum(apply(t4, 1, function(s) { m <- s[1] + s[3]; e <- uniroot(function(e) e * (s[4] - m + e) - or * (s[2] - e) * (m - e), c(max(0, m - s[4]), min(s[2], m)) + c(1e-12, -1e-12), tol = 1e-14)$root
  (s[1] - e)^2 / (1 / (1 / e + 1 / (s[2] - e) + 1 / (m - e) + 1 / (s[4] - m + e)))^1 }))
sep <- data.frame(y = c(0, 0, 0, 0, 1, 1, 1, 1, 1, 0), x = c(1, 2, 3, 4, 5, 6, 7, 8, 4.5, 4.4), g = rep(c("a", "b"), 5))
write_json(list(R = R.version.string,
  models = list(model("RESP ~ ARM"), model("RESP ~ ARM + BASE + SEX"), model("RESP ~ ARM * SEX + BASE + SITEID")),
  exact = list(exact(37, 42, 23, 37), exact(3, 15, 10, 14), exact(0, 10, 5, 12), exact(10, 10, 7, 9), exact(1, 200, 9, 190), exact(29, 46, 16, 44)),
  strata = t4, yan_su = yan_su, mn = mn, cmh = list(continuity = unname(mh$statistic), p = mh$p.value, plain = unname(mh0$statistic), or = or, low = mh$conf.int[1], high = mh$conf.int[2]),
  breslow_day = list(statistic = bd, p = pchisq(bd, length(strata) - 1, lower.tail = FALSE)),
  separated = list(y = sep$y, x = sep$x, firth = firth(cbind(1, sep$x), sep$y)[c("beta", "se")])), "expected.json", digits = NA, auto_unbox = TRUE)
