#include "entact/io/sas_format.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <limits>
#include <utility>

namespace entact {
namespace {

namespace chrono = std::chrono;

constexpr double seconds_a_day = 86400.0;
constexpr chrono::sys_days epoch{chrono::year{1960} / 1 / 1};

/// Source: SAS 9.4 Formats and Informats, formats by category "Date and Time" and ISO 8601.
constexpr std::array date_names{
    "B8601DA", "DATE",    "DAY",      "DDMMYY",   "DDMMYYB",  "DDMMYYC",  "DDMMYYD",  "DDMMYYN",
    "DDMMYYP", "DDMMYYS", "DOWNAME",  "E8601DA",  "IS8601DA", "JULDAY",   "JULIAN",   "MMDDYY",
    "MMDDYYB", "MMDDYYC", "MMDDYYD",  "MMDDYYN",  "MMDDYYP",  "MMDDYYS",  "MMYY",     "MMYYC",
    "MMYYD",   "MMYYN",   "MMYYP",    "MMYYS",    "MONNAME",  "MONTH",    "MONYY",    "NLDATE",
    "QTR",     "QTRR",    "WEEKDATE", "WEEKDATX", "WEEKDAY",  "WORDDATE", "WORDDATX", "YEAR",
    "YYMM",    "YYMMC",   "YYMMD",    "YYMMDD",   "YYMMDDB",  "YYMMDDC",  "YYMMDDD",  "YYMMDDN",
    "YYMMDDP", "YYMMDDS", "YYMMN",    "YYMMP",    "YYMMS",    "YYMON",    "YYQ",      "YYQC",
    "YYQD",    "YYQN",    "YYQP",     "YYQS"};
constexpr std::array datetime_names{"B8601DN", "B8601DT",  "DATEAMPM", "DATETIME", "DTDATE",
                                    "DTMONYY", "DTWKDATX", "DTYEAR",   "DTYYQC",   "E8601DN",
                                    "E8601DT", "IS8601DN", "IS8601DT", "MDYAMPM",  "NLDATM"};
constexpr std::array time_names{"B8601TM", "E8601TM",  "IS8601TM", "NLTIME",
                                "TIME",    "TIMEAMPM", "TOD"};

template <typename Names>
bool among(const Names& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return out;
}

/// DATE of DATE9.
std::string name_of(std::string_view format) {
  if (!format.empty() && format.back() == '.') format.remove_suffix(1);
  const std::size_t point = format.find('.');
  if (point != std::string_view::npos) format = format.substr(0, point);
  while (!format.empty() && is_digit(format.back())) format.remove_suffix(1);
  return upper(format);
}

std::string two(long value) { return std::string(value < 10 ? "0" : "") + std::to_string(value); }

std::string clock(long seconds) {
  return two(seconds / 3600) + ":" + two(seconds / 60 % 60) + ":" + two(seconds % 60);
}

std::optional<double> seconds_of_clock(std::string_view text) {
  if (text.size() != 8 || text[2] != ':' || text[5] != ':') return {};
  std::array<long, 3> parts{};
  for (std::size_t k = 0; k < 3; ++k) {
    if (!is_digit(text[3 * k]) || !is_digit(text[3 * k + 1])) return {};
    parts[k] = (text[3 * k] - '0') * 10 + (text[3 * k + 1] - '0');
  }
  if (parts[0] > 23 || parts[1] > 59 || parts[2] > 59) return {};
  return static_cast<double>(parts[0] * 3600 + parts[1] * 60 + parts[2]);
}

/// The values by `convert`, missing ones as T{}; nothing if one cannot be converted.
template <typename T, typename Convert>
std::optional<std::vector<T>> all_of(const std::vector<double>& numbers, Convert convert) {
  std::vector<T> out(numbers.size());
  for (std::size_t k = 0; k < numbers.size(); ++k) {
    if (std::isnan(numbers[k])) continue;
    std::optional<T> value = convert(numbers[k]);
    if (!value) return {};
    out[k] = std::move(*value);
  }
  return out;
}

template <typename T, typename Missing, typename Convert>
SasNumbers back(const std::vector<T>& values, Missing missing, Convert convert) {
  std::vector<double> out(values.size(), std::numeric_limits<double>::quiet_NaN());
  for (std::size_t k = 0; k < values.size(); ++k) {
    if (missing(values[k])) continue;
    const std::optional<double> number = convert(values[k]);
    if (!number) return {{}, k};
    out[k] = *number;
  }
  return {std::move(out), 0};
}

}  // namespace

SasKind sas_kind(std::string_view format) {
  const std::string name = name_of(format);
  if (among(date_names, name)) return SasKind::date;
  if (among(datetime_names, name)) return SasKind::datetime;
  return among(time_names, name) ? SasKind::time : SasKind::number;
}

std::string sas_format(std::string_view format) {
  std::string out = upper(format);
  if (!out.empty() && out.find('.') == std::string::npos) out += '.';
  return out;
}

std::optional<Date> date_of_sas_days(double days) {
  if (!(std::fabs(days) < 4e6) || days != std::floor(days)) return {};
  const chrono::year_month_day day(epoch + chrono::days(static_cast<int>(days)));
  const int year = static_cast<int>(day.year());
  if (year < 1 || year > 9999) return {};
  return Date{year, static_cast<int>(static_cast<unsigned>(day.month())),
              static_cast<int>(static_cast<unsigned>(day.day()))};
}

std::optional<double> sas_days_of(Date date) {
  if (date.day == 0) return {};
  const chrono::year_month_day day(chrono::year(date.year),
                                   chrono::month(static_cast<unsigned>(date.month)),
                                   chrono::day(static_cast<unsigned>(date.day)));
  if (!day.ok()) return {};
  return static_cast<double>((chrono::sys_days(day) - epoch).count());
}

std::optional<std::string> iso_of_sas_seconds(double seconds, SasKind kind) {
  if (seconds != std::floor(seconds)) return {};
  const double days = std::floor(seconds / seconds_a_day);
  const std::string time =
      clock(std::fabs(days) < 4e6 ? std::lround(seconds - days * seconds_a_day) : 0);
  if (kind == SasKind::time) return days == 0.0 ? std::optional(time) : std::nullopt;
  const std::optional<Date> date = date_of_sas_days(days);
  return date ? std::optional(to_text(*date) + "T" + time) : std::nullopt;
}

std::optional<double> sas_seconds_of(std::string_view iso, SasKind kind) {
  if (kind == SasKind::time) return seconds_of_clock(iso);
  if (iso.size() != 19 || iso[10] != 'T') return {};
  const std::optional<Date> date = parse_date(iso.substr(0, 10));
  const std::optional<double> time = seconds_of_clock(iso.substr(11));
  if (!date || !time) return {};
  const std::optional<double> days = sas_days_of(*date);
  return days ? std::optional(*days * seconds_a_day + *time) : std::nullopt;
}

Column dated_column(Column numbers) {
  const SasKind kind = sas_kind(numbers.format);
  const auto& values = std::get<std::vector<double>>(numbers.values);
  if (kind == SasKind::date) {
    if (auto dates = all_of<Date>(values, date_of_sas_days)) numbers.values = std::move(*dates);
  } else if (kind != SasKind::number) {
    auto texts = all_of<std::string>(
        values, [&](double seconds) { return iso_of_sas_seconds(seconds, kind); });
    if (texts) numbers.values = std::move(*texts);
  }
  return numbers;
}

SasNumbers sas_numbers(const Column& dated) {
  if (const auto* numbers = std::get_if<std::vector<double>>(&dated.values)) return {*numbers, 0};
  if (const auto* dates = std::get_if<std::vector<Date>>(&dated.values))
    return back(
        *dates, [](Date date) { return !date.known(); }, sas_days_of);
  const SasKind kind = sas_kind(dated.format);
  return back(
      std::get<std::vector<std::string>>(dated.values),
      [](const std::string& text) { return text.empty(); },
      [&](const std::string& text) { return sas_seconds_of(text, kind); });
}

}  // namespace entact
