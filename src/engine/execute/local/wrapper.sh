#!/bin/sh
# Runs one attempt and outlives the engine: claims it, sends output to files, leaves an exit record.
#
#   sh wrapper.sh FOLDER BOOT SPACE HOME PROGRAM [ARGUMENT…]
#
# FOLDER  the attempt's folder: claim, stdout, stderr and exit are written there
# BOOT    boot id, SPACE pid namespace: with pid and start time they name this process for good
# HOME    the engine's home; its engine is started when this attempt ends and none lives
#
# POSIX sh, and builtins on the way to the program, because every fork is paid a thousand times. Variables begin with
# _sl_: a shell exports what it assigns when the environment has a variable of that name, and the program's are the user's.
_sl_folder=$1 _sl_boot=$2 _sl_space=$3 _sl_home=$4
shift 4
set -f

# _sl_start_time STAT: sets _sl_start to field 22 of /proc/PID/stat. The program's name, field 2, may hold blanks and brackets.
_sl_start_time() {
  set -- ${1##*) }
  _sl_start=${20}
}

_sl_start=0
if [ -r "/proc/$$/stat" ]; then
  IFS= read -r _sl_stat <"/proc/$$/stat" && _sl_start_time "$_sl_stat"
elif command -v ps >/dev/null 2>&1; then
  _sl_start=$(ps -o lstart= -p $$ | tr -s ' ' '_')
fi

# The claim: created exclusively, so that of two wrappers of one attempt only one goes on, and none after an abandonment.
# 75: another has it. 74: there is no room for it; it is taken back, and may be tried again.
set -C
# `command`: where a redirection of the builtin `:` itself fails, a shell ends at once, by POSIX.
if ! command : >"$_sl_folder/claim"; then
  [ -e "$_sl_folder/claim" ] && exit 75
  exit 74
fi
set +C
if ! printf 'claimed pid=%s start=%s boot=%s space=%s\n' "$$" "$_sl_start" "$_sl_boot" "$_sl_space" >"$_sl_folder/claim"; then
  rm -f "$_sl_folder/claim"
  exit 74
fi

# Signals go to the whole process group: the program gets them with its default dispositions, this shell survives them
# to leave the record. (An ignored signal would be inherited, a trapped one is not.)
_sl_stopping=
trap '_sl_stopping=1' TERM INT HUP
trap : QUIT USR1 USR2 ALRM PIPE

if [ -n "$_sl_stopping" ]; then
  _sl_code=143
else
  # exec: a program that is called as one of this shell's own commands must not be taken for it.
  (exec "$@") </dev/null >>"$_sl_folder/stdout" 2>>"$_sl_folder/stderr"
  _sl_code=$?
fi
# One short write: a reader that misses the line's end reads again. A full disk is waited for; this process is the record
# until then.
until printf 'code=%s\n' "$_sl_code" >"$_sl_folder/exit"; do sleep 1; done 2>/dev/null

# A crashed engine is not restarted by anybody overnight, except from here.
_sl_engine_lives() {
  [ -r "$_sl_home/engine.pid" ] || return 1
  read -r _sl_pid _sl_began <"$_sl_home/engine.pid" || return 1
  if [ -r "/proc/self/stat" ]; then
    [ -r "/proc/$_sl_pid/stat" ] || return 1
    IFS= read -r _sl_stat <"/proc/$_sl_pid/stat" || return 1
    _sl_start_time "$_sl_stat"
    [ "$_sl_start" = "$_sl_began" ]
  else
    kill -0 "$_sl_pid" 2>/dev/null
  fi
}
# Of many attempts that end together one starts it; a start that came to nothing is forgotten after a minute.
_sl_first() {
  mkdir "$_sl_home/engine/starting" 2>/dev/null && return 0
  [ -n "$(find "$_sl_home/engine/starting" -prune -mmin +1 2>/dev/null)" ]
}
if [ -f "$_sl_home/engine/start" ] && ! _sl_engine_lives && _sl_first; then
  sh "$_sl_home/engine/start" </dev/null >/dev/null 2>&1
fi
