# Makes the SAS files that the tests of entact/io read. Usage: Rscript make.R (writes into this folder)
library(haven)

visits <- data.frame(
  USUBJID = c("01-001", "01-002", "01-003"),
  AVAL    = c(-1.5, 0.1, NA),
  VISITN  = c(1, 2, 3),
  NOTE    = c("\u00dcbelkeit, 2 Tage", "", "  two leading blanks"),
  ADT     = as.Date(c("2018-11-29", NA, "1959-12-31")),
  stringsAsFactors = FALSE
)
visits$ADTM <- as.POSIXct(c("2018-11-29 08:30:00", NA, "1960-01-01 00:00:00"), tz = "UTC")
visits$RESN <- c(1, tagged_na("A"), tagged_na("Z"))
attr(visits$USUBJID, "label") <- "Unique Subject Identifier"
attr(visits$AVAL, "label") <- "Analysis Value"
attr(visits$AVAL, "format.sas") <- "8.2"
attr(visits$ADT, "format.sas") <- "DATE9"
attr(visits$ADTM, "format.sas") <- "DATETIME20"

write_xpt(visits, "visits_v5.xpt", version = 5, name = "VISITS", label = "Visits")
write_xpt(visits, "visits_v8.xpt", version = 8, name = "VISITS", label = "Visits")
suppressWarnings(write_sas(visits, "visits.sas7bdat"))

long <- data.frame(A_NAME_OF_MORE_THAN_8 = c(1, 2))
attr(long$A_NAME_OF_MORE_THAN_8, "label") <-
  "A label of more than forty characters, which only version 8 can hold"
write_xpt(long, "long_v8.xpt", version = 8, name = "LONG")

write_xpt(visits[0, ], "empty_v5.xpt", version = 5, name = "EMPTY")
