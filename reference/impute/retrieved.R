# Retrieved dropouts: a generated trial in which some who left treatment were followed, and conditional-mean imputation
# with a term for being past the event; nlme's gls (REML, unstructured) for the model, lm for the analyses.
# Usage: Rscript retrieved.R   (in this folder; writes retrieved.csv and retrieved.json)
suppressMessages({library(jsonlite); library(nlme)})
set.seed(20261125)
n <- 120; m <- 3; arm <- rep(0:1, n / 2); base <- round(rnorm(n, 45, 8), 1)
L <- t(chol(matrix(c(40, 26, 22, 26, 55, 38, 22, 38, 70), 3)))
first <- sapply(1:n, function(i) sample(c(0, 1, 2, 3), 1, prob = c(0.04, 0.12, 0.16, 0.68)))   # 0-based first visit affected; 3 none
Y <- t(sapply(1:n, function(i) { v <- 1:m; since <- pmax(0, v - first[i])
  round(-3 * v - arm[i] * c(2, 5, 6) - 0.2 * (base[i] - 45) + (since > 0) * (3 + 4 * arm[i]) + as.vector(L %*% rnorm(m)), 1) }))
for (i in which(first < m)) for (v in (first[i] + 1):m) if (runif(1) < 0.5) { Y[i, v:m] <- NA; break }
Y[sample(which(first == 3), 4), 2] <- NA   # a visit missed without an event
csv <- do.call(rbind, lapply(1:n, function(i) data.frame(USUBJID = sprintf("R%03d", i), ARM = c("PBO", "MDMA")[arm[i] + 1], AVISIT = paste0("V", 1:m), BASE = base[i], CHG = Y[i, ],
  ICEVISIT = if (first[i] < m) paste0("V", first[i] + 1) else "")))
write.csv(csv, "retrieved.csv", row.names = FALSE, quote = FALSE, na = "")
d <- data.frame(id = rep(1:n, each = m), v = rep(1:m, n)); d$V <- factor(d$v); d$A <- arm[d$id]; d$arm <- factor(d$A); d$BASE <- base[d$id]; d$CHG <- as.vector(t(Y))
d$since <- pmax(0, d$v - first[d$id]); d$post <- as.numeric(d$since > 0)
d$late2 <- d$post * (d$v == 2); d$late3 <- d$post * (d$v == 3); d$late1 <- d$post * (d$v == 1)
models <- list(shift = CHG ~ V * BASE + V * A + arm:post, slope = CHG ~ V * BASE + V * A + arm:since)
fit <- function(f, ids = 1:n) gls(f, d[d$id %in% ids & !is.na(d$CHG), ], correlation = corSymm(form = ~ v | id), weights = varIdent(form = ~ 1 | v), method = "REML",
  control = glsControl(tolerance = 1e-12, msTol = 1e-14, maxIter = 500, msMaxIter = 1000))
sigma_of <- function(g) { w <- coef(g$modelStruct$varStruct, unconstrained = FALSE, allCoef = TRUE)[as.character(1:m)]; C <- diag(m)
  C[lower.tri(C)] <- coef(g$modelStruct$corStruct, unconstrained = FALSE); C <- C + t(C) - diag(m); g$sigma^2 * outer(w, w) * C }
complete <- function(g) { M <- matrix(predict(g, d), n, m, byrow = TRUE); S <- sigma_of(g); Z <- Y
  for (i in which(rowSums(is.na(Y)) > 0)) { u <- which(is.na(Y[i, ])); o <- setdiff(1:m, u)
    Z[i, u] <- M[i, u] + if (length(o)) as.vector(S[u, o, drop = FALSE] %*% solve(S[o, o], Y[i, o] - M[i, o])) else 0 }
  Z }
difference <- function(Z, keep = 1:n) sapply(1:m, function(v) coef(lm(Z[keep, v] ~ arm[keep] + base[keep]))[[2]])
out <- lapply(models, function(f) { g <- fit(f); J <- sapply(1:n, function(i) difference(complete(fit(f, setdiff(1:n, i))), setdiff(1:n, i)))
  list(log_likelihood = as.numeric(logLik(g)), estimate = difference(complete(g)), jackknife_se = sqrt((n - 1) / n * rowSums((J - rowMeans(J))^2))) })
out$followed <- sapply(0:1, function(a) sum(sapply(which(arm == a & first < m), function(i) any(!is.na(Y[i, (first[i] + 1):m])))))
out$data <- as.list(csv)
out$source <- list(r = R.version.string, nlme = as.character(packageVersion("nlme")))
writeLines(toJSON(out, digits = NA, auto_unbox = TRUE, na = "null"), "retrieved.json")
