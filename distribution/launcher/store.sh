# felucca store: brings all data from one kind of store to another.

source "$LAUNCHER/process.sh"
source "$LAUNCHER/stores.sh"

STORE_COMMAND_HELP="felucca store migrate --from STORE --to STORE [options]: copies all data while the cluster is
stopped, and checks count and hash of what arrived; what it is copied from stays as it is. A STORE is
rocksdb (this cluster's), rocksdb=FOLDER, or etcd=URL[,URL...].

  --force            replace data that is there already
  --etcd-ca FILE     as of './felucca up'; also --etcd-cert and --etcd-key

Then: ./felucca up --store STORE"

main() {
    [ $# -gt 0 ] || fail "say what: migrate; see './felucca store --help'"
    help_if_asked "$STORE_COMMAND_HELP" "$@"
    [ "$1" = migrate ] || fail "there is no 'store $1'; see './felucca store --help'"
    shift
    local from='' to='' force=''
    while [ $# -gt 0 ]; do
        case "$1" in
            --force) force=yes ;;
            --from | --to | --etcd-ca | --etcd-cert | --etcd-key)
                [ $# -gt 1 ] || fail "$1 needs a value; see './felucca store --help'"
                case "$1" in
                    --from) from=$2 ;;
                    --to) to=$2 ;;
                    --etcd-ca) ETCD_CA=$2 ;;
                    --etcd-cert) ETCD_CERT=$2 ;;
                    --etcd-key) ETCD_KEY=$2 ;;
                esac
                shift
                ;;
            *) fail "there is no option '$1'; see './felucca store --help'" ;;
        esac
        shift
    done
    [ -n "$from" ] && [ -n "$to" ] || fail "say --from and --to; see './felucca store --help'"
    need_root store
    ! alive felucca || fail "the cluster runs; stop it first: ./felucca down"
    role_assembly
    from=$(location "$from")
    to=$(location "$to")
    [ "$from" != "$to" ] || fail "--from and --to are the same"
    [[ "$from" != rocksdb=* ]] || [ -f "${from#*=}/CURRENT" ] || fail "there is no store in ${from#*=}"
    replaceable "$to" "$force"
    step "migrating"
    local done
    done=$(load migrate "$from" "$to") || exit 1
    echo "Migrated: ${done##*$'\n'}. Start it with: ./felucca up --store ${to/rocksdb=$FELUCCA_HOME\/data\/store/rocksdb}"
}
