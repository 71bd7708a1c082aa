# Group-sequential designs, analyses and sample sizes of rpact. Rscript group_sequential.R > group_sequential.json
suppressMessages({ library(rpact); library(jsonlite) })
num <- function(x) { x <- as.numeric(x); x[is.na(x) | x <= -6] <- NA; x }

design <- function(name, kind, rates, alpha = 0.025, beta = 0.1, sided = 1, parameter = 0, futility = NULL, futility_parameter = 0,
                   futility_z = NULL, binding = FALSE) {
  a <- list(kMax = length(rates), informationRates = rates, alpha = alpha, beta = beta, sided = sided, typeOfDesign = kind, tolerance = 1e-10)
  if (kind == "WT") a$deltaWT <- parameter
  if (kind == "HP") a$constantBoundsHP <- parameter
  if (kind %in% c("asHSD", "asKD")) a$gammaA <- parameter
  if (!is.null(futility)) { a$typeBetaSpending <- futility; a$bindingFutility <- binding }
  if (!is.null(futility) && futility %in% c("bsHSD", "bsKD")) a$gammaB <- futility_parameter
  if (!is.null(futility_z)) { a$futilityBounds <- futility_z; a$bindingFutility <- binding }
  d <- suppressWarnings(do.call(getDesignGroupSequential, a))
  ch <- getDesignCharacteristics(d)
  list(name = name, kind = kind, rates = rates, alpha = alpha, power = 1 - beta, sides = sided, parameter = parameter,
       futility_kind = if (is.null(futility)) "" else futility, futility_parameter = futility_parameter,
       futility_z = if (is.null(futility_z)) list() else futility_z, binding = binding,
       upper = d$criticalValues, lower = num(d$futilityBounds), alpha_spent = d$alphaSpent, inflation = ch$inflationFactor,
       shift = ch$shift, rejection = num(ch$rejectionProbabilities), futility = num(ch$futilityProbabilities),
       expected_h1 = ch$averageSampleNumber1, expected_h01 = ch$averageSampleNumber01, expected_h0 = ch$averageSampleNumber0)
}
even <- function(k) (1:k) / k
designs <- list()
for (k in 2:5) for (kind in c("asOF", "asP", "OF", "P")) designs[[length(designs) + 1]] <- design(paste0(kind, k), kind, even(k))
more <- list(
  design("WT0.25", "WT", even(4), parameter = 0.25, beta = 0.2),
  design("HP3", "HP", even(3), parameter = 3, beta = 0.2),
  design("HSD-4", "asHSD", even(4), parameter = -4),
  design("HSD1 uneven", "asHSD", c(0.2, 0.7, 1), parameter = 1, beta = 0.2),
  design("KD2", "asKD", c(0.25, 0.6, 1), parameter = 2),
  design("two-sided OF", "OF", even(4), alpha = 0.05, sided = 2, beta = 0.2),
  design("two-sided asOF", "asOF", c(0.4, 0.7, 1), alpha = 0.05, sided = 2),
  design("two-sided asP", "asP", even(3), alpha = 0.1, sided = 2, beta = 0.2),
  design("beta OF", "asOF", c(0.3, 0.55, 1), beta = 0.2, futility = "bsOF"),
  design("beta P", "asOF", even(3), beta = 0.2, futility = "bsP"),
  design("beta HSD", "asHSD", even(4), parameter = -2, futility = "bsHSD", futility_parameter = -3),
  design("beta KD binding", "asKD", even(3), parameter = 3, beta = 0.2, futility = "bsKD", futility_parameter = 2, binding = TRUE),
  design("beta OF binding", "asOF", c(0.3, 0.55, 1), beta = 0.2, futility = "bsOF", binding = TRUE),
  design("futility z", "asOF", even(3), futility_z = c(0, 0.5)),
  design("futility z binding", "asP", even(3), beta = 0.2, futility_z = c(-0.5, 1), binding = TRUE),
  design("OF futility z binding", "OF", even(3), beta = 0.2, futility_z = c(0, 0.7), binding = TRUE))
designs <- c(designs, more)

analysis <- function(name, d, n, means, sd = 1) {
  k <- length(n)
  data <- getDataset(n1 = diff(c(0, n)), n2 = diff(c(0, n)), means1 = means, means2 = rep(0, k), stDevs1 = rep(sd, k), stDevs2 = rep(sd, k))
  r <- getStageResults(d, dataInput = data, stage = k, normalApproximation = TRUE)
  ci <- getFinalConfidenceInterval(d, data, stage = k, normalApproximation = TRUE)
  z <- qnorm(r$overallPValues[1:k], lower.tail = FALSE)
  list(name = name, n = n, z = z[k], p = getFinalPValue(r)$pFinal, median_unbiased = ci$medianUnbiasedGeneral,
       low = ci$finalConfidenceIntervalGeneral[1], high = ci$finalConfidenceIntervalGeneral[2])
}
of3 <- getDesignGroupSequential(kMax = 3, alpha = 0.025, typeOfDesign = "asOF", tolerance = 1e-10)
p3 <- getDesignGroupSequential(kMax = 3, alpha = 0.025, typeOfDesign = "P", tolerance = 1e-10)
analyses <- list(
  analysis("asOF", of3, c(20, 40), c(0.6, 0.9)),
  analysis("asOF", of3, c(20, 40, 60), c(0.1, 0.5, 0.55)),
  analysis("asOF", of3, c(20, 40, 60), c(0.1, 0.2, -0.1)),
  analysis("P", p3, c(30, 60), c(0.4, 0.8)),
  analysis("P", p3, c(30, 60, 90), c(0.3, 0.3, 0.5)))

one_size <- function(...) { s <- getSampleSizeMeans(...); s$nFixed }
size <- list()
for (alt in c(0.25, 0.5, 1)) for (t in c(TRUE, FALSE)) for (sd in c(1, 2)) for (ratio in c(1, 2)) for (sided in 1:2)
  size[[length(size) + 1]] <- list(effect = alt, sd = sd, ratio = ratio, sides = sided, t = !t, alpha = 0.025 * sided, power = 0.9,
    n = one_size(alternative = alt, stDev = sd, allocationRatioPlanned = ratio, normalApproximation = t, sided = sided, alpha = 0.025 * sided, beta = 0.1))
rates <- list()
for (p in list(c(0.6, 0.3), c(0.15, 0.05), c(0.7, 0.5))) for (ratio in c(1, 2)) for (sided in 1:2)
  rates[[length(rates) + 1]] <- list(p1 = p[1], p2 = p[2], ratio = ratio, sides = sided, alpha = 0.025 * sided, power = 0.8,
    n = getSampleSizeRates(pi1 = p[1], pi2 = p[2], allocationRatioPlanned = ratio, sided = sided, alpha = 0.025 * sided, beta = 0.2)$nFixed)
power <- list()
for (n in c(20, 60, 104)) for (t in c(TRUE, FALSE)) for (sided in 1:2)
  power[[length(power) + 1]] <- list(n = n, effect = 0.5, sd = 1, t = !t, sides = sided, alpha = 0.025 * sided,
    power = getPowerMeans(alternative = 0.5, stDev = 1, maxNumberOfSubjects = n, normalApproximation = t, sided = sided, alpha = 0.025 * sided)$overallReject)

conditional <- list()
for (z1 in c(0.5, 1.5, 2.2)) {
  data <- getDataset(n1 = 30, n2 = 30, means1 = z1 / sqrt(15), means2 = 0, stDevs1 = 1, stDevs2 = 1)
  r <- getStageResults(of3, dataInput = data, stage = 1, normalApproximation = TRUE)
  z <- qnorm(r$overallPValues[1], lower.tail = FALSE)
  cp <- getConditionalPower(r, nPlanned = c(60, 60), thetaH1 = 0.4, assumedStDev = 1)
  conditional[[length(conditional) + 1]] <- list(z = z, drift = 0.4 * sqrt(45), power = cp$conditionalPower[2:3])
}
cat(toJSON(list(tool = paste("rpact", packageVersion("rpact")), designs = designs, analyses = analyses, sizes = size, rates = rates, powers = power, conditional = conditional),
           auto_unbox = TRUE, digits = NA, na = "null", pretty = FALSE), "\n")
