package io.felucca.kubelet;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.machinery.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** What this host is: kernel, operating system, identifiers. */
record HostFacts(
        String machineId,
        String systemUuid,
        String bootId,
        String kernelVersion,
        String osImage,
        String architecture) {
    static final String VERSION = "v1.36.0+felucca";

    static HostFacts read() {
        return new HostFacts(
                line("/etc/machine-id"),
                line("/sys/class/dmi/id/product_uuid"),
                line("/proc/sys/kernel/random/boot_id"),
                line("/proc/sys/kernel/osrelease"),
                prettyName(),
                goArchitecture());
    }

    ObjectNode nodeInfo(String runtimeVersion) {
        return Json.object()
                .put("machineID", machineId)
                .put("systemUUID", systemUuid.isEmpty() ? machineId : systemUuid)
                .put("bootID", bootId)
                .put("kernelVersion", kernelVersion)
                .put("osImage", osImage)
                .put("containerRuntimeVersion", runtimeVersion)
                .put("kubeletVersion", VERSION)
                .put("kubeProxyVersion", "")
                .put("operatingSystem", "linux")
                .put("architecture", architecture);
    }

    private static String prettyName() {
        try {
            for (String line :
                    Files.readAllLines(Path.of("/etc/os-release"), StandardCharsets.UTF_8)) {
                if (line.startsWith("PRETTY_NAME=")) {
                    return line.substring("PRETTY_NAME=".length()).replace("\"", "");
                }
            }
        } catch (IOException e) {
            // Some hosts have none.
            return "Linux";
        }
        return "Linux";
    }

    private static String line(String file) {
        try {
            return Files.readString(Path.of(file)).strip();
        } catch (IOException e) {
            // Not every host has each of them, and none is vital.
            return "";
        }
    }

    private static String goArchitecture() {
        String name = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
        return switch (name) {
            case "x86_64" -> "amd64";
            case "aarch64" -> "arm64";
            default -> name;
        };
    }
}
