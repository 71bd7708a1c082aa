#pragma once

#include <string_view>
#include <utility>

#include "entact/report/document.h"

namespace entact {

/// Writes running text piece by piece: `ProseWriter().say("Of ").number(id).say("
/// persons").done()`.
class ProseWriter {
 public:
  ProseWriter& say(std::string_view words) {
    prose_.push_back(text(words));
    return *this;
  }
  ProseWriter& number(std::string_view id) {
    prose_.push_back(number_span(id));
    return *this;
  }
  ProseWriter& add(const Prose& more) {
    prose_.insert(prose_.end(), more.begin(), more.end());
    return *this;
  }
  ProseWriter& add(Span span) {
    prose_.push_back(std::move(span));
    return *this;
  }
  [[nodiscard]] bool empty() const { return prose_.empty(); }
  [[nodiscard]] const Prose& done() const { return prose_; }

 private:
  Prose prose_{};
};

}  // namespace entact
