# felucca bench: ratios to limits, on the real distribution.

source "$LAUNCHER/process.sh"

BENCH_HELP="felucca bench api [--kubeconfig FILE]: GET, LIST, create and watch against bare Netty and RocksDB
felucca bench memory: what the process holds, empty, with 10,000 pods, and after they are deleted
felucca bench etcd: create on a cluster started with --store etcd=URL against jetcd's bare puts into an
etcd that it starts beside that one

Measures the running cluster of FELUCCA_HOME, or the one that FILE names; the figures go to
target/bench/NAME.json too. The machine should have nothing else to do."

main() {
    help_if_asked "$BENCH_HELP" "$@"
    local name=${1:-} config=$ADMIN pid=0
    case "$name" in
        api | memory) ;;
        etcd)
            bench_etcd
            return
            ;;
        '') fail "which one? see './felucca bench --help'" ;;
        *) fail "there is no benchmark '$name'; see './felucca bench --help'" ;;
    esac
    case "${2:-}" in
        '')
            alive felucca || fail "no cluster runs in $FELUCCA_HOME; './felucca up' starts one"
            pid=$(pid_of felucca)
            ;;
        --kubeconfig) config=${3:?--kubeconfig needs a file} ;;
        *) fail "there is no option '$2'; see './felucca bench --help'" ;;
    esac
    [ "$name" != memory ] || [ "$pid" != 0 ] || fail "memory is measured of a process of this machine"
    local -A classes=([api]=ApiBench [memory]=MemoryBench)
    run_bench "${classes[$name]}" "$config" "$pid"
}

# run_bench CLASS KUBECONFIG PID [MORE...]
run_bench() {
    local module="$FELUCCA_ROOT/itests/benchmarks/target"
    [ -d "$module/lib" ] || fail "the benchmarks are not built: ./mvnw -pl itests/benchmarks -am package"
    java -Xmx1g -XX:+UseSerialGC -cp "$module/benchmarks-0.1.0-SNAPSHOT.jar:$module/lib/*" \
        "io.felucca.itests.benchmarks.$1" "$2" "$3" "$FELUCCA_ROOT/target/bench" "${@:4}"
}

bench_etcd() {
    local port=12379 folder="$FELUCCA_ROOT/target/bench"
    alive felucca && [ "$(setting store)" = etcd ] || fail "no cluster with etcd runs in $FELUCCA_HOME: ./felucca up --store etcd=URL"
    command -v etcd >/dev/null || fail "needs etcd: apt-get install etcd-server"
    mkdir -p "$folder"
    rm -rf "$folder/etcd"
    etcd --data-dir "$folder/etcd" --listen-client-urls "http://127.0.0.1:$port" \
        --advertise-client-urls "http://127.0.0.1:$port" --listen-peer-urls "http://127.0.0.1:$((port + 1))" \
        --initial-advertise-peer-urls "http://127.0.0.1:$((port + 1))" \
        --initial-cluster "default=http://127.0.0.1:$((port + 1))" >"$folder/etcd.log" 2>&1 &
    local pid=$! code=0
    trap 'kill '"$pid"' 2>/dev/null; rm -rf '"$folder/etcd" EXIT
    run_bench EtcdBench "$ADMIN" "$(pid_of felucca)" "http://127.0.0.1:$port" || code=$?
    return $code
}
