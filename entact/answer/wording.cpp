#include "entact/answer/wording.h"

#include <algorithm>
#include <cctype>

namespace entact {

std::string meaning(const EvidenceBase& base, std::string_view vocabulary, std::string_view code) {
  const auto list = base.schema.vocabularies.find(vocabulary);
  if (list != base.schema.vocabularies.end())
    if (const auto word = list->second.find(code);
        word != list->second.end() && !word->second.empty())
      return word->second;
  std::string spaced(code);
  std::replace(spaced.begin(), spaced.end(), '_', ' ');
  return spaced;
}

Cell source_cell(DocumentBuilder& builder, const Row& row) {
  Cell cell;
  cell.prose = {builder.source(row.citation().source)};
  return cell;
}

std::string capitalised(std::string words) {
  if (!words.empty())
    words[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(words[0])));
  return words;
}

}  // namespace entact
