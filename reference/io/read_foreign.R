# Reads a transport file with R's package foreign, whose reader shares no code with ReadStat.
# Usage: Rscript read_foreign.R FILE; prints {column: [values]}, numbers as C99 hexadecimal.
frame <- foreign::read.xport(commandArgs(TRUE)[1])
value <- function(v) if (is.numeric(v)) ifelse(is.na(v), NA, sprintf("%a", v)) else as.character(v)
cat(jsonlite::toJSON(lapply(frame, value), pretty = TRUE, na = "null"), "\n", sep = "")
