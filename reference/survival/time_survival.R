# Times R's survival as cox_bench does Entact. Usage: Rscript time_survival.R
library(survival)
# The same rows as made() of cox_bench.cpp: no random numbers, so both sides can make them.
made <- function(n, days) {
  i <- seq_len(n); x <- sapply(sqrt(c(2, 3, 5, 7, 11, 13, 17, 19, 23, 29)), function(r) (i * r) %% 1 - 0.5)
  time <- -200 * log((i * sqrt(31)) %% 1) * exp(-drop(x %*% (0.1 * (0:9 - 4)))); censored <- 50 + 400 * ((i * sqrt(37)) %% 1)
  list(x = x, time = if (days) ceiling(pmin(time, censored)) else pmin(time, censored), event = as.integer(time <= censored))
}
cpu <- function(label, f) { s <- system.time(f()); cat(sprintf("%-44s cpu %8.2f s, wall %8.2f s\n", label, s[["user.self"]] + s[["sys.self"]], s[["elapsed"]])) }
cat("survival", as.character(packageVersion("survival")), R.version.string, extSoftVersion()[["BLAS"]], "\n")
for (days in c(FALSE, TRUE)) {
  d <- made(1e5, days)
  cpu(paste("100,000 rows", if (days) "days" else "continuous"), function() coxph(Surv(d$time, d$event) ~ d$x))
  cpu(paste("100,000 rows", if (days) "days" else "continuous", "robust"), function() coxph(Surv(d$time, d$event) ~ d$x, robust = TRUE))
  d <- made(1e6, days)
  cpu(paste("1,000,000 rows", if (days) "days" else "continuous"), function() coxph(Surv(d$time, d$event) ~ d$x))
}
cpu("curve, 1,000,000 rows, days", function() survfit(Surv(d$time, d$event) ~ 1, conf.type = "log-log"))
