# Finds p11-kit/pkcs11.h, the types of PKCS #11, in p11-kit_INCLUDE_DIR. Modules are loaded at run time, so there is no
# library to link. p11-kit comes with a .pc file and no CMake package; the folder is not one that compilers search.
find_path(p11-kit_INCLUDE_DIR p11-kit/pkcs11.h PATH_SUFFIXES p11-kit-1)
mark_as_advanced(p11-kit_INCLUDE_DIR)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(p11-kit REQUIRED_VARS p11-kit_INCLUDE_DIR
  REASON_FAILURE_MESSAGE "Install the headers of p11-kit (Debian: libp11-kit-dev)")
