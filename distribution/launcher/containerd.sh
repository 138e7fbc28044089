# A containerd of this cluster's own, beside any other on the machine.

PAUSE=localhost/felucca/pause:1

write_containerd_config() {
    mkdir -p "$FELUCCA_HOME/containerd/root" "$FELUCCA_HOME/containerd/state" \
        "$FELUCCA_HOME/containerd/certs.d" "$FELUCCA_HOME/cni/net.d"
    cat >"$FELUCCA_HOME/containerd/config.toml" <<EOF
version = 2
root = "$FELUCCA_HOME/containerd/root"
state = "$FELUCCA_HOME/containerd/state"

[grpc]
  address = "$SOCKET"

[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "$PAUSE"
  # Without CAP_SYS_RESOURCE a score below the parent's can't be set and runc would fail.
  restrict_oom_score_adj = true
  disable_apparmor = $([ -d /sys/module/apparmor ] && echo false || echo true)
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "$FELUCCA_HOME/cni/net.d"
  [plugins."io.containerd.grpc.v1.cri".registry]
    config_path = "$FELUCCA_HOME/containerd/certs.d"
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
      SystemdCgroup = false

# No snapshotters but overlayfs are asked whether they work here: that costs a second.
[plugins."io.containerd.internal.v1.opt"]
  path = "$FELUCCA_HOME/containerd/opt"
EOF
}

start_containerd() {
    if ! alive supervisor; then
        # One that nobody watches over, should there be one: containers don't need it to run.
        stop_process containerd 10
        step "starting containerd"
        write_containerd_config
        rm -f "$SOCKET"
        FELUCCA_HOME="$FELUCCA_HOME" background supervisor bash "$LAUNCHER/supervise.sh" \
            containerd containerd --config "$FELUCCA_HOME/containerd/config.toml"
    fi
    wait_until 20 ctr_here version >/dev/null 2>&1 \
        || fail "containerd does not answer; see $FELUCCA_HOME/log/containerd.log"
    load_pause_image
}

# The sandbox image: an init that does nothing but wait and reap, from Debian's catatonit.
load_pause_image() {
    [ -z "$(ctr_here images list -q "name==$PAUSE")" ] || return 0
    step "making the pause image"
    local rootfs archive="$FELUCCA_HOME/pause.tar"
    rootfs=$(mktemp -d "$FELUCCA_HOME/pause.XXXXXX")
    cp "$(command -v catatonit)" "$rootfs/pause"
    oci_archive "$PAUSE" "$rootfs" "$archive" '{"Entrypoint":["/pause","-P"]}'
    ctr_here images import "$archive" >/dev/null
    rm -rf "$rootfs" "$archive"
}

# Stops every container of this cluster, then containerd.
stop_containerd() {
    stop_process supervisor 5
    if alive containerd; then
        local id
        for id in $(ctr_here tasks list -q 2>/dev/null); do
            ctr_here tasks kill -s SIGKILL "$id" >/dev/null 2>&1 || true
        done
        for id in $(ctr_here tasks list -q 2>/dev/null); do
            wait_until 10 ctr_here tasks delete "$id" >/dev/null 2>&1 || true
        done
        for id in $(ctr_here containers list -q 2>/dev/null); do
            ctr_here containers delete "$id" >/dev/null 2>&1 || true
        done
    fi
    stop_process containerd 10
    stop_shims
    release_networks
}

# What the network plugins made for sandboxes that were not stopped in order: host ports and
# network namespaces; the links go with those. The folders' names are the sandboxes' ids.
release_networks() {
    local sandbox id result netns
    for sandbox in "$FELUCCA_HOME"/containerd/root/io.containerd.grpc.v1.cri/sandboxes/*; do
        id=${sandbox##*/}
        for result in /var/lib/cni/results/*-"$id"-*; do
            [ -f "$result" ] || continue
            grep -q '"portMappings":\[' "$result" && release_host_ports "$id"
            netns=$(grep -o '"sandbox":"[^"]*"' "$result" | head -n 1 | cut -d'"' -f4)
            if [[ "$netns" == */netns/cni-* ]]; then
                umount -l "$netns" 2>/dev/null || true
                rm -f "$netns"
            fi
            rm -f "$result"
        done
    done
    rm -rf "$FELUCCA_HOME/cni/ipam"
}

# The plugin finds the rules by the sandbox's id; it only wants to see some mapping.
release_host_ports() {
    printf '%s' '{"cniVersion":"1.0.0","name":"felucca","type":"portmap","snat":true,' \
        '"runtimeConfig":{"portMappings":[{"hostPort":1,"containerPort":1,"protocol":"tcp"}]}}' |
        CNI_COMMAND=DEL CNI_CONTAINERID=$1 CNI_NETNS='' CNI_IFNAME=eth0 CNI_PATH=/usr/lib/cni \
            /usr/lib/cni/portmap >/dev/null || step "host ports of sandbox $1 could not be released"
}

# Shims live on without their containerd; ours name our socket.
stop_shims() {
    local pid
    for pid in $(pgrep -f "containerd-shim.* -address $SOCKET( |\$)" || true); do
        kill -9 "$pid" 2>/dev/null || true
    done
}
