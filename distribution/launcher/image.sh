# OCI images from folders, and into the cluster's containerd.

# oci_archive NAME ROOTFS OUT [CONFIG-JSON]: writes an image of one layer as an OCI archive.
oci_archive() {
    local name=$1 rootfs=$2 out=$3 config=${4:-'{}'} work layer blobs
    work=$(mktemp -d "$FELUCCA_HOME/image.XXXXXX")
    blobs="$work/blobs/sha256"
    mkdir -p "$blobs"
    # One time stamp and one order: the same folder gives the same image.
    tar -C "$rootfs" --sort=name --mtime=@0 --numeric-owner --owner=0 --group=0 -cf "$work/layer" .
    layer=$(sha256sum "$work/layer" | cut -d' ' -f1)
    mv "$work/layer" "$blobs/$layer"
    printf '{"architecture":"amd64","os":"linux","config":%s,"rootfs":{"type":"layers","diff_ids":["sha256:%s"]}}' \
        "$config" "$layer" >"$work/config"
    add_blob "$work" config
    printf '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":%s,"layers":[%s]}' \
        "$(descriptor application/vnd.oci.image.config.v1+json "$blobs/$blob")" \
        "$(descriptor application/vnd.oci.image.layer.v1.tar "$blobs/$layer")" >"$work/manifest"
    add_blob "$work" manifest
    printf '{"schemaVersion":2,"manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"sha256:%s","size":%s,"annotations":{"io.containerd.image.name":"%s","org.opencontainers.image.ref.name":"%s"},"platform":{"architecture":"amd64","os":"linux"}}]}' \
        "$blob" "$(stat -c %s "$blobs/$blob")" "$name" "${name##*:}" >"$work/index.json"
    printf '{"imageLayoutVersion":"1.0.0"}' >"$work/oci-layout"
    tar -C "$work" -cf "$out" oci-layout index.json blobs
    rm -rf "$work"
}

# add_blob WORK FILE: moves a file to its digest, which $blob then holds.
add_blob() {
    blob=$(sha256sum "$1/$2" | cut -d' ' -f1)
    mv "$1/$2" "$1/blobs/sha256/$blob"
}

descriptor() {
    printf '{"mediaType":"%s","digest":"sha256:%s","size":%s}' \
        "$1" "$(basename "$2")" "$(stat -c %s "$2")"
}

# full_name NAME: as containerd keeps it, with a registry and a tag.
full_name() {
    local name=$1
    [[ "${name##*/}" == *:* ]] || name+=:latest
    case "$name" in
        *.*/* | *:*/* | localhost/*) echo "$name" ;;
        */*) echo "docker.io/$name" ;;
        *) echo "docker.io/library/$name" ;;
    esac
}

image_load() {
    [ -f "$1" ] || fail "there is no file $1"
    alive containerd || fail "the cluster does not run: ./felucca up"
    ctr_here images import "$1"
}

main() {
    help_if_asked "felucca image load FILE.tar      an OCI or Docker archive into the cluster
felucca image build NAME DIR     an image from the root filesystem in DIR, into the cluster;
                                 DIR.json, if there is one, is its configuration (Cmd, Env …)" "$@"
    case "${1:-}" in
        load)
            [ $# = 2 ] || fail "usage: felucca image load FILE.tar"
            need_root image
            image_load "$2"
            ;;
        build)
            [ $# = 3 ] || fail "usage: felucca image build NAME DIR"
            need_root image
            [ -d "$3" ] || fail "there is no folder $3"
            local archive config='{}'
            [ ! -f "${3%/}.json" ] || config=$(cat "${3%/}.json")
            archive=$(mktemp "$FELUCCA_HOME/image.XXXXXX.tar")
            oci_archive "$(full_name "$2")" "$3" "$archive" "$config"
            image_load "$archive"
            rm -f "$archive"
            ;;
        *)
            fail "usage: felucca image load FILE.tar | build NAME DIR"
            ;;
    esac
}
