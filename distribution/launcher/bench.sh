# felucca bench: figures beside their limits and targets, on the real distribution.

source "$LAUNCHER/process.sh"

BENCH_HELP="felucca bench NAME [options]

  api [PART…]           create, get, list, fanout (watches), against bare Netty and RocksDB
  schedule [WORKLOAD…]  pods that get a node per second, on 5,000 nodes: plain, anti-affinity,
                        affinity, preferred-affinity, spreading
  pods                  the start of one pod and of twenty at once, against the bare calls to
                        containerd, and of one created by kubectl
  swap [PART…]          parts swapped for another build and back under an open-loop load
  memory                what the process holds: empty, with 10,000 pods, and after they are deleted
  etcd                  create on a cluster started with --store etcd=URL, against jetcd's bare puts
                        into an etcd that it starts beside that one
  startup [OPTION…]     from 'felucca up' to a ready cluster, and from the start of the process to
                        /readyz; in a folder of its own, with the options of 'felucca up'

They measure the running cluster of FELUCCA_HOME (startup wants none to run); 'api --kubeconfig FILE'
the one that FILE names. The figures go to target/bench/NAME.json too. The machine should have
nothing else to do: each figure comes with the load that the machine had."

main() {
    help_if_asked "$BENCH_HELP" "$@"
    local name=${1:-}
    [ $# = 0 ] || shift
    case "$name" in
        api) bench_api "$@" ;;
        schedule)
            need_cluster
            bench_java ScheduleBench "$ADMIN" "$(pid_of felucca)" "$RESULTS" "$@"
            ;;
        pods)
            need_cluster
            command -v kubectl >/dev/null || fail "kubectl is not here; ./felucca demo installs it"
            bench_java PodsBench "$ADMIN" "$RESULTS" "$SOCKET" "$(setting node.name)"
            ;;
        memory)
            need_cluster
            bench_java MemoryBench "$ADMIN" "$(pid_of felucca)" "$RESULTS"
            ;;
        etcd) bench_etcd ;;
        swap)
            need_cluster
            bench_java SwapBench "$ADMIN" "$RESULTS" "$FELUCCA_ROOT/felucca" "$ASSEMBLY" "$@"
            ;;
        startup)
            need_root bench startup
            ! alive felucca || fail "a cluster runs in $FELUCCA_HOME: ./felucca down first"
            bench_java StartupBench "$FELUCCA_ROOT/felucca" "$RESULTS/home" "$RESULTS" "$@"
            ;;
        '') printf '%s\n' "$BENCH_HELP" ;;
        *) fail "there is no benchmark '$name'; see './felucca bench --help'" ;;
    esac
}

RESULTS="$FELUCCA_ROOT/target/bench"

need_cluster() {
    alive felucca || fail "no cluster runs in $FELUCCA_HOME; './felucca up' starts one"
}

bench_api() {
    if [ "${1:-}" = --kubeconfig ]; then
        bench_java ApiBench "${2:?--kubeconfig needs a file}" 0 "$RESULTS"
        return
    fi
    need_cluster
    bench_java ApiBench "$ADMIN" "$(pid_of felucca)" "$RESULTS" "$@"
}

bench_etcd() {
    local port=12379 folder="$RESULTS"
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
    bench_java EtcdBench "$ADMIN" "$(pid_of felucca)" "$RESULTS" "http://127.0.0.1:$port" || code=$?
    return $code
}

# bench_java CLASS ARGUMENTS...
bench_java() {
    local module="$FELUCCA_ROOT/itests/benchmarks/target" class=$1
    shift
    [ -d "$module/lib" ] || fail "the benchmarks are not built: ./mvnw -pl itests/benchmarks -am package"
    mkdir -p "$RESULTS"
    java -Xmx1g -XX:+UseSerialGC -cp "$module/benchmarks-0.1.0-SNAPSHOT.jar:$module/lib/*" \
        "io.felucca.itests.benchmarks.$class" "$@"
}
