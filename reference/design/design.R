# Design matrices (model.matrix, lm's aliasing) and least-squares means (emmeans) of R, for the
# formulas below. Run in this folder: LC_ALL=C Rscript design.R
suppressMessages({library(jsonlite); library(emmeans)})
set.seed(20261125)
n <- 36
person <- data.frame(USUBJID = sprintf("P%02d", 1:n),
                     ARM = rep(c("PLACEBO", "MDMA", "LOW DOSE"), length.out = n),
                     SITE = sample(c("S1", "S2", "S3"), n, TRUE, c(.5, .3, .2)),
                     SEX = sample(c("F", "M"), n, TRUE, c(.65, .35)),
                     PRIOR = rbinom(n, 1, .3), AGE = round(rnorm(n, 40, 9)),
                     BASE = round(rnorm(n, 44, 6), 1))
d <- merge(person, data.frame(AVISIT = c("WEEK 10", "WEEK 2", "WEEK 6"), AVISITN = c(10, 2, 6)))
d <- d[order(d$USUBJID, d$AVISITN), ]
d$CHG <- round(-5 - .2 * d$BASE - 4 * (d$ARM == "MDMA") - .3 * d$AVISITN + rnorm(nrow(d), 0, 6), 2)
d$CHG[sample(nrow(d), 9)] <- NA
d$BASE[d$USUBJID %in% c("P07", "P21")] <- NA
d$CHG[d$ARM == "LOW DOSE" & d$AVISIT == "WEEK 10"] <- NA   # an empty cell
d$`my col` <- round(runif(nrow(d)), 3)
write_json(as.list(d), "input.json", digits = NA, na = "null")

formulas <- c(
  "CHG ~ BASE + ARM", "CHG ~ BASE * AVISIT + ARM * AVISIT", "CHG ~ ARM:AVISIT", "CHG ~ ARM + ARM:AVISIT",
  "CHG ~ AVISIT + ARM:AVISIT", "CHG ~ 0 + ARM", "CHG ~ ARM - 1 + BASE", "CHG ~ 0 + BASE + BASE:ARM",
  "CHG ~ 0 + AVISIT + ARM:AVISIT + BASE", "CHG ~ BASE:ARM", "CHG ~ BASE + BASE:ARM:SEX", "CHG ~ ARM:SEX + SEX",
  "CHG ~ (ARM + SEX + SITE)^2", "CHG ~ (ARM + SEX + SITE)^2 - ARM:SITE", "CHG ~ ARM * SEX * BASE - ARM:SEX:BASE",
  "CHG ~ ARM / SEX", "CHG ~ SEX / (ARM + BASE)", "CHG ~ SEX:ARM + ARM:SEX + ARM + SEX", "CHG ~ factor(AVISITN) * ARM",
  "CHG ~ poly(AGE, 3) + ARM + BASE", "CHG ~ poly(AGE, 2, raw = TRUE) * ARM", "CHG ~ poly(AGE, degree = 2):ARM",
  "CHG ~ log(AGE) + I(BASE^2) + sqrt(BASE) + exp(-BASE/50) + I(BASE - AGE)", "log(100 + CHG) ~ BASE + ARM",
  "CHG ~ `my col` * ARM", "CHG ~ BASE + AGE + I(BASE + AGE) + ARM", "CHG ~ PRIOR + SEX + BASE", "CHG ~ 1",
  "CHG ~ ARM * AVISIT + SITE + AGE", "CHG ~ ARM + PRIOR * SITE + BASE", "CHG ~ ARM * poly(AGE, 2) + SEX",
  "~ BASE + ARM:SEX", "CHG ~ BASE + 1 + ARM + 0", "CHG ~ -1 + SEX:BASE + SEX", "CHG ~ SITE + BASE %in% SITE")
formulas <- formulas[!grepl("%in%", formulas)]
design <- lapply(formulas, function(text) {
  f <- as.formula(text)
  frame <- model.frame(f, d, drop.unused.levels = TRUE)
  x <- model.matrix(f, frame)
  q <- qr(x)
  kept <- sort(q$pivot[seq_len(q$rank)])
  i <- seq_len(nrow(x))
  list(formula = text, terms = I(attr(terms(f), "term.labels")), columns = I(colnames(x)[kept]),
       aliased = I(if (q$rank < ncol(x)) colnames(x)[q$pivot[(q$rank + 1):ncol(x)]] else character()),
       rows = I(as.integer(match(rownames(frame), rownames(d)))),
       sums = I(unname(colSums(x[, kept, drop = FALSE]))),
       moments = I(unname(colSums(x[, kept, drop = FALSE] * sin(i)))),
       first = I(unname(x[1, kept])), last = I(unname(x[nrow(x), kept])))
})
means <- function(text, by, weights = "equal", subset = TRUE) {
  fit <- eval(bquote(lm(.(as.formula(text)), d[.(subset), ])))
  grid <- if (weights == "counterfactual")
    emmeans(fit, by, counterfactuals = by) else
    emmeans(fit, if (length(by)) by else ~1, weights = weights)
  s <- as.data.frame(summary(grid))
  levels <- lapply(seq_len(nrow(s)), function(i) I(vapply(by, function(b) as.character(s[i, b]), "")))
  list(formula = text, by = I(by), weights = weights, full = identical(subset, TRUE), at = levels,
       estimate = s$emmean, se = s$SE)
}
full <- !(d$ARM == "LOW DOSE")
lsmeans <- list(
  means("CHG ~ BASE + ARM", "ARM"), means("CHG ~ BASE * AVISIT + ARM * AVISIT", c("ARM", "AVISIT")),
  means("CHG ~ BASE * AVISIT + ARM * AVISIT", "ARM"),
  means("CHG ~ BASE * AVISIT + ARM * AVISIT", c("ARM", "AVISIT"), subset = full),
  means("CHG ~ BASE * AVISIT + ARM * AVISIT + SITE * SEX", c("ARM", "AVISIT"), "proportional", full),
  means("CHG ~ BASE * AVISIT + ARM * AVISIT + SITE * SEX", c("AVISIT", "ARM"), "equal", full),
  means("CHG ~ ARM * poly(AGE, 2) + SEX + log(BASE)", "ARM"),
  means("CHG ~ ARM + PRIOR * SITE + BASE", "ARM"), means("CHG ~ ARM + PRIOR * SITE + BASE", "ARM", "proportional"),
  means("CHG ~ ARM * SEX + BASE", character()), means("CHG ~ factor(AVISITN) * SEX + BASE", "AVISITN"),
  means("CHG ~ ARM * PRIOR + BASE", c("ARM", "PRIOR")))
# standardised means by hand: everybody's covariates, ARM set; emmeans' own counterfactuals are newer
standardised <- function(text, by, subset = TRUE) {
  fit <- eval(bquote(lm(.(as.formula(text)), d[.(subset), ])))
  frame <- d[as.integer(rownames(d)) %in% as.integer(rownames(fit$model)), ]
  grid <- unique(frame[by]); grid <- grid[do.call(order, rev(unname(as.list(grid)))), , drop = FALSE]
  value <- vapply(seq_len(nrow(grid)), function(i) {
    other <- frame; other[by] <- grid[rep(i, nrow(frame)), ]; mean(predict(fit, other))
  }, 0)
  list(formula = text, by = I(by), weights = "counterfactual", full = identical(subset, TRUE),
       at = lapply(seq_len(nrow(grid)), function(i) I(vapply(by, function(b) as.character(grid[i, b]), ""))),
       estimate = value)
}
lsmeans <- c(lsmeans, list(standardised("CHG ~ BASE * ARM + poly(AGE, 2) * SEX + SITE", "ARM"),
  standardised("CHG ~ BASE * AVISIT + ARM * AVISIT + SEX * ARM + SITE", c("ARM", "AVISIT"), full)))
write_json(list(R = R.version.string, emmeans = as.character(packageVersion("emmeans")), design = design,
                lsmeans = lsmeans), "expected.json", digits = NA, auto_unbox = TRUE, na = "null")
