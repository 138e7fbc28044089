# felucca up: from a clone to a ready cluster.

source "$LAUNCHER/packages.sh"
source "$LAUNCHER/build.sh"
source "$LAUNCHER/image.sh"
source "$LAUNCHER/containerd.sh"
source "$LAUNCHER/process.sh"
source "$LAUNCHER/stores.sh"

NODE_IP=''
NODE_NAME=$(hostname | tr '[:upper:]' '[:lower:]')
API_PORT=6443
KUBELET_PORT=10250
SSH_PORT=8101
DNS_PORT=10053
SERVICE_CIDR=10.96.0.0/12
POD_CIDR=10.244.0.0/16
STEPS_ONLY=''

UP_HELP="felucca up [options]: installs what is missing, builds what changed, starts a cluster of one
node in the background and returns when it is ready.

  --node-ip IP          the node's address (default: of the interface with the default route,
                        otherwise of a link that this makes)
  --node-name NAME      default: this machine's name
  --api-port N          default 6443
  --kubelet-port N      default 10250
  --ssh-port N          of the Karaf shell, on loopback; default 8101
  --dns-port N          of the name server behind the Service kube-dns; default 10053
  --service-cidr CIDR   default 10.96.0.0/12
  --pod-cidr CIDR       default 10.244.0.0/16
$STORE_HELP
  --prepare             only install packages and build

What was said once holds for later starts too, until './felucca down --purge'; what is said anew
takes its place.

Settings of single parts are files in FELUCCA_HOME/etc. A second scheduler profile, for pods with the
schedulerName 'packing', in io.felucca.scheduler.cfg:
  profiles = default-scheduler; packing=+NodeResourcesFit:5,-ImageLocality"

# What was said for the last start and holds for the next, one 'option value' a line; stores.sh keeps
# what concerns the store.
SAID_BEFORE="$FELUCCA_HOME/up.options"
declare -A SAID=()

options() {
    local name value
    if [ -f "$SAID_BEFORE" ]; then
        while read -r name value; do
            set -- "$name" "$value" "$@"
        done <"$SAID_BEFORE"
    fi
    while [ $# -gt 0 ]; do
        case "$1" in
            --prepare) STEPS_ONLY=prepare ;;
            --store | --etcd-ca | --etcd-cert | --etcd-key | --node-ip | --node-name | --api-port | --kubelet-port | --ssh-port | --dns-port | --service-cidr | --pod-cidr)
                [ $# -gt 1 ] || fail "$1 needs a value; see './felucca up --help'"
                [[ "$1" == --store || "$1" == --etcd-* ]] || SAID[$1]=$2
                name=${1#--}
                name=${name//-/_}
                printf -v "${name^^}" '%s' "$2"
                shift
                ;;
            *) fail "there is no option '$1'; see './felucca up --help'" ;;
        esac
        shift
    done
    check_store
}

remember_options() {
    local name
    for name in "${!SAID[@]}"; do
        echo "$name ${SAID[$name]}"
    done >"$SAID_BEFORE"
}

check_system() {
    [ "$(uname -s)" = Linux ] || fail "runs on Linux; this is $(uname -s)"
    [ "$(uname -m)" = x86_64 ] || fail "runs on x86_64 so far; this machine is $(uname -m)"
    need_root up
    command -v apt-get >/dev/null \
        || fail "needs Debian 12 or a relative of it, with apt-get; there is none here"
    mkdir -p "$FELUCCA_HOME/log"
    # containerd's and its shims' sockets lie below; the kernel allows 107 characters.
    [ ${#SOCKET} -lt 100 ] \
        || fail "the path $FELUCCA_HOME is too long for a socket; set FELUCCA_HOME to a short one"
}

check_kernel() {
    grep -qw overlay /proc/filesystems || modprobe overlay 2>/dev/null \
        || fail "this kernel has no overlay filesystem (CONFIG_OVERLAY_FS), which containers need"
    nft list tables >/dev/null 2>&1 \
        || fail "this kernel has no nf_tables (CONFIG_NF_TABLES), which Services need"
    grep -q cgroup /proc/mounts \
        || fail "no cgroup filesystem is mounted: mount -t cgroup2 none /sys/fs/cgroup"
}

check_port() {
    local holder
    holder=$(ss -Htlnp "sport = :$2" 2>/dev/null | sed -n 's/.*users:((\(.*\)))/\1/p' | head -n 1)
    [ -z "$(ss -Htln "sport = :$2")" ] \
        || fail "port $2 is taken${holder:+ by $holder}; end that, or choose another with --$1"
}

main() {
    help_if_asked "$UP_HELP" "$@"
    options "$@"
    check_system
    if alive felucca; then
        echo "felucca runs already (pid $(pid_of felucca)). Use it with: export KUBECONFIG=$ADMIN"
        return
    fi
    install_packages
    [ -n "$STEPS_ONLY" ] || check_kernel
    build
    if [ "$STEPS_ONLY" = prepare ]; then
        return
    fi
    check_port api-port "$API_PORT"
    check_port kubelet-port "$KUBELET_PORT"
    check_port ssh-port "$SSH_PORT"
    check_port dns-port "$DNS_PORT"
    trap 'undo $?' EXIT
    remember_options
    start_containerd
    start_felucca
    wait_ready
    trap - EXIT
    echo "Ready. Use it with: export KUBECONFIG=$ADMIN"
}

# Nothing is left half-started: what failed to come up goes down again.
undo() {
    [ "$1" = 0 ] && return
    stop_process felucca 10
    stop_containerd
}
