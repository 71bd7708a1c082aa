#pragma once

#include <string>

namespace entact {

/// A number as people read it: fixed decimals, a true minus sign, "not estimable" for NaN; never
/// "-0.00".
std::string decimal_text(double value, int decimals);

/// A proportion in [0, 1] as a percentage without the sign: 0.674 -> "67" or, with one decimal,
/// "67.4".
std::string percent_text(double proportion, int decimals = 0);

/// A p-value to two significant digits, at least three decimals: "0.012", "< 0.001".
std::string p_text(double p);

/// A count or whole number with thousands separated by a thin space: 12345 -> "12 345".
std::string count_text(double count);

/// As many significant digits as asked, without exponent for sizes people meet: 0.00123 ->
/// "0.0012", 12345 -> "12 000".
std::string significant_text(double value, int digits);

/// The same, but with every digit before the point: 4197.7 -> "4 198".
std::string whole_significant_text(double value, int digits);

}  // namespace entact
