#!/bin/bash
# Kills the writer of the editor's journal 2 x 150 times and that of Annotate's files 50 times, each at a moment that dice choose. At most the
# gesture in flight may be lost. Usage: kill_editor.sh [SEED]; other seeds, other moments.
set -eu
cd "$(dirname "$0")/../.."
export SCENEWRIGHT_KILLS_SEED="${1:-1000}"
tests() { cargo test -q -p scenewright-document --test document -- "$@"; }
SCENEWRIGHT_KILLS=150 tests --exact kill::at_most_the_edit_in_flight_is_lost kill::a_burst_gives_a_beginning
SCENEWRIGHT_KILLS=50 tests --exact annotation::kill::at_most_the_edit_in_flight_is_lost
echo "350 kills, nothing lost but what was in flight"
