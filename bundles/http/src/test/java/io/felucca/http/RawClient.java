package io.felucca.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLSocket;

/** Says what it is told over TLS, byte for byte. */
final class RawClient implements AutoCloseable {
    final SSLSocket socket;
    private final InputStream in;

    RawClient(int port) throws IOException {
        socket = (SSLSocket) Clients.tls(null).getSocketFactory().createSocket("127.0.0.1", port);
        socket.setSoTimeout(10_000);
        socket.startHandshake();
        in = socket.getInputStream();
    }

    RawClient send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
        return this;
    }

    /** Status line and headers, without the empty line. */
    String head() throws IOException {
        return until("\r\n\r\n");
    }

    String until(String end) throws IOException {
        StringBuilder text = new StringBuilder();
        while (text.indexOf(end) < 0) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("the end came after: " + text);
            }
            text.append((char) next);
        }
        return text.substring(0, text.length() - end.length());
    }

    String bytes(int count) throws IOException {
        return new String(in.readNBytes(count), StandardCharsets.ISO_8859_1);
    }

    /** Everything until the server closes; how it closes does not matter. */
    String rest() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try {
            in.transferTo(all);
        } catch (IOException e) {
            all.writeBytes(new byte[0]);
        }
        return all.toString(StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
