# felucca down: the process, then every container, mount and rule that it made.

source "$LAUNCHER/image.sh"
source "$LAUNCHER/containerd.sh"
source "$LAUNCHER/process.sh"

main() {
    help_if_asked "felucca down [--purge]: stops the cluster and its containers; --purge removes its data too" "$@"
    local purge=''
    case "${1:-}" in
        '') ;;
        --purge) purge=yes ;;
        *) fail "there is no option '$1'; see './felucca down --help'" ;;
    esac
    need_root down
    if [ ! -d "$FELUCCA_HOME" ]; then
        echo "There is no cluster in $FELUCCA_HOME."
        return
    fi
    local rules ip cgroups logs
    rules=$(setting nft.table)
    ip=$(setting node.ip)
    cgroups=$(setting cgroup.root)
    logs=$(setting pod.logs.dir)
    step "stopping felucca"
    stop_process felucca 15
    step "stopping containers"
    stop_containerd
    unmount_all
    remove_cgroups "${cgroups:+$cgroups/}kubepods" "$cgroups"
    nft delete table ip "${rules:-felucca}" 2>/dev/null || true
    nft delete table ip "${rules:-felucca}_cni" 2>/dev/null || true
    # The link that 'up' made; a cluster on an address of the machine has none.
    [ "$ip" != "$LINK_IP" ] || ip link delete felucca0 2>/dev/null || true
    if [ -n "$purge" ]; then
        remove_pod_logs "${logs:-/var/log/pods}"
        step "removing $FELUCCA_HOME"
        rm -rf "$FELUCCA_HOME"
    fi
}

# Volumes and container roots below our folder, the deepest first.
unmount_all() {
    local mount
    awk -v home="$FELUCCA_HOME/" 'index($2, home) == 1 { print $2 }' /proc/mounts | sort -r |
        while read -r mount; do
            umount -l "$(printf '%b' "$mount")" || true
        done
}

# remove_cgroups PATH...: where nothing runs any more, in each hierarchy; another's pods stay.
remove_cgroups() {
    local path top
    for path in "$@"; do
        [ -n "$path" ] || continue
        for top in /sys/fs/cgroup/"$path" /sys/fs/cgroup/*/"$path"; do
            [ ! -d "$top" ] || find "$top" -depth -type d -exec rmdir {} + 2>/dev/null || true
        done
    done
}

# The logs of this cluster's pods, in a folder that others may use too.
remove_pod_logs() {
    local pod
    for pod in "$FELUCCA_HOME"/data/kubelet/pods/*; do
        rm -rf "$1"/*_"${pod##*/}"
    done
    rmdir "$1" 2>/dev/null || true
}
