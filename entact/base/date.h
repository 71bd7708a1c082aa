#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace entact {

/// A calendar date that may be known to the year or month only: 2018, 2018-11, 2018-11-29.
///
/// Unknown parts are 0. No date at all is `Date{}` and prints as the empty string. Comparison
/// orders by (year, month, day), so an imprecise date sorts before the precise dates inside it.
struct Date {
  int year = 0;
  int month = 0;
  int day = 0;
  [[nodiscard]] bool known() const { return year != 0; }
  auto operator<=>(const Date&) const = default;
};

/// Reads `YYYY`, `YYYY-MM` or `YYYY-MM-DD`; empty text is no date.
/// @return nothing if the text has another shape or names a day that no Gregorian calendar has
std::optional<Date> parse_date(std::string_view text);

/// Inverse of parse_date.
std::string to_text(Date date);

/// The last day that the date may mean: 2018 -> 2018-12-31, 2018-02 -> 2018-02-28.
Date latest(Date date);

/// True if everything that `date` may mean lies on or before `day`; an unknown date is never known
/// to be public.
bool public_by(Date date, Date day);

/// Years since 1 January of year 0 as a decimal, the middle of what an imprecise date may mean; for
/// axes.
double decimal_year(Date date);

}  // namespace entact
