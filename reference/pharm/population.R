# The population whose first five people are parameters5.csv: log-normal around typical values.
set.seed(20261123)
n <- 100000L
ln <- function(typical, sd) typical * exp(rnorm(n, 0, sd))
people <- data.frame(ID = seq_len(n),
  KA = ln(1.2, .40), V = ln(330, .20), CLO = ln(16, .25), CL2D6 = ln(30, .45),
  TLAG = ln(0.40, .30), KE0 = ln(0.8, .30), EC50 = ln(0.15, .35))
people[-1] <- lapply(people[-1], signif, 12)
write.table(people[1:5, ], "parameters5.csv", sep = ",", row.names = FALSE, quote = FALSE)
