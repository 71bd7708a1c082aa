# Conditional-mean imputation with covariances other than unstructured: nlme's gls (REML) for the model, the means and
# analyses of oracle.R in their own few lines. With three visits an autoregression of order 2 is any Toeplitz matrix.
# Usage: Rscript structures.R   (in this folder; reads mapp_like.csv, writes structures.json)
suppressMessages({library(jsonlite); library(nlme)})
d <- read.csv("mapp_like.csv"); visits <- sort(unique(d$AVISIT)); m <- length(visits)
one <- d[!duplicated(d$USUBJID), ]; n <- nrow(one); d$v <- match(d$AVISIT, visits); d$id <- match(d$USUBJID, one$USUBJID)
d$A <- as.integer(d$ARM == "MDMA"); d$V <- factor(d$v)
Y <- matrix(NA_real_, n, m); Y[cbind(d$id, d$v)] <- d$CHG
arm <- as.integer(one$ARM == "MDMA"); base <- one$BASE
first <- apply(Y, 1, function(y) { k <- m; while (k > 0 && is.na(y[k])) k <- k - 1; k })
correlations <- list(cs = corCompSymm(form = ~ v | id), ar1 = corAR1(form = ~ v | id), toep = corARMA(form = ~ v | id, p = 2))
kinds <- list(cs = c("cs", FALSE), csh = c("cs", TRUE), ar1 = c("ar1", FALSE), ar1h = c("ar1", TRUE), toep = c("toep", FALSE), toeph = c("toep", TRUE))
fit <- function(kind, ids = 1:n) {
  e <- d[d$id %in% ids & !is.na(d$CHG), ]; e <- e[order(e$id, e$v), ]
  args <- list(CHG ~ V * BASE + V * A, data = e, correlation = correlations[[kind[1]]], method = "REML",
               control = glsControl(tolerance = 1e-12, msTol = 1e-14, maxIter = 500, msMaxIter = 500, opt = "nlminb"))
  if (kind[2] == "TRUE") args$weights <- varIdent(form = ~ 1 | v)
  g <- do.call(gls, args)
  full <- data.frame(v = 1:m, id = 1)
  R <- corMatrix(Initialize(g$modelStruct$corStruct, full)); if (is.list(R)) R <- R[[1]]
  R <- { s <- correlations[[kind[1]]]; p <- coef(g$modelStruct$corStruct, unconstrained = FALSE)   # by definition, not by gls' own order
         r <- if (kind[1] == "cs") rep(p, m - 1) else if (kind[1] == "ar1") p^(1:(m - 1)) else ARMAacf(ar = p, lag.max = m - 1)[-1]
         toeplitz(c(1, r)) }
  sd <- rep(g$sigma, m); if (kind[2] == "TRUE") { w <- coef(g$modelStruct$varStruct, unconstrained = FALSE, allCoef = TRUE); sd <- g$sigma * w[as.character(1:m)] }
  list(beta = function(a) sapply(1:m, function(k) predict(g, data.frame(V = factor(k, levels = 1:m), BASE = base, A = a))), sigma = diag(sd) %*% R %*% diag(sd), logLik = as.numeric(logLik(g)))
}
pars <- function(s, f, mu, mr, S) {
  if (f == m || s == "MAR") return(mu); b <- (f + 1):m; if (f == 0) return(mr)
  mu[b] <- if (s == "JR") mr[b] else mu[f] + mr[b] - mr[f]; mu }
complete <- function(f, s) { Z <- Y; M <- f$beta(arm); MR <- f$beta(0)
  for (i in which(rowSums(is.na(Y)) > 0)) { mu <- pars(s, first[i], M[i, ], MR[i, ]); u <- which(is.na(Y[i, ])); o <- setdiff(1:m, u)
    Z[i, u] <- mu[u] + if (length(o)) as.vector(f$sigma[u, o, drop = FALSE] %*% solve(f$sigma[o, o], Y[i, o] - mu[o])) else 0 }
  Z }
difference <- function(Z, keep = 1:n) sapply(1:m, function(v) coef(lm(Z[keep, v] ~ arm[keep] + base[keep]))[[2]])
out <- lapply(kinds, function(kind) { f <- fit(kind)
  list(sigma = f$sigma, log_likelihood = f$logLik, estimate = lapply(c(MAR = "MAR", JR = "JR", CIR = "CIR"), function(s) difference(complete(f, s)))) })
J <- sapply(1:n, function(i) difference(complete(fit(kinds$csh, setdiff(1:n, i)), "JR"), setdiff(1:n, i)))
out$csh$jackknife_se <- list(JR = sqrt((n - 1) / n * rowSums((J - rowMeans(J))^2)))
out$source <- list(r = R.version.string, nlme = as.character(packageVersion("nlme")))
writeLines(toJSON(out, digits = NA, auto_unbox = TRUE, matrix = "rowmajor"), "structures.json")
