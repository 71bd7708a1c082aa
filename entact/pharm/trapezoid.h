#pragma once

namespace entact {

/// A concentration and its time.
struct CoursePoint {
  double t_h = 0, c = 0;
};

/// log(b / a) to nearly all its digits, however near to each other a and b lie; both above 0.
double log_ratio(double a, double b);

/// Area under the concentration between two points: straight between them, or exponential.
///
///     exponential: dt (b - a) / log(b / a)
///
/// @param exponential  for concentrations above 0; equal ones are straight
/// @source Gabrielsson and Weiner 2012 [gabrielsson2012]
double trapezoid_area(const CoursePoint& a, const CoursePoint& b, bool exponential);

/// Area under time x concentration between two points: with time x concentration straight between
/// them, or with concentration exponential.
///
///     exponential: t_a area + dt^2 a f(log(b / a)),  f(x) = integral of s exp(x s) over s in [0,
///     1]
///
/// f is a series for |x| < 1, so nothing cancels between neighbours that are nearly equal.
/// @param exponential  as of trapezoid_area
double trapezoid_moment(const CoursePoint& a, const CoursePoint& b, bool exponential);

}  // namespace entact
