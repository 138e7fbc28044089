# felucca backup: all that a cluster is made of, in one file.

source "$LAUNCHER/process.sh"
source "$LAUNCHER/stores.sh"

BACKUP_HELP="felucca backup FILE: writes the store's contents at one revision, the cluster's authority and keys,
and its settings with the files in FELUCCA_HOME/etc, to a new file; the cluster may run meanwhile.
The file holds private keys: it can be read by root only. Values that are encrypted in the store are
encrypted in it, beside their keys if these are in FELUCCA_HOME/etc. Not in it: images, logs, and
what containers and volumes hold on their nodes."

main() {
    help_if_asked "$BACKUP_HELP" "$@"
    [ $# = 1 ] || fail "usage: felucca backup FILE"
    local file
    file=$(readlink -m "$1")
    [ ! -e "$file" ] || fail "$file is there already"
    need_root backup
    [ -f "$FELUCCA_HOME/data/pki/ca.key" ] || fail "there is no cluster's authority in $FELUCCA_HOME"
    PARTS=$(mktemp -d "$FELUCCA_HOME/backup.XXXXXX")
    trap 'rm -rf "$PARTS"' EXIT
    local said
    if alive felucca; then
        said=$(
            source "$LAUNCHER/shell.sh"
            main "felucca:store-snapshot $PARTS/store"
        ) || fail "the snapshot failed: $said"
    else
        same_store
        role_assembly
        said=$(store_tool snapshot "$(location "$STORE")" "$PARTS/store") || exit 1
    fi
    [ -s "$PARTS/store" ] || fail "the snapshot failed: $said"
    cp -r "$FELUCCA_HOME/data/pki" "$PARTS/pki"
    cp "$BASE/etc/io.felucca.cluster.cfg" "$PARTS/cluster.cfg"
    local parts=(store pki cluster.cfg) elsewhere
    if [ -d "$FELUCCA_HOME/etc" ]; then
        cp -r "$FELUCCA_HOME/etc" "$PARTS/etc"
        parts+=(etc)
    fi
    (umask 077 && tar -C "$PARTS" -cf "$file.part" "${parts[@]}" && sync "$file.part" && mv "$file.part" "$file")
    echo "Backed up: ${said##*$'\n'}, in $file"
    elsewhere=$(encryption_elsewhere)
    [ -z "$elsewhere" ] \
        || echo "Not in it: $elsewhere, without whose keys encrypted values can't be read; keep it with the backup"
}

# The file with the keys of encrypted values, if it is not in FELUCCA_HOME/etc.
encryption_elsewhere() {
    local settings="$FELUCCA_HOME/etc/io.felucca.storage.encryption.cfg" file
    [ -f "$settings" ] || return 0
    file=$(sed -n 's/^ *file *[=:] *\(.*[^ ]\) *$/\1/p' "$settings" | tail -n 1)
    case "$file" in
        '' | '${karaf.etc}/'* | "$FELUCCA_HOME/etc/"*) ;;
        *) echo "$file" ;;
    esac
}
