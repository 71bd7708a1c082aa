# Courses of people whose weight, fraction and lag change from record to record, by mrgsolve,
# which carries values backward (nocb = TRUE, its default) or forward: writes changing.csv.
suppressMessages(library(mrgsolve))
code <- '
$PARAM KA = 1.2, V0 = 300, CLO = 16, CL2D6 = 30, WT = 70, LAG = 0.4, BIO = 0.9
$CMT GUT CENT ENZ
$MAIN
F_GUT = BIO;
ALAG_GUT = LAG;
ENZ_0 = 1;
double V = V0 * WT / 70;
double CLOW = CLO * pow(WT / 70, 0.75);
$ODE
double C = CENT / V;
dxdt_GUT = -KA * GUT;
dxdt_CENT = KA * GUT - CLOW * C - CL2D6 * ENZ * C;
dxdt_ENZ = 0.0149 * (1 - ENZ) - 2.0 * C / (0.30 + C) * ENZ;
$TABLE
double CONC = CENT / V;
$CAPTURE CONC
'
model <- mcode("changing", code, quiet = TRUE)
model <- update(model, rtol = 1e-12, atol = 1e-13, maxsteps = 200000, digits = -1)
row <- function(ID, time, amt, evid, WT, BIO = 0.9, LAG = 0.4, rate = 0, addl = 0, ii = 0, cmt = 1, ss = 0)
  data.frame(ID, time, amt, rate, addl, ii, ss, evid, cmt, WT, BIO, LAG)
data <- rbind(
  # 1: weight changes at observations and at a dose
  row(1, 0, 80, 1, 70), row(1, 3, 0, 0, 70), row(1, 6, 0, 2, 80), row(1, 10, 0, 0, 95),
  row(1, 24, 40, 1, 95), row(1, 27, 0, 0, 95), row(1, 48, 0, 0, 60),
  # 2: lag and fraction of a dose that enters after a change
  row(2, 0, 80, 1, 70, 0.9, 1.5), row(2, 1, 0, 0, 70, 0.5, 0.2), row(2, 2, 0, 0, 90, 0.5, 0.2),
  row(2, 4, 80, 1, 90, 0.5, 0.2), row(2, 6, 0, 0, 90, 0.5, 0.2), row(2, 12, 0, 0, 50, 0.5, 0.2),
  # 3: an infusion that runs across a change
  row(3, 0, 60, 1, 70, 1, 0, rate = 10, cmt = 2), row(3, 2, 0, 0, 70, 1, 0), row(3, 4, 0, 0, 110, 1, 0),
  row(3, 8, 0, 0, 110, 1, 0), row(3, 20, 0, 0, 40, 1, 0),
  # 4: additional doses that outlast a change of weight
  row(4, 0, 40, 1, 70, addl = 3, ii = 6), row(4, 5, 0, 0, 70), row(4, 9, 0, 0, 100),
  row(4, 15, 0, 0, 100), row(4, 23, 0, 0, 130), row(4, 40, 0, 0, 60),
  # 5: rows of one time that differ
  row(5, 0, 80, 1, 70), row(5, 6, 0, 2, 90), row(5, 6, 40, 1, 50), row(5, 12, 0, 0, 50), row(5, 18, 0, 0, 70))
out <- data
for (nocb in c(TRUE, FALSE)) {
  got <- mrgsim_df(model, data, nocb = nocb, obsonly = FALSE, recsort = 3)
  stopifnot(all(got$time == data$time))
  out[[if (nocb) "backward" else "forward"]] <- formatC(got$CONC, digits = 14, format = "e")
}
names(out)[names(out) == "time"] <- "TIME"
names(out)[1:9] <- toupper(names(out)[1:9])
write.csv(out, "changing.csv", row.names = FALSE, quote = FALSE)
