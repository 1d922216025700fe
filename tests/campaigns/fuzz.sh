#!/bin/bash
# Every reader on inputs that are nearly right. Usage: fuzz.sh [SECONDS-A-READER] [SEED], or fuzz.sh --libfuzzer SECONDS with cargo-fuzz and a
# nightly compiler. FUZZ_FEATURES=models adds the readers of checkpoints and model folders. Findings are in fuzz/findings.
set -u
cd "$(dirname "$0")/../../fuzz"
features=(${FUZZ_FEATURES:+--features "$FUZZ_FEATURES"})
targets="scene png annotations other_tools visual_genome hdf5 picture svg journal sentences vocabulary"
[ "${FUZZ_FEATURES:-}" = models ] && targets="$targets checkpoint model_folder"
failed=0
if [ "${1:-}" = --libfuzzer ]; then
  for target in $targets; do
    cargo +nightly fuzz run "fuzz_$target" --features "libfuzzer${FUZZ_FEATURES:+,$FUZZ_FEATURES}" -- -max_total_time="$2" -rss_limit_mb=4096 || failed=1
  done
  exit $failed
fi
cargo build --release --bin campaign "${features[@]}" || exit 2
program="${CARGO_TARGET_DIR:-target}/release/campaign"
for target in $targets; do
  "$program" "$target" --seconds "${1:-60}" --seed "${2:-1}" --out findings
  code=$?
  # An abort leaves the input that it was reading.
  [ $code -gt 1 ] && { echo "$target: ended with $code; its input is findings/$target.current"; cp "findings/$target.current" "findings/$target-abort"; }
  [ $code -ne 0 ] && failed=1
done
exit $failed
