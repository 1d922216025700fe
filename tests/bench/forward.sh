#!/usr/bin/env bash
# Alternates this program and PyTorch on the same network; prints medians and their ratio. See README.md beside this file.
set -euo pipefail
python=$1 script=$2 rounds=${3:-3}
cd "$(dirname "$0")/../.."
[ -n "${NO_BUILD:-}" ] || cargo build --release --quiet
bin=target/release/scenewright
export RAYON_NUM_THREADS=2
for setting in "64 1 40" "128 1 30" "64 16 8"; do
  read -r size batch runs <<<"$setting"
  lines=$(mktemp)
  for _ in $(seq "$rounds"); do
    "$python" "$script" forward --size "$size" --batch "$batch" --threads 2 --runs "$runs" >>"$lines"
    "$bin" bench --size "$size" --batch "$batch" --runs "$runs" --device cpu --json >>"$lines"
  done
  "$python" - "$lines" "$size" "$batch" <<'PY'
import json, statistics, sys
rows = [json.loads(line) for line in open(sys.argv[1])]
median = lambda what: statistics.median(row["median_ms"] for row in rows if row["what"] == what)
torch = median("forward")
for what in ("new noise", "same noise"):
    ours = median(what)
    print(f"{sys.argv[2]} px, batch {sys.argv[3]}, {what}: PyTorch {torch:.2f} ms, Scenewright {ours:.2f} ms, ratio {ours / torch:.3f}")
print("peak MiB: PyTorch", max(r["peak_mib"] for r in rows if r["what"] == "forward"),
      "Scenewright", max(r["peak_mib"] for r in rows if r["what"] != "forward"))
PY
  rm "$lines"
done
