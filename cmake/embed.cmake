# cmake -DINPUT=<file> -DOUTPUT=<file.cpp> -DHEADER=<header> -DNAMESPACE=<namespace> -DSYMBOL=<name> -P embed.cmake
# Writes a source file that holds the bytes of INPUT as ByteView NAMESPACE::SYMBOL(), which HEADER declares.
file(READ "${INPUT}" hex HEX)
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
file(WRITE "${OUTPUT}" "#include \"${HEADER}\"\n
namespace ${NAMESPACE} {
namespace {
constexpr std::uint8_t bytes[] = {${bytes}};
}
ByteView ${SYMBOL}() { return bytes; }
}  // namespace ${NAMESPACE}\n")
