# CPU seconds a participant that mrgsolve takes for the reference model (README.md), all 579 times and six states kept, and its largest
# difference from participant_N.csv in units of the tolerance: rtol 1e-6, atol 1e-8. Best of five rounds over 2,000 people.
suppressMessages(library(mrgsolve))
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
'
n <- 2000L
scope <- new.env()
source(file.path(here, "population.R"), local = scope, chdir = TRUE)
people <- scope$people[seq_len(n), ]
model <- update(mcode("reference", code, quiet = TRUE), rtol = 1e-6, atol = 1e-8, maxsteps = 50000, digits = -1)
sessions <- c(0, 672, 1344)
doses <- ev(time = c(rbind(sessions, sessions + 2)), amt = rep(c(80, 40), 3))
times <- c(outer(seq(0, 48, 0.25), sessions, `+`))
run <- function() mrgsim_ei(model, doses, people, add = times, end = -1, obsonly = TRUE, output = "df")
rows <- run()
seconds <- min(replicate(5, sum(system.time(run())[c("user.self", "sys.self")])))
worst <- max(sapply(1:5, function(i) {
  truth <- as.matrix(read.csv(file.path(here, paste0("participant_", i, ".csv")))[, -1])
  found <- as.matrix(rows[rows$ID == i, c("GUT", "CENT", "ENZ", "MET", "CE", "RESP")])
  max(abs(found - truth) / (1e-8 + 1e-6 * abs(truth)))
}))
cat(sprintf("%s,%.3g,%.2f\n", as.character(packageVersion("mrgsolve")), seconds / n, worst))
