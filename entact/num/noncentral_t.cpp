#include "entact/num/noncentral_t.h"

#include <boost/math/distributions/non_central_t.hpp>
#include <cmath>

#include "entact/base/error.h"
#include "entact/num/distributions.h"

namespace entact {
namespace {

namespace bm = boost::math;
using Policy = bm::policies::policy<bm::policies::promote_double<false>,
                                    bm::policies::overflow_error<bm::policies::ignore_error>>;

}  // namespace

double noncentral_t_cdf(double x, double df, double shift) {
  require(std::isfinite(x) && std::isfinite(shift) && df > 0, "num.distribution.domain",
          "noncentral t needs finite x and noncentrality and positive degrees of freedom");
  if (std::isinf(df)) return normal_cdf(x - shift);
  return bm::cdf(bm::non_central_t_distribution<double, Policy>(df, shift), x);
}

}  // namespace entact
