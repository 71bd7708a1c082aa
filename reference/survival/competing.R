# What R's cmprsk makes of competing.csv, and survival of recurrent.csv. Usage: Rscript competing.R FOLDER competing.json
suppressMessages({library(cmprsk); library(survival); library(jsonlite)})
args <- commandArgs(TRUE); d <- read.csv(file.path(args[1], "competing.csv")); rc <- read.csv(file.path(args[1], "recurrent.csv"))
incidence <- function(f) lapply(f[names(f) != "Tests"], function(g) {  # corners of a step function: keep the upper ones
  keep <- c(diff(g$time) > 0, TRUE); keep[1] <- FALSE; list(time = g$time[keep], est = g$est[keep], se = sqrt(g$var[keep])) })
tests <- function(f) list(statistic = unname(f$Tests[, "stat"]), df = unname(f$Tests[, "df"]))
all <- with(d, cuminc(time, cause)); by <- with(d, cuminc(time, cause, arm))
two <- subset(d, arm < 2)
mcf <- function(r) { f <- survfit(Surv(start, stop, event) ~ 1, r, id = id); keep <- f$n.event > 0; list(time = f$time[keep], n = f$n.risk[keep], mean = f$cumhaz[keep], se = f$std.chaz[keep]) }
direct <- function(r) {  # Lawless and Nadeau 1995, equation by equation
  t <- sort(unique(r$stop[r$event == 1])); n <- sapply(t, function(s) sum(r$start < s & s <= r$stop)); dd <- sapply(t, function(s) sum(r$stop == s & r$event == 1))
  psi <- sapply(unique(r$id), function(i) { q <- r[r$id == i, ]; cumsum(sapply(seq_along(t), function(k) (sum(q$stop == t[k] & q$event == 1) - any(q$start < t[k] & t[k] <= q$stop) * dd[k] / n[k]) / n[k])) })
  list(time = t, n = n, mean = cumsum(dd / n), se = sqrt(rowSums(psi^2)))
}
writeLines(toJSON(list(source = paste("R", getRversion(), "cmprsk", packageVersion("cmprsk"), "survival", packageVersion("survival")),
  all = incidence(all), by = incidence(by),
  gray = list(three = tests(by), rho1 = tests(with(d, cuminc(time, cause, arm, rho = 1))), strata = tests(with(d, cuminc(time, cause, arm, site))), two = tests(with(two, cuminc(time, cause, arm)))),
  fine_gray = lapply(1:2, function(k) { f <- with(d, crr(time, cause, cbind(as.integer(arm == 1), as.integer(arm == 2), x1), failcode = k, gtol = 1e-12, maxiter = 50)); list(coef = unname(f$coef), se = unname(sqrt(diag(f$var))), loglik = f$loglik, null_loglik = f$loglik.null) }),
  mean_cumulative = mcf(rc), lawless_nadeau = direct(rc)), digits = I(15), auto_unbox = TRUE), args[2])
