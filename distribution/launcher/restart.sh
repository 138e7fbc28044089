# felucca restart: the process anew with the same settings; containers keep running.

source "$LAUNCHER/packages.sh"
source "$LAUNCHER/build.sh"
source "$LAUNCHER/image.sh"
source "$LAUNCHER/containerd.sh"
source "$LAUNCHER/process.sh"
source "$LAUNCHER/stores.sh"

main() {
    help_if_asked "felucca restart: builds what changed and starts the process anew with the settings it had; containers keep running" "$@"
    need_root restart
    [ -f "$BASE/etc/io.felucca.cluster.cfg" ] || fail "there is no cluster in $FELUCCA_HOME: ./felucca up"
    [ ! -f "$FELUCCA_HOME/role" ] \
        || fail "this is a $(cat "$FELUCCA_HOME/role"): ./felucca down, then the same './felucca node' command again"
    NODE_IP=$(setting node.ip)
    NODE_NAME=$(setting node.name)
    API_PORT=$(setting api.port)
    KUBELET_PORT=$(setting kubelet.port)
    SERVICE_CIDR=$(setting service.cidr)
    POD_CIDR=$(setting pod.cidr)
    DNS_PORT=$(setting dns.port)
    SSH_PORT=$(sed -n 's/^sshPort *= *//p' "$BASE/etc/org.apache.karaf.shell.cfg")
    same_store
    build
    step "stopping felucca"
    stop_process felucca 15
    start_containerd
    start_felucca
    wait_ready
    echo "Ready."
}
