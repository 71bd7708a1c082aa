# Dunnett probabilities (mvtnorm), closed combination tests and simulated operating characteristics (rpact). Rscript adaptive.R > adaptive.json
suppressMessages({ library(rpact); library(mvtnorm); library(jsonlite) })
dunnett <- list()
for (s in list(c(0.5, 0.5), c(0.5, 0.5, 0.5), c(0.2, 0.5, 0.7), c(0.8, 0.8, 0.8, 0.8))) for (x in c(-1, 1, 2.2, 4)) {
  m <- sqrt(s) %*% t(sqrt(s)); diag(m) <- 1
  dunnett[[length(dunnett) + 1]] <- list(shares = s, x = x, p = 1 - pmvnorm(upper = rep(x, length(s)), corr = m, algorithm = Miwa(steps = 1024))[1])
}
di <- getDesignInverseNormal(kMax = 3, alpha = 0.025, typeOfDesign = "asOF", tolerance = 1e-10)
closed <- list()
m <- list(c(0.2, NA), c(0.5, 0.3), c(0.9, 0.6), c(0, 0))
data <- getDataset(n1 = c(20, NA), n2 = c(20, 20), n3 = c(20, 20), n4 = c(20, 20), means1 = c(0.2, NA), means2 = c(0.5, 0.3), means3 = c(0.9, 0.6),
                   means4 = c(0, 0), stDevs1 = c(1, NA), stDevs2 = c(1, 1), stDevs3 = c(1, 1), stDevs4 = c(1, 1))
for (test in c("Dunnett", "Simes", "Bonferroni")) {
  r <- getStageResults(di, dataInput = data, stage = 2, normalApproximation = TRUE, intersectionTest = test)
  c1 <- getClosedCombinationTestResults(r)
  closed[[length(closed) + 1]] <- list(test = test, z = qnorm(r$separatePValues[, 1:2], lower.tail = FALSE), indices = c1$indices,
    adjusted = c1$adjustedStageWisePValues[, 1:2], overall = c1$overallAdjustedTestStatistics[, 1:2], rejected = c1$rejected[, 1:2])
}
d <- getDesignGroupSequential(kMax = 3, alpha = 0.025, typeOfDesign = "asOF")
cpu <- function(call, n) { t <- system.time(r <- call)[["user.self"]]; list(r = r, microseconds = 1e6 * t / n) }
n <- 100000
a <- cpu(getSimulationMeans(d, alternative = 0.5, stDev = 1, plannedSubjects = c(40, 80, 120), maxNumberOfIterations = n, seed = 1), n)
b <- cpu(getSimulationRates(d, pi1 = 0.6, pi2 = 0.3, plannedSubjects = c(30, 60, 90), maxNumberOfIterations = n, seed = 1), n)
e <- cpu(getSimulationMeans(di, alternative = 0.5, stDev = 1, plannedSubjects = c(40, 80, 120), minNumberOfSubjectsPerStage = c(NA, 20, 20),
         maxNumberOfSubjectsPerStage = c(NA, 120, 120), conditionalPower = 0.9, maxNumberOfIterations = n, seed = 1), n)
g <- cpu(getSimulationMultiArmMeans(di, activeArms = 3, typeOfShape = "userDefined", effectMatrix = matrix(c(0, 0.3, 0.5), 1), stDev = 1,
         plannedSubjects = c(20, 40, 60), maxNumberOfIterations = 10000, seed = 1), 10000)
two <- function(x) list(replicates = n, power = x$r$overallReject, efficacy = as.numeric(x$r$rejectPerStage), expected_size = x$r$expectedNumberOfSubjects,
                        microseconds = x$microseconds)
simulated <- list(means = two(a), rates = two(b), resized = two(e),
  arms = list(replicates = 10000, any = g$r$rejectAtLeastOne, rejected = matrix(g$r$rejectedArmsPerStage, nrow = 3), selected = matrix(g$r$selectedArms, nrow = 3)[, 1:3],
              expected_size = g$r$expectedNumberOfSubjects, microseconds = g$microseconds))
cat(toJSON(list(tool = paste("rpact", packageVersion("rpact"), "mvtnorm", packageVersion("mvtnorm")), dunnett = dunnett, closed = closed, simulated = simulated),
           auto_unbox = TRUE, digits = NA, na = "null"), "\n")
