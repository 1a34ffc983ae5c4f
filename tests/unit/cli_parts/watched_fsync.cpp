#include "watched_fsync.hpp"

#include <cerrno>

#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace mdoc::testing {

std::function<int(bool is_folder)> on_fsync;  // NOLINT(*-avoid-non-const-global-variables)

}  // namespace mdoc::testing

extern "C" int fsync(int descriptor) {
  using mdoc::testing::on_fsync;
  struct stat status {};
  const int error = on_fsync && ::fstat(descriptor, &status) == 0 ? on_fsync(S_ISDIR(status.st_mode)) : 0;
  if (error == 0) return static_cast<int>(::syscall(SYS_fsync, descriptor));
  errno = error;
  return -1;
}
