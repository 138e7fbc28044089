package io.felucca.itests.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The image of this machine's busybox, in the cluster under test. */
final class Busybox {
    static final String IMAGE = "localhost/felucca/e2e-busybox:1";

    /** Serves a text that differs for each container that ever started. */
    static final String TELLS_ITS_START =
            "mkdir -p /www; cat /proc/sys/kernel/random/uuid > /www/index.html;"
                    + " echo started; exec httpd -f -p 80 -h /www";

    private static final String ROOT_FILES =
            """
            set -e
            cd "$0"
            mkdir -p bin dev etc proc sys tmp
            program=$(command -v busybox)
            cp "$program" bin/busybox
            for library in $(ldd "$program" 2>/dev/null | grep -o '/[^ ]*'); do
                mkdir -p ".${library%/*}"
                cp -L "$library" ".$library"
            done
            for name in $(busybox --list); do
                [ "$name" = busybox ] || ln -sf busybox "bin/$name"
            done
            printf '{"Env":["PATH=/bin"],"Cmd":["/bin/sh"]}' > "$0.json"
            """;

    private Busybox() {}

    /** Builds it into the cluster; the same again where it is there already. */
    static void load(Cluster cluster) {
        try {
            Path folder = Files.createTempDirectory(cluster.home(), "busybox");
            Path root = Files.createDirectory(folder.resolve("root"));
            try {
                Run.of(List.of("bash", "-c", ROOT_FILES, root.toString()), Map.of(), "", 60).ok();
                cluster.launcher("image", "build", IMAGE, root.toString()).ok();
            } finally {
                Run.of(List.of("rm", "-rf", folder.toString()), Map.of(), "", 60).ok();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
