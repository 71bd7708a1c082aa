# The same trials in R: simulate, fit an unstructured model by nlme, test the last visit, count responders.
# Usage: Rscript simulate.R REPLICATES SEED > r.json
suppressMessages(library(nlme))
args <- commandArgs(TRUE)
replicates <- as.integer(args[1])
set.seed(as.integer(args[2]))
n <- 104
change <- c(-6, -10, -12, -15)
effect <- c(-2, -4, -5, -6)
sd <- c(7, 12, 12, 12, 12)
root <- chol(outer(sd, sd) * (0.5 + 0.5 * diag(5)))
one <- function() {
  arm <- c(replicate(n / 4, sample(c(0, 0, 1, 1)))) # permuted blocks of 4; 1 is MDMA
  own <- matrix(rnorm(n * 5), n) %*% root
  base <- 39 + own[, 1]
  y <- 39 + own[, -1] + rep(change, each = n) + outer(arm, effect)
  for (i in seq_len(n)) {
    last <- 0
    for (k in 1:4) {
      worse <- if (k == 1) 0 else (y[i, k - 1] - base[i] - change[k - 1]) / 10
      if (runif(1) < plogis(qlogis(0.05) + 0.5 * worse)) { y[i, k:4] <- NA; break }
    }
  }
  d <- data.frame(id = rep(seq_len(n), 4), visit = rep(1:4, each = n), arm = rep(arm, 4), base = rep(base, 4), chg = c(y - base))
  d <- d[!is.na(d$chg), ]
  d <- d[order(d$id, d$visit), ]
  d$f <- factor(d$visit)
  fit <- tryCatch(gls(chg ~ f + base + arm:f - 1, d, correlation = corSymm(form = ~visit | id), weights = varIdent(form = ~1 | f)),
                  error = function(e) NULL)
  last <- d[d$visit == 4, ]
  p <- tapply(last$chg <= -10, last$arm, mean)
  if (is.null(fit)) return(c(NA, NA, p[["1"]] - p[["0"]]))
  t <- summary(fit)$tTable["f4:arm", ]
  c(t[["Value"]], t[["Std.Error"]], p[["1"]] - p[["0"]])
}
start <- proc.time()
found <- t(replicate(replicates, one()))
spent <- sum((proc.time() - start)[c("user.self", "sys.self")])
z <- abs(found[, 1] / found[, 2])
df <- 80 # nlme has no Kenward-Roger; about its value at the last visit
m <- function(x) mean(x, na.rm = TRUE)
cat(sprintf('{"tool": "R %s, nlme %s", "replicates": %d, "no_fit": %d, "estimate": %.6f, "estimate_sd": %.6f, "se": %.6f, "power": %.6f, "responders": %.6f, "responders_sd": %.6f, "seconds_a_replicate": %.6f}\n',
            getRversion(), packageVersion("nlme"), replicates, sum(is.na(found[, 1])), m(found[, 1]), stats::sd(found[, 1], na.rm = TRUE), m(found[, 2]),
            m(2 * pt(-z, df) < 0.05), m(found[, 3]), stats::sd(found[, 3]), spent / replicates))
