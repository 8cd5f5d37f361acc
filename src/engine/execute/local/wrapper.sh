#!/bin/sh
# Runs one attempt and outlives the engine: claims it, sends output to files, leaves an exit record.
#
#   sh wrapper.sh FOLDER BOOT SPACE HOME PROGRAM [ARGUMENT…]
#
# FOLDER  the attempt's folder: claim, stdout, stderr and exit are written there
# BOOT    boot id, SPACE pid namespace: with pid and start time they name this process for good
# HOME    the engine's home; its engine is started when this attempt ends and none lives
#
# POSIX sh and nothing else: builtins on the way to the program, because every fork is paid a thousand times.
folder=$1 boot=$2 space=$3 home=$4
shift 4
set -f

# start_time STAT: sets `start` to field 22 of /proc/PID/stat. The program's name, field 2, may hold spaces and brackets.
start_time() {
  set -- ${1##*) }
  start=${20}
}

start=0
if [ -r "/proc/$$/stat" ]; then
  IFS= read -r stat <"/proc/$$/stat" && start_time "$stat"
elif command -v ps >/dev/null 2>&1; then
  start=$(ps -o lstart= -p $$ | tr -s ' ' '_')
fi

# The claim: created exclusively, so that of two wrappers of one attempt only one goes on, and none after an abandonment.
set -C
if ! printf 'claimed pid=%s start=%s boot=%s space=%s\n' "$$" "$start" "$boot" "$space" >"$folder/claim"; then
  [ -e "$folder/claim" ] && exit 75
  exit 74
fi
set +C

# Signals go to the whole process group: the program gets them with its default dispositions, this shell survives them
# to leave the record. (An ignored signal would be inherited, a trapped one is not.)
stopping=
trap 'stopping=1' TERM INT HUP
trap : QUIT USR1 USR2 ALRM PIPE

if [ -n "$stopping" ]; then
  code=143
else
  "$@" </dev/null >>"$folder/stdout" 2>>"$folder/stderr"
  code=$?
fi
# One short write: a reader that misses the line's end reads again.
printf 'code=%s\n' "$code" >"$folder/exit"

# A crashed engine is not restarted by anybody overnight, except from here.
engine_lives() {
  [ -r "$home/engine.pid" ] || return 1
  read -r pid began <"$home/engine.pid" || return 1
  if [ -r "/proc/self/stat" ]; then
    [ -r "/proc/$pid/stat" ] || return 1
    IFS= read -r stat <"/proc/$pid/stat" || return 1
    start_time "$stat"
    [ "$start" = "$began" ]
  else
    kill -0 "$pid" 2>/dev/null
  fi
}
if [ -f "$home/engine/start" ] && ! engine_lives; then
  sh "$home/engine/start" </dev/null >/dev/null 2>&1
fi
