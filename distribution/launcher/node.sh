# felucca node: a cluster of several machines: a control plane without pods, and workers.

source "$LAUNCHER/up.sh"

NODE_HELP="felucca node control-plane [options]   a control plane on which no pods run; options as of
                                       'felucca up'
felucca node token NAME IP >FILE       on the control plane or a standalone cluster: all that the
                                       worker NAME at IP needs to join; holds private keys
felucca node join FILE [options]       on the worker: starts it and returns when it is ready
  --kubelet-port N   default 10250
  --ssh-port N       of the Karaf shell, on loopback; default 8101
What was said once holds for later starts too, until './felucca down --purge'."

main() {
    [ $# -gt 0 ] || fail "say what: control-plane, token or join; see './felucca node --help'"
    help_if_asked "$NODE_HELP" "$@"
    local word=$1
    shift
    case "$word" in
        control-plane) node_control_plane "$@" ;;
        token) node_token "$@" ;;
        join) node_join "$@" ;;
        *) fail "there is no 'node $word'; see './felucca node --help'" ;;
    esac
}

# role NAME: which distribution this cluster's process is.
role() {
    local other
    other=$(cat "$FELUCCA_HOME/role" 2>/dev/null || echo "$1")
    [ "$other" = "$1" ] || fail "$FELUCCA_HOME is a $other's; set FELUCCA_HOME to another folder"
    [ -f "$FELUCCA_HOME/role" ] || [ ! -d "$BASE/etc" ] \
        || fail "$FELUCCA_HOME is a standalone cluster's; set FELUCCA_HOME to another folder"
    ASSEMBLY="$FELUCCA_ROOT/distribution/$1/target/assembly"
}

node_control_plane() {
    options "$@"
    role control-plane
    check_system
    if alive felucca; then
        echo "The control plane runs already (pid $(pid_of felucca))."
        return
    fi
    install_packages
    build
    check_port api-port "$API_PORT"
    check_port ssh-port "$SSH_PORT"
    check_port dns-port "$DNS_PORT"
    trap 'undo $?' EXIT
    remember_options
    echo control-plane >"$FELUCCA_HOME/role"
    [ -n "$NODE_IP" ] || NODE_IP=$(default_node_ip)
    step "starting the control plane on $NODE_IP:$API_PORT"
    write_settings
    rm "$BASE/etc/io.felucca.http.listener-kubelet.cfg"
    run_felucca
    step "waiting for the API"
    wait_until 60 running_and api_ready || fail "the API is not ready: $(api '/readyz?verbose' 2>&1 | head -c 400)"
    wait_until 30 running_and account_exists || fail "ServiceAccount default/default does not appear"
    wait_until 30 running_and shell_answers || fail "the shell does not answer; './felucca logs' may say why"
    trap - EXIT
    echo "Ready. Use it with: export KUBECONFIG=$ADMIN"
}

# With the command that makes tokens, which comes after the API.
shell_answers() {
    (
        source "$LAUNCHER/shell.sh"
        main 'felucca:node-kubeconfig --help'
    ) >/dev/null 2>&1
}

node_token() {
    [ $# = 2 ] || fail "usage: felucca node token NAME IP >FILE"
    [ ! -t 1 ] || fail "this gives private keys: write them to a file, felucca node token $1 $2 >FILE"
    # The file that the caller's shell has made is for his eyes only.
    [ ! -f /dev/stdout ] || chmod 600 "$(readlink "/proc/$$/fd/1")"
    (
        source "$LAUNCHER/shell.sh"
        main "felucca:node-kubeconfig $1 $2"
    )
}

# said KEY: a value of the kubeconfig, which names each of these once.
said() {
    local value
    value=$(sed -n "s/^ *$1: *//p" "$KUBECONFIG_FILE" | tr -d '"\r' | head -n 1)
    [ -n "$value" ] || fail "$KUBECONFIG_FILE says no $1; make it with './felucca node token'"
    echo "$value"
}

node_join() {
    [ $# -gt 0 ] && [ -f "$1" ] || fail "usage: felucca node join FILE [options]; './felucca node token' makes the file"
    KUBECONFIG_FILE=$1
    shift
    options "$@"
    role worker
    check_system
    if alive felucca; then
        echo "The worker runs already (pid $(pid_of felucca))."
        return
    fi
    NODE_NAME=$(said node-name)
    NODE_IP=$(said node-ip)
    SERVICE_CIDR=$(said service-cidr)
    POD_CIDR=$(said pod-cidr)
    SERVER=$(said server)
    API_PORT=${SERVER##*:}
    ip -o addr show | grep -qF " $NODE_IP/" || fail "$NODE_IP, the address of $NODE_NAME, is not on this machine"
    install_packages
    check_kernel
    build
    check_port kubelet-port "$KUBELET_PORT"
    check_port ssh-port "$SSH_PORT"
    trap 'undo $?' EXIT
    remember_options
    echo worker >"$FELUCCA_HOME/role"
    [ "$KUBECONFIG_FILE" -ef "$FELUCCA_HOME/node.kubeconfig" ] \
        || install -m 600 "$KUBECONFIG_FILE" "$FELUCCA_HOME/node.kubeconfig"
    start_containerd
    step "starting worker $NODE_NAME on $NODE_IP, for $SERVER"
    write_settings
    write_worker_settings
    run_felucca
    ask_as_node
    step "waiting for the node"
    # A node that was Ready before may still be called so: first its agent must be there.
    wait_until 60 running_and kubelet_listens || fail "the node agent does not start; './felucca logs' may say why"
    wait_until 60 running_and node_ready || fail "node $NODE_NAME is not Ready; './felucca logs' may say why"
    trap - EXIT
    echo "Ready."
}

kubelet_listens() {
    [ -n "$(ss -Htln "sport = :$KUBELET_PORT")" ]
}

# What the cluster says, in place of this machine's defaults; and no API server here.
write_worker_settings() {
    local etc="$BASE/etc"
    rm "$etc/io.felucca.http.listener-apiserver.cfg"
    sed -i -e "s|^node.cidr.mask = .*|node.cidr.mask = $(said node-cidr-mask)|" \
        -e "s|^dns.ip = .*|dns.ip = $(said dns-ip)|" \
        -e "s|^cluster.domain = .*|cluster.domain = $(said cluster-domain)|" \
        -e "s|^nodeport.range = .*|nodeport.range = $(said nodeport-range)|" \
        "$etc/io.felucca.cluster.cfg"
    echo "kubeconfig = $FELUCCA_HOME/node.kubeconfig" >"$etc/io.felucca.client.http.cfg"
}

# A worker asks as the node that it is, having no administrator's certificate.
ask_as_node() {
    KUBECONFIG_FILE="$FELUCCA_HOME/node.kubeconfig"
    SERVER=$(said server)
    api() {
        local path=$1
        shift
        curl -sS --max-time 10 --cacert <(said certificate-authority-data | base64 -d) \
            --cert <(said client-certificate-data | base64 -d) \
            --key <(said client-key-data | base64 -d) "$@" "$SERVER$path"
    }
}

# What 'felucca status' says of a process with this role.
role_status() {
    STATUS=0
    part felucca
    if [ "$(cat "$FELUCCA_HOME/role")" = control-plane ]; then
        check api api_ready
        return $STATUS
    fi
    part containerd
    ask_as_node
    NODE_NAME=$(setting node.name)
    check node node_ready
    check dns dns_answers
    return $STATUS
}
