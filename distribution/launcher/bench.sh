# felucca bench: ratios to limits, on the real distribution.

source "$LAUNCHER/process.sh"

BENCH_HELP="felucca bench api [--kubeconfig FILE]: GET, LIST, create and watch against bare Netty and RocksDB

Measures the running cluster of FELUCCA_HOME, or the one that FILE names; the figures go to
target/bench/api.json too. The machine should have nothing else to do."

main() {
    help_if_asked "$BENCH_HELP" "$@"
    local name=${1:-} config=$ADMIN pid=0
    case "$name" in
        api) ;;
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
    bench_api "$config" "$pid"
}

bench_api() {
    local module="$FELUCCA_ROOT/itests/benchmarks/target"
    [ -d "$module/lib" ] || fail "the benchmarks are not built: ./mvnw -pl itests/benchmarks -am package"
    java -Xmx1g -XX:+UseSerialGC -cp "$module/benchmarks-0.1.0-SNAPSHOT.jar:$module/lib/*" \
        io.felucca.itests.benchmarks.ApiBench "$1" "$2" "$FELUCCA_ROOT/target/bench"
}
