# Inputs of the survival oracles, generated: ties (whole days), strata, delayed entry, covariates that change with time,
# weights, recurrent events and competing risks. Usage: Rscript make_input.R FOLDER
folder <- commandArgs(TRUE)[1]
set.seed(20261125)
n <- 150
id <- seq_len(n); arm <- rbinom(n, 1, 0.5); site <- sample(0:3, n, TRUE); x1 <- round(rnorm(n), 3); w <- round(runif(n, 0.4, 2.1), 2)
enter <- ifelse(runif(n) < 0.3, floor(runif(n, 1, 20)), 0)
hazard <- 0.02 * exp(-0.6 * arm + 0.4 * x1 + 0.1 * site)
end <- enter + ceiling(rexp(n, hazard)); censor <- enter + ceiling(runif(n, 20, 90))
stop <- pmin(end, censor); event <- as.integer(end <= censor)
rows <- lapply(id, function(i) {  # x2 changes at one visit half way
  cut <- floor((enter[i] + stop[i]) / 2); v <- round(rnorm(2, 0.3 * x1[i]), 3)
  if (cut > enter[i] && cut < stop[i])
    data.frame(id = i, start = c(enter[i], cut), stop = c(cut, stop[i]), event = c(0L, event[i]), x2 = v)
  else data.frame(id = i, start = enter[i], stop = stop[i], event = event[i], x2 = v[1])
})
d <- do.call(rbind, rows)
d <- cbind(d, arm = arm[d$id], x1 = x1[d$id], dose = (d$id * 7) %% 3, site = site[d$id], weight = w[d$id])
write.csv(d, file.path(folder, "start_stop.csv"), row.names = FALSE, quote = FALSE)

m <- 60  # recurrent events: relapses of 60 participants within two years, more in some (frailty)
rec <- do.call(rbind, lapply(seq_len(m), function(i) {
  a <- i %% 2; z <- rgamma(1, 2, 2); x <- round(rnorm(1), 2); follow <- ceiling(runif(1, 200, 730)); t <- 0; out <- NULL
  repeat {
    s <- t + ceiling(rexp(1, z * 0.004 * exp(-0.5 * a + 0.3 * x)))
    if (s >= follow) { out <- rbind(out, data.frame(id = i, start = t, stop = follow, event = 0, arm = a, x1 = x)); break }
    out <- rbind(out, data.frame(id = i, start = t, stop = s, event = 1, arm = a, x1 = x)); t <- s
  }
  out
}))
write.csv(rec, file.path(folder, "recurrent.csv"), row.names = FALSE, quote = FALSE)

k <- 240  # competing risks: 1 relapse, 2 withdrawal; 0 censored
a <- sample(0:2, k, TRUE); x <- round(rnorm(k), 2); s <- sample(0:1, k, TRUE)
t1 <- ceiling(rexp(k, 0.03 * exp(-0.5 * (a == 1) - 0.2 * (a == 2) + 0.3 * x))); t2 <- ceiling(rexp(k, 0.02 * exp(0.3 * (a == 1)))); c0 <- ceiling(runif(k, 10, 80))
time <- pmin(t1, t2, c0); cause <- ifelse(time == t1, 1, ifelse(time == t2, 2, 0))
write.csv(data.frame(id = seq_len(k), time = time, cause = cause, arm = a, x1 = x, site = s), file.path(folder, "competing.csv"), row.names = FALSE, quote = FALSE)

q <- 60  # few distinct times, ties of up to some ten events: for exact and discrete likelihoods
ex <- data.frame(id = seq_len(q), arm = rbinom(q, 1, 0.5), x1 = round(rnorm(q), 2))
ex$time <- pmin(12, ceiling(rexp(q, 0.15 * exp(-0.7 * ex$arm + 0.4 * ex$x1)))); ex$event <- as.integer(ex$time < 12 & runif(q) < 0.85)
write.csv(ex[c("id", "time", "event", "arm", "x1")], file.path(folder, "tied.csv"), row.names = FALSE, quote = FALSE)
