#include "entact/base/date.h"

#include <array>

namespace entact {
namespace {

bool leap(int year) { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; }

int days_in(int year, int month) {
  constexpr std::array<int, 12> days{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && leap(year) ? 29 : days[static_cast<std::size_t>(month - 1)];
}

std::optional<int> digits(std::string_view text) {
  int value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return {};
    value = value * 10 + (c - '0');
  }
  return value;
}

std::string padded(int value, std::size_t width) {
  std::string text = std::to_string(value);
  return std::string(width > text.size() ? width - text.size() : 0, '0') + text;
}

int day_of_year(Date date) {
  int days = date.day;
  for (int month = 1; month < date.month; ++month) days += days_in(date.year, month);
  return days;
}

}  // namespace

std::optional<Date> parse_date(std::string_view text) {
  if (text.empty()) return Date{};
  const std::size_t size = text.size();
  if (size != 4 && size != 7 && size != 10) return {};
  if ((size > 4 && text[4] != '-') || (size > 7 && text[7] != '-')) return {};
  const auto year = digits(text.substr(0, 4));
  const auto month = size > 4 ? digits(text.substr(5, 2)) : std::optional<int>(0);
  const auto day = size > 7 ? digits(text.substr(8, 2)) : std::optional<int>(0);
  if (!year || !month || !day || *year == 0) return {};
  if (size > 4 && (*month < 1 || *month > 12)) return {};
  if (size > 7 && (*day < 1 || *day > days_in(*year, *month))) return {};
  return Date{*year, *month, *day};
}

std::string to_text(Date date) {
  if (!date.known()) return "";
  std::string text = padded(date.year, 4);
  if (date.month != 0) text += "-" + padded(date.month, 2);
  if (date.day != 0) text += "-" + padded(date.day, 2);
  return text;
}

Date latest(Date date) {
  if (!date.known()) return date;
  if (date.month == 0) return {date.year, 12, 31};
  if (date.day == 0) return {date.year, date.month, days_in(date.year, date.month)};
  return date;
}

bool public_by(Date date, Date day) { return date.known() && latest(date) <= latest(day); }

double decimal_year(Date date) {
  const double length = leap(date.year) ? 366.0 : 365.0;
  if (date.month == 0) return date.year + 0.5;
  if (date.day == 0)
    return date.year +
           (day_of_year({date.year, date.month, 1}) + day_of_year(latest(date))) / 2.0 / length;
  return date.year + (day_of_year(date) - 1) / length;
}

}  // namespace entact
