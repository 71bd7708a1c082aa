# Binary outcomes at three visits: a generated trial with monotone dropout, completed by mice's sequential logistic
# regressions (missing at random, and the reference arm's regressions after dropout), standardised logistic analysis.
# Usage: Rscript binary.R   (in this folder; writes binary.json)
suppressMessages({library(jsonlite); library(mice)})
set.seed(20261127)
n <- 400; m <- 3; arm <- rep(0:1, n / 2); base <- round(rnorm(n), 2)
L <- t(chol(matrix(c(1, .6, .45, .6, 1, .65, .45, .65, 1), 3)))
mu <- cbind(-0.6 + 0.3 * base + 0.4 * arm, -0.3 + 0.3 * base + 0.7 * arm, -0.1 + 0.3 * base + 0.9 * arm)
Y <- (mu + t(L %*% matrix(rnorm(n * m), m)) > 0) * 1
last <- sapply(1:n, function(i) { for (v in 2:3) if (runif(1) < 0.10 + 0.12 * (1 - Y[i, v - 1])) return(v - 1); m })
for (i in which(last < m)) Y[i, (last[i] + 1):m] <- NA
d <- data.frame(arm = arm, base = base, y1 = Y[, 1], y2 = Y[, 2], y3 = Y[, 3])
draw <- function(X, y, Xm) { g <- glm(y ~ X - 1, family = binomial); b <- coef(g) + as.vector(t(chol(vcov(g))) %*% rnorm(ncol(X))); rbinom(nrow(Xm), 1, plogis(as.vector(Xm %*% b))) }
std <- function(y) { g <- glm(y ~ arm + base, family = binomial); X1 <- cbind(1, 1, base); X0 <- cbind(1, 0, base)
  p1 <- plogis(as.vector(X1 %*% coef(g))); p0 <- plogis(as.vector(X0 %*% coef(g))); s <- colMeans(p1 * (1 - p1) * X1) - colMeans(p0 * (1 - p0) * X0)
  c(mean(p1) - mean(p0), as.numeric(s %*% vcov(g) %*% s)) }
M <- 300
pool <- function(copy) { e <- replicate(M, { Z <- Y   # copy: after dropout as the reference arm
    for (v in 2:3) { X <- cbind(1, arm, base, Z[, 1:(v - 1)]); u <- which(is.na(Y[, v])); o <- which(!is.na(Y[, v]))
      Xm <- X[u, , drop = FALSE]; if (copy) Xm[, 2] <- 0; Z[u, v] <- draw(X[o, ], Y[o, v], Xm) }
    std(Z[, 3]) })
  list(estimate = mean(e[1, ]), within = mean(e[2, ]), between = var(e[1, ]), se = sqrt(mean(e[2, ]) + (1 + 1 / M) * var(e[1, ]))) }
mi <- mice(within(d, {y1 <- factor(y1); y2 <- factor(y2); y3 <- factor(y3)}), m = M, method = c("", "", "", "logreg", "logreg"), maxit = 1, seed = 7, printFlag = FALSE,
  predictorMatrix = rbind(0, 0, 0, c(1, 1, 1, 0, 0), c(1, 1, 1, 1, 0)))
e <- sapply(1:M, function(k) std(as.numeric(as.character(complete(mi, k)$y3))))
out <- list(sequential = list(MAR = pool(FALSE), CR = pool(TRUE)), mice = list(estimate = mean(e[1, ]), between = var(e[1, ])), draws = M,
  truth = list(beta = c(-0.6, 0.3, 0.4, 0.3, 0.5, 0.3, 0.5), correlation = c(.6, .45, .65)), arm = arm, base = base, y = Y, first_affected = ifelse(last < m, last, m),
  probit = { g <- glm(Y[, 1] ~ arm + base, family = binomial("probit")); list(beta = coef(g), se = sqrt(diag(vcov(g)))) }, source = list(r = R.version.string, mice = as.character(packageVersion("mice"))))
writeLines(toJSON(out, digits = NA, auto_unbox = TRUE, matrix = "rowmajor", na = "null"), "binary.json")
