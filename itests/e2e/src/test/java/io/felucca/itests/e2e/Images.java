package io.felucca.itests.e2e;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Images for the pods under test, made of Debian's own packages on this machine. */
final class Images {
    /** Debian's busybox with the libraries that it and name resolution need. */
    static final String BUSYBOX = "docker.io/e2e/busybox:1";

    private Images() {}

    /** Makes the image and loads it into the cluster. */
    static void loadBusybox(Cluster cluster) {
        Path rootfs = cluster.home().resolve("e2e-busybox");
        String script =
                """
                set -e
                mkdir -p "$0/bin" "$0/tmp" "$0/etc" "$0/www"
                for lib in $(ldd /bin/busybox | grep -o '/[^ ]*') \
                        /lib/x86_64-linux-gnu/libnss_dns.so.2 /lib/x86_64-linux-gnu/libnss_files.so.2; do
                    mkdir -p "$0$(dirname "$lib")"
                    cp -L "$lib" "$0$lib"
                done
                cp /bin/busybox "$0/bin/busybox"
                for applet in $(/bin/busybox --list); do
                    [ "$applet" = busybox ] || ln -sf busybox "$0/bin/$applet"
                done
                echo 'hosts: files dns' >"$0/etc/nsswitch.conf"
                echo 'root:x:0:0:root:/:/bin/sh' >"$0/etc/passwd"
                """;
        Run.of(List.of("bash", "-c", script, rootfs.toString()), Map.of(), "", 60).ok();
        Texts.write(
                cluster.home().resolve("e2e-busybox.json"),
                "{\"Cmd\":[\"/bin/sh\"],\"Env\":[\"PATH=/bin\"]}");
        cluster.launcher("image", "build", BUSYBOX, rootfs.toString()).ok();
    }
}
