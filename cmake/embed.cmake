# cmake -DINPUT=<file> -DOUTPUT=<file.cpp> -DSYMBOL=<name> -P embed.cmake
# Writes a source file that holds the bytes of INPUT as mdoc::cli::SYMBOL (see src/cli/embedded.hpp).
file(READ "${INPUT}" hex HEX)
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
file(WRITE "${OUTPUT}" "#include \"cli/embedded.hpp\"\n
namespace mdoc::cli {
namespace {
constexpr std::uint8_t bytes[] = {${bytes}};
}
ByteView ${SYMBOL}() { return bytes; }
}  // namespace mdoc::cli\n")
