#!/bin/bash
# The inputs that fuzzing kept, given to the commands that a person would use. Usage: cases.sh SCENEWRIGHT FOLDER-OF-FILES
#
# Right is: exit code 0 or 1, no panic, at most ten seconds and 1.5 GB.
set -u
program=$(realpath "$1"); wrong=0; count=0
out=$(mktemp -d); trap 'rm -rf "$out"' EXIT
try() {
  count=$((count + 1))
  said=$(ulimit -v 3000000; timeout 10 "$@" 2>&1); code=$?
  if [ $code -gt 1 ] || grep -q panicked <<< "$said"; then wrong=$((wrong + 1)); echo "WRONG ($code): $*"; tail -2 <<< "$said" | cut -c1-200; fi
}
for file in "$2"/*; do
  try "$program" info "$file"
  case "$(basename "$file")" in
    checkpoint*) try "$program" import "$file" --out "$out/model" --replace ;;
    annotations* | other_tools* | visual_genome*) mkdir -p "$out/set"; cp "$file" "$out/set/annotations.json"; try "$program" dataset doctor "$out/set" ;;
    sentences*) try "$program" say "$(tr -d '\0' < "$file" | head -c 2000)" ;;
    *) try "$program" render "$file" --out "$out/drawn" ;;
  esac
done
echo "$count commands, $wrong wrong"
[ $wrong -eq 0 ]
