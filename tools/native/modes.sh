# Sourced by tools/native-check and tools/java-check: the builds of the double's modes, in target/native-check.
work=$root/target/native-check
mkdir -p "$work"

step() { printf '\n--- %s\n' "$*"; }
loud() { printf '\n!!! %s\n' "$*"; }
fail() { printf '\n%s FAILED: %s\n' "$(basename "$0")" "$*" >&2; exit 1; }

# logged WHAT COMMAND..: quiet while it is well; the end of its output where it is not.
logged() {
  local what=$1
  shift
  if ! "$@" >"$log" 2>&1; then
    tail -40 "$log" >&2
    fail "$what"
  fi
}

configure() { logged "CMake does not configure $1" cmake -S "$root/native" -B "$work/$1" "${@:2}"; }
# build FOLDER [TARGET..]
build() {
  local targets=()
  (($# == 1)) || targets=(--target "${@:2}")
  logged "$1 does not compile" cmake --build "$work/$1" --parallel "$(nproc)" "${targets[@]}"
}

configure_mode() {
  local mode=$1 type=RelWithDebInfo  # reports name source lines, which the planted bugs' tests look for
  [[ $mode == plain ]] && type=Release
  configure "$mode" -DCMAKE_BUILD_TYPE="$type" -DRNN4J_LAB=ON -DRNN4J_EMULATED=ON \
    -DRNN4J_EMULATION_MODE="$mode" -DRNN4J_EMULATION_TESTS=ON
}
