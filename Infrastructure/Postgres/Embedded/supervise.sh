#!/bin/sh
# Runs one program that must never outlive the process at the other end of this script's standard input.
#
#   supervise.sh SIGNAL GRACE_SECONDS PROGRAM [ARGUMENT...]
#
# The first line of standard input is handed to the program (initdb's password travels so: it is on no command line).
# After that the pipe only says that its writer lives. When it ends, for whatever reason, SIGKILL included, the
# program is asked to end with SIGNAL, and made to if it has not done so within the grace. The line "immediate" asks
# for PostgreSQL's immediate shutdown. The script ends with the program, with its status.

signal=$1
grace=$2
shift 2

# A supervisor that is itself killed takes the program along, where the system can arrange that.
if setpriv --pdeathsig "$signal" true 2>/dev/null; then
  set -- setpriv --pdeathsig "$signal" "$@"
fi

# The order to stop comes through the pipe alone; a signal to the whole session or service unit is not for us. Caught
# rather than ignored: the program would inherit the ignoring.
trap : HUP INT TERM

IFS= read -r first_line
exec 3<&0
printf '%s\n' "$first_line" | "$@" 3<&- &
program=$!

watch() {
  trap '' HUP INT TERM
  while read -r order; do
    if [ "$order" = immediate ]; then
      kill -QUIT "$program"
    fi
  done
  kill -s "$signal" "$program"
  # tenths of a second, so that no pause outlives the program noticeably
  patience=$((grace * 10))
  while [ "$patience" -gt 0 ]; do
    sleep 0.1
    patience=$((patience - 1))
  done
  kill -QUIT "$program"
  sleep 5
  kill -KILL "$program"
}
watch <&3 2>/dev/null &
watcher=$!
exec 3<&-

# "wait" also returns when one of the signals above arrives.
while
  wait "$program"
  status=$?
  kill -0 "$program" 2>/dev/null
do :; done
kill -KILL "$watcher" 2>/dev/null
exit "$status"
