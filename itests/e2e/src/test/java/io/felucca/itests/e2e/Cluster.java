package io.felucca.itests.e2e;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * The one cluster under test. {@code ./felucca test} says in the environment where it lives and
 * with which options it starts; one that runs there already is used, and left running.
 */
final class Cluster implements AutoCloseable {
    private static final int START_SECONDS = 240;
    private static final int SHELL_SECONDS = 60;

    private final Path root;
    private final Path home;
    private final boolean ours;
    private final AtomicInteger namespaces = new AtomicInteger();

    /** Tells this run's namespaces from those of an earlier one on a cluster that was kept. */
    private final String run = Long.toString(ProcessHandle.current().pid(), 36);

    private Cluster(Path root, Path home, boolean ours) {
        this.root = root;
        this.home = home;
        this.ours = ours;
    }

    /** Gives test classes the cluster as a constructor argument, and stops it after the last. */
    static final class Resolver implements ParameterResolver {
        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == Cluster.class;
        }

        @Override
        public Cluster resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return context.getRoot()
                    .getStore(ExtensionContext.Namespace.GLOBAL)
                    .getOrComputeIfAbsent(Cluster.class, type -> start(), Cluster.class);
        }
    }

    private static Cluster start() {
        String place = System.getenv("FELUCCA_HOME");
        if (place == null) {
            throw new IllegalStateException("FELUCCA_HOME is not set: use ./felucca test e2e");
        }
        Path root = Path.of("").toAbsolutePath();
        while (!Files.isRegularFile(root.resolve("felucca"))) {
            root = root.getParent();
        }
        boolean runs = launcher(root, "status").out().contains("felucca      runs");
        Cluster cluster = new Cluster(root, Path.of(place), !runs);
        if (!runs) {
            cluster.up();
        }
        Images.loadBusybox(cluster);
        return cluster;
    }

    /** Starts it, with the options it was meant to have. */
    void up() {
        List<String> words = new ArrayList<>(List.of("up"));
        words.addAll(List.of(System.getenv("FELUCCA_UP_OPTIONS").strip().split("\\s+")));
        launcher(root, words.toArray(String[]::new)).ok();
    }

    @Override
    public void close() {
        if (ours) {
            launcher("down").ok();
        }
    }

    private static Run launcher(Path root, String... words) {
        return Run.of(command(root, words), Map.of(), "", START_SECONDS);
    }

    private static List<String> command(Path root, String... words) {
        List<String> command = new ArrayList<>(List.of(root.resolve("felucca").toString()));
        command.addAll(List.of(words));
        return command;
    }

    Run launcher(String... words) {
        return launcher(root, words);
    }

    /** A command in Karaf's shell, which should work: its output. */
    String shell(String command) {
        Run run = Run.of(command(root, "shell", command), Map.of(), "", SHELL_SECONDS);
        if (run.code() != 0) {
            throw new AssertionError(run + "\n" + Evidence.of(this));
        }
        return run.out();
    }

    Path root() {
        return root;
    }

    Path home() {
        return home;
    }

    /** What the process was started with, by the key of io.felucca.cluster. */
    String setting(String key) {
        return Texts.lines(home.resolve("karaf/etc/io.felucca.cluster.cfg")).stream()
                .filter(line -> line.startsWith(key + " ="))
                .map(line -> line.substring(line.indexOf('=') + 1).strip())
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no setting " + key));
    }

    String nodeName() {
        return setting("node.name");
    }

    /** The process's id, as the launcher keeps it. */
    ProcessHandle process(String part) {
        String pid = Texts.read(home.resolve(part + ".pid")).replaceAll(" .*\\s*", "");
        return ProcessHandle.of(Long.parseLong(pid))
                .orElseThrow(() -> new AssertionError(part + " does not run"));
    }

    /** kubectl as the administrator, in the default namespace. */
    Kubectl kubectl() {
        String program = System.getenv().getOrDefault("FELUCCA_KUBECTL", "kubectl");
        return new Kubectl(program, home.resolve("admin.kubeconfig").toString(), "default");
    }

    /** kubectl in a new namespace; its name begins with {@code prefix}. */
    Kubectl newNamespace(String prefix) {
        String name = prefix + "-" + run + "-" + namespaces.incrementAndGet();
        Kubectl kubectl = kubectl();
        kubectl.ok("create namespace " + name);
        return kubectl.in(name);
    }

    RawApi api() {
        return RawApi.asAdministrator(this);
    }
}
