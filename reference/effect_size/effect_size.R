# Effect sizes, Mantel-Haenszel and Peto pooling. Usage: Rscript effect_size.R > effect_size.json
suppressMessages({library(metafor); library(jsonlite)})
pair <- function(e) list(yi = as.numeric(e$yi), vi = as.numeric(e$vi))
out <- list(tool = paste("metafor", packageVersion("metafor")), r = R.version.string)

# Continuous outcomes, two arms: MAPP1, MAPP2 (published change scores) and an unbalanced small pair.
means <- list(m1i = c(-24.4, -23.7, 3.2), sd1i = c(11.6, 11.7, 0.9), n1i = c(42, 53, 4),
              m2i = c(-13.9, -14.8, 2.1), sd2i = c(11.5, 11.8, 1.7), n2i = c(37, 42, 9))
out$means <- means
es <- function(m, ...) pair(do.call(escalc, c(list(measure = m), means, list(...))))
out$MD <- es("MD"); out$MD_HO <- es("MD", vtype = "HO"); out$ROM <- es("ROM")
for (v in c("LS", "UB", "LS2")) out[[paste0("SMD_", v)]] <- es("SMD", vtype = v)
out$SMDH <- es("SMDH"); out$SMD1 <- es("SMD1")

# One arm, before and after.
change <- list(m1i = c(44.0, 44.2), sd1i = c(6.01, 6.15), m2i = c(19.6, 33.8), sd2i = c(12.2, 12.4),
               ni = c(46, 44), ri = c(0.5, 0.6))
out$change <- change
for (m in c("MC", "SMCC", "SMCR", "SMCRH", "ROMC")) {
  a <- change
  out[[m]] <- pair(do.call(escalc, c(list(measure = m), a)))
}

# Counts: the 13 BCG trials, five MDMA trials (response), and awkward tables.
b <- dat.bcg
sets <- list(
  bcg = list(ai = b$tpos, n1i = b$tpos + b$tneg, ci = b$cpos, n2i = b$cpos + b$cneg),
  mdma_response = list(ai = c(4, 8, 6, 37, 45), n1i = c(8, 12, 12, 42, 52),
                       ci = c(0, 2, 1, 23, 29), n2i = c(4, 7, 6, 37, 42)),
  awkward = list(ai = c(0, 3, 5, 0, 10, 1), n1i = c(10, 10, 10, 20, 10, 100),
                 ci = c(2, 0, 5, 0, 10, 7), n2i = c(10, 10, 10, 25, 12, 90)))
for (s in names(sets)) {
  a <- sets[[s]]; o <- list(counts = a)
  for (m in c("RR", "OR", "RD", "PETO", "AS")) {
    o[[m]] <- pair(do.call(escalc, c(list(measure = m), a)))
    if (m %in% c("RR", "OR", "RD"))
      o[[paste0(m, "_all")]] <- pair(do.call(escalc, c(list(measure = m, to = "all"), a)))
  }
  for (m in c("RD", "PETO"))
    o[[paste0(m, "_none")]] <- pair(do.call(escalc, c(list(measure = m, to = "none"), a)))
  for (m in c("RR", "OR", "RD")) {
    r <- suppressWarnings(do.call(rma.mh, c(list(measure = m), a)))
    o$mh[[m]] <- list(value = as.numeric(r$beta), se = r$se, low = r$ci.lb, high = r$ci.ub, p = r$pval,
                      Q = r$QE, Qp = r$QEp, k = r$k, k_yi = r$k.yi, MH = r$MH, MHp = r$MHp, TA = r$TA, TAp = r$TAp, BD = r$BD)
  }
  r <- suppressWarnings(do.call(rma.peto, a))
  o$peto <- list(value = as.numeric(r$beta), se = r$se, low = r$ci.lb, high = r$ci.ub, p = r$pval, Q = r$QE, Qp = r$QEp, k_yi = r$k.yi)
  out$sets[[s]] <- o
}

# Single proportions, with their back-transformation.
prop <- list(xi = c(0, 4, 28, 42), ni = c(12, 50, 42, 42)); out$proportion <- prop
for (m in c("PR", "PLN", "PLO", "PAS", "PFT")) out[[m]] <- pair(do.call(escalc, c(list(measure = m), prop)))
out$ipft <- list(x = c(0.1, 0.14, 0.3, 0.95, 1.5), n = c(12, 12, 50, 42, 42))
out$ipft$p <- transf.ipft(out$ipft$x, out$ipft$n)
out$binom <- lapply(list(c(0, 12), c(4, 50), c(28, 42), c(42, 42), c(1, 1)), function(z)
  list(x = z[1], n = z[2], clopper = as.numeric(binom.test(z[1], z[2])$conf.int),
       clopper90 = as.numeric(binom.test(z[1], z[2], conf.level = 0.9)$conf.int),
       wilson = as.numeric(suppressWarnings(prop.test(z[1], z[2], correct = FALSE))$conf.int),
       beta = qbeta(c(.025, .975), z[1] + .5, z[2] - z[1] + .5)))
cat(toJSON(out, auto_unbox = TRUE, digits = I(15), na = "null", null = "null", pretty = TRUE), "\n")
