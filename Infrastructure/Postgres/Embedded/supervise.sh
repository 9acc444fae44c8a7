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
# The program's output is the program's: the shell's own remarks on who was killed are not part of it.
exec 2>/dev/null

# Whatever ends first, nothing of this script is left: USR1 ends the watch, and with it the pause that it is in.
watch() {
  trap '' HUP INT TERM
  while read -r order; do
    if [ "$order" = immediate ]; then
      kill -QUIT "$program"
    fi
  done
  trap 'kill -KILL "$!"; wait "$!"; exit' USR1
  kill -s "$signal" "$program" || return
  pause "$grace"
  kill -QUIT "$program" || return
  pause 5
  kill -KILL "$program"
}
# At most so many seconds, while the program lives: should the supervisor have been killed, nobody sends USR1.
pause() {
  tenths=$(($1 * 10))
  while [ "$tenths" -gt 0 ] && kill -0 "$program"; do
    sleep 0.1 &
    wait "$!"
    tenths=$((tenths - 1))
  done
}
watch <&3 &
watcher=$!
exec 3<&-

# "wait" also returns when one of the signals above arrives.
while
  wait "$program"
  status=$?
  kill -0 "$program"
do :; done
kill -USR1 "$watcher"
wait "$watcher"
exit "$status"
