# felucca demo: a two-tier application on the running cluster.

source "$LAUNCHER/packages.sh"
source "$LAUNCHER/image.sh"

DEMO_HELP="felucca demo            builds images from Debian's nginx and busybox packages and applies a two-tier
                        application of them in the namespace 'demo'; prints where it answers
felucca demo --delete   removes it"

main() {
    help_if_asked "$DEMO_HELP" "$@"
    need_root demo
    alive felucca || fail "the cluster does not run: ./felucca up"
    case "${1:-}" in
        '') ;;
        --delete)
            demo_kubectl delete namespace demo --ignore-not-found
            return
            ;;
        *) fail "there is no option '$1'; see './felucca demo --help'" ;;
    esac
    PACKAGES+=" busybox"
    command -v kubectl >/dev/null || PACKAGES+=" kubernetes-client"
    install_packages
    demo_images
    step "applying the application"
    demo_kubectl apply -f "$LAUNCHER/demo.yaml" >"$FELUCCA_HOME/log/demo.log" \
        || fail "kubectl could not apply it; see $FELUCCA_HOME/log/demo.log"
    step "waiting for its pods"
    demo_kubectl -n demo rollout status deployment back --timeout=120s >/dev/null
    demo_kubectl -n demo rollout status deployment front --timeout=120s >/dev/null
    local url
    url="http://$(setting node.ip):$(demo_kubectl -n demo get service front -o 'jsonpath={.spec.ports[0].nodePort}')/"
    wait_until 20 demo_answers "$url" || fail "$url does not answer as it should: $(curl -sS -m 5 "$url" 2>&1)"
    echo "The demo answers at $url, and its second tier at ${url}back/"
    echo "Look at it: kubectl -n demo get all; remove it: ./felucca demo --delete"
}

demo_kubectl() {
    kubectl --kubeconfig "$ADMIN" "$@"
}

demo_answers() {
    curl -sS -m 5 "$1" 2>/dev/null | grep -q 'first tier' &&
        curl -sS -m 5 "$1back/" 2>/dev/null | grep -q 'second tier'
}

demo_images() {
    local work
    work=$(mktemp -d "$FELUCCA_HOME/demo.XXXXXX")
    step "building the image demo/busybox"
    busybox_rootfs "$work/busybox"
    demo_image demo/busybox:1 "$work/busybox" "$work"
    step "building the image demo/nginx"
    busybox_rootfs "$work/nginx"
    # Unpacked, not installed: this machine is to get no web server of its own.
    (
        cd "$work"
        apt-get -o APT::Sandbox::User=root download nginx >apt.log 2>&1 || {
            apt-get update >apt.log 2>&1
            apt-get -o APT::Sandbox::User=root download nginx >>apt.log 2>&1
        }
        dpkg-deb -x nginx_*.deb package
    ) || fail "Debian's package nginx can't be had: $(tail -n 3 "$work/apt.log")"
    install -D "$work/package/usr/sbin/nginx" "$work/nginx/usr/sbin/nginx"
    with_libraries "$work/nginx" "$work/package/usr/sbin/nginx"
    demo_image demo/nginx:1 "$work/nginx" "$work"
    rm -rf "$work"
}

demo_image() {
    local archive="$3/image.tar"
    oci_archive "$(full_name "$1")" "$2" "$archive" '{"Env":["PATH=/usr/sbin:/bin"],"Cmd":["sh"]}'
    image_load "$archive" >/dev/null
}

# with_libraries ROOTFS PROGRAM...: copies what the programs are linked with.
with_libraries() {
    local rootfs=$1 library
    shift
    for library in $(ldd "$@" | grep -o '/[^ :)]*' | sort -u); do
        [ ! -f "$library" ] || [ -e "$rootfs$library" ] || install -D "$library" "$rootfs$library"
    done
}

# busybox_rootfs DIR: Debian's dynamic busybox, which unlike the static one can resolve names.
busybox_rootfs() {
    local rootfs=$1 applet library
    mkdir -p "$rootfs"/{bin,etc,tmp,usr/sbin,var/log/nginx,var/lib/nginx}
    install /bin/busybox "$rootfs/bin/busybox"
    for applet in $(/bin/busybox --list); do
        [ "$applet" = busybox ] || ln -sf busybox "$rootfs/bin/$applet"
    done
    with_libraries "$rootfs" /bin/busybox
    for library in /lib/x86_64-linux-gnu/libnss_{dns,files}.so.2; do
        install -D "$library" "$rootfs$library"
    done
    echo 'hosts: files dns' >"$rootfs/etc/nsswitch.conf"
    echo 'root:x:0:0:root:/:/bin/sh' >"$rootfs/etc/passwd"
    echo 'root:x:0:' >"$rootfs/etc/group"
}
