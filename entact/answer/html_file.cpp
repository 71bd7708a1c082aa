#include "entact/answer/report.h"
#include "entact/base/error.h"
#include "entact/report/document_json.h"

namespace entact {
namespace {

std::string replaced(std::string text, std::string_view marker, std::string_view with) {
  const auto at = text.find(marker);
  require(at != std::string::npos, "answer.web.marker",
          "the web view's template lacks the marker '" + std::string(marker) +
              "'; build it again with `npm run build`");
  return text.replace(at, marker.size(), with);
}

std::string escaped(const std::string& text) {
  std::string safe;
  for (const char c : text) {
    if (c == '<')
      safe += "&lt;";
    else if (c == '&')
      safe += "&amp;";
    else
      safe += c;
  }
  return safe;
}

/// JSON that cannot end the script element it stands in.
std::string inside_script(const std::string& json) {
  std::string safe;
  safe.reserve(json.size() + json.size() / 64);
  for (const char c : json) {
    if (c == '<')
      safe += "\\u003c";
    else
      safe += c;
  }
  return safe;
}

}  // namespace

std::string html_of(const Document& document, const std::string& html_template) {
  const std::string script = "<script type=\"application/json\" id=\"entact-document\">" +
                             inside_script(to_json(document)) + "</script>";
  return replaced(replaced(html_template, "<!--ENTACT-TITLE-->", escaped(document.title)),
                  "<!--ENTACT-DOCUMENT-->", script);
}

}  // namespace entact
