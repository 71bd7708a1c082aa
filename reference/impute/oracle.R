# Reference results for imputation, in plain R: its own REML likelihood (nlminb, then Newton steps by differences),
# its own reference-based means and covariances, lm for the analyses, mice for Rubin's rules, glm for responders.
# Usage: Rscript oracle.R   (in this folder; reads mapp_like.csv, writes input.json and expected.json)
suppressMessages({library(jsonlite); library(mice)})
d <- read.csv("mapp_like.csv"); visits <- sort(unique(d$AVISIT)); m <- length(visits)
one <- d[!duplicated(d$USUBJID), ]; n <- nrow(one)
Y <- matrix(NA_real_, n, m); Y[cbind(match(d$USUBJID, one$USUBJID), match(d$AVISIT, visits))] <- d$CHG
arm <- as.integer(one$ARM == "MDMA"); base <- one$BASE
first <- apply(Y, 1, function(y) { k <- m; while (k > 0 && is.na(y[k])) k <- k - 1; k })   # 0-based first visit of dropout
row_of <- function(i, v, a) c(1, base[i], a, v == 2, v == 3, base[i] * (v == 2), base[i] * (v == 3), a * (v == 2), a * (v == 3))
design <- function(i, a) t(sapply(1:m, function(v) row_of(i, v, a)))
X <- lapply(1:n, function(i) design(i, arm[i])); XR <- lapply(1:n, function(i) design(i, 0))

sigma_of <- function(theta) { L <- matrix(0, m, m); L[lower.tri(L, TRUE)] <- theta; diag(L) <- exp(diag(L)); L %*% t(L) }
blocks <- function(keep, group) {   # participants of one pattern and group together
  key <- paste(group[keep], apply(!is.na(Y[keep, , drop = FALSE]), 1, paste, collapse = ""))
  lapply(split(keep, key), function(ids) { o <- which(!is.na(Y[ids[1], ])); if (!length(o)) return(NULL)
    list(g = group[ids[1]], o = o, k = length(ids), y = as.vector(t(Y[ids, o, drop = FALSE])),
         x = do.call(rbind, lapply(ids, function(i) X[[i]][o, , drop = FALSE]))) })
}
objective <- function(theta, bl, full = FALSE) {
  q <- m * (m + 1) / 2; G <- length(theta) / q; S <- lapply(1:G, function(g) sigma_of(theta[(g - 1) * q + 1:q]))
  p <- 9; A <- matrix(0, p, p); b <- numeric(p); yy <- 0; ld <- 0; N <- 0
  for (B in bl) if (!is.null(B)) { U <- chol(S[[B$g]][B$o, B$o, drop = FALSE]); v <- length(B$o)
    z <- cbind(B$x, B$y); dim(z) <- c(v, B$k * (p + 1)); z <- backsolve(U, z, transpose = TRUE); dim(z) <- c(v * B$k, p + 1)
    C <- crossprod(z); A <- A + C[1:p, 1:p]; b <- b + C[1:p, p + 1]; yy <- yy + C[p + 1, p + 1]; ld <- ld + 2 * B$k * sum(log(diag(U))); N <- N + v * B$k }
  beta <- solve(A, b); f <- ld + as.numeric(determinant(A)$modulus) + yy - sum(b * beta) + (N - p) * log(2 * pi)
  if (full) list(beta = beta, sigma = S, f = f) else f
}
gradient <- function(theta, bl) sapply(seq_along(theta), function(j) { h <- 1e-3; s <- function(k) { t <- theta; t[j] <- t[j] + k * h; objective(t, bl) }
  (8 * (s(1) - s(-1)) - (s(2) - s(-2))) / (12 * h) })
fit <- function(keep, group, start) {
  bl <- blocks(keep, group); th <- nlminb(start, objective, gradient, bl = bl, control = list(rel.tol = 1e-14, x.tol = 1e-12, iter.max = 500, eval.max = 800))$par
  for (k in 1:3) { H <- sapply(seq_along(th), function(j) { e <- replace(0 * th, j, 1e-4); (gradient(th + e, bl) - gradient(th - e, bl)) / 2e-4 }); th <- th - solve((H + t(H)) / 2, gradient(th, bl)) }
  c(objective(th, bl, TRUE), list(theta = th, gradient = max(abs(gradient(th, bl)))))
}
start0 <- { L <- t(chol(cov(Y, use = "complete.obs"))); diag(L) <- log(diag(L)); L[lower.tri(L, TRUE)] }

pars <- function(s, f, mu, mr, S, R) {   # mean and covariance under strategy s with first affected visit f (0-based)
  if (f == m || s == "MAR") return(list(mu, S)); if (s == "CR" || f == 0) return(list(mr, R)); a <- 1:f; b <- (f + 1):m
  if (s == "LMCF") { mu[b] <- mu[f]; return(list(mu, S)) }
  mu[b] <- if (s == "JR") mr[b] else mu[f] + mr[b] - mr[f]
  K <- R[b, a, drop = FALSE] %*% solve(R[a, a]); C <- S
  C[b, a] <- K %*% S[a, a]; C[a, b] <- t(C[b, a]); C[b, b] <- R[b, b] - K %*% (R[a, a] - S[a, a]) %*% t(K); list(mu, C)
}
complete <- function(f, s, group) { Z <- Y
  for (i in which(rowSums(is.na(Y)) > 0)) { S <- f$sigma[[group[i]]]; R <- f$sigma[[group[which(arm == 0)[1]]]]
    g <- pars(s, first[i], as.vector(X[[i]] %*% f$beta), as.vector(XR[[i]] %*% f$beta), S, R); u <- which(is.na(Y[i, ])); o <- setdiff(1:m, u)
    Z[i, u] <- g[[1]][u] + if (length(o)) as.vector(g[[2]][u, o, drop = FALSE] %*% solve(g[[2]][o, o], Y[i, o] - g[[1]][o])) else 0 }
  Z }
ancova <- function(Z, keep = 1:n) unlist(lapply(1:m, function(v) { y <- Z[keep, v]; a <- arm[keep]; bb <- base[keep]; l <- lm(y ~ a + bb); b <- coef(l); mb <- mean(bb)
  c(b[["a"]], b[[1]] + b[["bb"]] * mb, b[[1]] + b[["a"]] + b[["bb"]] * mb) }))
strategies <- c("MAR", "JR", "CR", "CIR", "LMCF"); shared <- rep(1, n); by_arm <- arm + 1
out <- list(); f0 <- fit(1:n, shared, start0); f2 <- fit(1:n, by_arm, c(f0$theta, f0$theta))
out$reml <- list(beta = f0$beta, sigma = f0$sigma[[1]], minus_two_log_likelihood = f0$f, gradient = f0$gradient)
out$reml_by_arm <- list(beta = f2$beta, sigma = f2$sigma, minus_two_log_likelihood = f2$f, gradient = f2$gradient)
dropped <- lapply(1:n, function(i) fit(setdiff(1:n, i), shared, f0$theta))
out$conditional_mean <- lapply(setNames(strategies, strategies), function(s) { e <- ancova(complete(f0, s, shared))
  J <- sapply(1:n, function(i) ancova(complete(dropped[[i]], s, shared), setdiff(1:n, i)))
  list(completed = complete(f0, s, shared), estimate = e, jackknife_se = sqrt((n - 1) / n * rowSums((J - rowMeans(J))^2)), estimate_by_arm = ancova(complete(f2, s, by_arm))) })
Z <- complete(f0, "JR", shared); l <- lm(Z[, 3] ~ arm + base)
out$lm <- list(estimate = coef(l)[["arm"]], se = sqrt(vcov(l)["arm", "arm"]), df = l$df.residual)
r <- as.integer(Z[, 3] <= -15); g <- glm(r ~ arm + base, family = binomial, control = list(epsilon = 1e-14, maxit = 50))
std <- function(b, a) mean(plogis(cbind(1, a, base) %*% b)); slope <- function(a) { q <- as.vector(plogis(cbind(1, a, base) %*% coef(g))); colMeans(q * (1 - q) * cbind(1, a, base)) }
v <- vcov(g); s1 <- slope(1); s0 <- slope(0); se <- function(s) sqrt(as.numeric(s %*% v %*% s))
out$responders <- list(threshold = -15, difference = std(coef(g), 1) - std(coef(g), 0), difference_se = se(s1 - s0), risk0 = std(coef(g), 0), risk0_se = se(s0), risk1 = std(coef(g), 1), risk1_se = se(s1))
q <- c(-1.2, -0.4, -2.1, -1.7, -0.9); u <- c(0.8, 0.9, 0.7, 0.85, 0.95)^2; pl <- pool.scalar(q, u, n = 98, k = 3)
out$rubin <- list(q = q, u = u, df = 95, qbar = pl$qbar, ubar = pl$ubar, b = pl$b, t = pl$t, pooled_df = pl$df)
out$quantile6 <- list(x = c(3, 1, 4, 1.5, 9, 2.6, 5.3), p = c(0.025, 0.3, 0.975), q = as.vector(quantile(c(3, 1, 4, 1.5, 9, 2.6, 5.3), c(0.025, 0.3, 0.975), type = 6)))
out$source <- list(r = R.version.string, mice = as.character(packageVersion("mice")))
w <- function(x, f) writeLines(toJSON(x, digits = NA, auto_unbox = TRUE, matrix = "rowmajor", na = "null", pretty = FALSE), f)
w(list(arm = arm, base = base, y = Y, first_affected = first, participants = one$USUBJID, visits = visits), "input.json")
w(out, "expected.json"); cat("gradients", f0$gradient, f2$gradient, max(sapply(dropped, `[[`, "gradient")), "\n")
