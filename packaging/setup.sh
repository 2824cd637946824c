#!/usr/bin/env bash
# Installs what building (and, with "test", testing) needs on Debian 12, and only what is missing. Needs root or sudo
# only if something is missing. Asks apt once, by name.
set -euo pipefail

build=(gcc pkg-config libgl1-mesa-dev xorg-dev)
run=(xvfb libgl1-mesa-dri espeak-ng alsa-utils)
test=(xdotool zbar-tools tesseract-ocr tesseract-ocr-deu chromium)

want=("${build[@]}")
case "${1:-build}" in
  build) ;;
  run) want+=("${run[@]}") ;;
  test) want+=("${run[@]}" "${test[@]}") ;;
  *) echo "usage: setup.sh [build|run|test]" >&2; exit 2 ;;
esac

missing=()
for p in "${want[@]}"; do
  dpkg-query -W -f '${Status}' "$p" 2>/dev/null | grep -q 'ok installed' || missing+=("$p")
done
[ ${#missing[@]} -eq 0 ] && exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || { echo "These packages are missing; install them as root: ${missing[*]}" >&2; exit 1; }
  as_root=(sudo)
fi
echo "Installing ${missing[*]}" >&2
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
