package io.felucca.cni.ptp;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/** What this driver asks of and does to the machine. */
final class Host {
    private static final Path FORWARDING = Path.of("/proc/sys/net/ipv4/ip_forward");
    private static final long NFT_TIMEOUT_SECONDS = 30;
    private static final int USUAL_MTU = 1500;

    private Host() {}

    /** The MTU of the link with this address in bytes; the usual one if it is on none or on lo. */
    static int mtu(String address) throws IOException {
        NetworkInterface link = NetworkInterface.getByInetAddress(InetAddress.getByName(address));
        return link == null || link.isLoopback() ? USUAL_MTU : link.getMTU();
    }

    static void forward() throws IOException {
        byte[] on = "1\n".getBytes(StandardCharsets.US_ASCII);
        if (!Arrays.equals(Files.readAllBytes(FORWARDING), on)) {
            Files.write(FORWARDING, on);
        }
    }

    /**
     * Replaces a file in one step, so that no reader sees half of it. Left alone if it is the same.
     */
    static void write(Path file, byte[] content) throws IOException {
        if (Files.exists(file) && Arrays.equals(Files.readAllBytes(file), content)) {
            return;
        }
        Files.createDirectories(file.getParent());
        // Not one of the endings that a container runtime takes for a configuration.
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.write(fresh, content);
        Files.move(
                fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Applies a script in one transaction. */
    static void nft(String script) throws IOException, InterruptedException {
        Process nft = new ProcessBuilder("nft", "-f", "-").redirectErrorStream(true).start();
        try {
            nft.getOutputStream().write(script.getBytes(StandardCharsets.US_ASCII));
            nft.getOutputStream().close();
            if (!nft.waitFor(NFT_TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException("nft did not end in " + NFT_TIMEOUT_SECONDS + " s");
            }
            String said =
                    new String(nft.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (nft.exitValue() != 0) {
                throw new IOException("nft: " + said);
            }
        } finally {
            nft.destroyForcibly();
        }
    }
}
