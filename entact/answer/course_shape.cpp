#include "entact/answer/course_shape.h"

#include <algorithm>
#include <cmath>

namespace entact {

double area_of(std::span<const double> t, std::span<const double> y, double from, double to) {
  double sum = 0;
  for (std::size_t k = 1; k < t.size(); ++k)
    if (t[k - 1] >= from - 1e-9 && t[k] <= to + 1e-9)
      sum += (t[k] - t[k - 1]) * (y[k - 1] + y[k]) / 2;
  return sum;
}

double hours_above(std::span<const double> t, std::span<const double> y, double from, double to,
                   double level) {
  double hours = 0;
  for (std::size_t k = 1; k < t.size(); ++k) {
    if (t[k] < from || t[k] > to + 1e-9) continue;
    const double a = y[k - 1] - level, b = y[k] - level;
    const double part = a > 0 && b > 0     ? 1
                        : a <= 0 && b <= 0 ? 0
                                           : std::max(a, b) / std::abs(a - b);
    hours += part * (t[k] - t[k - 1]);
  }
  return hours;
}

}  // namespace entact
