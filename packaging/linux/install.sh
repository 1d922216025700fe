#!/bin/sh
# Puts the program and what a desktop wants of it under a prefix: install.sh BINARY PREFIX. No root where the prefix needs none.
set -eu
[ $# -eq 2 ] || { echo "usage: install.sh BINARY PREFIX" >&2; exit 2; }
binary=$1
prefix=$2
here=$(cd "$(dirname "$0")" && pwd)
icons=$here/../icons
id=io.github.scenewright.Scenewright
install -Dm755 "$binary" "$prefix/bin/scenewright"
install -Dm644 "$here/$id.desktop" "$prefix/share/applications/$id.desktop"
install -Dm644 "$here/$id.metainfo.xml" "$prefix/share/metainfo/$id.metainfo.xml"
install -Dm644 "$here/$id.xml" "$prefix/share/mime/packages/$id.xml"
install -Dm644 "$icons/scenewright.svg" "$prefix/share/icons/hicolor/scalable/apps/$id.svg"
for size in 16 24 32 48 64 128 256 512; do
  install -Dm644 "$icons/scenewright-$size.png" "$prefix/share/icons/hicolor/${size}x$size/apps/$id.png"
done
# The program writes its own manual and completions; it does not run where it was built for another machine.
pages=$(mktemp -d)
trap 'rm -rf "$pages"' EXIT
if "$binary" man --out "$pages" >/dev/null 2>&1; then
  for page in "$pages"/*.1; do
    gzip -9n "$page"
    install -Dm644 "$page.gz" "$prefix/share/man/man1/$(basename "$page").gz"
  done
  "$binary" completions bash >"$pages/bash"
  "$binary" completions zsh >"$pages/zsh"
  "$binary" completions fish >"$pages/fish"
  install -Dm644 "$pages/bash" "$prefix/share/bash-completion/completions/scenewright"
  install -Dm644 "$pages/zsh" "$prefix/share/zsh/site-functions/_scenewright"
  install -Dm644 "$pages/fish" "$prefix/share/fish/vendor_completions.d/scenewright.fish"
fi
