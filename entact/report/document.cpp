#include "entact/report/document.h"

namespace entact {

Span text(std::string_view words) { return {Span::Kind::text, std::string(words)}; }
Span strong(std::string_view words) { return {Span::Kind::strong, std::string(words)}; }
Span number_span(std::string_view number_id) {
  return {Span::Kind::number, std::string(number_id)};
}
Span source_span(std::string_view source_id) {
  return {Span::Kind::source, std::string(source_id)};
}

Cell cell(std::string_view words, std::vector<std::string> facts) {
  if (words.empty()) return {{}, std::move(facts)};
  return {{text(words)}, std::move(facts)};
}

Cell number_cell(std::string_view number_id) { return {{number_span(number_id)}, {}}; }

}  // namespace entact
