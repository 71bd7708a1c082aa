# CPU seconds a participant that mrgsolve takes for the reference model (README.md): 579 times, six states and the concentration. Lines of
# version, what, tolerance, seconds, largest difference from participant_N.csv in units of 1e-8 + 1e-6 of the value; best of rounds over 2,000 people.
suppressMessages({
  library(mrgsolve)
  library(matrixStats)
})
here <- "reference/pharm"
code <- '
$PARAM KA = 1.2, V = 330, CLO = 16, CL2D6 = 30, TLAG = 0.4, KE0 = 0.8, EC50 = 0.15,
BIO = 0.9, KDEG = 0.0149, KINACT = 2.0, KI = 0.30, FM = 0.6, KMET = 0.25, EMAX = 1.5, KOUT = 0.5
$CMT GUT CENT ENZ MET CE RESP
$MAIN
F_GUT = BIO;
ALAG_GUT = TLAG;
ENZ_0 = 1;
RESP_0 = 1;
$ODE
double C = CENT / V;
double through = CL2D6 * ENZ * C;
dxdt_GUT = -KA * GUT;
dxdt_CENT = KA * GUT - CLO * C - through;
dxdt_ENZ = KDEG * (1 - ENZ) - KINACT * C / (KI + C) * ENZ;
dxdt_MET = FM * through - KMET * MET;
dxdt_CE = KE0 * (C - CE);
dxdt_RESP = KOUT * (1 + EMAX * CE / (EC50 + CE)) - KOUT * RESP;
$TABLE
capture CONC = 1000 * CENT / V;
'
n <- 2000L
columns <- c("GUT", "CENT", "ENZ", "MET", "CE", "RESP")
scope <- new.env()
source(file.path(here, "population.R"), local = scope, chdir = TRUE)
people <- scope$people[seq_len(n), ]
model <- mcode("reference", code, quiet = TRUE)
sessions <- c(0, 672, 1344)
doses <- ev(time = c(rbind(sessions, sessions + 2)), amt = rep(c(80, 40), 3))
times <- c(outer(seq(0, 48, 0.25), sessions, `+`))
rows_at <- function(rtol) {
  how <- update(model, rtol = rtol, atol = rtol / 100, maxsteps = 500000, digits = -1)
  mrgsim_ei(how, doses, people, add = times, end = -1, obsonly = TRUE, output = "df")
}
error_of <- function(rows) {
  max(sapply(1:5, function(i) {
    truth <- as.matrix(read.csv(file.path(here, paste0("participant_", i, ".csv")))[, -1])
    found <- as.matrix(rows[rows$ID == i, columns])
    max(abs(found - truth) / (1e-8 + 1e-6 * abs(truth)))
  }))
}
# What `entact simulate` shows of a population, by the fastest of the packages tried (matrixStats; data.table and collapse are slower).
means_of <- function(rows) {
  lapply(rows[, c("CONC", columns)], function(x) {
    by_time <- matrix(x, nrow = length(times))
    list(rowMeans(by_time), rowSds(by_time))
  })
}
quantiles_of <- function(rows) {
  lapply(rows[, c("CONC", columns)], function(x) {
    colQuantiles(matrix(x, ncol = length(times), byrow = TRUE), probs = c(0.05, 0.25, 0.5, 0.75, 0.95))
  })
}
seconds_of <- function(run) {
  rounds <- replicate(5, {
    gc(FALSE)
    sum(system.time(run(), gcFirst = FALSE)[c("user.self", "sys.self")])
  })
  min(rounds) / n
}
say <- function(what, rtol, seconds, error) {
  cat(sprintf("%s,%s,%g,%.3g,%.2f\n", as.character(packageVersion("mrgsolve")), what, rtol, seconds, error))
}
for (rtol in c(1e-6, 1e-7, 8e-8, 6e-8, 5e-8, 4e-8, 3e-8, 1e-8)) {
  rows <- rows_at(rtol)
  error <- error_of(rows)
  if (rtol < 1e-6 && error > 0.32) next # of the tolerances below, the first that is as exact as Entact at 1e-6
  say("every row", rtol, seconds_of(function() rows_at(rtol)), error)
  say("means", rtol, seconds_of(function() means_of(rows_at(rtol))), error)
  say("means and quantiles", rtol, seconds_of(function() {
    found <- rows_at(rtol)
    means_of(found)
    quantiles_of(found)
  }), error)
  if (rtol < 1e-6) break
}
