#!/bin/bash
# Every command that writes, on a disk without room and in a folder that is read-only. Needs root on Linux (it mounts small file systems in
# memory) and the user "nobody". Usage: full_disk.sh SCENEWRIGHT CHECKOUT
#
# Right is: exit code 1, an error that names the target and no temporary file, no backtrace, the old file as it was, nothing left beside it.
set -u
program=$(realpath "$1"); checkout=$(realpath "$2")
place=$(mktemp -d); chmod 755 "$place"; trap 'umount "$place"/disk 2>/dev/null; rm -rf "$place"' EXIT
mkdir "$place/disk"; export RUST_BACKTRACE=1
scene="$checkout/assets/scenes/farm.json"; failures=0; count=0
cp "$scene" "$place/scene.json"
model="$checkout/models/collage-illustrated"
"$program" render "$place/scene.json" --model "$model" --out "$place/drawn" > /dev/null 2>&1
picture=$(ls "$place"/drawn/*.png | grep -v boxes | grep -v masks | head -1)

# check NAME TARGET OLD COMMAND...: OLD is a file whose bytes must stay at TARGET, or - where there was none
check() {
  local name="$1" target="$2" old="$3"; shift 3; count=$((count + 1))
  local said code; echo "$name" >&2; said=$("$@" 2>&1); code=$?
  local wrong=""
  [ $code -eq 1 ] || wrong="$wrong exit-$code"
  grep -qE "\.tmp|/\.scenewright|\.draft" <<< "$said" && wrong="$wrong names-a-temporary-file"
  grep -qE "stack backtrace|^ *[0-9]+: .*::|std::backtrace" <<< "$said" && wrong="$wrong backtrace"
  grep -q "panicked" <<< "$said" && wrong="$wrong panic"
  if [ "$old" = - ]; then [ ! -e "$target" ] || [ -d "$target" -a -z "$(ls -A "$target" 2>/dev/null)" ] || wrong="$wrong half-a-file"; else cmp -s "$old" "$target" || wrong="$wrong old-file-changed"; fi
  [ -z "$(find "$(dirname "$target")" -name '*.tmp' 2>/dev/null)" ] || wrong="$wrong leftovers"
  if [ -n "$wrong" ]; then failures=$((failures + 1)); echo "WRONG $name:$wrong"; tail -3 <<< "$said" | cut -c1-300; fi
}

full() { # full BYTES: a fresh disk with so much room
  umount "$place/disk" 2>/dev/null; mount -t tmpfs -o size="$1" tmpfs "$place/disk"
}

commands() { # commands LABEL RUN...
  local label="$1" prefix=$2; shift 2
  for ending in png jpg webp ora gif dot json; do
    local out="$place/disk/it.$ending"
    $prefix; check "$label export .$ending" "$out" - "$@" "$program" export "$place/scene.json" --model "$model" --scale 8 --out "$out"
  done
  for format in masks boxes mask-overview segmentation coco; do
    local out="$place/disk/$format.out"
    $prefix; check "$label export $format" "$out" - "$@" "$program" export "$place/scene.json" --model "$model" --scale 4 --format "$format" --out "$out"
  done
  $prefix; check "$label import" "$place/disk/model" - "$@" "$program" import "$checkout/tests/golden/tiny.pt" --out "$place/disk/model"
  $prefix; check "$label render" "$place/disk/out" - "$@" "$program" render "$place/scene.json" --model "$model" --scale 8 --out "$place/disk/out"
  $prefix; check "$label graph embed" "$place/disk/embedded.png" - "$@" "$program" graph embed "$place/scene.json" "$picture" --out "$place/disk/embedded.png"
  $prefix; check "$label say" "$place/disk/said.json" - "$@" "$program" say "add kite in sky" --scene "$place/scene.json" --out "$place/disk/said.json"
  $prefix; check "$label preview" "$place/disk/sheet.png" - "$@" "$program" dataset preview --out "$place/disk/sheet.png"
  $prefix; check "$label sprites" "$place/disk/sprites.png" - "$@" "$program" dataset sprites --out "$place/disk/sprites.png"
}

no_room() { full 32k; head -c 1M /dev/zero > "$place/disk/filler" 2> /dev/null; }
commands "no room:" no_room env
# A file that is replaced stays as it was.
full 128k; cp "$place/scene.json" "$place/disk/old.json"; head -c 1M /dev/zero > "$place/disk/filler" 2>/dev/null
check "no room: a file that is there" "$place/disk/old.json" "$place/scene.json" "$program" say "add kite in sky" --scene "$place/scene.json" --out "$place/disk/old.json"
read_only() { full 64m; chmod 755 "$place/disk"; }
commands "read-only:" read_only setpriv --reuid=65534 --regid=65534 --clear-groups
echo "$count write paths, $failures wrong"
[ $failures -eq 0 ]
