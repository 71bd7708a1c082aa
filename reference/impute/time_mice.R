# CPU time of R's mice: 500 imputations of the three visits of mapp_like.csv, visit after visit by Bayesian regression in each arm under
# missing at random, the analysis of covariance of each, and Rubin's rules. Prints task,seconds.
suppressMessages(library(mice))
here <- dirname(sub("--file=", "", grep("--file=", commandArgs(FALSE), value = TRUE)))
d <- read.csv(file.path(here, "mapp_like.csv"))
wide <- reshape(d[, c("USUBJID", "ARM", "BASE", "AVISIT", "CHG")], idvar = c("USUBJID", "ARM", "BASE"), timevar = "AVISIT", direction = "wide")
wide$ARM <- factor(wide$ARM, levels = c("PBO", "MDMA"))
visits <- grep("^CHG", names(wide), value = TRUE)
one <- function() {
  imputed <- mice(wide[, c("ARM", "BASE", visits)], m = 500, method = "norm", maxit = 5, printFlag = FALSE, seed = 1)
  for (v in visits) {
    formula <- as.formula(paste(v, "~ BASE + ARM"))
    fits <- lapply(seq_len(500), function(k) lm(formula, complete(imputed, k)))
    summary(pool(as.mira(fits)))
  }
}
time <- system.time(one())
cat(sprintf("500 imputations under missing at random with ANCOVA at 3 visits and Rubin,%g\n", time[["user.self"]] + time[["sys.self"]]))
