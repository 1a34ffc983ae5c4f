// Expected: invalid initialization|no matching function
// A name space is no document type, though both are text.
#include "mdoc/core/strong.hpp"

void request(const mdoc::DocType& doc_type);

void use(const mdoc::DocType& doc_type, const mdoc::NameSpace& name_space) {
#ifdef CONTROL
  static_cast<void>(name_space);
  request(doc_type);
#else
  static_cast<void>(doc_type);
  request(name_space);
#endif
}
