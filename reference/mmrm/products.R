# Direct products un@ar1 and un@cs by dense restricted and full likelihood in plain R: V of each participant as the product
# of an unstructured matrix of two endpoints and a correlation of three visits, nothing shared with Entact or with mmrm.
# rm6.csv's six visits stand as two endpoints (the first three, the last three) of three visits each.
# Usage: Rscript products.R   (in this folder; reads rm6.csv, writes products.json)
suppressMessages(library(jsonlite))
d <- read.csv("rm6.csv"); d <- d[!is.na(d$Y), ]; visits <- sort(unique(d$AVISIT)); d$v <- match(d$AVISIT, visits)
X <- model.matrix(~ BASE + AVISIT * ARM, d); p <- ncol(X); N <- nrow(d)
who <- split(seq_len(N), d$USUBJID)
sigma <- function(th, kind) { L <- matrix(c(exp(th[1]), th[2], 0, exp(th[3])), 2); U <- L %*% t(L)
  R <- if (kind == "un@ar1") { r <- tanh(th[4]); r^abs(outer(1:3, 1:3, "-")) } else { r <- -0.5 + 1.5 * plogis(th[4]); (1 - r) * diag(3) + r }
  list(V = kronecker(U, R), U = U, r = r) }
parts <- function(th, kind) { V <- sigma(th, kind)$V; A <- matrix(0, p, p); b <- numeric(p); yy <- 0; ld <- 0
  for (i in who) { C <- chol(V[d$v[i], d$v[i], drop = FALSE]); Z <- backsolve(C, cbind(X[i, , drop = FALSE], d$Y[i]), transpose = TRUE)
    A <- A + crossprod(Z[, 1:p, drop = FALSE]); b <- b + as.vector(crossprod(Z[, 1:p, drop = FALSE], Z[, p + 1])); yy <- yy + sum(Z[, p + 1]^2); ld <- ld + 2 * sum(log(diag(C))) }
  list(A = A, b = b, yy = yy, ld = ld) }
ll <- function(th, kind, reml) { q <- parts(th, kind); f <- q$ld + q$yy - sum(q$b * solve(q$A, q$b))
  -0.5 * (if (reml) f + as.numeric(determinant(q$A)$modulus) + (N - p) * log(2 * pi) else f + N * log(2 * pi)) }
grad <- function(th, ...) sapply(1:4, function(j) { e <- replace(numeric(4), j, 1e-4); (8 * (ll(th + e, ...) - ll(th - e, ...)) - (ll(th + 2 * e, ...) - ll(th - 2 * e, ...))) / 12e-4 })
out <- list()
for (kind in c("un@ar1", "un@cs")) for (reml in c(TRUE, FALSE)) {
  th <- optim(c(log(6), 2, log(6), 0.5), function(th) tryCatch(ll(th, kind, reml), error = function(e) -1e6), method = "BFGS", control = list(fnscale = -1, reltol = 1e-14, maxit = 500))$par
  for (i in 1:4) { H <- sapply(1:4, function(j) { e <- replace(numeric(4), j, 1e-3); (grad(th + e, kind, reml) - grad(th - e, kind, reml)) / 2e-3 }); th <- th - solve((H + t(H)) / 2, grad(th, kind, reml)) }
  q <- parts(th, kind); s <- sigma(th, kind)
  out[[length(out) + 1]] <- list(kind = kind, reml = reml, log_likelihood = ll(th, kind, reml), gradient = max(abs(grad(th, kind, reml))), terms = colnames(X),
    estimate = as.vector(solve(q$A, q$b)), se = sqrt(diag(solve(q$A))), endpoints = s$U, correlation = s$r, covariance = s$V) }
writeLines(toJSON(out, digits = NA, auto_unbox = TRUE, matrix = "rowmajor"), "products.json"); print(sapply(out, `[[`, "gradient"))
