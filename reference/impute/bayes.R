# Bayesian multiple imputation of mapp_like.csv by data augmentation in plain R, one Markov chain over complete data:
# missing values, coefficients, covariance in turn. Prior as rbmi 1.5: flat coefficients, inverse Wishart (m + 2, REML).
# Usage: Rscript bayes.R   (in this folder; reads input.json and expected.json, writes bayes.json)
suppressMessages(library(jsonlite)); set.seed(20261128)
d <- fromJSON("input.json"); Y <- d$y; n <- nrow(Y); m <- ncol(Y); arm <- d$arm; base <- d$base; first <- d$first_affected
S0 <- fromJSON("expected.json")$reml$sigma; p <- 3 * m
rows <- function(a) lapply(1:m, function(v) { z <- matrix(0, n, p); z[, 1:3] <- cbind(1, base, a)
  if (v > 1) { z[, 2 + v] <- 1; z[, 1 + m + v] <- base; z[, 2 * m + v] <- a }; z })
X <- rows(arm); XR <- rows(0); miss <- is.na(Y); pat <- apply(miss, 1, function(r) paste(which(r), collapse = ","))
classes <- split(1:n, pat); classes <- classes[names(classes) != ""]
means <- function(x, b) sapply(1:m, function(v) x[[v]] %*% b)
fill <- function(Z, M, S, ids) { u <- which(miss[ids[1], ]); o <- setdiff(1:m, u); k <- length(u)   # missing given seen
  K <- if (length(o)) S[u, o, drop = FALSE] %*% solve(S[o, o]) else matrix(0, k, 0)
  C <- S[u, u, drop = FALSE] - if (length(o)) K %*% S[o, u, drop = FALSE] else 0
  Z[ids, u] <- M[ids, u, drop = FALSE] + (Y[ids, o, drop = FALSE] - M[ids, o, drop = FALSE]) %*% t(K) + matrix(rnorm(length(ids) * k), length(ids)) %*% chol(C); Z }
under <- function(s, b) { O <- means(X, b); R <- means(XR, b); M <- O   # means by strategy; one covariance
  for (i in which(first < m)) { f <- first[i]; l <- (f + 1):m
    if (s == "CR" || (f == 0 && s != "MAR")) M[i, ] <- R[i, ] else if (s == "JR") M[i, l] <- R[i, l] else if (s == "CIR") M[i, l] <- O[i, f] + R[i, l] - R[i, f] else if (s == "LMCF") M[i, l] <- O[i, f] }
  M }
ancova <- function(Z) { x <- cbind(1, arm, base); q <- solve(crossprod(x)); sapply(1:m, function(v) { b <- q %*% crossprod(x, Z[, v]); r <- Z[, v] - x %*% b; c(b[2], sum(r^2) / (n - 3) * q[2, 2]) }) }
strategies <- c("MAR", "JR", "CR", "CIR", "LMCF"); Z <- Y; b <- numeric(p); S <- S0; M <- 1500; thin <- 4; burn <- 300
for (v in 1:m) Z[miss[, v], v] <- mean(Y[, v], na.rm = TRUE)
est <- array(0, c(5, 2, m, M)); betas <- matrix(0, M, p); sig <- 0
for (t in 1:(burn + M * thin)) { W <- solve(S); A <- matrix(0, p, p); c0 <- numeric(p)
  for (v in 1:m) for (w in 1:m) { A <- A + W[v, w] * crossprod(X[[v]], X[[w]]); c0 <- c0 + W[v, w] * crossprod(X[[v]], Z[, w]) }
  U <- chol(A); b <- as.vector(backsolve(U, backsolve(U, c0, transpose = TRUE) + rnorm(p)))
  O <- means(X, b); E <- Z - O; S <- solve(rWishart(1, n + m + 2, solve(S0 + crossprod(E)))[, , 1])
  for (ids in classes) Z <- fill(Z, O, S, ids)
  k <- (t - burn) / thin
  if (k >= 1 && k == floor(k)) { betas[k, ] <- b; sig <- sig + S / M
    for (s in 1:5) { Q <- Y; MU <- under(strategies[s], b); for (ids in classes) Q <- fill(Q, MU, S, ids); est[s, , , k] <- ancova(Q) } } }
out <- lapply(setNames(1:5, strategies), function(s) list(estimate = rowMeans(est[s, 1, , ]), within = rowMeans(est[s, 2, , ]), between = apply(est[s, 1, , ], 1, var),
  se = sqrt(rowMeans(est[s, 2, , ]) + (1 + 1 / M) * apply(est[s, 1, , ], 1, var))))
out$posterior <- list(beta = colMeans(betas), sd = apply(betas, 2, sd), sigma = sig); out$draws <- M; out$source <- list(r = R.version.string)
writeLines(toJSON(out, digits = NA, auto_unbox = TRUE, matrix = "rowmajor"), "bayes.json")
