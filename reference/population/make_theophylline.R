# Writes theophylline.csv from R's datasets::Theoph in NONMEM's columns: run in this folder with
#   Rscript make_theophylline.R
# Doses become mg (mg/kg times the weight). SEX is the 0/1 column that NONMEM's THEOPP example adds: 0 for people 1 to 6.
t <- datasets::Theoph
t$ID <- as.integer(as.character(t$Subject))
t <- t[order(t$ID, t$Time), ]
rows <- do.call(rbind, lapply(split(t, t$ID), function(s) {
  sex <- as.integer(s$ID[1] > 6)
  dose <- data.frame(ID = s$ID[1], TIME = 0, AMT = s$Dose[1] * s$Wt[1], DV = NA, EVID = 1, WT = s$Wt[1], SEX = sex)
  rbind(dose, data.frame(ID = s$ID, TIME = s$Time, AMT = NA, DV = s$conc, EVID = 0, WT = s$Wt, SEX = sex))
}))
rows$AMT <- round(rows$AMT, 6)
write.table(rows, "theophylline.csv", sep = ",", quote = FALSE, row.names = FALSE, na = ".")
