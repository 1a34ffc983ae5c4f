# Sourced, after common.bash, by scripts whose programs need another kernel than this machine's, for what only a kernel
# can offer: virtual Bluetooth controllers. Debian's stock kernel runs in an emulator, on this machine's own files: every
# program is there, under its own path, and nothing that runs there can change a file but in one shared folder. Neither
# privileges nor hardware support for virtualization are needed.

vm_folder=build/vm

# vm_unavailable <reason>: CI must run it, others are told.
vm_unavailable() {
  [[ ${CI:-} != true ]] || die "$1; CI must run this"
  printf '%s: skipped: %s\n' "${0##*/}" "$1" >&2
  exit 77
}

vm_as_root() { if [[ $EUID -eq 0 ]]; then "$@"; elif have sudo; then sudo "$@"; else return 1; fi; }

# vm_kernel_package: prints the file name that Debian's current kernel is downloaded under, such as
# linux-image-6.1.0-1-amd64_6.1.4-1_amd64.deb; nothing, where the package lists do not know it.
vm_kernel_package() {
  local package
  package=$(apt-cache depends linux-image-amd64 2>/dev/null |
    awk '/^ *Depends: linux-image-[0-9]/ && !found { found = 1; print $2 }')
  [[ -z $package ]] || apt-get download --print-uris "$package" 2>/dev/null | cut -d ' ' -f 2
}

# vm_fetch <file name>: the kernel of that package, unpacked, not installed, in build/vm/<package>_<version>.
vm_fetch() {
  local file=$1 part=$vm_folder/part release
  say "Fetching ${file%_*}" >&2
  rm -rf "$part"
  mkdir -p "$part/tree"
  # As the user that runs this: apt's own may not be let into this folder.
  (cd "$part" && apt-get download -q -o APT::Sandbox::User=root "${file%%_*}" >&2) || return 1
  # The name of what came is not asked for again, as it may be newer, and apt escapes some characters.
  dpkg-deb --extract "$part"/*.deb "$part/tree" || return 1
  rm -f "$part"/*.deb
  release=$(basename "$part"/tree/lib/modules/*)
  depmod --basedir "$part/tree" "$release" || return 1
  vm_elf "$part/tree/boot/vmlinuz-$release" "$part/kernel" || return 1
  mv "$part" "$vm_folder/${file%_*}"
}

# vm_elf <vmlinuz> <result>: the kernel proper, which begins at once, where vmlinuz would have to unpack itself under
# emulation, for three seconds. Where it lies is in the header (Documentation/x86/boot.rst, setup_sects,
# payload_offset, payload_length). One that is packed otherwise than with xz stays as it is.
vm_elf() {
  local sectors offset length
  field() { od --address-radix=n --endian=little --format="u$3" --skip-bytes="$2" --read-bytes="$3" "$1" | tr -d ' '; }
  sectors=$(field "$1" 0x1f1 1)
  offset=$(field "$1" 0x248 4)
  length=$(field "$1" 0x24c 4)
  # The last four bytes of the payload are its unpacked size.
  if ! dd if="$1" iflag=skip_bytes,count_bytes,fullblock bs=1M skip=$(((sectors + 1) * 512 + offset)) count=$((length - 4)) \
    status=none | xz --decompress --stdout >"$2" 2>/dev/null; then
    cp "$1" "$2"
  fi
}

# vm_initramfs <kernel folder> <module>...: prints the path of a file system in memory with tests/vm/init and these
# modules, with what they depend on. Made when either has changed.
vm_initramfs() {
  local kernel=$1 tree=$1/tree release image module action path target
  shift
  # What the first process loads itself, in this order: what it needs to see the host's files.
  local boot=(virtio_pci virtio_rng 9pnet_virtio 9p overlay)
  release=$(basename "$tree"/lib/modules/*)
  image=$kernel/initramfs-$({ printf '%s\n' "${boot[@]}" "$@"; cat tests/vm/init scripts/vm.bash; } | sha256sum | cut -c1-12).gz
  if [[ ! -f $image ]]; then
    local part root_folder
    part=$(mktemp -d "$kernel/part.XXXXXX")
    root_folder=$part/root
    mkdir -p "$root_folder"/{bin,dev,host,layer,proc,root,sys} "$root_folder/lib/modules/$release"
    cp /bin/busybox "$root_folder/bin/busybox"
    cp tests/vm/init "$root_folder/init"
    cp "$tree/lib/modules/$release"/modules.{order,builtin,builtin.modinfo} "$root_folder/lib/modules/$release/"
    for module in "${boot[@]}" "$@"; do
      # One line for each module, dependencies first: `insmod <path>`, or `builtin <name>`.
      modprobe --dirname "$tree" --set-version "$release" --show-depends "$module" >"$part/depends"
      while read -r action path _; do
        [[ $action == insmod ]] || continue
        target=/lib/modules/${path#*/lib/modules/}
        target=${target%.xz}
        if [[ ! -f $root_folder$target ]]; then
          mkdir -p "$(dirname "$root_folder$target")"
          if [[ $path == *.xz ]]; then xz --decompress --stdout "$path"; else cat "$path"; fi >"$root_folder$target"
          [[ " ${boot[*]} " != *" $module "* ]] || echo "$target" >>"$root_folder/boot-modules"
        fi
      done <"$part/depends"
    done
    depmod --basedir "$root_folder" "$release"
    rm -f "$kernel"/initramfs-*.gz
    (cd "$root_folder" && find . -print0 | cpio --null --create --format=newc --owner=0:0 --quiet | gzip -1) >"$part/image"
    mv "$part/image" "$image"
    rm -rf "$part"
  fi
  echo "$image"
}

# vm_prepare <module>...: installs what is missing, fetches the kernel once, and makes the machine ready to start with
# these kernel modules at hand. Sets vm_kernel and vm_memory_files.
vm_prepare() {
  local file
  [[ $(uname -m) == x86_64 ]] || vm_unavailable "the virtual machine runs this system's programs, and its kernel is amd64"
  scripts/setup vm >&2 || vm_unavailable "packages are missing (scripts/setup vm)"
  local tool
  for tool in apt-get dpkg-deb qemu-system-x86_64 busybox cpio depmod xz; do
    have "$tool" || [[ -x /sbin/$tool ]] || vm_unavailable "needs $tool"
  done
  PATH=$PATH:/usr/sbin:/sbin
  file=$(vm_kernel_package)
  if [[ -z $file ]] || ! { [[ -d $vm_folder/${file%_*} ]] || vm_fetch "$file"; }; then
    # The package lists are not there, or older than what the mirror has.
    vm_as_root apt-get update -q >&2 || true
    file=$(vm_kernel_package)
    [[ -z $file ]] || vm_fetch "$file" || true
  fi
  vm_kernel=$vm_folder/${file%_*}
  if [[ -z $file || ! -d $vm_kernel ]]; then
    # An older one does as well.
    vm_kernel=$(find "$vm_folder" -mindepth 1 -maxdepth 1 -name 'linux-image-*' 2>/dev/null | sort -V | tail -n 1)
    [[ -n $vm_kernel ]] || vm_unavailable "the kernel cannot be fetched (apt-get download linux-image-amd64)"
  fi
  vm_memory_files=$(vm_initramfs "$vm_kernel" "$@")
}

# vm_run <folder> <seconds> <command>...: runs the command in the machine, as root, in the project's root folder. The
# folder is /run/lane there, and can be written to. What the command prints is printed, and kept in console.log; returns
# its exit code, or 124 where the machine did not end in time, 125 where it ended by itself. While the machine runs, its
# process is named in <folder>/pid.
vm_run() {
  local folder=$1 seconds=$2 status=0
  shift 2
  { printf 'cd %q\nexec' "$root"; printf ' %q' "$@"; echo; } >"$folder/command"
  rm -f "$folder/exit-code"
  local options=(
    -machine q35 -accel tcg,thread=multi,tb-size=512 -cpu max -smp 1 -m 1024
    -nodefaults -no-user-config -display none -serial stdio -no-reboot
    -kernel "$vm_kernel/kernel" -initrd "$vm_memory_files"
    # What guards a machine that others use costs time. What the kernel says is kept in kernel.log.
    -append "console=ttyS0 quiet loglevel=3 panic=-1 reboot=t mitigations=off nokaslr nowatchdog audit=0 apparmor=0 random.trust_cpu=on"
    -fsdev "local,id=host,path=/,security_model=none,readonly=on,multidevs=remap"
    -device virtio-9p-pci,fsdev=host,mount_tag=host
    -fsdev "local,id=shared,path=$folder,security_model=none"
    -device virtio-9p-pci,fsdev=shared,mount_tag=shared
    -pidfile "$folder/pid"
    -object rng-random,id=random,filename=/dev/urandom -device virtio-rng-pci,rng=random
  )
  # In the foreground group, so that an interrupted script takes the machine with it.
  timeout --foreground --kill-after=5 "$seconds" qemu-system-x86_64 "${options[@]}" </dev/null 2>"$folder/emulator.log" |
    tee "$folder/console.log" || status=${PIPESTATUS[0]}
  if [[ $status -eq 124 || $status -eq 137 ]]; then
    say "The machine did not end within $seconds s."
    return 124
  elif [[ ! -f $folder/exit-code ]]; then
    say "The machine ended before its command did:"
    cat "$folder/emulator.log"
    return 125
  fi
  return "$(<"$folder/exit-code")"
}
