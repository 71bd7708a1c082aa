# Negative binomial regression, and multiple imputation of counts after leaving a trial, in plain R.
# Usage: Rscript oracle.R   (in this folder; writes counts.csv and expected.json)
suppressMessages({library(jsonlite); library(MASS); library(glmmTMB)})
set.seed(20261126)
n <- 160; arm <- rep(0:1, n / 2); base <- round(rnorm(n, 0, 1), 2); planned <- 12
frailty <- rgamma(n, 1 / 0.6, 0.6^-1); rate <- 0.35 * exp(-0.5 * arm + 0.3 * base) * frailty
time <- ifelse(runif(n) < 0.28, round(runif(n, 1, 11), 1), planned)
events <- rpois(n, rate * time)
d <- data.frame(USUBJID = sprintf("N%03d", 1:n), TRTP = c("PBO", "MDMA")[arm + 1], BASE = base, EVENTS = events, FUTIME = time)
write.csv(d, "counts.csv", row.names = FALSE, quote = FALSE)
d$A <- arm
g <- glmmTMB(EVENTS ~ A + BASE + offset(log(FUTIME)), d, family = nbinom2, control = glmmTMBControl(optArgs = list(rel.tol = 1e-15), optCtrl = list(iter.max = 1000, eval.max = 1000)))
m <- glm.nb(EVENTS ~ A + BASE + offset(log(FUTIME)), d, control = glm.control(epsilon = 1e-14, maxit = 200))
p <- glm(EVENTS ~ A + BASE + offset(log(FUTIME)), poisson, d, control = glm.control(epsilon = 1e-14))
out <- list(glmmTMB = list(beta = fixef(g)$cond, dispersion = 1 / sigma(g), se = sqrt(diag(vcov(g)$cond)), log_likelihood = as.numeric(logLik(g))),
            MASS = list(beta = coef(m), dispersion = 1 / m$theta, log_likelihood = as.numeric(logLik(m))),
            poisson = list(beta = coef(p), se = sqrt(diag(vcov(p))), log_likelihood = as.numeric(logLik(p))))
# Own likelihood with its Hessian in (beta, log k) by differences, for the draws.
X <- cbind(1, arm, base)
ll <- function(th, y, t) { k <- exp(th[4]); sum(dnbinom(y, size = 1 / k, mu = t * exp(as.vector(X %*% th[1:3])), log = TRUE)) }
fit <- function(y, t, start) { b <- suppressWarnings(glm.nb(y ~ arm + base + offset(log(t)), control = glm.control(maxit = 100))); th <- c(coef(b), -log(b$theta))
  for (i in 1:2) { H <- hess(th, y, t); th <- th - solve(H, grad(th, y, t)) }   # Newton, by differences
  list(theta = th, vcov = solve(-hess(th, y, t))) }
grad <- function(th, y, t) sapply(1:4, function(j) { e <- replace(numeric(4), j, 1e-4); (8 * (ll(th + e, y, t) - ll(th - e, y, t)) - (ll(th + 2 * e, y, t) - ll(th - 2 * e, y, t))) / 12e-4 })
hess <- function(th, y, t) { H <- sapply(1:4, function(j) { e <- replace(numeric(4), j, 1e-3); (8 * (grad(th + e, y, t) - grad(th - e, y, t)) - (grad(th + 2 * e, y, t) - grad(th - 2 * e, y, t))) / 12e-3 }); (H + t(H)) / 2 }
f0 <- fit(events, time, c(coef(m), -log(m$theta)))
out$own <- list(theta = f0$theta, vcov = f0$vcov)
M <- 200; left <- planned - time; who <- left > 0; root <- t(chol(f0$vcov))
impute <- function(s, delta) { est <- replicate(M, { th <- f0$theta + as.vector(root %*% rnorm(4)); k <- exp(th[4])
    own <- exp(as.vector(X %*% th[1:3])); ref <- exp(th[1] + th[3] * base)
    before <- if (s == "CR") ref else own; after <- (if (s == "MAR") own else ref) * ifelse(arm == 1, delta, 1)
    G <- rgamma(n, 1 / k + events, 1 / k + before * time); y <- events; y[who] <- y[who] + rpois(sum(who), (G * after * left)[who])
    f <- fit(y, rep(planned, n), th); c(f$theta[2], f$vcov[2, 2]) })
  W <- mean(est[2, ]); B <- var(est[1, ]); list(estimate = mean(est[1, ]), within = W, between = B, se = sqrt(W + (1 + 1 / M) * B)) }
out$imputed <- list(MAR = impute("MAR", 1), JR = impute("JR", 1), CR = impute("CR", 1), JR_delta2 = impute("JR", 2))
out$draws <- M; out$planned <- planned; out$data <- as.list(d[, c("TRTP", "BASE", "EVENTS", "FUTIME")])
out$source <- list(r = R.version.string, MASS = as.character(packageVersion("MASS")), glmmTMB = as.character(packageVersion("glmmTMB")))
writeLines(toJSON(out, digits = NA, auto_unbox = TRUE, matrix = "rowmajor"), "expected.json")
