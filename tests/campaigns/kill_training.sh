#!/bin/bash
# Kills a run of training at any moment, again and again, and goes on with it until it ends; its metrics and weights must be, bit for bit, those of
# a run that nobody killed. Usage: kill_training.sh SCENEWRIGHT DATA SECONDS [SEED]
set -u
program=$(realpath "$1"); data=$(realpath "$2"); end=$((SECONDS + $3)); RANDOM=${4:-1}
place=$(mktemp -d); trap 'rm -rf "$place"' EXIT
settings=(--preset tiny --device cpu --set iterations=40 --set batch_size=4 --set keep.checkpoint_every=5 --set keep.last_every=3)
"$program" train "${settings[@]}" --data "$data" --out "$place/whole" > "$place/log" 2>&1 || { cat "$place/log"; exit 2; }
figures() { sort -t, -k1,1n -u "$1/metrics.csv" | cut -d, -f1,2,6-; }   # without speed and waiting, which no two runs share
kills=0; runs=0; wrong=0
while [ $SECONDS -lt $end ]; do
  run="$place/run$runs"; runs=$((runs + 1)); first=1
  while :; do
    if [ $first = 1 ]; then "$program" train "${settings[@]}" --data "$data" --out "$run" > "$place/log" 2>&1 &
    else "$program" train --resume "$run" --device cpu > "$place/log" 2>&1 & fi
    pid=$!
    sleep "$((RANDOM % 6)).$((RANDOM % 1000))"
    if kill -9 $pid 2> /dev/null; then
      kills=$((kills + 1)); wait $pid 2> /dev/null
      # Before its folder is made there is nothing to go on with.
      [ -f "$run/config.toml" ] && first=0 || rm -rf "$run"
      if grep -qE "panicked|no checkpoint to go on from" "$place/log"; then
        # Killed before the first checkpoint: a new run is the way on, and the message says so.
        grep -q panicked "$place/log" && { wrong=$((wrong + 1)); tail -3 "$place/log"; break; }
        rm -rf "$run"; first=1
      fi
      continue
    fi
    wait $pid; code=$?
    if [ $code -ne 0 ]; then
      if grep -q "no checkpoint to go on from" "$place/log"; then rm -rf "$run"; first=1; continue; fi
      wrong=$((wrong + 1)); echo "run $runs: exit $code"; tail -3 "$place/log"
    elif ! cmp -s <(figures "$place/whole") <(figures "$run") \
      || ! cmp -s "$place/whole/checkpoints/last/weights.safetensors" "$run/checkpoints/last/weights.safetensors"; then
      wrong=$((wrong + 1)); echo "run $runs: differs from the run that nobody killed"; diff <(figures "$place/whole") <(figures "$run") | head -4
    fi
    break
  done
  rm -rf "$run"
done
echo "$kills kills in $runs runs, $wrong wrong"
[ $wrong -eq 0 ]
