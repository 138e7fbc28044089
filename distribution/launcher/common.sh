# What the launcher's commands share: places, words to the user, processes by pid.

FELUCCA_HOME=$(readlink -m "${FELUCCA_HOME:-$FELUCCA_ROOT/.felucca}")
ASSEMBLY="$FELUCCA_ROOT/distribution/standalone/target/assembly"
BASE="$FELUCCA_HOME/karaf"
SOCKET="$FELUCCA_HOME/containerd.sock"
ADMIN="$FELUCCA_HOME/admin.kubeconfig"

step() {
    printf '  %s\n' "$*"
}

fail() {
    printf 'felucca: %s\n' "$*" >&2
    exit 1
}

# help_if_asked TEXT ARGS...: prints the text and ends when one of the arguments asks for it.
help_if_asked() {
    local text=$1 word
    shift
    for word in "$@"; do
        if [ "$word" = --help ] || [ "$word" = -h ]; then
            printf '%s\n' "$text"
            exit 0
        fi
    done
}

need_root() {
    [ "$(id -u)" = 0 ] || fail "needs root, for containers and network rules: sudo $0 $*"
}

# alive NAME: whether the process with the pid file NAME.pid is the one that was started.
alive() {
    local file="$FELUCCA_HOME/$1.pid" pid start
    [ -f "$file" ] || return 1
    read -r pid start <"$file"
    [ -n "$start" ] && [ "$(started "$pid")" = "$start" ]
}

# A pid alone may have been given to somebody else since; with its start time it can't. What has
# ended is gone, even while the init of the machine takes its time to reap it.
started() {
    [ -r "/proc/$1/stat" ] && sed 's/^.*) //' "/proc/$1/stat" 2>/dev/null \
        | awk '$1 != "Z" { print $20 }' || true
}

pid_of() {
    cut -d' ' -f1 "$FELUCCA_HOME/$1.pid"
}

# background NAME COMMAND...: starts it apart from this terminal, its output in log/NAME.log.
background() {
    local name=$1
    shift
    setsid "$@" </dev/null >>"$FELUCCA_HOME/log/$name.log" 2>&1 &
    remember_process "$name" $!
}

# remember_process NAME PID: whole or not at all, as others read it at any time.
remember_process() {
    echo "$2 $(started "$2")" >"$FELUCCA_HOME/$1.pid.new"
    mv "$FELUCCA_HOME/$1.pid.new" "$FELUCCA_HOME/$1.pid"
}

# stop_process NAME SECONDS: asks it to end, and makes it after that time.
stop_process() {
    local name=$1 seconds=$2 pid
    if ! alive "$name"; then
        rm -f "$FELUCCA_HOME/$name.pid"
        return
    fi
    pid=$(pid_of "$name")
    kill "$pid" 2>/dev/null || true
    if ! wait_until "$seconds" not alive "$name"; then
        kill -9 "$pid" 2>/dev/null || true
        wait_until 5 not alive "$name" || fail "process $pid ($name) can't be ended"
    fi
    rm -f "$FELUCCA_HOME/$name.pid"
}

not() {
    ! "$@"
}

# wait_until SECONDS COMMAND...: tries it five times a second until it succeeds or time is up.
wait_until() {
    local seconds=$1 end
    shift
    end=$(($(date +%s%N) + seconds * 1000000000))
    until "$@"; do
        [ "$(date +%s%N)" -lt "$end" ] || return 1
        sleep 0.2
    done
}

# setting KEY: from what the running cluster was started with.
setting() {
    local file="$BASE/etc/io.felucca.cluster.cfg"
    [ ! -f "$file" ] || sed -n "s/^$1 *= *//p" "$file"
}

# api PATH [CURL OPTIONS...]: asks the API server as the cluster's administrator.
api() {
    local path=$1
    shift
    curl -sS --max-time 10 --cacert "$FELUCCA_HOME/data/pki/ca.crt" \
        --cert "$FELUCCA_HOME/data/pki/admin.pem" \
        "$@" "https://127.0.0.1:$(setting api.port)$path"
}

ctr_here() {
    ctr --address "$SOCKET" --namespace k8s.io "$@"
}
