# felucca demo: a two-tier application, its images made of Debian's nginx and busybox packages.

source "$LAUNCHER/packages.sh"
source "$LAUNCHER/image.sh"

DEMO="$LAUNCHER/demo.yaml"

main() {
    help_if_asked "felucca demo [--remove]: makes images of Debian's nginx and busybox packages and applies a
two-tier application with ConfigMap, Secret, Deployments and Services; --remove takes it away" "$@"
    need_root demo
    alive felucca || fail "the cluster does not run: ./felucca up"
    command -v kubectl >/dev/null || {
        PACKAGES=kubernetes-client
        install_packages
    }
    case "${1:-}" in
        '') ;;
        --remove)
            kubectl --kubeconfig "$ADMIN" delete -f "$DEMO"
            return
            ;;
        *) fail "there is no option '$1'; see './felucca demo --help'" ;;
    esac
    demo_image felucca/demo-nginx:1 '{"Cmd":["/usr/sbin/nginx","-g","daemon off;"]}' nginx nginx-common
    demo_image felucca/demo-busybox:1 '{"Env":["PATH=/bin"],"Cmd":["/bin/sh"]}' busybox
    step "applying $DEMO"
    kubectl --kubeconfig "$ADMIN" apply -f "$DEMO"
    local tier
    for tier in back front; do
        kubectl --kubeconfig "$ADMIN" -n demo rollout status "deployment/$tier" --timeout=60s
    done
    local port
    port=$(kubectl --kubeconfig "$ADMIN" -n demo get service front -o 'jsonpath={.spec.ports[0].nodePort}')
    wait_until 20 curl -sf -o /dev/null "http://$(setting node.ip):$port/" \
        || fail "http://$(setting node.ip):$port/ does not answer"
    echo "It answers at http://$(setting node.ip):$port/ :"
    curl -s "http://$(setting node.ip):$port/"
}

# demo_image NAME CONFIG PACKAGE...: unless it is there already, from what the packages hold.
demo_image() {
    local name=$1 config=$2 rootfs archive
    shift 2
    [ -z "$(ctr_here images list -q "name==docker.io/$name")" ] || return 0
    step "making image $name of Debian's packages: $*"
    rootfs=$(mktemp -d "$FELUCCA_HOME/rootfs.XXXXXX")
    archive="$rootfs.tar"
    unpack_packages "$rootfs" "$@"
    add_basics "$rootfs"
    oci_archive "docker.io/$name" "$rootfs" "$archive" "$config"
    ctr_here images import "$archive" >/dev/null
    rm -rf "$rootfs" "$archive"
}

unpack_packages() {
    local rootfs=$1 debs
    shift
    debs=$(mktemp -d "$FELUCCA_HOME/debs.XXXXXX")
    chmod 755 "$debs"
    (cd "$debs" && { apt-get download "$@" || { apt-get update && apt-get download "$@"; }; }) \
        >"$FELUCCA_HOME/log/demo.log" 2>&1 \
        || fail "apt-get could not download $*; see $FELUCCA_HOME/log/demo.log"
    local deb
    for deb in "$debs"/*.deb; do
        dpkg-deb -x "$deb" "$rootfs"
    done
    rm -rf "$debs"
}

# The libraries that the programs ask for, from this machine, and what every program expects.
add_basics() {
    local rootfs=$1 program library
    for program in "$rootfs"/bin/* "$rootfs"/usr/sbin/*; do
        [ -f "$program" ] || continue
        for library in $(ldd "$program" 2>/dev/null | grep -oE '/[^ ]+' || true); do
            [ -e "$rootfs$library" ] || install -D "$library" "$rootfs$library"
        done
    done
    if [ -x "$rootfs/bin/busybox" ]; then
        for program in $("$rootfs/bin/busybox" --list); do
            [ "$program" = busybox ] || ln -sf busybox "$rootfs/bin/$program"
        done
    fi
    mkdir -p "$rootfs/etc" "$rootfs/tmp" "$rootfs/var/log/nginx" "$rootfs/var/lib/nginx"
    chmod 1777 "$rootfs/tmp"
    echo 'root:x:0:0:root:/:/bin/sh' >"$rootfs/etc/passwd"
    echo 'root:x:0:' >"$rootfs/etc/group"
}
