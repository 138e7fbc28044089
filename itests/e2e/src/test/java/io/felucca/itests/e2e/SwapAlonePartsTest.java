package io.felucca.itests.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A swap concerns the swapped bundle alone: nobody is wired to an implementation. */
@ExtendWith(Cluster.Resolver.class)
final class SwapAlonePartsTest {
    private final Cluster cluster;

    SwapAlonePartsTest(Cluster cluster) {
        this.cluster = cluster;
    }

    /** Whose classes others share, by what their names say or by the list in the docs. */
    private static boolean mayBeShared(String part) {
        return part.endsWith(".api")
                || part.startsWith("lib.")
                || List.of(
                                "machinery",
                                "metrics",
                                "model",
                                "protobuf",
                                "quota",
                                "schema",
                                "api.validation",
                                "kubelet.cri")
                        .contains(part);
    }

    @Test
    void onlySpisAndLibrariesAreShared() {
        TreeSet<String> shared =
                cluster.shell("felucca:parts")
                        .lines()
                        .filter(line -> line.contains("others share its classes"))
                        .map(line -> line.substring(0, line.indexOf(' ')))
                        .collect(Collectors.toCollection(TreeSet::new));
        shared.removeIf(SwapAlonePartsTest::mayBeShared);
        assertEquals(new TreeSet<>(), shared);
    }

    @Test
    void sharedPartIsNotSwapped() {
        Path jar = Builds.original(cluster, "machinery");
        Run run = cluster.launcher("shell", "felucca:swap machinery " + jar);
        assertTrue((run.out() + run.err()).contains("can't be swapped"), run::toString);
    }

    @Test
    void jarOfAnotherPartIsNotTaken() {
        Path jar = Builds.original(cluster, "dns");
        Run run = cluster.launcher("shell", "felucca:swap scheduler " + jar);
        assertTrue((run.out() + run.err()).contains("not io.felucca.scheduler"), run::toString);
    }
}
