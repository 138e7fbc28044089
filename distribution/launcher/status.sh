# felucca status: what runs and how it feels.

source "$LAUNCHER/process.sh"

line() {
    printf '%-12s %s\n' "$1" "$2"
}

part() {
    if alive "$1"; then
        line "$1" "runs (pid $(pid_of "$1"), $(awk '/VmRSS/ { printf "%d MB", $2 / 1024 }' "/proc/$(pid_of "$1")/status"))"
    else
        line "$1" "stopped"
        STATUS=1
    fi
}

check() {
    local name=$1
    shift
    if "$@"; then
        line "$name" ok
    else
        line "$name" "not ready"
        STATUS=1
    fi
}

main() {
    help_if_asked "felucca status: the health of each part; exits 1 if one is not well" "$@"
    if [ -f "$FELUCCA_HOME/role" ]; then
        source "$LAUNCHER/node.sh"
        role_status
        return
    fi
    STATUS=0
    part felucca
    part containerd
    if alive felucca; then
        NODE_NAME=$(setting node.name)
        api '/readyz?verbose' 2>&1 | sed -n 's/^\[\(.\)\]\([^ ]*\) \(.*\)/\1 \2 \3/p' |
            while read -r sign name words; do
                line "  $name" "$words"
            done || true
        check api api_ready
        check node node_ready
        check dns dns_answers
    fi
    return $STATUS
}
