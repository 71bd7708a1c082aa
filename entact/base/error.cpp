#include "entact/base/error.h"

namespace entact {

void require(bool ok, std::string_view code, std::string_view message, ErrorKind kind) {
  if (!ok) throw Error(std::string(code), std::string(message), kind);
}

std::string to_text(const Issue& issue) {
  std::string text = issue.file;
  if (issue.line > 0) text += ":" + std::to_string(issue.line);
  if (issue.column > 0) text += ":" + std::to_string(issue.column);
  if (!issue.name.empty()) text += (text.empty() ? "(" : " (") + issue.name + ")";
  if (!text.empty()) text += ": ";
  text += issue.rule;
  if (!issue.value.empty()) text += "; saw \"" + issue.value + "\"";
  if (!issue.remedy.empty()) text += ". " + issue.remedy;
  return text;
}

}  // namespace entact
