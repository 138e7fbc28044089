# felucca bench: ratios to limits, on the real distribution.

source "$LAUNCHER/process.sh"

BENCH_HELP="felucca bench api [--kubeconfig FILE]: GET, LIST, create and watch against bare Netty and RocksDB
felucca bench memory: what the process holds, empty, with 10,000 pods, and after they are deleted

Measures the running cluster of FELUCCA_HOME, or the one that FILE names; the figures go to
target/bench/NAME.json too. The machine should have nothing else to do."

main() {
    help_if_asked "$BENCH_HELP" "$@"
    local name=${1:-} config=$ADMIN pid=0
    case "$name" in
        api | memory) ;;
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

# run_bench CLASS KUBECONFIG PID
run_bench() {
    local module="$FELUCCA_ROOT/itests/benchmarks/target"
    [ -d "$module/lib" ] || fail "the benchmarks are not built: ./mvnw -pl itests/benchmarks -am package"
    java -Xmx1g -XX:+UseSerialGC -cp "$module/benchmarks-0.1.0-SNAPSHOT.jar:$module/lib/*" \
        "io.felucca.itests.benchmarks.$1" "$2" "$3" "$FELUCCA_ROOT/target/bench"
}
