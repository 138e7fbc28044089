# supervise.sh NAME COMMAND...: keeps a command running until asked to end, which leaves the command
# running. Its process is in NAME.pid. A program of its own, started by the launcher.

set -euo pipefail
FELUCCA_ROOT=$(cd "$(dirname "$0")/../.." && pwd)
source "$(dirname "$0")/common.sh"

name=$1
shift
exec >>"$FELUCCA_HOME/log/$name.log" 2>&1
stopping=''
# Set once the command is known by its pid file: from then on the end may come at any moment, before
# the wait for the command as well as in it.
watching=''
trap 'stopping=yes; [ -z "$watching" ] || exit 0' TERM

pause=0.05
until [ -n "$stopping" ]; do
    began=$SECONDS
    watching=''
    "$@" &
    remember_process "$name" $!
    watching=yes
    [ -z "$stopping" ] || break
    code=0
    wait $! || code=$?
    [ -z "$stopping" ] || break
    # One that does not even stay for a while is not started ever more often.
    if [ $((SECONDS - began)) -lt 5 ]; then
        [ "$pause" = 0.05 ] || pause=2
    else
        pause=0.05
    fi
    echo "felucca: $name has ended with $code and is started again"
    sleep "$pause"
    [ "$pause" != 0.05 ] || pause=0.5
done
