# felucca restore: a cluster as it was when a backup was taken.

source "$LAUNCHER/process.sh"
source "$LAUNCHER/stores.sh"

RESTORE_HELP="felucca restore FILE [options]: brings back what './felucca backup' wrote, while the cluster is stopped.
Revisions go on above all that were ever given, so clients and watches list anew (410 Gone) rather
than take old for new. Containers on the node that the backup does not know are removed later.

  --force            replace data, another authority, or other settings, that are there already
$STORE_HELP"

main() {
    help_if_asked "$RESTORE_HELP" "$@"
    local file='' force=''
    while [ $# -gt 0 ]; do
        case "$1" in
            --force) force=yes ;;
            --store | --etcd-ca | --etcd-cert | --etcd-key)
                [ $# -gt 1 ] || fail "$1 needs a value; see './felucca restore --help'"
                local name=${1#--}
                name=${name//-/_}
                printf -v "${name^^}" '%s' "$2"
                shift
                ;;
            -*) fail "there is no option '$1'; see './felucca restore --help'" ;;
            *)
                [ -z "$file" ] || fail "usage: felucca restore FILE [options]"
                file=$1
                ;;
        esac
        shift
    done
    [ -f "$file" ] || fail "usage: felucca restore FILE [options]; there is no file '$file'"
    need_root restore
    ! alive felucca || fail "the cluster runs; stop it first: ./felucca down"
    check_store
    role_assembly
    mkdir -p "$FELUCCA_HOME/data" "$FELUCCA_HOME/log"
    chmod 700 "$FELUCCA_HOME" "$FELUCCA_HOME/data"
    PARTS=$(mktemp -d "$FELUCCA_HOME/restore.XXXXXX")
    trap 'rm -rf "$PARTS"' EXIT
    tar -C "$PARTS" -xf "$file" 2>/dev/null && [ -f "$PARTS/store" ] && [ -d "$PARTS/pki" ] \
        || fail "$file is no backup"
    local pki="$FELUCCA_HOME/data/pki" etc="$FELUCCA_HOME/etc" to
    [ -n "$force" ] || [ ! -f "$pki/ca.crt" ] || cmp -s "$pki/ca.crt" "$PARTS/pki/ca.crt" \
        || fail "the authority in $pki is another one than the backup's; --force replaces it"
    [ -n "$force" ] || [ ! -d "$PARTS/etc" ] || [ ! -d "$etc" ] || diff -rq "$etc" "$PARTS/etc" >/dev/null \
        || fail "the settings in $etc are others than the backup's; --force replaces them"
    to=$(location "$STORE")
    replaceable "$to" "$force"
    step "restoring"
    local done
    done=$(load restore "$PARTS/store" "$to") || exit 1
    cmp -s "$pki/ca.crt" "$PARTS/pki/ca.crt" || put_back "$PARTS/pki" "$pki"
    [ ! -d "$PARTS/etc" ] || diff -rq "$etc" "$PARTS/etc" >/dev/null 2>&1 || put_back "$PARTS/etc" "$etc"
    echo "Restored: ${done##*$'\n'}. Start it with: ./felucca up --store $STORE"
}

# put_back FOLDER PLACE: what is there already is kept beside it.
put_back() {
    rm -rf "$2.replaced"
    [ ! -d "$2" ] || mv "$2" "$2.replaced"
    cp -r "$1" "$2"
    chmod 700 "$2"
}
