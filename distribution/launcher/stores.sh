# Which store a cluster has: the embedded one, or an etcd that others run.

STORE=''
ETCD_CA=''
ETCD_CERT=''
ETCD_KEY=''

STORE_HELP="  --store STORE         rocksdb: embedded; or etcd=URL[,URL...], which outlives this machine;
                        default: what the cluster had, at first rocksdb; see docs/STORES.md
  --etcd-ca FILE        PEM: the authority that vouches for etcd's members
  --etcd-cert FILE      PEM: the certificate to show them
  --etcd-key FILE       PEM: its key, PKCS #8"

check_store() {
    local file url urls scheme='' said=$STORE
    [ -n "$STORE" ] || same_store
    urls=${STORE#etcd=}
    [ -z "$said" ] || [ "$said" = "$(former_store)" ] || [ ! -d "$BASE/etc" ] \
        || step "this cluster had the store $(former_store); './felucca store migrate' brings data along"
    case "$STORE" in
        rocksdb)
            [ -z "$ETCD_CA$ETCD_CERT$ETCD_KEY" ] || fail "--etcd-ca, --etcd-cert and --etcd-key are for --store etcd=URL"
            return
            ;;
        etcd=?*) ;;
        *) fail "there is no store '$STORE'; it is rocksdb or etcd=URL[,URL...], like etcd=https://10.0.0.1:2379" ;;
    esac
    for url in ${urls//,/ }; do
        [[ "$url" =~ ^https?://[^/@]+/?$ ]] || fail "'$url' is no endpoint of etcd; one is like https://10.0.0.1:2379"
        [ -z "$scheme" ] || [ "$scheme" = "${url%%:*}" ] || fail "etcd's endpoints are all http or all https, not $urls"
        scheme=${url%%:*}
    done
    [ "$scheme" = https ] || [ -z "$ETCD_CA$ETCD_CERT$ETCD_KEY" ] \
        || fail "--etcd-ca, --etcd-cert and --etcd-key are for https, but the endpoint is $urls"
    [ -n "$ETCD_CERT" ] && [ -n "$ETCD_KEY" ] || [ -z "$ETCD_CERT$ETCD_KEY" ] \
        || fail "--etcd-cert and --etcd-key come together"
    for file in "$ETCD_CA" "$ETCD_CERT" "$ETCD_KEY"; do
        [ -z "$file" ] || [ -r "$file" ] || fail "file $file can't be read"
    done
}

# What the cluster was last started with.
former_store() {
    local urls=''
    [ ! -f "$BASE/etc/io.felucca.cluster.cfg" ] || urls=$(setting store.etcd.endpoints)
    [ -n "$urls" ] && echo "etcd=$urls" || echo rocksdb
}

same_store() {
    STORE=$(former_store)
    [ "$STORE" != rocksdb ] || return 0
    ETCD_CA=$(setting store.etcd.ca)
    ETCD_CERT=$(setting store.etcd.cert)
    ETCD_KEY=$(setting store.etcd.key)
}

# write_store_settings ETC: the store's bundles replace the embedded one's in the list of what starts,
# so that whoever does not use them does not even load them.
write_store_settings() {
    local etc=$1
    if [ "$STORE" = rocksdb ]; then
        echo "store = rocksdb" >>"$etc/io.felucca.cluster.cfg"
        return
    fi
    cat >>"$etc/io.felucca.cluster.cfg" <<EOF
store = etcd
store.etcd.endpoints = ${STORE#etcd=}
store.etcd.ca = ${ETCD_CA:+$(readlink -f "$ETCD_CA")}
store.etcd.cert = ${ETCD_CERT:+$(readlink -f "$ETCD_CERT")}
store.etcd.key = ${ETCD_KEY:+$(readlink -f "$ETCD_KEY")}
EOF
    sed -i -e 's#/lib\.rocksdb/#/lib.jetcd/#' -e 's#/storage\.rocksdb/#/storage.etcd/#' "$etc/startup.properties"
}

# The distribution of this cluster's role.
role_assembly() {
    ASSEMBLY="$FELUCCA_ROOT/distribution/$(cat "$FELUCCA_HOME/role" 2>/dev/null || echo standalone)/target/assembly"
    [ -d "$ASSEMBLY/system" ] || fail "it is not built yet: ./felucca up --prepare"
}

# store_tool WORD...: the program for the stores of a stopped cluster.
store_tool() {
    local system="$ASSEMBLY/system" unpacked="$FELUCCA_HOME/tool" jar classpath=''
    case "$*" in
        *etcd=*)
            # Java does not look into jars within a jar, as bundles have them.
            rm -rf "$unpacked"
            mkdir -p "$unpacked"
            # What gRPC says of the machine would be taken for news.
            echo '.level = OFF' >"$unpacked/logging.properties"
            (cd "$unpacked" && jar xf "$system"/io/felucca/lib.jetcd/*/*.jar lib)
            ;;
    esac
    for jar in "$system"/io/felucca/{storage.api,storage.backup,storage.rocksdb,lib.rocksdb,storage.etcd}/*/*.jar \
        "$system"/io/netty/*/*/*.jar "$system"/org/ops4j/pax/logging/pax-logging-api/*/*.jar "$ASSEMBLY"/lib/boot/osgi.core-*.jar "$unpacked"/lib/*.jar; do
        [ ! -f "$jar" ] || classpath+="$jar:"
    done
    local code=0
    java -Xmx512m -XX:+UseSerialGC -Dorg.ops4j.pax.logging.DefaultServiceLog.level=ERROR \
        -Djava.util.logging.config.file="$unpacked/logging.properties" \
        -Detcd.ca="$ETCD_CA" -Detcd.cert="$ETCD_CERT" -Detcd.key="$ETCD_KEY" \
        -cp "$classpath" io.felucca.storage.backup.Main "$@" || code=$?
    rm -rf "$unpacked"
    return $code
}

# location STORE: as the tool wants it.
location() {
    [ "$1" = rocksdb ] && echo "rocksdb=$FELUCCA_HOME/data/store" || echo "$1"
}

# replaceable LOCATION FORCE: fails if there is data that may not be replaced.
replaceable() {
    local found later
    case "$1" in
        rocksdb=*)
            [ -n "$2" ] || [ ! -f "${1#*=}/CURRENT" ] \
                || fail "there is a store in ${1#*=} already; --force replaces it"
            ;;
        *)
            found=$(store_tool count "$1") || exit 1
            [ "${found% *}" = 0 ] && return
            [ -n "$2" ] || fail "there are ${found% *} keys in $1 already; --force replaces them"
            step "looking whether somebody writes to it (12 s)"
            sleep 12
            later=$(store_tool count "$1") || exit 1
            [ "${found#* }" = "${later#* }" ] \
                || fail "somebody writes to $1; stop each control plane on it first"
            ;;
    esac
}

# load WORD SOURCE LOCATION: restore or migrate, into a new folder first where the store is one.
load() {
    local target=$3 folder=${3#rocksdb=}
    if [[ "$target" != rocksdb=* ]]; then
        store_tool "$1" "$2" "$target"
        return
    fi
    rm -rf "$folder.new"
    mkdir -p "$(dirname "$folder")"
    store_tool "$1" "$2" "rocksdb=$folder.new" || return 1
    if [ -d "$folder" ]; then
        rm -rf "$folder.replaced"
        mv "$folder" "$folder.replaced"
        step "what was there before is in $folder.replaced" >&2
    fi
    mv "$folder.new" "$folder"
}
