# Times metafor on REML + Hartung-Knapp + prediction + Q-profile interval, as pool_bench does Entact.
# Usage: Rscript time_metafor.R input.json [large.json]; the second file gets the answers for the larger sets.
suppressMessages({library(metafor); library(jsonlite)})
args <- commandArgs(TRUE)
# The same studies as made_studies() of pool_bench.cpp: no random numbers, so both sides can make them.
made <- function(k) {
  i <- seq_len(k); u <- (i * sqrt(2)) %% 1; w <- (i * (sqrt(5) - 1) / 2) %% 1
  v <- 0.009 + 0.591 * w^2
  list(yi = 0.4 + sqrt(0.1 + v) * qnorm(u), vi = v)
}
whole <- function(d) { r <- rma(d$yi, d$vi, method = "REML", test = "knha"); list(r = r, p = predict(r), c = confint(r)) }
median_of <- function(d, runs, inner) {
  whole(d)
  t <- sapply(seq_len(runs), function(i) { s <- system.time(for (j in seq_len(inner)) whole(d)); c(s[["elapsed"]], s[["user.self"]] + s[["sys.self"]]) / inner })
  sprintf("wall median %10.3f ms (quartiles %.3f to %.3f), cpu median %10.3f ms", 1e3 * median(t[1, ]), 1e3 * quantile(t[1, ], .25),
          1e3 * quantile(t[1, ], .75), 1e3 * median(t[2, ]))
}
bcg <- fromJSON(args[1])$bcg_logRR
cat("metafor", as.character(packageVersion("metafor")), R.version.string, extSoftVersion()[["BLAS"]], "\n")
cat("k =    13", median_of(bcg, 21, 10), "\n")
cat("k =   100", median_of(made(100), 11, 1), "\n")
cat("k =  1000", median_of(made(1000), 3, 1), "\n")
if (length(args) > 1) {
  answers <- lapply(c(`100` = 100, `1000` = 1000), function(k) {
    d <- made(k); r <- rma(d$yi, d$vi, method = "REML", test = "knha", control = list(threshold = 1e-13, maxiter = 10000))
    c(list(value = unname(r$beta[1]), se = r$se, tau2 = r$tau2), list(tau2_interval = unname(confint(r, control = list(tol = 1e-13))$random[1, 2:3])))
  })
  writeLines(toJSON(answers, auto_unbox = TRUE, digits = I(15)), args[2])
}
