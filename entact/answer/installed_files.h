#pragma once

#include <filesystem>
#include <string>

namespace entact {

/// The folder of the evidence base: `wanted` if given, else $ENTACT_DATA, else
/// `../share/entact/data` beside the program, else the source tree that it was built from.
/// @throws Error "answer.data.none" if none of them is a folder with a schema.csv
std::filesystem::path find_data(const std::string& wanted);

/// The built web view, template.html, looked for in $ENTACT_WEB, `../share/entact/web` beside the
/// program, the source tree.
/// @throws Error "answer.web.none" if it is nowhere
std::filesystem::path find_web_template();

}  // namespace entact
