# ANCOVA in R: lm, sandwich (HC0-HC3, one- and two-way clusters), clubSandwich (CR0-CR2), type II and
# III tests by comparison of models, emmeans. Run in this folder: LC_ALL=C Rscript ancova.R
suppressMessages({library(jsonlite); library(sandwich); library(clubSandwich); library(emmeans)})
set.seed(4711)
n <- 72
person <- data.frame(USUBJID = sprintf("P%03d", 1:n), ARM = rep(c("PLACEBO", "MDMA"), n / 2),
                     SITEID = sprintf("S%d", sample(1:9, n, TRUE)), PAIR = sprintf("T%02d", sample(1:14, n, TRUE)),
                     SEX = sample(c("F", "M"), n, TRUE), BASE = round(rnorm(n, 44, 6), 1),
                     W = round(runif(n, .5, 2), 2))
d <- merge(person, data.frame(AVISIT = c("WEEK 1", "WEEK 2", "WEEK 3"), AVISITN = 1:3))
d <- d[order(d$USUBJID, d$AVISITN), ]
site <- setNames(rnorm(9, 0, 2), sprintf("S%d", 1:9)); pair <- setNames(rnorm(14, 0, 2), sprintf("T%02d", 1:14))
d$CHG <- round(2 - .25 * d$BASE - 3 * d$AVISITN * (d$ARM == "MDMA") - d$AVISITN + site[d$SITEID] + pair[d$PAIR] +
                 rnorm(nrow(d), 0, 5) * (1 + (d$ARM == "MDMA")), 2)
d$CHG[sample(nrow(d), 14)] <- NA
write.csv(d, "input.csv", row.names = FALSE, na = "")
write_json(as.list(d), "input.json", digits = NA, na = "null")
w3 <- d[d$AVISIT == "WEEK 3" & !is.na(d$CHG), ]
table_of <- function(est, V, df, level = .95) {
  se <- sqrt(diag(V)); t <- est / se
  list(estimate = I(unname(est)), se = I(unname(se)), df = I(rep_len(unname(df), length(est))),
       p = I(unname(2 * pt(-abs(t), df))), low = I(unname(est - qt((1 + level) / 2, df) * se)),
       high = I(unname(est + qt((1 + level) / 2, df) * se)))
}
fits <- function(text, data, weighted = FALSE) {
  f <- as.formula(text)
  fit <- if (weighted) lm(f, data, weights = W) else lm(f, data)
  b <- coef(fit); n <- nobs(fit); p <- length(b)
  out <- list(formula = text, weighted = weighted, names = I(names(b)), sigma = sigma(fit), r_squared = summary(fit)$r.squared,
              classical = table_of(b, vcov(fit), n - p))
  if (weighted) out$r_squared <- NULL
  for (type in c("HC0", "HC1", "HC2", "HC3")) out[[tolower(type)]] <- table_of(b, vcovHC(fit, type = type), n - p)
  m <- length(unique(data$SITEID)); target <- if (weighted) 1 / data$W else NULL
  for (type in c("CR0", "CR1", "CR1S"))
    out[[tolower(type)]] <- table_of(b, vcovCR(fit, data$SITEID, type = type), m - 1)
  V <- if (weighted) vcovCR(fit, data$SITEID, "CR2", target = target, inverse_var = FALSE) else vcovCR(fit, data$SITEID, "CR2")
  out$cr2 <- table_of(b, V, coef_test(fit, V, test = "Satterthwaite")$df_Satt)
  htz <- Wald_test(fit, constraints = constrain_zero(2:p), vcov = V, test = "HTZ")
  out$cr2_joint <- list(F = htz$Fstat, df2 = htz$df_denom, p = htz$p_val)
  two <- vcovCL(fit, cluster = data[c("SITEID", "PAIR")], type = "HC0", cadjust = TRUE, fix = TRUE)
  out$two_way <- table_of(b, two, min(m, length(unique(data$PAIR))) - 1)
  out$vcov <- unname(vcov(fit))
  out
}
# type III: drop each term's columns of the sum-coded matrix; type II: compare models
terms_of <- function(text, data) {
  f <- as.formula(text); factors <- intersect(c("ARM", "SEX", "AVISIT", "SITEID"), all.vars(f))
  fit <- lm(f, data, contrasts = setNames(rep(list("contr.sum"), length(factors)), factors))
  three <- drop1(fit, . ~ ., test = "F")[-1, ]
  labels <- attr(terms(fit), "term.labels"); sets <- strsplit(labels, ":")
  two <- t(sapply(seq_along(labels), function(i) {
    wider <- sapply(sets, function(s) all(sets[[i]] %in% s) && length(s) > length(sets[[i]]))
    without <- labels[!wider & seq_along(labels) != i]; with <- labels[!wider]
    ss <- function(l) deviance(lm(reformulate(if (length(l)) l else "1", all.vars(f)[1]), data))
    df <- df.residual(lm(reformulate(if (length(without)) without else "1", "CHG"), data)) - df.residual(lm(reformulate(with, "CHG"), data))
    c((ss(without) - ss(with)) / df / sigma(fit)^2, df)
  }))
  list(formula = text, terms = I(labels), df1 = I(three$Df), type3 = I(three$`F value`), type3_p = I(three$`Pr(>F)`),
       type2 = I(two[, 1]), df2 = df.residual(fit))
}
means <- function(visit) {
  part <- d[d$AVISIT == visit, ]
  e <- emmeans(lm(CHG ~ BASE + ARM, part), "ARM"); s <- as.data.frame(summary(e))
  k <- as.data.frame(summary(contrast(e, "trt.vs.ctrl", ref = 2), infer = TRUE))
  list(visit = visit, estimate = s$emmean, se = s$SE, df = s$df, low = s$lower.CL, high = s$upper.CL,
       contrast = list(estimate = k$estimate, se = k$SE, df = k$df, p = k$p.value, low = k$lower.CL, high = k$upper.CL))
}
write_json(list(R = R.version.string, sandwich = as.character(packageVersion("sandwich")),
  clubSandwich = as.character(packageVersion("clubSandwich")),
  fits = list(fits("CHG ~ BASE + ARM", w3), fits("CHG ~ BASE * ARM + SEX", w3), fits("CHG ~ BASE + ARM", w3, TRUE),
              fits("CHG ~ BASE * AVISIT + ARM * AVISIT", d[!is.na(d$CHG), ])),
  terms = list(terms_of("CHG ~ BASE + ARM", w3), terms_of("CHG ~ ARM * SEX + BASE", w3),
               terms_of("CHG ~ BASE * AVISIT + ARM * AVISIT + SEX", d[!is.na(d$CHG), ]),
               terms_of("CHG ~ ARM * SEX * AVISIT", d[!is.na(d$CHG), ])),
  visits = lapply(c("WEEK 1", "WEEK 2", "WEEK 3"), means)), "expected.json", digits = NA, auto_unbox = TRUE, na = "null")
