# Slopes by arm in a mixed model with unstructured covariance and the visit's number as a covariate,
# over all visits and from the second on: nlme's gls (REML); estimate and
# standard error of each. Run in this folder: Rscript slope.R
suppressMessages({library(nlme); library(jsonlite)})
visits <- read.csv("mapp_like.csv")
visits$ARM <- factor(visits$ARM, levels = c("PBO", "MDMA"))
visits <- visits[!is.na(visits$CHG), ]
visits <- visits[order(visits$USUBJID, visits$VISITN), ]
how <- glsControl(tolerance = 1e-12, msTol = 1e-14, maxIter = 500, msMaxIter = 500)
one <- function(rows) {
  rows$v <- as.integer(factor(rows$VISITN))
  fit <- gls(CHG ~ BASE + ARM * VISITN, rows, correlation = corSymm(form = ~ v | USUBJID),
             weights = varIdent(form = ~ 1 | v), control = how, method = "REML")
  b <- coef(fit)
  v <- vcov(fit)
  one_arm <- c(0, 0, 0, 1, 0)   # (Intercept), BASE, ARMMDMA, VISITN, ARMMDMA:VISITN
  other <- c(0, 0, 0, 1, 1)
  at <- function(l) c(sum(l * b), sqrt(drop(l %*% v %*% l)))
  list(log_likelihood = as.numeric(logLik(fit)), PBO = at(one_arm), MDMA = at(other), difference = at(other - one_arm))
}
write_json(list(R = R.version.string, nlme = as.character(packageVersion("nlme")),
                all = one(visits),
                beyond = one(visits[visits$VISITN >= 2, ])), "slope.json", digits = NA, auto_unbox = TRUE)
