#!/bin/sh
# A private containerd for the node agent's tests: containerd.sh up|down|restart DIR [OWNER]
#
# It has its own root, state, socket, CNI configuration (ptp on 10.87.0.0/24) and two images made
# from Debian's packages: pause (catatonit) and busybox. "down" ends what this started, by id; so does
# the end of the owner, a process id, which may not come to call it.
set -eu
dir=${2:?directory}
owner=${3:-}
socket=$dir/containerd.sock

image() { # NAME ROOTFS ENTRYPOINT-JSON
    name=$1 rootfs=$2 entry=$3
    out=$dir/image; rm -rf "$out"; mkdir -p "$out/blobs/sha256"
    tar -C "$rootfs" --sort=name --owner=0 --group=0 --mtime=@0 -cf "$out/layer" .
    layer=$(sha256sum <"$out/layer" | cut -d' ' -f1); size=$(stat -c %s "$out/layer")
    mv "$out/layer" "$out/blobs/sha256/$layer"
    printf '{"architecture":"amd64","os":"linux","config":{"Env":["PATH=/usr/bin:/bin"],%s},"rootfs":{"type":"layers","diff_ids":["sha256:%s"]}}' \
        "$entry" "$layer" >"$out/config"
    config=$(sha256sum <"$out/config" | cut -d' ' -f1); csize=$(stat -c %s "$out/config")
    mv "$out/config" "$out/blobs/sha256/$config"
    printf '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"sha256:%s","size":%s},"layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"sha256:%s","size":%s}]}' \
        "$config" "$csize" "$layer" "$size" >"$out/manifest"
    manifest=$(sha256sum <"$out/manifest" | cut -d' ' -f1); msize=$(stat -c %s "$out/manifest")
    mv "$out/manifest" "$out/blobs/sha256/$manifest"
    printf '{"schemaVersion":2,"manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"sha256:%s","size":%s,"annotations":{"io.containerd.image.name":"%s","org.opencontainers.image.ref.name":"%s"}}]}' \
        "$manifest" "$msize" "$name" "$name" >"$out/index.json"
    printf '{"imageLayoutVersion":"1.0.0"}' >"$out/oci-layout"
    tar -C "$out" -cf "$dir/image.tar" oci-layout index.json blobs
    ctr -a "$socket" -n k8s.io images import "$dir/image.tar" >/dev/null
    rm -rf "$out" "$dir/image.tar"
}

busybox_rootfs() {
    fs=$dir/busybox; rm -rf "$fs"; mkdir -p "$fs/bin" "$fs/tmp" "$fs/etc" "$fs/root" "$fs/var"
    chmod 1777 "$fs/tmp"
    cp "$(command -v busybox)" "$fs/bin/busybox"
    for applet in $("$fs/bin/busybox" --list); do
        [ "$applet" = busybox ] || ln -s busybox "$fs/bin/$applet"
    done
    # A dynamic busybox brings its loader and libraries along.
    for lib in $(ldd "$fs/bin/busybox" 2>/dev/null | grep -o '/[^ ]*' || true); do
        mkdir -p "$fs$(dirname "$lib")"; cp -L "$lib" "$fs$lib"
    done
    printf 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534::/:/bin/false\n' >"$fs/etc/passwd"
    printf 'root:x:0:\nnogroup:x:65534:\n' >"$fs/etc/group"
    image docker.io/library/busybox:latest "$fs" '"Cmd":["sh"]'
    rm -rf "$fs"
}

up() {
    mkdir -p "$dir/root" "$dir/state" "$dir/cni" "$dir/certs.d/_default"
    cat >"$dir/cni/10-test.conflist" <<EOF
{"cniVersion":"0.4.0","name":"kubelet-it","plugins":[
 {"type":"ptp","ipMasq":false,"ipam":{"type":"host-local","dataDir":"$dir/ipam","ranges":[[{"subnet":"10.87.0.0/24"}]],"routes":[{"dst":"0.0.0.0/0"}]}},
 {"type":"portmap","capabilities":{"portMappings":true}}]}
EOF
    # Without "server" a missing image costs 10 s of name look-up.
    printf 'server = "http://127.0.0.1:9"\n[host."http://127.0.0.1:9"]\n  capabilities = ["pull","resolve"]\n' \
        >"$dir/certs.d/_default/hosts.toml"
    cat >"$dir/config.toml" <<EOF
version = 2
root = "$dir/root"
state = "$dir/state"
[grpc]
  address = "$socket"
[debug]
  level = "warn"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "felucca.local/pause:1"
  restrict_oom_score_adj = true
  disable_apparmor = true
  stream_server_address = "127.0.0.1"
  stream_server_port = "0"
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "$dir/cni"
  [plugins."io.containerd.grpc.v1.cri".registry]
    config_path = "$dir/certs.d"
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
      SystemdCgroup = false
EOF
    [ -z "$owner" ] || guard
    start
    tries=0
    until ctr -a "$socket" version >/dev/null 2>&1; do
        tries=$((tries + 1)); [ $tries -lt 100 ] || { cat "$dir/containerd.log"; exit 1; }
        sleep 0.1
    done
    if ! ctr -a "$socket" -n k8s.io images ls -q | grep -q felucca.local/pause; then
        fs=$dir/pause; mkdir -p "$fs"; cp "$(command -v catatonit)" "$fs/pause"
        image felucca.local/pause:1 "$fs" '"Entrypoint":["/pause","-P"]'
        rm -rf "$fs"
        busybox_rootfs
    fi
}

# Outlives the owner, to clean up after it; does nothing if that was done.
guard() {
    setsid sh -c 'tail --pid="$1" -f /dev/null; [ ! -d "$3" ] || exec "$2" down "$3"' \
        guard "$owner" "$0" "$dir" >/dev/null 2>&1 </dev/null &
}

start() {
    setsid containerd --config "$dir/config.toml" >>"$dir/containerd.log" 2>&1 </dev/null &
    echo $! >"$dir/containerd.pid"
}

# Network namespaces of sandboxes that nobody stopped; their links and addresses go with them.
release_networks() {
    for sandbox in "$dir"/root/io.containerd.grpc.v1.cri/sandboxes/*; do
        for result in /var/lib/cni/results/*-"${sandbox##*/}"-*; do
            [ -f "$result" ] || continue
            netns=$(grep -o '"sandbox":"[^"]*"' "$result" | head -n 1 | cut -d'"' -f4)
            case $netns in
                */netns/cni-*) umount -l "$netns" 2>/dev/null || true; rm -f "$netns" ;;
            esac
            rm -f "$result"
        done
    done
}

down() {
    for task in $(ctr -a "$socket" -n k8s.io tasks ls -q 2>/dev/null); do
        ctr -a "$socket" -n k8s.io tasks rm -f "$task" >/dev/null 2>&1 || true
    done
    for container in $(ctr -a "$socket" -n k8s.io containers ls -q 2>/dev/null); do
        ctr -a "$socket" -n k8s.io containers rm "$container" >/dev/null 2>&1 || true
    done
    if [ -f "$dir/containerd.pid" ]; then
        pid=$(cat "$dir/containerd.pid")
        kill "$pid" 2>/dev/null || true
        tries=0
        while kill -0 "$pid" 2>/dev/null && [ $tries -lt 50 ]; do sleep 0.1; tries=$((tries + 1)); done
        rm -f "$dir/containerd.pid"
    fi
    # Shims that outlived their tasks name this directory's socket on their command line.
    grep -lsz -- "$socket" /proc/[0-9]*/cmdline | cut -d/ -f3 | while read -r pid; do
        grep -qz containerd-shim "/proc/$pid/cmdline" && kill -9 "$pid" || true
    done
    grep -o " $dir/[^ ]*" /proc/mounts | sort -r | while read -r mount; do umount -l "$mount" || true; done
    release_networks
    # The tests' pods are all below this cgroup.
    for top in /sys/fs/cgroup/"${dir##*/}" /sys/fs/cgroup/*/"${dir##*/}"; do
        [ ! -d "$top" ] || find "$top" -depth -type d -exec rmdir {} \; 2>/dev/null || true
    done
    rm -rf "$dir"
}

restart() {
    pid=$(cat "$dir/containerd.pid"); kill -9 "$pid"
    while kill -0 "$pid" 2>/dev/null; do sleep 0.05; done
    start
}

case $1 in up | down | restart) "$1" ;; *) echo "containerd.sh up|down|restart DIR" >&2; exit 2 ;; esac
