# CPU time of R's lm and emmeans, at each visit of input.csv: least-squares means and differences. Prints task,seconds.
suppressMessages(library(emmeans))
here <- dirname(sub("--file=", "", grep("--file=", commandArgs(FALSE), value = TRUE)))
d <- read.csv(file.path(here, "input.csv"))
d$ARM <- factor(d$ARM)
visits <- unique(d$AVISIT)
one <- function() for (v in visits) {
  fit <- lm(CHG ~ BASE + ARM, d[d$AVISIT == v, ])
  means <- emmeans(fit, "ARM")
  list(summary(fit), as.data.frame(summary(means)), as.data.frame(summary(pairs(means), infer = TRUE)))
}
one()
rounds <- 20
time <- system.time(for (i in seq_len(rounds)) one())
cat(sprintf("ANCOVA with means and differences at %d visits,%g\n", length(visits), (time[["user.self"]] + time[["sys.self"]]) / rounds))
