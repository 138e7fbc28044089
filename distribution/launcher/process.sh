# The one Java process: its settings, its start and the wait for it to be ready.

# Of the link that is made when the machine has no way out.
LINK_IP=172.31.255.1

# default_node_ip: of the interface with the default route, or on a link made for it.
default_node_ip() {
    local ip='' device
    device=$(ip -4 -o route show default | sed -n 's/.* dev \([^ ]*\).*/\1/p' | head -n 1)
    [ -z "$device" ] || ip=$(ip -4 -o addr show dev "$device" scope global | awk '{ sub("/.*", "", $4); print $4; exit }')
    if [ -z "$ip" ]; then
        ip=$LINK_IP
        ip link show felucca0 >/dev/null 2>&1 || make_link felucca0 "$ip"
    fi
    echo "$ip"
}

# make_link NAME IP: one that leads nowhere. Pods need veth anyway; not every kernel has dummy.
make_link() {
    ip link add "$1" type veth peer name "$1.end"
    ip addr add "$2/32" dev "$1"
    ip link set "$1.end" up
    ip link set "$1" up
}

# nth_address CIDR N: the N-th address of an IPv4 range.
nth_address() {
    local a b c d value
    IFS=. read -r a b c d <<<"${1%/*}"
    value=$(((a << 24) + (b << 16) + (c << 8) + d + $2))
    echo "$((value >> 24 & 255)).$((value >> 16 & 255)).$((value >> 8 & 255)).$((value & 255))"
}

# own_name: what tells this cluster's things from those of others on the machine.
own_name() {
    if [ "$FELUCCA_HOME" = "$FELUCCA_ROOT/.felucca" ]; then
        echo felucca
    else
        echo "felucca_$(printf %s "$FELUCCA_HOME" | sha256sum | cut -c1-8)"
    fi
}

# The usual places are the first cluster's; any other has its own.
cgroup_root() {
    [ "$(own_name)" = felucca ] || own_name
}

pod_logs_dir() {
    [ "$(own_name)" = felucca ] && echo /var/log/pods || echo "$FELUCCA_HOME/log/pods"
}

write_settings() {
    local etc="$BASE/etc"
    # A clean framework each time: the start-up list is read only by one without a cache.
    rm -rf "$etc" "$BASE/data"
    mkdir -p "$BASE/data/tmp" "$BASE/deploy" "$FELUCCA_HOME/data"
    chmod 700 "$FELUCCA_HOME" "$FELUCCA_HOME/data"
    cp -r "$ASSEMBLY/etc" "$etc"
    cat >"$etc/io.felucca.cluster.cfg" <<EOF
node.ip = $NODE_IP
node.name = $NODE_NAME
api.port = $API_PORT
kubelet.port = $KUBELET_PORT
service.cidr = $SERVICE_CIDR
pod.cidr = $POD_CIDR
node.cidr.mask = 24
cluster.domain = cluster.local
dns.ip = $(nth_address "$SERVICE_CIDR" 10)
dns.port = $DNS_PORT
nodeport.range = 30000-32767
nft.table = $(own_name)
data.dir = $FELUCCA_HOME/data
run.dir = $FELUCCA_HOME
admin.kubeconfig = $ADMIN
containerd.socket = $SOCKET
cni.bin.dir = /usr/lib/cni
cni.conf.dir = $FELUCCA_HOME/cni/net.d
cgroup.root = $(cgroup_root)
pod.logs.dir = $(pod_logs_dir)
EOF
    write_store_settings "$etc"
    local listener
    for listener in "apiserver $API_PORT" "kubelet $KUBELET_PORT"; do
        set -- $listener
        cat >"$etc/io.felucca.http.listener-$1.cfg" <<EOF
name = $1
addresses = 127.0.0.1,$NODE_IP
port = $2
EOF
    done
    write_shell_settings "$etc"
    add_own_settings "$etc"
}

# The operator's files, such as io.felucca.scheduler.cfg, which outlive a start, beside the
# distribution's. With a key for what is stored, the API server takes no store but the one that has it.
add_own_settings() {
    [ -d "$FELUCCA_HOME/etc" ] || return 0
    local own
    # Either form of a file stands for both.
    for own in "$FELUCCA_HOME"/etc/*.cfg "$FELUCCA_HOME"/etc/*.config; do
        own=${own##*/}
        rm -f "$1/${own%.*}.cfg" "$1/${own%.*}.config"
    done
    cp -r "$FELUCCA_HOME/etc/." "$1/"
    [ ! -f "$1/io.felucca.storage.encryption.cfg" ] && [ ! -f "$1/io.felucca.storage.encryption.config" ] && return
    # On a line of its own, whatever the operator's file ends with.
    if [ -f "$1/io.felucca.apiserver.config" ]; then
        printf '\nStore.target="(store.encrypted\\=true)"\n' >>"$1/io.felucca.apiserver.config"
    else
        printf '\nStore.target = (store.encrypted=true)\n' >>"$1/io.felucca.apiserver.cfg"
    fi
}

# The shell listens on loopback and knows one user, by a key that only root can read; that user
# knows the shell by its key.
write_shell_settings() {
    local etc=$1 key="$FELUCCA_HOME/shell.key" host="$FELUCCA_HOME/shell.host.key"
    [ -f "$key" ] || ssh-keygen -q -t ecdsa -b 256 -N '' -C felucca -f "$key"
    [ -f "$host.pub" ] || { rm -f "$host" && ssh-keygen -q -t ecdsa -b 256 -m PEM -N '' -C felucca -f "$host"; }
    echo "felucca $(cut -d' ' -f1,2 "$host.pub")" >"$FELUCCA_HOME/shell.known"
    cat >"$etc/org.apache.karaf.shell.cfg" <<EOF
sshPort = $SSH_PORT
sshHost = 127.0.0.1
sshRealm = karaf
sshRole = ssh
hostKey = $host
algorithm = EC
keySize = 256
authMethods = publickey
EOF
    : >"$etc/users.properties"
    cat >"$etc/keys.properties" <<EOF
admin = $(cut -d' ' -f2 "$key.pub"),_g_:admingroup
_g_\\:admingroup = group,admin,manager,viewer,systembundles,ssh
EOF
}

start_felucca() {
    [ -n "$NODE_IP" ] || NODE_IP=$(default_node_ip)
    step "starting felucca on $NODE_IP:$API_PORT"
    write_settings
    run_felucca
}

# heap_limit: FELUCCA_HEAP as -Xmx has it, else a quarter of what memory there is. The heap grows
# only as far as the objects in it need.
heap_limit() {
    [ -n "${FELUCCA_HEAP:-}" ] && echo "-Xmx$FELUCCA_HEAP" || echo -XX:MaxRAMPercentage=25
}

run_felucca() {
    local home="$ASSEMBLY" jar classpath=''
    for jar in "$home"/lib/boot/*.jar "$home"/lib/jdk9plus/*.jar; do
        # It would need modules of the JDK patched, which costs the JDK's class data archive.
        [[ "$jar" == *.specs.activator-* ]] || classpath+="$jar:"
    done
    # The module options are Karaf's own; docs/BENCHMARKS.md says what the memory options are for.
    background felucca env MALLOC_ARENA_MAX=2 java \
        -Xms64m $(heap_limit) -Xss512k -XX:MetaspaceSize=96m -XX:MaxMetaspaceSize=256m \
        -XX:ReservedCodeCacheSize=96m -XX:+UseSerialGC -XX:NewRatio=3 -XX:MinHeapFreeRatio=20 \
        -XX:MaxHeapFreeRatio=25 -XX:-ShrinkHeapInSteps -XX:SoftRefLRUPolicyMSPerMB=20 \
        -XX:+IgnoreUnrecognizedVMOptions -XX:TrimNativeHeapInterval=10000 \
        -XX:+ExitOnOutOfMemoryError ${FELUCCA_JVM:-} \
        -XX:+UnlockDiagnosticVMOptions -XX:CompileCommand=quiet \
        -XX:CompilerDirectivesFile="$LAUNCHER/compiler.json" \
        --add-opens java.base/java.security=ALL-UNNAMED \
        --add-opens java.base/java.net=ALL-UNNAMED \
        --add-opens java.base/java.lang=ALL-UNNAMED \
        --add-opens java.base/java.util=ALL-UNNAMED \
        --add-opens java.naming/javax.naming.spi=ALL-UNNAMED \
        --add-exports=java.base/sun.net.www.protocol.file=ALL-UNNAMED \
        --add-exports=java.base/sun.net.www.protocol.http=ALL-UNNAMED \
        --add-exports=java.base/sun.net.www.protocol.https=ALL-UNNAMED \
        --add-exports=java.base/sun.net.www.protocol.jar=ALL-UNNAMED \
        -Dkaraf.home="$home" -Dkaraf.base="$BASE" -Dkaraf.data="$BASE/data" \
        -Dkaraf.etc="$BASE/etc" -Dkaraf.log="$FELUCCA_HOME/log" \
        -Dkaraf.instances="$BASE/instances" -Djava.io.tmpdir="$BASE/data/tmp" \
        -Djava.util.logging.config.file="$BASE/etc/java.util.logging.properties" \
        -Dkaraf.startLocalConsole=false -Dkaraf.startRemoteShell=true \
        -Dkaraf.restart.jvm.supported=false -Dkaraf.log.console=OFF \
        -cp "$classpath" org.apache.karaf.main.Main
}

running_and() {
    alive felucca || fail "the process has ended; see $FELUCCA_HOME/log/felucca.log and karaf.log"
    "$@"
}

api_ready() {
    [ -f "$ADMIN" ] && [ "$(api /readyz 2>/dev/null)" = ok ]
}

node_ready() {
    api "/api/v1/nodes/$NODE_NAME" 2>/dev/null | tr -d '\n' \
        | grep -oE '\{[^{}]*"type" *: *"Ready"[^{}]*\}' | grep -q '"status" *: *"True"'
}

# The server answers for its own name: proof that Service, EndpointSlice, rules and DNS all work.
dns_answers() {
    dns_query "$(setting dns.ip)"
}

# dns_query SERVER: asks by TCP for kubernetes.default.svc, which every cluster has.
dns_query() {
    local answer
    { exec 3<>"/dev/tcp/$1/53"; } 2>/dev/null || return 1
    # Length, id, flags (recursion desired), one question; then the name, type A, class IN.
    printf '\x00\x36\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x0akubernetes\x07default\x03svc\x07cluster\x05local\x00\x00\x01\x00\x01' >&3
    answer=$(timeout 2 head -c 10 <&3 2>/dev/null | od -An -tx1 | tr -d ' \n')
    exec 3<&- 3>&-
    # Bytes 6-9 of the message are its flags' second half and counts: no error, some answer.
    [[ "${answer:10:2}" == ?0 && "${answer:16:4}" != 0000 && -n "$answer" ]]
}

account_exists() {
    [ "$(api /api/v1/namespaces/default/serviceaccounts/default -o /dev/null -w '%{http_code}' 2>/dev/null)" = 200 ]
}

shell_listens() {
    { exec 3<>"/dev/tcp/127.0.0.1/$SSH_PORT"; } 2>/dev/null || return 1
    exec 3<&- 3>&-
}

wait_ready() {
    step "waiting for the API"
    wait_until 60 running_and api_ready || fail "the API is not ready: $(api '/readyz?verbose' 2>&1 | head -c 400)"
    step "waiting for the node"
    wait_until 60 running_and node_ready || fail "node $NODE_NAME is not Ready; './felucca logs' may say why"
    step "waiting for DNS and the default ServiceAccount"
    wait_until 30 running_and dns_answers || fail "DNS does not answer at $(setting dns.ip)"
    wait_until 30 running_and account_exists || fail "ServiceAccount default/default does not appear"
    wait_until 30 running_and shell_listens || fail "the shell does not listen on port $SSH_PORT; see ./felucca logs"
}
