#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "entact/answer/answer.h"
#include "entact/io/toml.h"

namespace entact {

/// One command of entact, ready to run: its line as typed in the plan's folder, and the same call.
struct PlanCommand {
  std::string line{};  ///< canonical, without format: "entact mmrm adqs.csv --formula ..."
  std::function<Answer()> run{};
};

/// Options of a command as an [[analysis]] writes them: each key is the option's own name. Every
/// value that is there goes to the request and onto the command line, so that both say the same.
class PlanOptions {
 public:
  /// @param folder  of the plan; files are relative to it
  PlanOptions(TomlTable table, std::filesystem::path folder, std::string line)
      : table_(std::move(table)), folder_(std::move(folder)), line_(std::move(line)) {}

  void text(const std::string& name, std::string& into) { text_as(name, name, into); }
  /// A key whose name differs from the option's: `imputation` is --method of entact impute.
  void text_as(const std::string& key, const std::string& name, std::string& into);
  void number(const std::string& name, double& into);
  void integer(const std::string& name, int& into);
  void flag(const std::string& name, bool& into);
  /// One or several; the option is repeated.
  void texts(const std::string& name, std::vector<std::string>& into);
  /// One or several; the option takes them separated by commas.
  void listed(const std::string& name, std::vector<std::string>& into);
  void file(const std::string& name, std::string& into);
  /// An option that the plan sets by itself.
  void add(const std::string& name, const std::string& value);
  /// A file beside the plan.
  [[nodiscard]] std::string path(const std::string& name) const;

  [[nodiscard]] const TomlTable& table() const { return table_; }
  [[nodiscard]] const std::string& line() const { return line_; }

 private:
  [[nodiscard]] std::vector<std::string> words(const std::string& name) const;

  TomlTable table_;
  std::filesystem::path folder_{};
  std::string line_{};
};

/// Where the rows of an analysis are, and which of them.
struct PlanRows {
  std::filesystem::path folder{};
  std::string dataset{};             ///< file as the plan names it
  std::string subjects{};            ///< the file of ADSL
  std::vector<std::string> where{};  ///< of population and subgroup
  std::string interaction{};         ///< column of subgroups to test, where the method can
};

/// The command of an analysis by its method, one of plan_methods().
///
/// @throws Error "io.toml.value" if there is no such method
PlanCommand plan_command(const TomlTable& analysis, const std::string& method,
                         const PlanRows& rows);

/// The methods, in order.
const std::vector<std::string>& plan_methods();

}  // namespace entact
