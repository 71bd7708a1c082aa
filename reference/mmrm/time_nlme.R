# CPU time of nlme's gls with an unstructured covariance on a data set of this folder. Prints task,seconds.
suppressMessages(library(nlme))
here <- dirname(sub("--file=", "", grep("--file=", commandArgs(FALSE), value = TRUE)))
fit <- function(file, formula, rounds) {
  d <- read.csv(file.path(here, file))
  d$visit <- as.integer(factor(d$AVISIT))
  d <- d[!is.na(d$CHG), ]
  one <- function() gls(formula, d, correlation = corSymm(form = ~ visit | USUBJID), weights = varIdent(form = ~ 1 | visit), method = "REML")
  one()
  time <- system.time(for (i in seq_len(rounds)) one())
  (time[["user.self"]] + time[["sys.self"]]) / rounds
}
formula <- CHG ~ BASE + ARM * AVISIT
cat(sprintf("us fit of 100 participants at 3 visits,%g\n", fit("mapp_like.csv", formula, 5)))
cat(sprintf("us fit of 300 participants at 10 visits,%g\n", fit("long10_n300.csv", formula, 1)))
