package io.felucca.kubeproxy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A program that the packet test runs in each network namespace. It answers on a port over TCP and
 * UDP with its own name and the asker's address, and asks others for each line of its input: {@code
 * PROTOCOL ADDRESS PORT [OWN PORT]}. Its words: its name, and the address it answers on over UDP;
 * answers from any would not always come from the one that was asked.
 */
final class NetPeer {
    static final int PORT = 8080;

    private static final int PATIENCE_MILLIS = 2_000;

    private NetPeer() {}

    public static void main(String[] words) throws IOException {
        String name = words[0];
        // What is written here is the protocol with the test.
        PrintStream out = new PrintStream(new java.io.FileOutputStream(java.io.FileDescriptor.out));
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try (ServerSocket tcp = new ServerSocket(PORT);
                DatagramSocket udp = new DatagramSocket(new InetSocketAddress(words[1], PORT))) {
            threads.execute(() -> serveTcp(name, tcp));
            threads.execute(() -> serveUdp(name, udp));
            out.println("ready");
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                out.println(ask(line.split(" ", -1)));
                out.flush();
            }
        }
        threads.shutdownNow();
    }

    private static void serveTcp(String name, ServerSocket server) {
        while (!server.isClosed()) {
            try (Socket client = server.accept()) {
                client.getOutputStream().write(answer(name, client.getRemoteSocketAddress()));
            } catch (IOException e) {
                // A client that went away, or the end; the loop's condition tells.
            }
        }
    }

    private static void serveUdp(String name, DatagramSocket server) {
        while (!server.isClosed()) {
            try {
                DatagramPacket packet = new DatagramPacket(new byte[64], 64);
                server.receive(packet);
                byte[] answer = answer(name, packet.getSocketAddress());
                server.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
            } catch (IOException e) {
                // As above.
            }
        }
    }

    private static byte[] answer(String name, java.net.SocketAddress asker) {
        String address = ((InetSocketAddress) asker).getAddress().getHostAddress();
        return (name + " saw " + address).getBytes(StandardCharsets.US_ASCII);
    }

    private static String ask(String[] words) {
        InetSocketAddress to = new InetSocketAddress(words[1], Integer.parseInt(words[2]));
        try {
            return words[0].equals("tcp")
                    ? askTcp(to)
                    : askUdp(to, words.length > 3 ? Integer.parseInt(words[3]) : 0);
        } catch (java.net.SocketTimeoutException e) {
            return "silence";
        } catch (IOException e) {
            return "refused";
        }
    }

    private static String askTcp(InetSocketAddress to) throws IOException {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.connect(to, PATIENCE_MILLIS);
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    private static String askUdp(InetSocketAddress to, int ownPort) throws IOException {
        try (DatagramSocket socket = new DatagramSocket(ownPort)) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            // Connected, so that an ICMP refusal is heard.
            socket.connect(to);
            socket.send(new DatagramPacket(new byte[] {'?'}, 1));
            DatagramPacket answer = new DatagramPacket(new byte[64], 64);
            socket.receive(answer);
            return new String(answer.getData(), 0, answer.getLength(), StandardCharsets.US_ASCII);
        }
    }
}
