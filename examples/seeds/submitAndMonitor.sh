#!/bin/sh
# TQ42's guide "Submitting and Monitoring a Run", in a terminal: each call of the guide is a line of `sidelab` here. It
# serves the function itself while it runs. SIDELAB says how to call `sidelab` where it is not this project's own.
set -eu
cd -- "$(dirname -- "$0")"
sidelab() { ${SIDELAB:-npm run --silent sidelab --} "$@"; }

node objectiveServer.mjs 8042 &
server=$!
trap 'kill "$server" 2>/dev/null' EXIT

# ExperimentRun.create(…): resolves when the run is durable, and prints its id.
id=$(sidelab run --detach tetra-opt.run.json)

# ExperimentRun(…).poll(): returns when the run has ended. The exit code is 0 when it has completed.
sidelab wait "$id"

# ExperimentRun(…).check(): how it is at any time.
sidelab status "$id"

# ExperimentRun(…).cancel(): a queued, pending or running one. `status` then exits with 130.
id=$(sidelab run --detach long-running-job.run.json)
sidelab cancel "$id"
sidelab status "$id" || test $? -eq 130
