#pragma once

#include <concepts>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace entact {

/// Which of the program's exit codes an Error means: usage 2, input 3, unanswerable 4.
enum class ErrorKind {
  usage,         ///< the request itself is wrong: unknown option, missing argument
  input,         ///< a file or value cannot be read or is invalid
  unanswerable,  ///< the input is fine, the question has no answer in it
};

/// The one exception of the library: a stable code and a message for the user.
///
/// The code is `floor.topic.reason`, never renamed, and listed in docs/errors.md. The message says
/// what, where, the rule, the value seen and how to mend it.
class Error : public std::runtime_error {
 public:
  Error(std::string code, const std::string& message, ErrorKind kind = ErrorKind::input)
      : std::runtime_error(message), code_(std::move(code)), kind_(kind) {}
  [[nodiscard]] const std::string& code() const { return code_; }
  [[nodiscard]] ErrorKind kind() const { return kind_; }

 private:
  std::string code_;
  ErrorKind kind_;
};

/// @throws Error(code, message, kind) unless `ok`.
void require(bool ok, std::string_view code, std::string_view message,
             ErrorKind kind = ErrorKind::input);

/// As above; `message()` is made only if it is needed, where that costs more than the test.
template <std::invocable Message>
void require(bool ok, std::string_view code, const Message& message,
             ErrorKind kind = ErrorKind::input) {
  if (!ok) require(false, code, std::string_view(std::string(message())), kind);
}

/// What `make` returns; an error of it begins with the place and keeps its code and kind.
template <class Make>
decltype(auto) at_place(const std::string& place, const Make& make) {
  try {
    return make();
  } catch (const Error& error) {
    throw Error(error.code(), place + ": " + error.what(), error.kind());
  }
}

/// One fault in otherwise usable input; the caller decides what it means.
struct Issue {
  enum class Severity { warning, error };
  Severity severity = Severity::error;
  std::string code{};    ///< stable, as in Error
  std::string file{};    ///< as the user named it; empty if not from a file
  long line = 0;         ///< 1-based; 0 = none
  long column = 0;       ///< 1-based field number; 0 = the whole line
  std::string name{};    ///< column name or key
  std::string rule{};    ///< what must hold, as a sentence without a full stop
  std::string value{};   ///< what was seen
  std::string remedy{};  ///< how to mend it; may be empty
};

/// `file:line:column (name): rule; saw "value". remedy`, leaving out what is empty.
std::string to_text(const Issue& issue);

}  // namespace entact
