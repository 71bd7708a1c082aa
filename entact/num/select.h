#pragma once

namespace entact {

/// What a model writes in place of `condition ? a : b`, so that it also runs on packs, where lanes
/// differ in the condition. Both sides are computed: neither may be out of its domain.
template <class Real>
Real select(bool condition, const Real& a, const Real& b) {
  return condition ? a : b;
}

}  // namespace entact
