#pragma once

namespace entact {

/// The missing value of SAS that carries a letter: .A to .Z and ._ ; a NaN that keeps the letter in
/// its payload, so that every computation sees it as missing and a SAS file gets it back.
///
/// @param letter  'A' to 'Z' or '_'
double special_missing(char letter);

/// The letter of a special missing value; 0 for any other number and for plain missing.
char missing_letter(double value);

}  // namespace entact
