package io.felucca.dns;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The machine's own name servers. The file is read again when it may have changed. Thread-safe. */
final class Upstreams {
    private static final Logger LOG = LoggerFactory.getLogger(Upstreams.class);
    private static final int PORT = 53;
    private static final int MAX_SERVERS = 3;
    private static final long READ_AGAIN_MILLIS = 5_000;

    private final Path file;
    private final String notThis;
    private final Clock clock;
    private List<InetSocketAddress> servers = List.of();
    private long readAt = Long.MIN_VALUE;

    /**
     * @param file such as {@code /etc/resolv.conf}
     * @param notThis our own address, which must not be asked in a circle
     */
    Upstreams(Path file, String notThis, Clock clock) {
        this.file = file;
        this.notThis = notThis;
        this.clock = clock;
    }

    synchronized List<InetSocketAddress> get() {
        long now = clock.millis();
        if (readAt == Long.MIN_VALUE || now - readAt >= READ_AGAIN_MILLIS) {
            readAt = now;
            try {
                servers = parse(Files.readString(file, StandardCharsets.UTF_8));
            } catch (IOException e) {
                LOG.warn("{} can't be read: {}", file, e.getMessage());
            }
        }
        return servers;
    }

    private List<InetSocketAddress> parse(String text) throws IOException {
        List<InetSocketAddress> found = new ArrayList<>();
        for (String line : text.split("\n", -1)) {
            String[] words = line.strip().split("\\s+", -1);
            if (words.length >= 2
                    && words[0].equals("nameserver")
                    && literal(words[1])
                    && !words[1].equals(notThis)
                    && found.size() < MAX_SERVERS) {
                found.add(new InetSocketAddress(InetAddress.getByName(words[1]), PORT));
            }
        }
        return found;
    }

    /** A name here would have to be resolved, by whom? */
    private static boolean literal(String word) {
        return word.indexOf(':') >= 0 || Reverse.number(word) >= 0;
    }
}
