package io.felucca.itests.e2e;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What a cluster that does not answer can still tell. */
final class Evidence {
    private static final int LAST_LINES = 60;
    private static final int PATIENCE_SECONDS = 20;

    private Evidence() {}

    /**
     * The last lines of the process's log, and where its threads are written down: beside its logs,
     * which {@code ./felucca test} keeps when a test has failed.
     */
    static String of(Cluster cluster) {
        Path threads = cluster.home().resolve("log/threads-" + System.nanoTime() + ".txt");
        Texts.write(threads, threads(cluster));
        return "Threads are in " + threads + "; the log ends with:\n" + logEnd(cluster);
    }

    private static String threads(Cluster cluster) {
        ProcessHandle process = cluster.process("felucca");
        return Run.of(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin/jcmd").toString(),
                                Long.toString(process.pid()),
                                "Thread.print",
                                "-l"),
                        Map.of(),
                        "",
                        PATIENCE_SECONDS)
                .toString();
    }

    private static String logEnd(Cluster cluster) {
        Path log = cluster.home().resolve("log/karaf.log");
        if (!Files.exists(log)) {
            return "(there is no " + log + ")";
        }
        List<String> lines = Texts.lines(log);
        return String.join(
                "\n", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
    }
}
