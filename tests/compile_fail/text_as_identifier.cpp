// Expected: invalid initialization|no matching function
// Text becomes an identifier where somebody says so.
#include "mdoc/core/strong.hpp"

void request(const mdoc::DocType& doc_type);

void use(std::string_view text) {
#ifdef CONTROL
  request(mdoc::DocType(text));
#else
  request(text);
#endif
}
